"""What a person does with threads: make, write, merge, split, order, delete; and where a note goes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from capture.models import Bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Gebruiker, Reeks, Stelling
from sessions.services import announce_scherm
from synthesis.models import Onderbouwing, Onderbouwingsrol, RodeDraad
from synthesis.services.stelling import (
    Verdwenen,
    announce_draden,
    find_fresh,
    last_place,
    lock_stelling,
    store_draad,
)
from synthesis.services.vrijgaven import hand_over_vrijgave

MAX_TEKST_DRAAD = 100_000
"""Characters of a thread's text; the import format says the same."""


@transaction.atomic
def add_rode_draad(
    *,
    titel: str,
    now: datetime,
    stelling: Stelling | None = None,
    reeks: Reeks | None = None,
    bijdragen: Sequence[Bijdrage] = (),
    gebruiker: Gebruiker | None = None,
    **fields: Any,
) -> RodeDraad:
    """A thread made by a person: of *stelling* (carried by *bijdragen*), or of *reeks*."""
    if (stelling is None) == (reeks is None):
        raise ValueError("a thread is of a stelling or of a reeks")
    diner = stelling.diner if stelling else None
    if stelling is not None:
        lock_stelling(stelling)
    draad = RodeDraad(
        reeks=diner.reeks if diner else reeks,
        diner=diner,
        stelling=stelling,
        titel=titel.strip(),
        volgorde=last_place(stelling) + 1 if stelling else RodeDraad.objects.filter(reeks=reeks).count(),
        door_mens=True,
        created_at=now,
        updated_at=now,
        updated_by=gebruiker,
        **fields,
    )
    store_draad(draad)
    move_bijdragen(bijdragen=bijdragen, naar=draad)
    announce_draden(draad, draad.pk)
    return draad


def _touch(draad: RodeDraad, now: datetime, gebruiker: Gebruiker | None) -> None:
    """From now on it is a person's, with the notes that are in it: that is what the person looked at."""
    draad.onderbouwingen.update(door_mens=True)
    draad.door_mens = True
    draad.version += 1
    draad.updated_at, draad.updated_by = now, gebruiker


@transaction.atomic
def move_bijdrage(*, bijdrage: Bijdrage, naar: RodeDraad | None) -> None:
    """Put a note into *naar*, or aside (None). From now on a person placed it: no proposal moves it."""
    if naar is not None and (naar.stelling_id is None or naar.stelling_id != bijdrage.stelling_id):
        raise DenkdinerError("Deze notitie hoort bij een andere stelling.")
    if bijdrage.stelling_id is not None:
        lock_stelling(bijdrage.stelling_id)
    if naar is not None and not RodeDraad.objects.filter(pk=naar.pk).exists():
        raise Verdwenen
    vorige = Onderbouwing.objects.filter(bijdrage=bijdrage).first()
    if vorige is not None and naar is not None and vorige.rode_draad_id == naar.pk:
        plek = vorige.volgorde
    else:
        plek = naar.onderbouwingen.count() if naar else 0
    Onderbouwing.objects.update_or_create(
        bijdrage=bijdrage,
        defaults={"rode_draad": naar, "volgorde": plek, "door_mens": True, "pool": "", "reden": ""},
    )
    if bijdrage.stelling is not None:
        announce_draden(bijdrage.stelling, naar.pk if naar else None)


@transaction.atomic
def move_bijdragen(*, bijdragen: Sequence[Bijdrage], naar: RodeDraad | None) -> None:
    """As ``move_bijdrage``, for several: all of them or none."""
    for bijdrage in bijdragen:
        move_bijdrage(bijdrage=bijdrage, naar=naar)


@transaction.atomic
def set_rol(*, onderbouwing: Onderbouwing, rol: str, pool: str = "") -> Onderbouwing:
    """What a note does for its thread; only what was heard verbatim can be a quote."""
    if rol not in Onderbouwingsrol:
        raise DenkdinerError("Kies een rol uit de lijst.")
    if rol == Onderbouwingsrol.QUOTE and not (onderbouwing.bijdrage and onderbouwing.bijdrage.letterlijk):
        raise DenkdinerError("Alleen een notitie die letterlijk gehoord is, kan een quote zijn.")
    if onderbouwing.rode_draad is None:
        raise DenkdinerError("Zet deze notitie eerst in een rode draad.")
    draad = find_fresh(onderbouwing.rode_draad)
    veranderd = Onderbouwing.objects.filter(pk=onderbouwing.pk, rode_draad=draad).update(
        rol=rol, pool=pool, door_mens=True
    )
    if not veranderd:
        raise Conflict("Iemand anders heeft deze notitie net verplaatst.")
    announce_draden(draad, draad.pk)
    return Onderbouwing.objects.get(pk=onderbouwing.pk)


