"""The text of a thread: write it, keep what it was, talk about it, and let it stand when every warning is dealt with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish
from sessions.models import Gebruiker
from synthesis.models import (
    MAX_OPMERKING,
    MAX_REDEN_AANVAARDING,
    Aanvaarding,
    Bronstand,
    Draadstatus,
    Draadversie,
    Opmerking,
    RodeDraad,
)
from synthesis.queries import bronnen_of, oordelen_of, stamp_of, text_of
from synthesis.redactie import Bevinding
from synthesis.services.draden import carry_rode_draad
from synthesis.services.stelling import (
    announce_draden,
    find_fresh,
    keep_version,
    lock_stellingen_of,
    store_draad,
)

NAAR = {
    Draadstatus.CONCEPT: {Draadstatus.IN_REVIEW},
    Draadstatus.IN_REVIEW: {Draadstatus.CONCEPT, Draadstatus.VASTGESTELD},
    Draadstatus.VASTGESTELD: {Draadstatus.CONCEPT, Draadstatus.IN_REVIEW},
}
"""From which status to which."""


class NogOpen(DenkdinerError):
    """It cannot be vastgesteld: warnings stand open."""

    def __init__(self, aantal: int) -> None:
        hoeveel = "staat 1 waarschuwing" if aantal == 1 else f"staan {aantal} waarschuwingen"
        super().__init__(
            f"Vaststellen kan nog niet: er {hoeveel} open. Los ze op, of aanvaard ze met een reden."
        )


# --- writing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit_rode_draad(
    *,
    draad: RodeDraad,
    version: int,
    now: datetime,
    gebruiker: Gebruiker | None = None,
    door: Sequence[RodeDraad] | None = None,
    bronnen: str | None = None,
    **fields: Any,
) -> RodeDraad:
    """Change titel, tekst, pool_a, pool_b, kernvraag or status, and keep what it was; *version* is what the person saw.

    *door* (a thread of the reeks only): the threads that carry it from now on; None leaves them. *bronnen*: the stamp of the
    sources that the writer had before them; None takes those of now. A vastgestelde thread whose content changes goes back
    in review, and nothing becomes vastgesteld with a warning that is neither solved nor accepted. Raises ``Conflict`` when
    somebody else saved meanwhile, ``NogOpen``, or ``DenkdinerError`` when a rule is broken (one pole only).
    """
    if door is not None:
        lock_stellingen_of([onder.pk for onder in door])
    fresh = find_fresh(draad)
    if fresh.version != version:
        raise Conflict(
            "Iemand anders heeft deze rode draad net gewijzigd. Jouw tekst staat hieronder nog; vergelijk ze."
        )
    gewenst = fields.pop("status", fresh.status)
    if gewenst not in Draadstatus:
        raise DenkdinerError("Kies een status uit de lijst.")
    anders = any(getattr(fresh, naam) != waarde for naam, waarde in fields.items())
    if door is not None:
        dragers = fresh.onderbouwingen.filter(draad__verwijderd_at=None).values_list("draad_id", flat=True)
        anders |= set(dragers) != {onder.pk for onder in door}
    status = _next_status(fresh.status, gewenst, anders)
    if anders or status != fresh.status:
        keep_version(draad=fresh, now=now, gebruiker=gebruiker)
    for naam, waarde in fields.items():
        setattr(fresh, naam, waarde)
    fresh.status = status
    fresh.onderbouwingen.update(door_mens=True)  # that is what the person looked at
    fresh.door_mens, fresh.version = True, fresh.version + 1
    fresh.updated_at, fresh.updated_by = now, gebruiker
    store_draad(fresh)
    if door is not None:
        carry_rode_draad(draad=fresh, door=door)
    if status == Draadstatus.VASTGESTELD and (nog := sum(een.is_open for een in oordelen_of(fresh))):
        raise NogOpen(nog)
    if "tekst" in fields:
        _remember_bronnen(fresh, bronnen, now)
    announce_draden(fresh, fresh.pk)
    return fresh


def _next_status(nu: str, gewenst: str, anders: bool) -> str:
    if nu == Draadstatus.VASTGESTELD and anders and gewenst == Draadstatus.VASTGESTELD:
        return Draadstatus.IN_REVIEW
    if gewenst != nu and gewenst not in NAAR[Draadstatus(nu)]:
        raise DenkdinerError("Zet de rode draad eerst in review; daarna kun je hem vaststellen.")
    return gewenst


def restore_versie(
    *, versie: Draadversie, version: int, now: datetime, gebruiker: Gebruiker | None = None
) -> RodeDraad:
    """The words of *versie* again, as a new version; raises as ``edit_rode_draad`` does.

    The status stays what it is now; but what was vastgesteld goes back in review, for the notes may have changed since.
    """
    woorden: dict[str, Any] = dict(text_of(versie))
    return edit_rode_draad(draad=versie.draad, version=version, now=now, gebruiker=gebruiker, **woorden)


def _remember_bronnen(draad: RodeDraad, gezien: str | None, now: datetime) -> None:
    """Keep what lies under *draad*; but when its writer had something else before them, what was kept before stays."""
    bronnen = bronnen_of([draad])[draad.pk]
    if gezien is None or gezien == stamp_of(bronnen):
        Bronstand.objects.update_or_create(draad=draad, defaults={"bronnen": bronnen, "at": now})
    else:
        Bronstand.objects.get_or_create(draad=draad, defaults={"bronnen": {}, "at": now})


# --- talking about it -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_opmerking(*, draad: RodeDraad, tekst: str, gebruiker: Gebruiker, now: datetime) -> Opmerking:
    """Raises ``DenkdinerError`` when there is nothing in it, or too much."""
    tekst = tekst.strip()
    if not tekst:
        raise DenkdinerError("Schrijf eerst een opmerking.")
    if len(tekst) > MAX_OPMERKING:
        raise DenkdinerError(f"Houd een opmerking onder de {MAX_OPMERKING} tekens.")
    opmerking = Opmerking.objects.create(draad=find_fresh(draad), tekst=tekst, made_by=gebruiker, made_at=now)
    _announce_opmerking(draad)
    return opmerking


@transaction.atomic
def solve_opmerking(
    *, opmerking: Opmerking, opgelost: bool, gebruiker: Gebruiker, now: datetime
) -> Opmerking:
    """Solved, or open again. Who said so first is kept."""
    fresh = Opmerking.objects.select_for_update(of=("self",)).get(pk=opmerking.pk)
    if opgelost != (fresh.solved_at is not None):
        fresh.solved_at, fresh.solved_by = (now, gebruiker) if opgelost else (None, None)
        fresh.save(update_fields=["solved_at", "solved_by"])
        _announce_opmerking(opmerking.draad)
    return fresh


def _announce_opmerking(draad: RodeDraad) -> None:
    if draad.diner_id is not None:
        publish(Event.OPMERKING_CHANGED, diner_group(draad.diner_id), draad=draad.pk)


# --- warnings that may stand ----------------------------------------------------------------------------------------------


@transaction.atomic
def accept_bevinding(
    *, draad: RodeDraad, bevinding: Bevinding, reden: str, gebruiker: Gebruiker, now: datetime
) -> Aanvaarding:
    """Let this very warning stand, with the *reden* why; whoever was first is kept. ``DenkdinerError`` without a reason."""
    reden = " ".join(reden.split())
    if not reden:
        raise DenkdinerError("Zeg waarom deze waarschuwing mag blijven staan.")
    if len(reden) > MAX_REDEN_AANVAARDING:
        raise DenkdinerError(f"Houd de reden onder de {MAX_REDEN_AANVAARDING} tekens.")
    fresh = find_fresh(draad)
    aanvaarding, _ = Aanvaarding.objects.get_or_create(
        draad=fresh,
        vingerafdruk=bevinding.vingerafdruk,
        defaults={
            "soort": bevinding.check.value,
            "reden": reden,
            "accepted_by": gebruiker,
            "accepted_at": now,
        },
    )
    announce_draden(fresh, fresh.pk)
    return aanvaarding


@transaction.atomic
def withdraw_aanvaarding(*, aanvaarding: Aanvaarding, gebruiker: Gebruiker, now: datetime) -> None:
    """The warning stands open again; a thread that was vastgesteld goes back in review."""
    fresh = find_fresh(aanvaarding.draad)
    aanvaarding.delete()
    if fresh.status == Draadstatus.VASTGESTELD:
        keep_version(draad=fresh, now=now, gebruiker=gebruiker)
        fresh.version, fresh.updated_at, fresh.updated_by = fresh.version + 1, now, gebruiker
        fresh.save()
    announce_draden(fresh, fresh.pk)
