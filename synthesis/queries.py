"""Reads of the synthesis: the werkbank of a stelling, the inbox of a diner, what the report needs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.text import Truncator

from capture import pictures
from capture.models import Bijdrage, Bron, Horizon, Soort
from capture.queries import Uitslag, Verschuiving, verschuivingen_of_reeks
from denkdiner.text import capital
from sessions.models import Diner, Reeks, Stelling, Tafel
from synthesis.drafting import Concept, Notitie, breedte_woord
from synthesis.drafting.extract import hints_at_tension
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

if TYPE_CHECKING:
    from synthesis.drafting.corpus import Corpus

MAX_VOORBEELD = 400
"""Characters of a note that stands in the report as an example; quotes are never cut."""
MORE_MAX = 40
TEGENSTEM = Onderbouwingsrol.TEGENSTEM


def tafels_of(bijdragen: Iterable[Bijdrage]) -> tuple[int, ...]:
    """The numbers of the tables among *bijdragen*, in order; speakers and the plenary are no table."""
    return tuple(sorted({b.tafel.nummer for b in bijdragen if b.bron == Bron.TAFEL and b.tafel is not None}))


@dataclass(frozen=True, slots=True)
class Draadkaart:
    """A thread on the werkbank: what carries it, counted."""

    draad: RodeDraad
    onderbouwingen: tuple[Onderbouwing, ...]
    tafels: tuple[int, ...]
    """Numbers of the tables that support it; a tegenstem does not count."""
    besproken: int
    """How many tables discussed the stelling."""

    @property
    def breedte(self) -> str:
        """In words, with a capital: "De meeste tafels"."""
        return capital(breedte_woord(len(self.tafels), self.besproken))

    @property
    def bijdragen(self) -> tuple[Bijdrage, ...]:
        return tuple(rij.bijdrage for rij in self.onderbouwingen if rij.bijdrage is not None)

    @property
    def spanningen(self) -> frozenset[Any]:
        """Ids of notes whose words hint at a tension."""
        return frozenset(b.pk for b in self.bijdragen if hints_at_tension(b.tekst))


@dataclass(frozen=True, slots=True)
class Werkbank:
    """Everything on the werkbank of one stelling."""

    stelling: Stelling
    kaarten: tuple[Draadkaart, ...]
    los: tuple[Bijdrage, ...]
    """Notes of tables that are in no thread yet, oldest first."""
    elders: tuple[Bijdrage, ...]
    """What a spreker or the plenary said: shown apart, never counted."""
    tafels: tuple[int, ...]
    """Tables that discussed the stelling."""
    stil: tuple[int, ...]
    """Tables of the diner that did not."""
    geplaatst: int
    totaal: int


def _carried(draden: QuerySet[RodeDraad]) -> QuerySet[RodeDraad]:
    """With what carries them prefetched, in order: notes in the bin or moved to another stelling do not count."""
    geldig = Q(bijdrage__deleted_at=None, bijdrage__stelling=F("rode_draad__stelling"))
    return draden.prefetch_related(
        Prefetch(
            "onderbouwingen",
            Onderbouwing.objects.filter(Q(bijdrage=None) | geldig)
            .select_related("bijdrage__tafel")
            .order_by("volgorde", "pk"),
        )
    ).order_by("volgorde", "pk")


def _kaart(draad: RodeDraad, besproken: int) -> Draadkaart:
    rijen = tuple(draad.onderbouwingen.all())
    steun = [rij.bijdrage for rij in rijen if rij.bijdrage is not None and rij.rol != TEGENSTEM]
    return Draadkaart(draad, rijen, tafels_of(steun), besproken)


def werkbank(stelling: Stelling) -> Werkbank:
    """The werkbank of *stelling* as it stands now. Four queries, however many threads and notes."""
    bijdragen = list(
        stelling.bijdragen.present().select_related("tafel", "onderbouwing").order_by("created_at", "pk")
    )
    van_tafels = [bijdrage for bijdrage in bijdragen if bijdrage.bron == Bron.TAFEL]
    tafels = tafels_of(van_tafels)
    alle = Tafel.objects.filter(diner=stelling.diner_id).order_by("nummer").values_list("nummer", flat=True)
    kaarten = tuple(
        _kaart(draad, len(tafels)) for draad in _carried(RodeDraad.objects.filter(stelling=stelling))
    )
    geplaatst = {rij.bijdrage_id for kaart in kaarten for rij in kaart.onderbouwingen}
    return Werkbank(
        stelling=stelling,
        kaarten=kaarten,
        los=tuple(b for b in van_tafels if b.pk not in geplaatst),
        elders=tuple(b for b in bijdragen if b.bron != Bron.TAFEL),
        tafels=tafels,
        stil=tuple(nummer for nummer in alle if nummer not in tafels),
        geplaatst=sum(b.pk in geplaatst for b in van_tafels),
        totaal=len(van_tafels),
    )


def kaart_of(draad: RodeDraad) -> Draadkaart:
    """One thread of a stelling with what carries it. Three queries."""
    besproken = (
        Bijdrage.objects.present()
        .of_tables()
        .filter(stelling=draad.stelling_id)
        .values("tafel")
        .distinct()
        .count()
        if draad.stelling_id
        else 0
    )
    return _kaart(
        _carried(RodeDraad.objects.filter(pk=draad.pk)).select_related("stelling__diner").get(), besproken
    )


def filter_bijdragen(
    bijdragen: QuerySet[Bijdrage],
    *,
    soort: str = "",
    tafel: int | None = None,
    horizon: str = "",
    woord: str = "",
) -> QuerySet[Bijdrage]:
    """Narrow a list of notes; empty values do not narrow."""
    if soort:
        bijdragen = bijdragen.filter(soort=soort)
    if tafel is not None:
        bijdragen = bijdragen.filter(tafel__nummer=tafel)
    if horizon:
        bijdragen = bijdragen.filter(horizon=horizon)
    if woord:
        bijdragen = bijdragen.filter(tekst__icontains=woord)
    return bijdragen


def bijdragen_per_tafel(stelling: Stelling, **filters: Any) -> list[tuple[Tafel | None, list[Bijdrage]]]:
    """Present notes of *stelling* side by side: each table with its notes, tables without any left out; speakers last."""
    per_tafel: dict[Tafel | None, list[Bijdrage]] = defaultdict(list)
    for bijdrage in (
        filter_bijdragen(stelling.bijdragen.present(), **filters)
        .select_related("tafel", "onderbouwing__rode_draad")
        .order_by("created_at", "pk")
    ):
        per_tafel[bijdrage.tafel if bijdrage.bron == Bron.TAFEL else None].append(bijdrage)
    return sorted(per_tafel.items(), key=lambda item: item[0].nummer if item[0] else 10_000)


def silent_tables(stelling: Stelling) -> list[Tafel]:
    """Tables of the diner without a note about *stelling*. One query."""
    gesproken = stelling.bijdragen.present().of_tables().values("tafel")
    return list(Tafel.objects.filter(diner=stelling.diner_id).exclude(pk__in=gesproken).order_by("nummer"))


def more_like_draad(draad: RodeDraad) -> list[Bijdrage]:
    """Notes of the same stelling outside *draad*, most like what is in it first; at most ``MORE_MAX``. Two queries."""
    from synthesis.drafting.lexical import more_like

    bijdragen = {
        str(bijdrage.pk): bijdrage
        for bijdrage in Bijdrage.objects.present()
        .of_tables()
        .filter(stelling=draad.stelling_id)
        .select_related("tafel", "onderbouwing__rode_draad")
        .order_by("pk")
    }
    eigen = [
        pk
        for pk, b in bijdragen.items()
        if (o := getattr(b, "onderbouwing", None)) and o.rode_draad_id == draad.pk
    ]
    volgorde = more_like(corpus_of(draad.reeks), notities_of(bijdragen.values()), eigen)
    return [bijdragen[pk] for pk in volgorde[:MORE_MAX]]


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


def corpus_of(reeks: Reeks) -> "Corpus":
    """Word weights and vectors of everything that was said in *reeks*. One query; 2,000 notes cost about 0.2 s."""
    from synthesis.drafting.corpus import Corpus  # numpy is loaded only when somebody asks for a draft

    return Corpus(list(Bijdrage.objects.present().filter(diner__reeks=reeks).values_list("tekst", flat=True)))


def notities_of(bijdragen: Iterable[Bijdrage], groepen: dict[Any, str] | None = None) -> list[Notitie]:
    """Bijdragen as a drafter sees them; *groepen* says which were placed by a person (bijdrage id → draad)."""
    return [
        Notitie(
            id=str(bijdrage.pk),
            tekst=bijdrage.tekst,
            tafel=bijdrage.tafel_id,
            letterlijk=bijdrage.letterlijk,
            trefwoorden=tuple(bijdrage.trefwoorden),
            groep=(groepen or {}).get(bijdrage.pk),
        )
        for bijdrage in bijdragen
    ]


def draft_for_reeks(reeks: Reeks) -> dict[str, list[dict[str, Any]]]:
    """A fresh proposal for every stelling of *reeks*, stored nowhere and blind to stored threads.

    ``{"<diner>.<stelling>": [{"label", "bijdragen": [ids], "breedte": tables}]}``; loose notes are a last group of their
    own, notes without a stelling are left out. Three queries.
    """
    from synthesis.drafting.lexical import LexicalDrafter

    drafter = LexicalDrafter(corpus_of(reeks))
    stellingen = (
        Stelling.objects.filter(diner__reeks=reeks)
        .select_related("diner")
        .order_by("diner__nummer", "nummer")
    )
    per_stelling: dict[int | None, list[Bijdrage]] = defaultdict(list)
    for bijdrage in (
        Bijdrage.objects.present().of_tables().filter(stelling__diner__reeks=reeks).order_by("pk")
    ):
        per_stelling[bijdrage.stelling_id].append(bijdrage)
    return {
        f"{stelling.diner.nummer}.{stelling.nummer}": [
            _as_json(concept)
            for concept in drafter.draft(notities_of(per_stelling[stelling.pk]), stelling=stelling.tekst)
        ]
        for stelling in stellingen
    }


def _as_json(concept: Concept) -> dict[str, Any]:
    return {"label": concept.label, "bijdragen": list(concept.bijdragen), "breedte": concept.breedte}


def reeks_draden(reeks: Reeks) -> QuerySet[RodeDraad]:
    """The threads across diners, in order, with the threads of stellingen that carry them."""
    return (
        RodeDraad.objects.filter(reeks=reeks, diner=None)
        .prefetch_related(
            Prefetch(
                "onderbouwingen",
                Onderbouwing.objects.filter(draad__isnull=False).select_related(
                    "draad__stelling", "draad__diner"
                ),
            )
        )
        .order_by("volgorde", "pk")
    )


def draden_per_stelling(draden: QuerySet[RodeDraad]) -> dict[int | None, list[RodeDraad]]:
    """Threads of stellingen with what carries them, in order, by the id of their stelling. Two queries."""
    per_stelling: dict[int | None, list[RodeDraad]] = defaultdict(list)
    for draad in _carried(draden.filter(stelling__isnull=False)):
        per_stelling[draad.stelling_id].append(draad)
    return per_stelling


def verslagbron(reeks: Reeks) -> Verslagbron:
    """Everything the report is made of, as plain data. A constant number of queries."""
    bijdragen = list(
        Bijdrage.objects.present()
        .filter(diner__reeks=reeks)
        .select_related("tafel", "onderbouwing")
        .order_by("created_at", "pk")
    )
    draden = draden_per_stelling(RodeDraad.objects.filter(reeks=reeks))
    peilingen = {een.stelling.pk: peilingbron(een) for een in verschuivingen_of_reeks(reeks)}
    diners = (
        reeks.diners.annotate(tafelcount=Count("tafels"))
        .prefetch_related("optredens__spreker", "stellingen", "tafels")
        .order_by("nummer")
    )
    verslag = Verslag.objects.filter(reeks=reeks).prefetch_related("delen__stelling__diner").first()
    van_tafels = [bijdrage for bijdrage in bijdragen if bijdrage.bron == Bron.TAFEL]
    return Verslagbron(
        titel=verslag.titel if verslag and verslag.titel else reeks.titel,
        organisatie=reeks.organisatie,
        inleiding=reeks.inleiding,
        horizonjaar=reeks.horizonjaar,
        status=verslag.status if verslag else "concept",
        diners=tuple(
            dinerbron(diner, [b for b in bijdragen if b.diner_id == diner.pk], draden, peilingen)
            for diner in diners
        ),
        draden=tuple(_reeksdraad(draad) for draad in reeks_draden(reeks)),
        teksten={deel.plaats: deel.tekst for deel in verslag.delen.all()} if verslag else {},
        horizon={soort: sum(b.horizon == soort for b in van_tafels) for soort in ("", *Horizon.values)},
    )


def dinerbron(
    diner: Diner,
    bijdragen: Sequence[Bijdrage],
    draden: dict[int | None, list[RodeDraad]],
    peilingen: dict[int, Peilingbron],
) -> Dinerbron:
    """One diner of the report; its optredens, stellingen and tafels are prefetched. No query."""
    van_tafels = [bijdrage for bijdrage in bijdragen if bijdrage.bron == Bron.TAFEL]
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
        aantal_bijdragen=len(van_tafels),
        stellingen=tuple(
            _stellingbron(
                stelling,
                diner,
                [b for b in van_tafels if b.stelling_id == stelling.pk],
                draden[stelling.pk],
                peilingen.get(stelling.pk),
            )
            for stelling in diner.stellingen.all()
        ),
        quotes=tuple(
            Quotebron(bijdrage.tekst, bijdrage.tafel.nummer if bijdrage.tafel else None)
            for bijdrage in bijdragen
            if bijdrage.letterlijk and bijdrage.bron != Bron.SPREKER and _is_quote(bijdrage)
        ),
    )


def _is_quote(bijdrage: Bijdrage) -> bool:
    """Marked as a quote at the table, or chosen as one by a reporter; a proposal may suggest, no more."""
    rij = getattr(bijdrage, "onderbouwing", None)
    return bijdrage.soort == Soort.QUOTE or (
        rij is not None and rij.rol == Onderbouwingsrol.QUOTE and rij.door_mens
    )


def _stellingbron(
    stelling: Stelling,
    diner: Diner,
    bijdragen: Sequence[Bijdrage],
    draden: Sequence[RodeDraad],
    peiling: Peilingbron | None,
) -> Stellingbron:
    besproken = tafels_of(bijdragen)
    return Stellingbron(
        nummer=stelling.nummer,
        tekst=stelling.tekst,
        aantal_bijdragen=len(bijdragen),
        tafels=besproken,
        stil=tuple(tafel.nummer for tafel in diner.tafels.all() if tafel.nummer not in besproken),
        draden=tuple(_draadbron(_kaart(draad, len(besproken))) for draad in draden),
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


def _draadbron(kaart: Draadkaart) -> Draadbron:
    draad = kaart.draad
    return Draadbron(
        titel=draad.titel,
        tekst=draad.tekst,
        spanning=(draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        kernvraag=draad.kernvraag,
        tafels=kaart.tafels,
        besproken=kaart.besproken,
        breedte=breedte_woord(len(kaart.tafels), kaart.besproken),
        voorbeelden=tuple(
            Truncator(rij.bijdrage.tekst).chars(MAX_VOORBEELD)
            for rij in kaart.onderbouwingen
            if rij.bijdrage is not None and rij.rol != TEGENSTEM and rij.bijdrage.bron == Bron.TAFEL
        )[:3],
        tegen=tafels_of(
            rij.bijdrage for rij in kaart.onderbouwingen if rij.bijdrage is not None and rij.rol == TEGENSTEM
        ),
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
        tekst=draad.tekst,
        spanning=(draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        kernvraag=draad.kernvraag,
        diners=tuple(sorted(diners)),
    )
