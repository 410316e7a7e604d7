"""What stands between quotation marks, against the notes that were heard verbatim: character for character.

Aside: the style of quotation marks, white space, the first capital, the last full stop or comma. A quote is a whole note,
or whole sentences of one: who leaves out the end of a sentence can turn it around.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DUBBEL_OPEN, DUBBEL_DICHT = "“„‟«", "”»"
DUBBEL = DUBBEL_OPEN + DUBBEL_DICHT + '"\u2033\uff02'
ENKEL = "‘’\u201a\u201b'\u2032\u2039\u203a"
_MERKEN = str.maketrans(dict.fromkeys(DUBBEL + ENKEL + "`\u00b4\u02bc", "'"))
_ONZICHTBAAR = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SLOT = " .,;:!?…"
_NA_EINDE = frozenset(" .,;:!?…')]")
_ALINEA = re.compile(r"(?:(?!\n[ \t]*\n).)+", re.DOTALL)
KOP = 6
"""Characters by which the beginning of a sentence is found."""
VER, VEEL = 20, 400
"""How many possible ends of a quote between single marks are tried, and with more marks than so many only the first."""
_ZINSEINDE = re.compile(r"(?<![.?!…])[.?!…]+['\)\]]*(?=$| ['(\[]*[A-ZÀ-Þ0-9])")
_WEGLATING = re.compile(r"(?:(?:s|t|n|m|k|r|ns|em|ie|tis|twas)(?!\w)|[0-9]{2}(?![0-9]))", re.IGNORECASE)
"""What is written with an apostrophe in front: 's avonds, 't, zo 'n, '90."""


@dataclass(frozen=True, slots=True)
class Aanhaling:
    """Text between quotation marks: from the first mark to after the last. ``los``: a mark without its other half."""

    begin: int
    eind: int
    tekst: str
    los: bool = False


# --- finding them ---------------------------------------------------------------------------------------------------------


def find_aanhalingen(tekst: str, letterlijk: Iterable[str] = ()) -> list[Aanhaling]:
    """Everything between quotation marks in *tekst*, in order; apostrophes are none. A quote ends with its paragraph.

    *letterlijk* decides where a quote between single marks ends when that could be an apostrophe.
    """
    bekend = Letterlijk(letterlijk)
    gevonden: list[Aanhaling] = []
    for alinea in _ALINEA.finditer(tekst):
        gevonden += _in_paragraph(tekst, alinea.start(), alinea.end(), bekend)
    return gevonden


def _in_paragraph(tekst: str, van: int, tot: int, bekend: "Letterlijk") -> Iterator[Aanhaling]:
    paren, los = _double_pairs(tekst, van, tot)
    enkel = [plek for plek in range(van, tot) if tekst[plek] in ENKEL]
    begins = [plek for plek in enkel if _opens_single(tekst, plek)]
    einden = [plek for plek in enkel if _may_end_single(tekst, plek)]
    klaar = van
    for plek in sorted([*paren, *los, *begins]):
        if plek < klaar:  # inside the quote before it
            continue
        if plek in los:
            yield Aanhaling(plek, plek + 1, tekst[plek], los=True)
            continue
        eind = paren[plek] if plek in paren else _single_end(tekst, plek, begins, einden, bekend)
        if eind is not None:
            yield Aanhaling(plek, eind + 1, tekst[plek + 1 : eind])
            klaar = eind + 1


def _before(tekst: str, plek: int) -> str:
    return tekst[plek - 1] if plek else " "


def _after(tekst: str, plek: int) -> str:
    return tekst[plek + 1] if plek + 1 < len(tekst) else " "


def _double_pairs(tekst: str, van: int, tot: int) -> tuple[dict[int, int], set[int]]:
    """Where each quote between double marks begins and ends, and the marks without another half."""
    paren: dict[int, int] = {}
    los: set[int] = set()
    open_: list[int] = []
    for plek in (plek for plek in range(van, tot) if tekst[plek] in DUBBEL):
        if not open_ and _closes(tekst, plek):
            los.add(plek)
        elif not open_ or _opens_inside(tekst, plek):
            open_.append(plek)
        else:
            paren[open_.pop()] = plek
    return paren, los | set(open_)


def _opens_inside(tekst: str, plek: int) -> bool:
    """Does a quote begin here in another one? By where it stands: after white space, before a word."""
    na = _after(tekst, plek)
    return (
        tekst[plek] not in DUBBEL_DICHT
        and _before(tekst, plek).isspace()
        and (na.isalnum() or na in ENKEL + DUBBEL)
    )


def _closes(tekst: str, plek: int) -> bool:
    """A mark that ends a quote of which the beginning is missing."""
    voor, na = _before(tekst, plek), _after(tekst, plek)
    return tekst[plek] not in DUBBEL_OPEN and not voor.isspace() and voor not in "([" and not na.isalnum()


def _opens_single(tekst: str, plek: int) -> bool:
    return not _before(tekst, plek).isalnum() and not _after(tekst, plek).isspace()


def _may_end_single(tekst: str, plek: int) -> bool:
    na = _after(tekst, plek)
    return not na.isalnum() and (not _before(tekst, plek).isspace() or na.isspace())


def _single_end(
    tekst: str, begin: int, begins: list[int], einden: list[int], bekend: "Letterlijk"
) -> int | None:
    """Where a quote ends that may begin at *begin*; None when that mark is an apostrophe."""
    eerste = bisect_left(einden, begin + 2)
    kandidaten = einden[eerste : eerste + (VER if len(einden) <= VEEL else 1)]
    weglating = bool(_WEGLATING.match(tekst, begin + 1))
    if weglating:  # up to where a quote of its own begins
        volgende = bisect_left(begins, begin + 2)
        grens = begins[volgende] if volgende < len(begins) else len(tekst)
        kandidaten = [plek for plek in kandidaten if plek < grens]
    for plek in kandidaten:
        if bekend.holds(tekst[begin + 1 : plek]):
            return plek
    if weglating:  # of what is left, a name in the genitive (Hans’) is no end
        kandidaten = [plek for plek in kandidaten if _before(tekst, plek).lower() not in "sxz"]
    return kandidaten[0] if kandidaten else None


# --- comparing ------------------------------------------------------------------------------------------------------------


def _same(tekst: str) -> str:
    """Without what makes no difference: the style of marks, and white space."""
    schoon = _ONZICHTBAAR.sub("", unicodedata.normalize("NFC", tekst)).translate(_MERKEN)
    return " ".join(schoon.split())


class _Noot:
    """A note as one line, and where its sentences begin and end."""

    def __init__(self, tekst: str) -> None:
        self.tekst = _same(tekst)
        self.klein = self.tekst.casefold()
        self.begins, plek = {0}, 0
        for regel in tekst.splitlines():
            if zin := _same(regel):
                self.begins.add(plek)
                plek += len(zin) + 1
        self.ends = {begin - 1 for begin in self.begins if begin} | {len(self.tekst)}
        for match in _ZINSEINDE.finditer(self.tekst):
            self.ends.add(match.end())
            self.begins.add(match.end() + 1)

    def has_at(self, begin: int, kern: str, slot: str) -> bool:
        """Is *kern* what is said from *begin* on, to the end of a sentence that may be written with *slot*?"""
        eind = begin + len(kern)
        if not _equal(self.tekst[begin:eind], kern):
            return False
        tot = eind
        while tot < len(self.tekst) and self.tekst[tot] in _NA_EINDE:
            tot += 1
        return any(_may_end(slot, self.tekst[eind:plek]) for plek in self.ends if eind <= plek <= tot)


class Letterlijk:
    """The notes that were heard verbatim, found by how their sentences begin."""

    def __init__(self, teksten: Iterable[str]) -> None:
        self.noten = [_Noot(tekst) for tekst in teksten]
        self.langste = max((len(noot.tekst) for noot in self.noten), default=0)
        self._delen: dict[str, bool] = {}
        self._begins: dict[str, list[tuple[_Noot, int]]] = defaultdict(list)
        for noot in self.noten:
            for begin in noot.begins:
                for lengte in range(1, KOP + 1):
                    self._begins[noot.tekst[begin : begin + lengte].lower()].append((noot, begin))

    def holds(self, aanhaling: str) -> bool:
        """Is *aanhaling* a note, or whole sentences of one?"""
        gezegd = _same(aanhaling)
        kern = gezegd.rstrip(_SLOT)
        if not kern or len(kern) > self.langste:
            return False
        mogelijk = self._begins.get(kern[:KOP].lower(), ())
        return any(noot.has_at(begin, kern, gezegd[len(kern) :]) for noot, begin in mogelijk)

    def has_part(self, aanhaling: str) -> bool:
        """Are these words in a note, but not as whole sentences?"""
        kern = _same(aanhaling).rstrip(_SLOT).casefold()
        if not kern or len(kern) > 2 * self.langste:
            return False
        if kern not in self._delen:
            heel = re.compile(rf"(?<!\w){re.escape(kern)}(?!\w)")
            self._delen[kern] = any(kern in noot.klein and heel.search(noot.klein) for noot in self.noten)
        return self._delen[kern]


def _equal(noot: str, kern: str) -> bool:
    """The same, but perhaps for the first capital (IJ is one letter)."""
    kop = 2 if kern[:2].lower() == "ij" else 1
    return noot[kop:] == kern[kop:] and noot[:kop].lower() == kern[:kop].lower()


def _may_end(slot: str, noot: str) -> bool:
    """A full stop or comma comes and goes; a question or an exclamation is never added, nor turned into a statement."""
    vraagt = {teken for teken in slot if teken in "?!"}
    toon = {teken for teken in noot if teken in "?!"}
    return vraagt <= toon and not (toon and not vraagt and "." in slot)


def check_citaten(kaal: str, letterlijk: Iterable[str]) -> Iterator[tuple[int, int, str, str]]:
    """What stands between quotation marks in *kaal* and was not heard so: from, to, why, and nothing."""
    teksten = list(letterlijk)
    bekend = Letterlijk(teksten)
    for een in find_aanhalingen(kaal, teksten):
        if een.los:
            uitleg = "Dit aanhalingsteken heeft geen tweede: waar begint of eindigt het citaat?"
        elif not een.tekst.strip() or bekend.holds(een.tekst):
            continue
        elif bekend.has_part(een.tekst):
            uitleg = "Dit is een stuk van een zin. Citeer de hele zin, of haal de aanhalingstekens weg."
        else:
            uitleg = "Parafrase: staat zo in geen letterlijke notitie van deze rode draad."
        yield een.begin, een.eind, uitleg, ""
