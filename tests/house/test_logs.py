"""Logs hold events and ids: no token, no traceback for what was simply refused, never what guests said."""

import logging

import pytest
from django.conf import settings
from django.urls import reverse

from denkdiner.logs import without_secrets


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
