"""The sync protocol over HTTP: JSON in, JSON out (docs/protocol.md)."""

import json
import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from capture import queries
from capture.access import NietAangemeld, get_apparaat
from capture.services.sync import MAX_BYTES, MAX_OPS, PROTOCOLS, receive_ops
from sessions.models import Apparaat
from sessions.services import ask_hulp, see_berichten, touch_apparaat, withdraw_hulp

logger = logging.getLogger(__name__)

MARKER = {"denkdiner": 1}
"""Stands in every answer: a page of a hotel's wifi does not have it."""
IN_NO_CACHE = {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"}
"""What ``never_cache`` says, without the date of which it makes a new one for each answer."""
MAX_BERICHTEN = 200
"""Messages that may be seen in one request."""


class Geweigerd(Exception):
    """A request that was not read any further; ``status`` 400, 409 or 413."""

    def __init__(self, status: int, fout: str) -> None:
        super().__init__(fout)
        self.status = status


def _answer(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(MARKER | data, status=status, headers=IN_NO_CACHE)


def sync(view: Callable[[HttpRequest, Apparaat], dict[str, Any]]) -> Callable[[HttpRequest], JsonResponse]:
    """A view of the protocol: gets the joined tablet and returns data. 401 without one, else what ``Geweigerd`` says.

    503 while the database is away, full or locked: an answer of ours, so that nobody takes it for one of the venue's wifi.
    """

    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest) -> JsonResponse:
        try:
            return _answer(view(request, get_apparaat(request)))
        except NietAangemeld:
            return _answer({"fout": "aanmelden"}, 401)
        except Geweigerd as fout:
            return _answer({"fout": str(fout)}, fout.status)
        except Error as fout:
            # without the message: it may hold words of a note. The SQLSTATE tells the rest.
            state = getattr(fout.__cause__, "sqlstate", None)
            logger.warning("sync: the database is away (%s, %s)", type(fout).__name__, state)
            return _answer({"fout": "later"}, 503)

    return wrapped


def _body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; ``Geweigerd`` when it is too large (said or not), or is none."""
    try:
        if len(request.body) > MAX_BYTES:
            raise Geweigerd(413, "te groot")
        data = json.loads(request.body)
    except RequestDataTooBig:
        raise Geweigerd(413, "te groot") from None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Geweigerd(400, "onleesbaar")
    return data


def _timestamp(value: str) -> datetime | None:
    """A time with its zone; None when it cannot be read. A "+" that was not written as %2B came in as a space."""
    try:
        stamp = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        return None
    return stamp if stamp.tzinfo is not None and 1970 < stamp.year < 2200 else None


def _device_id(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


@require_safe
@sync
def hallo(request: HttpRequest, apparaat: Apparaat) -> dict[str, Any]:
    """Who this device is, what is on, and whether the database is still the one it knew."""
    now = timezone.now()
    wacht = request.GET.get("wacht", "")
    wachtend = int(wacht) if wacht.isascii() and wacht.isdigit() and len(wacht) < 10 else None
    touch_apparaat(apparaat=apparaat, now=now, wachtend=wachtend)
    device_id = _device_id(request.GET.get("device", ""))
    stand = queries.sync_stand(apparaat, now, device_id)
    return {"protocols": PROTOCOLS, "csrf": get_token(request), **stand}


@require_safe
@sync
def notities(request: HttpRequest, apparaat: Apparaat) -> dict[str, Any]:
    """What is said at this table since ``na``; everything without it, or with one that cannot be read."""
    now = timezone.now()
    touch_apparaat(apparaat=apparaat, now=now)
    return queries.sync_notities(apparaat.toegang.tafel, _timestamp(request.GET.get("na", "")), now)


@require_POST
@sync
def ops(request: HttpRequest, apparaat: Apparaat) -> dict[str, Any]:
    """A verdict for each op, in order. 400 for what is no batch, 413 for one that is too large; then nothing was read.

    409 when the page believes that it is at another table: a second tab joined that one with the same cookies meanwhile, and
    these ops must wait for their own table.
    """
    batch = _body(request)
    lijst, protocol, tafel = batch.get("ops"), batch.get("protocol"), batch.get("tafel")
    if protocol not in PROTOCOLS or not isinstance(lijst, list):
        raise Geweigerd(400, "onbekend protocol")
    if len(lijst) > MAX_OPS:
        raise Geweigerd(413, "te veel")
    if type(tafel) is int and tafel != apparaat.toegang.tafel_id:
        raise Geweigerd(409, "andere tafel")
    now = timezone.now()
    antwoorden = receive_ops(apparaat=apparaat, ops=lijst, now=now)
    return {
        "now": now.isoformat(),
        "epoch": str(queries.recent_epoch()),
        "verdicts": [antwoord.as_data() for antwoord in antwoorden],
    }


@require_POST
@sync
def hulp(request: HttpRequest, apparaat: Apparaat) -> dict[str, Any]:
    """Ask the organiser to come to this table, or take that back."""
    gevraagd = _body(request).get("hulp")
    if not isinstance(gevraagd, bool):
        raise Geweigerd(400, "onleesbaar")
    change = ask_hulp if gevraagd else withdraw_hulp
    change(tafel=apparaat.toegang.tafel, now=timezone.now())
    return {"hulp": gevraagd}


@require_POST
@sync
def gezien(request: HttpRequest, apparaat: Apparaat) -> dict[str, Any]:
    """Somebody at this table read these messages; the answer names those that were to this table."""
    ids = _body(request).get("berichten")
    if (
        not isinstance(ids, list)
        or len(ids) > MAX_BERICHTEN
        or not all(type(pk) is int and 0 < pk < 2**63 for pk in ids)
    ):
        raise Geweigerd(400, "onleesbaar")
    tafel = apparaat.toegang.tafel
    return {"gezien": see_berichten(tafel=tafel, berichten=ids, now=timezone.now())}
