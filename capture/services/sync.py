"""The sync protocol of a tablet: ops in, a verdict for each (docs/protocol.md).

An op is immutable and carries its own id, so that it may be sent as often as the network needs. Each is one transaction
and is acknowledged after its commit. What cannot be stored as a note is kept apart (``Quarantaine``), never dropped.
"""

import logging
import traceback
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import Error, IntegrityError, transaction

from capture.models import Bijdrage, BijdrageVersie, Quarantainereden, Telling, Tijdperk, Versiesoort
from capture.queries import versies_beside
from capture.services.bijdragen import Inhoud, announce_bijdrage, insert_bijdrage
from capture.services.ops import Afgekeurd, Op, PeilingOp, Plekken, parse_op
from capture.services.peilingen import add_telling, find_telling, says_the_same
from capture.services.quarantaine import GEEN_RUIMTE, keep_apart, mark_opgeschreven
from denkdiner.live import Event
from denkdiner.prepared import Prepared
from denkdiner.text import one_newline
from sessions.models import Apparaat, Dinerstatus, Tafel
from sessions.services import touch_apparaat

logger = logging.getLogger(__name__)

PROTOCOLS = (1,)
"""Newest first; the server accepts the current and the previous one."""
MAX_OPS, MAX_BYTES = 50, 256 * 1024
TWEE_VERSIES = "Iemand anders wijzigde deze notitie ook. Beide versies zijn bewaard."


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


@dataclass(slots=True)
class Batch:
    """What the ops of one request have in common."""

    apparaat: Apparaat
    plekken: Plekken
    now: datetime
    tellingen: set[uuid.UUID]
    """Op ids of this batch that were a count of hands: a note may not take them."""
    wachtend: set[uuid.UUID] = field(default_factory=set)
    """Notes of which an op has to come again: what was typed after it waits too."""
    gezien: bool = False
    """Was the sign of life of the device stored with a note?"""

    @property
    def tafel(self) -> Tafel:
        return self.plekken.tafel


def receive_ops(*, apparaat: Apparaat, ops: Sequence[Any], now: datetime) -> list[Antwoord]:
    """The verdict on each of *ops*, in order, and a sign of life of *apparaat*. One bad op never holds up the rest.

    Raises ``django.db.Error`` when the database cannot even keep the sign of life; what was stored by then is a duplicate
    when it comes again.
    """
    plekken = Plekken(apparaat.toegang.tafel)
    gelezen = [_parse(raw, plekken) for raw in ops]
    note_ops = [op.kop.op_id for op in gelezen if isinstance(op, Op)]
    tellingen = {telling.op_id for op_id in note_ops for telling in _TELLINGEN(op_id)}
    batch = Batch(apparaat, plekken, now, tellingen)
    antwoorden = []
    for plek, (raw, op) in enumerate(zip(ops, gelezen, strict=True)):
        # what was typed one after the other and came in together keeps its order on every screen
        batch.now = now + timedelta(microseconds=plek)
        antwoorden.append(_receive(batch, raw, op))
    if not batch.gezien:
        touch_apparaat(apparaat=apparaat, now=now)
    return antwoorden


_TELLINGEN = Prepared(
    lambda op_id: Telling.objects.filter(op_id=op_id).only("op_id").order_by(),
    lambda: Telling._meta.get_field("op_id"),
    uuid.UUID(int=0),
)


def _parse(raw: Any, plekken: Plekken) -> Op | PeilingOp | Afgekeurd:
    try:
        return parse_op(raw, plekken)
    except Afgekeurd as fout:
        return fout


def _receive(batch: Batch, raw: Any, op: Op | PeilingOp | Afgekeurd) -> Antwoord:
    op_id = str(raw.get("op_id", ""))[:64] if isinstance(raw, Mapping) else ""
    antwoord = _verdict(batch, raw, op, op_id)
    if antwoord.verdict == Verdict.RETRY and (note_id := _note_id(raw, op)) is not None:
        batch.wachtend.add(note_id)
    return replace(antwoord, op_id=op_id)  # as it was sent: some clients write a UUID in capitals


