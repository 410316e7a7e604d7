"""One question over HTTP/1.1 and the whole answer to it, or nothing: no redirect is followed, no half answer is believed."""

import asyncio
from dataclasses import dataclass

LIMIT = 1024 * 1024
"""Bytes of a head, and of a line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; names of *headers* are lower case, the last one counts; every ``Set-Cookie`` is in *cookies*."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The first line and the headers of a request or an answer."""

    first: str
    headers: list[tuple[str, str]]

    def get(self, name: str) -> str:
        """The last header with this lower-case *name*, or ''."""
        return next((value for key, value in reversed(self.headers) if key == name), "")

    @property
    def length(self) -> int:
        """Content-Length; 0 without one or with one that is no number."""
        value = self.get("content-length")
        return int(value) if value.isdecimal() else 0


def parse_head(raw: bytes) -> Head:
    """*raw* up to and with the empty line; raises ``ValueError`` when it is no HTTP."""
    first, *lines = raw.decode("latin-1").split("\r\n")
    if not first.strip():
        raise ValueError("no first line")
    pairs = (line.partition(":") for line in lines if line)
    return Head(first, [(name.strip().lower(), value.strip()) for name, _, value in pairs])


async def ask(
    port: int,
    method: str,
    path: str,
    *,
    headers: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
    body: bytes = b"",
    patience: float = 30.0,
) -> Answer:
    """Ask 127.0.0.1:*port*; raises ``OSError`` (``TimeoutError`` after *patience* seconds) for all that is no answer."""
    lines = {
        "Host": f"localhost:{port}",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }
    if cookies:
        lines["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    try:
        async with asyncio.timeout(patience):
            return await _ask(port, head.encode("latin-1") + b"\r\n" + body)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
        raise ConnectionError(f"no whole answer: {error}") from None


async def _ask(port: int, request: bytes) -> Answer:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LIMIT)
    try:
        writer.write(request)
        await writer.drain()
        head = parse_head(await reader.readuntil(b"\r\n\r\n"))
        status = int(head.first.split(" ", 2)[1])
        if head.get("content-length"):
            body = await reader.readexactly(head.length)
        elif head.get("transfer-encoding"):
            raise ConnectionError("an answer in pieces is not one of ours")
        else:
            body = await reader.read()
    except IndexError:
        raise ConnectionError("no status line") from None
    finally:
        writer.transport.abort()
    pairs = [value.split(";", 1)[0].partition("=") for name, value in head.headers if name == "set-cookie"]
    return Answer(status, dict(head.headers), {name: value for name, _, value in pairs}, body)
