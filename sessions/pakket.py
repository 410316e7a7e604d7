"""What stands in the pack of a diner: everything that lies on the tables, as plain data for one PDF.

Reads only. Which links the tables have is asked by the view, which knows the address of the server.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db.models import Max, TextChoices
from django.utils import timezone
from django.utils.formats import date_format

from denkdiner.paper import isolated
from sessions.models import Diner, Gast, Ronde, Stelling
from sessions.queries import Programmapunt, programma_of

KAARTJES_PER_BLAD = 8


class Deel(TextChoices):
    """What can be in the pack, in the order in which it is."""

    QR = "qr", "QR-bladen"
    DRAAIBOEK = "draaiboek", "Draaiboek"
    UITLEG = "uitleg", "Uitleg voor de facilitators"
    STELLINGEN = "stellingen", "Stellingen voor op tafel"
    DOORVRAGEN = "doorvragen", "Doorvragen voor de facilitator"
    TAFELLIJSTEN = "tafellijsten", "Wie zit waar"
    NAAMKAARTJES = "naamkaartjes", "Naamkaartjes"


ONTBREEKT = {
    Deel.QR: "Dit diner heeft nog geen tafels.",
    Deel.DRAAIBOEK: "Dit diner heeft nog geen draaiboek.",
    Deel.STELLINGEN: "Dit diner heeft nog geen stellingen.",
    Deel.DOORVRAGEN: "Bij de stellingen staan nog geen doorvragen of toelichting.",
    Deel.TAFELLIJSTEN: "Er zijn nog geen gasten ingedeeld aan een tafel.",
    Deel.NAAMKAARTJES: "Dit diner heeft nog geen gasten.",
}


def letter(tekst: str, trappen: Iterable[tuple[int, int, str]]) -> str:
    """The first size of *trappen* (most characters, longest word, name) that holds *tekst*; the last holds everything."""
    langste = max(map(len, tekst.split()), default=0)
    naam = ""
    for tekens, woord, naam in trappen:  # noqa: B007 - the last one is the answer when none fits
        if len(tekst) <= tekens and langste <= woord:
            break
    return naam


STELLINGLETTERS = ((80, 17, "a"), (140, 20, "b"), (220, 23, "c"), (340, 28, "d"), (500, 40, "e"), (0, 0, "f"))
NAAMLETTERS = ((34, 16, "a"), (50, 21, "b"), (80, 29, "c"), (0, 0, "d"))


@dataclass(frozen=True, slots=True)
class Tafelblad:
    """A table that gets a sheet with its QR."""

    pk: int
    nummer: int
    naam: str
    sinds: str
    """Since when sheets that were printed before do not work any more, in words; empty when there are none."""

    def __str__(self) -> str:
        return f"Tafel {self.nummer}" + (f" ({self.naam})" if self.naam else "")


@dataclass(frozen=True, slots=True)
class Stellingblad:
    nummer: int
    tekst: str
    toelichting: str
    doorvragen: tuple[str, ...]

    @property
    def letter(self) -> str:
        return letter(self.tekst, STELLINGLETTERS)


@dataclass(frozen=True, slots=True)
class Tijdregel:
    """A line of the draaiboek; ``begint`` is empty as long as there is no begintijd."""

    begint: time | None
    titel: str
    soort: str
    minuten: int
    stelling: str


@dataclass(frozen=True, slots=True)
class Gastregel:
    naam: str
    organisatie: str


@dataclass(frozen=True, slots=True)
class Rondelijst:
    """Who sits at one table in the rondes that ``kop`` names."""

    kop: str
    gasten: tuple[Gastregel, ...]


@dataclass(frozen=True, slots=True)
class Tafellijst:
    tafel: str
    rondes: tuple[Rondelijst, ...]


@dataclass(frozen=True, slots=True)
class Naamkaartje:
    naam: str
    organisatie: str
    tafels: str
    """Where the guest sits, ronde after ronde: "tafel 3", or "tafel 3 → 7 → 1"; empty when nowhere yet."""

    @property
    def letter(self) -> str:
        return letter(self.naam, NAAMLETTERS)


@dataclass(frozen=True, slots=True)
class Pakketbron:
    """All that a pack may hold; what is not there yet is empty."""

    tafels: tuple[Tafelblad, ...]
    tijden: tuple[Tijdregel, ...]
    einde: time | None
    stellingen: tuple[Stellingblad, ...]
    lijsten: tuple[Tafellijst, ...]
    kaartjes: tuple[Naamkaartje, ...]

    def has(self, deel: Deel) -> bool:
        """Is there anything to print of *deel*?"""
        return {
            Deel.QR: bool(self.tafels),
            Deel.DRAAIBOEK: bool(self.tijden),
            Deel.UITLEG: True,
            Deel.STELLINGEN: bool(self.stellingen),
            Deel.DOORVRAGEN: any(een.doorvragen or een.toelichting for een in self.stellingen),
            Deel.TAFELLIJSTEN: bool(self.lijsten),
            Deel.NAAMKAARTJES: bool(self.kaartjes),
        }[deel]

    def how_much(self, deel: Deel) -> str:
        """What *deel* brings, in words; or why it brings nothing."""
        if not self.has(deel):
            return ONTBREEKT[deel]
        bladen = -(-len(self.kaartjes) // KAARTJES_PER_BLAD)
        return {
            Deel.QR: f"{_count(len(self.tafels), 'blad', 'bladen')}, één per tafel",
            Deel.DRAAIBOEK: f"{_count(len(self.tijden), 'onderdeel', 'onderdelen')}"
            + (
                f", tot {self.einde:%H.%M} uur"
                if self.einde
                else ", nog zonder kloktijden: er is geen begintijd"
            ),
            Deel.UITLEG: "1 blad, voor elke tafel hetzelfde",
            Deel.STELLINGEN: f"{_count(len(self.stellingen), 'blad', 'bladen')}, één per stelling",
            Deel.DOORVRAGEN: "Een apart blad, om niet op tafel te leggen",
            Deel.TAFELLIJSTEN: f"Per tafel een lijst, voor {_count(len(self.lijsten), 'tafel', 'tafels')}",
            Deel.NAAMKAARTJES: f"{_count(len(self.kaartjes), 'kaartje', 'kaartjes')} op "
            f"{_count(bladen, 'blad', 'bladen')}, om te knippen en te vouwen",
        }[deel]

    @property
    def kaartbladen(self) -> tuple[tuple[Naamkaartje, ...], ...]:
        return tuple(
            self.kaartjes[plek : plek + KAARTJES_PER_BLAD]
            for plek in range(0, len(self.kaartjes), KAARTJES_PER_BLAD)
        )

    @property
    def met_doorvragen(self) -> tuple[Stellingblad, ...]:
        return tuple(een for een in self.stellingen if een.doorvragen or een.toelichting)


def pakketbron(diner: Diner) -> Pakketbron:
    """Everything of *diner* that goes on paper. Five queries, however large the room."""
    tafels = [
        Tafelblad(pk, nummer, isolated(naam), _since(max(filter(None, momenten), default=None)))
        for pk, nummer, naam, *momenten in diner.tafels.order_by("nummer", "pk").values_list(
            "pk", "nummer", "naam", Max("toegangen__replaced_at"), Max("toegangen__revoked_at")
        )
    ]
    komen = diner.gasten.filter(afgemeld=False)  # who signed off may still have a place in the plan
    gasten = list(komen.prefetch_related("plaatsen").order_by("naam", "pk"))
    punten = programma_of(diner)
    koppen = {punt.ronde.pk: _heading(punt) for punt in punten}
    laatste = punten[-1] if punten else None
    return Pakketbron(
        tafels=tuple(tafels),
        tijden=tuple(
            Tijdregel(
                punt.begint,
                isolated(str(punt.ronde)),
                _soort(punt.ronde),
                punt.ronde.minuten,
                isolated(str(punt.ronde.stelling)) if punt.ronde.stelling else "",
            )
            for punt in punten
        ),
        einde=_later(laatste.begint, laatste.ronde.minuten) if laatste and laatste.begint else None,
        stellingen=tuple(map(_stelling, diner.stellingen.order_by("nummer"))),
        lijsten=tuple(_tafellijsten(tafels, koppen, gasten)),
        kaartjes=tuple(_kaartjes(tafels, list(koppen), gasten)),
    )


def _count(aantal: int, enkelvoud: str, meervoud: str) -> str:
    return f"{aantal} {enkelvoud if aantal == 1 else meervoud}"


def _later(begint: time, minuten: int) -> time:
    return (datetime.combine(datetime.min, begint) + timedelta(minutes=minuten)).time()


def _since(moment: datetime | None) -> str:
    """24 november, 19.30 uur."""
    return date_format(timezone.localtime(moment), "j F, H.i") + " uur" if moment else ""


def _soort(ronde: Ronde) -> str:
    """What kind of ronde it is, when its title does not say so already."""
    soort = str(ronde.get_soort_display())
    return "" if soort.lower() in str(ronde).lower() else soort


def _stelling(stelling: Stelling) -> Stellingblad:
    return Stellingblad(
        stelling.nummer,
        isolated(stelling.tekst),
        isolated(stelling.toelichting),
        tuple(isolated(vraag) for vraag in stelling.doorvragen),
    )


def _seats(gast: Gast) -> dict[int, int]:
    """Ronde → tafel (their pks)."""
    return {plaats.ronde_id: plaats.tafel_id for plaats in gast.plaatsen.all()}


def _heading(punt: Programmapunt) -> str:
    """When and what: "18.30 uur: Tafelgesprek, stelling 1"; the number of the ronde when there is no clock."""
    ronde = punt.ronde
    wanneer = f"{punt.begint:%H.%M} uur" if punt.begint else f"Ronde {ronde.nummer}"
    waarover = f", stelling {ronde.stelling.nummer}" if ronde.stelling else ""
    return f"{wanneer}: {isolated(str(ronde))}{waarover}"


def _tafellijsten(
    tafels: list[Tafelblad], koppen: dict[int, str], gasten: list[Gast]
) -> Iterable[Tafellijst]:
    """The tables where anybody sits; rondes that follow each other with the same company are told once.

    *koppen*: what each ronde (its pk) is called, in the order of the evening.
    """
    aan: dict[tuple[int, int], list[Gastregel]] = {}
    for gast in gasten:
        regel = Gastregel(isolated(gast.naam), isolated(gast.organisatie))
        for ronde, tafel in _seats(gast).items():
            aan.setdefault((tafel, ronde), []).append(regel)
    ingedeeld = {ronde for _, ronde in aan}
    for blad in tafels:
        per_ronde = [
            (kop, tuple(aan.get((blad.pk, ronde), ()))) for ronde, kop in koppen.items() if ronde in ingedeeld
        ]
        if not any(wie for _, wie in per_ronde):
            continue
        groepen = [
            ([kop for kop, _ in groep], wie) for wie, groep in groupby(per_ronde, key=lambda paar: paar[1])
        ]
        lijsten = [
            Rondelijst("De hele avond" if len(groepen) == 1 else "\n".join(welke), wie)
            for welke, wie in groepen
        ]
        yield Tafellijst(str(blad), tuple(lijsten))


def _kaartjes(tafels: list[Tafelblad], rondes: list[int], gasten: list[Gast]) -> list[Naamkaartje]:
    """In the order of the table where somebody sits first, then by name; who sits nowhere yet comes last."""
    nummers = {tafel.pk: tafel.nummer for tafel in tafels}
    rijen = []
    for gast in gasten:
        plaatsen = _seats(gast)
        route = [nummers[plaatsen[ronde]] for ronde in rondes if ronde in plaatsen]
        waar = f"tafel {' → '.join(str(nummer) for nummer, _ in groupby(route))}" if route else ""
        rijen.append(
            (not route, route[:1], Naamkaartje(isolated(gast.naam), isolated(gast.organisatie), waar))
        )
    return [kaartje for *_, kaartje in sorted(rijen, key=lambda rij: rij[:2])]
