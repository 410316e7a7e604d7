"""Two people change one thing of the programme: nothing is taken back unseen, whichever form it was changed on."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from sessions import services
from sessions.models import Stellingversie
from tests.factories import GastFactory, RondeFactory, SprekerFactory, TafelFactory

pytestmark = pytest.mark.django_db
SLUG = "verkenning-2050"
VORMEN = {  # page: (a field and what Roos types there; another field and what somebody else stored in it, and in the first)
    "spreker_edit": ("telefoon", "06-12345678", "bio", "Denkt\ngraag na.", "06-2"),
    "diner_edit": ("datum", "2026-12-01", "titel", "Anders", date(2026, 12, 24)),
    "reeks_edit": ("horizonjaar", "2060", "inleiding", "Over\nlater.", 2070),
    "stelling_edit": ("doorvragen", "Hoe?\r\nWie?", "toelichting", "Om te prikkelen.", ["Wanneer?"]),
    "ronde_edit": ("soort", "plenair", "minuten", 40, "gang"),
    "tafel_edit": ("aantal_gasten", "6", "naam", "Eik", 10),
    "gast_edit": ("afgemeld", "on", "sector", "zorg", None),
}
STAAT = {"datum": "24 december 2026", "soort": "Gang", "doorvragen": "Wanneer?"}
"""Of the first field, as the page says what somebody else stored."""


@pytest.fixture
def things(diner, stellingen, tafels):
    spreker = SprekerFactory(reeks=diner.reeks, naam="Ada", bio="Een\r\nregel.", telefoon="06-1")
    ronde, gast = RondeFactory(diner=diner, titel="Gesprek"), GastFactory(diner=diner)
    return {
        "spreker_edit": (spreker, [SLUG, spreker.pk]),
        "diner_edit": (diner, [SLUG, 1]),
        "reeks_edit": (diner.reeks, [SLUG]),
        "stelling_edit": (stellingen[0], [SLUG, 1, 1]),
        "ronde_edit": (ronde, [SLUG, 1, ronde.pk]),
        "tafel_edit": (tafels[0], [SLUG, 1, tafels[0].pk]),
        "gast_edit": (gast, [SLUG, 1, gast.pk]),
    }


def filled(html):
    """What a browser would post of the form on the page; its line ends are two characters."""
    form = html.split('<form method="post" class="stapel" novalidate>')[1].split("</form>")[0]
    data = {}
    for tag in re.findall(r"<input [^>]*>", form):
        naam, soort = re.search(r'name="([^"]*)"', tag), re.search(r'type="([^"]*)"', tag)
        waarde = re.search(r'value="([^"]*)"', tag)
        if soort and soort[1] == "checkbox" and " checked" not in tag:
            continue
        data[naam[1]] = unescape(waarde[1]) if waarde else ""
    for naam, inhoud in re.findall(r'<textarea name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        data[naam] = unescape(inhoud)
    for naam, keuzes in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        (gekozen,) = re.findall(r'value="([^"]*)" selected', keuzes) or [""]
        data[naam] = gekozen
    return {naam: re.sub(r"\r?\n", "\r\n", waarde) for naam, waarde in data.items()}


@pytest.fixture
def open_page(things, roos, sign_in):
    """``client, adres, data = open_page(naam)``: the form as Roos has it before her."""
    client = sign_in(roos)

    def _open(naam):
        adres = reverse(f"diners:{naam}", args=things[naam][1])
        return client, adres, filled(client.get(adres).content.decode())

    return _open


def store(thing, **fields):
    type(thing).objects.filter(pk=thing.pk).update(**fields)


def text(response):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


@pytest.mark.parametrize("naam", VORMEN)
def test_what_was_not_changed_is_not_written(naam, things, open_page):
    thing, (veld, getypt, ander, waarde, _) = things[naam][0], VORMEN[naam]
    client, adres, data = open_page(naam)
    store(thing, **{ander: waarde})
    assert client.post(adres, data | {veld: getypt}).status_code == 302
    was = getattr(thing, veld)
    thing.refresh_from_db()
    assert getattr(thing, ander) == waarde
    assert getattr(thing, veld) != was


@pytest.mark.parametrize("naam", VORMEN)
def test_a_page_on_which_nothing_was_changed_takes_nothing_back(naam, things, open_page):
    thing, (_, _, ander, waarde, _) = things[naam][0], VORMEN[naam]
    client, adres, data = open_page(naam)
    store(thing, **{ander: waarde})
    assert client.post(adres, data).status_code == 302
    thing.refresh_from_db()
    assert getattr(thing, ander) == waarde
    assert not Stellingversie.objects.exists()


@pytest.mark.parametrize("naam", [naam for naam, vorm in VORMEN.items() if vorm[4] is not None])
def test_what_both_changed_shows_both_texts_and_the_next_save_is_knowing(naam, things, open_page, stored):
    thing, (veld, getypt, ander, waarde, theirs) = things[naam][0], VORMEN[naam]
    client, adres, data = open_page(naam)
    store(thing, **{ander: waarde, veld: theirs})
    before = stored()
    response = client.post(adres, data | {veld: getypt})
    assert (response.status_code, stored() == before) == (409, True)
    assert "Iemand anders heeft dit intussen ook gewijzigd." in text(response)
    staat = (
        text(response)
        .split("Zo staat het nu opgeslagen")[1]
        .split("Iemand anders heeft dit ook gewijzigd.")[0]
    )
    assert STAAT.get(veld, str(theirs)) in staat
    again = filled(response.content.decode())
    assert again[veld] == getypt
    assert again[ander] == str(waarde).replace("\n", "\r\n")
    assert client.post(adres, again).status_code == 302
    thing.refresh_from_db()
    shown = filled(client.get(adres).content.decode())
    assert (shown[veld], getattr(thing, ander)) == (getypt, waarde)


def test_what_both_changed_alike_is_no_quarrel(things, open_page):
    client, adres, data = open_page("tafel_edit")
    store(things["tafel_edit"][0], naam="Eik")
    assert client.post(adres, data | {"naam": "Eik", "aantal_gasten": "5"}).status_code == 302
    things["tafel_edit"][0].refresh_from_db()
    assert (things["tafel_edit"][0].naam, things["tafel_edit"][0].aantal_gasten) == ("Eik", 5)


def test_what_was_emptied_by_another_is_said_to_be_empty(things, open_page):
    client, adres, data = open_page("spreker_edit")
    store(things["spreker_edit"][0], bio="")
    response = client.post(adres, data | {"bio": "Nog een regel."})
    assert "Zo staat het nu opgeslagen Bio Leeg" in text(response)


def test_a_refused_form_remembers_what_it_saw(things, open_page):
    """A typing error in between does not make the page think that it saw what stands there now."""
    client, adres, data = open_page("spreker_edit")
    store(things["spreker_edit"][0], telefoon="06-2", functie="Denker")
    response = client.post(adres, data | {"telefoon": "06-3", "email": "ada"})
    assert response.status_code == 422
    again = filled(response.content.decode()) | {"email": ""}
    assert client.post(adres, again).status_code == 409
    assert client.post(adres, again | {"telefoon": "06-1"}).status_code == 302
    things["spreker_edit"][0].refresh_from_db()
    assert (things["spreker_edit"][0].telefoon, things["spreker_edit"][0].functie) == ("06-2", "Denker")


def test_what_is_stored_between_the_look_and_the_save_is_seen(things, open_page, monkeypatch):
    client, adres, data = open_page("spreker_edit")
    lock = services.programma.lock_fresh

    def late(thing):
        store(thing, telefoon="06-2")
        lock(thing)

    monkeypatch.setattr(services.programma, "lock_fresh", late)
    assert client.post(adres, data | {"telefoon": "06-3"}).status_code == 409


def test_what_is_removed_between_the_look_and_the_save_is_a_sentence(things, open_page, monkeypatch):
    client, adres, data = open_page("spreker_edit")
    lock = services.programma.lock_fresh

    def late(thing):
        type(thing).objects.filter(pk=thing.pk).delete()
        lock(thing)

    monkeypatch.setattr(services.programma, "lock_fresh", late)
    response = client.post(adres, data | {"telefoon": "06-3"})
    assert (response.status_code, "Dit is net verwijderd" in text(response)) == (422, True)


def test_stelling_of_which_two_fields_were_changed_has_both_in_its_history(things, open_page):
    client, adres, data = open_page("stelling_edit")
    other, elders, theirs = open_page("stelling_edit")
    assert other.post(elders, theirs | {"toelichting": "Van Vera."}).status_code == 302
    assert client.post(adres, data | {"tekst": "Van Roos?"}).status_code == 302
    stelling = things["stelling_edit"][0]
    stelling.refresh_from_db()
    assert (stelling.tekst, stelling.toelichting) == ("Van Roos?", "Van Vera.")
    assert [versie.toelichting for versie in stelling.versies.order_by("pk")] == ["", "Van Vera."]


def test_new_things_ask_nothing_of_before(diner, roos, sign_in):
    TafelFactory(diner=diner, nummer=1)
    for naam, args in (("tafel_create", [SLUG, 1]), ("spreker_create", [SLUG]), ("reeks_create", [])):
        assert (
            'name="initial-' not in sign_in(roos).get(reverse(f"diners:{naam}", args=args)).content.decode()
        )
