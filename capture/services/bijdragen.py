"""What a table says through plain forms: add, edit, delete, restore."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from capture.models import (
    MAX_TEKST,
    Bijdrage,
    BijdrageVersie,
    Horizon,
    Soort,
    Standpunt,
    Versiesoort,
)
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish, tafel_group
from denkdiner.prepared import insert
from denkdiner.text import ONBEWAARBAAR, is_storable, one_newline
from sessions.models import Apparaat, Dinerstatus, Ronde, Stelling, Tafel
from sessions.services import announce_scherm


class OnbekendeBijdrage(DenkdinerError):
    """An id is in use already, for something else; says no more than that. With fresh ids it can be stored."""

    def __init__(self) -> None:
        super().__init__("Deze notitie kon niet worden opgeslagen. Probeer het opnieuw.")


class DinerGesloten(DenkdinerError):
    """Nothing is written any more."""

    def __init__(self) -> None:
        super().__init__(
            "Dit diner is afgesloten. Je notitie is niet opgeslagen; vraag de organisator om hulp."
        )


@dataclass(frozen=True, slots=True)
class Inhoud:
    """What a bijdrage says: everything that an edit may change."""

    tekst: str
    stelling: Stelling | None = None
    ronde: Ronde | None = None
    soort: str = Soort.INZICHT
    letterlijk: bool = False
    standpunt: str = ""
    horizon: str = ""
    trefwoorden: Sequence[str] = ()
    bijgesteld: Bijdrage | None = None

    def __post_init__(self) -> None:
        # one rule for every door: browsers post two characters for one Enter, and a quote was heard verbatim
        object.__setattr__(self, "tekst", one_newline(self.tekst))
        object.__setattr__(self, "letterlijk", self.letterlijk or self.soort == Soort.QUOTE)

    def as_body(self) -> dict[str, Any]:
        """JSON for a version: values and ids, nothing that changes later."""
        return {
            "tekst": self.tekst,
            "stelling": self.stelling and self.stelling.pk,
            "ronde": self.ronde and self.ronde.pk,
            "soort": str(self.soort),
            "letterlijk": self.letterlijk,
            "standpunt": str(self.standpunt),
            "horizon": str(self.horizon),
            "trefwoorden": list(self.trefwoorden),
            "bijgesteld": str(self.bijgesteld.pk) if self.bijgesteld else None,
        }

    def as_fields(self) -> dict[str, Any]:
        """Attributes of the head."""
        return {
            "tekst": self.tekst,
            "stelling": self.stelling,
            "ronde": self.ronde,
            "soort": self.soort,
            "letterlijk": self.letterlijk,
            "standpunt": self.standpunt,
            "horizon": self.horizon,
            "trefwoorden": list(self.trefwoorden),
            "bijgesteld": self.bijgesteld,
        }


def check_inhoud(inhoud: Inhoud, tafel: Tafel, bijdrage_id: uuid.UUID) -> None:
    """Raise ``DenkdinerError`` with the first broken rule as a Dutch sentence."""
    if not inhoud.tekst.strip():
        raise DenkdinerError("Schrijf eerst op wat er gezegd is.")
    if len(inhoud.tekst) > MAX_TEKST:
        raise DenkdinerError(
            f"Deze notitie is te lang: {len(inhoud.tekst)} tekens, ten hoogste {MAX_TEKST} kan."
        )
    if not is_storable(inhoud.tekst) or not all(map(is_storable, inhoud.trefwoorden)):
        raise DenkdinerError(ONBEWAARBAAR)
    if (
        inhoud.soort not in Soort
        or inhoud.standpunt not in ["", *Standpunt]
        or inhoud.horizon not in ["", *Horizon]
    ):
        raise DenkdinerError("Kies een soort, standpunt en horizon uit de lijst.")
    for plek in (inhoud.stelling, inhoud.ronde):
        if plek is not None and plek.diner_id != tafel.diner_id:
            raise DenkdinerError("Deze stelling hoort niet bij dit diner.")
    if inhoud.bijgesteld is not None and (
        inhoud.bijgesteld.tafel_id != tafel.pk or inhoud.bijgesteld.pk == bijdrage_id
    ):
        raise DenkdinerError("Je kunt alleen een eerdere notitie van je eigen tafel bijstellen.")


def announce_bijdrage(event: Event, bijdrage: Bijdrage) -> None:
    """Nudge the table's devices and the team, with ids only."""
    groups = [diner_group(bijdrage.diner_id)]
    if bijdrage.tafel_id is not None:
        groups.append(tafel_group(bijdrage.tafel_id))
    publish(
        event,
        *groups,
        bijdrage=str(bijdrage.pk),
        tafel=bijdrage.tafel_id,
        stelling=bijdrage.stelling_id,
        rev=bijdrage.rev,
    )
    if bijdrage.is_deleted:  # a quote that its table takes back leaves the scherm at once
        announce_scherm(bijdrage.diner_id)


def insert_bijdrage(
    *,
    tafel: Tafel,
    bijdrage_id: uuid.UUID,
    inhoud: Inhoud,
    now: datetime,
    apparaat: Apparaat | None = None,
    created_at: datetime | None = None,
    te_laat: bool | None = None,
    **versie: Any,
) -> Bijdrage:
    """A new note with its first version (*versie*: ``op_id`` and what else it holds), inside the caller's transaction.

    *te_laat* None: late when its ronde is over. Raises ``IntegrityError`` when the id or the ``op_id`` exists.
    """
    if te_laat is None:
        te_laat = inhoud.ronde is not None and inhoud.ronde.ended_at is not None
    bijdrage = Bijdrage(
        id=bijdrage_id,
        diner_id=tafel.diner_id,
        tafel=tafel,
        apparaat=apparaat,
        te_laat=te_laat,
        created_at=created_at or now,
        updated_at=now,
        **inhoud.as_fields(),
    )
    insert(bijdrage)
    insert(
        BijdrageVersie(
            **{"kind": Versiesoort.CREATE, "body": inhoud.as_body(), **versie},
            bijdrage=bijdrage,
            rev=1,
            apparaat=apparaat,
            received_at=now,
        )
    )
    announce_bijdrage(Event.BIJDRAGE_ADDED, bijdrage)
    return bijdrage


