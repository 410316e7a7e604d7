"""A diner after another one: what would come along, and when it would be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, QuerySet, When

from sessions.models import Diner, Gebruiker, Reeks, Ronde, Rondesoort, Stelling


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


def bronnen_of(gebruiker: Gebruiker, reeks: Reeks) -> QuerySet[Diner]:
    """The diners that *gebruiker* may copy, those of *reeks* first, the latest of each reeks on top. One query."""
    elders = Case(When(reeks=reeks, then=0), default=1)
    bronnen = Diner.objects.organised_by(gebruiker).select_related("reeks")
    return bronnen.order_by(elders, "reeks__titel", "reeks", "-nummer", "pk")


STANDAARD_AANTAL = 3


def standaard_avond(stellingen: Sequence[Stelling]) -> list[Ronde]:
    """An evening that works, of no diner yet: speaker and tables in turn, a course between the talks, together at the end.

    One talk for each of *stellingen*; three without, to choose them later. No query.
    """
    avond: list[tuple[Rondesoort, str, int, Stelling | None]] = [(Rondesoort.ONTVANGST, "", 15, None)]
    for plek, stelling in enumerate(stellingen or [None] * STANDAARD_AANTAL):
        if plek:
            avond.append((Rondesoort.GANG, "", 20, None))
        avond.append(
            (Rondesoort.SPREKER, "Inleiding" if not plek else "Reflectie", 15 if not plek else 10, None)
        )
        avond.append((Rondesoort.TAFELGESPREK, f"Gesprek {plek + 1}", 25, stelling))
    avond += [(Rondesoort.PLENAIR, "Oogst", 15, None), (Rondesoort.AFSLUITING, "", 5, None)]
    return [
        Ronde(nummer=nummer, soort=soort, titel=titel, minuten=minuten, stelling=stelling)
        for nummer, (soort, titel, minuten, stelling) in enumerate(avond, start=1)
    ]


def meegaand_standaard() -> Meegaand:
    """Of the evening that works: only rondes."""
    rondes = standaard_avond([])
    duur = timedelta(minutes=sum(ronde.minuten for ronde in rondes))
    return Meegaand(stellingen=0, rondes=len(rondes), duur=duur, tafels=0, gasten=0, sprekers=())


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
