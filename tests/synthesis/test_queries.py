"""What the werkbank and the report count."""

import pytest

from capture.models import Bron, Horizon, Peiling, Soort
from synthesis import queries
from synthesis.models import Onderbouwingsrol
from tests.factories import (
    NOW,
    BijdrageFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    SprekerFactory,
    TafelFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def acht(diner):
    return [TafelFactory(diner=diner, nummer=nummer) for nummer in range(1, 9)]


def draad_met(stelling, tafels, **kwargs):
    draad = RodeDraadFactory(stelling=stelling)
    for tafel in tafels:
        OnderbouwingFactory(
            rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling, **kwargs)
        )
    return draad


def test_breadth_counts_tables_of_this_stelling_and_not_tegenstem_or_spreker(stelling, acht):
    draad = draad_met(stelling, [*acht[:3], acht[0]])
    tegen = BijdrageFactory(tafel=acht[3], stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=tegen, rol=Onderbouwingsrol.TEGENSTEM)
    spreker = BijdrageFactory(tafel=acht[4], stelling=stelling, bron=Bron.SPREKER)
    OnderbouwingFactory(rode_draad=draad, bijdrage=spreker)
    kaart = queries.werkbank(stelling).kaarten[0]
    assert kaart.tafels == (1, 2, 3)
    assert (kaart.besproken, kaart.breedte) == (4, "De meeste tafels")
    assert queries.kaart_of(draad) == kaart


def test_werkbank_names_silent_tables_and_what_is_elsewhere(stelling, acht):
    draad_met(stelling, acht[:2])
    los = BijdrageFactory(tafel=acht[2], stelling=stelling)
    spreker = BijdrageFactory(tafel=acht[3], stelling=stelling, bron=Bron.SPREKER)
    BijdrageFactory(tafel=acht[4], stelling=stelling, deleted_at=NOW)
    bank = queries.werkbank(stelling)
    assert (bank.geplaatst, bank.totaal, bank.los, bank.elders) == (2, 3, (los,), (spreker,))
    assert bank.stil == (4, 5, 6, 7, 8)
    assert [tafel.nummer for tafel in queries.silent_tables(stelling)] == [4, 5, 6, 7, 8]


@pytest.mark.parametrize("aantal", [1, 3, 30, 300])
def test_werkbank_costs_the_same_however_much_there_is(stelling, acht, aantal, django_assert_num_queries):
    for nummer in range(aantal):
        draad_met(stelling, acht[: nummer % 8 + 1])
    with django_assert_num_queries(5):
        bank = queries.werkbank(stelling)
        assert len(bank.kaarten) == aantal
        assert all(rij.bijdrage.tafel.nummer for kaart in bank.kaarten for rij in kaart.onderbouwingen)


@pytest.mark.parametrize("aantal", [3, 300])
def test_notes_by_table_cost_one_query(stelling, acht, aantal, django_assert_num_queries):
    for nummer in range(aantal):
        BijdrageFactory(tafel=acht[nummer % 8], stelling=stelling)
    with django_assert_num_queries(1):
        per_tafel = queries.bijdragen_per_tafel(stelling)
    assert sum(len(bijdragen) for _, bijdragen in per_tafel) == aantal


def test_filters_narrow_together(stelling, acht):
    goed = BijdrageFactory(
        tafel=acht[0], stelling=stelling, tekst="De BUS rijdt niet", soort=Soort.VRAAG, horizon=Horizon.NU
    )
    BijdrageFactory(tafel=acht[0], stelling=stelling, tekst="de bus", soort=Soort.VRAAG)
    BijdrageFactory(tafel=acht[1], stelling=stelling, tekst="de bus", soort=Soort.VRAAG, horizon=Horizon.NU)
    gefilterd = queries.bijdragen_per_tafel(stelling, tafel=1, soort="vraag", horizon="nu", woord="bus")
    assert gefilterd == [(acht[0], [goed])]


