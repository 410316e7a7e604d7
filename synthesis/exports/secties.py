"""The sections of a report as text: what each says, what the app would make of it, what is still to be written. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from synthesis.exports.bron import Verslagbron
from synthesis.exports.gegevens import Gegevens
from synthesis.exports.inhoud import (
    Alinea,
    Beeldblok,
    Blok,
    Citaten,
    Kader,
    NogTeSchrijven,
    Opsomming,
    Peilingblok,
    Verslaginhoud,
    numbered,
)
from synthesis.exports.opbouw import build_inhoud, over_sentence

OVER = "over"
OVER_TITEL = "Over dit document"


@dataclass(frozen=True, slots=True)
class Sectie:
    """``sleutel``: under which a person writes; empty where nobody does. ``nummer``: empty for "Over dit document"."""

    sleutel: str
    nummer: str
    titel: str
    niveau: int
    tekst: str

    @property
    def kop(self) -> str:
        return f"{self.nummer} {self.titel}".strip()


def secties(inhoud: Verslaginhoud) -> tuple[Sectie, ...]:
    """Every section in reading order, its blocks as text; a picture by its words."""
    return (
        Sectie(OVER, "", OVER_TITEL, 1, text_of(inhoud.over)),
        *(
            Sectie(deel.sleutel, nummer, deel.titel, niveau, text_of(deel.blokken))
            for nummer, niveau, deel in numbered(inhoud)
        ),
    )


def text_of(blokken: Iterable[Blok]) -> str:
    return "\n\n".join(filter(None, map(_text, blokken)))


def _text(blok: Blok) -> str:
    match blok:
        case Alinea():
            return blok.tekst
        case NogTeSchrijven():
            return f"Nog te schrijven: {blok.tekst}"
        case Opsomming():
            return "\n".join(f"• {punt}" for punt in blok.punten)
        case Kader():
            return "\n\n".join([blok.titel, *map(_text, blok.blokken)])
        case Citaten():
            return "\n".join(
                [blok.titel, *(f"“{citaat.tekst}” {citaat.herkomst}".strip() for citaat in blok.citaten)]
            )
        case Peilingblok() | Beeldblok():
            return f"{blok.titel}: {blok.woorden}"
    return ""


def bronteksten(bron: Verslagbron) -> dict[str, str]:
    """By section key what the app makes of it from *bron*, whoever wrote there.

    Without what says nothing about that section: the date, the state, marks of what is still to be written, and the quotes
    of a diner, which only stand at the end of its last section.
    """
    kaal = replace(bron, teksten={}, gegevens=Gegevens(), status="concept")
    inhoud = build_inhoud(kaal, vandaag=date(2000, 1, 1))
    return {OVER: over_sentence(bron)} | {
        deel.sleutel: text_of(_sources(deel.blokken)) for _, _, deel in numbered(inhoud) if deel.sleutel
    }


def _sources(blokken: Iterable[Blok]) -> Iterator[Blok]:
    for blok in blokken:
        if isinstance(blok, Kader):
            if geschreven := tuple(deel for deel in blok.blokken if isinstance(deel, Alinea)):
                yield replace(blok, blokken=geschreven)
        elif not isinstance(blok, NogTeSchrijven | Citaten):
            yield blok


@dataclass(frozen=True, slots=True)
class Gat:
    """Something that a person must still write, in the section with this key (or, where nobody writes, number)."""

    sleutel: str
    kop: str
    tekst: str


def gaps(inhoud: Verslaginhoud) -> tuple[Gat, ...]:
    """What is still to be written, in reading order."""
    delen = [(OVER, OVER_TITEL, inhoud.over)] + [
        (deel.sleutel or nummer, f"{nummer} {deel.titel}", deel.blokken)
        for nummer, _, deel in numbered(inhoud)
    ]
    return tuple(
        Gat(sleutel, kop, blok.tekst)
        for sleutel, kop, blokken in delen
        for buiten in blokken
        for blok in (buiten.blokken if isinstance(buiten, Kader) else (buiten,))
        if isinstance(blok, NogTeSchrijven)
    )
