"""The page of a table, in real browsers: nothing that was shown as kept is ever gone, whatever the network does."""

import json
import re
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from capture.models import Bijdrage, BijdrageVersie, Peiling, Quarantaine
from capture.services import add_bijdrage
from capture.services.bijdragen import Inhoud
from capture.services.sync import begin_epoch
from sessions.services import close_diner, open_diner, start_ronde
from tests.e2e.network import held_up, intercept, let_through
from tests.e2e.test_avond import LIVE, note, own_list

SLOW = 40_000  # ms: a back-off of 30 s may lie between a server that is back and the next try
KEPT = "Bewaard op deze tablet"
WIJZIG = re.compile("^Wijzig ?:")


def field(page: Page):
    return page.locator("[data-noteer] textarea")


def knows_its_table(page: Page) -> None:
    """The first answer of the server is in: without a network, too, it can name its table from now on."""
    expect(page.locator("[data-hulp]")).to_be_visible()


def states(page: Page):
    return page.locator("#bijdrage-list [data-staat]")


def ready(page: Page) -> Page:
    """Wait until the service worker keeps the page."""
    expect(page.locator("[data-apparaat]")).to_contain_text("opent ook als er geen verbinding is")
    return page


def wait_until(page: Page, script: str, tries: int = 150) -> None:
    """Wait until *script* is true; Playwright's own way needs eval, which our pages forbid."""
    for _ in range(tries):
        with suppress(Error):  # the page went to another one while it was asked
            if page.evaluate(script):
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"{script}: {page.evaluate(script.split(' === ')[0])}")


def open_again_until_the_worker_changes(page: Page) -> None:
    """A new worker begins when the one before it is idle, and one that is watched by a test is not always found so."""
    for _ in range(8):
        with suppress(Error):  # the page may be loading itself again at this very moment
            page.reload()
        with suppress(AssertionError):
            wait_until(page, "navigator.serviceWorker.getRegistration('/').then((r) => !r.waiting)", tries=25)
            return
    raise AssertionError("the new worker never began")


def eventually(found) -> None:
    """Wait until *found()* is true of what the server stored. Meanwhile nothing that was intercepted goes on."""
    for _ in range(300):
        if found():
            return
        time.sleep(0.1)
    raise AssertionError("never came true")


def drop(route):
    route.abort()


def cut_off(page: Page) -> None:
    """The network goes, and nothing slips out while it does."""
    intercept(page, "**/sync/**", drop)
    page.context.set_offline(True)


def join_up(page: Page) -> None:
    """The network is back."""
    let_through(page, "**/sync/**")
    page.context.set_offline(False)


# --- without a network -----------------------------------------------------------------------------------------------


def test_whole_evening_without_a_server(enter, avond, live):
    femke = ready(enter.tablet(avond.link(1)))
    note(femke, "toen er nog verbinding was")
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    live.stop()
    femke.reload()
    expect(femke.get_by_role("heading", name="We beginnen zo")).to_be_visible()
    expect(femke.locator("[data-verbinding]")).to_contain_text("Geen verbinding")
    expect(femke.locator("#bijdrage-list")).to_contain_text("toen er nog verbinding was")
    # the table goes its own way: chosen once, until there is a network again
    femke.get_by_label("Stelling 1").first.check()
    expect(femke.get_by_role("heading", name="Elk dorp houdt")).to_be_visible()
    for tekst in ("één", "twee", "drie"):
        note(femke, tekst)
    femke.get_by_label("Stelling 2").first.check()
    expect(femke.get_by_role("heading", name="De auto is te gast")).to_be_visible()
    note(femke, "over de auto")
    # change, adjust, move, throw away and take back
    own_list(femke).filter(has_text="twee").get_by_role("button", name=WIJZIG).click()
    row = femke.locator(".notitie--bezig")
    row.locator("textarea").fill("twee, maar anders")
    row.get_by_label("Stelling 2").check()
    row.locator("textarea").press("Enter")
    expect(own_list(femke).filter(has_text="twee, maar anders")).to_contain_text("Stelling 2")
    own_list(femke).filter(has_text="één").get_by_role("button", name="Bijstellen").click()
    expect(femke.get_by_text("Stelt bij: “één”")).to_be_visible()
    note(femke, "toch niet")
    own_list(femke).filter(has_text="drie").get_by_role("button", name="Verwijder").click()
    expect(femke.get_by_role("button", name="Ongedaan maken")).to_be_focused()
    femke.keyboard.press("Enter")
    own_list(femke).filter(has_text="over de auto").get_by_role("button", name="Verwijder").click()
    expect(femke.get_by_text("Geen verbinding · 9 bewaard op deze tablet")).to_be_visible()
    # the page, and the browser's tab, go away and come back
    femke.reload()
    expect(own_list(femke)).to_have_count(5 + 1)  # one of them in the bin
    femke.close()
    femke = femke.context.new_page()
    femke.goto(f"{enter.base_url}/tafel/")
    expect(femke.get_by_text("Geen verbinding · 9 bewaard op deze tablet")).to_be_visible()
    expect(femke.locator("#bijdrage-list [data-lijst] .notitie")).to_have_count(5)
    assert Bijdrage.objects.count() == 1
    live.start()
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible(timeout=SLOW)
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 5)
    een, twee = avond.diner.stellingen.order_by("nummer")
    notes = {b.tekst: b for b in Bijdrage.objects.all()}
    assert {tekst: b.stelling for tekst, b in notes.items()} == {
        "toen er nog verbinding was": None,
        "één": een,
        "twee, maar anders": twee,
        "drie": een,
        "over de auto": twee,
        "toch niet": twee,
    }
    assert notes["één"].ronde == avond.diner.rondes.get(stelling=een)
    assert notes["toch niet"].bijgesteld == notes["één"]
    assert [tekst for tekst, b in notes.items() if b.is_deleted] == ["over de auto"]
    assert BijdrageVersie.objects.count() == 10
    assert not BijdrageVersie.objects.filter(apart=True).exists()


