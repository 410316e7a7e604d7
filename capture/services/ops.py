"""Is it an op? What a tablet sends, read and checked (docs/protocol.md); nothing is stored here."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from capture.models import (
    MAX_TREFWOORD,
    MAX_TREFWOORDEN,
    MET_INHOUD,
    Moment,
    Quarantainereden,
    Soort,
    Versiesoort,
)
from capture.services.bijdragen import Inhoud, check_inhoud
from capture.services.peilingen import Handen
from denkdiner.errors import DenkdinerError
from denkdiner.prepared import Prepared
from denkdiner.text import is_storable
from sessions.models import Ronde, Stelling, Tafel

PEILING = "peiling"
MAX_REWRITES = 50
ONVOLLEDIG = "Deze notitie hoort bij een andere stelling of mist iets; de organisator kijkt ernaar."
SOORTEN = {soort.value: soort for soort in Versiesoort}
"""The kinds of ops on a note."""


class Afgekeurd(DenkdinerError):
    """An op that cannot become a note; ``reden`` says why, ``tafel`` for which other table it was typed (an id)."""

    def __init__(self, reden: Quarantainereden, uitleg: str, tafel: int | None = None) -> None:
        super().__init__(uitleg)
        self.reden = reden
        self.tafel = tafel


def _unreadable() -> Afgekeurd:
    return Afgekeurd(Quarantainereden.INHOUD, "Deze wijziging is niet te lezen.")


@dataclass(frozen=True, slots=True)
class Kop:
    """What every op says of itself."""

    op_id: uuid.UUID
    device_id: uuid.UUID | None
    seq: int | None
    client_ts: datetime | None


@dataclass(frozen=True, slots=True)
class Op:
    """A well-formed op on a note; ``inhoud`` of a create and an edit only."""

    kop: Kop
    note_id: uuid.UUID
    kind: Versiesoort
    base_rev: int
    inhoud: Inhoud | None
    bijgesteld: uuid.UUID | None
    base_op: uuid.UUID | None = None
    """The own op on top of which it was made, when the server had not answered that one yet."""
    base_seen: int = 0
    """With a ``base_op``: the revision that the server had shown at that moment."""
    rewrites: tuple[str, ...] = ()
    """Ids of ops that were kept apart, and of which a person wrote the words again with this one."""

    def body(self) -> dict[str, Any]:
        """JSON for its version: the note that it adjusts as it was sent, whether that came or not."""
        if self.inhoud is None:
            return {}
        return self.inhoud.as_body() | {"bijgesteld": str(self.bijgesteld) if self.bijgesteld else None}


@dataclass(frozen=True, slots=True)
class PeilingOp:
    """A well-formed count of hands."""

    kop: Kop
    stelling: Stelling
    moment: Moment
    handen: Handen


class Plekken:
    """The rondes and stellingen of a diner by id: fetched once a request, for every op of it."""

    def __init__(self, tafel: Tafel) -> None:
        """One query."""
        self.tafel = tafel
        self.rondes: Mapping[int, Ronde] = _RONDES.by_pk(tafel.diner_id)

    @cached_property
    def _stellingen(self) -> Mapping[int, Stelling]:
        return _STELLINGEN.by_pk(self.tafel.diner_id)

    def stelling(self, pk: int, ronde: Ronde | None) -> Stelling | None:
        """The stelling with this id, None when the diner has none such. Nearly always that of *ronde*, which is at hand."""
        if ronde is not None and ronde.stelling_id == pk:
            return ronde.stelling
        return self._stellingen.get(pk)


_STELLINGEN = Prepared(
    lambda diner: Stelling.objects.filter(diner_id=diner).only("diner").order_by(),
    lambda: Stelling._meta.get_field("diner"),
    32_123,
)
_RONDES = Prepared(
    lambda diner: (
        Ronde.objects.filter(diner_id=diner)
        .select_related("stelling")
        .only("diner", "ended_at", "stelling__diner")
        .order_by()
    ),
    lambda: Ronde._meta.get_field("diner"),
    32_123,
)
"""What a note is checked against; nothing else of them is needed here."""


def parse_op(raw: Any, plekken: Plekken) -> Op | PeilingOp:
    """*raw* as an op of this table; raises ``Afgekeurd`` with what is wrong."""
    try:
        kop, tafel, body = _kop(raw), int(raw["tafel"]), raw.get("body") or {}
        if tafel != plekken.tafel.pk:
            raise Afgekeurd(
                Quarantainereden.TAFEL, "Deze notitie is voor een andere tafel gemaakt.", tafel=tafel
            )
        return _peiling(raw, body, kop, plekken) if raw["kind"] == PEILING else _op(raw, body, kop, plekken)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise _unreadable() from None


def _kop(raw: Mapping[str, Any]) -> Kop:
    return Kop(
        op_id=uuid.UUID(str(raw["op_id"])),
        device_id=uuid.UUID(str(raw["device_id"])) if raw.get("device_id") else None,
        seq=_number(raw["seq"]) if raw.get("seq") is not None else None,
        client_ts=_timestamp(raw.get("client_ts")),
    )


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


def _stelling(value: Any, ronde: Ronde | None, plekken: Plekken) -> Stelling | None:
    """The stelling with id *value*, None for None; raises ``Afgekeurd`` when this diner has none such."""
    if value is None:
        return None
    stelling = plekken.stelling(value, ronde) if type(value) is int else None
    if stelling is None:
        raise Afgekeurd(Quarantainereden.INHOUD, ONVOLLEDIG)
    return stelling


def _ronde(value: Any, plekken: Plekken) -> Ronde | None:
    """The ronde with id *value*; None for one that this diner does not have: the words count without it."""
    if value is not None and type(value) is not int:
        raise Afgekeurd(Quarantainereden.INHOUD, ONVOLLEDIG)
    return plekken.rondes.get(value) if value is not None else None


def _op(raw: Mapping[str, Any], body: Mapping[str, Any], kop: Kop, plekken: Plekken) -> Op:
    kind = SOORTEN[raw["kind"]]
    note_id = uuid.UUID(str(raw["note_id"]))
    return Op(
        kop=kop,
        note_id=note_id,
        kind=kind,
        base_rev=_number(raw.get("base_rev") or 0),
        inhoud=_inhoud(raw, body, note_id, plekken) if kind in MET_INHOUD else None,
        bijgesteld=uuid.UUID(str(body["bijgesteld"])) if body.get("bijgesteld") else None,
        base_op=uuid.UUID(str(raw["base_op"])) if raw.get("base_op") else None,
        base_seen=_number(raw.get("base_seen") or 0),
        rewrites=_rewrites(raw.get("rewrites")),
    )


def _rewrites(value: Any) -> tuple[str, ...]:
    """What cannot be read of it is left out: it only helps the organiser, and is no reason to refuse a note."""
    if not isinstance(value, list):
        return ()
    return tuple(op_id for op_id in value[:MAX_REWRITES] if isinstance(op_id, str) and is_storable(op_id))


def _inhoud(raw: Mapping[str, Any], body: Mapping[str, Any], note_id: uuid.UUID, plekken: Plekken) -> Inhoud:
    trefwoorden = body.get("trefwoorden") or []
    if (
        not isinstance(body.get("tekst"), str)
        or not isinstance(trefwoorden, list)
        or len(trefwoorden) > MAX_TREFWOORDEN
        or not all(isinstance(woord, str) and 0 < len(woord) <= MAX_TREFWOORD for woord in trefwoorden)
    ):
        raise Afgekeurd(Quarantainereden.INHOUD, ONVOLLEDIG)
    ronde = _ronde(raw.get("ronde"), plekken)
    inhoud = Inhoud(
        tekst=body["tekst"].strip(),
        stelling=_stelling(raw.get("stelling"), ronde, plekken),
        ronde=ronde,
        soort=str(body.get("soort") or Soort.INZICHT),
        letterlijk=bool(body.get("letterlijk")),
        standpunt=str(body.get("standpunt") or ""),
        horizon=str(body.get("horizon") or ""),
        trefwoorden=tuple(trefwoorden),
    )
    try:
        check_inhoud(inhoud, plekken.tafel, note_id)
    except DenkdinerError as fout:
        raise Afgekeurd(Quarantainereden.INHOUD, str(fout)) from None
    return inhoud


def _peiling(raw: Mapping[str, Any], body: Mapping[str, Any], kop: Kop, plekken: Plekken) -> PeilingOp:
    stelling = _stelling(raw["stelling"], None, plekken)
    if stelling is None:
        raise Afgekeurd(Quarantainereden.INHOUD, "Deze peiling hoort bij geen stelling.")
    aantallen = [body[naam] for naam in ("eens", "oneens", "neutraal")]
    if not all(type(aantal) is int for aantal in aantallen):
        raise _unreadable()
    try:
        handen = Handen(*aantallen)
    except DenkdinerError as fout:
        raise Afgekeurd(Quarantainereden.INHOUD, str(fout)) from None
    return PeilingOp(kop=kop, stelling=stelling, moment=Moment(body["moment"]), handen=handen)
