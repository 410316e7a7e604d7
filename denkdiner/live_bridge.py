"""Between the processes of one installation: what is said in one is heard in all, through Redis. A leaf: imports no app.

Two threads, begun at first use: one tells, one listens. Redis may be away, slow or restarted: nobody waits for it. What it
could not be told is dropped; when it is back, the sockets begin again, and their browsers ask for everything.
"""

import asyncio
import atexit
import json
import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)

LINE = 10_000
"""Nudges that may wait for Redis."""
TOGETHER = 200
"""Nudges that go to Redis in one round trip."""
PATIENCE = 2.0
"""Seconds for Redis to answer, and for a first socket to wait until this process hears the others."""
PAUSE = 1.0
"""Seconds between two attempts to reach Redis."""

Tell = Callable[[Iterable[str], str], None]


class Bridge:
    """Tells the other processes, and passes on what they tell. Safe from any thread, and after a fork."""

    def __init__(self, url: str, channel: str, tell: Tell, begin_again: Callable[[], None]) -> None:
        self.url, self.channel = url, channel
        self._pass_on, self._begin_again = tell, begin_again
        self.own = uuid.uuid4().hex
        self._line: queue.Queue[str] = queue.Queue(LINE)
        self._lock = threading.Lock()
        self._running: dict[str, threading.Thread] = {}
        self._heard = threading.Event()
        self._ended = threading.Event()
        self._dropped = 0

    def tell(self, groups: Iterable[str], text: str) -> None:
        """Put it in the line for Redis; never waits. A full line drops it: those screens catch up by polling."""
        self._ensure("live-tell", self._tell_all)
        try:
            self._line.put_nowait(json.dumps([self.own, list(groups), text]))
        except queue.Full:
            self._dropped += 1

    async def listening(self) -> None:
        """Return when this process hears the others; after ``PATIENCE`` in any case (then sockets begin again later)."""
        self._ensure("live-listen", self._listen)
        if not self._heard.is_set():
            await asyncio.to_thread(self._heard.wait, PATIENCE)

    def flush(self, seconds: float = PATIENCE) -> None:
        """Wait until the line is empty; for the end of a command."""
        deadline = time.monotonic() + seconds
        while self._line.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def close(self) -> None:
        """End both threads; for tests."""
        self._ended.set()
        for thread in self._running.values():
            thread.join()

    def _ensure(self, name: str, target: Callable[[], None]) -> None:
        if name in self._running:
            return
        with self._lock:
            if name not in self._running:
                thread = threading.Thread(target=target, name=name, daemon=True)
                thread.start()
                self._running[name] = thread

    def _connect(self) -> Any:
        import redis

        return redis.Redis.from_url(self.url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    def _tell_all(self) -> None:
        atexit.register(self.flush)
        client, well = self._connect(), True
        while not self._ended.is_set():
            batch = self._next()
            try:
                pipeline = client.pipeline(transaction=False)
                for message in batch:
                    pipeline.publish(self.channel, message)
                pipeline.execute()
                well = True
            except (
                Exception
            ) as error:  # any broker error: the notes are safe, the nudges are not worth waiting for
                if well:
                    logger.error("live: nudges do not reach the other processes: %s", error)
                well = False
                self._ended.wait(PAUSE)
            finally:
                for _ in batch:
                    self._line.task_done()
        client.close()

    def _next(self) -> list[str]:
        """What waits in the line, at most ``TOGETHER``; empty now and then, so that the thread can end."""
        batch: list[str] = []
        try:
            batch.append(self._line.get(timeout=PAUSE))
            while len(batch) < TOGETHER:
                batch.append(self._line.get_nowait())
        except queue.Empty:
            pass
        return batch

    def _listen(self) -> None:
        well, before = True, False
        while not self._ended.is_set():
            try:
                with closing(self._connect()) as client, closing(client.pubsub()) as pubsub:
                    pubsub.subscribe(self.channel)
                    while not self._ended.is_set():
                        message = pubsub.get_message(timeout=PAUSE)
                        if message is None:
                            pubsub.ping()  # a connection that died without a word is found out
                        elif message["type"] == "subscribe":
                            if before:
                                self._begin_again()
                            well = before = True
                            self._heard.set()
                        elif message["type"] == "message":
                            self._hear(message["data"])
            except Exception as error:
                if well:
                    logger.error("live: the other processes are not heard: %s", error)
                well, before = False, True  # sockets that come in meanwhile miss something too
                self._ended.wait(PAUSE)

    def _hear(self, data: bytes) -> None:
        sender, groups, text = json.loads(data)
        if sender != self.own:
            self._pass_on(groups, text)


def from_settings(tell: Tell, begin_again: Callable[[], None]) -> Bridge | None:
    """The bridge of this installation; None without Redis."""
    if not settings.REDIS_URL:
        return None
    return Bridge(settings.REDIS_URL, f"{settings.LIVE_PREFIX}:live", tell, begin_again)
