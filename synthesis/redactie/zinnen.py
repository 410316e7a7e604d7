"""Sentences, and places in a text."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

_EINDE = re.compile(r"(?<![.?!…])[.?!…]+[”’\"')\]]*(?=\s|$)|\n+")
RUIM = 400
"""Characters before and after words that are looked at: of a longer sentence the rest does not count."""


class Zinnen:
    """Where the sentences of a text begin and end."""

    def __init__(self, tekst: str) -> None:
        self.tekst = tekst
        einden = [match.span() for match in _EINDE.finditer(tekst)]
        self._begin_einde, self._na = [van for van, _ in einden], [tot for _, tot in einden]

    def at(self, begin: int, eind: int) -> tuple[int, int]:
        """From where to where the sentence runs in which *begin* to *eind* stands."""
        voor = bisect_right(self._na, begin)
        na = max(bisect_left(self._begin_einde, eind - 1), voor)
        van = self._na[voor - 1] if voor else 0
        tot = self._na[na] if na < len(self._na) else len(self.tekst)
        return max(van, begin - RUIM), min(tot, eind + RUIM)


def is_sentence_start(tekst: str, plek: int) -> bool:
    """Is what begins at *plek* the first word of a sentence, where everything has a capital?"""
    ervoor = tekst[max(0, plek - RUIM) : plek].rstrip(" \t“„\"'‘(«[-–—•*·")
    return not ervoor or ervoor[-1] in ".?!…:\n"


def utf16(tekst: str) -> Callable[[int], int]:
    """From places in *tekst* to places as a browser counts: a character outside the first 65,536 is two."""
    ver = [plek for plek, teken in enumerate(tekst) if teken > "\uffff"]
    return lambda plek: plek + bisect_left(ver, plek)
