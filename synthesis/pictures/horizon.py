"""How far notes look: nu, middellang, the horizonjaar of the reeks, or not said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from denkdiner.drawing import BREED, LETTER, LICHT, REGEL, Kleuren, Vulling, percent, segment, svg, text, wrap

BALK, WIT = 36, 26
KOLOM = BREED / 4
"""Width of each of the four counts under a bar."""


@dataclass(frozen=True, slots=True)
class Horizonrij:
    """How many notes of tables look how far."""

    naam: str
    nu: int
    middellang: int
    horizonjaar: int
    niet: int
    """Nobody said how far."""

    @property
    def totaal(self) -> int:
        return self.nu + self.middellang + self.horizonjaar + self.niet

    @property
    def delen(self) -> tuple[int, int, int, int]:
        """In the order of time, and what was not said last."""
        return self.nu, self.middellang, self.horizonjaar, self.niet

    @property
    def met_procenten(self) -> tuple[tuple[int, int], ...]:
        """Each part with its whole percentage of all."""
        return tuple((aantal, percent(aantal, self.totaal)) for aantal in self.delen)


VULLINGEN: tuple[tuple[Vulling, str], ...] = (
    ("stip", "anders"),
    ("streep", "oneens"),
    ("vol", "eens"),
    ("leeg", "anders"),
)


def horizon_words(rij: Horizonrij, jaar: int) -> str:
    """ "Van 212 notities gingen er 31 over 2050, 40 over de middellange termijn en 90 over nu; bij 51 is …" """
    if not rij.totaal:
        return "Er zijn nog geen notities."
    if rij.niet == rij.totaal:
        geen = "de ene notitie is niet" if rij.totaal == 1 else f"geen van de {rij.totaal} notities is"
        return f"Bij {geen} gezegd of het over nu of over {jaar} ging."
    van, ging = ("1 notitie", "ging er") if rij.totaal == 1 else (f"{rij.totaal} notities", "gingen er")
    if rij.horizonjaar == 1:
        ging = "ging er"
    zin = f"Van {van} {ging} {rij.horizonjaar} over {jaar}, {rij.middellang} over de middellange termijn en {rij.nu} over nu"
    return zin + (f"; bij {rij.niet} is het niet gezegd." if rij.niet else ".")


def horizon_svg(
    rijen: Sequence[Horizonrij],
    jaar: int,
    kleuren: Kleuren = LICHT,
    *,
    titel: str = "Hoe ver wordt er gekeken?",
) -> str:
    """A bar of 100 % for every row, and under it the counts. Empty without rows."""
    if not rijen:
        return ""
    delen = list(_legend(jaar, kleuren))
    y = 2.0 * REGEL + WIT
    for rij in rijen:
        aantal = f"{rij.totaal} {'notitie' if rij.totaal == 1 else 'notities'}"
        delen.append(text(BREED, y + LETTER, aantal, kleuren, anker="end"))
        for regel in wrap(rij.naam, BREED - 190, vet=True, regels=3):
            delen.append(text(0, y + LETTER, regel, kleuren, vet=True))
            y += REGEL
        if rij.totaal:
            delen += _bar(rij, y + 2, kleuren)
            delen += _counts(rij, y + BALK + 8, kleuren)
            y += BALK + 8 + REGEL
        y += WIT
    words = " ".join(f"{rij.naam}: {_lower(horizon_words(rij, jaar))}" for rij in rijen)
    return svg(titel, words, y - WIT, delen)


def _lower(zin: str) -> str:
    return zin[:1].lower() + zin[1:]


def _legend(jaar: int, kleuren: Kleuren) -> Iterator[str]:
    woorden = ("nu", "middellange termijn", str(jaar), "niet gezegd")
    for plek, (woord, (vulling, klasse)) in enumerate(zip(woorden, VULLINGEN, strict=True)):
        x, y = (plek % 2) * 150, (plek // 2) * REGEL
        yield from segment(vulling, klasse, x, y + 2, LETTER, LETTER, kleuren)
        yield text(x + LETTER + 8, y + LETTER - 1, woord, kleuren)


def _bar(rij: Horizonrij, y: float, kleuren: Kleuren) -> Iterator[str]:
    som = 0
    for aantal, (vulling, klasse) in zip(rij.delen, VULLINGEN, strict=True):
        if aantal:
            begin, einde = BREED * som / rij.totaal, BREED * (som + aantal) / rij.totaal
            yield from segment(vulling, klasse, begin, y, einde - begin, BALK, kleuren)
        som += aantal


def _counts(rij: Horizonrij, y: float, kleuren: Kleuren) -> Iterator[str]:
    for plek, (aantal, (vulling, klasse)) in enumerate(zip(rij.delen, VULLINGEN, strict=True)):
        yield from segment(vulling, klasse, plek * KOLOM, y + 4, 20, 20, kleuren)
        yield text(plek * KOLOM + 28, y + LETTER - 2, str(aantal), kleuren)
