"""What a tablet is told, as JSON (docs/protocol.md)."""

import uuid
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.core.cache import caches
from django.db.models import Max

from capture.models import MET_INHOUD, Bijdrage, BijdrageVersie, Peiling, Telling, Tijdperk, Versiesoort
from capture.queries.tafels import bijdragen_of
from denkdiner.prepared import Prepared
from sessions.models import Apparaat, Diner, Ronde, Spreker, Tafel
from sessions.queries import asks_hulp, berichten_to, ronde_state

TREFWOORDEN_MAX = 40
TREFWOORDEN_FRESH = 10
"""Seconds that suggestions may be old: 500 tablets ask for them, and each time costs a read of every note."""
EPOCH_FRESH = 1.0
"""Seconds; asked with each note it would be one of its eight queries."""
SPELING = timedelta(seconds=60)
"""How far back ``sync_notities`` looks: an op holds the time at which its batch came in, and commits later than another."""


def epoch() -> uuid.UUID:
    """Which life of the database this is (``manage.py new_epoch`` begins another). One query, two the first time."""
    found = _TIJDPERKEN(1)
    return found[0].epoch if found else Tijdperk.objects.get_or_create(pk=1)[0].epoch


_TIJDPERKEN = Prepared(
    lambda pk: Tijdperk.objects.filter(pk=pk).order_by(), lambda: Tijdperk._meta.get_field("id"), 32_123
)
"""Asked whenever a tablet fetches what the others at its table wrote."""


def recent_epoch() -> uuid.UUID:
    """As ``epoch``, perhaps of ``EPOCH_FRESH`` seconds ago: what a tablet hears with the verdicts on its ops.

    Of another life it hears then with its next answer, and offers these ops again with all others. One query, or none.
    """
    return cast(uuid.UUID, caches["proces"].get_or_set("epoch", epoch, EPOCH_FRESH))


def trefwoorden_of(diner: Diner) -> list[str]:
    """Words that tables of *diner* gave to their notes, most used first: suggestions for the next note.

    Up to ``TREFWOORDEN_FRESH`` seconds old. One query, or none.
    """
    # the cache of this process, not the shared one: a server that is down would cost every hallo its patience
    woorden = caches["proces"].get_or_set(
        f"trefwoorden.{diner.pk}", lambda: _count_trefwoorden(diner), TREFWOORDEN_FRESH
    )
    return cast(list[str], woorden)


def _count_trefwoorden(diner: Diner) -> list[str]:
    counted: Counter[str] = Counter()
    for woorden in (
        Bijdrage.objects.present()
        .filter(diner=diner)
        .exclude(trefwoorden=[])
        .order_by()
        .values_list("trefwoorden", flat=True)
    ):
        counted.update(woorden)
    return [
        woord for woord, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:TREFWOORDEN_MAX]
    ]


def _highest_seq(apparaat: Apparaat, device_id: uuid.UUID | None) -> int:
    """The highest ``seq`` stored of this device: by its own name for itself, else of this joined tablet. One query."""
    wie: dict[str, Any] = {"device_id": device_id} if device_id else {"apparaat": apparaat}
    (naam,) = wie
    versies, tellingen = (
        model.objects.filter(**wie)
        .order_by()
        .values(naam)
        .annotate(hoogste=Max("seq"))
        .values_list("hoogste")
        for model in (BijdrageVersie, Telling)
    )
    return max((hoogste or 0 for (hoogste,) in versies.union(tellingen)), default=0)


def sync_stand(apparaat: Apparaat, now: datetime, device_id: uuid.UUID | None = None) -> dict[str, Any]:
    """What ``hallo`` tells a tablet: its table, what is on, what it may write to. Nine queries, one less without words."""
    tafel = apparaat.toegang.tafel
    diner = tafel.diner
    rondes = list(diner.rondes.order_by("nummer", "pk"))
    loopt = next((ronde for ronde in rondes if ronde.is_running), None)
    return {
        "now": now.isoformat(),
        "epoch": str(epoch()),
        "apparaat": apparaat.nummer,
        "seq": _highest_seq(apparaat, device_id),
        "tafel": {"id": tafel.pk, "nummer": tafel.nummer, "naam": str(tafel)},
        "diner": {
            "id": diner.pk,
            "titel": diner.titel,
            "horizonjaar": diner.reeks.horizonjaar,
            "status": diner.status,
        },
        "ronde": ronde_state(loopt, diner, now),
        "rondes": [_ronde(ronde) for ronde in rondes],
        "stellingen": [
            {"id": s.pk, "nummer": s.nummer, "tekst": s.tekst, "doorvragen": s.doorvragen}
            for s in diner.stellingen.order_by("nummer")
        ],
        "sprekers": [_spreker(spreker) for spreker in diner.sprekers.order_by("optredens__volgorde", "pk")],
        "trefwoorden": trefwoorden_of(diner),
        "peilingen": list(
            Peiling.objects.filter(tafel=tafel)
            .order_by("pk")
            .values("stelling", "moment", "eens", "oneens", "neutraal")
        ),
        "hulp": asks_hulp(tafel),
        "berichten": [
            {"id": b.pk, "tekst": b.tekst, "at": b.sent_at.isoformat(), "gezien": b.is_gezien}  # type: ignore[attr-defined]
            for b in berichten_to(tafel)
        ],
    }


