"""From the werkbank to the projector, in real browsers: Vera offers, Roos releases, the room reads."""

import os
from functools import partial

import pytest
from playwright.sync_api import expect

from sessions.models import Gebruiker, Stelling
from sessions.services import open_scherm, scherm_token_of
from synthesis.models import RodeDraad
from synthesis.queries import vingerafdruk
from synthesis.services.vrijgaven import offer_vrijgave, release_vrijgave
from tests.e2e.bord import bord
from tests.e2e.hand import at_rest
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import LIVE
from tests.factories import NOW, BijdrageFactory, OnderbouwingFactory, RodeDraadFactory

FORMATEN = [(1280, 720), (1920, 1080), (3840, 2160), (1280, 800)]
TITEL = "De school draagt het dorp"
QUOTE = "Een dorp zonder school is een slaapdorp."
TITELS = (
    TITEL,
    "Bouwen mag sneller, maar niet ten koste van de buren",
    "Wie jong is, wil blijven als er een bus rijdt en een baan is",
    "Vrijwilligers zijn op: zorg eerst voor wie zorgt",
    "De markt lost het niet op, de gemeente ook niet alleen",
)
QUOTES = (QUOTE, "Ik wil best delen, maar dan moet ik wel weten met wie ik aan tafel zit.")
MAAT = """() => {
  const klein = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let gezien = 0;
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), vak = walker.currentNode.parentElement;
    if (!text || !vak.checkVisibility()) continue;
    gezien += 1;
    const deel = parseFloat(getComputedStyle(vak).fontSize) / innerHeight;
    if (deel < 0.03999) klein.push([text.slice(0, 40), deel]);
  }
  const laag = Math.max(...[...document.querySelectorAll("#scherm-draden *")].map((e) => e.getBoundingClientRect().bottom));
  const hoog = Math.min(...[...document.querySelectorAll("#scherm-draden > *")].map((e) => e.getBoundingClientRect().top));
  const breed = document.documentElement.scrollWidth - innerWidth;
  return { gezien, klein, past: hoog >= 0 && laag <= innerHeight && breed <= 0, hoog, laag };
}"""
VRAAG = """() => new Promise((done) => {
  document.body.addEventListener("htmx:afterRequest", () => setTimeout(done, 100), { once: true });
  document.body.dispatchEvent(new CustomEvent("live-poll"));
})"""
INBED = """(address) => {
  const main = document.querySelector("main");
  main.innerHTML = "<div hx-trigger='load' hx-swap='outerHTML'></div>";
  main.firstChild.setAttribute("hx-get", address);
  htmx.process(main);
}"""


@pytest.fixture
def draad(avond):
    """A thread of stelling 1 that both tables carry, and a quote in it."""
    stelling = Stelling.objects.get(diner=avond.diner, nummer=1)
    draad = RodeDraadFactory(stelling=stelling, titel=TITEL)
    for tafel, tekst in zip(avond.tafels, (QUOTE, "school weg is jongeren weg"), strict=True):
        bijdrage = BijdrageFactory(tafel=tafel, stelling=stelling, tekst=tekst, letterlijk=tekst == QUOTE)
        OnderbouwingFactory(rode_draad=draad, bijdrage=bijdrage)
    return draad


@pytest.fixture
def token(avond):
    return scherm_token_of(open_scherm(diner=avond.diner))


@pytest.fixture
def beamer(enter, token):
    """The page of the scherm with what was released in it, as the regie chooses it."""

    def _beamer(**options):
        page = enter(**{"viewport": {"width": 1920, "height": 1080}, "has_touch": False, **options})
        page.goto(f"/scherm/{token}/")
        expect(page.locator("body")).to_have_attribute("data-live", "open")
        page.evaluate(INBED, f"/scherm/{token}/draden/")
        expect(page.locator("#scherm-draden h1")).to_be_visible()
        at_rest(page)  # from now on it hears nudges
        return page

    return _beamer


def knop(page, woorden, over):
    """A button that says also, to who cannot see, what it is about."""
    return page.get_by_role("button", name=woorden).filter(has_text=over)


def put(live, avond, *zaken):
    """Offered and released, as Vera and Roos would."""
    vera, roos = (Gebruiker.objects.get(naam=naam) for naam in ("Vera", "Roos"))

    def both():
        for zaak in zaken:
            wat = {"draad": zaak} if isinstance(zaak, RodeDraad) else {"bijdrage": zaak}
            vrijgave = offer_vrijgave(diner=avond.diner, gebruiker=vera, now=NOW, **wat)
            release_vrijgave(
                vrijgave=vrijgave.pk, gezien=vingerafdruk(vrijgave.tekst), gebruiker=roos, now=NOW
            )

    live.run(both)


