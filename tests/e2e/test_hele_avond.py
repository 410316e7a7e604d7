"""A whole evening, faster than life: the real server, eight tablets that know only docs/protocol.md, two people at the regie
and two at the inbox, and the scherm. A tablet drops out and returns, the server is killed in ronde 2; all counts agree.
"""

import asyncio
import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import Page, async_playwright, expect

from bench.faulty.browser import build_static, launch
from bench.faulty.site import Ground, Site, ground, run_json

KIND = os.environ.get("TEST_BACKEND", "sqlite")
TABLES, EACH, RONDES = 8, 5, 3
HERE = "tests.e2e.hele_avond"
SLOW = 20_000  # ms: a server that comes back, sockets that find it again
MOST = 240  # s: it takes 40
expect.set_options(timeout=15_000)  # this is not the ``expect`` of the other tests


class Zaal:
    """Who is in the room: *pages* by name, *tablets* at their tables."""

    def __init__(self, site: Site, facts: dict[str, Any]) -> None:
        self.site, self.facts = site, facts
        self.pages: dict[str, Page] = {}
        self.tablets = [site.tablet(number) for number in range(TABLES)]
        self.wrong: list[str] = []

    async def enter(self, browser: Any, naam: str, path: str) -> Page:
        context = await browser.new_context(
            base_url=self.site.env["SITE_URL"], locale="nl-NL", viewport={"width": 1280, "height": 900}
        )
        if naam in self.facts["cookies"]:
            cookie = {"name": self.facts["cookie"], "value": self.facts["cookies"][naam]}
            await context.add_cookies([cookie | {"url": self.site.env["SITE_URL"]}])
        page = self.pages[naam] = await context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"{naam}: {error}"))
        await page.goto(path)
        await expect(page.locator("body")).to_have_attribute("data-live", "open", timeout=SLOW)
        return page

    def talk(self, ronde: int, only: range = range(TABLES)) -> None:
        """Every table of *only* notes something about the stelling of *ronde*."""
        place = self.site.ground.facts["rondes"][ronde]
        for number in only:
            for n in range(EACH):
                tekst = f"ronde {ronde + 1}, tafel {number + 1}, gedachte {n}"
                self.tablets[number].create(tekst, stelling=place["stelling"], ronde=place["id"])


async def press(page: Page, naam: str) -> None:
    await page.get_by_role("button", name=naam, exact=True).click(timeout=SLOW)


async def place_all(page: Page, stelling: int, ways: str) -> None:
    """By keyboard, until nothing about *stelling* is loose; the first note begins a thread."""
    await page.goto(f"{page.url.split('/inbox/')[0]}/inbox/?stelling={stelling}")
    current = page.locator("[data-notitie][aria-current=true]")
    for step in range(200):
        if not await current.count():
            await expect(page.locator("[data-inbox][data-bezig]")).to_have_count(0, timeout=SLOW)
            await page.reload()  # what a colleague was first with is somewhere else now
            await expect(page.locator("body")).to_have_attribute("data-inbox-klaar", "")
            if not await current.count():
                return
        threads = await page.locator("[data-draad]").count()
        way = "n" if not threads else ways[step % len(ways)]
        await page.keyboard.press(way)
        if way == "n":
            await page.get_by_label("Titel").fill(f"Draad van stelling {stelling}")
            await page.keyboard.press("Enter")
            await expect(page.locator("[data-draad]")).not_to_have_count(0, timeout=SLOW)
        elif way == "p":
            await page.keyboard.press("2")
    raise AssertionError("some notes stay loose")


