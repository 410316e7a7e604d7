"""The inbox: place a note with one key, and take any step back. Each step says what the person was looking at (``gezien``),
so that of two verslagleggers who take the same note at once, the second is told; nothing is overwritten unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from capture.models import Bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish
from sessions.models import Diner, Gebruiker
from synthesis.models import (
    MAX_REDEN,
    Handeling,
    Handelingsoort,
    Onderbouwing,
    Onderbouwingsrol,
    Pool,
    RodeDraad,
)
from synthesis.queries import LOS, OPZIJ, plek_of
from synthesis.services.draden import add_rode_draad
from synthesis.services.stelling import lock_stelling

Plaats = dict[str, Any] | None
"""Where a note is, as JSON: the fields of its Onderbouwing; None when it is loose."""
VELDEN = ("rode_draad_id", "rol", "pool", "reden", "volgorde", "door_mens")


class Bezet(Conflict):
    """Somebody else dealt with this note meanwhile."""


def place_bijdrage(
    *, bijdrage: Bijdrage, draad: RodeDraad, gezien: str, gebruiker: Gebruiker, now: datetime
) -> Handeling:
    """Put *bijdrage* into *draad*, a thread of its own stelling. Raises ``DenkdinerError`` or ``Bezet``."""

    def change(plaats: Plaats) -> dict[str, Any]:
        _check_draad(bijdrage, draad)
        return _in_draad(draad, plaats)

    return _step(Handelingsoort.PLAATS, bijdrage, gezien, gebruiker, now, change)


def place_in_new(
    *, bijdrage: Bijdrage, titel: str, gezien: str, gebruiker: Gebruiker, now: datetime
) -> Handeling:
    """Put *bijdrage* into a new thread *titel* of its stelling. Raises ``DenkdinerError`` or ``Bezet``."""

    def change(plaats: Plaats) -> dict[str, Any]:
        if bijdrage.stelling is None:
            raise DenkdinerError("Deze notitie hoort bij geen stelling.")
        draad = add_rode_draad(stelling=bijdrage.stelling, titel=titel, now=now, gebruiker=gebruiker)
        return _in_draad(draad, plaats)

    return _step(Handelingsoort.NIEUW, bijdrage, gezien, gebruiker, now, change)


def park_bijdrage(
    *, bijdrage: Bijdrage, reden: str, gezien: str, gebruiker: Gebruiker, now: datetime
) -> Handeling:
    """Lay *bijdrage* aside, with the *reden* why. Raises ``DenkdinerError`` without one, or ``Bezet``."""
    reden = reden.strip()
    if not reden:
        raise DenkdinerError("Zeg waarom je deze notitie opzijlegt.")
    if len(reden) > MAX_REDEN:
        raise DenkdinerError(f"Deze reden is te lang: ten hoogste {MAX_REDEN} tekens.")
    opzij = _plaats(rode_draad_id=None, reden=reden)
    return _step(Handelingsoort.OPZIJ, bijdrage, gezien, gebruiker, now, lambda plaats: opzij)


def toggle_quote(*, bijdrage: Bijdrage, gezien: str, gebruiker: Gebruiker, now: datetime) -> Handeling:
    """A quote of its thread, or not any more; only what was heard verbatim. Raises ``DenkdinerError`` or ``Bezet``."""

    def change(plaats: Plaats) -> dict[str, Any]:
        if plaats is None or plaats["rode_draad_id"] is None:
            raise DenkdinerError("Zet deze notitie eerst in een rode draad.")
        if not bijdrage.letterlijk:
            raise DenkdinerError("Alleen een notitie die letterlijk gehoord is, kan een quote zijn.")
        quote = plaats["rol"] == Onderbouwingsrol.QUOTE
        rol = Onderbouwingsrol.STEUN if quote else Onderbouwingsrol.QUOTE
        return {**plaats, "rol": rol.value, "door_mens": True}

    return _step(Handelingsoort.QUOTE, bijdrage, gezien, gebruiker, now, change)


def toggle_pool(
    *, bijdrage: Bijdrage, pool: str, gezien: str, gebruiker: Gebruiker, now: datetime
) -> Handeling:
    """At side *pool* ("a", "b") of the spanning of its thread, or at neither any more. Raises as the others do."""

    def change(plaats: Plaats) -> dict[str, Any]:
        if pool not in Pool:
            raise DenkdinerError("Een spanning heeft twee kanten.")
        draad = RodeDraad.objects.filter(pk=plaats["rode_draad_id"]).first() if plaats else None
        if plaats is None or draad is None:
            raise DenkdinerError("Zet deze notitie eerst in een rode draad.")
        if not draad.has_spanning:
            raise DenkdinerError(f"Geef “{draad.titel}” eerst twee kanten.")
        return {**plaats, "pool": "" if plaats["pool"] == pool else pool, "door_mens": True}

    return _step(Handelingsoort.POOL, bijdrage, gezien, gebruiker, now, change)


@dataclass(frozen=True, slots=True)
class Ongedaan:
    """What came of taking a step back."""

    handeling: Handeling
    gelukt: bool
    """False: somebody changed the note after it, or its thread is gone; the step is passed over from now on."""


@transaction.atomic
def undo_handeling(*, diner: Diner, gebruiker: Gebruiker, now: datetime) -> Ongedaan | None:
    """Take back the last step of *gebruiker* at *diner* that was not taken back yet; None when there is none.

    The note goes back exactly to where it was. A thread that the step began goes away when nobody did anything else with it.
    """
    Gebruiker.objects.select_for_update(no_key=True).get(
        pk=gebruiker.pk
    )  # one step at a time, also from two tabs
    eigen = Handeling.objects.filter(diner=diner, gebruiker=gebruiker, undone_at=None)
    handeling = eigen.order_by("-pk").first()
    if handeling is None:
        return None
    bijdrage = Bijdrage.objects.select_related("stelling").get(pk=handeling.bijdrage_id)
    _lock(bijdrage)
    nu = _now_at(bijdrage)
    draad_weg = handeling.voor is not None and not _exists(handeling.voor["rode_draad_id"])
    gelukt = nu == handeling.na and not draad_weg
    if gelukt:
        _put(bijdrage, handeling.voor)
        if handeling.soort == Handelingsoort.NIEUW:
            _drop_empty_draad(handeling.na["rode_draad_id"])
    handeling.undone_at = now
    handeling.save(update_fields=["undone_at"])
    _announce(bijdrage)
    return Ongedaan(handeling, gelukt)


def _exists(draad: int | None) -> bool:
    return draad is None or RodeDraad.objects.filter(pk=draad).exists()


def _drop_empty_draad(pk: int) -> None:
    """Remove a thread that holds nothing and that nobody wrote in: it was only made to put that note in."""
    leeg = RodeDraad.objects.filter(pk=pk, version=1, tekst="", kernvraag="", pool_a="", onderbouwingen=None)
    leeg.filter(vrijgaven=None).delete()


# --- one step --------------------------------------------------------------------------------------------------------


@transaction.atomic
def _step(
    soort: Handelingsoort,
    bijdrage: Bijdrage,
    gezien: str,
    gebruiker: Gebruiker,
    now: datetime,
    change: Callable[[Plaats], dict[str, Any]],
) -> Handeling:
    _lock(bijdrage)
    voor = _now_at(bijdrage)
    if plek_of(voor["rode_draad_id"] if voor else None, is_los=voor is None) != gezien:
        raise Bezet(_who(bijdrage, voor, gebruiker))
    na = change(voor)
    _put(bijdrage, na)
    handeling = Handeling.objects.create(
        diner_id=bijdrage.diner_id,
        gebruiker=gebruiker,
        bijdrage=bijdrage,
        soort=soort,
        voor=voor,
        na=na,
        at=now,
    )
    _announce(bijdrage, na["rode_draad_id"])
    return handeling


def _lock(bijdrage: Bijdrage) -> None:
    """One person at a time; a note about no stelling is locked by itself."""
    if bijdrage.stelling_id is not None:
        lock_stelling(bijdrage.stelling_id)
    else:
        Bijdrage.objects.select_for_update(no_key=True).get(pk=bijdrage.pk)


def _now_at(bijdrage: Bijdrage) -> Plaats:
    plaats: Plaats = Onderbouwing.objects.filter(bijdrage=bijdrage).values(*VELDEN).first()
    return plaats


def _put(bijdrage: Bijdrage, plaats: Plaats) -> None:
    if plaats is None:
        Onderbouwing.objects.filter(bijdrage=bijdrage).delete()
    else:
        Onderbouwing.objects.update_or_create(bijdrage=bijdrage, defaults=plaats)


def _plaats(**velden: Any) -> dict[str, Any]:
    gewoon = {"rol": Onderbouwingsrol.STEUN.value, "pool": "", "reden": "", "volgorde": 0, "door_mens": True}
    return {**gewoon, **velden}


def _in_draad(draad: RodeDraad, plaats: Plaats) -> dict[str, Any]:
    """At the end of *draad*; a quote stays a quote, what it did for another thread is over."""
    if plaats is not None and plaats["rode_draad_id"] == draad.pk:
        return {**plaats, "door_mens": True}
    rol = (
        plaats["rol"] if plaats and plaats["rol"] == Onderbouwingsrol.QUOTE else Onderbouwingsrol.STEUN.value
    )
    return _plaats(rode_draad_id=draad.pk, rol=rol, volgorde=draad.onderbouwingen.count())


def _check_draad(bijdrage: Bijdrage, draad: RodeDraad) -> None:
    if draad.stelling_id is None or draad.stelling_id != bijdrage.stelling_id:
        raise DenkdinerError("Deze notitie hoort bij een andere stelling.")
    if not RodeDraad.objects.filter(pk=draad.pk).exists():
        raise Conflict("Deze rode draad bestaat niet meer.")


def _who(bijdrage: Bijdrage, plaats: Plaats, gebruiker: Gebruiker) -> str:
    """Who dealt with it, and how, for whoever was a moment later."""
    laatste = (
        Handeling.objects.filter(bijdrage=bijdrage, undone_at=None)
        .select_related("gebruiker")
        .order_by("-pk")
        .first()
    )
    if laatste is not None and laatste.gebruiker_id == gebruiker.pk:
        return "Je hebt deze notitie zelf net verplaatst. Kijk nog eens waar ze staat."
    wie = str(laatste.gebruiker) if laatste else "Iemand anders"
    plek = plek_of(plaats["rode_draad_id"] if plaats else None, is_los=plaats is None)
    if plek == LOS:
        return f"{wie} heeft deze notitie net weer losgemaakt."
    if plek == OPZIJ:
        return f"{wie} heeft deze notitie net opzijgelegd."
    titel = RodeDraad.objects.filter(pk=plek).values_list("titel", flat=True).first()
    return f"{wie} zette deze notitie net in “{titel}”."


def _announce(bijdrage: Bijdrage, draad: int | None = None) -> None:
    publish(
        Event.RODE_DRAAD_CHANGED, diner_group(bijdrage.diner_id), stelling=bijdrage.stelling_id, draad=draad
    )