def test_thread_and_quote_from_the_werkbank_to_the_projector(enter, avond, draad, beamer, axe):
    scherm = beamer()
    expect(scherm.get_by_role("heading", name="De eerste rode draden komen zo.")).to_be_visible()
    assert axe(scherm) == []
    roos = enter.member("roos", viewport={"width": 1280, "height": 900})
    roos.goto(f"{avond.path}/regie/")
    expect(roos.get_by_text("Live verbonden")).to_be_visible()
    lijst = roos.locator("#vrijgave-list")
    expect(lijst).to_contain_text("Er wacht geen aanbod.")
    vera = bord(enter, avond)

    # Vera offers: her button says so and keeps the focus; the regie hears it; the room sees nothing
    knop(vera, "Zet op scherm", TITEL).press("Enter")
    stand = vera.locator(f"#zet-{draad.pk}")
    expect(stand).to_have_text("Aangeboden voor het scherm", timeout=LIVE)
    expect(stand).to_be_focused()
    expect(lijst).to_contain_text(TITEL, timeout=LIVE)
    vera.locator("[data-notitie]", has_text=QUOTE).click()  # its buttons show at the note at hand
    at_rest(vera)
    knop(vera, "Zet op scherm", QUOTE[:20]).click()
    expect(lijst).to_contain_text(f"“{QUOTE}”", timeout=LIVE)
    expect(vera.get_by_role("button", name="Zet op scherm")).to_have_count(0, timeout=LIVE)
    expect(scherm.get_by_text(TITEL)).to_have_count(0)
    assert axe(roos) == axe(vera) == []

    # Roos releases: one click each
    at_rest(roos)
    knop(roos, "Toon op scherm", TITEL).press("Enter")
    expect(scherm.get_by_role("heading", name=TITEL)).to_be_visible(timeout=LIVE)
    expect(scherm.get_by_text("aan enkele tafels (2 van 2)")).to_be_visible()
    expect(scherm.get_by_text(QUOTE)).to_have_count(0)
    # who presses Enter twice does not take it away again
    expect(roos.locator(f"#toon-d{draad.pk}")).to_be_focused()
    at_rest(roos)
    knop(roos, "Toon op scherm", "Een dorp").click()
    expect(scherm.get_by_text(f"“{QUOTE}”")).to_be_visible(timeout=LIVE)
    expect(stand).to_have_text("Op het scherm", timeout=LIVE)
    expect(scherm.locator("main")).not_to_contain_text("Tafel")
    assert axe(scherm) == axe(roos) == []

    # a new title stays off the scherm until Roos shows it
    vera.get_by_role("link", name="Schrijven aan").click()
    vera.get_by_label("Titel").fill("Zonder school geen dorp")
    vera.get_by_role("button", name="Opslaan").click()
    expect(lijst).to_contain_text("gewijzigd sinds het op het scherm kwam", timeout=LIVE)
    assert axe(roos) == []
    expect(scherm.get_by_role("heading", name=TITEL)).to_be_visible()
    at_rest(roos)
    roos.get_by_role("button", name="Toon de nieuwe tekst").click()
    expect(scherm.get_by_role("heading", name="Zonder school geen dorp")).to_be_visible(timeout=LIVE)

    # withdrawn: it goes, and everything goes
    at_rest(roos)
    knop(roos, "Haal weg", "Zonder school geen").click()
    expect(scherm.get_by_text("Zonder school geen dorp")).to_have_count(0, timeout=LIVE)
    expect(scherm.get_by_role("heading", name="Gehoord aan de tafels")).to_be_visible()
    at_rest(roos)
    roos.get_by_role("button", name="Alles weghalen").click()
    expect(scherm.get_by_role("heading", name="De eerste rode draden komen zo.")).to_be_visible(timeout=LIVE)
    expect(lijst.get_by_role("button", name="Toon op scherm")).to_have_count(2)


def test_words_that_a_table_deletes_leave_the_projector_at_once(enter, avond, live, token, beamer):
    femke = enter.tablet(avond.link(1))
    femke.get_by_label("Letterlijk").check()
    femke.get_by_label("Wat wordt er gezegd?").fill("Dat zeg ik hardop.")
    femke.get_by_role("button", name="Bewaren").click()
    expect(femke.locator("#bijdrage-list .notitie").first).to_contain_text("Verzonden")
    put(live, avond, avond.diner.bijdragen.get())
    scherm = beamer()
    expect(scherm.get_by_text("“Dat zeg ik hardop.”")).to_be_visible()
    femke.locator("#bijdrage-list .notitie").get_by_role("button", name="Verwijder").click()
    expect(scherm.get_by_text("Dat zeg ik hardop.")).to_have_count(0, timeout=LIVE)


