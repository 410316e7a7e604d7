"""Preparing with a mouse and by keyboard: order, a copy, a draaiboek that works."""

from playwright.sync_api import expect

from sessions.models import Diner


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
