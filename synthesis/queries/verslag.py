"""What the report is made of, and what people wrote in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Count, F, Prefetch, QuerySet
from django.utils.text import Truncator

from capture import pictures
from capture.models import Bijdrage, Bron, Horizon, Soort
from capture.queries import Uitslag, Verschuiving, verschuivingen_of_reeks
from sessions.models import Diner, Reeks, Stelling
from synthesis.drafting import breedte_woord
from synthesis.exports.bron import (
    Dinerbron,
    Draadbron,
    Peilingbron,
    Quotebron,
    Sprekerbron,
    Stellingbron,
    Verslagbron,
)
from synthesis.models import Onderbouwing, Onderbouwingsrol, RodeDraad, Verslag, Verslagdeel
from synthesis.queries.werkbank import TEGENSTEM

MAX_VOORBEELD = 400
"""Characters of a note that stands in the report as an example; quotes are never cut."""


def section_place(reeks: Reeks, sleutel: str) -> dict[str, Any]:
    """Where the text of section *sleutel* is kept: under its name, or with the stelling that has this number now."""
    delen = sleutel.split(".")
    if len(delen) != 3:
        return {"sleutel": sleutel, "stelling": None}
    stelling = Stelling.objects.get(diner__reeks=reeks, diner__nummer=delen[1], nummer=delen[2])
    return {"sleutel": "", "stelling": stelling}


def verslagdeel(reeks: Reeks, sleutel: str) -> Verslagdeel | None:
    """What a person wrote for a section that the report has, if anything. Two queries at most."""
    return Verslagdeel.objects.filter(verslag__reeks=reeks, **section_place(reeks, sleutel)).first()


def reeks_draden(reeks: Reeks) -> QuerySet[RodeDraad]:
    """The threads across diners, in order, with the threads of stellingen that carry them."""
    return (
        RodeDraad.objects.filter(reeks=reeks, diner=None)
        .prefetch_related(
            Prefetch(
                "onderbouwingen",
                Onderbouwing.objects.filter(draad__isnull=False, draad__verwijderd_at=None).select_related(
                    "draad__stelling", "draad__diner"
                ),
            )
        )
        .order_by("volgorde", "pk")
    )


class Steun(NamedTuple):
    """A note that carries a thread, as far as a report needs it: a reeks has tens of thousands, and models are slow."""

    rol: str
    bron: str
    tafel: int | None
    tekst: str


@dataclass(frozen=True, slots=True)
class Gedragen:
    """A thread of a stelling with what carries it, in order."""

    draad: RodeDraad
    steun: tuple[Steun, ...]

    def tafels(self, *, tegen: bool) -> tuple[int, ...]:
        """The numbers of the tables that support it, or that speak against it."""
        return tuple(
            sorted({rij.tafel for rij in self._of_tafels() if (rij.rol == TEGENSTEM) == tegen and rij.tafel})
        )

    def voorbeelden(self) -> tuple[str, ...]:
        """Its first three notes of tables, not too long."""
        steun = (rij.tekst for rij in self._of_tafels() if rij.rol != TEGENSTEM)
        return tuple(Truncator(tekst).chars(MAX_VOORBEELD) for tekst in islice(steun, 3))

    def geplaatst(self) -> int:
        return sum(1 for _ in self._of_tafels())

    def _of_tafels(self) -> Iterator[Steun]:
        return (rij for rij in self.steun if rij.bron == Bron.TAFEL)


def draden_per_stelling(draden: QuerySet[RodeDraad]) -> dict[int | None, list[Gedragen]]:
    """Threads of stellingen with what carries them, in order, by the id of their stelling. Two queries."""
    van_stellingen = list(draden.filter(stelling__isnull=False).order_by("volgorde", "pk"))
    steun: dict[int | None, list[Steun]] = defaultdict(list)
    rijen = Onderbouwing.objects.filter(
        rode_draad__in=draden, bijdrage__deleted_at=None, bijdrage__stelling=F("rode_draad__stelling")
    ).order_by("volgorde", "pk")
    velden = "rode_draad", "rol", "bijdrage__bron", "bijdrage__tafel__nummer", "bijdrage__tekst"
    for draad, *rij in rijen.values_list(*velden):
        steun[draad].append(Steun(*rij))
    per_stelling: dict[int | None, list[Gedragen]] = defaultdict(list)
    for draad in van_stellingen:
        per_stelling[draad.stelling_id].append(Gedragen(draad, tuple(steun[draad.pk])))
    return per_stelling


@dataclass(frozen=True, slots=True)
class Gesprek:
    """What the tables said about one stelling, counted."""

    aantal: int = 0
    tafels: tuple[int, ...] = ()


Gesprekken = dict[int, dict[int | None, Gesprek]]
"""By the id of the diner, and that of the stelling (None: about none)."""


def gesprekken_of(geteld: Iterable[tuple[int, int | None, int | None, int]]) -> Gesprekken:
    """From (diner, stelling, number of the table, how many notes). No query."""
    per_plek: dict[tuple[int, int | None], list[tuple[int | None, int]]] = defaultdict(list)
    for diner, stelling, tafel, aantal in geteld:
        per_plek[diner, stelling].append((tafel, aantal))
    gevonden: Gesprekken = defaultdict(dict)
    for (diner, stelling), rijen in per_plek.items():
        tafels = tuple(sorted({tafel for tafel, _ in rijen if tafel is not None}))
        gevonden[diner][stelling] = Gesprek(sum(aantal for _, aantal in rijen), tafels)
    return gevonden


def verslagbron(reeks: Reeks) -> Verslagbron:
    """Everything the report is made of, as plain data. A constant number of queries."""
    bijdragen = Bijdrage.objects.present().filter(diner__reeks=reeks).order_by()
    van_tafels = bijdragen.of_tables()
    gesprekken = gesprekken_of(
        van_tafels.values_list("diner", "stelling", "tafel__nummer").annotate(aantal=Count("pk"))
    )
    horizon = dict(van_tafels.values_list("horizon").annotate(aantal=Count("pk")))
    quotes = quotes_among(
        bijdragen.filter(letterlijk=True).select_related("tafel", "onderbouwing").order_by("created_at", "pk")
    )
    draden = draden_per_stelling(RodeDraad.objects.filter(reeks=reeks))
    peilingen = {een.stelling.pk: peilingbron(een) for een in verschuivingen_of_reeks(reeks)}
    diners = (
        reeks.diners.annotate(tafelcount=Count("tafels"))
        .prefetch_related("optredens__spreker", "stellingen", "tafels")
        .order_by("nummer")
    )
    verslag = Verslag.objects.filter(reeks=reeks).prefetch_related("delen__stelling__diner").first()
    return Verslagbron(
        titel=verslag.titel if verslag and verslag.titel else reeks.titel,
        organisatie=reeks.organisatie,
        inleiding=reeks.inleiding,
        horizonjaar=reeks.horizonjaar,
        status=verslag.status if verslag else "concept",
        diners=tuple(
            dinerbron(
                diner,
                gesprekken[diner.pk],
                [quote for quote in quotes if quote.diner_id == diner.pk],
                draden,
                peilingen,
            )
            for diner in diners
        ),
        draden=tuple(_reeksdraad(draad) for draad in reeks_draden(reeks)),
        teksten={deel.plaats: deel.tekst for deel in verslag.delen.all()} if verslag else {},
        horizon={soort: horizon.get(soort, 0) for soort in ("", *Horizon.values)},
    )


def dinerbron(
    diner: Diner,
    gesprekken: dict[int | None, Gesprek],
    quotes: Sequence[Bijdrage],
    draden: dict[int | None, list[Gedragen]],
    peilingen: dict[int, Peilingbron],
) -> Dinerbron:
    """One diner of the report; its optredens, stellingen and tafels are prefetched. No query."""
    return Dinerbron(
        nummer=diner.nummer,
        titel=diner.titel,
        datum=diner.datum,
        locatie=diner.locatie,
        sprekers=tuple(
            Sprekerbron(optreden.spreker.naam, optreden.spreker.functie, optreden.spreker.organisatie)
            for optreden in diner.optredens.all()
        ),
        aantal_tafels=len(diner.tafels.all()),
        aantal_gasten=sum(tafel.aantal_gasten for tafel in diner.tafels.all()),
        aantal_bijdragen=sum(gesprek.aantal for gesprek in gesprekken.values()),
        stellingen=tuple(
            _stellingbron(
                stelling,
                diner,
                gesprekken.get(stelling.pk, Gesprek()),
                draden[stelling.pk],
                peilingen.get(stelling.pk),
            )
            for stelling in diner.stellingen.all()
        ),
        quotes=tuple(
            Quotebron(bijdrage.tekst, bijdrage.tafel.nummer if bijdrage.tafel else None)
            for bijdrage in quotes
        ),
    )


def quotes_among(bijdragen: Iterable[Bijdrage]) -> list[Bijdrage]:
    """Those that may stand between quotation marks in the report: never what a spreker said."""
    return [b for b in bijdragen if b.letterlijk and b.bron != Bron.SPREKER and _is_quote(b)]


def _is_quote(bijdrage: Bijdrage) -> bool:
    """Marked as a quote at the table, or chosen as one by a reporter; a proposal may suggest, no more."""
    rij = getattr(bijdrage, "onderbouwing", None)
    return bijdrage.soort == Soort.QUOTE or (
        rij is not None and rij.rol == Onderbouwingsrol.QUOTE and rij.door_mens
    )


def _stellingbron(
    stelling: Stelling,
    diner: Diner,
    gesprek: Gesprek,
    draden: Sequence[Gedragen],
    peiling: Peilingbron | None,
) -> Stellingbron:
    besproken = gesprek.tafels
    return Stellingbron(
        nummer=stelling.nummer,
        tekst=stelling.tekst,
        aantal_bijdragen=gesprek.aantal,
        tafels=besproken,
        stil=tuple(tafel.nummer for tafel in diner.tafels.all() if tafel.nummer not in besproken),
        draden=tuple(_draadbron(draad, len(besproken)) for draad in draden),
        peiling=peiling,
    )


def peilingbron(verschuiving: Verschuiving) -> Peilingbron:
    """A peiling as the report and the handout show it."""

    def counts(uitslag: Uitslag | None) -> tuple[int, int, int] | None:
        return (uitslag.eens, uitslag.oneens, uitslag.anders) if uitslag else None

    return Peilingbron(
        voor=counts(verschuiving.voor),
        na=counts(verschuiving.na),
        woorden=pictures.peiling_words(verschuiving),
        herkomst=pictures.bron_words(verschuiving),
        woorden_tafels=pictures.tafels_words(verschuiving),
        beeld=pictures.peiling_svg(verschuiving),
        beeld_tafels=pictures.tafels_svg(verschuiving),
    )


def _draadbron(gedragen: Gedragen, besproken: int) -> Draadbron:
    draad, tafels = gedragen.draad, gedragen.tafels(tegen=False)
    return Draadbron(
        titel=draad.titel,
        tekst=draad.leestekst,
        spanning=(draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        kernvraag=draad.kernvraag,
        tafels=tafels,
        besproken=besproken,
        breedte=breedte_woord(len(tafels), besproken),
        voorbeelden=gedragen.voorbeelden(),
        tegen=gedragen.tafels(tegen=True),
        is_voorstel=not draad.door_mens,
    )


def _reeksdraad(draad: RodeDraad) -> Draadbron:
    diners = {
        rij.draad.diner.nummer
        for rij in draad.onderbouwingen.all()
        if rij.draad is not None and rij.draad.diner is not None
    }
    return Draadbron(
        titel=draad.titel,
        tekst=draad.leestekst,
        spanning=(draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        kernvraag=draad.kernvraag,
        diners=tuple(sorted(diners)),
    )
