"""What the tests of the programme and the evening share."""

import json

import pytest
from django.apps import apps
from django.db import connection

from denkdiner import live

APPS = ("diners", "capture", "synthesis")


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
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]

    def _stored():
        found = {}
        with connection.cursor() as cursor:  # by hand: as queries of the ORM it takes ten times as long
            for meta in [model._meta for model in models]:
                cursor.execute(f'SELECT * FROM "{meta.db_table}" ORDER BY "{meta.pk.column}"')
                found[meta.db_table] = cursor.fetchall()
        return found

    return _stored
