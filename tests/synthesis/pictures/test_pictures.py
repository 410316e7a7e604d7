"""Pictures of breadth, tables and horizon: clean SVG, every number in words, nothing that overlaps."""

import importlib.util
import random
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from denkdiner.colours import KLEUR, contrast
from denkdiner.drawing import BREED, DONKER, LETTER, LICHT, house_style, percent, width, wrap
from synthesis.pictures import (
    Draadbreedte,
    Horizonrij,
    breedte_svg,
    breedte_words,
    horizon_svg,
    horizon_words,
    kruis_pages,
    kruis_svg,
    kruis_words,
)
from synthesis.pictures.breedte import PAGINA

SVG = "{http://www.w3.org/2000/svg}"
LANG = (
    "We bouwen nog steeds waar het straks nat wordt, en iedereen aan tafel weet dat al jaren maar niemand zegt het hardop "
    "in de raad, op straat of thuis aan de keukentafel bij de koffie van tien uur"
)
WOORD = "Meerjarenonderhoudsplanningsverantwoordelijkheidsdiscussies"
GEWOON = Draadbreedte("Eigendom geeft rechten", (1, 2, 3, 5, 8))
RIJEN = (
    GEWOON,
    Draadbreedte(LANG, (1, 2), (3,)),
    Draadbreedte(WOORD, (), (4, 5)),
    Draadbreedte('"<b>" & \x00\x08WMWM' + "W" * 150, tuple(range(1, 9)), (8,)),
)
DINERS = (
    Horizonrij("Diner 1: " + LANG, 90, 40, 31, 51),
    Horizonrij("Diner 2", 0, 0, 1, 0),
    Horizonrij("Diner 3", 0, 0, 0, 0),
    Horizonrij("Diner 4: " + WOORD, 1, 2, 9000, 900),
)
FONTS = Path(importlib.util.find_spec("font_source_sans_pro").submodule_search_locations[0]) / "files"


def font(naam):
    return ImageFont.truetype(str(FONTS / f"SourceSansPro-{naam}.ttf"), 260)


REGULAR, BOLD = font("Regular"), font("Bold")


def real_width(element):
    letter = float(element.get("font-size"))
    gewicht = BOLD if element.get("font-weight") else REGULAR
    return gewicht.getlength(element.text or "") * letter / 260


def boxes(root):
    """(left, top, right, bottom) of each line of letters, as Source Sans draws it."""
    for element in root.iter(f"{SVG}text"):
        x, y, letter = (float(element.get(naam)) for naam in ("x", "y", "font-size"))
        breed = real_width(element)
        links = x - {"start": 0, "middle": breed / 2, "end": breed}[element.get("text-anchor", "start")]
        yield links, y - letter * 0.7, links + breed, y


def assert_clean(svg):
    root = ET.fromstring(svg)
    breed, hoog = map(float, root.get("viewBox").split()[2:])
    assert (root.get("role"), breed) == ("img", BREED)
    assert root.get("aria-label") == root.findtext(f"{SVG}desc")
    assert root.findtext(f"{SVG}title")
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "rect", "path", "line", "text"}
        assert not {"style", "id", "onload"} & set(element.attrib)
        assert "var(" not in "".join(element.attrib.values())
        if element.tag == f"{SVG}rect":
            assert float(element.get("x")) >= 0
            assert float(element.get("x")) + float(element.get("width")) <= breed + 0.11
            assert float(element.get("y")) + float(element.get("height")) <= hoog + 0.11
    gevonden = list(boxes(root))
    for plek, (links, boven, rechts, onder) in enumerate(gevonden):
        assert links >= 0
        assert rechts <= breed
        assert onder <= hoog
        for links2, boven2, rechts2, onder2 in gevonden[:plek]:
            assert rechts <= links2 or rechts2 <= links or onder <= boven2 or onder2 <= boven
    return root


