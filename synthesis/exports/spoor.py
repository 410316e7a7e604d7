"""From a sentence to the notes under it: references in texts, numbered in reading order, and the table of them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count as count_from

from synthesis.exports.inhoud import Alinea, Blok, Hoofdstuk, Kader, Verslaginhoud, Verwijzing, numbered
from synthesis.redactie.verwijzingen import find_refs
from synthesis.redactie.zinnen import Zinnen

MAX_ZIN = 160
"""Characters of a sentence in the trace table."""


@dataclass(frozen=True, slots=True)
class Spoorregel:
    """One line of the trace table; ``plek``: the number of the section."""

    nummer: int
    plek: str
    zin: str
    noten: tuple[str, ...]
    draden: tuple[str, ...]


def alinea_of(tekst: str) -> Alinea:
    """*tekst* as a reader sees it, and what its references ("[n:1f3a09bc]") say; those beside each other become one."""
    delen: list[str] = []
    plekken: list[tuple[int, list[str]]] = []
    vanaf = lengte = 0
    for ref in find_refs(tekst):
        deel = tekst[vanaf : ref.begin].rstrip(" \t")
        if deel or not plekken:
            delen.append(deel)
            lengte += len(deel)
            plekken.append((lengte, []))
        if ref.code not in plekken[-1][1]:
            plekken[-1][1].append(ref.code)
        vanaf = ref.eind
    heel = "".join(delen) + tekst[vanaf:].rstrip()
    return Alinea(heel, tuple(Verwijzing(_past_marks(heel, plek), tuple(codes)) for plek, codes in plekken))


def _past_marks(tekst: str, plek: int) -> int:
    """A reference stands after the full stop of its sentence."""
    while tekst[plek : plek + 1] and tekst[plek] in ".,;:!?…":
        plek += 1
    return plek


def number_refs(hoofdstukken: Iterable[Hoofdstuk]) -> tuple[Hoofdstuk, ...]:
    """The same chapters; every reference has its number in reading order."""
    nummers = count_from(1)
    return tuple(_numbered(deel, nummers) for deel in hoofdstukken)


def _numbered(deel: Hoofdstuk, nummers: Iterator[int]) -> Hoofdstuk:
    blokken = tuple(_numbered_block(blok, nummers) for blok in deel.blokken)
    return replace(
        deel,
        blokken=blokken,
        onderdelen=tuple(_numbered(onderdeel, nummers) for onderdeel in deel.onderdelen),
    )


def _numbered_block(blok: Blok, nummers: Iterator[int]) -> Blok:
    if isinstance(blok, Alinea):
        return _numbered_alinea(blok, nummers)
    if isinstance(blok, Kader):
        return replace(
            blok,
            blokken=tuple(
                _numbered_alinea(deel, nummers) if isinstance(deel, Alinea) else deel for deel in blok.blokken
            ),
        )
    return blok


def _numbered_alinea(alinea: Alinea, nummers: Iterator[int]) -> Alinea:
    if not alinea.verwijzingen:
        return alinea
    return replace(
        alinea, verwijzingen=tuple(replace(een, nummer=next(nummers)) for een in alinea.verwijzingen)
    )


def trace(inhoud: Verslaginhoud) -> Iterator[Spoorregel]:
    """Every sentence that refers to notes or threads, in reading order."""
    for nummer, _, deel in numbered(inhoud):
        for alinea in _alineas(deel.blokken):
            for verwijzing in alinea.verwijzingen:
                yield Spoorregel(
                    verwijzing.nummer,
                    nummer,
                    _sentence(alinea.tekst, verwijzing.plek),
                    verwijzing.noten,
                    verwijzing.draden,
                )


def _alineas(blokken: Iterable[Blok]) -> Iterator[Alinea]:
    for blok in blokken:
        if isinstance(blok, Alinea):
            yield blok
        elif isinstance(blok, Kader):
            yield from (deel for deel in blok.blokken if isinstance(deel, Alinea))


def _sentence(tekst: str, plek: int) -> str:
    """The sentence before *plek*, shortened in its middle: how it begins and how it ends tell which one it is."""
    begin, eind = Zinnen(tekst).at(max(plek - 2, 0), max(plek - 1, 0))
    zin = " ".join(tekst[begin:eind].split())
    half = MAX_ZIN // 2
    return zin if len(zin) <= MAX_ZIN else f"{zin[:half].rstrip()} … {zin[-half:].lstrip()}"
