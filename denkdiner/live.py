"""The live path's names and its one door: group names, event names, ``publish``; and who listens in this process.

State, not ticks; a nudge, then a refetch. A message carries ids, versions and the state of a ronde, never the text of a
note: permissions are checked where HTML is rendered. A leaf: imports no app.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Protocol

from django.db import transaction

from denkdiner import live_bridge

logger = logging.getLogger(__name__)


class Event(StrEnum):
    """What the browser hears, as a DOM event on ``<body>``. The same words stand in templates (``hx-trigger``) and JS."""

    BIJDRAGE_ADDED = "bijdrage-added"
    BIJDRAGE_CHANGED = "bijdrage-changed"
    RONDE_CHANGED = "ronde-changed"
    PROGRAMMA_CHANGED = "programma-changed"
    TAFEL_CHANGED = "tafel-changed"
    BERICHT_CHANGED = "bericht-changed"
    RODE_DRAAD_CHANGED = "rode-draad-changed"
    OPMERKING_CHANGED = "opmerking-changed"
    PEILING_CHANGED = "peiling-changed"
    SCHERM_CHANGED = "scherm-changed"
    TOEGANG_REVOKED = "toegang-revoked"


def diner_group(diner_id: int) -> str:
    """Members who follow a whole diner: regie, progress, inbox, workbench."""
    return f"diner.{diner_id}"


def zaal_group(diner_id: int) -> str:
    """Everything in the room: all tablets and the scherm of a diner."""
    return f"zaal.{diner_id}"


def scherm_group(diner_id: int) -> str:
    """The scherm of a diner alone: what no tablet needs to hear."""
    return f"scherm.{diner_id}"


def tafel_group(tafel_id: int) -> str:
    """The devices of one table."""
    return f"tafel.{tafel_id}"


Nudge = tuple[tuple[str, ...], str]
"""Groups, and what they hear."""


class Listener(Protocol):
    """A socket. Both are called in its event loop and must not wait."""

    def hear(self, payload: dict[str, Any], text: str) -> None:
        """*payload*, and the same as JSON text: written once, however many listen."""

    def begin_again(self) -> None:
        """Something may have been missed: let the browser connect again, then it asks for everything."""


class Hub:
    """Who listens in this process, by group; all of them live in one event loop."""

    def __init__(self) -> None:
        self._groups: dict[str, set[Listener]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._own = threading.local()

    def join(self, listener: Listener, groups: Iterable[str]) -> None:
        """From now on *listener* hears *groups*. In the event loop only."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # the loop before it has ended, and its sockets with it
            self._groups, self._loop = {}, loop
        for group in groups:
            self._groups.setdefault(group, set()).add(listener)

    def leave(self, listener: Listener, groups: Iterable[str]) -> None:
        """*listener* hears *groups* no more. In the event loop only."""
        for group in groups:
            listeners = self._groups.get(group, set())
            listeners.discard(listener)
            if not listeners:
                self._groups.pop(group, None)

    def tell(self, groups: Iterable[str], text: str) -> None:
        """Let everybody in *groups* hear *text*; from any thread, and without waiting."""
        held: list[Nudge] | None = getattr(self._own, "held", None)
        if held is None:
            self._in_loop(self._fan_out, tuple(groups), text)
        else:
            held.append((tuple(groups), text))

    @contextmanager
    def holding(self) -> Iterator[list[Nudge]]:
        """What this thread tells inside is kept in the list that is given; whoever takes it to the loop calls ``release``.

        For a request that ends at once: waking the event loop twice for one note costs more than a nudge.
        """
        held: list[Nudge] = []
        self._own.held = held
        try:
            yield held
        finally:
            self._own.held = None

    def release(self, held: list[Nudge]) -> None:
        """Let them be heard now. In the event loop only."""
        for groups, text in held:
            self._fan_out(groups, text)

    def begin_again(self) -> None:
        """Let every socket connect again; from any thread."""
        self._in_loop(self._restart)

    def _in_loop(self, function: Any, *args: Any) -> None:
        if (loop := self._loop) is not None:
            try:
                loop.call_soon_threadsafe(function, *args)
            except RuntimeError:  # the loop has ended, and with it everybody who listened
                self._loop = None

    def _members(self, groups: Iterable[str]) -> set[Listener]:
        return set().union(*(self._groups.get(group, ()) for group in groups))

    def _fan_out(self, groups: tuple[str, ...], text: str) -> None:
        listeners = self._members(groups)
        payload = json.loads(text) if listeners else {}
        for listener in listeners:
            try:
                listener.hear(payload, text)
            except Exception:  # one that is ill does not keep the rest from hearing
                logger.exception("a listener failed")

    def _restart(self) -> None:
        for listener in self._members(list(self._groups)):
            listener.begin_again()


hub = Hub()
bridge = live_bridge.from_settings(hub.tell, hub.begin_again)
"""To the other processes; None when there is only this one."""


async def join(listener: Listener, *groups: str) -> None:
    """From now on *listener* hears *groups*, whichever process it is said in."""
    hub.join(listener, groups)
    if bridge is not None:
        await bridge.listening()


def leave(listener: Listener, *groups: str) -> None:
    """The end of ``join``."""
    hub.leave(listener, groups)


def publish(event: Event, *groups: str, **payload: Any) -> None:
    """Nudge *groups* with *event* once the current transaction has committed.

    ``payload`` must be JSON: ids, versions, timestamps as ISO 8601. Never waits and never fails the write that was already
    committed: who listens in this process hears it at once; Redis, for the others, is told by a thread of its own.
    """
    text = json.dumps({"type": event.value, **payload})

    def send() -> None:
        try:
            hub.tell(groups, text)
            if bridge is not None:
                bridge.tell(groups, text)
        except Exception:  # whatever it is: the note is safe, the nudge is not worth a 500
            logger.exception("live.publish failed for %s", event.value)

    transaction.on_commit(send, robust=True)