@pytest.mark.parametrize("kleuren", [LICHT, DONKER, house_style("#7a1f5c")])
@pytest.mark.parametrize("tafels", [8, 50, 150])
def test_pictures_are_clean_and_no_letters_overlap(kleuren, tafels):
    assert_clean(breedte_svg(RIJEN, tafels, kleuren))
    assert_clean(kruis_svg(RIJEN, range(1, tafels + 1), kleuren))
    assert_clean(kruis_svg(RIJEN, range(900, 900 + 200 * tafels, 200), kleuren))
    assert_clean(horizon_svg(DINERS, 2050, kleuren))


def test_without_anything_there_is_no_picture():
    assert breedte_svg((), 8) == kruis_svg((), (1, 2)) == kruis_svg(RIJEN, ()) == horizon_svg((), 2050) == ""


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(0, 40))
def test_any_title_is_well_formed(titel, besproken):
    rij = Draadbreedte(titel, (1, 2), (2,))
    for svg in (
        breedte_svg([rij], besproken),
        kruis_svg([rij], (1, 2, 3)),
        horizon_svg([Horizonrij(titel, 1, 2, 3, 4)], 2050),
    ):
        ET.fromstring(svg)


def test_words_of_breadth_hold_every_number():
    assert breedte_words(RIJEN[:2], 8) == (
        "“Eigendom geeft rechten”: de meeste tafels, 5 van 8. "
        + f"“{LANG}”: enkele tafels, 2 van 8; 1 tafel tegen."
    )
    assert breedte_words(RIJEN[2:3], 8) == f"“{WOORD}”: geen tafel, 0 van 8; 2 tafels tegen."
    root = ET.fromstring(breedte_svg(RIJEN[:3], 8))
    assert root.findtext(f"{SVG}desc") == breedte_words(RIJEN[:3], 8)
    getekend = [t.text for t in root.iter(f"{SVG}text") if re.search(r" van 8| tegen$", t.text)]
    assert getekend == ["5 van 8", "2 van 8", "1 tafel tegen", "0 van 8", "2 tafels tegen"]


def test_bars_are_as_long_as_the_share_of_tables():
    root = ET.fromstring(breedte_svg([GEWOON, Draadbreedte("Alle", tuple(range(1, 9)))], 8))
    vol = [float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("class") == "beeld__eens"]
    assert vol == [pytest.approx(330 * 5 / 8, abs=0.06), 330]


def test_words_of_tables_name_each_table_and_keep_against_apart():
    assert kruis_words(RIJEN[:1], (1, 2, 3, 5, 8)) == (
        "“Eigendom geeft rechten”: tafel 1, 2, 3, 5 en 8. Besproken aan tafel 1, 2, 3, 5 en 8."
    )
    assert kruis_words([Draadbreedte("A", (1,), (2, 3))], (1, 2, 3)).startswith(
        "“A”: tafel 1; tegen: tafel 2 en 3."
    )
    assert kruis_words([Draadbreedte("A", ())], ()) == "“A”: geen tafel. Nog nergens besproken."


def test_only_a_supporting_table_is_solid_and_every_table_keeps_its_place():
    root = ET.fromstring(kruis_svg([Draadbreedte("A", (2,), (3,)), Draadbreedte("B", (1, 3))], (1, 2, 3)))
    op_kleur = [t.text for t in root.iter(f"{SVG}text") if t.get("class") == "beeld__papier"]
    assert op_kleur == ["2", "1", "3"]
    plekken = {}
    for t in root.iter(f"{SVG}text"):
        if t.text.isdigit():
            plekken.setdefault(t.text, set()).add(t.get("x"))
    assert {tafel: len(xs) for tafel, xs in plekken.items()} == {"1": 1, "2": 1, "3": 1}


