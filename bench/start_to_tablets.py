"""From the organiser's click on a start to the new ronde on every tablet, against one plain request for the regie.

Real server, real browsers, real websockets: the demo on a database of its own, with one tablet at every table. That 500
sockets hear of it is measured by ``load.py``; this adds what a page does with it.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Page, sync_playwright

from tools.screenshots import DESKTOP, TABLET, demo, launch, new_page

STARTS = 15
DINER = "/reeksen/vennemark-2050/diners/5"
# The browsers look at their own clock: it is one machine.
CLICK = "document.addEventListener('click', () => { window.pressed = Date.now(); }, { once: true, capture: true })"
WATCH = """() => { const shown = () => document.querySelector("h1.ronde-kop__stelling").textContent, before = shown();
delete document.body.dataset.gezien;
const look = new MutationObserver(() => {
  if (shown() === before) return;
  look.disconnect();
  requestAnimationFrame(() => { window.seen = Date.now(); document.body.dataset.gezien = ""; });
}); look.observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true }); }"""


def sit_down(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Doe mee").click()
    page.get_by_role("button", name="Ja, ik noteer").click()
    page.wait_for_url("**/tafel/")
    page.locator("body[data-live=open]").wait_for()


def main() -> None:
    """On and back ``STARTS`` times; print the median and the slowest of the last tablet, in requests and in seconds."""
    with demo() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        roos = new_page(browser, url, DESKTOP)
        roos.goto("/demo/organisator/")
        roos.goto(f"{DINER}/tafels/links/")
        links = roos.locator("input[id^=link-]").evaluate_all("(all) => all.map((one) => one.value)")
        tablets = []
        for link in links:
            tablet = new_page(browser, url, TABLET)
            sit_down(tablet, link)
            tablets.append(tablet)
        roos.goto(f"{DINER}/regie/")
        roos.locator("body[data-live=open]").wait_for()
        plain, last = [], []
        for number in range(STARTS):
            began = time.perf_counter()
            roos.request.get(f"{DINER}/regie/stand/")
            plain.append(time.perf_counter() - began)
            for tablet in tablets:
                tablet.evaluate(WATCH)
            roos.evaluate(CLICK)
            roos.locator("#regie-terug" if number % 2 else "#regie-hoofd").click()
            for tablet in tablets:
                tablet.locator("body[data-gezien]").wait_for()
            seen = [tablet.evaluate("window.seen") for tablet in tablets]
            last.append((max(seen) - roos.evaluate("window.pressed")) / 1000)
        browser.close()
    request = statistics.median(plain)
    print(f"{len(tablets)} tablets")
    for name, seconds in (("median", statistics.median(last)), ("slowest", max(last))):
        print(f"{name} of the last tablet: {seconds / request:.1f} x one request ({seconds:.2f} s)")


if __name__ == "__main__":
    main()
