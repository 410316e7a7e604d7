"""The report as OpenDocument text: written as XML of our own, because a library builds 30,000 notes one by one."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from synthesis.exports.docx_romp import is_rtl
from synthesis.exports.html import about
from synthesis.exports.html_stijl import WATERMERK, fill_in
from synthesis.exports.inhoud import (
    Alinea,
    Beeldblok,
    Blok,
    Citaten,
    Kader,
    NogTeSchrijven,
    Notenblok,
    Opsomming,
    Peilingblok,
    Tabel,
    Verslaginhoud,
    appendices,
    numbered,
)
from synthesis.exports.kleuren import tint
from synthesis.exports.png import as_png, size_of
from synthesis.exports.tekens import clean
from synthesis.exports.voortgang import Meld, silent
from synthesis.exports.woorden import dutch_date
from synthesis.exports.zippen import add

MIME = "application/vnd.oasis.opendocument.text"
_NAMEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3"'
)
_KOP = '<?xml version="1.0" encoding="UTF-8"?>\n'
BREEDTE = 16.0
"""Of the text, in cm."""
BEELDBREEDTE = 7.2


def write_odt(inhoud: Verslaginhoud, meld: Meld = silent) -> bytes:
    """*inhoud* as a .odt file. The same content gives the same bytes."""
    tekst = _Tekst(inhoud)
    tekst.front()
    meld(30, "De hoofdstukken worden geschreven")
    koppen = 0
    for _, niveau, deel in numbered(inhoud):
        koppen += 1
        tekst.heading(koppen, f"Heading_20_{niveau}", niveau, deel.titel)
        tekst.write(deel.blokken)
    for _, niveau, deel in appendices(inhoud):
        koppen += 1
        tekst.appendix(koppen, niveau, deel.titel)
        tekst.write(deel.blokken)
    meld(75, "Het bestand wordt geschreven")
    beelden = dict(tekst.beelden)
    if inhoud.is_concept:
        beelden["Pictures/concept.png"] = as_png(WATERMERK)
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as zip_:
        add(
            zip_, "mimetype", MIME, kaal=True
        )  # first and bare, so that a program knows the file by its first bytes
        add(zip_, "content.xml", tekst.document())
        add(zip_, "styles.xml", _styles(inhoud))
        add(zip_, "meta.xml", _meta(inhoud))
        for naam, data in beelden.items():
            add(zip_, naam, data)
        add(zip_, "META-INF/manifest.xml", _manifest(beelden))
    return uit.getvalue()


class _Tekst:
    """The body in the making."""

    def __init__(self, inhoud: Verslaginhoud) -> None:
        self.inhoud = inhoud
        self.xml: list[str] = []
        self.beelden: dict[str, bytes] = {}
        self._naar_rechts: set[str] = set()
        self._breedtes: set[int] = set()

    def document(self) -> str:
        kleur = self.inhoud.stijl.kleur
        automatisch = [
            '<style:style style:name="Eerste" style:family="paragraph" style:parent-style-name="Standard" '
            'style:master-page-name="First_20_Page"/>',
            '<style:style style:name="Omslag" style:family="table" style:master-page-name="First_20_Page">'
            f'<style:table-properties style:width="{BREEDTE}cm" table:align="left"/></style:style>',
            '<style:style style:name="Omslagrij" style:family="table-row">'
            '<style:table-row-properties style:min-row-height="11cm"/></style:style>',
            '<style:style style:name="Omslagcel" style:family="table-cell"><style:table-cell-properties '
            f'fo:background-color="{kleur}" fo:padding="1cm" fo:border="none" style:vertical-align="bottom"/></style:style>',
            '<style:style style:name="Tabel" style:family="table">'
            '<style:table-properties table:align="left"/></style:style>',
            '<style:style style:name="Cel" style:family="table-cell"><style:table-cell-properties '
            'fo:padding="0.1cm" fo:border="0.5pt solid #9aa5a9"/></style:style>',
            '<style:style style:name="Kopcel" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" '
            'fo:border="0.5pt solid #9aa5a9" fo:background-color="#eef2f3"/></style:style>',
            '<style:style style:name="Rij" style:family="table-row">'
            '<style:table-row-properties fo:keep-together="always"/></style:style>',
            '<style:style style:name="fr" style:family="graphic"><style:graphic-properties style:vertical-pos="top" '
            'style:vertical-rel="baseline" fo:border="none"/></style:style>',
        ]
        automatisch += [
            f'<style:style style:name="K{deel}" style:family="table-column"><style:table-column-properties '
            f'style:column-width="{BREEDTE * deel / 100:.2f}cm"/></style:style>'
            for deel in sorted(self._breedtes)
        ]
        automatisch += [
            f'<style:style style:name="RL_{naam}" style:family="paragraph" style:parent-style-name="{naam}">'
            '<style:paragraph-properties style:writing-mode="rl-tb" fo:text-align="start"/></style:style>'
            for naam in sorted(self._naar_rechts)
        ]
        return (
            f"{_KOP}<office:document-content {_NAMEN}><office:automatic-styles>{''.join(automatisch)}"
            f"</office:automatic-styles><office:body><office:text>{''.join(self.xml)}</office:text></office:body>"
            "</office:document-content>"
        )

    def _p(self, naam: str, xml: str, tekst: str = "") -> str:
        if is_rtl(tekst):
            self._naar_rechts.add(naam)
            naam = f"RL_{naam}"
        return f'<text:p text:style-name="{naam}">{xml}</text:p>'

    def _plain(self, naam: str, tekst: str) -> None:
        tekst = clean(tekst)
        self.xml.append(self._p(naam, words(tekst), tekst))

    # --- front ------------------------------------------------------------------------------------------------------

    def front(self) -> None:
        inhoud, stijl = self.inhoud, self.inhoud.stijl
        colofon = clean(" · ".join(filter(None, [inhoud.organisatie, dutch_date(inhoud.datum)])))
        logo = ""
        if stijl.logo:
            naam = f"Logo van {inhoud.organisatie or inhoud.titel}"
            logo = self._p("Standard", self._picture(stijl.logo, naam, naam, breed=6, hoog=1.8))
        self.xml.append(
            '<table:table table:name="Omslag" table:style-name="Omslag"><table:table-column/>'
            '<table:table-row table:style-name="Omslagrij"><table:table-cell table:style-name="Omslagcel">'
            + logo
            + self._p("Title", words(clean(inhoud.titel)), inhoud.titel)
            + self._p("Subtitle", words(clean(inhoud.ondertitel)))
            + self._p("Colofon", words(colofon))
            + "</table:table-cell></table:table-row></table:table>"
        )
        if inhoud.is_concept:
            self.xml.append(self._p("Tussenkop", span("Merk", "\u00a0CONCEPT\u00a0")))
        self._plain("Tussenkop", "Over dit document")
        self.write(inhoud.over)
        self._contents()

    def _contents(self) -> None:
        """Filled with references to the pages of the headings, which a program works out while opening."""
        delen = [(nummer, niveau, deel.titel) for nummer, niveau, deel in numbered(self.inhoud)]
        delen += [
            (f"Bijlage {nummer}:" if niveau == 1 else nummer, niveau, deel.titel)
            for nummer, niveau, deel in appendices(self.inhoud)
        ]
        regels = []
        for n, (nummer, niveau, titel) in enumerate(delen, start=1):
            wit = " " if nummer.endswith(":") else "<text:tab/>"
            blad = f'<text:bookmark-ref text:reference-format="page" text:ref-name="kop{n}"/>'
            regels.append(
                f'<text:p text:style-name="Contents_20_{niveau}"><text:a xlink:type="simple" xlink:href="#kop{n}" '
                'text:style-name="Inhoudlink" text:visited-style-name="Inhoudlink">'
                f"{nummer}{wit}{words(clean(titel))}<text:tab/>{blad}</text:a></text:p>"
            )
        sjablonen = "".join(
            f'<text:table-of-content-entry-template text:outline-level="{n}" text:style-name="Contents_20_{n}">'
            '<text:index-entry-link-start/><text:index-entry-chapter/><text:index-entry-tab-stop style:type="left" '
            'style:position="0cm" style:leader-char=" "/><text:index-entry-text/><text:index-entry-tab-stop '
            'style:type="right" style:leader-char="."/><text:index-entry-page-number/><text:index-entry-link-end/>'
            "</text:table-of-content-entry-template>"
            for n in (1, 2, 3)
        )
        self.xml.append(
            '<text:table-of-content text:name="Inhoud" text:protected="false"><text:table-of-content-source '
            'text:outline-level="3"><text:index-title-template text:style-name="Contents_20_Heading">Inhoudsopgave'
            f"</text:index-title-template>{sjablonen}</text:table-of-content-source><text:index-body>"
            '<text:index-title text:name="Inhoud_Kop"><text:p text:style-name="Contents_20_Heading">Inhoudsopgave</text:p>'
            f"</text:index-title>{''.join(regels)}</text:index-body></text:table-of-content>"
        )

    def heading(self, nummer: int, naam: str, niveau: int, titel: str) -> None:
        merk = f'<text:bookmark text:name="kop{nummer}"/>{words(clean(titel))}'
        self.xml.append(f'<text:h text:style-name="{naam}" text:outline-level="{niveau}">{merk}</text:h>')

    def appendix(self, nummer: int, niveau: int, titel: str) -> None:
        """Numbered in a list of its own: "Bijlage A", "A.1"."""
        merk = f'<text:bookmark text:name="kop{nummer}"/>{words(clean(titel))}'
        naam = ("Bijlage", "Bijlagedeel")[niveau - 1]
        kop = f'<text:h text:style-name="{naam}" text:outline-level="{niveau}">{merk}</text:h>'
        binnen = f"<text:list-item>{kop}</text:list-item>"
        if niveau == 2:
            binnen = f"<text:list-item><text:list>{binnen}</text:list></text:list-item>"
        self.xml.append(
            f'<text:list text:style-name="Bijlagen" text:continue-numbering="true">{binnen}</text:list>'
        )

    # --- blocks -----------------------------------------------------------------------------------------------------

    def write(self, blokken: Iterable[Blok]) -> None:
        for blok in blokken:
            match blok:
                case Alinea():
                    self.xml.append(self._p("Standard", self._runs(blok), blok.tekst))
                case Opsomming(punten):
                    rijen = (
                        f"<text:list-item>{self._p('List_20_1', words(clean(punt)), punt)}</text:list-item>"
                        for punt in punten
                    )
                    self.xml.append(f'<text:list text:style-name="Punten">{"".join(rijen)}</text:list>')
                case NogTeSchrijven(tekst):
                    self.xml.append(
                        self._p(
                            "Nog_20_te_20_schrijven", span("Vet", "Nog te schrijven: ") + words(clean(tekst))
                        )
                    )
                case Kader(titel, inhoud):
                    self._box(titel, inhoud)
                case Citaten(titel, citaten):
                    self._plain("Tussenkop", titel)
                    for citaat in citaten:
                        tekst = clean(citaat.tekst)
                        wie = "  ".join(
                            filter(None, [citaat.herkomst, citaat.noot if self.inhoud.met_spoor else ""])
                        )
                        bij = span("Herkomst", f"  {clean(wie)}") if wie else ""
                        self.xml.append(self._p("Quotations", words(f"“{tekst}”") + bij, tekst))
                case Peilingblok():
                    self._plain("Tussenkop", blok.titel)
                    self._plain("Standard", blok.woorden)
                    if blok.beeld:
                        self._figure("", blok.woorden, blok.beeld)
                    rijen_ = tuple(
                        (rij.moment, str(rij.eens), str(rij.oneens), str(rij.anders)) for rij in blok.rijen
                    )
                    self._table(Tabel(blok.titel, ("", "Eens", "Oneens", "Anders"), rijen_, (17, 17, 17, 17)))
                    self._plain("Caption", blok.herkomst)
                case Beeldblok(titel, woorden, beeld):
                    self._figure(titel, woorden, beeld)
                case Tabel():
                    self._table(blok)
                    self._plain("Tussenruimte", "")
                case Notenblok(kop, noten):
                    self._plain("Tussenkop", kop)
                    for noot in noten:
                        tekst, bij = clean(noot.tekst), clean(" · ".join(about(noot)))
                        merk = span("Notitiemeta", f"  {bij}") if bij else ""
                        code = f"{span('Notitiecode', noot.code)}<text:tab/>"
                        self.xml.append(self._p("Notitie", f"{code}{words(tekst)}{merk}", tekst))

    def _runs(self, alinea: Alinea) -> str:
        delen = []
        for tekst, verwijzing in alinea.pieces():
            delen.append(words(clean(tekst)))
            if verwijzing is not None and self.inhoud.met_spoor:
                delen.append(span("Verwijzing", f"[{verwijzing.nummer}]"))
        return "".join(delen)

    def _box(self, titel: str, inhoud: Iterable[Alinea | NogTeSchrijven]) -> None:
        self.xml.append(self._p("Rode_20_draad_20_kop", words(clean(titel)), titel))
        for blok in inhoud:
            if isinstance(blok, Alinea):
                self.xml.append(self._p("Rode_20_draad", self._runs(blok), blok.tekst))
            else:
                runs = span("Merk", "Nog te schrijven: ") + span("Open", clean(blok.tekst))
                self.xml.append(self._p("Rode_20_draad", runs))
        self._plain("Tussenruimte", "")

    def _table(self, tabel: Tabel) -> None:
        self._breedtes |= set(tabel.breedtes)
        kolommen = "".join(f'<table:table-column table:style-name="K{deel}"/>' for deel in tabel.breedtes)
        kop = self._row(tabel.koppen, "Kopcel")
        rijen = "".join(self._row(rij, "Cel") for rij in tabel.rijen)
        self.xml.append(
            f'<table:table table:name={quoteattr(clean(tabel.titel))} table:style-name="Tabel">{kolommen}'
            f"<table:table-header-rows>{kop}</table:table-header-rows>{rijen}</table:table>"
        )

    def _row(self, rij: Sequence[str], cel: str) -> str:
        cellen = []
        for n, tekst in enumerate(rij):
            stijl = "Tabelkop" if cel == "Kopcel" or not n else "Tabelcel"
            inhoud = self._p(stijl, words(clean(tekst)), tekst)
            cellen.append(
                f'<table:table-cell table:style-name="{cel}" office:value-type="string">{inhoud}</table:table-cell>'
            )
        return f'<table:table-row table:style-name="Rij">{"".join(cellen)}</table:table-row>'

    def _figure(self, titel: str, woorden: str, beeld: str) -> None:
        self.xml.append(
            self._p("Beeld", self._picture(as_png(beeld), titel, woorden, breed=BEELDBREEDTE, hoog=24))
        )
        if titel:
            self._plain("Caption", titel)

    def _picture(self, data: bytes, titel: str, woorden: str, *, breed: float, hoog: float) -> str:
        """*data* as large as fits in *breed* by *hoog* cm."""
        soort = "png" if data.startswith(b"\x89PNG") else "jpg"
        naam = f"Pictures/beeld{len(self.beelden) + 1}.{soort}"
        self.beelden[naam] = data
        px_breed, px_hoog = size_of(data)
        schaal = min(breed / px_breed, hoog / px_hoog)
        return (
            f'<draw:frame draw:style-name="fr" draw:name="Beeld {len(self.beelden)}" text:anchor-type="as-char" '
            f'svg:width="{px_breed * schaal:.2f}cm" svg:height="{px_hoog * schaal:.2f}cm"><draw:image xlink:href="{naam}" '
            f'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/><svg:title>{escape(clean(titel))}</svg:title>'
            f"<svg:desc>{escape(clean(woorden))}</svg:desc></draw:frame>"
        )


# --- words ----------------------------------------------------------------------------------------------------------------

_WIT = re.compile(r" {2,}|^ | $|[\n\t]")


def words(tekst: str) -> str:
    """*tekst* (clean) with its line ends, tabs and every one of its spaces, which OpenDocument would drop."""
    tekst = escape(tekst.replace("\r\n", "\n").replace("\r", "\n"))
    return _WIT.sub(_white, tekst)


def _white(match: re.Match[str]) -> str:
    wit = match[0]
    if wit == "\n":
        return "<text:line-break/>"
    return "<text:tab/>" if wit == "\t" else f'<text:s text:c="{len(wit)}"/>'


def span(stijl: str, tekst: str) -> str:
    return f'<text:span text:style-name="{stijl}">{words(tekst)}</text:span>'


# --- parts ----------------------------------------------------------------------------------------------------------------


@cache
def _template() -> str:
    return (Path(__file__).parent / "stijl" / "odt_stijlen.xml").read_text()


def _styles(inhoud: Verslaginhoud) -> str:
    kleur, concept = inhoud.stijl.kleur, inhoud.is_concept
    adres = 'xlink:href="Pictures/concept.png" xlink:type="simple"'
    beeld = f'<draw:fill-image draw:name="Concept" {adres} xlink:show="embed" xlink:actuate="onLoad"/>'
    return fill_in(
        _template(),
        BEELD=beeld if concept else "",
        WATERMERK=f'<style:background-image {adres} xlink:actuate="onLoad" style:repeat="stretch"/>'
        if concept
        else "",
        VULLING='draw:fill="bitmap" draw:fill-image-name="Concept" style:repeat="stretch"' if concept else "",
        MERK="CONCEPT" if concept else "",
        KLEUR=kleur,
        TINT=tint(kleur, 0.6),
        VLAK=tint(kleur, 0.91),
        TITEL=words(clean(inhoud.titel)),
        HUIS=words(clean(inhoud.organisatie)),
    )


def _meta(inhoud: Verslaginhoud) -> str:
    dag = inhoud.datum.isoformat()
    maker = escape(clean(inhoud.organisatie))
    return (
        f"{_KOP}<office:document-meta {_NAMEN}><office:meta><meta:generator>Denkdiner</meta:generator>"
        f"<dc:title>{escape(clean(inhoud.titel))}</dc:title><dc:subject>{escape(clean(inhoud.ondertitel))}</dc:subject>"
        f"<dc:description>{'Concept' if inhoud.is_concept else 'Vastgesteld'}</dc:description>"
        f"<meta:initial-creator>{maker}</meta:initial-creator><dc:creator>{maker}</dc:creator>"
        f"<meta:creation-date>{dag}T00:00:00</meta:creation-date><dc:date>{dag}T00:00:00</dc:date>"
        "<dc:language>nl-NL</dc:language></office:meta></office:document-meta>"
    )


def _manifest(beelden: Iterable[str]) -> str:
    soorten = {"png": "image/png", "jpg": "image/jpeg"}
    delen = [("/", MIME), *((naam, "text/xml") for naam in ("content.xml", "styles.xml", "meta.xml"))]
    delen += [(naam, soorten[naam.rsplit(".", 1)[1]]) for naam in beelden]
    regels = "".join(
        f'<manifest:file-entry manifest:full-path="{naam}" manifest:media-type="{soort}"/>'
        for naam, soort in delen
    )
    return (
        f'{_KOP}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.3">{regels}</manifest:manifest>'
    )
