"""Guests vote by phone: one vote a phone, within limits, and nothing that says who they are."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from capture import queries
from capture.models import Peiling, Stem, Stemlink, Stemming
from capture.services.stemmingen import (
    MAX_WIJZIGINGEN,
    MIN_PER_VENSTER,
    MIN_TOESTELLEN,
    VENSTER,
    StemmingGesloten,
    TeVeelStemmen,
    add_stem,
    close_stemming,
    make_stemlink,
    max_toestellen,
    open_stemming,
    stemtoken_of,
    toestel_hash,
)
from denkdiner.errors import DenkdinerError
from denkdiner.live import diner_group, scherm_group, zaal_group
from sessions.models import Diner, Dinerstatus, Tafel
from sessions.services import close_diner
from sessions.tokens import code_hash
from tests.factories import NOW, DinerFactory, StellingFactory, StemmingFactory, TafelFactory


@pytest.fixture
def stemming(stelling, roos):
    return open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW)


def vote(stemming, *keuzes, begin=0, now=NOW):
    """One phone for each of *keuzes*."""
    for nummer, keuze in enumerate(keuzes, start=begin):
        add_stem(stemming=stemming, keuze=keuze, geheim=f"telefoon-{nummer}", now=now)


def close(stemming):
    return close_stemming(stemming=stemming, now=NOW + timedelta(minutes=1))


# --- opening and closing ------------------------------------------------------------------------------------------


def test_opening_closes_what_was_open(stellingen, stemming, roos):
    tweede = open_stemming(
        stelling=stellingen[1], moment="na", gebruiker=roos, now=NOW + timedelta(seconds=5)
    )
    stemming.refresh_from_db()
    assert (stemming.closed_at, tweede.closed_at) == (NOW + timedelta(seconds=5), None)
    assert tweede.opened_by == roos


def test_opening_what_is_open_changes_nothing(stelling, stemming, roos, listen):
    heard = listen(diner_group(stelling.diner_id))
    later = NOW + timedelta(minutes=1)
    assert open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=later) == stemming
    assert Stemming.objects.get().opened_at == NOW
    assert heard() == []


def test_opening_again_goes_on_with_the_votes_or_begins_at_zero(stelling, stemming, roos):
    vote(stemming, "eens", "eens")
    close(stemming)
    verder = open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW)
    assert (verder, verder.stemmen.count(), verder.is_open) == (stemming, 2, True)
    opnieuw = open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW, opnieuw=True)
    assert (opnieuw.stemmen.count(), opnieuw.is_open) == (0, True)
    stemming.refresh_from_db()
    assert (stemming.stemmen.count(), stemming.is_open) == (2, False)
    nog_eens = open_stemming(stelling=stelling, moment="na", gebruiker=roos, now=NOW)
    assert nog_eens not in (stemming, opnieuw)


def test_database_holds_one_open_stemming_a_diner(stellingen, stemming):
    with pytest.raises(IntegrityError), transaction.atomic():
        StemmingFactory(stelling=stellingen[1], closed_at=None)
    StemmingFactory(stelling=StellingFactory(), closed_at=None)  # another diner has one of its own
    with pytest.raises(IntegrityError), transaction.atomic():
        StemmingFactory(stelling=stellingen[1], closed_at=NOW - timedelta(seconds=1))


def test_closed_diner_opens_no_stemming_and_takes_no_vote(stelling, stemming, roos):
    close_diner(diner=stelling.diner, now=NOW)
    with pytest.raises(StemmingGesloten):
        vote(stemming, "eens")
    with pytest.raises(DenkdinerError, match="afgesloten"):
        open_stemming(stelling=stelling, moment="na", gebruiker=roos, now=NOW)
    assert queries.open_stemming_of(stelling.diner) is None


def test_moment_is_before_or_after(stelling, roos):
    for moment in ("", "tijdens", "VOOR"):
        with pytest.raises(DenkdinerError):
            open_stemming(stelling=stelling, moment=moment, gebruiker=roos, now=NOW)
    assert not Stemming.objects.exists()


def test_closing_twice_keeps_the_first_time(stemming, listen):
    close(stemming)
    heard = listen(zaal_group(stemming.diner_id))
    assert close_stemming(stemming=stemming, now=NOW + timedelta(hours=1)).closed_at == NOW + timedelta(
        minutes=1
    )
    assert heard() == []


def test_room_and_team_hear_of_opening_and_closing(
    stelling, roos, listen, django_capture_on_commit_callbacks
):
    groups = [listen(diner_group(stelling.diner_id)), listen(zaal_group(stelling.diner_id))]
    with django_capture_on_commit_callbacks(execute=True):
        stemming = open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW)
    told = [{"type": "peiling-changed", "stemming": stemming.pk}]
    assert [heard() for heard in groups] == [told, told]
    with django_capture_on_commit_callbacks(execute=True):
        vote(stemming, "eens")
    assert [heard() for heard in groups] == [[], []]
    with django_capture_on_commit_callbacks(execute=True):
        close(stemming)
    assert [heard() for heard in groups] == [told, told]


# --- the address ------------------------------------------------------------------------------------------


def test_address_stays_the_same_and_only_its_hash_is_kept(diner):
    token = stemtoken_of(make_stemlink(diner=diner))
    assert stemtoken_of(make_stemlink(diner=diner)) == token
    link = Stemlink.objects.get()
    assert link.token_hash == code_hash(token)
    assert token not in (link.nonce, link.token_hash)
    assert stemtoken_of(make_stemlink(diner=DinerFactory())) != token


def test_address_of_another_key_is_made_anew(diner, settings):
    link = make_stemlink(diner=diner)
    oud = stemtoken_of(link)
    settings.SECRET_KEY = "een-andere-sleutel"
    with pytest.raises(DenkdinerError):
        stemtoken_of(link)
    assert stemtoken_of(make_stemlink(diner=diner)) != oud
    assert Stemlink.objects.count() == 1


# --- one vote a phone ------------------------------------------------------------------------------------------


def test_last_choice_of_a_phone_stands(stemming):
    vote(stemming, "eens", "oneens")
    vote(stemming, "anders")
    assert sorted(stemming.stemmen.values_list("keuze", "wijzigingen")) == [("anders", 1), ("oneens", 0)]


def test_database_holds_one_vote_a_phone(stemming):
    vote(stemming, "eens")
    with pytest.raises(IntegrityError), transaction.atomic():
        Stem.objects.create(stemming=stemming, toestel=Stem.objects.get().toestel, keuze="oneens")


def test_votes_of_one_phone_have_nothing_in_common(stellingen, stemming, roos, settings):
    vote(stemming, "eens")
    vote(open_stemming(stelling=stellingen[1], moment="voor", gebruiker=roos, now=NOW), "eens")
    een, twee = Stem.objects.order_by("stemming")
    assert een.toestel != twee.toestel
    assert "telefoon-0" not in een.toestel
    settings.SECRET_KEY = "een-andere-sleutel"  # a copy of the database alone links nothing
    assert toestel_hash(stemming, "telefoon-0") != een.toestel


def test_a_vote_carries_no_time_and_no_table():
    assert {field.name for field in Stem._meta.get_fields()} == {
        "id",
        "stemming",
        "toestel",
        "keuze",
        "wijzigingen",
    }


def test_vote_on_something_else_or_too_late_is_refused(stemming):
    with pytest.raises(DenkdinerError):
        vote(stemming, "neutraal")
    close(stemming)
    with pytest.raises(StemmingGesloten):
        vote(stemming, "eens")
    assert not Stem.objects.exists()


def test_one_phone_may_think_again_so_often(stemming):
    vote(stemming, "eens")
    for nummer in range(MAX_WIJZIGINGEN):
        vote(stemming, ("oneens", "eens")[nummer % 2])
    with pytest.raises(TeVeelStemmen):
        vote(stemming, "anders")
    vote(stemming, "eens")  # the same again is no change
    assert Stem.objects.get().keuze == "eens"


# --- limits of a room ------------------------------------------------------------------------------------------


def test_room_is_a_little_larger_than_its_guests(diner):
    assert max_toestellen(diner) == MIN_TOESTELLEN
    TafelFactory(diner=diner, aantal_gasten=26)
    assert max_toestellen(diner) == 32  # 31.2
    TafelFactory()
    assert max_toestellen(diner) == 32


def test_more_phones_than_a_room_holds_are_refused(stemming):
    vote(stemming, *["eens"] * MIN_TOESTELLEN)
    with pytest.raises(TeVeelStemmen, match="meer stemmen dan gasten"):
        vote(stemming, "eens", begin=MIN_TOESTELLEN, now=NOW + timedelta(hours=1))
    vote(stemming, "oneens")  # who voted already may still think again
    assert sorted(stemming.stemmen.values_list("keuze", flat=True).distinct().order_by()) == [
        "eens",
        "oneens",
    ]
    assert stemming.stemmen.count() == MIN_TOESTELLEN


def test_phones_come_no_faster_than_a_room_would(stemming, diner):
    TafelFactory(diner=diner, aantal_gasten=100)
    assert max_toestellen(diner) // 2 == 60
    vote(stemming, *["eens"] * 60)
    net = NOW + VENSTER - timedelta(seconds=1)
    with pytest.raises(TeVeelStemmen, match="tegelijk"):
        vote(stemming, "eens", begin=60, now=net)
    vote(stemming, "oneens", now=net)
    assert stemming.stemmen.count() == 60
    vote(stemming, "eens", begin=60, now=NOW + VENSTER)
    assert stemming.stemmen.count() == 61


def test_small_room_votes_all_at_once(stemming, diner):
    TafelFactory(diner=diner, aantal_gasten=20)
    assert max_toestellen(diner) == MIN_PER_VENSTER
    vote(stemming, *["anders"] * 24)
    assert stemming.stemmen.count() == 24


# --- results: whose numbers ------------------------------------------------------------------------------------------


def result(diner):
    gevonden = queries.verschuivingen_of(diner)
    return [(v.bron, v.voor, v.na) for v in gevonden]


def test_result_is_seen_after_closing_and_from_four_votes(stemming, diner, stelling, roos):
    vote(stemming, "eens", "eens", "oneens")
    close(stemming)
    assert result(diner) == []
    open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW)
    vote(stemming, "anders", begin=3)
    assert result(diner) == []
    close(stemming)
    assert result(diner) == [("gasten", queries.Uitslag(2, 1, 1), None)]


def test_phones_speak_for_the_room_and_facilitators_for_their_tables(stemming, diner, stelling, tafels):
    Peiling.objects.create(tafel=tafels[0], stelling=stelling, moment="voor", eens=7, updated_at=NOW)
    Peiling.objects.create(tafel=tafels[0], stelling=stelling, moment="na", oneens=6, updated_at=NOW)
    vote(stemming, "eens", "eens", "oneens")
    close(stemming)
    assert result(diner) == [("tafels", queries.Uitslag(7, 0, 0, 1), queries.Uitslag(0, 6, 0, 1))]
    Stemming.objects.update(closed_at=None)
    vote(stemming, "anders", begin=3)
    close(stemming)
    (een,) = queries.verschuivingen_of(diner)
    assert (een.voor, een.na) == (queries.Uitslag(2, 1, 1), queries.Uitslag(0, 6, 0, 1))
    assert (een.bron, een.is_gemengd, een.is_verschuiving) == ("tafels", True, False)
    assert [(rij.tafel, rij.voor, rij.na) for rij in een.per_tafel] == [
        (1, queries.Uitslag(7, 0, 0, 1), queries.Uitslag(0, 6, 0, 1))
    ]


def test_newest_stemming_with_enough_votes_counts(stemming, diner, stelling, roos):
    vote(stemming, *["eens"] * 5)
    opnieuw = open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW, opnieuw=True)
    vote(opnieuw, *["oneens"] * 3)
    close(opnieuw)
    assert result(diner)[0][1] == queries.Uitslag(5, 0, 0)  # begun again by mistake: nothing is lost
    Stemming.objects.filter(pk=opnieuw.pk).update(closed_at=None)
    vote(opnieuw, "oneens", begin=3)
    close(opnieuw)
    assert result(diner)[0][1] == queries.Uitslag(0, 4, 0)


def test_regie_knows_no_result_while_it_is_open(stemming, diner):
    vote(stemming, *["eens"] * 4)

    def now():
        deel = queries.peilingregie(diner)[0].momenten[0]
        return deel.moment, deel.stemmen, deel.is_open, deel.uitslag

    assert now() == ("voor", 4, True, None)
    close(stemming)
    assert now() == ("voor", 4, False, queries.Uitslag(4, 0, 0))


def test_end_of_the_diner_closes_what_was_open(stemming, diner):
    vote(stemming, *["eens"] * 4)
    assert result(diner) == []
    Diner.objects.update(status=Dinerstatus.AFGESLOTEN)
    assert result(diner) == [("gasten", queries.Uitslag(4, 0, 0), None)]


def test_scherm_hears_of_a_count_and_the_room_does_not(
    stelling, tafels, listen, django_capture_on_commit_callbacks
):
    from capture.services import record_peiling

    scherm, zaal = listen(scherm_group(stelling.diner_id)), listen(zaal_group(stelling.diner_id))
    with django_capture_on_commit_callbacks(execute=True):
        record_peiling(
            tafel=Tafel.objects.get(pk=tafels[0].pk),
            stelling=stelling,
            moment="voor",
            eens=1,
            oneens=0,
            neutraal=0,
            now=NOW,
        )
    assert scherm() == [{"type": "peiling-changed"}]
    assert zaal() == []
