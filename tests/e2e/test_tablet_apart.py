"""What the server cannot keep as a note is not made; and when it is, it never costs somebody's words."""

import json
import re
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from capture.models import Bijdrage, Quarantaine
from sessions.services import revoke_toegang
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import note, own_list
from tests.e2e.test_tablet import SLOW, field, states
from tests.e2e.test_tablet_randen import SENT, connected, edit, join, with_note

CLEANED = "Er stonden tekens in die niet bewaard kunnen worden"


def spoil(route) -> None:
    """What the page sent as "stuk" reaches the server with a character that nobody can keep."""
    sent = json.dumps(json.loads(route.request.post_data))
    route.continue_(post_data=sent.replace('"stuk', '"\\u0000stuk'))


def test_what_nobody_can_keep_is_taken_out_before_it_is_saved(enter, avond):
    femke = connected(enter, avond)
    field(femke).evaluate("(field) => { field.value = 'bus\\0 of \\ud800fiets 🚲'; }")
    field(femke).press("Enter")
    expect(femke.locator("[data-noteer] [data-concept]")).to_contain_text(CLEANED)
    expect(field(femke)).to_have_value("bus of fiets 🚲")
    assert not Bijdrage.objects.exists()
    field(femke).press("Enter")
    expect(states(femke)).to_have_text([SENT])
    assert Bijdrage.objects.get().tekst == "bus of fiets 🚲"


def test_trefwoord_is_not_cut_in_the_middle_of_a_character(enter, avond):
    femke = connected(enter, avond)
    word = femke.locator("[data-noteer] [data-woord]")
    word.fill("x" * 59 + "🚲🚲")
    word.press("Enter")
    note(femke, "met een lang woord")
    expect(states(femke)).to_have_text([SENT])
    assert Bijdrage.objects.get().trefwoorden == ["x" * 59 + "🚲"]


def test_colleague_is_not_overwritten_after_an_own_change_was_put_apart(enter, avond):
    femke, collega = with_note(connected(enter, avond)), connected(enter, avond)
    expect(states(collega)).to_have_text([SENT])
    intercept(femke, "**/sync/ops", lambda route: route.abort())
    edit(femke, "stuk")
    edit(femke, "van Femke, verder")
    edit(collega, "van de collega")
    expect(states(collega)).to_have_text([SENT])
    expect(own_list(collega)).to_have_text([re.compile("van de collega")])
    let_through(femke, "**/sync/ops")
    intercept(femke, "**/sync/ops", spoil)
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([re.compile("Twee versies")], timeout=SLOW)
    head = Bijdrage.objects.get()
    assert (head.tekst, head.twee_versies) == ("van de collega", True)
    assert Quarantaine.objects.get().tekst == "stuk"


def with_words_to_write_again(enter, avond):
    """A tablet with the words of a note that was put apart in its field: "stuk gezegd"."""
    femke = connected(enter, avond)
    intercept(femke, "**/sync/ops", spoil)
    note(femke, "stuk gezegd")
    expect(femke.get_by_text("Apart gezet: de organisator kijkt ernaar.")).to_be_visible(timeout=SLOW)
    let_through(femke, "**/sync/ops")
    femke.get_by_role("button", name="Opnieuw opschrijven").click()
    return femke


def test_server_hears_that_it_was_written_again(enter, avond):
    femke = with_words_to_write_again(enter, avond)
    expect(field(femke)).to_have_value("stuk gezegd")
    femke.reload()  # the words come back, and what they are of with them
    expect(field(femke)).to_have_value("stuk gezegd")
    expect(femke.get_by_text("Verbonden", exact=True)).to_be_visible()
    field(femke).press("Enter")
    expect(states(femke)).to_have_text([SENT])
    assert Quarantaine.objects.get().opgeschreven == Bijdrage.objects.get()


def test_other_words_in_its_place_are_not_said_to_be_those(enter, avond):
    femke = with_words_to_write_again(enter, avond)
    field(femke).fill("")
    note(femke, "iets heel anders")
    expect(states(femke)).to_have_text([SENT])
    assert Quarantaine.objects.get().opgeschreven is None


def test_what_was_typed_before_a_tablet_was_sent_away_can_be_given_and_goes_along_later(enter, avond, live):
    """docs/decisions/0026: it is not put apart, so that whoever scans again simply goes on."""
    femke = connected(enter, avond)
    intercept(femke, "**/sync/ops", lambda route: route.abort())
    note(femke, "net voor het afmelden")
    live.run(revoke_toegang, tafel=avond.tafels[0], now=timezone.now())
    let_through(femke, "**/sync/ops")
    expect(femke.get_by_text("Bewaar het als bestand en geef dat aan de organisator.")).to_be_visible(
        timeout=SLOW
    )
    expect(femke.locator("[data-verbinding]")).to_contain_text("1 bewaard op deze tablet")
    with femke.expect_download() as download:
        femke.get_by_role("button", name="Bewaar als bestand").first.click()
    assert "net voor het afmelden" in Path(download.value.path()).read_text()
    assert not Quarantaine.objects.exists()
    join(femke, avond.link(1))
    expect(states(femke)).to_have_text([SENT], timeout=SLOW)
    assert Bijdrage.objects.get().tekst == "net voor het afmelden"
