"""Across the diners, in a browser: a thread gets its place by keyboard, mouse or finger alone, and rows change places."""

import pytest
from playwright.sync_api import expect

from synthesis.models import Onderbouwing
from tests.e2e.hand import Finger, middle
from tests.factories import RodeDraadFactory

ADRES = "/reeksen/streek-2050/dwars/"


@pytest.fixture
def draden(avond):
    stelling = avond.diner.stellingen.get(nummer=1)
    boven = [
        RodeDraadFactory(stelling=None, reeks=avond.reeks, titel=titel, volgorde=n)
        for n, titel in enumerate(("Nabijheid", "Wie betaalt"))
    ]
    return boven, [RodeDraadFactory(stelling=stelling, titel=titel) for titel in ("De bus", "De school")]


def row(page, titel):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=titel))


def test_a_thread_is_placed_by_keyboard_alone(enter, avond, draden):
    page = enter.member("vera")
    page.goto(ADRES)
    page.get_by_role("checkbox", name="De bus").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 gekozen")).to_be_visible()
    expect(page.get_by_label("Titel van een nieuwe")).to_be_hidden()
    page.get_by_label("Bij welke rode draad?").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Zet hierbij")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 rode draad bij “Nabijheid” gezet.")).to_be_visible()
    expect(row(page, "Nabijheid").get_by_role("link", name="De bus")).to_be_visible()


def test_threads_and_rows_are_dragged(enter, avond, draden):
    page = enter.member("vera", viewport={"width": 1280, "height": 1400})
    page.goto(ADRES)
    page.locator("[data-sleep]", has_text="De school").drag_to(row(page, "Wie betaalt"))
    expect(page.get_by_text("1 rode draad bij “Wie betaalt” gezet.")).to_be_visible()
    page.wait_for_load_state()  # each drag brings a new page: dragging is there once its scripts are
    page.get_by_role("link", name="De school").drag_to(page.locator("#los"))
    expect(page.get_by_text("1 rode draad los van de rode draad over de diners heen.")).to_be_visible()
    page.wait_for_load_state()
    row(page, "Wie betaalt").locator(".nummer").drag_to(row(page, "Nabijheid").get_by_role("rowheader"))
    expect(page.get_by_role("rowheader").nth(0)).to_contain_text("Wie betaalt")


def test_threads_and_rows_are_dragged_with_a_finger(enter, avond, draden):
    boven, onder = draden
    page = enter.member("vera", viewport={"width": 768, "height": 1024}, has_touch=True)
    page.goto(ADRES)
    finger = Finger(page)
    # by its tick, at once; what it will do stands at the finger
    finger.press(middle(page.get_by_role("checkbox", name="De bus")))
    finger.move(middle(row(page, "Wie betaalt").get_by_role("rowheader")))
    expect(page.locator(".sleep-geest")).to_have_text("1 rode draad bij “Wie betaalt”")
    expect(page.locator(".sleep-geest")).to_have_css("position", "fixed")
    finger.lift()
    expect(page.get_by_text("1 rode draad bij “Wie betaalt” gezet.")).to_be_visible()
    page.wait_for_load_state()
    # elsewhere after a long press; what is ticked goes along, and a tap ticks
    page.get_by_role("checkbox", name="De bus").tap()
    page.get_by_role("checkbox", name="De school").tap()
    expect(page.get_by_text("2 gekozen")).to_be_visible()
    grip = page.locator("[data-sleep]", has_text="De school").locator(".klein").first
    finger.drag(middle(grip), middle(row(page, "Nabijheid").get_by_role("rowheader")), hold=True)
    expect(page.get_by_text("2 rode draden bij “Nabijheid” gezet.")).to_be_visible()
    page.wait_for_load_state()
    for een in onder:
        assert [rij.rode_draad for rij in een.draagt.all()] == [boven[0]]
    # on its own row, and with a swipe: nothing
    finger.drag(
        middle(page.get_by_role("checkbox", name="De bus")),
        middle(row(page, "Nabijheid").get_by_role("rowheader")),
    )
    x, y = middle(page.locator("[data-sleep]", has_text="De school").locator(".klein").first)
    finger.drag((x, y), (x, y + 250))
    page.wait_for_timeout(300)
    expect(page.locator(".sleep-geest")).to_have_count(0)
    assert Onderbouwing.objects.filter(draad__in=onder, rode_draad=boven[0]).count() == 2
    # rows change places by their number
    finger.drag(
        middle(row(page, "Wie betaalt").locator(".nummer")),
        middle(row(page, "Nabijheid").get_by_role("rowheader")),
    )
    expect(page.get_by_role("rowheader").nth(0)).to_contain_text("Wie betaalt")