def add_bijdrage(
    *,
    tafel: Tafel,
    bijdrage_id: uuid.UUID,
    op_id: uuid.UUID,
    inhoud: Inhoud,
    now: datetime,
    apparaat: Apparaat | None = None,
) -> Bijdrage:
    """Log a note of *tafel* under the id that the tablet chose; a retry returns the note as it stands and changes nothing.

    Safe under parallel retries: the primary key decides, not a look beforehand. Raises ``DenkdinerError`` (bad content),
    ``DinerGesloten``, or ``OnbekendeBijdrage`` when an id is in use at another table or holds another text: "stored" is
    only ever said of what was sent.
    """
    check_inhoud(inhoud, tafel, bijdrage_id)
    if (
        tafel.diner.status == Dinerstatus.AFGESLOTEN
        and not Bijdrage.objects.filter(pk=bijdrage_id, tafel=tafel).exists()
    ):
        raise DinerGesloten
    try:
        with transaction.atomic():
            return insert_bijdrage(
                tafel=tafel, bijdrage_id=bijdrage_id, op_id=op_id, inhoud=inhoud, now=now, apparaat=apparaat
            )
    except IntegrityError:
        eerste = (
            BijdrageVersie.objects.select_related("bijdrage")
            .filter(op_id=op_id, bijdrage=bijdrage_id, bijdrage__tafel=tafel)
            .first()
        )
        if eerste is None or eerste.body != inhoud.as_body():
            raise OnbekendeBijdrage from None
        return eerste.bijdrage


def edit_bijdrage(
    *,
    bijdrage: Bijdrage,
    op_id: uuid.UUID,
    base_rev: int,
    inhoud: Inhoud,
    now: datetime,
    apparaat: Apparaat | None = None,
) -> Bijdrage:
    """Add a version; *base_rev* is the revision that the person was looking at.

    The same *op_id* again changes nothing; an edit beats a delete. Raises ``Conflict`` when somebody changed the note
    meanwhile (the caller keeps the refused text on the screen), ``OnbekendeBijdrage`` when *op_id* was something else.
    """
    tafel = _tafel_of(bijdrage)
    check_inhoud(inhoud, tafel, bijdrage.pk)
    return _add_version(
        bijdrage,
        Versiesoort.EDIT,
        op_id,
        now,
        apparaat,
        base_rev=base_rev,
        body=inhoud.as_body(),
        **inhoud.as_fields(),
    )


def delete_bijdrage(
    *, bijdrage: Bijdrage, op_id: uuid.UUID, now: datetime, apparaat: Apparaat | None = None
) -> Bijdrage:
    """Put a note in the bin: a tombstone as a version, undoable by ``restore_bijdrage``. Deleting twice is no error."""
    return _add_version(bijdrage, Versiesoort.DELETE, op_id, now, apparaat, deleted_at=now)


def restore_bijdrage(
    *, bijdrage: Bijdrage, op_id: uuid.UUID, now: datetime, apparaat: Apparaat | None = None
) -> Bijdrage:
    """Take a note out of the bin, as it was. Restoring twice is no error."""
    return _add_version(bijdrage, Versiesoort.RESTORE, op_id, now, apparaat, deleted_at=None)


def _tafel_of(bijdrage: Bijdrage) -> Tafel:
    if bijdrage.tafel is None:
        raise DenkdinerError("Deze notitie hoort niet bij een tafel.")
    return bijdrage.tafel


@transaction.atomic
def _add_version(
    bijdrage: Bijdrage,
    kind: Versiesoort,
    op_id: uuid.UUID,
    now: datetime,
    apparaat: Apparaat | None,
    *,
    base_rev: int | None = None,
    body: dict[str, Any] | None = None,
    **fields: Any,
) -> Bijdrage:
    """Write version rev + 1 and the head under a row lock; *base_rev* None means "whatever it is now"."""
    head = Bijdrage.objects.select_for_update(of=("self",)).select_related("diner").get(pk=bijdrage.pk)
    body = body or {}
    eerder = BijdrageVersie.objects.filter(op_id=op_id).first()
    if eerder is not None:
        if (eerder.bijdrage_id, eerder.kind, eerder.body) != (head.pk, kind, body):
            raise OnbekendeBijdrage
        return head
    if head.diner.status == Dinerstatus.AFGESLOTEN:
        raise DinerGesloten
    if base_rev is not None and base_rev != head.rev:
        raise Conflict(
            "Iemand anders heeft deze notitie net gewijzigd. Jouw tekst staat hieronder nog; bekijk beide."
        )
    if kind == Versiesoort.EDIT:
        head.deleted_at = None
    elif (fields["deleted_at"] is None) == (head.deleted_at is None):
        return head
    for naam, waarde in fields.items():
        setattr(head, naam, waarde)
    previous, head.rev, head.updated_at = head.rev, head.rev + 1, now
    head.twee_versies = head.twee_versies and kind != Versiesoort.EDIT  # who edits has seen both
    head.save()
    BijdrageVersie.objects.create(
        bijdrage=head,
        op_id=op_id,
        rev=head.rev,
        base_rev=previous,
        kind=kind,
        body=body,
        apparaat=apparaat,
        received_at=now,
    )
    announce_bijdrage(Event.BIJDRAGE_CHANGED, head)
    return head
