"""How the page looks: on a screen, and on paper (the files in ``stijl/``). Pure."""

import re
from functools import cache
from pathlib import Path

from denkdiner.paper import letters, picture
from synthesis.exports.inhoud import Tabel, Verslaginhoud, appendices
from synthesis.exports.kleuren import tint

WATERMERK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" width="840" height="1188"><text x="105" y="165" '
    'font-family="Source Sans, Source Sans 3, Arial, sans-serif" font-size="46" font-weight="700" text-anchor="middle" '
    'fill="#eceff0" transform="rotate(-52 105 148)">CONCEPT</text></svg>'
)
"""So light that letters over it reach the same contrast as on white, near enough: 13 : 1."""


def stylesheet(inhoud: Verslaginhoud, *, papier: bool) -> str:
    """In the colours of the house style; on paper with our own letters, and a watermark while it is a concept."""
    kleur, merk = inhoud.stijl.kleur, inhoud.is_concept
    css = (_lettertypen() if papier else "") + _read("altijd") + _read("papier" if papier else "scherm")
    beeld = f'background: url("{picture(WATERMERK.encode())}") center / 210mm 297mm no-repeat;'
    css = fill_in(
        css,
        WATERMERK=beeld if merk else "",
        MERK="CONCEPT" if merk else "",
        LETTER='"Source Sans", "DejaVu Sans", sans-serif',
        KLEUR=kleur,
        TINT=tint(kleur, 0.6),
        VLAK=tint(kleur, 0.91),
    )
    return css + "".join(f".b{breedte} {{ width: {breedte}%; }}\n" for breedte in sorted(_widths(inhoud)))


def fill_in(tekst: str, **waarden: str) -> str:
    """*tekst* with each name in capitals replaced by its value, in one go: a value may hold a name."""
    return re.sub("|".join(waarden), lambda naam: waarden[naam[0]], tekst)


def _widths(inhoud: Verslaginhoud) -> set[int]:
    """Of columns: an attribute for it would be style outside of the one place where it may be."""
    return {
        breedte
        for *_, deel in appendices(inhoud)
        for blok in deel.blokken
        if isinstance(blok, Tabel)
        for breedte in blok.breedtes
    }


@cache
def _read(naam: str) -> str:
    return (Path(__file__).parent / "stijl" / f"{naam}.css").read_text()


def _lettertypen() -> str:
    return "".join(
        f'@font-face {{ font-family: "Source Sans"; font-style: {stijl}; font-weight: {gewicht}; src: url("{adres}"); }}\n'
        for stijl, gewicht, adres in letters()
    )
