"""The report in a real browser, finished by three people: Vera writes, Roos remarks, Kees reads what was vastgesteld."""

import re

import pytest
from playwright.sync_api import expect

from sessions.models import Rol, Stelling
from synthesis.models import RodeDraad, Verslag, Verslagdeel
from tests.e2e.conftest import WACHTWOORD
from tests.factories import (
    BijdrageFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
)


@pytest.fixture
def draad(avond):
    """A thread of the one stelling of this report, and Kees, who only looks."""
    Stelling.objects.filter(diner=avond.diner, nummer=2).delete()
    stelling = Stelling.objects.get(diner=avond.diner, nummer=1)
    draad = RodeDraadFactory(
        stelling=stelling, titel="De school draagt het dorp", tekst="Zonder school geen dorp."
    )
    for tafel in avond.tafels:
        OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling))
    kees = GebruikerFactory(email="kees@voorbeeld.test", naam="Kees", password=WACHTWOORD)
    LidmaatschapFactory(gebruiker=kees, reeks=avond.reeks, rol=Rol.KIJKER)
    return draad


@pytest.fixture
def verslag(avond):
    return f"/reeksen/{avond.reeks.slug}/verslag/"


def good(page, axe):
    """Nothing wrong by light and by dark, and nothing sticks out."""
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe(page, ["color-contrast"]) == []
    page.emulate_media(color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def write(page, verslag, sleutel, tekst):
    page.goto(f"{verslag}{sleutel}/")
    page.get_by_label("Tekst").fill(tekst)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Het deel is opgeslagen.")).to_be_visible()


def settle(page, draad):
    """The thread through its own page: its text, then review, then vastgesteld."""
    for label in ("In review", "Vastgesteld"):
        page.goto(f"/reeksen/{draad.reeks.slug}/draden/{draad.pk}/")
        page.get_by_label("Tekst").fill("Zonder school geen gezinnen.")
        page.get_by_label(label).check()
        page.get_by_role("button", name="Opslaan").click()
        expect(page.get_by_text("De rode draad is opgeslagen.")).to_be_visible()


def test_report_from_first_words_to_vastgesteld_and_read(avond, draad, verslag, enter, axe):
    vera, roos, kees = enter.member("vera"), enter.member("roos"), enter.member("kees")
    kees.goto(verslag)
    expect(kees.get_by_text("Het verslag is nog niet vastgesteld.")).to_be_visible()
    good(kees, axe)

    vera.goto(verslag)
    expect(vera.get_by_role("heading", name="Wat nog moet")).to_be_visible()
    good(vera, axe)
    for sleutel in ("1.1", "3", "4"):
        write(vera, verslag, sleutel, f"Tekst van deel {sleutel}.")
    write(vera, verslag, "2.1.1", "Het komt neer op de school.")

    # the source changes under what she wrote
    deel = vera.locator("#deel-2\\.1\\.1")
    expect(deel.get_by_text("Bron gewijzigd")).to_have_count(0)
    settle(vera, draad)
    vera.goto(verslag)
    expect(deel.get_by_text("Bron gewijzigd")).to_be_visible()
    deel.get_by_text("Wat is er veranderd?").click()
    expect(deel.locator("del")).to_contain_text(["doorgestreept", "dorp"])
    expect(deel.locator("ins")).to_contain_text(["Onderstreept", "gezinnen"])
    good(vera, axe)
    deel.get_by_role("link", name="Schrijven").click()
    good(vera, axe)
    vera.get_by_role("button", name="Gezien: mijn tekst klopt nog").click()
    expect(vera.get_by_text("Genoteerd: de tekst klopt nog.")).to_be_visible()
    expect(deel.get_by_text("Bron gewijzigd")).to_have_count(0)
    assert Verslagdeel.objects.get(stelling=draad.stelling).tekst == "Het komt neer op de school."

    # Roos remarks; it stands in the way until it is dealt with
    roos.goto(verslag)
    roos.locator("#deel-1\\.1").get_by_role("link", name="Opmerkingen").click()
    roos.get_by_label("Nieuwe opmerking").fill("Noem hier de gemeente.")
    roos.get_by_role("button", name="Plaats opmerking").click()
    good(roos, axe)
    vera.reload()
    vera.get_by_role("button", name="Zet in review").click()
    expect(vera.get_by_text("Het verslag is in review.")).to_be_visible()
    expect(vera.get_by_role("button", name="Stel vast")).to_have_count(0)
    vera.get_by_role("link", name="1 open opmerking").click()
    expect(vera.get_by_text("Noem hier de gemeente.", exact=True)).to_be_visible()
    vera.get_by_role("button", name="Afgehandeld").click()
    expect(vera.get_by_text("Afgehandeld door Vera")).to_be_visible()

    # a version, and what changed since
    vera.goto(f"{verslag}versies/")
    vera.get_by_label("Waarom bewaar je deze versie?").fill("Naar de provincie")
    vera.get_by_role("button", name="Versie bewaren").click()
    expect(vera.get_by_text("Versie 2 is bewaard.")).to_be_visible()
    good(vera, axe)
    write(vera, verslag, "1.1", "Tekst over de gemeente.")
    vera.goto(f"{verslag}versies/")
    vera.get_by_role("link", name=re.compile("^Vergelijk met nu.*2$")).click()
    expect(vera.get_by_role("heading", name="1.1 Algemeen")).to_be_visible()
    expect(vera.locator("section ins")).to_contain_text("over de gemeente")
    good(vera, axe)
    vera.get_by_label("Vergelijk versie 2 met").select_option("1")
    vera.get_by_role("button", name="Vergelijk").click()
    expect(vera.get_by_role("heading", name="Van versie 2 naar versie 1")).to_be_visible()
    vera.get_by_role("link", name="Alle versies").click()
    vera.get_by_role("link", name="Versie 2", exact=True).click()
    expect(vera.get_by_text("Tekst van deel 1.1.")).to_be_visible()
    good(vera, axe)

    # vastgesteld, and then Kees reads it, whatever changes after
    vera.goto(verslag)
    expect(vera.get_by_role("heading", name="Klaar om vast te stellen")).to_be_visible()
    vera.get_by_role("button", name="Stel vast").click()
    expect(vera.get_by_role("heading", name="Vastgesteld als versie 3")).to_be_visible()
    good(vera, axe)
    RodeDraad.objects.update(tekst="Heel iets anders.")
    kees.goto(f"/reeksen/{avond.reeks.slug}/")
    kees.get_by_role("link", name="Verslag").click()
    expect(kees.get_by_text("Zonder school geen gezinnen.")).to_be_visible()
    expect(kees.get_by_text("Heel iets anders.")).to_have_count(0)
    expect(kees.get_by_role("link", name="Schrijven")).to_have_count(0)
    good(kees, axe)
    vera.reload()
    expect(vera.get_by_text("Sinds versie 3 is er iets veranderd")).to_be_visible()
    good(vera, axe)
    vera.get_by_role("link", name="Zet terug in review").click()
    good(vera, axe)
    vera.get_by_label("Waarom gaat het terug?").fill("De rode draad is bijgewerkt")
    vera.get_by_role("button", name="Zet terug in review").click()
    expect(vera.get_by_text("Het verslag is in review.")).to_be_visible()
    assert Verslag.objects.get().vast_nummer is None


def test_two_who_settle_at_once_and_a_point_that_may_stand_on_a_phone(avond, draad, verslag, enter, axe):
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    een, ander = enter.member("vera", **phone), enter.member("vera")
    een.goto(verslag)
    ander.goto(verslag)
    een.get_by_role("button", name="Zet in review").tap()
    expect(een.get_by_text("Het verslag is in review.")).to_be_visible()
    ander.get_by_role("button", name="Zet in review").tap()
    expect(ander.get_by_text("Iemand anders heeft de status net gewijzigd")).to_be_visible()
    assert axe(ander) == []
    een.locator("summary", has_text="Nog te schrijven").tap()
    een.get_by_role("link", name="Laten staan").first.tap()
    een.get_by_label("Waarom mag dit blijven staan?").fill("Dat staat in de brief.")
    assert axe(een) == []
    een.get_by_role("button", name="Laat staan").tap()
    een.locator("summary", has_text="Mag blijven staan: 1").tap()
    expect(een.get_by_text("“Dat staat in de brief.” Vera")).to_be_visible()
    assert axe(een) == []
    assert een.evaluate("document.documentElement.scrollWidth <= innerWidth")
    een.get_by_role("button", name="Intrekken").tap()
    expect(een.get_by_text("Dit punt staat weer open.")).to_be_visible()
