"""Where the evening is, and what passes in the room."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sessions.models import Bericht, Diner, Gezien, Hulpvraag, Ronde, Scherm, Tafel


def running_ronde(diner: Diner) -> Ronde | None:
    """The ronde that is on now (paused counts), its stelling loaded. One query."""
    return diner.rondes.running().select_related("stelling").first()


def ronde_state(ronde: Ronde | None, diner: Diner, now: datetime) -> dict[str, Any]:
    """What every screen needs to show *ronde*: the payload of ``ronde-changed``. Times are ISO 8601."""
    state: dict[str, Any] = {"diner": diner.pk, "ronde": None, "status": diner.status, "now": now.isoformat()}
    if ronde is None:
        return state
    return state | {
        "ronde": ronde.pk,
        "nummer": ronde.nummer,
        "soort": ronde.soort,
        "stelling": ronde.stelling_id,
        "ends_at": ronde.ends_at and ronde.ends_at.isoformat(),
        "paused_remaining": ronde.paused_remaining,
        "version": ronde.version,
    }


@dataclass(frozen=True, slots=True)
class Draaiboek:
    """Where the evening is. A ronde that was skipped does not come any more."""

    rondes: list[Ronde]
    loopt: Ronde | None
    volgende: Ronde | None
    vorige: Ronde | None
    """What ended last before the ronde that runs: where "back" goes."""
    laatste: int
    """The highest number that has begun; 0 before the evening."""
    gestopt: Ronde | None
    """What ended last, while nothing runs."""
    einde: datetime | None
    """When it will be through if every coming ronde takes its planned time; None when no ronde runs or comes."""


def draaiboek_of(diner: Diner, now: datetime) -> Draaiboek:
    """The rondes of *diner* in order, their stelling loaded, and where the evening is. One query."""
    rondes = list(diner.rondes.select_related("stelling").order_by("nummer"))
    loopt = next((ronde for ronde in rondes if ronde.is_running), None)
    laatste = max((ronde.nummer for ronde in rondes if ronde.started_at), default=0)
    komend = [ronde for ronde in rondes if ronde.nummer > laatste]
    geweest = [(ronde.ended_at, ronde.nummer, ronde) for ronde in rondes if ronde.ended_at]
    nog = [loopt, *komend] if loopt else komend
    duur = sum((max(ronde.remaining(now), timedelta()) for ronde in nog), timedelta())
    return Draaiboek(
        rondes=rondes,
        loopt=loopt,
        volgende=komend[0] if komend else None,
        vorige=max(geweest)[2] if geweest and loopt else None,
        laatste=laatste,
        gestopt=max(geweest)[2] if geweest and not loopt else None,
        einde=now + duur if nog else None,
    )


def evening_has_begun(diner: Diner) -> bool:
    """Has any ronde of *diner* begun? Until then everybody is waiting. One query."""
    return diner.rondes.filter(started_at__isnull=False).exists()


def scherm_of(diner: Diner) -> Scherm:
    """What the scherm of *diner* shows; one that nobody chose for follows the evening, and is not stored. One query."""
    return Scherm.objects.filter(diner=diner).first() or Scherm(diner=diner)


def asks_hulp(tafel: Tafel) -> bool:
    """Is *tafel* waiting for the organiser? One query."""
    return Hulpvraag.objects.filter(tafel=tafel, settled_at=None).exists()


def berichten_to(tafel: Tafel) -> QuerySet[Bericht]:
    """The messages to *tafel* that were not taken back, oldest first, with ``is_gezien``. One query."""
    gezien = Gezien.objects.filter(bericht=OuterRef("pk"), tafel=tafel)
    return (
        Bericht.objects.filter(Q(tafel=None) | Q(tafel=tafel), diner=tafel.diner_id, withdrawn_at=None)
        .annotate(is_gezien=Exists(gezien))
        .order_by("sent_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Bezorging:
    """A message and how far it came."""

    bericht: Bericht
    gezien: int
    van: int
    """How many tables it is for."""


def bezorgingen_of(diner: Diner) -> list[Bezorging]:
    """The messages of *diner*, newest first, also those that were taken back. Two queries."""
    tafels = diner.tafels.count()
    berichten = (
        Bericht.objects.filter(diner=diner)
        .select_related("tafel", "afzender")
        .annotate(aantal_gezien=Count("gezien_door"))
        .order_by("-sent_at", "-pk")
    )
    return [
        Bezorging(bericht, bericht.aantal_gezien, 1 if bericht.tafel_id else tafels) for bericht in berichten
    ]
