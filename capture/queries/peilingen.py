"""What the room thought of each stelling, before and after the talk, and how it shifted.

Whose numbers: docs/decisions/0010-peiling-by-phone.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Q, QuerySet

from capture.models import Keuze, Moment, Peiling, Stem, Stemming
from sessions.models import Diner, Dinerstatus, Reeks, Stelling

MIN_STEMMEN = 4
"""Fewer votes by phone are shown to nobody: who knows two neighbours would know the third."""


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
    """Every stelling of *diner* with something to show, by number. Three queries, however many there are."""
    return _verschuivingen(Stelling.objects.filter(diner=diner))


def verschuivingen_of_reeks(reeks: Reeks) -> tuple[Verschuiving, ...]:
    """The same for all diners of *reeks*, by diner and stelling. Three queries."""
    return _verschuivingen(Stelling.objects.filter(diner__reeks=reeks))


def _verschuivingen(stellingen: QuerySet[Stelling]) -> tuple[Verschuiving, ...]:
    geteld, gestemd = _counted_at_tables(stellingen), _voted(stellingen)
    gevonden = (
        _verschuiving(stelling, geteld[stelling.pk], gestemd)
        for stelling in stellingen.order_by("diner__nummer", "nummer", "pk")
    )
    return tuple(een for een in gevonden if een.voor is not None or een.na is not None)


def _voted(stellingen: QuerySet[Stelling]) -> dict[tuple[int, str], Uitslag]:
    """(stelling, moment) → the newest closed stemming with enough votes. One query."""
    stemmingen = _with_counts(Stemming.objects.closed().filter(stelling__in=stellingen))
    gevonden = ((stemming, _result(stemming)) for stemming in stemmingen)
    return {
        (stemming.stelling_id, stemming.moment): uitslag
        for stemming, uitslag in gevonden
        if uitslag is not None
    }


def _with_counts(stemmingen: QuerySet[Stemming]) -> QuerySet[Stemming]:
    """Oldest first, with ``aantal_eens``, ``aantal_oneens``, ``aantal_anders``."""
    per_keuze = {
        f"aantal_{keuze}": Count("stemmen", filter=Q(stemmen__keuze=keuze)) for keuze in Keuze.values
    }
    return stemmingen.annotate(**per_keuze).order_by("opened_at", "pk")


def _votes(stemming: Stemming) -> Uitslag:
    return Uitslag(*(getattr(stemming, f"aantal_{keuze}") for keuze in Keuze.values))


def _result(stemming: Stemming) -> Uitslag | None:
    """None for too few votes."""
    uitslag = _votes(stemming)
    return uitslag if uitslag.totaal >= MIN_STEMMEN else None


def _counted_at_tables(stellingen: QuerySet[Stelling]) -> dict[int, dict[int, dict[str, Uitslag]]]:
    """stelling → number of the table → moment → its hands. A table that raised no hand at all has not counted. One query."""
    geteld: dict[int, dict[int, dict[str, Uitslag]]] = defaultdict(lambda: defaultdict(dict))
    handen = (
        Peiling.objects.filter(stelling__in=stellingen)
        .order_by("tafel__nummer", "pk")  # not as models: a reeks of 20 diners has 6,000 of them
        .values_list("stelling", "tafel__nummer", "moment", "eens", "oneens", "neutraal")
    )
    for stelling, tafel, moment, eens, oneens, neutraal in handen:
        if eens + oneens + neutraal:
            geteld[stelling][tafel][moment] = Uitslag(eens, oneens, neutraal, tafels=1)
    return geteld


def _verschuiving(
    stelling: Stelling, geteld: dict[int, dict[str, Uitslag]], gestemd: dict[tuple[int, str], Uitslag]
) -> Verschuiving:
    """Per moment the phones when there are enough votes, else the tables together."""
    per_tafel = tuple(
        Tafeluitslag(tafel, momenten.get(Moment.VOOR), momenten.get(Moment.NA))
        for tafel, momenten in geteld.items()
    )
    voor = gestemd.get((stelling.pk, Moment.VOOR)) or _together(rij.voor for rij in per_tafel)
    na = gestemd.get((stelling.pk, Moment.NA)) or _together(rij.na for rij in per_tafel)
    laatste = na or voor
    met_telefoon = laatste is not None and laatste.met_telefoon
    return Verschuiving(stelling, voor, na, per_tafel, "gasten" if met_telefoon else "tafels")


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


# --- while guests vote ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Peilingmoment:
    """One moment of a stelling in the regie."""

    moment: str
    label: str
    tafels: Uitslag | None
    """What the tables counted together."""
    stemming: Stemming | None
    """The newest one by phone."""
    stemmen: int
    """How many phones voted in it."""
    is_open: bool
    uitslag: Uitslag | None
    """Of the phones; None while it is open, and when there are too few votes."""


@dataclass(frozen=True, slots=True)
class Peilingregie:
    """One stelling in the regie."""

    stelling: Stelling
    momenten: tuple[Peilingmoment, ...]


def peilingregie(diner: Diner) -> tuple[Peilingregie, ...]:
    """Every stelling of *diner* by number, with what was counted and voted before and after the talk. Three queries."""
    stellingen = Stelling.objects.filter(diner=diner)
    geteld = _counted_at_tables(stellingen)
    nieuwste = {(s.stelling_id, s.moment): s for s in _with_counts(Stemming.objects.filter(diner=diner))}
    voorbij = diner.status == Dinerstatus.AFGESLOTEN

    def moment_of(stelling: Stelling, moment: Moment) -> Peilingmoment:
        stemming = nieuwste.get((stelling.pk, moment))
        is_open = stemming is not None and stemming.is_open and not voorbij
        return Peilingmoment(
            moment=moment.value,
            label=str(moment.label),
            tafels=_together(momenten.get(moment) for momenten in geteld[stelling.pk].values()),
            stemming=stemming,
            stemmen=_votes(stemming).totaal if stemming else 0,
            is_open=is_open,
            uitslag=_result(stemming) if stemming and not is_open else None,
        )

    return tuple(
        Peilingregie(stelling, tuple(moment_of(stelling, moment) for moment in Moment))
        for stelling in stellingen.order_by("nummer", "pk")
    )


def open_stemming_of(diner: Diner) -> Stemming | None:
    """What guests of *diner* can vote on now, its stelling loaded. One query."""
    return Stemming.objects.open().select_related("stelling").filter(diner=diner).first()


def stem_of(stemming: Stemming, toestel: str) -> Stem | None:
    """What the phone that is known here as *toestel* chose. One query."""
    return Stem.objects.filter(stemming=stemming, toestel=toestel).first()


@dataclass(frozen=True, slots=True)
class Schermpeiling:
    """What the projector shows of a peiling: an open one with the number of votes, else one stelling with its result."""

    stemming: Stemming | None
    stemmen: int
    verschuiving: Verschuiving | None
    te_weinig: Stemming | None
    """The one that was closed last, when it has votes but too few to show."""


def schermpeiling(diner: Diner, nummer: int | None = None) -> Schermpeiling:
    """The peiling for the scherm of *diner*: never a result while people vote. Six queries at most.

    When none is open: stelling *nummer*, or else what was voted on since the last ronde began, the stelling of that ronde,
    or what was asked last.
    """
    stemming = open_stemming_of(diner)
    if stemming is not None:
        return Schermpeiling(stemming, stemming.stemmen.count(), None, None)
    gestemd = (
        _with_counts(Stemming.objects.filter(diner=diner, closed_at__isnull=False))
        .select_related("stelling")
        .order_by("closed_at", "pk")
        .last()
    )
    verschuivingen = {een.stelling.pk: een for een in verschuivingen_of(diner)}
    if nummer is not None:
        gekozen = next((een for een in verschuivingen.values() if een.stelling.nummer == nummer), None)
        return Schermpeiling(None, 0, gekozen, None)
    for pk in _in_view(diner, gestemd, verschuivingen):
        if pk in verschuivingen:
            return Schermpeiling(None, 0, verschuivingen[pk], None)
        if gestemd is not None and gestemd.stelling_id == pk and (stemmen := _votes(gestemd).totaal):
            return Schermpeiling(None, stemmen, None, gestemd)
    return Schermpeiling(None, 0, None, None)


def _in_view(diner: Diner, gestemd: Stemming | None, verschuivingen: Iterable[int]) -> Iterator[int]:
    """The stellingen that the room may expect to see, most likely first. One query."""
    ronde = diner.rondes.filter(started_at__isnull=False).order_by("-started_at", "-pk").first()
    begonnen = ronde.started_at if ronde else None
    if gestemd is not None and gestemd.closed_at and (begonnen is None or gestemd.closed_at >= begonnen):
        yield gestemd.stelling_id
    if ronde is not None and ronde.stelling_id is not None:
        yield ronde.stelling_id
    if gestemd is not None:
        yield gestemd.stelling_id
    yield from reversed(list(verschuivingen))
