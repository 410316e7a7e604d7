"""Across the diners: which threads of stellingen carry which thread of the reeks, counted, and which carry none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from capture.models import Bijdrage, Bron
from denkdiner.text import capital
from sessions.models import Diner, Reeks, Stelling
from synthesis.drafting import breedte_woord
from synthesis.models import Draadstatus, Onderbouwing, Onderbouwingsrol, RodeDraad

TEGENSTEM = Onderbouwingsrol.TEGENSTEM


@dataclass(frozen=True, slots=True)
class Draadtelling:
    """A thread of a stelling, counted: only present notes of tables that are about its stelling."""

    draad: RodeDraad
    stelling: Stelling
    notities: int
    tafels: int
    """Tables that support it; a tegenstem is no support."""
    tegen: int
    """Tables that said the opposite."""
    besproken: int
    """Tables that discussed the stelling."""

    @property
    def breedte(self) -> str:
        """In words, with a capital: "De meeste tafels"."""
        return capital(breedte_woord(self.tafels, self.besproken))


@dataclass(frozen=True, slots=True)
class Dwarsrij:
    """A thread of the reeks (None: the threads that carry none), and what carries it at each diner."""

    draad: RodeDraad | None
    per_diner: tuple[tuple[Draadtelling, ...], ...]
    """As long as the diners of the reeks, and in their order."""

    @property
    def dragers(self) -> tuple[Draadtelling, ...]:
        return tuple(telling for cel in self.per_diner for telling in cel)

    @property
    def diners(self) -> int:
        """At how many diners something carries it."""
        return sum(bool(cel) for cel in self.per_diner)

    @property
    def notities(self) -> int:
        """A note is in one thread of a stelling at most: no note is counted twice."""
        return sum(telling.notities for telling in self.dragers)


@dataclass(frozen=True, slots=True)
class Dwars:
    """The matrix of a reeks: threads of the reeks × diners × stellingen."""

    diners: tuple[Diner, ...]
    rijen: tuple[Dwarsrij, ...]
    los: Dwarsrij
    """Threads of stellingen that carry no thread of the reeks."""
    kaal: tuple[Stelling, ...]
    """Stellingen without any thread, their diner loaded: nothing of them can be in the matrix."""
    totaal: int
    """Threads of stellingen in all."""

    @property
    def geplaatst(self) -> int:
        """Threads of stellingen that carry at least one thread of the reeks."""
        return self.totaal - len(self.los.dragers)


def dwars(reeks: Reeks, *, alleen_vastgesteld: bool = False) -> Dwars:
    """The matrix as it stands now; *alleen_vastgesteld* leaves out every other thread. Six queries, however many threads."""
    diners = tuple(reeks.diners.order_by("nummer", "pk"))
    stellingen = stellingen_of(reeks, diners)
    draden = RodeDraad.objects.filter(reeks=reeks).defer("tekst").order_by("volgorde", "pk")
    if alleen_vastgesteld:
        draden = draden.filter(status=Draadstatus.VASTGESTELD)
    boven = [draad for draad in draden if draad.diner_id is None]
    tellingen = tellingen_of(
        reeks, [draad for draad in draden if draad.stelling_id in stellingen], stellingen
    )
    dragers: dict[int, list[Draadtelling]] = defaultdict(list)
    gedragen = {draad.pk for draad in boven}
    plaatsen: Counter[int] = Counter()
    for rode_draad, draad in links_of(reeks):
        if rode_draad in gedragen and draad in tellingen:
            dragers[rode_draad].append(tellingen[draad])
            plaatsen[draad] += 1
    los = [telling for pk, telling in tellingen.items() if not plaatsen[pk]]
    bezet = {telling.stelling.pk for telling in tellingen.values()}
    return Dwars(
        diners=diners,
        rijen=tuple(_row(draad, dragers[draad.pk], diners) for draad in boven),
        los=_row(None, los, diners),
        kaal=tuple(stelling for pk, stelling in stellingen.items() if pk not in bezet),
        totaal=len(tellingen),
    )


def weggelegd_of(reeks: Reeks) -> list[RodeDraad]:
    """The threads across the diners that somebody put away, last one first. One query."""
    weg = RodeDraad.alle.filter(reeks=reeks, diner=None, verwijderd_at__isnull=False)
    return list(weg.defer("tekst").order_by("-verwijderd_at", "-pk"))


def _row(draad: RodeDraad | None, tellingen: Iterable[Draadtelling], diners: Sequence[Diner]) -> Dwarsrij:
    per_diner: dict[int, list[Draadtelling]] = defaultdict(list)
    for telling in sorted(tellingen, key=lambda t: (t.stelling.nummer, t.draad.volgorde, t.draad.pk)):
        per_diner[telling.stelling.diner_id].append(telling)
    return Dwarsrij(draad, tuple(tuple(per_diner[diner.pk]) for diner in diners))


def stellingen_of(reeks: Reeks, diners: Sequence[Diner]) -> dict[int, Stelling]:
    """The stellingen of *reeks* by pk, in order of diner and number, each with its diner. One query."""
    per_pk = {diner.pk: diner for diner in diners}
    gevonden: dict[int, Stelling] = {}
    for stelling in Stelling.objects.filter(diner__reeks=reeks).order_by("diner__nummer", "nummer", "pk"):
        stelling.diner = per_pk[stelling.diner_id]
        gevonden[stelling.pk] = stelling
    return gevonden


def links_of(reeks: Reeks) -> QuerySet[Onderbouwing, tuple[int, int]]:
    """(thread of the reeks, thread of a stelling) for every thread that carries another, in order. One query."""
    return (
        Onderbouwing.objects.filter(rode_draad__reeks=reeks, rode_draad__diner=None, draad__isnull=False)
        .order_by("volgorde", "pk")
        .values_list("rode_draad_id", "draad_id")
    )


def counted(reeks: Reeks) -> QuerySet[Onderbouwing]:
    """What counts in *reeks*: present notes of tables, in a thread of the stelling that they are about."""
    return Onderbouwing.objects.filter(
        rode_draad__reeks=reeks,
        bijdrage__deleted_at=None,
        bijdrage__bron=Bron.TAFEL,
        bijdrage__stelling=F("rode_draad__stelling"),
    ).order_by()


def tellingen_of(
    reeks: Reeks, draden: Iterable[RodeDraad], stellingen: Mapping[int, Stelling]
) -> dict[int, Draadtelling]:
    """Each of *draden* (of these *stellingen*) counted, by pk. Two queries."""
    per_draad = {
        pk: (notities, tafels, tegen)
        for pk, notities, tafels, tegen in counted(reeks)
        .values("rode_draad")
        .annotate(
            notities=Count("pk"),
            tafels=Count("bijdrage__tafel", distinct=True, filter=~Q(rol=TEGENSTEM)),
            tegen=Count("bijdrage__tafel", distinct=True, filter=Q(rol=TEGENSTEM)),
        )
        .values_list("rode_draad", "notities", "tafels", "tegen")
    }
    besproken = dict(
        Bijdrage.objects.present()
        .of_tables()
        .filter(stelling__diner__reeks=reeks)
        .order_by()
        .values("stelling")
        .annotate(tafels=Count("tafel", distinct=True))
        .values_list("stelling", "tafels")
    )
    gevonden = {}
    for draad in draden:
        if draad.stelling_id is not None:
            notities, tafels, tegen = per_draad.get(draad.pk, (0, 0, 0))
            gevonden[draad.pk] = Draadtelling(
                draad,
                stellingen[draad.stelling_id],
                notities,
                tafels,
                tegen,
                besproken.get(draad.stelling_id, 0),
            )
    return gevonden