@transaction.atomic
def merge_rode_draden(
    *, van: RodeDraad, naar: RodeDraad, now: datetime, gebruiker: Gebruiker | None = None
) -> RodeDraad:
    """Everything of *van* goes into *naar*: notes move, text is added below, poles and kernvraag fill what is empty.

    Nothing that a person wrote is dropped: what does not fit in its own place is kept in the text.
    """
    if van.pk == naar.pk or van.stelling_id is None or van.stelling_id != naar.stelling_id:
        raise DenkdinerError("Kies een andere rode draad van dezelfde stelling.")
    van, naar = find_fresh(van), find_fresh(naar)
    plek = naar.onderbouwingen.count()
    for rij in van.onderbouwingen.order_by("volgorde", "pk"):
        rij.rode_draad, rij.volgorde, rij.door_mens = naar, plek, True
        rij.save()
        plek += 1
    delen = [naar.tekst, van.tekst]
    if van.has_spanning and naar.has_spanning:
        delen.append(f"Spanning uit “{van.titel}”: {van.pool_a} – {van.pool_b}.")
    elif van.has_spanning:
        naar.pool_a, naar.pool_b = van.pool_a, van.pool_b
    if van.kernvraag and naar.kernvraag:
        delen.append(f"Kernvraag uit “{van.titel}”: {van.kernvraag}")
    naar.kernvraag = naar.kernvraag or van.kernvraag
    naar.tekst = "\n\n".join(deel for deel in delen if deel)
    if len(naar.tekst) > MAX_TEKST_DRAAD:
        raise DenkdinerError("Samen zijn deze teksten te lang. Maak er eerst een korter.")
    _touch(naar, now, gebruiker)
    store_draad(naar)
    hand_over_vrijgave(van=van, naar=naar, now=now)
    van.delete()
    announce_draden(naar, naar.pk)
    return naar


@transaction.atomic
def split_rode_draad(
    *,
    draad: RodeDraad,
    bijdragen: Sequence[Bijdrage],
    titel: str,
    now: datetime,
    gebruiker: Gebruiker | None = None,
) -> RodeDraad:
    """Take *bijdragen* out of *draad* into a new thread *titel*."""
    if not bijdragen:
        raise DenkdinerError("Kies eerst welke notities naar de nieuwe rode draad gaan.")
    draad = find_fresh(draad)
    eigen = set(draad.onderbouwingen.values_list("bijdrage_id", flat=True))
    if any(bijdrage.pk not in eigen for bijdrage in bijdragen) or draad.stelling is None:
        raise DenkdinerError("Deze notities horen niet bij deze rode draad.")
    if len(set(bijdragen)) == len(eigen):
        raise DenkdinerError("Laat ten minste één notitie staan, of geef de rode draad een andere titel.")
    return add_rode_draad(
        stelling=draad.stelling, titel=titel, bijdragen=bijdragen, now=now, gebruiker=gebruiker
    )


@transaction.atomic
def delete_rode_draad(*, draad: RodeDraad) -> None:
    """Remove a thread; its notes become loose, none is lost."""
    fresh = find_fresh(draad)
    announce_draden(fresh)
    if fresh.diner_id is not None and fresh.vrijgaven.live().exists():
        announce_scherm(fresh.diner_id)  # its title may stand there
    fresh.delete()


@transaction.atomic
def move_rode_draad(*, draad: RodeDraad, naar: int, now: datetime) -> None:
    """Put *draad* at place *naar* (0 = first) among its siblings. An order made by a person is a person's work."""
    draad = find_fresh(draad)
    broers = list(
        RodeDraad.objects.filter(reeks=draad.reeks_id, diner=draad.diner_id, stelling=draad.stelling_id)
        .exclude(pk=draad.pk)
        .order_by("volgorde", "pk")
    )
    broers.insert(max(0, min(naar, len(broers))), draad)
    for plek, broer in enumerate(broers):
        RodeDraad.objects.filter(pk=broer.pk).update(volgorde=plek)
    draad.onderbouwingen.update(door_mens=True)
    RodeDraad.objects.filter(pk=draad.pk).update(door_mens=True, updated_at=now)
    announce_draden(draad, draad.pk)


@transaction.atomic
def carry_rode_draad(*, draad: RodeDraad, door: Sequence[RodeDraad]) -> None:
    """Let the reeks thread *draad* be carried by exactly these threads of stellingen."""
    if draad.diner_id is not None or any(
        onder.reeks_id != draad.reeks_id or not onder.stelling_id for onder in door
    ):
        raise DenkdinerError("Kies rode draden van stellingen uit deze reeks.")
    draad.onderbouwingen.exclude(draad__in=door).delete()
    bestaand = set(draad.onderbouwingen.values_list("draad_id", flat=True))
    Onderbouwing.objects.bulk_create(
        Onderbouwing(rode_draad=draad, draad=onder, volgorde=plek, door_mens=True)
        for plek, onder in enumerate(door)
        if onder.pk not in bestaand
    )
