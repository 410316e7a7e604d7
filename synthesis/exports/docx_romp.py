"""The body of the report in Word, as WordprocessingML text; beside it what each paragraph takes of a page."""

import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from synthesis.exports.docx_stijl import CM, GRIJS, Opmaak
from synthesis.exports.html import about
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
    Verwijzing,
    appendices,
    numbered,
)
from synthesis.exports.paginas import Maat, Regels, count_lines
from synthesis.exports.png import as_png, size_of
from synthesis.exports.tekens import clean
from synthesis.exports.woorden import dutch_date

EMU = 12700
"""Of a point."""
BEELDBREEDTE = 7.2 * CM
MARKEER = "FFE3A0"


class Romp:
    """Writes blocks one after another into ``xml``; ``regels`` measures the same, ``koppen`` are the headings among them."""

    def __init__(self, document: Any, opmaak: Opmaak, inhoud: Verslaginhoud, *, sjabloon: bool) -> None:
        self.document, self.opmaak, self.inhoud, self.sjabloon = document, opmaak, inhoud, sjabloon
        self.xml: list[str] = []
        self.regels: list[Regels] = []
        self.koppen: list[int] = []
        self._beelden = 0

    # --- paragraphs -------------------------------------------------------------------------------------------------

    def paragraph(
        self,
        naam: str,
        runs: str,
        tekst: str,
        *,
        voor: float | None = None,
        na: float | None = None,
        met_volgende: bool = False,
        nieuwe_pagina: bool = False,
        maat: Maat | None = None,
    ) -> None:
        """One paragraph in our style *naam*; *tekst* is what *runs* say, to measure it."""
        self.xml.append(self._paragraph(naam, runs, tekst, voor, na, met_volgende, nieuwe_pagina))
        maat = maat or self.opmaak.maten[naam]
        if voor is not None or na is not None or met_volgende:
            maat = replace(
                maat,
                voor=maat.voor if voor is None else voor,
                na=maat.na if na is None else na,
                met_volgende=maat.met_volgende or met_volgende,
            )
        self.regels.append(Regels(tekst, maat, nieuwe_pagina))

    def _paragraph(
        self,
        naam: str,
        runs: str,
        tekst: str,
        voor: float | None = None,
        na: float | None = None,
        met_volgende: bool = False,
        nieuwe_pagina: bool = False,
    ) -> str:
        eigen = "<w:keepNext/>" * met_volgende + "<w:pageBreakBefore/>" * nieuwe_pagina
        eigen += "<w:bidi/>" * is_rtl(tekst)
        if voor is not None or na is not None:
            voor_ = "" if voor is None else f' w:before="{round(voor * 20)}"'
            na_ = "" if na is None else f' w:after="{round(na * 20)}"'
            eigen += f"<w:spacing{voor_}{na_}/>"
        return f'<w:p><w:pPr><w:pStyle w:val="{self.opmaak.ids[naam]}"/>{eigen}</w:pPr>{runs}</w:p>'

    def _plain(self, naam: str, tekst: str, **kwargs: Any) -> None:
        tekst = clean(tekst)
        self.paragraph(naam, run(tekst), tekst, **kwargs)

    def heading(self, titel: str, niveau: int, *, bijlage: bool = False) -> None:
        naam = ("Bijlage", "Bijlagedeel")[niveau - 1] if bijlage else f"Heading {niveau}"
        self.koppen.append(len(self.regels))
        n, titel = len(self.koppen), clean(titel)
        merk = f'<w:bookmarkStart w:id="{n}" w:name="_Toc{n:05}"/>{run(titel)}<w:bookmarkEnd w:id="{n}"/>'
        self.paragraph(naam, merk, titel, nieuwe_pagina=niveau == 1)

    # --- front ------------------------------------------------------------------------------------------------------

    def title_page(self, *, nieuwe_pagina: bool) -> None:
        """A calm block of colour with the title, and under it what this document is; of a template its own title."""
        inhoud = self.inhoud
        colofon = clean(" · ".join(filter(None, [inhoud.organisatie, dutch_date(inhoud.datum)])))
        if self.sjabloon:
            self._plain("Title", inhoud.titel, nieuwe_pagina=nieuwe_pagina)
            self._plain("Subtitle", inhoud.ondertitel)
            self._plain("Normal", colofon)
        else:
            kleur = inhoud.stijl.kleur.lstrip("#").upper()
            marge = "".join(f'<w:{kant} w:w="567" w:type="dxa"/>' for kant in ("left", "bottom", "right"))
            breedte = round(self.opmaak.breedte * 20)
            self.xml.append(
                f'<w:tbl><w:tblPr><w:tblW w:w="{breedte}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
                f'</w:tblPr><w:tblGrid><w:gridCol w:w="{breedte}"/></w:tblGrid><w:tr><w:trPr>'
                f'<w:trHeight w:val="{round(11 * CM * 20)}" w:hRule="atLeast"/></w:trPr><w:tc><w:tcPr>'
                f'<w:tcW w:w="{breedte}" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="{kleur}"/>'
                f'<w:tcMar>{marge}</w:tcMar><w:vAlign w:val="bottom"/></w:tcPr>'
                + self._logo()
                + self._paragraph("Title", run(clean(inhoud.titel)), "")
                + self._paragraph("Subtitle", run(clean(inhoud.ondertitel)), "")
                + self._paragraph("Normal", run(colofon, kleur="FFFFFF"), "")
                + "</w:tc></w:tr></w:tbl>"
            )
            self.regels.append(Regels("", Maat(11 * CM / 1.15, regel=1)))
        if inhoud.is_concept:
            self.paragraph("Normal", run("\u00a0CONCEPT\u00a0", vet=True, vlak="FFD98A"), "CONCEPT", voor=18)
        self._plain("Tussenkop", "Over dit document", voor=CM)
        self.write(inhoud.over)

    def _logo(self) -> str:
        stijl = self.inhoud.stijl
        if not stijl.logo:
            return ""
        naam = f"Logo van {self.inhoud.organisatie or self.inhoud.titel}"
        return self._paragraph(
            "Normal", self._picture(stijl.logo, naam, naam, hoog=1.8 * CM, breed=6 * CM), "", na=90
        )

    def reserve_contents(self) -> int:
        """The heading, and room for the lines; where they go in ``xml``."""
        self._plain("Kopregel zonder nummer", "Inhoudsopgave", nieuwe_pagina=True)
        self.xml.append("")
        for _, niveau, titel in self._entries():
            self.regels.append(Regels(titel, self.opmaak.maten[f"toc {niveau}"]))
        return len(self.xml) - 1

    def _entries(self) -> list[tuple[str, int, str]]:
        delen = [(nummer, niveau, clean(deel.titel)) for nummer, niveau, deel in numbered(self.inhoud)]
        return delen + [
            (f"Bijlage {nummer}:" if niveau == 1 else nummer, niveau, clean(deel.titel))
            for nummer, niveau, deel in appendices(self.inhoud)
        ]

    def fill_contents(self, plek: int, paginas: Sequence[int]) -> None:
        """A TOC field over several paragraphs, already filled: nothing is empty where fields are not updated."""
        delen, entries = [], self._entries()
        for n, ((nummer, niveau, titel), pagina) in enumerate(zip(entries, paginas, strict=True), start=1):
            wit = "<w:r><w:tab/></w:r>" if not nummer.endswith(":") else run(" ")
            blad = field(rf" PAGEREF _Toc{n:05} \h ", str(pagina))
            link = (
                f'<w:hyperlink w:anchor="_Toc{n:05}" w:history="1">{run(nummer)}{wit}{run(titel)}<w:r><w:tab/></w:r>'
                f"{blad}</w:hyperlink>"
            )
            begin = _field_start(r' TOC \o "1-3" \h \z \u ') if n == 1 else ""
            eind = _field_char("end") if n == len(entries) else ""
            delen.append(self._paragraph(f"toc {niveau}", begin + link + eind, ""))
        self.xml[plek] = "".join(delen)

    # --- blocks -----------------------------------------------------------------------------------------------------

    def write(self, blokken: Iterable[Blok]) -> None:
        vorige: Blok | None = None
        for blok in blokken:
            match blok:
                case Alinea():
                    self.paragraph("Normal", self._runs(blok), clean(blok.tekst))
                case Opsomming(punten):
                    for rest, punt in enumerate(punten, start=1 - len(punten)):
                        self._plain("List Bullet", punt, na=None if rest else 10)
                case NogTeSchrijven(tekst):
                    tekst = clean(tekst)
                    runs = run("Nog te schrijven: ", vet=True) + run(tekst)
                    self.paragraph("Nog te schrijven", runs, f"Nog te schrijven: {tekst}")
                case Kader(titel, inhoud):
                    if isinstance(vorige, Kader):  # Word makes one box of two that touch
                        self._plain("Tussenruimte", "")
                    self._box(titel, inhoud)
                case Citaten(titel, citaten):
                    self._plain("Tussenkop", titel)
                    for citaat in citaten:
                        tekst = clean(citaat.tekst)
                        runs = run(f"“{tekst}”") + run(
                            f"  {clean(citaat.herkomst)}", recht=True, kleur=GRIJS, corps=8.5
                        ) * bool(citaat.herkomst)
                        if citaat.noot and self.inhoud.met_spoor:
                            runs += run(f"  {citaat.noot}", recht=True, kleur=GRIJS, corps=7.5)
                        self.paragraph("Citaat", runs, tekst)
                case Peilingblok():
                    self._poll(blok)
                case Beeldblok(titel, woorden, beeld):
                    self._figure(titel, woorden, beeld)
                case Tabel():
                    self._table(blok)
                case Notenblok(kop, noten):
                    self._plain("Tussenkop", kop)
                    for noot in noten:
                        tekst, bij = clean(noot.tekst), clean(" · ".join(about(noot)))
                        merk = (
                            f'<w:r><w:rPr><w:rStyle w:val="Notitiemeta"/></w:rPr>{_content(f"  {bij}")}</w:r>'
                            if bij
                            else ""
                        )
                        code = (
                            f'<w:r><w:rPr><w:rStyle w:val="Notitiecode"/></w:rPr>{_content(noot.code)}</w:r>'
                        )
                        code = f"{code}<w:r><w:tab/></w:r>"
                        self.paragraph(
                            "Notitie", f"{code}{run(tekst)}{merk}", f"{tekst}  {bij}" if bij else tekst
                        )
            vorige = blok

    def _runs(self, alinea: Alinea, **kwargs: Any) -> str:
        delen = []
        for tekst, verwijzing in alinea.pieces():
            delen.append(run(clean(tekst), **kwargs))
            if verwijzing is not None and self.inhoud.met_spoor:
                delen.append(_reference(verwijzing))
        return "".join(delen)

    def _box(self, titel: str, inhoud: Iterable[Alinea | NogTeSchrijven]) -> None:
        delen = list(inhoud)
        self._plain("Rode draad kop", titel, voor=10, na=None if delen else 14)
        for rest, blok in enumerate(delen, start=1 - len(delen)):
            tekst = clean(blok.tekst)
            if isinstance(blok, Alinea):
                runs = self._runs(blok)
            else:  # the box stays one box: only the letters get the colour of unwritten text
                runs = run("Nog te schrijven: ", vet=True, vlak=MARKEER) + run(tekst, vlak=MARKEER)
                tekst = f"Nog te schrijven: {tekst}"
            self.paragraph("Rode draad", runs, tekst, na=None if rest else 14)

    def _poll(self, blok: Peilingblok) -> None:
        """In words, as a picture, and as a small table: a row for each moment."""
        self._plain("Tussenkop", blok.titel)
        self._plain("Normal", blok.woorden, met_volgende=True)
        if blok.beeld:
            self._figure("", blok.woorden, blok.beeld)
        rijen = tuple((rij.moment, str(rij.eens), str(rij.oneens), str(rij.anders)) for rij in blok.rijen)
        self._table(Tabel(blok.titel, ("", "Eens", "Oneens", "Anders"), rijen, (17, 17, 17, 17)), vast=True)
        self.paragraph("Bijschrift", run(clean(blok.herkomst)), clean(blok.herkomst), voor=4)

    def _table(self, tabel: Tabel, *, vast: bool = False) -> None:
        """*vast*: few rows, kept on one page. Headings repeat on every page."""
        breedtes = [round(self.opmaak.breedte * 20 * deel / 100) for deel in tabel.breedtes]
        rijen = "".join(
            self._row(rij, breedtes, kop=n == 0, vast=vast)
            for n, rij in enumerate((tabel.koppen, *tabel.rijen))
        )
        lijnen = "".join(
            f'<w:{kant} w:val="single" w:sz="4" w:space="0" w:color="9AA5A9"/>'
            for kant in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        self.xml.append(
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(breedtes)}" w:type="dxa"/><w:tblBorders>{lijnen}</w:tblBorders>'
            f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="00A0" w:firstRow="1" w:firstColumn="1"/>'
            f"<w:tblCaption w:val={quoteattr(clean(tabel.titel))}/></w:tblPr><w:tblGrid>"
            + "".join(f'<w:gridCol w:w="{breedte}"/>' for breedte in breedtes)
            + f"</w:tblGrid>{rijen}</w:tbl>"
        )
        if not vast:  # Word glues two tables together that touch
            self._plain("Tussenruimte", "")

    def _row(self, rij: Sequence[str], breedtes: Sequence[int], *, kop: bool, vast: bool) -> str:
        maat = self.opmaak.maten["Tabelcel"]
        cellen, hoogste = [], ("", 0)
        for n, (tekst, breedte) in enumerate(zip(rij, breedtes, strict=True)):
            tekst = clean(tekst)
            vlak = '<w:shd w:val="clear" w:color="auto" w:fill="EEF2F3"/>' * kop
            inhoud = self._paragraph("Tabelcel", run(tekst, vet=kop or n == 0), tekst, met_volgende=vast)
            cellen.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{breedte}" w:type="dxa"/>{vlak}</w:tcPr>{inhoud}</w:tc>'
            )
            hoogste = max(
                hoogste,
                ("\n" * (count_lines(tekst, maat, breedte / 20 - 11) - 1), n),
                key=lambda een: len(een[0]),
            )
        self.regels.append(Regels(hoogste[0], replace(maat, met_volgende=vast)))
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * kop}</w:trPr>{''.join(cellen)}</w:tr>"

    # --- pictures ---------------------------------------------------------------------------------------------------

    def _figure(self, titel: str, woorden: str, beeld: str) -> None:
        png = as_png(beeld)
        breed, hoog = size_of(png)
        hoogte = min(BEELDBREEDTE * hoog / breed, self.opmaak.hoogte * 0.85)
        maat = replace(self.opmaak.maten["Beeld"], corps=hoogte / 1.15, regel=1)
        self.paragraph(
            "Beeld", self._picture(png, titel, woorden, hoog=hoogte, breed=BEELDBREEDTE), "", maat=maat
        )
        if titel:
            self._plain("Bijschrift", titel)

    def _picture(self, data: bytes, titel: str, woorden: str, *, hoog: float, breed: float) -> str:
        """*data* as large as fits in *breed* by *hoog* points; *woorden* are what a screen reader says."""
        rel, image = self.document.part.get_or_add_image(io.BytesIO(data))
        schaal = min(breed / image.px_width, hoog / image.px_height)
        cx, cy = (round(maat * schaal * EMU) for maat in (image.px_width, image.px_height))
        self._beelden += 1
        n = 1000 + self._beelden
        naam, alt = quoteattr(clean(titel) or "Afbeelding"), quoteattr(clean(woorden))
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
            f'<wp:docPr id="{n}" name="Afbeelding {self._beelden}" title={naam} descr={alt}/>'
            f'<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{n}" name="Afbeelding {self._beelden}" descr={alt}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{rel}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
            f'<a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )


