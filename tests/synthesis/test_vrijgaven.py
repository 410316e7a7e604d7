"""What the scherm may show: who offers, who releases, and that the projector never says anything by itself."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction

from capture.models import Bijdrage, Bron
from capture.services import Inhoud, delete_bijdrage, edit_bijdrage, restore_bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event
from synthesis import services
from synthesis.models import RodeDraad, Vrijgave
from synthesis.queries import schermblad_of, schermstanden_of, vingerafdruk, vrijgaven_of
from synthesis.services.vrijgaven import (
    VrijgaveVerdwenen,
    clear_vrijgaven,
    offer_vrijgave,
    release_vrijgave,
    withdraw_vrijgave,
)
from tests.factories import (
    NOW,
    BijdrageFactory,
    DinerFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    TafelFactory,
    VrijgaveFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def draad(stelling, tafels, diner):
    """Two of three tables."""
    draad = RodeDraadFactory(stelling=stelling, titel="De school draagt het dorp")
    for tafel in tafels:
        OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling))
    BijdrageFactory(tafel=TafelFactory(diner=diner, nummer=3), stelling=stelling)
    return draad


@pytest.fixture
def quote(stelling, tafels):
    return BijdrageFactory(
        tafel=tafels[0], stelling=stelling, tekst="Een dorp zonder school is een slaapdorp.", letterlijk=True
    )


@pytest.fixture
def offer(diner, vera):
    def _offer(zaak, **kwargs):
        wat = {"draad": zaak} if isinstance(zaak, RodeDraad) else {"bijdrage": zaak}
        return offer_vrijgave(diner=diner, gebruiker=vera, now=NOW, **wat, **kwargs)

    return _offer


@pytest.fixture
def release(roos):
    def _release(vrijgave, gezien=None, now=LATER):
        afdruk = vingerafdruk(vrijgave.tekst if gezien is None else gezien)
        return release_vrijgave(vrijgave=vrijgave.pk, gezien=afdruk, gebruiker=roos, now=now)

    return _release


@pytest.fixture
def heard(monkeypatch, django_capture_on_commit_callbacks):
    """What everybody heard, as (event, groups)."""
    said = []
    monkeypatch.setattr("denkdiner.live.hub.tell", lambda groups, text: said.append((groups, text)))

    def during(act):
        said.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return [groups for groups, text in said if f'"{Event.SCHERM_CHANGED.value}"' in text]

    return during


def shown(diner):
    blad = schermblad_of(diner)
    return [regel.tekst for regel in (*blad.draden, *blad.quotes)]


def edit(bijdrage, **inhoud):
    bijdrage.refresh_from_db()
    velden = {"tekst": bijdrage.tekst, "stelling": bijdrage.stelling, "letterlijk": True, **inhoud}
    return edit_bijdrage(
        bijdrage=bijdrage, op_id=uuid.uuid4(), base_rev=bijdrage.rev, inhoud=Inhoud(**velden), now=LATER
    )


# --- offering --------------------------------------------------------------------------------------------------------


def test_offer_shows_nothing_yet(diner, offer, draad, quote):
    offer(draad)
    offer(quote)
    assert shown(diner) == []
    assert [regel.tekst for regel in vrijgaven_of(diner).aangeboden] == [draad.titel, quote.tekst]
    assert schermstanden_of(diner).aangeboden == {draad.pk, quote.pk}


def test_offer_twice_is_one_offer(diner, offer, draad):
    assert offer(draad) == offer(draad)
    assert Vrijgave.objects.count() == 1


def test_offer_again_takes_over_what_it_says_now(offer, draad):
    eerst = offer(draad)
    draad.titel = "Zonder school geen dorp"
    draad.save()
    assert (offer(draad).pk, Vrijgave.objects.get().tekst) == (eerst.pk, "Zonder school geen dorp")


def test_offer_of_what_is_on_the_scherm_changes_nothing(diner, offer, release, draad):
    vrijgave = release(offer(draad))
    RodeDraad.objects.filter(pk=draad.pk).update(titel="Anders")
    assert offer(draad).pk == vrijgave.pk
    assert shown(diner) == ["De school draagt het dorp"]


def test_offered_thread_is_kept_by_the_next_proposal(offer, draad, stelling):
    offer(draad)
    services.make_voorstel(stelling=stelling, now=LATER)
    assert RodeDraad.objects.get(pk=draad.pk).door_mens
    assert draad.onderbouwingen.count() >= 2


@pytest.mark.parametrize(
    ("velden", "woord"),
    [
        ({"letterlijk": False}, "letterlijk gehoord"),
        ({"deleted_at": NOW}, "verwijderd"),
        ({"bron": Bron.SPREKER}, "spreker"),
        ({"tekst": "woord " * 500}, "te lang"),
    ],
)
def test_offer_of_a_note_that_may_not_stand_there_is_refused(offer, quote, velden, woord):
    Bijdrage.objects.filter(pk=quote.pk).update(**velden)
    with pytest.raises(DenkdinerError, match=woord):
        offer(quote)
    assert not Vrijgave.objects.exists()


def test_offer_is_of_this_diner_and_of_one_thing(diner, vera, reeks, draad, quote):
    elders = DinerFactory(reeks=reeks, nummer=2)
    with pytest.raises(VrijgaveVerdwenen):
        offer_vrijgave(diner=elders, draad=draad, gebruiker=vera, now=NOW)
    for wat in ({}, {"draad": draad, "bijdrage": quote}):
        with pytest.raises(ValueError, match="thread or of a note"):
            offer_vrijgave(diner=diner, gebruiker=vera, now=NOW, **wat)


# --- releasing -------------------------------------------------------------------------------------------------------


def test_release_shows_the_thread_with_its_breadth_and_the_quote(diner, offer, release, draad, quote):
    release(offer(draad))
    release(offer(quote))
    blad = schermblad_of(diner)
    assert [(r.tekst, r.breedte, r.vrijgave.besproken) for r in blad.draden] == [
        ("De school draagt het dorp", "aan enkele tafels", 3)
    ]
    assert [r.tekst for r in blad.quotes] == ["Een dorp zonder school is een slaapdorp."]
    assert schermstanden_of(diner).vrijgegeven == {draad.pk, quote.pk}


def test_release_counts_the_breadth_as_it_is_then_and_not_later(diner, offer, release, draad, stelling):
    vrijgave = offer(draad)
    derde = BijdrageFactory(tafel=diner.tafels.get(nummer=3), stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=derde)
    vrijgave = release(vrijgave)
    assert (vrijgave.tafels, vrijgave.besproken) == (3, 3)
    draad.onderbouwingen.all().delete()
    assert schermblad_of(diner).draden[0].breedte == "aan alle tafels"


def test_breadth_of_a_thread_without_notes_is_not_said(diner, offer, release, stelling):
    release(offer(RodeDraadFactory(stelling=stelling)))
    assert schermblad_of(diner).draden[0].breedte == ""


def test_release_twice_is_one_release(diner, offer, release, draad):
    vrijgave = offer(draad)
    eerst = release(vrijgave)
    tweede = release(vrijgave, now=LATER + timedelta(minutes=1))
    assert (tweede.pk, tweede.vrijgegeven_at) == (eerst.pk, LATER)
    assert Vrijgave.objects.count() == 1


def test_release_of_a_text_that_nobody_saw_is_refused(diner, offer, release, draad):
    vrijgave = offer(draad)
    services.edit_rode_draad(draad=draad, version=1, now=LATER, titel="Weg met de school")
    regel = vrijgaven_of(diner).aangeboden[0]
    assert (regel.tekst, regel.nu, regel.is_gewijzigd) == (draad.titel, "Weg met de school", True)
    with pytest.raises(Conflict, match="net gewijzigd"):
        release(vrijgave)
    assert shown(diner) == []
    release(vrijgave, gezien="Weg met de school")
    assert shown(diner) == ["Weg met de school"]


@pytest.mark.parametrize("gezien", ["", "iets anders"])
def test_release_without_what_was_seen_is_refused(diner, offer, roos, draad, gezien):
    with pytest.raises(Conflict):
        release_vrijgave(vrijgave=offer(draad).pk, gezien=gezien, gebruiker=roos, now=LATER)
    assert shown(diner) == []


def test_release_checks_once_more_that_it_is_literal(diner, offer, release, quote):
    vrijgave = offer(quote)
    edit(quote, letterlijk=False)
    assert not vrijgaven_of(diner).aangeboden[0].mag_getoond
    with pytest.raises(DenkdinerError, match="letterlijk gehoord"):
        release(vrijgave)
    assert shown(diner) == []


def test_release_of_what_somebody_withdrew_says_so(diner, offer, release, draad):
    vrijgave = offer(draad)
    withdraw_vrijgave(vrijgave=vrijgave.pk, now=LATER)
    with pytest.raises(VrijgaveVerdwenen):
        release(vrijgave)
    assert shown(diner) == []


def test_newest_stay_when_more_is_released_than_fits(diner, offer, release, stelling):
    for nummer in range(7):
        draad = RodeDraadFactory(stelling=stelling, titel=f"Draad nummer {nummer}")
        release(offer(draad), now=LATER + timedelta(seconds=nummer))
    assert shown(diner) == [f"Draad nummer {nummer}" for nummer in range(2, 7)]
    lijst = vrijgaven_of(diner)
    assert (lijst.op_scherm, lijst.past_niet, len(lijst.vrijgegeven)) == (5, 2, 7)
    assert [regel.op_scherm for regel in lijst.vrijgegeven] == [True] * 5 + [False] * 2


# --- the projector says nothing by itself ----------------------------------------------------------------------------


def test_edit_after_release_does_not_change_the_scherm(diner, offer, release, draad, quote):
    for zaak in (draad, quote):
        release(offer(zaak))
    eerst = shown(diner)
    services.edit_rode_draad(draad=draad, version=1, now=LATER, titel="Anders", tekst="Helemaal anders.")
    edit(quote, tekst="Dat zeiden we niet.")
    edit(quote, letterlijk=False)
    assert shown(diner) == eerst == ["De school draagt het dorp", "Een dorp zonder school is een slaapdorp."]
    assert all(regel.is_gewijzigd for regel in vrijgaven_of(diner).vrijgegeven)


def test_new_text_comes_on_the_scherm_when_the_regie_releases_it_anew(diner, offer, release, draad):
    vrijgave = release(offer(draad))
    services.edit_rode_draad(draad=draad, version=1, now=LATER, titel="Anders")
    nieuw = release(vrijgave, gezien="Anders", now=LATER + timedelta(minutes=1))
    assert shown(diner) == ["Anders"]
    vrijgave.refresh_from_db()
    assert (vrijgave.tekst, vrijgave.ingetrokken_at) == (draad.titel, LATER + timedelta(minutes=1))
    assert nieuw.pk != vrijgave.pk


def test_deleted_note_leaves_the_scherm_and_does_not_come_back_by_itself(diner, offer, release, quote):
    vrijgave = release(offer(quote))
    quote.refresh_from_db()
    delete_bijdrage(bijdrage=quote, op_id=uuid.uuid4(), now=LATER)
    assert shown(diner) == []
    regel = vrijgaven_of(diner).vrijgegeven[0]
    assert (regel.is_verwijderd, regel.op_scherm, regel.mag_getoond) == (True, False, False)
    restore_bijdrage(bijdrage=quote, op_id=uuid.uuid4(), now=LATER)
    assert shown(diner) == []
    assert vrijgaven_of(diner).vrijgegeven[0].mag_getoond
    release(vrijgave)
    assert shown(diner) == [quote.tekst]


def test_deleted_note_that_an_edit_brings_back_stays_off_the_scherm(diner, offer, release, quote):
    release(offer(quote))
    quote.refresh_from_db()
    delete_bijdrage(bijdrage=quote, op_id=uuid.uuid4(), now=LATER)
    edit(quote, tekst="Iets anders.")
    assert shown(diner) == []


def test_deleted_thread_leaves_the_scherm(diner, offer, release, draad, vera):
    release(offer(draad))
    services.delete_rode_draad(draad=draad, reden="Dubbel", gebruiker=vera, now=LATER)
    assert shown(diner) == []


def test_merged_thread_stays_on_the_scherm_as_it_was(diner, offer, release, draad, stelling, vera):
    release(offer(draad))
    naar = RodeDraadFactory(stelling=stelling, titel="Onderwijs")
    offer(naar)
    services.merge_rode_draden(van=draad, naar=naar, reden="Zelfde punt", gebruiker=vera, now=LATER)
    assert shown(diner) == ["De school draagt het dorp"]
    lijst = vrijgaven_of(diner)
    assert (lijst.vrijgegeven[0].nu, lijst.aangeboden) == ("Onderwijs", ())


def test_merge_keeps_the_thread_that_is_on_the_scherm(diner, offer, release, draad, stelling, vera):
    naar = RodeDraadFactory(stelling=stelling, titel="Onderwijs")
    release(offer(naar))
    offer(draad)
    services.merge_rode_draden(van=draad, naar=naar, reden="Zelfde punt", gebruiker=vera, now=LATER)
    assert shown(diner) == ["Onderwijs"]
    assert vrijgaven_of(diner).aangeboden == ()


def test_scherm_of_another_diner_shows_nothing_of_this_one(reeks, offer, release, draad):
    release(offer(draad))
    assert shown(DinerFactory(reeks=reeks, nummer=2)) == []


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_withdrawn_text_leaves_the_scherm_and_waits_as_an_offer(diner, offer, release, draad):
    vrijgave = release(offer(draad))
    withdraw_vrijgave(vrijgave=vrijgave.pk, now=LATER)
    assert shown(diner) == []
    assert [regel.tekst for regel in vrijgaven_of(diner).aangeboden] == [draad.titel]
    release(Vrijgave.objects.live().get())
    assert shown(diner) == [draad.titel]


def test_withdraw_twice_is_no_error(diner, offer, release, draad):
    vrijgave = release(offer(draad))
    for _ in range(2):
        withdraw_vrijgave(vrijgave=vrijgave.pk, now=LATER)
    assert Vrijgave.objects.live().count() == 1
    withdraw_vrijgave(vrijgave=0, now=LATER)


def test_withdrawn_offer_is_gone(diner, offer, draad):
    withdraw_vrijgave(vrijgave=offer(draad).pk, now=LATER)
    assert vrijgaven_of(diner).aangeboden == ()
    assert schermstanden_of(diner).aangeboden == frozenset()


def test_withdrawn_note_that_its_table_deleted_is_no_offer_again(diner, offer, release, quote):
    vrijgave = release(offer(quote))
    Bijdrage.objects.filter(pk=quote.pk).update(deleted_at=LATER)
    withdraw_vrijgave(vrijgave=vrijgave.pk, now=LATER)
    assert not Vrijgave.objects.live().exists()


def test_clear_takes_everything_off_and_keeps_the_offers(diner, offer, release, draad, quote, stelling):
    for zaak in (draad, quote):
        release(offer(zaak))
    offer(RodeDraadFactory(stelling=stelling, titel="Wacht nog"))
    assert clear_vrijgaven(diner=diner, now=LATER) == 2
    assert shown(diner) == []
    assert len(vrijgaven_of(diner).aangeboden) == 3
    assert clear_vrijgaven(diner=diner, now=LATER) == 0


def test_clocks_of_two_servers_may_differ(diner, offer, release, draad):
    vrijgave = release(offer(draad), now=NOW - timedelta(seconds=2))
    withdraw_vrijgave(vrijgave=vrijgave.pk, now=NOW - timedelta(seconds=3))
    assert shown(diner) == []


# --- everybody hears it ----------------------------------------------------------------------------------------------


def test_regie_and_room_hear_of_every_change(diner, offer, release, draad, quote, heard):
    beide = (f"diner.{diner.pk}", f"zaal.{diner.pk}")
    assert heard(lambda: offer(draad)) == [beide]
    assert heard(lambda: offer(draad)) == []
    vrijgave = Vrijgave.objects.get()
    assert heard(lambda: release(vrijgave)) == [beide]
    assert heard(lambda: release(vrijgave)) == []
    assert heard(lambda: withdraw_vrijgave(vrijgave=vrijgave.pk, now=LATER)) == [beide]
    assert heard(lambda: withdraw_vrijgave(vrijgave=vrijgave.pk, now=LATER)) == []
    release(Vrijgave.objects.live().get())
    assert heard(lambda: clear_vrijgaven(diner=diner, now=LATER)) == [beide]
    assert heard(lambda: clear_vrijgaven(diner=diner, now=LATER)) == []


def test_room_hears_that_a_table_took_its_words_back(diner, offer, release, draad, quote, heard, vera):
    release(offer(quote))
    quote.refresh_from_db()
    zaal, team = f"zaal.{diner.pk}", f"diner.{diner.pk}"  # the regie sees the scherm in small
    assert heard(lambda: edit(quote, tekst="Iets anders.")) == []
    quote.refresh_from_db()
    assert heard(lambda: delete_bijdrage(bijdrage=quote, op_id=uuid.uuid4(), now=LATER)) == [(team, zaal)]
    release(offer(draad))
    assert heard(
        lambda: services.delete_rode_draad(draad=draad, reden="Dubbel", gebruiker=vera, now=LATER)
    ) == [(team, zaal)]


# --- the database itself ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "velden",
    [
        {"tekst": ""},
        {"tafels": 2},
        {"tafels": 3, "besproken": 2},
        {"vrijgegeven_at": NOW - timedelta(seconds=1)},
        {"ingetrokken_at": NOW - timedelta(seconds=1)},
        {"vrijgegeven_at": LATER, "ingetrokken_at": NOW},
        {"rode_draad": None},
        {"door": "roos"},
    ],
    ids=str,
)
def test_database_refuses_an_impossible_vrijgave(stelling, roos, velden):
    if velden.pop("door", None):
        velden = {"vrijgegeven_door": roos}
    vrijgave = VrijgaveFactory(rode_draad=RodeDraadFactory(stelling=stelling))
    with pytest.raises(IntegrityError), transaction.atomic():
        Vrijgave.objects.filter(pk=vrijgave.pk).update(**velden)


def test_database_refuses_two_things_at_once_and_two_live_ones(draad, quote):
    vrijgave = VrijgaveFactory(rode_draad=draad)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vrijgave.objects.filter(pk=vrijgave.pk).update(bijdrage=quote)
    with pytest.raises(IntegrityError), transaction.atomic():
        VrijgaveFactory(rode_draad=draad)
    VrijgaveFactory(bijdrage=quote)
    with pytest.raises(IntegrityError), transaction.atomic():
        VrijgaveFactory(bijdrage=quote)
    Vrijgave.objects.update(ingetrokken_at=LATER)
    VrijgaveFactory(rode_draad=draad)
    VrijgaveFactory(bijdrage=quote)


@pytest.mark.parametrize("aantal", [1, 3])
@pytest.mark.parametrize("lees", [schermblad_of, vrijgaven_of, schermstanden_of])
def test_reading_costs_one_query_however_much_there_is(
    diner, stelling, tafels, aantal, lees, vera, django_assert_num_queries
):
    for _ in range(aantal):
        bijdrage = BijdrageFactory(tafel=tafels[0], stelling=stelling, letterlijk=True)
        VrijgaveFactory(rode_draad=RodeDraadFactory(stelling=stelling), aangeboden_door=vera)
        VrijgaveFactory(bijdrage=bijdrage, vrijgegeven_at=NOW)
    with django_assert_num_queries(1):
        gelezen = lees(diner)
        if lees is vrijgaven_of:
            assert all(regel.nu for regel in (*gelezen.aangeboden, *gelezen.vrijgegeven))


# --- several people at once ------------------------------------------------------------------------------------------


def at_once(*acts):
    """What each of *acts* raised (or None), all of them started at the same moment in threads of their own."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(20)
            act()
        except DenkdinerError as error:
            return error
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keer", range(3))
def test_two_who_click_at_once_never_fight(diner, offer, release, draad, quote, keer):
    assert at_once(*[lambda: offer(draad)] * 3, *[lambda: offer(quote)] * 3) == [None] * 6
    aangeboden = list(Vrijgave.objects.order_by("pk"))
    assert len(aangeboden) == 2
    assert at_once(*[lambda: release(aangeboden[0])] * 2, *[lambda: release(aangeboden[1])] * 2) == [None] * 4
    assert len(shown(diner)) == 2
    acts = [lambda: clear_vrijgaven(diner=diner, now=LATER)] * 2
    acts += [lambda pk=vrijgave.pk: withdraw_vrijgave(vrijgave=pk, now=LATER) for vrijgave in aangeboden]
    assert at_once(*acts) == [None] * 4
    assert shown(diner) == []
    assert Vrijgave.objects.live().count() == 2


@pytest.mark.django_db(transaction=True)
def test_thread_that_is_deleted_at_the_same_moment_is_a_clear_word_at_worst(
    offer, release, draad, diner, vera
):
    vrijgave = offer(draad)
    fouten = at_once(
        lambda: services.delete_rode_draad(draad=draad, reden="Dubbel", gebruiker=vera, now=LATER),
        lambda: release(vrijgave),
    )
    assert fouten[0] is None
    assert fouten[1] is None or isinstance(fouten[1], VrijgaveVerdwenen)
    assert shown(diner) == []
