"""The regie by keyboard alone, the scherm that it steers, and both without a socket."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from sessions.models import Beeld, Bericht, Dinerstatus, Logregel, Rondesoort
from sessions.services import (
    clear_scherm,
    close_diner,
    extend_ronde,
    open_scherm,
    reopen_diner,
    scherm_token_of,
    show_beeld,
    start_ronde,
)
from tests.e2e.hand import at_rest
from tests.e2e.network import held_up, intercept, let_through
from tests.e2e.test_avond import LIVE
from tests.factories import NOW, RondeFactory, SprekerFactory

FORMATEN = [(1280, 720), (1920, 1080), (3840, 2160), (1280, 800), (1024, 768)]
POLL = 15_000  # ms: screens without a socket ask every 5 s
MAAT = """() => {
  const small = [], outside = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), box = walker.currentNode.parentElement;
    if (!text || !box.checkVisibility() || box.closest(".visueel-verborgen")) continue;
    if (box.closest("title, desc")) continue;
    const scale = box instanceof SVGGraphicsElement ? box.getScreenCTM().a : 1;
    if (scale * parseFloat(getComputedStyle(box).fontSize) / innerHeight < 0.03999) small.push(text);
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const { top, bottom, left, right } = range.getBoundingClientRect();
    if (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth) outside.push(text);
  }
  return { small, outside };
}"""


@pytest.fixture
def token(avond):
    return scherm_token_of(open_scherm(diner=avond.diner))


@pytest.fixture
def scherm(enter, token) -> Page:
    page = enter(viewport={"width": 1280, "height": 720})
    page.goto(f"/scherm/{token}/")
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    return page


def regie(enter, avond) -> Page:
    roos = enter.member("roos", viewport={"width": 1280, "height": 900})
    roos.goto(f"{avond.path}/regie/")
    expect(roos.get_by_text("Live verbonden")).to_be_visible()
    expect(roos.locator("#regie-scherm button").first).to_be_visible()
    at_rest(roos)
    return roos


def tab_to(page: Page, naam: str, place: str = "button") -> None:
    """With Tab alone, from where the focus is."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if naam in page.evaluate(
            "(place) => document.activeElement.matches(place) ? document.activeElement.textContent : ''",
            place,
        ):
            return
    raise AssertionError(f"no way to {naam} by keyboard")


def test_evening_is_led_by_keyboard_alone(enter, avond, scherm):
    roos = regie(enter, avond)
    tab_to(roos, "Start de eerstvolgende ronde")
    roos.keyboard.press("Enter")
    expect(scherm.get_by_role("heading", name="Elk dorp houdt zijn eigen school.")).to_be_visible(
        timeout=LIVE
    )
    expect(roos.locator("#regie-scherm")).to_contain_text("volgt de avond")
    expect(
        roos.locator(".scherm-voorbeeld .scherm__stelling")
    ).to_be_visible()  # the nudge of it has been here too
    tab_to(roos, "+5 min")
    roos.keyboard.press("Enter")
    expect(scherm.get_by_role("timer")).to_have_text(re.compile(r"(29|30):\d\d"), timeout=LIVE)
    # Its own clock too: the button below says which state of the ronde it is about.
    expect(roos.locator("#regie-stand [data-klok]")).to_have_text(re.compile(r"(29|30):\d\d"))
    at_rest(roos)
    tab_to(roos, "Pauze", "#regie-pauze")
    roos.keyboard.press("Enter")
    expect(scherm.get_by_text("de tijd staat stil")).to_be_visible(timeout=LIVE)
    tab_to(roos, "Eerste rode draden")
    roos.keyboard.press("Space")
    expect(scherm.get_by_text("De eerste rode draden komen zo.")).to_be_visible(timeout=LIVE)
    expect(roos.locator("#regie-scherm").get_by_text("De eerste rode draden komen zo.")).to_be_visible()
    roos.keyboard.press("F9")
    expect(scherm.get_by_text("De eerste rode draden")).to_have_count(0, timeout=LIVE)
    expect(scherm.locator("main")).to_have_text(re.compile(r"^\s*Leeg scherm\s*$"))
    # The key does what its button says: until the regie knows too, a second press empties once more.
    expect(roos.get_by_role("button", name="Toon weer")).to_be_visible()
    at_rest(roos)
    roos.keyboard.press("F9")
    expect(scherm.get_by_text("De eerste rode draden komen zo.")).to_be_visible(timeout=LIVE)
    tab_to(roos, "Rond het gesprek af.")
    roos.keyboard.press("Enter")
    expect(roos.get_by_label("Bericht", exact=True)).to_be_focused()
    expect(roos.get_by_label("Bericht", exact=True)).to_have_value("Rond het gesprek af.")
    tab_to(roos, "Verstuur")
    roos.keyboard.press("Enter")
    expect(roos.locator("#bericht-list")).to_contain_text("gezien 0 van 2")
    expect(roos.locator("#avondlog")).to_contain_text("Roos stuurde een bericht aan alle tafels")
    assert Logregel.objects.count() == 7


