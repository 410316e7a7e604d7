"""The sync protocol over HTTP: JSON in, JSON out (docs/protocol.md)."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from capture import queries
from capture.access import NietAangemeld, get_apparaat
from capture.services.sync import MAX_BYTES, MAX_OPS, PROTOCOLS, receive_ops
from sessions.services import touch_apparaat

MARKER = {"denkdiner": 1}
"""Stands in every answer: a page of a hotel's wifi does not have it."""


def _answer(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(MARKER | data, status=status)


def _refused(status: int, fout: str) -> JsonResponse:
    return _answer({"fout": fout}, status)


@login_not_required
@never_cache
@require_safe
def hallo(request: HttpRequest) -> JsonResponse:
    """Who this device is, what is on, and whether the database is still the one it knew. 401 without a joined device."""
    try:
        apparaat = get_apparaat(request)
    except NietAangemeld:
        return _refused(401, "aanmelden")
    now = timezone.now()
    touch_apparaat(apparaat=apparaat, now=now)
    stand = queries.sync_stand(apparaat, now)
    return _answer({"protocols": PROTOCOLS, "csrf": get_token(request), **stand})


@login_not_required
@never_cache
@require_POST
def ops(request: HttpRequest) -> JsonResponse:
    """A verdict for each op, in order. 400 for what is no batch, 413 for one that is too large; then nothing was read."""
    try:
        apparaat = get_apparaat(request)
    except NietAangemeld:
        return _refused(401, "aanmelden")
    if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        return _refused(413, "te groot")
    try:
        batch = json.loads(request.body)
        lijst = batch["ops"]
        known = batch["protocol"] in PROTOCOLS and isinstance(lijst, list)
    except (ValueError, KeyError, TypeError, RecursionError):
        known = False
    if not known:
        return _refused(400, "onbekend protocol")
    if len(lijst) > MAX_OPS:
        return _refused(413, "te veel")
    now = timezone.now()
    touch_apparaat(apparaat=apparaat, now=now)
    antwoorden = receive_ops(apparaat=apparaat, ops=lijst, now=now)
    return _answer(
        {"epoch": str(queries.epoch()), "verdicts": [antwoord.as_data() for antwoord in antwoorden]}
    )
