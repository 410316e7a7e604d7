"""A diner after another one: what would come along, and when it would be."""

from dataclasses import dataclass
from datetime import date, timedelta

from sessions.models import Diner, Reeks


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