def test_scanning_again_without_a_network_shows_the_table(enter, avond, live):
    link = avond.link(1)
    femke = ready(enter.tablet(link))
    live.stop()
    femke.goto("about:blank")
    femke.goto(link)
    expect(femke.get_by_text("Deze tablet zat het laatst aan Tafel 1. Zit je daar nog?")).to_be_visible()
    expect(field(femke)).to_be_hidden()  # it may be the QR of another table
    assert "#" not in femke.url
    femke.get_by_role("button", name="Ja, verder").click()
    expect(femke.get_by_text("Tafel 1 · Wonen en leren")).to_be_visible()
    note(femke, "gewoon door")
    expect(states(femke)).to_have_text([KEPT])
    live.start()


def test_countdown_and_ronde_do_not_depend_on_the_clock_of_the_device(enter, avond, live):
    """Clocks a day ahead and behind, also after a reload without a server."""
    ronde = avond.diner.rondes.first()
    tablets = []
    for hours in (-24, 24):
        page = enter()
        page.clock.install(time=datetime.now(UTC) + timedelta(hours=hours))
        page.goto(avond.link(1))
        page.get_by_role("button", name="Doe mee").click()
        page.get_by_role("button", name="Ja, ik noteer").click()
        tablets.append(ready(page))
    live.run(start_ronde, ronde=ronde, now=timezone.now())
    left = []
    for page in tablets:
        expect(page.locator("[data-klok]")).to_have_text(re.compile(r"^2[45]:"), timeout=LIVE)
        note(page, "in de ronde")
        left.append(page.locator("[data-klok]"))
    eventually(lambda: Bijdrage.objects.count() == 2)
    live.stop()
    for page in tablets:
        page.reload()
        expect(page.locator("[data-klok]")).to_have_text(re.compile(r"^2[345]:"))
    live.start()
    assert {b.ronde for b in Bijdrage.objects.all()} == {ronde}


def test_note_typed_before_the_first_answer_goes_where_the_page_says(enter, avond, live):
    """On the first visit somebody may type and press Enter before the tablet has heard what is on."""
    ronde = avond.diner.rondes.first()
    live.run(start_ronde, ronde=ronde, now=timezone.now())
    femke = enter()
    intercept(femke, "**/sync/*", drop)
    femke.goto(avond.link(1))
    femke.get_by_role("button", name="Doe mee").click()
    femke.get_by_role("button", name="Ja, ik noteer").click()
    femke.wait_for_url("**/tafel/")
    expect(femke.locator("[data-noteer]").get_by_label("Stelling 1")).to_be_checked()
    note(femke, "meteen al")
    expect(states(femke)).to_have_text([KEPT])
    field(femke).fill("en nog iets")
    let_through(femke)
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([re.compile("Verzonden")], timeout=SLOW)
    expect(femke.locator("[data-noteer]").get_by_label("Stelling 1")).to_be_checked()
    field(femke).press("Enter")
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 2, timeout=SLOW)
    assert {(b.ronde, b.stelling) for b in Bijdrage.objects.all()} == {(ronde, ronde.stelling)}


