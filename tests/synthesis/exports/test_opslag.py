"""A report's tree goes to JSON and back whole; sections as text; what changed between two trees."""

import json
from dataclasses import replace
from datetime import date

import pytest

from synthesis.exports.bron import Dinerbron, Draadbron, Peilingbron, Quotebron, Stellingbron, Verslagbron
from synthesis.exports.gegevens import Gegevens, Noot
from synthesis.exports.inhoud import (
    Alinea,
    Citaat,
    Citaten,
    Hoofdstuk,
    Kader,
    NogTeSchrijven,
    Tabel,
    numbered,
)
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.opslag import VORM, from_json, to_json, without_refs
from synthesis.exports.secties import bronteksten, gaps, secties
from synthesis.exports.vergelijk import Sectiesoort, changed, compare_inhoud
from synthesis.queries.verslagstand import VASTE_DELEN

DAG = date(2026, 11, 24)
PEILING = Peilingbron((3, 2, 1), None, "Drie van zes zijn het eens.", "handen", beeld="<svg></svg>")
DRAAD = Draadbron(
    "Ruimte gaat voor", "Wie begint, wil ruimte [n:1f3a09bc].", noten=("1f3a09bc",), tafels=(1, 2)
)
STELLINGEN = (
    Stellingbron(1, "Elk dorp zijn school", 3, (1, 2), (3,), (DRAAD,), PEILING, "<svg/>", "Twee tafels."),
    Stellingbron(2, "De auto is te gast", 1, (1,)),
)
DINER = Dinerbron(1, "Wonen", DAG, "Zwolle", stellingen=STELLINGEN, aantal_tafels=3, aantal_bijdragen=4)
BRON = Verslagbron(
    "Streek 2050",
    diners=(replace(DINER, quotes=(Quotebron("Goedkoop is duurkoop.", 2, "aa11bb22"),)),),
    draden=(Draadbron("Het dorp eerst", kernvraag="Wat laten we los?", diners=(1,)),),
    teksten={"1.1": "Zelf geschreven.\n\nEn nog iets."},
    horizon={"": 4},
    gegevens=Gegevens(noten=(Noot("1f3a09bc", 1, 1, 1, "Ruimte"),)),
)


def tree(**anders):
    return build_inhoud(replace(BRON, **anders), vandaag=DAG)


def stelling(plek, tekst, **meer):
    return replace(STELLINGEN[plek - 1], tekst=tekst, **meer)


def diner(*stellingen, **meer):
    return (replace(DINER, stellingen=stellingen, **meer),)


# --- to JSON and back -----------------------------------------------------------------------------------------------------


def test_tree_comes_back_from_json_as_it_was_without_the_rows_under_it():
    inhoud = tree()
    soorten = {type(blok).__name__ for _, _, deel in numbered(inhoud) for blok in deel.blokken}
    assert soorten >= {
        "Alinea",
        "Kader",
        "Citaten",
        "Peilingblok",
        "Beeldblok",
        "NogTeSchrijven",
        "Opsomming",
    }
    data = json.loads(json.dumps(to_json(inhoud)))
    assert from_json(data) == replace(inhoud, gegevens=Gegevens())
    assert "Ruimte" not in json.dumps(data).replace("Ruimte gaat voor", "")


def test_unknown_form_and_appendix_are_refused():
    data = to_json(tree())
    with pytest.raises(ValueError, match="form"):
        from_json(data | {"vorm": VORM + 1})
    with pytest.raises(TypeError, match="Tabel"):
        to_json(replace(tree(), over=(Tabel("t", ("a",), (("b",),), (1,)),)))


def test_references_go_wherever_they_stand():
    kaal = without_refs(tree())
    assert "1f3a09bc" not in repr(kaal.hoofdstukken)
    assert "aa11bb22" not in repr(kaal.hoofdstukken)
    assert [een.tekst for een in secties(kaal)] == [een.tekst for een in secties(tree())]


# --- sections as text -----------------------------------------------------------------------------------------------------


def test_fixed_sections_are_called_as_in_the_report():
    koppen = {
        sectie.sleutel: sectie.kop for sectie in secties(tree()) if sectie.sleutel and len(sectie.sleutel) < 5
    }
    assert koppen == VASTE_DELEN


def test_source_of_a_section_is_what_the_app_makes_of_it_whoever_wrote_there():
    bronnen = bronteksten(BRON)
    assert set(bronnen) == {*VASTE_DELEN, "2.1.1", "2.1.2"}
    assert bronteksten(replace(BRON, teksten={})) == bronnen
    assert "Zelf geschreven" not in bronnen["1.1"]
    assert "Wie begint, wil ruimte." in bronnen["2.1.1"]
    assert bronteksten(replace(BRON, status="vastgesteld")) == bronnen
    for woord in ("Nog te schrijven", "2000", "Goedkoop"):
        assert woord not in "".join(bronnen.values())
    anders = bronteksten(
        replace(BRON, diners=diner(stelling(1, "Elk dorp zijn school", draden=()), STELLINGEN[1]))
    )
    assert {sleutel for sleutel in bronnen if bronnen[sleutel] != anders[sleutel]} == {"2.1.1"}