@pytest.mark.parametrize(
    ("rij", "words"),
    [
        (
            Horizonrij("", 90, 40, 31, 51),
            "Van 212 notities gingen er 31 over 2050, 40 over de middellange termijn en 90 over nu; "
            "bij 51 is het niet gezegd.",
        ),
        (
            Horizonrij("", 5, 0, 1, 0),
            "Van 6 notities ging er 1 over 2050, 0 over de middellange termijn en 5 over nu.",
        ),
        (Horizonrij("", 0, 0, 0, 0), "Er zijn nog geen notities."),
        (
            Horizonrij("", 0, 0, 0, 7),
            "Bij geen van de 7 notities is gezegd of het over nu of over 2050 ging.",
        ),
        (Horizonrij("", 0, 0, 0, 1), "Bij de ene notitie is niet gezegd of het over nu of over 2050 ging."),
    ],
)
def test_words_of_the_horizon(rij, words):
    assert horizon_words(rij, 2050) == words


def test_horizon_draws_shares_and_says_every_count():
    root = ET.fromstring(horizon_svg([Horizonrij("Diner 1", 10, 20, 30, 40)], 2050))
    vol = [float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("class") == "beeld__eens"]
    assert BREED * 0.3 in vol
    assert [t.text for t in root.iter(f"{SVG}text")][-4:] == ["10", "20", "30", "40"]
    assert "Diner 1: van 100 notities gingen er 30 over 2050, 20 over" in root.findtext(f"{SVG}desc")
    assert Horizonrij("", 10, 20, 30, 40).met_procenten == ((10, 10), (20, 20), (30, 30), (40, 40))


@pytest.mark.parametrize(
    ("aantal", "totaal", "procent"), [(0, 0, 0), (1, 8, 13), (1, 3, 33), (2, 3, 67), (8, 8, 100)]
)
def test_percentages_are_whole_and_half_goes_up(aantal, totaal, procent):
    assert percent(aantal, totaal) == procent


def test_every_colour_can_be_seen_on_its_paper():
    assert min(contrast(kleur) for kleur in (LICHT.eens, LICHT.oneens, LICHT.anders)) >= 3
    assert contrast(LICHT.inkt) >= 7
    assert house_style("#ffee00").eens == KLEUR  # white letters could not be read on it
    assert house_style("#7A1F5C").eens == "#7a1f5c"


def test_lines_fit_whatever_the_words_and_nothing_is_lost_but_behind_an_ellipsis():
    dobbel = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzWMij .,ëé'–0123456789ABC"
    for _ in range(300):
        tekst = "".join(dobbel.choices(letters, k=dobbel.randint(1, 200)))
        for vet, gewicht in ((False, REGULAR), (True, BOLD)):
            regels = wrap(tekst, 300, vet=vet)
            assert len(regels) <= 3
            for regel in regels:
                assert gewicht.getlength(regel) * LETTER / 260 <= width(regel, vet=vet) + 0.01
                assert width(regel, vet=vet) <= 300 + width("W", vet=vet)
            samen = "".join("".join(regels).split())
            heel = "".join(tekst.split())
            assert samen == heel or heel.startswith(samen.rstrip("…").rstrip(",.;:"))


@pytest.mark.parametrize("tafels", [1, 12, 13, 50, 400])
def test_every_thread_stands_once_on_pages_that_fit(tafels):
    rijen = [Draadbreedte(f"Rode draad {n} " + "met een lange titel " * (n % 4), (n,)) for n in range(1, 14)]
    nummers = range(1, tafels + 1)
    pages = kruis_pages(rijen, nummers)
    teksten = " ".join(woorden for woorden, _ in pages)
    assert [teksten.count(f"“{rij.titel}”:") for rij in rijen] == [1] * 13
    for woorden, beeld in pages:
        assert_clean(beeld)
        hoog = float(ET.fromstring(beeld).get("viewBox").split()[3])
        assert hoog <= PAGINA + 20 or woorden.count(": tafel") == 1
    assert kruis_pages(rijen, ()) == kruis_pages((), nummers) == ()
