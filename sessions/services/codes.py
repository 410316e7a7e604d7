"""Codes of tables for tablets without a camera: to read aloud, in a window that the organiser opens.

A code is short, so it is good for a few minutes only, and wrong ones are counted: per diner that shows codes, in the
database, and never per IP address, because a venue is one address. After ``MAX_MISSERS`` the codes of that diner are gone.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from denkdiner.errors import DenkdinerError
from sessions.models import Diner, Dinerstatus, Gebruiker, Toegang
from sessions.services.log import Wie, add_logregel, log
from sessions.tokens import code_hash, derive_code

GELDIG = timedelta(minutes=15)
MAX_MISSERS = 100
"""With 500 tables: a chance of 1 in 2 million that one of so many guesses opens a table; people mistype less often."""


def _shown(now: datetime) -> dict[str, object]:
    """Of a toegang whose code opens its table at *now*."""
    return {"code_until__gt": now, "revoked_at": None, "replaced_at": None}


@transaction.atomic
def open_codes(*, diner: Diner, now: datetime, gebruiker: Gebruiker | None = None) -> datetime:
    """Give every tafel of *diner* that has a link a new code; returns until when they are good. Earlier ones are gone."""
    fresh = Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
    if fresh.status == Dinerstatus.AFGESLOTEN:
        raise DenkdinerError("Dit diner is afgesloten. Heropen het eerst.")
    until = now + GELDIG
    toegangen = list(Toegang.objects.filter(tafel__diner=diner, revoked_at=None, replaced_at=None))
    for toegang in toegangen:
        toegang.code_until = until
        toegang.code_hash = code_hash(derive_code(nonce=toegang.nonce, until=until))
    Toegang.objects.bulk_update(toegangen, ["code_hash", "code_until"])
    fresh.code_missers = 0
    fresh.save(update_fields=["code_missers"])
    add_logregel(diner=diner, wat="toonde de codes van de tafels", now=now, gebruiker=gebruiker)
    return until


@transaction.atomic
def close_codes(*, diner: Diner, wie: Wie | None = None) -> None:
    """The codes of *diner* open nothing any more."""
    _forget(Diner.objects.select_for_update(no_key=True).get(pk=diner.pk).pk)
    log(wie, diner, "trok de codes van de tafels in")


def _forget(*diners: int) -> None:
    Toegang.objects.filter(tafel__diner__in=diners).exclude(code_hash="").update(
        code_hash="", code_until=None
    )


def code_of(toegang: Toegang, now: datetime) -> str:
    """The code to read aloud; empty when none is shown now, or when it was made with another key of the server."""
    if not toegang.code_hash or toegang.code_until is None or toegang.code_until <= now:
        return ""
    code = derive_code(nonce=toegang.nonce, until=toegang.code_until)
    return code if code_hash(code) == toegang.code_hash else ""


def find_by_code(*, code: str, now: datetime) -> Toegang | None:
    """The toegang that *code* opens now, its tafel, diner and reeks loaded. None for any other code, which is counted."""
    toegang = (
        Toegang.objects.select_related("tafel__diner__reeks")
        .filter(code_hash=code_hash(code), **_shown(now))
        .first()
    )
    if toegang is None:
        _count_miss(now)
    return toegang


@transaction.atomic
def _count_miss(now: datetime) -> None:
    """A wrong code says nothing about the diner that it was for: every diner that shows codes counts it."""
    diners = set(
        Toegang.objects.filter(**_shown(now)).exclude(code_hash="").values_list("tafel__diner", flat=True)
    )
    if not diners:
        return
    Diner.objects.filter(pk__in=diners, code_missers__lt=MAX_MISSERS).update(
        code_missers=F("code_missers") + 1
    )
    _forget(*Diner.objects.filter(pk__in=diners, code_missers__gte=MAX_MISSERS).values_list("pk", flat=True))
