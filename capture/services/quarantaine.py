"""What could not become a note: kept apart as it was sent, and what the organiser does with it."""

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q, Sum

from capture.models import (
    MAX_QUARANTAINE,
    MET_INHOUD,
    PER_QUARANTAINE,
    Bijdrage,
    BijdrageVersie,
    Moment,
    Quarantaine,
    Soort,
    Telling,
    Versiesoort,
)
from capture.services.bijdragen import Inhoud, check_inhoud, insert_bijdrage
from capture.services.ops import Afgekeurd, Op, Plekken, parse_op
from capture.services.peilingen import Handen, add_telling
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish
from sessions.models import Apparaat, Gebruiker, Stelling, Tafel
from sessions.services import add_logregel

GEEN_RUIMTE = "De organisator heeft nog te veel van deze tafel liggen. Dit blijft op deze tablet en gaat later vanzelf mee."
_LONE = re.compile("[\ud800-\udfff]")


def keep_apart(*, apparaat: Apparaat, op_id: str, raw: Any, fout: Afgekeurd, now: datetime) -> bool:
    """Keep *raw* apart, whole and once. False when this table has ``MAX_QUARANTAINE`` lying open: nothing was kept.

    Then the tablet must go on keeping it; the organiser makes room by looking at what lies there.
    """
    tafel = apparaat.toegang.tafel
    vingerafdruk = hashlib.sha256(json.dumps(raw, ensure_ascii=True, sort_keys=True).encode()).hexdigest()
    if Quarantaine.objects.filter(tafel=tafel, vingerafdruk=vingerafdruk).exists():
        return True
    text = _as_text(raw)
    if _lying_open(tafel) + len(text) + PER_QUARANTAINE > MAX_QUARANTAINE:
        return False
    with transaction.atomic():
        _, made = Quarantaine.objects.get_or_create(
            tafel=tafel,
            vingerafdruk=vingerafdruk,
            defaults={
                "diner_id": tafel.diner_id,
                "bestemd": _other_table(tafel, fout.tafel),
                "apparaat": apparaat,
                "op_id": op_id.encode("ascii", "replace").decode().replace("\0", "?"),
                "reden": fout.reden,
                "uitleg": str(fout)[:300],
                "op": text,
                "omvang": len(text),
                "received_at": now,
            },
        )
        if made:
            publish(Event.TAFEL_CHANGED, diner_group(tafel.diner_id), tafel=tafel.pk)
    return True


def _as_text(raw: Any) -> str:
    """*raw* as JSON that reads back the same; escaped is only what a database cannot hold."""
    text = json.dumps(raw, ensure_ascii=False, sort_keys=True)  # escapes NUL itself
    return _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _lying_open(tafel: Tafel) -> int:
    """Characters that *tafel* fills. One query."""
    rijen = Quarantaine.objects.filter(tafel=tafel, afgehandeld_at=None)
    return int(rijen.aggregate(vol=Sum(F("omvang") + PER_QUARANTAINE, default=0))["vol"])


def mark_opgeschreven(*, bijdrage: Bijdrage, tafel: Tafel, op_ids: Sequence[str]) -> None:
    """*tafel* wrote the words of these ops again itself, as *bijdrage*: the organiser sees that before taking them over.

    Also of what was taken over already, so that somebody sees that it stands there twice. Only what that table sent or was
    meant for it; unknown ids change nothing. No query without ids.
    """
    if not op_ids:
        return
    hier = Q(tafel=tafel) | Q(bestemd=tafel)
    if Quarantaine.objects.filter(hier, op_id__in=op_ids, opgeschreven=None).update(opgeschreven=bijdrage):
        publish(Event.TAFEL_CHANGED, diner_group(tafel.diner_id), tafel=tafel.pk)


def _other_table(tafel: Tafel, bestemd: int | None) -> Tafel | None:
    """Only a table of the same diner: what a device says of another diner opens no door there."""
    if bestemd is None or not 0 < bestemd < 2**31:
        return None
    return Tafel.objects.filter(pk=bestemd, diner=tafel.diner_id).first()


@transaction.atomic
def adopt_quarantaine(
    *, quarantaine: Quarantaine, gebruiker: Gebruiker, now: datetime, nogmaals: bool = False
) -> Tafel:
    """Make a note (or a peiling) of what was kept apart, at the table for which it was typed; also when the diner is closed.

    An op that can be read is taken whole, of another only the words and what fits: a stelling of another diner is left out.
    *nogmaals*: also when the table wrote it again itself, so that it stands there twice. Returns the table. Raises
    ``DenkdinerError`` when there are no words that can be kept, and ``Conflict`` when somebody was first, or the table was.
    """
    rij = (
        Quarantaine.objects.select_for_update(of=("self",))
        .select_related("tafel__diner", "bestemd__diner", "apparaat", "opgeschreven")
        .get(pk=quarantaine.pk)
    )
    if rij.afgehandeld_at is not None:
        raise Conflict("Iemand anders heeft dit net afgehandeld.")
    if rij.is_opgeschreven and not nogmaals:
        raise Conflict(
            "Aan de tafel is dit opnieuw opgeschreven: overnemen geeft het twee keer. Bekijk het eerst."
        )
    stelling = _stelling(rij)
    if rij.peiling is not None:
        _adopt_peiling(rij, stelling, now)
    else:
        try:
            with transaction.atomic():
                _adopt_note(rij, stelling, gebruiker, now)
        except IntegrityError:
            raise Conflict(
                "Er kwam net iets van deze tablet binnen. Bekijk het en probeer het opnieuw."
            ) from None
    _settle(rij, gebruiker, now, f"nam over wat apart stond, bij tafel {rij.plaats.nummer}")
    return rij.plaats