def test_who_is_told_no_hears_it_also_when_the_button_was_drawn_anew(enter, avond, live):
    """The nudge of a colleague's start comes before the answer to your own."""
    roos, late = regie(enter, avond), []
    intercept(roos, "**/rondes/*/start/", late.append)
    roos.get_by_role("button", name="Start de eerstvolgende ronde").click()
    start = held_up(roos, late)
    live.run(start_ronde, ronde=avond.diner.rondes.get(nummer=1), now=timezone.now())
    expect(roos.locator("#regie-stand").get_by_role("button", name="Pauze")).to_be_visible(timeout=LIVE)
    start.continue_()
    expect(roos.locator("#meldingen")).to_contain_text("Iemand anders was je net voor")


def test_agreed_to_while_the_question_stood_open_and_the_page_was_drawn_anew(enter, avond, live):
    """A colleague gives a minute more; another one closes the diner first."""
    roos, ronde = regie(enter, avond), avond.diner.rondes.get(nummer=1)
    sluiten = roos.get_by_role("button", name="Diner afsluiten")
    ja = roos.get_by_role("button", name="Ja, doorgaan")
    live.run(start_ronde, ronde=ronde, now=timezone.now())
    sluiten.click()
    live.run(extend_ronde, ronde=ronde, minuten=5, now=timezone.now())
    expect(roos.locator("#regie-stand").get_by_text(re.compile(r"(29|30):\d\d"))).to_be_visible(timeout=POLL)
    ja.click()
    expect(roos.locator("#regie-stand")).to_contain_text("afgesloten", timeout=POLL)
    avond.diner.refresh_from_db()
    assert avond.diner.status == Dinerstatus.AFGESLOTEN
    live.run(reopen_diner, diner=avond.diner, now=timezone.now())
    sluiten.click()
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    expect(sluiten).to_have_count(0, timeout=POLL)
    ja.click()
    expect(roos.get_by_role("alert")).to_have_text(
        "Niet gedaan: er is intussen iets veranderd. Kijk wat er nu staat."
    )


def test_refusal_is_in_view_where_the_button_was_and_gone_with_the_next_one(enter, avond):
    """A phone, far down the page of the regie, while the network is away for a moment."""
    roos = regie(enter, avond)
    roos.set_viewport_size({"width": 390, "height": 700})
    roos.get_by_label("Bericht", exact=True).fill("Rond het gesprek af.")
    roos.get_by_role("button", name="Verstuur").click()
    expect(roos.locator("#bericht-list")).to_contain_text("Rond het gesprek af.")
    expect(roos.locator("body")).to_have_attribute("data-live", "open")
    at_rest(roos)
    intrekken, refused = roos.get_by_role("button", name="Intrekken"), roos.get_by_role("alert")
    intercept(roos, "**/intrekken/", lambda route: route.abort())
    intrekken.click()
    expect(refused).to_have_text("Niet gelukt: geen verbinding. Probeer het nog eens.")
    assert roos.evaluate("scrollY") > 300
    expect(refused).to_be_in_viewport(ratio=1)
    let_through(roos)
    intrekken.click()
    expect(roos.locator("#bericht-list")).to_contain_text("Ingetrokken")
    expect(refused).to_have_count(0)


