"""What every picture is drawn with, as SVG. Pure: data in, a string out; a leaf that imports no app.

Only presentation attributes and no ``<style>``, ``<pattern>``, ``<foreignObject>`` or ids: the CSP stays strict, several
pictures fit on one page, and every renderer draws them (a browser, a PDF, a Word file). Letters stay letters. What differs,
differs in filling and not only in colour, so that a picture can be read in black and white. A page may recolour by class
(static/css/components.css).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from denkdiner.colours import readable
from denkdiner.text import clean

BREED = 480
"""Width of every viewBox: on a phone of 320 px a letter is then still 15 px high, and two pictures beside each other on a
projector have letters of 4 % of its height."""
LETTER, REGEL = 26, 36
"""Size of the letters, and height of a line of them."""

Vulling = Literal["vol", "streep", "stip", "leeg"]


@dataclass(frozen=True, slots=True)
class Kleuren:
    """What a picture is drawn with; all of them reach 3 : 1 on ``papier``, and ``inkt`` reaches 7 : 1."""

    inkt: str = "#1b2428"
    papier: str = "#ffffff"
    eens: str = "#17515f"
    """The first colour: of what is counted for."""
    oneens: str = "#b4510f"
    anders: str = "#4d5a60"


LICHT = Kleuren()
DONKER = Kleuren(inkt="#f3f6f4", papier="#0c2027", eens="#8ccbd6", oneens="#f0a35f", anders="#bcd5da")
"""For the scherm, which is always dark."""


def house_style(kleur: str) -> Kleuren:
    """On paper in the colour of a reeks; in that of the project when white letters could not be read on it."""
    return Kleuren(eens=readable(kleur))


def svg(titel: str, words: str, hoog: float, delen: Sequence[str], *, breed: int = BREED) -> str:
    """A whole ``<svg>`` named *titel*, for inline use or as a file; *words* say all that it shows, for who cannot see it."""
    titel, words = clean(titel), clean(words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="beeld" viewBox="0 0 {breed} {number(hoog)}" role="img" '
        f'preserveAspectRatio="xMinYMin meet" '
        f'aria-label={quoteattr(words)} font-family="Source Sans, Source Sans 3, Arial, sans-serif">'
        f"<title>{escape(titel)}</title><desc>{escape(words)}</desc>{''.join(delen)}</svg>"
    )


def text(
    x: float,
    y: float,
    tekst: str,
    kleuren: Kleuren,
    letter: int = LETTER,
    *,
    vet: bool = False,
    anker: str = "start",
    op_kleur: bool = False,
) -> str:
    """One line of letters, its foot at *y*; *op_kleur*: it stands on a solid part."""
    extra = ' font-weight="700"' * vet + f' text-anchor="{anker}"' * (anker != "start")
    kleur, klasse = (kleuren.papier, "papier") if op_kleur else (kleuren.inkt, "inkt")
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{letter}"{extra} fill="{kleur}" '
        f'class="beeld__{klasse}">{escape(clean(tekst))}</text>'
    )


def rect(x: float, y: float, breed: float, hoog: float, kleur: str, klasse: str, *, rond: int = 0) -> str:
    hoek = f' rx="{rond}"' if rond else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(breed)}" height="{number(hoog)}"{hoek} '
        f'fill="{kleur}" class="beeld__{klasse}"/>'
    )


def segment(
    vulling: Vulling, klasse: str, x: float, y: float, breed: float, hoog: float, kleuren: Kleuren
) -> Iterator[str]:
    """One part of a bar, a cell, or a swatch: solid, or striped, dotted or empty inside a border of its own colour.

    *klasse*: which of the colours ("eens", "oneens", "anders").
    """
    kleur = getattr(kleuren, klasse)
    if vulling == "vol":
        yield rect(x, y, breed, hoog, kleur, klasse)
        return
    yield rect(x, y, breed, hoog, kleuren.papier, "papier")
    rand = (
        f"M{number(x + 1)} {number(y + 1)}h{number(max(breed - 2, 0.1))}v{number(hoog - 2)}H{number(x + 1)}z"
    )
    lijnen = [(rand, 2)]
    if vulling == "streep":  # a little inside the border, so that no end sticks out
        lijnen.insert(0, (_stripes(x + 2, y + 2, breed - 4, hoog - 4), 4))
    elif vulling == "stip":
        lijnen.insert(0, (_dots(x, y, breed, hoog), 4))
    for lijn, dikte in lijnen:
        yield (
            f'<path d="{lijn}" fill="none" stroke="{kleur}" stroke-width="{dikte}" stroke-linecap="round" '
            f'class="beeld__lijn-{klasse}"/>'
        )


def number(getal: float) -> str:
    """As short as can be, so that the same numbers are the same picture."""
    return f"{getal:.1f}".removesuffix(".0")


def percent(aantal: int, totaal: int) -> int:
    """A whole percentage, half a percent up; 0 of nothing."""
    return (200 * aantal + totaal) // (2 * totaal) if totaal else 0


_SMAL, _WIJD = frozenset("iíìîïjl|!.,:;'’‘()[]ftrI- "), frozenset("mwMWæœÆŒ½¼¾@%—…&")


def _em(teken: str) -> float:
    if teken in _SMAL:
        return 0.4
    if teken in _WIJD or (teken > "\u02ff" and teken not in "–“”•"):
        return 1.05
    return 0.79 if teken.isupper() else 0.62


def width(tekst: str, letter: int = LETTER, *, vet: bool = False) -> float:
    """How wide a line of letters is at most, estimated: no renderer is asked, so every one must have room enough."""
    return sum(map(_em, tekst)) * letter * (1.06 if vet else 1.0)


def wrap(
    tekst: str, breed: float, letter: int = LETTER, *, regels: int = 3, vet: bool = False
) -> tuple[str, ...]:
    """*tekst* in at most so many lines of at most *breed*; what does not fit ends in "…", a word too long is cut."""
    woorden = _short_enough(clean(tekst).split(), breed, letter, vet=vet)
    gevonden: list[str] = []
    for woord in woorden:
        verder = f"{gevonden[-1]} {woord}" if gevonden else woord
        if gevonden and width(verder, letter, vet=vet) <= breed:
            gevonden[-1] = verder
        else:
            gevonden.append(woord)
    if len(gevonden) > regels:
        laatste = gevonden[regels - 1]
        while laatste and width(laatste + "…", letter, vet=vet) > breed:
            laatste = laatste[:-1]
        gevonden = [*gevonden[: regels - 1], laatste.rstrip(" ,.;:") + "…"]
    return tuple(gevonden)


def _short_enough(woorden: Sequence[str], breed: float, letter: int, *, vet: bool) -> Iterator[str]:
    """Words, those that are wider than a line in pieces."""
    for woord in woorden:
        stuk = ""
        for teken in woord:
            if stuk and width(stuk + teken, letter, vet=vet) > breed:
                yield stuk
                stuk = ""
            stuk += teken
        yield stuk


def _stripes(x: float, y: float, breed: float, hoog: float) -> str:
    """Slanting lines, cut off at the sides by arithmetic: not every renderer knows clip paths."""
    lijnen, stap = [], 11.0
    plek = -hoog + stap / 2
    while plek < breed:
        van, tot = max(plek, 0.0), min(plek + hoog, breed)
        if tot > van:
            lijnen.append(
                f"M{number(x + van)} {number(y + hoog - (van - plek))}"
                f"L{number(x + tot)} {number(y + hoog - (tot - plek))}"
            )
        plek += stap
    return "".join(lijnen)


def _dots(x: float, y: float, breed: float, hoog: float) -> str:
    """Dots in rows, each a line without length and with a round end."""
    stap = 10.0
    return "".join(
        f"M{number(x + (kolom + 0.5) * stap)} {number(y + (rij + 0.5) * hoog / int(hoog // stap))}h0"
        for kolom in range(int(breed // stap))
        for rij in range(int(hoog // stap))
    )
