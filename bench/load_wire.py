"""The two wires of the load generator, over raw streams: HTTP/1.1 that stays open, and a websocket that only listens.

A client library would cost more processor time than the server that is measured; what a browser sends is sent here too.
"""

import asyncio
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

PATIENCE = 30.0
"""Seconds that any answer may take; later is lost."""


class Broken(Exception):
    """The server hung up, or said what HTTP does not know."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: str
    body: bytes

    def cookie(self, name: str) -> str:
        """The value that a ``Set-Cookie`` gives to *name*; empty when there is none."""
        for line in self.head.split("\r\n"):
            field, _, rest = line.partition(": ")
            if field.lower() == "set-cookie" and rest.startswith(f"{name}="):
                return rest.partition("=")[2].partition(";")[0]
        return ""


class Http(asyncio.Protocol):
    """One connection of one device: a request at a time, in turn."""

    def __init__(self, port: int) -> None:
        self.port, self.transport, self.turn = port, None, asyncio.Lock()
        self.buffer, self.waiting = b"", None

    async def request(self, data: bytes) -> Answer:
        """Send *data* (a whole request) and wait for the whole answer; connects when it has to."""
        async with self.turn:
            fresh = self.transport is None or self.transport.is_closing()
            try:
                return await self._ask(data)
            except Broken:
                if fresh:
                    raise
                return await self._ask(
                    data
                )  # the server had just closed a quiet connection: what a browser does too

    async def _ask(self, data: bytes) -> Answer:
        if self.transport is None or self.transport.is_closing():
            self.buffer = b""
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.port)
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        async with asyncio.timeout(PATIENCE):
            return await self.waiting

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found or self.waiting is None or self.waiting.done():
            return
        lower = head.lower()
        place = lower.find(b"\r\ncontent-length: ")
        length = int(lower[place + 18 :].partition(b"\r\n")[0]) if place >= 0 else 0
        if len(rest) >= length:
            self.buffer = rest[length:]
            self.waiting.set_result(Answer(int(head[9:12]), head.decode("latin-1"), rest[:length]))

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(Broken(str(exc or "closed")))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


class Listener(asyncio.Protocol):
    """A websocket that hears: ``heard(text)`` for every message. Answers the server's pings, as a browser does."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self.heard, self.buffer, self.transport = heard, b"", None
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False

    async def connect(self, port: int, path: str, cookies: str) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: localhost:{port}",
            f"Origin: http://localhost:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            f"Cookie: {cookies}",
        )
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(PATIENCE):
            await self.open

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.open.done():
            head, found, self.buffer = self.buffer.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self.open.set_exception(Broken(head.decode("latin-1")))
                return
            self.open.set_result(None)
        while len(self.buffer) >= 2:
            length, start = self.buffer[1] & 127, 2
            if length >= 126:
                start = 4 if length == 126 else 10
                if len(self.buffer) < start:
                    return
                (length,) = struct.unpack("!H" if start == 4 else "!Q", self.buffer[2:start])
            if len(self.buffer) < start + length:
                return
            kind, payload = self.buffer[0] & 15, self.buffer[start : start + length]
            self.buffer = self.buffer[start + length :]
            if kind == 1:
                self.heard(payload)
            elif kind == 9:  # ping: a client's frames are masked; a mask of zeroes will do
                self.transport.write(bytes((0x8A, 0x80 | length)) + b"\0\0\0\0" + payload)
            elif kind == 8:
                self.closed = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.open.done():
            self.open.set_exception(Broken(str(exc or "closed")))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


def only_core(number: int) -> None:
    """Keep this process on core *number*, where the machine has it and can do so: server and generator do not push."""
    if not hasattr(os, "sched_setaffinity") or number >= (os.cpu_count() or 1):
        return
    # not "is it among my own": who is started by the generator, which has a core already, would stay on that one
    with suppress(OSError):
        os.sched_setaffinity(0, {number})
