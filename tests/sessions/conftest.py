"""What the tests of the programme and the evening share."""

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.apps import apps


@pytest.fixture
def listen(settings):
    """``heard = listen(group, …)`` joins as a socket would; ``heard()`` gives the payloads since the last call."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    layer = get_channel_layer()

    def _listen(*groups):
        channel = async_to_sync(layer.new_channel)()
        for group in groups:
            async_to_sync(layer.group_add)(group, channel)

        def heard():
            payloads = []
            while (queue := layer.channels.get(channel)) and not queue.empty():
                payloads.append(async_to_sync(layer.receive)(channel)["payload"])
            return payloads

        return heard

    return _listen


@pytest.fixture
def stored(db):
    """``stored()``: every row of the three apps, to see that a refused request changed nothing."""

    def _stored():
        return {
            model.__name__: list(model._base_manager.order_by("pk").values())
            for label in ("diners", "capture", "synthesis")
            for model in apps.get_app_config(label).get_models()
        }

    return _stored
