"""Two reporters on one workbench: nothing is lost, overwritten unseen, or swapped from under who types."""

import random

import pytest
from playwright.sync_api import Page, Route, expect

from synthesis.models import RodeDraad
from tests.e2e.bord import (
    TEKSTEN,
    agrees,
    bord,
    go_to,
    keys,
    kop,
    make_daan,
    make_draden,
    note,
    said,
    settled,
    stored,
)
from tests.e2e.hand import at_rest
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import LIVE


@pytest.fixture
def stelling(avond):
    return avond.diner.stellingen.get(nummer=1)


@pytest.fixture
def draden(avond, stelling):
    return make_draden(avond, stelling)


@pytest.fixture
def daan(avond):
    return make_daan(avond)


def act(page: Page, rng: random.Random, number: int) -> None:
    """Something that a reporter does: whatever is at hand, with whatever key."""
    keys(
        page,
        *[rng.choice(["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"]) for _ in range(rng.randint(1, 4))],
    )
    key = rng.choice(
        [
            "1",
            "2",
            "3",
            "l",
            "p",
            "n",
            "u",
            "u",
            "Control+y",
            "Alt+ArrowRight",
            "Alt+ArrowDown",
            "x",
            "m",
            "s",
            "r",
        ]
    )
    keys(page, key)
    page.wait_for_timeout(20)
    if page.locator("dialog[data-vraag=opzij][open]").count():
        keys(page, "1")
    elif page.locator("dialog[data-vraag=titel][open]").count():
        page.keyboard.type(f"Nieuw {number}")
        keys(page, "Enter")
    elif page.locator("dialog[data-vraag=samen][open]").count():
        # of this question: the one about a reason may be open on top of it
        reden = page.locator("dialog[data-vraag=samen] [name=reden]")
        if reden.is_visible():
            reden.fill("hoort erbij")
        keys(page, "Enter")
    elif page.locator("[data-hernoem]").is_visible():
        page.keyboard.type(f"Titel {number}")
        keys(page, "Enter")
    for _ in range(3):
        page.wait_for_timeout(10)
        if page.locator("dialog[open]").count():
            keys(page, "Escape")


def only_a_nudge_tells(page: Page) -> None:
    """Who else is here, every page asks each quarter of a minute: from now on its own question brings nothing."""

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=204)
        else:
            route.continue_()

    intercept(page, "**/werkbank/aanwezig/**", answer)


def test_two_reporters_at_once_end_with_the_same_board(enter, avond, stelling, draden, daan):
    vera = bord(enter, avond, "vera")
    only_a_nudge_tells(vera)
    pages = [vera, bord(enter, avond, "daan")]
    expect(vera.locator("#aanwezig")).to_contain_text("Daan werkt hier ook", timeout=LIVE)
    let_through(vera)
    rngs = [random.Random(seed) for seed in (1, 2)]
    for number in range(30):
        for page, rng in zip(pages, rngs, strict=True):
            act(page, rng, number)
    for page in pages:
        settled(page)
        while page.locator("dialog[open]").count():
            keys(page, "Escape")
    agrees(stelling, *pages)
    nu = stored(stelling)
    placed = [tekst for _, teksten in nu["draden"] for tekst in teksten]
    assert sorted([*placed, *nu["los"], *nu["opzij"]]) == sorted(TEKSTEN), "a note is lost or doubled"


def test_who_writes_in_the_same_thread_is_seen_there(enter, avond, draden, daan):
    pages = [enter.member(wie) for wie in ("vera", "daan")]
    for page in pages:
        page.goto(f"/reeksen/{avond.reeks.slug}/draden/{draden[0].pk}/")
        expect(page.locator("body")).to_have_attribute("data-live", "open")
        only_a_nudge_tells(page)
    for page, ander in zip(pages, ("Daan", "Vera"), strict=True):
        expect(page.locator("#aanwezig")).to_have_text(f"{ander} schrijft hier ook", timeout=LIVE)
    pages[0].locator("#id_tekst").fill("Half af")
    # what comes back is the line alone: nothing is swapped from under who types
    let_through(pages[0])
    with pages[0].expect_response("**/werkbank/aanwezig/**"):
        pages[0].evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    at_rest(pages[0])
    expect(pages[0].locator("#id_tekst")).to_have_value("Half af")
    only_a_nudge_tells(pages[0])
    pages[1].goto(f"/reeksen/{avond.reeks.slug}/draden/{draden[1].pk}/")
    expect(pages[0].locator("#aanwezig")).to_have_text(f"Daan schrijft aan “{draden[1].titel}”", timeout=LIVE)
    expect(pages[0].locator("#id_tekst")).to_have_value("Half af")