def test_projector_keeps_what_it_shows_while_the_network_is_away(enter, avond, live, draad, beamer):
    put(live, avond, draad)
    scherm = beamer()
    answers = []

    def reply(answer, route):
        answers.append(route.request.url)
        answer(route)

    for answer in (
        lambda route: route.abort(),
        lambda route: route.fulfill(status=503, body="<h1>Even niet</h1>"),
        lambda route: route.fulfill(status=404, body="<h1>Weg</h1>"),
        lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Gratis wifi</h1>"),
    ):
        intercept(scherm, "**/draden/", partial(reply, answer))
        scherm.evaluate(VRAAG)
        let_through(scherm)
        expect(scherm.get_by_role("heading", name=TITEL)).to_be_visible()
    assert len(answers) == 4
    assert enter.wrong == [f"503 {answers[1]}"]
    enter.wrong.clear()  # that one was ours
    live.stop()
    expect(scherm.locator("body")).to_have_attribute("data-live", "closed")
    expect(scherm.get_by_role("heading", name=TITEL)).to_be_visible()


def long(woord, tekens):
    return " ".join([woord] * (tekens // len(woord)))[:tekens].strip()


INHOUD = {
    "een": (TITELS[:1], ()),
    "een-quote": ((), QUOTES[:1]),
    "drie": (TITELS[:3], QUOTES[:1]),
    "alles": (TITELS, QUOTES),
    "lang": ([f"{n} {long('gemeenschapsvoorzieningen en zo', 190)}" for n in range(3)], QUOTES),
    "langer": (
        [f"{n} {long('bouwen in het dorp', 190)}" for n in range(5)],
        [long("wij willen hier blijven wonen", 420)],
    ),
}


@pytest.mark.parametrize("wat", INHOUD)
def test_everything_is_large_enough_for_the_back_of_the_room_and_fits(avond, live, beamer, axe, wat):
    titels, quotes = INHOUD[wat]
    stelling = Stelling.objects.get(diner=avond.diner, nummer=1)
    zaken = [
        BijdrageFactory(tafel=avond.tafels[0], stelling=stelling, tekst=tekst, letterlijk=True)
        for tekst in quotes
    ]
    for titel in titels:
        zaken.append(RodeDraadFactory(stelling=stelling, titel=titel))
        for tafel in avond.tafels:
            bijdrage = BijdrageFactory(tafel=tafel, stelling=stelling)
            OnderbouwingFactory(rode_draad=zaken[-1], bijdrage=bijdrage)
    put(live, avond, *zaken)
    scherm = beamer()
    for breedte, hoogte in FORMATEN:
        scherm.set_viewport_size({"width": breedte, "height": hoogte})
        gemeten = scherm.evaluate(MAAT)
        if folder := os.environ.get("PLAATJES"):
            scherm.screenshot(path=f"{folder}/scherm-{wat}-{breedte}x{hoogte}.png")
        assert gemeten["gezien"] >= 2
        assert gemeten["klein"] == []
        assert gemeten["past"], (breedte, hoogte, gemeten)
    assert axe(scherm) == []


def test_regie_and_reporter_need_no_javascript(enter, avond, draad, token):
    vera = enter.member("vera", java_script_enabled=False)
    vera.goto(f"{avond.path}/stellingen/1/werkbank/")
    knop(vera, "Zet op scherm", TITEL).click()
    expect(vera.get_by_text("Aangeboden voor het scherm. De regie beslist")).to_be_visible()
    assert vera.url.endswith("/werkbank/")
    roos = enter.member("roos", java_script_enabled=False)
    roos.goto(f"{avond.path}/regie/")
    roos.get_by_role("link", name="Toon de lijst").click()
    roos.get_by_role("button", name="Toon op scherm").click()
    expect(roos.get_by_text("Op het scherm: 1")).to_be_visible()
    scherm = enter(java_script_enabled=False)
    scherm.goto(f"/scherm/{token}/draden/")
    expect(scherm.get_by_role("heading", name=TITEL)).to_be_visible()
    roos.get_by_role("button", name="Alles weghalen").click()
    scherm.reload()
    expect(scherm.get_by_text("De eerste rode draden komen zo.")).to_be_visible()
