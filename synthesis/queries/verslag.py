"""What the report is made of, and what people wrote in it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from capture import pictures
from capture.models import Bijdrage, BijdrageQuerySet, Bron, Horizon, Soort
from capture.queries import Uitslag, Verschuiving, verschuivingen_of_reeks
from denkdiner.drawing import LICHT, Kleuren, house_style
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
from synthesis.exports.gegevens import Gegevens, Telling
from synthesis.models import Onderbouwing, Onderbouwingsrol, RodeDraad, Verslag
from synthesis.pictures import (
    Draadbreedte,
    breedte_svg,
    breedte_words,
    horizon_svg,
    horizon_words,
    kruis_pages,
)
from synthesis.queries.gedragen import Gedragen, draden_per_stelling
from synthesis.queries.horizon import horizon_of_reeks
from synthesis.queries.verslaggegevens import Plekken, gegevens_of, huisstijl_of, version_words
from synthesis.queries.werkbank import TEGENSTEM

MAX_VOORBEELD = 400
"""Characters of a note that stands in the report as an example; quotes are never cut."""


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


def verslagbron(
    reeks: Reeks, *, diners: Collection[int] = (), noten: bool = False, gasten: bool = False
) -> Verslagbron:
    """Everything the report is made of, as plain data; only of *diners* (by number) when there are any.

    A constant number of queries. A page counts in the database; a file wants the *noten* themselves (every note is read,
    and sentences refer to them). *gasten*: with the names on the guest lists; else nothing of them is read.
    """
    gekozen = reeks.diners.filter(nummer__in=diners) if diners else reeks.diners.all()
    rijen = list(gekozen.prefetch_related("optredens__spreker", "stellingen", "tafels").order_by("nummer"))
    bijdragen = Bijdrage.objects.present().filter(diner__in=rijen).order_by()
    van_tafels = bijdragen.of_tables()
    gesprekken = gesprekken_of(
        van_tafels.values_list("diner", "stelling", "tafel__nummer").annotate(aantal=Count("pk"))
    )
    quotes: dict[int, list[Bijdrage]] = defaultdict(list)
    citaten = bijdragen.filter(letterlijk=True).select_related("tafel", "onderbouwing")
    for quote in quotes_among(citaten.defer("tafel__naam").order_by("created_at", "pk")):
        quotes[quote.diner_id].append(quote)
    draden = draden_per_stelling(RodeDraad.objects.filter(reeks=reeks, diner__in=rijen))
    van_reeks = [draad for draad in reeks_draden(reeks) if not diners or _is_carried_by(draad, rijen)]
    plekken = Plekken(rijen, draden, van_reeks, bijdragen.values_list("pk", flat=True) if noten else ())
    eigen = {stelling.pk for diner in rijen for stelling in diner.stellingen.all()}
    verschuivingen = [een for een in verschuivingen_of_reeks(reeks) if een.stelling.pk in eigen]
    kleuren = house_style(reeks.kleur)
    peilingen = {een.stelling.pk: peilingbron(een, kleuren) for een in verschuivingen}
    verslag = Verslag.objects.filter(reeks=reeks).prefetch_related("delen__stelling__diner").first()
    _, horizon = horizon_of_reeks(reeks, rijen)
    beeld = horizon if any(rij.niet < rij.totaal for rij in horizon) else ()
    return Verslagbron(
        titel=verslag.titel if verslag and verslag.titel else reeks.titel,
        organisatie=reeks.organisatie,
        inleiding=reeks.inleiding,
        horizonjaar=reeks.horizonjaar,
        van_diners=reeks.diners.count() if diners else len(rijen),
        status=verslag.status if verslag else "concept",
        diners=tuple(
            dinerbron(diner, gesprekken[diner.pk], quotes[diner.pk], draden, peilingen, plekken, kleuren)
            for diner in rijen
        ),
        draden=tuple(_reeksdraad(draad, plekken) for draad in van_reeks),
        teksten={deel.plaats: deel.tekst for deel in verslag.delen.all()} if verslag else {},
        horizon={
            "": sum(rij.niet for rij in horizon),
            Horizon.NU: sum(rij.nu for rij in horizon),
            Horizon.MIDDELLANG: sum(rij.middellang for rij in horizon),
            Horizon.HORIZONJAAR: sum(rij.horizonjaar for rij in horizon),
        },
        horizonbeeld=horizon_svg(beeld, reeks.horizonjaar, kleuren) if beeld else "",
        horizonbeeld_woorden=" ".join(
            f"{rij.naam}: {horizon_words(rij, reeks.horizonjaar)}" for rij in beeld
        ),
        telling=_telling(bijdragen, gesprekken, draden),
        gegevens=gegevens_of(rijen, bijdragen, verschuivingen, draden, van_reeks, plekken, gasten=gasten)
        if noten
        else Gegevens(),
        versie=version_words(reeks),
        stijl=huisstijl_of(reeks),
    )


def _telling(
    bijdragen: BijdrageQuerySet, gesprekken: Gesprekken, draden: dict[int | None, list[Gedragen]]
) -> Telling:
    """On how many of *bijdragen* the report rests, and why not on the others. Two queries."""
    opzij = bijdragen.of_tables().filter(onderbouwing__isnull=False, onderbouwing__rode_draad=None)
    return Telling(
        van_tafels=sum(een.aantal for diner in gesprekken.values() for een in diner.values()),
        geplaatst=sum(draad.geplaatst() for rij in draden.values() for draad in rij),
        anders=bijdragen.exclude(bron=Bron.TAFEL).count(),
        opzij=dict(opzij.values_list("onderbouwing__reden").annotate(aantal=Count("pk"))),
    )


def dinerbron(
    diner: Diner,
    gesprekken: dict[int | None, Gesprek],
    quotes: Sequence[Bijdrage],
    draden: dict[int | None, list[Gedragen]],
    peilingen: dict[int, Peilingbron],
    plekken: Plekken,
    kleuren: Kleuren = LICHT,
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
        sprekende_tafels=len({tafel for gesprek in gesprekken.values() for tafel in gesprek.tafels}),
        aantal_bijdragen=sum(gesprek.aantal for gesprek in gesprekken.values()),
        stellingen=tuple(
            _stellingbron(
                stelling,
                diner,
                gesprekken.get(stelling.pk, Gesprek()),
                draden[stelling.pk],
                peilingen.get(stelling.pk),
                plekken,
                kleuren,
            )
            for stelling in diner.stellingen.all()
        ),
        quotes=tuple(
            Quotebron(
                bijdrage.tekst, bijdrage.tafel.nummer if bijdrage.tafel else None, plekken.code(bijdrage.pk)
            )
            for bijdrage in quotes
        ),
    )


def quotes_among(bijdragen: Iterable[Bijdrage]) -> list[Bijdrage]:
    """Those that may stand between quotation marks in the report: never what a spreker said."""
    return [b for b in bijdragen if b.letterlijk and b.bron != Bron.SPREKER and _is_quote(b)]


def _is_quote(bijdrage: Bijdrage) -> bool:
    """Marked as a quote at the table, or chosen as one by a reporter (a proposal may suggest, no more); not laid aside."""
    rij = getattr(bijdrage, "onderbouwing", None)
    if rij is not None and rij.rode_draad_id is None:
        return False
    return bijdrage.soort == Soort.QUOTE or (
        rij is not None and rij.rol == Onderbouwingsrol.QUOTE and rij.door_mens
    )


def _stellingbron(
    stelling: Stelling,
    diner: Diner,
    gesprek: Gesprek,
    draden: Sequence[Gedragen],
    peiling: Peilingbron | None,
    plekken: Plekken,
    kleuren: Kleuren,
) -> Stellingbron:
    besproken = gesprek.tafels
    bronnen = tuple(_draadbron(draad, len(besproken), plekken) for draad in draden)
    breedtes = [Draadbreedte(een.titel, een.tafels, een.tegen) for een in bronnen]
    return Stellingbron(
        nummer=stelling.nummer,
        tekst=stelling.tekst,
        aantal_bijdragen=gesprek.aantal,
        tafels=besproken,
        stil=tuple(tafel.nummer for tafel in diner.tafels.all() if tafel.nummer not in besproken),
        draden=bronnen,
        peiling=peiling,
        breedte=breedte_svg(breedtes, len(besproken), kleuren, titel=f"stelling {stelling.nummer}"),
        breedte_woorden=breedte_words(breedtes, len(besproken)) if breedtes else "",
        kruis=kruis_pages(breedtes, besproken, kleuren, titel=f"stelling {stelling.nummer}")
        if plekken.met_noten
        else (),
    )


def peilingbron(verschuiving: Verschuiving, kleuren: Kleuren = LICHT) -> Peilingbron:
    """A peiling as the report and the handout show it."""

    def counts(uitslag: Uitslag | None) -> tuple[int, int, int] | None:
        return (uitslag.eens, uitslag.oneens, uitslag.anders) if uitslag else None

    return Peilingbron(
        voor=counts(verschuiving.voor),
        na=counts(verschuiving.na),
        woorden=pictures.peiling_words(verschuiving),
        herkomst=pictures.bron_words(verschuiving),
        woorden_tafels=pictures.tafels_words(verschuiving),
        beeld=pictures.peiling_svg(verschuiving, kleuren),
        beeld_tafels=pictures.tafels_svg(verschuiving, kleuren),
    )


def _draadbron(gedragen: Gedragen, besproken: int, plekken: Plekken) -> Draadbron:
    draad, tafels = gedragen.draad, gedragen.tafels(tegen=False)
    return Draadbron(
        titel=draad.titel,
        tekst=draad.tekst,
        spanning=(draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        kernvraag=draad.kernvraag,
        tafels=tafels,
        besproken=besproken,
        breedte=breedte_woord(len(tafels), besproken),
        voorbeelden=gedragen.voorbeelden(MAX_VOORBEELD),
        tegen=gedragen.tafels(tegen=True),
        is_voorstel=not draad.door_mens,
        nummer=plekken.nummer(draad.pk),
        noten=plekken.codes(
            rij.bijdrage for rij in gedragen.steun if rij.rol != TEGENSTEM and rij.bron == Bron.TAFEL
        ),
    )


def _is_carried_by(draad: RodeDraad, diners: Sequence[Diner]) -> bool:
    """Does a thread of one of these *diners* carry this thread of the reeks?"""
    pks = {diner.pk for diner in diners}
    return any(rij.draad is not None and rij.draad.diner_id in pks for rij in draad.onderbouwingen.all())


def _reeksdraad(draad: RodeDraad, plekken: Plekken) -> Draadbron:
    onder = [rij.draad for rij in draad.onderbouwingen.all() if rij.draad is not None]
    return Draadbron(
        titel=draad.titel,
        tekst=draad.tekst,
        spanning=(draad.pool_a, draad.pool_b) if draad.has_spanning else None,
        kernvraag=draad.kernvraag,
        diners=tuple(sorted({een.diner.nummer for een in onder if een.diner is not None})),
        nummer=plekken.nummer(draad.pk),
        draden=tuple(sorted(filter(None, (plekken.nummer(een.pk) for een in onder)))),
    )