def _stelling(rij: Quarantaine) -> Stelling | None:
    pk = rij.as_op().get("stelling")
    if type(pk) is not int or not 0 < pk < 2**31:
        return None
    return Stelling.objects.filter(pk=pk, diner=rij.diner_id).first()


def _adopt_note(rij: Quarantaine, stelling: Stelling | None, gebruiker: Gebruiker, now: datetime) -> None:
    """Under the ids that the tablet gave it when they are free: so it gets its own note back, and the op is a duplicate."""
    op = _readable(rij)
    inhoud = op.inhoud if op is not None and op.inhoud is not None else _words(rij, stelling)
    bijdrage_id = _free_id(rij, "note_id", Bijdrage, "pk")
    op_id = _free_id(rij, "op_id", BijdrageVersie, "op_id")
    if Telling.objects.filter(op_id=op_id).exists():
        op_id = uuid.uuid4()
    check_inhoud(inhoud, rij.plaats, bijdrage_id)
    kind = rij.as_op().get("kind")
    bijdrage = insert_bijdrage(
        tafel=rij.plaats,
        bijdrage_id=bijdrage_id,
        inhoud=inhoud,
        now=now,
        apparaat=rij.apparaat,
        created_at=rij.received_at,
        te_laat=True,
        op_id=op_id,
        kind=kind if kind in MET_INHOUD else Versiesoort.CREATE,
        body=op.body() if op is not None and op.inhoud is not None else inhoud.as_body(),
        gebruiker=gebruiker,
    )
    if op is not None:  # the table wrote it again, and that too was kept apart
        mark_opgeschreven(bijdrage=bijdrage, tafel=rij.plaats, op_ids=op.rewrites)


def _readable(rij: Quarantaine) -> Op | None:
    """The op as it would have been stored at its table, when there is nothing wrong with what it says."""
    try:
        op = parse_op(rij.as_op(), Plekken(rij.plaats))
    except Afgekeurd:
        return None
    return op if isinstance(op, Op) else None


def _words(rij: Quarantaine, stelling: Stelling | None) -> Inhoud:
    """What can be kept of an op that cannot be read as a whole."""
    body = rij.body
    return Inhoud(
        tekst=rij.tekst,
        stelling=stelling,
        soort=body["soort"] if body.get("soort") in Soort.values else Soort.INZICHT,
        letterlijk=body.get("letterlijk") is True,
    )


def _free_id(rij: Quarantaine, naam: str, model: type[Model], veld: str) -> uuid.UUID:
    """The id *naam* of the op when it is one and no *model* has it; else a fresh one."""
    try:
        eigen = uuid.UUID(str(rij.as_op().get(naam)))
    except ValueError:
        return uuid.uuid4()
    return uuid.uuid4() if model._default_manager.filter(**{veld: eigen}).exists() else eigen


def _adopt_peiling(rij: Quarantaine, stelling: Stelling | None, now: datetime) -> None:
    moment, *aantallen = rij.peiling or ("",)
    if stelling is None or moment not in Moment:
        raise DenkdinerError("Deze peiling hoort niet bij een stelling van dit diner.")
    add_telling(
        tafel=rij.plaats,
        stelling=stelling,
        moment=str(moment),
        handen=Handen(*aantallen),
        op_id=uuid.uuid4(),
        now=now,
        apparaat=rij.apparaat,
    )


@transaction.atomic
def settle_quarantaine(*, quarantaine: Quarantaine, gebruiker: Gebruiker, now: datetime) -> None:
    """Somebody looked at it and nothing is to be done; it stays kept."""
    rij = (
        Quarantaine.objects.select_for_update(of=("self",))
        .select_related("tafel__diner")
        .get(pk=quarantaine.pk)
    )
    if rij.afgehandeld_at is None:
        _settle(rij, gebruiker, now, f"handelde af wat apart stond van tafel {rij.tafel.nummer}")


def _settle(rij: Quarantaine, gebruiker: Gebruiker, now: datetime, wat: str) -> None:
    rij.afgehandeld_at, rij.afgehandeld_door = now, gebruiker
    rij.save(update_fields=["afgehandeld_at", "afgehandeld_door"])
    add_logregel(diner=rij.tafel.diner, wat=wat, now=now, gebruiker=gebruiker)
    publish(Event.TAFEL_CHANGED, diner_group(rij.diner_id), tafel=rij.tafel_id)
