"""How a tablet comes to its table, and who is kept out."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from capture.models import BijdrageVersie
from sessions.models import Apparaat
from sessions.services import revoke_toegang, rotate_toegang
from sessions.tokens import derive_token
from tests.capture.tablet import ADD, TAFEL, address, body, close, listed, note
from tests.cast import tablet_client
from tests.factories import NOW


# --- joining ---------------------------------------------------------------------------------------------------------
def test_qr_leads_from_the_link_to_the_table(toegang):
    """The whole walk with CSRF on; the token is posted, and never stands in an address that reaches the server."""
    client = Client(enforce_csrf_checks=True)

    def post(url, page, **fields):
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body(page))
        return client.post(url, {"csrfmiddlewaretoken": found[1], **fields})

    start = client.get("/t/")
    assert 'action="/t/kijken/"' in body(start)
    seen = post("/t/kijken/", start, token=f"http://localhost:8000/t/#{toegang.token}")
    assert seen.status_code == 200
    assert "<h1>Tafel 1</h1>" in body(seen)
    assert "De werkplaats van morgen" in body(seen)
    assert not Apparaat.objects.exists(), "looking joins nothing"
    joined = post("/t/deelnemen/", seen, token=toegang.token)
    assert (joined.status_code, joined["Location"]) == (302, f"{TAFEL}#{toegang.tafel_id}")
    table = client.get(TAFEL)
    assert table.status_code == 200
    assert "Tafel 1 · De werkplaats van morgen" in body(table)
    for page in (start, seen, table):
        addresses = re.findall(r'(?:href|src|action|hx-get|hx-post|data-live-url)="([^"]*)"', body(page))
        assert addresses
        assert not any(toegang.token in found for found in addresses)
        assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(("https", "name"), [(False, "tafel"), (True, "__Host-tafel")])
def test_cookie_of_the_tablet_is_closed_to_scripts_and_other_sites(toegang, settings, https, name):
    settings.HTTPS, settings.TABLE_COOKIE = https, name
    cookie = Client().post("/t/deelnemen/", {"token": toegang.token}).cookies[name]
    assert (cookie["httponly"], bool(cookie["secure"]), cookie["samesite"]) == (True, https, "Lax")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", 36 * 3600)
    assert not Apparaat.objects.filter(sleutel_hash=cookie.value).exists(), "only a hash is stored"


@pytest.mark.parametrize("step", ["/t/kijken/", "/t/deelnemen/"])
@pytest.mark.parametrize("token", ["", "abc", "x" * 22, "é" * 22, "x" * 600, "a\0b"])
def test_wrong_token_is_refused_in_words(toegang, step, token):
    response = Client().post(step, {"token": token})
    assert response.status_code == 422
    assert re.search(r'role="alert">(Deze link klopt niet|Plak hier de link)', body(response))
    assert not Apparaat.objects.exists()
    assert not response.cookies.get("tafel")


def test_replaced_revoked_and_closed_links_open_nothing(toegang):
    tokens = [toegang.token]
    for action in (rotate_toegang, revoke_toegang):
        action(tafel=toegang.tafel, now=NOW)
        valid = toegang.tafel.toegangen.get(revoked_at=None, replaced_at=None)
        tokens.append(derive_token(purpose="tafel", nonce=valid.nonce))
    for token in tokens[:2]:
        assert Client().post("/t/deelnemen/", {"token": token}).status_code == 422
    close(toegang.tafel.diner)
    response = Client().post("/t/deelnemen/", {"token": tokens[2]})
    assert response.status_code == 422
    assert "afgesloten" in body(response)
    assert not Apparaat.objects.exists()


def test_scanning_again_keeps_the_device_and_its_place(toegang):
    client = Client()
    client.post("/t/deelnemen/", {"token": toegang.token})
    sleutel = client.cookies["tafel"].value
    again = client.post("/t/deelnemen/", {"token": toegang.token})
    assert (again.status_code, again["Location"]) == (302, f"{TAFEL}#{toegang.tafel_id}")
    assert (client.cookies["tafel"].value, Apparaat.objects.count()) == (sleutel, 1)
    assert "Dit apparaat doet al mee aan Tafel 1" in body(client.get("/t/"))


def test_fourth_device_at_a_table_is_refused(toegang):
    answers = [Client().post("/t/deelnemen/", {"token": toegang.token}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 422]
    assert Apparaat.objects.count() == 3


# --- who may come in -------------------------------------------------------------------------------------------------
ADDRESSES = ["tafel", "bijdrage_add"]
OF_A_NOTE = ["bijdrage_edit", "bijdrage_delete", "bijdrage_restore"]


@pytest.mark.parametrize("name", ADDRESSES + OF_A_NOTE)
@pytest.mark.parametrize("who", ["nobody", "a wrong cookie", "a revoked device", "an account"])
def test_only_a_joined_tablet_comes_in(name, who, femkes, femkes_tablet, roos, sign_in):
    if who == "a revoked device":
        revoke_toegang(tafel=femkes.tafel, now=NOW)
    clients = {
        "nobody": Client(),
        "a wrong cookie": tablet_client("verzonnen"),
        "a revoked device": femkes_tablet,
        "an account": sign_in(roos),
    }
    url = reverse(f"capture:{name}", args=[femkes.pk] if name in OF_A_NOTE else [])
    client = clients[who]
    answer = client.get(url)
    assert (answer.status_code, answer["Location"]) == (302, "/t/")
    answer = client.post(url, note())
    assert answer.status_code == 401
    assert "Opnieuw aanmelden" in body(answer)
    assert "Van Femke" not in body(answer)
    assert BijdrageVersie.objects.count() == 1


def test_refused_tablet_without_script_gets_back_what_was_typed(db):
    answer = Client().post(ADD, note(tekst="Dit mag <niet> weg"))
    assert "<!doctype html>" in body(answer)
    assert "Dit mag &lt;niet&gt; weg" in body(answer)


@pytest.mark.parametrize("name", ["edit", "delete", "restore"])
def test_note_of_another_table_does_not_exist(name, brams, femkes_tablet):
    url, own = address(name, brams), str(brams.pk)
    urls = [url, url.replace(own, str(uuid.uuid4())), url.replace(own, "geen-uuid")]
    answers = [femkes_tablet.post(one, note(base_rev=1)) for one in urls]
    if name == "edit":
        answers.append(femkes_tablet.get(url))
    assert {answer.status_code for answer in answers} == {404}
    assert not any(brams.tekst in body(answer) for answer in answers)
    assert brams.versies.count() == 1


def test_tablet_sees_only_the_notes_of_its_own_table(femkes, brams, femkes_tablet, brams_tablet):
    pages = [TAFEL, address("edit", femkes)]
    assert all("Van Femke" in body(femkes_tablet.get(page)) for page in pages)
    assert not any(brams.tekst in body(femkes_tablet.get(page)) for page in pages)
    assert brams.tekst in listed(brams_tablet.get(TAFEL))


def test_request_of_a_tablet_is_a_sign_of_life(femkes_tablet, femke):
    Apparaat.objects.update(joined_at=NOW - timedelta(days=3650), last_seen_at=NOW - timedelta(days=3650))
    femkes_tablet.get(TAFEL)
    femke.refresh_from_db()
    assert femke.last_seen_at > NOW - timedelta(days=3650)
