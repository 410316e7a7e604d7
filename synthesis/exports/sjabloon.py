"""A Word template of the organisation, which anybody may have made: let through, made harmless, or refused in Dutch.

What goes out with our text may fetch nothing from elsewhere, run nothing, and name nobody. So the file is written anew: only
parts that something known points to, each as what it says that it is; no comments, tracked changes or properties. Pure.
"""

import io
import posixpath
import zipfile
from datetime import date
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from denkdiner.errors import DenkdinerError
from denkdiner.zips import XML, Kapot, TeGroot, Teller, TeVeelXml, is_xml, read_parts
from synthesis.exports.inhoud import Alinea, Hoofdstuk, Verslaginhoud
from synthesis.exports.sjabloon_velden import Velden, VreemdVeld, is_link, w_names
from synthesis.exports.zippen import add

MAX_BYTES = 5 * 1024 * 1024
MAX_UITGEPAKT = 40 * 1024 * 1024
"""Of everything. Pictures are most of it; of XML there may be much less."""
MAX_XML = 4 * 1024 * 1024
MAX_DELEN = 400
MAX_ELEMENTEN = 50_000
MAX_RELATIES = 2_000
"""A link counts as one. Each that a report adds is numbered after looking at all of them."""
MAX_STIJLEN = 1_000
"""Every style is compared with every other when a report is written."""

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

_TYPES = "[Content_Types].xml"
_PAKKET = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_NS_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "application/vnd.openxmlformats-package.relationships+xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_TEKEN = "application/vnd.openxmlformats-officedocument.drawingml."

_MAG = {
    "officedocument": (HOOFD,),
    "styles": (f"{_WORD}styles+xml",),
    "styleswitheffects": ("application/vnd.ms-word.stylesWithEffects+xml",),
    "numbering": (f"{_WORD}numbering+xml",),
    "settings": (f"{_WORD}settings+xml",),
    "websettings": (f"{_WORD}webSettings+xml",),
    "fonttable": (f"{_WORD}fontTable+xml",),
    "theme": ("application/vnd.openxmlformats-officedocument.theme+xml",),
    "header": (f"{_WORD}header+xml",),
    "footer": (f"{_WORD}footer+xml",),
    "footnotes": (f"{_WORD}footnotes+xml",),
    "endnotes": (f"{_WORD}endnotes+xml",),
    "diagramdata": (f"{_TEKEN}diagramData+xml",),
    "diagramlayout": (f"{_TEKEN}diagramLayout+xml",),
    "diagramquickstyle": (f"{_TEKEN}diagramStyle+xml",),
    "diagramcolors": (f"{_TEKEN}diagramColors+xml",),
    "diagramdrawing": ("application/vnd.ms-office.drawingml.diagramDrawing+xml",),
    "image": ("image/",),
    "font": ("application/vnd.openxmlformats-officedocument.obfuscatedFont", "application/x-font"),
}
"""What a relation may point to: the end of its type in small letters, and how the type of that part begins.

Of anything else neither the relation nor the part goes along: comments and who made them, people, properties, data of forms,
thumbnails, building blocks, the template that a document hangs on.
"""
_MACROS = {"vbaproject", "wordvbadata", "vbaprojectsignature", "vbaprojectsignatureagile"}
_INGESLOTEN = (
    "oleobject", "activexcontrol", "activexcontrolbinary", "control", "ctrlprop", "package", "afchunk", "subdocument",
    "chart", "chartex", "video", "audio", "media", "webextension", "webextensiontaskpanes",
)  # fmt: skip
_HAALT = {"frame", "mailmergesource", "mailmergeheadersource", "recipientdata", "attachedschema", "transform"}


MAX_IN_ELKAAR = 4


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
    try:
        pakket = _Pakket(_read(data))
        pakket.follow()
    except TeGroot:
        raise SjabloonFout(BOM) from None
    except VreemdVeld:
        raise SjabloonFout(VAN_BUITEN) from None
    except Kapot:
        raise SjabloonFout(KAPOT) from None
    _try_out(pakket.written(plaatjes=False))
    return pakket.written()


def _read(data: bytes) -> dict[str, bytes]:
    delen: dict[str, bytes] = {}
    gezien: set[str] = set()
    teller = Teller(MAX_ELEMENTEN, bytes_=MAX_XML)
    try:
        for naam, deel in read_parts(data, delen=MAX_DELEN, uitgepakt=MAX_UITGEPAKT, teller=teller):
            if naam.lower() in gezien or naam.startswith("/") or ".." in naam.split("/"):
                raise Kapot
            gezien.add(naam.lower())
            delen[naam] = deel
    except (TeGroot, TeVeelXml):
        raise SjabloonFout(BOM) from None
    except Kapot:
        raise SjabloonFout(KAPOT if _TYPES in delen else GEEN_DOCX) from None
    return delen


