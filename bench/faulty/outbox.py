"""What a tablet keeps on its own disk: every op that a person saved, and what the server proved to have done with it.

An append-only file of lines. A line that was cut off by a power failure is not there; what was saved before it is.
"""

import json
import os
import uuid
from pathlib import Path
from typing import Any

Op = dict[str, Any]
FINAL = frozenset({"stored", "duplicate", "conflict", "quarantined"})
"""Verdicts after which an op is not sent again."""
KEPT = FINAL - {"quarantined"}
"""Verdicts that say: it is in the database."""


class Outbox:
    """The ops of one device in *path*, oldest first. Opening it again finds everything that was saved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.device_id = str(uuid.uuid4())
        self.ops: dict[str, Op] = {}
        self.said: dict[str, str] = {}
        """op_id → the last final verdict."""
        self.epoch = ""
        if path.exists():
            self._load()
        self._file = path.open("ab")
        self._append({"device": self.device_id})

    def _load(self) -> None:
        raw = self.path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if whole != raw:
            self.path.write_bytes(whole)
        for line in whole.splitlines():
            entry = json.loads(line)
            self.device_id = entry.get("device", self.device_id)
            self.epoch = entry.get("epoch", self.epoch)
            if "op" in entry:
                self.ops[entry["op"]["op_id"]] = entry["op"]
            if "verdict" in entry:
                self._note(entry["op_id"], entry["verdict"])
            if entry.get("again"):
                self._forget_verdicts()

    def _append(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _note(self, op_id: str, verdict: str) -> None:
        if verdict in FINAL:
            self.said[op_id] = verdict

    def _forget_verdicts(self) -> None:
        self.said = {op_id: verdict for op_id, verdict in self.said.items() if verdict == "quarantined"}

    # --- what the tablet does with it ---

    @property
    def next_seq(self) -> int:
        """No op is ever taken out, so that this counts up."""
        return 1 + len(self.ops)

    @property
    def pending(self) -> list[Op]:
        """What the server has not proved to have, oldest first."""
        return [op for op_id, op in self.ops.items() if op_id not in self.said]

    @property
    def acknowledged_seq(self) -> int:
        """The highest seq of which the server said that it has it."""
        return max(
            (
                self.ops[op_id]["seq"]
                for op_id, verdict in self.said.items()
                if verdict in KEPT and op_id in self.ops
            ),
            default=0,
        )

    def save(self, op: Op) -> None:
        """On the disk when this returns: only then may a tablet say that it is saved."""
        self._append({"op": op})
        self.ops[op["op_id"]] = op

    def settle(self, op_id: str, verdict: str) -> None:
        """The server proved what it did with this op."""
        self._note(op_id, verdict)
        self._append({"op_id": op_id, "verdict": verdict})

    def see_epoch(self, epoch: str) -> None:
        """The life of the database that this device last spoke to."""
        if epoch != self.epoch:
            self.epoch = epoch
            self._append({"epoch": epoch})

    def offer_again(self) -> None:
        """A backup was put back: everything that is still here waits again, except what was kept apart."""
        self._forget_verdicts()
        self._append({"again": True})

    def close(self) -> None:
        """Nothing is lost by leaving this out; it only returns the file."""
        self._file.close()
