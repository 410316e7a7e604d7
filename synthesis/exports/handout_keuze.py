"""What stands on the handout, in which size, and how high that is: chosen, never invented. Pure."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from denkdiner.colours import readable
from denkdiner.paper import isolated, letters, picture
from denkdiner.text import capital
from synthesis.exports.bron import Draadbron, Handoutbron, Peilingbron, Quotebron, Stellingbron
from synthesis.exports.tekens import clean
from synthesis.exports.woorden import count, dutch_date, join_dutch

MAX_QUOTE, MAX_QUOTE_REGELS = 280, 4
"""Characters and lines of a quote that fits on the handout: it is never cut."""
MAX_TREFWOORDEN = 6
MAX_STIPPEN = 24


# --- what stands on it --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Maat:
    """How much of the evening is put on paper."""

    draden: int
    """Threads of each stelling."""
    quotes: int
    details: bool = True
    """With the spanning and the kernvraag of a thread, and the picture of a peiling; else the peiling in words."""
    klein: bool = False
    stellingen: int = 1_000
    tekens: int = 1_000
    """Of the text of a stelling."""


_RUIM = ((6, 10), (6, 8), (6, 6), (5, 6), (5, 5), (4, 5), (4, 4), (3, 4), (3, 3), (2, 3), (2, 2))
_KLEIN = ((4, 4), (3, 4), (3, 3), (2, 3), (2, 2))
_KAAL = ((5, 4), (4, 4), (3, 3), (2, 3), (2, 2), (1, 2), (1, 1), (1, 0), (0, 0))
MATEN = (
    *(Maat(draden, quotes) for draden, quotes in _RUIM),
    *(Maat(draden, quotes, klein=True) for draden, quotes in _KLEIN),
    *(Maat(draden, quotes, details=False, klein=True) for draden, quotes in _KAAL),
    Maat(0, 0, details=False, klein=True, tekens=320),
    *(Maat(0, 0, details=False, klein=True, stellingen=n, tekens=160) for n in (40, 30, 24, 18, 12, 8)),
)
"""From everything that may be worth the paper to next to nothing. Even the last fits, whatever people wrote."""


@dataclass(frozen=True, slots=True)
class Draadregel:
    titel: str
    breedte: str
    """In words, with a capital."""
    telling: str
    stippen: tuple[bool, ...]
    """One per table that discussed the stelling; true: this table supports it. Empty when they would not fit."""
    tegen: str
    spanning: str
    kernvraag: str
    is_voorstel: bool


@dataclass(frozen=True, slots=True)
class Stellingblok:
    nummer: int
    tekst: str
    herkomst: str
    """How many notes of how many tables."""
    draden: tuple[Draadregel, ...]
    meer: str
    """What is left out."""
    leeg: str
    """Why there is no thread."""
    trefwoorden: tuple[tuple[str, str], ...]
    """Each with its number of tables."""
    peiling: Peilingbron | None
    beeld: str
    """The picture of the peiling as an address; empty when it stands there in words."""


@dataclass(frozen=True, slots=True)
class Quoteregel:
    tekst: str
    herkomst: str

    @property
    def is_recht(self) -> bool:
        """Upright: letters of another font are not to be slanted."""
        return is_beyond(self.tekst)


def is_beyond(tekst: str) -> bool:
    """Does it hold characters that our own font, with the letters of Europe, does not have?"""
    return any(teken > "\u024f" and not "\u2000" <= teken <= "\u20cf" for teken in tekst)


@dataclass(frozen=True, slots=True)
class Handout:
    """Everything that stands on the handout, as the template writes it."""

    titel: str
    organisatie: str
    reeks: str
    kop: str
    """Which diner, when and where."""
    sprekers: str
    kleur: str
    klein: bool
    cijfers: tuple[tuple[int, str], ...]
    grondslag: str
    """On what it rests, and what is left out."""
    opening: str
    stellingen: tuple[Stellingblok, ...]
    meer_stellingen: str
    quotes: tuple[Quoteregel, ...]
    meer_quotes: str
    gemaakt: str
    voet: str
    gemaakt_iso: str
    lettertypen: tuple[tuple[str, str, str], ...]
    """Style, weight and address of the letters."""
    gasten: str = ""
    """Where guests look back."""
    gasten_qr: str = ""

    @property
    def met_stippen(self) -> bool:
        return any(draad.stippen for blok in self.stellingen for draad in blok.draden)

    @property
    def met_voorstellen(self) -> bool:
        return any(draad.is_voorstel for blok in self.stellingen for draad in blok.draden)


def choose(bron: Handoutbron, maat: Maat, *, gemaakt_at: datetime) -> Handout:
    """What stands on the handout at this *maat*: the widest threads first, quotes spread over the tables."""
    diner = bron.diner
    gemaakt = f"{dutch_date(gemaakt_at.date())} om {gemaakt_at:%H.%M} uur"
    notities, tafels = count(diner.aantal_bijdragen, "notitie", "notities"), _tafels(len(bron.tafels))
    quotes = choose_quotes(diner.quotes)[: maat.quotes]
    blokken = tuple(_stelling(bron, stelling, maat) for stelling in diner.stellingen[: maat.stellingen])
    rest = len(diner.stellingen) - len(blokken)
    kop = [
        f"Diner {diner.nummer}",
        dutch_date(diner.datum) if diner.datum else "",
        clean(diner.locatie).strip(),
    ]
    return Handout(
        titel=_line(diner.titel),
        organisatie=_line(bron.organisatie),
        reeks=_line(bron.reeks),
        kop=" · ".join(filter(None, kop)),
        sprekers=_line(join_dutch([spreker.naam for spreker in diner.sprekers])),
        kleur=readable(bron.kleur),
        klein=maat.klein,
        cijfers=(
            (len(bron.tafels), "tafel" if len(bron.tafels) == 1 else "tafels"),
            (diner.aantal_bijdragen, "notitie" if diner.aantal_bijdragen == 1 else "notities"),
            (len(diner.stellingen), "stelling" if len(diner.stellingen) == 1 else "stellingen"),
            (_threads(bron), "rode draad" if _threads(bron) == 1 else "rode draden"),
        ),
        grondslag=_ground(bron),
        opening=_opening(bron),
        stellingen=blokken,
        meer_stellingen=f"En nog {count(rest, 'stelling', 'stellingen')} in het verslag." if rest else "",
        quotes=tuple(
            Quoteregel(isolated(clean(quote.tekst)), f"tafel {quote.tafel}" if quote.tafel else "")
            for quote in sorted(quotes, key=lambda quote: (quote.tafel is None, quote.tafel or 0))
        ),
        meer_quotes=_more(len(diner.quotes) + bron.verzwegen_quotes, len(quotes), "quote", "quotes"),
        gemaakt=f"Gemaakt op {gemaakt}{', terwijl de avond nog liep' if bron.loopt else ''}.",
        voet=f"Gemaakt op {gemaakt} · {notities} van {tafels}",
        gemaakt_iso=gemaakt_at.isoformat(timespec="seconds"),
        lettertypen=letters(),
        gasten=bron.gasten,
        gasten_qr=bron.gasten_qr,
    )


def _line(tekst: str) -> str:
    """On one line, as a heading."""
    return " ".join(clean(tekst).split())


def _tafels(aantal: int) -> str:
    return count(aantal, "tafel", "tafels")


def _more(totaal: int, getoond: int, enkelvoud: str, meervoud: str) -> str:
    """What is left out: "En nog 4 rode draden in het verslag." """
    rest = totaal - getoond
    if not rest:
        return ""
    if not getoond:
        return f"{count(rest, enkelvoud, meervoud)} {'staat' if rest == 1 else 'staan'} in het verslag."
    return f"En nog {count(rest, enkelvoud, meervoud)} in het verslag."


def _threads(bron: Handoutbron) -> int:
    return sum(len(stelling.draden) for stelling in bron.diner.stellingen) + sum(
        bron.verzwegen_draden.values()
    )


def _ground(bron: Handoutbron) -> str:
    totaal = bron.diner.aantal_bijdragen
    if not totaal:
        return ""
    rest = totaal - bron.geplaatst
    if not bron.geplaatst:
        return ""
    if not rest:
        return (
            f"{'De ene notitie staat' if totaal == 1 else f'Alle {totaal} notities staan'} in een rode draad."
        )
    return (
        f"{bron.geplaatst} van de {totaal} notities {'staat' if bron.geplaatst == 1 else 'staan'} in een rode draad; "
        f"{rest} {'is' if rest == 1 else 'zijn'} nog niet geplaatst."
    )


def _opening(bron: Handoutbron) -> str:
    """What has to be said first when the evening brought no threads."""
    if not bron.diner.aantal_bijdragen:
        return "Toen deze handout werd gemaakt, was er nog niets opgetekend."
    if _threads(bron):
        return ""
    met_woorden = any(bron.trefwoorden.get(stelling.nummer) for stelling in bron.diner.stellingen)
    woorden = " Bij elke stelling staat welke trefwoorden aan de meeste tafels zijn genoteerd." * met_woorden
    return f"Toen deze handout werd gemaakt, waren er nog geen rode draden geplaatst.{woorden}"


def _stelling(bron: Handoutbron, stelling: Stellingbron, maat: Maat) -> Stellingblok:
    gedragen = sorted(
        (draad for draad in stelling.draden if draad.tafels), key=lambda draad: -len(draad.tafels)
    )
    getoond = gedragen[: maat.draden]
    totaal = len(stelling.draden) + bron.verzwegen_draden.get(stelling.nummer, 0)
    peiling = stelling.peiling
    tekst = _line(stelling.tekst)
    return Stellingblok(
        nummer=stelling.nummer,
        tekst=tekst if len(tekst) <= maat.tekens else f"{tekst[: maat.tekens].rstrip()}…",
        herkomst=(
            f"{count(stelling.aantal_bijdragen, 'notitie', 'notities')} van {_tafels(len(stelling.tafels))}"
            if stelling.aantal_bijdragen
            else ""
        ),
        draden=tuple(_draad(draad, maat) for draad in getoond),
        meer=_more(totaal, len(getoond), "rode draad", "rode draden"),
        leeg="" if totaal else _without_threads(bron, stelling),
        trefwoorden=tuple(
            (_line(een.woord), _tafels(len(een.tafels)))
            for een in bron.trefwoorden.get(stelling.nummer, ())[:MAX_TREFWOORDEN]
        )
        if not totaal and (maat.draden or maat.quotes)
        else (),
        peiling=peiling,
        beeld=picture(peiling.beeld.encode()) if peiling and maat.details else "",
    )


def _without_threads(bron: Handoutbron, stelling: Stellingbron) -> str:
    if not stelling.aantal_bijdragen:
        return "Over deze stelling is nog niets opgetekend."
    return "Bij deze stelling zijn nog geen rode draden geplaatst." if _threads(bron) else ""


def _draad(draad: Draadbron, maat: Maat) -> Draadregel:
    tegen = len(draad.tegen)
    return Draadregel(
        titel=_line(draad.titel),
        breedte=capital(draad.breedte),
        telling=f"{len(draad.tafels)} van {draad.besproken}",
        stippen=tuple(plek < len(draad.tafels) for plek in range(draad.besproken))
        if draad.besproken <= MAX_STIPPEN
        else (),
        tegen=f"Aan {_tafels(tegen)} klonk een tegenstem." if tegen else "",
        spanning=_tension(draad.spanning) if draad.spanning and maat.details else "",
        kernvraag=_line(draad.kernvraag) if maat.details else "",
        is_voorstel=draad.is_voorstel,
    )


def _tension(polen: tuple[str, str]) -> str:
    """Poles may be words or whole sentences; a sentence does not fit between "tussen" and "en"."""
    een, ander = (_line(pool).rstrip(".") for pool in polen)
    if een[:1].isupper() or ander[:1].isupper():
        return f"{een}; daartegenover: {ander}"
    return f"tussen {een} en {ander}"


def choose_quotes(quotes: tuple[Quotebron, ...]) -> list[Quotebron]:
    """Those that fit, each once: first one of every table, then a second one of each; short ones first in a round."""
    per_tafel: dict[int | None, list[Quotebron]] = defaultdict(list)
    gezien = set()
    for quote in quotes:
        past = len(quote.tekst) <= MAX_QUOTE and quote.tekst.count("\n") < MAX_QUOTE_REGELS
        if past and clean(quote.tekst).strip() and quote.tekst not in gezien:
            gezien.add(quote.tekst)
            per_tafel[quote.tafel].append(quote)
    ronden = [(ronde, quote) for rijen in per_tafel.values() for ronde, quote in enumerate(rijen)]
    return [
        quote
        for _, quote in sorted(
            ronden, key=lambda rij: (rij[0], rij[1].tafel is None, len(rij[1].tekst), rij[1].tafel or 0)
        )
    ]


# --- how high it is ----------------------------------------------------------------------------------------------------


HOOGTE = 2 * 263.0
"""Of what stands on two pages, in millimetres; ``height`` is only a first guess, the layout decides."""


def height(handout: Handout) -> float:
    """About how high it is, in millimetres."""
    kop, regel, tekens = (42, 4.1, 95) if handout.klein else (62, 5.0, 80)

    def lines(tekst: str, breed: int) -> int:
        return -(-len(tekst) // breed) if tekst else 0

    hoog = (
        kop
        + 22.0
        + 20 * bool(handout.gasten)
        + 10 * bool(handout.opening)
        + (12 if handout.quotes or handout.meer_quotes else 0)
    )
    for blok in handout.stellingen:
        links = (
            8 + 1.4 * regel * lines(blok.tekst, tekens - 10) + regel * (1 + bool(blok.leeg) + bool(blok.meer))
        )
        smal = 44 if blok.beeld else 68
        for draad in blok.draden:
            hoog_draad = 1.2 * regel * lines(draad.titel, smal) + regel * (
                lines(draad.spanning, smal + 6) + lines(draad.kernvraag, smal + 6) + bool(draad.tegen)
            )
            links += 2 + max(hoog_draad, 2 * regel if handout.klein else 11.2)
        hoog += max(links, 60 if blok.beeld else 0)
    regels = [lines(quote.tekst, 48) + 1 for quote in handout.quotes]
    paren = [max(regels[plek : plek + 2]) for plek in range(0, len(regels), 2)]
    return hoog + sum(3 + 5.2 * hoogste for hoogste in paren)