def test_speakers_stand_last_and_apart(stelling, acht):
    spreker = BijdrageFactory(tafel=acht[0], stelling=stelling, bron=Bron.SPREKER)
    tafel = BijdrageFactory(tafel=acht[1], stelling=stelling)
    assert queries.bijdragen_per_tafel(stelling) == [(acht[1], [tafel]), (None, [spreker])]


def test_more_like_a_thread_ranks_likeness_and_leaves_out_its_own(stelling, acht):
    draad = RodeDraadFactory(stelling=stelling)
    eigen = BijdrageFactory(tafel=acht[0], stelling=stelling, tekst="geen bus in het dorp na zeven uur")
    OnderbouwingFactory(rode_draad=draad, bijdrage=eigen)
    lijkt = BijdrageFactory(tafel=acht[1], stelling=stelling, tekst="na zeven uur rijdt er geen bus meer")
    anders = BijdrageFactory(tafel=acht[2], stelling=stelling, tekst="warmtenet eerst voor huurders")
    assert queries.more_like_draad(draad) == [lijkt, anders]


def test_report_takes_quotes_only_from_what_was_heard_verbatim(reeks, diner, stelling, acht):
    for tekst, kwargs in {
        "Letterlijk en als quote": {"letterlijk": True, "soort": Soort.QUOTE},
        "Als quote maar niet letterlijk": {"soort": Soort.QUOTE},
        "Letterlijk zonder keuze": {"letterlijk": True},
        "Van de spreker": {"letterlijk": True, "soort": Soort.QUOTE, "bron": Bron.SPREKER},
    }.items():
        BijdrageFactory(tafel=acht[0], stelling=stelling, tekst=tekst, **kwargs)
    gekozen = BijdrageFactory(tafel=acht[1], stelling=stelling, tekst="Gekozen", letterlijk=True)
    OnderbouwingFactory(
        rode_draad=RodeDraadFactory(stelling=stelling), bijdrage=gekozen, rol="quote", door_mens=True
    )
    bron = queries.verslagbron(reeks)
    assert {quote.tekst for quote in bron.diners[0].quotes} == {"Letterlijk en als quote", "Gekozen"}
    assert bron.diners[0].aantal_bijdragen == 4


def test_report_has_the_peiling_of_each_stelling(reeks, diner, stellingen, acht):
    assert queries.verslagbron(reeks).diners[0].stellingen[0].peiling is None
    for moment, eens in (("voor", 5), ("na", 2)):
        for tafel in acht[:2]:
            Peiling.objects.create(
                tafel=tafel, stelling=stellingen[1], moment=moment, eens=eens, oneens=7 - eens, updated_at=NOW
            )
    peilingen = [stelling.peiling for stelling in queries.verslagbron(reeks).diners[0].stellingen]
    assert [peiling is None for peiling in peilingen] == [True, False, True]
    assert (peilingen[1].voor, peilingen[1].na) == ((10, 4, 0), (4, 10, 0))
    assert peilingen[1].woorden.endswith(": 6 minder eens.")
    assert peilingen[1].woorden_tafels == "Aan 2 tafels minder eens."
    assert peilingen[1].herkomst == "Geteld aan 2 tafels"
    assert peilingen[1].woorden in peilingen[1].beeld
    assert "Tafel 1: 5 → 2 eens." in peilingen[1].beeld_tafels


@pytest.mark.parametrize("aantal", [1, 3])
def test_report_costs_the_same_for_one_thread_or_three(
    reeks, stelling, acht, aantal, django_assert_num_queries
):
    for _ in range(aantal):
        draad_met(stelling, acht)
        stelling.diner.optredens.create(spreker=SprekerFactory(reeks=reeks))
    with django_assert_num_queries(19):
        bron = queries.verslagbron(reeks)
    assert len(bron.diners[0].stellingen[0].draden) == aantal
