"""A server that answers as a language model would, or as badly as one can imagine. On this machine, on a port of its own."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from denkdiner.endpoint import Endpoint


class Stub:
    """What it was asked (``asked``), and how it answers: ``says`` a text, or ``does`` something with the connection."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.does: Callable[[BaseHTTPRequestHandler], None] = self._answer
        self.content: str = "{}"
        self.closing = threading.Event()

    def says(self, content: Any) -> None:
        """From now on its model says this; anything but a string as JSON."""
        self.content = content if isinstance(content, str) else json.dumps(content)
        self.does = self._answer

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        send(handler, json.dumps({"choices": [{"message": {"content": self.content}}]}).encode())

    def endpoint(self, **fields: Any) -> Endpoint:
        fields = {"model": "proef", "seconds": 5.0, "silence": 5.0} | fields
        return Endpoint(url=f"http://127.0.0.1:{self.port}/v1/chat/completions", **fields)


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Type": "application/json"} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def drip(stub: Stub, handler: BaseHTTPRequestHandler, head: bytes = b"HTTP/1.1 200 OK\r\n") -> None:
    """A byte now and then, for ever."""
    handler.wfile.write(head)
    while not stub.closing.is_set():
        try:
            handler.wfile.write(b"x")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.02)


@contextmanager
def serving() -> Iterator[Stub]:
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stub.asked.append(json.loads(body))
            stub.headers.append(dict(self.headers))
            stub.paths.append(self.path)
            with suppress(OSError):  # the other side had enough
                stub.does(self)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
