"""A Word template of the organisation, which anybody may have made: let through, made harmless, or refused in Dutch.

What goes out with our text may fetch nothing from elsewhere and run nothing: no macros, no objects, no pictures or templates
at an address. Pure.
"""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

from denkdiner.errors import DenkdinerError
from denkdiner.zips import Kapot, TeGroot, Teller, TeVeelXml, read_parts
from synthesis.exports.inhoud import Alinea, Hoofdstuk, Verslaginhoud
from synthesis.exports.zippen import add

MAX_BYTES = 5 * 1024 * 1024
MAX_UITGEPAKT = 40 * 1024 * 1024
MAX_DELEN = 400
MAX_ELEMENTEN = 150_000

HOOFD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
GEEN_DOCX = "Dit bestand is geen Word-document. Bewaar de sjabloon in Word als .docx en probeer het opnieuw."
OUD = "Dit is een oud of beveiligd Word-document. Bewaar het zonder wachtwoord als .docx."
DOTX = "Dit is een Word-sjabloon (.dotx). Open hem in Word, bewaar hem als .docx en probeer het opnieuw."
TE_GROOT = "Dit bestand is te groot: ten hoogste 5 MB. Maak de plaatjes in de sjabloon kleiner."
BOM = "Dit document pakt uit tot iets dat veel te groot is. Bewaar alleen de opmaak in een nieuw document."
MACROS = "Dit document bevat macro’s. Bewaar het in Word als gewoon .docx, zonder macro’s."
OBJECT = "Dit document bevat een ingesloten object, zoals een rekenblad. Haal het weg en probeer het opnieuw."
VAN_BUITEN = (
    "Dit document haalt iets van een ander adres, zoals een plaatje. Plaats het in het document zelf."
)
KAPOT = (
    "Dit Word-document is beschadigd. Open het in Word, bewaar het opnieuw als .docx en probeer het nog eens."
)

_RELATIES = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_INGESLOTEN = re.compile(r"(oleobject|activex|embeddings?/|package$|afchunk|control$)", re.IGNORECASE)
_VELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|RD|MACROBUTTON)\b", re.IGNORECASE
)


class SjabloonFout(DenkdinerError):
    """This file cannot be a template."""


def check_sjabloon(data: bytes) -> bytes:
    """*data* as a template that can be used; ``SjabloonFout`` when it cannot. In less than a second, whatever it is."""
    if len(data) > MAX_BYTES:
        raise SjabloonFout(TE_GROOT)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SjabloonFout(OUD)
    if not data.startswith(b"PK"):
        raise SjabloonFout(GEEN_DOCX)
    schoon = _rewritten(_read(data))
    _try_out(schoon)
    return schoon


def _read(data: bytes) -> dict[str, bytes]:
    delen: dict[str, bytes] = {}
    teller = _Velden()
    try:
        for naam, deel in read_parts(data, delen=MAX_DELEN, uitgepakt=MAX_UITGEPAKT, teller=teller):
            if naam in delen or naam.startswith("/") or ".." in naam.split("/"):
                raise Kapot
            delen[naam] = deel
    except (TeGroot, TeVeelXml):
        raise SjabloonFout(BOM) from None
    except Kapot:
        raise SjabloonFout(KAPOT if "[Content_Types].xml" in delen else GEEN_DOCX) from None
    if _VELD.search(teller.instructies):
        raise SjabloonFout(VAN_BUITEN)
    return delen


class _Velden(Teller):
    """Hears what fields of the document do, however they are cut up."""

    def __init__(self) -> None:
        super().__init__(MAX_ELEMENTEN)
        self._delen: list[str] = []
        self._luistert = False

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802
        super().startElement(name, attrs)
        lokaal = name.rpartition(":")[2]
        self._luistert = lokaal == "instrText"
        if lokaal == "fldSimple":
            self._delen += [f" {waarde} " for sleutel, waarde in attrs.items() if sleutel.endswith("instr")]  # type: ignore[attr-defined]
        elif lokaal == "fldChar":
            self._delen.append(" ")

    def endElement(self, name: str) -> None:  # noqa: N802
        super().endElement(name)
        self._luistert = False

    def characters(self, content: str) -> None:
        if self._luistert:
            self._delen.append(content)

    @property
    def instructies(self) -> str:
        return "".join(self._delen)


def _rewritten(delen: dict[str, bytes]) -> bytes:
    """Without the template that it hangs on itself; refused when anything else points outside, or runs."""
    soorten = delen.get("[Content_Types].xml", b"")
    if b"macroEnabled" in soorten or any("vbaproject" in naam.lower() for naam in delen):
        raise SjabloonFout(MACROS)
    if b"wordprocessingml.template.main+xml" in soorten:
        raise SjabloonFout(DOTX)
    if HOOFD.encode() not in soorten or "word/document.xml" not in delen:
        raise SjabloonFout(GEEN_DOCX)
    if any(_INGESLOTEN.search(naam) for naam in delen):
        raise SjabloonFout(OBJECT)
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as zip_:
        for naam, deel in delen.items():
            if naam.endswith(".rels"):
                deel = _relations(deel)
            elif naam == "word/settings.xml":
                deel = re.sub(
                    rb"<w:attachedTemplate\b[^>]*?(/>|>.*?</w:attachedTemplate>)", b"", deel, flags=re.DOTALL
                )
            if not naam.startswith(("docProps/thumbnail", "customXml/")) and not naam.endswith("/"):
                add(zip_, naam, deel)
    return uit.getvalue()


def _relations(deel: bytes) -> bytes:
    ElementTree.register_namespace("", _RELATIES.strip("{}"))
    boom = ElementTree.fromstring(deel)  # noqa: S314 - looked through by read_parts
    for relatie in list(boom):
        soort = relatie.get("Type", "").rpartition("/")[2].lower()
        doel = relatie.get("Target", "")
        if soort in {"attachedtemplate", "customxml", "thumbnail"}:
            boom.remove(relatie)
        elif _INGESLOTEN.search(soort):
            raise SjabloonFout(OBJECT)
        elif soort == "hyperlink":
            if relatie.get("TargetMode") == "External" and not doel.lower().startswith(
                ("http://", "https://", "mailto:")
            ):
                raise SjabloonFout(VAN_BUITEN)
        elif relatie.get("TargetMode", "Internal") != "Internal" or "://" in doel or doel.startswith("\\\\"):
            raise SjabloonFout(VAN_BUITEN)
    return ElementTree.tostring(boom, encoding="utf-8", xml_declaration=True)


def _try_out(data: bytes) -> None:
    """A report of one line on it: what fails now would fail the evening that the report is wanted."""
    from docx import Document

    from synthesis.exports.docx import write_docx

    proef = Verslaginhoud(
        "Proef",
        "Proef",
        "Proef",
        date(2026, 1, 1),
        "concept",
        (Alinea("Proef"),),
        (Hoofdstuk("Proef", (Alinea("Proef"),)),),
    )
    try:
        Document(io.BytesIO(write_docx(proef, data)))
    except (
        Exception
    ):  # what a library says of a broken document has no common ancestor, and its words help nobody
        raise SjabloonFout(KAPOT) from None