def test_who_was_a_moment_later_is_told_and_sees_the_board_as_it_is(enter, avond, stelling, draden, daan):
    vera, daans = bord(enter, avond, "vera"), bord(enter, avond, "daan")
    intercept(
        daans, "**/werkbank/draden/**", lambda route: route.abort()
    )  # he looks at what was a moment ago
    go_to(vera, note(vera, TEKSTEN[6]))
    keys(vera, "1")
    agrees(stelling, vera)
    go_to(daans, note(daans, TEKSTEN[6]))
    keys(daans, "2")
    expect(said(daans)).to_have_attribute("data-fout", "")
    expect(said(daans)).to_contain_text("Vera")
    let_through(daans)
    daans.evaluate("document.body.dispatchEvent(new Event('live-poll'))")
    agrees(stelling, vera, daans)
    assert TEKSTEN[6] in stored(stelling)["draden"][0][1]


def test_what_comes_in_leaves_focus_words_and_folding_alone(enter, avond, stelling, draden, daan):
    vera, daans = bord(enter, avond, "vera"), bord(enter, avond, "daan")
    vera.locator(f"#draad-{draden[2].pk} summary").click()
    go_to(vera, note(vera, TEKSTEN[1]))
    keys(vera, "x")

    def move(tekst: str, key: str) -> None:
        go_to(daans, note(daans, tekst)) if not note(daans, tekst).get_attribute("aria-current") else None
        keys(daans, key)
        settled(daans)
        agrees(stelling, vera)

    move(TEKSTEN[6], "2")
    expect(note(vera, TEKSTEN[1])).to_be_focused()
    expect(note(vera, TEKSTEN[1])).to_have_attribute("data-gekozen", "")
    expect(vera.locator(f"#draad-{draden[2].pk} details.vouw")).not_to_have_attribute("open", "")
    # a question that is open, and words that are being typed
    keys(vera, "n")
    vera.keyboard.type("Half een ti")
    move(TEKSTEN[7], "1")
    expect(vera.get_by_label("Titel", exact=True)).to_be_focused()
    vera.keyboard.type("tel")
    expect(vera.get_by_label("Titel", exact=True)).to_have_value("Half een titel")
    keys(vera, "Escape", "Escape")
    go_to(vera, kop(vera, "Met de bus"))
    keys(vera, "r")
    vera.keyboard.type("Anders rei")
    go_to(daans, note(daans, TEKSTEN[6]))
    move(TEKSTEN[6], "1")
    expect(vera.get_by_label("Hoe heet deze rode draad?")).to_have_value("Anders rei")
    vera.keyboard.type("zen")
    keys(vera, "Enter")
    expect(kop(vera, "Anders reizen")).to_be_focused()
    agrees(stelling, vera, daans)


def test_board_from_before_a_step_is_never_shown(enter, avond, stelling, draden):
    vera, held = bord(enter, avond), []
    go_to(vera, note(vera, TEKSTEN[6]))
    intercept(vera, "**/werkbank/draden/**", lambda route: held.append((route, route.fetch())))
    vera.evaluate("document.body.dispatchEvent(new Event('live-poll'))")
    for _ in range(100):
        if held:
            break
        vera.wait_for_timeout(50)
    keys(vera, "1")
    expect(said(vera)).to_contain_text("“De school als hart”")
    in_draad = vera.locator(f"#draad-{draden[0].pk} [data-notitie]", has_text=TEKSTEN[6])
    expect(in_draad).to_be_visible()
    route, answer = held.pop(0)
    route.fulfill(response=answer)
    vera.wait_for_timeout(400)
    expect(in_draad).to_be_visible()
    let_through(vera)
    for route, answer in held:
        route.fulfill(response=answer)
    agrees(stelling, vera)


def test_title_that_somebody_else_changed_first_is_not_lost(enter, avond, stelling, draden, daan):
    vera = bord(enter, avond, "vera")
    go_to(vera, kop(vera, "Met de bus"))
    intercept(vera, "**/werkbank/draden/**", lambda route: route.abort())
    keys(vera, "r")
    vera.keyboard.type("Van mij")
    RodeDraad.objects.filter(pk=draden[1].pk).update(titel="Van Daan", version=9)
    let_through(vera)
    keys(vera, "Enter")
    expect(said(vera)).to_have_attribute("data-fout", "")
    expect(vera.get_by_label("Hoe heet deze rode draad?")).to_be_focused()
    expect(vera.get_by_label("Hoe heet deze rode draad?")).to_have_value("Van mij")
    assert RodeDraad.objects.get(pk=draden[1].pk).titel == "Van Daan"
    keys(vera, "Enter")  # seen, and meant
    expect(said(vera)).to_contain_text("“Van mij”")
    agrees(stelling, vera)
    assert RodeDraad.objects.get(pk=draden[1].pk).titel == "Van mij"


def test_step_without_a_network_says_so_and_the_board_comes_back(enter, avond, stelling, draden):
    vera, before = bord(enter, avond), stored(stelling)
    go_to(vera, note(vera, TEKSTEN[6]))
    intercept(vera, "**/werkbank/stap/", lambda route: route.abort())
    keys(vera, "1")
    expect(said(vera)).to_have_text("Geen verbinding: deze stap is niet opgeslagen.")
    agrees(stelling, vera)
    assert stored(stelling) == before
