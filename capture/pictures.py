"""Pictures of a peiling as SVG, and the same in words. Pure: no database, no clock; one picture for page, paper and scherm.

Eens is solid, oneens is striped, anders is dotted, and every number stands beside its swatch: readable in black and white.
How a picture is drawn: ``denkdiner.drawing``.
"""

from collections.abc import Iterator

from capture.queries.peilingen import Tafeluitslag, Uitslag, Verschuiving
from denkdiner.drawing import (
    BREED,
    DONKER,
    LETTER,
    LICHT,
    REGEL,
    Kleuren,
    Vulling,
    number,
    percent,
    rect,
    segment,
    svg,
    text,
)
from denkdiner.text import capital

__all__ = ["DONKER", "LICHT", "bron_words", "peiling_svg", "peiling_words", "tafels_svg", "tafels_words"]

BALK, BRUG = 48, 38
"""Height of a bar, and of the room between two of them."""
KOLOMMEN = (0, 148, 322)
"""Where the three counts begin: there is room for hundreds."""
SMALSTE = 84
"""A segment of at least this width has its percentage inside."""
KEUZES = ("eens", "oneens", "anders")


VULLINGEN: dict[str, Vulling] = {"eens": "vol", "oneens": "streep", "anders": "stip"}


# --- in words -----------------------------------------------------------------------------------------------------------


def peiling_words(verschuiving: Verschuiving) -> str:
    """What the picture of the room says: "Vooraf 12 eens, 8 oneens, 2 anders; achteraf 7 eens, …: 5 minder eens." """
    momenten = "; ".join(f"{naam} {_counts(uitslag)}" for naam, uitslag in _momenten(verschuiving))
    if verschuiving.is_gemengd:
        return capital(f"{momenten}. Het ene is aan de tafels geteld, het andere met de telefoon gestemd.")
    return capital(f"{momenten}{_shift(verschuiving)}.")


def tafels_words(verschuiving: Verschuiving) -> str:
    """How many tables moved: "Aan 5 tafels minder eens, aan 2 meer, aan 1 evenveel."; empty when none counted twice."""
    verschillen = [_share(rij.na) - _share(rij.voor) for rij in verschuiving.per_tafel if rij.voor and rij.na]
    groepen = (
        (sum(verschil < 0 for verschil in verschillen), "minder"),
        (sum(verschil > 0 for verschil in verschillen), "meer"),
        (sum(verschil == 0 for verschil in verschillen), "evenveel"),
    )
    delen = [f"aan {aantal} {woord}" for aantal, woord in groepen if aantal]
    if not delen:
        return ""
    eerste, *rest = delen
    _, aantal, woord = eerste.split(" ")
    tafels = "tafel" if aantal == "1" else "tafels"
    return f"Aan {aantal} {tafels} {woord} eens{''.join(f', {deel}' for deel in rest)}."


def bron_words(verschuiving: Verschuiving) -> str:
    """Where the numbers of the room come from: "Geteld aan 8 tafels", "41 stemmen met de telefoon"."""
    momenten = [(naam, uitslag) for naam, uitslag in _momenten(verschuiving)]
    bronnen = [_source(uitslag) for _, uitslag in momenten]
    if len(set(bronnen)) == 1:
        return capital(bronnen[0])
    if verschuiving.is_verschuiving:
        _, na = momenten[1]
        return capital(f"{bronnen[0]} vooraf, {na.totaal if na.met_telefoon else na.tafels} achteraf")
    return capital("; ".join(f"{naam} {bron}" for (naam, _), bron in zip(momenten, bronnen, strict=True)))


def _momenten(verschuiving: Verschuiving) -> list[tuple[str, Uitslag]]:
    momenten = (("vooraf", verschuiving.voor), ("achteraf", verschuiving.na))
    return [(naam, uitslag) for naam, uitslag in momenten if uitslag is not None]


