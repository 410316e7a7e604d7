"""Writing a thread in a real browser: by tap and by keyboard alone, with warnings that come and go."""

import re

import pytest
from playwright.sync_api import expect

from sessions.models import Gebruiker, Stelling
from synthesis.models import Aanvaarding, RodeDraad
from synthesis.services import add_opmerking, edit_rode_draad
from tests.factories import NOW, BijdrageFactory, OnderbouwingFactory, RodeDraadFactory

QUOTE = "Een dorp zonder school is een slaapdorp."


@pytest.fixture
def draad(avond):
    """A thread of stelling 1 that both tables carry; the first note was heard verbatim."""
    stelling = Stelling.objects.get(diner=avond.diner, nummer=1)
    draad = RodeDraadFactory(
        stelling=stelling, titel="De school draagt het dorp", pool_a="dichtbij", pool_b="groot genoeg"
    )
    for tafel, tekst in zip(avond.tafels, (QUOTE, "school weg is jongeren weg"), strict=True):
        noot = BijdrageFactory(tafel=tafel, stelling=stelling, tekst=tekst, letterlijk=tekst == QUOTE)
        OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
    return draad


@pytest.fixture
def pad(avond, draad):
    return f"/reeksen/{avond.reeks.slug}/draden/{draad.pk}/"


def code(draad, plek):
    return f"[n:{draad.onderbouwingen.order_by('volgorde', 'pk')[plek].bijdrage.pk.hex[-8:]}]"


def kept(page):
    """What this browser keeps of what was not saved."""
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('redactie:'))")


def stand(page):
    return page.locator("#controle-stand")


def test_write_quote_by_tap_accept_with_a_reason_and_settle(avond, draad, pad, enter, axe):
    page = enter.member("vera")
    page.goto(pad)
    expect(page.locator("[data-klaar]")).to_be_visible()
    tekst = page.get_by_label("Tekst")
    tekst.fill("Aan alle tafels klonk het.")
    expect(stand(page)).to_contain_text("1 waarschuwing bij deze tekst")
    page.locator(".notitie__tekst", has_text="slaapdorp").tap()
    expect(tekst).to_have_value(f"Aan alle tafels klonk het. “{QUOTE}” {code(draad, 0)}")
    page.get_by_role("button", name="Verwijs naar: school weg is jongeren weg").tap()
    expect(tekst).to_have_value(re.compile(re.escape(f"{code(draad, 0)} {code(draad, 1)}") + "$"))
    expect(stand(page)).to_contain_text("1 waarschuwing")
    page.keyboard.type(" En “altijd” in 43 dorpen.")
    expect(stand(page)).to_contain_text("3 waarschuwingen")
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe(page, ["color-contrast"]) == []
    page.emulate_media(color_scheme="light")

    page.get_by_role("button", name=re.compile("^alle tafels")).tap()
    page.keyboard.type("enkele tafels")
    expect(stand(page)).to_contain_text("2 waarschuwingen")
    page.get_by_role("button", name=re.compile("^“altijd”")).tap()
    page.keyboard.type("altijd")
    expect(stand(page)).to_contain_text("1 waarschuwing")
    page.get_by_role("link", name="Aanvaard met een reden").tap()
    assert axe(page) == []
    page.get_by_role("button", name="Aanvaarden").tap()  # without a reason: stays open
    page.get_by_label("Waarom mag dit blijven staan?").fill("Staat in de brief van de gemeente.")
    page.get_by_role("button", name="Aanvaarden").tap()
    expect(stand(page)).to_contain_text("Geen open waarschuwingen")
    expect(page.locator("#controle-list")).to_contain_text("Aanvaard door Vera: Staat in de brief")
    page.get_by_label("In review").check()
    page.get_by_role("button", name="Opslaan").tap()
    expect(page.get_by_text("De rode draad is opgeslagen.")).to_be_visible()
    page.get_by_label("Vastgesteld").check()
    page.get_by_role("button", name="Opslaan").tap()
    expect(page.get_by_text("Deze rode draad is vastgesteld.")).to_be_visible()
    fresh = RodeDraad.objects.get()
    assert fresh.status == "vastgesteld"
    assert fresh.tekst.startswith(f"Aan enkele tafels klonk het. “{QUOTE}” [n:")
    assert Aanvaarding.objects.get().soort == "getal"