def test_gaps_are_named_with_the_section_in_which_a_person_writes():
    gaten = [(gat.sleutel, gat.tekst) for gat in gaps(tree())]
    assert ("2.1.1", "waar het bij deze stelling op neerkomt.") in gaten
    assert "1.1" not in dict(gaten)
    assert [gat.sleutel for gat in gaps(tree(diners=()))][:2] == ["1.2", "2"]
    vol = dict.fromkeys((*VASTE_DELEN, "2.1.1"), "Tekst.")
    assert [gat.sleutel for gat in gaps(tree(teksten=vol))] == ["2.1.2", "2.1.2"]


# --- what changed ---------------------------------------------------------------------------------------------------------


def kinds_of(oud, nieuw):
    return {een.kop: een.soort for een in changed(compare_inhoud(oud, nieuw))}


def test_nothing_changed_is_said_of_every_section():
    verschillen = compare_inhoud(tree(), tree())
    assert {een.soort for een in verschillen} == {Sectiesoort.GELIJK}
    assert len(verschillen) == len(secties(tree()))


def test_changed_words_are_marked_and_only_in_their_section():
    nieuw = tree(teksten={"1.1": "Zelf herschreven.\n\nEn nog iets."})
    [een] = changed(compare_inhoud(tree(), nieuw))
    assert (een.kop, een.soort) == ("1.1 Algemeen", Sectiesoort.ANDERS)
    assert [(stuk.soort, stuk.tekst) for stuk in een.stukken][1:3] == [
        ("weg", "geschreven"),
        ("erbij", "herschreven"),
    ]


def test_added_and_removed_sections_are_named_where_they_stand():
    meer = tree(diners=diner(*STELLINGEN, Stellingbron(3, "Wie leert, verdient")))
    erbij = kinds_of(tree(diners=diner(*STELLINGEN)), meer)
    assert erbij["2.1.3 Stelling 3: Wie leert, verdient"] == Sectiesoort.ERBIJ
    weg = compare_inhoud(meer, tree(diners=diner(*STELLINGEN)))
    plek = [een.soort for een in weg].index(Sectiesoort.WEG)
    assert weg[plek].kop == "2.1.3 Stelling 3: Wie leert, verdient"
    assert weg[plek - 1].kop.startswith("2.1.2")
    assert weg[plek + 1].kop == "3 Rode draden"


def test_stelling_that_changed_places_is_the_same_section():
    ruil = (stelling(2, "De auto is te gast", nummer=1), stelling(1, "Elk dorp zijn school", nummer=2))
    verschil = kinds_of(tree(diners=diner(*STELLINGEN)), tree(diners=diner(*ruil)))
    assert Sectiesoort.WEG not in verschil.values()
    assert Sectiesoort.ERBIJ not in verschil.values()


def test_reworded_stelling_and_renamed_diner_are_changed_and_not_new():
    nieuw = tree(diners=diner(stelling(1, "Elk dorp twee scholen"), STELLINGEN[1], titel="Wonen en werken"))
    verschil = kinds_of(tree(diners=diner(*STELLINGEN)), nieuw)
    assert verschil["2.1 Diner 1: Wonen en werken"] == Sectiesoort.ANDERS
    assert verschil["2.1.1 Stelling 1: Elk dorp twee scholen"] == Sectiesoort.ANDERS
    assert Sectiesoort.WEG not in verschil.values()


def test_title_of_the_report_is_a_change_of_its_own():
    oud = tree()
    [een] = changed(compare_inhoud(oud, replace(oud, titel="Streek 2060")))
    assert een.kop == "Titel van het verslag"


def test_words_of_a_picture_count_and_its_lines_do_not():
    def met(beeld, woorden):
        return tree(diners=diner(replace(STELLINGEN[0], breedte=beeld, breedte_woorden=woorden)))

    assert not changed(compare_inhoud(met("<svg a/>", "Twee."), met("<svg b/>", "Twee.")))
    assert changed(compare_inhoud(met("<svg a/>", "Twee."), met("<svg a/>", "Drie.")))


def test_every_kind_of_block_has_its_text():
    blokken = (Alinea("a"), Kader("b", (NogTeSchrijven("c"),)), Citaten("d", (Citaat("e", "tafel 1"),)))
    inhoud = replace(tree(), hoofdstukken=(Hoofdstuk("H", blokken),))
    assert secties(inhoud)[1].tekst == "a\n\nb\n\nNog te schrijven: c\n\nd\n“e” tafel 1"
