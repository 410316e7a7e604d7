"""The edges of the page of a table, continued: slow and broken storage, a diner that closes, a backup that was put back."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from capture.models import Bijdrage, Peiling, Quarantaine
from capture.services import add_bijdrage
from capture.services.bijdragen import Inhoud
from capture.services.sync import begin_epoch
from sessions.services import close_diner, open_diner, reopen_diner, revoke_toegang, start_ronde
from tests.e2e.network import intercept
from tests.e2e.test_avond import LIVE, note, own_list
from tests.e2e.test_tablet import (
    BROKEN,
    KEPT,
    SLOW,
    cut_off,
    drop,
    field,
    join_up,
    ready,
    states,
    wait_until,
)
from tests.e2e.test_tablet_randen import (
    SENT,
    concept_is_kept,
    connected,
    join,
    lose_the_answer,
    meanwhile,
    online_again,
    with_note,
)

NOT_KEPT = re.compile("NIET bewaard – laat dit scherm open en roep de organisator")

# What a person saves is on disk three seconds later.
SLOW_DISK = """const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = begin.call(this, stores, mode, options);
  if (options?.durability === "strict") Object.defineProperty(transaction, "oncomplete", {
    set(done) { transaction.addEventListener("complete", () => setTimeout(done, 3000)); },
  });
  return transaction;
};"""


def is_empty(store: str) -> str:
    """A script for ``wait_until``: nothing is kept in *store* any more."""
    return f"""new Promise((resolve) => {{ indexedDB.open("denkdiner").onsuccess = ({{ target }}) => {{
      const found = target.result.transaction("{store}").objectStore("{store}").count();
      found.onsuccess = () => {{ target.result.close(); resolve(found.result === 0); }};
    }}; }})"""


def prepared(enter, link: str, script: str) -> Page:
    """A tablet whose storage behaves as *script* makes it."""
    page = enter()
    page.add_init_script(script)
    return join(page, link)


def add_elsewhere(avond, live, tekst: str) -> Bijdrage:
    """A note of another tablet at table 1."""
    avond.tafels[0].refresh_from_db()  # its diner may have been closed and opened
    return live.run(
        add_bijdrage,
        tafel=avond.tafels[0],
        bijdrage_id=uuid.uuid4(),
        op_id=uuid.uuid4(),
        inhoud=Inhoud(tekst=tekst),
        now=timezone.now(),
    )


# --- storage that is broken or slow ----------------------------------------------------------------------------------


def test_note_that_could_only_be_sent_does_not_come_back_as_concept(enter, avond):
    femke = prepared(enter, avond.link(1), BROKEN["full"])
    field(femke).fill("gaat direct")
    concept_is_kept(femke)
    field(femke).press("Enter")
    expect(states(femke)).to_have_text([SENT])
    wait_until(femke, is_empty("concepten"))
    femke.reload()
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    expect(field(femke)).to_have_value("")
    assert Bijdrage.objects.count() == 1


def test_note_that_could_not_be_kept_nor_sent_survives_a_reload(enter, avond):
    femke = prepared(enter, avond.link(1), BROKEN["full"])
    femke.on("dialog", lambda dialog: dialog.accept())  # the browser asks whether to leave
    intercept(femke, "**/sync/ops", drop)
    field(femke).fill("de enige kopie")
    concept_is_kept(femke)
    field(femke).press("Enter")
    expect(states(femke)).to_have_text([NOT_KEPT])
    femke.reload()
    expect(field(femke)).to_have_value("de enige kopie")
    assert not Bijdrage.objects.exists()


@pytest.mark.parametrize("how", BROKEN)
def test_lost_answer_without_storage_doubles_nothing(enter, avond, how):
    femke = prepared(enter, avond.link(1), BROKEN[how])
    lose_the_answer(femke)
    note(femke, "eenmaal gezegd")
    expect(states(femke)).to_have_text([NOT_KEPT])
    expect(field(femke)).to_have_value("")
    meanwhile(femke, lambda: Bijdrage.objects.exists())
    online_again(femke)
    expect(states(femke)).to_have_text([SENT])
    assert Bijdrage.objects.count() == 1


def test_deleting_on_a_slow_tablet_leaves_the_typist_alone(enter, avond):
    femke = with_note(prepared(enter, avond.link(1), SLOW_DISK), "een")
    femke.get_by_role("button", name=re.compile("^Verwijder")).first.click()
    field(femke).click()
    femke.keyboard.type("ik typ gewoon door en door en door", delay=120)  # also when the disk is done
    expect(field(femke)).to_have_value("ik typ gewoon door en door en door")
    expect(field(femke)).to_be_focused()


def test_slow_tablet_says_kept_only_when_it_is(enter, avond):
    femke = prepared(enter, avond.link(1), SLOW_DISK)
    intercept(femke, "**/sync/ops", drop)
    line = femke.locator("[data-verbinding]")
    note(femke, "een")
    expect(states(femke)).to_have_text(["Wordt bewaard"])
    expect(line).not_to_contain_text("bewaard")
    expect(states(femke)).to_have_text([KEPT])
    expect(line).to_have_text("Geen verbinding · 1 bewaard op deze tablet")


# --- closed, opened again, revoked, put back -------------------------------------------------------------------------


def test_all_notes_are_there_after_closing_and_opening_again(enter, avond, live):
    live.run(open_diner, diner=avond.diner, now=timezone.now())
    femke = with_note(enter.tablet(avond.link(1)), "een")
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    expect(femke.get_by_role("heading", name="Bedankt")).to_be_visible(timeout=LIVE)
    wait_until(femke, is_empty("notities"))
    avond.diner.refresh_from_db()
    live.run(reopen_diner, diner=avond.diner, now=timezone.now())
    expect(femke.get_by_role("heading", name="Bedankt")).to_have_count(0, timeout=SLOW)
    # longer ago than what is asked again each time
    Bijdrage.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    add_elsewhere(avond, live, "van een ander")
    expect(own_list(femke)).to_have_count(2, timeout=LIVE)
    femke.reload()
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    expect(states(femke)).to_have_text([SENT] * 2, timeout=LIVE)


def test_what_was_asked_while_closed_is_asked_again_after_opening(enter, avond, live):
    live.run(open_diner, diner=avond.diner, now=timezone.now())
    femke = with_note(enter.tablet(avond.link(1)), "een")
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    expect(femke.get_by_role("heading", name="Bedankt")).to_be_visible(timeout=LIVE)
    wait_until(femke, is_empty("notities"))
    nudge = "document.body.dispatchEvent(new CustomEvent('bijdrage-added', { detail: { bijdrage: 'x', rev: 1 } }))"
    with femke.expect_response("**/sync/notities*"):
        femke.evaluate(nudge)
    avond.diner.refresh_from_db()
    live.run(reopen_diner, diner=avond.diner, now=timezone.now())
    expect(femke.get_by_role("heading", name="Bedankt")).to_have_count(0, timeout=SLOW)
    Bijdrage.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    add_elsewhere(avond, live, "van een ander")
    expect(own_list(femke)).to_have_count(2, timeout=LIVE)
    femke.reload()
    expect(states(femke)).to_have_text([SENT] * 2, timeout=LIVE)


def test_sentence_that_the_closing_interrupts_goes_to_the_organiser(enter, avond, live):
    live.run(open_diner, diner=avond.diner, now=timezone.now())
    femke = connected(enter, avond)
    field(femke).focus()
    femke.keyboard.type("halve zin")
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    expect(femke.get_by_role("heading", name="Bedankt")).to_be_visible(timeout=LIVE)
    femke.keyboard.type(" en de rest")
    femke.get_by_role("button", name="Bewaren").click()
    expect(femke.get_by_text("Apart gezet: de organisator kijkt ernaar.")).to_be_visible()
    expect(field(femke)).to_be_hidden()
    assert Quarantaine.objects.get().tekst == "halve zin en de rest"


def test_tablet_that_was_sent_away_shows_nothing_of_the_table(enter, avond, live):
    femke = with_note(ready(enter.tablet(avond.link(1))), "vertrouwelijk")
    live.run(revoke_toegang, tafel=avond.tafels[0], now=timezone.now())
    femke.reload()
    expect(femke.get_by_text("Deze tablet doet niet (meer) mee.")).to_be_visible()
    expect(femke.get_by_text("vertrouwelijk")).to_have_count(0)


def test_first_visit_shows_each_note_once(enter, avond, live):
    for number in range(12):
        add_elsewhere(avond, live, f"notitie {number}")
    femke = connected(enter, avond)
    expect(femke.locator("[data-lijst] > li[data-rij]")).to_have_count(12)
    expect(own_list(femke)).to_have_count(12)


def test_count_of_hands_put_apart_does_not_hide_later_ones(enter, avond, live):
    een, twee = avond.diner.rondes.order_by("nummer")
    femke = enter.tablet(avond.link(1))
    live.run(start_ronde, ronde=een, now=timezone.now())
    femke.get_by_text("Peiling over stelling 1").click(timeout=LIVE)
    cut_off(femke)
    plus, state = femke.get_by_role("button", name="Eén meer: Eens"), femke.locator("[data-peiling-staat]")
    plus.click()
    expect(state).to_have_text(KEPT)
    avond.diner.refresh_from_db()
    live.run(close_diner, diner=avond.diner, now=timezone.now())
    join_up(femke)
    meanwhile(femke, lambda: Quarantaine.objects.exists())
    avond.diner.refresh_from_db()
    live.run(reopen_diner, diner=avond.diner, now=timezone.now())
    for ronde in (twee, een):
        ronde.refresh_from_db()
        live.run(start_ronde, ronde=ronde, now=timezone.now())
    femke.reload()
    femke.get_by_text("Peiling over stelling 1").click(timeout=SLOW)
    for _ in range(4):
        plus.click()
    expect(state).to_have_text("Verzonden")
    expect(femke.locator("[data-tel=eens] output")).to_have_text(str(Peiling.objects.get().eens))


def test_note_that_a_backup_does_not_know_is_not_shown_as_sent(enter, avond, live):
    femke = ready(enter.tablet(avond.link(1)))
    bijdrage = add_elsewhere(avond, live, "van de collega")
    expect(own_list(femke)).to_have_count(1, timeout=LIVE)
    bijdrage.versies.all().delete()
    bijdrage.delete()
    live.run(begin_epoch, epoch=uuid.uuid4())
    for _ in range(2):  # what was kept on the tablet is gone too
        femke.reload()
        expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
        expect(own_list(femke)).to_have_count(0)
