"""Seating: the measure against counting by hand, and plans on small cases. No database."""

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import data, integers, lists, sampled_from

from sessions.seating import GEEN, MAX_GASTEN, Zaal, make_plan, measure, repair_plan
from sessions.seating.zaal import WEER, together


def zaal(gasten, plaatsen, rondes=3, *, organisaties=None, sectoren=None, **fields):
    return Zaal(organisaties or [""] * gasten, sectoren or [""] * gasten, plaatsen, rondes, **fields)


def counted(plan, organisaties, sectoren):
    """The measure by brute force: pairs, again, guests again, of one organisation, uneven tables."""
    paren = list(combinations(range(len(organisaties)), 2))
    keer = Counter(paar for ronde in plan for paar in paren if ronde[paar[0]] == ronde[paar[1]] != GEEN)
    weer = [paar for paar, aantal in keer.items() if aantal > 1]
    uneven = 0
    for ronde in plan:
        zit = [gast for gast, tafel in enumerate(ronde) if tafel != GEEN]
        for tafel in {ronde[gast] for gast in zit}:
            hier = [gast for gast in zit if ronde[gast] == tafel]
            for sector in sorted({sectoren[gast] for gast in hier} - {""}):
                van = sum(sectoren[gast] == sector for gast in zit)
                if sum(sectoren[gast] == sector for gast in hier) - 1 >= van * len(hier) / len(zit):
                    uneven += 1
                    break
    return (
        len(keer),
        len(weer),
        len({gast for paar in weer for gast in paar}),
        sum(organisaties[a] == organisaties[b] != "" for a, b in keer),
        uneven,
    )


@pytest.mark.parametrize("seed", range(8))
def test_measure_counts_what_a_person_would_count(seed):
    rng = random.Random(seed)
    plan = [[rng.randrange(-1, 3) for _ in range(11)] for _ in range(3)]
    organisaties = [rng.choice(["", "A", "B", "C"]) for _ in range(11)]
    sectoren = [rng.choice(["", "zorg", "bouw"]) for _ in range(11)]
    maat = measure(plan, organisaties, sectoren)
    assert (maat.paren, maat.dubbel, maat.treft_weer, maat.organisatie, maat.sector) == counted(
        plan, organisaties, sectoren
    )
    assert maat.zonder == sum(ronde.count(GEEN) for ronde in plan)


@pytest.mark.parametrize(
    ("plan", "organisaties", "sectoren", "woorden"),
    [
        (
            [[0, 0, 1, 1], [0, 1, 0, 1]],
            ["A", "A", "", ""],
            ["", "", "", ""],
            "Van de 4 gasten ontmoet niemand iemand twee keer. 1 paar van dezelfde organisatie zit samen. "
            "De sectoren zijn gelijk verdeeld.",
        ),
        (
            [[0, 0, 1, 1], [0, 0, 1, GEEN]],
            ["", "", "", ""],
            ["zorg", "zorg", "", ""],
            "Van de 4 gasten ontmoeten er 2 iemand vaker: 1 paar van de 2. "
            "Niemand zit met iemand van de eigen organisatie. "
            "Aan 1 tafel zit een sector vaker dan bij een gelijke verdeling. "
            "1 keer heeft een gast nog geen plaats.",
        ),
        ([[GEEN], [GEEN]], [""], [""], "Er zit nog niemand aan tafel."),
        ([[0]], [""], [""], "Niemand zit met een ander aan tafel."),
    ],
)
def test_measure_in_words(plan, organisaties, sectoren, woorden):
    assert measure(plan, organisaties, sectoren).words == woorden


def make(question, seed=1):
    return make_plan(question, seed=seed, limit=30)


def maat(question, plan):
    return measure(plan, question.organisaties, question.sectoren)


