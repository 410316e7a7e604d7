"""Searching by keyboard alone: from any page of the reeks, as one types, and to the note itself."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.factories import NOW, BijdrageFactory, RodeDraadFactory


@pytest.fixture
def gezegd(avond):
    stelling = avond.diner.stellingen.get(nummer=1)
    for n, tekst in enumerate(("De scholen blijven open.", "Een school als hart.", "De bus rijdt niet.")):
        wanneer = NOW + timedelta(minutes=n)
        BijdrageFactory(tafel=avond.tafels[n % 2], stelling=stelling, tekst=tekst, created_at=wanneer)
    RodeDraadFactory(stelling=stelling, titel="De school voorop")
    return stelling


@pytest.fixture
def vera(enter, avond, gezegd):
    page = enter.member("vera", viewport={"width": 1280, "height": 900})
    page.goto(f"{avond.path}/inbox/")
    expect(page.locator("[data-inbox-klaar]")).to_be_visible()
    return page


def focused(page):
    return page.locator("[data-raak]:focus")


def test_search_from_any_page_by_keyboard_to_the_note(vera, avond):
    vera.keyboard.press("/")
    field = vera.get_by_label("Zoek naar")
    expect(field).to_be_focused()
    vera.keyboard.type("school")
    found = vera.locator("#zoek-list")
    expect(found).to_contain_text("2 notities van 2 tafels, in 1 diner, en 1 rode draad.")
    expect(found.locator("mark").first).to_have_text("school")
    expect(vera).to_have_url(re.compile(r"/zoeken/\?q=school"))
    expect(vera.locator("[data-zoek-melding]")).to_have_text(re.compile("^2 notities"))
    expect(field).to_be_focused()  # nothing was swapped from under who is typing
    vera.keyboard.press("ArrowDown")
    expect(focused(vera)).to_have_text("De school voorop")
    vera.keyboard.press("j")
    vera.keyboard.press("ArrowDown")
    vera.keyboard.press("k")
    expect(focused(vera)).to_have_text(re.compile("Tafel 1$"))
    vera.keyboard.press("Enter")
    expect(vera).to_have_url(re.compile(r"/notities/#notitie-"))
    expect(vera.locator(":target")).to_contain_text("De scholen blijven open.")
    vera.go_back()
    expect(vera.get_by_label("Zoek naar")).to_have_value("school")
    expect(vera.locator("#zoek-list")).to_contain_text("2 notities")
    expect(vera.get_by_role("link", name="Hulp")).to_be_visible()  # the page, not a piece of it


def test_above_the_first_result_is_the_field_and_letters_are_typed_in_it(vera):
    vera.keyboard.press("/")
    expect(vera.get_by_label("Zoek naar")).to_be_focused()
    vera.keyboard.type("school j/k")
    expect(vera.get_by_label("Zoek naar")).to_have_value("school j/k")
    vera.get_by_label("Zoek naar").fill("school")
    expect(vera.locator("[data-raak]")).to_have_count(3)
    vera.keyboard.press("ArrowDown")
    vera.keyboard.press("ArrowUp")
    expect(vera.get_by_label("Zoek naar")).to_be_focused()
    vera.keyboard.press("ArrowDown")
    vera.keyboard.press("/")
    expect(vera.get_by_label("Zoek naar")).to_be_focused()


def test_filter_narrows_at_once_and_stays_in_the_address(vera, avond):
    vera.goto(f"/reeksen/{avond.reeks.slug}/zoeken/?q=school")
    vera.get_by_label("Tafel", exact=True).select_option("2")
    expect(vera.locator("[data-raak]")).to_have_count(1)
    expect(vera.locator("#zoek-list")).to_contain_text("Een school als hart.")
    expect(vera).to_have_url(re.compile("tafel=2"))
    vera.reload()
    expect(vera.locator("[data-raak]")).to_have_count(1)


def test_keys_can_be_switched_off(vera, avond):
    vera.keyboard.press("/")
    vera.get_by_text("Zo zoek je").click()
    vera.get_by_label("Toetsen aan").uncheck()
    vera.goto(f"{avond.path}/stellingen/1/werkbank/")
    vera.keyboard.press("/")
    vera.wait_for_timeout(300)
    expect(vera).to_have_url(re.compile("/werkbank/"))


def test_searching_works_without_scripts(enter, avond, gezegd, session_cookie):
    page = enter(java_script_enabled=False)
    page.context.add_cookies([session_cookie("vera")])
    page.goto(f"/reeksen/{avond.reeks.slug}/")
    page.get_by_role("link", name="Zoeken").first.click()
    page.get_by_label("Zoek naar").fill("bussen")
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.locator("mark")).to_have_text("bus")
