"""Ops as a tablet makes them, and what the server says to them."""

import json
import uuid
from datetime import timedelta

from capture.services.sync import receive_ops
from tests.factories import NOW

LATER = NOW + timedelta(minutes=5)


def op(apparaat, kind="create", tekst="Een gedachte", **changes):
    """An op on a note; ``body`` is merged, other names replace."""
    body = {"tekst": tekst, **changes.pop("body", {})}
    return {
        "op_id": str(uuid.uuid4()),
        "note_id": str(uuid.uuid4()),
        "tafel": apparaat.toegang.tafel_id,
        "kind": kind,
        "base_rev": 0,
        "stelling": None,
        "ronde": None,
        "client_ts": NOW.isoformat(),
        "seq": 1,
        "body": body if kind in {"create", "edit"} else {},
        **changes,
    }


def peiling(apparaat, stelling, moment="voor", eens=3, oneens=2, neutraal=1, **changes):
    """A count of hands."""
    body = {"moment": moment, "eens": eens, "oneens": oneens, "neutraal": neutraal}
    return {
        "op_id": str(uuid.uuid4()),
        "tafel": apparaat.toegang.tafel_id,
        "kind": "peiling",
        "stelling": stelling and stelling.pk,
        "ronde": None,
        "client_ts": NOW.isoformat(),
        "seq": 1,
        "body": body | changes.pop("body", {}),
        **changes,
    }


def send(apparaat, *ops, now=LATER):
    return [antwoord.as_data() for antwoord in receive_ops(apparaat=apparaat, ops=list(ops), now=now)]


def verdicts(apparaat, *ops):
    return [antwoord["verdict"] for antwoord in send(apparaat, *ops)]


def post(client, ops, **batch):
    return post_json(client, "/sync/ops", {"protocol": 1, "ops": ops, **batch})


def post_json(client, path, data):
    return client.post(path, json.dumps(data), content_type="application/json")
