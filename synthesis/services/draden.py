"""What a person does with threads: write, rename, merge, order, delete; and those across diners."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Gebruiker, Reeks, Stelling
from synthesis.models import Handeling, Handelingsoort, Onderbouwing, RodeDraad
from synthesis.services.dragers import hand_over_dragers
from synthesis.services.journaal import Stap, put_away, rows_in, who_took
from synthesis.services.minderheid import check_reden, keep_minderheden, lone_voices
from synthesis.services.stelling import Verdwenen, find_fresh, keep_version, store_draad

MAX_TEKST_DRAAD = 100_000
"""Characters of a thread's text; the import format says the same."""


@transaction.atomic
def add_rode_draad(
    *, reeks: Reeks, titel: str, now: datetime, gebruiker: Gebruiker | None = None, **fields: Any
) -> RodeDraad:
    """A thread across the diners of *reeks*. One of a stelling is a step: ``start_rode_draad``."""
    draad = RodeDraad(
        reeks=reeks,
        titel=titel.strip(),
        volgorde=RodeDraad.objects.filter(reeks=reeks).count(),
        door_mens=True,
        created_at=now,
        updated_at=now,
        updated_by=gebruiker,
        **fields,
    )
    store_draad(draad)
    return draad


def _touch(draad: RodeDraad, now: datetime, gebruiker: Gebruiker | None) -> None:
    """From now on it is a person's, with the notes that are in it: that is what the person looked at."""
    draad.onderbouwingen.update(door_mens=True)
    draad.door_mens = True
    draad.version += 1
    draad.updated_at, draad.updated_by = now, gebruiker


# --- steps -----------------------------------------------------------------------------------------------------------


def _find_on_board(draad: RodeDraad) -> RodeDraad:
    """As ``find_fresh``, and says who took it when it is gone."""
    try:
        return find_fresh(draad)
    except Verdwenen:
        raise Verdwenen(who_took(draad.pk)) from None


def _check_version(draad: RodeDraad, version: int | None, gebruiker: Gebruiker) -> None:
    """*version* is what the person was looking at; None when it does not matter."""
    if version is not None and draad.version != version:
        zelf = draad.updated_by_id == gebruiker.pk
        wie = "Je hebt zelf" if zelf else f"{draad.updated_by or 'Iemand anders'} heeft"
        raise Conflict(f"{wie} “{draad.titel}” net gewijzigd. Kijk nog eens.")


def _begin(
    soort: Handelingsoort,
    stelling: Stelling,
    gebruiker: Gebruiker,
    now: datetime,
    *draden: int,
    leeg: int | None = None,
) -> Stap:
    """A step about these threads; the notes in thread *leeg* go elsewhere."""
    notities = rows_in(leeg, stelling.pk).values_list("bijdrage", flat=True) if leeg else ()
    return Stap(soort, stelling.diner_id, stelling.pk, gebruiker, now, tuple(notities), draden)


@transaction.atomic
def rename_rode_draad(
    *, draad: RodeDraad, titel: str, gebruiker: Gebruiker, now: datetime, version: int | None = None
) -> Handeling:
    """Another title for a thread of a stelling; *version* is what the person was looking at."""
    fresh = _find_on_board(draad)
    if fresh.stelling is None:
        raise DenkdinerError("Kies een rode draad van een stelling.")
    _check_version(fresh, version, gebruiker)
    stap = _begin(Handelingsoort.HERNOEM, fresh.stelling, gebruiker, now, fresh.pk)
    oud, nieuw = fresh.titel, titel.strip()
    if nieuw != oud:
        keep_version(draad=fresh, now=now, gebruiker=gebruiker)
        fresh.titel = nieuw
        _touch(fresh, now, gebruiker)
        store_draad(fresh)
    return stap.finish(f"“{oud}” hernoemd tot “{fresh.titel}”", fresh.pk)


@transaction.atomic
def merge_rode_draden(
    *,
    van: RodeDraad,
    naar: RodeDraad,
    gebruiker: Gebruiker,
    now: datetime,
    version: int | None = None,
    reden: str = "",
) -> Handeling:
    """Everything of *van* goes into *naar*: notes move, text is added below, poles and kernvraag fill what is empty.

    What *van* carries across the diners, *naar* carries from now on.
    Nothing that a person wrote is dropped: what does not fit in its own place is kept in the text. *version* is of *van*, as
    the person saw it. A view of one table does not go up in something else without *reden*: ``RedenNodig``.
    """
    if van.pk == naar.pk or van.stelling is None or van.stelling_id != naar.stelling_id:
        raise DenkdinerError("Kies een andere rode draad van dezelfde stelling.")
    stelling = van.stelling
    van, naar = _find_on_board(van), _find_on_board(naar)
    _check_version(van, version, gebruiker)
    stap = _begin(Handelingsoort.SAMEN, stelling, gebruiker, now, van.pk, naar.pk, leeg=van.pk)
    stemmen = lone_voices(van, naar)
    reden = check_reden(stemmen, reden)
    _move_rows(van, naar, stap)
    keep_version(draad=naar, now=now, gebruiker=gebruiker)
    _join(van, naar)
    _touch(naar, now, gebruiker)
    store_draad(naar)
    stap.dragers = hand_over_dragers(van=van, naar=naar, now=now, gebruiker=gebruiker)
    stap.vrijgaven = put_away(van, naar, now)
    handeling = stap.finish(f"“{van.titel}” samengevoegd met “{naar.titel}”", naar.pk)
    keep_minderheden(
        stemmen=stemmen, naar=naar, reden=reden, gebruiker=gebruiker, handeling=handeling, now=now
    )
    return handeling


