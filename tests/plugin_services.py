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
    # nobody waits for ever for what another holds
    database = _running.enter_context(services.postgres(settings=["lock_timeout=60s"]))
    broker = _running.enter_context(services.redis())
    os.environ.update(DATABASE_URL=database.url, REDIS_URL=broker.url)
    return (
        f"PostgreSQL ({database.binary}, {database.seconds:.1f} s) + Redis ({broker.binary}, {broker.seconds:.1f} s), "
        "throwaway"
    )


# All of it, so that neither a developer's shell nor a .env decides what a test does.
ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests",
    "SITE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "http://localhost:8000",
    "EMAIL_URL": "memorymail://",
    "DEFAULT_FROM_EMAIL": "denkdiner@example.nl",
    "LIVE_PREFIX": f"test{WORKER}",
    "WORKERS": "1",
    "PORT": "8000",
    "DATABASE_MAX_AGE": "0",  # a test database cannot be removed while a thread holds on to it
    "DEBUG": "0",
    "DEMO": "0",
    # Playwright's sync API keeps an event loop in the test's thread.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}


def _prepare_environment() -> str:
    """Make the environment the same on every machine; returns the line for the header."""
    os.environ.update(ENVIRONMENT)
    if BACKEND == "sqlite":
        os.environ.update(DATABASE_URL="sqlite://:memory:", REDIS_URL="")
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
