"""Pictures of a peiling as SVG, and the same in words. Pure: no database, no clock; one picture for page, paper and scherm.

Eens is solid, oneens is striped, anders is dotted, and every number stands beside its swatch: readable in black and white.
Only presentation attributes and no ``<style>``, ``<pattern>`` or ids: the CSP stays strict, two pictures fit on one page,
and every renderer draws them. A page may recolour by class (static/css/components.css).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from capture.queries.peilingen import Tafeluitslag, Uitslag, Verschuiving
from denkdiner.text import capital

BREED = 480
"""Width of every viewBox: on a phone of 320 px the smallest letter is then still 13 px high."""
BALK, BRUG = 48, 38
"""Height of a bar, and of the room between two of them."""
LETTER, KLEIN, REGEL = 24, 21, 34
SMALSTE = 84
"""A segment of at least this width has its percentage inside."""
KEUZES = ("eens", "oneens", "anders")


@dataclass(frozen=True, slots=True)
class Kleuren:
    """What a picture is drawn with; all of them reach 3 : 1 on ``papier``, and ``inkt`` reaches 7 : 1."""

    inkt: str = "#1b2428"
    papier: str = "#ffffff"
    eens: str = "#17515f"
    oneens: str = "#b4510f"
    anders: str = "#4d5a60"


LICHT = Kleuren()
DONKER = Kleuren(inkt="#f3f6f4", papier="#0c2027", eens="#8ccbd6", oneens="#f0a35f", anders="#bcd5da")
"""For the scherm, which is always dark."""


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
    """A whole percentage, half a percent up."""
    return (200 * aantal + uitslag.totaal) // (2 * uitslag.totaal) if uitslag.totaal else 0


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
    hoog, smal, links, rechts = 60, 21, 92, 304
    delen = [_text(links, 18, "boven vooraf, onder achteraf", kleuren, KLEIN)]
    for plek, rij in enumerate(verschuiving.per_tafel):
        y = REGEL + plek * hoog
        delen.append(_text(0, y + 30, f"Tafel {rij.tafel}", kleuren, KLEIN, vet=True))
        for uitslag, boven in ((rij.voor, y), (rij.na, y + smal + 3)):
            if uitslag is not None:
                delen += _bar(uitslag, links, boven, rechts - links, smal, kleuren, percent=False)
        delen.append(_text(rechts + 12, y + 30, _of_table(rij), kleuren, KLEIN))
    words = " ".join(f"Tafel {rij.tafel}: {_of_table(rij)}." for rij in verschuiving.per_tafel)
    return _svg(verschuiving, words, REGEL + len(verschuiving.per_tafel) * hoog, delen)


def _of_table(rij: Tafeluitslag) -> str:
    if rij.voor and rij.na:
        return f"{rij.voor.eens} → {rij.na.eens} eens"
    uitslag, naam = (rij.voor, "vooraf") if rij.voor else (rij.na, "achteraf")
    return f"{naam} {uitslag.eens if uitslag else 0} eens"


def _svg(verschuiving: Verschuiving, words: str, hoog: int, delen: list[str]) -> str:
    titel = f"Peiling over stelling {verschuiving.stelling.nummer}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="beeld" viewBox="0 0 {BREED} {hoog}" role="img" '
        f'aria-label={quoteattr(words)} font-family="Source Sans, Source Sans 3, Arial, sans-serif">'
        f"<title>{escape(titel)}</title><desc>{escape(words)}</desc>{''.join(delen)}</svg>"
    )


def _caption(naam: str, uitslag: Uitslag, y: float, kleuren: Kleuren) -> Iterator[str]:
    """Which moment it is, and of how many people."""
    yield _text(0, y + LETTER - 3, naam.capitalize(), kleuren, LETTER, vet=True)
    yield _text(BREED, y + LETTER - 3, _heads(uitslag), kleuren, KLEIN, anker="end")


def _heads(uitslag: Uitslag) -> str:
    een, meer = ("stem", "stemmen") if uitslag.met_telefoon else ("hand", "handen")
    return f"{uitslag.totaal} {een if uitslag.totaal == 1 else meer}"


def _line_of_counts(uitslag: Uitslag, y: float, kleuren: Kleuren) -> Iterator[str]:
    """Each count beside the swatch that says which part of the bar it is."""
    for plek, keuze in enumerate(KEUZES):
        x = plek * BREED / len(KEUZES)
        yield from _segment(keuze, x, y + 1, LETTER, LETTER, kleuren)
        yield _text(x + LETTER + 8, y + LETTER - 3, f"{getattr(uitslag, keuze)} {keuze}", kleuren, LETTER)


def _borders(uitslag: Uitslag, breed: float) -> list[float]:
    """Where the parts of a bar begin and end, from 0 to *breed*."""
    som, grenzen = 0, [0.0]
    for keuze in KEUZES:
        som += getattr(uitslag, keuze)
        grenzen.append(breed * som / (uitslag.totaal or 1))
    return grenzen


def _bar(
    uitslag: Uitslag, x: float, y: float, breed: float, hoog: float, kleuren: Kleuren, *, percent: bool = True
) -> Iterator[str]:
    grenzen = _borders(uitslag, breed)
    for keuze, begin, einde in zip(KEUZES, grenzen, grenzen[1:], strict=False):
        if einde > begin:
            yield from _segment(keuze, x + begin, y, einde - begin, hoog, kleuren)
            if percent and einde - begin >= SMALSTE:
                midden = x + (begin + einde) / 2
                tekst = f"{_percent(getattr(uitslag, keuze), uitslag)} %"
                yield _rect(midden - 36, y + 8, 72, hoog - 16, kleuren.papier, "papier", rond=6)
                yield _text(midden, y + hoog / 2 + 8, tekst, kleuren, LETTER, vet=True, anker="middle")


def _segment(keuze: str, x: float, y: float, breed: float, hoog: float, kleuren: Kleuren) -> Iterator[str]:
    """One part of a bar, or a swatch: solid, striped or dotted inside a border of its own colour."""
    kleur = getattr(kleuren, keuze)
    if keuze == "eens":
        yield _rect(x, y, breed, hoog, kleur, keuze)
        return
    yield _rect(x, y, breed, hoog, kleuren.papier, "papier")
    vulling = _dots(x, y, breed, hoog)
    if keuze == "oneens":  # a little inside the border, so that no end sticks out
        vulling = _stripes(x + 2, y + 2, breed - 4, hoog - 4)
    rand = f"M{_n(x + 1)} {_n(y + 1)}h{_n(max(breed - 2, 0.1))}v{_n(hoog - 2)}H{_n(x + 1)}z"
    for lijn, dikte in ((vulling, 4), (rand, 2)):
        yield (
            f'<path d="{lijn}" fill="none" stroke="{kleur}" stroke-width="{dikte}" stroke-linecap="round" '
            f'class="beeld__lijn-{keuze}"/>'
        )


def _stripes(x: float, y: float, breed: float, hoog: float) -> str:
    """Slanting lines, cut off at the sides by arithmetic: not every renderer knows clip paths."""
    lijnen, stap = [], 11.0
    plek = -hoog + stap / 2
    while plek < breed:
        van, tot = max(plek, 0.0), min(plek + hoog, breed)
        if tot > van:
            lijnen.append(
                f"M{_n(x + van)} {_n(y + hoog - (van - plek))}L{_n(x + tot)} {_n(y + hoog - (tot - plek))}"
            )
        plek += stap
    return "".join(lijnen)


def _dots(x: float, y: float, breed: float, hoog: float) -> str:
    """Dots in rows, each a line without length and with a round end."""
    stap = 10.0
    return "".join(
        f"M{_n(x + (kolom + 0.5) * stap)} {_n(y + (rij + 0.5) * hoog / int(hoog // stap))}h0"
        for kolom in range(int(breed // stap))
        for rij in range(int(hoog // stap))
    )


def _bridges(voor: Uitslag, na: Uitslag, y: float, kleuren: Kleuren) -> Iterator[str]:
    """From each border in the bar before to the same border in the bar after."""
    for boven, onder in zip(_borders(voor, BREED)[1:-1], _borders(na, BREED)[1:-1], strict=True):
        yield (
            f'<line x1="{_n(_inside(boven))}" y1="{_n(y + 3)}" x2="{_n(_inside(onder))}" y2="{_n(y + BRUG - 3)}" '
            f'stroke="{kleuren.inkt}" stroke-width="3" stroke-dasharray="7 5" class="beeld__lijn-inkt"/>'
        )


def _inside(x: float) -> float:
    """A line on the very edge would be drawn half."""
    return min(max(x, 1.5), BREED - 1.5)


def _rect(x: float, y: float, breed: float, hoog: float, kleur: str, klasse: str, *, rond: int = 0) -> str:
    hoek = f' rx="{rond}"' if rond else ""
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(breed)}" height="{_n(hoog)}"{hoek} fill="{kleur}" '
        f'class="beeld__{klasse}"/>'
    )


def _text(
    x: float, y: float, tekst: str, kleuren: Kleuren, letter: int, *, vet: bool = False, anker: str = "start"
) -> str:
    extra = ' font-weight="700"' * vet + f' text-anchor="{anker}"' * (anker != "start")
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{letter}"{extra} fill="{kleuren.inkt}" '
        f'class="beeld__inkt">{escape(tekst)}</text>'
    )


def _n(getal: float) -> str:
    """A number as short as can be, so that the same peiling is the same picture."""
    return f"{getal:.1f}".removesuffix(".0")
