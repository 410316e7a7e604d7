"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_REGEL = re.compile(r".*\n|.+")
_WOORD = re.compile(r"[\w’'-]+[^\S\n]*|[^\w\n][^\S\n]*|\n")
MAX_GELIJK = 240
"""Characters of what stayed the same, around what did not, that are still shown whole."""
GENOEG = 1_000_000
"""Lines or words on one side times those on the other: beyond that a passage is shown as replaced whole."""


@dataclass(frozen=True, slots=True)
class Stuk:
    """A run of text: "gelijk", "weg" or "erbij"."""

    soort: str
    tekst: str


def compare(oud: str, nieuw: str) -> list[Stuk]:
    """From *oud* to *nieuw* in order: all "gelijk" and "weg" together are *oud*, all "gelijk" and "erbij" *nieuw*."""
    stukken: list[Stuk] = []
    for soort, voor, na in _runs(_REGEL.findall(oud), _REGEL.findall(nieuw)):
        if soort == "anders":
            for binnen, een, ander in _runs(_WOORD.findall(voor), _WOORD.findall(na)):
                stukken += _pieces(binnen, een, ander)
        else:
            stukken += _pieces(soort, voor, na)
    return _joined(stukken)


def shorten(stukken: Sequence[Stuk]) -> list[Stuk]:
    """The same difference to read: of a long run that stayed the same only what stands next to a change."""
    return [
        Stuk(stuk.soort, _cut(stuk.tekst, begin=plek > 0, eind=plek < len(stukken) - 1))
        if stuk.soort == "gelijk" and len(stuk.tekst) > MAX_GELIJK
        else stuk
        for plek, stuk in enumerate(stukken)
    ]


def _cut(tekst: str, *, begin: bool, eind: bool) -> str:
    """The *begin* and the *eind* of it, in whole words."""
    half = MAX_GELIJK // 2
    voor = tekst[:half].rpartition(" ")[0] if begin else ""
    na = tekst[-half:].partition(" ")[2] if eind else ""
    return f"{voor} … {na}".lstrip()


def _runs(oud: list[str], nieuw: list[str]) -> Iterator[tuple[str, str, str]]:
    if len(oud) * len(nieuw) > GENOEG:
        yield "anders", "".join(oud), "".join(nieuw)
        return
    for tag, a, b, c, d in SequenceMatcher(None, oud, nieuw, autojunk=False).get_opcodes():
        yield ("gelijk" if tag == "equal" else "anders"), "".join(oud[a:b]), "".join(nieuw[c:d])


def _pieces(soort: str, voor: str, na: str) -> list[Stuk]:
    stukken = [Stuk("gelijk", na)] if soort == "gelijk" else [Stuk("weg", voor), Stuk("erbij", na)]
    return [stuk for stuk in stukken if stuk.tekst]


def _joined(stukken: list[Stuk]) -> list[Stuk]:
    """Neighbours of one kind as one."""
    samen: list[Stuk] = []
    for stuk in stukken:
        if samen and samen[-1].soort == stuk.soort:
            samen[-1] = Stuk(stuk.soort, samen[-1].tekst + stuk.tekst)
        else:
            samen.append(stuk)
    return samen
