"""Hands at a table: every count is kept, the last one stands."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from capture.models import Moment, Peiling, Telling
from capture.services.bijdragen import DinerGesloten
from denkdiner.errors import DenkdinerError
from denkdiner.live import Event, diner_group, publish, scherm_group, tafel_group
from sessions.models import Apparaat, Dinerstatus, Stelling, Tafel

MAX_HANDEN = 99


@dataclass(frozen=True, slots=True)
class Handen:
    """A count of hands; ``DenkdinerError`` when a number is not between 0 and ``MAX_HANDEN``."""

    eens: int
    oneens: int
    neutraal: int

    def __post_init__(self) -> None:
        if not all(0 <= aantal <= MAX_HANDEN for aantal in (self.eens, self.oneens, self.neutraal)):
            raise DenkdinerError(f"Een aantal handen ligt tussen 0 en {MAX_HANDEN}.")


def add_telling(
    *,
    tafel: Tafel,
    stelling: Stelling,
    moment: str,
    handen: Handen,
    op_id: uuid.UUID,
    now: datetime,
    apparaat: Apparaat | None = None,
    device_id: uuid.UUID | None = None,
    seq: int | None = None,
    client_ts: datetime | None = None,
) -> Telling:
    """Keep a count inside the caller's transaction; the peiling shows it, unless this device has sent a newer one already.

    Raises ``IntegrityError`` when *op_id* exists.
    """
    peiling, _ = Peiling.objects.select_for_update().get_or_create(
        tafel=tafel, stelling=stelling, moment=moment, defaults=asdict(handen) | {"updated_at": now}
    )
    if not _is_passed(peiling, apparaat, device_id, seq):
        for naam, aantal in asdict(handen).items():
            setattr(peiling, naam, aantal)
        peiling.updated_at = now
        peiling.save()
    telling = Telling.objects.create(
        peiling=peiling,
        op_id=op_id,
        apparaat=apparaat,
        device_id=device_id,
        seq=seq,
        client_ts=client_ts,
        received_at=now,
        **asdict(handen),
    )
    # the other tablets of the table show the same hands
    publish(Event.TAFEL_CHANGED, diner_group(tafel.diner_id), tafel_group(tafel.pk), tafel=tafel.pk)
    publish(Event.PEILING_CHANGED, scherm_group(tafel.diner_id), diner_group(tafel.diner_id))
    return telling


def find_telling(op_id: uuid.UUID) -> Telling | None:
    """The count that came as *op_id*, its peiling loaded."""
    return Telling.objects.select_related("peiling").filter(op_id=op_id).first()


def says_the_same(telling: Telling, tafel: Tafel, stelling: Stelling, moment: str, handen: Handen) -> bool:
    """Is *telling* this very count? Else its ``op_id`` was used for something else."""
    peiling = telling.peiling
    return (peiling.tafel_id, peiling.stelling_id, peiling.moment) == (tafel.pk, stelling.pk, moment) and (
        Handen(telling.eens, telling.oneens, telling.neutraal) == handen
    )


def _is_passed(
    peiling: Peiling, apparaat: Apparaat | None, device_id: uuid.UUID | None, seq: int | None
) -> bool:
    """Did the same device send a newer count before? Then this one was held up on its way."""
    if seq is None or (device_id is None and apparaat is None):
        return False
    zelfde: dict[str, Any] = {"device_id": device_id} if device_id else {"apparaat": apparaat}
    return Telling.objects.filter(peiling=peiling, seq__gt=seq, **zelfde).exists()


@transaction.atomic
def record_peiling(
    *,
    tafel: Tafel,
    stelling: Stelling,
    moment: str,
    eens: int,
    oneens: int,
    neutraal: int,
    now: datetime,
    op_id: uuid.UUID | None = None,
    apparaat: Apparaat | None = None,
) -> Peiling:
    """Of a form: the hands of *tafel* on *stelling*, before ("voor") or after ("na") the talk. The last count stands.

    The same *op_id* again changes nothing. Raises ``DenkdinerError`` or ``DinerGesloten``.
    """
    if stelling.diner_id != tafel.diner_id or moment not in Moment:
        raise DenkdinerError("Deze stelling hoort niet bij dit diner.")
    handen = Handen(eens, oneens, neutraal)
    if op_id is not None and (eerder := find_telling(op_id)) is not None:
        if not says_the_same(eerder, tafel, stelling, moment, handen):
            raise DenkdinerError("Deze peiling kon niet worden opgeslagen. Probeer het opnieuw.")
        return eerder.peiling
    if tafel.diner.status == Dinerstatus.AFGESLOTEN:
        raise DinerGesloten
    return add_telling(
        tafel=tafel,
        stelling=stelling,
        moment=moment,
        handen=handen,
        op_id=op_id or uuid.uuid4(),
        now=now,
        apparaat=apparaat,
    ).peiling
