"""A tablet whose browser is killed, all of it, while somebody types: what was shown as kept is there when it comes back.

Chromium with a profile of its own on the disk, ended with SIGKILL as when a battery falls out, most of the time without a
server: what is gone from the tablet is gone.
"""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from playwright.async_api import BrowserContext, Error, Page, Playwright

from bench.faulty import browser as pages
from bench.faulty.ledger import Report

if TYPE_CHECKING:
    from bench.faulty.site import Site

ALLOWED = 0.3
"""Seconds of typing that may be gone with the browser; a concept is on the disk sooner."""
FIELD = "[data-noteer] textarea"


@dataclass(slots=True)
class Typing:
    """What stood in the field when the browser went."""

    letters: str = ""
    times: list[float] = field(default_factory=list)
    """When each letter was handed to the browser."""
    killed: float = 0.0

    def gone(self, found: str) -> float:
        """Seconds of it that are missing in *found*; -1 when that is no beginning of it."""
        if not self.letters.startswith(found):
            return -1.0
        return self.killed - self.times[len(found)] if len(found) < len(self.letters) else 0.0


@dataclass(slots=True)
class Evening:
    """What was promised, and what became of it."""

    kept: list[str] = field(default_factory=list)
    worst: float = 0.0
    broken: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def kill(profile: str) -> None:
    """SIGKILL for every process of the browser that has *profile*, and for no other."""
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            if profile.encode() in command and b"chrom" in command.split(b"\0")[0]:
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:  # gone already
            continue


@asynccontextmanager
async def table(playwright: Playwright, profile: str, site: "Site") -> AsyncIterator[Page]:
    """The page of the table, as somebody finds it who picks the tablet up again."""
    context = await pages.launch_profile(playwright, profile, site)
    try:
        page = await _first_page(context)
        await page.goto("/tafel/", wait_until="domcontentloaded")
        await page.wait_for_selector("body[data-klaar]")
        yield page
    finally:
        with suppress(Error):  # it was killed
            await context.close()


async def _first_page(context: BrowserContext) -> Page:
    return context.pages[0] if context.pages else await context.new_page()


async def _type_on(page: Page, random: Random, seconds: float) -> Typing:
    typing, end = Typing(), time.monotonic() + seconds
    await page.focus(FIELD)
    while (now := time.monotonic()) < end:
        letter = random.choice("abcdefgh ")
        typing.times.append(now)
        typing.letters += letter
        await page.keyboard.type(letter)
        await asyncio.sleep(0.03)
    return typing


async def _look(page: Page, evening: Evening, typing: Typing) -> None:
    """Is everything there that was promised, and nearly everything that was being typed?"""
    gone = typing.gone(await page.input_value(FIELD))
    if gone < 0:
        evening.broken.append(f"what stands in the field is no beginning of {typing.letters!r}")
    evening.worst = max(evening.worst, gone)
    await page.fill(FIELD, "")
    await asyncio.sleep(0.3)
    in_outbox = {row["op"]["body"].get("tekst") for row in await pages.outbox(page)}
    shown = await page.locator("#bijdrage-list").text_content() or ""
    for words in evening.kept:
        if words not in in_outbox or words not in shown:
            evening.lost.append(f"{words!r} was shown as kept, and is gone with the browser")
    evening.kept = [words for words in evening.kept if words in in_outbox]


async def be_killed(site: "Site", playwright: Playwright, kills: int, quiet: float) -> Report:
    """*kills* times: a note, the promise that it is kept, some letters more, the end. Then all of it is handed over."""
    random, evening, typing = Random(f"killed/{site.seed}"), Evening(), Typing()
    typed: list[str] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = await pages.launch_profile(playwright, profile, site)
        await pages.join(await _first_page(context), site, 0)
        await context.close()
        for number in range(kills):
            if number % 5 == 3:
                await site.start()
            elif number % 5 == 4 or site.process is not None:
                site.kill()
            async with table(playwright, profile, site) as page:
                await _look(page, evening, typing)
                words = f"bewaard nummer {number:02}."
                typed.append(words)
                if await pages.type_note(page, words, quiet):
                    evening.kept.append(words)
                else:
                    evening.broken.append(f"{words!r} was typed and is not in the list")
                # every other time at once: what was promised has to be on the disk by now
                typing = Typing() if number % 2 else await _type_on(page, random, random.uniform(0.4, 1.2))
                kill(profile)
                typing.killed = time.monotonic()
        if site.process is None:
            await site.start()
        async with table(playwright, profile, site) as page:
            await _look(page, evening, typing)
            if not await pages.hand_over(page, quiet):
                evening.broken.append("the page still waits")
            rows = await pages.outbox(page)
    pages.enter_books(site, "killed", rows)
    report = await site.report("killed")
    pages.compare(report, typed, rows, await site.read())
    report.lost += evening.lost
    report.broken += evening.broken
    if evening.worst > ALLOWED:
        report.broken.append(f"{evening.worst:.2f} s of typing gone with the browser, at most {ALLOWED}")
    report.notes.append(
        f"{kills} x killed: at most {evening.worst:.2f} s of typing gone ({ALLOWED} s may be)"
    )
    return report
