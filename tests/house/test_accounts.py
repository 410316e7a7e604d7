"""A second step and a passkey, from the first page to the last; what a browser does with a passkey is in tests/e2e."""

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.passkeys import ONBEKEND
from tests.factories import GebruikerFactory
from tests.routes import ROUTES

WACHTWOORD = "vier losse oude woorden"
WALK = (
    "import django; django.setup()\n"
    "from django.conf import settings; from django.urls import get_resolver; from tests.routes import walk\n"
    "found = sorted({name for name in walk(get_resolver()) if not name.startswith('admin:')})\n"
    "import json; print(json.dumps([settings.MFA_PASSKEY_LOGIN_ENABLED, found]))"
)


@pytest.fixture
def nel(db):
    return GebruikerFactory(email="nel@voorbeeld.test", naam="Nel", password=WACHTWOORD)


@pytest.fixture
def klok(monkeypatch):
    """The clock of the codes; ``klok.now += 30`` and there is another code."""
    clock = SimpleNamespace(now=1_800_000_000)
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: clock.now))
    return clock


def code_of(secret, now):
    """What an app on a phone shows (RFC 6238: SHA-1, 30 s, 6 digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, (now // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def first_step():
    """A browser in which Nel gave her password, and is asked for the second step."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "nel@voorbeeld.test", "password": WACHTWOORD})
    assert answer.status_code == 302
    return client, answer["Location"]


def second_step(code):
    """Nel's password and then *code*: the last answer, and whether she is in."""
    client, where = first_step()
    assert where == reverse("mfa_authenticate")
    answer = client.post(where, {"code": code})
    return answer, client.get(reverse("diners:reeks_list")).status_code == 200


@pytest.fixture
def secret(nel, klok):
    """The secret of Nel's app, which is on."""
    client, where = first_step()
    assert where == reverse("diners:reeks_list")
    asked = client.get(reverse("mfa_activate_totp"))["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))
    page = client.post(asked, {"password": WACHTWOORD}, follow=True)
    secret = re.search(rb'value="([A-Z2-7]{32})"', page.content)[1].decode()
    wrong = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret, klok.now + 3000)})
    assert "Ongeldige code" in wrong.content.decode()
    right = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret, klok.now)})
    assert right["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(right["Location"]).content.decode()
    nel.herstelcodes = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)[1].split()
    assert len(set(nel.herstelcodes)) == 10
    klok.now += 30
    return secret


def test_code_of_the_app_lets_in_once_and_the_password_alone_does_not(secret, klok):
    client, _ = first_step()
    assert client.get(reverse("diners:reeks_list")).status_code == 302
    answer, is_in = second_step("000000" if code_of(secret, klok.now) != "000000" else "000001")
    assert (answer.status_code, is_in) == (200, False)
    assert "Ongeldige code" in answer.content.decode()
    assert second_step(code_of(secret, klok.now - 300))[1] is False
    assert second_step(code_of(secret, klok.now))[1] is True
    assert second_step(code_of(secret, klok.now))[1] is False  # somebody who looked over her shoulder
    klok.now += 30
    assert second_step(code_of(secret, klok.now))[1] is True


def test_recovery_code_works_once(secret, nel):
    first, second, *_ = nel.herstelcodes
    assert second_step(first)[1] is True
    assert second_step(first)[1] is False
    assert second_step(second)[1] is True


def test_codes_cannot_be_guessed_on_and_on(secret, nel, klok):
    for guess in range(8):
        assert second_step(f"{guess:06}")[1] is False
    answer, is_in = second_step(code_of(secret, klok.now))
    assert is_in is False
    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("site", "passkeys"),
    [
        ("https://diner.voorbeeld.test", True),
        ("http://localhost:8000", True),
        ("http://192.0.2.7:8000", False),
        ("http://diner.voorbeeld.test", False),
    ],
)
def test_passkeys_are_there_where_a_browser_has_them_and_all_routes_are_listed(site, passkeys, tmp_path):
    environment = {
        "PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "SITE_URL": site,
        "DJANGO_SETTINGS_MODULE": "denkdiner.settings", "PYTHONPATH": str(settings.BASE_DIR),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", WALK], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    enabled, found = json.loads(done.stdout)
    assert enabled is passkeys
    assert set(found) == set(ROUTES) - (set() if passkeys else {"mfa_login_webauthn"})


def test_login_page_offers_a_passkey_and_keeps_the_way(db, settings):
    page = Client().get("/account/login/?next=/reeksen/blik/").content.decode()
    form = re.search(r'<form id="mfa_login".*?</form>', page, re.DOTALL)[0]
    assert 'name="next" value="/reeksen/blik/"' in form
    assert "Inloggen met een passkey" in page
    assert "js/passkey.js" in page
    settings.MFA_PASSKEY_LOGIN_ENABLED = False
    assert "passkey" not in Client().get("/account/login/").content.decode()


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def answer_of_a_key(authenticator=b"", handle="1", **more):
    """As a browser sends it, in form; *authenticator* is what the key itself says."""
    said = json.dumps({"type": "webauthn.get", "challenge": "YQ", "origin": "https://x.test"}).encode()
    response = {
        "clientDataJSON": b64(said),
        "authenticatorData": b64(authenticator),
        "signature": "YQ",
        "userHandle": b64(handle.encode()),
    }
    return json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response | more})


