"""The evenings on which everything goes wrong. Each takes a ground and a size and returns the verdict of the books.

Nothing waits for a time: always for a state (``Site.until``), with an end to the patience.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from playwright.async_api import async_playwright

from bench.faulty import browser as pages
from bench.faulty.disk import Disk, small_disk
from bench.faulty.killed import be_killed
from bench.faulty.ledger import Report
from bench.faulty.outbox import Op
from bench.faulty.proxy import LOSSY, VENUE, Fault
from bench.faulty.site import ROOT, Ground, Site
from bench.faulty.tablet import Tablet


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; *plant* and *bugs* as in ``Site``; *quiet*: seconds without news after which it is over."""

    tablets: int = 50
    notes: int = 2000
    kills: int = 20
    tables_away: int = 12
    notes_away: int = 60
    notes_browser: int = 60
    browser_kills: int = 30
    copies: int = 50
    seed: int = 1
    plant: str = ""
    bugs: tuple[str, ...] = ()
    quiet: float = 60.0

    @property
    def each(self) -> int:
        """Notes of one tablet."""
        return self.notes // self.tablets


LONG = Size()
SHORT = Size(tablets=8, notes=64, kills=2, tables_away=4, notes_away=6, notes_browser=12, browser_kills=5)
QUICK = replace(SHORT, tablets=4, notes=20, kills=1, tables_away=3, notes_away=4)
"""Seconds: for `make test`."""
PLANTED = replace(SHORT, notes=160, quiet=6.0, notes_browser=24)


def _site(ground: Ground, size: Size, **more: Any) -> Site:
    return Site(ground, seed=size.seed, plant=size.plant, bugs=size.bugs, quiet=size.quiet, **more)


# --- people who type -----------------------------------------------------------------------------------------------------


def somewhere(site: Site, random: Random) -> dict[str, int | None]:
    """A ronde of the evening, whichever runs by the server's clock, and its stelling; now and then neither."""
    if random.random() < 0.1:
        return {"stelling": None, "ronde": None}
    ronde = random.choice(site.ground.facts["rondes"])
    return {"stelling": ronde["stelling"], "ronde": ronde["id"]}


def type_note(site: Site, tablet: Tablet, number: int) -> str:
    """One note, its words unlike any other, sometimes as long as it may be; returns its id."""
    random = tablet.random
    words = f"{tablet.name} notitie {number}: wat er gezegd werd – é, 漢, “zo”."
    if random.random() < 0.05:
        words = words.ljust(20_000, "x")
    soort = random.choice(["inzicht", "waarde", "vraag", "idee"])
    return tablet.create(words, **somewhere(site, random), soort=soort, trefwoorden=["bus"])


def change_something(site: Site, tablet: Tablet, note: str, number: int) -> None:
    """What people do with a note afterwards: mostly nothing, sometimes more than one thing."""
    random = tablet.random
    if random.random() < 0.25:
        tablet.edit(note, f"{tablet.name} notitie {number}: bij nader inzien.")
    if random.random() < 0.1:
        tablet.move(note, **somewhere(site, random))
    if random.random() < 0.1:
        tablet.delete(note)
        if random.random() < 0.5:
            tablet.edit(note, f"{tablet.name} notitie {number}: toch niet weg.")
        elif random.random() < 0.7:
            tablet.restore(note)
    if random.random() < 0.1:
        stelling = random.choice(site.ground.facts["stellingen"])
        hands = {name: random.randrange(10) for name in ("eens", "oneens", "neutraal")}
        tablet.peiling(stelling=stelling, ronde=None, moment=random.choice(["voor", "na"]), **hands)


async def _flow(site: Site, wanted: int) -> None:
    """Wait until *wanted* ops have a verdict; once nothing moves any more, nobody waits again."""
    if not site.stalled and not await site.until(lambda: site.ledger.settled >= wanted, min(site.quiet, 20)):
        site.stalled = True


