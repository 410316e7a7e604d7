"""Signing in with an account of one's own organisation: the real application, and a provider of our own on this machine.

The settings decide at start which routes exist, so the application runs in a process of its own.
"""

import base64
import hashlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

SEED = """
import django; django.setup()
from datetime import timedelta
from allauth.account.models import EmailAddress
from django.utils import timezone
from sessions.models import Gebruiker, Reeks, Uitnodiging
from sessions.services import invite
from tests.factories import GebruikerFactory, LidmaatschapFactory, ReeksFactory
reeks = ReeksFactory(slug="blik", titel="Blik")
roos = GebruikerFactory(email="roos@voorbeeld.test", naam="Roos")
EmailAddress.objects.create(user=roos, email=roos.email, verified=True, primary=True)
LidmaatschapFactory(gebruiker=roos, reeks=reeks)
onbewezen = GebruikerFactory(email="onbewezen@voorbeeld.test", naam="Onbewezen")
LidmaatschapFactory(gebruiker=onbewezen, reeks=reeks, rol="kijker")
GebruikerFactory(email="weg@voorbeeld.test", is_active=False)
now = timezone.now()
for rol in ("kijker", "verslaglegger"):
    invite(reeks=reeks, email="nieuw@voorbeeld.test", rol=rol, gebruiker=roos, now=now)
invite(reeks=reeks, email="laat@voorbeeld.test", rol="kijker", gebruiker=roos, now=now - timedelta(days=20))
"""


