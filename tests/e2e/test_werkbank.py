"""The workbench of a stelling in a real browser: by keyboard alone, and fit for everybody."""

import re

import pytest
from playwright.sync_api import expect

from synthesis.models import Onderbouwing
from tests.e2e.bord import (
    TEKSTEN,
    agrees,
    bord,
    current,
    go_to,
    keys,
    kop,
    make_draden,
    make_notities,
    note,
    said,
    stored,
    tab_to,
)
from tests.factories import BijdrageFactory, OnderbouwingFactory, TafelFactory


@pytest.fixture
def stelling(avond):
    return avond.diner.stellingen.get(nummer=1)


@pytest.fixture
def draden(avond, stelling):
    return make_draden(avond, stelling)


@pytest.fixture
def notities(avond, stelling):
    return make_notities(avond, stelling)


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


def test_last_note_of_a_table_that_was_alone_leaves_with_a_reason(enter, avond, stelling, draden):
    vera, before = bord(enter, avond), stored(stelling)
    go_to(vera, note(vera, TEKSTEN[3]))
    keys(vera, "1")
    vraag = vera.get_by_role("dialog", name="“Meer keuze” is van tafel 2 alleen")
    expect(vraag.get_by_label("Reden")).to_be_focused()
    keys(vera, "Escape")
    agrees(stelling, vera)
    assert stored(stelling) == before
    go_to(vera, note(vera, TEKSTEN[3]))
    keys(vera, "1")
    expect(vraag).to_be_visible()
    vera.keyboard.type("zegt hetzelfde")
    keys(vera, "Enter")
    alleen = vera.get_by_role("region", name=re.compile("Een tafel alleen"))
    expect(alleen).to_contain_text("Gaat nu op in De school als hart: zegt hetzelfde")
    agrees(stelling, vera)
    assert TEKSTEN[3] in stored(stelling)["draden"][0][1]
