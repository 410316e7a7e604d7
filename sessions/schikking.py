"""Reads of the seating: who sits where in the rondes in which tables talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sessions.models import Diner, Gast, Plaats, Ronde, Rondesoort, Tafel

if (
    TYPE_CHECKING
):  # with numpy, which a server of tablets has no use for: loaded when somebody looks at a seating
    from sessions.seating import Maat, Plan, Zaal


@dataclass(frozen=True, slots=True)
class Zitplaats:
    gast: Gast
    vast: bool


@dataclass(frozen=True, slots=True)
class Tafelbezetting:
    """A table in one ronde, its guests by name."""

    tafel: Tafel
    plaatsen: tuple[Zitplaats, ...]

    @property
    def te_veel(self) -> int:
        """How many more sit there than it has places for."""
        return max(0, len(self.plaatsen) - self.tafel.aantal_gasten)


@dataclass(frozen=True, slots=True)
class Rondeschikking:
    ronde: Ronde
    tafels: tuple[Tafelbezetting, ...]
    """All tables by number, also those where nobody sits."""
    zonder: tuple[Gast, ...]
    """Guests without a place in this ronde, by name."""


@dataclass(frozen=True, slots=True)
class Schikking:
    """Only guests who come; *rondes* are the talks at the tables, in order."""

    rondes: tuple[Rondeschikking, ...]
    gasten: int
    tafels: int
    geplaatst: bool
    """Does anybody sit anywhere?"""
    maat: Maat | None
    """None when nobody sits anywhere, or when there are more guests than a plan can hold."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What is stored about the seating of a diner, and the same as a question for ``sessions.seating``."""

    gasten: list[Gast]
    tafels: list[Tafel]
    rondes: list[Ronde]
    plaatsen: dict[tuple[int, UUID], Plaats]
    """By ronde and gast."""

    @property
    def plan(self) -> Plan:
        """Per ronde, per guest the number of the table in ``tafels``."""
        nummer = {tafel.pk: plek for plek, tafel in enumerate(self.tafels)}
        return [[self._table(nummer, ronde, gast) for gast in self.gasten] for ronde in self.rondes]

    def _table(self, nummer: dict[int, int], ronde: Ronde, gast: Gast) -> int:
        from sessions.seating import GEEN

        plaats = self.plaatsen.get((ronde.pk, gast.pk))
        return GEEN if plaats is None else nummer[plaats.tafel_id]

    @property
    def organisaties(self) -> Sequence[str]:
        return [gast.organisatie.casefold() for gast in self.gasten]

    @property
    def sectoren(self) -> Sequence[str]:
        return [gast.sector.casefold() for gast in self.gasten]

    @property
    def zaal(self) -> Zaal:
        from sessions.seating import Zaal

        plan = self.plan
        vast = {
            (r, g): plan[r][g]
            for r, ronde in enumerate(self.rondes)
            for g, gast in enumerate(self.gasten)
            if (plaats := self.plaatsen.get((ronde.pk, gast.pk))) and plaats.vast
        }
        return Zaal(
            organisaties=self.organisaties,
            sectoren=self.sectoren,
            plaatsen=[tafel.aantal_gasten for tafel in self.tafels],
            rondes=len(self.rondes),
            vast=vast,
            gezet=frozenset(r for r, ronde in enumerate(self.rondes) if ronde.started_at is not None),
            nu=plan,
        )


def stand_of(diner: Diner) -> Stand:
    """The guests of *diner* who come (by name), its tables, talks and places. Four queries.

    Without the lock of *diner* they may tell of four moments: a place at a table that came, or went, in between is left out.
    """
    gasten = list(diner.gasten.filter(afgemeld=False).order_by("naam", "pk"))
    tafels = list(diner.tafels.order_by("nummer", "pk"))
    bekend = {tafel.pk for tafel in tafels}
    plaatsen = Plaats.objects.filter(
        ronde__diner=diner, ronde__soort=Rondesoort.TAFELGESPREK, gast__afgemeld=False
    )
    return Stand(
        gasten=gasten,
        tafels=tafels,
        rondes=list(diner.rondes.filter(soort=Rondesoort.TAFELGESPREK).order_by("nummer", "pk")),
        plaatsen={
            (plaats.ronde_id, plaats.gast_id): plaats
            for plaats in plaatsen.order_by("pk")
            if plaats.tafel_id in bekend
        },
    )


def schikking_of(diner: Diner) -> Schikking:
    """Who sits where at *diner*, ronde by ronde, and how well it mixes. Four queries."""
    from sessions.seating import MAX_GASTEN, measure

    stand = stand_of(diner)
    meetbaar = bool(stand.plaatsen) and len(stand.gasten) <= MAX_GASTEN
    return Schikking(
        rondes=tuple(_ronde(stand, ronde) for ronde in stand.rondes),
        gasten=len(stand.gasten),
        tafels=len(stand.tafels),
        geplaatst=bool(stand.plaatsen),
        maat=measure(stand.plan, stand.organisaties, stand.sectoren) if meetbaar else None,
    )


def _ronde(stand: Stand, ronde: Ronde) -> Rondeschikking:
    per_tafel: dict[int, list[Zitplaats]] = {tafel.pk: [] for tafel in stand.tafels}
    zonder = []
    for gast in stand.gasten:
        plaats = stand.plaatsen.get((ronde.pk, gast.pk))
        if plaats is None:
            zonder.append(gast)
        else:
            per_tafel[plaats.tafel_id].append(Zitplaats(gast, plaats.vast))
    tafels = tuple(Tafelbezetting(tafel, tuple(per_tafel[tafel.pk])) for tafel in stand.tafels)
    return Rondeschikking(ronde, tafels, tuple(zonder))
