"""The live path's names and its one door: group names, event names, ``publish``.

State, not ticks; a nudge, then a refetch. A message carries ids, versions and the state of a ronde, never the text of a
note: permissions are checked where HTML is rendered. A leaf: imports no app.
"""

import asyncio
import logging
from enum import StrEnum
from time import monotonic
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a write waits for the channel layer."""
REST = 5.0
"""Seconds that a layer which failed is left alone: a batch of fifty ops must not wait ``PATIENCE`` fifty times."""
_ill: tuple[Any, float] = (None, 0.0)
"""The layer that failed last, and until when (monotonic) it is left alone."""


class Event(StrEnum):
    """What the browser hears, as a DOM event on ``<body>``. The same words stand in templates (``hx-trigger``) and JS."""

    BIJDRAGE_ADDED = "bijdrage-added"
    BIJDRAGE_CHANGED = "bijdrage-changed"
    RONDE_CHANGED = "ronde-changed"
    PROGRAMMA_CHANGED = "programma-changed"
    TAFEL_CHANGED = "tafel-changed"
    BERICHT_CHANGED = "bericht-changed"
    RODE_DRAAD_CHANGED = "rode-draad-changed"
    TOEGANG_REVOKED = "toegang-revoked"


def diner_group(diner_id: int) -> str:
    """Members who follow a whole diner: regie, progress, inbox, workbench."""
    return f"diner.{diner_id}"


def zaal_group(diner_id: int) -> str:
    """Everything in the room: all tablets and the scherm of a diner."""
    return f"zaal.{diner_id}"


def tafel_group(tafel_id: int) -> str:
    """The devices of one table."""
    return f"tafel.{tafel_id}"


def publish(event: Event, *groups: str, **payload: Any) -> None:
    """Nudge *groups* with *event* once the current transaction has committed.

    ``payload`` must be JSON: ids, versions, timestamps as ISO 8601. A channel layer that is down or hangs never fails the
    write that was already committed, and holds it up ``PATIENCE`` at most, once in ``REST`` seconds: it is logged and
    screens catch up by polling.
    """
    message = {"type": "live.event", "payload": {"type": event.value, **payload}}

    def send() -> None:
        global _ill
        layer = get_channel_layer()
        if layer is None or (layer is _ill[0] and monotonic() < _ill[1]):
            return
        try:
            async_to_sync(_send_all)(layer, groups, message)
        except Exception:  # any broker error or delay: the note is safe, the nudge is not worth a 500
            _ill = (layer, monotonic() + REST)
            logger.exception("live.publish failed for %s", event.value)

    transaction.on_commit(send, robust=True)


async def _send_all(layer: Any, groups: tuple[str, ...], message: dict[str, Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        for group in groups:
            await layer.group_send(group, message)
