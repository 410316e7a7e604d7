"""Logs hold events and ids: no token, no traceback for what was simply refused, never what guests said."""

import inspect
import json
import logging
import os
import subprocess
import sys

import pytest
import websockets.protocol
import websockets.server
from django.conf import settings
from django.urls import reverse
from uvicorn.protocols.websockets import websockets_sansio_impl

from denkdiner.logs import without_secrets, without_sockets


def record(message, *args, **extra):
    made = logging.LogRecord("django.request", logging.WARNING, "x", 1, message, args, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("name", ["diners:scherm", "diners:scherm_stand", "synthesis:scherm_draden"])
def test_token_of_a_scherm_stands_in_no_log(name):
    address = reverse(name, args=["heel-geheim"])
    made = record("%s: %s", "Not Found", address, status_code=404)
    assert without_secrets(made)
    assert made.getMessage() == f"Not Found: {address.replace('heel-geheim', '…')}"


def test_token_of_the_guests_stands_in_no_log():
    made = record("%s: %s", "Not Found", "/p/ABCD-EFGH/stem/", status_code=404)
    without_secrets(made)
    assert made.getMessage() == "Not Found: /p/…/stem/"


@pytest.mark.parametrize(
    "name",
    [
        "diners:uitnodiging",
        "diners:briefing",
        "diners:briefing_ics",
        "synthesis:briefing_draden",
        "diners:briefing_portret",
        "diners:briefing_portret_edit",
        "diners:briefing_idee",
        "synthesis:terug",
        "synthesis:terug_dank",
    ],
)
def test_token_of_a_letter_stands_in_no_log(name):
    address = reverse(name, args=["heel-geheim"])
    made = record("%s: %s", "Not Found", address, status_code=404)
    without_secrets(made)
    assert made.getMessage() == f"Not Found: {address.replace('heel-geheim', '…')}"


def test_address_for_calendars_stands_in_no_log():
    made = record("%s: %s", "Not Found", reverse("diners:agenda_ics", args=["heel-geheim"]), status_code=404)
    without_secrets(made)
    assert made.getMessage() == "Not Found: /agenda/…"


def test_traceback_is_kept_for_a_bug_and_dropped_for_a_refusal():
    for status, kept in ((403, False), (404, False), (422, False), (500, True)):
        made = record("x", status_code=status)
        made.exc_info = (ValueError, ValueError("x"), None)
        without_secrets(made)
        assert (made.exc_info is not None) is kept


def test_every_handler_has_the_filter():
    assert all("secrets" in handler["filters"] for handler in settings.LOGGING["handlers"].values())


SERVER = """
import logging, logging.config
from uvicorn.config import LOGGING_CONFIG
logging.config.dictConfig(LOGGING_CONFIG)  # as the server does before it loads the application
import django; django.setup()
address = "/scherm/QJWm3xV0cXo4rXcGk2aB9z/"
logging.getLogger("uvicorn.access").info("%s %s", "GET", address)
logging.getLogger("uvicorn.access").warning("%s %s", "GET", address)
logging.getLogger("uvicorn.error").error("went wrong at " + address)
logging.getLogger("uvicorn.error").info("connection open")
logging.getLogger("uvicorn.error").info("Application startup complete.")
"""


def test_what_the_web_server_says_goes_the_same_way(tmp_path):
    environment = {
        "PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "denkdiner.settings",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SERVER],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == [
        "GET /scherm/…/",
        "GET /scherm/…/",
        "went wrong at /scherm/…/",
        "Application startup complete.",
    ]


def test_a_socket_that_opens_or_closes_is_no_news():
    """In the words of the libraries that are installed; what they refuse is said."""
    said = inspect.getsource(websockets.server) + inspect.getsource(websockets.protocol)
    said += inspect.getsource(websockets_sansio_impl)
    for words in ("connection open", "connection closed", '%s - "WebSocket %s" [accepted]'):
        assert words in said
        assert not without_sockets(record(words, levelno=logging.INFO))
        assert without_sockets(record(words, levelno=logging.ERROR))
    assert without_sockets(record("connection rejected (403 Forbidden)", levelno=logging.INFO))
