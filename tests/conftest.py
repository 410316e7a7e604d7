"""What every test may ask for. The people are in ``tests.cast``; the servers in ``tests.plugin_services``.

``live`` is the real application (HTTP, WebSocket, static files) on a port of its own, in this process, so that a
browser test and the ORM look at the same test database. ``axe`` checks a page against WCAG 2.2 AA.
"""

import asyncio
import mimetypes
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.core.cache import caches
from django.db import connections
from django.test import override_settings

pytest_plugins = ["tests.cast"]

E2E = Path(__file__).parent / "e2e"
# The packages that the import contracts keep free of a database, and what reads only our own files.
PURE = (
    "house/test_clean_photo.py",
    "house/test_fragments.py",
    "house/test_handleiding.py",
    "house/test_pictures.py",
    "sessions/test_seating.py",
    "synthesis/drafting/",
    "synthesis/exports/",
    "synthesis/pictures/",
    "synthesis/redactie/",
)
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
# A tablet, in a browser that asks nothing of the network by itself.
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests, and run them last: Playwright's event loop stays open and would block async tests."""
    for item in items:
        if E2E in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: E2E in item.path.parents)
    postgres = os.environ.get("TEST_BACKEND") == "postgres"
    elsewhere = "sqlite" if postgres else "postgres"
    left_out = [
        item
        for item in items
        if item.get_closest_marker(elsewhere) or (postgres and _says_the_same_anywhere(item))
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def _says_the_same_anywhere(item: pytest.Item) -> bool:
    """Of code without a database, and without one itself: next to SQLite there is nothing new to see on PostgreSQL."""
    where = item.path.relative_to(Path(__file__).parent).as_posix()
    pure = where.startswith(PURE)
    return pure and "db" not in item.fixturenames and item.get_closest_marker("django_db") is None  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _test_settings() -> Iterator[None]:
    """Static files under their own names (never a stale copy), and a quick hash: a real one takes 0.3 s a person.

    Each ``Client`` makes its own WhiteNoise: looking for a file when it is asked for, it does not first list all 700.
    """
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": PLAIN_STATIC},
    }
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(STORAGES=storages, PASSWORD_HASHERS=hashers, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True)
def _empty_process_cache() -> None:
    """What one test worked out is no answer for the next: its rows have the same numbers."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A SQLite test database of this very process: two runs in one checkout must not wipe each other's."""
    database = connections["default"].settings_dict
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _threads_let_go_of_the_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The application's lasting threads end before the test database is removed: PostgreSQL removes none that is in use.

    A thread of a test itself (a pool of asyncio, say) may still hold a connection when all is said: that is cut.
    """
    yield
    from denkdiner.threads import close_threads

    close_threads()
    with django_db_blocker.unblock():
        if connections["default"].vendor == "postgresql":
            with connections["default"].cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


# --- work in the background --------------------------------------------------------------------------------------------
@pytest.fixture
def taken_direct(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> Callable[[], Any]:
    """``with taken_direct(): …``: tasks that were asked for inside are done when it ends, in this very thread."""
    from sessions.services import taken

    monkeypatch.setattr(taken, "_submit", taken.run_taak)
    return lambda: django_capture_on_commit_callbacks(execute=True)


# --- browser ---------------------------------------------------------------------------------------------------------
def _chromium() -> str | None:
    """The system's Chromium; ``None`` lets Playwright use the one it downloaded itself."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    return {**browser_type_launch_args, "executable_path": _chromium(), "args": CHROMIUM_FLAGS + sandbox}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A tablet on the table: landscape, touch, Dutch."""
    return {
        **browser_context_args,
        "locale": "nl-NL",
        "timezone_id": "Europe/Amsterdam",
        "viewport": {"width": 1024, "height": 768},
        "has_touch": True,
    }


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """``axe(page)``: what axe-core finds wrong, one line per rule with the elements it points at; ``[]`` is good.

    A second argument names the only rules to look at.
    """
    from axe_playwright_python.sync_playwright import Axe

    def run(page: Any, rules: list[str] | None = None) -> list[str]:
        page.wait_for_load_state()  # a page that is still being read has no style, and so no layout, yet
        only = {"type": "rule", "values": rules} if rules else AXE_RULES
        results = Axe().run(page, options={"runOnly": only}).response
        return [
            f"{violation['id']}: {violation['help']}: "
            + " | ".join(node["html"][:160] for node in violation["nodes"])
            for violation in results["violations"]
        ]

    return run


async def _send_static(scope: Any, receive: Any, send: Any) -> None:
    """A static file from where it is written, at once: Django's own handler leaves it open when a browser goes away."""
    from django.contrib.staticfiles import finders

    found = finders.find(scope["path"].removeprefix("/static/"))
    kind = mimetypes.guess_type(scope["path"])[0] or "application/octet-stream"
    headers = [(b"content-type", kind.encode())]
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
    body = await asyncio.to_thread(Path(found).read_bytes) if found else b""
    await send({"type": "http.response.body", "body": body})


# --- the application, alive ------------------------------------------------------------------------------------------
class LiveServer:
    """The ASGI application under uvicorn in a thread: same process, same test database, real sockets.

    ``stop()`` and ``start()`` keep the address, so that a test can take the server away from a tablet and give it back.
    """

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        import uvicorn

        from denkdiner.asgi import application

        async def app(scope: Any, receive: Any, send: Any) -> None:
            is_static = scope["type"] == "http" and scope["path"].startswith("/static/")
            await (_send_static if is_static else application)(scope, receive, send)

        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=self.port,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        ready = threading.Event()

        class Server(uvicorn.Server):
            async def startup(server, *args: Any, **kwargs: Any) -> None:  # noqa: N805
                await super().startup(*args, **kwargs)
                self._loop = asyncio.get_running_loop()
                ready.set()

        self._server = Server(config)
        self._thread = threading.Thread(target=self._server.run, name="live", daemon=True)
        self._thread.start()
        assert ready.wait(20), "the application did not start"

    def stop(self) -> None:
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join(15)
            assert not self._thread.is_alive(), "the application did not stop"
            self._thread = None

    def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a service as a view would, inside the server: what it publishes reaches the sockets.

        Called from the test's own thread, the channel layer in memory would fill queues that another event loop is
        waiting for, and nobody would wake it.
        """
        coroutine = database_sync_to_async(function)(*args, **kwargs)
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)


@pytest.fixture
def live(transactional_db: None) -> Iterator[LiveServer]:
    """The real application at ``live.url``; data that a test makes is committed and visible to it."""
    server = LiveServer()
    server.start()
    yield server
    server.stop()
