"""The progress board: what the team sees while the tables talk."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.models import Apparaat, Dinerstatus, Hulpvraag
from sessions.services import ask_hulp, touch_apparaat
from tests.factories import (
    NOW,
    ApparaatFactory,
    BijdrageFactory,
    DinerFactory,
    LidmaatschapFactory,
    RondeFactory,
    StellingFactory,
    TafelFactory,
)

PAGES = ["voortgang", "tafel_counts"]


def address(name, diner):
    return reverse(f"capture:{name}", args=[diner.reeks.slug, diner.nummer])


def body(response):
    return response.content.decode()


def tables_of(page):
    return re.findall(r'data-tafel="(\d+)"', page)


@pytest.mark.parametrize("name", PAGES)
def test_board_opens_for_the_team_only(name, diner, roos, vera, kees, otto, femkes_tablet, sign_in):
    url = address(name, diner)
    assert [sign_in(member).get(url).status_code for member in (roos, vera, kees, otto)] == [
        200,
        200,
        403,
        404,
    ]
    for client in (Client(), femkes_tablet):
        answer = client.get(url)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert sign_in(roos).get(url.replace("diners/1/", "diners/9/")).status_code == 404
    assert sign_in(roos).post(url).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_board_puts_silent_tables_first_and_says_so(name, diner, tafels, ronde, roos, sign_in):
    BijdrageFactory(tafel=tafels[0], ronde=ronde, stelling=ronde.stelling)
    BijdrageFactory(tafel=tafels[0])
    page = body(sign_in(roos).get(address(name, diner)))
    assert tables_of(page) == ["2", "1"]
    assert re.findall(r'class="is-stil" data-tafel="(\d+)"', page) == ["2"]
    assert "2 notities van 2 tafels; nu ronde 1" in page
    assert '<strong>1<span class="visueel-verborgen"> deze ronde</span></strong>' in page
    assert "2 in totaal<" in page
    assert ">per stelling: 1 · 0 · 0<" in page
    assert "Stille tafels staan vooraan." in page


def test_board_calls_no_table_silent_while_a_speaker_talks(diner, tafels, roos, sign_in):
    RondeFactory(diner=diner, soort="spreker", started_at=NOW, paused_remaining=60)
    page = body(sign_in(roos).get(address("tafel_counts", diner)))
    assert tables_of(page) == ["1", "2"]
    assert not re.search("stil(?!l?ing)", page, re.I)


def test_board_shows_signs_of_life_and_no_words_of_a_table(diner, femke, roos, sign_in):
    BijdrageFactory(tafel=femke.toegang.tafel, tekst="Dit blijft aan tafel")
    page = body(sign_in(roos).get(address("voortgang", diner)))
    assert "1 tablet, gezien 19:30" in page
    assert "0 tablets" in page
    assert "Dit blijft aan tafel" not in page
    assert f'data-live-url="/ws/diner/{diner.pk}/"' in page


def test_board_without_tables_says_so(reeks, roos, sign_in):
    empty = DinerFactory(reeks=reeks, nummer=7, status=Dinerstatus.VOORBEREIDING)
    page = body(sign_in(roos).get(address("voortgang", empty)))
    assert "Dit diner heeft nog geen tafels." in page
    assert "0 notities van 0 tafels." in page


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", PAGES)
def test_board_takes_nine_queries_however_many_tables(db, name, count, sign_in, django_assert_num_queries):
    diner = DinerFactory()
    roos = LidmaatschapFactory(reeks=diner.reeks).gebruiker
    ronde = RondeFactory(diner=diner, started_at=NOW, paused_remaining=60)
    for tafel in [TafelFactory(diner=diner) for _ in range(count)]:
        ApparaatFactory(toegang__tafel=tafel)
        BijdrageFactory(tafel=tafel, ronde=ronde, stelling=StellingFactory(diner=diner))
    client = sign_in(roos)
    with django_assert_num_queries(9):  # session, user, diner, role, and the five of the board
        page = body(client.get(address(name, diner)))
    assert len(tables_of(page)) == count


# --- help ------------------------------------------------------------------------------------------------------------


def test_tables_that_ask_help_stand_first_who_waits_longest_in_front(diner, tafels, ronde, roos, sign_in):
    derde = TafelFactory(diner=diner, nummer=3)
    ask_hulp(tafel=derde, now=NOW)
    ask_hulp(tafel=tafels[0], now=NOW + timedelta(minutes=1))
    BijdrageFactory(tafel=tafels[0], ronde=ronde, stelling=ronde.stelling)
    page = body(sign_in(roos).get(address("tafel_counts", diner)))
    assert tables_of(page) == ["3", "1", "2"]
    assert re.findall(r'class="is-hulp" data-tafel="(\d+)"', page) == ["3", "1"]
    assert page.count("vraagt hulp") == 2
    assert "sinds 19:30" in page


def test_organiser_settles_with_and_without_javascript(diner, tafels, roos, vera, kees, otto, sign_in):
    ask_hulp(tafel=tafels[1], now=NOW)
    url = reverse("capture:hulp_settle", args=[diner.reeks.slug, 1, tafels[1].pk])
    assert url in body(sign_in(roos).get(address("voortgang", diner)))
    assert url not in body(sign_in(vera).get(address("voortgang", diner)))
    for member, status in ((vera, 403), (kees, 403), (otto, 404)):
        assert sign_in(member).post(url).status_code == status
    assert Hulpvraag.objects.get().settled_at is None
    client = sign_in(roos)
    assert client.post(url)["Location"] == address("voortgang", diner)
    fragment = body(client.post(url, headers={"HX-Request": "true"}))
    assert fragment.startswith('<div id="tafel-counts"')
    assert "vraagt hulp" not in fragment
    assert Hulpvraag.objects.get().settled_by == roos
    elders = reverse("capture:hulp_settle", args=[diner.reeks.slug, 1, TafelFactory().pk])
    assert client.post(elders).status_code == 404


# --- what a tablet still holds -----------------------------------------------------------------------------------------


def test_board_says_what_is_still_on_the_tablets(diner, femke, femkes_tablet, roos, sign_in):
    ApparaatFactory(toegang=femke.toegang, nummer=2, wachtend=2)
    ApparaatFactory(toegang=femke.toegang, nummer=3, wachtend=5, revoked_at=NOW)
    femkes_tablet.get("/sync/hallo?wacht=3")
    assert "5 nog op de tablet" in body(sign_in(roos).get(address("tafel_counts", diner)))
    femkes_tablet.get("/sync/hallo?wacht=0")
    assert "2 nog op de tablet" in body(sign_in(roos).get(address("tafel_counts", diner)))


def test_hallo_writes_what_waits_only_when_it_changed(femke, femkes_tablet, django_assert_num_queries):
    Apparaat.objects.update(last_seen_at=timezone.now() + timedelta(days=1))
    femkes_tablet.get("/sync/hallo")
    for wacht, queries, stored in (("3", 10, 3), ("3", 9, 3), ("", 9, 3), ("0", 10, 0), ("123456", 10, 999)):
        with django_assert_num_queries(queries):
            assert femkes_tablet.get("/sync/hallo", {"wacht": wacht}).status_code == 200
        assert Apparaat.objects.get().wachtend == stored
    for onzin in ("-1", "x", "1e9", "٣", "9" * 40, "\0"):
        assert femkes_tablet.get("/sync/hallo", {"wacht": onzin}).status_code == 200
        assert Apparaat.objects.get().wachtend == 999


def test_sign_of_life_never_goes_back(femke):
    touch_apparaat(apparaat=femke, now=NOW + timedelta(hours=1))
    touch_apparaat(apparaat=femke, now=NOW + timedelta(minutes=1), wachtend=1)  # it was loaded before
    assert Apparaat.objects.get().last_seen_at == NOW + timedelta(hours=1)
