"""The history of a stelling, and the words that were talked about."""

import pytest
from django.urls import reverse

from denkdiner.errors import DenkdinerError
from sessions import services
from sessions.models import Logregel, Stellingversie
from sessions.models.geschiedenis import MAX_REDEN
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(stelling, roos):
    """``edit(**fields)``: Roos changes the first stelling of the cast."""

    def _edit(**fields):
        return services.edit_stelling(stelling=stelling, gebruiker=roos, now=NOW, **fields)

    return _edit


def test_edit_keeps_what_it_was(edit, stelling, roos):
    old = (stelling.tekst, stelling.doorvragen, stelling.status)
    edit(tekst="Werk is van ons allemaal.", doorvragen=["Ook voor wie het niet kan?"], status="definitief")
    versie = Stellingversie.objects.get()
    assert (versie.tekst, versie.doorvragen, versie.status) == old
    assert (versie.replaced_at, versie.replaced_by, versie.reden) == (NOW, roos, "")
    stelling.refresh_from_db()
    assert (stelling.tekst, stelling.status) == ("Werk is van ons allemaal.", "definitief")
    edit(tekst=stelling.tekst, status="definitief")
    assert Stellingversie.objects.count() == 1  # nothing was changed


def test_text_that_was_talked_about_needs_a_reason(edit, stelling, ronde, roos):
    for reden in ("", "   "):
        with pytest.raises(DenkdinerError, match="de tekst ligt vast"):
            edit(tekst="Anders.", reden=reden)
    with pytest.raises(DenkdinerError, match="Houd de reden"):
        edit(tekst="Anders.", reden="x" * (MAX_REDEN + 1))
    assert not Stellingversie.objects.exists()
    edit(toelichting="Dat mag zonder reden.", reden="")
    edit(tekst="Anders.", reden="er stond een woord te veel")
    assert [versie.reden for versie in stelling.versies.all()] == ["er stond een woord te veel", ""]
    eerste, regel = Logregel.objects.order_by("pk")
    assert eerste.wat == "bewerkte stelling 1"
    assert regel.wat == "wijzigde besproken stelling 1: er stond een woord te veel"
    assert (regel.gebruiker, regel.diner) == (roos, stelling.diner)


def test_reason_without_another_text_is_not_lost_in_silence(edit, stelling, ronde, roos, sign_in):
    for fields in ({"tekst": stelling.tekst}, {"toelichting": "Meer uitleg."}, {}):
        with pytest.raises(DenkdinerError, match="de tekst is nog hetzelfde"):
            edit(reden="er stond een woord te veel", **fields)
    page = reverse("diners:stelling_edit", args=[stelling.diner.reeks.slug, 1, 1])
    data = {"tekst": stelling.tekst, "status": "definitief", "toelichting": "Meer.", "reden": "zomaar"}
    answer = sign_in(roos).post(f"{page}?toch=1", data)
    assert answer.status_code == 422
    assert "de tekst is nog hetzelfde" in answer.content.decode()
    assert not Stellingversie.objects.exists()


def test_longest_reason_stands_whole_in_the_log(edit, stelling, ronde):
    edit(tekst="Anders.", reden="x" * MAX_REDEN)
    assert Logregel.objects.get().wat.endswith(": " + "x" * MAX_REDEN)


def test_reason_for_a_text_that_was_free_is_no_news(edit, stelling):
    edit(tekst="Anders.", reden="zomaar")
    assert stelling.versies.get().reden == ""
    assert Logregel.objects.get().wat == "bewerkte stelling 1"


def test_page_opens_the_text_for_a_reason_only(stelling, ronde, roos, sign_in):
    client = sign_in(roos)
    page = reverse("diners:stelling_edit", args=[stelling.diner.reeks.slug, 1, 1])
    shown = client.get(page).content.decode()
    assert "readonly" in shown
    assert 'href="?toch=1"' in shown
    data = {"tekst": "Anders.", "status": "definitief"}
    assert client.post(page, data | {"reden": "stiekem"}).status_code == 422
    shown = client.get(f"{page}?toch=1").content.decode()
    assert "readonly" not in shown
    assert client.post(f"{page}?toch=1", data).status_code == 422
    assert client.post(f"{page}?toch=1", data | {"reden": "tikfout"}).status_code == 302
    stelling.refresh_from_db()
    assert stelling.tekst == "Anders."
    assert "Eerdere versies (1)" in client.get(page).content.decode()


def test_page_of_a_free_stelling_asks_no_reason(stelling, roos, sign_in):
    page = reverse("diners:stelling_edit", args=[stelling.diner.reeks.slug, 1, 1])
    shown = sign_in(roos).get(f"{page}?toch=1").content.decode()
    assert "Waarom moet de tekst" not in shown
    assert "?toch=1" not in shown


@pytest.mark.parametrize("aantal", [1, 3])
def test_history_costs_as_many_queries(edit, stelling, roos, sign_in, aantal, django_assert_num_queries):
    for nummer in range(aantal):
        edit(tekst=f"Versie {nummer}.")
    page = reverse("diners:stelling_edit", args=[stelling.diner.reeks.slug, 1, 1])
    client = sign_in(roos)
    with django_assert_num_queries(8):
        assert f"Eerdere versies ({aantal})" in client.get(page).content.decode()
