"""What only Django can do, as a process of its own: ``python -m bench.faulty.database prepare|read`` prints JSON.

A process of its own, because the harness serves many databases one after the other, and Django one per process.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

TABLES = int(os.environ.get("FAULTS_TABLES", "50"))


def prepare() -> dict[str, Any]:
    """A live evening: 50 tables, three stellingen, a ronde that is over, one that runs and two to come."""
    from django.core.management import call_command
    from django.utils import timezone

    from sessions.models import Diner, Dinerstatus, Reeks, Ronde, Rondesoort, Stelling, Tafel
    from sessions.services import open_toegang, token_of

    call_command("migrate", "--verbosity", "0")
    now = timezone.now()
    reeks = Reeks.objects.create(slug="storingen", titel="Storingen", max_apparaten=200)
    diner = Diner.objects.create(reeks=reeks, nummer=1, titel="Alles valt uit", status=Dinerstatus.LIVE)
    stellingen = [
        Stelling.objects.create(diner=diner, nummer=nummer, tekst=f"Stelling {nummer}.")
        for nummer in (1, 2, 3)
    ]
    times: list[dict[str, Any]] = [
        {"started_at": now - timedelta(minutes=30), "ends_at": now, "ended_at": now},
        {"started_at": now, "ends_at": now + timedelta(hours=3)},
        {},
        {},
    ]
    rondes = [
        Ronde.objects.create(
            diner=diner,
            nummer=nummer,
            soort=Rondesoort.TAFELGESPREK,
            stelling=stellingen[(nummer - 1) % 3],
            **at,
        )
        for nummer, at in enumerate(times, start=1)
    ]
    tafels = [Tafel.objects.create(diner=diner, nummer=nummer) for nummer in range(1, TABLES + 1)]
    return {
        "diner": diner.pk,
        "stellingen": [stelling.pk for stelling in stellingen],
        "rondes": [{"id": ronde.pk, "stelling": ronde.stelling_id} for ronde in rondes],
        "tafels": [
            {"id": tafel.pk, "token": token_of(open_toegang(tafel=tafel, now=now))} for tafel in tafels
        ],
    }


def read() -> dict[str, Any]:
    """Everything that was said, as it is stored."""

    from capture.models import Bijdrage, BijdrageVersie, Peiling, Quarantaine, Telling

    versies = [
        {
            "op_id": str(versie.op_id),
            "note_id": str(versie.bijdrage_id),
            "kind": versie.kind,
            "rev": versie.rev,
            "seq": versie.seq,
            "tafel": versie.bijdrage.tafel_id,
            "apart": versie.apart,
            "stelling": versie.body.get("stelling"),
            "ronde": versie.body.get("ronde"),
            "tekst": versie.body.get("tekst"),
        }
        for versie in BijdrageVersie.objects.select_related("bijdrage").order_by("pk")
    ]
    notes = [
        {
            "id": str(note.pk),
            "tafel": note.tafel_id,
            "stelling": note.stelling_id,
            "ronde": note.ronde_id,
            "tekst": note.tekst,
            "rev": note.rev,
            "deleted": note.deleted_at is not None,
            "two": note.twee_versies,
            "created_at": note.created_at.isoformat(),
        }
        for note in Bijdrage.objects.order_by("pk")
    ]
    quarantaine = [
        {"op_id": rij.op_id, "reden": rij.reden, "op": rij.op} for rij in Quarantaine.objects.order_by("pk")
    ]
    hands = ("eens", "oneens", "neutraal")
    tellingen = [
        {
            "op_id": str(telling.op_id),
            "kind": "peiling",
            "seq": telling.seq,
            "tafel": telling.peiling.tafel_id,
            "stelling": telling.peiling.stelling_id,
            "moment": telling.peiling.moment,
            "tekst": None,
            **{name: getattr(telling, name) for name in hands},
        }
        for telling in Telling.objects.select_related("peiling").order_by("pk")
    ]
    peilingen = list(Peiling.objects.order_by("pk").values("tafel", "stelling", "moment", *hands))
    return {
        "versies": versies,
        "notes": notes,
        "quarantaine": quarantaine,
        "tellingen": tellingen,
        "peilingen": peilingen,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
    django.setup()
    print(json.dumps({"prepare": prepare, "read": read}[sys.argv[1]]()))
