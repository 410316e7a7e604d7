"""What the tablet and the progress board count, and what that costs."""

from datetime import timedelta
from uuid import uuid4

import pytest

from capture.models import Bron, Horizon
from capture.queries import Plek, current_place, tafelstand, voortgang
from capture.services import Inhoud, delete_bijdrage, edit_bijdrage, restore_bijdrage
from tests.factories import (
    NOW,
    ApparaatFactory,
    BijdrageFactory,
    DinerFactory,
    RondeFactory,
    StellingFactory,
    TafelFactory,
)


def minutes(count):
    return NOW + timedelta(minutes=count)


# --- the list of a table ---------------------------------------------------------------------------------------------
def test_tafelstand_is_newest_first_with_the_bin_apart(tafels, django_assert_num_queries):
    first = BijdrageFactory(tafel=tafels[0], horizon=Horizon.HORIZONJAAR)
    weg = BijdrageFactory(tafel=tafels[0], deleted_at=NOW, horizon=Horizon.HORIZONJAAR)
    last = BijdrageFactory(tafel=tafels[0], created_at=minutes(1), horizon=Horizon.NU, bijgesteld=first)
    middle = BijdrageFactory(tafel=tafels[0], created_at=minutes(0.5), horizon=Horizon.MIDDELLANG)
    BijdrageFactory(tafel=tafels[1], horizon=Horizon.HORIZONJAAR)
    with django_assert_num_queries(1):
        stand = tafelstand(tafels[0])
        assert stand.bijdragen[0].bijgesteld == first
    assert stand.bijdragen == (last, middle, first)
    assert stand.prullenbak == (weg,)
    assert stand.vooruit == 2


def test_note_counts_as_edited_when_its_words_were_not_when_it_was_binned_and_taken_out(tafels):
    bijdrage = BijdrageFactory(tafel=tafels[0])
    for service in (delete_bijdrage, restore_bijdrage):
        service(bijdrage=bijdrage, op_id=uuid4(), now=NOW)
    (stand,) = tafelstand(tafels[0]).bijdragen
    assert (stand.rev, stand.is_gewijzigd) == (3, False)
    edit_bijdrage(bijdrage=bijdrage, op_id=uuid4(), base_rev=3, inhoud=Inhoud("Anders"), now=NOW)
    assert tafelstand(tafels[0]).bijdragen[0].is_gewijzigd


def test_tafelstand_of_a_fresh_table_is_empty(tafels):
    stand = tafelstand(tafels[0])
    assert (stand.bijdragen, stand.prullenbak, stand.vooruit) == ((), (), 0)


# --- where a note belongs --------------------------------------------------------------------------------------------
def test_current_place_is_the_running_ronde_and_its_stelling(diner, ronde, stelling):
    assert (current_place(diner).ronde, current_place(diner).stelling) == (ronde, stelling)


def test_current_place_between_talks_keeps_the_last_stelling_that_began(diner, stellingen):
    ended = {"ends_at": NOW, "ended_at": NOW}
    RondeFactory(diner=diner, stelling=stellingen[1], started_at=minutes(-30), **ended)
    RondeFactory(diner=diner, stelling=stellingen[0], started_at=minutes(-60), **ended)
    RondeFactory(diner=diner, stelling=stellingen[2])
    assert current_place(diner) == Plek(None, stellingen[1], begonnen=True)


@pytest.mark.parametrize("soort", ["ontvangst", "spreker", "gang", "pauze", "plenair", "afsluiting"])
def test_current_place_in_a_ronde_without_a_stelling_is_no_stelling(diner, stelling, soort):
    """What a speaker says never counts as what a table finds; nor does what is said after, before the next talk."""
    ended = {"ends_at": NOW, "ended_at": NOW}
    RondeFactory(diner=diner, stelling=stelling, started_at=minutes(-30), **ended)
    ronde = RondeFactory(diner=diner, soort=soort, started_at=NOW, paused_remaining=60)
    assert current_place(diner) == Plek(ronde, None, begonnen=True)
    type(ronde).objects.filter(pk=ronde.pk).update(paused_remaining=None, **ended)
    assert current_place(diner) == Plek(None, None, begonnen=True)


def test_current_place_before_the_evening_is_nowhere(diner, stelling):
    RondeFactory(diner=diner, stelling=stelling)
    assert current_place(diner) == Plek(None, None, begonnen=False)


