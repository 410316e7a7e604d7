"""The synthesis of one diner: its stellingen with their threads counted, and what changed, looked ahead and was polled."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from capture.models import Bijdrage
from capture.queries import Verschuiving, verschuivingen_of
from denkdiner.text import capital
from sessions.models import Diner, Stelling, Tafel
from synthesis.drafting import breedte_woord
from synthesis.models import Draadstatus, Onderbouwing, RodeDraad
from synthesis.pictures import Draadbreedte, Horizonrij
from synthesis.queries.dwars import TEGENSTEM, counted
from synthesis.queries.horizon import horizon_of_diner
from synthesis.queries.veranderd import Stellingverandering, veranderingen_of
from synthesis.queries.verschuiving import per_stelling


@dataclass(frozen=True, slots=True)
class Synthesedraad:
    """A thread of a stelling: which tables, how many notes of tables, and which threads of the reeks it carries."""

    draad: RodeDraad
    tafels: Draadbreedte
    notities: int
    besproken: int
    draagt: tuple[RodeDraad, ...]

    @property
    def breedte(self) -> str:
        """In words, with a capital: "De meeste tafels"."""
        return capital(breedte_woord(len(self.tafels.steun), self.besproken))


@dataclass(frozen=True, slots=True)
class Synthesestelling:
    stelling: Stelling
    draden: tuple[Synthesedraad, ...]
    besproken: tuple[int, ...]
    """Numbers of the tables that discussed it."""
    stil: tuple[int, ...]
    notities: int
    """Of tables, also those in no thread."""
    verschuiving: Verschuiving | None = None
    verandering: Stellingverandering | None = None

    @property
    def geplaatst(self) -> int:
        """Notes of tables in a thread; each is in one at most."""
        return sum(draad.notities for draad in self.draden)

    @property
    def breedten(self) -> tuple[Draadbreedte, ...]:
        return tuple(draad.tafels for draad in self.draden)


@dataclass(frozen=True, slots=True)
class Dinersynthese:
    stellingen: tuple[Synthesestelling, ...]
    horizon: Horizonrij
    horizon_per_stelling: tuple[Horizonrij, ...]
    algemeen: Stellingverandering | None
    """What changed about no stelling."""


def dinersynthese(diner: Diner) -> Dinersynthese:
    """Everything about *diner*, whatever its state. Fourteen queries, however many stellingen, threads and notes."""
    stellingen = list(diner.stellingen.order_by("nummer", "pk"))
    horizon, per_horizon = horizon_of_diner(diner, stellingen)
    *veranderd, laatste = [*veranderingen_of(diner, stellingen), None]
    algemeen = veranderd.pop() if len(veranderd) > len(stellingen) else laatste
    verschuivingen = per_stelling(verschuivingen_of(diner))
    draden = RodeDraad.objects.filter(diner=diner, stelling__isnull=False)
    kaal = _stellingen(diner, stellingen, draden.order_by("volgorde", "pk"))
    return Dinersynthese(
        stellingen=tuple(
            Synthesestelling(
                een.stelling,
                een.draden,
                een.besproken,
                een.stil,
                een.notities,
                verschuivingen.get(een.stelling.pk),
                verandering,
            )
            for een, verandering in zip(kaal, veranderd, strict=True)
        ),
        horizon=horizon,
        horizon_per_stelling=per_horizon,
        algemeen=algemeen,
    )


def vastgestelde_synthese(diner: Diner) -> tuple[Synthesestelling, ...]:
    """Only the threads that are vastgesteld, for who may see no more. Six queries."""
    stellingen = list(diner.stellingen.order_by("nummer", "pk"))
    draden = RodeDraad.objects.filter(
        diner=diner, stelling__isnull=False, status=Draadstatus.VASTGESTELD
    ).order_by("volgorde", "pk")
    return tuple(_stellingen(diner, stellingen, draden, alleen_vastgesteld=True))


def _stellingen(
    diner: Diner,
    stellingen: Sequence[Stelling],
    draden: Iterable[RodeDraad],
    *,
    alleen_vastgesteld: bool = False,
) -> list[Synthesestelling]:
    """Each stelling with its *draden*, counted. Five queries."""
    per_draad: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for draad, tafel, rol, aantal in (
        counted(diner.reeks)
        .filter(rode_draad__diner=diner)
        .values_list("rode_draad", "bijdrage__tafel__nummer", "rol")
        .annotate(aantal=Count("pk"))
    ):
        per_draad[draad].append((tafel, rol, aantal))
    notities: dict[int | None, dict[int, int]] = defaultdict(dict)
    for stelling, tafel, aantal in (
        Bijdrage.objects.present()
        .of_tables()
        .filter(diner=diner, stelling__isnull=False)
        .order_by()
        .values_list("stelling", "tafel__nummer")
        .annotate(aantal=Count("pk"))
    ):
        notities[stelling][tafel] = aantal
    alle = list(Tafel.objects.filter(diner=diner).order_by("nummer").values_list("nummer", flat=True))
    boven = _carried(diner, alleen_vastgesteld=alleen_vastgesteld)
    per_stelling: dict[int | None, list[RodeDraad]] = defaultdict(list)
    for draad in draden:
        per_stelling[draad.stelling_id].append(draad)
    return [
        Synthesestelling(
            stelling=stelling,
            draden=tuple(
                _thread(draad, per_draad[draad.pk], len(notities[stelling.pk]), boven)
                for draad in per_stelling[stelling.pk]
            ),
            besproken=tuple(sorted(notities[stelling.pk])),
            stil=tuple(tafel for tafel in alle if tafel not in notities[stelling.pk]),
            notities=sum(notities[stelling.pk].values()),
        )
        for stelling in stellingen
    ]


def _thread(
    draad: RodeDraad,
    rijen: Sequence[tuple[int, str, int]],
    besproken: int,
    boven: Mapping[int | None, list[RodeDraad]],
) -> Synthesedraad:
    steun = {tafel for tafel, rol, _ in rijen if rol != TEGENSTEM}
    tegen = {tafel for tafel, rol, _ in rijen if rol == TEGENSTEM}
    return Synthesedraad(
        draad=draad,
        tafels=Draadbreedte(draad.titel, tuple(sorted(steun)), tuple(sorted(tegen))),
        notities=sum(aantal for _, _, aantal in rijen),
        besproken=besproken,
        draagt=tuple(boven.get(draad.pk, ())),
    )


def _carried(diner: Diner, *, alleen_vastgesteld: bool) -> dict[int | None, list[RodeDraad]]:
    """Thread of a stelling of *diner* → the threads of the reeks that it carries. One query."""
    bovenste = RodeDraad.objects.filter(reeks=diner.reeks_id, diner=None)
    if alleen_vastgesteld:
        bovenste = bovenste.filter(status=Draadstatus.VASTGESTELD)
    gevonden: dict[int | None, list[RodeDraad]] = defaultdict(list)
    for link in (
        Onderbouwing.objects.filter(draad__diner=diner, rode_draad__in=bovenste)
        .select_related("rode_draad")
        .order_by("rode_draad__volgorde", "rode_draad__pk")
    ):
        if link.rode_draad is not None:
            gevonden[link.draad_id].append(link.rode_draad)
    return gevonden
