"""A Word template of the organisation: used as it is, made harmless, or refused with a sentence that helps."""

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from synthesis.exports import sjabloon, write
from synthesis.exports.sjabloon import SjabloonFout, check_sjabloon
from synthesis.exports.sjabloon_velden import MAX_INSTRUCTIES, MAX_STUKKEN
from tests.synthesis.exports.lezers import everything_in, inhoud, word_paragraphs

SOBER = ["Wie leert, verdient.", "Het dorp is de beste werkgever.", "Ruimte voor wie iets begint."]
RELS = "word/_rels/document.xml.rels"
SOORTEN = "[Content_Types].xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def own(change=lambda document: None):
    """A template with a header, a footer and one style of its own."""
    document = Document()
    document.styles["Heading 1"].font.name = "Georgia"
    document.styles["Heading 1"].font.size = Pt(26)
    document.styles.add_style("Quote van ons", WD_STYLE_TYPE.PARAGRAPH)
    document.sections[0].header.paragraphs[0].text = "Gemeente Vennemark"
    document.sections[0].footer.paragraphs[0].text = "Postbus 1"
    document.sections[0].left_margin = Cm(4)
    document.core_properties.author = "Piet de Maker"
    change(document)
    uit = io.BytesIO()
    document.save(uit)
    return uit.getvalue()


def repacked(data, delen):
    uit = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as oud, zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as nieuw:
        for naam in oud.namelist():
            if naam not in delen:
                nieuw.writestr(naam, oud.read(naam))
        for naam, deel in delen.items():
            if deel is not None:
                nieuw.writestr(naam, deel)
    return uit.getvalue()


def part(data, naam):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(naam).decode()


def with_relation(soort, doel, buiten="External", waar=RELS):
    data = own()
    soort = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{soort}"
    extra = f'<Relationship Id="rIdX" Type="{soort}" Target="{doel}" TargetMode="{buiten}"/></Relationships>'
    return repacked(data, {waar: part(data, waar).replace("</Relationships>", extra)})


def with_body(xml):
    data = own()
    return repacked(
        data,
        {"word/document.xml": part(data, "word/document.xml").replace("<w:sectPr", f"{xml}<w:sectPr", 1)},
    )


def with_part(naam, xml, type_, relatie, *, rels=RELS, data=None):
    """*xml* as *naam*, of content type *type_*, pointed to from the document by a relation of type *relatie*."""
    data = data or own()
    over = f'<Override PartName="/{naam}" ContentType="{type_}"/></Types>'
    doel = f'<Relationship Id="rIdY" Type="{relatie}" Target="/{naam}"/></Relationships>'
    delen = {
        SOORTEN: part(data, SOORTEN).replace("</Types>", over),
        rels: part(data, rels).replace("</Relationships>", doel),
        naam: xml,
    }
    return repacked(data, delen)


def header(inhoud_, naam="word/header9.xml"):
    """A header with *inhoud_*, under any name."""
    return with_part(naam, f"<w:hdr {NS}>{inhoud_}</w:hdr>", f"{WORD}.header+xml", f"{RELATIE}/header")


def field(*stukken):
    """A field in runs: text is instruction, a tuple is a field within it."""
    return f"{char('begin')}{''.join(field(*een) if isinstance(een, tuple) else run(een) for een in stukken)}{char('end')}"


def char(soort):
    return f'<w:r><w:fldChar w:fldCharType="{soort}"/></w:r>'


def run(instructie):
    return f"<w:r><w:instrText>{escape(instructie)}</w:instrText></w:r>"


def test_styles_header_and_footer_of_the_organisation_stay():
    gemaakt = Document(io.BytesIO(write(inhoud(SOBER), "docx", sjabloon=check_sjabloon(own()))))
    assert gemaakt.styles["Heading 1"].font.name == "Georgia"
    assert gemaakt.styles["Heading 1"].font.size == Pt(26)
    section = gemaakt.sections[-1]
    assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == (
        "Gemeente Vennemark",
        "Postbus 1",
    )
    assert round(section.left_margin.cm, 2) == 4
    koppen = [p.text for p in gemaakt.paragraphs if p.style.name == "Heading 1"]
    assert koppen == ["Introductie", "Analyse", "Rode draden", "Samenvatting van de opbrengst"]
    assert gemaakt.core_properties.author == "Netwerk Voorbeeld"  # not who made the template


