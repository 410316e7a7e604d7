"""What is planned: lists of a reeks and of a diner, and what may still be changed of them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, cast

from django.contrib.admin.utils import NestedObjects
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from sessions.models import (
    Diner,
    Gebruiker,
    Optreden,
    Portret,
    Reeks,
    Ronde,
    Spreker,
    Stelling,
    Stellingidee,
    Tafel,
    Toegang,
)


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


def free_sprekers_of(diner: Diner) -> QuerySet[Spreker]:
    """The sprekers of the reeks who do not speak at *diner* yet, by naam."""
    return Spreker.objects.filter(reeks=diner.reeks_id).exclude(optredens__diner=diner).order_by("naam", "pk")


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


def stelling_is_begonnen(stelling: Stelling) -> bool:
    """Has any ronde about *stelling* begun?"""
    return stelling.rondes.filter(started_at__isnull=False).exists()


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


def tafels_with_toegang(diner: Diner) -> QuerySet[Tafel]:
    """Tables by number with ``aantal_apparaten`` (active devices) and what those still had to hand over (``wachtend``).

    One query.
    """
    active = Q(toegangen__revoked_at=None, toegangen__apparaten__revoked_at=None)
    return diner.tafels.annotate(
        aantal_apparaten=Count("toegangen__apparaten", filter=active, distinct=True),
        wachtend=Sum("toegangen__apparaten__wachtend", filter=active, default=0),
    ).order_by("nummer", "pk")


def toegangen_of(diner: Diner) -> list[tuple[Tafel, Toegang]]:
    """The tables of *diner* that have a valid link, with it, by number; makes none. One query."""
    geldig = Toegang.objects.filter(tafel__diner=diner, revoked_at=None, replaced_at=None)
    return [
        (toegang.tafel, toegang)
        for toegang in geldig.select_related("tafel").order_by("tafel__nummer", "tafel__pk")
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
