"""Websockets: they only hint. Who may listen is decided here; what may be read is decided where HTML is rendered.

Plain ASGI rather than Channels' consumers: those take a thread for every message and a queue for every socket, and a start
of a ronde has to reach five hundred sockets at once.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, parse_cookie
from django.urls import path, re_path

from denkdiner import live
from denkdiner.live import Event, diner_group, scherm_group, tafel_group, zaal_group
from denkdiner.threads import FOR_PAGES
from sessions.access import TEAM, find_apparaat_by_secret, get_diner, get_scherm
from sessions.models import Diner, Gebruiker

NOT_SIGNED_IN, NO_RIGHT, UNKNOWN = 4401, 4403, 4404
BEGIN_AGAIN = 1012
"""The browser connects again, and asks for what it may have missed."""
MAX_WAITING = 1000
"""Messages that may wait for one slow browser; it begins again after that."""
PONG = '{"type":"pong"}'

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Refused(Exception):
    """This socket may not listen; ``code`` says why (docs/architecture.md)."""

    def __init__(self, code: int) -> None:
        self.code = code


class LiveConsumer:
    """One socket: joins the groups that ``find_groups`` allows and passes every event on as JSON text."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.accepted = False
        self.waiting: deque[str | int] = deque()
        """Texts to send, in order; a number closes the socket with that code."""
        self.writer: asyncio.Task[None] | None = None

    @classmethod
    def as_asgi(cls) -> Any:
        """The ASGI application that makes one for every socket."""

        async def socket(scope: Scope, receive: Receive, send: Send) -> None:
            await cls(scope, receive, send).run()

        return socket

    def find_groups(self) -> tuple[str, ...]:
        """The groups that this socket may hear; raises ``Refused``. Runs in a thread with the database."""
        raise NotImplementedError

    @property
    def cookies(self) -> dict[str, str]:
        """As HTTP sees them."""
        found = [value for name, value in self.scope["headers"] if name == b"cookie"]
        return parse_cookie(b"; ".join(found).decode("latin-1"))

    async def run(self) -> None:
        """From the browser's first word to its last."""
        if (await self.receive())["type"] != "websocket.connect":
            return
        try:
            groups = await FOR_PAGES.run(FOR_PAGES.with_database, self.find_groups)
        except Refused as refused:
            await self.send({"type": "websocket.accept"})  # else the browser would not see the close code
            await self.send({"type": "websocket.close", "code": refused.code})
            return
        try:
            await live.join(self, *groups)
            await self.send(
                {"type": "websocket.accept"}
            )  # last: the browser refetches now, and misses no nudge after it
            self.accepted = True
            self._write()
            while (message := await self.receive())["type"] != "websocket.disconnect":
                if message.get("text") == "ping":
                    self._say(PONG)
        finally:
            live.leave(self, *groups)
            self.waiting.clear()

    def hear(self, payload: dict[str, Any], text: str) -> None:
        self._say(text)

    def begin_again(self) -> None:
        self._say(BEGIN_AGAIN)

    def _say(self, what: str | int) -> None:
        if len(self.waiting) >= MAX_WAITING:
            self.waiting.clear()
            what = BEGIN_AGAIN
        self.waiting.append(what)
        self._write()

    def _write(self) -> None:
        if self.accepted and self.waiting and self.writer is None:
            self.writer = asyncio.get_running_loop().create_task(self._write_all())

    async def _write_all(self) -> None:
        """Everything that waits; a browser that reads slowly keeps nobody else waiting."""
        try:
            while self.waiting:
                what = self.waiting.popleft()
                if isinstance(what, int):
                    self.accepted = False
                    await self.send({"type": "websocket.close", "code": what})
                    return
                await self.send({"type": "websocket.send", "text": what})
        except OSError:  # gone: ``run`` is told so too
            self.accepted = False
        finally:
            self.writer = None


class TafelConsumer(LiveConsumer):
    """A joined tablet hears its own table and the room."""

    toegang_id = 0

    def find_groups(self) -> tuple[str, ...]:
        apparaat = find_apparaat_by_secret(self.cookies.get(settings.TABLE_COOKIE, ""))
        if apparaat is None:
            raise Refused(NOT_SIGNED_IN)
        self.toegang_id = apparaat.toegang_id
        tafel = apparaat.toegang.tafel
        return tafel_group(tafel.pk), zaal_group(tafel.diner_id)

    def hear(self, payload: dict[str, Any], text: str) -> None:
        if payload["type"] != Event.TOEGANG_REVOKED:
            self._say(text)
        elif payload["toegang"] == self.toegang_id:
            self._say(NOT_SIGNED_IN)


class DinerConsumer(LiveConsumer):
    """The team hears everything of a diner."""

    def find_groups(self) -> tuple[str, ...]:
        request = HttpRequest()
        store = import_module(settings.SESSION_ENGINE).SessionStore
        request.session = store(self.cookies.get(settings.SESSION_COOKIE_NAME))
        user = get_user(request)
        if not isinstance(user, Gebruiker):
            raise Refused(NOT_SIGNED_IN)
        diner = (
            Diner.objects.select_related("reeks").filter(pk=self.scope["url_route"]["kwargs"]["pk"]).first()
        )
        if diner is None:
            raise Refused(UNKNOWN)
        try:
            get_diner(user, diner.reeks.slug, diner.nummer, TEAM)
        except PermissionDenied:
            raise Refused(NO_RIGHT) from None
        except Http404:
            raise Refused(UNKNOWN) from None
        return (diner_group(diner.pk),)


class SchermConsumer(LiveConsumer):
    """The projector hears the room, and what is only for the scherm."""

    def find_groups(self) -> tuple[str, ...]:
        try:
            diner = get_scherm(self.scope["url_route"]["kwargs"]["token"])
        except Http404:
            raise Refused(UNKNOWN) from None
        return zaal_group(diner.pk), scherm_group(diner.pk)


class UnknownConsumer(LiveConsumer):
    """Any other address."""

    def find_groups(self) -> tuple[str, ...]:
        raise Refused(UNKNOWN)


websocket_urlpatterns = [
    path("ws/tafel/", TafelConsumer.as_asgi()),
    path("ws/diner/<int:pk>/", DinerConsumer.as_asgi()),
    path("ws/scherm/<str:token>/", SchermConsumer.as_asgi()),
    re_path("", UnknownConsumer.as_asgi()),
]
