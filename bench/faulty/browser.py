"""The real page of a table, in a real browser, on the same bad network: what its outbox promises has to be true.

The books are kept from what a person typed and from the outbox in IndexedDB. ``PLANTED`` are bugs in the JavaScript, planted
by the proxy in what the browser is served; each is a piece of the source and what stands there instead, and a piece that is
not there any more is an error, never a bug that was "not found".
"""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Browser, BrowserContext, Page, Playwright, TimeoutError

from bench.faulty.ledger import Report

if TYPE_CHECKING:
    from bench.faulty.site import Site

ROOT = Path(__file__).resolve().parents[2]
VERDICTS = {"verzonden": "stored", "versies": "conflict", "apart": "quarantined"}
"""What the outbox says of an op, in the words of the protocol."""
KEPT = "[data-staat=wacht], [data-staat=verzonden], [data-staat=versies]"
"""States of a row that say so; while it is being written it says "bezig"."""
OUTBOX = """() => new Promise((resolve, reject) => {
  const opened = indexedDB.open("denkdiner");
  opened.onerror = () => reject(opened.error);
  opened.onsuccess = () => {
    const all = opened.result.transaction(["ops"]).objectStore("ops").getAll();
    all.onsuccess = () => { opened.result.close(); resolve(all.result); };
    all.onerror = () => reject(all.error);
  };
})"""
SENT = 'return await post("/sync/ops", { protocol: 1, tafel: batch[0].tafel, ops: batch });'
PLANTED: dict[str, tuple[str, str, str]] = {
    "js-trusts-any-200": (
        "verzender",
        "if (answer.status === 200 && answer.data) {",
        "if (answer.status === 200) { "
        "const epoch = model.gezien?.epoch; "  # without it the page asks hallo, and sends them all once more
        "answer.data ??= { epoch, verdicts: batch.map(({ op_id }) => ({ op_id, verdict: 'stored' })) };",
    ),
    "js-does-not-look-for-its-op": (
        "verzender",
        "for (const op of sent.values()) pass(passed, op);",
        "for (const { op_id } of sent.values()) "
        "results.push({ op_id, staat: 'verzonden', rev: 1, at: data.now, uitleg: '' });",
    ),
    "js-says-kept-too-soon": (
        "tafel",
        "await saveOp(op, concept);",
        "setTimeout(() => saveOp(op, concept), 1_500);",
    ),
    "js-keeps-nothing": ("opslag", 'transaction.objectStore("ops").add({', "(() => {})({"),
    "js-settles-before-the-answer": (
        "verzender",
        SENT,
        f"await settle(batch.map(({{ op_id }}) => ({{ op_id, staat: 'verzonden', rev: 1, at: '', uitleg: '' }}))); {SENT}",
    ),
    "js-new-ids-on-retry": (
        "verzender",
        SENT,
        SENT.replace(
            "ops: batch }",
            "ops: batch.map((op) => ({ ...op, op_id: crypto.randomUUID(), note_id: crypto.randomUUID() })) }",
        ),
    ),
}
"""Name → module of static/js/tablet, what stands there, what is served instead."""


def plant(site: "Site", name: str) -> None:
    """Serve the bug *name* from now on."""
    module, genuine, bug = PLANTED[name]

    def change(body: bytes) -> bytes:
        if genuine.encode() not in body:
            raise LookupError(f"{name}: {module}.js does not hold {genuine!r} any more")
        return body.replace(genuine.encode(), bug.encode())

    site.proxy.rewrite[f"/static/js/tablet/{module}."] = change


def build_static(environment: dict[str, str]) -> None:
    """Fonts and static files under hashed names, in the ``VAR_DIR`` of *environment*; once."""
    if (Path(environment["VAR_DIR"]) / "static" / "staticfiles.json").exists():
        return
    for command in ("build_fonts", "collectstatic --noinput --verbosity 0"):
        subprocess.run(
            [sys.executable, "manage.py", *command.split()],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            timeout=300,
        )