def test_whole_editor_by_keyboard_alone(avond, draad, pad, enter):
    page = enter.member("vera")
    page.goto(pad)
    expect(page.locator("[data-klaar]")).to_be_visible()

    def reach(name):
        """Tab to what has this name."""
        for _ in range(120):
            page.keyboard.press("Tab")
            if name in page.evaluate(
                "(document.activeElement.labels?.[0] ?? document.activeElement).innerText"
            ):
                return
        pytest.fail(f"no tab leads to {name}")

    page.get_by_label("Titel").focus()
    reach("Tekst")
    page.keyboard.type("Aan alle tafels.")
    expect(stand(page)).to_contain_text("1 waarschuwing")
    reach("alle tafels")
    page.keyboard.press("Enter")
    page.keyboard.type("enkele tafels")
    expect(stand(page)).to_contain_text("Geen open")
    page.keyboard.press("End")
    reach("Citeer")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Tekst")).to_have_value(f"Aan enkele tafels. “{QUOTE}” {code(draad, 0)}")
    page.keyboard.type(" Dus 12 dorpen.")
    expect(stand(page)).to_contain_text("1 waarschuwing")
    reach("Aanvaard met een reden")
    page.keyboard.press("Enter")
    page.keyboard.type("Geteld op de kaart.")
    page.keyboard.press("Enter")
    expect(stand(page)).to_contain_text("Geen open")
    expect(stand(page)).to_be_focused()
    reach("→ groot genoeg")
    page.keyboard.press("Enter")
    expect(page.locator("h3", has_text="groot genoeg")).to_be_visible()
    expect(page.get_by_role("list", name="groot genoeg")).to_contain_text("slaapdorp")
    page.get_by_label("Kernvraag").focus()
    reach("Concept")
    page.keyboard.press("ArrowRight")
    reach("Opslaan")
    page.keyboard.press("Enter")
    expect(page.get_by_text("De rode draad is opgeslagen.")).to_be_visible()
    assert RodeDraad.objects.get().status == "in_review"
    assert draad.onderbouwingen.filter(pool="b").count() == 1


def test_what_was_not_saved_is_kept_offered_and_never_put_over_a_colleague(avond, draad, pad, enter, live):
    page = enter.member("vera")
    page.goto(pad)
    expect(page.locator("[data-klaar]")).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Tekst").press_sequentially("Nog niet af")
    for _ in range(50):  # the CSP allows no wait_for_function
        if kept(page):
            break
        page.wait_for_timeout(100)
    page.goto(f"{pad}versies/")
    assert asked == ["beforeunload"]
    live.run(
        edit_rode_draad,
        draad=draad,
        version=1,
        now=NOW,
        tekst="Van Roos.",
        gebruiker=Gebruiker.objects.get(naam="Roos"),
    )
    page.goto(pad)
    expect(page.get_by_text("Je hebt hier tekst die niet is opgeslagen")).to_be_visible()
    expect(page.get_by_text("Intussen is de rode draad gewijzigd")).to_be_visible()
    expect(page.get_by_label("Tekst")).to_have_value("Van Roos.")
    page.get_by_role("button", name="Zet mijn tekst terug").click()
    expect(page.get_by_label("Tekst")).to_have_value("Nog niet af")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Zo staat het nu opgeslagen, door Roos")).to_be_visible()
    expect(page.get_by_label("Tekst")).to_have_value("Nog niet af")
    assert RodeDraad.objects.get().tekst == "Van Roos."
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("De rode draad is opgeslagen.")).to_be_visible()
    assert RodeDraad.objects.get().tekst == "Nog niet af"
    expect(page.get_by_text("Je hebt hier tekst die niet is opgeslagen")).to_be_hidden()
    for _ in range(50):  # its script comes after the page
        if not kept(page):
            break
        page.wait_for_timeout(100)
    assert kept(page) == []


def test_remarks_and_sources_come_in_without_touching_what_is_being_typed(avond, draad, pad, enter, live):
    page = enter.member("vera")
    page.goto(pad)
    expect(page.locator("body[data-live=open]")).to_be_attached()
    page.get_by_label("Tekst").press_sequentially("Midden in een zi")
    remark = page.get_by_label("Nieuwe opmerking")
    remark.press_sequentially("Ik ben hier ook")
    live.run(
        add_opmerking, draad=draad, tekst="Klopt dit?", gebruiker=Gebruiker.objects.get(naam="Roos"), now=NOW
    )
    expect(page.locator("#opmerking-list")).to_contain_text("Klopt dit?")
    expect(remark).to_be_focused()
    page.keyboard.type(" geweest")
    expect(remark).to_have_value("Ik ben hier ook geweest")
    expect(page.get_by_label("Tekst")).to_have_value("Midden in een zi")
    page.get_by_role("button", name="Plaats opmerking").click()
    expect(page.locator("#opmerking-list")).to_contain_text("Ik ben hier ook geweest")
    expect(remark).to_have_value("")
    page.get_by_role("button", name=re.compile("Opgelost.*Klopt dit")).click()
    expect(page.get_by_text("Opgelost door Vera")).to_be_visible()
    expect(page.get_by_label("Tekst")).to_have_value("Midden in een zi")


def test_without_javascript_a_text_is_written_a_warning_accepted_and_a_remark_placed(
    avond, draad, pad, enter
):
    page = enter.member("vera", java_script_enabled=False)
    page.goto(pad)
    expect(page.get_by_text(code(draad, 0))).to_be_visible()
    expect(page.get_by_role("button", name="Verwijs")).to_have_count(0)
    page.get_by_label("Tekst").fill(f"Aan alle tafels {code(draad, 0)}.")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("link", name="Aanvaard met een reden").click()
    page.get_by_label("Waarom mag dit blijven staan?").fill("Er waren er twee.")
    page.get_by_role("button", name="Aanvaarden").click()
    expect(page.get_by_text("Geen open waarschuwingen")).to_be_visible()
    page.get_by_role("link", name="Opmerkingen").click()
    page.get_by_label("Nieuwe opmerking").fill("Af.")
    page.get_by_role("button", name="Plaats opmerking").click()
    expect(page.locator("#opmerking-list")).to_contain_text("Af.")
