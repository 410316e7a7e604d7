"""The report as one page of HTML that needs nothing else: no script, no network. Each reference opens its notes.

The same page, on paper, is the PDF (``pdf``). Pure.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from denkdiner.paper import isolated, picture
from synthesis.exports.gegevens import Noot, tables_of
from synthesis.exports.html_stijl import stylesheet
from synthesis.exports.inhoud import (
    Alinea,
    Beeldblok,
    Blok,
    Citaten,
    Hoofdstuk,
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
from synthesis.exports.tekens import clean
from synthesis.exports.woorden import count, dutch_date

Delen = Iterator[str]


def write_html(inhoud: Verslaginhoud) -> bytes:
    """*inhoud* as a .html file. The same content gives the same bytes."""
    return page(inhoud).encode()


def page(inhoud: Verslaginhoud, *, papier: bool = False) -> str:
    """The whole page; *papier*: laid out for A4, with what only paper needs."""
    return clean("".join(_Bladzijde(inhoud, papier=papier).delen()))


def style_hash(html: str) -> str:
    """The source expression by which a content security policy lets the style of *html* through, and no other."""
    stijl = html.split("<style>", 1)[1].split("</style>", 1)[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(stijl.encode()).digest()).decode()}'"


class _Bladzijde:
    """One page in the making."""

    def __init__(self, inhoud: Verslaginhoud, *, papier: bool) -> None:
        self.inhoud, self.papier = inhoud, papier
        self.verwijst = inhoud.met_spoor or not papier
        """Do sentences show their references?"""
        self.in_bijlage = {
            noot.code
            for *_, deel in appendices(inhoud)
            for blok in deel.blokken
            if isinstance(blok, Notenblok)
            for noot in blok.noten
        }
        """Codes of the notes that a link can lead to."""

    def delen(self) -> Delen:
        inhoud = self.inhoud
        titel = f"{inhoud.titel} (concept)" if inhoud.is_concept else inhoud.titel
        stijl = stylesheet(inhoud, papier=self.papier)
        yield '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        if not self.papier:
            regels = f"default-src 'none'; img-src data:; style-src {style_hash(f'<style>{stijl}</style>')}"
            yield f'<meta http-equiv="Content-Security-Policy" content="{regels}">\n'
        yield f"<title>{_e(titel)}</title>\n"
        yield f'<meta name="author" content={quoteattr(inhoud.organisatie)}>\n'
        yield f'<meta name="description" content={quoteattr(inhoud.ondertitel)}>\n'
        yield f'<meta name="dcterms.created" content="{(inhoud.gemaakt or inhoud.datum).isoformat()[:19]}">\n'
        yield f"<style>{stijl}</style>\n</head>\n<body>\n"
        if inhoud.is_concept and not self.papier:
            yield '<aside class="concept" aria-label="Stand van dit verslag">CONCEPT</aside>\n'
        yield from self._cover()
        yield from self._contents()
        yield "<main>\n"
        for nummer, niveau, deel in numbered(inhoud):
            yield from self._section(nummer, niveau, deel)
        for nummer, niveau, deel in appendices(inhoud):
            yield from self._section(f"Bijlage {nummer}:" if niveau == 1 else nummer, niveau, deel)
        yield "</main>\n</body>\n</html>\n"

    def _cover(self) -> Delen:
        inhoud, stijl = self.inhoud, self.inhoud.stijl
        yield '<header class="omslag">\n<div class="blok">'
        if stijl.logo:
            bron = picture(stijl.logo, stijl.logosoort)
            yield f'<p class="logo"><img src="{bron}" alt={quoteattr(f"Logo van {inhoud.organisatie or inhoud.titel}")}></p>'
        yield f"<h1>{_e(inhoud.titel)}</h1><p>{_e(inhoud.ondertitel)}</p>"
        yield f"<p>{_e(' · '.join(filter(None, [inhoud.organisatie, dutch_date(inhoud.datum)])))}</p></div>\n"
        if inhoud.is_concept:
            yield '<p class="stempel">CONCEPT</p>\n'
        yield "<h2>Over dit document</h2>\n"
        yield from self._blocks(inhoud.over)
        yield "</header>\n"

    def _contents(self) -> Delen:
        yield '<nav aria-label="Inhoudsopgave">\n<h2>Inhoudsopgave</h2>\n<ul>\n'
        delen = [*numbered(self.inhoud)]
        delen += [
            (f"Bijlage {nummer}", niveau, deel)
            for nummer, niveau, deel in appendices(self.inhoud)
            if niveau == 1
        ]
        for nummer, niveau, deel in delen:
            link = f'<a href="#{_anchor(nummer)}"><span>{nummer}</span> {_e(deel.titel)}</a>'
            yield f'<li class="niveau-{niveau}">{link}</li>\n'
        yield "</ul>\n</nav>\n"

    def _section(self, nummer: str, niveau: int, deel: Hoofdstuk) -> Delen:
        kop = niveau + 1
        klasse = " bijlage" if nummer.startswith("Bijlage") else ""
        label = quoteattr(f"{nummer} {deel.titel}")
        yield f'<section class="deel-{niveau}{klasse}">\n<h{kop} id="{_anchor(nummer)}" data-label={label}>'
        yield f'<span class="nr">{nummer}</span> {_e(deel.titel)}</h{kop}>\n'
        yield from self._blocks(deel.blokken)
        yield "</section>\n"

    # --- blocks -----------------------------------------------------------------------------------------------------

    def _blocks(self, blokken: Iterable[Blok]) -> Delen:
        for blok in blokken:
            yield from self._block(blok)

    def _block(self, blok: Blok) -> Delen:
        match blok:
            case Alinea():
                yield from self._paragraph(blok)
            case Opsomming(punten):
                yield f'<ul class="punten">{"".join(f"<li {_DIR}>{_e(punt)}</li>" for punt in punten)}</ul>\n'
            case NogTeSchrijven(tekst):
                yield _unwritten(tekst)
            case Kader(titel, inhoud):
                yield f'<div class="kader"><p class="kop">{_e(titel)}</p>'
                for deel in inhoud:
                    yield from self._block(deel)
                yield "</div>\n"
            case Citaten(titel, citaten):
                yield f'<p class="kop">{_e(titel)}</p>\n'
                for citaat in citaten:
                    herkomst = _e(citaat.herkomst)
                    if citaat.noot in self.in_bijlage and self.verwijst:
                        herkomst = f'{herkomst} <a href="#n-{citaat.noot}">{citaat.noot}</a>'
                    yield f"<blockquote><p {_DIR}>“{_e(citaat.tekst)}”</p>"
                    yield f'<p class="wie">{herkomst}</p></blockquote>\n' if herkomst else "</blockquote>\n"
            case Peilingblok():
                yield from _poll(blok)
            case Beeldblok(titel, woorden, beeld):
                yield f"<figure>{_image(beeld, woorden)}<figcaption>{_e(titel)}</figcaption></figure>\n"
            case Tabel():
                yield from self._table(blok)
            case Notenblok(kop, noten):
                yield f'<p class="kop">{_e(kop)}</p>\n<ul class="noten">\n'
                for noot in noten:
                    yield _note(noot, anker=True)
                yield "</ul>\n"

    def _paragraph(self, alinea: Alinea) -> Delen:
        yield f"<p {_DIR}>"
        for tekst, verwijzing in alinea.pieces():
            yield _e(tekst)
            if verwijzing is not None and self.verwijst:
                doel = "spoor" if self.papier else "rust"
                n = verwijzing.nummer
                yield f'<sup><a href="#{doel}-{n}" id="v-{n}" aria-label="Bron {n}">[{n}]</a></sup>'
        yield "</p>\n"
        if not self.papier:
            for verwijzing in alinea.verwijzingen:
                yield from self._opened(verwijzing)

    def _opened(self, verwijzing: Verwijzing) -> Delen:
        """What a reference opens: the notes themselves."""
        n = verwijzing.nummer
        noten = [noot for code in verwijzing.noten if (noot := self.inhoud.gegevens.noot(code)) is not None]
        van_tafels, delen = [noot for noot in noten if noot.bron == "tafel"], []
        if van_tafels:
            notities = count(len(van_tafels), "notitie", "notities")
            delen.append(f"{notities} van {count(tables_of(van_tafels), 'tafel', 'tafels')}")
        if anders := len(noten) - len(van_tafels):
            delen.append(f"{count(anders, 'notitie', 'notities')} van een spreker of de zaal")
        if verwijzing.draden:
            delen.append(count(len(verwijzing.draden), "rode draad", "rode draden"))
        waarop = " en ".join(delen) or "notities buiten dit verslag"
        # the anchor is inside: a browser opens what holds the place that a link leads to
        yield f'<details class="rust"><summary>[{n}] Rust op {waarop}</summary><div id="rust-{n}">'
        if noten:
            yield '<ul class="noten">\n'
            for noot in noten:
                yield _note(noot, anker=False, naar=noot.code in self.in_bijlage, waar=True)
            yield "</ul>"
        for nummer in verwijzing.draden:
            draad = next((een for een in self.inhoud.gegevens.draden if een.nummer == nummer), None)
            yield f"<p>Rode draad {nummer}{_e(f': {draad.titel}') if draad else ''}</p>"
        yield "</div></details>\n"

    def _table(self, tabel: Tabel) -> Delen:
        koppen = "".join(f'<th scope="col">{_e(kop)}</th>' for kop in tabel.koppen)
        breedtes = "".join(f'<col class="b{breedte}">' for breedte in tabel.breedtes)
        yield f"<table><caption>{_e(tabel.titel)}</caption><colgroup>{breedtes}</colgroup>"
        yield f"<thead><tr>{koppen}</tr></thead><tbody>\n"
        for eerste, *rest in tabel.rijen:
            nummer = eerste.strip("[]")
            anker = f' id="spoor-{nummer}"' if eerste.startswith("[") else ""
            cellen = "".join(f"<td {_DIR}>{_e(cel)}</td>" for cel in rest)
            yield f'<tr{anker}><th scope="row">{_e(eerste)}</th>{cellen}</tr>\n'
        yield "</tbody></table>\n"


_DIR = 'dir="auto"'


def _e(tekst: str) -> str:
    return escape(isolated(tekst))


def _anchor(nummer: str) -> str:
    """ "kop-2.1" or "bijlage-a"."""
    naam = nummer.rstrip(":").lower().replace(" ", "-")
    return naam if naam.startswith("bijlage") else f"kop-{naam}"


def _unwritten(tekst: str) -> str:
    return f'<p class="nog"><b>Nog te schrijven:</b> {_e(tekst)}</p>\n'


def _image(svg: str, woorden: str) -> str:
    return f'<img src="{picture(svg.encode())}" alt={quoteattr(woorden)}>'


def _poll(blok: Peilingblok) -> Delen:
    yield f'<p class="kop">{_e(blok.titel)}</p>\n<p>{_e(blok.woorden)}</p>\n'
    if blok.beeld:
        yield f"<figure>{_image(blok.beeld, blok.woorden)}</figure>\n"
    yield f'<table class="smal"><caption>{_e(blok.titel)} in getallen</caption><thead><tr><td></td>'
    yield (
        "".join(f'<th scope="col">{kop}</th>' for kop in ("Eens", "Oneens", "Anders"))
        + "</tr></thead><tbody>"
    )
    for rij in blok.rijen:
        cellen = "".join(f"<td>{getal}</td>" for getal in (rij.eens, rij.oneens, rij.anders))
        yield f'<tr><th scope="row">{_e(rij.moment)}</th>{cellen}</tr>'
    yield f'</tbody></table>\n<p class="wie">{_e(blok.herkomst)}</p>\n'


def _note(noot: Noot, *, anker: bool, naar: bool = False, waar: bool = False) -> str:
    """*anker*: others may lead here; *naar*: it stands in the appendix; *waar*: say which table."""
    code = f'<a href="#n-{noot.code}">{noot.code}</a>' if naar else noot.code
    van = f"Diner {noot.diner}, {noot.wie[:1].lower()}{noot.wie[1:]}" if waar else ""
    bij = " · ".join(filter(None, [van, *about(noot)]))
    plek = f' id="n-{noot.code}"' if anker else ""
    merk = f' <span class="bij">{_e(bij)}</span>' if bij else ""
    return f'<li{plek}><span class="code">{code}</span> <span class="tekst" {_DIR}>{_e(noot.tekst)}</span>{merk}</li>\n'


def about(noot: Noot) -> Iterator[str]:
    """What is known of a note beside its text, where it is not what it always is."""
    if noot.soort != "inzicht":
        yield noot.soort
    if noot.letterlijk:
        yield "letterlijk"
    if noot.standpunt:
        yield noot.standpunt
    if noot.horizon:
        yield f"horizon {noot.horizon}"
    if noot.ronde:
        yield f"ronde {noot.ronde}"
    if noot.trefwoorden:
        yield ", ".join(noot.trefwoorden)
    if noot.draad:
        yield f"rode draad {noot.draad}" + (f" ({noot.rol})" if noot.rol not in {"", "steun"} else "")
    elif noot.opzij:
        yield f"opzij gelegd{f': {noot.reden}' if noot.reden else ''}"
    elif noot.bron == "tafel":
        yield "nog los"
