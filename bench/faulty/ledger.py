"""The books of an evening: what people saved, what tablets believe to be safe, and what is in the database afterwards.

The rules of "What becomes of an op" (docs/protocol.md) are written here a second time, from that page, so that the state of
every note can be worked out from the versions of it and compared with what the server made of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.faulty.outbox import KEPT, Op

Row = dict[str, Any]
WORDS = ("create", "edit")
SHOWN = 8
"""Violations of each kind that a report spells out."""


@dataclass(slots=True)
class Entry:
    """An op that a person saved, on which tablet, and the first final verdict that the tablet believed."""

    op: Op
    tablet: str
    verdict: str = ""
    rev: int | None = None


@dataclass(slots=True)
class Report:
    """The verdict on one scenario. Everything but the counts must be empty."""

    name: str
    intended: int = 0
    acknowledged: int = 0
    stored: int = 0
    apart: int = 0
    """Stored in quarantine (counted in *stored* as well)."""
    lost: list[str] = field(default_factory=list)
    """Intended and not stored."""
    false: list[str] = field(default_factory=list)
    """Acknowledged and not stored (as what was said)."""
    doubled: list[str] = field(default_factory=list)
    """More rows than ops."""
    wrong: list[str] = field(default_factory=list)
    """Another table, stelling, ronde, text, time or state than the person chose."""
    broken: list[str] = field(default_factory=list)
    """The scenario itself did not get where it had to."""
    notes: list[str] = field(default_factory=list)
    """What is worth telling: counts of faults, seconds. No verdict."""

    @property
    def violations(self) -> list[str]:
        kinds = {"lost": self.lost, "false": self.false, "doubled": self.doubled, "wrong": self.wrong}
        found = [f"{kind}: {what}" for kind, rows in kinds.items() for what in rows[:SHOWN]]
        return found + [f"broken: {what}" for what in self.broken]

    @property
    def ok(self) -> bool:
        return not self.violations


class Ledger:
    """Books of one scenario; ``on_settled`` is called after each acknowledgement."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.settled = 0
        self.on_settled: Callable[[], None] = lambda: None

    def intend(self, op: Op, tablet: str) -> None:
        """A person saved this; the tablet said so."""
        self.entries[op["op_id"]] = Entry(op, tablet)

    def acknowledge(self, op_id: str, verdict: str, rev: Any = None) -> None:
        """The tablet believes this verdict. Only the first counts: what was promised was promised."""
        entry = self.entries[op_id]
        if not entry.verdict:
            entry.verdict, entry.rev = verdict, rev if isinstance(rev, int) else None
            self.settled += 1
            self.on_settled()

    def unsettled(self) -> list[str]:
        return [op_id for op_id, entry in self.entries.items() if not entry.verdict]

    def judge(self, name: str, database: Row, *, began: datetime, ended: datetime) -> Report:
        """Compare the books with *database* (see database.py). *began* and *ended* by the clock of the server."""
        report = Report(name, intended=len(self.entries), acknowledged=self.settled)
        versies = {row["op_id"]: row for row in [*database["versies"], *database["tellingen"]]}
        apart = {row["op_id"]: row for row in database["quarantaine"]}
        report.stored = sum(op_id in versies or op_id in apart for op_id in self.entries)
        report.apart = sum(op_id in apart and op_id not in versies for op_id in self.entries)
        for op_id, entry in self.entries.items():
            self._judge_one(report, op_id, entry, versies, apart)
        report.doubled += _doubled(self.entries, database)
        report.wrong += _states(self.entries, database, began, ended)
        report.wrong += _hands(self.entries, database)
        return report

    @staticmethod
    def _judge_one(
        report: Report, op_id: str, entry: Entry, versies: dict[str, Row], apart: dict[str, Row]
    ) -> None:
        what = f"{entry.op['kind']} {op_id[:8]} of {entry.tablet}"
        if op_id not in versies and op_id not in apart:
            report.lost.append(f"{what} (verdict {entry.verdict or 'none'})")
        if entry.verdict in KEPT and op_id not in versies:
            report.false.append(f"{what}: {entry.verdict}, and it is no version")
        if entry.verdict == "quarantined" and op_id not in apart:
            report.false.append(f"{what}: quarantined, and nowhere to be found")
        if op_id in versies:
            report.wrong += [f"{what}: {why}" for why in _differences(entry.op, versies[op_id])]


def _differences(op: Op, row: Row) -> list[str]:
    """What the database says otherwise than the person did."""
    facts = {"kind": op["kind"], "tafel": op["tafel"], "seq": op["seq"]}
    if op["kind"] != "peiling":
        facts["note_id"] = op["note_id"]
    if op["kind"] == "peiling":
        facts |= {"stelling": op["stelling"], **op["body"]}
    elif op["kind"] in WORDS:
        facts |= {"stelling": op["stelling"], "ronde": op["ronde"], "tekst": op["body"]["tekst"].strip()}
    return [
        f"{name} is {row.get(name)!r}, chosen was {value!r}"
        for name, value in facts.items()
        if row.get(name) != value
    ]


