"""The theme team, by keyboard alone: two people who share the notes of a ronde while they come in."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from capture.models import Bijdrage
from sessions.models import Rol
from synthesis.models import Handeling, Minderheid, Onderbouwing, RodeDraad
from tests.e2e.conftest import WACHTWOORD
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import LIVE
from tests.factories import (
    BijdrageFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    TafelFactory,
)

DRADEN = ("Wonen bij de bus", "School als hart", "Wie betaalt dat")


@pytest.fixture
def stelling(avond):
    return avond.diner.stellingen.get(nummer=1)


@pytest.fixture
def draden(stelling):
    return [RodeDraadFactory(stelling=stelling, titel=titel, volgorde=n) for n, titel in enumerate(DRADEN)]


@pytest.fixture
def daan(avond):
    """A second verslaglegger."""
    gebruiker = GebruikerFactory(email="daan@voorbeeld.test", naam="Daan", password=WACHTWOORD)
    LidmaatschapFactory(gebruiker=gebruiker, reeks=avond.reeks, rol=Rol.VERSLAGLEGGER)
    return gebruiker


def notes(avond, stelling, number, tafels=2, **fields):
    for nummer in range(avond.diner.tafels.count() + 1, tafels + 1):
        TafelFactory(diner=avond.diner, nummer=nummer)
    alle = list(avond.diner.tafels.order_by("nummer"))
    return [
        BijdrageFactory(
            tafel=alle[n % tafels],
            stelling=stelling,
            tekst=f"gedachte {n}",
            created_at=timezone.now(),
            **fields,
        )
        for n in range(number)
    ]


def inbox(enter, avond, naam, query="", **options) -> Page:
    page = enter.member(naam, viewport={"width": 1280, "height": 900}, **options)
    page.goto(f"{avond.path}/inbox/{query}")
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    return page


def current(page: Page):
    return page.locator("[data-notitie][aria-current=true]")


def said(page: Page):
    return page.locator("[data-melding]")


def where():
    return {rij.bijdrage_id: rij.rode_draad_id for rij in Onderbouwing.objects.all()}


def test_note_that_came_back_is_at_hand_also_after_a_list_of_before(enter, avond, stelling, draden):
    notes(avond, stelling, 3)
    vera, late = inbox(enter, avond, "vera"), []
    vera.keyboard.press("2")
    expect(vera.locator("#inbox-list")).to_contain_text("2 nog los")
    intercept(vera, "**/inbox/notities/**", lambda route: late.append((route, route.fetch())))
    vera.keyboard.press("j")
    vera.evaluate("document.body.dispatchEvent(new Event('live-poll'))")
    for _ in range(100):
        if late:
            break
        vera.wait_for_timeout(50)
    vera.keyboard.press("z")
    expect(said(vera)).to_have_text("Ongedaan gemaakt.")
    let_through(vera)
    route, answer = late[0]
    route.fulfill(response=answer)
    expect(vera.locator("#inbox-list")).to_contain_text("3 nog los")
    expect(current(vera)).to_contain_text("gedachte 0")


def test_last_note_of_a_table_that_was_alone_leaves_with_a_reason(enter, avond, stelling, draden):
    een = notes(avond, stelling, 1)[0]
    rij = OnderbouwingFactory(rode_draad=draden[0], bijdrage=een)
    vera = inbox(enter, avond, "vera", "?stelling=1&alles=1")
    vera.keyboard.press("2")
    vraag = vera.get_by_role("dialog", name="“Wonen bij de bus” is van tafel 1 alleen")
    expect(vraag.get_by_label("Reden")).to_be_focused()
    vera.keyboard.press("Escape")
    expect(vraag).to_be_hidden()
    rij.refresh_from_db()
    assert rij.rode_draad == draden[0]
    vera.keyboard.press("2")
    expect(vraag.get_by_label("Reden")).to_be_focused()
    vera.keyboard.type("zegt hetzelfde")
    vera.keyboard.press("Enter")
    expect(said(vera)).to_have_text("In “School als hart”.")
    assert Minderheid.objects.get().reden == "zegt hetzelfde"


def test_one_key_places_parks_names_and_takes_back(enter, avond, stelling, draden):
    alle = notes(avond, stelling, 5, letterlijk=True)
    vera = inbox(enter, avond, "vera")
    expect(current(vera)).to_contain_text("gedachte 0")
    vera.keyboard.press("2")
    expect(current(vera)).to_contain_text("gedachte 1")
    expect(said(vera)).to_have_text("In “School als hart”.")
    vera.keyboard.press("q")
    expect(said(vera)).to_have_text("Gekozen als quote.")
    vera.keyboard.press("a")
    vera.get_by_label("De ene kant").fill("dicht bij huis")
    vera.get_by_label("De andere kant").fill("groot en goed")
    vera.keyboard.press("Enter")
    expect(said(vera)).to_have_text("Aan de ene kant.")
    vera.keyboard.press("n")
    vera.get_by_label("Titel").fill("Ruimte voor jonge mensen")
    vera.keyboard.press("Enter")
    expect(said(vera)).to_contain_text("nieuwe rode draad")
    expect(vera.locator("[data-draad]")).to_have_count(4)
    vera.keyboard.press("p")
    vera.keyboard.press("1")
    expect(said(vera)).to_have_text("Opzijgelegd.")
    vera.keyboard.press("p")
    vera.get_by_label("Of in je eigen woorden").fill("hoort bij de vorige avond")
    vera.keyboard.press("Enter")
    expect(vera.locator("#inbox-list")).to_contain_text("2 opzij met reden, 1 nog los")
    expect(current(vera)).to_contain_text("gedachte 4")
    assert set(Onderbouwing.objects.filter(rode_draad=None).values_list("reden", flat=True)) == {
        "Dubbel",
        "hoort bij de vorige avond",
    }
    rij = Onderbouwing.objects.get(bijdrage=alle[0])
    assert (rij.rode_draad, rij.rol, rij.pool) == (draden[1], "quote", "a")
    # back, step by step; a reload forgets nothing
    for left in (2, 3):
        vera.keyboard.press("z")
        expect(vera.locator("#inbox-list")).to_contain_text(f"{left} nog los")
    vera.reload()
    expect(current(vera)).to_be_visible()
    for done in ("4", "4", "4", "5"):
        vera.keyboard.press("z")
        expect(said(vera)).to_have_text("Ongedaan gemaakt.")
        expect(vera.locator("#inbox-list")).to_contain_text(f"{done} nog los")
    expect(current(vera)).to_contain_text("gedachte 0")
    assert where() == {}
    assert RodeDraad.objects.count() == 3


def test_keys_leave_fields_and_other_shortcuts_alone_and_can_be_switched_off(enter, avond, stelling, draden):
    notes(avond, stelling, 3)
    vera = inbox(enter, avond, "vera")
    vera.keyboard.press("n")
    vera.get_by_label("Titel").press_sequentially("1 op de 9 zegt: nooit")
    vera.keyboard.press("Escape")
    vera.keyboard.press("Control+1")
    vera.get_by_label("Toetsen aan").uncheck()
    vera.keyboard.press("1")
    vera.keyboard.press("ArrowDown")
    expect(current(vera)).to_contain_text("gedachte 0")
    assert not Handeling.objects.exists()
    vera.get_by_label("Toetsen aan").check()
    vera.keyboard.press("j")
    expect(current(vera)).to_contain_text("gedachte 1")
    expect(current(vera)).to_be_focused()


def test_what_comes_in_does_not_move_the_note_at_hand(enter, avond, stelling, draden, live):
    notes(avond, stelling, 3)
    vera, femke = inbox(enter, avond, "vera"), enter.tablet(avond.link(1))
    vera.keyboard.press("j")
    expect(current(vera)).to_contain_text("gedachte 1")
    field = femke.get_by_label("Wat wordt er gezegd?")
    # the first answer draws the choices anew
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    femke.locator("[data-noteer]").get_by_label("Stelling 1").check(force=True)
    field.fill("net binnen")
    field.press("Enter")
    expect(vera.locator("#inbox-list")).to_contain_text("net binnen", timeout=LIVE)
    expect(current(vera)).to_contain_text("gedachte 1")
    expect(current(vera)).to_be_focused()


def test_colleague_is_seen_and_not_overwritten(enter, avond, stelling, draden, daan):
    alle = notes(avond, stelling, 3)
    vera, daans = inbox(enter, avond, "vera"), inbox(enter, avond, "daan")
    intercept(daans, "**/inbox/notities/**", Route.abort)  # he looks at what was a moment ago
    vera.keyboard.press("1")
    expect(said(vera)).to_contain_text("In “Wonen bij de bus”")
    daans.keyboard.press("2")
    expect(said(daans)).to_have_text("Vera zette deze notitie net in “Wonen bij de bus”.")
    assert where() == {alle[0].pk: draden[0].pk}
    let_through(daans)
    daans.keyboard.press("j")
    daans.keyboard.press("3")
    expect(vera.locator("#inbox-list")).to_contain_text("1 nog los", timeout=LIVE)
    expect(said(vera)).to_contain_text("Daan plaatste net een notitie.")


def test_question_is_about_the_note_for_which_it_was_asked(enter, avond, stelling, draden, daan):
    alle = notes(avond, stelling, 3)
    vera, daans = inbox(enter, avond, "vera"), inbox(enter, avond, "daan")
    vera.keyboard.press("p")
    daans.keyboard.press("1")
    expect(vera.locator("#inbox-list")).to_contain_text("2 nog los", timeout=LIVE)
    vera.keyboard.press("1")
    expect(said(vera)).to_have_text("Daan zette deze notitie net in “Wonen bij de bus”.")
    vera.keyboard.press("j")  # by now the list has come in again; why it was refused still stands there
    expect(current(vera)).to_contain_text("gedachte 2")
    expect(said(vera)).to_have_text("Daan zette deze notitie net in “Wonen bij de bus”.")
    assert where() == {alle[0].pk: draden[0].pk}


def test_step_without_a_network_comes_back_and_says_so(enter, avond, stelling, draden):
    notes(avond, stelling, 2)
    vera = inbox(enter, avond, "vera")
    intercept(vera, "**/inbox/stap/", Route.abort)
    vera.keyboard.press("1")
    expect(said(vera)).to_have_text("Geen verbinding: deze stap is niet opgeslagen.")
    expect(vera.locator("[data-notitie]:visible")).to_have_count(2)
    assert not Onderbouwing.objects.exists()


def place_all(pages: list[Page], ways: list[str]) -> None:
    """Everybody takes what stands at hand, one from above and one from below, until nothing is loose."""
    for _ in range(400):
        busy = [page for page in pages if current(page).count()]
        if not busy:
            return
        for who, page in enumerate(busy):
            if pages.index(page):
                page.keyboard.press("ArrowDown")  # not all of them the very same note
            page.keyboard.press(ways[who % len(ways)])
            ways = ways[1:] + ways[:1]
            if page.locator("dialog[open]").count():
                page.keyboard.press("3")
        pages[0].wait_for_timeout(5)
    raise AssertionError("some notes stay loose")


def test_two_people_place_a_whole_ronde_by_keyboard_and_take_it_back(enter, avond, stelling, draden, daan):
    """8 tables, 240 notes. Every note has a place or a reason; undo goes back to where it began."""
    alle = notes(avond, stelling, 240, tafels=8)
    pages = [inbox(enter, avond, "vera"), inbox(enter, avond, "daan")]
    for _ in range(5):  # a list shows 200, and a race may give a note back
        place_all(pages, ["1", "2", "3", "1", "2", "p"])
        for page in pages:
            expect(page.locator("[data-inbox][data-bezig]")).to_have_count(0, timeout=120_000)
            page.reload()
            expect(page.locator("#inbox-list")).to_contain_text(re.compile("nog los"))
        if not any(current(page).count() for page in pages):
            break
    for page in pages:
        expect(page.get_by_text(re.compile("Alles heeft een plek"))).to_be_visible()
    placed = Onderbouwing.objects.filter(rode_draad__in=draden).count()
    aside = Onderbouwing.objects.filter(rode_draad=None).exclude(reden="").count()
    assert (placed + aside, Onderbouwing.objects.count(), Bijdrage.objects.count()) == (240, 240, 240)
    assert {rij.bijdrage_id for rij in Onderbouwing.objects.all()} == {note.pk for note in alle}
    assert set(Handeling.objects.values_list("gebruiker__naam", flat=True)) == {"Vera", "Daan"}
    # each step back restores what was there before it
    for page, naam in zip(pages, ("Vera", "Daan"), strict=True):
        # what a colleague did last may still be on its way here
        expect(page.locator("#inbox-list")).to_contain_text(f", {240 - Onderbouwing.objects.count()} nog los")
        for _ in range(5):
            step = Handeling.objects.filter(gebruiker__naam=naam, undone_at=None).latest("pk")
            before = Onderbouwing.objects.count()
            page.keyboard.press("z")
            expect(said(page)).to_have_text("Ongedaan gemaakt.")
            expect(page.locator("#inbox-list")).to_contain_text(f"{240 - before + 1} nog los", timeout=LIVE)
            assert not Onderbouwing.objects.filter(bijdrage=step.bijdrage_id).exists()
            assert step.voor["notities"] == {str(step.bijdrage_id): None}


@pytest.mark.parametrize("thema", ["light", "dark"])
def test_inbox_is_accessible_with_its_questions_open(enter, axe, avond, stelling, draden, thema):
    notes(avond, stelling, 2, letterlijk=True)
    for width in (1280, 320):
        vera = inbox(enter, avond, "vera", color_scheme=thema)
        vera.set_viewport_size({"width": width, "height": 800})
        vera.get_by_text("Toetsen", exact=True).click()
        assert list(axe(vera)) == []
        vera.keyboard.press("Escape")
        current(vera).focus()
        vera.keyboard.press("p")
        assert list(axe(vera)) == []
        assert vera.evaluate("document.documentElement.scrollWidth") <= width
        vera.context.close()