def _move_rows(van: RodeDraad, naar: RodeDraad, stap: Stap) -> None:
    plek = naar.onderbouwingen.aggregate(laatste=Max("volgorde"))["laatste"]
    begin = 0 if plek is None else plek + 1
    rijen = list(rows_in(van.pk, stap.stelling))
    for volgorde, rij in enumerate(rijen, start=begin):
        rij.rode_draad, rij.volgorde, rij.door_mens = naar, volgorde, True
    Onderbouwing.objects.bulk_update(rijen, ["rode_draad", "volgorde", "door_mens"])


def _join(van: RodeDraad, naar: RodeDraad) -> None:
    """The words of *van*, in *naar*; not stored yet."""
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


@transaction.atomic
def delete_rode_draad(
    *,
    draad: RodeDraad,
    gebruiker: Gebruiker,
    now: datetime,
    version: int | None = None,
    reden: str = "",
) -> Handeling | None:
    """Put a thread away; its notes become loose, none is lost. A view of one table asks for a *reden*: ``RedenNodig``.

    None for a thread of no stelling: that is on no werkbank, and in no journal.
    """
    fresh = _find_on_board(draad)
    _check_version(fresh, version, gebruiker)
    if fresh.stelling is None:
        put_away(fresh, None, now)
        return None
    stap = _begin(Handelingsoort.VERWIJDER, fresh.stelling, gebruiker, now, fresh.pk, leeg=fresh.pk)
    stemmen = lone_voices(fresh, None)
    reden = check_reden(stemmen, reden)
    rows_in(fresh.pk, stap.stelling).delete()
    stap.vrijgaven = put_away(fresh, None, now)
    handeling = stap.finish(f"“{fresh.titel}” verwijderd")
    keep_minderheden(
        stemmen=stemmen, naar=None, reden=reden, gebruiker=gebruiker, handeling=handeling, now=now
    )
    return handeling


@transaction.atomic
def move_rode_draad(*, draad: RodeDraad, naar: int, gebruiker: Gebruiker, now: datetime) -> Handeling | None:
    """Put *draad* at place *naar* (0 = first) among its siblings. An order made by a person is a person's work.

    Nobody who is writing in one of them is stopped: an order is no new version. None as ``delete_rode_draad``.
    """
    fresh = _find_on_board(draad)
    broers = list(
        RodeDraad.objects.filter(reeks=fresh.reeks_id, diner=fresh.diner_id, stelling=fresh.stelling_id)
        .exclude(pk=fresh.pk)
        .order_by("volgorde", "pk")
    )
    broers.insert(max(0, min(naar, len(broers))), fresh)
    pks = [broer.pk for broer in broers]
    stap = _begin(Handelingsoort.ORDEN, fresh.stelling, gebruiker, now, *pks) if fresh.stelling else None
    for plek, broer in enumerate(broers):
        broer.volgorde = plek
    RodeDraad.objects.bulk_update(broers, ["volgorde"])
    fresh.onderbouwingen.update(door_mens=True)
    RodeDraad.objects.filter(pk=fresh.pk).update(door_mens=True, updated_at=now)
    return stap.finish(f"“{fresh.titel}” op een andere plek gezet", fresh.pk) if stap else None


# --- threads across diners -------------------------------------------------------------------------------------------


@transaction.atomic
def carry_rode_draad(*, draad: RodeDraad, door: Sequence[RodeDraad]) -> None:
    """Let the reeks thread *draad* be carried by exactly these threads of stellingen."""
    if draad.diner_id is not None or any(
        onder.reeks_id != draad.reeks_id or not onder.stelling_id for onder in door
    ):
        raise DenkdinerError("Kies rode draden van stellingen uit deze reeks.")
    # what is put away may come back, and then it carries this again
    draad.onderbouwingen.filter(draad__verwijderd_at=None).exclude(draad__in=door).delete()
    bestaand = set(draad.onderbouwingen.values_list("draad_id", flat=True))
    Onderbouwing.objects.bulk_create(
        Onderbouwing(rode_draad=draad, draad=onder, volgorde=plek, door_mens=True)
        for plek, onder in enumerate(door)
        if onder.pk not in bestaand
    )