def _source(uitslag: Uitslag) -> str:
    if uitslag.met_telefoon:
        return f"{_heads(uitslag)} met de telefoon"
    return f"geteld aan {uitslag.tafels} {'tafel' if uitslag.tafels == 1 else 'tafels'}"


def _counts(uitslag: Uitslag) -> str:
    return f"{uitslag.eens} eens, {uitslag.oneens} oneens, {uitslag.anders} anders"


def _shift(verschuiving: Verschuiving) -> str:
    """By heads when as many people spoke up both times, else by share: fewer hands need not mean fewer who agree."""
    voor, na = verschuiving.voor, verschuiving.na
    if voor is None or na is None:
        return ""
    if voor.totaal != na.totaal:
        return f": van {_percent(voor.eens, voor)} naar {_percent(na.eens, na)} procent eens"
    for keuze in KEUZES[:2]:
        if verschil := getattr(na, keuze) - getattr(voor, keuze):
            return f": {abs(verschil)} {'meer' if verschil > 0 else 'minder'} {keuze}"
    return ": niets verschoven"


def _share(uitslag: Uitslag | None) -> float:
    return uitslag.eens / uitslag.totaal if uitslag and uitslag.totaal else 0.0


def _percent(aantal: int, uitslag: Uitslag) -> int:
    return percent(aantal, uitslag.totaal)


# --- drawn --------------------------------------------------------------------------------------------------------------


def peiling_svg(verschuiving: Verschuiving, kleuren: Kleuren = LICHT) -> str:
    """The room before and after the talk: two bars of 100 %, and lines that show how the borders moved.

    A whole ``<svg>``, for inline use or as a file; its name for a screen reader is ``peiling_words``.
    """
    momenten = _momenten(verschuiving)
    naam, uitslag = momenten[0]
    delen = [
        *_caption(naam, uitslag, 0, kleuren),
        *_line_of_counts(uitslag, REGEL, kleuren),
        *_bar(uitslag, 0, 2 * REGEL + 2, BREED, BALK, kleuren),
    ]
    y = 2 * REGEL + 2 + BALK
    if verschuiving.is_verschuiving:
        delen += _bridges(uitslag, momenten[1][1], y, kleuren)
    for naam, uitslag in momenten[
        1:
    ]:  # what belongs to the second bar stands under it: the two bars lie side by side
        y += BRUG
        delen += _bar(uitslag, 0, y, BREED, BALK, kleuren)
        delen += _line_of_counts(uitslag, y + BALK + 10, kleuren)
        delen += _caption(naam, uitslag, y + BALK + 10 + REGEL, kleuren)
        y += BALK + 10 + 2 * REGEL
    return _svg(verschuiving, peiling_words(verschuiving), y, delen)


def tafels_svg(verschuiving: Verschuiving, kleuren: Kleuren = LICHT) -> str:
    """Every table that counted: a bar before, under it a bar after, and how many agree. Empty when no table counted."""
    if not verschuiving.per_tafel:
        return ""
    hoog, smal, links, rechts = 54, 21, 112, 300
    delen = [text(links, 22, "boven vooraf, onder achteraf", kleuren, LETTER)]
    for plek, rij in enumerate(verschuiving.per_tafel):
        y = REGEL + plek * hoog
        delen.append(text(0, y + 30, f"Tafel {rij.tafel}", kleuren, LETTER, vet=True))
        for uitslag, boven in ((rij.voor, y), (rij.na, y + smal + 3)):
            if uitslag is not None:
                delen += _bar(uitslag, links, boven, rechts - links, smal, kleuren, met_percent=False)
        delen.append(text(rechts + 12, y + 30, _of_table(rij), kleuren, LETTER))
    words = " ".join(f"Tafel {rij.tafel}: {_of_table(rij)}." for rij in verschuiving.per_tafel)
    return _svg(verschuiving, words, REGEL + len(verschuiving.per_tafel) * hoog, delen)


