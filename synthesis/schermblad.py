"""What fits on the scherm, and how large: nothing under 4 % of the height, and nothing that has to be scrolled.

Pure: texts in, a size out. Heights are in hundredths of the screen's height; the width is that of a 16:10 projector, the
narrowest that is common.
"""

import textwrap
from collections.abc import Sequence
from typing import Protocol, TypeVar

MAX_DRADEN, MAX_QUOTES = 5, 2
MATEN = (11.0, 9.0, 7.5, 6.4, 5.5, 4.8, 4.4, 4.0)
"""Font size of a title or a quote, largest first; the same stand in ``static/css/scherm.css``: ``.scherm-draden--1`` …"""
KLEINST = 4.0
"""Font size of the heading and of the breadth under a title."""
HOOGTE = 86.0
"""What is left of the height between the margins and under the heading."""
BREEDTE = 140.0
LETTER = 0.62
"""Width of an average letter, as a share of the font size: of the widest font that a machine without ours falls back to."""
REGEL, WIT = 1.2, 2.2
"""Height of a line, as a share of the font size; the white under every title and quote."""
MAX_REGELS = 8
"""Lines of one title or quote at the smallest size: what is longer is not read from a table."""


class Regel(Protocol):
    """A title or a quote."""

    @property
    def tekst(self) -> str: ...

    @property
    def is_quote(self) -> bool: ...


R = TypeVar("R", bound=Regel)


def lines_of(tekst: str, grootte: float) -> int:
    """How many lines *tekst* takes at this font size."""
    letters = int(BREEDTE / (grootte * LETTER))
    return sum(len(textwrap.wrap(regel, letters)) or 1 for regel in tekst.splitlines()) or 1


def is_showable(tekst: str) -> bool:
    """Short enough to be read from a table?"""
    return lines_of(tekst, KLEINST) <= MAX_REGELS


def _height(regel: Regel, grootte: float) -> float:
    breedte = 0 if regel.is_quote else KLEINST * REGEL
    tekst = f"“{regel.tekst}”" if regel.is_quote else regel.tekst
    return lines_of(tekst, grootte) * grootte * REGEL + breedte + WIT


def fit(regels: Sequence[R]) -> tuple[int, list[R]]:
    """Of *regels* (newest first) those that fit on one screen, still newest first, and the size (1 = largest).

    At most ``MAX_DRADEN`` titles and ``MAX_QUOTES`` quotes; when there is more text, the oldest go first.
    """
    draden = [regel for regel in regels if not regel.is_quote][:MAX_DRADEN]
    quotes = [regel for regel in regels if regel.is_quote][:MAX_QUOTES]
    over = [regel for regel in regels if regel in draden or regel in quotes]
    while over:
        for maat, grootte in enumerate(MATEN, start=1):
            if sum(_height(regel, grootte) for regel in over) <= HOOGTE:
                return maat, over
        over.pop()
    return 1, over
