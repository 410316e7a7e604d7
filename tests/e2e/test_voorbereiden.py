"""Preparing with a mouse and by keyboard: order, a copy, a draaiboek that works."""

import pytest
from playwright.sync_api import expect

from sessions.models import Diner, Spreker


def teksten(diner):
    return list(diner.stellingen.order_by("nummer").values_list("tekst", flat=True))


def test_stellingen_and_rondes_are_put_in_order_by_dragging(enter, avond):
    eerst = teksten(avond.diner)
    roos = enter.member("roos", viewport={"width": 1280, "height": 1000})
    roos.goto(f"{avond.path}/")
    nummers = roos.locator("#stellingen .nummer")
    nummers.nth(1).drag_to(roos.locator("#stellingen .lijst > li").first)
    expect(roos.locator("#stellingen strong").first).to_have_text(eerst[1])
    assert teksten(avond.diner) == eerst[::-1]
    roos.wait_for_load_state()  # a new page: dragging is there once its scripts are
    roos.locator("#draaiboek .nummer").first.drag_to(roos.locator("#draaiboek .lijst > li").last)
    expect(roos.locator("#draaiboek strong").last).to_have_text("Gesprek 1")
    # the same without a mouse
    knop = roos.get_by_role("button", name="Stelling 2 omhoog")
    knop.focus()
    knop.press("Enter")
    expect(roos.locator("#stellingen strong").first).to_have_text(eerst[0])
    assert teksten(avond.diner) == eerst


def test_what_was_dragged_elsewhere_stays(enter, avond):
    roos = enter.member("roos", viewport={"width": 1280, "height": 1000})
    roos.goto(f"{avond.path}/")
    roos.locator("#stellingen .nummer").last.drag_to(roos.get_by_role("heading", name="Tafels"))
    roos.locator("#stellingen .nummer").last.drag_to(roos.locator("#draaiboek .lijst > li").first)
    roos.wait_for_timeout(300)
    expect(roos.locator("#stellingen strong").first).to_have_text(teksten(avond.diner)[0])
    assert [stelling.nummer for stelling in avond.diner.stellingen.order_by("pk")] == [1, 2]


def test_next_diner_is_a_copy_of_this_one(enter, avond):
    roos = enter.member("roos")
    roos.goto(f"{avond.path}/")
    roos.get_by_role("link", name="Kopiëren").click()
    roos.get_by_label("titel").fill("Zorg voor later")
    roos.get_by_label("datum").fill("2027-02-11")
    roos.get_by_label("De sprekers").check()
    roos.get_by_role("button", name="Laat zien wat er komt").click()
    expect(roos.get_by_text("donderdag 11 februari 2027")).to_be_visible()
    roos.get_by_role("button", name="Terug om te wijzigen").click()
    expect(roos.get_by_label("titel")).to_have_value("Zorg voor later")
    expect(roos.get_by_label("De sprekers")).to_be_checked()
    roos.get_by_label("De tafels").uncheck()
    roos.get_by_role("button", name="Laat zien wat er komt").click()
    expect(roos.get_by_text("Ada Vos, nog niet bevestigd")).to_be_visible()
    roos.get_by_role("button", name="Maak dit diner").click()
    expect(roos.get_by_role("heading", name="Diner 2: Zorg voor later")).to_be_visible()
    diner = Diner.objects.get(nummer=2)
    assert (teksten(diner), diner.rondes.count(), diner.tafels.count()) == (teksten(avond.diner), 2, 0)