# --- who answers? ----------------------------------------------------------------------------------------------------

PORTALS = {
    "a page": {"status": 200, "content_type": "text/html", "body": "<h1>Welkom bij wifi</h1>"},
    "json": {"status": 200, "content_type": "application/json", "body": '{"verdicts": "stored"}'},
    "no body": {"status": 200, "content_type": "application/json", "body": ""},
    "login": {"status": 302, "headers": {"Location": "https://wifi.test/login"}},
    "511": {"status": 511, "content_type": "text/html", "body": "aanmelden"},
    "401 of others": {"status": 401, "content_type": "application/json", "body": '{"fout": "aanmelden"}'},
}


@pytest.mark.parametrize("question", ["**/sync/*", "**/sync/ops"])
@pytest.mark.parametrize("portal", PORTALS)
def test_answer_of_somebody_else_is_no_answer(enter, avond, portal, question):
    """Whether it stands between the tablet and everything, or only between the tablet and its notes."""
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    intercept(femke, question, lambda route: route.fulfill(**PORTALS[portal]))
    note(femke, "bij het hotel")
    expect(states(femke)).to_have_text([KEPT])
    with femke.expect_request(question):
        femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(femke.get_by_text("Geen verbinding · 1 bewaard op deze tablet")).to_be_visible()
    expect(states(femke)).to_have_text([KEPT])
    assert femke.get_by_text("Verzonden").count() == 0
    assert not Bijdrage.objects.exists()
    let_through(femke)
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([re.compile("Verzonden")], timeout=SLOW)
    assert Bijdrage.objects.count() == 1
    enter.wrong.clear()  # the 511 that this test made itself


def test_half_an_answer_is_no_answer_and_nothing_doubles(enter, avond):
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    cut = []

    def answer_in_half(route):
        answer = route.fetch()
        cut.append(answer.text())
        route.fulfill(response=answer, body=answer.text()[: len(answer.text()) // 2])

    intercept(femke, "**/sync/ops", answer_in_half)
    note(femke, "het antwoord breekt af")
    expect(femke.get_by_text("Geen verbinding · 1 bewaard op deze tablet")).to_be_visible()
    expect(states(femke)).to_have_text([KEPT])
    assert '"stored"' in cut[0]
    let_through(femke)
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    assert BijdrageVersie.objects.count() == 1


def test_verdict_about_another_op_settles_nothing(enter, avond):
    femke = enter.tablet(avond.link(1))

    def about_something_else(route):
        body = {
            "denkdiner": 1,
            "now": timezone.now().isoformat(),
            "verdicts": [{"op_id": "f3e5d2c0-0000-4000-8000-000000000000", "verdict": "stored", "rev": 1}],
        }
        route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    intercept(femke, "**/sync/ops", about_something_else)
    with femke.expect_request("**/sync/ops"):
        note(femke, "wie is stored?")
    expect(states(femke)).to_have_text([KEPT])
    let_through(femke)
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([re.compile("Verzonden")])


def test_op_that_the_server_trips_over_holds_up_nothing(enter, avond):
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()

    def trips(route):
        if "giftig" in route.request.post_data:
            route.fulfill(status=500, content_type="text/html", body="oei")
        else:
            route.continue_()

    intercept(femke, "**/sync/ops", trips)
    enter.wrong.clear()
    for tekst in ("giftig", "gewoon", "ook gewoon"):
        note(femke, tekst)
    row = own_list(femke)
    expect(row.filter(has_text=re.compile("gewoon"))).to_have_text([re.compile("Verzonden")] * 2)
    expect(row.filter(has_text="giftig")).to_contain_text(KEPT)
    let_through(femke)
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 3)
    enter.wrong.clear()  # the 500 that this test made itself


def test_signed_off_tablet_keeps_its_notes_and_goes_on_after_scanning_again(enter, avond, live):
    femke = enter.tablet(avond.link(1))
    intercept(femke, "**/sync/ops", drop)
    note(femke, "nog niet weg")
    expect(states(femke)).to_have_text([KEPT])
    femke.context.clear_cookies(name="tafel")
    let_through(femke)
    ready(femke)
    femke.reload()
    expect(femke.get_by_text("Opnieuw aanmelden · 1 bewaard op deze tablet")).to_be_visible()
    femke.goto(avond.link(1))
    femke.get_by_role("button", name="Doe mee").click()
    femke.get_by_role("button", name="Ja, ik noteer").click()
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    assert Bijdrage.objects.get().tafel == avond.tafels[0]


def test_notes_of_another_table_wait_for_that_table(enter, avond):
    femke = enter.tablet(avond.link(1))
    knows_its_table(femke)
    intercept(femke, "**/sync/ops", drop)
    note(femke, "van tafel 1")
    expect(states(femke)).to_have_text([KEPT])
    femke.context.clear_cookies(name="tafel")
    let_through(femke)
    femke.goto(avond.link(2))
    femke.get_by_role("button", name="Doe mee").click()
    femke.get_by_role("button", name="Ja, ik noteer").click()
    expect(femke.get_by_text("Tafel 2 · Wonen en leren")).to_be_visible()
    expect(femke.get_by_text("staat nog 1 notitie van Tafel 1")).to_be_visible()
    note(femke, "van tafel 2")
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    assert [b.tafel.nummer for b in Bijdrage.objects.all()] == [2]
    femke.context.clear_cookies(name="tafel")
    femke.goto(avond.link(1))
    femke.get_by_role("button", name="Doe mee").click()
    femke.get_by_role("button", name="Ja, ik noteer").click()
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    assert {(b.tafel.nummer, b.tekst) for b in Bijdrage.objects.all()} == {
        (1, "van tafel 1"),
        (2, "van tafel 2"),
    }


def test_backup_that_was_put_back_gets_everything_again(enter, avond, live):
    femke = enter.tablet(avond.link(1))
    for tekst in ("één", "twee"):
        note(femke, tekst)
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 2)
    twee = Bijdrage.objects.get(tekst="twee")
    twee.versies.all().delete()
    twee.delete()
    live.run(begin_epoch, epoch=uuid.uuid4())
    femke.reload()
    eventually(lambda: Bijdrage.objects.count() == 2)
    expect(own_list(femke).locator(".notitie__tekst")).to_have_count(2)
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 2)
    assert sorted(Bijdrage.objects.values_list("tekst", flat=True)) == ["twee", "één"]
    assert BijdrageVersie.objects.count() == 2


