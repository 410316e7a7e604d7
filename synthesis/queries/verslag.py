"""What the report is made of, and what people wrote in it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, QuerySet
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

if TYPE_CHECKING:
    pass

from synthesis.queries.werkbank import TEGENSTEM, Draadkaart, carried, kaart_met, tafels_of

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
    for draad in carried(draden.filter(stelling__isnull=False)):
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
        draden=tuple(_draadbron(kaart_met(draad, len(besproken))) for draad in draden),
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
        tekst=draad.leestekst,
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
        tekst=draad.leestekst,
        spanning=(draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        kernvraag=draad.kernvraag,
        diners=tuple(sorted(diners)),
    )