def test_spreker_reads_the_evening_and_confirms(enter, avond):
    avond.diner.stellingen.update(status="definitief")
    roos = enter.member("roos")
    roos.goto(f"{avond.path}/")
    roos.get_by_role("link", name="Briefing van Ada Vos").click()
    roos.get_by_role("button", name="Maak de pagina").click()
    expect(roos.get_by_text("Ada Vos heeft nog geen e-mailadres.")).to_be_visible()
    ada = enter(viewport={"width": 390, "height": 844})
    ada.goto(roos.get_by_label("Om zelf door te geven").input_value())
    expect(ada.get_by_role("heading", name="Wonen en leren")).to_be_visible()
    expect(ada.get_by_text(teksten(avond.diner)[0])).to_be_visible()
    ada.get_by_label("Ik ben erbij").check()
    ada.get_by_label("Over jou").fill("Denkt graag na.")
    ada.get_by_role("button", name="Bewaren").click()
    expect(ada.get_by_text("Dank je wel, het is bewaard.")).to_be_visible()
    expect(ada.get_by_label("Ik ben erbij")).to_be_checked()
    ada.get_by_role("link", name="Wat eerdere diners opleverden").click()
    expect(ada.get_by_text("Er staat nog niets vast uit eerdere diners.")).to_be_visible()
    roos.reload()
    expect(roos.get_by_text("Bevestigd op")).to_be_visible()


def test_two_people_change_one_spreker_and_nothing_is_lost(enter, avond, axe):
    spreker = Spreker.objects.get(naam="Ada Vos")
    Spreker.objects.update(bio="Schrijft.\n\nEn denkt.")
    roos = enter.member("roos")
    page = f"{avond.path.split('/diners/')[0]}/sprekers/{spreker.pk}/"
    roos.goto(page)
    Spreker.objects.update(bio="Schreef\neen boek.")
    roos.get_by_label("Telefoon").fill("06-12345678")
    roos.get_by_role("button", name="Opslaan").click()
    expect(roos.get_by_text("De spreker is bijgewerkt.")).to_be_visible()
    spreker.refresh_from_db()
    assert (spreker.bio, spreker.telefoon) == ("Schreef\neen boek.", "06-12345678")
    roos.goto(page)
    roos.get_by_label("Bio").fill("Van Roos.")
    Spreker.objects.update(bio="Van Ada.")
    roos.get_by_role("button", name="Opslaan").click()
    expect(roos.get_by_role("region", name="Zo staat het nu opgeslagen")).to_contain_text("Van Ada.")
    assert axe(roos) == []
    expect(roos.get_by_label("Bio")).to_have_value("Van Roos.")
    expect(roos.get_by_label("Bio")).to_have_attribute("aria-invalid", "true")
    roos.get_by_role("button", name="Opslaan").click()
    expect(roos.get_by_text("De spreker is bijgewerkt.")).to_be_visible()
    assert Spreker.objects.get().bio == "Van Roos."


def test_new_diner_begins_with_an_evening_that_works_without_javascript(enter, avond):
    roos = enter.member("roos", java_script_enabled=False, viewport={"width": 390, "height": 844})
    roos.goto(avond.path.split("/diners/")[0] + "/")
    roos.get_by_role("link", name="Nieuw diner").click()
    expect(roos.get_by_role("link", name=f"Diner 1: {avond.diner.titel}")).to_be_visible()
    roos.get_by_role("link", name="Standaardavond").click()
    roos.get_by_label("Titel").fill("Zorg voor later")
    roos.get_by_role("button", name="Laat zien wat er komt").click()
    expect(roos.get_by_text("Een draaiboek van 11 rondes")).to_be_visible()
    roos.get_by_role("button", name="Maak dit diner").click()
    expect(roos.get_by_role("heading", name="Diner 2: Zorg voor later")).to_be_visible()
    assert Diner.objects.get(nummer=2).rondes.count() == 11


@pytest.mark.parametrize("kleuren", ["light", "dark"])
def test_every_step_of_a_new_diner_is_accessible_and_fits_a_phone(enter, avond, axe, kleuren):
    roos = enter.member("roos", color_scheme=kleuren, viewport={"width": 320, "height": 640})
    roos.goto(avond.path.split("/diners/")[0] + "/diners/nieuw/")

    def look():
        assert axe(roos) == []
        assert roos.evaluate("document.documentElement.scrollWidth") == 320

    look()
    roos.get_by_role("link", name="Diner 1").click()
    look()
    roos.get_by_label("Titel").fill("Zorg voor later")
    roos.get_by_role("button", name="Laat zien wat er komt").click()
    look()
    roos.goto(f"{avond.path}/sprekers/{avond.diner.optredens.get().pk}/briefing/")
    look()