# --- the progress board ----------------------------------------------------------------------------------------------
def test_voortgang_counts_per_table_ronde_and_stelling(diner, tafels, stellingen, ronde):
    def log(tafel, **fields):
        BijdrageFactory(tafel=tafel, **fields)

    log(tafels[0], stelling=stellingen[0], ronde=ronde)
    log(tafels[0], stelling=stellingen[0], created_at=minutes(2))
    log(tafels[0], stelling=stellingen[2])
    log(tafels[0])
    log(tafels[0], stelling=stellingen[0], ronde=ronde, deleted_at=NOW)
    log(tafels[0], stelling=stellingen[0], ronde=ronde, bron=Bron.PLENAIR)
    log(TafelFactory())
    stand = voortgang(diner)
    one = next(rij for rij in stand.tafels if rij.tafel == tafels[0])
    assert (one.totaal, one.deze_ronde, one.per_stelling, one.is_stil) == (4, 1, (2, 0, 1), False)
    assert one.laatste_notitie == minutes(2)
    two = next(rij for rij in stand.tafels if rij.tafel == tafels[1])
    assert (two.totaal, two.deze_ronde, two.per_stelling, two.is_stil) == (0, 0, (0, 0, 0), True)
    assert two.laatste_notitie is None
    assert (stand.totaal, stand.ronde, list(stand.stellingen)) == (4, ronde, stellingen)


def test_voortgang_puts_silent_tables_of_this_ronde_first(diner, tafels, ronde):
    third = TafelFactory(diner=diner, nummer=3)
    BijdrageFactory(tafel=tafels[0], ronde=ronde)
    BijdrageFactory(tafel=tafels[1])
    assert [rij.tafel.nummer for rij in voortgang(diner).tafels] == [2, 3, 1]
    BijdrageFactory(tafel=third, ronde=ronde)
    assert [rij.tafel.nummer for rij in voortgang(diner).tafels] == [2, 1, 3]


@pytest.mark.parametrize("soort", ["ontvangst", "spreker", "pauze"])
def test_voortgang_calls_no_table_silent_while_nobody_is_meant_to_talk(diner, tafels, soort):
    ronde = RondeFactory(diner=diner, soort=soort, started_at=NOW, paused_remaining=60)
    BijdrageFactory(tafel=tafels[0], ronde=ronde)
    stand = voortgang(diner)
    assert [(rij.tafel.nummer, rij.is_stil) for rij in stand.tafels] == [(1, False), (2, False)]
    assert not stand.is_gesprek


def test_voortgang_of_a_talk_without_a_stelling_has_silent_tables(diner, tafels):
    BijdrageFactory(tafel=tafels[0], ronde=RondeFactory(diner=diner, started_at=NOW, paused_remaining=60))
    stand = voortgang(diner)
    assert [(rij.tafel.nummer, rij.is_stil) for rij in stand.tafels] == [(2, True), (1, False)]


def test_voortgang_without_a_ronde_puts_tables_without_notes_first(diner, tafels):
    BijdrageFactory(tafel=tafels[0])
    stand = voortgang(diner)
    assert ([rij.tafel.nummer for rij in stand.tafels], stand.ronde) == ([2, 1], None)
    assert not any(rij.is_stil for rij in stand.tafels)


def test_voortgang_counts_active_devices_only(diner, femke):
    ApparaatFactory(toegang=femke.toegang, nummer=2, last_seen_at=minutes(3))
    ApparaatFactory(toegang=femke.toegang, nummer=3, last_seen_at=minutes(9), revoked_at=NOW)
    one, two = sorted(voortgang(diner).tafels, key=lambda rij: rij.tafel.nummer)
    assert (one.apparaten, one.laatst_gezien) == (2, minutes(3))
    assert (two.apparaten, two.laatst_gezien) == (0, None)


@pytest.mark.parametrize("count", [1, 3])
def test_voortgang_takes_five_queries_however_many_tables(db, count, django_assert_num_queries):
    diner = DinerFactory()
    ronde = RondeFactory(diner=diner, started_at=NOW, ends_at=minutes(20))
    stellingen = [StellingFactory(diner=diner) for _ in range(count)]
    for tafel in [TafelFactory(diner=diner) for _ in range(count)]:
        ApparaatFactory(toegang__tafel=tafel)
        for stelling in stellingen:
            BijdrageFactory(tafel=tafel, stelling=stelling, ronde=ronde)
    with django_assert_num_queries(5):
        stand = voortgang(diner)
    assert (len(stand.tafels), stand.totaal) == (count, count * count)
