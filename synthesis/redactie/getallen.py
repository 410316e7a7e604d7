"""Numbers in a text that nobody at a table said."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from synthesis.redactie.breedte import find_beweringen
from synthesis.redactie.getalwoorden import from_words
from synthesis.redactie.types import Redactiebron

KLEIN = 12
"""A word up to twelve counts what is in the sentence more often than that it is a fact; digits are always looked at."""
LANG = 30
"""Digits of a number: more is a code of some kind."""
_MAAL = {"honderd": 100, "duizend": 1_000, "miljoen": 1_000_000, "miljard": 1_000_000_000}
_GETAL = re.compile(
    r"(?P<mix>[^\W\d_]+[0-9][\w]*|[0-9]+[^\W\d_]+[0-9]+\w*)"
    r"|(?P<cijfers>[0-9]{1,3}(?:[.  ][0-9]{3})+(?:,[0-9]+)?(?![0-9])|[0-9]+(?:,[0-9]+)?)"
    r"|(?P<woord>[^\W\d_]+)"
)
_NA = re.compile(
    r"\s*(?P<procent>%|procent(?!\w))|\s+(?P<maal>honderd|duizend|miljoen|miljard)(?!\w)", re.IGNORECASE
)
_EENHEID = frozenset("co2 h2 m2 m3 km2 n2 o2 h2o".split())
_NUMMER = re.compile(
    r"(?:(?:^|(?<=\W))(stelling|diner|tafel|denkdiner)(?:en|s)?\s+|(?:,|en|of|t/m|tot en met|–|-)\s*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Getal:
    """A number in a text: its value (or the word that it is part of), and whether it is a share of a hundred."""

    begin: int
    eind: int
    waarde: Fraction | str
    procent: bool = False
    klein: bool = False
    """A word up to twelve."""


def find_getallen(tekst: str) -> Iterator[Getal]:
    """Every number in *tekst*, in digits or in a word, in order."""
    plek = 0
    while match := _GETAL.search(tekst, plek):
        plek = match.end()
        waarde: Fraction | str | None
        if match["mix"]:
            if match[0].lower() not in _EENHEID:
                yield Getal(match.start(), plek, match[0].casefold())
            continue
        if match["cijfers"]:
            waarde = _value(match[0])
        else:
            los = match[0].lower()
            heel = from_words(match[0])
            waarde = (
                Fraction(_MAAL[los])
                if los in {"miljoen", "miljard"}
                else heel
                if heel is None
                else Fraction(heel)
            )
            if waarde is None:
                continue
        klein = not match["cijfers"] and isinstance(waarde, Fraction) and waarde <= KLEIN
        procent = False
        while na := _NA.match(tekst, plek):
            plek = na.end()
            if na["procent"]:
                procent = True
                break
            if isinstance(waarde, Fraction) and waarde < 10**LANG:
                waarde *= _MAAL[na["maal"].lower()]
            klein = False
        yield Getal(match.start(), plek, waarde, procent, klein and not procent)


def _value(cijfers: str) -> Fraction | str:
    """Of digits as Dutch writes them; a row of digits that is no number anybody says stays a word."""
    los = re.sub(r"[.\s]", "", cijfers).replace(",", ".")
    return Fraction(los) if len(los) <= LANG else los


def check_getallen(kaal: str, bron: Redactiebron) -> Iterator[tuple[int, int, str, str]]:
    """Numbers in *kaal* that stand in no note and no text of the programme: from, to, why, nothing.

    Let go: the horizonjaar, the numbers of stellingen, diners and tafels, and counts of tables (``check_breedte`` holds
    those against the count). A percentage has to be one in the note, too.
    """
    bekend, procenten = _known([noot.tekst for noot in bron.notities] + list(bron.bronteksten))
    tafels = {plek for een in find_beweringen(kaal) for plek in range(een.begin, een.eind)}
    soort = ""
    for getal in find_getallen(kaal):
        ervoor = _NUMMER.search(kaal[max(0, getal.begin - 30) : getal.begin])
        soort = ((ervoor[1] or soort).lower() if ervoor else "").replace("denkdiner", "diner")
        if soort and getal.waarde in bron.nummers.get(soort, frozenset()):
            continue
        soort = ""
        if getal.klein or getal.waarde in (procenten if getal.procent else bekend):
            continue
        if getal.waarde == bron.horizonjaar and not getal.procent:
            continue
        if getal.begin in tafels:
            continue
        yield getal.begin, getal.eind, "Dit getal staat in geen notitie van deze rode draad.", ""


def _known(teksten: Iterable[str]) -> tuple[set[Fraction | str], set[Fraction | str]]:
    """All numbers in *teksten*, and those that are percentages."""
    gevonden = [getal for tekst in teksten for getal in find_getallen(tekst)]
    return {getal.waarde for getal in gevonden}, {getal.waarde for getal in gevonden if getal.procent}
