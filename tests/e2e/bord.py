"""A board with eight notes of two tables, and what a reporter does on it: shared by the browser tests of the werkbank."""

import time

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from sessions.models import Rol
from synthesis.models import Onderbouwing, RodeDraad
from tests.e2e.conftest import WACHTWOORD
from tests.e2e.hand import at_rest
from tests.factories import (
    BijdrageFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
)

TEKSTEN = (
    "de school houdt het dorp levend",
    "zonder school trekken gezinnen weg uit het dorp",
    "school en dorp horen bij elkaar",
    "een grote school geeft meer keuze dan een dorp",
    "de bus rijdt te weinig",
    "met de bus naar het werk lukt niet",
    "de bus stopt niet meer bij ons",
    "een bus elk kwartier scheelt veel auto's",
)


def make_notities(avond, stelling):
    """Eight loose notes, of table 1 and 2 by turns."""
    return [
        BijdrageFactory(
            tafel=avond.tafels[n % 2],
            stelling=stelling,
            tekst=tekst,
            created_at=timezone.now(),
            letterlijk=not n,
        )
        for n, tekst in enumerate(TEKSTEN)
    ]


def make_draden(avond, stelling):
    """School (three notes) and bus (two), of both tables, and one that a single table carries; two notes are loose."""
    notities = make_notities(avond, stelling)
    gemaakt = [
        RodeDraadFactory(stelling=stelling, titel=titel, volgorde=n, door_mens=True)
        for n, titel in enumerate(("De school als hart", "Met de bus", "Meer keuze"))
    ]
    for n, draad in ((0, 0), (1, 0), (2, 0), (4, 1), (5, 1), (3, 2)):
        OnderbouwingFactory(rode_draad=gemaakt[draad], bijdrage=notities[n], volgorde=n, door_mens=True)
    return gemaakt


def make_daan(avond):
    """A second verslaglegger."""
    gebruiker = GebruikerFactory(email="daan@voorbeeld.test", naam="Daan", password=WACHTWOORD)
    LidmaatschapFactory(gebruiker=gebruiker, reeks=avond.reeks, rol=Rol.VERSLAGLEGGER)
    return gebruiker


def bord(enter, avond, naam="vera", **options) -> Page:
    page = enter.member(naam, **{"viewport": {"width": 1280, "height": 900}, **options})
    page.goto(f"{avond.path}/stellingen/1/werkbank/")
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    page.wait_for_load_state("networkidle")
    at_rest(page)  # a board that connects asks for itself once more, however late that was
    return page


def stored(stelling):
    """The board as the database has it: threads in order with their notes in order, loose, aside."""
    draden = [
        (draad.titel, [rij.bijdrage.tekst for rij in draad.onderbouwingen.order_by("volgorde", "pk")])
        for draad in RodeDraad.objects.filter(stelling=stelling).order_by("volgorde", "pk")
    ]
    weg = Onderbouwing.objects.filter(bijdrage__stelling=stelling)
    los = stelling.bijdragen.exclude(pk__in=weg.values("bijdrage")).order_by("created_at", "pk")
    opzij = weg.filter(rode_draad=None).order_by("bijdrage__created_at", "bijdrage__pk")
    return {
        "draden": [[titel, teksten] for titel, teksten in draden],
        "los": [bijdrage.tekst for bijdrage in los],
        "opzij": [rij.bijdrage.tekst for rij in opzij],
    }


SHOWN = """() => {
  const texts = (kolom) => [...kolom.querySelectorAll("[data-notitie] .notitie__tekst")].map((p) => p.textContent);
  const kolom = (plek) => texts(document.querySelector(`[data-plek=${plek}]`));
  return { draden: [...document.querySelectorAll("[data-draad]")].map((d) => [d.querySelector("h2").textContent, texts(d)]),
    los: kolom("los"), opzij: kolom("opzij") };
}"""


BUSY = "() => !document.querySelector('[data-bord]:not([data-bezig])')"


def settled(page: Page) -> None:
    expect(page.locator("[data-bord]:not([data-bezig])")).to_be_visible(timeout=60_000)


# What a key or a hand set going has begun by then: a dialog closes a moment after its button, and a drop is drawn first.
BEGUN = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))"


def agrees(stelling, *pages: Page) -> None:
    """Sooner or later every page shows what is stored: an answer may take as long as ``settled`` waits for it.

    Looked at once: a page that agreed before its step began would, looked at again, be in the middle of it.
    """
    for page in pages:
        page.evaluate(BEGUN)
        end = time.monotonic() + 60
        while True:
            busy, shown, truth = page.evaluate(BUSY), page.evaluate(SHOWN), stored(stelling)
            if not busy and shown == truth:
                break
            told = f"said: {said(page).text_content()}, busy: {busy}"
            assert time.monotonic() < end, f"shown: {shown}\nstored: {truth}\n{told}"
            page.wait_for_timeout(100)


def note(page: Page, tekst: str) -> Locator:
    return page.locator("[data-notitie]", has_text=tekst)


def kop(page: Page, titel: str) -> Locator:
    return page.locator("[data-draad]", has=page.get_by_role("heading", name=titel, exact=True)).locator(
        "[data-kop]"
    )


def said(page: Page) -> Locator:
    return page.locator("[data-melding]")


def current(page: Page) -> Locator:
    return page.locator("#draad-list [aria-current=true]")


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def go_to(page: Page, target: Locator) -> None:
    """By arrows until it is at hand: down to the end, then up."""
    for key in ["ArrowDown"] * 40 + ["ArrowUp"] * 60:
        if target.get_attribute("aria-current"):
            return
        page.keyboard.press(key)
    raise AssertionError("the arrows do not lead there")


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(60):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")
