"""How one searches in Dutch: words and their stems, what somebody asked for, and where it stands in a text.

Pure: no database, no web. What is indexed and what is asked go through the same functions here, so that both databases find
the same (docs/decisions/0019-zoeken.md).
"""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from synthesis.drafting.words import stem

MAX_WOORD = 60
"""Characters of a word that are looked at: PostgreSQL leaves out longer ones without a word."""
MIN_BEGIN = 2
"""Characters before the last word also finds what begins with it."""
GRENS = "x"
"""Stands between two texts, so that no phrase runs from one into the other. Words begin with "w", stems with "s"."""

_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*(?:['’](?:[^\W_]|[\u0300-\u036f])+)*")
_VRAAG = re.compile(r'(?P<niet>-)?(?:"(?P<zin>[^"]*)"?|(?P<los>[^\s"]+))')
_AANHALING = str.maketrans("“”„«»", '"""""')
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d"})
_LEEG = frozenset("de het een en of van in op te dat die is er om aan met voor als bij naar uit".split())
"""Asked beside other words, they narrow nothing: nearly every text has them."""
_ONREGELMATIG = {
    "kinderen": "kind", "steden": "stad", "leden": "lid", "schepen": "schip", "eieren": "ei",
    "musea": "museum", "crises": "crisis",
}  # fmt: skip


def fold(woord: str) -> str:
    """*woord* as it is compared: lower case, without accents and apostrophes. "Foto’s" is "fotos", "ideeën" is "ideeen"."""
    los = unicodedata.normalize("NFKD", woord.casefold()).translate(_LETTERS)
    return "".join(teken for teken in los if teken.isalnum())[:MAX_WOORD]


def tokens(tekst: str) -> Iterator[tuple[str, int, int]]:
    """Each word of *tekst*, folded, with where it stands. A hyphen parts words."""
    for gevonden in _TOKEN.finditer(tekst):
        if woord := fold(gevonden[0]):
            yield woord, gevonden.start(), gevonden.end()


@functools.lru_cache(100_000)
def stems(woord: str) -> frozenset[str]:
    """What stands for a folded *woord* and its other forms: two words are forms of one when they share a stem.

    Two stemmers, for each misses what the other has: the one of the drafter knows "huizen" and "werkt", Porter's knows
    "grote" and "betaalbare". A few endings that neither takes away go first ("autos", "ideeen", "woont"), and a word is a
    stem of itself: both take the last letter of "fiets" for an ending.
    """
    basis = {woord, _ONREGELMATIG.get(woord, woord)}
    if re.search("[aeiouy]s$", woord):
        basis.add(woord[:-1])
    if woord.endswith(("eeen", "ieen")):
        basis.add(woord[:-2])
    if len(woord) >= 5 and re.search("[^aeiouyht]t$", woord):
        basis.add(woord[:-1])
    return frozenset({woord} | {stem(vorm) for vorm in basis} | {_porter().stemWord(vorm) for vorm in basis})


@functools.cache
def _porter() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("dutch_porter")


def indexed(teksten: Sequence[str]) -> str:
    """What the index holds of *teksten*: their words in order, then the stems of those words."""
    delen = [[woord for woord, _, _ in tokens(tekst)] for tekst in teksten]
    gezegd = f" {GRENS} ".join(" ".join(f"w{woord}" for woord in deel) for deel in delen if deel)
    stammen = sorted({f"s{stam}" for deel in delen for woord in deel for stam in stems(woord)})
    return " ".join([gezegd, GRENS, *stammen])


# --- what is asked ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a question: forms of a word, also words that begin with it (*begin*), or these words in a row (*zin*)."""

    woorden: tuple[str, ...]
    zin: bool = False
    begin: bool = False
    niet: bool = False
    """It must not be there."""


@dataclass(frozen=True, slots=True)
class Vraag:
    """What somebody asked for: all of *wel* and none of *niet*. False when there is nothing to look for."""

    wel: tuple[Term, ...]
    niet: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.wel)


def parse(tekst: str) -> Vraag:
    """``school "de bus" -auto fiets*``: school in any form, those very words, no auto, and what begins with fiets.

    The last word also finds what begins with it, for it may not be finished; between quotation marks it does not.
    """
    termen: list[Term] = []
    for deel in _VRAAG.finditer(tekst.translate(_AANHALING)):
        zin, niet = deel["zin"] is not None, bool(deel["niet"])
        woorden = tuple(woord for woord, _, _ in tokens(deel["zin"] if zin else deel["los"]))
        if not woorden:
            continue
        if zin or (niet and len(woorden) > 1):
            termen.append(Term(woorden, zin=True, niet=niet))
            continue
        termen += [Term((woord,), niet=niet) for woord in woorden]
        if deel["los"].endswith("*"):
            termen[-1] = Term(woorden[-1:], begin=True, niet=niet)
    if termen and not termen[-1].zin and not termen[-1].niet and len(termen[-1].woorden[0]) >= MIN_BEGIN:
        termen[-1] = Term(termen[-1].woorden, begin=True)
    wel = [term for term in termen if not term.niet]
    inhoud = [term for term in wel if term.zin or term.woorden[0] not in _LEEG]
    return Vraag(tuple(inhoud or wel), tuple(term for term in termen if term.niet))


def as_fts5(vraag: Vraag) -> str:
    """*vraag* as SQLite's FTS5 reads it."""

    def one(term: Term) -> str:
        if term.zin:
            return '"' + " ".join(f"w{woord}" for woord in term.woorden) + '"'
        vormen = [f'"s{stam}"' for stam in sorted(stems(term.woorden[0]))]
        return "(" + " OR ".join(vormen + [f'"w{term.woorden[0]}" *'] * term.begin) + ")"

    gevraagd = "(" + " AND ".join(map(one, vraag.wel)) + ")"
    return " NOT ".join([gevraagd, *map(one, vraag.niet)])


def as_tsquery(vraag: Vraag) -> str:
    """*vraag* as PostgreSQL reads it."""

    def one(term: Term) -> str:
        if term.zin:
            return "(" + " <-> ".join(f"'w{woord}'" for woord in term.woorden) + ")"
        vormen = [f"'s{stam}'" for stam in sorted(stems(term.woorden[0]))]
        return "(" + " | ".join(vormen + [f"'w{term.woorden[0]}':*"] * term.begin) + ")"

    return " & ".join([*map(one, vraag.wel), *("!" + one(term) for term in vraag.niet)])


# --- where it stands -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stuk:
    """A piece of a text, and whether it is what was asked for."""

    tekst: str
    raak: bool = False


def marked(tekst: str, vraag: Vraag, *, hooguit: int | None = None) -> tuple[Stuk, ...]:
    """*tekst* in pieces, with what was asked marked; of a longer text at most *hooguit* characters, around the first."""
    plekken = _hits(tekst, vraag)
    begin, eind = 0, len(tekst)
    if hooguit is not None and eind > hooguit:
        eerste = plekken[0][0] if plekken else 0
        begin = _at_word(tekst, max(0, min(eerste - hooguit // 3, eind - hooguit)))
        eind = begin + hooguit
        eind = tekst.rfind(" ", begin + hooguit // 2, eind) if eind < len(tekst) else len(tekst)
        eind = eind if eind > begin else min(len(tekst), begin + hooguit)
    stukken = [Stuk("… ")] if begin else []
    for van, tot in plekken:
        if van < begin or tot > eind:
            continue
        stukken += [Stuk(tekst[begin:van]), Stuk(tekst[van:tot], raak=True)]
        begin = tot
    stukken.append(Stuk(tekst[begin:eind] + (" …" if eind < len(tekst) else "")))
    return tuple(stuk for stuk in stukken if stuk.tekst)


def _at_word(tekst: str, plek: int) -> int:
    """Where the word that begins after *plek* stands; *plek* itself when there is no space near."""
    spatie = tekst.find(" ", plek, plek + MAX_WOORD) if plek else -1
    return spatie + 1 if spatie >= 0 else plek


def _hits(tekst: str, vraag: Vraag) -> list[tuple[int, int]]:
    """From where to where, in order and apart."""
    gevonden = list(tokens(tekst))
    woorden = [woord for woord, _, _ in gevonden]
    raak: set[tuple[int, int]] = set()
    for term in vraag.wel:
        lang = len(term.woorden)
        for plek, (woord, van, tot) in enumerate(gevonden):
            if term.zin:
                if tuple(woorden[plek : plek + lang]) == term.woorden:
                    raak.add((van, gevonden[plek + lang - 1][2]))
            elif _is_form(woord, term):
                raak.add((van, tot))
    apart: list[tuple[int, int]] = []
    for van, tot in sorted(raak, key=lambda stuk: (stuk[0], -stuk[1])):
        if not apart or van >= apart[-1][1]:
            apart.append((van, tot))
    return apart


def _is_form(woord: str, term: Term) -> bool:
    gevraagd = term.woorden[0]
    return (term.begin and woord.startswith(gevraagd)) or not stems(woord).isdisjoint(stems(gevraagd))
