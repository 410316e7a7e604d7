"""The application with a bug in it: ``uvicorn bench.faulty.planted:application`` with ``FAULTS_PLANT=<name>``.

Production code knows nothing of this: each plant wraps ``receive_ops``, the one door through which ops come in, and undoes
one promise that is made behind it. plants.py tells what each is and which scenario has to find it.
"""

import os
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from denkdiner.asgi import application  # isort: skip (it sets up Django)

from django.db import Error, connections, transaction

from capture.models import Bijdrage, BijdrageVersie, Quarantaine
from capture.services import sync
from capture.services.sync import Antwoord, Verdict
from capture.views import sync as views
from sessions.models import Apparaat, Ronde

__all__ = ["application"]
Answers = list[Antwoord]
genuine = sync.receive_ops


def _good(ops: Sequence[Any], verdict: Verdict = Verdict.STORED) -> Answers:
    return [Antwoord(op["op_id"], verdict, op.get("note_id", ""), op["base_rev"] + 1) for op in ops]


def _each(change: Callable[[Apparaat, dict[str, Any]], dict[str, Any]]) -> Callable[..., Answers]:
    """Ops come in otherwise than they were sent; the answer is about the op that was sent."""

    def receive(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
        answers = genuine(apparaat=apparaat, ops=[change(apparaat, dict(op)) for op in ops], now=now)
        return [replace(answer, op_id=op["op_id"]) for answer, op in zip(answers, ops, strict=True)]

    return receive


def reply_before_commit(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    def later() -> None:
        time.sleep(0.3)
        try:
            genuine(apparaat=apparaat, ops=ops, now=now)
        finally:
            connections.close_all()

    threading.Thread(target=later).start()
    return _good(ops)


seen: set[str] = set()


def check_then_insert(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    new = [op for op in ops if op["op_id"] not in seen]
    time.sleep(0.1)
    seen.update(op["op_id"] for op in new)
    made = iter(genuine(apparaat=apparaat, ops=[_renewed(apparaat, dict(op)) for op in new], now=now))
    answers = _good(ops, Verdict.DUPLICATE)
    return [
        replace(next(made), op_id=op["op_id"], note_id=op["note_id"]) if op in new else answer
        for op, answer in zip(ops, answers, strict=True)
    ]


def _renewed(apparaat: Apparaat, op: dict[str, Any]) -> dict[str, Any]:
    return op | {"op_id": str(uuid.uuid4()), "note_id": str(uuid.uuid4()), "kind": "create"}


def _last_one_wins(apparaat: Apparaat, op: dict[str, Any]) -> dict[str, Any]:
    return op | {"base_rev": 2**30}


def _clock_decides(apparaat: Apparaat, op: dict[str, Any]) -> dict[str, Any]:
    ronde = Ronde.objects.filter(diner=apparaat.toegang.tafel.diner_id).running().first()
    return op | ({"ronde": ronde.pk, "stelling": ronde.stelling_id} if ronde and op["ronde"] else {})


def _cut_off(apparaat: Apparaat, op: dict[str, Any]) -> dict[str, Any]:
    body = op["body"]
    return op | ({"body": body | {"tekst": body["tekst"][:255]}} if "tekst" in body else {})


def _table_of_the_device(apparaat: Apparaat, op: dict[str, Any]) -> dict[str, Any]:
    return op | {"tafel": apparaat.toegang.tafel_id}


def delete_removes_the_row(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    answers = genuine(apparaat=apparaat, ops=ops, now=now)
    gone = [op["note_id"] for op in ops if op["kind"] == "delete"]
    Bijdrage.objects.filter(pk__in=gone).delete()
    return answers


def conflict_is_dropped(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    answers = genuine(apparaat=apparaat, ops=ops, now=now)
    refused = [answer.op_id for answer in answers if answer.verdict == Verdict.CONFLICT]
    BijdrageVersie.objects.filter(op_id__in=refused).delete()
    return answers


def quarantine_is_not_kept(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    answers = genuine(apparaat=apparaat, ops=ops, now=now)
    refused = {answer.op_id for answer in answers if answer.verdict == Verdict.QUARANTINED}
    Quarantaine.objects.filter(op_id__in=refused).delete()
    return [replace(a, verdict=Verdict.STORED) if a.op_id in refused else a for a in answers]


def errors_count_as_stored(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    try:
        answers = genuine(apparaat=apparaat, ops=ops, now=now)
    except Error:
        return _good(ops)
    return [replace(a, verdict=Verdict.STORED) if a.verdict == Verdict.RETRY else a for a in answers]


def one_transaction_for_all(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    with transaction.atomic():
        answers = genuine(apparaat=apparaat, ops=ops, now=now)
        if any(answer.verdict == Verdict.QUARANTINED for answer in answers):
            transaction.set_rollback(True)
    return answers


def one_bad_op_stops_all(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    answers = genuine(apparaat=apparaat, ops=ops[:1], now=now)
    while answers[-1].verdict != Verdict.QUARANTINED and len(answers) < len(ops):
        answers += genuine(apparaat=apparaat, ops=ops[len(answers) :][:1], now=now)
    refused = answers[-1].verdict == Verdict.QUARANTINED
    return [replace(answer, verdict=Verdict.RETRY) for answer in answers] if refused else answers


def clock_of_the_device(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    answers = []
    for op in ops:
        answers += genuine(apparaat=apparaat, ops=[op], now=datetime.fromisoformat(op["client_ts"]))
    return answers


def forgets_now_and_then(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    """As a commit that was never made: everything is right, and one op in ten is not there."""
    answers = genuine(apparaat=apparaat, ops=ops, now=now)
    for answer in answers:
        if answer.verdict == Verdict.STORED and uuid.UUID(answer.op_id).int % 10 == 0:
            BijdrageVersie.objects.filter(op_id=answer.op_id).delete()
    return answers


def write_waits_for_redis(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> Answers:
    """The nudge before the note: when nobody can be told, nothing is kept; and the answer was made already."""
    from django.core.cache import cache

    try:
        cache.set("faults", 1)
    except Exception:
        return _good(ops)
    return genuine(apparaat=apparaat, ops=ops, now=now)


PLANTED: dict[str, Callable[..., Answers]] = {
    "reply-before-commit": reply_before_commit,
    "check-then-insert": check_then_insert,
    "op-id-not-checked": _each(_renewed),
    "delete-removes-the-row": delete_removes_the_row,
    "last-one-wins": _each(_last_one_wins),
    "conflict-is-dropped": conflict_is_dropped,
    "quarantine-is-not-kept": quarantine_is_not_kept,
    "errors-count-as-stored": errors_count_as_stored,
    "clock-decides-the-ronde": _each(_clock_decides),
    "clock-of-the-device": clock_of_the_device,
    "words-are-cut-off": _each(_cut_off),
    "table-of-the-device": _each(_table_of_the_device),
    "one-transaction-for-all": one_transaction_for_all,
    "one-bad-op-stops-all": one_bad_op_stops_all,
    "forgets-now-and-then": forgets_now_and_then,
    "write-waits-for-redis": write_waits_for_redis,
}

sync.receive_ops = views.receive_ops = PLANTED[os.environ["FAULTS_PLANT"]]  # type: ignore[assignment]
