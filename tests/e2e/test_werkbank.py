"""The workbench of a stelling in real browsers: by keyboard alone, with a mouse, with a finger, and with two at once."""

import random
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from sessions.models import Rol
from synthesis.models import Onderbouwing, RodeDraad
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


@pytest.fixture
def stelling(avond):
    return avond.diner.stellingen.get(nummer=1)


@pytest.fixture
def notities(avond, stelling):
    """Eight loose notes of two tables; gedachte 0, 2, 4, 6 are of table 1."""
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


@pytest.fixture
def draden(stelling, notities):
    """School (three notes) and bus (two), of both tables, and one that a single table carries; two notes are loose."""
    gemaakt = [
        RodeDraadFactory(stelling=stelling, titel=titel, volgorde=n, door_mens=True)
        for n, titel in enumerate(("De school als hart", "Met de bus", "Meer keuze"))
    ]
    for n, draad in ((0, 0), (1, 0), (2, 0), (4, 1), (5, 1), (3, 2)):
        OnderbouwingFactory(rode_draad=gemaakt[draad], bijdrage=notities[n], volgorde=n, door_mens=True)
    return gemaakt


@pytest.fixture
def daan(avond):
    """A second verslaglegger."""
    gebruiker = GebruikerFactory(email="daan@voorbeeld.test", naam="Daan", password=WACHTWOORD)
    LidmaatschapFactory(gebruiker=gebruiker, reeks=avond.reeks, rol=Rol.VERSLAGLEGGER)
    return gebruiker


def bord(enter, avond, naam="vera", **options) -> Page:
    page = enter.member(naam, **{"viewport": {"width": 1280, "height": 900}, **options})
    page.goto(f"{avond.path}/stellingen/1/werkbank/")
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    page.wait_for_load_state("networkidle")  # a board that connects asks for itself once more
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


def settled(page: Page) -> None:
    expect(page.locator("[data-bord]:not([data-bezig])")).to_be_visible(timeout=60_000)


def agrees(stelling, *pages: Page) -> None:
    """Sooner or later every page shows what is stored."""
    for page in pages:
        settled(page)
        for _ in range(60):
            if page.evaluate(SHOWN) == stored(stelling):
                break
            page.wait_for_timeout(100)
        assert page.evaluate(SHOWN) == stored(stelling)


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


# --- by keyboard -----------------------------------------------------------------------------------------------------


