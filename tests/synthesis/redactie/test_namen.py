"""Names of guests in a text."""

import pytest

from synthesis.redactie import Check, Notitie, Redactiebron, check_velden

BRON = Redactiebron(
    notities=(Notitie("1" * 32, "De bakker verdwijnt, en de mulder ook.", tafel=1),),
    gasten=(
        "Jan de Vries",
        "Fatima El Idrissi",
        "dhr. P. van der Bakker",
        "Roos Jansen-Pieters",
        "Kees Vos",
        "Kees Zwolle",
        "Cher",
        "A.",
        "  ",
    ),
    sprekers=("Ada Vos", "Jan de Vries-Hoekstra"),
    bronteksten=("Zwolle in 2050",),
)


def flagged(tekst, bron=BRON):
    return [een.woorden for een in check_velden({"tekst": tekst}, bron) if een.check == Check.NAAM]


@pytest.mark.parametrize(
    ("tekst", "namen"),
    [
        ("Volgens Jan de Vries kan het.", ["Jan de Vries"]),
        ("volgens jan  de\nvries kan het", ["jan  de\nvries"]),
        ("JAN DE VRIES.", ["JAN DE VRIES"]),
        ("Dat zei De Vries.", ["Vries"]),
        ("Dat zei meneer Idrissi, en Fatima El Idrissi ook.", ["Idrissi", "Fatima El Idrissi"]),
        ("Dat zei Bakker.", ["Bakker"]),
        ("Volgens Pieters en volgens Jansen-Pieters.", ["Pieters", "Jansen-Pieters"]),
        ("Volgens Cher.", ["Cher"]),
        ("Volgens Kees Vos.", ["Kees Vos"]),
        ("Volgens Kees Zwolle.", ["Kees Zwolle"]),
        ("Jansen zei het.", ["Jansen"]),
        ("In Jansens ogen, volgens Jansen’s plan", []),
    ],
)
def test_guest_is_named(tekst, namen):
    assert flagged(tekst) == namen


@pytest.mark.parametrize(
    "tekst",
    [
        "Bakker en slager verdwijnen uit het dorp.",
        "De bakker en de vries verdwijnen.",
        "Ada Vos hield een inleiding, en Vos zei daarin iets.",
        "In Zwolle is dat anders.",
        "Jan zei het, en Fatima ook, en een roos van een vrouw.",
        "Jan de Vries-Hoekstra sprak.",
        "A. Alles kan.",
        "Janssen en De Vriezen, Vossen en Bakkers.",
    ],
)
def test_word_a_place_or_a_speaker_is_no_guest(tekst):
    assert flagged(tekst) == []


def test_five_thousand_guests_cost_one_walk_of_the_text():
    gasten = tuple(f"Voornaam{n} Achternaam{n}x" for n in range(5000))
    tekst = "Gewoon een zin met woorden. " * 200 + "Achternaam" + "x."
    assert flagged(tekst, Redactiebron(gasten=gasten)) == []
    assert flagged("Hallo Jan, dit is van Klaassen.", Redactiebron(gasten=(*gasten, "Piet Klaassen"))) == [
        "Klaassen"
    ]