# --- runs ------------------------------------------------------------------------------------------------------------------


def run(
    tekst: str, *, vet: bool = False, recht: bool = False, kleur: str = "", corps: float = 0, vlak: str = ""
) -> str:
    """*tekst* (clean) as a run; line ends and tabs as Word writes them."""
    if not tekst:
        return ""
    eigen = "<w:b/>" * vet + '<w:i w:val="0"/>' * recht
    eigen += f'<w:color w:val="{kleur}"/>' if kleur else ""
    eigen += f'<w:sz w:val="{round(corps * 2)}"/>' if corps else ""
    eigen += f'<w:shd w:val="clear" w:color="auto" w:fill="{vlak}"/>' if vlak else ""
    eigen += "<w:rtl/>" * is_rtl(tekst)
    return f"<w:r>{f'<w:rPr>{eigen}</w:rPr>' if eigen else ''}{_content(tekst)}</w:r>"


def _content(tekst: str) -> str:
    tekst = escape(tekst.replace("\r\n", "\n").replace("\r", "\n"))
    if "\n" in tekst or "\t" in tekst:
        tekst = tekst.replace("\t", _DICHT + "<w:tab/>" + _OPEN).replace("\n", _DICHT + "<w:br/>" + _OPEN)
    return f"{_OPEN}{tekst}{_DICHT}"


_OPEN, _DICHT = '<w:t xml:space="preserve">', "</w:t>"
_RTL = frozenset({"R", "AL"})


def is_rtl(tekst: str) -> bool:
    """Does its first letter with a direction run from right to left?"""
    if tekst.isascii():
        return False
    richtingen = (unicodedata.bidirectional(teken) for teken in tekst)
    return next((richting in _RTL for richting in richtingen if richting in {"L", *_RTL}), False)


def _reference(verwijzing: Verwijzing) -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>[{verwijzing.nummer}]</w:t></w:r>'


def field(instructie: str, tekst: str) -> str:
    """A field that Word can work out again; until then it says *tekst*."""
    return f"{_field_start(instructie)}<w:r><w:t>{tekst}</w:t></w:r>{_field_char('end')}"


def _field_start(instructie: str) -> str:
    code = f'<w:r><w:instrText xml:space="preserve">{escape(instructie)}</w:instrText></w:r>'
    return f"{_field_char('begin')}{code}{_field_char('separate')}"


def _field_char(soort: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{soort}"/></w:r>'
