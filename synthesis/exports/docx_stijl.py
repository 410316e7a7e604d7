"""Styles, numbering and measures of the report in Word; those of a template wherever it has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.shared import Cm, Pt, RGBColor

from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.kleuren import tint
from synthesis.exports.paginas import Maat
from synthesis.exports.tekens import clean

FONT = "Arial"  # on every Windows and Mac; LibreOffice has letters of exactly the same width
GRIJS = "4A555A"
CM = 72 / 2.54
BREEDTE, HOOGTE = 16 * CM, 24.7 * CM
"""Of the text on a page, in points: A4 without its margins of 2.5 cm."""
INSPRING = round(1.4 * CM * 20)  # of a heading's text behind its number, in twentieths of a point

_KOP: dict[str, Any] = {"vet": True, "regel": 1.05, "met_volgende": True}
MATEN = {
    "Normal": Maat(10.5, na=8, regel=1.2),
    "Title": Maat(30, na=6, vet=True, regel=1.05),
    "Subtitle": Maat(15, na=30),
    "Heading 1": Maat(22, na=14, links=1.4 * CM, **_KOP),
    "Heading 2": Maat(15, voor=20, na=8, links=1.4 * CM, **_KOP),
    "Heading 3": Maat(11.5, voor=16, na=6, links=1.4 * CM, **_KOP),
    "Bijlage": Maat(22, na=14, **_KOP),
    "Bijlagedeel": Maat(15, voor=20, na=8, links=1.4 * CM, **_KOP),
    "Kopregel zonder nummer": Maat(22, na=14, **_KOP),
    "Tussenkop": Maat(11.5, voor=12, na=6, **_KOP),
    "List Bullet": Maat(10.5, na=3, links=0.63 * CM, regel=1.2),
    "Citaat": Maat(10.5, na=7, links=0.6 * CM, rechts=0.6 * CM, regel=1.2),
    "Rode draad": Maat(10.5, na=5, links=0.4 * CM, regel=1.2),
    "Rode draad kop": Maat(10.5, na=5, links=0.4 * CM, **(_KOP | {"regel": 1.2, "rand": 12})),
    "Nog te schrijven": Maat(10.5, voor=4, na=12, links=0.4 * CM, regel=1.2, rand=12),
    "Tussenruimte": Maat(4, regel=1),
    "Beeld": Maat(10.5, voor=4, na=4, regel=1, met_volgende=True),
    "Bijschrift": Maat(8.5, na=10, regel=1.1),
    "Tabelcel": Maat(10, voor=2, na=2, regel=1.1),
    "Notitie": Maat(9.5, na=3, links=2 * CM, regel=1.1),
    "toc 1": Maat(10.5, voor=8, na=3, links=0.9 * CM, rechts=1.2 * CM, vet=True),
    "toc 2": Maat(10.5, na=3, links=2.1 * CM, rechts=1.2 * CM),
    "toc 3": Maat(9.5, na=3, links=3.6 * CM, rechts=1.2 * CM),
}
"""Every style that stands on a page; ``paginas`` counts with the same measures as Word gets."""
GELIJK = {
    "Citaat": ("Quote", "Citaat", "Intense Quote"),
    "Kopregel zonder nummer": ("TOC Heading", "Kopvan inhoudsopgave"),
    "Tussenkop": ("Heading 4", "Tussenkop"),
    "Bijschrift": ("Caption", "Bijschrift"),
    "List Bullet": ("List Bullet", "Opsomming", "Lijst opsomteken"),
}
"""Under which other names a template may have a style of ours."""
KOPPEN = ("Heading 1", "Heading 2", "Heading 3")
OP_KOP = {"Bijlage": "Heading 1", "Bijlagedeel": "Heading 2"}
"""Which heading an appendix looks like, but for its number."""


@dataclass(frozen=True, slots=True)
class Opmaak:
    """What a body needs to know: the id and the measures of each of our styles, and how much room a page has (points)."""

    ids: Mapping[str, str]
    maten: Mapping[str, Maat]
    breedte: float
    hoogte: float


def prepare(document: Any, inhoud: Verslaginhoud, *, sjabloon: bool) -> Opmaak:
    """Give *document* all that our text needs. With *sjabloon* its own styles and pages stay as they are."""
    _set_properties(document, inhoud)
    if not sjabloon:
        _set_page(document)
    ids = _set_styles(document, sjabloon=sjabloon)
    section = document.sections[-1]
    breedte = (section.page_width or Cm(21)) - (section.left_margin or 0) - (section.right_margin or 0)
    hoogte = (section.page_height or Cm(29.7)) - (section.top_margin or 0) - (section.bottom_margin or 0)
    _colour(document, inhoud.stijl.kleur, ids, sjabloon=sjabloon)
    _tabs(document, ids, breedte, sjabloon=sjabloon)
    _number(document, ids, sjabloon=sjabloon)
    maten = MATEN
    if sjabloon:
        maten = {naam: _measured(_by_id(document, ids[naam]), maat) for naam, maat in MATEN.items()}
    return Opmaak(ids, maten, breedte / Pt(1), hoogte / Pt(1))


def _set_properties(document: Any, inhoud: Verslaginhoud) -> None:
    """Also empties what a template says of whoever made it."""
    moment = datetime(inhoud.datum.year, inhoud.datum.month, inhoud.datum.day, tzinfo=UTC)
    properties = document.core_properties
    properties.title, properties.author = clean(inhoud.titel)[:255], clean(inhoud.organisatie)[:255]
    properties.subject, properties.language = clean(inhoud.ondertitel), "nl-NL"
    properties.comments = properties.keywords = properties.category = ""
    properties.last_modified_by = clean(inhoud.organisatie)[:255]
    properties.content_status = "Concept" if inhoud.is_concept else "Vastgesteld"
    properties.created = properties.modified = moment
    properties.revision = 1


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    section.different_first_page_header_footer = True
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")


# --- styles ----------------------------------------------------------------------------------------------------------------


def _paragraph_styles(document: Any) -> Iterator[Any]:
    return (style for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH)


def _name(style: Any) -> str:
    """Programs differ in capitals: "heading 1" is "Heading 1"."""
    return str(style.name or "").casefold()


def _by_id(document: Any, style_id: str) -> Any:
    return next(style for style in _paragraph_styles(document) if style.style_id == style_id)


def _set_styles(document: Any, *, sjabloon: bool) -> dict[str, str]:
    """Our styles by name → their id. Those of a template stay as they are; what it does not have is made."""
    er_zijn = {_name(style): style for style in _paragraph_styles(document)}
    normaal = er_zijn.get("normal") or document.styles.add_style(
        "Normal", WD_STYLE_TYPE.PARAGRAPH, builtin=True
    )
    ids: dict[str, str] = {}
    for naam, maat in MATEN.items():
        namen = (naam, *GELIJK.get(naam, ())) if sjabloon else (naam,)
        gevonden = next((er_zijn[een.casefold()] for een in namen if een.casefold() in er_zijn), None)
        if gevonden is None:
            gevonden = document.styles.add_style(naam, WD_STYLE_TYPE.PARAGRAPH)
            gevonden.base_style = _by_id(document, ids[OP_KOP[naam]]) if naam in OP_KOP else normaal
            if not (sjabloon and naam in OP_KOP):
                _measure_out(gevonden, maat, font="" if sjabloon else FONT)
        elif not sjabloon:
            _measure_out(gevonden, maat, font=FONT)
        ids[naam] = gevonden.style_id
    for naam, kleur, letter in (("Notitiecode", GRIJS, 7.5), ("Notitiemeta", GRIJS, 8)):
        if naam not in {style.name for style in document.styles}:
            style = document.styles.add_style(naam, WD_STYLE_TYPE.CHARACTER)
            style.font.size, style.font.color.rgb = Pt(letter), RGBColor.from_string(kleur)
    return ids


def _measure_out(style: Any, maat: Maat, *, font: str) -> None:
    _font(style, maat.corps, bold=maat.vet, name=font)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(maat.voor), Pt(maat.na)
    layout.line_spacing, layout.keep_with_next = maat.regel, maat.met_volgende
    layout.widow_control = True
    if maat.links or maat.rechts:
        layout.left_indent, layout.right_indent = Pt(maat.links), Pt(maat.rechts)


def _font(style: Any, size: float, color: str = "", *, bold: bool | None = None, name: str = FONT) -> None:
    style.font.size, style.font.bold = Pt(size), bold
    if color:
        style.font.color.rgb = RGBColor.from_string(color)
    if not name:
        return
    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if "heme" in attribute:  # a theme font would win from the named one
            del fonts.attrib[attribute]
    fonts.set(qn("w:cs"), name)
    fonts.set(qn("w:eastAsia"), name)


def _colour(document: Any, kleur: str, ids: Mapping[str, str], *, sjabloon: bool) -> None:
    """Ours in the colours of the house style; of a template only what we added."""
    hoofd, vlak, lijn = (een.lstrip("#").upper() for een in (kleur, tint(kleur, 0.91), tint(kleur, 0.6)))
    stijl = {naam: _by_id(document, style_id) for naam, style_id in ids.items()}
    onze = _ours(stijl, sjabloon=sjabloon)
    for naam in (*KOPPEN, *OP_KOP, "Kopregel zonder nummer", "Tussenkop", "Rode draad kop"):
        if naam in onze and not (sjabloon and naam in OP_KOP):
            stijl[naam].font.color.rgb = RGBColor.from_string(hoofd)
    if not sjabloon:
        _own_details(document, stijl)
    if "Citaat" in onze:
        stijl["Citaat"].font.italic = True
        _border(stijl["Citaat"], None, left=lijn)
    for naam in ("Rode draad", "Rode draad kop"):
        if naam in onze:
            _border(stijl[naam], vlak, left=hoofd)
    if "Nog te schrijven" in onze:
        _border(stijl["Nog te schrijven"], "FFF4D6", left="C77700")
    if "Bijschrift" in onze:
        stijl["Bijschrift"].font.color.rgb = RGBColor.from_string(GRIJS)


def _ours(stijl: Mapping[str, Any], *, sjabloon: bool) -> set[str]:
    """Names of the styles that we may change: all but those that a template brought."""
    return {
        naam for naam, style in stijl.items() if not sjabloon or (style.name == naam and not style.builtin)
    }


def _tabs(document: Any, ids: Mapping[str, str], breedte: int, *, sjabloon: bool) -> None:
    """Where the text of a note and the page of a heading stand, on a page of this width."""
    stijl = {naam: _by_id(document, style_id) for naam, style_id in ids.items()}
    onze = _ours(stijl, sjabloon=sjabloon)
    if "Notitie" in onze:
        layout = stijl["Notitie"].paragraph_format
        layout.first_line_indent = -layout.left_indent
        layout.tab_stops.add_tab_stop(layout.left_indent)
    for level in (1, 2, 3):
        if f"toc {level}" in onze:
            toc = stijl[f"toc {level}"].paragraph_format
            toc.first_line_indent = -Pt((0.9, 1.2, 1.5)[level - 1] * CM)
            toc.tab_stops.add_tab_stop(toc.left_indent)
            toc.tab_stops.add_tab_stop(breedte, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _own_details(document: Any, stijl: Mapping[str, Any]) -> None:
    for naam in ("Title", "Subtitle"):
        stijl[naam].font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
        stijl[naam].font.italic = False
        for border in list(stijl[naam].element.iter(qn("w:pBdr"), qn("w:spacing"))):
            if border.getparent().tag == qn("w:rPr") or border.tag == qn("w:pBdr"):
                border.getparent().remove(border)
    for gap in list(stijl["List Bullet"].element.iter(qn("w:contextualSpacing"))):
        gap.getparent().remove(gap)
    for naam in ("Header", "Footer"):
        _font(document.styles[naam], 8.5, GRIJS)
        tabs = document.styles[naam].paragraph_format.tab_stops
        while len(tabs):
            del tabs[0]
        tabs.add_tab_stop(Pt(BREEDTE), WD_TAB_ALIGNMENT.RIGHT)


def _border(style: Any, fill: str | None, *, left: str) -> None:
    """A bar at the left and, with *fill*, a coloured ground; paragraphs that follow each other become one box."""
    properties = style.element.get_or_add_pPr()
    sides = f'<w:left w:val="single" w:sz="{24 if fill else 12}" w:space="8" w:color="{left}"/>'
    if fill:  # invisible lines at top and bottom keep the ground away from the letters
        rand = f'w:val="single" w:sz="4" w:space="5" w:color="{fill}"'
        sides = f"<w:top {rand}/>{sides}<w:bottom {rand}/>"
    spacing = properties.find(qn("w:spacing"))
    spacing.addprevious(parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))
    if fill:
        shading = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'
        spacing.addprevious(parse_xml(shading))


def _measured(style: Any, anders: Maat) -> Maat:
    """How a style of a template stands on the page; *anders* where it says nothing."""
    keten: list[Any] = []
    while style is not None and len(keten) < 20:
        keten.append(style)
        style = style.base_style

    def first(haal: Any, of: Any) -> Any:
        waarden = (haal(een) for een in keten)
        return next((waarde for waarde in waarden if waarde is not None), of)

    def points(naam: str, of: float) -> float:
        lengte = first(lambda een: getattr(een.paragraph_format, naam), None)
        return of if lengte is None else max(lengte / Pt(1), 0)

    regel = first(lambda een: een.paragraph_format.line_spacing, anders.regel)
    corps = first(lambda een: een.font.size, None)
    return Maat(
        corps / Pt(1) if corps else anders.corps,
        voor=points("space_before", anders.voor),
        na=points("space_after", anders.na),
        links=points("left_indent", anders.links),
        rechts=points("right_indent", anders.rechts),
        vet=bool(first(lambda een: een.font.bold, anders.vet)),
        regel=regel if isinstance(regel, float) else anders.regel,
        met_volgende=bool(first(lambda een: een.paragraph_format.keep_with_next, anders.met_volgende)),
        rand=anders.rand,
    )


# --- numbers ---------------------------------------------------------------------------------------------------------------


def _number(document: Any, ids: Mapping[str, str], *, sjabloon: bool) -> None:
    """Multilevel lists tied to the styles of headings, so that Word numbers and renumbers by itself.

    Headings that a template numbers in its own way keep that.
    """
    numbering = _numbering_of(document)
    koppen = [_by_id(document, ids[naam]) for naam in KOPPEN]
    if not (sjabloon and _has_number(koppen[0])):
        levels = "".join(
            _level(level, style.style_id, ".".join(f"%{n + 1}" for n in range(level + 1)))
            for level, style in enumerate(koppen)
        )
        _tie(numbering, levels, koppen)
    bijlagen = [_by_id(document, ids[naam]) for naam in OP_KOP]
    levels = _level(0, bijlagen[0].style_id, "Bijlage %1:", soort="upperLetter", los=True)
    _tie(numbering, levels + _level(1, bijlagen[1].style_id, "%1.%2"), bijlagen)
    kop = _by_id(document, ids["Kopregel zonder nummer"])
    if kop.base_style is not None and _has_number(kop.base_style):
        kop.element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 0
    punt = _by_id(document, ids["List Bullet"])
    if not _has_number(punt):
        _tie(numbering, _bullet(punt.style_id), [punt])


def _has_number(style: Any) -> bool:
    """Itself, or by the style that it is based on."""
    for _ in range(20):
        if style is None:
            return False
        properties = style.element.pPr
        if properties is not None and properties.numPr is not None:
            number = properties.numPr.numId
            return number is None or number.val != 0
        style = style.base_style
    return False


def _level(level: int, style_id: str, tekst: str, *, soort: str = "decimal", los: bool = False) -> str:
    ruimte = '<w:suff w:val="space"/>' if los else '<w:suff w:val="tab"/>'
    inspring = "" if los else f'<w:pPr><w:ind w:left="{INSPRING}" w:hanging="{INSPRING}"/></w:pPr>'
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{soort}"/><w:pStyle w:val="{style_id}"/>{ruimte}'
        f'<w:lvlText w:val="{tekst}"/><w:lvlJc w:val="left"/>{inspring}</w:lvl>'
    )


def _bullet(style_id: str) -> str:
    return (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="{style_id}"/>'
        '<w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="357" w:hanging="357"/></w:pPr></w:lvl>'
    )


def _tie(numbering: Any, levels: str, styles: list[Any]) -> None:
    """A new list with *levels*, of which each of *styles* is one."""
    abstract_id = _next_id(numbering, "w:abstractNum", "w:abstractNumId")
    number_id = _next_id(numbering, "w:num", "w:numId")
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first = numbering.find(qn("w:num"))
    if first is not None:
        first.addprevious(abstract)
    else:
        numbering.append(abstract)
    laatste = numbering.findall(qn("w:num"))
    nieuw = parse_xml(
        f'<w:num {nsdecls("w")} w:numId="{number_id}"><w:abstractNumId w:val="{abstract_id}"/></w:num>'
    )
    (laatste[-1] if laatste else abstract).addnext(nieuw)
    for level, style in enumerate(styles):
        number = style.element.get_or_add_pPr().get_or_add_numPr()
        number.get_or_add_ilvl().val = level
        number.get_or_add_numId().val = number_id


def _next_id(numbering: Any, tag: str, attribute: str) -> int:
    return 1 + max((int(een.get(qn(attribute)) or 0) for een in numbering.findall(qn(tag))), default=0)


def _numbering_of(document: Any) -> Any:
    """A template without a single list has no part for them, and python-docx makes none."""
    try:
        return document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    except KeyError:
        leeg = f"<w:numbering {nsdecls('w')}/>".encode()
        part = NumberingPart.load(
            PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, leeg, document.part.package
        )
        document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return part.element
