"""The report for programs of qualitative analysis (REFI-QDA 1.0): a project (.qdpx) and a codebook (.qdc).

Codes are threads and trefwoorden, sources are tables. Places in a source are Unicode code points in its plain text.
"""

import io
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from xml.etree import ElementTree

from synthesis.exports.gegevens import Noot
from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.tabellen import CONCEPT, about_lines
from synthesis.exports.tekens import clean
from synthesis.exports.voortgang import Meld, silent
from synthesis.exports.zippen import add

PROJECT, CODEBOEK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
HERKOMST = "Denkdiner 1.0"
_RUIMTE = uuid.UUID("6f1d1e5e-3b0a-5d7e-9f43-5a1f3f0c2d11")
Element = ElementTree.Element


def write_qdpx(inhoud: Verslaginhoud, meld: Meld = silent) -> bytes:
    """*inhoud* as a .qdpx file. The same content gives the same bytes, with the same ids for the same things."""
    boom = _Boom(inhoud, PROJECT)
    project, teksten = boom.project(meld)
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as zip_:
        add(zip_, "project.qde", _as_xml(project))
        for naam, tekst in teksten:
            add(zip_, f"Sources/{naam}", tekst)
    return uit.getvalue()


def write_qdc(inhoud: Verslaginhoud) -> bytes:
    """The codebook of *inhoud* as a .qdc file."""
    boom = _Boom(inhoud, CODEBOEK)
    boek = Element("CodeBook", {"xmlns": CODEBOEK, "origin": boom.herkomst})
    boek.append(boom.codes())
    return _as_xml(boek)


def _as_xml(element: Element) -> bytes:
    ElementTree.indent(element, " ")
    return ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)


