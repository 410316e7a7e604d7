"""The organiser's messages on the regie; who else may come in is in test_access."""

import pytest
from django.test import Client
from django.urls import reverse

from sessions.models import MAX_BERICHT, Bericht
from sessions.services import see_berichten, send_bericht
from tests.factories import NOW, TafelFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"diners:{name}", args=["verkenning-2050", 1, *args])


@pytest.fixture
def client(roos, sign_in):
    return sign_in(roos)


def body(response):
    return response.content.decode()


def test_organiser_sends_a_message_to_all_or_to_one(client, roos, tafels):
    for tafel in ("", tafels[1].pk):
        response = client.post(url("bericht_send"), {"tekst": "Over vijf minuten aan tafel", "tafel": tafel})
        assert (response.status_code, response["Location"]) == (302, url("regie"))
    assert list(Bericht.objects.values_list("tafel", "afzender")) == [
        (None, roos.pk),
        (tafels[1].pk, roos.pk),
    ]
    html = body(client.get(url("regie")))
    assert "Het bericht is verstuurd." in html
    assert "gezien 0 van 2" in html
    assert "gezien 0 van 1" in html


@pytest.mark.parametrize("tekst", ["", " ", "x" * (MAX_BERICHT + 1), "a\0b"])
def test_refused_message_comes_back_on_the_regie_as_it_was_typed(client, tafels, tekst):
    response = client.post(url("bericht_send"), {"tekst": tekst, "tafel": ""})
    assert response.status_code == 422
    assert 'id="regie-stand"' in body(response)
    assert 'aria-invalid="true"' in body(response)
    assert tekst.strip("\0 ") in body(response)
    assert not Bericht.objects.exists()


def test_message_is_sent_without_leaving_the_regie(client, tafels):
    response = client.post(url("bericht_send"), {"tekst": "Nog vijf minuten.", "tafel": ""}, headers=HTMX)
    assert response.status_code == 200
    assert body(response).startswith('<form id="bericht-form"')
    assert "Het bericht is verstuurd." in body(response)
    assert "Nog vijf minuten.</textarea>" not in body(response)
    assert Bericht.objects.get().tekst == "Nog vijf minuten."


def test_refused_message_comes_back_in_its_form_as_it_was_typed(client, tafels):
    tekst = "x" * (MAX_BERICHT + 1)
    response = client.post(url("bericht_send"), {"tekst": tekst, "tafel": ""}, headers=HTMX)
    assert response.status_code == 422
    assert body(response).startswith('<form id="bericht-form"')
    assert f"{tekst}</textarea>" in body(response)
    assert body(response).count("autofocus") == 1
    assert "Het bericht is verstuurd." not in body(response)
    assert not Bericht.objects.exists()


def test_message_to_a_table_of_others_is_refused(client, tafels):
    response = client.post(url("bericht_send"), {"tekst": "Hoi", "tafel": TafelFactory().pk})
    assert response.status_code == 422
    assert "Kies een tafel uit de lijst." in body(response)


def test_message_needs_the_csrf_token(roos, tafels):
    client = Client(enforce_csrf_checks=True)
    client.force_login(roos)
    assert client.post(url("bericht_send"), {"tekst": "Hoi"}).status_code == 403
    assert not Bericht.objects.exists()


def test_withdrawn_message_stays_in_the_list(client, diner, tafels, roos):
    bericht = send_bericht(diner=diner, tafel=None, tekst="Vergissing", gebruiker=roos, now=NOW)
    response = client.post(url("bericht_withdraw", bericht.pk), headers=HTMX)
    assert body(response).startswith('<div id="bericht-list"')
    assert "Ingetrokken" in body(response)
    assert "Intrekken" not in body(response)
    assert client.post(url("bericht_withdraw", bericht.pk))["Location"] == url("regie")


def test_message_of_another_diner_is_not_found(client, tafels):
    tafel = TafelFactory()
    bericht = send_bericht(diner=tafel.diner, tafel=None, tekst="Elders", gebruiker=None, now=NOW)
    assert client.post(url("bericht_withdraw", bericht.pk)).status_code == 404


def test_reporter_reads_the_messages_and_sends_none(vera, sign_in, diner, tafels, roos):
    send_bericht(diner=diner, tafel=None, tekst="Aan <b>tafel</b>", gebruiker=roos, now=NOW)
    html = body(sign_in(vera).get(url("regie")))
    assert "Aan &lt;b&gt;tafel&lt;/b&gt;" in html
    assert "Intrekken" not in html
    assert url("bericht_send") not in html


@pytest.mark.parametrize("aantal", [1, 3])
def test_list_costs_the_same_for_one_message_or_three(
    client, diner, tafels, roos, aantal, django_assert_num_queries
):
    for _ in range(aantal):
        bericht = send_bericht(diner=diner, tafel=tafels[0], tekst="Aan tafel", gebruiker=roos, now=NOW)
        see_berichten(tafel=tafels[0], berichten=[bericht.pk], now=NOW)
    with django_assert_num_queries(6):  # session, user, diner, role, how many tables, messages
        html = body(client.get(url("bericht_list")))
    assert html.count("gezien 1 van 1") == aantal
