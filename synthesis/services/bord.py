"""What a verslaglegger does with notes, on the werkbank and in the inbox: every step is in the journal.

Each step says what the person was looking at (``gezien``), so that of two verslagleggers who take the same note at once, the
second is told; nothing is overwritten unseen. They raise ``DenkdinerError``, or ``Conflict`` when somebody else was first.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from capture.models import Bijdrage
from denkdiner.errors import DenkdinerError
from sessions.models import Gebruiker, Stelling
from synthesis.models import (
    MAX_REDEN,
    Handeling,
    Handelingsoort,
    Onderbouwing,
    Onderbouwingsrol,
    Pool,
    RodeDraad,
)
from synthesis.queries import OPZIJ, plek_of
from synthesis.services.journaal import (
    Bezet,
    Plaats,
    Stap,
    leaving,
    lock_notities,
    put_places,
    rows_in,
    short,
    who_moved,
    who_took,
)
from synthesis.services.minderheid import RedenNodig, check_reden, keep_minderheden, left_voices
from synthesis.services.stelling import Verdwenen, last_place, lock_stelling, store_draad

MAX_NOTITIES = 2_000
"""Notes in one step. That many take some three seconds under the lock of their stelling, and half a megabyte in the
journal; five thousand took sixteen, in which no colleague can do a step.
"""


# --- where notes go --------------------------------------------------------------------------------------------------


@transaction.atomic
def place_bijdragen(
    *,
    bijdragen: Sequence[Bijdrage],
    gezien: Sequence[str],
    draad: RodeDraad,
    gebruiker: Gebruiker,
    now: datetime,
    reden: str = "",
) -> Handeling:
    """Put notes into *draad*, a thread of their own stelling, in this order below what is in it.

    The last note does not leave a view of one table without *reden*: ``RedenNodig``. So in every step that moves notes.
    """
    stap = _begin(Handelingsoort.PLAATS, bijdragen, gezien, gebruiker, now)
    fresh = _find(draad, stap.stelling)
    stemmen, reden = _left(stap, reden, fresh.pk)
    _put_into(fresh, stap)
    handeling = stap.finish(f"{_count(stap)} in “{fresh.titel}” gezet", fresh.pk)
    _keep(handeling, stap, stemmen, reden, fresh)
    return handeling


@transaction.atomic
def start_rode_draad(
    *,
    stelling: Stelling,
    titel: str,
    gebruiker: Gebruiker,
    now: datetime,
    bijdragen: Sequence[Bijdrage] = (),
    gezien: Sequence[str] = (),
    reden: str = "",
) -> Handeling:
    """A new thread *titel* of *stelling*, with these notes in it; ``begon`` of the step is its pk."""
    lock_stelling(stelling)
    stap = _begin(Handelingsoort.NIEUW, bijdragen, gezien, gebruiker, now, stelling)
    stemmen, reden = _left(stap, reden, samen=True)
    draad = _new_draad(stap, stelling, titel)
    met = f" met {_count(stap)}" if stap.notities else ""
    handeling = stap.finish(f"rode draad “{draad.titel}” begonnen{met}", draad.pk)
    _keep(handeling, stap, stemmen, reden, draad)
    return handeling


@transaction.atomic
def split_rode_draad(
    *,
    draad: RodeDraad,
    bijdragen: Sequence[Bijdrage],
    titel: str,
    gebruiker: Gebruiker,
    now: datetime,
    gezien: Sequence[str] | None = None,
) -> Handeling:
    """Take notes out of *draad* into a new thread *titel*; ``begon`` of the step is its pk. Something has to stay."""
    if draad.stelling is None:
        raise DenkdinerError("Kies een rode draad van een stelling.")
    if not bijdragen:
        raise DenkdinerError("Kies eerst welke notities naar de nieuwe rode draad gaan.")
    lock_stelling(draad.stelling)
    fresh = _find(draad, draad.stelling_id)
    hier = [str(draad.pk)] * len(bijdragen)
    if gezien is not None and list(gezien) != hier:
        raise DenkdinerError("Deze notities horen niet bij deze rode draad.")
    stap = _begin(Handelingsoort.SPLITS, bijdragen, hier, gebruiker, now, draad.stelling)
    blijven = rows_in(draad.pk, draad.stelling_id).exclude(bijdrage__in=stap.notities)
    if not blijven.filter(bijdrage__deleted_at=None).exists():
        raise DenkdinerError("Laat ten minste één notitie staan, of geef de rode draad een andere titel.")
    nieuw = _new_draad(stap, draad.stelling, titel)
    return stap.finish(f"“{nieuw.titel}” afgesplitst van “{fresh.titel}”", nieuw.pk)


@transaction.atomic
def park_bijdragen(
    *,
    bijdragen: Sequence[Bijdrage],
    gezien: Sequence[str],
    reden: str,
    gebruiker: Gebruiker,
    now: datetime,
) -> Handeling:
    """Lay notes aside, with the *reden* why."""
    reden = reden.strip()
    if not reden:
        raise RedenNodig("Zeg waarom je dit opzijlegt.")
    if len(reden) > MAX_REDEN:
        raise DenkdinerError(f"Deze reden is te lang: ten hoogste {MAX_REDEN} tekens.")
    stap = _begin(Handelingsoort.OPZIJ, bijdragen, gezien, gebruiker, now)
    stemmen, reden = _left(stap, reden)
    put_places({notitie: _plaats(rode_draad_id=None, reden=reden) for notitie in stap.notities})
    handeling = stap.finish(f"{_count(stap)} opzijgelegd")
    _keep(handeling, stap, stemmen, reden)
    return handeling


@transaction.atomic
def loosen_bijdragen(
    *,
    bijdragen: Sequence[Bijdrage],
    gezien: Sequence[str],
    gebruiker: Gebruiker,
    now: datetime,
    reden: str = "",
) -> Handeling:
    """Let notes be loose again, as if nobody had dealt with them."""
    stap = _begin(Handelingsoort.LOS, bijdragen, gezien, gebruiker, now)
    stemmen, reden = _left(stap, reden)
    put_places(dict.fromkeys(stap.notities))
    handeling = stap.finish(f"{_count(stap)} losgemaakt")
    _keep(handeling, stap, stemmen, reden)
    return handeling


# --- what a note does in its thread ----------------------------------------------------------------------------------


@transaction.atomic
def shift_bijdrage(
    *, bijdrage: Bijdrage, gezien: str, plek: int, gebruiker: Gebruiker, now: datetime
) -> Handeling:
    """Another place (0 = first) among the notes of its thread."""
    stap, eigen = _begin_in_draad(Handelingsoort.SCHUIF, bijdrage, gezien, gebruiker, now)
    draad = RodeDraad.objects.get(pk=gezien)
    rijen = list(rows_in(draad.pk, stap.stelling).select_related("bijdrage"))
    stap = Stap(
        stap.soort, stap.diner, stap.stelling, gebruiker, now, tuple(rij.bijdrage_id for rij in rijen)
    )
    rijen.remove(eigen)
    zichtbaar = [rij for rij in rijen if not rij.bijdrage.is_deleted]
    rijen.insert(rijen.index(zichtbaar[plek]) if plek < len(zichtbaar) else len(rijen), eigen)
    eigen.door_mens = True
    for nummer, rij in enumerate(rijen):
        rij.volgorde = nummer
    Onderbouwing.objects.bulk_update(rijen, ["volgorde", "door_mens"])
    return stap.finish(f"notitie verschoven in “{draad.titel}”", draad.pk)


@transaction.atomic
def set_rol(
    *, bijdrage: Bijdrage, gezien: str, rol: str, gebruiker: Gebruiker, now: datetime, pool: str = ""
) -> Handeling:
    """What a note does for its thread; only what was heard verbatim can be a quote."""
    if rol not in Onderbouwingsrol or (pool and pool not in Pool):
        raise DenkdinerError("Kies een rol uit de lijst.")
    if rol == Onderbouwingsrol.QUOTE:
        _check_letterlijk(bijdrage)
    wat = f"rol “{Onderbouwingsrol(rol).label.lower()}” gegeven"
    stap, rij = _begin_in_draad(Handelingsoort.ROL, bijdrage, gezien, gebruiker, now)
    return _store(stap, rij, wat, rol=rol, pool=pool)


@transaction.atomic
def toggle_quote(*, bijdrage: Bijdrage, gezien: str, gebruiker: Gebruiker, now: datetime) -> Handeling:
    """A quote of its thread, or not any more; only what was heard verbatim."""
    stap, rij = _begin_in_draad(Handelingsoort.QUOTE, bijdrage, gezien, gebruiker, now)
    _check_letterlijk(bijdrage)
    if rij.rol == Onderbouwingsrol.QUOTE:
        return _store(stap, rij, "geen quote meer", rol=Onderbouwingsrol.STEUN)
    return _store(stap, rij, "gekozen als quote", rol=Onderbouwingsrol.QUOTE)


@transaction.atomic
def toggle_pool(
    *, bijdrage: Bijdrage, pool: str, gezien: str, gebruiker: Gebruiker, now: datetime
) -> Handeling:
    """At side *pool* ("a", "b") of the spanning of its thread, or at neither any more."""
    if pool not in Pool:
        raise DenkdinerError("Een spanning heeft twee kanten.")
    stap, rij = _begin_in_draad(Handelingsoort.POOL, bijdrage, gezien, gebruiker, now)
    draad = RodeDraad.objects.get(pk=gezien)
    if not draad.has_spanning:
        raise DenkdinerError(f"Geef “{draad.titel}” eerst twee kanten.")
    if rij.pool == pool:
        return _store(stap, rij, "aan geen van beide kanten", pool="")
    return _store(stap, rij, "aan de ene kant" if pool == Pool.A else "aan de andere kant", pool=pool)


def _check_letterlijk(bijdrage: Bijdrage) -> None:
    if not bijdrage.letterlijk:
        raise DenkdinerError("Alleen een notitie die letterlijk gehoord is, kan een quote zijn.")


def _begin_in_draad(
    soort: Handelingsoort, bijdrage: Bijdrage, gezien: str, gebruiker: Gebruiker, now: datetime
) -> tuple[Stap, Onderbouwing]:
    """A step about what a note does where it is: in a thread."""
    if not gezien.isdecimal():
        raise DenkdinerError("Zet deze notitie eerst in een rode draad.")
    stap = _begin(soort, [bijdrage], [gezien], gebruiker, now)
    return stap, Onderbouwing.objects.get(bijdrage=bijdrage)


def _store(stap: Stap, rij: Onderbouwing, wat: str, **velden: str) -> Handeling:
    Onderbouwing.objects.filter(pk=rij.pk).update(**velden, door_mens=True)
    return stap.finish(wat, rij.rode_draad_id)


# --- how a step begins -----------------------------------------------------------------------------------------------


def _begin(
    soort: Handelingsoort,
    bijdragen: Sequence[Bijdrage],
    gezien: Sequence[str],
    gebruiker: Gebruiker,
    now: datetime,
    stelling: Stelling | None = None,
) -> Stap:
    """The lock, and every note where the person saw it; raises ``Bezet`` when one is not."""
    if len(bijdragen) != len(gezien) or len({b.pk for b in bijdragen}) != len(bijdragen):
        raise DenkdinerError("Deze stap is onvolledig. Ververs de pagina en probeer het opnieuw.")
    if not bijdragen and stelling is None:
        raise DenkdinerError("Kies ten minste één notitie.")
    if len(bijdragen) > MAX_NOTITIES:
        raise DenkdinerError(f"Dit zijn er te veel tegelijk: ten hoogste {MAX_NOTITIES} notities.")
    van, diner = (
        (stelling.pk, stelling.diner_id) if stelling else (bijdragen[0].stelling_id, bijdragen[0].diner_id)
    )
    if any(b.stelling_id != van or b.diner_id != diner for b in bijdragen):
        raise DenkdinerError("Deze notitie hoort bij een andere stelling.")
    if bijdragen:
        lock_notities(van, [b.pk for b in bijdragen])
    stap = Stap(soort, diner, van, gebruiker, now, tuple(b.pk for b in bijdragen))
    _check_gezien(stap, bijdragen, gezien)
    return stap


def _check_gezien(stap: Stap, bijdragen: Sequence[Bijdrage], gezien: Sequence[str]) -> None:
    vers = Bijdrage.objects.in_bulk(stap.notities)
    hier = set(
        map(str, RodeDraad.objects.filter(stelling=stap.stelling).values_list("pk", flat=True))
        if stap.stelling
        else ()
    )
    for bijdrage, zag in zip(bijdragen, gezien, strict=True):
        nu = vers.get(bijdrage.pk)
        naam = short(bijdrage.tekst) if len(bijdragen) > 1 else "deze notitie"
        if nu is None or nu.is_deleted:
            raise Bezet(f"De tafel heeft {naam} net verwijderd.")
        if nu.stelling_id != stap.stelling:
            raise Bezet(f"De tafel heeft {naam} net bij een andere stelling gezet.")
        plaats = stap.voor["notities"][str(bijdrage.pk)]
        if plek_in(plaats, hier) != zag:
            raise Bezet(who_moved(bijdrage.pk, stap.diner, stap.gebruiker, naam=naam))


Stemmen = list[tuple[RodeDraad, int]]


def _left(stap: Stap, reden: str, naar: int | None = None, *, samen: bool = False) -> tuple[Stemmen, str]:
    """The views of one table that this step leaves without a note, and the reason as it is kept; or ``RedenNodig``."""
    daar: Plaats = {"rode_draad_id": naar}
    weg = leaving(stap.voor["notities"], dict.fromkeys(stap.voor["notities"], daar))
    stemmen = left_voices(weg, stap.gebruiker, stap.notities if samen else ())
    return stemmen, check_reden(stemmen, reden)


def _keep(
    handeling: Handeling, stap: Stap, stemmen: Stemmen, reden: str, naar: RodeDraad | None = None
) -> None:
    if stemmen:
        wie: dict[str, Any] = {"gebruiker": stap.gebruiker, "now": stap.now}
        keep_minderheden(stemmen=stemmen, naar=naar, reden=reden, handeling=handeling, **wie)


def plek_in(plaats: Plaats, draden: set[str]) -> str:
    """Where a note is, in one word; a place under another stelling, from before its table moved it, is no place here."""
    plek = plek_of(plaats["rode_draad_id"] if plaats else None, is_los=plaats is None)
    return plek if plek in draden or plek == OPZIJ else plek_of(None, is_los=True)


def _find(draad: RodeDraad, stelling: int | None) -> RodeDraad:
    """*draad* as it is now; raises when it is of another stelling, or gone."""
    if draad.stelling_id is None or draad.stelling_id != stelling:
        raise DenkdinerError("Deze notitie hoort bij een andere stelling.")
    fresh = RodeDraad.objects.filter(pk=draad.pk).first()
    if fresh is None:
        raise Verdwenen(who_took(draad.pk))
    return fresh


def _plaats(**velden: Any) -> dict[str, Any]:
    gewoon = {"rol": Onderbouwingsrol.STEUN.value, "pool": "", "reden": "", "volgorde": 0, "door_mens": True}
    return {**gewoon, **velden}


def _put_into(draad: RodeDraad, stap: Stap) -> None:
    """At the end of *draad*; a quote stays a quote, what a note did for another thread is over."""
    laatste = draad.onderbouwingen.aggregate(laatste=Max("volgorde"))["laatste"]
    plek = -1 if laatste is None else laatste
    plaatsen: dict[uuid.UUID, Plaats] = {}
    for notitie in stap.notities:
        plaats = stap.voor["notities"][str(notitie)]
        if plaats is not None and plaats["rode_draad_id"] == draad.pk:
            plaatsen[notitie] = {**plaats, "door_mens": True}
            continue
        quote = plaats is not None and plaats["rol"] == Onderbouwingsrol.QUOTE
        rol = Onderbouwingsrol.QUOTE if quote else Onderbouwingsrol.STEUN
        plek += 1
        plaatsen[notitie] = _plaats(rode_draad_id=draad.pk, rol=rol.value, volgorde=plek)
    put_places(plaatsen)


def _new_draad(stap: Stap, stelling: Stelling, titel: str) -> RodeDraad:
    draad = RodeDraad(
        reeks_id=stelling.diner.reeks_id,
        diner_id=stelling.diner_id,
        stelling=stelling,
        titel=titel.strip(),
        volgorde=last_place(stelling) + 1,
        door_mens=True,
        created_at=stap.now,
        updated_at=stap.now,
        updated_by=stap.gebruiker,
    )
    store_draad(draad)
    stap.begonnen.append(draad.pk)
    _put_into(draad, stap)
    return draad


def _count(stap: Stap) -> str:
    aantal = len(stap.notities)
    return "1 notitie" if aantal == 1 else f"{aantal} notities"
