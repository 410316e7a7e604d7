"""What still stands between a diner and its evening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from sessions.models import (
    Apparaat,
    Diner,
    Dinerstatus,
    Plaats,
    Rondesoort,
    Stellingstatus,
    Toegang,
)

GENOEMD = 8
"""Numbers that one line of the list names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Punt:
    """One line of the readiness list; ``anker`` is where on the diner page it can be mended."""

    tekst: str
    gereed: bool
    anker: str
    optreden: int | None = None
    """Of whom it is, when that can be mended on their own page."""


def readiness(diner: Diner, vandaag: date) -> list[Punt]:
    """What still stands between *diner* and its evening, which may begin without.

    Five queries; six with guests, whom an evening can do without. Tablets count on the day itself: no table is open before.
    """
    return [
        Punt(
            "Datum en begintijd staan vast",
            diner.datum is not None and diner.begintijd is not None,
            "gegevens",
        ),
        *_sprekers(diner),
        *_gesprekken(diner),
        *_tafels(diner, met_tablets=diner.is_live or _is_today(diner, vandaag)),
    ]


def _is_today(diner: Diner, vandaag: date) -> bool:
    return diner.datum == vandaag and diner.status != Dinerstatus.AFGESLOTEN


def _sprekers(diner: Diner) -> list[Punt]:
    """One line for each who has not confirmed, for each has a page of their own."""
    optredens = list(diner.optredens.select_related("spreker").order_by("volgorde", "pk"))
    wachten = [
        Punt(f"{optreden.spreker.naam} heeft nog niet bevestigd", False, "sprekers", optreden.pk)
        for optreden in optredens
        if optreden.bevestigd_at is None
    ]
    if not optredens or wachten:
        return [Punt("Er is een spreker", bool(optredens), "sprekers"), *wachten]
    return [Punt("Elke spreker heeft bevestigd", True, "sprekers")]


def _gesprekken(diner: Diner) -> list[Punt]:
    """The stellingen and their talks; with guests, where each of them sits."""
    stellingen = list(diner.stellingen.order_by("nummer"))
    concept = [stelling.nummer for stelling in stellingen if stelling.status == Stellingstatus.CONCEPT]
    rondes = list(diner.rondes.filter(soort=Rondesoort.TAFELGESPREK).values_list("stelling_id", flat=True))
    zonder_ronde = [stelling.nummer for stelling in stellingen if stelling.pk not in rondes]
    punten = [
        Punt(
            "De stellingen zijn definitief" + _nog(concept, "nog concept"),
            bool(stellingen) and not concept,
            "stellingen",
        ),
        Punt(
            "Elke stelling heeft een tafelgesprek" + _nog(zonder_ronde),
            bool(stellingen) and not zonder_ronde,
            "draaiboek",
        ),
    ]
    if gasten := diner.gasten.filter(afgemeld=False).count():
        plaatsen = Plaats.objects.filter(
            ronde__diner=diner, ronde__soort=Rondesoort.TAFELGESPREK, gast__afgemeld=False
        )
        geplaatst = plaatsen.count() == gasten * len(rondes)
        punten.append(Punt("Elke gast heeft een plaats", geplaatst, "gasten"))
    return punten


def _tafels(diner: Diner, *, met_tablets: bool) -> list[Punt]:
    links = Toegang.objects.filter(tafel=OuterRef("pk"), revoked_at=None, replaced_at=None)
    tablets = Apparaat.objects.active().filter(toegang__tafel=OuterRef("pk"))
    tafels = list(
        diner.tafels.annotate(heeft_link=Exists(links), heeft_tablet=Exists(tablets))
        .order_by("nummer")
        .values_list("nummer", "heeft_link", "heeft_tablet")
    )
    zonder_link = [nummer for nummer, link, _ in tafels if not link]
    zonder_tablet = [nummer for nummer, _, tablet in tafels if not tablet]
    punten = [
        Punt("Er zijn tafels", bool(tafels), "tafels"),
        Punt("Elke tafel heeft een link" + _nog(zonder_link), bool(tafels) and not zonder_link, "tafels"),
    ]
    if met_tablets:
        tekst = "Aan elke tafel doet een tablet mee" + _nog(zonder_tablet)
        punten.append(Punt(tekst, bool(tafels) and not zonder_tablet, "tafels"))
    return punten


def _nog(nummers: Iterable[int], wat: str = "nog niet") -> str:
    """ " (nog niet: 2, 3)"; nothing when there are none."""
    genoemd = [str(nummer) for nummer in nummers]
    if len(genoemd) > GENOEMD:
        genoemd = [*genoemd[:GENOEMD], f"en nog {len(genoemd) - GENOEMD}"]
    return f" ({wat}: {', '.join(genoemd)})" if genoemd else ""
