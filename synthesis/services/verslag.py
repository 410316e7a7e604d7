"""The sections of the report: what a person writes, what others say of it, and what may stand as it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Gebruiker, Reeks
from synthesis.models import (
    AANVAARDBAAR,
    MAX_OPMERKING,
    MAX_REDEN_AANVAARDING,
    Verslag,
    Verslagaanvaarding,
    Verslagdeel,
    Verslagopmerking,
)
from synthesis.queries import Punt, Sectieplek, find_sectie, stamp


class Vastgesteld(DenkdinerError):
    """The report is fixed; nobody writes in it."""

    def __init__(self) -> None:
        super().__init__(
            "Het verslag is vastgesteld. Zet het eerst terug in review; daarna kun je weer schrijven."
        )


def lock_verslag(reeks: Reeks, now: datetime) -> Verslag:
    """The report, made when there is none; one person at a time changes what hangs on it."""
    verslag, _ = Verslag.objects.select_for_update().get_or_create(reeks=reeks, defaults={"updated_at": now})
    return verslag


def _lock_open(reeks: Reeks, now: datetime) -> Verslag:
    verslag = lock_verslag(reeks, now)
    if verslag.is_vast:
        raise Vastgesteld
    return verslag


def _place(reeks: Reeks, sleutel: str) -> Mapping[str, Any]:
    plek = find_sectie(reeks, sleutel)
    if plek is None:
        raise Conflict(
            "Dit deel is er niet meer: de stelling ervan is net verwijderd. Jouw tekst staat hieronder nog."
        )
    return plek.plaats


# --- writing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_verslagdeel(
    *,
    reeks: Reeks,
    sleutel: str,
    tekst: str,
    version: int,
    now: datetime,
    gebruiker: Gebruiker | None = None,
    bron: str | None = None,
    gezien: str | None = None,
) -> Verslagdeel | None:
    """Write one section of the report; an empty *tekst* gives it back to the generated text (returns None).

    *version* is what the person was looking at (0: nothing yet); ``Conflict`` when somebody else wrote meanwhile,
    ``Vastgesteld`` while the report is. *bron*: what the app makes of the section now; *gezien*: the stamp of what the
    writer had before them. When these differ, the save is kept and the change stays told.
    """
    verslag = _lock_open(reeks, now)
    plaats = _place(reeks, sleutel)
    deel = verslag.delen.filter(**plaats).first()
    if (deel.version if deel else 0) != version:
        raise Conflict(
            "Iemand anders heeft dit deel net gewijzigd. Jouw tekst staat hieronder nog; vergelijk ze."
        )
    if not tekst.strip():
        if deel is not None:
            deel.delete()
        return None
    deel = deel or Verslagdeel(verslag=verslag, **plaats, version=0)
    deel.tekst, deel.version, deel.updated_at, deel.updated_by = (
        tekst.strip(),
        deel.version + 1,
        now,
        gebruiker,
    )
    if bron is not None:
        if gezien is None or gezien == stamp(bron):
            deel.bron, deel.bron_at, deel.bron_by = bron, now, gebruiker
        elif deel.bron_at is None:
            deel.bron, deel.bron_at, deel.bron_by = "", now, gebruiker
    deel.save()
    return deel


@transaction.atomic
def see_verslagbron(
    *, reeks: Reeks, sleutel: str, bron: str, gezien: str, now: datetime, gebruiker: Gebruiker
) -> Verslagdeel:
    """ "My text still holds": *gebruiker* looked at *bron*, which the app makes of the section now. The text stays as it is.

    ``Conflict`` when *gezien*, the stamp of what was on their page, is of something else by now, or nobody wrote here.
    """
    verslag = _lock_open(reeks, now)
    deel = verslag.delen.filter(**_place(reeks, sleutel)).first()
    if deel is None or stamp(bron) != gezien:
        raise Conflict("Dit deel of de bron ervan is net weer veranderd. Bekijk het verschil nog eens.")
    deel.bron, deel.bron_at, deel.bron_by = bron, now, gebruiker
    deel.save(update_fields=["bron", "bron_at", "bron_by"])
    return deel


# --- talking about it -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_verslagopmerking(
    *, reeks: Reeks, plek: Sectieplek, tekst: str, gebruiker: Gebruiker, now: datetime
) -> Verslagopmerking:
    """Raises ``DenkdinerError`` when there is nothing in it, or too much. Also about a report that is vastgesteld."""
    tekst = tekst.strip()
    if not tekst:
        raise DenkdinerError("Schrijf eerst een opmerking.")
    if len(tekst) > MAX_OPMERKING:
        raise DenkdinerError(f"Houd een opmerking onder de {MAX_OPMERKING} tekens.")
    verslag = lock_verslag(reeks, now)
    return Verslagopmerking.objects.create(
        verslag=verslag, **plek.plaats, tekst=tekst, made_by=gebruiker, made_at=now
    )


@transaction.atomic
def solve_verslagopmerking(
    *, opmerking: Verslagopmerking, opgelost: bool, gebruiker: Gebruiker, now: datetime
) -> Verslagopmerking:
    """Dealt with, or open again. Who said so first is kept."""
    Verslag.objects.select_for_update().get(pk=opmerking.verslag_id)
    fresh = Verslagopmerking.objects.select_for_update(of=("self",)).get(pk=opmerking.pk)
    if opgelost != (fresh.solved_at is not None):
        fresh.solved_at, fresh.solved_by = (now, gebruiker) if opgelost else (None, None)
        fresh.save(update_fields=["solved_at", "solved_by"])
    return fresh


# --- what may stand -------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept_verslagpunt(
    *, reeks: Reeks, punt: Punt, reden: str, gebruiker: Gebruiker, now: datetime
) -> Verslagaanvaarding:
    """Let this very point stand, with the *reden* why; whoever was first is kept.

    ``DenkdinerError`` without a reason, and for a thread or a remark: those are settled in their own place.
    """
    reden = " ".join(reden.split())
    if punt.soort not in AANVAARDBAAR:
        raise DenkdinerError("Dit punt kun je niet aanvaarden. Los het op waar het ligt.")
    if not reden:
        raise DenkdinerError("Zeg waarom dit punt mag blijven staan.")
    if len(reden) > MAX_REDEN_AANVAARDING:
        raise DenkdinerError(f"Houd de reden onder de {MAX_REDEN_AANVAARDING} tekens.")
    verslag = _lock_open(reeks, now)
    aanvaarding, _ = Verslagaanvaarding.objects.get_or_create(
        verslag=verslag,
        vingerafdruk=punt.vingerafdruk,
        defaults={"soort": punt.soort, "reden": reden, "accepted_by": gebruiker, "accepted_at": now},
    )
    return aanvaarding


@transaction.atomic
def withdraw_verslagaanvaarding(*, reeks: Reeks, aanvaarding: Verslagaanvaarding, now: datetime) -> None:
    """The point stands open again; ``Vastgesteld`` while the report is."""
    _lock_open(reeks, now)
    aanvaarding.delete()