HOOFD = bytes(32)
VREEMD = {
    "no_extensions": answer_of_a_key(HOOFD + b"\x81" + bytes(4)),
    "half_a_number": answer_of_a_key(HOOFD + b"\x81" + bytes(4) + b"\x19\x01"),
    "deep_cbor": answer_of_a_key(HOOFD + b"\x81" + bytes(4) + b"\x81" * 20_000),
    "no_credential": answer_of_a_key(HOOFD + b"\xc1" + bytes(4)),
    "nobody": answer_of_a_key(HOOFD + b"\x01" + bytes(4), handle="9" * 30),
    "endless_nobody": answer_of_a_key(HOOFD + b"\x01" + bytes(4), handle="9" * 5000),
    "deep_client": answer_of_a_key(HOOFD + b"\x01" + bytes(4), clientDataJSON=b64(b"[" * 100_000)),
    "no_attestation": answer_of_a_key(attestationObject="YQ"),
    "deep_attestation": answer_of_a_key(attestationObject=b64(b"\x81" * 20_000)),
    "deep_json": "[" * 100_000,
    "endless_number": "9" * 5000,
    "only_an_id": '{"id": "AA"}',
    "bad_client": json.dumps({
        "id": "AA", "rawId": "AA", "type": "public-key",
        "response": {"clientDataJSON": "AA", "attestationObject": "AA"},
    }),
    "word": '"x"',
    "list": "[1]",
}  # fmt: skip
"""Answers of a key at which json, allauth or fido2 raises something else than it says it does."""


@pytest.mark.parametrize("sent", VREEMD.values(), ids=list(VREEMD))
def test_strange_answer_of_a_key_is_a_sentence_at_every_form(nel, klok, sent):
    client = Client(raise_request_exception=False)
    client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json")
    assert client.post(reverse("mfa_login_webauthn"), {"credential": sent}).status_code == 302
    client, _ = first_step()
    client.raise_request_exception = False
    asked = client.get(reverse("mfa_add_webauthn"))["Location"]
    assert client.post(asked, {"password": WACHTWOORD}, follow=True).status_code == 200
    answer = client.post(reverse("mfa_add_webauthn"), {"name": "Sleutel", "credential": sent})
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert not Authenticator.objects.exists()
    answer = client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": sent})
    assert answer.status_code == 302


@pytest.mark.parametrize("sent", VREEMD.values(), ids=list(VREEMD))
def test_strange_answer_of_a_key_is_a_sentence_at_the_second_step(secret, sent):
    client, where = first_step()
    client.raise_request_exception = False
    answer = client.post(where, {"credential": sent})
    assert (answer.status_code, bool(answer.context["webauthn_form"].errors)) == (200, True)
    assert client.get(reverse("diners:reeks_list")).status_code == 302


def test_passkey_that_fails_keeps_the_way_and_follows_none_elsewhere(nel):
    client = Client()
    client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json")
    for naar, way in (("/reeksen/blik/", ["/reeksen/blik/"]), ("https://elders.test/", [])):
        answer = client.post(reverse("mfa_login_webauthn"), {"credential": "{}", "next": naar})
        where = urlsplit(answer["Location"])
        assert (where.path, parse_qs(where.query).get("next", [])) == (reverse("account_login"), way)


def test_challenges_for_strangers_are_limited_and_forgotten(db, settings):
    settings.MFA_RATE_LIMITS = {
        "webauthn_login": settings.MFA_RATE_LIMITS["webauthn_login"].replace("300", "3")
    }
    cache.clear()
    codes = [
        Client().get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json").status_code
        for _ in range(5)
    ]
    cache.clear()
    assert codes == [200, 200, 200, 429, 429]
    assert Session.objects.count() == 3
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    call_command("remind")  # once a day
    assert not Session.objects.exists()


def test_page_of_a_passkey_tells_that_the_password_asks_for_it_too(nel):
    client, _ = first_step()
    assert (
        "vraagt ook het wachtwoord om deze sleutel of een herstelcode"
        in client.get(reverse("mfa_index")).content.decode()
    )
    asked = client.get(reverse("mfa_add_webauthn"))["Location"]
    page = client.post(asked, {"password": WACHTWOORD}, follow=True).content.decode()
    assert "vraagt ook het wachtwoord om deze sleutel of een herstelcode" in page


def test_keeper_of_the_server_takes_away_the_keys_of_who_lost_them(secret, nel, client):
    client.force_login(GebruikerFactory(is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:mfa_authenticator_changelist")).content.decode()
    assert "nel@voorbeeld.test" in page or "Nel" in page
    weg = {"action": "delete_selected", "post": "yes"}
    weg["_selected_action"] = list(Authenticator.objects.values_list("pk", flat=True))
    client.post(reverse("admin:mfa_authenticator_changelist"), weg)
    _, where = first_step()
    assert where == reverse("diners:reeks_list")


@pytest.mark.parametrize(
    "sent",
    ["", "geen json", "null", "1", "[]", "{}", '"x"', '{"id": "a"}', '{"response": null}']
    + [json.dumps({"response": {"userHandle": handle}}) for handle in (None, 1, "MQ", "%%%", [], {})]
    + [
        json.dumps({
            "id": "YQ", "rawId": "YQ", "type": "public-key",
            "response": {
                "clientDataJSON": data, "authenticatorData": "YQ", "signature": "YQ", "userHandle": "MQ",
            },
        })
        for data in ("YQ", "e30", "bnVsbA")
    ],
)  # fmt: skip
def test_passkey_that_is_none_leads_back_to_the_login(nel, sent):
    client = Client()
    asked = client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json")
    assert asked.json()["request_options"]["publicKey"]["userVerification"] == "required"
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": sent}, follow=True)
    assert answer.redirect_chain == [(reverse("account_login"), 302)]
    shown = [str(message) for message in answer.context["messages"]]
    assert len(shown) == 1
    assert ONBEKEND in shown or sent in {"", "geen json", "null", "[]", "{}"}
    assert client.get(reverse("diners:reeks_list")).status_code == 302
