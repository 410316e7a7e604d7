"""Dragging on the workbench: with a mouse, and with a finger."""

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.e2e.bord import (
    TEKSTEN,
    agrees,
    bord,
    keys,
    kop,
    make_draden,
    note,
    stored,
)
from tests.e2e.hand import Finger, middle
from tests.factories import RodeDraadFactory


@pytest.fixture
def stelling(avond):
    return avond.diner.stellingen.get(nummer=1)


@pytest.fixture
def draden(avond, stelling):
    return make_draden(avond, stelling)


def grip(page: Page, tekst: str) -> Locator:
    return note(page, tekst).locator("[data-kies]")


def hold(page: Page, van: Locator) -> tuple[float, float]:
    """The mouse down on it. Until then a newer board may take its place, so it is looked for again."""
    for _ in range(20):
        try:
            van.scroll_into_view_if_needed()
        except Error as gone:
            if "not attached" not in str(gone):
                raise
            continue
        x, y = middle(van)
        page.mouse.move(x, y)
        page.mouse.down()
        if middle(van) == (x, y):
            return x, y
        page.mouse.move(1, 1)  # what is held now is something else: let go of here, it stays where it was
        page.mouse.up()
    raise AssertionError("it does not hold still")


def drag(
    page: Page, van: Locator, naar: Locator, *, at: tuple[float, float] = (0.5, 0.5), drop: bool = True
) -> None:
    """With the mouse, in steps as a hand does. Once it is held the board stays as it is."""
    x, y = hold(page, van)
    page.mouse.move(x + 9, y + 9, steps=3)
    page.mouse.move(*middle(naar, *at), steps=8)
    page.mouse.move(*middle(naar, *at))
    if drop:
        page.mouse.up()


def test_notes_and_threads_are_dragged_with_the_mouse(enter, avond, stelling, draden):
    vera = bord(enter, avond, viewport={"width": 1440, "height": 1600})
    # by its text into a thread; by its handle to the strip
    drag(vera, note(vera, TEKSTEN[6]).locator(".notitie__tekst"), kop(vera, "Met de bus"))
    agrees(stelling, vera)
    assert stored(stelling)["draden"][1][1] == [TEKSTEN[4], TEKSTEN[5], TEKSTEN[6]]
    drag(vera, grip(vera, TEKSTEN[7]), vera.locator("#naar-opzij"))
    vera.get_by_role("button", name="2 Gaat niet over deze stelling").click()
    agrees(stelling, vera)
    assert stored(stelling)["opzij"] == [TEKSTEN[7]]
    # another place in its own thread
    drag(vera, grip(vera, TEKSTEN[6]), note(vera, TEKSTEN[4]), at=(0.5, 0.2))
    agrees(stelling, vera)
    assert stored(stelling)["draden"][1][1] == [TEKSTEN[6], TEKSTEN[4], TEKSTEN[5]]
    # what is chosen goes along
    grip(vera, TEKSTEN[0]).click()
    grip(vera, TEKSTEN[2]).click()
    drag(vera, grip(vera, TEKSTEN[2]), vera.locator("#naar-nieuw"))
    vera.get_by_label("Titel", exact=True).fill("Twee samen")
    keys(vera, "Enter")
    agrees(stelling, vera)
    assert stored(stelling)["draden"][3] == ["Twee samen", [TEKSTEN[0], TEKSTEN[2]]]
    # Escape: nothing happened
    before = stored(stelling)
    drag(vera, grip(vera, TEKSTEN[4]), vera.locator("#naar-los"), drop=False)
    expect(vera.locator(".sleep-geest")).to_have_text("Weer los")
    keys(vera, "Escape")
    vera.mouse.up()
    expect(vera.locator(".sleep-geest")).to_have_count(0)
    assert stored(stelling) == before
    # threads: beside another one is another place, on a title is merging, after a question
    drag(
        vera,
        kop(vera, "Met de bus").locator("[data-greep-draad]"),
        vera.locator("#naar-" + str(draden[0].pk)),
        at=(0.1, 0.5),
    )
    agrees(stelling, vera)
    assert [titel for titel, _ in stored(stelling)["draden"]][:2] == ["Met de bus", "De school als hart"]
    drag(
        vera,
        kop(vera, "Twee samen").locator("[data-greep-draad]"),
        kop(vera, "De school als hart").locator("h2"),
    )
    doos = vera.get_by_role("dialog", name="“Twee samen” samenvoegen met")
    expect(doos.get_by_label("2. De school als hart")).to_be_checked()
    doos.get_by_label("Deze rode draad komt van één tafel").fill("hoort hierbij")
    doos.get_by_role("button", name="Samenvoegen").click()
    agrees(stelling, vera)
    assert sorted(dict(stored(stelling)["draden"])["De school als hart"]) == sorted(
        [TEKSTEN[0], TEKSTEN[1], TEKSTEN[2]]
    )


def test_board_scrolls_while_dragging_near_the_edge(enter, avond, stelling, draden):
    for n in range(8):
        RodeDraadFactory(stelling=stelling, titel=f"Verder {n}", volgorde=10 + n)
    vera = bord(enter, avond, viewport={"width": 800, "height": 600})
    drag(vera, grip(vera, TEKSTEN[6]), vera.locator("[data-bord]"), at=(0.5, -0.3), drop=False)
    for _ in range(100):
        if kop(vera, "Verder 7").bounding_box()["y"] < 480:
            break
        vera.wait_for_timeout(100)
    vera.mouse.move(400, 300)  # away from the edge, so that it stands still
    vera.mouse.move(*middle(kop(vera, "Verder 7")))
    vera.mouse.up()
    agrees(stelling, vera)
    assert TEKSTEN[6] not in stored(stelling)["los"]


def test_notes_are_dragged_with_a_finger(enter, avond, stelling, draden):
    vera = bord(enter, avond, viewport={"width": 768, "height": 1024}, has_touch=True)
    finger = Finger(vera)
    note(vera, TEKSTEN[6]).scroll_into_view_if_needed()
    # by its handle, at once
    finger.drag(middle(grip(vera, TEKSTEN[6])), middle(vera.locator(f"#naar-{draden[1].pk}")))
    agrees(stelling, vera)
    assert TEKSTEN[6] in stored(stelling)["draden"][1][1]
    # by its text, after a long press
    finger.drag(
        middle(note(vera, TEKSTEN[7]).locator(".notitie__tekst")),
        middle(vera.locator(f"#naar-{draden[0].pk}")),
        hold=True,
    )
    agrees(stelling, vera)
    assert TEKSTEN[7] in stored(stelling)["draden"][0][1]
    # a swipe over a note scrolls, and moves nothing
    before, at = stored(stelling), vera.evaluate("scrollY")
    x, y = middle(note(vera, TEKSTEN[1]).locator(".notitie__tekst"))
    finger.drag((x, y), (x, y - 300))
    for _ in range(100):
        if vera.evaluate("scrollY") != at:
            break
        vera.wait_for_timeout(100)
    else:
        raise AssertionError("it did not scroll")
    vera.wait_for_timeout(300)
    assert stored(stelling) == before
    # tapping is for choosing
    grip(vera, TEKSTEN[1]).tap()  # waits until the page has stopped scrolling
    expect(vera.locator("[data-keuze-tal]")).to_have_text("1 gekozen")
