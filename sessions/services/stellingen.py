"""A stelling is changed with its history: what it was, until when, and who changed it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from denkdiner.errors import DenkdinerError
from sessions.models import MAX_REDEN, Gebruiker, Stelling, Stellingversie
from sessions.queries import stelling_is_vast
from sessions.services.log import Wie, add_logregel
from sessions.services.programma import check_gezien, edit_object

ZELFDE = (
    "Je gaf een reden, maar de tekst is nog hetzelfde. Pas de tekst aan; wil je alleen iets anders wijzigen, ga dan terug "
    "en bewerk de stelling zonder reden."
)


@transaction.atomic
def edit_stelling(
    *,
    stelling: Stelling,
    gebruiker: Gebruiker,
    now: datetime,
    reden: str = "",
    gezien: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Stelling:
    """Change *fields* of *stelling*, and keep what it was. The text of one that was talked about needs a *reden*.

    That is logged: the notes were about the old words. Raises ``DenkdinerError``, also for a reason without another text,
    which would be lost. *gezien*: as in ``check_gezien``.
    """
    fresh = (
        Stelling.objects.select_for_update(no_key=True, of=("self",))
        .select_related("diner")
        .get(pk=stelling.pk)
    )
    check_gezien(fresh, gezien or {}, fields)
    if reden.strip() and fields.get("tekst", fresh.tekst) == fresh.tekst:
        raise DenkdinerError(ZELFDE)
    if all(getattr(fresh, naam) == waarde for naam, waarde in fields.items()):
        return fresh
    toch = bool(reden.strip()) and stelling_is_vast(fresh)
    if len(reden) > MAX_REDEN:
        raise DenkdinerError(f"Houd de reden onder de {MAX_REDEN} tekens.")
    Stellingversie.objects.create(
        stelling=fresh,
        tekst=fresh.tekst,
        toelichting=fresh.toelichting,
        doorvragen=fresh.doorvragen,
        status=fresh.status,
        replaced_at=now,
        replaced_by=gebruiker,
        reden=reden.strip() if toch else "",
    )
    if toch:
        wat = f"wijzigde besproken stelling {fresh.nummer}: {reden.strip()}"
        add_logregel(diner=fresh.diner, wat=wat, now=now, gebruiker=gebruiker)
    return edit_object(fresh, toch=toch, wie=None if toch else Wie(gebruiker, now), **fields)
