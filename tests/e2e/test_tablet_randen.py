"""The edges of the page of a table: several tabs, colleagues, answers that get lost, words not saved yet."""

import json
import re
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from capture.models import Bijdrage, BijdrageVersie, Quarantaine
from sessions.services import close_diner, start_ronde
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import LIVE, note, own_list
from tests.e2e.test_tablet import KEPT, SLOW, WIJZIG, drop, field, knows_its_table, ready, states

SENT = re.compile("Verzonden")
SLOW_START = """const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...how) {
  const request = open.apply(this, how);
  Object.defineProperty(request, "onsuccess", {
    set(done) { request.addEventListener("success", () => setTimeout(() => done({ target: request }), 3500)); },
  });
  return request;
};"""


def join(page: Page, link: str) -> Page:
    page.goto(link)
    page.get_by_role("button", name="Doe mee").click()
    page.get_by_role("button", name="Ja, ik noteer").click()
    page.wait_for_url("**/tafel/")
    expect(page.get_by_text("Verbonden", exact=True)).to_be_visible()
    knows_its_table(page)
    return page


def connected(enter, avond) -> Page:
    return join(enter(), avond.link(1))


def with_note(page: Page, tekst: str = "het begin") -> Page:
    note(page, tekst)
    expect(states(page)).to_have_text([SENT])
    return page


def edit(page: Page, tekst: str) -> None:
    page.get_by_role("button", name=WIJZIG).click()
    page.locator(".notitie textarea").fill(tekst)
    page.locator(".notitie textarea").press("Enter")


def online_again(page: Page) -> None:
    let_through(page, "**/sync/ops")
    page.evaluate("window.dispatchEvent(new Event('online'))")


def meanwhile(page: Page, found) -> None:
    """Wait until *found()* is true, while the routes of *page* go on."""
    for _ in range(600):
        if found():
            return
        page.wait_for_timeout(50)
    raise AssertionError("never came true")


def lose_the_answer(page: Page) -> None:
    """The server takes what is sent, and nobody hears of it; after that nothing comes through."""
    taken = []

    def lose(route):
        if not taken:
            taken.append(route.fetch())
        with suppress(Error):  # the network came back while this answer was under way
            route.abort()

    intercept(page, "**/sync/ops", lose)


def concept_is_kept(page: Page) -> None:
    expect(page.locator("[data-noteer] [data-concept]")).to_have_text("Concept")


# --- several tabs, several tables ------------------------------------------------------------------------------------


def test_note_waits_when_another_tab_joins_another_table(enter, avond):
    femke = connected(enter, avond)
    intercept(femke, "**/sync/ops", drop)
    note(femke, "van tafel 1")
    expect(states(femke)).to_have_text([KEPT])
    other = join(femke.context.new_page(), avond.link(2))
    online_again(femke)
    expect(femke.get_by_text("staat nog 1 notitie van Tafel 1")).to_be_visible(timeout=SLOW)
    assert not Bijdrage.objects.exists()
    assert not Quarantaine.objects.exists()
    join(other, avond.link(1))
    expect(states(other)).to_have_text([SENT], timeout=SLOW)
    assert Bijdrage.objects.get().tafel == avond.tafels[0]


def test_edit_in_place_stays_with_its_table(enter, avond):
    femke = with_note(enter.tablet(avond.link(1)), "van tafel 1")
    femke.get_by_role("button", name=WIJZIG).click()
    femke.locator(".notitie textarea").fill("van tafel 1, gewijzigd")
    join(femke.context.new_page(), avond.link(2)).close()
    femke.evaluate("document.querySelector('[data-nu-verzenden]').click()")
    expect(femke.get_by_text("Tafel 2 · Wonen en leren")).to_be_visible()
    expect(femke.locator(".notitie")).to_have_count(0)
    expect(field(femke)).to_have_value("")
    join(femke, avond.link(1))
    expect(femke.locator(".notitie textarea")).to_have_value("van tafel 1, gewijzigd")
    femke.locator(".notitie textarea").press("Enter")
    expect(states(femke)).to_have_text([SENT])
    assert Bijdrage.objects.get().tekst == "van tafel 1, gewijzigd"
    assert not Quarantaine.objects.exists()


