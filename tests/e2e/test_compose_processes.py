"""What docker-compose.yml runs, as plain processes: its own commands and settings, PostgreSQL, Redis, several workers.

Two servers, A and B, so that a note is certain to cross from one process to another. Only the addresses of the
database and Redis are ours; the commands and the environment are read from docker-compose.yml, so that a mistake there
is a failing test here.
"""

import gzip
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Page, Playwright, expect
from websockets.sync.client import connect

from tests import services

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@dataclass(frozen=True)
class Stack:
    """Two servers on one database and one Redis; ``a`` runs two workers, ``b`` one."""

    a: str
    b: str
    environment: dict[str, str]


def _service(name: str) -> str:
    """The lines of one service, without comments. A parser of YAML would be a dependency for these four lines."""
    block = re.search(rf"^  {name}:.*?\n((?:    .*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert block, f"docker-compose.yml has no service {name}"
    return re.sub(r" +# .*$", "", block[1], flags=re.MULTILINE)


def _filled_in(text: str, settings: dict[str, str]) -> str:
    """Compose's ``${NAME}``, ``${NAME:-default}`` (may be nested) and ``${NAME:?required}``."""

    def value(match: re.Match[str]) -> str:
        name, operator, rest = match.groups()
        if operator == ":?":
            assert settings.get(name), f"{name} is required and .env.example does not offer it"
        return settings.get(name) or (rest if operator == ":-" else "")

    while "${" in text:
        text = re.sub(r"\$\{(\w+)(?:(:[-?])([^${}]*))?\}", value, text)
    return text


def _command(name: str, settings: dict[str, str]) -> list[str]:
    """The command of a service as this Python would run it."""
    line = re.search(r"^    command: (.*)$", _service(name), re.MULTILINE)
    assert line, f"service {name} has no command"
    program, *arguments = shlex.split(_filled_in(line[1], settings))
    return [sys.executable, *(["-m", program] if program != "python" else []), *arguments]


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """The environment of ``web``, filled in from *settings* as compose does from ``.env``."""
    block = re.search(r"^    environment:.*\n((?:      .*\n)+)", _service("web"), re.MULTILINE)
    assert block, "service web has no environment"
    pairs = (line.strip().split(": ", 1) for line in block[1].splitlines())
    return {name: _filled_in(text, settings).strip('"') for name, text in pairs}


def _image(directory: Path) -> Path:
    """What the last stage of the Dockerfile copies, and nothing else: what is not in the image is missed here too."""
    app = directory / "app"
    for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE.rpartition("\nFROM ")[2], re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            goal = app / target / Path(source).name if target.endswith("/") else app / target
            goal.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, goal, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / source, goal)
    return app


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server(command: list[str], environment: dict[str, str], log: Path, cwd: Path) -> Iterator[str]:
    """A running web service on a port of its own; ends with all its workers."""
    port = _free_port()
    command[command.index("--host") + 1] = "127.0.0.1"
    command[command.index("--port") + 1] = str(port)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    url = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + 90
        while not _is_healthy(url):
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, log.read_text(errors="replace")
            time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/gezond/", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The image's build steps, ``migrate``, the demo, and ``web`` twice."""
    directory = tmp_path_factory.mktemp("compose")
    app = _image(directory)
    dotenv = {
        "SECRET_KEY": "a-key-of-this-test-" + "x" * 40,
        "SITE_URL": "http://localhost:8000",  # no TLS here: that is Caddy's part
        "ALLOWED_HOSTS": "localhost",
        "POSTGRES_PASSWORD": "geheim",
        "DEMO": "1",
    }
    with ExitStack() as running:
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            **_environment(dotenv),
            "DATABASE_URL": running.enter_context(services.postgres()).url,
            "REDIS_URL": running.enter_context(services.redis()).url,
            "VAR_DIR": str(directory),
        }
        manage = [sys.executable, "manage.py"]
        for step in (
            [*manage, "build_fonts"],
            [*manage, "collectstatic", "--noinput", "--verbosity", "0"],
            _command("migrate", dotenv),
            [*manage, "load_demo"],
        ):
            subprocess.run(step, cwd=app, env=environment, check=True, timeout=120)
        a = running.enter_context(_server(_command("web", dotenv), environment, directory / "a.log", app))
        one = {**dotenv, "WORKERS": "1"}
        b = running.enter_context(_server(_command("web", one), environment, directory / "b.log", app))
        yield Stack(a, b, environment)


DOORS = ("organisator", "verslaglegger", "tafel", "scherm")


