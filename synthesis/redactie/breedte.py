"""Words of breadth ("aan de meeste tafels", "7 van de 8 tafels") against the count. Thresholds: ``drafting.breedte``."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from synthesis.drafting import breedte_woord
from synthesis.redactie.getalwoorden import small_words, value_of
from synthesis.redactie.types import Redactiebron
from synthesis.redactie.verwijzingen import codes_of, find_refs, resolve
from synthesis.redactie.zinnen import Zinnen

Klopt = Callable[[int, int], bool]
"""Is a claim true of so many tables, of so many that discussed it?"""

_N = rf"([0-9]{{1,3}}|{small_words()})"
_N1 = rf"([0-9]{{1,3}}|één|een|{small_words()})"
_BIJNA = r"(?:vrijwel|bijna|nagenoeg|haast|zo\s+goed\s+als)"
_ALLE = r"(?:alle|al\s+de|elke|iedere|elk\s+van\s+de|ieder\s+van\s+de)\s+tafels?"
_VAN_DE = r"\s+van\s+(?:de|alle)\s+tafels"


@dataclass(frozen=True, slots=True)
class Bewering:
    """A claim about tables in a text."""

    begin: int
    eind: int
    klopt: Klopt


def _word(woord: str) -> Callable[[re.Match[str]], Klopt]:
    return lambda match: lambda steun, besproken: breedte_woord(steun, besproken) == woord


def _share(deel: float) -> Callable[[re.Match[str]], Klopt]:
    """A share of the tables, as near as whole tables come."""
    return lambda match: lambda steun, besproken: besproken > 0 and abs(steun - deel * besproken) <= 0.5


def _count(match: re.Match[str]) -> Klopt:
    """So many tables, perhaps "ten minste" or "ongeveer" so many."""
    maat, getal = " ".join((match[1] or "").lower().split()), value_of(match[2]) or 0
    if maat in {"minstens", "ten minste", "tenminste", "zeker", "minimaal", "ruim"}:
        return lambda steun, besproken: steun >= getal
    if maat == "meer dan":
        return lambda steun, besproken: steun > getal
    if maat in {"hooguit", "hoogstens", "maximaal", "ten hoogste", "niet meer dan"}:
        return lambda steun, besproken: steun <= getal
    if maat == "minder dan":
        return lambda steun, besproken: steun < getal
    if maat in {"bijna", "ongeveer", "circa", "zo'n", "zo’n"}:
        return lambda steun, besproken: abs(steun - getal) <= 1
    return lambda steun, besproken: steun == getal


def _of(match: re.Match[str]) -> Klopt:
    getal, totaal = value_of(match[1]) or 0, value_of(match[2]) or 0
    return lambda steun, besproken: (steun, besproken) == (getal, totaal)


def _all_of(match: re.Match[str]) -> Klopt:
    getal = value_of(match[1]) or 0
    return lambda steun, besproken: steun == besproken == getal


def _percent(match: re.Match[str]) -> Klopt:
    getal = value_of(match[1]) or 0
    return lambda steun, besproken: besproken > 0 and abs(100 * steun / besproken - getal) <= 0.5


_MAAT = (
    r"(?:(minstens|ten\s+minste|tenminste|zeker|minimaal|ruim|niet\s+meer\s+dan|meer\s+dan|hooguit|hoogstens|maximaal|"
    r"ten\s+hoogste|minder\s+dan|bijna|ongeveer|circa|zo['’]n)\s+)?"
)
_SOORTEN: tuple[tuple[str, Callable[[re.Match[str]], Klopt]], ...] = (
    (rf"niet\s+(?:(?:aan|bij|op|door)\s+)?{_ALLE}", lambda match: lambda steun, besproken: steun < besproken),
    (rf"op\s+(?:één|een)\s+na\s+{_ALLE}", lambda match: lambda steun, besproken: steun == besproken - 1),
    (rf"{_BIJNA}\s+(?:aan\s+|bij\s+)?{_ALLE}|{_BIJNA}\s+overal", _word("vrijwel alle tafels")),
    (rf"alle\s+{_N}\s+(?:de\s+)?tafels", _all_of),
    (r"(?:alle)?bei(?:de)?\s+(?:de\s+)?tafels", lambda match: lambda steun, besproken: steun == 2),
    (_ALLE, _word("alle tafels")),
    (rf"minder\s+dan\s+de\s+helft{_VAN_DE}", lambda match: lambda steun, besproken: steun * 2 < besproken),
    (
        r"(?:de|het)\s+meeste\s+tafels|(?:het|een)\s+merendeel\s+van\s+de\s+tafels|"
        rf"(?:de|een)\s+(?:ruime\s+)?meerderheid{_VAN_DE}|(?:meer\s+dan|ruim)\s+de\s+helft{_VAN_DE}",
        _word("de meeste tafels"),
    ),
    (rf"(?:de\s+)?helft{_VAN_DE}", _share(1 / 2)),
    (rf"(?:een\s+|één\s+)?derde{_VAN_DE}", _share(1 / 3)),
    (rf"(?:een\s+|één\s+)?kwart{_VAN_DE}", _share(1 / 4)),
    (rf"{_N}\s?(?:%|procent){_VAN_DE}", _percent),
    (r"(?:meerdere|verschillende|verscheidene|diverse)\s+tafels", _word("meerdere tafels")),
    (
        r"een\s+aantal\s+tafels",
        lambda match: lambda steun, besproken: (
            breedte_woord(steun, besproken) in {"enkele tafels", "meerdere tafels"}
        ),
    ),
    (r"(?:één|een|slechts\s+een|maar\s+een)\s+enkele\s+tafel", _word("één tafel")),
    (r"geen\s+(?:enkele\s+|van\s+de\s+)?tafels?", _word("geen tafel")),
    (r"(?:enkele|een\s+paar|een\s+tweetal|sommige)\s+tafels", _word("enkele tafels")),
    (r"één\s+tafel|(?:slechts|maar|precies|alleen)\s+een\s+tafel|(?:één|een)\s+van\s+de\s+tafels", _word("één tafel")),
    (rf"{_N1}\s*(?:van|op|/)\s*(?:de\s+)?{_N1}\s+tafels", _of),
    (r"(?<=\()([0-9]{1,3})\s*(?:van|/)\s*(?:de\s+)?([0-9]{1,3})(?=\))", _of),
    (rf"{_MAAT}{_N}\s+tafels?", _count),
)  # fmt: skip
_PATRONEN = tuple(
    (re.compile(rf"(?<![\w]){patroon}(?!\w)", re.IGNORECASE), maak) for patroon, maak in _SOORTEN
)


def find_beweringen(tekst: str) -> list[Bewering]:
    """Every claim about tables in *tekst* (without references), in order; the longest reading of each."""
    gevonden: list[Bewering] = []
    bezet = bytearray(len(tekst))
    for patroon, maak in _PATRONEN:
        for match in patroon.finditer(tekst):
            begin, eind = match.span()
            if not any(bezet[begin:eind]):
                bezet[begin:eind] = b"\1" * (eind - begin)
                gevonden.append(Bewering(begin, eind, maak(match)))
    return sorted(gevonden, key=lambda een: een.begin)


def check_breedte(tekst: str, kaal: str, bron: Redactiebron) -> Iterator[tuple[int, int, str, str]]:
    """What in *tekst* (*kaal*: the same without references) does not agree with the count: from, to, why, the count.

    A sentence with references may also speak of just those notes: "Aan één tafel klonk twijfel [n:…]".
    """
    codes = codes_of(noot.kenmerk for noot in bron.notities)
    tafel_van = {noot.kenmerk: noot.tafel for noot in bron.notities}
    steun, besproken, zinnen, refs = bron.steun, bron.besproken, Zinnen(kaal), find_refs(tekst)
    plekken = [ref.begin for ref in refs]
    for een in find_beweringen(kaal):
        if een.klopt(steun, besproken) or _is_the_room(kaal, een, bron):
            continue
        van, tot = zinnen.at(een.begin, een.eind)
        hier = refs[bisect_left(plekken, van) : bisect_left(plekken, _reach(tekst, tot))]
        raak = {resolve(ref.code, codes) for ref in hier}
        tafels = {tafel_van[kenmerk] for kenmerk in raak if kenmerk} - {None}
        if tafels and een.klopt(len(tafels), besproken):
            continue
        uitleg = f"Geteld: {steun} van {besproken} tafels. Dat is “{bron.breedte}”."
        yield een.begin, een.eind, uitleg, f"{steun}/{besproken}"


def _is_the_room(kaal: str, een: Bewering, bron: Redactiebron) -> bool:
    """ "De acht tafels" may be those that discussed it, or all there are: it says nothing about breadth."""
    if not re.search(r"(?<!\w)(?:de|die|onze)\s+$", kaal[max(0, een.begin - 12) : een.begin], re.IGNORECASE):
        return False
    return any(een.klopt(aantal, aantal) for aantal in (bron.besproken, bron.tafels) if aantal)


def _reach(tekst: str, tot: int) -> int:
    """A reference just after the full stop belongs to the sentence before it."""
    match = re.compile(r"(?:\s*\[n:[0-9a-f]+\])*", re.IGNORECASE).match(tekst, tot)
    return match.end() if match else tot
