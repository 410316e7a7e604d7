"""The guests of a diner: by hand, or a list at once. Optional: an evening works without any."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from denkdiner.errors import DenkdinerError
from sessions.gastenlijst import Kolommen, Stand, compare
from sessions.models import Diner, Gast, Gebruiker
from sessions.services.log import Wie, add_logregel, log
from sessions.services.programma import _store, check_gezien, lock_fresh
from sessions.tabellen import Tabel

MAX_GASTEN = 5_000
"""At a diner: what the exchange format takes."""


def _lock(diner: Diner) -> None:
    Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)


@transaction.atomic
def add_gast(*, diner: Diner, naam: str, wie: Wie | None = None, **fields: Any) -> Gast:
    """One more guest. Raises ``DenkdinerError`` when there are ``MAX_GASTEN``."""
    _lock(diner)
    if diner.gasten.count() >= MAX_GASTEN:
        raise DenkdinerError(_full())
    gast = Gast(id=uuid.uuid4(), diner=diner, naam=naam, **fields)
    _store(gast)
    log(wie, diner, "zette een gast op de lijst")
    return gast


def _full() -> str:
    return f"Een diner heeft ten hoogste {MAX_GASTEN:,} gasten.".replace(",", ".")


@transaction.atomic
def edit_gast(
    *, gast: Gast, gezien: Mapping[str, Any] | None = None, wie: Wie | None = None, **fields: Any
) -> Gast:
    """Change *fields*: naam, organisatie, sector, afgemeld. *gezien*: as in ``check_gezien``.

    Nothing is stored or logged when it is so already.
    """
    lock_fresh(gast)
    check_gezien(gast, gezien or {}, fields)
    anders = {naam: waarde for naam, waarde in fields.items() if getattr(gast, naam) != waarde}
    if not anders:
        return gast
    for naam, waarde in anders.items():
        setattr(gast, naam, waarde)
    _store(gast, list(anders))
    log(wie, gast.diner, _edited(anders))
    return gast


def _edited(fields: dict[str, Any]) -> str:
    if set(fields) != {"afgemeld"}:
        return "bewerkte een gast"
    return "meldde een gast af" if fields["afgemeld"] else "meldde een gast weer aan"


@transaction.atomic
def remove_gast(*, gast: Gast, wie: Wie | None = None) -> None:
    """*gast* and the places of that guest are gone."""
    log(wie, gast.diner, "haalde een gast van de lijst")
    gast.delete()


@transaction.atomic
def import_gasten(
    *, diner: Diner, tabel: Tabel, kolommen: Kolommen, gebruiker: Gebruiker, now: datetime
) -> Counter[Stand]:
    """Store every row of *tabel*, or none: ``DenkdinerError`` when any row is wrong or there would be too many guests.

    Guests that are not in it stay. How many rows were new, changed and the same.
    """
    _lock(diner)
    gasten = list(diner.gasten.all())
    regels = compare(tabel, kolommen, gasten)
    aantal = Counter(regel.stand for regel in regels)
    if aantal[Stand.FOUT]:
        raise DenkdinerError("Er is niets opgeslagen: er staat nog een fout in de lijst.")
    if len(gasten) + aantal[Stand.NIEUW] > MAX_GASTEN:
        raise DenkdinerError(_full())
    Gast.objects.bulk_create(
        [
            Gast(id=uuid.uuid4(), diner=diner, **regel.velden)
            for regel in regels
            if regel.stand == Stand.NIEUW
        ],
        batch_size=500,
    )
    bekend = {gast.pk: gast for gast in gasten}
    gewijzigd = [
        (bekend[regel.gast], regel.velden)
        for regel in regels
        if regel.stand == Stand.GEWIJZIGD and regel.gast is not None
    ]
    for gast, velden in gewijzigd:
        for naam, waarde in velden.items():
            setattr(gast, naam, waarde)
    Gast.objects.bulk_update(
        [gast for gast, _ in gewijzigd], ["naam", "organisatie", "sector"], batch_size=100
    )
    wat = f"importeerde een gastenlijst: {aantal[Stand.NIEUW]} nieuw, {aantal[Stand.GEWIJZIGD]} gewijzigd"
    add_logregel(diner=diner, wat=wat, now=now, gebruiker=gebruiker)
    return aantal
