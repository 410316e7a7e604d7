"""How often the page of a table asks for its notes: after a nudge about what it has already, not at all."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from capture.models import Bijdrage
from sessions.models import Ronde
from sessions.services import start_ronde
from tests.e2e.network import intercept, let_through
from tests.e2e.test_avond import LIVE, note, own_list
from tests.e2e.test_tablet import SLOW, states
from tests.e2e.test_tablet_randen import SENT, connected, edit

A_MOMENT = 1_600
"""ms: longer than the page waits for the answer about its own note."""


def asked(page: Page) -> list[str]:
    """Addresses of the notes that *page* asks for from now on."""
    found: list[str] = []
    page.on("request", lambda request: "/sync/notities" in request.url and found.append(request.url))
    return found


def test_own_notes_are_not_asked_for_and_a_colleague_has_them(enter, avond):
    femke, collega = connected(enter, avond), connected(enter, avond)
    for page in (femke, collega):  # once the socket is there a page asks for all
        expect(page.locator("body")).to_have_attribute("data-live", "open")
    femke.wait_for_timeout(A_MOMENT)
    van_femke, van_collega = asked(femke), asked(collega)
    note(femke, "een")
    expect(states(femke)).to_have_text([SENT])
    edit(femke, "een, gewijzigd")
    expect(own_list(collega)).to_have_text([re.compile("een, gewijzigd")], timeout=LIVE)
    expect(states(femke)).to_have_text([SENT])
    femke.wait_for_timeout(A_MOMENT)
    assert van_femke == []
    assert van_collega
    edit(collega, "van de collega")
    expect(own_list(femke)).to_have_text([re.compile("van de collega")], timeout=LIVE)
    assert van_femke
    femke.reload()
    expect(own_list(femke)).to_have_text([re.compile("van de collega")])


def test_own_note_after_its_ronde_still_says_so(enter, avond, live):
    rondes = list(avond.diner.rondes.all())
    femke = connected(enter, avond)
    live.run(start_ronde, ronde=rondes[0], now=timezone.now())
    expect(femke.get_by_role("heading", name="Elk dorp houdt")).to_be_visible(timeout=LIVE)
    intercept(femke, "**/sync/ops", lambda route: route.abort())
    note(femke, "nog over deze ronde")
    later = timezone.now() + timedelta(seconds=1)
    Ronde.objects.filter(pk=rondes[0].pk).update(ended_at=later, ends_at=later)
    live.run(start_ronde, ronde=rondes[1], now=later)
    let_through(femke, "**/sync/ops")
    femke.evaluate("window.dispatchEvent(new Event('online'))")
    expect(states(femke)).to_have_text([SENT], timeout=SLOW)
    assert Bijdrage.objects.get().te_laat
    expect(femke.get_by_text("na de ronde")).to_be_visible(timeout=LIVE)
