"""What the room thought of each stelling, before and after the talk, and how it shifted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from capture.models import Moment, Peiling
from sessions.models import Diner, Reeks, Stelling


@dataclass(frozen=True, slots=True)
class Uitslag:
    """Hands or votes of one moment. ``tafels``: at how many tables they were counted; 0 when guests voted by phone."""

    eens: int
    oneens: int
    anders: int
    tafels: int = 0

    @property
    def totaal(self) -> int:
        return self.eens + self.oneens + self.anders

    @property
    def met_telefoon(self) -> bool:
        """Did guests vote themselves?"""
        return self.tafels == 0


@dataclass(frozen=True, slots=True)
class Tafeluitslag:
    """What the facilitator of one table counted; None: not counted."""

    tafel: int
    """The number of the table."""
    voor: Uitslag | None
    na: Uitslag | None


@dataclass(frozen=True, slots=True)
class Verschuiving:
    """One stelling: the room before and after the talk (None: nothing to show), and the same per table."""

    stelling: Stelling
    voor: Uitslag | None
    na: Uitslag | None
    per_tafel: tuple[Tafeluitslag, ...]
    """By number, only tables that counted; always by their facilitators."""
    bron: Literal["tafels", "gasten"]
    """Whose numbers ``voor`` and ``na`` are; of two kinds (``is_gemengd``) those of the last one."""

    @property
    def is_gemengd(self) -> bool:
        """Counted at tables at one moment, voted by phone at the other: two numbers that must not be subtracted."""
        return (
            self.voor is not None and self.na is not None and self.voor.met_telefoon != self.na.met_telefoon
        )

    @property
    def is_verschuiving(self) -> bool:
        """Are there two moments to compare?"""
        return self.voor is not None and self.na is not None and not self.is_gemengd


def verschuivingen_of(diner: Diner) -> tuple[Verschuiving, ...]:
    """Every stelling of *diner* with something to show, by number. Two queries, however many there are."""
    return _verschuivingen(Stelling.objects.filter(diner=diner))


def verschuivingen_of_reeks(reeks: Reeks) -> tuple[Verschuiving, ...]:
    """The same for all diners of *reeks*, by diner and stelling. Two queries."""
    return _verschuivingen(Stelling.objects.filter(diner__reeks=reeks))


def _verschuivingen(stellingen: QuerySet[Stelling]) -> tuple[Verschuiving, ...]:
    geteld = _counted_at_tables(stellingen)
    gevonden = (
        _verschuiving(stelling, geteld[stelling.pk])
        for stelling in stellingen.order_by("diner__nummer", "nummer", "pk")
    )
    return tuple(een for een in gevonden if een.voor is not None or een.na is not None)


def _counted_at_tables(stellingen: QuerySet[Stelling]) -> dict[int, dict[int, dict[str, Uitslag]]]:
    """stelling → number of the table → moment → its hands. A table that raised no hand at all has not counted. One query."""
    geteld: dict[int, dict[int, dict[str, Uitslag]]] = defaultdict(lambda: defaultdict(dict))
    peilingen = (
        Peiling.objects.filter(stelling__in=stellingen)
        .select_related("tafel")
        .order_by("tafel__nummer", "pk")
    )
    for peiling in peilingen:
        uitslag = Uitslag(peiling.eens, peiling.oneens, peiling.neutraal, tafels=1)
        if uitslag.totaal:
            geteld[peiling.stelling_id][peiling.tafel.nummer][peiling.moment] = uitslag
    return geteld


def _verschuiving(stelling: Stelling, geteld: dict[int, dict[str, Uitslag]]) -> Verschuiving:
    per_tafel = tuple(
        Tafeluitslag(tafel, momenten.get(Moment.VOOR), momenten.get(Moment.NA))
        for tafel, momenten in geteld.items()
    )
    voor = _together(rij.voor for rij in per_tafel)
    na = _together(rij.na for rij in per_tafel)
    return Verschuiving(stelling, voor, na, per_tafel, "tafels")


def _together(uitslagen: Iterable[Uitslag | None]) -> Uitslag | None:
    """The hands of all tables; None when none counted."""
    geteld = [uitslag for uitslag in uitslagen if uitslag is not None]
    if not geteld:
        return None
    return Uitslag(
        eens=sum(uitslag.eens for uitslag in geteld),
        oneens=sum(uitslag.oneens for uitslag in geteld),
        anders=sum(uitslag.anders for uitslag in geteld),
        tafels=len(geteld),
    )