async def _type_on(site: Site, tablet: Tablet, size: Size, power: float) -> None:
    """Type while notes flow: never more than a few ahead of what the room has handed over."""
    for number in range(size.each):
        await _flow(site, (number - 2) * size.tablets)
        note = type_note(site, tablet, number)
        change_something(site, tablet, note, number)
        if tablet.random.random() < power:
            tablet = await site.power_off_and_on(tablet)
        await asyncio.sleep(0)


async def _seat(site: Site, number: int, clocks: tuple[int, ...] = (0,)) -> list[Tablet]:
    """*number* tablets, each at a table of its own, switched on; their clocks off by *clocks* hours in turn."""
    tablets = [site.tablet(n, clock=timedelta(hours=clocks[n % len(clocks)])) for n in range(number)]
    for tablet in tablets:
        site.switch_on(tablet)
    return tablets


async def _strike(site: Site, size: Size, blow: Callable[[], Awaitable[None]]) -> None:
    """*blow* ``size.kills`` times, spread over the notes: just after a request was handed over, or just after a reply."""
    for number in range(size.kills):
        await _flow(site, size.notes * (number + 1) // (size.kills + 1))
        now = asyncio.Event()
        delay = site.random.random() * 0.02 if number % 2 else 0.0

        def hit(path: str, now: asyncio.Event = now, delay: float = delay) -> None:
            if path == "/sync/ops":
                asyncio.get_running_loop().call_later(delay, now.set) if delay else now.set()

        if number % 2:
            site.proxy.on_request = hit
        else:
            site.proxy.on_reply = hit
        try:
            async with asyncio.timeout(min(site.quiet, 20)):
                await now.wait()
        except TimeoutError:
            pass  # nothing moves any more; the books will say so
        finally:
            site.proxy.on_request = site.proxy.on_reply = lambda path: None
        await blow()


async def _finish(site: Site, name: str) -> Report:
    """Wait until all is settled, and judge."""
    site.proxy.calm()
    done = await site.settled()
    report = await site.report(name)
    if not done:
        report.broken.append(
            f"{len(site.ledger.unsettled())} ops never got a verdict; the server said: {site.said()}"
        )
    return report


# --- the evenings --------------------------------------------------------------------------------------------------------


async def evening(ground: Ground, size: Size) -> Report:
    """The bar: notes from many tablets, 15 % lost replies, and kill -9 over and over while they flow."""
    async with _site(ground, size, faults=LOSSY) as site:

        async def kill() -> None:
            site.kill()
            await site.start()

        tablets = await _seat(site, size.tablets)
        typing = [_type_on(site, tablet, size, 0.02) for tablet in tablets]
        await asyncio.gather(_strike(site, size, kill), *typing)
        report = await _finish(site, "evening")
        report.notes.append(f"{size.kills} x kill -9")
        return report


async def venue(ground: Ground, size: Size) -> Report:
    """Everything a network can do: cut, reset, half-open, portals, replays; and batteries are empty at times."""
    async with _site(ground, size, faults=VENUE) as site:
        tablets = await _seat(site, size.tablets)
        await asyncio.gather(*(_type_on(site, tablet, size, 0.1) for tablet in tablets))
        return await _finish(site, "venue")


DAY_OFF = (0, 24, -24)
"""Hours that clocks of tablets are off."""


async def away(ground: Ground, size: Size) -> Report:
    """The server is away for the whole evening; afterwards everything arrives within a minute."""
    async with _site(ground, size) as site:
        # clocks right, a day behind and a day ahead, table by table: nobody may be trusted for the time of such an evening
        tablets = await _seat(site, size.tables_away, clocks=DAY_OFF)
        for tablet in tablets:
            type_note(site, tablet, -1)
        await site.settled()
        site.kill()
        for number in range(size.notes_away - 1):
            for tablet in tablets:
                note = type_note(site, tablet, number)
                change_something(site, tablet, note, number)
        began = time.monotonic()
        await site.start()
        started = time.monotonic()
        report = await _finish(site, "away")
        seconds = time.monotonic() - started
        if seconds > 60:
            report.broken.append(f"{seconds:.0f} s until everything was stored, at most 60")
        notes = size.tables_away * size.notes_away
        report.notes.append(
            f"{notes} notes, start {started - began:.1f} s, then all stored in {seconds:.1f} s"
        )
        return report


async def clocks(ground: Ground, size: Size) -> Report:
    """Clocks of tablets that are a day off, an hour, or a year: place and time do not depend on them."""
    async with _site(ground, size, faults=LOSSY) as site:
        tablets = await _seat(site, 6, clocks=(24, -24, 1, -1, 24 * 365, -24 * 365))
        for number in range(min(10, size.each)):
            for tablet in tablets:
                change_something(site, tablet, type_note(site, tablet, number), number)
        return await _finish(site, "clocks")


async def copies(ground: Ground, size: Size) -> Report:
    """The same op fifty times at once: one row and fifty equal answers. The same op_id with other words: kept apart."""
    async with _site(ground, size) as site:
        tablet = site.tablet(0)
        tablet.patience = 60.0
        await tablet.join()
        await tablet.hallo()
        note = tablet.create("Vijftig keer hetzelfde.", **somewhere(site, tablet.random))
        tablet.edit(note, "En vijftig keer gewijzigd.")
        broken: list[str] = []
        for op in tablet.outbox.pending:
            answers = await asyncio.gather(*(_ask_until_final(tablet, op) for _ in range(size.copies)))
            tablet.ledger.acknowledge(op["op_id"], answers[0]["verdict"])
            verdicts = [answer.pop("verdict") for answer in answers]
            if verdicts.count("stored") != 1 or verdicts.count("duplicate") != size.copies - 1:
                counts = ", ".join(f"{verdicts.count(said)} x {said}" for said in sorted(set(verdicts)))
                broken.append(f"{op['kind']}: {counts}")
            if any(answer != answers[0] for answer in answers):
                broken.append(f"{op['kind']}: the answers differ in more than the verdict")
        other = {**tablet.outbox.pending[0], "body": {"tekst": "Zelfde nummer, andere woorden."}}
        said = (await _ask_until_final(tablet, other))["verdict"]
        kept = [row for row in (await site.read())["quarantaine"] if "andere woorden" in row["op"]]
        if said != "quarantined" or len(kept) != 1:
            broken.append(f"the same op_id with other words: {said}, {len(kept)} rows in quarantine")
        report = await site.report("copies")
        report.broken += broken
        return report


async def _ask_until_final(tablet: Tablet, op: Op) -> dict[str, Any]:
    """The verdict on *op*, asked for as often as it is "retry" (a hundred times at most)."""
    verdict: dict[str, Any] = {"verdict": "retry"}
    for _ in range(100):
        answer = await tablet._ask("POST", "/sync/ops", {"protocol": 1, "ops": [op]})
        data = tablet._ours(answer)
        if data is not None and answer.status == 200:
            verdict = data["verdicts"][0]
            if verdict["verdict"] != "retry":
                break
        await asyncio.sleep(tablet.random.random() * 0.05)
    return verdict


POISON: dict[str, dict[str, Any]] = {
    "too long": {"body": {"tekst": "x" * 20_001}},
    "NUL": {"body": {"tekst": "a\0b"}},
    "half a character": {"body": {"tekst": "a\ud800b"}},
    "no words": {"body": {"tekst": "  "}},
    "words are a number": {"body": {"tekst": 5}},
    "body is a list": {"body": ["tekst"]},
    "body is nothing": {"body": None},
    "unknown stelling": {"stelling": 999_999},
    "stelling is a list": {"stelling": []},
    "stelling is an object": {"stelling": {"id": 1}},
    "ronde is a list": {"ronde": [1]},
    "tafel is endless": {"tafel": float("inf")},
    "tafel is no number": {"tafel": float("nan")},
    "base_rev is endless": {"base_rev": float("inf")},
    "another table": {"tafel": -1},
    "kind is unknown": {"kind": "wipe"},
    "kind is a list": {"kind": ["create"]},
    "clock says nothing": {"client_ts": "gisteren"},
    "clock of the year 1": {"client_ts": "0001-01-01T00:00:00+14:00"},
    "soort is unknown": {"body": {"tekst": "goed", "soort": "grap"}},
    "soort is an object": {"body": {"tekst": "goed", "soort": {"a": 1}}},
    "words in a word": {"body": {"tekst": "goed", "trefwoorden": [["bus"]]}},
    "adjusts nonsense": {"body": {"tekst": "goed", "bijgesteld": [1]}},
    "hands for no stelling": {
        "kind": "peiling",
        "body": {"moment": "voor", "eens": 1, "oneens": 1, "neutraal": 1},
    },
    "hands at no moment": {"kind": "peiling", "body": {"moment": [], "eens": 1, "oneens": 1, "neutraal": 1}},
    "restores nothing": {"kind": "restore"},
    "device is a list": {"device_id": [1]},
    "seq is huge": {"seq": 2**70},
    "seq is endless": {"seq": float("inf")},
    "deep": {"body": json.loads("[" * 400 + "]" * 400)},
}
"""Ops that cannot become a note, by what is wrong with them: what differs from a good one."""


async def poison(ground: Ground, size: Size) -> Report:
    """Every op that cannot be a note, among good ones in the same batch: it is kept apart, and holds up nothing."""
    async with _site(ground, size) as site:
        tablet = site.tablet(0)
        names = {}
        for number, (name, wrong) in enumerate(POISON.items()):
            type_note(site, tablet, number)
            bad = (
                tablet._op(
                    "create", str(uuid.UUID(int=number + 1)), 0, None, None, {"tekst": f"giftig {number}"}
                )
                | wrong
            )
            tablet._save(bad)
            names[bad["op_id"]] = name
        type_note(site, tablet, len(POISON))
        tablet.batch = 10
        site.switch_on(tablet)
        done = await site.settled()
        report = await site.report("poison")
        if not done:
            held = [names.get(op_id, "a good one") for op_id in site.ledger.unsettled()]
            report.broken.append(f"no verdict on {len(held)} ops; waits: {held[:5]}")
        for op_id, name in names.items():
            if site.ledger.entries[op_id].verdict != "quarantined":
                report.broken.append(f"{name}: {site.ledger.entries[op_id].verdict or 'no verdict'}")
        for op_id, entry in site.ledger.entries.items():
            if op_id not in names and entry.verdict == "quarantined":
                report.broken.append(f"a good one was kept apart: {entry.op}")
        for kept in set(names) - set(tablet.outbox.ops):
            report.broken.append(f"{names[kept]}: the tablet does not have it any more")
        if site.proxy.statuses[500]:
            report.broken.append(f"{site.proxy.statuses[500]} answers were a 500")
        return report


async def backup(ground: Ground, size: Size) -> Report:
    """A backup is put back: another epoch, and every tablet offers again what it still has."""
    async with _site(ground, size, faults=LOSSY) as site:
        tablets = await _seat(site, min(size.tablets, 8))
        for part in range(2):
            for number in range(5):
                for tablet in tablets:
                    change_something(site, tablet, type_note(site, tablet, 10 * part + number), number)
            await site.settled()
            site.kill()
            if part == 0:
                await asyncio.to_thread(ground.copy, site.name, f"{site.name}backup", site.folder)
                await site.start()
        await asyncio.to_thread(ground.copy, f"{site.name}backup", site.name, site.folder)
        await asyncio.to_thread(_new_epoch, site)
        await site.start()
        for tablet in tablets:  # the first answer says that it is another database
            type_note(site, tablet, 99)
        site.proxy.calm()
        done = await site.until(
            lambda: not any(tablet.outbox.pending for tablet in tablets) and _all_said(site)
        )
        report = await site.report("backup")
        if not done:
            report.broken.append("a tablet still waits")
        return report


def _all_said(site: Site) -> bool:
    return site.ledger.settled >= len(site.ledger.entries)


def _new_epoch(site: Site) -> None:
    command = [sys.executable, "manage.py", "new_epoch"]
    subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True, timeout=120)


