"""From Enter to "Bewaard op deze tablet", with few and with many notes on the tablet; and what a keystroke costs.

Real browser, the demo on a database of its own, no network: what is measured is the tablet alone.
"""

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Page, sync_playwright

from bench.bars import Bar, judge
from tools.screenshots import TABLET, demo, launch, new_page, sit_down

FEW, MANY, SAMPLES = 20, 500, 60
SAVED_P95 = 50
"""ms from Enter to "Bewaard op deze tablet", 95 of 100, with ``MANY`` notes on the tablet."""
# Save *words* as a person does, and look with the browser's own clock when the note says that it is kept.
SAVE = """words => new Promise((done) => {
  const field = document.querySelector("[data-noteer] textarea"), list = document.querySelector("[data-lijst]");
  field.focus();
  field.value = words;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  const look = new MutationObserver(() => {
    const first = list.querySelector("[data-bijdrage]");
    if (!first?.textContent.includes(words) || !first.querySelector("[data-staat=wacht]")) return;
    look.disconnect();
    done(performance.now() - began);
  });
  look.observe(list, { childList: true, subtree: true });
  const began = performance.now();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
})"""
TYPE = """() => {
  const field = document.querySelector("[data-noteer] textarea"), began = performance.now();
  field.value += "a";
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return performance.now() - began;
}"""


def fill(page: Page, until: int) -> None:
    """Notes until the tablet holds *until*."""
    for number in range(page.locator("[data-lijst] [data-bijdrage]").count(), until):
        page.evaluate(SAVE, f"gedachte {number} over de kabel en de buren")


def measure(page: Page, script: str, words: str = "") -> list[float]:
    """``SAMPLES`` times in ms, smallest first."""
    return sorted(page.evaluate(script, f"{words} {n}" if words else None) for n in range(SAMPLES))


def p95(times: list[float]) -> float:
    return times[int(len(times) * 0.95)]


def main() -> None:
    """Print the ratio of many notes to few, the milliseconds of this machine, and whether the bar holds (exit status)."""
    with demo() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        page = new_page(browser, url, TABLET)
        sit_down(page)
        page.locator("body[data-klaar]").wait_for()
        page.context.set_offline(True)
        found = {}
        for number in (FEW, MANY):
            fill(page, number)
            found[number] = measure(page, SAVE, f"gemeten bij {number}:"), measure(page, TYPE)
            page.evaluate("document.querySelector('[data-noteer]').reset()")
        browser.close()
    for what, place in (("saved", 0), ("keystroke", 1)):
        few, many = found[FEW][place], found[MANY][place]
        print(
            f"{what}: with {MANY} notes {statistics.median(many) / statistics.median(few):.1f} x the median of {FEW} "
            f"(p95 {p95(many):.1f} ms and {p95(few):.1f} ms)"
        )
    sys.exit(judge([Bar(f"saved, 95 of 100, with {MANY} notes", p95(found[MANY][0]), SAVED_P95, " ms")]))


if __name__ == "__main__":
    main()
