"""What holds for every format: what people said stands in it as they said it, and nothing that may not be in it."""

import io
import re
import shutil
import subprocess
import uuid
import zipfile
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from synthesis.exports import FORMATEN, write
from synthesis.exports.html import page, style_hash
from synthesis.exports.inhoud import Alinea, appendices, numbered
from synthesis.exports.opbouw import build_inhoud
from tests.synthesis.exports.lezers import (
    ONBEWAARBAAR,
    VIJANDIG,
    bron,
    cells,
    code,
    coded,
    csv_rows,
    everything_in,
    html_of,
    inhoud,
    markdown_text,
    odt_paragraphs,
    word_paragraphs,
)

VAN_HET_VERSLAG = [sleutel for sleutel in FORMATEN if sleutel != "json"]
KORT = [tekst for tekst in VIJANDIG if len(tekst) < 1000]
SOBER = ["Wie leert, verdient.", "Het dorp is de beste werkgever.", "Ruimte voor wie iets begint."]


def read_back(formaat, data):
    """Every note as an independent reader finds it."""
    if formaat == "docx":
        return "\n".join(word_paragraphs(data))
    if formaat == "odt":
        return "\n".join(odt_paragraphs(data))
    if formaat == "html":
        return html_of(data.decode())[0]
    if formaat == "md":
        return markdown_text(data)
    if formaat == "qdpx":
        return "\n".join(tekst for _, tekst, _ in coded(data))
    raise ValueError(formaat)


@pytest.mark.parametrize("formaat", ["docx", "odt", "html", "md", "qdpx"])
def test_notes_come_back_character_for_character(formaat):
    gelezen = read_back(formaat, write(inhoud(), formaat))
    for tekst in VIJANDIG:
        if formaat == "md":  # a blank line within a note is a space on a line of its own
            gelezen, tekst = gelezen.replace("\n \n", "\n\n"), tekst
        assert tekst in gelezen, tekst[:40]


@pytest.mark.parametrize("formaat", VAN_HET_VERSLAG)
def test_characters_that_no_file_can_hold_break_nothing(formaat):
    vies = f"voor{ONBEWAARBAAR}na"
    data = write(inhoud([vies, *SOBER], titel=vies, organisatie=vies), formaat)
    for naam, deel in xml_parts(data):
        ElementTree.fromstring(deel)
        assert b"\xef\xbf\xbe" not in deel, naam
    if formaat == "pdf":
        assert "voorna" in PdfReader(io.BytesIO(data)).pages[0].extract_text()
    if formaat == "xlsx":
        assert ("Notities", "voorna", "s") in cells(data)


def xml_parts(data):
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            assert file.testzip() is None
            return [
                (naam, file.read(naam))
                for naam in file.namelist()
                if naam.endswith((".xml", ".rels", ".qde"))
            ]
    return [("", data)] if data.startswith(b"<?xml") else []


@pytest.mark.parametrize("formaat", VAN_HET_VERSLAG)
def test_same_content_gives_the_same_bytes(formaat):
    teksten = SOBER if formaat == "pdf" else KORT
    assert write(inhoud(teksten), formaat) == write(inhoud(teksten), formaat)


@pytest.mark.parametrize("formaat", VAN_HET_VERSLAG)
def test_concept_is_said_until_it_is_settled(formaat):
    assert "CONCEPT" in everything_in(write(inhoud(SOBER), formaat))
    assert "CONCEPT" not in everything_in(write(inhoud(SOBER, status="vastgesteld"), formaat))


def test_concept_stands_across_every_page_on_paper():
    with zipfile.ZipFile(io.BytesIO(write(inhoud(SOBER), "docx"))) as file:
        koppen = [file.read(naam).decode() for naam in file.namelist() if naam.startswith("word/header")]
    assert len(koppen) == 2  # of the cover, and of all other pages
    assert all('string="CONCEPT"' in kop for kop in koppen)
    with zipfile.ZipFile(io.BytesIO(write(inhoud(SOBER), "odt"))) as file:
        assert "Pictures/concept.png" in file.read("styles.xml").decode()
        assert file.getinfo("Pictures/concept.png").file_size > 1000


@pytest.mark.parametrize("formaat", VAN_HET_VERSLAG)
def test_a_guest_is_named_only_when_that_was_asked(formaat):
    """What a tree holds of guests is only there when it was asked for: the query is tested beside it."""
    assert "Ada Vos" not in everything_in(write(inhoud(SOBER), formaat))
    if formaat in {"docx", "odt", "pdf", "html", "md", "xlsx", "csv"}:
        assert "Ada Vos" in everything_in(write(inhoud(SOBER, gasten=["Ada Vos"]), formaat))


