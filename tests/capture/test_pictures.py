"""The picture of a peiling, and the same in words."""

import re
import xml.etree.ElementTree as ET

import pytest

from capture.pictures import DONKER, LICHT, bron_words, peiling_svg, peiling_words, tafels_svg, tafels_words
from capture.queries import Tafeluitslag, Uitslag, Verschuiving
from sessions.models import Stelling

SVG = "{http://www.w3.org/2000/svg}"
VOOR, NA = Uitslag(12, 8, 2, 8), Uitslag(7, 13, 2, 8)


def shift(voor, na, per_tafel=(), bron="tafels"):
    return Verschuiving(Stelling(nummer=2, tekst='"Wie < leert" & verdient'), voor, na, per_tafel, bron)


def tables(*paren):
    return tuple(
        Tafeluitslag(nummer, voor and Uitslag(*voor, 1), na and Uitslag(*na, 1))
        for nummer, (voor, na) in enumerate(paren, start=1)
    )


@pytest.mark.parametrize(
    ("voor", "na", "words"),
    [
        (
            VOOR,
            NA,
            "Vooraf 12 eens, 8 oneens, 2 anders; achteraf 7 eens, 13 oneens, 2 anders: 5 minder eens.",
        ),
        (NA, VOOR, "Vooraf 7 eens, 13 oneens, 2 anders; achteraf 12 eens, 8 oneens, 2 anders: 5 meer eens."),
        (
            Uitslag(4, 3, 1, 1),
            Uitslag(4, 1, 3, 1),
            "Vooraf 4 eens, 3 oneens, 1 anders; achteraf 4 eens, 1 oneens, 3 anders: 2 minder oneens.",
        ),
        (
            VOOR,
            VOOR,
            "Vooraf 12 eens, 8 oneens, 2 anders; achteraf 12 eens, 8 oneens, 2 anders: niets verschoven.",
        ),
        (
            Uitslag(1, 7, 0, 1),
            Uitslag(3, 1, 0, 1),
            "Vooraf 1 eens, 7 oneens, 0 anders; achteraf 3 eens, 1 oneens, 0 anders: van 13 naar 75 procent eens.",
        ),
        (VOOR, None, "Vooraf 12 eens, 8 oneens, 2 anders."),
        (None, NA, "Achteraf 7 eens, 13 oneens, 2 anders."),
        (
            VOOR,
            Uitslag(20, 20, 1),
            "Vooraf 12 eens, 8 oneens, 2 anders; achteraf 20 eens, 20 oneens, 1 anders. "
            "Het ene is aan de tafels geteld, het andere met de telefoon gestemd.",
        ),
    ],
)
def test_words_say_what_the_picture_says(voor, na, words):
    verschuiving = shift(voor, na)
    assert peiling_words(verschuiving) == words
    for kleuren in (LICHT, DONKER):
        root = ET.fromstring(peiling_svg(verschuiving, kleuren))
        assert root.findtext(f"{SVG}desc") == root.get("aria-label") == words
        assert root.findtext(f"{SVG}title") == "Peiling over stelling 2"


@pytest.mark.parametrize(
    ("voor", "na", "words"),
    [
        (VOOR, NA, "Geteld aan 8 tafels"),
        (Uitslag(1, 0, 0, 1), None, "Geteld aan 1 tafel"),
        (VOOR, Uitslag(1, 2, 3, 6), "Vooraf geteld aan 8 tafels; achteraf geteld aan 6 tafels"),
        (None, Uitslag(20, 20, 1), "41 stemmen met de telefoon"),
        (
            Uitslag(5, 0, 0),
            Uitslag(3, 3, 0),
            "Vooraf 5 stemmen met de telefoon; achteraf 6 stemmen met de telefoon",
        ),
    ],
)
def test_source_of_the_numbers_is_said(voor, na, words):
    assert bron_words(shift(voor, na)) == words


def widths(svg, kleur):
    """Of the solid parts of the bars, without swatches."""
    return [
        float(w) for w in re.findall(rf'width="([\d.]+)" height="48" fill="{kleur}" class="beeld__eens"', svg)
    ]


def test_bars_are_as_long_as_the_shares():
    svg = peiling_svg(shift(Uitslag(1, 1, 2, 1), Uitslag(3, 1, 0, 1)))
    assert widths(svg, LICHT.eens) == [120, 360]
    assert re.findall(r">(\d+ %)<", svg) == ["25 %", "25 %", "50 %", "75 %", "25 %"]
    lines = re.findall(r'<line x1="([\d.]+)" y1="\d+" x2="([\d.]+)"', svg)
    assert lines == [("120", "360"), ("240", "478.5")]


def test_nothing_links_two_kinds_of_numbers_or_a_single_moment():
    assert "<line" not in peiling_svg(shift(VOOR, Uitslag(20, 20, 1)))
    assert "<line" not in peiling_svg(shift(VOOR, None))
    assert "41 stemmen" in peiling_svg(shift(VOOR, Uitslag(20, 20, 1)))
    assert "22 handen" in peiling_svg(shift(VOOR, Uitslag(20, 20, 1)))


@pytest.mark.parametrize(
    "verschuiving",
    [
        shift(VOOR, NA, tables(((1, 2, 3), (3, 2, 1)), ((0, 1, 0), None))),
        shift(Uitslag(1, 0, 0), Uitslag(999, 1, 1)),
        shift(Uitslag(0, 0, 4), None),
    ],
)
def test_picture_is_clean_and_readable_svg(verschuiving):
    for svg in filter(None, (peiling_svg(verschuiving), tafels_svg(verschuiving, DONKER))):
        root = ET.fromstring(svg)
        breed, hoog = map(float, root.get("viewBox").split()[2:])
        assert (root.get("role"), breed) == ("img", 480)
        for element in root.iter():
            assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "rect", "path", "line", "text"}
            assert not {"style", "id", "onload"} & set(element.attrib)
            if element.tag == f"{SVG}text":
                assert float(element.get("font-size")) >= 21
                assert 0 <= float(element.get("y")) <= hoog
            if element.tag == f"{SVG}rect":
                assert float(element.get("x")) + float(element.get("width")) <= breed + 0.11
                assert float(element.get("y")) + float(element.get("height")) <= hoog


def test_picture_holds_no_word_of_the_stelling_unescaped():
    assert "leert" not in peiling_svg(shift(VOOR, NA))


def test_every_table_has_its_own_bars_and_words():
    verschuiving = shift(VOOR, NA, tables(((5, 3, 0), (2, 6, 0)), (None, (1, 1, 1)), ((4, 4, 0), None)))
    root = ET.fromstring(tafels_svg(verschuiving))
    words = "Tafel 1: 5 → 2 eens. Tafel 2: achteraf 1 eens. Tafel 3: vooraf 4 eens."
    assert root.findtext(f"{SVG}desc") == words
    assert [t.text for t in root.iter(f"{SVG}text")][1::2] == ["Tafel 1", "Tafel 2", "Tafel 3"]
    assert tafels_svg(shift(VOOR, NA)) == ""


def test_words_about_tables_count_which_way_they_went():
    minder, meer, even = ((5, 3, 0), (2, 6, 0)), ((1, 3, 0), (1, 1, 0)), ((1, 3, 0), (2, 6, 0))
    assert tafels_words(shift(VOOR, NA, tables(minder, minder, meer, even))) == (
        "Aan 2 tafels minder eens, aan 1 meer, aan 1 evenveel."
    )
    assert tafels_words(shift(VOOR, NA, tables(meer))) == "Aan 1 tafel meer eens."
    assert tafels_words(shift(VOOR, NA, tables(((1, 1, 1), None)))) == ""