# --- parts and what points to them ----------------------------------------------------------------------------------------


class _Pakket:
    """Parts by name, with the type that the file gives to each."""

    def __init__(self, delen: dict[str, bytes]) -> None:
        self.delen = delen
        self.uit: dict[str, bytes] = {}
        self.soorten: dict[str, str] = {}
        self.velden = Velden()
        if _TYPES not in delen:
            raise SjabloonFout(GEEN_DOCX)
        types = [deel for deel in _parsed(delen[_TYPES]) if isinstance(deel.tag, str)]
        self.per_naam = {deel.get("PartName", "").lower(): deel.get("ContentType", "") for deel in types}
        self.per_eind = {deel.get("Extension", "").lower(): deel.get("ContentType", "") for deel in types}
        alle = " ".join([*self.per_naam.values(), *self.per_eind.values()]).lower()
        if any(soort in alle for soort in ("macroenabled", "vbaproject")) or self._has_name("vbaproject"):
            raise SjabloonFout(MACROS)
        if self._has_name("oleobject", "activex", "embeddings/"):
            raise SjabloonFout(OBJECT)

    def _has_name(self, *stukken: str) -> bool:
        return any(stuk in naam.lower() for naam in self.delen for stuk in stukken)

    def _kind(self, naam: str) -> str:
        eind = naam.lower().rpartition(".")[2]
        return self.per_naam.get(f"/{naam.lower()}") or self.per_eind.get(eind, "")

    def written(self, *, plaatjes: bool = True) -> bytes:
        """A file of what may go along; without *plaatjes* they are empty, which is enough to try it out."""
        types = etree.Element(f"{{{_NS_TYPES}}}Types", nsmap={None: _NS_TYPES})
        etree.SubElement(types, f"{{{_NS_TYPES}}}Default", Extension="rels", ContentType=_RELS)
        for naam, soort in self.soorten.items():
            etree.SubElement(types, f"{{{_NS_TYPES}}}Override", PartName=f"/{naam}", ContentType=soort)
        uit = io.BytesIO()
        with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as zip_:
            for naam, deel in {_TYPES: _written(types), **self.uit}.items():
                leeg = not plaatjes and self.soorten.get(naam, "").startswith("image/")
                add(zip_, naam, b"" if leeg else deel)
        return uit.getvalue()

    def follow(self) -> None:
        """Take what the file as a whole leads to, part by part. Refused when anything in it points outside, or runs."""
        todo, aantal = [""], 0
        while todo:
            bron = todo.pop()
            map_, naam = posixpath.split(bron)
            rels = posixpath.join(map_, "_rels", f"{naam}.rels")
            if rels not in self.delen:
                continue
            blijft = etree.Element(f"{_PAKKET}Relationships", nsmap={None: _PAKKET.strip("{}")})
            for relatie in list(_parsed(self.delen[rels])):
                aantal += 1
                if relatie.tag != f"{_PAKKET}Relationship":
                    raise Kapot
                if aantal > MAX_RELATIES:
                    raise TeGroot
                doel = self._target(relatie, map_)
                if doel is not None:
                    blijft.append(relatie)
                if doel and doel not in self.soorten:
                    self._take(doel)
                    todo.append(doel)
            self.uit[rels] = _written(blijft)
        if HOOFD not in self.soorten.values():
            raise SjabloonFout(GEEN_DOCX)

    def _target(self, relatie: Any, map_: str) -> str | None:
        """The part that *relatie* leads to; "" for an address that a reader may click on; None when it may not go along."""
        soort = relatie.get("Type", "").rpartition("/")[2].lower()
        doel, buiten = relatie.get("Target", ""), relatie.get("TargetMode", "Internal") != "Internal"
        if soort in _MACROS:
            raise SjabloonFout(MACROS)
        if soort in _INGESLOTEN:
            raise SjabloonFout(OBJECT)
        if soort in _HAALT:
            raise SjabloonFout(VAN_BUITEN)
        if soort == "hyperlink":
            if not buiten or not is_link(doel):
                raise SjabloonFout(VAN_BUITEN)
            return ""
        if soort not in _MAG:
            return None
        if buiten or _is_elsewhere(doel):
            raise SjabloonFout(VAN_BUITEN)
        naam = posixpath.normpath(posixpath.join("/", map_, doel)).lstrip("/")
        type_ = self._kind(naam)
        if soort == "officedocument" and (type_ != HOOFD or naam not in self.delen):
            raise SjabloonFout(DOTX if "wordprocessingml.template.main+xml" in type_ else GEEN_DOCX)
        if naam not in self.delen:
            raise Kapot
        if type_.lower() == "image/svg+xml":
            return None  # it may hold anything that a web page may; Word has the same drawing as points beside it
        if not type_.startswith(_MAG[soort]):
            raise Kapot
        return naam

    def _take(self, naam: str) -> None:
        soort, deel = self._kind(naam), self.delen[naam]
        if soort.endswith("xml"):
            if not naam.lower().endswith(XML):
                raise Kapot  # the count went by its name
            boom = _parsed(deel)
            _strip(boom)
            self.velden.listen(boom)
            deel = _written(boom)
        elif is_xml(naam, deel):
            raise Kapot  # a drawing that calls itself a photo
        self.soorten[naam], self.uit[naam] = soort, deel


