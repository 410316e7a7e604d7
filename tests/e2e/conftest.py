"""Browser tests: ``avond`` is a small reeks whose diner still has to begin, ``enter`` opens a browser for somebody."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Timer
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from sessions.models import Diner, Dinerstatus, Rol
from sessions.services import open_toegang, token_of
from tests.conftest import LiveServer
from tests.factories import (
    NOW,
    DinerFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    ReeksFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    TafelFactory,
)

# Once is enough, next to the tests on SQLite: the first brings a PostgreSQL and a Redis of its own, the others are about
# what the page itself does, whatever database is behind it.
ONCE = [
    "test_compose_processes.py",
    "test_dwars.py",
    "test_huisstijl.py",
    "test_inbox.py",
    "test_leden.py",
    "test_paginas.py",
    "test_passkey.py",
    "test_peiling.py",
    "test_redactie.py",
    "test_regie.py",
    "test_tablet_randen.py",
    "test_tablet_randen_opslag.py",
    "test_tablet_toestel.py",
    "test_tablet_vragen.py",
    "test_terug.py",
    "test_verslag.py",
    "test_voorbereiden.py",
    "test_vrijgave.py",
    "test_werkbank.py",
    "test_werkbank_samen.py",
    "test_werkbank_slepen.py",
    "test_zoeken.py",
]
collect_ignore = ONCE if os.environ.get("TEST_BACKEND") == "postgres" else []

# ms: what a busy machine may take. How fast something is, the benchmarks measure.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)

# s: no test takes half of it, unless it is given a large reeks. Playwright waits for ever for a page that does not answer a
# script, or does not close.
MOST = 3600 if os.environ.get("REEKS_BESTAND") else 300

WACHTWOORD = "lang-genoeg-voor-roos"
STELLINGEN = ("Elk dorp houdt zijn eigen school.", "De auto is te gast in het centrum.")


class Avond:
    """A diner before its first ronde: Roos (organisator), Vera (verslaglegger), two tables, two stellingen."""

    def __init__(self) -> None:
        self.reeks = ReeksFactory(slug="streek-2050", titel="Streek 2050")
        self.diner: Diner = DinerFactory(
            reeks=self.reeks, nummer=1, titel="Wonen en leren", status=Dinerstatus.VOORBEREIDING
        )
        stellingen = [
            StellingFactory(diner=self.diner, nummer=nummer, tekst=tekst, doorvragen=["Voor wie?"])
            for nummer, tekst in enumerate(STELLINGEN, start=1)
        ]
        for nummer, stelling in enumerate(stellingen, start=1):
            RondeFactory(diner=self.diner, nummer=nummer, titel=f"Gesprek {nummer}", stelling=stelling)
        self.tafels = [TafelFactory(diner=self.diner, nummer=nummer) for nummer in (1, 2)]
        self.diner.optredens.create(
            spreker=SprekerFactory(reeks=self.reeks, naam="Ada Vos", functie="Denker")
        )
        for naam, rol in (("Roos", Rol.ORGANISATOR), ("Vera", Rol.VERSLAGLEGGER)):
            gebruiker = GebruikerFactory(
                email=f"{naam.lower()}@voorbeeld.test", naam=naam, password=WACHTWOORD
            )
            LidmaatschapFactory(gebruiker=gebruiker, reeks=self.reeks, rol=rol)

    @property
    def path(self) -> str:
        return f"/reeksen/{self.reeks.slug}/diners/{self.diner.nummer}"

    def link(self, nummer: int) -> str:
        """What the QR of a table holds, as a path."""
        toegang = open_toegang(tafel=self.tafels[nummer - 1], now=NOW)
        return f"/t/#{token_of(toegang)}"


@pytest.fixture
def avond(live: LiveServer) -> Avond:
    return Avond()


class Visitors:
    """Browsers of several people at once; what goes wrong in any of them fails the test."""

    def __init__(self, browser: Browser, base_url: str, defaults: dict[str, Any], stack: ExitStack) -> None:
        self.browser, self.base_url, self.defaults, self.stack = browser, base_url, defaults, stack
        self.wrong: list[str] = []

    def __call__(self, **options: Any) -> Page:
        """A browser of one more person, without cookies."""
        context = self.browser.new_context(**{**self.defaults, "base_url": self.base_url, **options})
        self.stack.callback(context.close)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("response", lambda r: self.wrong.append(f"{r.status} {r.url}") if r.status >= 500 else None)
        return page

    def member(self, naam: str, **options: Any) -> Page:
        """Somebody who signs in on the login page."""
        page = self(**options)
        page.goto("/account/login/")
        page.get_by_label("E-mail").fill(f"{naam}@voorbeeld.test")
        page.get_by_label("Wachtwoord", exact=True).fill(WACHTWOORD)
        page.get_by_role("button", name="Inloggen", exact=True).click()
        page.wait_for_url("**/reeksen/")
        return page

    def tablet(self, link: str, script: str = "", **options: Any) -> Page:
        """A tablet that scans the QR of a table and confirms. *script* makes its browser what it is, before every page."""
        page = self(**options)
        if script:
            page.add_init_script(script)
        page.goto(link)
        page.get_by_role("button", name="Doe mee aan deze tafel").click()
        page.get_by_role("button", name="Ja, ik noteer").click()
        page.wait_for_url("**/tafel/")
        return page


class Chromium:
    """The browser of the tests, and the process it is."""

    def __init__(self, launch: Callable[[], Browser]) -> None:
        self.browser, self.ended = launch(), False
        session = self.browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        self.pid = next(int(process["id"]) for process in processes if process["type"] == "browser")
        session.detach()

    def end(self) -> None:
        """From any thread: whoever waits for one of its pages is told that it has gone."""
        self.ended = True
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """End it when the block takes longer."""
        timer = Timer(seconds, self.end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@pytest.fixture(scope="session")
def chromiums(launch_browser: Callable[[], Browser]) -> Iterator[list[Chromium]]:
    """Every browser so far, the one that is used last."""
    chromiums = [Chromium(launch_browser)]
    yield chromiums
    with chromiums[-1].within(60):
        chromiums[-1].browser.close()


@pytest.fixture
def browser(chromiums: list[Chromium], launch_browser: Callable[[], Browser]) -> Iterator[Browser]:
    """As pytest-playwright has it; but a test that hangs fails where it hung, and the next one has a new browser."""
    if chromiums[-1].ended or not chromiums[-1].browser.is_connected():
        chromiums.append(Chromium(launch_browser))
    with chromiums[-1].within(MOST):
        yield chromiums[-1].browser
    assert not chromiums[-1].ended, f"it took more than {MOST} s: its browser was ended"


@pytest.fixture
def enter(browser: Browser, live: LiveServer, browser_context_args: dict[str, Any]) -> Iterator[Visitors]:
    with ExitStack() as stack:
        visitors = Visitors(browser, live.url, browser_context_args, stack)
        yield visitors
        assert visitors.wrong == []


@pytest.fixture
def session_cookie(live: LiveServer) -> Callable[[str], dict[str, Any]]:
    """``session_cookie("roos")``: the cookie of somebody who is signed in already."""
    from django.test import Client

    from sessions.models import Gebruiker

    def cookie(naam: str) -> dict[str, Any]:
        client = Client()
        client.force_login(Gebruiker.objects.get(email=f"{naam}@voorbeeld.test"))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live.url}

    return cookie
