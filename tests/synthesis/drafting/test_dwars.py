"""Proposals for threads across diners."""

import random

import pytest

from synthesis.drafting.dwars import propose_reeksdraden
from synthesis.drafting.types import Draadtekst

WATER = [
    "Boeren en gemeenten ruziën over peilbeheer, grondwater en droogte op het veen.",
    "Droogte en grondwater vragen ander peilbeheer, zeggen boeren op het veen.",
    "Zonder peilbeheer zakt het veen en verdwijnt grondwater in tijden van droogte.",
]
ZORG = [
    "Mantelzorgers raken overbelast, de wijkverpleging heeft wachtlijsten en ouderen vereenzamen.",
    "Ouderen vereenzamen als mantelzorgers overbelast raken en de wijkverpleging wegvalt.",
    "De wijkverpleging kent wachtlijsten; mantelzorgers van ouderen zijn overbelast.",
]
ANDERS = [
    "Treinen rijden vaker wanneer forenzen abonnementen delen.",
    "Musea openen depots voor schoolklassen met kunstlessen.",
    "Winkelstraten verliezen bakkers door hoge huren.",
]


def draden(teksten, begin=0, **kwargs):
    return [
        Draadtekst(
            str(begin + plek),
            tekst.split(",")[0][:60],
            tekst,
            diner=plek + 1,
            stelling=f"{plek + 1}.1",
            **kwargs,
        )
        for plek, tekst in enumerate(teksten)
    ]


@pytest.fixture
def alles():
    return [*draden(WATER, 10), *draden(ZORG, 20), *draden(ANDERS, 30)]


def test_threads_that_share_words_are_proposed_with_the_words_and_their_diners(alles):
    voorstellen = propose_reeksdraden(alles)
    assert {v.draden for v in voorstellen} == {("10", "11", "12"), ("20", "21", "22")}
    for voorstel in voorstellen:
        assert voorstel.diners == (1, 2, 3)
        assert voorstel.groep is None
        assert 2 <= len(voorstel.woorden) <= 5
        per_id = {draad.id: draad for draad in alles}
        for woord, diners in voorstel.woorden:
            echt = {
                per_id[pk].diner
                for pk in voorstel.draden
                if woord in f"{per_id[pk].titel} {per_id[pk].tekst}".lower()
            }
            assert set(diners) >= echt
            assert len(diners) >= 2
    water = next(v for v in voorstellen if "10" in v.draden)
    assert {"peilbeheer", "grondwater", "droogte", "veen"} & {woord for woord, _ in water.woorden}


def test_order_of_the_threads_is_of_no_matter(alles):
    eerste = propose_reeksdraden(alles)
    for zaad in range(10):
        geschud = alles[:]
        random.Random(zaad).shuffle(geschud)
        assert propose_reeksdraden(geschud) == eerste


def test_one_diner_alone_gives_no_proposal():
    een = [Draadtekst(str(i), t[:30], t, diner=1, stelling=f"1.{i}") for i, t in enumerate(WATER + ZORG)]
    assert propose_reeksdraden(een) == []


def test_two_threads_of_one_stelling_stay_apart_unless_they_are_clearly_alike(alles):
    matig = Draadtekst(
        "13", "Peilbeheer kost geld", "Het waterschap rekent kosten door aan huizen.", 1, "1.1"
    )
    for voorstel in propose_reeksdraden([*alles, matig]):
        assert not {"10", "13"} <= set(voorstel.draden)
    zelfde = Draadtekst("14", alles[0].titel, alles[0].tekst, 1, "1.1")
    assert any({"10", "14"} <= set(v.draden) for v in propose_reeksdraden([*alles, zelfde]))


def test_what_a_person_connected_stays_and_is_added_to(alles):
    boven = Draadtekst("1", "Water en veen", groep="1")
    bezet = [Draadtekst(d.id, d.titel, d.tekst, d.diner, d.stelling, "1") for d in alles[:2]]
    voorstellen = propose_reeksdraden([boven, *bezet, *alles[2:]])
    erbij = next(v for v in voorstellen if v.groep == "1")
    assert erbij.draden == ("12",)
    assert erbij.diners == (1, 2, 3)
    assert all(not {"1", "10", "11"} & set(v.draden) for v in voorstellen)


def test_threads_of_two_people_never_meet_however_alike(alles):
    een = [
        Draadtekst(d.id, d.titel, d.tekst, d.diner, d.stelling, groep)
        for d, groep in zip(alles[:2], "12", strict=True)
    ]
    voorstellen = propose_reeksdraden([*een, *alles[2:]])
    erbij = [v for v in voorstellen if v.groep]
    assert len(erbij) == 1
    assert erbij[0].draden == ("12",)


def test_a_thread_of_the_reeks_without_carriers_attracts_by_its_own_words(alles):
    boven = Draadtekst("1", "Mantelzorgers overbelast", " ".join(ZORG), groep="1")
    voorstellen = propose_reeksdraden([boven, *alles])
    assert next(v for v in voorstellen if v.groep == "1").draden == ("20", "21", "22")


def test_nothing_to_compare_is_no_error():
    assert propose_reeksdraden([]) == []
    assert propose_reeksdraden(draden(WATER[:1])) == []
    assert (
        propose_reeksdraden([Draadtekst("1", "de het een", "", 1, "1.1"), Draadtekst("2", "…", "", 2, "2.1")])
        == []
    )


def test_five_hundred_threads_are_grouped(alles):
    """Also where the likeness is computed from word vectors."""
    veel = [
        Draadtekst(str(1000 + 10 * n + plek), f"{d.titel} deel {n}", d.tekst, d.diner, f"{d.diner}.{n}")
        for n in range(55)
        for plek, d in enumerate(alles)
    ]
    voorstellen = propose_reeksdraden(veel)
    geplaatst = [pk for v in voorstellen for pk in v.draden]
    assert len(geplaatst) == len(set(geplaatst))
    assert {pk[-1] for v in voorstellen for pk in v.draden} >= set("012345")
