"""An evening, in real browsers: two tablets, a regie, a reporter and a scherm."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from capture.models import Bijdrage, BijdrageVersie, Quarantaine
from sessions.models import Dinerstatus
from tests.e2e.network import intercept, let_through

LIVE = 15_000
"""ms: what a nudge may take. A page with an open websocket does not poll, so only the websocket can have brought it."""


def note(page: Page, tekst: str) -> None:
    field = page.get_by_label("Wat wordt er gezegd?")
    field.fill(tekst)
    field.press("Enter")


def own_list(page: Page):
    return page.locator("#bijdrage-list .notitie")


@pytest.fixture
def roos(enter, avond):
    return enter.member("roos", viewport={"width": 1280, "height": 900})


@pytest.fixture
def regie(roos, avond):
    roos.goto(f"{avond.path}/regie/")
    expect(roos.get_by_text("Live verbonden")).to_be_visible()
    return roos


def test_evening_from_link_to_report(enter, avond, live, roos):
    # Roos opens the links of the tables; the QR is a picture of the very same link
    roos.goto(f"{avond.path}/")
    roos.get_by_role("link", name="Links en QR-codes").click()
    links = [roos.get_by_label(f"Link van tafel {n}").input_value() for n in (1, 2)]
    expect(roos.get_by_role("img", name="QR-code van tafel 1")).to_be_visible()
    femke, bram, scherm = enter.tablet(links[0]), enter.tablet(links[1]), enter()
    for tablet in (femke, bram):
        expect(tablet.get_by_role("heading", name="We beginnen zo")).to_be_visible()
        assert "#" not in tablet.url
        expect(tablet.locator("body")).to_have_attribute("data-live", "open")

    # the scherm opens in its own window
    roos.goto(f"{avond.path}/")
    with roos.context.expect_page() as opened:
        roos.get_by_role("button", name="Scherm").click()
    scherm.goto(opened.value.url)
    expect(scherm.get_by_role("heading", name="Wonen en leren")).to_be_visible()
    expect(scherm.locator("body")).to_have_attribute("data-live", "open")

    # the first ronde begins: everybody sees the stelling, nobody reloads
    vera = enter.member("vera", viewport={"width": 1280, "height": 900})
    vera.goto(f"{avond.path}/inbox/")
    expect(vera.get_by_text("Nog geen notities")).to_be_visible()
    expect(vera.get_by_text("Live verbonden")).to_be_visible()
    roos.goto(f"{avond.path}/regie/")
    expect(roos.get_by_text("Live verbonden")).to_be_visible()
    expect(roos.locator("#tafel-counts li")).to_have_count(2)
    roos.get_by_role("button", name="Start de eerstvolgende ronde").click()
    for screen in (femke, bram, scherm):
        expect(screen.get_by_role("heading", name="Elk dorp houdt zijn eigen school.")).to_be_visible(
            timeout=LIVE
        )
        expect(screen.get_by_role("timer")).to_have_text(re.compile(r"2[45]:\d\d"))

    # Femke logs: type, Enter; the field is empty at once and keeps the focus
    note(femke, "kleine school is het hart van het dorp")
    expect(femke.get_by_label("Wat wordt er gezegd?")).to_have_value("")
    expect(femke.get_by_label("Wat wordt er gezegd?")).to_be_focused()
    expect(own_list(femke)).to_have_count(1)
    expect(own_list(femke).first).to_contain_text("Verzonden")
    expect(vera.locator("#inbox-list")).to_contain_text(
        "kleine school is het hart van het dorp", timeout=LIVE
    )
    expect(roos.locator("#tafel-counts [data-tafel='1']")).to_contain_text("1 in totaal", timeout=LIVE)
    expect(own_list(bram)).to_have_count(0)

    # a colleague at the same table sees it too; a literal quote with two lines; a second table says the same
    collega = enter.tablet(links[0])
    expect(own_list(collega)).to_have_count(1)
    expect(collega.locator("body")).to_have_attribute("data-live", "open")
    femke.get_by_label("Letterlijk").check()
    femke.get_by_label("Wat wordt er gezegd?").fill("Een dorp zonder school")
    femke.get_by_label("Wat wordt er gezegd?").press("Shift+Enter")
    femke.get_by_label("Wat wordt er gezegd?").press_sequentially("is een slaapdorp.")
    femke.get_by_label("Quote").check()
    femke.get_by_role("button", name="Bewaren").click()
    expect(own_list(collega)).to_have_count(2, timeout=LIVE)
    note(bram, "school weg = jonge gezinnen weg uit het dorp")
    expect(own_list(bram)).to_have_count(1)

    # edit, delete, undo
    own_list(femke).last.get_by_role("button", name="Wijzig").click()
    place = femke.locator(".notitie--bezig")
    place.get_by_label("Wat wordt er gezegd?").fill("kleine school is het hart van een dorp, ook in 2050")
    place.get_by_role("button", name="Bewaren").click()
    expect(own_list(collega).last).to_contain_text("ook in 2050", timeout=LIVE)
    expect(own_list(femke).last).to_contain_text("Verzonden")  # then nothing comes in under the hand any more
    own_list(femke).last.get_by_role("button", name="Verwijder").click()
    # not longer: she may take it back for ten seconds
    expect(own_list(collega).filter(has_text="Wijzig")).to_have_count(1, timeout=8_000)
    femke.get_by_role("button", name="Ongedaan maken").click()
    expect(own_list(femke).filter(has_text="Wijzig")).to_have_count(2)

    # next ronde: an empty editor follows; what somebody is typing is never touched
    bram.get_by_label("Wat wordt er gezegd?").fill("half getypte gedach")
    roos.get_by_role("button", name="Volgende ronde").click()
    for screen in (femke, bram, scherm):
        expect(screen.get_by_role("heading", name="De auto is te gast")).to_be_visible(timeout=LIVE)
    expect(bram.get_by_label("Wat wordt er gezegd?")).to_have_value("half getypte gedach")
    note(femke, "parkeren aan de rand, lopen naar de markt")
    expect(own_list(femke).first).to_contain_text("Stelling 2")
    expect(bram.get_by_label("Stelling 1")).to_be_checked()
    bram.get_by_label("Wat wordt er gezegd?").press("Enter")
    assert bram.get_by_label("Stelling 2").is_checked(), "at once: a fast typist goes on typing"
    expect(own_list(bram).first).to_contain_text("Stelling 1")
    note(bram, "auto's aan de rand")
    expect(own_list(bram).first).to_contain_text("Stelling 2")

    # Vera: a proposal, her own title, the report
    vera.goto(f"{avond.path}/stellingen/1/werkbank/")
    vera.get_by_role("button", name="Maak voorstel").click()
    expect(vera.get_by_text("van 4 notities")).to_be_visible()
    vera.get_by_role("link", name="Nieuwe rode draad").click()
    vera.get_by_label("Titel").fill("De school draagt het dorp")
    vera.get_by_role("button", name="Maken").click()
    vera.get_by_role("link", name="Schrijven aan De school draagt het dorp").click()
    vera.get_by_label("Tekst").fill("Aan beide tafels draait het om de school.")
    vera.get_by_label("de ene kant").fill("klein en dichtbij")
    vera.get_by_label("de andere kant").fill("groot en goed")
    vera.get_by_role("button", name="Opslaan").click()
    expect(vera.get_by_text("De rode draad is opgeslagen.")).to_be_visible()
    vera.get_by_role("link", name="Naar de werkbank").click()
    expect(vera.get_by_text("klein en dichtbij ↔ groot en goed")).to_be_visible()
    vera.get_by_role("link", name="In het verslag").click()
    expect(vera.get_by_role("heading", name="2.1.1 Stelling 1")).to_be_visible()
    with vera.expect_download() as download:
        vera.get_by_role("link", name="Download als Word").click()
    word = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).read("word/document.xml").decode()
    for zin in ("Aan beide tafels draait het om de school.", "Een dorp zonder school", "is een slaapdorp."):
        assert zin in word

    # the end: tables can no longer write, what they wrote is safe; what stands in the field goes to the organiser
    bram.get_by_label("Wat wordt er gezegd?").fill("nog een nakomer")
    roos.get_by_role("button", name="Diner afsluiten").click()
    roos.get_by_role("button", name="Ja, doorgaan").click()
    for tablet in (femke, bram):
        expect(tablet.get_by_text("Bedankt, dit diner is afgesloten")).to_be_visible(timeout=LIVE)
    expect(femke.get_by_text("Je notities zijn bewaard")).to_be_visible()
    expect(bram.get_by_text("Nog niet alles is bij de organisator.")).to_be_visible()
    expect(femke.get_by_label("Wat wordt er gezegd?")).to_be_hidden()
    expect(own_list(femke).get_by_role("button", name="Wijzig")).to_have_count(0)
    bram.wait_for_timeout(300)
    bram.reload()
    expect(bram.get_by_text("Het diner is afgesloten terwijl je typte.")).to_be_visible()
    expect(bram.get_by_label("Wat wordt er gezegd?")).to_have_value("nog een nakomer")
    bram.get_by_role("button", name="Bewaren").click()
    expect(own_list(bram).first).to_contain_text("Apart gezet: de organisator kijkt ernaar.")
    expect(bram.get_by_text("Je notities zijn bewaard")).to_be_visible()
    assert Quarantaine.objects.get().tekst == "nog een nakomer"
    avond.diner.refresh_from_db()
    assert avond.diner.status == Dinerstatus.AFGESLOTEN
    assert Bijdrage.objects.present().count() == 6
    assert BijdrageVersie.objects.count() == 9  # six notes, one edit, one delete, one restore


def test_screens_go_on_by_polling_when_sockets_fail(enter, avond):
    link = avond.link(1)
    femke, collega = enter(), enter()
    for page in (femke, collega):
        page.route_web_socket(re.compile(".*"), lambda socket: socket.close())
        page.goto(link)
        page.get_by_role("button", name="Doe mee").click()
        page.get_by_role("button", name="Ja, ik noteer").click()
        page.wait_for_url("**/tafel/")
        expect(page.locator("body")).to_have_attribute("data-live", "closed")
    note(femke, "zonder websocket")
    expect(own_list(femke)).to_have_count(1)
    expect(own_list(collega)).to_have_count(1, timeout=15_000)


def test_screens_reconnect_by_themselves_and_catch_up(enter, avond, live, regie):
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    live.stop()
    note(femke, "geschreven terwijl er geen server was")
    expect(femke.get_by_text("Geen verbinding · 1 bewaard op deze tablet")).to_be_visible()
    live.start()
    expect(own_list(femke)).to_contain_text(["Verzonden"], timeout=40_000)
    expect(regie.locator("#tafel-counts [data-tafel='1']")).to_contain_text("1 in totaal", timeout=45_000)
    expect(regie.get_by_text("Live verbonden")).to_be_visible(timeout=45_000)
    assert Bijdrage.objects.get().tekst == "geschreven terwijl er geen server was"


def test_saved_notes_wait_in_order_survive_a_reload_and_never_double(enter, avond):
    femke = enter.tablet(avond.link(1))

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    intercept(femke, "**/sync/ops", lambda route: route.abort())
    femke.route("**/sync/ops", lose_the_answer, times=1)  # stored, but the tablet never hears it
    for tekst in ("één", "twee", "drie", "vier", "vijf"):
        note(femke, tekst)
    words = own_list(femke).locator(".notitie__tekst")
    expect(words).to_have_text(["vijf", "vier", "drie", "twee", "één"])
    # a note is in the list before it is on disk
    expect(own_list(femke)).to_contain_text(["Bewaard op deze tablet"] * 5)
    femke.reload()
    expect(words).to_have_text(["vijf", "vier", "drie", "twee", "één"])
    let_through(femke)
    femke.get_by_text("Deze tablet", exact=True).click()
    femke.get_by_role("button", name="Nu verzenden").click()
    expect(own_list(femke)).to_contain_text(["Verzonden"] * 5)
    femke.reload()
    expect(words).to_have_text(["vijf", "vier", "drie", "twee", "één"])
    assert list(BijdrageVersie.objects.values_list("rev", flat=True)) == [1, 1, 1, 1, 1]


def test_tablet_goes_on_after_somebody_signs_in_on_the_same_browser(enter, avond):
    """Signing in gives the browser another CSRF secret; the one that the page knew is refused from then on."""
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    jar = femke.context
    for sent, letter in enumerate(("a", "b"), start=1):
        jar.clear_cookies(name="csrftoken")
        jar.add_cookies([{"name": "csrftoken", "value": letter * 32, "url": enter.base_url}])
        note(femke, f"met geheim {letter}")
        # a back-off may lie between
        expect(own_list(femke)).to_contain_text(["Verzonden"] * sent, timeout=40_000)
    jar.clear_cookies(name="csrftoken")
    note(femke, "zonder geheim")
    expect(own_list(femke)).to_contain_text(["Verzonden"] * 3, timeout=40_000)
    assert Bijdrage.objects.count() == 3


def test_choices_and_words_of_the_tablet(enter, avond):
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    # where a note goes: chosen by hand for one note only
    expect(femke.get_by_label("Algemeen")).to_be_checked()
    femke.get_by_label("Stelling 2").check()
    note(femke, "de eerste")
    expect(own_list(femke).first).to_contain_text("Stelling 2")
    expect(femke.get_by_label("Algemeen")).to_be_checked()
    # an earlier note to adjust; the choice stays while others come in
    own_list(femke).first.get_by_role("button", name="Bijstellen").click()
    expect(femke.get_by_label("Wat wordt er gezegd?")).to_be_focused()
    note(enter.tablet(avond.link(1)), "van een collega")
    expect(own_list(femke)).to_have_count(2, timeout=LIVE)
    expect(own_list(femke).first).to_contain_text("van tablet 2")
    expect(femke.get_by_text("Stelt bij: “de eerste”")).to_be_visible()
    note(femke, "toch anders")
    expect(own_list(femke).first).to_contain_text("stelt bij: “de eerste”")
    # the focus goes on from a button that is gone
    own_list(femke).first.get_by_role("button", name="Verwijder").press("Enter")
    undo = femke.get_by_role("button", name="Ongedaan maken")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(own_list(femke).first.get_by_role("button", name="Wijzig :")).to_be_focused()
    expect(own_list(femke).first).to_contain_text("Verzonden")
    expect(own_list(femke).first).not_to_contain_text("gewijzigd")


def test_keyboard_alone_is_enough_at_the_table(enter, avond):
    femke = enter.tablet(avond.link(1))
    femke.get_by_label("Wat wordt er gezegd?").focus()
    femke.keyboard.type("alleen met toetsen")
    femke.keyboard.press("Tab")  # Bewaren
    femke.keyboard.press("Tab")  # Letterlijk
    femke.keyboard.press("Space")
    femke.keyboard.press("Shift+Tab")
    femke.keyboard.press("Enter")
    expect(own_list(femke)).to_contain_text(["Verzonden"])
    assert Bijdrage.objects.get().letterlijk
    # and to change it: Wijzig, a word more, Escape leaves it, Enter saves it
    wijzig = own_list(femke).get_by_role("button", name="Wijzig")
    wijzig.press("Enter")
    femke.keyboard.type(", of niet")
    femke.keyboard.press("Escape")
    expect(own_list(femke)).to_be_focused()  # the note, and no button: who types on presses nothing
    femke.get_by_role("button", name="Terughalen").press("Enter")
    expect(femke.locator(".notitie textarea")).to_have_value("alleen met toetsen, of niet")
    femke.keyboard.press("Escape")
    wijzig.press("Enter")
    femke.keyboard.type(", of wel")
    femke.keyboard.press("Enter")
    expect(own_list(femke)).to_contain_text(["alleen met toetsen, of wel"])
    expect(own_list(femke)).to_be_focused()
    expect(own_list(femke)).to_contain_text(["Verzonden"])
    assert Bijdrage.objects.get().tekst == "alleen met toetsen, of wel"


def test_everything_works_without_javascript(enter, avond):
    femke = enter(java_script_enabled=False)
    femke.goto("/t/")
    femke.get_by_label("Link van je tafel").fill(enter.base_url + avond.link(1))
    femke.get_by_role("button", name="Verder").click()
    expect(femke.get_by_role("heading", name="Tafel 1")).to_be_visible()
    femke.get_by_role("button", name="Ja, ik noteer").click()
    roos = enter.member("roos", java_script_enabled=False)
    roos.goto(f"{avond.path}/regie/")
    roos.get_by_role("button", name="Start de eerstvolgende ronde").click()
    femke.reload()
    expect(femke.get_by_role("heading", name="Elk dorp houdt")).to_be_visible()
    femke.get_by_role("button", name="Bewaren").click()
    expect(femke.get_by_text("Schrijf eerst op wat er gezegd is.")).to_be_visible()
    femke.get_by_label("Wat wordt er gezegd?").fill("met gewone formulieren")
    femke.get_by_role("button", name="Bewaren").click()
    expect(own_list(femke)).to_have_count(1)
    femke.get_by_role("link", name="Wijzig").click()
    femke.get_by_label("Wat wordt er gezegd?").fill("met gewone formulieren, gewijzigd")
    femke.get_by_role("button", name="Bewaren").click()
    expect(own_list(femke).first).to_contain_text("gewijzigd")
    femke.get_by_role("button", name="Verwijder").click()
    femke.get_by_role("button", name="Terugzetten").click()
    expect(own_list(femke).filter(has_text="Wijzig")).to_have_count(1)
    vera = enter.member("vera", java_script_enabled=False)
    vera.goto(f"{avond.path}/stellingen/1/werkbank/")
    vera.get_by_role("link", name="Verplaats").click()
    vera.get_by_label("Een nieuwe rode draad").check()
    vera.get_by_label("Titel van de nieuwe rode draad").fill("Gewone formulieren")
    vera.get_by_role("button", name="Verplaatsen").click()
    expect(vera.get_by_role("heading", name="Gewone formulieren")).to_be_visible()