def test_concept_of_one_tab_survives_a_save_in_another(enter, avond):
    femke = ready(enter.tablet(avond.link(1)))
    other = femke.context.new_page()
    other.goto(f"{enter.base_url}/tafel/")
    expect(other.get_by_text("Verbonden", exact=True)).to_be_visible()
    field(femke).fill("half getypt in de ene tab")
    concept_is_kept(femke)
    with_note(other, "iets kleins in de andere")
    femke.reload()
    expect(field(femke)).to_have_value("half getypt in de ene tab")


# --- what a colleague wrote meanwhile --------------------------------------------------------------------------------


def test_edit_on_a_waiting_edit_does_not_overwrite_a_colleague(enter, avond):
    femke, collega = enter.tablet(avond.link(1)), enter.tablet(avond.link(1))
    with_note(femke)
    expect(own_list(collega)).to_have_count(1, timeout=LIVE)
    intercept(femke, "**/sync/ops", drop)
    edit(femke, "Femke")
    expect(states(femke)).to_have_text([KEPT])
    with femke.expect_response("**/sync/notities*"):
        edit(collega, "collega")
    edit(femke, "Femke, nog eens")
    expect(states(femke)).to_have_text([KEPT])
    online_again(femke)
    meanwhile(femke, lambda: BijdrageVersie.objects.count() == 4)
    assert Bijdrage.objects.get().twee_versies


def test_edit_after_a_lost_answer_does_not_overwrite_a_colleague(enter, avond):
    femke, collega = connected(enter, avond), enter.tablet(avond.link(1))
    intercept(femke, "**/sync/notities*", drop)
    lose_the_answer(femke)
    note(femke, "het begin")
    meanwhile(femke, lambda: Bijdrage.objects.exists())
    expect(own_list(collega)).to_have_count(1, timeout=LIVE)
    edit(collega, "collega")
    meanwhile(femke, lambda: BijdrageVersie.objects.count() == 2)
    online_again(femke)
    expect(states(femke)).to_have_text([SENT], timeout=SLOW)
    expect(own_list(femke)).to_contain_text("het begin")  # she has not read what the colleague made of it
    edit(femke, "Femke")
    meanwhile(femke, lambda: BijdrageVersie.objects.count() == 3)
    assert Bijdrage.objects.get().twee_versies


def test_edits_of_one_note_wait_for_each_other(enter, avond):
    """The server trips over the first edit: the second must not overtake it and become a conflict with oneself."""
    femke = with_note(enter.tablet(avond.link(1)), "een")
    intercept(femke, "**/sync/ops", drop)
    edit(femke, "een giftig")
    expect(own_list(femke)).to_have_text([re.compile(f"een giftig.*{KEPT}")])
    edit(femke, "een goed")
    expect(own_list(femke)).to_have_text([re.compile(f"een goed.*{KEPT}")])
    tripped = []

    def trips(route):
        if "giftig" in route.request.post_data and len(tripped) < 2:
            tripped.append(route)
            route.fulfill(status=500, content_type="text/html", body="oei")
        else:
            route.continue_()

    intercept(femke, "**/sync/ops", trips)  # over the other: nothing may slip through between the two
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    meanwhile(femke, lambda: BijdrageVersie.objects.count() == 3)
    assert len(tripped) == 2
    assert Bijdrage.objects.get().tekst == "een goed"
    assert not Bijdrage.objects.get().twee_versies
    enter.wrong.clear()  # the 500 that this test made itself


def test_answer_from_before_a_nudge_does_not_undo_it(enter, avond, live):
    """The server read the running ronde, then the diner closed; its answer comes after the nudge and names a later time."""
    live.run(start_ronde, ronde=avond.diner.rondes.first(), now=timezone.now())
    femke = connected(enter, avond)
    expect(femke.locator("body")).to_have_attribute("data-live", "open")
    held = []
    intercept(femke, "**/sync/hallo*", lambda route: held.append((route, route.fetch())))
    femke.evaluate("document.body.dispatchEvent(new CustomEvent('tafel-changed'))")
    meanwhile(femke, lambda: held)
    live.run(close_diner, diner=avond.diner, now=timezone.now() - timedelta(minutes=1))
    expect(femke.get_by_role("heading", name="Bedankt")).to_be_visible(timeout=SLOW)
    let_through(femke)
    with femke.expect_request("**/sync/hallo*"):  # it does not trust that answer, and asks once more
        held[0][0].fulfill(response=held[0][1])
    femke.wait_for_timeout(300)
    expect(femke.get_by_role("heading", name="Bedankt")).to_be_visible()