def _chromium() -> tuple[str | None, list[str]]:
    """The system's Chromium (None: the one that Playwright downloaded), and its flags."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    quiet = [
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    return found, quiet + sandbox


async def launch(playwright: Playwright) -> Browser:
    """A browser that forgets everything."""
    found, flags = _chromium()
    return await playwright.chromium.launch(executable_path=found, args=flags)


async def launch_profile(playwright: Playwright, profile: str, site: "Site") -> BrowserContext:
    """A browser with what it kept in the directory *profile*."""
    found, flags = _chromium()
    context = await playwright.chromium.launch_persistent_context(
        profile, executable_path=found, args=flags, **_tablet(site)
    )
    context.set_default_timeout(60_000)
    return context


def _tablet(site: "Site") -> dict[str, Any]:
    return {
        "base_url": f"http://localhost:{site.proxy.port}",
        "locale": "nl-NL",
        "viewport": {"width": 1024, "height": 768},
        "has_touch": True,
    }


async def sit_down(browser: Browser, site: "Site", table: int) -> Page:
    """A tablet that scanned the QR of *table* (from 0) and whose page would open without a network."""
    context = await browser.new_context(**_tablet(site))
    context.set_default_timeout(60_000)
    page = await context.new_page()
    await join(page, site, table)
    return page


async def join(page: Page, site: "Site", table: int) -> None:
    """Scan the QR of *table*, and wait until the service worker keeps the page."""
    await page.goto(f"/t/#{site.ground.facts['tafels'][table]['token']}")
    await page.get_by_role("button", name="Doe mee aan deze tafel").click()
    await page.get_by_role("button", name="Ja, ik noteer").click()
    await page.wait_for_url("**/tafel/", wait_until="domcontentloaded")
    await page.get_by_text("opent ook als er geen verbinding is").wait_for(state="attached")


async def type_note(page: Page, words: str, seconds: float) -> bool:
    """Type, Enter, and see in the list that it is kept: then it was promised. False when it never said so."""
    field = page.get_by_label("Wat wordt er gezegd?")
    await field.fill(words)
    await field.press("Enter")
    row = page.locator("#bijdrage-list .notitie", has_text=words)
    try:
        await row.locator(KEPT).first.wait_for(timeout=1000 * seconds)
    except TimeoutError:
        return False
    return True


async def outbox(page: Page) -> list[dict[str, Any]]:
    """Every op that this browser keeps, with what became of it."""
    rows: list[dict[str, Any]] = await page.evaluate(OUTBOX)
    return rows


async def hand_over(page: Page, seconds: float) -> bool:
    """Let it send until nothing waits: nudged as if the network came back, for at most *seconds* without news."""
    loop = asyncio.get_running_loop()
    before, deadline = -1, loop.time() + seconds
    while waiting := sum(row["staat"] == "wacht" for row in await outbox(page)):
        if waiting != before:
            before, deadline = waiting, loop.time() + seconds
        if loop.time() > deadline:
            return False
        await page.evaluate("() => { window.dispatchEvent(new Event('online')); }")
        await asyncio.sleep(0.3)
    return True


def enter_books(site: "Site", name: str, rows: list[dict[str, Any]]) -> None:
    """What this browser keeps, into the ledger of the site."""
    for row in rows:
        site.ledger.intend(row["op"], name)
        if row["staat"] in VERDICTS:
            site.ledger.acknowledge(row["op_id"], VERDICTS[row["staat"]], row.get("rev"))


def compare(report: Report, typed: list[str], rows: list[dict[str, Any]], database: dict[str, Any]) -> None:
    """What was typed has to be in the outbox and once in the database."""
    kept = {row["op"]["body"].get("tekst") for row in rows}
    stored = [row["tekst"] for row in database["versies"]]
    for words in typed:
        if words not in stored:
            report.lost.append(
                f"{words!r} was shown as kept" + ("" if words in kept else ", and the browser forgot it")
            )
        elif stored.count(words) > 1:
            report.doubled.append(f"{words!r} stands there {stored.count(words)} times")
