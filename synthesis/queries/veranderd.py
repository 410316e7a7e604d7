"""What changed during an evening: notes that adjust an earlier one, and what was noted before and after a speaker."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from capture.models import Bijdrage, Bron, Soort, Standpunt
from sessions.models import Diner, Reeks, Ronde, Rondesoort, Stelling

WEINIG = 8
"""Fewer notes or hands than this show no shift, whatever their share is: one table more or less turns it round."""


@dataclass(frozen=True, slots=True)
class Notitietelling:
    """Notes of tables, by standpunt and by soort."""

    totaal: int = 0
    standpunten: Counter[str] = field(default_factory=Counter)
    """By value; "" for those of which nobody said it."""
    soorten: Counter[str] = field(default_factory=Counter)

    def __add__(self, ander: "Notitietelling") -> "Notitietelling":
        return Notitietelling(
            self.totaal + ander.totaal,
            self.standpunten + ander.standpunten,
            self.soorten + ander.soorten,
        )

    @property
    def per_standpunt(self) -> tuple[int, ...]:
        """Voor, tegen, genuanceerd, and not said."""
        return tuple(self.standpunten[standpunt] for standpunt in (*Standpunt.values, ""))

    @property
    def per_soort(self) -> tuple[tuple[str, int], ...]:
        """In words, those that occur."""
        return tuple((str(soort.label), self.soorten[soort]) for soort in Soort if self.soorten[soort])

    @property
    def in_woorden(self) -> str:
        """12 notities (5 voor, 3 tegen, 1 genuanceerd, bij 3 niet gezegd)."""
        if not self.totaal:
            return "geen notities"
        voor, tegen, genuanceerd, niet = self.per_standpunt
        delen = [f"{voor} voor", f"{tegen} tegen", f"{genuanceerd} genuanceerd"]
        delen += [f"bij {niet} niet gezegd"] * bool(niet)
        return f"{self.totaal} {'notitie' if self.totaal == 1 else 'notities'} ({', '.join(delen)})"


@dataclass(frozen=True, slots=True)
class Ronderegel:
    """A ronde in which something was noted about a stelling, or a speaker spoke between such rondes."""

    naam: str
    is_spreker: bool
    telling: Notitietelling


@dataclass(frozen=True, slots=True)
class Sprekermoment:
    """What tables noted about a stelling before and after one ronde of a speaker."""

    naam: str
    voor: Notitietelling
    na: Notitietelling

    @property
    def in_woorden(self) -> str:
        if not self.na.totaal:
            return f"Over deze stelling is alleen vóór “{self.naam}” genoteerd: {self.voor.in_woorden}."
        if not self.voor.totaal:
            return f"Over deze stelling is alleen na “{self.naam}” genoteerd: {self.na.in_woorden}."
        return f"Vóór “{self.naam}” {self.voor.in_woorden}; erna {self.na.in_woorden}."

    @property
    def is_weinig(self) -> bool:
        """Both sides have notes, and one of them too few to compare."""
        return 0 < min(self.voor.totaal, self.na.totaal) < WEINIG


@dataclass(frozen=True, slots=True)
class Bijstelling:
    """A note that adjusts an earlier one."""

    later: Bijdrage
    eerder: Bijdrage | None
    """None: that one is in the bin, and is not shown."""


@dataclass(frozen=True, slots=True)
class Stellingverandering:
    """What changed about one stelling (None: what is about none)."""

    stelling: Stelling | None
    rondes: tuple[Ronderegel, ...]
    sprekers: tuple[Sprekermoment, ...]
    bijstellingen: tuple[Bijstelling, ...]
    inbreng: tuple[Bijdrage, ...]
    """What a speaker said about it: shown apart, never counted."""


def veranderingen_of(diner: Diner, stellingen: Sequence[Stelling]) -> tuple[Stellingverandering, ...]:
    """For each of *stellingen* of *diner*, and last for what is about none, if there is any. Four queries."""
    rondes = in_time(diner.rondes.order_by("nummer", "pk"))
    geteld = _per_ronde(diner)
    bijgesteld: dict[int | None, list[Bijstelling]] = defaultdict(list)
    for later in _adjusting(diner):
        eerder = later.bijgesteld if later.bijgesteld and not later.bijgesteld.is_deleted else None
        bijgesteld[later.stelling_id].append(Bijstelling(later, eerder))
    inbreng: dict[int | None, list[Bijdrage]] = defaultdict(list)
    for bijdrage in (
        Bijdrage.objects.present()
        .filter(diner=diner, bron=Bron.SPREKER)
        .select_related("ronde", "tafel")
        .order_by("created_at", "pk")
    ):
        inbreng[bijdrage.stelling_id].append(bijdrage)
    gevonden = [
        Stellingverandering(
            stelling,
            _lines(rondes, geteld[pk]),
            _around_speakers(rondes, geteld[pk]) if stelling else (),
            tuple(bijgesteld[pk]),
            tuple(inbreng[pk]),
        )
        for pk, stelling in [*((een.pk, een) for een in stellingen), (None, None)]
    ]
    *per_stelling, algemeen = gevonden
    iets = algemeen.rondes or algemeen.bijstellingen or algemeen.inbreng
    return (*per_stelling, algemeen) if iets else tuple(per_stelling)


def in_time(rondes: Iterable[Ronde]) -> list[Ronde]:
    """Those that began in the order in which they began, then those that did not, as planned."""
    return sorted(
        rondes,
        key=lambda r: (
            r.started_at is None,
            r.started_at.timestamp() if r.started_at else 0.0,
            r.nummer,
            r.pk,
        ),
    )


def _adjusting(diner: Diner) -> Iterable[Bijdrage]:
    return (
        Bijdrage.objects.present()
        .of_tables()
        .filter(diner=diner, bijgesteld__isnull=False)
        .select_related("tafel", "ronde", "bijgesteld__tafel", "bijgesteld__ronde")
        .order_by("tafel__nummer", "created_at", "pk")
    )


def _per_ronde(diner: Diner) -> dict[int | None, dict[int | None, Notitietelling]]:
    """stelling → ronde → what tables noted. One query."""
    geteld: dict[int | None, dict[int | None, Notitietelling]] = defaultdict(
        lambda: defaultdict(Notitietelling)
    )
    for stelling, ronde, standpunt, soort, aantal in (
        Bijdrage.objects.present()
        .of_tables()
        .filter(diner=diner)
        .order_by()
        .values_list("stelling", "ronde", "standpunt", "soort")
        .annotate(aantal=Count("pk"))
    ):
        geteld[stelling][ronde] += Notitietelling(
            aantal, Counter({standpunt: aantal}), Counter({soort: aantal})
        )
    return geteld


def _lines(rondes: Sequence[Ronde], geteld: dict[int | None, Notitietelling]) -> tuple[Ronderegel, ...]:
    """Rondes with notes, and the speakers; notes without a ronde last. Empty when nothing was noted."""
    if not geteld:
        return ()
    regels = [
        Ronderegel(
            ronde_name(ronde), ronde.soort == Rondesoort.SPREKER, geteld.get(ronde.pk, Notitietelling())
        )
        for ronde in rondes
        if ronde.pk in geteld or ronde.soort == Rondesoort.SPREKER
    ]
    if None in geteld:
        regels.append(Ronderegel("Zonder ronde", False, geteld[None]))
    return tuple(regels)


def _around_speakers(
    rondes: Sequence[Ronde], geteld: dict[int | None, Notitietelling]
) -> tuple[Sprekermoment, ...]:
    """For each ronde of a speaker what was noted before and after it; in it, and without a ronde, is neither."""
    gevonden = []
    for plek, ronde in enumerate(rondes):
        if ronde.soort == Rondesoort.SPREKER:
            voor, na = (
                sum((geteld[een.pk] for een in deel if een.pk in geteld), Notitietelling())
                for deel in (rondes[:plek], rondes[plek + 1 :])
            )
            if voor.totaal or na.totaal:
                gevonden.append(Sprekermoment(ronde_name(ronde), voor, na))
    return tuple(gevonden)


def ronde_name(ronde: Ronde) -> str:
    """ "3. Tafelgesprek over stelling 1": as in the draaiboek."""
    return f"{ronde.nummer}. {ronde}"


@dataclass(frozen=True, slots=True)
class Dineroverzicht:
    """One diner in a line: notes of tables, of those how many adjust another, and what speakers said."""

    diner: Diner
    notities: int
    bijgesteld: int
    voor_spreker: int
    """Before the first speaker."""
    na_spreker: int
    inbreng: int
    met_spreker: bool
    """Does its draaiboek have a ronde of a speaker?"""


def overzicht_of(reeks: Reeks, diners: Sequence[Diner]) -> tuple[Dineroverzicht, ...]:
    """Each of *diners* of *reeks* in a line. Two queries."""
    rondes: dict[int, list[Ronde]] = defaultdict(list)
    for ronde in Ronde.objects.filter(diner__reeks=reeks).order_by("nummer", "pk"):
        rondes[ronde.diner_id].append(ronde)
    geteld: dict[int, dict[int | None, tuple[int, int, int]]] = defaultdict(dict)
    van_tafel = Q(bron=Bron.TAFEL)
    for diner_pk, ronde_pk, *aantallen in (
        Bijdrage.objects.present()
        .filter(diner__reeks=reeks)
        .order_by()
        .values("diner", "ronde")
        .annotate(
            notities=Count("pk", filter=van_tafel),
            bijgesteld_aantal=Count("pk", filter=van_tafel & Q(bijgesteld__isnull=False)),
            inbreng=Count("pk", filter=Q(bron=Bron.SPREKER)),
        )
        .values_list("diner", "ronde", "notities", "bijgesteld_aantal", "inbreng")
    ):
        notities, bijgesteld, inbreng = aantallen
        geteld[diner_pk][ronde_pk] = (notities, bijgesteld, inbreng)
    return tuple(_overview(diner, in_time(rondes[diner.pk]), geteld[diner.pk]) for diner in diners)


def _overview(
    diner: Diner, rondes: Sequence[Ronde], geteld: dict[int | None, tuple[int, int, int]]
) -> Dineroverzicht:
    eerste = next((plek for plek, ronde in enumerate(rondes) if ronde.soort == Rondesoort.SPREKER), None)
    voor = rondes[:eerste] if eerste is not None else ()
    na = rondes[eerste + 1 :] if eerste is not None else ()
    return Dineroverzicht(
        diner,
        notities=sum(aantallen[0] for aantallen in geteld.values()),
        bijgesteld=sum(aantallen[1] for aantallen in geteld.values()),
        voor_spreker=sum(geteld[ronde.pk][0] for ronde in voor if ronde.pk in geteld),
        na_spreker=sum(geteld[ronde.pk][0] for ronde in na if ronde.pk in geteld),
        inbreng=sum(aantallen[2] for aantallen in geteld.values()),
        met_spreker=eerste is not None,
    )