def test_message_is_cleared_only_when_it_was_sent(enter, avond):
    roos = regie(enter, avond)
    at_rest(roos)
    tekst, verstuur = roos.get_by_label("Bericht", exact=True), roos.get_by_role("button", name="Verstuur")
    sent, refused = roos.get_by_text("Het bericht is verstuurd."), roos.get_by_role("alert")
    roos.get_by_role("button", name="Nog vijf minuten.").click()
    verstuur.click()
    expect(sent).to_be_visible()
    expect(roos.locator("#bericht-list")).to_contain_text("Nog vijf minuten.")
    expect(tekst).to_have_value("")
    expect(verstuur).to_be_focused()
    # nothing was written
    verstuur.click()
    expect(roos.get_by_text("Schrijf eerst wat je de tafels wilt zeggen.")).to_be_visible()
    expect(tekst).to_be_focused()
    # slow, and then no network
    tekst.fill("De spreker begint.")
    verstuur.click()
    expect(sent).to_be_visible()
    waiting = []
    intercept(roos, "**/berichten/nieuw/", waiting.append)
    roos.get_by_role("button", name="Rond het gesprek af.", exact=True).click()
    verstuur.click()
    expect(tekst).to_have_js_property("readOnly", True)
    expect(sent).to_have_count(0)
    held_up(roos, waiting).abort()
    expect(refused).to_have_text("Niet gelukt: geen verbinding. Probeer het nog eens.")
    expect(tekst).to_have_value("Rond het gesprek af.")
    expect(tekst).to_have_js_property("readOnly", False)
    let_through(roos)
    # signed out meanwhile: what answers is the page to sign in
    roos.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    verstuur.click()
    expect(refused).to_have_text("Niet gelukt. Ververs de pagina en probeer het nog eens.")
    expect(tekst).to_have_value("Rond het gesprek af.")
    assert Bericht.objects.count() == 2


def test_scherm_empties_on_its_own_laptop_without_a_network(scherm):
    scherm.context.set_offline(True)
    scherm.keyboard.press("b")
    expect(scherm.get_by_role("heading", name="Wonen en leren")).to_be_hidden()
    scherm.keyboard.press(".")
    expect(scherm.get_by_role("heading", name="Wonen en leren")).to_be_visible()


def test_scherm_keeps_its_last_state_and_its_clock_without_a_network(scherm, avond, live):
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=datetime.now(UTC))
    expect(scherm.get_by_role("timer")).to_have_text(re.compile(r"2[45]:\d\d"), timeout=LIVE)
    scherm.context.set_offline(True)
    scherm.evaluate("document.body.dispatchEvent(new CustomEvent('live-poll'))")
    before = scherm.get_by_role("timer").text_content()
    expect(scherm.get_by_role("timer")).not_to_have_text(before)
    expect(scherm.get_by_role("heading", name="Elk dorp houdt zijn eigen school.")).to_be_visible()


@pytest.mark.parametrize("size", FORMATEN, ids=lambda size: f"{size[0]}x{size[1]}")
def test_everything_on_the_scherm_is_readable_from_the_back(enter, token, avond, live, size):
    diner = avond.diner
    stelling = diner.stellingen.get(nummer=1)
    stelling.tekst = ("Wie in 2050 in een dorp woont, deelt de auto, de tuin en de zorg met de buren, " * 7)[
        :499
    ] + "."
    stelling.save()
    for n in range(2):
        diner.optredens.create(
            spreker=SprekerFactory(reeks=avond.reeks, naam=f"Spreker {n}", functie="Hoogleraar bestuur")
        )
    spreekt = RondeFactory(
        diner=diner, nummer=8, soort=Rondesoort.SPREKER, titel="Spreker: over het dorp van later"
    )
    pauze = RondeFactory(diner=diner, nummer=9, soort=Rondesoort.PAUZE, titel="")
    page = enter(viewport={"width": size[0], "height": size[1]})

    def look():
        page.goto(f"/scherm/{token}/")
        expect(page.locator("body")).to_have_attribute("data-live", "open")
        page.wait_for_timeout(300)  # the clock has to have been drawn
        assert page.evaluate(MAAT) == {"small": [], "outside": []}

    look()
    for ronde in (diner.rondes.first(), spreekt, pauze):
        live.run(start_ronde, ronde=ronde, now=datetime.now(UTC) - timedelta(minutes=ronde.minuten - 2))
        look()
    for version, beeld in enumerate((Beeld.WELKOM, Beeld.PEILING, Beeld.DRADEN, Beeld.PAUZE, Beeld.DANK)):
        live.run(show_beeld, diner=diner, beeld=beeld, version=version, now=NOW)
        look()