def test_whole_workbench_by_keyboard_alone(enter, avond, stelling, notities):
    vera = bord(enter, avond)
    # a proposal of as few threads as can be, without touching the mouse
    tab_to(vera, vera.get_by_label("Hoeveel rode draden?"))
    keys(vera, "Home")
    tab_to(vera, vera.get_by_role("button", name="Maak voorstel"))
    with vera.expect_navigation():
        keys(vera, "Enter")
    expect(vera.locator("[data-draad]")).to_have_count(2)
    expect(vera.locator("body")).to_have_attribute("data-live", "open")
    # other titles, in their place
    for at, titel in enumerate(("De school als hart", "Met de bus")):
        go_to(vera, vera.locator("[data-draad] [data-kop]").nth(at))
        keys(vera, "r")
        vera.keyboard.type(titel)
        keys(vera, "Enter")
        expect(said(vera)).to_contain_text(f"“{titel}”")
        expect(kop(vera, titel)).to_be_focused()
    agrees(stelling, vera)
    (_, school), (_, bus) = stored(stelling)["draden"]
    # place: one key for the note at hand; the next one is at hand then
    go_to(vera, note(vera, bus[0]))
    keys(vera, "1")
    expect(note(vera, bus[1])).to_be_focused()
    agrees(stelling, vera)
    assert stored(stelling)["draden"][0][1] == [*school, bus[0]]
    # to the thread beside it and back, and another place in its own thread
    go_to(vera, note(vera, bus[0]))
    keys(vera, "Alt+ArrowRight")
    agrees(stelling, vera)
    assert stored(stelling)["draden"][1][1] == [*bus[1:], bus[0]]
    expect(note(vera, bus[0])).to_be_focused()
    keys(vera, "Alt+ArrowUp")
    agrees(stelling, vera)
    assert stored(stelling)["draden"][1][1] == [*bus[1:-1], bus[0], bus[-1]]
    # choose two and split them off
    go_to(vera, note(vera, school[0]))
    keys(vera, "Shift+ArrowDown", "s")
    vera.keyboard.type("Gezinnen blijven")
    keys(vera, "Enter")
    expect(kop(vera, "Gezinnen blijven")).to_be_visible()
    agrees(stelling, vera)
    assert stored(stelling)["draden"][2] == ["Gezinnen blijven", school[:2]]
    # another order of threads
    go_to(vera, kop(vera, "Gezinnen blijven"))
    keys(vera, "Alt+ArrowLeft", "Alt+ArrowLeft")
    agrees(stelling, vera)
    assert [titel for titel, _ in stored(stelling)["draden"]] == [
        "Gezinnen blijven",
        "De school als hart",
        "Met de bus",
    ]
    expect(kop(vera, "Gezinnen blijven")).to_be_focused()
    # aside with a reason, loose again, and a new thread of one table
    go_to(vera, note(vera, bus[-1]))
    keys(vera, "p", "1")
    agrees(stelling, vera)
    assert Onderbouwing.objects.get(rode_draad=None).reden == "Dubbel"
    go_to(vera, note(vera, bus[-1]))
    keys(vera, "l")
    agrees(stelling, vera)
    assert stored(stelling)["los"] == [bus[-1]]
    go_to(vera, note(vera, bus[-1]))
    keys(vera, "n")
    vera.keyboard.type("Maar één tafel")
    keys(vera, "Enter")
    expect(kop(vera, "Maar één tafel").get_by_text("Een tafel alleen")).to_be_visible()
    agrees(stelling, vera)
    before = stored(stelling)
    # merging it takes a reason, and why stands on the board from then on
    go_to(vera, kop(vera, "Maar één tafel"))
    keys(vera, "m", "3", "Tab")
    vera.keyboard.type("zegt hetzelfde")
    keys(vera, "Enter")
    expect(kop(vera, "Maar één tafel")).to_have_count(0)
    agrees(stelling, vera)
    merged = stored(stelling)
    assert bus[-1] in merged["draden"][2][1]
    alleen = vera.get_by_role("region", name=re.compile("Een tafel alleen"))
    expect(alleen).to_contain_text("Gaat nu op in Met de bus: zegt hetzelfde")
    # back and again, also after the page was left
    keys(vera, "u")
    expect(kop(vera, "Maar één tafel")).to_be_visible()
    agrees(stelling, vera)
    assert stored(stelling) == before
    vera.reload()
    expect(vera.locator("body")).to_have_attribute("data-live", "open")
    expect(vera.get_by_role("button", name=re.compile("Opnieuw: .*samen"))).to_be_visible()
    keys(vera, "Control+Shift+Z")
    expect(kop(vera, "Maar één tafel")).to_have_count(0)
    agrees(stelling, vera)
    assert stored(stelling) == merged
    keys(vera, "Control+z")
    expect(kop(vera, "Maar één tafel")).to_be_visible()
    keys(vera, "Control+y")
    expect(kop(vera, "Maar één tafel")).to_have_count(0)
    # more of the same: what is picked comes along
    go_to(vera, kop(vera, "De school als hart"))
    keys(vera, "f")
    first = vera.locator("[data-meer]").first
    expect(first).to_be_focused()
    tekst = first.locator(".meer__tekst").text_content().strip("“”")
    keys(vera, "x", "Enter")
    agrees(stelling, vera)
    assert tekst in stored(stelling)["draden"][1][1]
    # and what the keys are
    keys(vera, "?")
    expect(vera.get_by_role("dialog", name="Alles met toetsen")).to_be_visible()
    keys(vera, "Escape")
    expect(current(vera)).to_be_focused()


def test_letters_can_be_switched_off_and_fields_keep_theirs(enter, avond, stelling, draden):
    vera, before = bord(enter, avond), stored(stelling)
    keys(vera, "ArrowDown", "n")
    vera.keyboard.type("1 p u l x")
    keys(vera, "Escape", "Control+1", "Alt+1")
    keys(vera, "?")
    vera.get_by_label("Letters als toetsen").uncheck()
    keys(vera, "Escape", "1", "l", "x", "u")
    expect(note(vera, TEKSTEN[6])).to_be_focused()
    expect(vera.locator("[data-gekozen]")).to_have_count(0)
    assert stored(stelling) == before
    vera.reload()
    expect(vera.locator("body")).to_have_attribute("data-live", "open")
    keys(vera, "ArrowDown", "1")
    assert stored(stelling) == before


# --- with a pointer --------------------------------------------------------------------------------------------------


def middle(target: Locator, dx: float = 0.5, dy: float = 0.5) -> tuple[float, float]:
    box = target.bounding_box()
    return box["x"] + box["width"] * dx, box["y"] + box["height"] * dy


def grip(page: Page, tekst: str) -> Locator:
    return note(page, tekst).locator("[data-kies]")


def drag(
    page: Page, van: Locator, naar: Locator, *, at: tuple[float, float] = (0.5, 0.5), drop: bool = True
) -> None:
    """With the mouse, in steps as a hand does."""
    van.scroll_into_view_if_needed()
    page.mouse.move(*middle(van))
    page.mouse.down()
    x, y = middle(van)
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
    x, y = middle(kop(vera, "Verder 7"))
    vera.mouse.move(x, min(y, 420))
    vera.mouse.up()
    agrees(stelling, vera)
    assert TEKSTEN[6] not in stored(stelling)["los"]


