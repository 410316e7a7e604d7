"""The page of a table on devices as people bring them: old, slow, full, carried to another table."""

import re
import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from capture.models import Bijdrage, Quarantaine
from capture.services.sync import begin_epoch
from sessions.models import Apparaat
from sessions.services import close_diner, open_diner
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import note, own_list
from tests.e2e.test_tablet import KEPT, SLOW, WIJZIG, drop, eventually, field, ready, states
from tests.e2e.test_tablet_randen import (
    SENT,
    concept_is_kept,
    connected,
    join,
    meanwhile,
    online_again,
    with_note,
)
from tests.e2e.test_tablet_randen_opslag import NOT_KEPT, add_elsewhere, prepared

# Browsers of before 2022 have no AbortSignal.timeout; what else one may lack fails in a way of its own.
OLD = {
    "no time limit": "delete AbortSignal.timeout;",
    "no list of locks": "LockManager.prototype.query = () => Promise.reject(new Error('oud'));",
    "no locks": "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });",
}
# A disk that never answers.
HANGS = "IDBFactory.prototype.open = () => ({});"
# One that writes, but only after seven seconds.
LATE = """const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = begin.call(this, stores, mode, options);
  if (options?.durability === "strict" && !sessionStorage.getItem("vlot")) Object.defineProperty(transaction, "oncomplete", {
    set(done) { transaction.addEventListener("complete", () => setTimeout(done, 7000)); },
  });
  return transaction;
};"""
# The first opening after a reload takes seven seconds.
LATE_START = """const open = IDBFactory.prototype.open, late = sessionStorage.getItem("traag") ? 7000 : 0;
IDBFactory.prototype.open = function (...how) {
  const request = open.apply(this, how);
  Object.defineProperty(request, "onsuccess", {
    set(done) { request.addEventListener("success", () => setTimeout(() => done({ target: request }), late)); },
  });
  return request;
};"""
# Room for nothing more that is being typed; throwing away works.
# Nothing that was sent can be marked to be sent again.
NO_MARKS = """const cursor = IDBIndex.prototype.openCursor;
IDBIndex.prototype.openCursor = function (...how) {
  if (this.objectStore.name === "ops") { this.objectStore.transaction.abort(); return {}; }
  return cursor.apply(this, how);
};"""
NO_CONCEPTS = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...rest) {
  const typed = this.name === "concepten" && value.tafel !== 0;
  if (typed && sessionStorage.getItem("vol")) { this.transaction.abort(); return {}; }
  return put.call(this, value, ...rest);
};"""


@pytest.mark.parametrize("how", OLD)
def test_old_browser_keeps_and_sends(enter, avond, how):
    femke = enter.tablet(avond.link(1), OLD[how])
    note(femke, "van een oude tablet")
    eventually(lambda: Bijdrage.objects.filter(tekst="van een oude tablet").exists())
    expect(own_list(femke)).to_contain_text("van een oude tablet")


def test_disk_that_never_answers_holds_up_no_note(enter, avond):
    femke = enter.tablet(avond.link(1), HANGS)
    expect(femke.get_by_text("kan niets bewaren").first).to_be_visible(timeout=SLOW)
    note(femke, "gaat meteen mee")
    note(femke, "en deze ook")
    eventually(lambda: Bijdrage.objects.count() == 2)
    expect(states(femke)).to_have_text([SENT, SENT])


def test_slow_disk_says_so_and_then_that_it_is_kept(enter, avond):
    femke = prepared(enter, avond.link(1), LATE)
    intercept(femke, "**/sync/ops", drop)
    note(femke, "het duurt even")
    expect(states(femke)).to_have_text([NOT_KEPT], timeout=SLOW)
    expect(states(femke)).to_have_text([KEPT], timeout=SLOW)
    expect(femke.get_by_text("kan niets bewaren")).to_have_count(0)
    online_again(femke)
    expect(states(femke)).to_have_text([SENT], timeout=SLOW)
    assert Bijdrage.objects.get().tekst == "het duurt even"


def test_what_a_slow_disk_had_comes_to_the_page_after_all(enter, avond):
    femke = prepared(enter, avond.link(1), LATE_START)
    intercept(femke, "**/sync/ops", drop)
    note(femke, "van voor het verversen")
    expect(states(femke)).to_have_text([KEPT])
    field(femke).fill("half getypt")
    concept_is_kept(femke)
    femke.evaluate("sessionStorage.setItem('traag', '1')")
    femke.reload()
    expect(femke.get_by_text("kan niets bewaren").first).to_be_visible(timeout=SLOW)
    expect(own_list(femke)).to_contain_text("van voor het verversen", timeout=SLOW)
    expect(field(femke)).to_have_value("half getypt", timeout=SLOW)
    expect(femke.get_by_text("kan niets bewaren")).to_have_count(0)
    online_again(femke)
    expect(states(femke)).to_have_text([SENT], timeout=SLOW)
    eventually(lambda: Bijdrage.objects.count() == 1)


def test_words_from_before_the_table_is_known_are_never_out_of_sight(enter, avond, live):
    femke = ready(prepared(enter, avond.link(1), LATE_START))
    femke.evaluate("sessionStorage.setItem('traag', '1')")
    live.stop()
    femke.reload()
    note(femke, "heel vroeg")
    expect(femke.get_by_text("Eén notitie wordt bewaard zodra deze tablet zijn tafel kent")).to_be_visible(
        timeout=SLOW
    )
    with femke.expect_download() as download:
        femke.get_by_role("button", name="Bewaar als bestand").first.click()
    assert "heel vroeg" in download.value.path().read_text(encoding="utf-8")
    expect(states(femke)).to_have_text([KEPT], timeout=SLOW)
    live.start()
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    eventually(lambda: Bijdrage.objects.filter(tekst="heel vroeg", tafel=avond.tafels[0]).exists())


def test_backup_that_the_disk_cannot_take_in_makes_no_storm(enter, avond, live):
    femke = with_note(prepared(enter, avond.link(1), NO_MARKS))
    add_elsewhere(avond, live, "van een ander")
    expect(femke.get_by_text("van een ander", exact=True)).to_be_visible()
    asked = []
    femke.on("request", lambda request: asked.append(request.url) if "/sync/" in request.url else None)
    live.run(begin_epoch, epoch=uuid.uuid4())
    with femke.expect_request("**/sync/ops"):
        femke.evaluate("document.querySelector('[data-nu-verzenden]').click()")
    femke.wait_for_timeout(2_000)
    assert len(asked) < 10, asked
    expect(states(femke)).to_have_text([SENT, SENT])
    expect(femke.get_by_text("van een ander", exact=True)).to_be_visible()


def test_concept_that_finds_no_room_does_not_take_its_source_away(enter, avond):
    femke = with_note(prepared(enter, avond.link(1), NO_CONCEPTS))
    femke.get_by_role("button", name=WIJZIG).click()
    femke.locator(".notitie textarea").fill("veel beter gezegd")
    expect(femke.locator(".notitie [data-concept]")).to_have_text("Concept")
    Bijdrage.objects.all().delete()  # the note that it was a change of does not come back
    femke.evaluate("indexedDB.databases().then(() => sessionStorage.setItem('vol', '1'))")
    clear = """new Promise((done) => { indexedDB.open("denkdiner").onsuccess = ({ target }) => {
      const work = target.result.transaction(["ops", "notities", "meta"], "readwrite");
      for (const name of ["ops", "notities"]) work.objectStore(name).clear();
      work.oncomplete = () => { target.result.close(); done(true); };
    }; })"""
    femke.evaluate(clear)
    femke.on("dialog", lambda dialog: dialog.accept())
    femke.reload()
    expect(field(femke)).to_have_value("veel beter gezegd")
    expect(femke.get_by_text("NIET bewaard").first).to_be_visible()
    femke.reload()  # nothing could be written: what is on disk is the words where they were
    expect(field(femke)).to_have_value("veel beter gezegd")


def test_notes_of_another_table_can_be_given_to_the_organiser(enter, avond):
    femke = connected(enter, avond)
    intercept(femke, "**/sync/ops", drop)
    note(femke, "blijft achter")
    expect(states(femke)).to_have_text([KEPT])
    field(femke).fill("en dit was nog niet af")
    concept_is_kept(femke)
    join(femke, avond.link(2))
    expect(femke.get_by_text("staan nog 2 notities van Tafel 1")).to_be_visible()
    with femke.expect_download() as download:
        femke.get_by_role("button", name="Bewaar als bestand").first.click()
    inhoud = download.value.path().read_text(encoding="utf-8")
    assert "[Tafel 1] blijft achter" in inhoud
    assert "[Tafel 1] en dit was nog niet af" in inhoud
    geven = femke.get_by_role("button", name="Geef dit aan de organisator")
    geven.click()
    expect(femke.get_by_text("Nog niet gelukt. Alles staat nog op deze tablet.")).to_be_visible()
    let_through(femke)
    geven.click()
    expect(femke.get_by_text("De organisator heeft wat er van de andere tafel stond.")).to_be_visible()
    expect(femke.get_by_text("van Tafel 1. Scan")).to_have_count(0)
    apart = Quarantaine.objects.order_by("pk")
    assert [rij.tekst for rij in apart] == ["blijft achter", "en dit was nog niet af"]
    assert {rij.plaats for rij in apart} == {avond.tafels[0]}
    femke.reload()
    expect(femke.get_by_text("van Tafel 1. Scan")).to_have_count(0)
    # it sits at one table only: there is room for others at the one that it left
    assert Apparaat.objects.active().get().toegang.tafel == avond.tafels[1]


def test_tablet_that_went_elsewhere_writes_for_no_table_until_it_joins(enter, avond, live):
    femke = ready(with_note(connected(enter, avond)))
    link = avond.link(2)
    live.stop()
    femke.goto("about:blank")
    femke.goto(link)
    femke.get_by_role("button", name="Nee, een andere tafel").click()
    expect(field(femke)).to_be_hidden()
    live.start()
    with femke.expect_response("**/sync/hallo*"):
        femke.evaluate("window.dispatchEvent(new Event('online'))")
    femke.wait_for_timeout(500)
    expect(femke.get_by_text("Deze tablet kent je tafel nog niet")).to_be_visible()
    expect(field(femke)).to_be_hidden()
    join(femke, link)
    note(femke, "aan de nieuwe tafel")
    eventually(lambda: Bijdrage.objects.filter(tekst="aan de nieuwe tafel", tafel=avond.tafels[1]).exists())


def test_row_that_somebody_types_in_stays_where_it_is(enter, avond, live):
    femke = connected(enter, avond)
    intercept(femke, "**/sync/ops", drop)
    for tekst in ("eerste", "tweede"):
        note(femke, tekst)
    expect(states(femke)).to_have_text([KEPT, KEPT])
    own_list(femke).filter(has_text="eerste").get_by_role("button", name=WIJZIG).click()
    typing = femke.locator(".notitie textarea")
    typing.press_sequentially(" en dan")

    def only_the_second(route):
        """The younger one is stored, so that the older one, which waits, comes above it."""
        if "tweede" in route.request.post_data and "eerste" not in route.request.post_data:
            route.continue_()
        elif "eerste" in route.request.post_data:
            route.fulfill(status=500, content_type="text/html", body="oei")
        else:
            route.continue_()

    intercept(femke, "**/sync/ops", only_the_second)
    enter.wrong.clear()
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(own_list(femke).filter(has_text="tweede").locator("[data-staat]")).to_have_text(SENT, timeout=SLOW)
    add_elsewhere(avond, live, "en een derde van een ander")
    expect(femke.get_by_text("en een derde van een ander", exact=True)).to_be_visible()
    expect(typing).to_be_focused()
    femke.keyboard.type(" verder")
    expect(typing).to_have_value(re.compile("eerste en dan verder"))
    online_again(femke)
    meanwhile(femke, lambda: Bijdrage.objects.count() == 3)
    enter.wrong.clear()  # the 500s that this test made itself


def test_closed_page_does_not_say_all_is_kept_while_a_change_is_being_typed(enter, avond, live):
    live.run(open_diner, diner=avond.diner, now=timezone.now())
    femke = with_note(connected(enter, avond))
    femke.get_by_role("button", name=WIJZIG).click()
    femke.locator(".notitie textarea").fill("nog niet af")
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    expect(femke.get_by_text("Dit diner is afgesloten", exact=False).first).to_be_visible()
    expect(femke.get_by_text("Nog niet alles is bij de organisator")).to_be_visible()


def test_room_full_of_tablets_does_not_come_back_at_once(enter, avond):
    """Without a socket the page looks every 5 s; while nobody answers that does not undo the back-off."""
    femke = enter()
    femke.clock.install()
    join(femke, avond.link(1))
    asked = []
    intercept(femke, "**/sync/**", lambda route: (asked.append(route.request.url), route.abort()))
    femke.route_web_socket("**/*", lambda socket: socket.close())
    femke.evaluate("window.dispatchEvent(new Event('offline'))")  # the socket that was open
    expect(femke.get_by_text("Geen verbinding", exact=False).first).to_be_visible()
    for _ in range(60):
        femke.clock.run_for(5_000)
        femke.wait_for_timeout(100)  # what was asked gets its answer: of real time, not of the page's
    # 5 minutes: after the first half a minute one try in some 16 s (at most 30 apart), not one in 5
    hallo = sum("/sync/hallo" in url for url in asked)
    assert 10 < hallo < 45, (hallo, len(asked))