def _doubled(entries: dict[str, Entry], database: Row) -> Iterable[str]:
    rows = [*database["versies"], *database["tellingen"]]
    for op_id, number in Counter(row["op_id"] for row in rows).items():
        if number > 1:
            yield f"op {op_id[:8]} has {number} rows"
        if op_id not in entries:
            yield f"a row for op {op_id[:8]}, which nobody made"
    for op_id, number in Counter(row["op_id"] for row in database["quarantaine"]).items():
        if number > 1 and op_id in entries:
            yield f"op {op_id[:8]} was kept apart {number} times"
    known = {entry.op.get("note_id") for entry in entries.values()}
    for note in database["notes"]:
        if note["id"] not in known:
            yield f"note {note['id'][:8]}, which nobody made"
    meant = Counter(_words(entry.op["body"]) for entry in entries.values() if entry.op["kind"] in WORDS)
    for words, number in Counter(row["tekst"] for row in rows if row["kind"] in WORDS).items():
        if number > meant[words]:
            yield f"{words[:30]!r} stands there {number} times, written {meant[words]} times"


def _words(body: Any) -> str:
    tekst = body.get("tekst") if isinstance(body, dict) else None
    return tekst.strip() if isinstance(tekst, str) else ""


# --- what a note has to look like ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class State:
    """A note by the rules, after some of its versions."""

    rev: int = 0
    tekst: str = ""
    stelling: int | None = None
    ronde: int | None = None
    deleted: bool = False
    two: bool = False
    apart: set[str] = field(default_factory=set)
    """Ops that were made on top of an older version: kept beside the note and not in it."""
    inside: set[str] = field(default_factory=set)
    """Ops with words that became the note."""

    def take(self, op: Op) -> None:
        """Apply *op* as the next revision."""
        kind = op["kind"]
        stale = self.rev > 0 and kind != "restore" and (kind == "create" or op["base_rev"] < self.rev)
        self.rev += 1
        if stale:
            self.apart.add(op["op_id"])
            if kind == "edit":
                self.deleted, self.two = False, self.two or not self._says_already(op)
        elif kind in WORDS:
            self.tekst, self.stelling, self.ronde = op["body"]["tekst"].strip(), op["stelling"], op["ronde"]
            self.deleted = self.two = False
            self.inside.add(op["op_id"])
        else:
            self.deleted = kind == "delete"

    def _says_already(self, op: Op) -> bool:
        words = (op["body"]["tekst"].strip(), op["stelling"], op["ronde"])
        return words == (self.tekst, self.stelling, self.ronde)


def _states(entries: dict[str, Entry], database: Row, began: datetime, ended: datetime) -> Iterable[str]:
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in database["versies"]:
        if row["op_id"] in entries:
            versions[row["note_id"]].append(row)
    writers: dict[str, set[str]] = defaultdict(set)
    for entry in entries.values():
        writers[entry.op.get("note_id", "")].add(entry.tablet)
    for note in database["notes"]:
        rows = sorted(versions[note["id"]], key=lambda row: row["rev"])
        state = State()
        for row in rows:
            state.take(entries[row["op_id"]].op)
        if not rows:
            continue
        what = f"note {note['id'][:8]}"
        if [row["rev"] for row in rows] != list(range(1, len(rows) + 1)):
            yield f"{what}: a hole in its versions"
        for row in rows:
            if row["op_id"] in state.inside and row["apart"]:
                yield f"{what}: revision {row['rev']} is kept beside it, and was made on top of the newest"
            if row["op_id"] in state.apart and row["kind"] in WORDS and not row["apart"]:
                yield f"{what}: revision {row['rev']} became the note, and was made on top of an older one"
        if state.apart and len(writers[note["id"]]) == 1:
            yield f"{what}: only {min(writers[note['id']])} wrote it, and yet something of it is kept apart"
        shown = (note["tekst"], note["stelling"], note["ronde"], note["deleted"], note["two"])
        wanted = (state.tekst, state.stelling, state.ronde, state.deleted, state.two)
        if shown != wanted:
            yield f"{what} shows {_short(shown)}, by the rules {_short(wanted)}"
        if not began <= datetime.fromisoformat(note["created_at"]) <= ended:
            yield f"{what} was made at {note['created_at']}, and that is not the server's clock"


def _hands(entries: dict[str, Entry], database: Row) -> Iterable[str]:
    """The last count of a table stands; each table has one device that counts here, so its highest ``seq`` is the last."""
    last: dict[tuple[Any, ...], Op] = {}
    for row in database["tellingen"]:
        op = entries[row["op_id"]].op if row["op_id"] in entries else None
        place = (row["tafel"], row["stelling"], row["moment"])
        if op is not None and (place not in last or op["seq"] > last[place]["seq"]):
            last[place] = op
    for shown in database["peilingen"]:
        op = last.get((shown["tafel"], shown["stelling"], shown["moment"]))
        for name in ("eens", "oneens", "neutraal") if op else ():
            if op and shown[name] != op["body"][name]:
                yield f"peiling of table {shown['tafel']}: {name} is {shown[name]}, counted last was {op['body'][name]}"


def _short(shown: tuple[Any, ...]) -> tuple[Any, ...]:
    return (shown[0][:30], *shown[1:])
