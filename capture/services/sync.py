"""The sync protocol of a tablet: ops in, a verdict for each (docs/protocol.md).

An op is immutable and carries its own id, so that it may be sent as often as the network needs. Each is one transaction
and is acknowledged after its commit. What cannot be stored as a note is kept apart (``Quarantaine``), never dropped.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from capture.models import (
    MAX_QUARANTAINE,
    MAX_TREFWOORD,
    MAX_TREFWOORDEN,
    Bijdrage,
    BijdrageVersie,
    Quarantaine,
    Quarantainereden,
    Soort,
    Tijdperk,
    Versiesoort,
)
from capture.services.bijdragen import Inhoud, announce_bijdrage, check_inhoud, insert_bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish
from sessions.models import Apparaat, Dinerstatus, Gebruiker, Ronde, Stelling, Tafel

PROTOCOLS = (1,)
"""Newest first; the server accepts the current and the previous one."""
MAX_OPS, MAX_BYTES = 50, 256 * 1024
MAX_QUARANTAINE_ROWS = 500
"""Per table: a broken client may not fill the disk."""
SOORTEN = {"create": Versiesoort.CREATE, "edit": Versiesoort.EDIT, "delete": Versiesoort.DELETE}


class Verdict(StrEnum):
    """What became of an op. All but RETRY are final: the tablet need not send it again."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Antwoord:
    """The verdict on one op; ``rev`` is the revision of the note after it, ``uitleg`` a Dutch sentence."""

    op_id: str
    verdict: Verdict
    note_id: str = ""
    rev: int = 0
    uitleg: str = ""

    def as_data(self) -> dict[str, Any]:
        """JSON for the wire; empty values are left out."""
        data = {"op_id": self.op_id, "verdict": self.verdict.value}
        extra = {"note_id": self.note_id, "rev": self.rev, "uitleg": self.uitleg}
        return data | {naam: waarde for naam, waarde in extra.items() if waarde}


class Afgekeurd(DenkdinerError):
    """An op that cannot become a note; ``reden`` says why."""

    def __init__(self, reden: Quarantainereden, uitleg: str) -> None:
        super().__init__(uitleg)
        self.reden = reden


@dataclass(frozen=True, slots=True)
class Op:
    """A well-formed op."""

    op_id: uuid.UUID
    note_id: uuid.UUID
    tafel: int
    kind: Versiesoort
    base_rev: int
    seq: int | None
    client_ts: datetime | None
    inhoud: Inhoud | None
    bijgesteld: uuid.UUID | None


@dataclass(slots=True)
class Plekken:
    """The stellingen and rondes of a diner by id: fetched once a request, for every op of it."""

    tafel: Tafel
    stellingen: dict[int, Stelling] = field(default_factory=dict)
    rondes: dict[int, Ronde] = field(default_factory=dict)

    @classmethod
    def of(cls, tafel: Tafel) -> "Plekken":
        """Two queries."""
        return cls(
            tafel,
            {stelling.pk: stelling for stelling in tafel.diner.stellingen.all()},
            {ronde.pk: ronde for ronde in tafel.diner.rondes.all()},
        )


