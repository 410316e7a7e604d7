"""What changed between two texts."""

import random

import pytest

from synthesis.redactie import Stuk, compare, shorten
from synthesis.redactie.verschil import MAX_GELIJK


def sides(stukken):
    return (
        "".join(stuk.tekst for stuk in stukken if stuk.soort != "erbij"),
        "".join(stuk.tekst for stuk in stukken if stuk.soort != "weg"),
    )


def test_words_that_changed_are_shown_and_the_rest_is_the_same():
    assert compare("De school sluit.\nDe bus rijdt.", "De school blijft open.\nDe bus rijdt.") == [
        Stuk("gelijk", "De school "),
        Stuk("weg", "sluit"),
        Stuk("erbij", "blijft open"),
        Stuk("gelijk", ".\nDe bus rijdt."),
    ]
    assert compare("", "") == []
    assert compare("a", "a") == [Stuk("gelijk", "a")]
    assert compare("", "a b") == [Stuk("erbij", "a b")]


@pytest.mark.parametrize("seed", range(40))
def test_both_texts_can_be_read_from_it(seed):
    rng = random.Random(seed)
    delen = ["de ", "bus", "\n", "\n\n", "  ", "’s", "😀", ".", "[n:12345678]", "_", "een-twee ", "\t", "“"]
    een, ander = ("".join(rng.choices(delen, k=rng.randrange(40))) for _ in range(2))
    assert sides(compare(een, ander)) == (een, ander)


def test_two_huge_texts_are_compared_without_end_of_time():
    regels, minder = "\n" * 100_000, "\n" * 99_000
    assert sides(compare(regels, minder)) == (regels, minder)
    een, ander = "de " * 33_000, "een " * 25_000
    assert sides(compare(een, ander)) == (een, ander)  # word by word it would be minutes


def test_long_run_that_stayed_the_same_is_cut_to_what_stands_next_to_a_change():
    lang = "woord " * 100
    een, gewijzigd, _, ander = shorten(
        [Stuk("gelijk", lang), Stuk("weg", lang), Stuk("erbij", "x"), Stuk("gelijk", lang)]
    )
    assert gewijzigd.tekst == lang
    assert een.tekst.startswith("… woord")
    assert een.tekst.endswith("woord ")
    assert ander.tekst.startswith("woord ")
    assert ander.tekst.endswith("…") or ander.tekst.endswith("… ")
    midden = shorten([Stuk("weg", "a"), Stuk("gelijk", lang), Stuk("erbij", "b")])[1].tekst
    assert midden.count("…") == 1
    assert len(midden) < MAX_GELIJK + 10
    kort = [Stuk("gelijk", "even "), Stuk("weg", "lang")]
    assert shorten(kort) == kort