async def disk(ground: Ground, size: Size) -> Report:
    """The disk of the server is full: a clear "not now", nothing lost, and it goes on when there is room again."""
    temporary = tempfile.TemporaryDirectory(prefix="disk-", dir=ground.directory)
    with temporary as directory, small_disk(Path(directory)) as small:
        return await _disk(ground, size, small)


async def _disk(ground: Ground, size: Size, small: Disk) -> Report:
    async with _site(ground, size, folder=small.folder) as site:
        tablets = await _seat(site, min(size.tablets, 8))
        for tablet in tablets:
            type_note(site, tablet, -1)
        await site.settled()
        await small.fill(site)
        before = site.proxy.statuses.copy()
        for number in range(min(20, size.each)):
            for tablet in tablets:
                change_something(site, tablet, type_note(site, tablet, number), number)

        def refused() -> int:
            return site.proxy.retries + site.proxy.statuses[503]

        noticed = await site.until(lambda: refused() >= 2 * len(tablets), seconds=20)
        full = site.proxy.statuses - before
        await small.free(site)
        report = await _finish(site, "disk")
        if not noticed:
            report.broken.append(f"no clear refusal while the disk was full: {dict(full)}")
        if full[500]:
            report.broken.append(f"{full[500]} x 500 while the disk was full, where retry or 503 was due")
        report.notes.append(
            f"full by {small.how}; answers then: {dict(full)}, with retry {site.proxy.retries}"
        )
        return report


