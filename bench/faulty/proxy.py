"""The network of a venue: a TCP proxy that loses, cuts, delays and invents, decided by a seed for each connection.

It understands just enough HTTP to know where a request ends. One request a connection: it asks the server to close, so
that a browser opens another for its next question, with another fate.
"""

import asyncio
import json
import socket
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from random import Random

from bench.faulty.wire import LIMIT, Head, parse_head


class Fault(StrEnum):
    """What happens to a request and its reply."""

    WHOLE = "whole"
    SLOW = "slow"
    LOST_REQUEST = "lost request"
    HALF_REQUEST = "half a request"
    LOST_REPLY = "lost reply"
    CUT_REPLY = "cut reply"
    RESET = "reset"
    HALF_OPEN = "half-open"
    PORTAL = "portal"
    REPLAY = "replay"


LOSSY = {Fault.LOST_REPLY: 0.15}
"""The bar: 15 % of the replies never arrive, after the server did its work."""
VENUE = {
    Fault.LOST_REPLY: 0.15,
    Fault.CUT_REPLY: 0.05,
    Fault.RESET: 0.04,
    Fault.LOST_REQUEST: 0.04,
    Fault.HALF_REQUEST: 0.03,
    Fault.PORTAL: 0.1,
    Fault.REPLAY: 0.1,
    Fault.SLOW: 0.05,
    Fault.HALF_OPEN: 0.02,
}
"""Everything at once."""
RECORDED = 100
"""Genuine answers kept to be replayed."""


def portals(request: bytes) -> list[bytes]:
    """What a hotel answers instead of us: a page, a redirect, 511, JSON of its own, and JSON that comes close."""
    page = b"<!doctype html><title>Welkom bij het hotel</title><p>Geef je kamernummer."
    ids = _op_ids(request)
    close = {"verdicts": [{"op_id": op_id, "verdict": "stored", "rev": 1} for op_id in ids]}
    foreign = {"status": "ok", "stored": True, "ops": ids}
    return [
        _reply("200 OK", page, "text/html"),
        _reply("302 Found", b"", "text/html", "Location: http://login.example.nl/?op=1\r\n"),
        _reply("511 Network Authentication Required", page, "text/html"),
        _reply("200 OK", json.dumps(foreign).encode(), "application/json"),
        _reply("200 OK", json.dumps(close).encode(), "application/json"),
        _reply("200 OK", b'{"denkdiner": 1, "verd', "application/json"),
    ]


def _op_ids(request: bytes) -> list[str]:
    try:
        ops = json.loads(request.partition(b"\r\n\r\n")[2])["ops"]
        return [str(op["op_id"]) for op in ops]
    except (ValueError, KeyError, TypeError):
        return []


def _reply(status: str, body: bytes, kind: str, extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}Connection: close\r\n\r\n"
    return head.encode() + body


Hook = Callable[[str], None]


