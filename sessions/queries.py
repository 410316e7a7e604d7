"""Reads of the programme and of the evening that span models."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, cast

from django.contrib.admin.utils import NestedObjects
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sessions.models import (
    Bericht,
    Diner,
    Gebruiker,
    Gezien,
    Hulpvraag,
    Logregel,
    Optreden,
    Plaats,
    Portret,
    Reeks,
    Rol,
    Ronde,
    Rondesoort,
    Scherm,
    Spreker,
    Stelling,
    Stellingidee,
    Stellingstatus,
    Tafel,
    Toegang,
)
from sessions.schikking import Schikking as Schikking
from sessions.schikking import schikking_of as schikking_of

LOG_MAX = 200
"""Lines of the log that are shown at once."""


def reeksen_of(gebruiker: Gebruiker) -> QuerySet[Reeks]:
    """The reeksen of *gebruiker* with ``aantal_diners``, by titel. One query."""
    return Reeks.objects.of(gebruiker).annotate(aantal_diners=Count("diners")).order_by("titel", "pk")


def diners_of(reeks: Reeks) -> QuerySet[Diner]:
    """The diners of *reeks* with ``aantal_stellingen`` and ``aantal_tafels``, sprekers prefetched. Three queries."""
    return (
        reeks.diners.annotate(
            aantal_stellingen=Count("stellingen", distinct=True), aantal_tafels=Count("tafels", distinct=True)
        )
        .prefetch_related("optredens__spreker")
        .order_by("nummer", "pk")
    )


def optredens_of(diner: Diner) -> QuerySet[Optreden]:
    """Who speaks at *diner*, in order, with ``heeft_portret``; no picture is loaded. One query."""
    return (
        diner.optredens.select_related("spreker")
        .annotate(heeft_portret=Exists(Portret.objects.filter(spreker=OuterRef("spreker"))))
        .order_by("volgorde", "pk")
    )


def has_portret(spreker: Spreker) -> bool:
    """One query, without the picture."""
    return Portret.objects.filter(spreker=spreker).exists()


def open_ideeen_of(diner: Diner) -> QuerySet[Stellingidee]:
    """What sprekers of *diner* suggested and nobody settled yet, oldest first. One query."""
    return Stellingidee.objects.open().filter(optreden__diner=diner).select_related("optreden__spreker")


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


def scherm_of(diner: Diner) -> Scherm:
    """What the scherm of *diner* shows; one that nobody chose for follows the evening, and is not stored. One query."""
    return Scherm.objects.filter(diner=diner).first() or Scherm(diner=diner)


def logregels_of(diner: Diner) -> QuerySet[Logregel]:
    """The last ``LOG_MAX`` lines of the log of *diner*, newest first, with who did it. One query."""
    return diner.logregels.select_related("gebruiker").order_by("-at", "-pk")[:LOG_MAX]


REGELS_PER_PAGINA = 100


def reeksregels_of(reeks: Reeks) -> QuerySet[Logregel]:
    """The whole log of *reeks*, its diners included, newest first, with who did it. One query a page."""
    return reeks.logregels.select_related("gebruiker").order_by("-at", "-pk")


@dataclass(frozen=True, slots=True)
class Meegaand:
    """What a copy of a diner would take along."""

    stellingen: int
    rondes: int
    duur: timedelta
    """Of the whole draaiboek."""
    tafels: int
    gasten: int
    sprekers: tuple[str, ...]


def meegaand_van(diner: Diner) -> Meegaand:
    """Counts of the plan of *diner*. Four queries."""
    minuten = list(diner.rondes.values_list("minuten", flat=True))
    gasten = list(diner.tafels.values_list("aantal_gasten", flat=True))
    return Meegaand(
        stellingen=diner.stellingen.count(),
        rondes=len(minuten),
        duur=timedelta(minutes=sum(minuten)),
        tafels=len(gasten),
        gasten=sum(gasten),
        sprekers=tuple(diner.optredens.order_by("volgorde", "pk").values_list("spreker__naam", flat=True)),
    )


MAAND = timedelta(weeks=4)


def volgende_datum(reeks: Reeks, vandaag: date) -> date | None:
    """When a next diner would be: as long after the last one as that was after the one before it, or else four weeks.

    None when no diner has a date yet, or when that day has passed. One query.
    """
    gedateerd = reeks.diners.filter(datum__isnull=False).order_by("-datum")
    datums = [datum for datum in gedateerd.values_list("datum", flat=True)[:2] if datum]
    if not datums:
        return None
    volgende = datums[0] + ((datums[0] - datums[-1]) or MAAND)
    return volgende if volgende >= vandaag else None


@dataclass(frozen=True, slots=True)
class Programmapunt:
    """A ronde, and when it would begin if the evening keeps to its plan; None as long as there is no begintijd."""

    ronde: Ronde
    begint: time | None


def programma_of(diner: Diner) -> list[Programmapunt]:
    """The draaiboek of *diner* on the clock. One query."""
    punten, verstreken = [], timedelta()
    for ronde in diner.rondes.select_related("stelling").order_by("nummer"):
        begin = diner.begintijd and (datetime.combine(datetime.min, diner.begintijd) + verstreken).time()
        punten.append(Programmapunt(ronde, begin))
        verstreken += timedelta(minutes=ronde.minuten)
    return punten


@dataclass(frozen=True, slots=True)
class Lid:
    """A member, with the names of their roles in the order of ``Rol``."""

    gebruiker: Gebruiker
    rollen: tuple[str, ...]


def leden_of(reeks: Reeks) -> list[Lid]:
    """The members of *reeks* by name, each once. One query."""
    per_lid: dict[Gebruiker, set[str]] = {}
    for lidmaatschap in reeks.lidmaatschappen.select_related("gebruiker").order_by(
        "gebruiker__naam", "gebruiker__email"
    ):
        per_lid.setdefault(lidmaatschap.gebruiker, set()).add(lidmaatschap.rol)
    return [
        Lid(gebruiker, tuple(str(rol.label) for rol in Rol if rol in rollen))
        for gebruiker, rollen in per_lid.items()
    ]


def evening_has_begun(diner: Diner) -> bool:
    """Has any ronde of *diner* begun? Until then everybody is waiting. One query."""
    return diner.rondes.filter(started_at__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class Punt:
    """One line of the readiness list; ``anker`` is where on the diner page it can be mended."""

    tekst: str
    gereed: bool
    anker: str


def readiness(diner: Diner) -> list[Punt]:
    """What still stands between *diner* and its evening. Six queries; seven with guests, whom an evening can do without."""
    stellingen = list(diner.stellingen.order_by("nummer"))
    concept = [stelling.nummer for stelling in stellingen if stelling.status == Stellingstatus.CONCEPT]
    rondes = list(diner.rondes.filter(soort=Rondesoort.TAFELGESPREK).values_list("stelling_id", flat=True))
    zonder_ronde = [stelling.nummer for stelling in stellingen if stelling.pk not in rondes]
    tafels = diner.tafels.count()
    met_link = diner.tafels.filter(
        toegangen__revoked_at=None, toegangen__replaced_at=None, toegangen__isnull=False
    )
    gasten = diner.gasten.filter(afgemeld=False).count()
    plaatsen = Plaats.objects.filter(
        ronde__diner=diner, ronde__soort=Rondesoort.TAFELGESPREK, gast__afgemeld=False
    )
    schikking = (
        [Punt("Elke gast heeft een plaats", plaatsen.count() == gasten * len(rondes), "gasten")]
        if gasten
        else []
    )
    return [
        Punt(
            "Datum en begintijd staan vast",
            diner.datum is not None and diner.begintijd is not None,
            "gegevens",
        ),
        Punt("Er is een spreker", diner.optredens.exists(), "sprekers"),
        Punt(
            "De stellingen zijn definitief"
            + (f" (nog concept: {', '.join(map(str, concept))})" if concept and stellingen else ""),
            bool(stellingen) and not concept,
            "stellingen",
        ),
        Punt(
            "Elke stelling heeft een tafelgesprek"
            + (f" (nog niet: {', '.join(map(str, zonder_ronde))})" if zonder_ronde else ""),
            bool(stellingen) and not zonder_ronde,
            "draaiboek",
        ),
        Punt("Er zijn tafels", tafels > 0, "tafels"),
        Punt("Elke tafel heeft een link", tafels > 0 and met_link.distinct().count() == tafels, "tafels"),
        *schikking,
    ]


def tafels_with_toegang(diner: Diner) -> QuerySet[Tafel]:
    """Tables by number with ``aantal_apparaten`` (active devices). One query."""
    active = Q(toegangen__revoked_at=None, toegangen__apparaten__revoked_at=None)
    return diner.tafels.annotate(
        aantal_apparaten=Count("toegangen__apparaten", filter=active, distinct=True)
    ).order_by("nummer", "pk")


def toegangen_of(diner: Diner) -> list[tuple[Tafel, Toegang]]:
    """The tables of *diner* that have a valid link, with it, by number; makes none. One query."""
    geldig = Toegang.objects.filter(tafel__diner=diner, revoked_at=None, replaced_at=None)
    return [
        (toegang.tafel, toegang)
        for toegang in geldig.select_related("tafel").order_by("tafel__nummer", "tafel__pk")
    ]


def stelling_is_begonnen(stelling: Stelling) -> bool:
    """Has any ronde about *stelling* begun?"""
    return stelling.rondes.filter(started_at__isnull=False).exists()


def free_sprekers_of(diner: Diner) -> QuerySet[Spreker]:
    """The sprekers of the reeks who do not speak at *diner* yet, by naam."""
    return Spreker.objects.filter(reeks=diner.reeks_id).exclude(optredens__diner=diner).order_by("naam", "pk")


def _notes_on(model: type[Stelling] | type[Ronde], pk: int | OuterRef) -> list[QuerySet[Any]]:
    """What other apps hang on a *model*, as far as it would outlive it and no longer know where it was said."""
    return [
        relation.related_model._base_manager.filter(**{relation.field.name: pk})
        for relation in model._meta.related_objects
        if relation.on_delete is models.SET_NULL
        and relation.related_model._meta.app_label != model._meta.app_label
    ]


def has_notes(thing: Stelling | Ronde) -> bool:
    """Do notes hang on *thing*? One query for each kind that may."""
    return any(notes.exists() for notes in _notes_on(type(thing), thing.pk))


def count_notes(diner: Diner) -> int:
    """How many notes there are of *diner*, also those that its tables took away. One query for each kind."""
    kinds = [notes.model._base_manager for notes in _notes_on(Stelling, 0)]
    return sum(kind.filter(diner=diner.pk).count() for kind in kinds)


def stelling_is_vast(stelling: Stelling) -> bool:
    """Was *stelling* talked about (its ronde has begun, or notes hang on it)? Then its text and its existence are fixed."""
    return stelling_is_begonnen(stelling) or has_notes(stelling)


def stellingen_of(diner: Diner) -> QuerySet[Stelling]:
    """The stellingen of *diner* by number, with ``is_vast`` as the function above says. One query."""
    begonnen = Q(Exists(Ronde.objects.filter(stelling=OuterRef("pk"), started_at__isnull=False)))
    vast = reduce(or_, (Q(Exists(notes)) for notes in _notes_on(Stelling, OuterRef("pk"))), begonnen)
    return diner.stellingen.annotate(is_vast=vast).order_by("nummer")


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


def what_goes_along(thing: models.Model) -> list[tuple[int, str]]:
    """What a delete of *thing* would take with it: (how many, kind in words), most first, *thing* itself left out.

    Asks Django's own collector, so it also counts what other apps hang on it.
    """
    collector = NestedObjects(using="default")
    collector.collect([thing])
    gone = cast(dict[type[models.Model], set[models.Model]], collector.model_objs)
    counts = [
        (
            len(objects),
            str(model._meta.verbose_name if len(objects) == 1 else model._meta.verbose_name_plural),
        )
        for model, objects in gone.items()
        if model is not type(thing) and not model._meta.auto_created
    ]
    return sorted(counts, key=lambda count: (-count[0], count[1]))