class Provider(ThreadingHTTPServer):
    """Discovery, jwks, authorize, token and userinfo. ``behave(…)`` says what goes otherwise than it should."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.behave()

    def behave(self, email="roos@voorbeeld.test", **how):
        self.claims = {"sub": "u-1", "email": email, "email_verified": True, "name": "Naam Van Ginds"}
        self.claims |= how.pop("claims", {})
        self.how, self.asked, self.challenges = how, [], {}

    def id_token(self):
        times = {"iat": int(time.time()), "exp": int(time.time()) + 300}
        claims = {"iss": self.url, "aud": "denkdiner", "sub": "u-1", **times} | self.how.get("id_token", {})
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, data, status=200):
        content = data if isinstance(data, bytes) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle_any(self, body=b""):
        provider, asked = self.server, urlsplit(self.path)
        path = asked.path
        provider.asked.append(path)
        if path in provider.how:
            return self.answer(*provider.how[path])
        if path == "/.well-known/openid-configuration":
            base = provider.url
            return self.answer({
                "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo", "jwks_uri": f"{base}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            })  # fmt: skip
        if path == "/jwks":
            jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(provider.key.public_key()))
            return self.answer({"keys": [jwk | {"kid": "k1", "alg": "RS256", "use": "sig"}]})
        if path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            assert query["client_id"] == "denkdiner"
            assert query["code_challenge_method"] == "S256"
            provider.challenges["code-1"] = query["code_challenge"]
            back = {"code": "code-1", "state": query["state"]} | provider.how.get("back", {})
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{urlencode(back)}")
            self.end_headers()
            return None
        if path == "/token":
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
            right = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == provider.challenges.get(
                form["code"]
            )
            if not right or form["client_secret"] != "geheim-van-de-server":
                return self.answer({"error": "invalid_grant"}, 400)
            return self.answer(
                {"access_token": "toegang-1", "token_type": "Bearer", "id_token": provider.id_token()}
            )
        if path == "/userinfo" and self.headers["Authorization"] == "Bearer toegang-1":
            return self.answer(provider.claims)
        return self.answer({}, 404)

    def do_GET(self):
        self.handle_any()

    def do_POST(self):
        self.handle_any(self.rfile.read(int(self.headers["Content-Length"])))


class App:
    """The application in a process of its own, on a database of its own."""

    def __init__(self, var, **environment):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url, self.var = f"http://localhost:{port}", var
        self.environment = {
            "PATH": os.environ["PATH"], "VAR_DIR": str(var), "SITE_URL": self.url, "DEBUG": "1", "HOME": str(var),
            "DJANGO_SETTINGS_MODULE": "denkdiner.settings", **environment,
        }  # fmt: skip
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("-c", SEED)
        server = f"-m uvicorn denkdiner.asgi:application --port {port} --ws websockets-sansio --lifespan off"
        self.log = (var / "log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, *server.split()],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        for _ in range(300):
            try:
                requests.get(f"{self.url}/gezond/", timeout=5)
                return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError("the application did not start")

    def run(self, *command):
        subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def rows(self, query):
        with closing(sqlite3.connect(self.var / "denkdiner.sqlite3")) as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def provider():
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def app(provider, tmp_path_factory):
    running = App(
        tmp_path_factory.mktemp("oidc"),
        OIDC_ISSUER=provider.url,
        OIDC_CLIENT_ID="denkdiner",
        OIDC_CLIENT_SECRET="geheim-van-de-server",
        OIDC_NAME="Provincie Voorbeeld",
    )
    yield running
    running.stop()


@pytest.fixture
def visit(app):
    """``visit()``: sign in over there, from a browser that was never here; its last answer, and that browser."""

    def _visit(path="/account/oidc/organisatie/login/"):
        with requests.Session() as browser:
            return browser.get(app.url + path, timeout=20), browser

    return _visit


def state(app):
    """Who there is, and who belongs where."""
    return app.rows("SELECT email, password FROM diners_gebruiker ORDER BY id"), app.rows(
        "SELECT gebruiker_id, rol FROM diners_lidmaatschap ORDER BY id"
    )


def inside(app, browser):
    return browser.get(f"{app.url}/reeksen/", timeout=20, allow_redirects=False).status_code == 200


def test_login_page_has_a_button_that_keeps_the_way(app, provider, visit):
    provider.behave()
    response, _ = visit("/account/login/?next=/reeksen/blik/")
    assert "Inloggen met Provincie Voorbeeld" in response.text
    assert 'href="/account/oidc/organisatie/login/?next=/reeksen/blik/"' in response.text
    response, _ = visit("/account/oidc/organisatie/login/?next=/reeksen/blik/")
    assert (response.status_code, response.url) == (200, f"{app.url}/reeksen/blik/")
    response, _ = visit("/account/oidc/organisatie/login/?next=https://elders.test/")
    assert response.url == f"{app.url}/reeksen/"


@pytest.mark.parametrize("email", ["roos@voorbeeld.test", "Roos@Voorbeeld.test"])
def test_account_with_the_proven_address_comes_in_and_changes_nothing(app, provider, visit, email):
    provider.behave(email)
    before = state(app)
    _, browser = visit()
    assert inside(app, browser)
    assert state(app) == before
    assert app.rows("SELECT count(*) FROM socialaccount_socialaccount") == [(0,)]
    assert app.rows("SELECT count(*) FROM socialaccount_socialtoken") == [(0,)]


def test_account_whose_address_was_not_proven_loses_its_password_once(app, provider, visit):
    provider.behave("onbewezen@voorbeeld.test")
    mine = "SELECT password FROM diners_gebruiker WHERE email = 'onbewezen@voorbeeld.test'"
    assert not app.rows(mine)[0][0].startswith("!")
    _, browser = visit()
    assert inside(app, browser)
    [(password,)] = app.rows(mine)
    assert password.startswith("!")
    _, browser = visit()
    assert inside(app, browser)
    assert app.rows(mine) == [(password,)]


def test_open_invitations_are_taken_by_a_new_account(app, provider, visit):
    provider.behave("nieuw@voorbeeld.test")
    for _ in range(2):
        _, browser = visit()
        assert inside(app, browser)
    assert app.rows(
        "SELECT g.naam, substr(g.password, 1, 1), l.rol FROM diners_gebruiker g JOIN diners_lidmaatschap l"
        " ON l.gebruiker_id = g.id WHERE g.email = 'nieuw@voorbeeld.test' ORDER BY l.rol"
    ) == [("Naam Van Ginds", "!", "kijker"), ("Naam Van Ginds", "!", "verslaglegger")]
    assert app.rows("SELECT count(*) FROM diners_uitnodiging WHERE accepted_at IS NOT NULL") == [(2,)]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"email": "vreemd@voorbeeld.test"}, "geen account of open uitnodiging"),
        ({"email": "laat@voorbeeld.test"}, "geen account of open uitnodiging"),
        ({"claims": {"email_verified": False}}, "bewezen e-mailadres"),
        ({"claims": {"email_verified": "true"}}, "bewezen e-mailadres"),
        ({"claims": {"email_verified": None}}, "bewezen e-mailadres"),
        ({"claims": {"email": ["roos@voorbeeld.test"]}}, "bewezen e-mailadres"),
        ({"claims": {"email": ""}}, "bewezen e-mailadres"),
        ({"claims": {"sub": "u-2"}}, "bewezen e-mailadres"),
        ({"id_token": {"aud": "een-ander"}}, "Probeer het nog een keer"),
        ({"id_token": {"iss": "https://elders.test"}}, "Probeer het nog een keer"),
        ({"id_token": {"exp": 1}}, "Probeer het nog een keer"),
        ({"back": {"state": "geraden"}}, "Probeer het nog een keer"),
        ({"back": {"error": "server_error"}}, "Probeer het nog een keer"),
        ({"back": {"code": "geraden"}}, "Probeer het nog een keer"),
        ({"/token": ({"error": "invalid_client"}, 401)}, "Probeer het nog een keer"),
        ({"/userinfo": ({}, 500)}, "Probeer het nog een keer"),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else "",
)
def test_nobody_else_comes_in(app, provider, visit, how, sentence):
    provider.behave(**how)
    before = state(app)
    response, browser = visit()
    assert response.status_code == 403
    assert sentence in response.text
    assert not inside(app, browser)
    assert state(app) == before


@pytest.mark.parametrize(
    "how",
    [
        {"/.well-known/openid-configuration": ({}, 500)},
        {"/.well-known/openid-configuration": (b"<html>", 200)},
        {"/.well-known/openid-configuration": ({}, 200)},
        {"/userinfo": (b"<html>", 200)},
        {"/userinfo": ([], 200)},
        {"/token": (b"[]", 200)},
    ],
    ids=str,
)
def test_provider_that_talks_nonsense_is_a_calm_page(app, provider, visit, how):
    provider.behave(**how)
    response, browser = visit()
    assert response.status_code in {403, 502}
    assert "Probeer het nog een keer" in response.text or "bewezen e-mailadres" in response.text
    assert not inside(app, browser)


def test_who_says_no_over_there_is_back_at_the_login(app, provider, visit):
    provider.behave(back={"error": "access_denied"})
    response, browser = visit()
    assert (response.status_code, urlsplit(response.url).path) == (200, "/account/login/")
    assert "Je bent niet ingelogd" in response.text
    assert not inside(app, browser)


def test_account_that_was_closed_stays_closed(app, provider, visit):
    provider.behave("weg@voorbeeld.test")
    response, browser = visit()
    assert urlsplit(response.url).path == "/account/inactive/"
    assert not inside(app, browser)


def test_answer_counts_once_and_in_its_own_browser_only(app, provider):
    provider.behave()
    with requests.Session() as browser, requests.Session() as other:
        there = browser.get(f"{app.url}/account/oidc/organisatie/login/", timeout=20, allow_redirects=False)
        back = requests.get(there.headers["Location"], timeout=20, allow_redirects=False).headers["Location"]
        assert other.get(back, timeout=20).status_code == 403
        assert browser.get(back, timeout=20).status_code == 200
    with requests.Session() as again:
        again.cookies.update(browser.cookies)
        assert again.get(back, timeout=20).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/account/3rdparty/",
        "/account/3rdparty/signup/",
        "/account/social/signup/",
        "/account/oidc/anders/login/",
        "/account/oidc/anders/login/callback/",
    ],
)
def test_no_other_door_is_open(app, path):
    assert requests.get(app.url + path, timeout=20).status_code == 404


def test_an_account_cannot_be_tied_to_another_one(app, provider, visit):
    provider.behave()
    response, browser = visit("/account/oidc/organisatie/login/?process=connect")
    assert response.status_code == 403
    assert not inside(app, browser)


def test_secret_and_code_stand_in_no_log(app, provider, visit):
    provider.behave(**{"/token": (b"[]", 200)})
    visit()
    log = (app.var / "log").read_text()
    assert "geheim-van-de-server" not in log
    assert "toegang-1" not in log


def test_there_is_no_door_and_no_code_when_it_is_off():
    from django.apps import apps
    from django.test import Client

    assert settings.OIDC is False
    assert not apps.is_installed("allauth.socialaccount")
    assert not {"sessions.oidc", "denkdiner.oidc"} & set(sys.modules)
    for path in ("/account/oidc/organisatie/login/", "/account/3rdparty/"):
        assert Client().get(path).status_code == 404