# --- several tablets at one table ------------------------------------------------------------------------------------


def two_versions(femke, collega):
    note(femke, "het begin")
    expect(own_list(collega)).to_have_count(1, timeout=LIVE)
    for page, tekst in ((femke, "zoals Femke het hoorde"), (collega, "zoals de collega het hoorde")):
        cut_off(page)
        page.get_by_role("button", name=WIJZIG).click()
        page.locator(".notitie textarea").fill(tekst)
        page.locator(".notitie textarea").press("Enter")
        expect(states(page)).to_have_text([KEPT])
    join_up(femke)
    expect(states(femke)).to_have_text([re.compile("Verzonden")], timeout=SLOW)
    join_up(collega)
    for page in (femke, collega):
        expect(page.get_by_text("Twee versies").first).to_be_visible(timeout=SLOW)
        expect(page.locator(".versie .notitie__tekst")).to_have_text(
            ["zoals Femke het hoorde", "zoals de collega het hoorde"]
        )


def test_two_versions_are_both_kept_and_one_tap_chooses(enter, avond):
    femke, collega = enter.tablet(avond.link(1)), enter.tablet(avond.link(1))
    two_versions(femke, collega)
    femke.locator(".versie").last.get_by_role("button").click()
    for page in (femke, collega):
        expect(own_list(page)).to_have_text([re.compile("zoals de collega het hoorde")], timeout=SLOW)
        expect(page.get_by_text("Twee versies")).to_have_count(0, timeout=SLOW)
    assert BijdrageVersie.objects.filter(bijdrage=Bijdrage.objects.get()).count() == 4


def test_two_versions_become_one(enter, avond, axe):
    femke, collega = enter.tablet(avond.link(1)), enter.tablet(avond.link(1))
    two_versions(femke, collega)
    assert axe(femke) == []
    collega.get_by_role("button", name="Maak er één van").click()
    area = collega.locator(".notitie textarea")
    expect(area).to_have_value("zoals Femke het hoorde\nzoals de collega het hoorde")
    area.fill("zoals zij het samen hoorden")
    area.press("Enter")
    for page in (femke, collega):
        expect(own_list(page)).to_have_text([re.compile("zoals zij het samen hoorden")], timeout=SLOW)
    assert not Bijdrage.objects.get().twee_versies