async def outage(ground: Ground, size: Size) -> Report:
    """The database falls over, time and again, while notes flow; Redis dies at the first blow and does not come back."""
    assert ground.postgres is not None
    assert ground.redis is not None
    database, redis = ground.postgres, ground.redis
    try:
        async with _site(ground, size, faults=LOSSY) as site:

            async def crash() -> None:
                await asyncio.to_thread(database.crash)
                if redis.process is not None:
                    await asyncio.to_thread(redis.crash)
                await asyncio.to_thread(database.start)

            tablets = await _seat(site, size.tablets)
            typing = [_type_on(site, tablet, size, 0.0) for tablet in tablets]
            await asyncio.gather(_strike(site, size, crash), *typing)
            report = await _finish(site, "outage")
            report.notes.append(f"{size.kills} x stop -m immediate; Redis gone since the first")
            return report
    finally:
        if redis.process is None:
            redis.start()


async def together(ground: Ground, size: Size) -> Report:
    """Two tablets of one table change the same notes without having seen each other: both texts are kept and shown."""
    async with _site(ground, size, faults=LOSSY) as site:
        pairs = [(site.tablet(2 * n, table=n), site.tablet(2 * n + 1, table=n)) for n in range(4)]
        for tablet in site.tablets:
            site.switch_on(tablet)
        for number in range(min(8, size.each)):
            notes = [type_note(site, first, number) for first, _ in pairs]
            await site.settled()
            for (first, second), note in zip(pairs, notes, strict=True):
                await _look(site, second)
                second.edit(note, f"{second.name} notitie {number}: ik hoorde iets anders.")
                if number % 2:
                    first.delete(note)
                else:
                    first.edit(note, f"{first.name} notitie {number}: ik hoorde dit.")
            await site.settled()
            for (first, second), note in zip(pairs, notes, strict=True):
                await _look(site, first)  # this person sees both versions, and chooses
                if number % 4 == 0:
                    first.edit(note, f"{first.name} notitie {number}: allebei.")
                elif number % 4 == 1:
                    second.restore(note)
        return await _finish(site, "together")


