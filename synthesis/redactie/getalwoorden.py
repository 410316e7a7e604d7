"""Dutch numbers, in digits and in words."""

import functools
import re

_EEN = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien "
    "negentien"
)
_TIEN = "twintig dertig veertig vijftig zestig zeventig tachtig negentig"


def in_words(getal: int) -> str:
    """12 → "twaalf", 22 → "tweeëntwintig", 365 → "driehonderdvijfenzestig"; from 0 to 999."""
    een, tien = _EEN.split(), _TIEN.split()
    if getal < 20:
        return een[getal]
    if getal < 100:
        los = een[getal % 10]
        return (f"{los}{'ën' if los[-1] == 'e' else 'en'}" if getal % 10 else "") + tien[getal // 10 - 2]
    rest = in_words(getal % 100) if getal % 100 else ""
    return (een[getal // 100] if getal >= 200 else "") + "honderd" + rest


def plain(woord: str) -> str:
    """In lower case and without the dots and accents that people leave out: één, tweeëntwintig."""
    return woord.lower().replace("ë", "e").replace("é", "e").replace("è", "e")


@functools.cache
def _table() -> dict[str, int]:
    woorden = {plain(in_words(getal)): getal for getal in range(1000)}
    for tal in range(11, 100):  # vijftienhonderd
        if tal % 10:
            woorden[plain(in_words(tal)) + "honderd"] = tal * 100
    return woorden


@functools.lru_cache(20_000)
def from_words(woord: str) -> int | None:
    """ "drieëntwintig" → 23, "tweeduizendvijftig" → 2050; None when it is no number."""
    woord, tabel = plain(woord), _table()
    if woord in tabel:
        return tabel[woord]
    if "honderden" in woord and not woord.endswith("honderden"):  # honderdentien
        return tabel.get(woord.replace("honderden", "honderd"))
    links, duizend, rechts = woord.partition("duizend")
    if not duizend:
        return None
    duizenden = tabel.get(links) if links else 1
    rest = tabel.get(rechts, tabel.get(rechts.removeprefix("en"))) if rechts else 0
    return None if duizenden is None or rest is None else duizenden * 1000 + rest


def small_words(tot: int = 99) -> str:
    """A pattern of the words from two to *tot*, long ones first, with and without dots."""
    woorden = {in_words(getal) for getal in range(2, tot + 1)}
    return "|".join(sorted(woorden | {plain(woord) for woord in woorden}, key=len, reverse=True))


def value_of(tekst: str) -> int | None:
    """Of digits or a word."""
    return int(tekst) if re.fullmatch("[0-9]+", tekst) else from_words(tekst)