@pytest.mark.parametrize(("gasten", "tafels"), [(9, 3), (16, 4), (25, 5), (48, 8), (42, 7)])
def test_nobody_meets_twice_where_that_can_be(gasten, tafels):
    question = zaal(gasten, [gasten // tafels] * tafels)
    plan = make(question)
    assert maat(question, plan).dubbel == 0
    assert all(Counter(ronde) == dict.fromkeys(range(tafels), gasten // tafels) for ronde in plan)


def test_as_few_meet_twice_as_can_be():
    """Two tables of two, three rondes: there are three ways to pair four guests."""
    question = zaal(4, [2, 2])
    assert maat(question, make(question)).dubbel == 0
    question = zaal(4, [2, 2], 4)
    assert maat(question, make(question)).dubbel == 2


def test_the_same_question_and_seed_give_the_same_plan():
    rng = random.Random(3)
    question = zaal(
        24, [6] * 4, organisaties=[rng.choice("ABCD") for _ in range(24)], sectoren=list("xyz") * 8
    )
    assert make(question) == make(question)
    assert make(question) != make(question, seed=2)


def test_organisations_and_sectors_are_spread():
    organisaties, sectoren = [f"o{n // 3}" for n in range(24)], [f"s{n // 6}" for n in range(24)]
    question = zaal(24, [6] * 4, 2, organisaties=organisaties, sectoren=sectoren)
    gevonden = maat(question, make(question))
    assert (gevonden.organisatie, gevonden.sector) == (0, 0)


def test_pins_are_kept_and_the_others_mix_around_them():
    vast = {(0, 3): 2, (1, 3): 2, (2, 3): 2, (0, 4): 2, (2, 7): 0}
    question = zaal(16, [4] * 4, vast=vast)
    plan = make(question)
    assert all(plan[ronde][gast] == tafel for (ronde, gast), tafel in vast.items())
    assert maat(question, plan).dubbel == 0


def test_more_pinned_than_places_is_what_a_person_wanted():
    vast = {(0, gast): 1 for gast in range(3)}
    plan = make(zaal(6, [4, 2], 1, vast=vast))
    assert Counter(plan[0]) == {0: 3, 1: 3}
    assert all(plan[0][gast] == 1 for gast in range(3))


def test_tables_of_different_sizes():
    plan = make(zaal(17, [10, 3, 6, 2], 3))
    assert all(Counter(ronde) == {0: 6, 1: 3, 2: 6, 3: 2} for ronde in plan)


def test_more_places_than_guests_are_filled_evenly():
    plan = make(zaal(10, [8, 8, 8], 2))
    assert all(sorted(Counter(ronde).values()) == [3, 3, 4] for ronde in plan)


def test_fewer_places_than_guests_leaves_the_same_guests_without():
    vast = {(1, 9): 0}
    plan = make(zaal(10, [4, 4], 2, vast=vast))
    assert [[gast for gast, tafel in enumerate(ronde) if tafel == GEEN] for ronde in plan] == [[8, 9], [7, 8]]
    assert all(Counter(ronde)[tafel] == 4 for ronde in plan for tafel in (0, 1))


def test_one_table_and_one_guest():
    assert make(zaal(3, [8], 2)) == [[0, 0, 0], [0, 0, 0]]
    assert make(zaal(1, [8, 8], 1)) in ([[0]], [[1]])
    assert make(zaal(2, [0, 2], 1)) == [[1, 1]]
    assert make(zaal(2, [2], 0)) == []


@pytest.mark.parametrize(("gasten", "plaatsen"), [(0, [8]), (3, []), (MAX_GASTEN + 1, [8])])
def test_a_question_without_an_answer_is_refused(gasten, plaatsen):
    with pytest.raises(ValueError, match="no guests"):
        make(zaal(gasten, plaatsen))


def test_a_ronde_that_has_begun_stays_and_counts():
    nu = [[0, 0, 1, 1, GEEN], [GEEN] * 5]
    plan = make(zaal(5, [3, 3], 2, nu=nu, gezet=frozenset({0})))
    assert plan[0] == nu[0]
    assert plan[1][0] != plan[1][1]
    assert plan[1][2] != plan[1][3]


def test_the_limit_ends_a_search_and_the_plan_is_whole():
    ticks = iter(range(10**9))
    question = zaal(64, [8] * 8)
    plan = make_plan(question, limit=3, clock=lambda: float(next(ticks)))
    assert all(Counter(ronde) == dict.fromkeys(range(8), 8) for ronde in plan)


def test_progress_is_told_and_a_stop_ends_it():
    seen = []

    def report(voortgang, melding):
        seen.append(voortgang)
        if len(seen) == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        make_plan(zaal(30, [6] * 5, sectoren=list("ab") * 15), report=report)
    assert len(seen) == 4
    assert 0 <= min(seen) <= max(seen) <= 100


# --- repair ---------------------------------------------------------------------------------------------------------------
def changes(nu, plan):
    return sum(
        een != ander
        for oud, nieuw in zip(nu, plan, strict=True)
        for een, ander in zip(oud, nieuw, strict=True)
    )


def without(plan, weg):
    """The plan of those who still come."""
    return [[tafel for gast, tafel in enumerate(ronde) if gast not in weg] for ronde in plan]


def test_one_guest_less_changes_nothing():
    question = zaal(32, [8] * 4)
    nu = without(make(question), {5})
    assert repair_plan(zaal(31, [8] * 4, nu=nu)) == nu


def test_no_shows_at_one_table_are_filled_by_as_few_as_can_be():
    question = zaal(32, [8] * 4)
    plan = make(question)
    weg = {gast for gast in range(32) if plan[0][gast] == 2}
    weg = set(sorted(weg)[:4])
    nu = without(plan, weg)
    nieuw = repair_plan(zaal(28, [8] * 4, nu=nu))
    assert all(set(Counter(ronde).values()) == {7} for ronde in nieuw)
    least = sum(sum(max(0, aantal - 7) for aantal in Counter(ronde).values()) for ronde in nu)
    assert changes(nu, nieuw) == least
    assert 3 <= least < 8


def test_repair_keeps_pins_and_rondes_that_have_begun():
    nu = [[0, 0, 0, 0, 1], [0, 0, 0, 0, 1]]
    question = zaal(5, [4, 4], 2, nu=nu, vast={(1, 0): 0, (1, 1): 0, (1, 2): 0}, gezet=frozenset({0}))
    assert repair_plan(question) == [nu[0], [0, 0, 0, 1, 1]]


def test_repair_finds_a_place_for_who_came_later():
    nu = [[0, 0, 1, GEEN], [0, 1, 0, GEEN]]
    plan = repair_plan(zaal(4, [2, 2], 2, nu=nu))
    assert plan == [[0, 0, 1, 1], [0, 1, 0, 1]]
    assert repair_plan(zaal(4, [2, 1], 1, nu=[[0, 0, 1, GEEN]])) == [[0, 0, 1, GEEN]]


def plainly(question):
    """``repair_plan`` as it reads: each time the cheapest move of all, every cost added up anew."""
    plan, alike = np.array(question.nu), question.alike()
    for ronde, tafels in enumerate(plan):
        pins, maten = question.pins(ronde), question.sizes(ronde)
        for gast, tafel in pins.items():
            tafels[gast] = tafel
        kosten = alike + WEER * (sum(together(ander) for nr, ander in enumerate(plan) if nr != ronde) > 0)

        def cost(gast, tafel, tafels=tafels, kosten=kosten):
            return 0 if tafel == GEEN else kosten[gast, tafels == tafel].sum()

        while True:
            aantal = [(tafels == tafel).sum() for tafel in range(question.tafels)]
            ruimte = [tafel for tafel in range(question.tafels) if aantal[tafel] < maten[tafel]]
            staand = [gast for gast in range(question.gasten) if tafels[gast] == GEEN]
            wie = staand or [
                gast
                for gast in range(question.gasten)
                if gast not in pins and aantal[tafels[gast]] > maten[tafels[gast]]
            ]
            if not wie or not ruimte:
                break
            _, gast, naar = min(
                (cost(gast, tafel) - cost(gast, tafels[gast]), gast, tafel)
                for gast in wie
                for tafel in ruimte
            )
            tafels[gast] = naar
    return plan.tolist()


@given(data())
@settings(max_examples=60, deadline=None)
def test_repair_makes_the_cheapest_move_each_time(keuze):
    gasten, tafels = keuze.draw(integers(1, 14)), keuze.draw(integers(1, 4))
    plek = integers(GEEN, tafels - 1)
    nu = keuze.draw(lists(lists(plek, min_size=gasten, max_size=gasten), min_size=2, max_size=3))
    vast = {
        (0, gast): tafel
        for gast, tafel in enumerate(keuze.draw(lists(integers(0, tafels - 1), max_size=min(3, gasten))))
    }
    question = zaal(
        gasten,
        keuze.draw(lists(integers(0, 6), min_size=tafels, max_size=tafels)),
        len(nu),
        nu=nu,
        vast=vast,
        sectoren=keuze.draw(lists(sampled_from(["", "zorg", "bouw"]), min_size=gasten, max_size=gasten)),
    )
    assert repair_plan(question) == plainly(question)


def test_together_is_never_with_oneself_or_without_a_table():
    assert together(np.array([0, 0, GEEN, GEEN])).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0] * 4, [0] * 4]