def receive_ops(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> list[Antwoord]:
    """The verdict on each of *ops*, in order. One bad op never holds up the rest; nothing raises but a bug."""
    plekken = Plekken.of(apparaat.toegang.tafel)
    return [_receive(apparaat, plekken, raw, now) for raw in ops]


def _receive(apparaat: Apparaat, plekken: Plekken, raw: Any, now: datetime) -> Antwoord:
    op_id = str(raw.get("op_id", ""))[:64] if isinstance(raw, Mapping) else ""
    try:
        op = _parse(raw, plekken)
        with transaction.atomic():
            return _store(apparaat, plekken.tafel, op, now)
    except Afgekeurd as fout:
        _quarantine(apparaat, op_id, raw, fout, now)
        return Antwoord(op_id, Verdict.QUARANTINED, uitleg=str(fout))
    except (IntegrityError, OperationalError):
        # a parallel copy of this op, a locked or restarting database: the tablet keeps it and asks again
        return Antwoord(op_id, Verdict.RETRY, uitleg="Even later opnieuw.")


# --- is it an op? ------------------------------------------------------------------------------------------------------


def _parse(raw: Any, plekken: Plekken) -> Op:
    """*raw* as an ``Op``; raises ``Afgekeurd`` with what is wrong."""
    try:
        body = raw.get("body") or {}
        kind = SOORTEN[raw["kind"]]
        op = Op(
            op_id=uuid.UUID(str(raw["op_id"])),
            note_id=uuid.UUID(str(raw["note_id"])),
            tafel=int(raw["tafel"]),
            kind=kind,
            base_rev=_number(raw.get("base_rev") or 0),
            seq=_number(raw["seq"]) if raw.get("seq") is not None else None,
            client_ts=_timestamp(raw.get("client_ts")),
            inhoud=None,
            bijgesteld=uuid.UUID(str(body["bijgesteld"])) if body.get("bijgesteld") else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Afgekeurd(Quarantainereden.INHOUD, "Deze wijziging is niet te lezen.") from None
    if op.tafel != plekken.tafel.pk:
        raise Afgekeurd(Quarantainereden.TAFEL, "Deze notitie is voor een andere tafel gemaakt.")
    if kind == Versiesoort.DELETE:
        return op
    return replace(op, inhoud=_inhoud(raw, body, op, plekken))


def _number(value: Any) -> int:
    number = int(value)
    if not 0 <= number < 2**31:
        raise ValueError(value)
    return number


def _timestamp(value: Any) -> datetime | None:
    if not value:
        return None
    stamp = datetime.fromisoformat(str(value))
    if stamp.tzinfo is None or not 1970 < stamp.year < 2200:
        raise ValueError(value)
    return stamp


def _inhoud(raw: Mapping[str, Any], body: Mapping[str, Any], op: Op, plekken: Plekken) -> Inhoud:
    stelling, ronde = raw.get("stelling"), raw.get("ronde")
    trefwoorden = body.get("trefwoorden") or []
    if (
        (stelling is not None and stelling not in plekken.stellingen)
        or (ronde is not None and ronde not in plekken.rondes)
        or not isinstance(body.get("tekst"), str)
        or not isinstance(trefwoorden, list)
        or len(trefwoorden) > MAX_TREFWOORDEN
        or not all(isinstance(woord, str) and 0 < len(woord) <= MAX_TREFWOORD for woord in trefwoorden)
    ):
        raise Afgekeurd(
            Quarantainereden.INHOUD, "Deze wijziging hoort niet bij dit diner of is niet volledig."
        )
    inhoud = Inhoud(
        tekst=body["tekst"].strip(),
        stelling=plekken.stellingen[stelling] if stelling is not None else None,
        ronde=plekken.rondes[ronde] if ronde is not None else None,
        soort=str(body.get("soort") or Soort.INZICHT),
        letterlijk=bool(body.get("letterlijk")),
        standpunt=str(body.get("standpunt") or ""),
        horizon=str(body.get("horizon") or ""),
        trefwoorden=tuple(trefwoorden),
    )
    try:
        check_inhoud(inhoud, plekken.tafel, op.note_id)
    except DenkdinerError as fout:
        raise Afgekeurd(Quarantainereden.INHOUD, str(fout)) from None
    return inhoud


# --- what becomes of it --------------------------------------------------------------------------------------------------


def _store(apparaat: Apparaat, tafel: Tafel, op: Op, now: datetime) -> Antwoord:
    """Store one op inside the caller's transaction; raises ``Afgekeurd``, or ``IntegrityError`` when a copy was faster."""
    if op.bijgesteld is not None and op.inhoud is not None:
        # a note that never came, or of another table, is no reason to refuse this one
        eerder = Bijdrage.objects.filter(pk=op.bijgesteld, tafel=tafel).exclude(pk=op.note_id).first()
        op = replace(op, inhoud=replace(op.inhoud, bijgesteld=eerder))
    head = Bijdrage.objects.select_for_update(of=("self",)).filter(pk=op.note_id).first()
    if head is not None and head.tafel_id != tafel.pk:
        raise Afgekeurd(Quarantainereden.VREEMD, "Deze notitie hoort bij een andere tafel.")
    body = _body(op)
    if (eerder_versie := BijdrageVersie.objects.filter(op_id=op.op_id).first()) is not None:
        if (eerder_versie.bijdrage_id, eerder_versie.kind, eerder_versie.body) != (op.note_id, op.kind, body):
            raise Afgekeurd(Quarantainereden.DUBBELE_OP, "Dit nummer was al van een andere wijziging.")
        return Antwoord(str(op.op_id), Verdict.DUPLICATE, str(op.note_id), head.rev if head else 0)
    if tafel.diner.status == Dinerstatus.AFGESLOTEN:
        raise Afgekeurd(Quarantainereden.AFGESLOTEN, "Dit diner is afgesloten.")
    if head is None:
        if op.inhoud is None:
            raise Afgekeurd(Quarantainereden.INHOUD, "Deze notitie bestaat hier niet.")
        return _create(apparaat, tafel, op, op.inhoud, body, now)
    return _change(apparaat, head, op, body, now)


def _body(op: Op) -> dict[str, Any]:
    if op.inhoud is None:
        return {}
    return op.inhoud.as_body() | {"bijgesteld": str(op.bijgesteld) if op.bijgesteld else None}


def _version(
    apparaat: Apparaat, head: Bijdrage, op: Op, body: dict[str, Any], now: datetime, *, apart: bool = False
) -> None:
    BijdrageVersie.objects.create(
        bijdrage=head,
        op_id=op.op_id,
        rev=head.rev,
        base_rev=min(op.base_rev, head.rev - 1),
        kind=op.kind,
        body=body,
        apparaat=apparaat,
        seq=op.seq,
        client_ts=op.client_ts,
        received_at=now,
        apart=apart,
    )


def _create(
    apparaat: Apparaat, tafel: Tafel, op: Op, inhoud: Inhoud, body: dict[str, Any], now: datetime
) -> Antwoord:
    """A new note; also for an edit whose create is still on its way."""
    head = insert_bijdrage(
        tafel=tafel,
        bijdrage_id=op.note_id,
        inhoud=inhoud,
        now=now,
        apparaat=apparaat,
        op_id=op.op_id,
        kind=op.kind,
        body=body,
        seq=op.seq,
        client_ts=op.client_ts,
    )
    return Antwoord(str(op.op_id), Verdict.STORED, str(head.pk), head.rev)


def _change(apparaat: Apparaat, head: Bijdrage, op: Op, body: dict[str, Any], now: datetime) -> Antwoord:
    """An op on a note that exists. Made on top of an older version than the head: kept beside it, never over it."""
    stale = op.kind == Versiesoort.CREATE or op.base_rev < head.rev
    if stale and _same(head, op):
        stale = False
    head.rev += 1
    head.updated_at = now
    if stale:
        # an edit beats a delete: it brings the note back, and both texts stand there until a person chooses
        if op.inhoud is not None and op.kind == Versiesoort.EDIT:
            head.deleted_at = None
        head.twee_versies = head.twee_versies or (op.inhoud is not None and op.kind == Versiesoort.EDIT)
    elif op.inhoud is None:
        head.deleted_at = head.deleted_at or now
    else:
        for naam, waarde in op.inhoud.as_fields().items():
            setattr(head, naam, waarde)
        head.deleted_at, head.twee_versies = None, False
    head.save()
    _version(apparaat, head, op, body, now, apart=stale)
    announce_bijdrage(Event.BIJDRAGE_CHANGED, head)
    conflict = stale and op.kind != Versiesoort.CREATE
    uitleg = "Iemand anders wijzigde deze notitie ook. Beide versies zijn bewaard." if conflict else ""
    verdict = Verdict.CONFLICT if conflict else Verdict.STORED
    return Antwoord(str(op.op_id), verdict, str(head.pk), head.rev, uitleg)


def _same(head: Bijdrage, op: Op) -> bool:
    """Both sides did the same: nothing to choose."""
    if op.inhoud is None:
        return head.deleted_at is not None
    return head.deleted_at is None and all(
        getattr(head, naam) == waarde for naam, waarde in op.inhoud.as_fields().items()
    )


def _quarantine(apparaat: Apparaat, op_id: str, raw: Any, fout: Afgekeurd, now: datetime) -> None:
    """Keep *raw* apart, once; at most ``MAX_QUARANTAINE_ROWS`` for a table (the tablet keeps and shows it in any case)."""
    tafel = apparaat.toegang.tafel
    text = json.dumps(raw, ensure_ascii=True, sort_keys=True)
    if Quarantaine.objects.filter(tafel=tafel).count() >= MAX_QUARANTAINE_ROWS:
        return
    with transaction.atomic():
        _, made = Quarantaine.objects.get_or_create(
            tafel=tafel,
            vingerafdruk=hashlib.sha256(text.encode()).hexdigest(),
            defaults={
                "diner_id": tafel.diner_id,
                "apparaat": apparaat,
                "op_id": op_id.encode("ascii", "replace").decode().replace("\0", "?"),
                "reden": fout.reden,
                "uitleg": str(fout)[:300],
                "op": text[:MAX_QUARANTAINE],
                "received_at": now,
            },
        )
        if made:
            publish(Event.TAFEL_CHANGED, diner_group(tafel.diner_id), tafel=tafel.pk)


def begin_epoch(*, epoch: uuid.UUID) -> None:
    """Another life of the database begins: every tablet offers again what it still has."""
    Tijdperk.objects.update_or_create(pk=1, defaults={"epoch": epoch})


# --- quarantine, for the organiser ---------------------------------------------------------------------------------------


@transaction.atomic
def adopt_quarantaine(*, quarantaine: Quarantaine, gebruiker: Gebruiker, now: datetime) -> Bijdrage:
    """Make a note of what was kept apart, at the table whose device sent it; also when the diner is closed.

    Only the words and what fits are taken: a stelling of another diner is left out. Raises ``DenkdinerError`` when there are
    no words that can be kept, or when somebody was first.
    """
    rij = Quarantaine.objects.select_for_update().select_related("tafel__diner").get(pk=quarantaine.pk)
    if rij.afgehandeld_at is not None:
        raise Conflict("Iemand anders heeft dit net afgehandeld.")
    tafel, op = rij.tafel, rij.as_op()
    body: dict[str, Any] = op["body"] if isinstance(op.get("body"), dict) else {}
    stellingen = {stelling.pk: stelling for stelling in tafel.diner.stellingen.all()}
    stelling = op.get("stelling")
    inhoud = Inhoud(
        tekst=rij.tekst,
        stelling=stellingen.get(stelling) if isinstance(stelling, int) else None,
        soort=body["soort"] if body.get("soort") in Soort.values else Soort.INZICHT,
        letterlijk=body.get("letterlijk") is True,
    )
    bijdrage_id = uuid.uuid4()
    check_inhoud(inhoud, tafel, bijdrage_id)
    bijdrage = insert_bijdrage(
        tafel=tafel,
        bijdrage_id=bijdrage_id,
        inhoud=inhoud,
        now=now,
        apparaat=rij.apparaat,
        created_at=rij.received_at,
        te_laat=True,
        op_id=uuid.uuid4(),
        gebruiker=gebruiker,
    )
    _settle(rij, gebruiker, now)
    return bijdrage


@transaction.atomic
def settle_quarantaine(*, quarantaine: Quarantaine, gebruiker: Gebruiker, now: datetime) -> None:
    """Somebody looked at it and nothing is to be done; it stays kept."""
    rij = Quarantaine.objects.select_for_update().get(pk=quarantaine.pk)
    if rij.afgehandeld_at is None:
        _settle(rij, gebruiker, now)


def _settle(rij: Quarantaine, gebruiker: Gebruiker, now: datetime) -> None:
    rij.afgehandeld_at, rij.afgehandeld_door = now, gebruiker
    rij.save(update_fields=["afgehandeld_at", "afgehandeld_door"])
    publish(Event.TAFEL_CHANGED, diner_group(rij.diner_id), tafel=rij.tafel_id)
