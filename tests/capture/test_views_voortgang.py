"""The progress board: what the team sees while the tables talk."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from sessions.models import Dinerstatus
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