def test_watermark_comes_over_the_header_of_the_organisation():
    for stand, keer in (("concept", 1), ("vastgesteld", 0)):
        data = write(inhoud(SOBER, status=stand), "docx", sjabloon=check_sjabloon(own()))
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            koppen = [file.read(naam).decode() for naam in file.namelist() if naam.startswith("word/header")]
        assert sum(kop.count('string="CONCEPT"') for kop in koppen) == keer


def test_styles_that_a_template_lacks_are_mapped_or_made():
    def strip(document):
        for style in list(document.styles):
            if style.name not in {"Normal", "Heading 1", "Caption"} and style.type == WD_STYLE_TYPE.PARAGRAPH:
                style.element.getparent().remove(style.element)
        citaat = document.styles.add_style("Quote", WD_STYLE_TYPE.PARAGRAPH)
        citaat.font.color.rgb = None

    gemaakt = Document(io.BytesIO(write(inhoud(SOBER), "docx", sjabloon=check_sjabloon(own(strip)))))
    stijlen = {p.style.name for p in gemaakt.paragraphs}
    assert {"Heading 1", "Heading 2", "Heading 3", "Quote", "Rode draad", "Notitie", "toc 1"} <= stijlen
    assert "Citaat" not in stijlen
    assert gemaakt.styles["Heading 2"].element.pPr.numPr is not None


def test_template_without_lists_gets_them():
    def strip(document):
        deel = next(rel for rel in document.part.rels.values() if rel.reltype.endswith("/numbering"))
        document.part.drop_rel(deel.rId)
        for numbered in list(document.styles.element.iter(qn("w:numPr"))):
            numbered.getparent().remove(numbered)

    data = write(inhoud(SOBER), "docx", sjabloon=check_sjabloon(own(strip)))
    assert "Bijlage %1:" in part(data, "word/numbering.xml")


def test_what_a_template_says_itself_stays_before_the_report_and_empty_lines_go():
    with_cover = check_sjabloon(own(lambda document: document.add_paragraph("Ons voorblad")))
    regels = list(word_paragraphs(write(inhoud(SOBER), "docx", sjabloon=with_cover)))
    assert regels[:2] == ["Ons voorblad", "Verkenning 2050"]
    leeg = check_sjabloon(own(lambda document: [document.add_paragraph() for _ in range(5)]))
    assert next(iter(word_paragraphs(write(inhoud(SOBER), "docx", sjabloon=leeg)))) == "Verkenning 2050"


def test_every_section_of_a_template_gets_the_mark():
    def sections(document):
        document.add_paragraph("Voorblad")
        tweede = document.add_section(WD_SECTION.NEW_PAGE)
        tweede.header.is_linked_to_previous = False
        tweede.header.paragraphs[0].text = "Tweede"
        tweede.different_first_page_header_footer = True

    data = write(inhoud(SOBER), "docx", sjabloon=check_sjabloon(own(sections)))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        koppen = [file.read(naam).decode() for naam in file.namelist() if naam.startswith("word/header")]
    assert [kop.count('string="CONCEPT"') for kop in koppen] == [1] * len(koppen)
    assert len(koppen) >= 2


def test_same_template_gives_the_same_bytes():
    schoon = check_sjabloon(own())
    assert schoon == check_sjabloon(own())
    assert write(inhoud(SOBER), "docx", sjabloon=schoon) == write(inhoud(SOBER), "docx", sjabloon=schoon)


# --- refused --------------------------------------------------------------------------------------------------------------


def bomb():
    return repacked(own(), {"word/media/image1.png": b"\0" * (45 * 1024 * 1024)})


def xml_bomb():
    doc = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><w:x>&b;</w:x>'
    return repacked(own(), {"word/settings.xml": doc})


def deep():
    return with_body("<w:x>" * 400 + "</w:x>" * 400)


def wide():
    return with_body("<w:p/>" * 60_000)


def damaged_lzma():
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_LZMA) as file:
        file.writestr(SOORTEN, bytes(range(256)) * 3)
    data = bytearray(uit.getvalue())
    begin = data.find(SOORTEN.encode()) + len(SOORTEN) + 9
    data[begin : begin + 50] = bytes(255 - byte for byte in data[begin : begin + 50])
    return bytes(data)


