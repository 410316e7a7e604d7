"""Readers of every format that know nothing of our writers, and a report with texts that want to break them."""

import csv
import io
import json
import re
import zipfile
from datetime import date, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from openpyxl import load_workbook
from pypdf import PdfReader

from synthesis.exports.bron import Dinerbron, Draadbron, Peilingbron, Quotebron, Stellingbron, Verslagbron
from synthesis.exports.gegevens import Draadrij, Gastrij, Gegevens, Noot, Peilingtelling, Stellingrij, Telling
from synthesis.exports.inhoud import Huisstijl
from synthesis.exports.opbouw import build_inhoud

BEELD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 60"><rect width="200" height="40" fill="#17515f"/></svg>'
VIJANDIG = [
    "=HYPERLINK(1)",
    "+31 is geen som",
    "-niet minder",
    "@SUM(A1:A9)",
    "\tmet een tab vooraan",
    "regel een\nregel twee\n\nregel vier",
    "1 < 2 & 3 > 2, <b>toch?</b> &amp; ]]> <!-- -->",
    "😀👩\u200d👩\u200d👧 mag ook",
    "\u05e9\u05dc\u05d5\u05dd, \u05e2\u05d5\u05dc\u05dd 2050",
    "  spaties   blijven  staan  ",
    "_x0041_ is geen A",
    "| geen | tabel | [geen](http://link.test) `code` *ster* # kop ~door~ \\ einde",
    "1. geen lijst",
    "KLEUR TITEL HUIS WATERMERK",
    "W" * 20_000,
    "😀" * 20_000,
]
ONBEWAARBAAR = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF]))


def code(nummer):
    return f"{nummer:08x}"


def bron(
    teksten=VIJANDIG, *, status="concept", titel="Verkenning 2050", gasten=(), organisatie="Netwerk Voorbeeld"
):
    """One diner with two stellingen, two tables and a note for each of *teksten*; of the last three one is laid aside."""
    noten = tuple(
        Noot(
            code(nummer),
            1,
            1 + nummer % 2,
            1 + nummer % 2,
            tekst,
            trefwoorden=("Ruimte", "ruimte ") if nummer == 1 else (),
            draad="1.1.1" if not nummer % 2 else "",
            opzij=nummer == 1,
            reden="staat er dubbel" if nummer == 1 else "",
            letterlijk=True,
            horizon="nu",
        )
        for nummer, tekst in enumerate(teksten)
    )
    van_draad = tuple(noot.code for noot in noten if noot.draad)
    draad = Draadbron(
        "Ruimte gaat voor",
        f"Ruimte gaat voor regels [n:{code(0)}]. Dat is te merken.\n\nEr is meer.",
        tafels=(1,),
        besproken=2,
        breedte="één tafel",
        nummer="1.1.1",
        noten=van_draad,
    )
    geteld = Draadbron(
        "Regels", tafels=(1,), besproken=2, breedte="één tafel", nummer="1.1.2", noten=van_draad[:2]
    )
    reeksdraad = Draadbron("Over alles heen", "Het hangt samen.", diners=(1,), nummer="R1", draden=("1.1.1",))
    peiling = Peilingbron(
        (12, 8, 2), (7, 13, 2), "Vooraf 12 eens; achteraf 7 eens.", "Geteld aan 2 tafels", beeld=BEELD
    )
    stellingen = (
        Stellingbron(
            1,
            "Het kan anders.",
            len(noten),
            (1, 2),
            (),
            (draad, geteld),
            peiling,
            BEELD,
            "“Ruimte”: 1 van 2.",
            (("“Ruimte”: tafel 1.", BEELD), ("“Regels”: tafel 1.", BEELD)),
        ),
        Stellingbron(2, "En nu?", 0),
    )
    quotes = tuple(Quotebron(noot.tekst, noot.tafel, noot.code) for noot in noten)
    return Verslagbron(
        titel,
        organisatie,
        diners=(
            Dinerbron(
                1,
                "De werkplaats",
                aantal_tafels=2,
                aantal_bijdragen=len(noten),
                stellingen=stellingen,
                quotes=quotes,
            ),
        ),
        draden=(reeksdraad,),
        status=status,
        horizon={"nu": len(noten)},
        horizonbeeld=BEELD,
        horizonbeeld_woorden="Iedereen keek naar nu.",
        stijl=Huisstijl("#7a1f3d", "#1b4b5a"),
        versie="versie 3 van het verslag",
        telling=Telling(len(noten), len(van_draad), opzij={noot.reden: 1 for noot in noten if noot.opzij}),
        gegevens=Gegevens(
            noten=noten,
            draden=(
                Draadrij("1.1.1", "Ruimte gaat voor", 1, 1, breedte="één tafel", besproken=2, steun=(1,)),
                Draadrij("1.1.2", "Regels", 1, 1),
                Draadrij("R1", "Over alles heen", draden=("1.1.1",)),
            ),
            stellingen=(
                Stellingrij(1, "De werkplaats", 1, "Het kan anders."),
                Stellingrij(1, "De werkplaats", 2, "En nu?"),
            ),
            peilingen=(
                Peilingtelling(1, 1, None, "voor", 12, 8, 2),
                Peilingtelling(1, 1, 1, "voor", 3, 4, 0),
            ),
            gasten=tuple(Gastrij(1, naam, "Bakkerij") for naam in gasten),
        ),
    )