@pytest.mark.parametrize("door", DOORS)
def test_every_door_of_the_demo_opens_with_all_its_files(stack: Stack, page: Page, door: str) -> None:
    """Hashed names are only real here: elsewhere tests serve static files under their own names."""
    wrong: list[str] = []
    page.on("response", lambda response: wrong.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{stack.a}/demo/{door}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    static = [url.partition("#")[0] for url in loaded if "/static/" in url]
    assert static, "a page without style"
    assert [url for url in static if not re.search(r"\.[0-9a-f]{12}\.\w+$", url)] == []
    assert wrong == []


CSRF = "t" * 32  # Django compares the cookie with the header; whoever can set both is no stranger


@pytest.fixture
def visit(playwright: Playwright) -> Iterator[Callable[[str], APIRequestContext]]:
    """``visit(server)``: a browser without a screen at that server, with cookies of its own."""
    cookie = {"name": "csrftoken", "value": CSRF, "domain": "localhost", "path": "/", "expires": -1}
    state = {"cookies": [{**cookie, "httpOnly": False, "secure": False, "sameSite": "Lax"}], "origins": []}
    with ExitStack() as visitors:

        def new(server: str) -> APIRequestContext:
            headers = {"X-CSRFToken": CSRF}
            visitor = playwright.request.new_context(
                base_url=server, storage_state=state, extra_http_headers=headers, fail_on_status_code=True
            )
            visitors.callback(visitor.dispose)
            return visitor

        yield new


def _cookies(visitor: APIRequestContext) -> str:
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in visitor.storage_state()["cookies"])


def test_note_posted_on_one_server_is_seen_on_the_other_within_a_second(
    stack: Stack, visit: Callable[[str], APIRequestContext]
) -> None:
    door = visit(stack.a).get("/demo/tafel/", max_redirects=0).headers["location"]
    femke, colleague, roos = visit(stack.a), visit(stack.b), visit(stack.b)
    for tablet in (femke, colleague):
        tablet.post("/t/deelnemen/", form={"token": door.partition("#")[2]})
    socket_path = re.search(r"/ws/diner/\d+/", roos.get("/demo/organisator/").text())
    assert socket_path, "the regie has no live address"
    address = stack.b.replace("http", "ws", 1) + socket_path[0]
    with connect(address, origin=stack.b, additional_headers={"Cookie": _cookies(roos)}) as live:
        live.send("ping")
        assert json.loads(live.recv(timeout=20)) == {"type": "pong"}  # from here on it has joined its group
        for number in range(6):  # more than once, for A has two workers
            note, text = str(uuid.uuid4()), f"Over de grens van een proces, {number}"
            fields = {"bijdrage_id": note, "op_id": str(uuid.uuid4()), "tekst": text}
            femke.post("/tafel/notities/nieuw/", form=fields)
            heard = json.loads(live.recv(timeout=1))
            assert (heard["type"], heard["bijdrage"]) == ("bijdrage-added", note)
            assert text in [one["tekst"] for one in colleague.get("/sync/notities").json()["notities"]]


MAX_WEIGHT = 120 * 1024
"""Bytes that cross the wire before a tablet can note: what bad wifi carries in a few seconds."""


def test_tablet_page_is_light_enough_for_bad_wifi(stack: Stack, page: Page) -> None:
    """Everything a tablet loads the first time, fonts included, as it is sent; the page itself as Caddy compresses it."""
    page.goto(f"{stack.a}/demo/tafel/")
    page.get_by_role("button", name="Doe mee").click()
    page.get_by_role("button", name="Ja, ik noteer").click()
    page.wait_for_url("**/tafel/")
    page.evaluate("document.fonts.ready")
    weights: dict[str, int] = {}
    visitor = page.context.new_cdp_session(page)
    visitor.send("Network.enable")
    visitor.send("Network.setCacheDisabled", {"cacheDisabled": True})
    urls: dict[str, str] = {}
    visitor.on("Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]}))
    visitor.on(
        "Network.loadingFinished",
        lambda e: weights.update({urls.get(e["requestId"], e["requestId"]): int(e["encodedDataLength"])}),
    )
    document = page.reload()
    page.wait_for_load_state("networkidle")
    assert document is not None
    weights[document.url] = len(gzip.compress(document.body()))
    assert any(url.endswith(".woff2") for url in weights), "without the fonts this says nothing"
    assert len(weights) > 8, weights
    assert sum(weights.values()) <= MAX_WEIGHT, weights