def with_type(oud, nieuw):
    data = own()
    return repacked(data, {SOORTEN: part(data, SOORTEN).replace(oud, nieuw)})


GEVALLEN = {
    "not a zip": (b"%PDF-1.7 iets anders", sjabloon.GEEN_DOCX),
    "empty": (b"", sjabloon.GEEN_DOCX),
    "old word": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, sjabloon.OUD),
    "too large": (b"PK" + b"\0" * (50 * 1024 * 1024), sjabloon.TE_GROOT),
    "cut off": (lambda: own()[:3000], sjabloon.GEEN_DOCX),
    "a workbook": (
        lambda: with_type(
            sjabloon.HOOFD, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        ),
        sjabloon.GEEN_DOCX,
    ),
    "dotx": (lambda: with_type("document.main+xml", "template.main+xml"), sjabloon.DOTX),
    "docm": (
        lambda: with_type(sjabloon.HOOFD, "application/vnd.ms-word.document.macroEnabled.main+xml"),
        sjabloon.MACROS,
    ),
    "vba": (lambda: repacked(own(), {"word/vbaProject.bin": b"macro"}), sjabloon.MACROS),
    "vba by another case": (lambda: repacked(own(), {"word/VBAProject.BIN": b"macro"}), sjabloon.MACROS),
    "zip bomb": (bomb, sjabloon.BOM),
    "many parts": (lambda: repacked(own(), {f"word/media/{n}.png": b"" for n in range(500)}), sjabloon.BOM),
    "xml bomb": (xml_bomb, sjabloon.KAPOT),
    "deep xml": (deep, sjabloon.BOM),
    "wide xml": (wide, sjabloon.BOM),
    "broken xml": (lambda: repacked(own(), {"word/styles.xml": "<w:styles"}), sjabloon.KAPOT),
    "no body": (lambda: repacked(own(), {"word/document.xml": None}), sjabloon.GEEN_DOCX),
    "another body": (lambda: repacked(own(), {"word/document.xml": "<html/>"}), sjabloon.KAPOT),
    "remote picture": (lambda: with_relation("image", "https://elders.test/volg.png"), sjabloon.VAN_BUITEN),
    "remote picture that says it is inside": (
        lambda: with_relation("image", "https://elders.test/volg.png", "Internal"),
        sjabloon.VAN_BUITEN,
    ),
    "a file on a server": (lambda: with_relation("frame", "file:///etc/passwd"), sjabloon.VAN_BUITEN),
    "script in a link": (lambda: with_relation("hyperlink", "javascript:alert(1)"), sjabloon.VAN_BUITEN),
    "remote object": (lambda: with_relation("oleObject", "https://elders.test/x"), sjabloon.OBJECT),
    "sheet inside": (lambda: repacked(own(), {"word/embeddings/blad.xlsx": b"PK"}), sjabloon.OBJECT),
    "field that fetches": (
        lambda: with_body(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDEPIC</w:instrText></w:r>'
            '<w:r><w:instrText>TURE "https://elders.test/x.png"</w:instrText></w:r></w:p>'
        ),
        sjabloon.VAN_BUITEN,
    ),
    "field in a header of another name": (
        lambda: header(f"<w:p>{field('INCLUDEPICTURE x')}</w:p>", "word/header9.bin"),
        sjabloon.KAPOT,
    ),
    "many elements under another name": (
        lambda: header("<w:p/>" * 60_000, "word/header9.bin"),
        sjabloon.BOM,
    ),
    "header that says it is a picture": (
        lambda: with_part("word/media/a.png", f"<w:hdr {NS}/>", "image/png", f"{RELATIE}/image"),
        sjabloon.KAPOT,
    ),
    "header by the relation of a picture": (
        lambda: with_part("word/a.xml", f"<w:hdr {NS}/>", f"{WORD}.header+xml", f"{RELATIE}/image"),
        sjabloon.KAPOT,
    ),
    "vba under another name": (
        lambda: with_part(
            "word/m.bin",
            "macro",
            "application/vnd.ms-office.vbaProject",
            "http://schemas.microsoft.com/office/2006/relationships/vbaProject",
        ),
        sjabloon.MACROS,
    ),
    "vba by its relation": (lambda: with_relation("vbaProject", "m.bin", "Internal"), sjabloon.MACROS),
    "another document inside": (lambda: with_relation("aFChunk", "a.html", "Internal"), sjabloon.OBJECT),
    "a part of another document": (lambda: with_relation("subDocument", "file:///a.docx"), sjabloon.OBJECT),
    "letters from a list": (
        lambda: with_relation("mailMergeSource", "file:///lijst.csv"),
        sjabloon.VAN_BUITEN,
    ),
    "much xml": (
        lambda: with_body(f"<w:p><w:r><w:t>{'a ' * (sjabloon.MAX_XML // 2)}</w:t></w:r></w:p>"),
        sjabloon.BOM,
    ),
    "many attributes": (
        lambda: with_body(f"<w:p {' '.join(f'a{n}=%s1%s' % (chr(34), chr(34)) for n in range(300))}/>"),
        sjabloon.BOM,
    ),
    "many styles": (
        lambda: repacked(
            own(),
            {"word/styles.xml": f"<w:styles {NS}>{'<w:style/>' * (sjabloon.MAX_STIJLEN + 1)}</w:styles>"},
        ),
        sjabloon.BOM,
    ),
    "many relations": (
        lambda: with_relation(
            "styles", 'styles.xml"/><Relationship Id="a" Type="x" Target="y' * 2_000, "Internal"
        ),
        sjabloon.BOM,
    ),
    "changes within changes": (lambda: with_body("<w:ins>" * 100 + "</w:ins>" * 100), sjabloon.BOM),
    "long instruction": (
        lambda: with_body(f"<w:p>{field('PAGE' + ' ' * MAX_INSTRUCTIES)}</w:p>"),
        sjabloon.BOM,
    ),
    "many fields": (lambda: with_body(f"<w:p>{field('PAGE') * (MAX_STUKKEN // 3 + 1)}</w:p>"), sjabloon.BOM),
    "damaged lzma": (damaged_lzma, sjabloon.GEEN_DOCX),
    "simple field that fetches": (
        lambda: with_body('<w:p><w:fldSimple w:instr=" DDEAUTO c:\\\\cmd "/></w:p>'),
        sjabloon.VAN_BUITEN,
    ),
}