async def _look(site: Site, tablet: Tablet) -> None:
    """Fetch what is said at the table, over the same bad network."""
    for _ in range(100):
        try:
            if await tablet.fetch():
                return
        except OSError:
            pass
    raise RuntimeError(f"{tablet.name} could not fetch the notes of its table")


async def moved(ground: Ground, size: Size) -> Report:
    """A tablet that still had notes joins another table: they are kept apart with the table for which they were typed."""
    async with _site(ground, size) as site:
        for number in range(4):
            tablet = site.tablet(number)
            notes = [type_note(site, tablet, n) for n in range(3)]
            tablet.edit(notes[0], f"{tablet.name} notitie 0: gewijzigd.")
            tablet.token = ground.facts["tafels"][number + 10]["token"]
            site.switch_on(tablet)
        report = await _finish(site, "moved")
        if report.apart != report.intended:
            report.wrong.append(
                f"{report.intended - report.apart} of {report.intended} ops went to another table"
            )
        return report


BROWSER_FAULTS = {
    Fault.LOST_REPLY: 0.15,
    Fault.PORTAL: 0.3,
    Fault.REPLAY: 0.2,
    Fault.CUT_REPLY: 0.08,
    Fault.RESET: 0.04,
}


async def browser(ground: Ground, size: Size) -> Report:
    """The real page in a real browser: a bad network, a server that dies, and pages that are loaded again meanwhile."""
    site = _site(ground, replace(size, bugs=()))
    await asyncio.to_thread(pages.build_static, site.env)  # before it starts: it looks once what there is
    async with site, async_playwright() as playwright:
        site.proxy.only = ("/sync/",)
        for bug in size.bugs:
            pages.plant(site, bug)
        chromium = await pages.launch(playwright)
        try:
            page = await pages.sit_down(chromium, site, 0)
            site.proxy.faults = BROWSER_FAULTS
            typed, unseen = [], []
            for number in range(size.notes_browser):
                typed.append(f"browser notitie {number}: wat er gezegd werd.")
                if not await pages.type_note(page, typed[-1], size.quiet):
                    unseen.append(f"{typed[-1]!r} was typed and is not in the list")
                if number % 6 == 2:
                    site.kill()
                elif number % 6 == 4:
                    await page.reload()  # without a server: from the service worker
                elif number % 6 == 5:
                    await site.start()
                elif number % 6 == 0:
                    await pages.hand_over(page, 2.0)
            await page.reload()
            site.proxy.calm()
            if site.process is None:
                await site.start()
            done = await pages.hand_over(page, size.quiet)
            rows = await pages.outbox(page)
            pages.enter_books(site, "browser", rows)
            report = await site.report("browser")
            pages.compare(report, typed, rows, await site.read())
            report.broken += unseen
            if not done:
                report.broken.append("the page still waits")
            return report
        finally:
            await chromium.close()


async def killed(ground: Ground, size: Size) -> Report:
    """A real browser that is killed while somebody types: what was shown as kept is there when it comes back."""
    site = _site(ground, replace(size, bugs=()))
    await asyncio.to_thread(pages.build_static, site.env)
    async with site, async_playwright() as playwright:
        site.proxy.only = ("/sync/",)
        for bug in size.bugs:
            pages.plant(site, bug)
        return await be_killed(site, playwright, size.browser_kills, size.quiet)


Scenario = Callable[[Ground, Size], Awaitable[Report]]
SCENARIOS: dict[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        evening,
        venue,
        away,
        clocks,
        copies,
        poison,
        together,
        moved,
        backup,
        disk,
        outage,
        browser,
        killed,
    )
}
ONLY = {"disk": "sqlite", "outage": "postgres"}
"""Scenarios that make sense on one of the two: a database in a file, or one that can fall over by itself."""


def scenarios_of(kind: str) -> list[str]:
    """Those that run on this backend."""
    return [name for name in SCENARIOS if ONLY.get(name, kind) == kind]