class Proxy:
    """``start()`` listens on 127.0.0.1:``port`` and hands over to *upstream*. One *seed*: one fate for the n-th connection.

    *faults*: chance of each fault; what is left is whole. *only*: beginnings of the paths that may suffer. *patience*:
    seconds that a half-open connection hangs at most. ``on_request`` and ``on_reply`` are called with the path when a
    request of *only* is handed over, and when the whole reply to it was passed on: the moments to kill a server.
    ``rewrite``: beginning of a path → function of the reply's body, for planting a bug in what a browser is served.
    """

    def __init__(
        self,
        upstream: int,
        *,
        seed: object = 0,
        faults: Mapping[Fault, float] | None = None,
        only: tuple[str, ...] = ("/sync/", "/t/deelnemen/"),
        patience: float = 3.0,
    ) -> None:
        self.upstream, self.seed, self.faults = upstream, seed, dict(faults or {})
        self.only, self.patience = only, patience
        self.seen: Counter[Fault] = Counter()
        self.statuses: Counter[int] = Counter()
        """Of the server's own answers to what is in *only*."""
        self.retries = 0
        """Answers of the server with a ``retry`` in them."""
        self.pretended = 0
        """Answers of 500 and higher that hold a verdict: nobody may take them for success."""
        self.on_request: Hook = lambda path: None
        self.on_reply: Hook = lambda path: None
        self.rewrite: dict[str, Callable[[bytes], bytes]] = {}
        self.port = 0
        self.failure: BaseException | None = None
        """A bug of the proxy itself: a harness that breaks must not look like a bad network."""
        self._number = 0
        self._recorded: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def stop(self) -> None:
        """Close everything; nothing of it runs afterwards."""
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def calm(self) -> None:
        """From now on the network is fine."""
        self.faults = {}

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._number += 1
        random = Random(f"{self.seed}/{self._number}")
        try:
            await self._serve(reader, writer, random)
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client or the server went away: that is what networks do
        except asyncio.CancelledError:
            pass  # by stop(); asyncio would log it as an error
        except Exception as error:
            self.failure = error
        finally:
            self._tasks.discard(task)
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    def _rewriter(self, path: str) -> Callable[[bytes], bytes] | None:
        return next((change for begin, change in self.rewrite.items() if path.startswith(begin)), None)

    def _choose(self, path: str, random: Random) -> Fault:
        if not path.startswith(self.only):
            return Fault.WHOLE
        luck = random.random()
        for fault, chance in self.faults.items():
            if luck < chance:
                return fault
            luck -= chance
        return Fault.WHOLE

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, random: Random
    ) -> None:
        raw = await reader.readuntil(b"\r\n\r\n")
        head = parse_head(raw)
        path = head.first.split(" ")[1]
        if head.get("upgrade"):
            await self._tunnel(reader, writer, raw)
            return
        request = _closing(head, plain=self._rewriter(path) is not None) + await reader.readexactly(
            head.length
        )
        fault = self._choose(path, random)
        if fault == Fault.REPLAY and not self._recorded:
            fault = Fault.LOST_REQUEST
        self.seen[fault] += 1
        if fault == Fault.HALF_OPEN:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.patience):
                    await reader.read()  # until the client gives up
        elif fault == Fault.PORTAL:
            await _send(writer, random.choice(portals(request)))
        elif fault == Fault.REPLAY:
            await _send(writer, random.choice(self._recorded))
        elif fault == Fault.HALF_REQUEST:
            await self._forward(path, request[: random.randrange(len(request))], half=True)
            _reset(writer)
        elif fault != Fault.LOST_REQUEST:
            await self._pass_on(path, request, writer, fault, random)

    async def _pass_on(
        self, path: str, request: bytes, writer: asyncio.StreamWriter, fault: Fault, random: Random
    ) -> None:
        if fault == Fault.SLOW:
            await asyncio.sleep(random.random() * self.patience / 3)
        reply = await self._forward(path, request)
        if change := self._rewriter(path):
            reply = _rewritten(reply, change)
        if fault == Fault.SLOW:
            await asyncio.sleep(random.random() * self.patience / 3)
        if fault == Fault.LOST_REPLY:
            return
        if fault in {Fault.CUT_REPLY, Fault.RESET} and reply:
            await _send(writer, reply[: random.randrange(len(reply))])
            if fault == Fault.RESET:
                _reset(writer)
            return
        await _send(writer, reply)
        if path.startswith(self.only):
            self.on_reply(path)

    async def _forward(self, path: str, request: bytes, *, half: bool = False) -> bytes:
        """What the server says until it closes; less when it dies meanwhile."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream, limit=LIMIT)
        parts: list[bytes] = []
        try:
            writer.write(request)
            await writer.drain()
            if half:
                return b""
            if path.startswith(self.only):
                self.on_request(path)
            while part := await reader.read(65536):
                parts.append(part)
        except OSError:
            pass
        finally:
            writer.transport.abort()
        reply = b"".join(parts)
        if len(reply) > 12 and path.startswith(self.only):
            status = int(reply[9:12])
            self.statuses[status] += 1
            self.retries += b'"retry"' in reply
            self.pretended += status >= 500 and b'"verdict"' in reply
        if path == "/sync/ops" and reply.startswith(b"HTTP/1.1 200") and len(self._recorded) < RECORDED:
            self._recorded.append(reply)
        return reply

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        """A websocket: bytes both ways until one side closes."""
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        up_writer.write(head)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while part := await source.read(65536):
                await _send(target, part)

        pumps = [
            asyncio.ensure_future(pump(reader, up_writer)),
            asyncio.ensure_future(pump(up_reader, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in pumps:
                task.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            up_writer.transport.abort()


def _closing(head: Head, *, plain: bool) -> bytes:
    """*head* again, with the wish that the server closes afterwards; *plain*: and sends the whole thing, uncompressed."""
    drop = {"connection"}
    if plain:
        drop |= {"accept-encoding", "if-none-match", "if-modified-since", "range"}
    lines = [f"{name}: {value}" for name, value in head.headers if name not in drop]
    return "\r\n".join([head.first, *lines, "connection: close", "", ""]).encode("latin-1")


def _rewritten(reply: bytes, change: Callable[[bytes], bytes]) -> bytes:
    raw, _, body = reply.partition(b"\r\n\r\n")
    head = parse_head(raw)
    body = change(body)
    lines = [f"{name}: {value}" for name, value in head.headers if name not in {"content-length", "etag"}]
    text = "\r\n".join([head.first, *lines, f"content-length: {len(body)}", "", ""])
    return text.encode("latin-1") + body


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
