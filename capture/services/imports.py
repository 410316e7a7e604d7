"""What was said elsewhere, put in from a checked file: only what does not exist yet, in a constant number of queries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from capture.models import Bijdrage, BijdrageVersie, Peiling, Telling, Versiesoort
from denkdiner.errors import DenkdinerError
from sessions.models import Diner, Gebruiker, Ronde, Stelling, Tafel

IMPORT_NAMESPACE = uuid.UUID("5d1a0c3e-3f57-4d52-9d58-0c8e4b1b7a52")
"""Names the first version of an imported bijdrage (uuid5 of its id), so that importing again finds it."""


@dataclass(frozen=True, slots=True)
class BijdrageRow:
    """A bijdrage of a checked file."""

    id: uuid.UUID
    tekst: str
    tafel: Tafel | None
    stelling: Stelling | None
    ronde: Ronde | None
    bron: str
    soort: str
    letterlijk: bool
    standpunt: str
    horizon: str
    trefwoorden: tuple[str, ...]
    bijgesteld_id: uuid.UUID | None
    te_laat: bool
    created_at: datetime
    deleted_at: datetime | None = None


@transaction.atomic
def put_bijdragen(
    *, diner: Diner, rows: Sequence[BijdrageRow], now: datetime, gebruiker: Gebruiker | None = None
) -> int:
    """Add the rows that do not exist yet, each with its first version; returns how many. A constant number of queries.

    Existing bijdragen stay as they are. Raises ``DenkdinerError`` when an id belongs to another diner.
    """
    bekend = dict(Bijdrage.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "diner_id"))
    if any(eigenaar != diner.pk for eigenaar in bekend.values()):
        raise DenkdinerError("bijdragen: een id hoort al bij een ander diner")
    nieuw = [row for row in rows if row.id not in bekend]
    Bijdrage.objects.bulk_create(
        Bijdrage(
            id=row.id,
            diner=diner,
            tafel=row.tafel,
            stelling=row.stelling,
            ronde=row.ronde,
            bron=row.bron,
            soort=row.soort,
            tekst=row.tekst,
            letterlijk=row.letterlijk,
            standpunt=row.standpunt,
            horizon=row.horizon,
            trefwoorden=list(row.trefwoorden),
            te_laat=row.te_laat,
            created_at=row.created_at,
            updated_at=now,
            deleted_at=row.deleted_at,
        )
        for row in nieuw
    )
    met_eerdere = [Bijdrage(id=row.id, bijgesteld_id=row.bijgesteld_id) for row in nieuw if row.bijgesteld_id]
    Bijdrage.objects.bulk_update(
        met_eerdere, ["bijgesteld"]
    )  # afterwards: a note may adjust one that comes later
    BijdrageVersie.objects.bulk_create(
        BijdrageVersie(
            bijdrage_id=row.id,
            op_id=uuid.uuid5(IMPORT_NAMESPACE, str(row.id)),
            rev=1,
            kind=Versiesoort.CREATE,
            body={"tekst": row.tekst, "soort": row.soort, "letterlijk": row.letterlijk},
            gebruiker=gebruiker,
            received_at=now,
        )
        for row in nieuw
    )
    return len(nieuw)


@dataclass(frozen=True, slots=True)
class PeilingRow:
    """A peiling of a checked file."""

    tafel: Tafel
    stelling: Stelling
    moment: str
    eens: int
    oneens: int
    neutraal: int


@transaction.atomic
def put_peilingen(*, rows: Sequence[PeilingRow], now: datetime) -> int:
    """Add the peilingen that do not exist yet, each with its first telling; returns how many. Three queries."""
    bekend = set(
        Peiling.objects.filter(tafel__in={row.tafel.pk for row in rows}).values_list(
            "tafel", "stelling", "moment"
        )
    )
    nieuw = {
        (row.tafel.pk, row.stelling.pk, row.moment): row
        for row in rows
        if (row.tafel.pk, row.stelling.pk, row.moment) not in bekend
    }
    peilingen = Peiling.objects.bulk_create(
        Peiling(
            tafel=row.tafel,
            stelling=row.stelling,
            moment=row.moment,
            eens=row.eens,
            oneens=row.oneens,
            neutraal=row.neutraal,
            updated_at=now,
        )
        for row in nieuw.values()
    )
    Telling.objects.bulk_create(
        Telling(
            peiling=peiling,
            op_id=uuid.uuid4(),
            eens=peiling.eens,
            oneens=peiling.oneens,
            neutraal=peiling.neutraal,
            received_at=now,
        )
        for peiling in peilingen
    )
    return len(nieuw)
