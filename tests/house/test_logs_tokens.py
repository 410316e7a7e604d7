"""Real requests to the real application, with the log as it is written in production: no secret link is ever in it."""

import copy
import io
import json
import logging
from logging.config import DictConfigurator

import pytest
import requests
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.urls import reverse
from django.utils import timezone
from websockets.sync.client import connect

from capture.services.stemmingen import make_stemlink, stemtoken_of
from denkdiner.threads import Application
from sessions.models import Rol
from sessions.services import (
    agendatoken_of,
    briefing_token_of,
    invite,
    open_briefing,
    open_scherm,
    open_toegang,
    renew_agendalink,
    scherm_token_of,
    token_of,
    uitnodiging_token_of,
)
from synthesis.services import gasttoken_of, open_terugkoppeling
from tests.routes import ROUTES, address

ROUTES_MET_TOKEN = [name for name, (_, *needs) in ROUTES.items() if "token" in needs]


@pytest.fixture
def written():
    """What stands in the log: the console of settings.LOGGING, at the level of production, with its filter and format."""
    configure = DictConfigurator(copy.deepcopy(settings.LOGGING))
    config = configure.config
    for kind, make in (
        ("formatters", configure.configure_formatter),
        ("filters", configure.configure_filter),
    ):
        for name in config[kind]:
            config[kind][name] = make(config[kind][name])
    handler = configure.configure_handler(config["handlers"]["console"])
    stream = io.StringIO()
    handler.setStream(stream)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(config["root"]["level"])
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def tokens(route_values, diner, tafels, roos):
    """For each rule of ``tests.routes`` that knows a secret link: that secret, and it opens."""
    now = timezone.now()
    terug = open_terugkoppeling(diner=diner, gebruiker=roos, now=now)
    brief = invite(reeks=diner.reeks, email="nieuw@voorbeeld.test", rol=Rol.KIJKER, gebruiker=roos, now=now)
    return {
        "token": scherm_token_of(open_scherm(diner=diner)),
        "gast": stemtoken_of(make_stemlink(diner=diner)),
        "spreker": briefing_token_of(open_briefing(optreden=diner.optredens.get())),
        "agenda": agendatoken_of(renew_agendalink(reeks=diner.reeks, gebruiker=roos, now=now)),
        "terug": gasttoken_of(terug.links.get(tafel=tafels[0])),
        "brief": uitnodiging_token_of(brief),
        "tafel": token_of(open_toegang(tafel=tafels[0], now=now)),
    }


@pytest.fixture
def visits(tokens, route_values, roos):
    """Every request with a secret in it, as (address, data of a POST, secret); with *spoilt* a secret that is none."""
    adres = EmailAddress.objects.create(user=roos, email=roos.email, primary=True)
    bevestig = EmailConfirmationHMAC(adres).key
    herstel = default_token_generator.make_token(roos)

    def _visits(spoilt=False):
        def one(secret):
            return secret[:-1] + ("A" if secret[-1] != "A" else "C") if spoilt else secret

        for name in ROUTES_MET_TOKEN:
            secret = one(tokens[ROUTES[name][0]])
            yield address(name, route_values | {"token": secret}), {}, secret
        for name in ("capture:kijken", "capture:deelnemen"):
            yield reverse(name), {"token": one(tokens["tafel"])}, one(tokens["tafel"])
        secret = one(herstel)
        kwargs = {"uidb36": user_pk_to_url_str(roos), "key": secret}
        yield reverse("account_reset_password_from_key", kwargs=kwargs), {}, secret
        yield reverse("account_confirm_email", args=[one(bevestig)]), {}, one(bevestig)

    return _visits


def walk(live, visits):
    """Visit all of *visits*, by GET and by POST as a page of ours would: the statuses, and the secrets."""
    statuses, secrets = set(), set()
    for path, data, secret in visits:
        for method in ("get", "post"):
            with requests.Session() as browser:
                browser.cookies.set("csrftoken", "x" * 32)
                answer = getattr(browser, method)(
                    live.url + path,
                    timeout=20,
                    allow_redirects=False,
                    headers={"X-CSRFToken": "x" * 32, "Referer": live.url + path},
                    **({"data": data} if method == "post" else {}),
                )
            statuses.add(answer.status_code)
        secrets.add(secret)
    return statuses, secrets


def found_in(log, secrets):
    """The secrets of which the log says so much that it helps: all of it, or how it begins."""
    return {secret for secret in secrets if secret in log or secret[:12] in log}


def test_log_of_what_opens_and_of_what_does_not_holds_no_token(live, written, visits):
    statuses, secrets = walk(live, visits())
    assert {200, 302, 405} <= statuses
    assert max(statuses) < 500
    spoilt_statuses, spoilt = walk(live, visits(spoilt=True))
    assert 404 in spoilt_statuses
    assert max(spoilt_statuses) < 500
    with requests.Session() as browser:  # no page of ours sent this form
        for path, _, _ in visits():
            assert browser.post(live.url + path, timeout=20, allow_redirects=False).status_code in {
                403,
                405,
                422,
            }
    for secret in (next(visits())[2], next(visits(spoilt=True))[2]):
        with connect(f"ws://localhost:{live.port}/ws/scherm/{secret}/", origin=live.url):
            pass
    log = written()
    for sentence in ("Not Found: /scherm/…/", "Method Not Allowed (POST): /terug/…", "Forbidden ("):
        assert sentence in log
    assert found_in(log, secrets | spoilt) == set()


@pytest.mark.parametrize("where", ["in a view", "outside of all views"])
def test_log_of_what_goes_wrong_holds_no_token(live, written, visits, monkeypatch, where):
    def fail(self, request):
        parts = [part for part in request.path.split("/") if len(part) == 22]
        raise RuntimeError(f"no answer to {request.build_absolute_uri()} {parts} {request.resolver_match!r}")

    owner, name = (BaseHandler, "resolve_request") if where == "in a view" else (Application, "get_response")
    monkeypatch.setattr(owner, name, fail)
    statuses, secrets = walk(live, visits())
    assert statuses == {500}
    log = written()
    assert log.count("RuntimeError: no answer to") >= 2 * len(ROUTES_MET_TOKEN)
    assert found_in(log, secrets) == set()
    assert all(json.loads(line)["level"] == "error" for line in log.splitlines())
