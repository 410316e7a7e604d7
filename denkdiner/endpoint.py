"""One question to one server that the settings name, and its answer. A leaf: imports no app.

``http.client`` of the standard library follows no redirect, reads no proxy from the environment and has no pool; what it
lacks (a limit to all of it together, a limit to the size, a way to stop) is written here. Nothing is logged: neither the key
nor the question belongs in a log.
"""

import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from denkdiner.errors import DenkdinerError

MAX_ANSWER = 2_000_000
"""Bytes."""
CONNECT = 10.0
"""Seconds in which a connection has to be made."""
_CHUNK = 16_384


class Unreachable(DenkdinerError):
    """The server gave no answer that can be used; says which kind of trouble it was, and nothing that was said."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask. ``key`` never shows in a representation."""

    url: str
    model: str
    naam: str = "een eigen server"
    key: str = field(default="", repr=False)
    seconds: float = 180.0
    """All of it together."""
    silence: float = 90.0
    """Without a byte."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def body(self, systeem: str, tekst: str) -> dict[str, Any]:
        """The whole of what is sent."""
        return {
            "model": self.model,
            "messages": [{"role": "system", "content": systeem}, {"role": "user", "content": tekst}],
            "temperature": 0,
            "response_format": {"type": "json_object"},
            "stream": False,
        }


def refusal(url: str, local_host: str = "") -> str:
    """Why *url* may not be asked, or "". Only https, or a server of one's own: this machine, or *local_host*."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in {"https", "http"} or not host or not parts.path.strip("/"):
        return "must be a full address such as https://model.example.nl/v1/chat/completions"
    if parts.username is not None or parts.password is not None or parts.fragment or parts.query:
        return "must hold no name, password, query or fragment"
    if not url.isascii() or any(teken.isspace() for teken in url):
        return "must be plain ASCII"
    if parts.scheme == "http" and not (is_loopback(host) or (local_host and host == local_host.lower())):
        return "must begin with https://, unless it is on this machine or at DRAFTER_LOCAL_HOST"
    return ""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def ask(
    endpoint: Endpoint, *, systeem: str, tekst: str, waiting: Callable[[float], None] = lambda seconds: None
) -> str:
    """What the model says. *waiting* is called about every second with how long it has taken; what it raises ends the wait.

    Raises ``Unreachable``. Whatever happens, it takes no longer than ``endpoint.seconds``.
    """
    body = json.dumps(endpoint.body(systeem, tekst), ensure_ascii=False).encode("utf-8", "replace")
    call = _Call(endpoint, body)
    began = time.monotonic()
    call.start()
    try:
        while not call.done.wait(min(1.0, max(0.01, endpoint.seconds / 10))):
            took = time.monotonic() - began
            if took >= endpoint.seconds:
                raise Unreachable(f"Het taalmodel was na {endpoint.seconds:.0f} seconden nog niet klaar.")
            waiting(took)
    finally:
        call.cut()
    if call.error is not None:
        raise Unreachable(call.error)
    return _content(call.answer)


class _Call(threading.Thread):
    """The conversation itself, in a thread that can be cut off: a server may drip its answer byte by byte."""

    def __init__(self, endpoint: Endpoint, body: bytes) -> None:
        super().__init__(name="taalmodel", daemon=True)
        self.endpoint, self.body = endpoint, body
        self.done = threading.Event()
        self.answer = b""
        self.error: str | None = None
        self._stopped = False
        self._sock: socket.socket | None = None
        """Kept here: the connection forgets it when an answer begins that will close it, however long that answer takes."""
        parts = urlsplit(endpoint.url)
        self._path = parts.path
        if parts.scheme == "https":
            context = ssl.create_default_context()
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=CONNECT, context=context
            )
        else:
            self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=CONNECT)

    def run(self) -> None:
        try:
            self.answer = self._talk()
        except Unreachable as error:
            self.error = str(error)
        except TimeoutError:
            self.error = "Het taalmodel antwoordt niet."
        except ssl.SSLError:
            self.error = "De verbinding met het taalmodel is niet te vertrouwen (TLS)."
        except (OSError, http.client.HTTPException, ValueError):
            # no word of what it says: that may hold a header, and a header holds the key
            self.error = "Het taalmodel is niet te bereiken."
        finally:
            self._connection.close()
            self.done.set()

    def cut(self) -> None:
        """End it, wherever it is."""
        self._stopped = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)

    def _talk(self) -> bytes:
        connection = self._connection
        connection.connect()
        self._sock = connection.sock
        if self._stopped:
            return b""
        self._sock.settimeout(self.endpoint.silence)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if self.endpoint.key:
            headers["Authorization"] = f"Bearer {self.endpoint.key}"
        connection.request("POST", self._path, self.body, headers)
        response = connection.getresponse()
        if 300 <= response.status < 400:
            raise Unreachable("Het taalmodel verwijst naar een ander adres. Dat volgt de app niet.")
        if response.status != 200:
            raise Unreachable(f"Het taalmodel antwoordt met een fout ({response.status}).")
        if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise Unreachable("Het antwoord van het taalmodel is niet te lezen.")
        parts, size = [], 0
        while not self._stopped and (chunk := response.read1(_CHUNK)):
            size += len(chunk)
            if size > MAX_ANSWER:
                raise Unreachable("Het antwoord van het taalmodel is te groot.")
            parts.append(chunk)
        return b"".join(parts)


def _content(answer: bytes) -> str:
    """The words of the model in an answer of the shape that such servers agreed on."""
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise Unreachable("Het antwoord van het taalmodel is niet te lezen.")
    return content
