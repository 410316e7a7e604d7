"""What stands between quotation marks, against the notes that were heard verbatim: character for character.

Aside: the style of quotation marks, white space, the first capital, the last full stop or comma. A quote is a whole note,
or whole sentences of one: who leaves out the end of a sentence can turn it around.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DUBBEL_OPEN, DUBBEL_DICHT = "“„‟«", "”»"
DUBBEL = DUBBEL_OPEN + DUBBEL_DICHT + '"\u2033\uff02'
ENKEL = "‘’\u201a\u201b'\u2032\u2039\u203a"
_MERKEN = str.maketrans(dict.fromkeys(DUBBEL + ENKEL + "`\u00b4\u02bc", "'"))
_ONZICHTBAAR = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SLOT = re.compile(r"[\s.,;:!?…]*$")
_ZINSEINDE = re.compile(r"[.?!…]+['\)\]]*(?=$| ['(\[]*[A-ZÀ-Þ0-9])")
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
    bekend = [Letterlijk(noot) for noot in letterlijk]
    gevonden: list[Aanhaling] = []
    for alinea in re.finditer(r"(?:(?!\n[ \t]*\n).)+", tekst, re.DOTALL):
        gevonden += _in_paragraph(tekst, alinea.start(), alinea.end(), bekend)
    return gevonden


def _in_paragraph(tekst: str, plek: int, tot: int, bekend: "list[Letterlijk]") -> Iterator[Aanhaling]:
    while plek < tot:
        teken = tekst[plek]
        if teken in DUBBEL:
            eind = None if _closes(tekst, plek) else _double_end(tekst, plek, tot)
        elif teken in ENKEL and _opens_single(tekst, plek):
            eind = _single_end(tekst, plek, tot, bekend)
            if eind is None:  # an apostrophe
                plek += 1
                continue
        else:
            plek += 1
            continue
        if eind is None:
            yield Aanhaling(plek, plek + 1, teken, los=True)
            plek += 1
        else:
            yield Aanhaling(plek, eind + 1, tekst[plek + 1 : eind])
            plek = eind + 1


def _before(tekst: str, plek: int) -> str:
    return tekst[plek - 1] if plek else " "


def _after(tekst: str, plek: int) -> str:
    return tekst[plek + 1] if plek + 1 < len(tekst) else " "


def _opens(tekst: str, plek: int) -> bool:
    """By where it stands: before a word, and after none."""
    return not _before(tekst, plek).isalnum() and (
        _after(tekst, plek).isalnum() or _after(tekst, plek) in ENKEL + DUBBEL
    )


def _closes(tekst: str, plek: int) -> bool:
    """A mark that ends a quote of which the beginning is missing."""
    voor, na = _before(tekst, plek), _after(tekst, plek)
    return tekst[plek] not in DUBBEL_OPEN and not voor.isspace() and voor not in "([" and not na.isalnum()


def _double_end(tekst: str, begin: int, tot: int) -> int | None:
    diepte = 1
    for plek in range(begin + 1, tot):
        if tekst[plek] not in DUBBEL:
            continue
        erbij = tekst[plek] not in DUBBEL_DICHT and _opens(tekst, plek) and _before(tekst, plek).isspace()
        diepte += 1 if erbij else -1
        if not diepte:
            return plek
    return None


def _opens_single(tekst: str, plek: int) -> bool:
    return not _before(tekst, plek).isalnum() and not _after(tekst, plek).isspace()


def _single_end(tekst: str, begin: int, tot: int, bekend: "list[Letterlijk]") -> int | None:
    """Where a quote ends that may begin at *begin*; None when that mark is an apostrophe."""
    kandidaten, weglating = [], bool(_WEGLATING.match(tekst, begin + 1))
    for plek in range(begin + 2, tot):
        if tekst[plek] not in ENKEL or _after(tekst, plek).isalnum():
            if weglating and tekst[plek] in ENKEL and _opens_single(tekst, plek):
                break  # here a quote of its own begins
            continue
        if not _before(tekst, plek).isspace() or _after(tekst, plek).isspace():
            kandidaten.append(plek)
    for plek in kandidaten[:20]:
        if any(noot.holds(tekst[begin + 1 : plek]) for noot in bekend):
            return plek
    if weglating:  # of what is left, a name in the genitive (Hans’) is no end
        kandidaten = [plek for plek in kandidaten if _before(tekst, plek).lower() not in "sxz"]
    return kandidaten[0] if kandidaten else None


# --- comparing ------------------------------------------------------------------------------------------------------------


def _same(tekst: str) -> str:
    """Without what makes no difference: the style of marks, and white space."""
    schoon = _ONZICHTBAAR.sub("", unicodedata.normalize("NFC", tekst)).translate(_MERKEN)
    return " ".join(schoon.split())


class Letterlijk:
    """A note that was heard verbatim, made ready to be compared."""

    def __init__(self, tekst: str) -> None:
        self.tekst = _same(tekst)
        self.begins, plek = {0}, 0
        for regel in tekst.splitlines():
            if zin := _same(regel):
                self.begins.add(plek)
                plek += len(zin) + 1
        self.ends = {begin - 1 for begin in self.begins if begin} | {len(self.tekst)}
        for match in _ZINSEINDE.finditer(self.tekst):
            self.ends.add(match.end())
            self.begins.add(match.end() + 1)

    def holds(self, aanhaling: str) -> bool:
        """Is *aanhaling* this note, or whole sentences of it?"""
        gezegd = _same(aanhaling)
        kern = _SLOT.sub("", gezegd)
        slot = gezegd[len(kern) :]
        return bool(kern) and any(self._at(begin, kern, slot) for begin in self.begins)

    def _at(self, begin: int, kern: str, slot: str) -> bool:
        eind = begin + len(kern)
        if not _equal(self.tekst[begin:eind], kern):
            return False
        einden = [
            plek for plek in self.ends if plek >= eind and not self.tekst[eind:plek].strip(".,;:!?…')] ")
        ]
        return any(_may_end(slot, self.tekst[eind:plek]) for plek in einden)

    def has_part(self, aanhaling: str) -> bool:
        """Are these words in it, but not as whole sentences?"""
        kern = _SLOT.sub("", _same(aanhaling)).casefold()
        return bool(kern) and bool(re.search(rf"(?<!\w){re.escape(kern)}(?!\w)", self.tekst.casefold()))


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
    bekend = [Letterlijk(tekst) for tekst in teksten]
    for een in find_aanhalingen(kaal, teksten):
        if een.los:
            yield (
                een.begin,
                een.eind,
                "Dit aanhalingsteken heeft geen tweede: waar begint of eindigt het citaat?",
                "",
            )
        elif not een.tekst.strip() or any(noot.holds(een.tekst) for noot in bekend):
            continue
        elif any(noot.has_part(een.tekst) for noot in bekend):
            uitleg = "Dit is een stuk van een zin. Citeer de hele zin, of haal de aanhalingstekens weg."
            yield een.begin, een.eind, uitleg, ""
        else:
            uitleg = "Parafrase: staat zo in geen letterlijke notitie van deze rode draad."
            yield een.begin, een.eind, uitleg, ""
