"""A peiling in real browsers: the organiser opens it, guests vote with their phones, the scherm shows what came of it."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from capture.models import Peiling, Stem, Stemming
from sessions.services import open_scherm, scherm_token_of, show_beeld, start_ronde
from tests.e2e.hand import at_rest
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import LIVE
from tests.e2e.test_regie import MAAT
from tests.factories import TafelFactory

PHONES = 20_000  # ms: a phone asks every 5 s
PHONE = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def regie(enter, avond) -> Page:
    roos = enter.member("roos", viewport={"width": 1280, "height": 900})
    roos.goto(f"{avond.path}/regie/")
    expect(roos.get_by_text("Live verbonden")).to_be_visible()
    expect(roos.locator("#peiling-regie li")).to_have_count(2)
    at_rest(roos)
    return roos


@pytest.fixture
def scherm(enter, avond) -> Page:
    """The projector, with the peiling on it."""
    page = enter(viewport={"width": 1280, "height": 720})
    token = scherm_token_of(open_scherm(diner=avond.diner))
    page.goto(f"/scherm/{token}/")
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    if not page.locator("#scherm-peiling").count():
        page.evaluate(
            """url => {
                const place = document.createElement("div");
                document.querySelector("main").replaceChildren(place);
                htmx.ajax("GET", url, { target: place, swap: "outerHTML" });
            }""",
            f"/scherm/{token}/peiling/",
        )
    expect(page.locator("#scherm-peiling")).to_have_count(1)
    return page


def choose(phone: Page, keuze: str) -> None:
    phone.get_by_role("button", name=keuze, exact=True).click()
    expect(phone.get_by_text(f"Je koos {keuze.lower()}.")).to_be_visible()


def row(regie: Page, moment: str):
    return regie.locator(".peilrij").first.locator(".peilrij__moment").filter(has_text=moment)


def test_guests_vote_and_the_room_sees_how_it_shifted(enter, avond, regie, scherm):
    # the organiser opens it: the scherm shows where to vote, at once
    row(regie, "Vooraf").get_by_role("button", name="Open").click()
    expect(row(regie, "Vooraf")).to_contain_text("0 stemmen met de telefoon")
    expect(regie.locator("#peiling-1-voor")).to_be_focused()
    expect(scherm.get_by_role("img", name="QR-code")).to_be_visible(timeout=LIVE)
    expect(scherm.get_by_text("0 stemmen")).to_be_visible()
    adres = scherm.locator(".scherm__adres").inner_text()

    # four phones; one cannot make up its mind
    phones = [enter(**PHONE) for _ in range(4)]
    for phone, keuze in zip(phones, ("Eens", "Eens", "Eens", "Oneens"), strict=True):
        phone.goto(f"http://{adres}/")
        expect(phone.get_by_role("heading", name="Elk dorp houdt zijn eigen school.")).to_be_visible()
        choose(phone, keuze)
    choose(phones[0], "Anders")
    expect(phones[0].locator("#keuze-anders")).to_be_focused()
    expect(phones[0].locator("[aria-pressed=true]")).to_have_text("Anders")
    expect(scherm.get_by_text("4 stemmen")).to_be_visible(timeout=LIVE)
    expect(row(regie, "Vooraf")).to_contain_text("4 stemmen met de telefoon", timeout=LIVE)
    for page in (scherm, regie):
        expect(page.locator("body")).not_to_contain_text("2 eens")

    # closed: everybody sees it, and nobody votes any more; one phone has not heard of it yet
    intercept(phones[1], "**/nu/**", lambda route: route.abort())
    at_rest(regie)
    row(regie, "Vooraf").get_by_role("button", name="Sluit").click()
    picture = scherm.get_by_role("img", name="Vooraf 2 eens, 1 oneens, 1 anders.")
    expect(picture).to_be_visible(timeout=LIVE)
    expect(row(regie, "Vooraf")).to_contain_text("Telefoons: 2 eens, 1 oneens, 1 anders")
    phones[1].get_by_role("button", name="Oneens").click()
    expect(phones[1].get_by_text("Deze peiling is net gesloten.")).to_be_visible()
    let_through(phones[1])
    expect(phones[2].get_by_role("heading", name="Er is nu geen peiling")).to_be_visible(timeout=PHONES)

    # after the talk: the phones that stayed open see it by themselves, and the picture has two bars
    at_rest(regie)
    row(regie, "Achteraf").get_by_role("button", name="Open").click()
    for phone in phones:
        expect(phone.get_by_text("na het gesprek")).to_be_visible(timeout=PHONES)
        at_rest(phone)
        choose(phone, "Oneens")
    at_rest(regie)
    row(regie, "Achteraf").get_by_role("button", name="Sluit").click()
    shifted = "Vooraf 2 eens, 1 oneens, 1 anders; achteraf 0 eens, 4 oneens, 0 anders: 2 minder eens."
    expect(scherm.get_by_role("img", name=shifted)).to_be_visible(timeout=LIVE)
    assert Stem.objects.count() == 8
    assert Stem.objects.values("toestel").distinct().count() == 8


def test_phone_votes_without_javascript(enter, avond, regie, scherm):
    row(regie, "Vooraf").get_by_role("button", name="Open").click()
    expect(scherm.locator(".scherm__adres")).to_be_visible(timeout=LIVE)
    phone = enter(java_script_enabled=False, **PHONE)
    phone.goto(f"http://{scherm.locator('.scherm__adres').inner_text()}/")
    choose(phone, "Eens")
    choose(phone, "Oneens")
    assert [stem.keuze for stem in Stem.objects.all()] == ["oneens"]


def test_phone_keeps_its_vote_after_a_reload_and_says_when_the_room_is_full(enter, avond, regie, scherm):
    row(regie, "Vooraf").get_by_role("button", name="Open").click()
    expect(scherm.locator(".scherm__adres")).to_be_visible(timeout=LIVE)
    adres = f"http://{scherm.locator('.scherm__adres').inner_text()}/"
    phone, other = enter(**PHONE), enter(**PHONE)
    phone.goto(adres)
    choose(phone, "Anders")
    phone.reload()
    expect(phone.get_by_text("Je koos anders.")).to_be_visible()
    stemming = Stemming.objects.get()
    Stem.objects.bulk_create(Stem(stemming=stemming, toestel=str(n), keuze="eens") for n in range(29))
    other.goto(adres)
    other.get_by_role("button", name="Eens", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("meer stemmen dan gasten")


def test_choice_that_did_not_arrive_does_not_look_as_if_it_did(enter, avond, regie, scherm):
    row(regie, "Vooraf").get_by_role("button", name="Open").click()
    expect(scherm.locator(".scherm__adres")).to_be_visible(timeout=LIVE)
    phone = enter(**PHONE)
    phone.goto(f"http://{scherm.locator('.scherm__adres').inner_text()}/")
    at_rest(phone)
    intercept(phone, "**/*", lambda route: route.abort())  # nothing slips out while the network goes
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Eens", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("Je keuze is niet verstuurd.")
    expect(phone.locator("[aria-pressed=true]")).to_have_count(0)
    let_through(phone)
    phone.context.set_offline(False)
    choose(phone, "Eens")
    expect(phone.get_by_role("alert")).to_have_count(0)


def test_counts_of_tables_reach_the_scherm_and_the_regie(enter, avond, live, regie, scherm):
    femke = enter.tablet(avond.link(1))
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=timezone.now())
    femke.get_by_text("Peiling over stelling 1").click(timeout=LIVE)
    for keuze in ("Eens", "Eens", "Oneens"):
        femke.get_by_role("button", name=f"Eén meer: {keuze}").click()
    expect(femke.locator("[data-peiling-staat]")).to_have_text("Verzonden")
    assert Peiling.objects.get().eens == 2
    expect(scherm.get_by_role("img", name="Vooraf 2 eens, 1 oneens, 0 anders.")).to_be_visible(timeout=LIVE)
    expect(scherm.get_by_role("img", name="Tafel 1: vooraf 2 eens.")).to_be_visible()
    expect(row(regie, "Vooraf")).to_contain_text("1 tafel telde 2 eens, 1 oneens", timeout=LIVE)


@pytest.mark.parametrize("kleur", ["light", "dark"])
def test_peiling_is_accessible_on_a_small_phone_and_on_the_scherm(enter, avond, axe, regie, scherm, kleur):
    row(regie, "Vooraf").get_by_role("button", name="Open").click()
    expect(scherm.locator(".scherm__adres")).to_be_visible(timeout=LIVE)
    phone = enter(color_scheme=kleur, **PHONE)
    phone.goto(f"http://{scherm.locator('.scherm__adres').inner_text()}/")
    choose(phone, "Eens")
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    for button in phone.get_by_role("button", name=re.compile("^(Eens|Oneens|Anders)$")).all():
        assert button.bounding_box()["height"] >= 44
    assert axe(scherm) == []
    assert axe(regie) == []


def test_tables_take_turns_when_they_do_not_fit(enter, avond, live):
    """Eight tables: four at a time, large enough for the back of the room."""
    stelling = avond.diner.stellingen.get(nummer=1)
    tafels = [*avond.tafels, *(TafelFactory(diner=avond.diner, nummer=nummer) for nummer in range(3, 9))]
    for tafel in tafels:
        for moment, eens in (("voor", 3), ("na", 5)):
            Peiling.objects.create(
                tafel=tafel, stelling=stelling, moment=moment, eens=eens, oneens=2, updated_at=timezone.now()
            )
    live.run(show_beeld, diner=avond.diner, beeld="peiling", version=0, now=timezone.now())
    page = enter(viewport={"width": 1280, "height": 720})
    page.goto(f"/scherm/{scherm_token_of(open_scherm(diner=avond.diner))}/")
    parts = page.locator("[data-beurten] > div")
    expect(parts).to_have_count(2)
    for part in (0, 1):  # whose turn it is first, the clock says
        expect(parts.nth(part)).to_be_visible(timeout=20_000)
        expect(parts.nth(1 - part)).to_be_hidden()
        shown = parts.nth(part).locator("text").filter(has_text=re.compile("^Tafel")).all_text_contents()
        assert shown == [f"Tafel {nummer}" for nummer in range(1 + 4 * part, 5 + 4 * part)]
        assert page.evaluate(MAAT) == {"small": [], "outside": []}