def test_regie_sees_the_scherm_in_small_as_the_room_does(enter, avond, scherm, live):
    roos = regie(enter, avond)
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=datetime.now(UTC))
    for page, place in ((scherm, "main"), (roos, ".scherm-voorbeeld")):
        expect(page.locator(f"{place} .scherm__stelling")).to_have_text(
            "Elk dorp houdt zijn eigen school.", timeout=LIVE
        )
    shares = [
        page.evaluate(
            """(place) => {
              const doek = document.querySelector(`${place} .scherm__doek`), text = doek.querySelector(".scherm__stelling");
              return Math.round(1000 * parseFloat(getComputedStyle(text).fontSize) / doek.clientHeight);
            }""",
            place,
        )
        for page, place in ((scherm, "main"), (roos, ".scherm-voorbeeld"))
    ]
    assert abs(shares[0] - shares[1]) <= 1
    live.run(clear_scherm, diner=avond.diner, leeg=True, now=NOW)
    expect(roos.locator(".scherm-voorbeeld .scherm__stelling")).to_have_count(0, timeout=LIVE)


@pytest.mark.parametrize("hours", [-24, 24])
def test_screens_with_a_wrong_clock_show_the_same_seconds(enter, avond, token, live, hours):
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=datetime.now(UTC))
    good, wrong = enter(), enter()
    wrong.clock.install(time=datetime.now(UTC) + timedelta(hours=hours))
    for page in (good, wrong):
        page.goto(f"/scherm/{token}/")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"2[45]:\d\d"))

    def seconds(page):
        shown = expect(page.get_by_role("timer"))
        shown.to_have_text(re.compile(r"\d+:\d\d"))  # while it is drawn anew it is empty for a moment
        return page.evaluate(
            """() => new Promise((done) => {
              const look = () => {
                const found = /^(\\d+):(\\d\\d)$/.exec(document.querySelector("[data-klok]")?.textContent);
                if (found) done(60 * Number(found[1]) + Number(found[2])); else requestAnimationFrame(look);
              };
              look();
            })"""
        )

    before, shown, after = seconds(good), seconds(wrong), seconds(good)  # time goes on between two looks
    assert after - 1 <= shown <= before + 1


def test_regie_and_scherm_go_on_by_polling_when_sockets_fail(enter, avond, token):
    scherm, roos = enter(), enter.member("roos", viewport={"width": 1280, "height": 900})
    for page, path in ((scherm, f"/scherm/{token}/"), (roos, f"{avond.path}/regie/")):
        page.route_web_socket(re.compile(".*"), lambda socket: socket.close())
        page.goto(path)
        expect(page.locator("body")).to_have_attribute("data-live", "closed")
    roos.get_by_role("button", name="Start de eerstvolgende ronde").click()
    expect(scherm.get_by_role("heading", name="Elk dorp houdt zijn eigen school.")).to_be_visible(
        timeout=POLL
    )
    roos.get_by_role("button", name="Pauze", exact=True).last.click()
    expect(scherm.get_by_role("heading", name="Pauze")).to_be_visible(timeout=POLL)
    expect(roos.locator("#avondlog")).to_contain_text("zette op het scherm: pauze", timeout=POLL)
