"""What changed between two texts."""

import random

import pytest

from synthesis.redactie import Stuk, compare


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
