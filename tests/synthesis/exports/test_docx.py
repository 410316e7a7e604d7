"""The report as a Word file: what python-docx reads back, and what LibreOffice makes of it."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn

from capture.models import Bron, Soort
from synthesis.exports import write
from synthesis.exports.bron import Dinerbron, Draadbron, Peilingbron, Quotebron, Stellingbron, Verslagbron
from synthesis.exports.inhoud import numbered
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.paginas import Maat, Regels, count_lines, estimate_pages
from synthesis.exports.tekens import clean
from synthesis.models import Onderbouwingsrol
from synthesis.queries import verslagbron
from tests.factories import BijdrageFactory, OnderbouwingFactory, RodeDraadFactory

QUOTES = [
    "Goedkoop is duurkoop.",
    "1 < 2 & 3 > 2, <b>toch?</b> &amp; ]]>",
    'Hij zei: "nee", zij zei: “ja” – en ’t bleef stil',
    "😀👩‍👩‍👧 mag ook",
    "\u202eachterstevoren\u202c en \u05e9\u05dc\u05d5\u05dd",
    "  spaties   blijven  staan  ",
    "Hottentottententententoonstelling" * 40,
    "regel een\nregel twee\tmet tab",
    "=HYPERLINK(1)",
]
DRAAD = Draadbron(
    "Regels", tafels=(1, 2), besproken=2, breedte="enkele tafels", voorbeelden=("te veel regels",)
)


def build(quotes=QUOTES, titel="Verkenning 2050", **kwargs):
    stellingen = (Stellingbron(1, "Het kan anders.", 4, draden=(DRAAD,)), Stellingbron(2, "En nu?", 2))
    quoted = tuple(Quotebron(tekst, nummer) for nummer, tekst in enumerate(quotes, start=1))
    diners = (
        Dinerbron(
            1, "De werkplaats", aantal_tafels=8, aantal_bijdragen=6, stellingen=stellingen, quotes=quoted
        ),
        Dinerbron(2, "Wie doet het?", aantal_tafels=8, stellingen=stellingen[1:]),
    )
    bron = Verslagbron(titel, "Netwerk Voorbeeld", diners=diners, horizon={"": 6}, **kwargs)
    return build_inhoud(bron, vandaag=date(2026, 11, 24))


def read(inhoud):
    return Document(io.BytesIO(write(inhoud, "docx")))


def lines(document):
    return [paragraph.text for paragraph in document.paragraphs]


def entries(document):
    """(number, title, page) of each line of the table of contents."""
    return [tuple(p.text.split("\t")) for p in document.paragraphs if p.style.name.startswith("toc ")]


def test_what_is_no_format_is_refused():
    with pytest.raises(ValueError, match="unknown format"):
        write(build(), "exe")


def test_headings_are_exactly_the_chapters_and_parts():
    inhoud = build()
    found = [
        (int(paragraph.style.name.removeprefix("Heading ")), paragraph.text)
        for paragraph in read(inhoud).paragraphs
        if paragraph.style.name.startswith("Heading")
    ]
    assert found == [(level, part.titel) for _, level, part in numbered(inhoud)]


def test_numbers_of_headings_come_from_one_list_tied_to_the_styles():
    document = read(build())
    ids = set()
    for level in (1, 2, 3):
        number = document.styles[f"Heading {level}"].element.pPr.numPr
        assert number.ilvl.val == level - 1
        ids.add(number.numId.val)
    assert len(ids) == 1
    (numbering,) = [
        num
        for num in document.part.numbering_part.element.findall(qn("w:num"))
        if num.numId == next(iter(ids))
    ]
    (abstract,) = [
        item
        for item in document.part.numbering_part.element.findall(qn("w:abstractNum"))
        if item.get(qn("w:abstractNumId")) == str(numbering.abstractNumId.val)
    ]
    levels = abstract.findall(qn("w:lvl"))
    assert [level.find(qn("w:lvlText")).get(qn("w:val")) for level in levels] == ["%1", "%1.%2", "%1.%2.%3"]
    styles = [level.find(qn("w:pStyle")).get(qn("w:val")) for level in levels]
    assert styles == [document.styles[f"Heading {level}"].style_id for level in (1, 2, 3)]


def test_table_of_contents_is_filled_and_leads_to_the_headings():
    inhoud = build()
    document = read(inhoud)
    assert [entry[:2] for entry in entries(document)] == [
        (number, part.titel) for number, _, part in numbered(inhoud)
    ]
    pages = [int(page) for _, _, page in entries(document)]
    assert pages == sorted(pages)
    assert pages[0] >= 3
    body = document.element.body
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert anchors == [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    kinds = [char.get(qn("w:fldCharType")) for char in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(anchors) + 1


def test_quotes_stand_in_it_word_for_word():
    quotes = [p.text for p in read(build()).paragraphs if p.style.name == "Citaat"]
    assert quotes == [f"“{text}”  tafel {number}" for number, text in enumerate(QUOTES, start=1)]


def test_characters_that_xml_refuses_never_break_a_report():
    hostile = "".join(map(chr, [*range(32), *range(127, 160), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF]))
    text = f"voor{hostile}na"
    draad = Draadbron(
        text, text, spanning=(text, text), kernvraag=text, tafels=(1,), besproken=1, breedte="één tafel"
    )
    keys = ("over", "1.1", "2.1.1", "4")
    document = read(
        build([text], titel=text, inleiding=text, draden=(draad,), teksten=dict.fromkeys(keys, text))
    )
    quote = next(p.text for p in document.paragraphs if p.style.name == "Citaat")
    assert quote.startswith("“voor\t\n")
    assert quote.endswith("na”  tafel 1")


def test_clean_takes_only_what_cannot_be_kept():
    assert clean("a\x00\x0b\ud800b") == "ab"
    assert clean("".join(QUOTES) + "\t\n\x85é") == "".join(QUOTES) + "\t\n\x85é"


def test_unwritten_parts_are_visibly_marked():
    document = read(build())
    marked = [p for p in document.paragraphs if p.text.startswith("Nog te schrijven: ")]
    assert len(marked) >= 5
    for paragraph in marked:
        coloured = paragraph.style.element.find(f".//{qn('w:shd')}") is not None
        assert coloured
        assert paragraph.runs[0].bold
    boxes = [p.text for p in document.paragraphs if p.style.name == "Rode draad kop"]
    assert boxes == ["Rode draad"] * 3


def test_two_boxes_never_run_into_one():
    draden = tuple(Draadbron(titel, "Dat speelt overal.") for titel in ("Eén", "Twee", "Drie"))
    styles = [p.style.name for p in read(build(draden=draden)).paragraphs]
    start = styles.index("Tussenruimte") - 2
    assert styles[start : start + 8] == [
        *["Rode draad kop", "Rode draad", "Tussenruimte"] * 2,
        "Rode draad kop",
        "Rode draad",
    ]


def test_concept_is_said_until_the_report_is_settled():
    assert "CONCEPT" in read(build()).sections[0].header.paragraphs[0].text
    settled = read(build(status="vastgesteld"))
    assert "CONCEPT" not in settled.sections[0].header.paragraphs[0].text + "".join(lines(settled))


def test_cover_and_properties_name_the_report():
    document = read(build())
    cover = [paragraph.text for paragraph in document.tables[0].cell(0, 0).paragraphs]
    assert cover == ["Verkenning 2050", "Opbrengst van de denkdiners", "Netwerk Voorbeeld · 24 november 2026"]
    assert (document.core_properties.title, document.core_properties.language) == ("Verkenning 2050", "nl-NL")


def test_same_content_gives_the_same_bytes():
    assert write(build(), "docx") == write(build(), "docx")


def test_every_part_of_the_file_is_well_formed_xml():
    with zipfile.ZipFile(io.BytesIO(write(build(), "docx"))) as file:
        assert file.testzip() is None
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(file.read(name))


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 1), ("kort", 1), ("a\nb", 2), ("woord " * 40, 4), ("w" * 200, 5), ("i" * 200, 2)],
)
def test_lines_are_counted_by_the_width_of_letters(text, number):
    assert count_lines(text, Maat(10), breedte=320) == number


def test_pages_break_where_word_breaks_them():
    text, kop = Maat(10, regel=1), Maat(10, regel=1, met_volgende=True)
    row, heading = Regels("een", text), Regels("Kop", kop)
    on = {"breedte": 400, "hoogte": 10 * 11.5}  # ten lines a page
    assert estimate_pages([row] * 11, **on) == [1] * 10 + [2]
    assert estimate_pages([row, Regels("nieuw", text, nieuwe_pagina=True)], **on) == [1, 2]
    assert estimate_pages([*[row] * 9, heading, row], **on) == [1] * 9 + [2, 2]
    assert estimate_pages([Regels("een\n" * 24, text), row], **on) == [1, 3]
    airy = Regels("een", Maat(10, regel=1, voor=11.5, na=11.5))
    assert estimate_pages([airy] * 5, **on) == [1] * 5  # of two distances the larger counts, not their sum
    assert estimate_pages([airy] * 6, **on) == [1] * 5 + [2]


def test_long_report_opens_in_libreoffice_with_numbered_headings_on_the_promised_pages(tmp_path):
    inhoud = build(QUOTES * 12)
    document = tmp_path / "verslag.docx"
    document.write_bytes(write(inhoud, "docx"))
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "install libreoffice-writer-nogui"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, document]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "verslag.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = text.split("\f")
    heading = re.compile(r"^ *([1-4](?:\.\d)*) +(\S.*)$", re.MULTILINE)
    shown = [
        (number, title, page) for page, text in enumerate(pages, 1) for number, title in heading.findall(text)
    ]
    shown = [(number, title.strip(), page) for number, title, page in shown if "...." not in title]
    expected = [(number, part.titel) for number, _, part in numbered(inhoud)]
    assert [(number, title) for number, title, _ in shown] == expected
    promised = [int(page) for _, _, page in entries(read(inhoud))]
    for (number, _, page), promise in zip(shown, promised, strict=True):
        assert abs(page - promise) <= 1, f"{number} is on page {page}, not {promise}"
    assert promised[-1] > 6
    assert "“Goedkoop is duurkoop.”" in text


def test_peiling_stands_in_words_and_in_a_small_table():
    peiling = Peilingbron(
        (12, 8, 2), (7, 13, 2), "Vooraf 12 eens; achteraf 7 eens: 5 minder eens.", "Geteld aan 8 tafels"
    )
    diners = (Dinerbron(1, "De werkplaats", stellingen=(Stellingbron(1, "Anders.", peiling=peiling),)),)
    inhoud = build_inhoud(Verslagbron("Verkenning 2050", diners=diners), vandaag=date(2026, 11, 24))
    document = read(inhoud)
    table = document.tables[-1]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["", "Eens", "Oneens", "Anders"],
        ["Vooraf", "12", "8", "2"],
        ["Achteraf", "7", "13", "2"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    text = lines(document)
    here = text.index("Vooraf 12 eens; achteraf 7 eens: 5 minder eens.")
    assert text[here - 1 : here + 2 : 2] == ["Peiling", "Geteld aan 8 tafels."]
    assert write(inhoud, "docx") == write(inhoud, "docx")


def test_rows_of_a_table_count_for_the_page_numbers():
    """Many tables push the last chapter further than their words do, and the table of contents knows."""
    peiling = Peilingbron((12, 8, 2), (7, 13, 2), "Woorden.", "Geteld aan 8 tafels")
    stellingen = tuple(Stellingbron(nummer, "Anders.", peiling=peiling) for nummer in range(1, 25))
    zonder = tuple(replace(stelling, peiling=None) for stelling in stellingen)
    pages = []
    for soort in (zonder, stellingen):
        bron = Verslagbron("Verkenning", diners=(Dinerbron(1, "De werkplaats", stellingen=soort),))
        pages.append(int(entries(read(build_inhoud(bron, vandaag=date(2026, 11, 24))))[-1][2]))
    assert pages[1] - pages[0] >= 4


def test_report_of_a_real_reeks_counts_tables_and_quotes_only_what_was_heard(reeks, stelling, tafels, ronde):
    draad = RodeDraadFactory(stelling=stelling, titel="Regels")
    first = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="te veel regels")
    twice = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="regels, regels")
    against = BijdrageFactory(tafel=tafels[1], stelling=stelling, tekst="zonder regels geen vertrouwen")
    spreker = BijdrageFactory(
        tafel=None, diner=stelling.diner, stelling=stelling, bron=Bron.SPREKER, tekst="Regels zijn nodig.",
        letterlijk=True, soort=Soort.QUOTE,
    )  # fmt: skip
    BijdrageFactory(tafel=tafels[1], stelling=stelling, tekst="Heard.", letterlijk=True, soort=Soort.QUOTE)
    BijdrageFactory(tafel=tafels[1], stelling=stelling, tekst="Samengevat.", soort=Soort.QUOTE)
    for bijdrage in (first, twice, spreker):
        OnderbouwingFactory(rode_draad=draad, bijdrage=bijdrage)
    OnderbouwingFactory(rode_draad=draad, bijdrage=against, rol=Onderbouwingsrol.TEGENSTEM)
    inhoud = build_inhoud(verslagbron(reeks), vandaag=date(2026, 11, 24))
    document = read(inhoud)
    text = "\n".join(lines(document))
    assert "Regels. Eén tafel (1 van 2) sprak hierover." in text
    assert [p.text for p in document.paragraphs if p.style.name == "Citaat"] == ["“Heard.”  tafel 2"]


def test_report_has_a_constant_number_of_queries(reeks, stelling, tafels, django_assert_num_queries):
    draad = RodeDraadFactory(stelling=stelling)
    for tafel in tafels * 3:
        OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling))
    with django_assert_num_queries(18):
        verslagbron(reeks)