def test_typing_is_never_interrupted_by_what_arrives(enter, avond, live):
    femke = enter.tablet(avond.link(1))
    note(femke, "een notitie om te wijzigen")
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    femke.get_by_role("button", name=WIJZIG).click()
    for place in (femke.locator(".notitie textarea"), field(femke)):
        place.focus()
        place.press("End")
        before = place.input_value()
        for number in range(30):
            live.run(
                add_bijdrage,
                tafel=avond.tafels[0],
                bijdrage_id=uuid.uuid4(),
                op_id=uuid.uuid4(),
                inhoud=Inhoud(tekst=f"van een ander {number}"),
                now=timezone.now(),
            )
            femke.keyboard.type("abc"[number % 3])
        expect(place).to_be_focused()
        expect(place).to_have_value(before + "abc" * 10)
    expect(own_list(femke)).to_have_count(61, timeout=LIVE)
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=timezone.now())
    expect(femke.get_by_role("heading", name="Elk dorp houdt")).to_be_visible(timeout=LIVE)
    expect(field(femke)).to_have_value("abc" * 10)
    expect(field(femke)).to_be_focused()


# --- refused, closed, broken -----------------------------------------------------------------------------------------


def test_what_is_put_apart_is_shown_and_can_be_taken_back(enter, avond, live):
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    cut_off(femke)
    note(femke, "te laat voor het diner")
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    join_up(femke)
    expect(femke.get_by_text("Apart gezet: de organisator kijkt ernaar.")).to_be_visible(timeout=SLOW)
    expect(femke.get_by_role("heading", name="Bedankt, dit diner is afgesloten")).to_be_visible()
    assert Quarantaine.objects.get().tekst == "te laat voor het diner"
    femke.reload()
    expect(femke.get_by_text("Apart gezet: de organisator kijkt ernaar.")).to_be_visible()
    live.run(open_again, avond.diner)
    femke.reload()
    femke.get_by_role("button", name="Opnieuw opschrijven").click()
    expect(field(femke)).to_have_value("te laat voor het diner")
    field(femke).press("Enter")
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    femke.reload()
    expect(own_list(femke)).to_have_count(1)


def open_again(diner):
    from sessions.services import reopen_diner

    reopen_diner(diner=diner, now=timezone.now())


BROKEN = {
    "blocked": "indexedDB.open = () => { throw new DOMException('geblokkeerd', 'SecurityError'); };",
    "full": "IDBObjectStore.prototype.add = function () { this.transaction.abort(); };",
}


@pytest.mark.parametrize("how", BROKEN)
def test_tablet_that_keeps_nothing_says_so_and_sends_at_once(enter, avond, how):
    femke = enter.tablet(avond.link(1), BROKEN[how])
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    intercept(femke, "**/sync/ops", drop)
    note(femke, "gaat nergens heen")
    expect(states(femke)).to_have_text(
        [re.compile("NIET bewaard – laat dit scherm open en roep de organisator")]
    )
    note(femke, "en deze ook niet")
    expect(femke.get_by_text("kan niets bewaren").first).to_be_visible()
    assert femke.get_by_text(KEPT).count() == 0
    with femke.expect_download() as download:
        femke.get_by_role("button", name="Bewaar als bestand").first.click()
    assert "gaat nergens heen" in download.value.path().read_text(encoding="utf-8")
    field(femke).fill("intussen getypt")
    let_through(femke)
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 2)
    expect(field(femke)).to_have_value("intussen getypt")
    assert sorted(Bijdrage.objects.values_list("tekst", flat=True)) == [
        "en deze ook niet",
        "gaat nergens heen",
    ]


def test_note_that_is_too_long_stays_in_the_field(enter, avond):
    femke = enter.tablet(avond.link(1))
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    note(femke, "x" * 20_001)
    expect(femke.get_by_text("Deze notitie is te lang: 20001 tekens, ten hoogste 20000 kan.")).to_be_visible()
    expect(field(femke)).to_have_value("x" * 20_001)
    note(femke, "x" * 20_000)
    expect(states(femke)).to_have_text([re.compile("Verzonden")])


