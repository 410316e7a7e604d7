"""The nudge is never worth a note: nobody waits for Redis, and what crossed it is heard once."""

import asyncio
import json
import socket
import threading
from contextlib import ExitStack, closing

import pytest
import redis

from denkdiner import live
from denkdiner.live_bridge import Bridge
from tests import services

PATIENCE = 20
"""Seconds, on a busy machine."""


class Process:
    """One end of a bridge, as a process would have it: what it was told by others, in order."""

    def __init__(self, url):
        self.heard, self.restarts, self.news = [], 0, threading.Condition()
        self.bridge = Bridge(url, "test:live", self._tell, self._restart)

    def _tell(self, groups, text):
        with self.news:
            self.heard.append((groups, text))
            self.news.notify_all()

    def _restart(self):
        with self.news:
            self.restarts += 1
            self.news.notify_all()

    def wait_until(self, ready):
        with self.news:
            assert self.news.wait_for(ready, PATIENCE)


@pytest.fixture
def process():
    """``process(url)``: one more; all of them end with the test."""
    with ExitStack() as stack:

        def new(url):
            one = Process(url)
            stack.callback(one.bridge.close)
            return one

        yield new


@pytest.fixture(scope="module")
def broker():
    with services.redis() as service:
        yield service.url


def test_what_one_process_says_all_others_hear_once_and_in_order(broker, process):
    one, two, three = (process(broker) for _ in range(3))
    for each in (one, two, three):
        asyncio.run(each.bridge.listening())
    for number in range(500):
        one.bridge.tell([f"tafel.{number}", "diner.1"], f'{{"nummer": {number}}}')
    two.bridge.tell(["diner.2"], "{}")
    for each in (two, three):
        each.wait_until(lambda each=each: len([t for _, t in each.heard if t != "{}"]) == 500)
        numbers = [json.loads(text)["nummer"] for _, text in each.heard if text != "{}"]
        assert numbers == list(range(500))
    one.wait_until(lambda: one.heard)
    three.wait_until(lambda: len(three.heard) == 501)
    assert one.heard == [(["diner.2"], "{}")]
    assert len(two.heard) == 500


def test_sockets_begin_again_after_redis_was_away(broker, process):
    one, other = process(broker), process(broker)
    asyncio.run(one.bridge.listening())
    with closing(redis.Redis.from_url(broker)) as client:
        client.client_kill_filter(_type="pubsub")
    one.wait_until(lambda: one.restarts >= 1)
    other.bridge.tell(["diner.1"], "{}")
    one.wait_until(lambda: one.heard)


@pytest.fixture(params=["refuses", "hangs"])
def ill(request, monkeypatch):
    """The address of a Redis that is down, or that accepts and never says a word."""
    monkeypatch.setattr("denkdiner.live_bridge.PATIENCE", 0.2)
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "hangs":
            server.listen()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


def test_nobody_waits_for_a_redis_that_is_ill(ill, process):
    one = process(ill)
    for _ in range(15_000):  # more than the line holds
        one.bridge.tell(["diner.1"], "{}")
    asyncio.run(asyncio.wait_for(one.bridge.listening(), PATIENCE))
    assert one.bridge._line.full()
    assert one.bridge._dropped > 0


# --- inside a process ----------------------------------------------------------------------------------------------------
class Ear:
    def __init__(self):
        self.heard, self.restarts = [], 0

    def hear(self, payload, text):
        self.heard.append(payload["nummer"])

    def begin_again(self):
        self.restarts += 1


class IllEar(Ear):
    def hear(self, payload, text):
        raise RuntimeError


async def test_hub_tells_who_joined_from_any_thread_once_each():
    hub, both, one, ill = live.Hub(), Ear(), Ear(), IllEar()
    hub.tell(["a"], "{}")  # nobody yet, and no loop
    hub.join(both, ["a", "b"])
    hub.join(one, ["b"])
    hub.join(ill, ["a"])
    for number, groups in enumerate((["a", "b"], ["b"], ["a"], ["c"])):
        await asyncio.to_thread(hub.tell, groups, json.dumps({"nummer": number}))
    await asyncio.sleep(0)
    assert (both.heard, one.heard) == ([0, 1, 2], [0, 1])
    hub.leave(both, ["a", "b"])
    hub.begin_again()
    hub.tell(["b"], '{"nummer": 9}')
    await asyncio.sleep(0)
    assert (both.heard, both.restarts) == ([0, 1, 2], 0)
    assert (one.heard, one.restarts) == ([0, 1, 9], 1)


def test_hub_outlives_its_loop():
    hub, ear = live.Hub(), Ear()

    async def join():
        hub.join(ear, ["a"])

    asyncio.run(join())
    hub.tell(["a"], '{"nummer": 1}')
    assert ear.heard == []


@pytest.mark.django_db
def test_page_of_a_member_is_kept_in_no_cache(roos, sign_in, diner):
    client = sign_in(roos)
    for path in ("/reeksen/", "/reeksen/verkenning-2050/", "/reeksen/verkenning-2050/diners/1/regie/"):
        assert "no-store" in client.get(path)["Cache-Control"]
