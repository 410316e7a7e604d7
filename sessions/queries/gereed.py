"""What still stands between a diner and its evening."""

from dataclasses import dataclass

from sessions.models import Diner, Plaats, Rondesoort, Stellingstatus


@dataclass(frozen=True, slots=True)
class Punt:
    """One line of the readiness list; ``anker`` is where on the diner page it can be mended."""

    tekst: str
    gereed: bool
    anker: str


def readiness(diner: Diner) -> list[Punt]:
    """What still stands between *diner* and its evening. Six queries; seven with guests, whom an evening can do without."""
    stellingen = list(diner.stellingen.order_by("nummer"))
    concept = [stelling.nummer for stelling in stellingen if stelling.status == Stellingstatus.CONCEPT]
    rondes = list(diner.rondes.filter(soort=Rondesoort.TAFELGESPREK).values_list("stelling_id", flat=True))
    zonder_ronde = [stelling.nummer for stelling in stellingen if stelling.pk not in rondes]
    tafels = diner.tafels.count()
    met_link = diner.tafels.filter(
        toegangen__revoked_at=None, toegangen__replaced_at=None, toegangen__isnull=False
    )
    gasten = diner.gasten.filter(afgemeld=False).count()
    plaatsen = Plaats.objects.filter(
        ronde__diner=diner, ronde__soort=Rondesoort.TAFELGESPREK, gast__afgemeld=False
    )
    schikking = (
        [Punt("Elke gast heeft een plaats", plaatsen.count() == gasten * len(rondes), "gasten")]
        if gasten
        else []
    )
    return [
        Punt(
            "Datum en begintijd staan vast",
            diner.datum is not None and diner.begintijd is not None,
            "gegevens",
        ),
        Punt("Er is een spreker", diner.optredens.exists(), "sprekers"),
        Punt(
            "De stellingen zijn definitief"
            + (f" (nog concept: {', '.join(map(str, concept))})" if concept and stellingen else ""),
            bool(stellingen) and not concept,
            "stellingen",
        ),
        Punt(
            "Elke stelling heeft een tafelgesprek"
            + (f" (nog niet: {', '.join(map(str, zonder_ronde))})" if zonder_ronde else ""),
            bool(stellingen) and not zonder_ronde,
            "draaiboek",
        ),
        Punt("Er zijn tafels", tafels > 0, "tafels"),
        Punt("Elke tafel heeft een link", tafels > 0 and met_link.distinct().count() == tafels, "tafels"),
        *schikking,
    ]
