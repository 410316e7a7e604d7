"""The report as Markdown (CommonMark with tables), for who writes on in a text editor."""

import re
from collections.abc import Iterable, Iterator, Sequence

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
    appendices,
    numbered,
)
from synthesis.exports.tekens import clean
from synthesis.exports.woorden import dutch_date

_OVERAL = re.compile(r"([\\`*_\[\]<>|~&#])")
_VOORAAN = re.compile(r"^(\s*)([-+=:]|\d+[.)])", re.MULTILINE)
CONCEPT = "> **CONCEPT**: dit verslag is nog niet vastgesteld."


def write_md(inhoud: Verslaginhoud) -> bytes:
    """*inhoud* as a .md file. The same content gives the same bytes."""
    return ("\n\n".join(_parts(inhoud)) + "\n").encode()


def escape(tekst: str) -> str:
    """*tekst* so that it reads as it is: no mark of it becomes Markdown, no line end is lost."""
    tekst = _OVERAL.sub(r"\\\1", clean(tekst).replace("\r\n", "\n").replace("\r", "\n"))
    tekst = _VOORAAN.sub(lambda een: f"{een[1]}{een[2][:-1]}\\{een[2][-1]}", tekst)
    regels = [regel.replace("\t", "&#9;") for regel in tekst.split("\n")]
    return (
        "\\\n".join(_spaces(regel) or "&#32;" for regel in regels) if len(regels) > 1 else _spaces(regels[0])
    )


def _spaces(regel: str) -> str:
    """Spaces at the ends count in Markdown; in a text of a person they are just spaces."""
    kern = regel.strip(" ")
    if not kern:
        return "&#32;" * len(regel)
    begin = len(regel) - len(regel.lstrip(" "))
    return "&#32;" * begin + kern + "&#32;" * (len(regel) - len(kern) - begin)


def _parts(inhoud: Verslaginhoud) -> Iterator[str]:
    if inhoud.is_concept:
        yield CONCEPT
    yield f"# {_line(inhoud.titel)}"
    yield f"{_line(inhoud.ondertitel)}  \n{_line(' · '.join(filter(None, [inhoud.organisatie, dutch_date(inhoud.datum)])))}"
    yield "## Over dit document"
    yield from _blocks(inhoud.over, inhoud)
    for nummer, niveau, deel in numbered(inhoud):
        yield f"{'#' * (niveau + 1)} {nummer} {_line(deel.titel)}"
        yield from _blocks(deel.blokken, inhoud)
    for nummer, niveau, deel in appendices(inhoud):
        yield f"{'#' * (niveau + 1)} {f'Bijlage {nummer}:' if niveau == 1 else nummer} {_line(deel.titel)}"
        yield from _blocks(deel.blokken, inhoud)


def _line(tekst: str) -> str:
    """On one line."""
    return escape(" ".join(tekst.split()))


def _blocks(blokken: Iterable[Blok], inhoud: Verslaginhoud) -> Iterator[str]:
    for blok in blokken:
        match blok:
            case Alinea():
                yield _sentence(blok, inhoud)
            case Opsomming(punten):
                yield "\n".join(f"- {_inside(punt)}" for punt in punten)
            case NogTeSchrijven(tekst):
                yield f"> **Nog te schrijven:** {_line(tekst)}"
            case Kader(titel, delen):
                regels = [f"**{_line(titel)}**"]
                for deel in delen:
                    nog = isinstance(deel, NogTeSchrijven)
                    regels.append(
                        f"**Nog te schrijven:** {escape(deel.tekst)}" if nog else _sentence(deel, inhoud)
                    )
                yield _quoted("\n\n".join(regels))
            case Citaten(titel, citaten):
                yield f"**{_line(titel)}**"
                for citaat in citaten:
                    wie = f"\n\n{_line(citaat.herkomst)}" if citaat.herkomst else ""
                    yield _quoted(f"“{escape(citaat.tekst)}”{wie}")
            case Peilingblok():
                yield f"**{_line(blok.titel)}**"
                yield escape(blok.woorden)
                rijen = [(rij.moment, str(rij.eens), str(rij.oneens), str(rij.anders)) for rij in blok.rijen]
                yield _table(("Moment", "Eens", "Oneens", "Anders"), rijen)
                yield escape(blok.herkomst)
            case Beeldblok(titel, woorden, _):
                yield f"**{_line(titel)}** {escape(woorden)}"
            case Tabel():
                yield f"**{_line(blok.titel)}**"
                yield _table(blok.koppen, blok.rijen)
            case Notenblok(kop, noten):
                yield f"**{_line(kop)}**"
                regels = []
                for noot in noten:
                    bij = " · ".join(about(noot))
                    merk = f" *({_line(bij)})*" if bij else ""
                    regels.append(f"- `{noot.code}` {_inside(noot.tekst)}{merk}")
                yield "\n".join(regels)


def _sentence(alinea: Alinea | NogTeSchrijven, inhoud: Verslaginhoud) -> str:
    if isinstance(alinea, NogTeSchrijven) or not inhoud.met_spoor:
        return escape(alinea.tekst)
    delen = []
    for tekst, verwijzing in alinea.pieces():
        delen.append(escape(tekst))
        if verwijzing is not None:
            delen.append(f" \\[{verwijzing.nummer}\\]")
    return "".join(delen)


def _inside(tekst: str) -> str:
    """As part of an item of a list."""
    return escape(tekst).replace("\n", "\n  ")


def _quoted(tekst: str) -> str:
    return "\n".join(f"> {regel}".rstrip() for regel in tekst.split("\n"))


def _table(koppen: Sequence[str], rijen: Iterable[Sequence[str]]) -> str:
    regels = [koppen, ["---"] * len(koppen)]
    lijn = "\n".join(
        f"| {' | '.join(_line(cel) if nummer != 1 else cel for cel in rij)} |"
        for nummer, rij in enumerate(regels)
    )
    return "\n".join([lijn, *(f"| {' | '.join(_line(cel) for cel in rij)} |" for rij in rijen)])