def _is_elsewhere(doel: str) -> bool:
    """Whether *doel* is an address, on a server or a disk. In a file it is a path or a place."""
    doel = doel.strip().replace("\\", "/")
    return ":" in doel.partition("/")[0] or doel.startswith("//")


# --- what a part says -----------------------------------------------------------------------------------------------------

_HULZEN = w_names("ins", "moveTo")
_WEG = (
    *w_names("del", "moveFrom", "cellIns", "cellDel", "cellMerge", "numberingChange"),
    *w_names("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange"),
    *w_names("tcPrChange", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
    *w_names("customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd"),
    *w_names("customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd"),
    *w_names("customXmlMoveToRangeStart", "customXmlMoveToRangeEnd"),
    *w_names("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"),
    *w_names("permStart", "permEnd"),
    *w_names("attachedTemplate", "docVars", "attachedSchema", "saveThroughXslt", "smartTagType", "printerSettings"),
    "{http://schemas.openxmlformats.org/schemaLibrary/2006/main}schemaLibrary",
)  # fmt: skip
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_RUNT = (
    *w_names("altChunk", "subDoc", "control", "movie"),
    "{urn:schemas-microsoft-com:office:office}OLEObject",
)
_PERSOON = ("author", "initials", "gfxdata")
"""The last is a drawing in a zip of its own, that no one has looked through. Word has the drawing twice."""
_NAAMT = etree.XPath("//*[@*[local-name()='author' or local-name()='initials' or local-name()='gfxdata']]")
_ADRESSEN = etree.XPath("//@*[local-name()='src' or local-name()='href' or local-name()='althref']")


def _parsed(deel: bytes) -> Any:
    """One reading for everything that follows: what is written is what was looked at."""
    lezer = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        boom = etree.fromstring(deel, lezer)
    except etree.XMLSyntaxError:
        raise Kapot from None
    if boom.getroottree().docinfo.doctype:
        raise Kapot
    return boom


def _written(boom: Any) -> bytes:
    return etree.tostring(boom, encoding="UTF-8", xml_declaration=True, standalone=True)


def _nesting(boom: Any) -> int:
    """How many changes stand within each other. Word never makes more than a few; taking one off costs all that is in it."""
    diepte = hoogste = 0
    for wat, _ in etree.iterwalk(boom, events=("start", "end"), tag=_HULZEN):
        diepte += 1 if wat == "start" else -1
        hoogste = max(hoogste, diepte)
    return hoogste


def _strip(boom: Any) -> None:
    """Without who wrote or changed it: tracked changes are accepted, comments gone. Refused when it names an address."""
    if next(boom.iter(*_RUNT), None) is not None:
        raise SjabloonFout(OBJECT)
    if next(boom.iter(*w_names("mailMerge")), None) is not None or any(map(_is_elsewhere, _ADRESSEN(boom))):
        raise SjabloonFout(VAN_BUITEN)
    if sum(1 for _ in boom.iter(*w_names("style"))) > MAX_STIJLEN:
        raise TeGroot
    if _nesting(boom) > MAX_IN_ELKAAR:
        raise TeGroot
    etree.strip_elements(boom, *_WEG, with_tail=False)
    etree.strip_tags(boom, *_HULZEN)
    for tekening in list(boom.iter(_SVG)):
        uitbreiding = tekening.getparent()
        if uitbreiding is not None and uitbreiding.getparent() is not None:
            uitbreiding.getparent().remove(uitbreiding)
    for element in _NAAMT(boom):
        for sleutel in [een for een in element.attrib if een.rpartition("}")[2] in _PERSOON]:
            del element.attrib[sleutel]


# --- trying out -----------------------------------------------------------------------------------------------------------


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
