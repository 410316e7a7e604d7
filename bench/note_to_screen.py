"""From Enter on a tablet to the words on the reporter's screen, against one plain request for that screen.

Real server, real browser, real websockets; the demo on a database of its own.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import sync_playwright

from tools.screenshots import DESKTOP, TABLET, demo, launch, new_page, sit_down

NOTES = 20
# The browsers look at their own clock (it is one machine): asking them over and over would be measured too.
KEY = "document.addEventListener('keydown', () => { window.pressed = Date.now(); }, { once: true })"
WATCH = """words => { const look = new MutationObserver(() => {
  if (document.body.innerText.includes(words)) { window.seen = Date.now(); look.disconnect(); }
}); look.observe(document.body, { childList: true, subtree: true }); }"""


def main() -> None:
    """Log ``NOTES`` notes; print the median and the slowest way to the screen, in requests and in seconds."""
    with demo() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        vera, femke = new_page(browser, url, DESKTOP), new_page(browser, url, TABLET)
        vera.goto("/demo/verslaglegger/")
        vera.goto("/reeksen/vennemark-2050/diners/5/inbox/")
        sit_down(femke)
        femke.locator("body[data-live=open]").wait_for()
        vera.locator("body[data-live=open]").wait_for()
        plain, live = [], []
        for number in range(NOTES):
            began = time.perf_counter()
            vera.request.get("/reeksen/vennemark-2050/diners/5/inbox/notities/")
            plain.append(time.perf_counter() - began)
            words = f"gemeten gedachte {number}"
            vera.evaluate(WATCH, words)
            femke.evaluate(KEY)
            femke.get_by_label("Wat wordt er gezegd?").fill(words)
            femke.get_by_label("Wat wordt er gezegd?").press("Enter")
            vera.get_by_text(words, exact=True).wait_for()
            live.append((vera.evaluate("window.seen") - femke.evaluate("window.pressed")) / 1000)
        browser.close()
    request = statistics.median(plain)
    for name, seconds in (("median", statistics.median(live)), ("slowest", max(live))):
        print(f"{name}: {seconds / request:.1f} x one request ({seconds:.2f} s)")


if __name__ == "__main__":
    main()