def _note_id(raw: Any, op: Op | PeilingOp | Afgekeurd) -> uuid.UUID | None:
    """On which note it is, also of what cannot be stored."""
    if isinstance(op, Op):
        return op.note_id
    try:
        return uuid.UUID(str(raw["note_id"]))
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _verdict(batch: Batch, raw: Any, op: Op | PeilingOp | Afgekeurd, op_id: str) -> Antwoord:
    later = Antwoord(op_id, Verdict.RETRY, uitleg="Even later opnieuw.")
    if isinstance(op, Op) and op.note_id in batch.wachtend:
        return later
    try:
        try:
            if isinstance(op, Afgekeurd):
                raise op
            return _store(batch, op) if isinstance(op, Op) else _store_telling(batch, op)
        except Afgekeurd as fout:
            if fout.reden == Quarantainereden.TAFEL and _is_stored(raw):
                return Antwoord(op_id, Verdict.DUPLICATE)
            if keep_apart(apparaat=batch.apparaat, op_id=op_id, raw=raw, fout=fout, now=batch.now):
                return Antwoord(op_id, Verdict.QUARANTINED, uitleg=str(fout))
            return Antwoord(op_id, Verdict.RETRY, uitleg=GEEN_RUIMTE)  # never "kept" of what is not
    except Error:
        # a parallel copy of this op, a database that is locked, full or restarting: the tablet keeps it and asks again
        return later
    except (
        Exception
    ) as fout:  # a bug of ours costs this op a delay, and never the rest of the batch its answer
        # without the message: that may hold words of a note
        logger.error(
            "op failed: %s\n%s", type(fout).__name__, "".join(traceback.format_tb(fout.__traceback__))
        )
        return later