def test_op_that_has_to_come_again_is_no_lost_connection(enter, avond):
    femke = connected(enter, avond)
    femke.evaluate("""() => {
      const line = document.querySelector("[data-verbinding]");
      window.seen = [];
      new MutationObserver(() => window.seen.push(line.textContent)).observe(line, { childList: true, subtree: true });
    }""")
    tries = []

    def again(route):
        ids = [op["op_id"] for op in json.loads(route.request.post_data)["ops"]]
        tries.append(ids)
        verdicts = [{"op_id": one, "verdict": "retry"} for one in ids]
        body = {"denkdiner": 1, "now": timezone.now().isoformat(), "verdicts": verdicts}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(body))

    intercept(femke, "**/sync/ops", again)
    note(femke, "komt nog eens")
    meanwhile(femke, lambda: len(tries) >= 3)
    online_again(femke)
    expect(states(femke)).to_have_text([SENT])
    assert not [tekst for tekst in femke.evaluate("window.seen") if "Geen verbinding" in tekst]


# --- words that were not saved yet -----------------------------------------------------------------------------------


def test_change_that_was_cancelled_can_be_taken_back_and_stays_away(enter, avond):
    femke = with_note(enter.tablet(avond.link(1)), "een")
    femke.get_by_role("button", name=WIJZIG).click()
    femke.keyboard.type(" lange zin")
    femke.keyboard.press("Escape")
    femke.get_by_role("button", name="Terughalen").click()
    expect(femke.locator(".notitie textarea")).to_have_value("een lange zin")
    femke.locator(".notitie textarea").press("Escape")
    femke.wait_for_timeout(1_500)  # many times what a concept may take
    femke.reload()
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    expect(femke.locator(".notitie--bezig")).to_have_count(0)
    expect(field(femke)).to_have_value("")


def test_words_typed_before_the_page_is_ready_join_the_concept(enter, avond):
    femke = ready(enter.tablet(avond.link(1)))
    field(femke).fill("van voor de storing")
    concept_is_kept(femke)
    femke.add_init_script(SLOW_START)
    femke.reload()
    field(femke).click()
    femke.keyboard.type("en nu")
    both = re.compile("en nu\nvan voor de storing")
    expect(field(femke)).to_have_value(both, timeout=SLOW)
    concept_is_kept(femke)
    femke.reload()
    expect(field(femke)).to_have_value(both)


def test_file_holds_a_change_that_is_being_typed(enter, avond):
    femke = with_note(enter.tablet(avond.link(1)), "een")
    femke.get_by_role("button", name=WIJZIG).click()
    femke.locator(".notitie textarea").fill("nog niet bewaarde wijziging")
    ready(femke).get_by_text("Deze tablet", exact=True).click()
    with femke.expect_download() as download:
        femke.get_by_role("button", name="Bewaar als bestand").last.click()
    assert "nog niet bewaarde wijziging" in download.value.path().read_text(encoding="utf-8")


def test_second_enter_on_a_change_saves_nothing_twice(enter, avond):
    femke = with_note(enter.tablet(avond.link(1)), "een")
    femke.get_by_role("button", name=WIJZIG).click()
    femke.keyboard.type(" twee")
    femke.keyboard.press("Enter")
    femke.keyboard.press("Enter")
    expect(own_list(femke)).to_have_text([re.compile("een twee.*Verzonden")])
    expect(femke.locator(".notitie--bezig")).to_have_count(0)
    assert BijdrageVersie.objects.count() == 2


def test_stelling_chosen_by_hand_does_not_outlive_its_ronde(enter, avond, live):
    femke = ready(enter.tablet(avond.link(1)))
    een, twee = avond.diner.rondes.order_by("nummer")
    live.run(start_ronde, ronde=een, now=timezone.now())
    expect(femke.get_by_role("heading", name="Elk dorp houdt")).to_be_visible(timeout=LIVE)
    field(femke).fill("half")
    concept_is_kept(femke)
    femke.reload()
    expect(field(femke)).to_have_value("half")
    field(femke).fill("")
    twee.refresh_from_db()
    live.run(start_ronde, ronde=twee, now=timezone.now())
    expect(femke.get_by_role("heading", name="De auto is te gast")).to_be_visible(timeout=LIVE)
    with_note(femke, "over de auto")
    assert Bijdrage.objects.get().ronde == twee
