"""What changed between two trees of a report, section by section. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.secties import Sectie, secties
from synthesis.redactie.verschil import Stuk, compare, shorten


class Sectiesoort(StrEnum):
    GELIJK = "gelijk"
    ANDERS = "anders"
    ERBIJ = "erbij"
    WEG = "weg"


@dataclass(frozen=True, slots=True)
class Sectieverschil:
    """A section of one of the two, or of both; ``kop`` is what it is called now (of what went away: was)."""

    soort: Sectiesoort
    kop: str
    stukken: tuple[Stuk, ...]
    """Of its title (only when that changed) and its text; what stayed the same is shortened."""


def compare_inhoud(oud: Verslaginhoud, nieuw: Verslaginhoud) -> tuple[Sectieverschil, ...]:
    """Every section of *nieuw* in order, what went away where it stood; the title of the report first, when it changed.

    A section of a stelling is found again by the text of that stelling, wherever it moved within the report.
    """
    voor, na = secties(oud), secties(nieuw)
    paren = _pairs(voor, na)
    verschillen: list[Sectieverschil] = []
    if oud.titel != nieuw.titel:
        stukken = tuple(compare(oud.titel, nieuw.titel))
        verschillen.append(Sectieverschil(Sectiesoort.ANDERS, "Titel van het verslag", stukken))
    over = iter([plek for plek in range(len(voor)) if plek not in paren.values()])
    weg = next(over, None)
    for plek, sectie in enumerate(na):
        was = paren.get(plek)
        while weg is not None and was is not None and weg < was:
            verschillen.append(_gone(voor[weg]))
            weg = next(over, None)
        verschillen.append(_difference(voor[was] if was is not None else None, sectie))
    while weg is not None:
        verschillen.append(_gone(voor[weg]))
        weg = next(over, None)
    return tuple(verschillen)


def changed(verschillen: tuple[Sectieverschil, ...]) -> tuple[Sectieverschil, ...]:
    return tuple(een for een in verschillen if een.soort != Sectiesoort.GELIJK)


def _difference(oud: Sectie | None, nieuw: Sectie) -> Sectieverschil:
    if oud is None:
        stukken = (Stuk("erbij", nieuw.tekst),) if nieuw.tekst else ()
        return Sectieverschil(Sectiesoort.ERBIJ, nieuw.kop, stukken)
    if (oud.kop, oud.tekst) == (nieuw.kop, nieuw.tekst):
        stukken = (Stuk("gelijk", nieuw.tekst),) if nieuw.tekst else ()
        return Sectieverschil(Sectiesoort.GELIJK, nieuw.kop, stukken)
    voor, na = (oud.tekst, nieuw.tekst) if oud.kop == nieuw.kop else (_whole(oud), _whole(nieuw))
    return Sectieverschil(Sectiesoort.ANDERS, nieuw.kop, tuple(shorten(compare(voor, na))))


def _gone(sectie: Sectie) -> Sectieverschil:
    stukken = (Stuk("weg", sectie.tekst),) if sectie.tekst else ()
    return Sectieverschil(Sectiesoort.WEG, sectie.kop, stukken)


def _whole(sectie: Sectie) -> str:
    return f"{sectie.kop}\n\n{sectie.tekst}"


def _pairs(voor: tuple[Sectie, ...], na: tuple[Sectie, ...]) -> dict[int, int]:
    """Which section of *na* (by place) is which of *voor*: by the words of its title first, then by its key."""
    paren: dict[int, int] = {}
    for merk in (_words, _key):
        vrij = {
            merk(sectie): plek
            for plek, sectie in reversed(list(enumerate(voor)))
            if plek not in paren.values()
        }
        for plek, sectie in enumerate(na):
            if plek not in paren and merk(sectie) in vrij:
                paren[plek] = vrij.pop(merk(sectie))
    return paren


def _words(sectie: Sectie) -> tuple[str, ...]:
    """ "Stelling 2: Elk dorp zijn school" is known by what stands after the number."""
    if sectie.niveau < 3:
        return _key(sectie)
    return (sectie.nummer.rpartition(".")[0], sectie.titel.partition(": ")[2] or sectie.titel)


def _key(sectie: Sectie) -> tuple[str, ...]:
    """A diner has no key of its own; its title says which it is."""
    return ("", sectie.sleutel) if sectie.sleutel else ("kop", sectie.titel.partition(":")[0])
