"""Websockets: they only hint. Who may listen is decided here; what may be read is decided where HTML is rendered."""

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, re_path

from denkdiner.live import Event, diner_group, tafel_group, zaal_group
from sessions.access import TEAM, find_apparaat_by_secret, get_diner, get_scherm
from sessions.models import Diner

NOT_SIGNED_IN, NO_RIGHT, UNKNOWN = 4401, 4403, 4404


class Refused(Exception):
    """This socket may not listen; ``code`` says why (docs/architecture.md)."""

    def __init__(self, code: int) -> None:
        self.code = code


class LiveConsumer(AsyncWebsocketConsumer):
    """Joins the groups that ``find_groups`` allows and passes every event on as JSON text."""

    groups_joined: tuple[str, ...] = ()

    def find_groups(self) -> tuple[str, ...]:
        """The groups that this socket may hear; raises ``Refused``. Runs in a thread with the database."""
        raise NotImplementedError

    async def connect(self) -> None:
        try:
            self.groups_joined = await database_sync_to_async(self.find_groups)()
        except Refused as refused:
            await self.accept()  # else the browser would not see the close code
            await self.close(code=refused.code)
            return
        for group in self.groups_joined:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()  # last: the browser refetches now, and no nudge after that may be missed

    async def disconnect(self, code: int) -> None:
        for group in self.groups_joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data == "ping":
            await self.send(text_data='{"type":"pong"}')

    async def live_event(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message["payload"]))


class TafelConsumer(LiveConsumer):
    """A joined tablet hears its own table and the room."""

    toegang_id = 0

    def find_groups(self) -> tuple[str, ...]:
        apparaat = find_apparaat_by_secret(self.scope["cookies"].get(settings.TABLE_COOKIE, ""))
        if apparaat is None:
            raise Refused(NOT_SIGNED_IN)
        self.toegang_id = apparaat.toegang_id
        tafel = apparaat.toegang.tafel
        return tafel_group(tafel.pk), zaal_group(tafel.diner_id)

    async def live_event(self, message: dict[str, Any]) -> None:
        payload = message["payload"]
        if payload["type"] != Event.TOEGANG_REVOKED:
            await super().live_event(message)
        elif payload["toegang"] == self.toegang_id:
            await self.close(code=NOT_SIGNED_IN)


class DinerConsumer(LiveConsumer):
    """The team hears everything of a diner."""

    def find_groups(self) -> tuple[str, ...]:
        user = self.scope["user"]
        if not user.is_authenticated:
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
    """The projector hears the room."""

    def find_groups(self) -> tuple[str, ...]:
        try:
            diner = get_scherm(self.scope["url_route"]["kwargs"]["token"])
        except Http404:
            raise Refused(UNKNOWN) from None
        return (zaal_group(diner.pk),)


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
