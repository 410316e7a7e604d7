"""What the fields of a Word document do: say something that is in the document, or fetch, run, ask. Pure.

A field is cut up over a paragraph, may stand within another, and is known by its first word.
"""

import re
from typing import Any

from denkdiner.zips import Kapot, TeGroot

MAX_STUKKEN = 5_000
"""Pieces of fields: a table of contents of a thousand lines has as many."""
MAX_INSTRUCTIES = 100_000
"""Letters in all of them."""

_W = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)


def w_names(*namen: str) -> tuple[str, ...]:
    """*namen* in both name spaces that Word has for its own words, whatever the prefix."""
    return tuple(f"{ns}{naam}" for naam in namen for ns in _W)


def is_link(doel: str) -> bool:
    """Whether *doel* is what a reader may click on: the web, mail, or a place in the document."""
    return doel.strip().lower().startswith(("http://", "https://", "mailto:", "#"))


class VreemdVeld(Exception):
    """A field does something else than saying what is in the document."""


_VELDEN = frozenset(
    (
        "= ADVANCE AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT AUTOTEXTLIST BIBLIOGRAPHY CITATION COMMENTS "
        "COMPARE CREATEDATE DATE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FORMCHECKBOX "
        "FORMDROPDOWN FORMTEXT HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD NOTEREF "
        "NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ "
        "SET STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE"
    ).split()
)
"""First words of fields that only say something. What another word does is not known here, or is just what may not be."""
_EERSTE = re.compile(r'(=|[A-Za-z]{1,20}(?=[\s\\"]|$))')
_WOORDEN = re.compile(r'"([^"]*)"?|(\S+)')
_MET_WAARDE = {"\\l", "\\o", "\\t"}

_INSTRUCTIE = frozenset(w_names("instrText", "delInstrText"))
_TEKEN_VAN = frozenset(w_names("fldChar"))
_ENKEL = frozenset(w_names("fldSimple"))
_LOOP = frozenset(w_names("r"))
_ALINEA = frozenset(w_names("p"))
_IN_ALINEA = frozenset(
    w_names("hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "bdo", "dir", "fldSimple")
)
_OM_ALINEA = frozenset(w_names("sdt", "sdtContent", "customXml", "tbl", "tr", "tc"))


class _Veld:
    """One field: what it is told, until its result begins."""

    def __init__(self, *, genest: bool, tekst: str = "") -> None:
        self.tekst, self.genest, self.open = tekst.lstrip(), genest, True

    def nest(self) -> None:
        """Another field begins in its instruction: by then it must be known what this one does."""
        eerste = _EERSTE.match(self.tekst)
        if eerste is None or (eerste[1] != "=" and eerste.end() == len(self.tekst)):
            raise VreemdVeld

    def close(self) -> None:
        if not self.open:
            return
        self.open = False
        eerste = _EERSTE.match(self.tekst)
        if eerste is None:
            if self.tekst.strip():
                raise VreemdVeld
            return
        woord = eerste[1].upper()
        if woord not in _VELDEN or (woord == "QUOTE" and self.genest):
            raise VreemdVeld
        if woord == "HYPERLINK" and not _leads_nowhere_else(self.tekst[eerste.end() :]):
            raise VreemdVeld


def _leads_nowhere_else(tekst: str) -> bool:
    """Whether the address in the instruction of a link is one of the web or of mail, or a place in the document."""
    woorden = [stuk[1] if stuk[2] is None else stuk[2] for stuk in _WOORDEN.finditer(tekst)]
    for plek, woord in enumerate(woorden):
        if plek and woorden[plek - 1].lower() in _MET_WAARDE:
            continue
        if not (woord.startswith("\\") and len(woord) == 2):
            return is_link(woord)
    return True


class Velden:
    """Hears what every field in a file is told, however it is cut up."""

    def __init__(self) -> None:
        self.stukken = self.letters = 0

    def listen(self, boom: Any) -> None:
        """Raises ``VreemdVeld`` at a field that may not be, ``TeGroot`` or ``Kapot``."""
        verhalen: dict[Any, list[_Veld]] = {}
        for stuk in boom.iter(*_INSTRUCTIE, *_TEKEN_VAN, *_ENKEL):
            self.stukken += 1
            if self.stukken > MAX_STUKKEN:
                raise TeGroot
            self._hear(stuk, verhalen.setdefault(_story(stuk), []))
        for velden in verhalen.values():
            for veld in velden:
                veld.close()

    def _hear(self, stuk: Any, velden: list[_Veld]) -> None:
        """*velden*: those that have begun and not ended, the innermost last."""
        binnen = bool(velden) and velden[-1].open
        if stuk.tag in _INSTRUCTIE:
            tekst = self._counted("".join(stuk.itertext()))
            if binnen:
                velden[-1].tekst = (velden[-1].tekst + tekst).lstrip()
            elif tekst.strip():
                raise Kapot  # it belongs to no field
            return
        soort = _attribute(stuk, "fldCharType")
        if binnen and (stuk.tag in _ENKEL or soort == "begin"):
            velden[-1].nest()
        if stuk.tag in _ENKEL:
            _Veld(genest=binnen, tekst=self._counted(_attribute(stuk, "instr"))).close()
        elif soort == "begin":
            velden.append(_Veld(genest=binnen))
        elif soort == "separate" and velden:
            velden[-1].close()
        elif soort == "end" and velden:
            velden.pop().close()

    def _counted(self, tekst: str) -> str:
        self.letters += len(tekst)
        if self.letters > MAX_INSTRUCTIES:
            raise TeGroot
        return tekst


def _attribute(element: Any, naam: str) -> str:
    return next((element.get(een) for een in w_names(naam) if een in element.attrib), "")


def _story(stuk: Any) -> Any:
    """What *stuk* stands in: the body, a header, a box. Two stories are not one text, though one stands within the other.

    A piece of a field in anything that a program may skip is refused: what one reads as one word is then two to another.
    """
    boven = stuk.iterancestors()
    if stuk.tag not in _ENKEL and next(boven).tag not in _LOOP:
        raise Kapot
    for ouder in boven:
        if ouder.tag in _ALINEA:
            break
        if ouder.tag not in _IN_ALINEA:
            raise Kapot
    for ouder in boven:
        if ouder.tag not in _OM_ALINEA:
            return ouder
    raise Kapot
