"""The floor: the smallest honest server that keeps a note. The same uvicorn and the same SQLite, and nothing else.

One raw insert in a transaction of its own, acknowledged after its commit; no cookie, no rules, no screens. Runs with
``uvicorn load_floor:application`` from this directory; ``FLOOR_DATABASE`` is where the notes go.
"""

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PATH = os.environ["FLOOR_DATABASE"]


def _connect() -> sqlite3.Connection:
    connection = sqlite3.connect(PATH, isolation_level=None, timeout=20)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return connection


class Writer:
    """One thread with one connection: writers of SQLite stand in line anyway."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.connection: sqlite3.Connection | None = None

    def write(self, body: str) -> None:
        if self.connection is None:
            self.connection = _connect()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT INTO note (body) VALUES (?)", (body,))
        self.connection.execute("COMMIT")


writer = Writer()
ANSWER = b'{"denkdiner": 1}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """POST keeps the body; anything else only answers."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if scope["method"] == "POST":
        await asyncio.get_running_loop().run_in_executor(writer.pool, writer.write, body.decode())
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})