class _Boom:
    """The elements of one file."""

    def __init__(self, inhoud: Verslaginhoud, ruimte: str) -> None:
        self.inhoud, self.ruimte = inhoud, ruimte
        self.herkomst = f"{HERKOMST} (CONCEPT)" if inhoud.is_concept else HERKOMST
        moment = inhoud.gemaakt or datetime(
            inhoud.datum.year, inhoud.datum.month, inhoud.datum.day, tzinfo=UTC
        )
        self.moment = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.gebruiker = self.guid("gebruiker")

    def guid(self, *delen: object) -> str:
        """The same for the same thing of the same report."""
        return str(
            uuid.uuid5(_RUIMTE, "\0".join(clean(str(deel)) for deel in (self.inhoud.titel, *delen)))
        ).upper()

    def project(self, meld: Meld) -> tuple[Element, list[tuple[str, str]]]:
        """The project, and the plain text of each of its sources by the name of its file."""
        inhoud = self.inhoud
        merk = "CONCEPT: " * inhoud.is_concept
        project = Element(
            "Project",
            {
                "xmlns": PROJECT,
                "name": _one_line(merk + inhoud.titel),
                "origin": self.herkomst,
                "creatingUserGUID": self.gebruiker,
                "creationDateTime": self.moment,
            },
        )
        gebruikers = ElementTree.SubElement(project, "Users")
        ElementTree.SubElement(gebruikers, "User", {"guid": self.gebruiker, "name": "Denkdiner"})
        ElementTree.SubElement(project, "CodeBook").append(self.codes())
        bronnen, teksten = ElementTree.SubElement(project, "Sources"), []
        groepen = [(wie, list(groep)) for wie, groep in groupby(self._sorted(), key=_source)]
        for stap, (wie, noten) in enumerate(groepen):
            if not stap % 20:
                meld(30 + 50 * stap // len(groepen), "De bronnen worden geschreven")
            naam, tekst = self._source(bronnen, wie, noten)
            teksten.append((naam, tekst))
        # the order of elements is that of the standard: a description comes after the sources
        ElementTree.SubElement(project, "Description").text = "\n".join(about_lines(inhoud))
        return project, teksten

    def _sorted(self) -> list[Noot]:
        return sorted(self.inhoud.gegevens.noten, key=_source)

    def _source(self, bronnen: Element, wie: tuple[int, int, str], noten: Iterable[Noot]) -> tuple[str, str]:
        diner, tafel, soort = wie
        guid = self.guid("bron", *wie)
        naam = f"Diner {diner}, {f'tafel {tafel}' if soort == 'tafel' else soort}"
        bron = ElementTree.SubElement(
            bronnen,
            "TextSource",
            {"guid": guid, "name": naam, "plainTextPath": f"internal://{guid}.txt", **self._made()},
        )
        delen, plek = [], 0
        for noot in noten:
            tekst = clean(noot.tekst).replace("\r\n", "\n").replace("\r", "\n")
            self._selection(bron, noot, tekst, plek)
            delen.append(tekst)
            plek += len(tekst) + 1
        return f"{guid}.txt", "\n".join([*delen, ""])

    def _selection(self, bron: Element, noot: Noot, tekst: str, plek: int) -> None:
        selectie = ElementTree.SubElement(
            bron,
            "PlainTextSelection",
            {
                "guid": self.guid("notitie", noot.diner, noot.code),
                "name": noot.code,
                "startPosition": str(plek),
                "endPosition": str(plek + len(tekst)),
                **self._made(),
            },
        )
        for code in self._codes_of(noot):
            codering = ElementTree.SubElement(
                selectie,
                "Coding",
                {"guid": self.guid("codering", noot.diner, noot.code, code), **self._made()},
            )
            ElementTree.SubElement(codering, "CodeRef", {"targetGUID": code})

    def _made(self) -> dict[str, str]:
        return {"creatingUser": self.gebruiker, "creationDateTime": self.moment}

    def _codes_of(self, noot: Noot) -> Iterator[str]:
        if noot.draad:
            yield self.guid("draad", noot.draad)
        yield from dict.fromkeys(
            self.guid("trefwoord", _word(woord)) for woord in noot.trefwoorden if _word(woord)
        )

    # --- codes ------------------------------------------------------------------------------------------------------

    def codes(self) -> Element:
        """Threads under their stelling under their diner, then those of the reeks, then trefwoorden."""
        codes, gegevens = Element("Codes"), self.inhoud.gegevens
        for diner, stellingen in groupby(gegevens.stellingen, key=lambda een: een.diner):
            rijen = list(stellingen)
            map_ = self._code(codes, f"Diner {diner}: {rijen[0].dinertitel}", "diner", diner, codable=False)
            for stelling in rijen:
                onder = self._code(
                    map_,
                    f"Stelling {stelling.nummer}: {stelling.tekst}",
                    "stelling",
                    diner,
                    stelling.nummer,
                    codable=False,
                )
                for draad in gegevens.draden:
                    if (draad.diner, draad.stelling) == (diner, stelling.nummer):
                        self._code(
                            onder,
                            draad.titel,
                            "draad",
                            draad.nummer,
                            uitleg=_explained(draad.tekst, draad.kernvraag),
                        )
        van_reeks = [draad for draad in gegevens.draden if draad.diner is None]
        if van_reeks:
            map_ = self._code(codes, "Rode draden over de diners heen", "reeks", codable=False)
            for draad in van_reeks:
                self._code(
                    map_, draad.titel, "draad", draad.nummer, uitleg=_explained(draad.tekst, draad.kernvraag)
                )
        woorden = sorted({_word(woord) for noot in gegevens.noten for woord in noot.trefwoorden} - {""})
        if woorden:
            map_ = self._code(codes, "Trefwoorden", "trefwoorden", codable=False)
            for woord in woorden:
                self._code(map_, woord, "trefwoord", woord)
        if not len(codes):  # the standard wants at least one
            self._code(codes, "Nog geen rode draden", "leeg", codable=False)
        if self.inhoud.is_concept:
            _describe(codes[0], CONCEPT)
        return codes

    def _code(
        self, ouder: Element, naam: str, *sleutel: object, codable: bool = True, uitleg: str = ""
    ) -> Element:
        code = ElementTree.SubElement(
            ouder,
            "Code",
            {
                "guid": self.guid(*sleutel),
                "name": _one_line(naam) or "zonder naam",
                "isCodable": "true" if codable else "false",
                "color": self.inhoud.stijl.kleur,
            },
        )
        if uitleg:
            _describe(code, clean(uitleg))
        return code


def _describe(code: Element, tekst: str) -> None:
    """First of its children, as the standard wants."""
    uitleg = Element("Description")
    uitleg.text = tekst
    code.insert(0, uitleg)


def _explained(tekst: str, kernvraag: str) -> str:
    return "\n\n".join(filter(None, [tekst, f"Kernvraag: {kernvraag}" if kernvraag else ""]))


def _source(noot: Noot) -> tuple[int, int, str]:
    """Whose words: a table, or the speakers or the plenary of a diner."""
    is_tafel = noot.bron == "tafel" and noot.tafel is not None
    return noot.diner, (noot.tafel or 0) if is_tafel else 10**6, "tafel" if is_tafel else noot.bron


def _one_line(tekst: str) -> str:
    return " ".join(clean(tekst).split())


def _word(woord: str) -> str:
    """Capitals make no other code."""
    return _one_line(woord).casefold()
