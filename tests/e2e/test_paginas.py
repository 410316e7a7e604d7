"""Every page there is: accessible in light and dark, nothing wider than a phone of 320 px, no error in the console."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from capture.services.stemmingen import make_stemlink, open_stemming, stemtoken_of
from denkdiner.endpoint import Endpoint
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
from tests.cast import tablet_client
from tests.factories import NOW, BijdrageFactory
from tests.routes import ROUTES, address

# Pages that no GET of a route shows by itself: path, and who looks.
BIJZONDER = {
    "niet gevonden": ("/bestaat/niet/", "roos"),
    "geen recht": ("/reeksen/verkenning-2050/bewerken/", "vera"),
    "nieuw diner, standaardavond": ("/reeksen/verkenning-2050/diners/nieuw/?van=standaard", "roos"),
    "filter zonder resultaat": ("/reeksen/verkenning-2050/diners/1/stellingen/1/notities/?woord=xyz", "vera"),
}
BEZOEKER = {
    "organisator": "roos",
    "team": "vera",
    "leden": "roos",
    "account": "roos",
    "verslaglegger": "vera",
}


@pytest.fixture
def pages(live, route_values, femke, roos, vera, tafels, stelling, settings):
    """Every page as (name, path, who): found by asking every route, so that a new page is never forgotten."""
    settings.DEMO = True
    settings.DRAFTER_ENDPOINT = Endpoint(
        url="https://model.voorbeeld.test/v1/chat/completions", model="proef"
    )
    for tekst in ("Letterlijk gezegd.", "een lang woord: " + "meerjarenonderhoudsplanning" * 3):
        BijdrageFactory(
            tafel=tafels[0], stelling=stelling, tekst=tekst, letterlijk=True, trefwoorden=["school"]
        )
    BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="weggegooid", deleted_at=NOW)
    open_stemming(stelling=stelling, moment="voor", gebruiker=roos, now=NOW)
    tokens = {
        "token": scherm_token_of(open_scherm(diner=stelling.diner)),
        "gast": stemtoken_of(make_stemlink(diner=stelling.diner)),
        "spreker": briefing_token_of(open_briefing(optreden=stelling.diner.optredens.get())),
        "agenda": agendatoken_of(
            renew_agendalink(reeks=stelling.diner.reeks, gebruiker=roos, now=timezone.now())
        ),
        "terug": gasttoken_of(
            open_terugkoppeling(diner=stelling.diner, gebruiker=roos, now=timezone.now()).links.get(
                tafel=tafels[0]
            )
        ),
        "brief": uitnodiging_token_of(
            invite(
                reeks=stelling.diner.reeks,
                email="ada@voorbeeld.test",
                rol="kijker",
                gebruiker=roos,
                now=timezone.now(),
            )
        ),
    }
    clients = {"femke": tablet_client("sleutel-van-femke"), "niemand": Client()}
    for naam, gebruiker in (("roos", roos), ("vera", vera)):
        clients[naam] = Client()
        clients[naam].force_login(gebruiker)
    found = []
    for name, (rule, *_) in ROUTES.items():
        wie = "femke" if rule == "tablet" else BEZOEKER.get(rule, "niemand")
        if name in {
            "demo_deur",
            "account_reset_password_from_key",
            "account_confirm_email",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
        }:
            continue  # need a key of an e-mail or a device, or lead elsewhere
        path = address(name, route_values | {"token": tokens.get(rule, "")})
        response = clients[wie].get(path, HTTP_HOST="localhost")
        if response.status_code == 200 and b"<html" in response.content:
            found.append((name, path, wie))
    found += [(name, path, wie) for name, (path, wie) in BIJZONDER.items()]
    return found, clients


def test_there_are_pages_to_look_at(pages):
    names = {name for name, _, _ in pages[0]}
    assert len(names) >= 45
    assert {
        "start",
        "capture:tafel",
        "diners:uitnodiging",
        "diners:briefing",
        "synthesis:briefing_draden",
        "synthesis:terug",
        "synthesis:terugkoppeling",
        "synthesis:werkbank",
        "synthesis:voorstel_vraag",
        "diners:regie",
        "diners:scherm",
        "account_login",
    } <= names


def test_every_page_is_accessible_and_fits_a_phone(pages, live, enter, axe):
    found, clients = pages
    wrong = {}
    browsers = {}
    for wie, client in clients.items():
        browsers[wie] = page = enter(viewport={"width": 1024, "height": 768})
        for name in (settings.SESSION_COOKIE_NAME, settings.TABLE_COOKIE):
            if name in client.cookies:
                page.context.add_cookies(
                    [{"name": name, "value": client.cookies[name].value, "url": live.url}]
                )
        page.on(
            "console",
            lambda message: (
                wrong.setdefault("console", []).append(message.text)
                if message.type == "error"
                and "404" not in message.text
                and "403" not in message.text
                # the shell asks who this device is, and nobody is nobody
                and not ("401" in message.text and message.page.url.endswith("/tafel/schil/"))
                else None
            ),
        )
    for name, path, wie in found:
        page = browsers[wie]
        page.set_viewport_size({"width": 1024, "height": 768})
        page.goto(path)
        found_here = axe(page)
        page.emulate_media(color_scheme="dark")
        found_here += axe(page, ["color-contrast"])  # all that colours can make better or worse
        page.emulate_media(color_scheme="light")
        if found_here:
            wrong[f"{name} {path}"] = found_here
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wrong.setdefault(f"{name} {path}", []).append(f"{width} px wide on a phone of 320 px")
    assert wrong == {}


@pytest.mark.parametrize("kleuren", ["light", "dark"])
def test_forms_that_are_refused_are_accessible(
    live, enter, axe, route_values, roos, vera, femke, tafels, kleuren
):
    wrong = {}

    def look(page, button, name):
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()
        for line in axe(page):
            wrong.setdefault(name, []).append(line)

    for naam, path, button in (
        ("roos", "/reeksen/nieuw/", "Opslaan"),
        ("roos", "/reeksen/verkenning-2050/diners/1/verwijderen/", "Verwijderen"),
        ("vera", "/reeksen/importeren/", "Importeren"),
        ("vera", address("synthesis:draad_split", route_values), "Splitsen"),
        ("vera", address("synthesis:bijdrage_move", route_values), "Verplaatsen"),
        ("niemand", "/account/login/", "Inloggen"),
        ("niemand", f"/t/#{token_of(open_toegang(tafel=tafels[1], now=NOW))}", "Doe mee aan deze tafel"),
    ):
        client = Client()
        page = enter(color_scheme=kleuren)
        if naam != "niemand":
            client.force_login({"roos": roos, "vera": vera}[naam])
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live.url}]
            )
        page.goto(path)
        look(page, button, f"{path} {button}")
    assert wrong == {}