async def evening(made: Ground) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(Site(made, seed=4))
        facts = await asyncio.to_thread(run_json, "prepare", site.env, HERE)
        browser = await launch(await stack.enter_async_context(async_playwright()))
        stack.push_async_callback(lambda: asyncio.wait_for(browser.close(), 20))
        zaal = Zaal(site, facts)
        roos = await zaal.enter(browser, "roos", f"{facts['diner']}/regie/")
        ria = await zaal.enter(browser, "ria", f"{facts['diner']}/regie/")
        vera = await zaal.enter(browser, "vera", f"{facts['diner']}/inbox/")
        daan = await zaal.enter(browser, "daan", f"{facts['diner']}/inbox/")
        scherm = await zaal.enter(browser, "scherm", facts["scherm"])
        await expect(scherm.get_by_text("Welkom. We beginnen zo.")).to_be_visible()

        # ronde 1: both press start; one of them is told, and the ronde begins once
        start = "Start de eerstvolgende ronde"
        await asyncio.gather(press(roos, start), press(ria, start))
        for page in (scherm, roos, ria):
            await expect(page.get_by_role("heading", name=re.compile("Stelling 1"))).to_be_visible(
                timeout=SLOW
            )
        for tablet in zaal.tablets:
            site.switch_on(tablet)
        zaal.talk(0)
        assert await site.settled()
        await expect(roos.locator("#tafel-counts")).to_contain_text("40 notities van 8 tafels", timeout=SLOW)

        # ronde 2: tablet 3 drops out and notes on; the server is killed while everybody types
        await press(ria, "Volgende ronde")
        await expect(scherm.get_by_role("heading", name="Stelling 2.")).to_be_visible(timeout=SLOW)
        await site.power_off(zaal.tablets[2])
        zaal.talk(1, range(4))
        site.kill()
        zaal.talk(1, range(4, TABLES))
        await expect(scherm.get_by_role("heading", name="Stelling 2.")).to_be_visible()
        await site.start()
        for page in zaal.pages.values():
            await expect(page.locator("body")).to_have_attribute("data-live", "open", timeout=2 * SLOW)
        assert await site.until(lambda: site.ledger.settled == 2 * TABLES * EACH - EACH)
        zaal.tablets[2] = site.power_on(zaal.tablets[2])
        assert await site.settled()
        await expect(ria.locator("#tafel-counts")).to_contain_text("80 notities van 8 tafels", timeout=SLOW)

        # meanwhile the theme team; what it found goes to the screen
        await asyncio.gather(place_all(vera, 1, "1"), place_all(daan, 2, "11p"))
        await vera.locator("[data-draad] [data-zet-op-scherm]").first.click()
        await roos.get_by_role("button", name=re.compile("Toon op scherm")).first.click(timeout=SLOW)
        await press(roos, "Eerste rode draden")
        await expect(scherm.get_by_role("heading", name="Draad van stelling 1")).to_be_visible(timeout=SLOW)

        # ronde 3 takes the screen back
        await press(roos, "Volgende ronde")
        await expect(scherm.get_by_role("heading", name="Stelling 3.")).to_be_visible(timeout=SLOW)
        zaal.talk(2)
        assert await site.settled()
        await asyncio.gather(place_all(vera, 3, "1"), place_all(daan, 3, "1p"))

        # the end
        await press(roos, "Diner afsluiten")
        await press(roos, "Ja, doorgaan")
        await expect(scherm.get_by_role("heading", name="Dank voor jullie gedachten")).to_be_visible(
            timeout=SLOW
        )

        report = await site.report("evening")
        assert report.violations == []
        assert report.intended == report.acknowledged == report.stored == TABLES * EACH * RONDES
        end = await asyncio.to_thread(run_json, "read", site.env, HERE)
        total = TABLES * EACH * RONDES
        assert (end["notes"], end["per_ronde"]) == (total, [TABLES * EACH] * RONDES + [0])
        assert end["placed"] + end["aside"] == total
        assert sum("begon ronde 1" in line for line in end["log"]) == 1
        assert end["log"][-1] == "Roos sloot het diner af"
        for number in (1, 2, 3):
            await daan.goto(f"{facts['diner']}/inbox/?stelling={number}")
            await expect(daan.locator("#inbox-list")).to_contain_text("0 nog los")
        await expect(ria.locator("#tafel-counts")).to_contain_text(f"{total} notities", timeout=SLOW)
        handout = await roos.request.get(f"{facts['diner']}/handout.pdf")
        assert (handout.status, (await handout.body())[:4]) == (200, b"%PDF")
        assert zaal.wrong == []


def test_whole_evening_loses_nothing_and_counts_agree(monkeypatch):
    monkeypatch.setenv("FAULTS_TABLES", str(TABLES))
    with ground(KIND) as made:
        build_static(made.environment(made.url("template")))
        with ThreadPoolExecutor(1) as elsewhere:  # the browser of the other tests has the loop of this thread
            elsewhere.submit(asyncio.run, asyncio.wait_for(evening(made), MOST)).result()
