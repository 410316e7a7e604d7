"""A colleague comes in: from the invitation of Roos to the reeks on Ada's own screen, and out again."""

import re

from playwright.sync_api import expect


def test_colleague_is_invited_comes_in_and_leaves_again(enter, avond):
    roos = enter.member("roos")
    roos.goto("/reeksen/streek-2050/")
    roos.get_by_role("link", name="Leden beheren").click()
    roos.get_by_role("link", name="Iemand uitnodigen").click()
    roos.get_by_label("E-mailadres").fill("ada@voorbeeld.test")
    roos.get_by_label("Verslaglegger").check()
    roos.get_by_role("button", name="Uitnodigen").click()
    expect(roos.get_by_text("Er is een e-mail gestuurd naar ada@voorbeeld.test.")).to_be_visible()
    link = roos.get_by_label("Link, om zelf door te geven").input_value()

    ada = enter()
    ada.goto(link)
    expect(ada.get_by_text("Roos vraagt je mee te doen als verslaglegger.")).to_be_visible()
    ada.get_by_label("Je naam").fill("Ada")
    ada.get_by_label("Kies een wachtwoord").fill("kort")
    ada.get_by_label("Kies een wachtwoord").press("Enter")
    expect(ada.get_by_text("Dit wachtwoord is te kort")).to_be_visible()
    expect(ada.get_by_label("Je naam")).to_have_value("Ada")
    ada.get_by_label("Kies een wachtwoord").fill("vier losse oude woorden")
    ada.get_by_label("Kies een wachtwoord").press("Enter")
    expect(ada.get_by_text("Welkom bij Streek 2050.")).to_be_visible()
    expect(ada.get_by_role("link", name="Verslag", exact=True)).to_be_visible()
    expect(ada.get_by_role("link", name="Leden beheren")).to_have_count(0)

    roos.reload()
    expect(roos.get_by_text("Er staan geen uitnodigingen open.")).to_be_visible()
    roos.get_by_role("link", name=re.compile("Wijzigen.*Ada")).click()
    roos.get_by_role("link", name="Uit de reeks halen").click()
    roos.get_by_role("button", name="Uit de reeks halen").click()
    expect(roos.get_by_text("Ada is geen lid meer van deze reeks.")).to_be_visible()
    roos.get_by_role("link", name="Logboek").click()
    expect(roos.get_by_role("listitem").filter(has_text="Ada kwam erbij als verslaglegger")).to_be_visible()
    assert ada.goto("/reeksen/streek-2050/").status == 404
