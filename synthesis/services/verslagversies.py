"""The report as a whole: versions that never change, and its way from concept to vastgesteld and back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Gebruiker, Reeks
from sessions.services import add_reeksregel
from synthesis.exports.bron import Verslagbron
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.opslag import to_json
from synthesis.models import MAX_TOELICHTING, RodeDraad, Verslag, Verslagstatus, Verslagversie
from synthesis.queries import afdruk_of, verslag_of, verslagbron, verslagstand
from synthesis.services.verslag import lock_verslag

CONCEPT, IN_REVIEW, VASTGESTELD = Verslagstatus.CONCEPT, Verslagstatus.IN_REVIEW, Verslagstatus.VASTGESTELD
NAAR = {
    CONCEPT: (IN_REVIEW,),
    IN_REVIEW: (CONCEPT, VASTGESTELD),
    VASTGESTELD: (IN_REVIEW,),
}
"""From which status to which."""


class NogTeDoen(DenkdinerError):
    """It cannot be vastgesteld: points stand open."""

    def __init__(self, aantal: int) -> None:
        hoeveel = "staat 1 punt" if aantal == 1 else f"staan {aantal} punten"
        super().__init__(
            f"Vaststellen kan nog niet: er {hoeveel} open bij “Wat nog moet”. Los ze op; wat mag blijven staan, "
            "aanvaard je met een reden."
        )


def keep_verslagversie(
    *, reeks: Reeks, gebruiker: Gebruiker, now: datetime, toelichting: str = ""
) -> Verslagversie:
    """Keep the report as it is now. Numbers have no holes, however many save at once; ``DenkdinerError`` for a long note."""
    toelichting = _one_line(toelichting)
    # Heavy: not while others wait. The fingerprint first, so that what changes in between is a later change.
    afdruk = afdruk_of(reeks)
    bron = verslagbron(reeks)
    with transaction.atomic():
        verslag = lock_verslag(reeks, now)
        versie = _store(verslag, replace(bron, status=verslag.status), afdruk, now, gebruiker, toelichting)
        wat = f"bewaarde versie {versie.nummer} van het verslag"
        add_reeksregel(reeks=reeks, wat=wat, now=now, gebruiker=gebruiker)
    return versie


def set_verslagstatus(
    *, reeks: Reeks, naar: str, version: int, gebruiker: Gebruiker | None, now: datetime, reden: str = ""
) -> Verslagversie:
    """Give the report another status, and keep a version of it as it then is.

    *version* is what the person was looking at: ``Conflict`` when somebody else changed the status first. Vastgesteld only
    with every point of ``verslagstand`` settled or accepted (``NogTeDoen``); back from there only with a *reden*.
    """
    reden = _one_line(reden)
    voor = _mark(reeks)
    afdruk = afdruk_of(reeks)  # first, and not while others wait: as above
    stand = verslagstand(reeks, vandaag=timezone.localdate(now))
    with transaction.atomic():
        verslag = lock_verslag(reeks, now)
        if verslag.version != version:
            raise Conflict(
                f"Iemand anders heeft de status net gewijzigd: het verslag is nu “{verslag.get_status_display()}”."
            )
        _check_step(verslag.status, naar, reden)
        if naar == VASTGESTELD:
            if stand.open:
                raise NogTeDoen(len(stand.open))
            if _mark(reeks) != voor or afdruk_of(reeks) != afdruk:
                raise Conflict(
                    "Er is net iets aan het verslag gewijzigd. Bekijk het nog eens en stel het dan vast."
                )
        versie = _store(verslag, replace(stand.bron, status=naar), afdruk, now, gebruiker, reden)
        terug = verslag.is_vast
        verslag.status, verslag.version, verslag.updated_at = naar, verslag.version + 1, now
        verslag.vast_nummer = versie.nummer if naar == VASTGESTELD else None
        verslag.save(update_fields=["status", "version", "vast_nummer", "updated_at"])
        add_reeksregel(reeks=reeks, wat=_told(naar, versie, reden, terug=terug), now=now, gebruiker=gebruiker)
    return versie


def _one_line(tekst: str) -> str:
    tekst = " ".join(tekst.split())
    if len(tekst) > MAX_TOELICHTING:
        raise DenkdinerError(f"Houd het onder de {MAX_TOELICHTING} tekens.")
    return tekst


def _check_step(nu: str, naar: str, reden: str) -> None:
    if naar not in Verslagstatus:
        raise DenkdinerError("Kies een status uit de lijst.")
    if naar not in NAAR[Verslagstatus(nu)]:
        raise DenkdinerError(
            "Zo staat het verslag al."
            if nu == naar
            else "Zet het verslag eerst in review; daarna kun je het verder brengen."
        )
    if nu == VASTGESTELD and not reden:
        raise DenkdinerError("Zeg waarom het vastgestelde verslag teruggaat.")


def _told(naar: str, versie: Verslagversie, reden: str, *, terug: bool) -> str:
    if naar == VASTGESTELD:
        return f"stelde het verslag vast als versie {versie.nummer}"
    if terug:
        return f"zette het vastgestelde verslag terug in review: {reden}"
    return "zette het verslag in review" if naar == IN_REVIEW else "zette het verslag terug naar concept"


def _store(
    verslag: Verslag,
    bron: Verslagbron,
    afdruk: str,
    now: datetime,
    gebruiker: Gebruiker | None,
    toelichting: str,
) -> Verslagversie:
    """Inside the lock on *verslag*, which is what keeps its numbers whole."""
    hoogste: int = verslag.versies.aggregate(hoogste=Max("nummer"))["hoogste"] or 0
    return Verslagversie.objects.create(
        verslag=verslag,
        nummer=hoogste + 1,
        inhoud=to_json(build_inhoud(bron, vandaag=timezone.localdate(now))),
        afdruk=afdruk,
        status=bron.status,
        toelichting=toelichting,
        created_at=now,
        created_by=gebruiker,
    )


def _mark(reeks: Reeks) -> list[list[Any]]:
    """Differs when somebody wrote, remarked, accepted, or changed a thread meanwhile. Five queries."""
    verslag = verslag_of(reeks)
    draden = _rows(RodeDraad.objects.filter(reeks=reeks), "version", "status")
    if not verslag.pk:
        return [draden]
    return [
        draden,
        _rows(verslag.delen.all(), "version", "bron_at"),
        _rows(verslag.opmerkingen.all(), "solved_at"),
        _rows(verslag.aanvaardingen.all()),
    ]


def _rows(rijen: QuerySet[Any], *velden: str) -> list[Any]:
    return list(rijen.order_by("pk").values_list("pk", *velden))
