"""What the room thought: facilitators' counts added up, per stelling, before and after."""

import pytest

from capture.models import Peiling
from capture.queries import Tafeluitslag, Uitslag, verschuivingen_of, verschuivingen_of_reeks
from tests.factories import NOW, DinerFactory, StellingFactory, TafelFactory


def count(tafel, stelling, moment, eens, oneens=0, neutraal=0):
    return Peiling.objects.create(
        tafel=tafel,
        stelling=stelling,
        moment=moment,
        eens=eens,
        oneens=oneens,
        neutraal=neutraal,
        updated_at=NOW,
    )


def test_room_is_the_sum_of_its_tables(diner, stellingen, tafels):
    count(tafels[1], stellingen[1], "voor", 1, 2, 3)
    count(tafels[0], stellingen[1], "voor", 4, 0, 1)
    count(tafels[0], stellingen[1], "na", 2, 3)
    een = verschuivingen_of(diner)[0]
    assert (een.stelling, een.bron) == (stellingen[1], "tafels")
    assert een.voor == Uitslag(5, 2, 4, tafels=2)
    assert een.na == Uitslag(2, 3, 0, tafels=1)
    assert een.voor.totaal == 11
    assert een.per_tafel == (
        Tafeluitslag(1, Uitslag(4, 0, 1, 1), Uitslag(2, 3, 0, 1)),
        Tafeluitslag(2, Uitslag(1, 2, 3, 1), None),
    )
    assert een.is_verschuiving
    assert not een.is_gemengd


def test_only_stellingen_with_hands_are_shown_by_number(diner, stellingen, tafels):
    assert verschuivingen_of(diner) == ()
    count(tafels[0], stellingen[2], "na", 1)
    count(tafels[0], stellingen[0], "voor", 1)
    count(tafels[0], stellingen[1], "voor", 0)  # nobody raised a hand: nothing was counted
    assert [v.stelling.nummer for v in verschuivingen_of(diner)] == [1, 3]
    assert [(v.voor is None, v.na is None) for v in verschuivingen_of(diner)] == [
        (False, True),
        (True, False),
    ]
    assert not verschuivingen_of(diner)[0].is_verschuiving


def test_other_diners_stay_out_and_the_reeks_has_them_all(diner, stellingen, tafels):
    count(tafels[0], stellingen[0], "voor", 1)
    tweede = DinerFactory(reeks=diner.reeks, nummer=2)
    count(TafelFactory(diner=tweede), StellingFactory(diner=tweede, nummer=1), "voor", 2)
    elders = TafelFactory()
    count(elders, StellingFactory(diner=elders.diner), "voor", 9)
    assert [v.voor.eens for v in verschuivingen_of(diner)] == [1]
    assert [v.voor.eens for v in verschuivingen_of_reeks(diner.reeks)] == [1, 2]


@pytest.mark.parametrize("aantal", [1, 3])
def test_verschuivingen_take_as_many_queries(diner, aantal, django_assert_num_queries):
    for nummer in range(1, aantal + 1):
        stelling = StellingFactory(diner=diner, nummer=nummer)
        for _ in range(aantal):
            count(TafelFactory(diner=diner), stelling, "voor", nummer)
    with django_assert_num_queries(2):
        gevonden = verschuivingen_of(diner)
    assert [(v.voor.eens, v.voor.tafels) for v in gevonden] == [
        (n * aantal, aantal) for n in range(1, aantal + 1)
    ]
