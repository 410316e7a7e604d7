"""Requests in a few lasting threads, each with a database connection that stays open.

What a tablet hands over has threads of its own: a report that is being made never holds up a note. Why:
docs/decisions/0009-lasting-threads.md. A leaf: imports no app.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from typing import Any, TypeVar

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import close_old_connections, connections
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from denkdiner.live import Nudge, hub

logger = logging.getLogger(__name__)

SYNC = "/sync/"
MAX_BODY = 16 * 1024 * 1024
"""Bytes of any request; forms, uploads and the sync protocol have their own, lower limits."""
MAX_SYNC_BODY = 1024 * 1024
BODY_PATIENCE = 60.0
"""Seconds that a request may take to arrive."""
TRUSTED = 5.0
"""Seconds after its last use in which a connection to the database is not asked whether it is still there."""

T = TypeVar("T")
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class Threads:
    """A few threads that stay, and with them their database connections (``CONN_MAX_AGE``)."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.number = name, number
        self._pool = ThreadPoolExecutor(number, thread_name_prefix=name)
        self._own = threading.local()

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """*function* in one of the threads; what it raises is raised here."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)

    def submit(self, function: Callable[..., T], *args: Any) -> Future[T]:
        """As ``run``, from any thread and without waiting for it."""
        return self._pool.submit(function, *args)

    def with_database(self, function: Callable[..., T], *args: Any) -> T:
        """*function* on a connection that works; for what is no request. Runs in the thread that calls it."""
        close_old_connections()
        try:
            return function(*args)
        finally:
            close_old_connections()

    def trust_recent(self) -> None:
        """Spare a connection that was used a moment ago the question whether it is still there.

        When it is not after all, this one request fails (a tablet sends its op again), and Django closes the connection.
        """
        now = time.monotonic()
        if now - getattr(self._own, "used", 0.0) < TRUSTED:
            for connection in connections.all(initialized_only=True):
                connection.health_check_done = True  # type: ignore[attr-defined]
        self._own.used = now

    def close(self) -> None:
        """End the threads when they have finished, their connections first. A next ``run`` begins with new ones."""
        pool, self._pool = self._pool, ThreadPoolExecutor(self.number, thread_name_prefix=self.name)
        together = threading.Barrier(self.number)

        def leave() -> None:
            together.wait(60)  # so that each of the threads gets one of these, and none gets two
            connections.close_all()

        for done in [pool.submit(leave) for _ in range(self.number)]:
            done.result()
        pool.shutdown()


# SQLite writes one note at a time: a second thread would only stand in line for the lock, by polling.
FOR_SYNC = Threads("sync", 1 if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else 2)
FOR_PAGES = Threads("pages", 4)
# What takes longer than a request may (sessions.services.taken): one at a time, so that the pages keep a core.
FOR_TASKS = Threads("tasks", 1)


def close_threads() -> None:
    """End all threads and their connections; for tests, which remove the database after them."""
    for threads in (FOR_SYNC, FOR_PAGES, FOR_TASKS):
        threads.close()


class TooLarge(Exception):
    """More bytes than any request may have."""


class Gone(Exception):
    """The client hung up, or never came to an end."""


class Application(BaseHandler):
    """Django's whole synchronous chain as an ASGI application.

    The body is read first and the answer is sent last, both in the event loop, however slow the client is; between the two
    the request has a thread. A client that hangs up meanwhile changes nothing: its note is stored, as it asked.
    """

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        sync = scope["path"].startswith(SYNC)
        try:
            body = await _read_body(receive, MAX_SYNC_BODY if sync else MAX_BODY)
        except TooLarge:
            answer = _as_answer(
                HttpResponse(b'{"denkdiner": 1, "fout": "te groot"}', "application/json", 413)
            )
        except Gone:
            return
        else:
            if sync:
                answer, held = await FOR_SYNC.run(self._respond_and_hold, scope, body)
                hub.release(held)
            else:
                answer = await FOR_PAGES.run(self.respond, FOR_PAGES, scope, body)
        status, headers, content = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _respond_and_hold(self, scope: dict[str, Any], body: bytes) -> tuple[Answer, list[Nudge]]:
        """The answer, and the nudges that go with it: the event loop is woken once for both."""
        with hub.holding() as held:
            return self.respond(FOR_SYNC, scope, body), held

    def respond(self, threads: Threads, scope: dict[str, Any], body: bytes) -> Answer:
        """The whole answer to a request, in one of the threads. Never raises."""
        try:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            threads.trust_recent()
            try:
                request = ASGIRequest(scope, BytesIO(body))
            except UnicodeDecodeError:
                return _finish(HttpResponseBadRequest())
            response = self.get_response(request)
            response._handler_class = self.__class__  # type: ignore[attr-defined]
            return _finish(response)
        except (
            Exception
        ):  # the chain turns what a view raises into a 500 itself; this is what lies outside of it
            logger.exception("No answer to %s", scope["path"])
            return _finish(HttpResponseServerError(b"Internal Server Error", content_type="text/plain"))


def _finish(response: HttpResponseBase) -> Answer:
    """Everything of *response*, a file too, read to its end; then it is closed and the request is over."""
    try:
        return _as_answer(response)
    finally:
        response.close()  # sends request_finished


def _as_answer(response: HttpResponseBase) -> Answer:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", c.output(header="").encode("ascii").strip()) for c in response.cookies.values()
    ]
    if not response.has_header("Content-Length") and response.status_code not in {204, 304}:
        headers.append((b"Content-Length", str(len(content)).encode()))
    return response.status_code, headers, content


async def _read_body(receive: Any, limit: int) -> bytes:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False) and len(body) <= limit:
        return body
    parts, size, more = [body], len(body), message.get("more_body", False)
    try:
        async with asyncio.timeout(BODY_PATIENCE):
            while more and size <= limit:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                more = message.get("more_body", False)
    except TimeoutError:
        raise Gone from None
    if size > limit:
        raise TooLarge
    return b"".join(parts)
