"""A guest looks back, on a phone without JavaScript; the reporter reads what came of it."""

import re

import pytest
from django.utils import timezone

from sessions.models import Gebruiker
from synthesis import services
from tests.factories import (
    BijdrageFactory,
    GastantwoordFactory,
    GastdraadFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
)

PHONE = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}


@pytest.fixture
def links(avond):
    """The address of the diner and of table 1, as paths; a thread is released, and table 1 said four things."""
    stelling, roos = avond.diner.stellingen.get(nummer=1), Gebruiker.objects.get(email="roos@voorbeeld.test")
    draad = RodeDraadFactory(
        stelling=stelling, titel="Een school houdt een dorp bij elkaar", pool_a="nabij", pool_b="goed"
    )
    GastdraadFactory(rode_draad=draad)
    notities = [
        BijdrageFactory(tafel=avond.tafels[0], stelling=stelling, tekst=f"Gedachte {n}") for n in range(4)
    ]
    OnderbouwingFactory(rode_draad=draad, bijdrage=notities[0])
    OnderbouwingFactory(rode_draad=None, bijdrage=notities[1], reden="Dubbel")
    terug = services.open_terugkoppeling(diner=avond.diner, gebruiker=roos, now=timezone.now())
    for herkend in ("ja", "ja", "nee"):
        GastantwoordFactory(terugkoppeling=terug, rode_draad=draad, herkend=herkend)
    return [
        f"/terug/{services.gasttoken_of(terug.links.get(tafel=tafel))}/" for tafel in (None, avond.tafels[0])
    ]


def test_guest_without_javascript_finds_every_note_and_answers(links, enter):
    page = enter(**PHONE)
    page.goto(links[1])
    notities = page.locator("#inbreng .notitie")
    assert notities.count() == 4
    for tekst, plek in (
        ("Gedachte 0", "In de rode draad Een school houdt een dorp bij elkaar"),
        ("Gedachte 1", "Opzij gelegd: Dubbel"),
        ("Gedachte 2", "Nog niet ingedeeld"),
    ):
        assert plek in notities.filter(has_text=tekst).inner_text()
    page.get_by_role("button", name="Verstuur").click()
    assert "ja, deels of nee" in page.get_by_role("alert").inner_text()
    page.get_by_label("Deels").check()
    page.get_by_text("Iets erbij zeggen").click()
    page.get_by_label("In je eigen woorden").fill("Bij ons ook de kerk.")
    page.get_by_role("button", name="Verstuur").click()
    page.wait_for_url("**/dank/")
    assert page.get_by_role("heading", name="Dank je wel").is_visible()
    assert page.context.cookies() == []
    page.get_by_role("link", name="Terug naar de avond").click()
    page.wait_for_url(f"**{links[1]}")


def test_guest_walks_the_page_by_keyboard_alone(links, enter):
    page = enter(viewport={"width": 390, "height": 844})
    page.goto(links[0])
    page.keyboard.press("Tab")  # to the content
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("Ja", exact=True).is_checked()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Deels").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Met toetsen.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dank/")


def test_page_is_accessible_on_paper_in_the_dark_and_when_refused(links, enter, axe):
    for path in links:
        page = enter(viewport={"width": 320, "height": 640})
        page.goto(path)
        assert axe(page) == []
        page.get_by_role("button", name="Verstuur").click()
        page.get_by_role("alert").wait_for()
        assert axe(page) == []
        page.emulate_media(color_scheme="dark")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.emulate_media(media="print", color_scheme="light")
        assert page.get_by_role("heading", name="Een school houdt een dorp bij elkaar").is_visible()
        assert not page.get_by_role("button", name="Verstuur").is_visible()
    page.goto("/terug/geraden/")
    assert axe(page) == []


def test_reporter_reads_what_guests_said_and_removes_it(avond, links, enter):
    guest = enter(**PHONE)
    guest.goto(links[0])
    guest.get_by_label("Nee").check()
    guest.get_by_text("Iets erbij zeggen").click()
    guest.get_by_label("In je eigen woorden").fill("Dit was de mening van Karel.")
    guest.get_by_role("button", name="Verstuur").click()
    guest.wait_for_url("**/dank/")
    vera = enter.member("vera")
    vera.goto(f"{avond.path}/terugkoppeling/")
    vera.get_by_role("link", name="Lees wat gasten zeggen").click()
    vera.get_by_text("Ja 2, Deels 0, Nee 2").wait_for()
    vera.get_by_role("link", name=re.compile("Verwijder.*Dit was")).click()
    vera.get_by_role("button", name="Verwijderen").click()
    vera.get_by_text("Het antwoord is verwijderd.").wait_for()
    assert not vera.get_by_text("Karel").is_visible()