def test_concept_survives_with_everything_that_was_chosen(enter, avond, live):
    femke = ready(enter.tablet(avond.link(1)))
    note(femke, "een notitie")
    live.stop()
    femke.get_by_role("button", name=WIJZIG).click()
    femke.locator(".notitie textarea").fill("half gewijzigd")
    field(femke).fill("half getypt")
    femke.get_by_label("Letterlijk").first.check()
    femke.get_by_label("Waarde").first.check()
    femke.get_by_label("Stelling 2").first.check()
    femke.locator("[data-noteer] [data-woord]").fill("school")
    femke.locator("[data-noteer]").get_by_role("button", name="Erbij").click()
    femke.locator("[data-noteer]").get_by_text("Meer: standpunt").click()
    femke.get_by_label("Tegen").first.check()
    femke.wait_for_timeout(1_500)  # until the disk has it
    femke.reload()
    expect(field(femke)).to_have_value("half getypt")
    for label in ("Letterlijk", "Waarde", "Tegen", "Stelling 2"):
        expect(femke.locator("[data-noteer]").get_by_label(label)).to_be_checked()
    expect(femke.locator("[data-noteer]").get_by_role("button", name="school")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(femke.locator(".notitie textarea")).to_have_value("half gewijzigd")
    femke.locator(".notitie textarea").press("Enter")
    field(femke).press("Enter")
    live.start()
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 2, timeout=SLOW)
    half = Bijdrage.objects.get(tekst="half getypt")
    assert (half.letterlijk, half.soort, half.standpunt, half.trefwoorden) == (
        True,
        "waarde",
        "tegen",
        ["school"],
    )
    assert half.stelling.nummer == 2
    assert Bijdrage.objects.filter(tekst="half gewijzigd").exists()


# --- words, hands, help, messages ------------------------------------------------------------------------------------


def test_trefwoorden_of_other_tables_are_one_tap_away(enter, avond, live):
    bram = enter.tablet(avond.link(2))
    bram.locator("[data-noteer] [data-woord]").fill("schoolbus")
    bram.locator("[data-noteer] [data-woord]").press("Enter")
    note(bram, "de bus rijdt niet")
    expect(states(bram)).to_have_text([re.compile("Verzonden")])
    caches["proces"].clear()  # suggestions may be ten seconds old
    femke = ready(enter.tablet(avond.link(1)))
    live.stop()
    femke.reload()
    femke.locator("[data-noteer]").get_by_role("button", name="schoolbus").click()
    note(femke, "wie haalt de kinderen?")
    expect(own_list(femke)).to_contain_text("schoolbus")
    live.start()
    expect(states(femke)).to_have_text([re.compile("Verzonden")], timeout=SLOW)
    assert [b.trefwoorden for b in Bijdrage.objects.all()] == [["schoolbus"]] * 2


def test_hands_are_counted_before_and_after_also_without_a_network(enter, avond, live):
    femke = enter.tablet(avond.link(1))
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=timezone.now())
    femke.get_by_text("Peiling over stelling 1").click(timeout=LIVE)
    plus = femke.get_by_role("button", name="Eén meer: Eens")
    for _ in range(3):
        plus.click()
    femke.get_by_role("button", name="Eén meer: Oneens").click()
    state = femke.locator("[data-peiling-staat]")
    expect(state).to_have_text("Verzonden")
    cut_off(femke)
    femke.get_by_label("Na het gesprek").check()
    femke.get_by_role("button", name="Eén meer: Anders").click()
    expect(state).to_have_text(KEPT)
    join_up(femke)
    expect(state).to_have_text("Verzonden", timeout=SLOW)
    femke.reload()
    femke.get_by_text("Peiling over stelling 1").click()
    expect(femke.locator("[data-tel=eens] output")).to_have_text("3")
    found = {p.moment: (p.eens, p.oneens, p.neutraal) for p in Peiling.objects.all()}
    assert found == {"voor": (3, 1, 0), "na": (0, 0, 1)}


def test_help_is_asked_and_taken_back(enter, avond, live):
    femke = enter.tablet(avond.link(1))
    knop = femke.get_by_role("button", name="Hulp nodig")
    knop.click()
    gevraagd = femke.get_by_role("button", name="Hulp gevraagd")
    expect(gevraagd).to_have_attribute("aria-pressed", "true")
    gevraagd.click()
    expect(knop).to_have_attribute("aria-pressed", "false")
    # the first answer may have been under way and tell of what was before; the second does not
    for _ in range(2):
        with femke.expect_response("**/sync/hallo*"):
            femke.evaluate("document.body.dispatchEvent(new CustomEvent('live-poll'))")
    cut_off(femke)
    knop.click()
    expect(femke.get_by_text("Geen verbinding: loop even naar de organisator.")).to_be_visible()
    expect(knop).to_have_attribute("aria-pressed", "false")