@pytest.mark.parametrize("formaat", VAN_HET_VERSLAG)
def test_empty_report_can_be_written(formaat):
    from synthesis.exports.bron import Verslagbron

    leeg = build_inhoud(Verslagbron("Leeg"), vandaag=date(2026, 11, 24), bijlage=True, spoor=True)
    assert write(leeg, formaat)


def test_unknown_format_is_refused():
    with pytest.raises(ValueError, match="unknown format"):
        write(inhoud(SOBER), "json")


# --- what it says of itself -----------------------------------------------------------------------------------------------


def test_report_says_on_how_many_notes_it_rests_and_what_it_leaves_out():
    over = "\n".join(blok.tekst for blok in inhoud(SOBER).over if isinstance(blok, Alinea))
    assert "gemaakt op 24 november 2026 om 21.40 uur uit versie 3 van het verslag" in over
    assert "rust op 2 van de 3 notities van tafels" in over
    assert "1 notitie telt niet mee: 1 opzij gelegd (1 keer “staat er dubbel”)." in over


def test_appendix_holds_every_note_once_and_the_trace_leads_to_them():
    hele = inhoud(SOBER)
    titels = [(nummer, deel.titel) for nummer, _, deel in appendices(hele)]
    assert titels == [
        ("A", "Alle notities"),
        ("A.1", "Diner 1: De werkplaats"),
        ("B", "Spoor van zin naar notities"),
        ("C", "Welke tafel steunt wat"),
        ("C.1", "Diner 1: De werkplaats"),
        ("D", "Wat niet meetelt, en waarom"),
    ]
    beelden = [
        blok.woorden for nummer, _, deel in appendices(hele) if nummer == "C.1" for blok in deel.blokken
    ]
    assert beelden == ["“Ruimte”: tafel 1.", "“Regels”: tafel 1."]
    _, tags = html_of(write(hele, "html").decode())
    ankers = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ankers) == len(set(ankers))
    links = {attrs["href"].removeprefix("#") for tag, attrs in tags if tag == "a"}
    assert links <= set(ankers)
    for nummer in range(3):
        assert ankers.count(f"n-{code(nummer)}") == 1


@pytest.mark.parametrize(("bijlage", "spoor"), [(True, False), (False, True), (False, False)])
def test_no_link_of_the_page_leads_nowhere(bijlage, spoor):
    for papier in (False, True):
        _, tags = html_of(page(inhoud(SOBER, bijlage=bijlage, spoor=spoor), papier=papier))
        ankers = {attrs["id"] for _, attrs in tags if "id" in attrs}
        assert {attrs["href"].removeprefix("#") for tag, attrs in tags if tag == "a"} <= ankers


def test_without_choices_there_is_no_appendix_and_no_reference_but_in_html():
    kaal = inhoud(SOBER, bijlage=False, spoor=False)
    assert list(appendices(kaal)) == []
    for formaat in ("docx", "odt", "md"):
        assert "[1]" not in read_back(formaat, write(kaal, formaat))
    tekst, tags = html_of(write(kaal, "html").decode())
    details = [at for at, (tag, _) in enumerate(tags) if tag == "details"]
    # the anchor is the first thing inside, so that a browser opens it
    assert [tags[at + 2][1]["id"] for at in details] == [f"rust-{n}" for n in range(1, len(details) + 1)]
    assert "[1] Rust op 1 notitie van 1 tafel" in tekst
    assert SOBER[0] in tekst.split("[1] Rust op")[1].split("[2] Rust op")[0]


# --- html -----------------------------------------------------------------------------------------------------------------


def test_page_needs_no_script_and_no_network():
    html = write(inhoud(KORT), "html").decode()
    _, tags = html_of(html)
    assert not {"script", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in tags}
    for tag, attrs in tags:
        assert "style" not in attrs, tag
        assert not any(naam.startswith("on") for naam in attrs), tag
        for naam in ("src", "href", "poster", "srcset"):
            assert attrs.get(naam, "#").startswith(("#", "data:")), attrs
    policy = next(attrs["content"] for tag, attrs in tags if attrs.get("http-equiv"))
    assert policy == f"default-src 'none'; img-src data:; style-src {style_hash(html)}"
    assert "url(" not in html.split("<style>")[1].split("</style>")[0]


def test_headings_of_the_page_go_down_one_step_at_a_time_and_pictures_speak():
    _, tags = html_of(page(inhoud(SOBER)))
    niveaus = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert niveaus[0] == 1
    assert all(later - eerder <= 1 for eerder, later in pairwise(niveaus))
    assert all(attrs["alt"].strip() for tag, attrs in tags if tag == "img")