def _of_table(rij: Tafeluitslag) -> str:
    if rij.voor and rij.na:
        return f"{rij.voor.eens} → {rij.na.eens} eens"
    uitslag, naam = (rij.voor, "vooraf") if rij.voor else (rij.na, "achteraf")
    return f"{naam} {uitslag.eens if uitslag else 0} eens"


def _svg(verschuiving: Verschuiving, words: str, hoog: int, delen: list[str]) -> str:
    return svg(f"Peiling over stelling {verschuiving.stelling.nummer}", words, hoog, delen)


def _caption(naam: str, uitslag: Uitslag, y: float, kleuren: Kleuren) -> Iterator[str]:
    """Which moment it is, and of how many people."""
    yield text(0, y + LETTER - 3, naam.capitalize(), kleuren, LETTER, vet=True)
    yield text(BREED, y + LETTER - 3, _heads(uitslag), kleuren, LETTER, anker="end")


def _heads(uitslag: Uitslag) -> str:
    een, meer = ("stem", "stemmen") if uitslag.met_telefoon else ("hand", "handen")
    return f"{uitslag.totaal} {een if uitslag.totaal == 1 else meer}"


def _line_of_counts(uitslag: Uitslag, y: float, kleuren: Kleuren) -> Iterator[str]:
    """Each count beside the swatch that says which part of the bar it is."""
    for x, keuze in zip(KOLOMMEN, KEUZES, strict=True):
        yield from _segment(keuze, x, y + 1, LETTER, LETTER, kleuren)
        yield text(x + LETTER + 8, y + LETTER - 3, f"{getattr(uitslag, keuze)} {keuze}", kleuren, LETTER)


def _borders(uitslag: Uitslag, breed: float) -> list[float]:
    """Where the parts of a bar begin and end, from 0 to *breed*."""
    som, grenzen = 0, [0.0]
    for keuze in KEUZES:
        som += getattr(uitslag, keuze)
        grenzen.append(breed * som / (uitslag.totaal or 1))
    return grenzen


def _bar(
    uitslag: Uitslag,
    x: float,
    y: float,
    breed: float,
    hoog: float,
    kleuren: Kleuren,
    *,
    met_percent: bool = True,
) -> Iterator[str]:
    grenzen = _borders(uitslag, breed)
    for keuze, begin, einde in zip(KEUZES, grenzen, grenzen[1:], strict=False):
        if einde > begin:
            yield from _segment(keuze, x + begin, y, einde - begin, hoog, kleuren)
            if met_percent and einde - begin >= SMALSTE:
                midden = x + (begin + einde) / 2
                tekst = f"{_percent(getattr(uitslag, keuze), uitslag)} %"
                yield rect(midden - 36, y + 8, 72, hoog - 16, kleuren.papier, "papier", rond=6)
                yield text(midden, y + hoog / 2 + 8, tekst, kleuren, LETTER, vet=True, anker="middle")


def _segment(keuze: str, x: float, y: float, breed: float, hoog: float, kleuren: Kleuren) -> Iterator[str]:
    return segment(VULLINGEN[keuze], keuze, x, y, breed, hoog, kleuren)


def _bridges(voor: Uitslag, na: Uitslag, y: float, kleuren: Kleuren) -> Iterator[str]:
    """From each border in the bar before to the same border in the bar after."""
    for boven, onder in zip(_borders(voor, BREED)[1:-1], _borders(na, BREED)[1:-1], strict=True):
        yield (
            f'<line x1="{number(_inside(boven))}" y1="{number(y + 3)}" '
            f'x2="{number(_inside(onder))}" y2="{number(y + BRUG - 3)}" '
            f'stroke="{kleuren.inkt}" stroke-width="3" stroke-dasharray="7 5" class="beeld__lijn-inkt"/>'
        )


def _inside(x: float) -> float:
    """A line on the very edge would be drawn half."""
    return min(max(x, 1.5), BREED - 1.5)