def test_older_answer_does_not_take_back_that_help_was_asked(enter, avond):
    femke = enter.tablet(avond.link(1))
    knows_its_table(femke)
    older = []
    intercept(femke, "**/sync/hallo*", older.append)
    femke.evaluate("document.body.dispatchEvent(new CustomEvent('live-poll'))")
    question = held_up(femke, older)
    answer = question.fetch()
    let_through(femke)
    femke.evaluate("""() => {
      const button = document.querySelector("[data-hulp]");
      window.said = [];
      const look = new MutationObserver(() => window.said.push(button.textContent.trim()));
      look.observe(button, { childList: true, subtree: true });
    }""")
    femke.get_by_role("button", name="Hulp nodig").click()
    expect(femke.get_by_role("button", name="Hulp gevraagd")).to_be_visible()
    with femke.expect_response("**/sync/hallo*"):
        question.fulfill(response=answer)
    with femke.expect_response("**/sync/hallo*"):
        femke.evaluate("document.body.dispatchEvent(new CustomEvent('live-poll'))")
    assert femke.evaluate("window.said") == ["Hulp gevraagd"]


def test_message_of_the_regie_is_read(enter, avond, live):
    from sessions.models import Gebruiker
    from sessions.services.zaal import send_bericht

    femke = enter.tablet(avond.link(1))
    roos = Gebruiker.objects.get(email="roos@voorbeeld.test")
    live.run(
        send_bericht,
        diner=avond.diner,
        tafel=None,
        tekst="Over vijf minuten plenair.",
        gebruiker=roos,
        now=timezone.now(),
    )
    expect(femke.get_by_text("Over vijf minuten plenair.")).to_be_visible(timeout=LIVE)
    with femke.expect_response("**/sync/gezien"):
        femke.get_by_role("button", name="Gezien").click()
    expect(femke.get_by_text("Over vijf minuten plenair.")).to_have_count(0)
    femke.reload()
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    expect(femke.get_by_text("Over vijf minuten plenair.")).to_have_count(0)


# --- the service worker ----------------------------------------------------------------------------------------------


def test_newer_build_waits_while_something_could_be_lost(enter, avond, live, monkeypatch):
    """Two builds: the page never reloads under text or unsent notes, and a tablet of the old build is still accepted."""
    from capture.views import schil

    femke = ready(enter.tablet(avond.link(1)))
    live.run(open_diner, diner=avond.diner, now=timezone.now())
    monkeypatch.setattr(schil, "NAMEN", schil.NAMEN | {"bouw": "nieuwer"})
    femke.goto(f"{enter.base_url}/tafel/")
    assert "nieuwer" not in femke.content()
    wait_until(femke, "navigator.serviceWorker.getRegistration('/').then((r) => Boolean(r.waiting))")
    field(femke).fill("nog aan het typen")
    note(femke, "van de vorige bouw")
    expect(states(femke)).to_have_text([re.compile("Verzonden")])
    field(femke).fill("nog aan het typen")
    femke.wait_for_timeout(1_500)  # until the disk has it
    femke.reload()
    expect(field(femke)).to_have_value("nog aan het typen")
    assert "nieuwer" not in femke.content()
    # an empty field, nothing unsent, and no evening on: then it may
    field(femke).fill("")
    femke.wait_for_timeout(
        1_500
    )  # until the disk has forgotten the words too: with them, the page would rightly wait
    type(avond.diner).objects.update(status="voorbereiding")
    open_again_until_the_worker_changes(femke)
    wait_until(femke, "document.documentElement.outerHTML.includes('nieuwer')")
    expect(own_list(femke)).to_have_count(1)


def test_page_that_came_in_while_its_worker_changed_is_of_the_new_build(enter, avond, monkeypatch):
    """Another page of this tablet told the worker to take over at that very moment: nobody was there to hear it."""
    from capture.views import schil

    femke = ready(enter.tablet(avond.link(1)))
    femke.reload()  # from now on it comes from the worker
    ready(femke)
    monkeypatch.setattr(schil, "NAMEN", schil.NAMEN | {"bouw": "nieuwer"})
    femke.evaluate("navigator.serviceWorker.getRegistration('/').then((r) => r.update())")
    wait_until(femke, "navigator.serviceWorker.getRegistration('/').then((r) => Boolean(r.waiting))")
    femke.add_init_script(
        "navigator.serviceWorker?.getRegistration('/').then((r) => r?.waiting?.postMessage('neem-over'))"
    )
    open_again_until_the_worker_changes(femke)
    wait_until(femke, "document.documentElement.outerHTML.includes('nieuwer')")