def _is_stored(raw: Mapping[str, Any]) -> bool:
    """Was this op of another table stored before? After a backup was put back a tablet that moved offers it again."""
    body = raw.get("body") or {}
    try:
        versie = BijdrageVersie.objects.filter(
            op_id=uuid.UUID(str(raw["op_id"])), bijdrage=uuid.UUID(str(raw["note_id"])), kind=str(raw["kind"])
        ).first()
        return versie is not None and (
            not versie.body or versie.body.get("tekst") == one_newline(body["tekst"].strip())
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


# --- what becomes of it --------------------------------------------------------------------------------------------------


@transaction.atomic
def _store_telling(batch: Batch, op: PeilingOp) -> Antwoord:
    """Keep one count; raises as ``_store``."""
    kop, tafel = op.kop, batch.tafel
    if (eerder := find_telling(kop.op_id)) is not None:
        if not says_the_same(eerder, tafel, op.stelling, op.moment, op.handen):
            raise _used()
        return Antwoord(str(kop.op_id), Verdict.DUPLICATE)
    if BijdrageVersie.objects.filter(op_id=kop.op_id).exists():
        raise _used()
    _check_open(tafel)
    add_telling(
        tafel=tafel,
        stelling=op.stelling,
        moment=op.moment,
        handen=op.handen,
        op_id=kop.op_id,
        now=batch.now,
        apparaat=batch.apparaat,
        device_id=kop.device_id,
        seq=kop.seq,
        client_ts=kop.client_ts,
    )
    batch.tellingen.add(kop.op_id)
    return Antwoord(str(kop.op_id), Verdict.STORED)


def _used() -> Afgekeurd:
    return Afgekeurd(Quarantainereden.DUBBELE_OP, "Dit nummer was al van een andere wijziging.")


def _check_open(tafel: Tafel) -> None:
    if tafel.diner.status == Dinerstatus.AFGESLOTEN:
        raise Afgekeurd(Quarantainereden.AFGESLOTEN, "Dit diner is afgesloten.")


def _store(batch: Batch, op: Op) -> Antwoord:
    """Store one op, in a transaction of its own; raises ``Afgekeurd``, or ``IntegrityError`` when a copy was faster."""
    return _create_at_once(batch, op) or _look_and_store(batch, op)


@transaction.atomic
def _look_and_store(batch: Batch, op: Op) -> Antwoord:
    tafel, op_id = batch.tafel, op.kop.op_id
    if op.bijgesteld is not None and op.inhoud is not None:
        # a note that never came, or of another table, is no reason to refuse this one
        eerder = Bijdrage.objects.filter(pk=op.bijgesteld, tafel=tafel).exclude(pk=op.note_id).first()
        op = replace(op, inhoud=replace(op.inhoud, bijgesteld=eerder))
    head = Bijdrage.objects.select_for_update(of=("self",)).filter(pk=op.note_id).first()
    if head is not None and head.tafel_id != tafel.pk:
        raise Afgekeurd(Quarantainereden.VREEMD, "Deze notitie hoort bij een andere tafel.")
    body = op.body()
    if op_id in batch.tellingen:
        raise _used()
    if (eerder_versie := BijdrageVersie.objects.filter(op_id=op_id).first()) is not None:
        eerder_body = dict(eerder_versie.body)
        if op.inhoud is not None and eerder_body.get("ronde") not in batch.plekken.rondes:
            eerder_body["ronde"] = (
                None  # it is gone by now, and of the op that comes again it is not read either
            )
        if (eerder_versie.bijdrage_id, eerder_versie.kind, eerder_body) != (op.note_id, op.kind, body):
            raise _used()
        return _again(head, eerder_versie)
    _check_open(tafel)
    if head is None:
        if op.inhoud is None:
            raise Afgekeurd(Quarantainereden.INHOUD, "Deze notitie bestaat hier niet.")
        return _create(batch, op, op.inhoud, body)
    return _change(batch, head, op, body)


def _again(head: Bijdrage | None, versie: BijdrageVersie) -> Antwoord:
    """The answer to an op that was stored before as *versie*: its own revision, never that of what came after it.

    The first answer may have been lost: a tablet that took a later revision for its own would overwrite, unseen, what a
    colleague wrote. For the same reason what is still kept beside the note is a conflict again.
    """
    op_id, note_id = str(versie.op_id), str(versie.bijdrage_id)
    if head is not None and _is_still_apart(head, versie):
        return Antwoord(op_id, Verdict.CONFLICT, note_id, versie.rev, TWEE_VERSIES)
    return Antwoord(op_id, Verdict.DUPLICATE, note_id, versie.rev)


def _is_still_apart(head: Bijdrage, versie: BijdrageVersie) -> bool:
    """Was *versie* kept beside the note, and did nobody choose since?"""
    if not versie.apart or versie.kind == Versiesoort.CREATE:
        return False
    if versie.kind == Versiesoort.EDIT:
        return any(other.op_id == versie.op_id for other in versies_beside(head))
    # a delete that did not win over an edit: until somebody went on with the note
    return not head.is_deleted and not head.versies.filter(rev__gt=versie.rev, apart=False).exists()


def _create_at_once(batch: Batch, op: Op) -> Antwoord | None:
    """A new note without looking first, as nearly every op is one; None when it is not, and nothing was stored.

    The unique ids decide: when the note or the op was there already, ``_look_and_store`` finds out what that means.
    """
    if (
        op.kind != Versiesoort.CREATE
        or op.inhoud is None
        or op.bijgesteld is not None
        or op.kop.op_id in batch.tellingen
        or batch.tafel.diner.status == Dinerstatus.AFGESLOTEN
    ):
        return None
    try:
        with transaction.atomic():
            antwoord = _create(batch, op, op.inhoud, op.body())
            if not batch.gezien:  # a transaction of its own would double what a first note costs
                touch_apparaat(apparaat=batch.apparaat, now=batch.now)
    except IntegrityError:
        return None
    batch.gezien = True
    return antwoord


def _create(batch: Batch, op: Op, inhoud: Inhoud, body: dict[str, Any]) -> Antwoord:
    """A new note; also for an edit whose create is still on its way."""
    kop = op.kop
    head = insert_bijdrage(
        tafel=batch.tafel,
        bijdrage_id=op.note_id,
        inhoud=inhoud,
        now=batch.now,
        apparaat=batch.apparaat,
        op_id=kop.op_id,
        kind=op.kind,
        body=body,
        device_id=kop.device_id,
        seq=kop.seq,
        client_ts=kop.client_ts,
    )
    mark_opgeschreven(bijdrage=head, tafel=batch.tafel, op_ids=op.rewrites)
    return Antwoord(str(kop.op_id), Verdict.STORED, str(head.pk), head.rev)


def _base(head: Bijdrage, op: Op) -> int:
    """The newest revision of *head* that who made *op* had in view.

    ``base_rev`` counts own ops that had no answer yet as if each became the next revision. When one of those was kept
    apart, or a colleague came in between, that number is the colleague's, whose words nobody there saw. So with a
    ``base_op``: up to the first version of another device after what that op became, or after what the server had shown
    when it became nothing. Two queries, none without a ``base_op``.
    """
    if op.base_op is None:
        return op.base_rev
    eigen = head.versies.filter(op_id=op.base_op).first()
    begin = op.base_seen if eigen is None else eigen.base_rev if eigen.apart else eigen.rev
    vreemd = (
        head.versies.filter(rev__gt=begin, rev__lte=op.base_rev)
        .exclude(kind=Versiesoort.CREATE)  # one that came after its edit: an older version
        .exclude(device_id=op.kop.device_id, device_id__isnull=False)
        .order_by("rev")
        .first()
    )
    return op.base_rev if vreemd is None else vreemd.rev - 1


def _version(batch: Batch, head: Bijdrage, op: Op, body: dict[str, Any], base: int, *, apart: bool) -> None:
    BijdrageVersie.objects.create(
        bijdrage=head,
        op_id=op.kop.op_id,
        rev=head.rev,
        base_rev=min(base, head.rev - 1),
        kind=op.kind,
        body=body,
        apparaat=batch.apparaat,
        device_id=op.kop.device_id,
        seq=op.kop.seq,
        client_ts=op.kop.client_ts,
        received_at=batch.now,
        apart=apart,
    )


def _change(batch: Batch, head: Bijdrage, op: Op, body: dict[str, Any]) -> Antwoord:
    """An op on a note that exists. Made on top of an older version than the head: kept beside it, never over it."""
    apart = conflict = False
    base = _base(head, op)
    head.rev += 1
    head.updated_at = batch.now
    if op.kind == Versiesoort.RESTORE:
        head.deleted_at = None  # nobody's words are at stake
    elif op.kind == Versiesoort.CREATE or base < head.rev - 1:
        apart = op.inhoud is not None or not head.is_deleted
        conflict = op.kind != Versiesoort.CREATE and not _same(head, op)
        # an edit beats a delete: it brings the note back, and both texts stand there until a person chooses. Who wrote
        # the same as what is there has chosen nothing: a third text that was kept beside it stays to be seen.
        if op.kind == Versiesoort.EDIT:
            head.deleted_at, head.twee_versies = None, head.twee_versies or conflict
    elif op.inhoud is None:
        head.deleted_at = head.deleted_at or batch.now
    else:
        for naam, waarde in op.inhoud.as_fields().items():
            setattr(head, naam, waarde)
        head.deleted_at, head.twee_versies = None, False
    head.save()
    _version(batch, head, op, body, base, apart=apart)
    mark_opgeschreven(bijdrage=head, tafel=batch.tafel, op_ids=op.rewrites)
    announce_bijdrage(Event.BIJDRAGE_CHANGED, head)
    uitleg = TWEE_VERSIES if conflict else ""
    verdict = Verdict.CONFLICT if conflict else Verdict.STORED
    return Antwoord(str(op.kop.op_id), verdict, str(head.pk), head.rev, uitleg)


def _same(head: Bijdrage, op: Op) -> bool:
    """Both sides did the same, or wrote the same (in the bin or not): nothing to choose."""
    if op.inhoud is None:
        return head.is_deleted
    return all(getattr(head, naam) == waarde for naam, waarde in op.inhoud.as_fields().items())


def begin_epoch(*, epoch: uuid.UUID) -> None:
    """Another life of the database begins: every tablet offers again what it still has."""
    Tijdperk.objects.update_or_create(pk=1, defaults={"epoch": epoch})
