"""Numbers against the notes."""

import pytest

from synthesis.redactie import Check, Notitie, Redactiebron, check_velden
from synthesis.redactie.getalwoorden import from_words, in_words

BRON = Redactiebron(
    notities=(
        Notitie(
            "1" * 32, "Tachtig procent wil blijven; er zijn 1.250 woningen nodig, twaalf per jaar.", tafel=1
        ),
        Notitie("2" * 32, "Langs de N35 staan 3 scholen, ruim 2,5 miljoen euro.", tafel=2),
        Notitie("3" * 32, "In 2019 zei men: vijfentwintig.", tafel=None),
    ),
    besproken=8,
    tafels=8,
    horizonjaar=2050,
    nummers={"stelling": frozenset({1, 2, 3}), "diner": frozenset({1, 2}), "tafel": frozenset(range(1, 9))},
    bronteksten=("In 2040 werken we 30 uur.",),
)


def flagged(tekst, bron=BRON):
    return [een.woorden for een in check_velden({"tekst": tekst}, bron) if een.check == Check.GETAL]


@pytest.mark.parametrize(
    "tekst",
    [
        "80 procent, 80% en tachtig procent.",
        "1250, 1.250 of 1 250 woningen, 12 of twaalf per jaar.",
        "Langs de N35, drie scholen, 2.500.000 euro, 2,5 miljoen.",
        "In 2019, in 2040 en in 2050; 25 keer, 30 uur.",
        "Bij stelling 3, in diner 1 en 2, aan tafel 8, bij de stellingen 1, 2 en 3.",
        "Aan 2 tafels, aan twee van de acht tafels (2 van 8).",
        "Eén, twee, drie, elf dingen; CO2 en 80 mensen [n:12345678].",
        "Honderden mensen, duizenden euro’s.",
    ],
)
def test_number_that_somebody_said_or_the_programme_has_passes(tekst):
    assert flagged(tekst) == []


@pytest.mark.parametrize(
    ("tekst", "getallen"),
    [
        ("81 procent", ["81 procent"]),
        ("1250 procent", ["1250 procent"]),
        ("2050%", ["2050%"]),
        ("negentig huizen", ["negentig"]),
        ("dertien, tweeëntwintig en tweeentwintig", ["dertien", "tweeëntwintig", "tweeentwintig"]),
        ("in 2018 en 2030–2045", ["2018", "2030", "2045"]),
        ("Langs de N36", ["N36"]),
        ("2,6 miljoen, drie miljoen", ["2,6 miljoen", "drie miljoen"]),
        ("stelling 4 en diner 9", ["4", "9"]),
        ("stelling 3 gaf 4 ideeën", ["4"]),
        ("7 kansen", ["7"]),
        ("tweeduizendvijftig", []),
        ("vijftienhonderd, honderdentien", ["vijftienhonderd", "honderdentien"]),
    ],
)
def test_number_that_nobody_said_is_flagged(tekst, getallen):
    assert flagged(tekst) == getallen


def test_words_and_numbers_are_each_others_opposite():
    for getal in range(1000):
        assert from_words(in_words(getal)) == getal
        assert from_words(in_words(getal).replace("ë", "e").upper()) == getal
    assert from_words("tweeduizendvijfhonderdtwee") == 2502
    assert from_words("tweeduizend") == 2000
    assert from_words("duizenden") is None
    assert from_words("eend") is None