@pytest.mark.parametrize("geval", GEVALLEN)
def test_a_file_that_cannot_be_a_template_is_refused_with_a_reason(geval):
    data, reden = GEVALLEN[geval]
    with pytest.raises(SjabloonFout) as fout:
        check_sjabloon(data() if callable(data) else data)
    assert str(fout.value) == reden


PERSOON = "Piet de Maker"


def personal():
    """A template with its maker in every place that Word has for that."""
    data = own(lambda document: setattr(document.core_properties, "last_modified_by", PERSOON))
    door = f'w:id="1" w:author="{PERSOON}" w:initials="{PERSOON}" w:date="2026-01-01T00:00:00Z"'
    tekst = (
        f"<w:p><w:pPr><w:rPr><w:ins {door}/></w:rPr><w:pPrChange {door}><w:pPr/></w:pPrChange></w:pPr>"
        f'<w:commentRangeStart w:id="0"/>'
        f"<w:ins {door}><w:r><w:t>Erbij</w:t></w:r></w:ins><w:del {door}><w:r><w:delText>Eraf</w:delText></w:r></w:del>"
        f'<w:permStart w:id="4" w:ed="{PERSOON}"/><w:permEnd w:id="4"/><!-- {PERSOON} -->'
        f'<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r><w:r><w:t>Blijft</w:t></w:r></w:p>'
    )
    pagina = part(data, "word/document.xml").replace("<w:sectPr", f"{tekst}<w:sectPr", 1)
    instelling = part(data, "word/settings.xml").replace(
        "<w:zoom", f'<w:docVars><w:docVar w:name="a" w:val="{PERSOON}"/></w:docVars><w:zoom', 1
    )
    data = repacked(data, {"word/document.xml": pagina, "word/settings.xml": instelling})
    werk = f"<w:hdr {NS}>{tekst}</w:hdr>"
    data = with_part("word/header9.xml", werk, f"{WORD}.header+xml", f"{RELATIE}/header", data=data)
    for naam, soort in (
        ("word/comments.xml", "comments"),
        ("word/commentsExtended.xml", "commentsExtended"),
        ("word/people.xml", "people"),
        ("word/glossary/document.xml", "glossaryDocument"),
        ("customXml/item9.xml", "customXml"),
        ("word/nieuw.xml", "ietsVanVolgendJaar"),
    ):
        xml = f"<w:x {NS}>{PERSOON}</w:x>"
        data = with_part(naam, xml, f"{WORD}.{soort}+xml", f"{RELATIE}/{soort}", data=data)
    for naam, soort in (
        ("docProps/custom.xml", "custom-properties"),
        ("docProps/app.xml", "extended-properties"),
    ):
        data = with_part(
            naam,
            f"<x>{PERSOON}</x>",
            f"application/{soort}+xml",
            f"{RELATIE}/{soort}",
            rels="_rels/.rels",
            data=data,
        )
    return data