def _ronde(ronde: Ronde) -> dict[str, Any]:
    return {
        "id": ronde.pk,
        "nummer": ronde.nummer,
        "soort": ronde.soort,
        "titel": str(ronde),
        "stelling": ronde.stelling_id,
        "begonnen": ronde.started_at is not None,
    }


def _spreker(spreker: Spreker) -> str:
    return ", ".join(filter(None, [spreker.naam, spreker.functie]))


# --- notes -----------------------------------------------------------------------------------------------------------------


def sync_notities(tafel: Tafel, na: datetime | None, now: datetime) -> dict[str, Any]:
    """The notes of *tafel* that changed since *na* (an earlier answer's ``na``), bin included. Three queries at most."""
    notes = bijdragen_of(tafel).select_related(None).select_related("apparaat")
    if na is not None:
        notes = notes.filter(updated_at__gte=na - SPELING)
    gevonden = list(notes.order_by("created_at", "pk"))
    apart = _kept_beside([note.pk for note in gevonden if note.twee_versies])
    return {
        "now": now.isoformat(),
        # with "Z": a "+" in an address would be read as a space
        "na": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "epoch": str(epoch()),
        "tafel": tafel.pk,
        "notities": [_note(note, apart.get(note.pk, [])) for note in gevonden],
    }


def _kept_beside(pks: list[uuid.UUID]) -> dict[uuid.UUID, list[BijdrageVersie]]:
    """Per note the edits kept beside the head since the last version that became it. One query, none without notes."""
    gevonden: dict[uuid.UUID, list[BijdrageVersie]] = defaultdict(list)
    for versie in (
        BijdrageVersie.objects.filter(bijdrage__in=pks, kind__in=MET_INHOUD)
        .select_related("apparaat")
        .order_by("rev")
    ):
        if not versie.apart:
            gevonden.pop(versie.bijdrage_id, None)
        elif versie.kind == Versiesoort.EDIT:  # a create that came after its edit is only an older version
            gevonden[versie.bijdrage_id].append(versie)
    return gevonden


def versies_beside(note: Bijdrage) -> list[BijdrageVersie]:
    """The texts that *note* does not show and that nobody chose from yet, oldest first, each with its tablet.

    One query, none for a note without two versions.
    """
    return _to_choose(note, _kept_beside([note.pk])[note.pk]) if note.twee_versies else []


def _to_choose(note: Bijdrage, apart: list[BijdrageVersie]) -> list[BijdrageVersie]:
    """Those of *apart* that say something else than *note* does."""
    body = _body(note)
    return [versie for versie in apart if body | versie.body != body]


def _body(note: Bijdrage) -> dict[str, Any]:
    """The fields of a body as the head has them."""
    return {
        "tekst": note.tekst,
        "stelling": note.stelling_id,
        "ronde": note.ronde_id,
        "soort": note.soort,
        "letterlijk": note.letterlijk,
        "standpunt": note.standpunt,
        "horizon": note.horizon,
        "trefwoorden": note.trefwoorden,
        "bijgesteld": note.bijgesteld_id and str(note.bijgesteld_id),
    }


def _note(note: Bijdrage, apart: list[BijdrageVersie]) -> dict[str, Any]:
    body = _body(note)
    return body | {
        "id": str(note.pk),
        "rev": note.rev,
        "te_laat": note.te_laat,
        "gewijzigd": note.is_gewijzigd,  # type: ignore[attr-defined]
        "weg": note.is_deleted,
        "created_at": note.created_at.isoformat(),
        "updated_at": note.updated_at.isoformat(),
        "apparaat": note.apparaat and note.apparaat.nummer,
        "versies": [
            body | versie.body | {"rev": versie.rev, "apparaat": versie.apparaat and versie.apparaat.nummer}
            for versie in _to_choose(note, apart)
        ],
    }