# --- pdf ------------------------------------------------------------------------------------------------------------------


def test_pdf_is_tagged_has_a_title_a_language_bookmarks_and_alt_texts():
    lezer = PdfReader(io.BytesIO(write(inhoud(SOBER), "pdf")))
    wortel = lezer.trailer["/Root"]
    assert wortel["/MarkInfo"]["/Marked"]
    assert wortel["/Lang"] == "nl"
    assert wortel["/ViewerPreferences"]["/DisplayDocTitle"]
    assert lezer.metadata.title == "Verkenning 2050 (concept)"
    assert b"pdfuaid" in wortel["/Metadata"].get_data()

    def walk(item):
        if isinstance(item, list):
            return [label for een in item for label in walk(een)]
        return [item.title]

    labels = [label for een in lezer.outline for label in walk(een)]
    for nummer, _, deel in numbered(inhoud(SOBER)):
        assert f"{nummer} {deel.titel}" in labels
    soorten, alt = structure(wortel["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/H4", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= soorten
    assert "Iedereen keek naar nu." in alt


def structure(root):
    soorten, alt, wacht = set(), [], [root]
    while wacht:
        een = wacht.pop().get_object()
        if isinstance(een, list):
            wacht += een
        elif isinstance(een, dict):
            soorten.add(str(een.get("/S", "")))
            if "/Alt" in een:
                alt.append(str(een["/Alt"]))
            if "/K" in een:
                wacht.append(een["/K"])
        if not hasattr(een, "get_object"):
            continue
    return soorten, alt


# --- word and opendocument ------------------------------------------------------------------------------------------------


def office():
    gevonden = shutil.which("soffice") or shutil.which("libreoffice")
    assert gevonden, "install libreoffice-writer-nogui"
    return gevonden


@pytest.mark.parametrize("formaat", ["docx", "odt"])
def test_libreoffice_opens_it_with_numbered_headings_tables_and_pictures(formaat, tmp_path):
    hele = inhoud(KORT)
    pad = tmp_path / f"verslag.{formaat}"
    pad.write_bytes(write(hele, formaat))
    profiel = f"-env:UserInstallation={(tmp_path / 'profiel').as_uri()}"
    opdracht = [office(), profiel, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, pad]
    subprocess.run(opdracht, check=True, capture_output=True, timeout=300)
    lezer = PdfReader(tmp_path / "verslag.pdf")
    tekst = "\n".join(blad.extract_text() for blad in lezer.pages)
    plat = " ".join(tekst.split())
    for nummer, _, deel in numbered(hele):
        assert f"{nummer} {deel.titel}" in plat
    assert "Bijlage A: Alle notities" in plat
    assert "A.1 Diner 1: De werkplaats" in plat
    assert "Vooraf 12 8 2" in plat
    assert "“1 < 2 & 3 > 2, <b>toch?</b> &amp; ]]> <!-- -->”" in plat
    assert sum(len(blad.images) for blad in lezer.pages) >= 3


def test_word_pictures_and_tables_speak():
    with zipfile.ZipFile(io.BytesIO(write(inhoud(SOBER), "docx"))) as file:
        xml = file.read("word/document.xml").decode()
    assert xml.count("<wp:docPr") == 5
    assert 'descr="Iedereen keek naar nu."' in xml
    assert 'w:tblCaption w:val="Van zin naar notities"' in xml
    assert xml.count("<w:tblHeader/>") == 3


# --- tables ---------------------------------------------------------------------------------------------------------------


def test_workbook_holds_no_formula_and_every_note_whole():
    data = write(inhoud(), "xlsx")
    gelezen = cells(data)
    assert {soort for _, _, soort in gelezen} == {"s", "n"}
    teksten = [str(waarde) for blad, waarde, _ in gelezen if blad == "Notities"]
    for tekst in VIJANDIG:
        if len(tekst.encode("utf-16-le")) // 2 <= 32_767:
            assert tekst in teksten, tekst[:30]
    lang = [tekst for tekst in teksten if tekst.startswith("😀😀")]
    assert len(lang) == 2
    assert "".join(lang) == "😀" * 20_000
    assert max(len(tekst.encode("utf-16-le")) // 2 for tekst in teksten) <= 32_767


def test_workbook_has_a_sheet_for_each_table_and_says_first_what_it_is():
    boek = load_workbook(io.BytesIO(write(inhoud(SOBER), "xlsx")))
    assert boek.sheetnames == ["Over dit bestand", "Notities", "Rode draden", "Matrix", "Peilingen", "Spoor"]
    assert boek.worksheets[0]["A1"].value == "CONCEPT: dit verslag is nog niet vastgesteld."
    rijen = list(boek["Peilingen"].iter_rows(values_only=True))
    assert rijen[1:] == [(1, 1, "hele zaal", "voor", 12, 8, 2), (1, 1, 1, "voor", 3, 4, 0)]
    matrix = list(boek["Matrix"].iter_rows(values_only=True))
    assert matrix[0] == ("Rode draad", "Titel", "Kant", "Tafel 1")
    assert matrix[1] == ("1.1.1", "Ruimte gaat voor", "voor", 2)


def test_no_cell_of_separated_text_is_a_formula():
    bestanden = csv_rows(write(inhoud(KORT), "csv"))
    assert set(bestanden) == {
        f"concept-{naam}.csv" for naam in ("notities", "rode-draden", "matrix", "peilingen", "spoor")
    }
    gelezen = [cel for rijen in bestanden.values() for rij in rijen for cel in rij]
    assert not [cel for cel in gelezen if cel.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for tekst in KORT:
        veilig = f"'{tekst}" if tekst[0] in "=+-@\t" else tekst
        assert veilig in gelezen


# --- refi-qda -------------------------------------------------------------------------------------------------------------

_P, _C = "{urn:QDA-XML:project:1.0}", "{urn:QDA-XML:codebook:1.0}"


def test_project_has_tables_as_sources_and_threads_and_trefwoorden_as_codes():
    gevonden = list(coded(write(inhoud(), "qdpx")))
    assert {bron_ for bron_, _, _ in gevonden} == {"Diner 1, tafel 1", "Diner 1, tafel 2"}
    per_tekst = {tekst: codes for _, tekst, codes in gevonden}
    assert set(per_tekst) == set(VIJANDIG)  # places are counted in characters, also after an emoji
    assert per_tekst[VIJANDIG[0]] == ["Ruimte gaat voor"]
    assert per_tekst[VIJANDIG[1]] == ["ruimte"]  # capitals and spaces make no other code
    assert len(gevonden) == len(VIJANDIG)


def test_ids_of_a_project_are_guids_and_each_is_used_once():
    data = write(inhoud(KORT), "qdpx")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        project = ElementTree.fromstring(file.read("project.qde"))
        namen = file.namelist()
    ids = [een.get("guid") for een in project.iter() if een.get("guid")]
    assert len(ids) == len(set(ids))
    assert all(str(uuid.UUID(een)).upper() == een for een in ids)
    assert {een.get("targetGUID") for een in project.iter(f"{_P}CodeRef")} <= set(ids)
    assert {een.get("creatingUser") for een in project.iter() if een.get("creatingUser")} == {
        project.find(f"{_P}Users/{_P}User").get("guid")
    }
    bronnen = [
        een.get("plainTextPath").removeprefix("internal://") for een in project.iter(f"{_P}TextSource")
    ]
    assert sorted(namen) == sorted(["project.qde", *(f"Sources/{naam}" for naam in bronnen)])
    assert [kind.tag for kind in project] == [
        f"{_P}{naam}" for naam in ("Users", "CodeBook", "Sources", "Description")
    ]


def test_codebook_has_the_same_codes_as_the_project():
    boek = ElementTree.fromstring(write(inhoud(SOBER), "qdc"))
    with zipfile.ZipFile(io.BytesIO(write(inhoud(SOBER), "qdpx"))) as file:
        project = ElementTree.fromstring(file.read("project.qde"))
    assert boek.tag == f"{_C}CodeBook"
    in_boek = [(een.get("guid"), een.get("name"), een.get("isCodable")) for een in boek.iter(f"{_C}Code")]
    assert in_boek == [
        (een.get("guid"), een.get("name"), een.get("isCodable")) for een in project.iter(f"{_P}Code")
    ]
    assert [rest for _, *rest in in_boek if rest[0] == "Ruimte gaat voor"] == [["Ruimte gaat voor", "true"]]


def test_settled_report_is_the_same_text_without_the_mark():
    assert bron(SOBER, status="vastgesteld").status == "vastgesteld"
    concept, vast = (
        read_back("md", write(inhoud(SOBER, status=stand), "md")) for stand in ("concept", "vastgesteld")
    )
    assert (
        concept.replace("CONCEPT: dit verslag is nog niet vastgesteld.", "")
        .strip()
        .split("Over dit document")[0]
        == (vast.strip().split("Over dit document")[0])
    )