def test_nobody_who_made_or_read_a_template_is_named_in_a_report():
    data = personal()
    assert everything_in(data).count(PERSOON) > 15
    verslag = write(inhoud(SOBER), "docx", sjabloon=check_sjabloon(data))
    alles = everything_in(verslag)
    for weg in (
        PERSOON,
        "people",
        "comment",
        "w:author",
        "docProps/custom.xml",
        "ietsVanVolgendJaar",
        "Eraf",
    ):
        assert weg not in alles
    assert next(iter(word_paragraphs(verslag))) == "ErbijBlijft"


def test_a_drawing_that_may_hold_a_page_of_the_web_goes_and_its_picture_stays():
    svg = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
    blip = f'<a:blip xmlns:a="a"><a:extLst><a:ext uri="u"><s:svgBlip xmlns:s="{svg}"/></a:ext></a:extLst></a:blip>'
    data = with_part("word/media/a.svg", "<svg/>", "image/svg+xml", f"{RELATIE}/image", data=with_body(blip))
    schoon = check_sjabloon(data)
    assert "svg" not in everything_in(schoon)
    assert "<a:blip" in part(schoon, "word/document.xml")


def test_the_body_of_a_document_may_have_another_name():
    data = own()
    delen = {
        "word/document.xml": None,
        "word/document2.xml": part(data, "word/document.xml"),
        "word/_rels/document2.xml.rels": part(data, RELS),
        RELS: None,
        "_rels/.rels": part(data, "_rels/.rels").replace("word/document.xml", "word/document2.xml"),
        SOORTEN: part(data, SOORTEN).replace("word/document.xml", "word/document2.xml"),
    }
    verslag = write(inhoud(SOBER), "docx", sjabloon=check_sjabloon(repacked(data, delen)))
    assert Document(io.BytesIO(verslag)).paragraphs[0].text == "Verkenning 2050"


@pytest.mark.parametrize("prefix", ["w", "q"])
def test_the_template_that_a_document_hangs_on_is_cut_loose(prefix):
    settings = "word/_rels/settings.xml.rels"
    leeg = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    data = repacked(own(), {settings: leeg})
    soort = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    rel = f'<Relationship Id="rId1" Type="{soort}" Target="https://elders.test/volg.dotm" TargetMode="External"/>'
    instelling = part(data, "word/settings.xml").replace(
        "<w:zoom",
        f'<{prefix}:attachedTemplate xmlns:{prefix}="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:r="{soort.rpartition("/")[0]}" r:id="rId1"/><w:zoom',
        1,
    )
    data = repacked(data, {settings: leeg.replace("></R", f">{rel}</R"), "word/settings.xml": instelling})
    schoon = check_sjabloon(data)
    with zipfile.ZipFile(io.BytesIO(schoon)) as file:
        alles = b"".join(file.read(naam) for naam in file.namelist())
    assert b"elders.test" not in alles
    assert b"attachedTemplate" not in alles


def test_a_link_of_the_organisation_may_stay():
    assert check_sjabloon(with_relation("hyperlink", "https://vennemark.test/"))


def test_report_on_a_template_is_dated_by_the_report():
    gemaakt = Document(io.BytesIO(write(inhoud(SOBER), "docx", sjabloon=check_sjabloon(own()))))
    assert gemaakt.core_properties.created.date() == date(2026, 11, 24)
