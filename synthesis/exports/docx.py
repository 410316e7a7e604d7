"""The report in Word: headings numbered by their styles, a filled table of contents, quotes word for word."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table

from synthesis.exports.inhoud import (
    Alinea,
    Blok,
    Citaten,
    Kader,
    NogTeSchrijven,
    Opsomming,
    Peilingblok,
    Verslaginhoud,
    numbered,
)
from synthesis.exports.opbouw import dutch_date
from synthesis.exports.paginas import Maat, Regels, estimate_pages
from synthesis.exports.tekens import clean

FONT = "Arial"  # on every Windows and Mac; LibreOffice has letters of exactly the same width
KLEUR, GRIJS, WIT = RGBColor(0x1B, 0x4B, 0x5A), RGBColor(0x55, 0x60, 0x68), RGBColor(0xFF, 0xFF, 0xFF)
CM = 72 / 2.54
BREEDTE, HOOGTE = 16 * CM, 24.7 * CM
"""Of the text on a page, in points: A4 without its margins of 2.5 cm."""
NUMBERING_ID = 77
INSPRING = round(1.4 * CM * 20)  # of a heading's text behind its number, in twentieths of a point

_KOP: dict[str, Any] = {"vet": True, "regel": 1.05, "met_volgende": True}
MATEN = {
    "Normal": Maat(10.5, na=8, regel=1.2),
    "Title": Maat(30, na=6, vet=True, regel=1.05),
    "Subtitle": Maat(15, na=30),
    "Heading 1": Maat(22, na=14, links=1.4 * CM, **_KOP),
    "Heading 2": Maat(15, voor=20, na=8, links=1.4 * CM, **_KOP),
    "Heading 3": Maat(11.5, voor=16, na=6, links=1.4 * CM, **_KOP),
    "Kopregel zonder nummer": Maat(22, na=14, **_KOP),
    "Tussenkop": Maat(11.5, voor=12, na=6, **_KOP),
    "List Bullet": Maat(10.5, na=3, links=0.63 * CM, regel=1.2),
    "Citaat": Maat(10.5, na=7, links=0.6 * CM, rechts=0.6 * CM, regel=1.2),
    "Rode draad": Maat(10.5, na=5, links=0.4 * CM, regel=1.2),
    "Rode draad kop": Maat(10.5, na=5, links=0.4 * CM, **(_KOP | {"regel": 1.2, "rand": 12})),
    "Nog te schrijven": Maat(10.5, voor=4, na=12, links=0.4 * CM, regel=1.2, rand=12),
    "Tussenruimte": Maat(4, regel=1),
    "Tabelcel": Maat(10, voor=2, na=2, regel=1.1),
    "toc 1": Maat(10.5, voor=8, na=3, links=0.9 * CM, rechts=1.2 * CM, vet=True),
    "toc 2": Maat(10.5, na=3, links=2.1 * CM, rechts=1.2 * CM),
    "toc 3": Maat(9.5, na=3, links=3.6 * CM, rechts=1.2 * CM),
}
"""Every style that stands on a page; ``paginas`` counts with the same measures as Word gets."""
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)


def write_docx(inhoud: Verslaginhoud) -> bytes:
    """*inhoud* as a .docx file. The same content gives the same bytes."""
    document = Document()
    _set_properties(document, inhoud)
    _set_styles(document)
    _number_headings(document)
    _title_page(document, inhoud)
    page_numbers = _contents(document, inhoud)
    headings = []
    for bookmark, (_, level, part) in enumerate(numbered(inhoud), start=1):
        heading = document.add_heading(clean(part.titel), level)
        heading.paragraph_format.page_break_before = level == 1
        _bookmark(heading, bookmark)
        headings.append(heading._p)
        _write(document, part.blokken)
    for element, page in zip(page_numbers, _pages_of(document, headings), strict=True):
        element.text = str(page)
    _header_and_footer(document, inhoud)
    return _saved(document)


def _pages_of(document: Any, headings: list[Any]) -> list[int]:
    paragraphs = [
        paragraph
        for deel in document.iter_inner_content()
        for paragraph in (
            [row.cells[0].paragraphs[0] for row in deel.rows] if isinstance(deel, Table) else [deel]
        )
    ]  # of a row its first cell: in our tables all are one line high
    regels = [
        Regels(paragraph.text, _measure(paragraph), bool(paragraph.paragraph_format.page_break_before))
        for paragraph in paragraphs
    ]
    pages = estimate_pages(regels, breedte=BREEDTE, hoogte=HOOGTE)
    page_of = {paragraph._p: page for paragraph, page in zip(paragraphs, pages, strict=True)}
    return [page_of[heading] for heading in headings]


def _measure(paragraph: Any) -> Maat:
    """Its style, with what this paragraph has of its own."""
    maat, eigen = MATEN[paragraph.style.name], paragraph.paragraph_format
    return replace(
        maat,
        voor=maat.voor if eigen.space_before is None else eigen.space_before.pt,
        na=maat.na if eigen.space_after is None else eigen.space_after.pt,
        met_volgende=maat.met_volgende or bool(eigen.keep_with_next),
    )


def _set_properties(document: Any, inhoud: Verslaginhoud) -> None:
    moment = datetime(inhoud.datum.year, inhoud.datum.month, inhoud.datum.day, tzinfo=UTC)
    properties = document.core_properties
    properties.title, properties.author = clean(inhoud.titel), clean(inhoud.organisatie)
    properties.subject, properties.language = clean(inhoud.ondertitel), "nl-NL"
    properties.comments, properties.last_modified_by = "", clean(inhoud.organisatie)
    properties.created = properties.modified = moment
    properties.revision = 1
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    section.different_first_page_header_footer = True


def _set_styles(document: Any) -> None:
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")
    for name, maat in MATEN.items():
        _style(styles, name, maat)
    for name in (
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Kopregel zonder nummer",
        "Tussenkop",
        "Rode draad kop",
    ):
        styles[name].font.color.rgb = KLEUR
    for name in ("Title", "Subtitle"):
        styles[name].font.color.rgb = WIT
        styles[name].font.italic = False
        for border in list(styles[name].element.iter(qn("w:pBdr"), qn("w:spacing"))):
            if border.getparent().tag == qn("w:rPr") or border.tag == qn("w:pBdr"):
                border.getparent().remove(border)
    for gap in list(styles["List Bullet"].element.iter(qn("w:contextualSpacing"))):
        gap.getparent().remove(gap)
    styles["Citaat"].font.italic = True
    _border(styles["Citaat"], None, left="B9CDD2")
    for name in ("Rode draad", "Rode draad kop"):
        _border(styles[name], "EAF2F3", left="1B4B5A")
    _border(styles["Nog te schrijven"], "FFF4D6", left="C77700")
    for level in (1, 2, 3):
        toc = styles[f"toc {level}"].paragraph_format
        toc.first_line_indent = -Pt((0.9, 1.2, 1.5)[level - 1] * CM)
        toc.tab_stops.add_tab_stop(toc.left_indent)
        toc.tab_stops.add_tab_stop(Pt(BREEDTE), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    for name in ("Header", "Footer"):
        _font(styles[name], 8.5, GRIJS)
        tabs = styles[name].paragraph_format.tab_stops
        while len(tabs):
            del tabs[0]
        tabs.add_tab_stop(Pt(BREEDTE), WD_TAB_ALIGNMENT.RIGHT)


def _style(styles: Any, name: str, maat: Maat) -> None:
    if name not in {style.name for style in styles}:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    style = styles[name]
    _font(style, maat.corps, bold=maat.vet)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(maat.voor), Pt(maat.na)
    layout.line_spacing, layout.keep_with_next = maat.regel, maat.met_volgende
    layout.widow_control = True
    if maat.links or maat.rechts:
        layout.left_indent, layout.right_indent = Pt(maat.links), Pt(maat.rechts)


def _font(style: Any, size: float, color: RGBColor | None = None, *, bold: bool | None = None) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    if color is not None:
        style.font.color.rgb = color
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if "heme" in attribute:  # a theme font would win from the named one
            del fonts.attrib[attribute]
    fonts.set(qn("w:cs"), FONT)
    fonts.set(qn("w:eastAsia"), FONT)


def _border(style: Any, fill: str | None, *, left: str) -> None:
    """A bar at the left and, with *fill*, a coloured ground; paragraphs that follow each other become one box."""
    properties = style.element.get_or_add_pPr()
    sides = f'<w:left w:val="single" w:sz="{24 if fill else 12}" w:space="8" w:color="{left}"/>'
    if fill:  # invisible lines at top and bottom keep the ground away from the letters
        rand = f'w:val="single" w:sz="4" w:space="5" w:color="{fill}"'
        sides = f"<w:top {rand}/>{sides}<w:bottom {rand}/>"
    shading = _shading(fill) if fill else None
    spacing = properties.find(qn("w:spacing"))
    spacing.addprevious(parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))
    if shading is not None:
        spacing.addprevious(shading)


def _shading(fill: str) -> Any:
    return parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>')


def _number_headings(document: Any) -> None:
    """One multilevel list tied to the heading styles, so that Word numbers and renumbers by itself."""
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="{document.styles[f"Heading {level + 1}"].style_id}"/><w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{".".join(f"%{n + 1}" for n in range(level + 1))}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{INSPRING}" w:hanging="{INSPRING}"/></w:pPr></w:lvl>'
        for level in range(3)
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{NUMBERING_ID}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first = numbering.find(qn("w:num"))
    if first is not None:
        first.addprevious(abstract)
    else:
        numbering.append(abstract)
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{NUMBERING_ID}"><w:abstractNumId w:val="{NUMBERING_ID}"/></w:num>'
        )
    )
    for level in range(3):
        properties = document.styles[f"Heading {level + 1}"].element.get_or_add_pPr()
        number = properties.get_or_add_numPr()
        number.get_or_add_ilvl().val = level
        number.get_or_add_numId().val = NUMBERING_ID


def _title_page(document: Any, inhoud: Verslaginhoud) -> None:
    """A calm block of colour with the title, and under it what this document is."""
    table = document.add_table(1, 1)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    table.rows[0].height, table.rows[0].height_rule = Cm(11), WD_ROW_HEIGHT_RULE.AT_LEAST
    cell = table.cell(0, 0)
    cell.width, cell.vertical_alignment = Pt(BREEDTE), WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
    properties = cell._tc.get_or_add_tcPr()
    sides = "".join(
        f'<w:{side} w:w="{round(CM * 20)}" w:type="dxa"/>' for side in ("left", "bottom", "right")
    )
    vertical = properties.find(qn("w:vAlign"))
    vertical.addprevious(_shading("1B4B5A"))
    vertical.addprevious(parse_xml(f"<w:tcMar {nsdecls('w')}>{sides}</w:tcMar>"))
    title = cell.paragraphs[0]
    title.style = document.styles["Title"]
    title.add_run(clean(inhoud.titel))
    cell.add_paragraph(clean(inhoud.ondertitel), style="Subtitle")
    colofon = cell.add_paragraph(
        clean(" · ".join(filter(None, [inhoud.organisatie, dutch_date(inhoud.datum)])))
    )
    for run in colofon.runs:
        run.font.color.rgb = WIT
    if inhoud.is_concept:
        mark = document.add_paragraph()
        mark.paragraph_format.space_before = Pt(18)
        run = mark.add_run("\u00a0CONCEPT\u00a0")
        run.font.bold = True
        run._r.get_or_add_rPr().append(_shading("FFD98A"))
    document.add_paragraph("Over dit document", style="Tussenkop").paragraph_format.space_before = Cm(1)
    _write(document, inhoud.over)


def _contents(document: Any, inhoud: Verslaginhoud) -> list[Any]:
    """A TOC field over several paragraphs, already filled: nothing is empty where fields are not updated.

    Returns the elements that want a page number, one a heading.
    """
    heading = document.add_paragraph("Inhoudsopgave", style="Kopregel zonder nummer")
    heading.paragraph_format.page_break_before = True
    entries, page_numbers = list(numbered(inhoud)), []
    for index, (number, level, part) in enumerate(entries, start=1):
        paragraph = document.add_paragraph(style=f"toc {level}")
        if index == 1:
            paragraph._p.extend(_field_start(r' TOC \o "1-3" \h \z \u '))
        link = parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="_Toc{index:05}" w:history="1"/>')
        page = _text("")
        link.extend(
            [
                _run_with(_text(number)),
                _run_with(OxmlElement("w:tab")),
                _run_with(_text(clean(part.titel))),
                _run_with(OxmlElement("w:tab")),
                *_field_start(f" PAGEREF _Toc{index:05} \\h "),
                _run_with(page),
                _run_with(_field_char("end")),
            ]
        )
        page_numbers.append(page)
        paragraph._p.append(link)
        if index == len(entries):
            paragraph._p.append(_run_with(_field_char("end")))
    return page_numbers


def _text(text: str) -> Any:
    element = OxmlElement("w:t")
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element


def _field_start(instruction: str) -> list[Any]:
    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = instruction
    return [_run_with(part) for part in (_field_char("begin"), element, _field_char("separate"))]


def _field_char(kind: str) -> Any:
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _run_with(element: Any) -> Any:
    run = OxmlElement("w:r")
    run.append(element)
    return run


def _bookmark(paragraph: Any, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), f"_Toc{number:05}")
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def _write(document: Any, blokken: Iterable[Blok]) -> None:
    vorige: Blok | None = None
    for blok in blokken:
        match blok:
            case Alinea(tekst):
                document.add_paragraph(clean(tekst))
            case Opsomming(punten):
                for rest, punt in enumerate(punten, start=1 - len(punten)):
                    paragraph = document.add_paragraph(clean(punt), style="List Bullet")
                    if not rest:
                        paragraph.paragraph_format.space_after = Pt(10)
            case NogTeSchrijven(tekst):
                _mark(document, tekst)
            case Kader(titel, inhoud):
                if isinstance(vorige, Kader):  # Word makes one box of two that touch
                    document.add_paragraph(style="Tussenruimte")
                _box(document, titel, inhoud)
            case Citaten(titel, citaten):
                document.add_paragraph(clean(titel), style="Tussenkop")
                for citaat in citaten:
                    paragraph = document.add_paragraph(f"“{clean(citaat.tekst)}”", style="Citaat")
                    if citaat.herkomst:
                        bron = paragraph.add_run(f"  {clean(citaat.herkomst)}")
                        bron.italic, bron.font.size, bron.font.color.rgb = False, Pt(8.5), GRIJS
            case Peilingblok():
                _poll(document, blok)
        vorige = blok


def _poll(document: Any, blok: Peilingblok) -> None:
    """In words, and as a small table: a row for each moment."""
    document.add_paragraph(clean(blok.titel), style="Tussenkop")
    document.add_paragraph(clean(blok.woorden)).paragraph_format.keep_with_next = True
    rijen = [("", "Eens", "Oneens", "Anders")]
    rijen += [(rij.moment, str(rij.eens), str(rij.oneens), str(rij.anders)) for rij in blok.rijen]
    table = document.add_table(len(rijen), len(rijen[0]))
    table.style, table.alignment = document.styles["Table Grid"], WD_TABLE_ALIGNMENT.LEFT
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), clean(blok.titel))
    table._tbl.tblPr.append(caption)
    for row, rij in zip(table.rows, rijen, strict=True):
        for cell, tekst in zip(row.cells, rij, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = document.styles["Tabelcel"]
            paragraph.paragraph_format.keep_with_next = True
            paragraph.add_run(tekst).bold = rij is rijen[0] or tekst == rij[0]
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    herkomst = document.add_paragraph(style="Normal")
    herkomst.paragraph_format.space_before = Pt(4)
    run = herkomst.add_run(clean(blok.herkomst))
    run.font.size, run.font.color.rgb = Pt(8.5), GRIJS


def _box(document: Any, titel: str, inhoud: Iterable[Alinea | NogTeSchrijven]) -> None:
    last = document.add_paragraph(clean(titel), style="Rode draad kop")
    last.paragraph_format.space_before = Pt(10)
    for blok in inhoud:
        last = document.add_paragraph(style="Rode draad")
        if isinstance(blok, Alinea):
            last.add_run(clean(blok.tekst))
        else:  # the box stays one box: only the letters get the colour of unwritten text
            for run in (last.add_run("Nog te schrijven: "), last.add_run(clean(blok.tekst))):
                run._r.get_or_add_rPr().append(_shading("FFE3A0"))
            last.runs[0].bold = True
    last.paragraph_format.space_after = Pt(14)


def _mark(document: Any, tekst: str) -> None:
    paragraph = document.add_paragraph(style="Nog te schrijven")
    paragraph.add_run("Nog te schrijven: ").bold = True
    paragraph.add_run(clean(tekst))


def _header_and_footer(document: Any, inhoud: Verslaginhoud) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = clean(inhoud.titel) + ("\tCONCEPT" if inhoud.is_concept else "")
    footer = section.footer.paragraphs[0]
    footer.add_run(f"{clean(inhoud.organisatie)}\tPagina ")
    footer._p.extend(_field_start(" PAGE "))
    footer.add_run("1")
    footer._p.append(_run_with(_field_char("end")))


def _saved(document: Any) -> bytes:
    """The file with a fixed time on every part, so that the same report is the same bytes."""
    raw, fixed = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            target.writestr(
                zipfile.ZipInfo(item.filename, _ZIP_TIME), source.read(item.filename), zipfile.ZIP_DEFLATED
            )
    return fixed.getvalue()
