"""Offering, the list of the regie and the projector itself, over HTTP."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from capture.models import Bijdrage
from sessions.models import Lidmaatschap, Rol
from sessions.services import open_scherm, scherm_token_of
from synthesis.models import RodeDraad, Vrijgave
from synthesis.queries import vingerafdruk
from tests.factories import NOW, BijdrageFactory, DinerFactory, RodeDraadFactory, VrijgaveFactory

pytestmark = pytest.mark.django_db
PREFIX = "/reeksen/verkenning-2050/diners/1"
LIJST = f"{PREFIX}/vrijgaven/lijst/"
AANBIEDEN = f"{PREFIX}/vrijgaven/aanbieden/"
HTMX = {"HX-Request": "true"}
UIT = "Uit de lijst"


@pytest.fixture
def roos_client(roos, sign_in):
    return sign_in(roos)


@pytest.fixture
def vera_client(vera, sign_in):
    return sign_in(vera)


@pytest.fixture
def draad(stelling):
    return RodeDraadFactory(stelling=stelling, titel="De school draagt het dorp")


@pytest.fixture
def quote(stelling, tafels):
    return BijdrageFactory(
        tafel=tafels[0], stelling=stelling, tekst="Geen school, geen dorp.", letterlijk=True
    )


@pytest.fixture
def beamer(diner):
    """What the projector shows now, as HTML: whoever has the token."""
    address = reverse("synthesis:scherm_draden", args=[scherm_token_of(open_scherm(diner=diner))])
    return lambda: page(Client().get(address))


def page(response):
    return response.content.decode()


def knop(actie, vrijgave):
    return f"{PREFIX}/vrijgaven/{vrijgave.pk}/{actie}/"


def gezien(tekst):
    return {"gezien": vingerafdruk(tekst)}


# --- offering --------------------------------------------------------------------------------------------


def test_offer_answers_204_and_lets_the_page_ask_for_itself(vera_client, vera, draad):
    response = vera_client.post(AANBIEDEN, {"draad": draad.pk}, headers=HTMX)
    assert (response.status_code, response["HX-Trigger"]) == (204, '{"scherm-changed": {}}')
    assert (Vrijgave.objects.get().rode_draad, Vrijgave.objects.get().aangeboden_door) == (draad, vera)


@pytest.mark.parametrize(
    ("referer", "naar"),
    [
        ("http://testserver/reeksen/verkenning-2050/diners/1/stellingen/1/werkbank/", None),
        ("", f"{PREFIX}/inbox/"),
        ("https://elders.test/", f"{PREFIX}/inbox/"),
    ],
)
def test_offer_without_htmx_goes_back_to_this_site_only(vera_client, quote, referer, naar):
    response = vera_client.post(AANBIEDEN, {"bijdrage": quote.pk}, headers={"Referer": referer})
    assert (response.status_code, response["Location"]) == (302, naar or referer)
    assert "Aangeboden voor het scherm" in page(vera_client.get(f"{PREFIX}/inbox/"))


@pytest.mark.parametrize(
    "data", [{}, {"draad": "x"}, {"draad": "1", "bijdrage": str(uuid.uuid4())}, {"bijdrage": "nee"}]
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_offer_of_nothing_or_nonsense_is_refused_in_words(vera_client, diner, data, headers):
    response = vera_client.post(AANBIEDEN, data, headers=headers)
    assert response.status_code == 422
    assert "Kies één rode draad of één notitie." in page(response)
    assert not Vrijgave.objects.exists()


def test_offer_of_a_note_that_is_not_literal_is_refused_in_words(vera_client, quote):
    Bijdrage.objects.update(letterlijk=False)
    response = vera_client.post(AANBIEDEN, {"bijdrage": quote.pk}, headers=HTMX)
    assert response.status_code == 422
    assert "Alleen een notitie die letterlijk gehoord is" in page(response)


def test_offer_of_another_diner_is_not_found(vera_client, reeks, draad, quote):
    DinerFactory(reeks=reeks, nummer=2)
    elders = "/reeksen/verkenning-2050/diners/2/vrijgaven/aanbieden/"
    for data in ({"draad": draad.pk}, {"bijdrage": quote.pk}, {"draad": 2**62}):
        assert vera_client.post(elders, data).status_code == 404
    assert not Vrijgave.objects.exists()


def test_button_says_where_it_stands(vera_client, draad, quote):
    werkbank = f"{PREFIX}/stellingen/1/werkbank/draden/"
    html = page(vera_client.get(werkbank))
    assert html.count("data-zet-op-scherm") == 2
    VrijgaveFactory(rode_draad=draad)
    VrijgaveFactory(bijdrage=quote, vrijgegeven_at=NOW)
    html = page(vera_client.get(werkbank))
    assert "data-zet-op-scherm" not in html
    assert html.count("Aangeboden voor het scherm") == html.count("Op het scherm") == 1


def test_button_stands_at_literal_notes_only_and_for_who_may(roos_client, vera_client, draad, quote):
    Bijdrage.objects.update(letterlijk=False)
    werkbank = f"{PREFIX}/stellingen/1/werkbank/draden/"
    assert page(vera_client.get(werkbank)).count("data-zet-op-scherm") == 1
    assert "data-zet-op-scherm" not in page(roos_client.get(werkbank))


# --- the list of the regie -------------------------------------------------------------------------------


def test_regie_releases_and_withdraws_with_one_click(roos_client, roos, draad, beamer):
    vrijgave = VrijgaveFactory(rode_draad=draad)
    assert "Toon op scherm" in page(roos_client.get(LIJST))
    html = page(roos_client.post(knop("tonen", vrijgave), gezien(draad.titel), headers=HTMX))
    assert html.startswith('<div id="vrijgave-list"')
    assert "Op het scherm: 1" in html
    assert draad.titel in beamer()
    assert Vrijgave.objects.get().vrijgegeven_door == roos
    html = page(roos_client.post(knop("weg", vrijgave), headers=HTMX))
    assert "Er staat niets van de tafels op het scherm." in html
    assert draad.titel not in beamer()


def test_buttons_lead_to_a_page_without_htmx(roos_client, draad, beamer):
    vrijgave = VrijgaveFactory(rode_draad=draad)
    for url, data in (
        (knop("tonen", vrijgave), gezien(draad.titel)),
        (f"{PREFIX}/vrijgaven/alles-weg/", {}),
        (knop("weg", vrijgave), {}),
    ):
        response = roos_client.post(url, data, follow=True)
        assert response.redirect_chain == [(f"{PREFIX}/vrijgaven/", 302)]
        assert "<html" in page(response)
    assert draad.titel not in beamer()


def test_reporter_reads_the_list_without_its_buttons(vera_client, draad, quote):
    VrijgaveFactory(rode_draad=draad)
    VrijgaveFactory(bijdrage=quote, vrijgegeven_at=NOW)
    html = page(vera_client.get(LIJST))
    assert draad.titel in html
    assert "“Geen school, geen dorp.”" in html
    assert "<button" not in html


def test_list_shows_both_texts_when_it_was_changed_since(roos_client, draad, quote):
    VrijgaveFactory(rode_draad=draad)
    VrijgaveFactory(bijdrage=quote, vrijgegeven_at=NOW)
    RodeDraad.objects.update(titel="Zonder school geen dorp")
    Bijdrage.objects.update(tekst="Geen school en geen dorp.")
    html = page(roos_client.get(LIJST))
    for tekst in (
        "gewijzigd sinds het aanbod",
        "De school draagt het dorp",
        "Nu: Zonder school geen dorp",
        "gewijzigd sinds het op het scherm kwam",
        "“Geen school, geen dorp.”",
        "Nu: “Geen school en geen dorp.”",
    ):
        assert tekst in html
    assert html.count("Toon de nieuwe tekst") == 2


@pytest.mark.parametrize(
    ("velden", "woorden"),
    [
        ({"deleted_at": NOW}, "De tafel heeft deze notitie verwijderd"),
        ({"letterlijk": False}, "De tafel noemt dit niet meer letterlijk"),
        ({"tekst": "woord " * 500}, "te lang voor het scherm"),
    ],
)
def test_list_says_why_an_offer_cannot_be_shown(roos_client, quote, velden, woorden):
    VrijgaveFactory(bijdrage=quote)
    Bijdrage.objects.update(**velden)
    html = page(roos_client.get(LIJST))
    assert woorden in html
    assert "Toon op scherm" not in html
    assert UIT in html


def test_release_of_a_changed_text_answers_409_and_shows_nothing(roos_client, draad, beamer):
    vrijgave = VrijgaveFactory(rode_draad=draad)
    RodeDraad.objects.update(titel="Weg met de school")
    for headers in ({}, HTMX):
        response = roos_client.post(knop("tonen", vrijgave), gezien(draad.titel), headers=headers)
        assert response.status_code == 409
        assert "Deze tekst is net gewijzigd." in page(response)
    assert "school" not in beamer()


def test_two_at_once_get_a_clear_word_and_never_a_fight(roos_client, draad, beamer):
    vrijgave = VrijgaveFactory(rode_draad=draad)
    for _ in range(2):
        assert roos_client.post(knop("tonen", vrijgave), gezien(draad.titel)).status_code == 302
    for _ in range(2):
        assert roos_client.post(knop("weg", vrijgave)).status_code == 302
    response = roos_client.post(knop("tonen", vrijgave), gezien(draad.titel), headers=HTMX)
    assert response.status_code == 409
    assert "iemand anders heeft het net weggehaald" in page(response)
    assert draad.titel not in beamer()
    draad.delete()
    assert roos_client.post(knop("tonen", vrijgave), gezien(draad.titel)).status_code == 409
    assert roos_client.post(knop("weg", vrijgave)).status_code == 302


def test_vrijgave_of_another_diner_is_left_alone(roos_client, reeks, draad):
    vrijgave = VrijgaveFactory(rode_draad=draad, vrijgegeven_at=NOW)
    DinerFactory(reeks=reeks, nummer=2)
    elders = f"/reeksen/verkenning-2050/diners/2/vrijgaven/{vrijgave.pk}"
    assert roos_client.post(f"{elders}/tonen/", gezien(draad.titel)).status_code == 409
    roos_client.post(f"{elders}/weg/")
    roos_client.post("/reeksen/verkenning-2050/diners/2/vrijgaven/alles-weg/")
    vrijgave.refresh_from_db()
    assert vrijgave.ingetrokken_at is None


def test_who_both_runs_and_reports_has_both_kinds_of_buttons(roos_client, roos, reeks, draad):
    Lidmaatschap.objects.create(gebruiker=roos, reeks=reeks, rol=Rol.VERSLAGLEGGER)
    assert roos_client.post(AANBIEDEN, {"draad": draad.pk}, headers=HTMX).status_code == 204
    assert "Toon op scherm" in page(roos_client.get(LIJST))


# --- the projector ---------------------------------------------------------------------------------------


def test_scherm_shows_titles_breadth_and_quotes_and_nothing_else(beamer, draad, quote, stelling):
    draad.tekst, draad.kernvraag = "De tekst van de draad", "De kernvraag van de draad"
    draad.save()
    VrijgaveFactory(rode_draad=draad, vrijgegeven_at=NOW, tafels=3, besproken=5)
    VrijgaveFactory(bijdrage=quote, vrijgegeven_at=NOW)
    html = beamer()
    assert '<h2 class="scherm-draden__tekst">De school draagt het dorp</h2>' in html
    assert "aan de meeste tafels <span>(3 van 5)</span>" in html
    assert "“Geen school, geen dorp.”" in html
    for geheim in ("De tekst van de draad", "De kernvraag", "Tafel", stelling.tekst, "Vera"):
        assert geheim not in html


def test_text_that_is_not_released_or_was_withdrawn_is_never_on_the_scherm(beamer, stelling, tafels):
    aangeboden = RodeDraadFactory(stelling=stelling, titel="Alleen aangeboden")
    VrijgaveFactory(rode_draad=aangeboden)
    ingetrokken = RodeDraadFactory(stelling=stelling, titel="Weer weggehaald")
    VrijgaveFactory(rode_draad=ingetrokken, vrijgegeven_at=NOW, ingetrokken_at=NOW)
    RodeDraadFactory(stelling=stelling, titel="Nooit aangeboden")
    weg = BijdrageFactory(tafel=tafels[0], tekst="Verwijderd", letterlijk=True, deleted_at=NOW)
    VrijgaveFactory(bijdrage=weg, vrijgegeven_at=NOW)
    html = beamer()
    for tekst in ("Alleen aangeboden", "Weer weggehaald", "Nooit aangeboden", "Verwijderd"):
        assert tekst not in html
    assert "De eerste rode draden komen zo." in html


def test_scherm_says_what_it_shows_when_there_are_only_quotes(beamer, quote):
    VrijgaveFactory(bijdrage=quote, vrijgegeven_at=NOW)
    assert '<h1 class="scherm__boven">Gehoord aan de tafels</h1>' in beamer()


def test_words_of_a_table_are_no_markup_on_the_scherm(beamer, quote):
    VrijgaveFactory(bijdrage=quote, tekst="<b>Vet</b> & klaar", vrijgegeven_at=NOW)
    assert "“&lt;b&gt;Vet&lt;/b&gt; &amp; klaar”" in beamer()


def test_scherm_is_never_kept_in_a_cache(diner):
    token = scherm_token_of(open_scherm(diner=diner))
    assert "no-store" in Client().get(f"/scherm/{token}/draden/")["Cache-Control"]


# --- the same price for 1 and for 3 ----------------------------------------------------------------------


@pytest.mark.parametrize("aantal", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [(LIJST, 5), (f"{PREFIX}/vrijgaven/", 5), ("beamer", 2)])
def test_list_and_scherm_cost_the_same_for_one_or_three(
    roos_client, vera, diner, stelling, tafels, aantal, path, queries, django_assert_num_queries
):
    for _ in range(aantal):
        bijdrage = BijdrageFactory(tafel=tafels[0], stelling=stelling, letterlijk=True)
        VrijgaveFactory(bijdrage=bijdrage, aangeboden_door=vera, vrijgegeven_at=NOW)
        VrijgaveFactory(rode_draad=RodeDraadFactory(stelling=stelling), aangeboden_door=vera)
    if path == "beamer":
        path = reverse("synthesis:scherm_draden", args=[scherm_token_of(open_scherm(diner=diner))])
        roos_client = Client()
    with django_assert_num_queries(queries):
        html = page(roos_client.get(path))
    assert html.count("“Gedachte nummer") >= min(aantal, 2)
