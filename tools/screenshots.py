"""Take the pictures of README and docs/handleiding from the demo: ``make screenshots``.

The demo runs on a database of its own, so that whatever you did in yours is not in the picture.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "handleiding"
TABLET, DESKTOP = (1024, 768), (1280, 860)


@contextmanager
def demo() -> Iterator[str]:
    """The demo on a free port, gone afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as directory:
        url = f"http://localhost:{port}"
        environment = {**os.environ, "DEMO": "1", "VAR_DIR": directory, "SITE_URL": url}
        environment.pop("DATABASE_URL", None)
        for command in (
            "build_fonts",
            "collectstatic --noinput --verbosity 0",
            "migrate --verbosity 0",
            "load_demo",
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command.split()], cwd=ROOT, env=environment, check=True
            )
        server = f"-m uvicorn denkdiner.asgi:application --port {port} --ws websockets-sansio --lifespan off"
        process = subprocess.Popen(
            [sys.executable, *server.split(), "--log-level", "warning"], cwd=ROOT, env=environment
        )
        try:
            _wait_for(f"{url}/gezond/")
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("De demo startte niet.")


def new_page(browser: Browser, url: str, size: tuple[int, int], colours: str = "light") -> Page:
    context = browser.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if colours == "dark" else "light",
        locale="nl-NL",
    )
    return context.new_page()


def chromium() -> tuple[str | None, list[str]]:
    """The machine's Chromium (None: the one that Playwright downloaded), and the flags that it needs here."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    return shutil.which("chromium") or shutil.which("google-chrome"), flags


def launch(playwright: Playwright) -> Browser:
    path, flags = chromium()
    return playwright.chromium.launch(executable_path=path, args=flags)


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(600)
    page.screenshot(path=TARGET / f"{name}.png")
    print(f"docs/handleiding/{name}.png")


ICON = """<!doctype html><style>html, body {{ margin: 0; background: #17515f; }} img {{ display: block; }}</style>{svg}"""


def draw_icons(browser: Browser) -> None:
    """The app's icon for home screens, from its own drawing: full-bleed, with the margin that a round mask needs."""
    drawing = (ROOT / "static" / "img" / "merk.svg").read_text(encoding="utf-8")
    for size in (180, 192, 512):
        page = browser.new_page(viewport={"width": size, "height": size})
        margin = round(size * 0.1)
        svg = drawing.replace(
            "<svg ",
            f'<svg width="{size - 2 * margin}" height="{size - 2 * margin}" style="margin: {margin}px" ',
        )
        page.set_content(ICON.format(svg=svg))
        page.screenshot(path=ROOT / "static" / "img" / f"icoon-{size}.png")
        page.close()


def sit_down(page: Page) -> None:
    """Join table 1 of the live diner."""
    page.goto("/demo/tafel/")
    page.get_by_role("button", name="Doe mee").click()
    page.get_by_role("button", name="Ja, ik noteer").click()
    page.wait_for_url("**/tafel/")


def show_preparation(browser: Browser, roos: Page) -> None:
    """The page of the live diner, and the page that a spreker of it gets."""
    roos.get_by_role("link", name="Voorbereiden", exact=True).click()
    _shoot(roos, "voorbereiden")
    roos.get_by_role("link", name="Briefing van").first.click()
    roos.get_by_role("button", name="Maak de pagina").click()
    link = roos.get_by_label("Om zelf door te geven").input_value()
    spreker = browser.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="nl-NL"
    ).new_page()
    spreker.goto(link)
    _shoot(spreker, "briefing")


def main() -> None:
    """Every picture that the docs show."""
    TARGET.mkdir(exist_ok=True)
    with demo() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        draw_icons(browser)
        start = new_page(browser, url, DESKTOP)
        start.goto("/")
        _shoot(start, "start")
        tablet = new_page(browser, url, TABLET)
        sit_down(tablet)
        tablet.get_by_label("Wat wordt er gezegd?").fill(
            "wie stroom deelt met de buren, hoeft niet te wachten op de kabel"
        )
        _shoot(tablet, "tablet")
        donker = new_page(browser, url, (390, 844), "dark")
        sit_down(donker)
        _shoot(donker, "telefoon-donker")
        roos = new_page(browser, url, DESKTOP)
        roos.goto("/demo/organisator/")
        _shoot(roos, "regie")
        inbox = roos.url.replace("/regie/", "/inbox/")
        show_preparation(browser, roos)
        vera = new_page(browser, url, (1440, 900))
        vera.goto("/demo/verslaglegger/")
        _shoot(vera, "werkbank")
        vera.goto(inbox)
        _shoot(vera, "inbox")
        vera.goto("/reeksen/vennemark-2050/verslag/")
        _shoot(vera, "verslag")
        scherm = new_page(browser, url, (1280, 720))
        scherm.goto("/demo/scherm/")
        _shoot(scherm, "scherm")
        browser.close()


if __name__ == "__main__":
    main()
