"""What a person does across diners: which threads of stellingen carry which thread of the reeks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Gebruiker, Reeks
from synthesis.models import Draadstatus, Onderbouwing, RodeDraad
from synthesis.services.draden import add_rode_draad
from synthesis.services.dragers import change_dragers
from synthesis.services.stelling import keep_version, lock_stellingen_of, store_draad

Plaats = tuple[int, int | None]
"""A thread of a stelling, and the thread of the reeks under which the person saw it (None: under none)."""


@transaction.atomic
def place_draden(
    *,
    reeks: Reeks,
    plaatsen: Sequence[Plaats],
    now: datetime,
    naar: int | None = None,
    titel: str = "",
    ook: bool = False,
    gebruiker: Gebruiker | None = None,
) -> RodeDraad | None:
    """Let threads of stellingen carry *naar*, or a new thread *titel*, or none; all of them or none. Where they are now.

    They leave the thread under which they were seen, unless *ook*. Done twice is done once. Raises ``DenkdinerError`` when
    one of them is gone, or is no thread of a stelling of *reeks*.
    """
    if not plaatsen:
        raise DenkdinerError("Kies eerst een of meer rode draden.")
    lock_stellingen_of([draad for draad, _ in plaatsen])
    _require_draden(reeks, {draad for draad, _ in plaatsen})
    boven = _lock({pk for pk in (naar, *(van for _, van in plaatsen)) if pk is not None}, reeks)
    doel = boven.get(naar) if naar is not None else None
    if naar is not None and doel is None:
        raise DenkdinerError("Die rode draad over de diners heen bestaat niet meer. Kies een andere.")
    if titel:
        doel = add_rode_draad(reeks=reeks, titel=titel, now=now, gebruiker=gebruiker)
    geraakt = set() if ook and doel is not None else _detach(plaatsen, boven, doel)
    if doel is not None and _attach(doel, list(dict.fromkeys(draad for draad, _ in plaatsen))):
        geraakt.add(doel.pk)
    change_dragers(geraakt, now, gebruiker)
    return doel


@transaction.atomic
def take_over_reeksvoorstel(
    *,
    reeks: Reeks,
    draden: Sequence[int],
    now: datetime,
    naar: int | None = None,
    titel: str = "",
    gebruiker: Gebruiker | None = None,
) -> RodeDraad | None:
    """Make of a proposal what a person made: a thread *titel* carried by *draden*, or *draden* added to *naar*.

    Raises ``Conflict`` when it no longer holds: one of them carries another thread by now, or is not vastgesteld any more.
    """
    if bool(titel) == (naar is not None):
        raise DenkdinerError("Geef de nieuwe rode draad een titel.")
    lock_stellingen_of(draden)
    vast = RodeDraad.objects.filter(reeks=reeks, pk__in=draden, status=Draadstatus.VASTGESTELD)
    boven = RodeDraad.objects.filter(reeks=reeks, diner=None)
    bezet = Onderbouwing.objects.filter(draad__in=draden, rode_draad__in=boven)
    if vast.count() != len(set(draden)) or bezet.exists():
        raise Conflict(
            "Er is intussen iets veranderd aan deze rode draden. Kijk opnieuw naar de voorstellen."
        )
    return place_draden(
        reeks=reeks,
        plaatsen=[(draad, None) for draad in draden],
        naar=naar,
        titel=titel,
        now=now,
        gebruiker=gebruiker,
    )


@transaction.atomic
def restore_rode_draad(*, draad: RodeDraad, now: datetime, gebruiker: Gebruiker) -> RodeDraad:
    """A thread of the reeks that was put away is there again, as the last, with its words and with what carried it.

    What was vastgesteld is looked at again: its sources may have changed meanwhile. When somebody brought it back already
    nothing changes.
    """
    fresh = RodeDraad.alle.select_for_update(of=("self",)).get(pk=draad.pk)
    if fresh.diner_id is not None:
        raise DenkdinerError("Een rode draad van een stelling haal je terug op de werkbank, met “Ongedaan”.")
    if fresh.verwijderd_at is None:
        return fresh
    keep_version(draad=fresh, now=now, gebruiker=gebruiker)
    broers = RodeDraad.objects.filter(reeks=fresh.reeks_id, diner=None)
    hoogste = broers.aggregate(hoogste=Max("volgorde"))["hoogste"]
    fresh.volgorde = 0 if hoogste is None else hoogste + 1
    fresh.verwijderd_at, fresh.version = None, fresh.version + 1
    fresh.updated_at, fresh.updated_by = now, gebruiker
    store_draad(fresh)
    return fresh


def _require_draden(reeks: Reeks, pks: set[int]) -> None:
    gevonden = RodeDraad.objects.filter(reeks=reeks, stelling__isnull=False, pk__in=pks).count()
    if gevonden != len(pks):
        raise DenkdinerError(
            "Kies rode draden van stellingen uit deze reeks. Misschien is er net een verwijderd."
        )


def _lock(pks: set[int], reeks: Reeks) -> dict[int, RodeDraad]:
    """Those threads of the reeks that there still are; always in the same order, so that two people never wait in a ring."""
    rijen = RodeDraad.objects.filter(reeks=reeks, diner=None, pk__in=pks).order_by("pk")
    return {draad.pk: draad for draad in rijen.select_for_update(of=("self",))}


def _detach(plaatsen: Sequence[Plaats], boven: dict[int, RodeDraad], doel: RodeDraad | None) -> set[int]:
    """Take each thread away from where it was seen; which threads of the reeks lost one."""
    per_boven: dict[int, list[int]] = defaultdict(list)
    for draad, van in plaatsen:
        if van in boven and (doel is None or van != doel.pk):
            per_boven[van].append(draad)
    return {
        pk
        for pk, draden in per_boven.items()
        if Onderbouwing.objects.filter(rode_draad=pk, draad__in=draden).delete()[0]
    }


def _attach(doel: RodeDraad, draden: Sequence[int]) -> bool:
    """Behind what carries *doel* already; was there anything new?"""
    bestaand = set(doel.onderbouwingen.filter(draad__in=draden).values_list("draad_id", flat=True))
    hoogste = doel.onderbouwingen.aggregate(hoogste=Max("volgorde"))["hoogste"]
    nieuw = [draad for draad in draden if draad not in bestaand]
    Onderbouwing.objects.bulk_create(
        Onderbouwing(rode_draad=doel, draad_id=draad, volgorde=plek, door_mens=True)
        for plek, draad in enumerate(nieuw, start=0 if hoogste is None else hoogste + 1)
    )
    return bool(nieuw)