class Finger:
    """Real touches, as the screen of a tablet sends them."""

    def __init__(self, page: Page) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def _send(self, soort: str, *points: tuple[float, float]) -> None:
        self.cdp.send(
            "Input.dispatchTouchEvent", {"type": soort, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    def drag(self, van: tuple[float, float], naar: tuple[float, float], *, hold: int = 0) -> None:
        self._send("touchStart", van)
        self.page.wait_for_timeout(hold)
        for n in range(1, 11):
            self._send(
                "touchMove", (van[0] + (naar[0] - van[0]) * n / 10, van[1] + (naar[1] - van[1]) * n / 10)
            )
            self.page.wait_for_timeout(16)
        self._send("touchEnd")


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
        hold=600,
    )
    agrees(stelling, vera)
    assert TEKSTEN[7] in stored(stelling)["draden"][0][1]
    # a swipe over a note scrolls, and moves nothing
    before, at = stored(stelling), vera.evaluate("scrollY")
    x, y = middle(note(vera, TEKSTEN[1]).locator(".notitie__tekst"))
    finger.drag((x, y), (x, y - 300))
    vera.wait_for_timeout(300)
    assert vera.evaluate("scrollY") != at
    assert stored(stelling) == before
    # tapping is for choosing
    vera.touchscreen.tap(*middle(grip(vera, TEKSTEN[1])))
    expect(vera.locator("[data-keuze-tal]")).to_have_text("1 gekozen")


# --- with others -----------------------------------------------------------------------------------------------------


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
        page.locator("dialog[open] [name=reden]").fill("hoort erbij") if page.locator(
            "dialog[open] [name=reden]"
        ).is_visible() else None
        keys(page, "Enter")
    elif page.locator("[data-hernoem]").is_visible():
        page.keyboard.type(f"Titel {number}")
        keys(page, "Enter")
    for _ in range(3):
        page.wait_for_timeout(10)
        if page.locator("dialog[open]").count():
            keys(page, "Escape")


def test_two_reporters_at_once_end_with_the_same_board(enter, avond, stelling, draden, daan):
    pages = [bord(enter, avond, "vera"), bord(enter, avond, "daan")]
    expect(pages[0].locator("#aanwezig")).to_contain_text("Daan werkt hier ook", timeout=LIVE)
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


def test_who_was_a_moment_later_is_told_and_sees_the_board_as_it_is(enter, avond, stelling, draden, daan):
    vera, daans = bord(enter, avond, "vera"), bord(enter, avond, "daan")
    intercept(
        daans, "**/werkbank/draden/**", lambda route: route.abort()
    )  # he looks at what was a moment ago
    go_to(vera, note(vera, TEKSTEN[6]))
    keys(vera, "1")
    agrees(stelling, vera)
    let_through(daans)
    go_to(daans, note(daans, TEKSTEN[6]))
    intercept(daans, "**/werkbank/draden/**", lambda route: route.abort())
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


# --- for everybody ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thema", ["light", "dark"])
def test_board_and_its_questions_are_accessible_and_fit(enter, axe, avond, stelling, draden, thema):
    for width in (1280, 320):
        vera = bord(enter, avond, color_scheme=thema, viewport={"width": width, "height": 800})
        go_to(vera, note(vera, TEKSTEN[6]))
        keys(vera, "x")
        assert list(axe(vera)) == []
        for key in ("p", "n", "v", "f", "?"):
            keys(vera, key)
            expect(vera.locator("dialog[open]")).to_be_visible()
            if key == "f":
                expect(vera.locator("[data-meer]").first).to_be_visible()
            assert (key, list(axe(vera))) == (key, [])
            keys(vera, "Escape")
        keys(vera, "Escape")
        go_to(vera, kop(vera, "Meer keuze"))
        for key in ("m", "Delete"):
            keys(vera, key)
            assert (key, list(axe(vera))) == (key, [])
            keys(vera, "Escape")
        keys(vera, "r")
        assert list(axe(vera)) == []
        assert vera.evaluate("document.documentElement.scrollWidth") <= width
        vera.context.close()


def test_organiser_reads_and_moves_nothing(enter, avond, stelling, draden, axe):
    before = stored(stelling)
    roos = bord(enter, avond, "roos")
    expect(kop(roos, "Met de bus")).to_be_visible()
    expect(roos.locator("[data-bord], [data-kies], [data-greep-draad], dialog")).to_have_count(0)
    keys(roos, "ArrowDown", "1", "p")
    assert list(axe(roos)) == []
    assert stored(stelling) == before


def test_board_of_many_notes_stays_quick_under_the_fingers(enter, avond, stelling, draden):
    """Keys go on while five hundred notes stand there: no key waits for the server."""
    for nummer in range(3, 11):
        TafelFactory(diner=avond.diner, nummer=nummer)
    alle = list(avond.diner.tafels.all())
    for n in range(492):
        bijdrage = BijdrageFactory(tafel=alle[n % 10], stelling=stelling, tekst=f"nog een gedachte {n}")
        if n % 2:
            OnderbouwingFactory(rode_draad=draden[n % 3], bijdrage=bijdrage, volgorde=10 + n)
    vera = bord(enter, avond)
    keys(vera, "ArrowDown", *["1", "2", "3"] * 4)
    agrees(stelling, vera)
    assert len(stored(stelling)["los"]) == 246 + 2 - 12
