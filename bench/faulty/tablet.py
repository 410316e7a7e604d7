"""A tablet that was written from docs/protocol.md and nothing else, and that a person types on.

It saves before it says so, sends with one sender and full jitter, and believes an answer only when it is proven: status 200,
JSON, the marker, this op_id. ``bugs`` are planted here (see plants.py): each undoes one of those rules.
"""

import asyncio
import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from bench.faulty.ledger import Ledger
from bench.faulty.outbox import FINAL, Op, Outbox
from bench.faulty.wire import Answer, ask

MAX_OPS, MAX_BYTES = 50, 250 * 1024
CSRF_COOKIE, SESSION_COOKIE = "csrftoken", "tafel"


@dataclass(slots=True)
class Note:
    """A note as the person at this tablet sees it."""

    rev: int
    body: dict[str, Any]
    stelling: int | None
    ronde: int | None
    deleted: bool = False


@dataclass
class Tablet:
    """*name* is for the report, *port* that of the network (which may change), *token* that of the table's QR.

    *tafel* is known from ``hallo``. *clock* is how far its clock is off. *unit*: seconds of the first wait of the back-off.
    """

    name: str
    port: int
    token: str
    directory: Path
    ledger: Ledger
    random: Random
    clock: timedelta = timedelta()
    unit: float = 0.02
    longest: float = 0.5
    patience: float = 3.0
    bugs: Collection[str] = ()
    tafel: int = 0
    notes: dict[str, Note] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.directory / f"{self.name}.jsonl")
        self.cookies: dict[str, str] = {}
        self.csrf = ""
        self.na = ""
        self.batch = MAX_OPS
        self._wake = asyncio.Event()

    # --- what a person does -------------------------------------------------------------------------------------------

    def create(self, tekst: str, *, stelling: int | None, ronde: int | None, **body: Any) -> str:
        """Save a new note; returns its id."""
        note_id = str(uuid.uuid4())
        self.notes[note_id] = Note(0, {"tekst": tekst, **body}, stelling, ronde)
        self._make("create", note_id)
        return note_id

    def edit(self, note_id: str, tekst: str) -> None:
        self.notes[note_id].body = {**self.notes[note_id].body, "tekst": tekst}
        self._make("edit", note_id)

    def move(self, note_id: str, *, stelling: int | None, ronde: int | None) -> None:
        """To another stelling: an edit with the same words."""
        self.notes[note_id].stelling, self.notes[note_id].ronde = stelling, ronde
        self._make("edit", note_id)

    def delete(self, note_id: str) -> None:
        self._make("delete", note_id)

    def restore(self, note_id: str) -> None:
        self._make("restore", note_id)

    def peiling(self, *, stelling: int, ronde: int | None, **body: Any) -> None:
        """Hands at this table: ``moment``, ``eens``, ``oneens``, ``neutraal``."""
        self._save(self._op("peiling", None, 0, stelling, ronde, body))

    def _make(self, kind: str, note_id: str) -> None:
        note = self.notes[note_id]
        body = note.body if kind in {"create", "edit"} else {}
        op = self._op(kind, note_id, note.rev, note.stelling, note.ronde, body)
        note.rev += 1  # a next op is made on top of this one, answered or not
        note.deleted = kind == "delete"
        self._save(op)

    def _op(
        self, kind: str, note_id: str | None, base: int, stelling: int | None, ronde: int | None, body: Any
    ) -> Op:
        op = {
            "op_id": str(uuid.uuid4()),
            "tafel": self.tafel,
            "kind": kind,
            "base_rev": base,
            "stelling": stelling,
            "ronde": ronde,
            "device_id": self.outbox.device_id,
            "seq": self.outbox.next_seq,
            "client_ts": (datetime.now(UTC) + self.clock).isoformat(),
            "body": body,
        }
        return op if note_id is None else {**op, "note_id": note_id}

    def _save(self, op: Op) -> None:
        if "outbox-in-memory" in self.bugs:
            self.outbox.ops[op["op_id"]] = op
        else:
            self.outbox.save(op)
        self.ledger.intend(op, self.name)
        self._wake.set()

    # --- the sender ---------------------------------------------------------------------------------------------------

    async def send_for_ever(self) -> None:
        """One sender: sends whatever waits, waits longer after each failure, and never gives up."""
        failures = 0
        while True:
            if not self.outbox.pending:
                self._wake.clear()
                await self._wake.wait()
            try:
                failures = 0 if await self.send_once() else failures + 1
            except OSError:  # no network, no whole answer in time
                failures += 1
            if "gives-up" in self.bugs and failures > 4:
                self._give_up()
            if failures:
                await asyncio.sleep(
                    self.random.random() * min(self.longest, self.unit * 2 ** min(failures, 12))
                )

    async def send_once(self) -> bool:
        """Join, ask how things are, and send one batch, as far as needed; true when something was settled."""
        if SESSION_COOKIE not in self.cookies and not await self.join():
            return False
        if not self.csrf and not await self.hallo():
            return False
        batch = self._next_batch()
        if not batch:
            return True
        if "forgets-before-the-answer" in self.bugs:
            self.outbox.said |= {op["op_id"]: "sent" for op in batch}
        answer = await self._ask("POST", "/sync/ops", {"protocol": 1, "ops": batch})
        return self._believe(answer, batch)

    def _next_batch(self) -> list[Op]:
        ops, size = [], 0
        waiting = self.outbox.pending
        if "random-order" in self.bugs:
            self.random.shuffle(waiting)
            waiting = waiting[:1]
        for op in waiting[: self.batch]:
            size += len(json.dumps(op)) + 2
            if ops and size > MAX_BYTES:
                break
            ops.append(op)
        if "new-ids-on-retry" in self.bugs:
            return [op | {"op_id": str(uuid.uuid4()), "note_id": str(uuid.uuid4())} for op in ops]
        return ops

    def _believe(self, answer: Answer, batch: list[Op]) -> bool:
        """Settle what *answer* proves of *batch*, and nothing else."""
        if "trusts-any-200" in self.bugs and answer.status == 200:
            return self._settle_all(batch)
        data = self._ours(answer)
        if answer.status == 413:
            self.batch = max(1, len(batch) // 2)
        if data is None or answer.status != 200:
            return False
        if "trusts-any-of-our-answers" in self.bugs:
            return self._settle_all(batch)
        if "epoch" in data and data["epoch"] != self.outbox.epoch:
            self.csrf = ""  # ask hallo first what happened
            return False
        verdicts = data.get("verdicts")
        sent = {op["op_id"]: op for op in batch}
        if "new-ids-on-retry" in self.bugs and isinstance(verdicts, list) and len(verdicts) == len(batch):
            return self._settle_all(self.outbox.pending[: len(batch)])
        settled = False
        for verdict in verdicts if isinstance(verdicts, list) else []:
            if not isinstance(verdict, dict) or verdict.get("verdict") not in FINAL:
                continue
            op = sent.get(str(verdict.get("op_id")))
            if op is not None and op["op_id"] not in self.outbox.said:
                self._settle(op, verdict["verdict"], verdict.get("rev"))
                settled = True
        return settled

    def _settle(self, op: Op, verdict: str, rev: Any = None) -> None:
        self.outbox.settle(op["op_id"], verdict)
        self.ledger.acknowledge(op["op_id"], verdict, rev)
        note = self.notes.get(op.get("note_id", ""))
        # A revision may be taken as seen only when nobody else came between: after "stored". That of a conflict
        # comes after words which nobody at this tablet has read; of a duplicate it is not known which of the two it was.
        if note is not None and verdict == "stored" and isinstance(rev, int):
            note.rev = max(note.rev, rev)
        if verdict == "quarantined" and "drops-what-is-quarantined" in self.bugs:
            del self.outbox.ops[op["op_id"]]

    def _settle_all(self, batch: list[Op]) -> bool:
        for op in batch:
            self._settle(op, "stored")
        return bool(batch)

    def _give_up(self) -> None:
        for op in self.outbox.pending:
            self.outbox.said[op["op_id"]] = "given up"

    # --- asking -------------------------------------------------------------------------------------------------------

    async def join(self) -> bool:
        """Show the QR's token and get the cookie of the table; false when the answer was not ours."""
        self.cookies.setdefault(CSRF_COOKIE, f"{self.random.getrandbits(128):032x}")
        headers = {
            "X-CSRFToken": self.cookies[CSRF_COOKIE],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = await ask(
            self.port,
            "POST",
            "/t/deelnemen/",
            headers=headers,
            cookies=self.cookies,
            body=f"token={self.token}".encode(),
            patience=self.patience,
        )
        self.cookies |= answer.cookies
        return SESSION_COOKIE in self.cookies

    async def hallo(self) -> bool:
        """Who am I, what may I send, and is it still the same database? False when the answer was not proven."""
        answer = await self._ask("GET", f"/sync/hallo?device={self.outbox.device_id}")
        data = self._ours(answer)
        if data is None or answer.status != 200 or "epoch" not in data or 1 not in data.get("protocols", ()):
            return False
        self.csrf, self.tafel = data["csrf"], data["tafel"]["id"]
        put_back = self.outbox.epoch not in {"", data["epoch"]} or data["seq"] < self.outbox.acknowledged_seq
        if put_back and "ignores-the-epoch" not in self.bugs:
            self.outbox.offer_again()
        self.outbox.see_epoch(data["epoch"])
        self._wake.set()
        return True

    async def fetch(self) -> bool:
        """What is said at this table since the last time; false when the answer was not proven."""
        if SESSION_COOKIE not in self.cookies and not await self.join():
            return False
        answer = await self._ask("GET", f"/sync/notities?na={quote(self.na)}")
        data = self._ours(answer)
        if data is None or answer.status != 200 or "notities" not in data:
            return False
        self.na = data["na"]
        busy = {op.get("note_id") for op in self.outbox.pending}
        for row in data["notities"]:
            if row["id"] not in busy:  # nothing replaces what this tablet still has to send
                body = {name: row[name] for name in ("tekst", "soort", "letterlijk", "standpunt", "horizon")}
                body["trefwoorden"] = row["trefwoorden"]
                self.notes[row["id"]] = Note(row["rev"], body, row["stelling"], row["ronde"], row["weg"])
        return True

    async def _ask(self, method: str, path: str, data: Any = None) -> Answer:
        headers = {"X-CSRFToken": self.csrf, "Content-Type": "application/json"} if data is not None else {}
        body = json.dumps(data).encode() if data is not None else b""
        answer = await ask(
            self.port, method, path, headers=headers, cookies=self.cookies, body=body, patience=self.patience
        )
        if self._ours(answer) is not None:
            self.cookies |= answer.cookies
            if answer.status == 401:  # the person scans the QR again; nothing that waits is touched
                self.cookies.pop(SESSION_COOKIE, None)
        if answer.status == 403:
            self.csrf = ""
        return answer

    @staticmethod
    def _ours(answer: Answer) -> dict[str, Any] | None:
        """The JSON of an answer that holds our marker; None for the page of a hotel, a redirect, or another's JSON."""
        if not answer.headers.get("content-type", "").startswith("application/json"):
            return None
        try:
            data = json.loads(answer.body)
        except ValueError:
            return None
        return data if isinstance(data, dict) and data.get("denkdiner") == 1 else None

    # --- power ----------------------------------------------------------------------------------------------------------

    def restarted(self) -> "Tablet":
        """The same device after its battery was empty: it knows what is on its disk, and has to ask the rest again."""
        self.outbox.close()
        again = Tablet(
            self.name,
            self.port,
            self.token,
            self.directory,
            self.ledger,
            self.random,
            self.clock,
            self.unit,
            self.longest,
            self.patience,
            self.bugs,
            self.tafel,
            self.notes,
        )
        again.cookies = self.cookies
        return again
