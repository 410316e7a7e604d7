"""What the tests of the programme and the evening share."""

import json

import pytest
from django.apps import apps

from denkdiner import live


@pytest.fixture
def listen(monkeypatch):
    """``heard = listen(group, …)``; ``heard()`` gives the payloads that those groups were told since the last call."""
    told = []
    monkeypatch.setattr(live.hub, "tell", lambda groups, text: told.append((set(groups), json.loads(text))))

    def _listen(*groups):
        seen = [len(told)]

        def heard():
            new, seen[0] = told[seen[0] :], len(told)
            return [payload for to, payload in new if to & set(groups)]

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
