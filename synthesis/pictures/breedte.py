"""How broad threads are: a bar for each, and which table stands where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from denkdiner.drawing import (
    BREED,
    LETTER,
    LICHT,
    REGEL,
    Kleuren,
    Vulling,
    rect,
    segment,
    svg,
    text,
    wrap,
)
from synthesis.drafting import breedte_woord

BALK, CEL, WIT = 34, 40, 20
"""Height of a bar, side of the cell of a table, and the room under a thread."""
PER_REGEL = 12
"""Cells on a line: more tables go on the next one, so that a number of three figures still fits."""
PAGINA = 1300
"""Height of a picture that still fits on a page: 19.5 cm at the width that paper gives it."""
BREED_BALK = 330
"""Of a bar when all tables support: "150 van 150" stands beside it."""


@dataclass(frozen=True, slots=True)
class Draadbreedte:
    """A thread and the numbers of the tables that support it or say the opposite; a table may do both."""

    titel: str
    steun: tuple[int, ...]
    tegen: tuple[int, ...] = ()


def breedte_words(rijen: Sequence[Draadbreedte], besproken: int) -> str:
    """ "“Titel”: de meeste tafels, 5 van 8; 1 tafel tegen." for each thread."""
    return " ".join(f"“{rij.titel}”: {_count(rij, besproken)}." for rij in rijen)


def breedte_svg(
    rijen: Sequence[Draadbreedte], besproken: int, kleuren: Kleuren = LICHT, *, titel: str = "Rode draden"
) -> str:
    """A bar per thread: how many of the *besproken* tables that discussed the stelling support it. Empty without threads."""
    if not rijen:
        return ""
    delen: list[str] = []
    y = 0.0
    for rij in rijen:
        y = _heading(rij.titel, y, kleuren, delen)
        steun = len(rij.steun)
        lengte = BREED_BALK * steun / max(besproken, steun, 1)
        delen += segment("leeg", "anders", 0, y, BREED_BALK, BALK, kleuren)
        if steun:
            delen += segment("vol", "eens", 0, y, lengte, BALK, kleuren)
        delen.append(
            text(BREED_BALK + 12, y + LETTER, f"{steun} van {max(besproken, steun)}", kleuren, vet=True)
        )
        y += BALK
        if rij.tegen:
            delen.append(text(0, y + LETTER + 3, _against(rij), kleuren))
            y += REGEL
        y += WIT
    return svg(f"Breedte: {titel}", breedte_words(rijen, besproken), y - WIT, delen)


def kruis_words(rijen: Sequence[Draadbreedte], besproken: Sequence[int]) -> str:
    """ "“Titel”: tafel 1, 2 en 5; tegen: tafel 3." for each thread, and which tables discussed the stelling at all."""
    zinnen = []
    for rij in rijen:
        zin = f"“{rij.titel}”: {_tables(rij.steun) if rij.steun else 'geen tafel'}"
        zinnen.append(zin + (f"; tegen: {_tables(rij.tegen)}." if rij.tegen else "."))
    return " ".join(
        [*zinnen, f"Besproken aan {_tables(besproken)}." if besproken else "Nog nergens besproken."]
    )


def kruis_svg(
    rijen: Sequence[Draadbreedte],
    besproken: Sequence[int],
    kleuren: Kleuren = LICHT,
    *,
    titel: str = "Rode draden",
) -> str:
    """A cell per thread and table with the number of the table: solid supports, striped is against, empty is neither.

    Only tables that discussed the stelling have a cell, in the same place at every thread. Empty without threads or tables.
    """
    if not rijen or not besproken:
        return ""
    delen = list(_legend(kleuren))
    y = 2.0 * REGEL + WIT
    for rij in rijen:
        y = _heading(rij.titel, y, kleuren, delen)
        for plek, tafel in enumerate(besproken):
            x, boven = (plek % PER_REGEL) * CEL, y + (plek // PER_REGEL) * CEL
            delen += _cell(tafel, rij, x, boven, kleuren)
        y += (1 + (len(besproken) - 1) // PER_REGEL) * CEL + WIT
    return svg(f"Tafels: {titel}", kruis_words(rijen, besproken), y - WIT, delen)


def kruis_pages(
    rijen: Sequence[Draadbreedte],
    besproken: Sequence[int],
    kleuren: Kleuren = LICHT,
    *,
    titel: str = "Rode draden",
) -> tuple[tuple[str, str], ...]:
    """The same over as many pictures as paper needs, each with its words; no higher than ``PAGINA`` unless one thread is."""
    regels = 1 + (len(besproken) - 1) // PER_REGEL
    groepen: list[list[Draadbreedte]] = []
    vol = PAGINA
    for rij in rijen:
        hoog = len(wrap(rij.titel, BREED, vet=True)) * REGEL + 4 + regels * CEL + WIT
        if vol + hoog > PAGINA:
            groepen.append([])
            vol = 2 * REGEL + WIT
        groepen[-1].append(rij)
        vol += hoog
    return tuple(
        (kruis_words(groep, besproken), kruis_svg(groep, besproken, kleuren, titel=titel))
        for groep in groepen
        if besproken
    )


def _heading(titel: str, y: float, kleuren: Kleuren, delen: list[str]) -> float:
    """The title of a thread over as many lines as it needs, three at most; where its bar begins."""
    for regel in wrap(titel, BREED, vet=True):
        delen.append(text(0, y + LETTER, regel, kleuren, vet=True))
        y += REGEL
    return y + 4


def _legend(kleuren: Kleuren) -> Iterator[str]:
    plekken: tuple[tuple[float, float, Vulling, str, str], ...] = (
        (0, 0, "vol", "eens", "steunt"),
        (170, 0, "streep", "oneens", "zegt het tegendeel"),
        (0, REGEL, "leeg", "anders", "sprak over iets anders"),
    )
    for x, y, vulling, klasse, woord in plekken:
        yield from segment(vulling, klasse, x, y + 2, LETTER, LETTER, kleuren)
        yield text(x + LETTER + 8, y + LETTER - 1, woord, kleuren)


def _cell(tafel: int, rij: Draadbreedte, x: float, y: float, kleuren: Kleuren) -> Iterator[str]:
    """Of a table that does both, the upper half is solid and the lower half striped."""
    zijde, midden = CEL - 4, x + (CEL - 4) / 2
    letter = {1: 24, 2: 24, 3: 20, 4: 15}.get(len(str(tafel)), 12)
    voet = y + zijde / 2 + letter * 0.36
    steunt, tegen = tafel in rij.steun, tafel in rij.tegen
    if steunt and not tegen:
        yield from segment("vol", "eens", x, y, zijde, zijde, kleuren)
        yield text(midden, voet, str(tafel), kleuren, letter, vet=True, anker="middle", op_kleur=True)
        return
    if tegen:
        yield from segment("streep", "oneens", x, y, zijde, zijde, kleuren)
        if steunt:
            yield from segment("vol", "eens", x, y, zijde, zijde / 3, kleuren)
        yield rect(x + 5, y + 8, zijde - 10, zijde - 16, kleuren.papier, "papier", rond=4)
    else:
        yield from segment("leeg", "anders", x, y, zijde, zijde, kleuren)
    yield text(midden, voet, str(tafel), kleuren, letter, anker="middle")


def _count(rij: Draadbreedte, besproken: int) -> str:
    steun = len(rij.steun)
    tegen = f"; {_against(rij)}" if rij.tegen else ""
    return f"{breedte_woord(steun, besproken)}, {steun} van {max(besproken, steun)}{tegen}"


def _against(rij: Draadbreedte) -> str:
    return f"{len(rij.tegen)} {'tafel' if len(rij.tegen) == 1 else 'tafels'} tegen"


def _tables(nummers: Sequence[int]) -> str:
    """tafel 1, 2 en 5."""
    *eerste, laatste = (str(nummer) for nummer in nummers)
    return f"tafel {', '.join(eerste)} en {laatste}" if eerste else f"tafel {laatste}"
