"""The nudge is never worth a note: a channel layer that fails or hangs does not hurt the write."""

import asyncio
import time

import pytest

from denkdiner import live

pytestmark = pytest.mark.django_db


class Hangs:
    async def group_send(self, group, message):
        await asyncio.sleep(60)


class Fails:
    async def group_send(self, group, message):
        raise ConnectionError


@pytest.mark.parametrize("layer", [Hangs(), Fails(), None], ids=["hangs", "fails", "none"])
def test_publish_survives_a_layer_that_is_ill(layer, monkeypatch, django_capture_on_commit_callbacks, caplog):
    monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(live, "PATIENCE", 0.05)
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        live.publish(live.Event.TAFEL_CHANGED, "diner.1", tafel=1)
    assert time.monotonic() - began < 30
    assert ("live.publish failed" in caplog.text) is (layer is not None)


def test_layer_that_failed_is_left_alone_for_a_while(monkeypatch, django_capture_on_commit_callbacks):
    """A batch of ops without Redis waited its full patience for each op: a minute and a half for fifty notes."""
    asked = []

    class Counts:
        async def group_send(self, group, message):
            asked.append(group)
            raise ConnectionError

    ill, other = Counts(), Counts()

    def publish(layer, clock):
        monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
        monkeypatch.setattr(live, "monotonic", lambda: clock)
        with django_capture_on_commit_callbacks(execute=True):
            live.publish(live.Event.TAFEL_CHANGED, "diner.1", tafel=1)
        return len(asked)

    assert [publish(ill, 100.0) for _ in range(50)] == [1] * 50
    assert publish(ill, 100.0 + live.REST) == 2
    assert publish(other, 100.0 + live.REST) == 3


def test_page_of_a_member_is_kept_in_no_cache(roos, sign_in, diner):
    client = sign_in(roos)
    for path in ("/reeksen/", "/reeksen/verkenning-2050/", "/reeksen/verkenning-2050/diners/1/regie/"):
        assert "no-store" in client.get(path)["Cache-Control"]
