"""On which page a heading will stand: laid out with the letter widths of Arial, because Word itself is not here to ask.

A table of contents without numbers is of no use on paper, and asking Word to fill it in shows every reader a warning at
opening. Word and LibreOffice break lines almost the same; a number may be one off until the reader updates the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LETTERS = {
    222: "ijl'|",
    278: " !,./:;I[\\]ft",
    333: "()-r`“”",
    500: "ckJsvxyz",
    611: "FTZ",
    667: "&ABEKPSVXY",
}
LETTERS |= {722: "CDHNRUw", 778: "GOQ", 833: "mM", 944: "W", 1000: "—…@%"}
WIDTHS = {letter: width / 1000 for width, letters in LETTERS.items() for letter in letters}
GEMIDDELD, VET, REGEL = 0.556, 1.07, 1.15
"""Width of any other letter; how much wider bold is; height of a line of Arial. All in ems."""


@dataclass(frozen=True, slots=True)
class Maat:
    """How a style stands on the page; lengths in points, ``regel`` in lines."""

    corps: float
    voor: float = 0
    na: float = 0
    links: float = 0
    rechts: float = 0
    vet: bool = False
    regel: float = 1.2
    met_volgende: bool = False
    rand: float = 0
    """What the ground of a box adds above and below it, counted once."""


@dataclass(frozen=True, slots=True)
class Regels:
    """A paragraph as far as its place matters."""

    tekst: str
    maat: Maat
    nieuwe_pagina: bool = False


def count_lines(tekst: str, maat: Maat, breedte: float) -> int:
    """How many lines *tekst* takes between margins that are *breedte* points apart; at least one."""
    ruimte = (breedte - maat.links - maat.rechts) / (maat.corps * (VET if maat.vet else 1))
    regels = 0
    for deel in tekst.split("\n"):
        regels, over = regels + 1, ruimte
        for woord in deel.split(" "):
            lengte = sum(WIDTHS.get(letter, GEMIDDELD) for letter in woord)
            if lengte > over < ruimte:
                regels, over = regels + 1, ruimte
            regels += int(lengte // ruimte)  # a word longer than a line is cut
            over -= lengte % ruimte + WIDTHS[" "]
    return regels


def estimate_pages(alineas: Sequence[Regels], *, breedte: float, hoogte: float) -> list[int]:
    """The page on which each paragraph begins, from 1; no page begins or ends with a single line of a paragraph."""
    pagina, y, wit, paginas = 1, 0.0, 0.0, []
    regels = [count_lines(alinea.tekst, alinea.maat, breedte) for alinea in alineas]
    for plek, alinea in enumerate(alineas):
        if (alinea.nieuwe_pagina and y) or y + _needed(alineas, regels, plek, wit) > hoogte:
            pagina, y, wit = pagina + bool(y), 0.0, 0.0
        paginas.append(pagina)
        regel = _line(alinea.maat)
        y, rest = y + max(wit, alinea.maat.voor) + alinea.maat.rand, regels[plek]
        while y + rest * regel > hoogte:
            past = max(1, min(int((hoogte - y) // regel), rest - 2))
            pagina, y, rest = pagina + 1, 0.0, rest - past
        y, wit = y + rest * regel, alinea.maat.na
    return paginas


def _line(maat: Maat) -> float:
    return maat.corps * REGEL * maat.regel


def _needed(alineas: Sequence[Regels], regels: Sequence[int], plek: int, wit: float) -> float:
    """Points that must be free to begin here, after *wit*: a heading wants two lines of what follows it."""
    nodig = 0.0
    while plek < len(alineas):
        maat = alineas[plek].maat
        nodig += max(wit, maat.voor) + maat.rand  # between two paragraphs the larger distance counts
        if not maat.met_volgende:
            return nodig + (regels[plek] if regels[plek] <= 3 else 2) * _line(maat)
        nodig, wit, plek = nodig + regels[plek] * _line(maat), maat.na, plek + 1
    return nodig