def inhoud(teksten=VIJANDIG, *, bijlage=True, spoor=True, **kwargs):
    return build_inhoud(
        bron(teksten, **kwargs),
        vandaag=date(2026, 11, 24),
        gemaakt=datetime(2026, 11, 24, 21, 40),
        bijlage=bijlage,
        spoor=spoor,
    )


# --- readers --------------------------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def word_paragraphs(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        boom = ElementTree.fromstring(file.read("word/document.xml"))
    wit = {f"{_W}tab": "\t", f"{_W}br": "\n"}
    for alinea in boom.iter(f"{_W}p"):
        yield "".join(
            wit.get(deel.tag, deel.text or "")
            for deel in alinea.iter()
            if deel.tag in wit or (deel.tag == f"{_W}t" and deel.text)
        )


def odt_paragraphs(data):
    """With white space as OpenDocument reads it: runs are one space, and at the ends there is none but ``text:s``."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        boom = ElementTree.fromstring(file.read("content.xml"))

    def plain(tekst):
        return re.sub(r"[ \t\r\n]+", " ", tekst or "")

    def said(element):
        if element.tag == f"{_T}s":
            yield "\0" * int(element.get(f"{_T}c", "1"))
        elif element.tag == f"{_T}tab":
            yield "\t"
        elif element.tag == f"{_T}line-break":
            yield "\n"
        yield plain(element.text)
        for kind in element:
            yield from said(kind)
            yield plain(kind.tail)

    alineas = (alinea for alinea in boom.iter() if alinea.tag in {f"{_T}p", f"{_T}h"})
    return [re.sub(" {2,}", " ", "".join(said(alinea)).strip(" ")).replace("\0", " ") for alinea in alineas]


class _Tekst(HTMLParser):
    def __init__(self):
        super().__init__()
        self.delen, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.delen.append("\n")

    def handle_data(self, data):
        self.delen.append(data)


def html_of(tekst):
    lezer = _Tekst()
    lezer.feed(tekst)
    return "".join(lezer.delen), lezer.tags


def markdown_text(data):
    html = MarkdownIt("commonmark").enable("table").render(data.decode())
    return html_of(html.replace("<br />\n", "<br>"))[0]


def _plain(waarde):
    return waarde.replace("_x005F_", "_") if isinstance(waarde, str) else waarde


def cells(data):
    """Every cell of every sheet: (sheet, value, kind). "_x005F_" is how a workbook writes a "_" that it could misread."""
    boek = load_workbook(io.BytesIO(data))
    return [
        (blad.title, _plain(cel.value), cel.data_type)
        for blad in boek.worksheets
        for rij in blad.iter_rows()
        for cel in rij
        if cel.value is not None
    ]


def csv_rows(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {
            naam: list(
                csv.reader(io.StringIO(file.read(naam).decode("utf-8-sig"), newline=""), delimiter=";")
            )
            for naam in file.namelist()
            if naam.endswith(".csv")
        }


_Q = "{urn:QDA-XML:project:1.0}"


def coded(data):
    """Every selection of a .qdpx: (source, text, names of its codes)."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        project = ElementTree.fromstring(file.read("project.qde"))
        namen = {code.get("guid"): code.get("name") for code in project.iter(f"{_Q}Code")}
        for bron_ in project.iter(f"{_Q}TextSource"):
            pad = bron_.get("plainTextPath").removeprefix("internal://")
            tekst = file.read(f"Sources/{pad}").decode()
            for selectie in bron_.iter(f"{_Q}PlainTextSelection"):
                van, tot = int(selectie.get("startPosition")), int(selectie.get("endPosition"))
                codes = [namen[een.get("targetGUID")] for een in selectie.iter(f"{_Q}CodeRef")]
                yield bron_.get("name"), tekst[van:tot], codes


def everything_in(data, diep=0):
    """All that a file says, inside zips, PDFs and compressed streams too: for who looks for what may not be there."""
    if data.startswith(b"PK") and diep < 3:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return "\n".join(
                [*file.namelist(), *(everything_in(file.read(naam), diep + 1) for naam in file.namelist())]
            )
    if data.startswith(b"%PDF"):
        lezer = PdfReader(io.BytesIO(data))
        kop = json.dumps({str(naam): str(waarde) for naam, waarde in (lezer.metadata or {}).items()})
        return kop + "\n".join(blad.extract_text() for blad in lezer.pages)
    tekst = data.decode("utf-8", "replace")
    return tekst + re.sub(r"<[^>]+>", "", tekst)
