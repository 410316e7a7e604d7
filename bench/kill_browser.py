"""The browser of a tablet is killed while somebody types, 30 times: how much of the typing is gone, and is any kept note?

Real Chromium with a profile of its own, ended with SIGKILL, all of it; the demo on a database of its own.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from tools.screenshots import TABLET, chromium, demo, sit_down

KILLS = 30
ALLOWED = 0.3
"""Seconds of typing that may be gone (docs/protocol.md)."""
FIELD = "[data-noteer] textarea"
KEPT = "[data-staat=wacht], [data-staat=verzonden]"


def open_browser(playwright: Playwright, profile: str, url: str) -> BrowserContext:
    """Chromium with what it kept in *profile*."""
    path, flags = chromium()
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=path,
        args=flags,
        base_url=url,
        locale="nl-NL",
        viewport={"width": TABLET[0], "height": TABLET[1]},
    )


def kill(profile: str) -> None:
    """SIGKILL for every process of the browser that has *profile*, as when a battery falls out."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and profile in (entry / "cmdline").read_bytes().decode():
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if b"chrom" in words[0]:
                    os.kill(int(entry.name), signal.SIGKILL)
        except OSError:  # gone already
            continue


@contextmanager
def table(playwright: Playwright, profile: str, url: str) -> Iterator[Page]:
    """The page of the table, as somebody finds it who picks the tablet up again."""
    context = open_browser(playwright, profile, url)
    page = context.pages[0] if context.pages else context.new_page()
    try:
        page.goto("/tafel/")
        page.wait_for_selector("body[data-klaar]")
        yield page
    finally:
        with suppress(Error):  # it was killed
            context.close()


def save(page: Page, words: str) -> None:
    """A note, until the screen says that it is kept."""
    page.fill(FIELD, words)
    page.press(FIELD, "Enter")
    page.locator(f"#bijdrage-list .notitie:has-text('{words}') :is({KEPT})").wait_for()


def type_until(page: Page, seconds: float) -> tuple[str, list[float]]:
    """Type for *seconds*; the letters, and when each was handed to the browser."""
    letters, times, end = "", [], time.monotonic() + seconds
    page.focus(FIELD)
    while (now := time.monotonic()) < end:
        letter = random.choice("abcdefgh ")
        times.append(now)
        page.keyboard.type(letter)
        letters += letter
        time.sleep(0.03)
    return letters, times


def main() -> None:
    """Print the most that was gone; exit code 1 when it was too much, or when a note that was shown as kept is gone."""
    random.seed(1)
    worst, kept, wrong = 0.0, [], []
    with (
        demo() as url,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        sync_playwright() as playwright,
    ):
        context = open_browser(playwright, profile, url)
        sit_down(context.pages[0])
        context.pages[0].get_by_text("opent ook als er geen verbinding is").wait_for(state="attached")
        context.close()
        typed: dict[str, Any] = {}
        for number in range(KILLS + 1):
            with table(playwright, profile, url) as page:
                if typed:
                    found = page.input_value(FIELD)
                    if not typed["letters"].startswith(found):
                        wrong.append(f"{found!r} is no beginning of what was typed")
                    elif len(found) < len(typed["letters"]):
                        worst = max(worst, typed["killed"] - typed["times"][len(found)])
                    page.fill(FIELD, "")
                    page.wait_for_timeout(300)
                shown = page.locator("#bijdrage-list").text_content() or ""  # also what is out of sight
                wrong += [f"{words!r} was shown as kept and is gone" for words in kept if words not in shown]
                if number == KILLS:
                    break
                save(page, f"bewaard nummer {number:02}.")
                kept.append(f"bewaard nummer {number:02}.")
                letters, times = type_until(page, random.uniform(0.4, 1.2))
                kill(profile)
                typed = {"letters": letters, "times": times, "killed": time.monotonic()}
    gone = f"at most {worst:.2f} s of typing gone ({ALLOWED} s may be)"
    print(f"{KILLS} x killed: {gone}; {len(kept)} notes shown as kept, {len(wrong)} complaints")
    print("\n".join(wrong))
    sys.exit(bool(wrong) or worst > ALLOWED)


if __name__ == "__main__":
    main()
