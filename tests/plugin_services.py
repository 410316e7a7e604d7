"""pytest plugin (``-p tests.plugin_services``): decides what the tests run on, before Django's settings are read.

By default SQLite and the channel layer in memory. ``TEST_BACKEND=postgres`` starts a throwaway PostgreSQL and Redis.
With pytest-xdist only the controller starts them; the workers inherit the addresses and get a corner of their own.
"""

import os
import signal
from contextlib import ExitStack

import pytest

from tests import services

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # "", "gw0", "gw1", …
BACKEND = os.environ.get("TEST_BACKEND", "sqlite")
_running = ExitStack()


def _start_services() -> str:
    """Start both servers, point the settings at them, and say so for the header."""
    # `timeout` and CI end a run with SIGTERM: treat it as Ctrl-C, so that no server stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    database = _running.enter_context(services.postgres())
    broker = _running.enter_context(services.redis())
    os.environ.update(DATABASE_URL=database.url, REDIS_URL=broker.url)
    return (
        f"PostgreSQL ({database.binary}, {database.seconds:.1f} s) + Redis ({broker.binary}, {broker.seconds:.1f} s), "
        "throwaway"
    )


def _prepare_environment() -> str:
    """Make the environment the same on every machine: nothing from the developer's shell or .env decides a test."""
    for name in ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SITE_URL", "EMAIL_URL", "DEMO", "WORKERS", "PORT"):
        os.environ.pop(name, None)
    os.environ.update(SECRET_KEY="only-for-tests", DEBUG="0", LIVE_PREFIX=f"test{WORKER}")
    # Playwright's sync API keeps an event loop in the test's thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    if BACKEND == "sqlite":
        os.environ.update(DATABASE_URL="", REDIS_URL="")
        return "SQLite + channel layer in memory"
    if BACKEND != "postgres":
        raise pytest.UsageError(f"TEST_BACKEND is sqlite or postgres, not {BACKEND!r}")
    if WORKER:
        # One Redis, a numbered database per worker (a cache that is cleared must be your own); pub/sub knows no
        # numbers, that is what LIVE_PREFIX is for.
        os.environ["REDIS_URL"] += f"?db={int(WORKER.removeprefix('gw')) + 1}"
        return ""
    return _start_services()


_header = _prepare_environment()


def pytest_report_header() -> str:
    return f"backend: {_header}"


def pytest_unconfigure() -> None:
    _running.close()
