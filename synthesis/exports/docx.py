"""The report in Word: headings numbered by their styles, a filled table of contents, quotes word for word."""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from synthesis.exports.inhoud import (
    Alinea,
    Blok,
    Citaten,
    Kader,
    NogTeSchrijven,
    Opsomming,
    Verslaginhoud,
    numbered,
)
from synthesis.exports.opbouw import dutch_date

FONT = "Calibri"
KLEUR = RGBColor(0x1B, 0x4B, 0x5A)
NUMBERING_ID = 77
_HOSTILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)


def clean(tekst: str) -> str:
    """*tekst* without the characters that XML 1.0 cannot hold; everything else stays as it is."""
    return _HOSTILE.sub("", tekst)


def write_docx(inhoud: Verslaginhoud) -> bytes:
    """*inhoud* as a .docx file. The same content gives the same bytes."""
    document = Document()
    _set_properties(document, inhoud)
    _set_styles(document)
    _number_headings(document)
    _title_page(document, inhoud)
    _contents(document, inhoud)
    for bookmark, (_, level, part) in enumerate(numbered(inhoud), start=1):
        heading = document.add_heading(clean(part.titel), level)
        heading.paragraph_format.page_break_before = level == 1
        _bookmark(heading, bookmark)
        _write(document, part.blokken)
    _header_and_footer(document, inhoud)
    return _saved(document)


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
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)
    section.different_first_page_header_footer = True


def _set_styles(document: Any) -> None:
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "nl-NL")
    normal = styles["Normal"]
    _font(normal, 11)
    normal.paragraph_format.space_after = Pt(8)
    normal.paragraph_format.line_spacing = 1.15
    for level, size in ((1, 20), (2, 15), (3, 12.5)):
        heading = styles[f"Heading {level}"]
        _font(heading, size, KLEUR, bold=True)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = (
            Pt(18 - 2 * level),
            Pt(6),
        )
        heading.paragraph_format.keep_with_next = True
    _font(styles["Title"], 30, KLEUR, bold=True)
    _font(styles["Subtitle"], 16, RGBColor(0x44, 0x52, 0x5B))
    for name in ("Title", "Subtitle"):
        for border in styles[name].element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
    citaat = styles.add_style("Citaat", WD_STYLE_TYPE.PARAGRAPH)
    citaat.base_style = normal
    citaat.font.italic = True
    citaat.paragraph_format.left_indent = Cm(0.8)
    citaat.paragraph_format.space_after = Pt(4)
    for name, size in (("Tussenkop", 12), ("Kopregel zonder nummer", 16)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, size, KLEUR, bold=True)
        style.paragraph_format.space_before = Pt(10)
        style.paragraph_format.keep_with_next = True
    _boxed(styles, "Rode draad", "E8F1F2", "1B4B5A")
    _boxed(styles, "Nog te schrijven", "FFF2CC", "B45F06")
    for level in (1, 2, 3):
        toc = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        toc.base_style = normal
        toc.paragraph_format.left_indent = Cm(0.7 * (level - 1))
        toc.paragraph_format.space_after = Pt(2)
        toc.paragraph_format.space_before = Pt(6 if level == 1 else 0)
        toc.font.bold = level == 1


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


def _boxed(styles: Any, name: str, fill: str, line: str) -> None:
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    properties = style.element.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="8" w:color="{line}"/></w:pBdr>'
        )
    )
    properties.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))
    style.paragraph_format.left_indent = Cm(0.4)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.space_before = Pt(0)


def _number_headings(document: Any) -> None:
    """One multilevel list tied to the heading styles, so that Word numbers and renumbers by itself."""
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="{document.styles[f"Heading {level + 1}"].style_id}"/><w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{".".join(f"%{n + 1}" for n in range(level + 1))}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{700 + level * 120}" w:hanging="{700 + level * 120}"/></w:pPr></w:lvl>'
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
    title = document.add_paragraph(clean(inhoud.titel), style="Title")
    title.paragraph_format.space_before = Cm(5)
    document.add_paragraph(clean(inhoud.ondertitel), style="Subtitle")
    document.add_paragraph(clean(" · ".join(filter(None, [inhoud.organisatie, dutch_date(inhoud.datum)]))))
    if inhoud.is_concept:
        mark = document.add_paragraph().add_run("CONCEPT")
        mark.font.size, mark.font.bold, mark.font.color.rgb = Pt(22), True, RGBColor(0xB4, 0x3A, 0x06)
    document.add_paragraph("Over dit document", style="Tussenkop").paragraph_format.space_before = Cm(2)
    _write(document, inhoud.over)


def _contents(document: Any, inhoud: Verslaginhoud) -> None:
    """A TOC field over several paragraphs, already filled: nothing is empty where fields are not updated."""
    heading = document.add_paragraph("Inhoudsopgave", style="Kopregel zonder nummer")
    heading.paragraph_format.page_break_before = True
    entries = list(numbered(inhoud))
    for index, (number, level, part) in enumerate(entries, start=1):
        paragraph = document.add_paragraph(style=f"toc {level}")
        if index == 1:
            paragraph._p.append(_run_with(_field_char("begin")))
            paragraph._p.append(_run_with(_instruction(r' TOC \o "1-3" \h \z \u ')))
            paragraph._p.append(_run_with(_field_char("separate")))
        link = parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="_Toc{index:05}" w:history="1"/>')
        run = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = f"{number}  {clean(part.titel)}"
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        link.append(run)
        paragraph._p.append(link)
        if index == len(entries):
            paragraph._p.append(_run_with(_field_char("end")))


def _field_char(kind: str) -> Any:
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _instruction(text: str) -> Any:
    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = text
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
    for blok in blokken:
        match blok:
            case Alinea(tekst):
                document.add_paragraph(clean(tekst))
            case Opsomming(punten):
                for punt in punten:
                    document.add_paragraph(clean(punt), style="List Bullet")
            case NogTeSchrijven(tekst):
                _mark(document, tekst)
            case Kader(titel, inhoud):
                _box(document, titel, inhoud)
            case Citaten(titel, citaten):
                document.add_paragraph(clean(titel), style="Tussenkop")
                for citaat in citaten:
                    paragraph = document.add_paragraph(f"“{clean(citaat.tekst)}”", style="Citaat")
                    if citaat.herkomst:
                        bron = paragraph.add_run(f"  {citaat.herkomst}")
                        bron.italic, bron.font.size = False, Pt(9)


def _box(document: Any, titel: str, inhoud: Iterable[Alinea | NogTeSchrijven]) -> None:
    document.add_paragraph(style="Rode draad").add_run(clean(titel)).bold = True
    last = None
    for blok in inhoud:
        if isinstance(blok, Alinea):
            last = document.add_paragraph(clean(blok.tekst), style="Rode draad")
        else:
            last = _mark(document, blok.tekst)
    if last is not None:
        last.paragraph_format.space_after = Pt(10)


def _mark(document: Any, tekst: str) -> Any:
    paragraph = document.add_paragraph(style="Nog te schrijven")
    paragraph.add_run("Nog te schrijven: ").bold = True
    paragraph.add_run(clean(tekst))
    return paragraph


def _header_and_footer(document: Any, inhoud: Verslaginhoud) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = clean(inhoud.titel) + ("  ·  CONCEPT" if inhoud.is_concept else "")
    header.style.font.size = Pt(9)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run("Pagina ")
    for element in (_field_char("begin"), _instruction(" PAGE "), _field_char("separate")):
        footer._p.append(_run_with(element))
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
