"""Texts that would keep a careless pattern busy for hours: this file is done at once, or never."""

import pytest

from synthesis.redactie import Notitie, Redactiebron, check_velden

NOOT = "Een dorp zonder school is een slaapdorp. " + "." * 9000 + "x"
BRON = Redactiebron(
    notities=tuple(Notitie(f"{n:032x}", f"{NOOT} {n}", tafel=n, letterlijk=True) for n in range(20)),
    besproken=20,
    gasten=("Jan de Vries",),
)
STUKKEN = [
    "." * 99 + "x", " " * 99 + "x", "“a ", "”", "'a ", "'a' ", "‘’", '"', "'s ", "a’", "9", "9.", "9,9 ", "miljoen ",
    "niet alle ", "tafels ", "alle ", "twee van ", "(1 van ", "[n:12345678]", "[n:", "Vries-", "Jan ", "\n", "\n \n", "…“",
    "honderdduizend", "a1", "één ",
]  # fmt: skip


@pytest.mark.parametrize("stuk", STUKKEN)
def test_text_of_the_greatest_length_is_checked_to_the_end(stuk):
    tekst = (stuk * (100_000 // len(stuk) + 1))[:100_000]
    for een in check_velden({"tekst": tekst}, BRON):
        assert tekst[een.begin : een.eind]