def test_page_of_somebody_else_is_not_kept(enter, avond, monkeypatch):
    monkeypatch.setattr("capture.views.schil.MARKER", "hotel")
    femke = enter()
    femke.goto(avond.link(1))
    femke.get_by_role("button", name="Doe mee").click()
    femke.get_by_role("button", name="Ja, ik noteer").click()
    expect(femke.get_by_text("zolang deze pagina open blijft")).to_be_visible()
    femke.reload()
    expect(femke.get_by_role("heading", name="We beginnen zo")).to_be_visible()


# --- a device at a table ---------------------------------------------------------------------------------------------


def test_page_can_be_put_on_the_home_screen(enter, avond):
    femke = ready(enter.tablet(avond.link(1)))
    browser = femke.context.new_cdp_session(femke)
    manifest = browser.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    problems = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # a window of a test is a private one, and no page can be installed from that
    assert [one["errorId"] for one in problems if one["errorId"] != "in-incognito"] == []


LAMP = """window.lamp = [];
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  window.lamp.push("on");
  const sentinel = new EventTarget();
  sentinel.release = async () => { window.lamp.push("off"); sentinel.dispatchEvent(new Event("release")); };
  return sentinel;
} } });"""


def test_screen_stays_on_while_a_ronde_runs(enter, avond, live):
    femke = enter()
    femke.add_init_script(LAMP)
    femke.goto(avond.link(1))
    femke.get_by_role("button", name="Doe mee").click()
    femke.get_by_role("button", name="Ja, ik noteer").click()
    expect(femke.get_by_role("heading", name="We beginnen zo")).to_be_visible()
    assert femke.evaluate("window.lamp") == []
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=timezone.now())
    wait_until(femke, "window.lamp.join() === 'on'")
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    wait_until(femke, "window.lamp.join() === 'on,off'")


@pytest.mark.parametrize("kleuren", ["light", "dark"])
def test_every_state_of_the_tablet_is_accessible_and_fits_a_phone(enter, avond, live, axe, kleuren):
    wrong = {}
    femke = enter.tablet(avond.link(1), color_scheme=kleuren)

    def look(state):
        femke.evaluate("scrollTo(0, 0)")  # nothing half under what stays in view
        for line in axe(femke):
            wrong.setdefault(state, []).append(line)
        femke.set_viewport_size({"width": 320, "height": 640})
        if (width := femke.evaluate("document.documentElement.scrollWidth")) > 320:
            wrong.setdefault(state, []).append(f"{width} px wide on a phone of 320 px")
        femke.set_viewport_size({"width": 1024, "height": 768})

    look("waiting")
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=timezone.now())
    expect(femke.get_by_role("heading", name="Elk dorp houdt")).to_be_visible(timeout=LIVE)
    femke.locator("[data-noteer] [data-woord]").fill("meerjarenonderhoudsplanning")
    femke.locator("[data-noteer] [data-woord]").press("Enter")
    for tekst in ("één", "een lang woord: " + "meerjarenonderhoudsplanning" * 3, "drie"):
        note(femke, tekst)
    femke.get_by_text("Peiling over stelling 1").click()
    femke.get_by_text("Deze tablet", exact=True).click()
    look("a ronde")
    cut_off(femke)
    femke.get_by_label("Stelling 2").first.check()
    note(femke, "zonder verbinding")
    own_list(femke).filter(has_text="drie").get_by_role("button", name=WIJZIG).click()
    own_list(femke).filter(has_text="lang woord").get_by_role("button", name="Bijstellen").click()
    own_list(femke).filter(has_text="zonder verbinding").get_by_role("button", name="Verwijder").click()
    look("changing a note without a network")
    join_up(femke)
    femke.get_by_role("button", name="Annuleren").click()
    expect(states(femke)).to_have_text([re.compile("Verzonden")] * 3, timeout=SLOW)
    expect(femke.locator("body")).to_have_attribute("data-live", "open", timeout=SLOW)
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    expect(femke.get_by_role("heading", name="Bedankt")).to_be_visible(timeout=LIVE)
    look("closed")
    femke.context.clear_cookies(name="tafel")
    femke.reload()
    expect(femke.get_by_text("Opnieuw aanmelden").first).to_be_visible()
    look("signed off")
    assert wrong == {}
