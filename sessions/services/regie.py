"""The evening: opening and closing a diner, and its one clock.

Live state is timestamps (docs/architecture.md), so a start is one write and every screen counts for itself. Each write
carries the ``version`` that the regisseur was looking at: of two people who press at once, the second is told.
"""

from datetime import datetime, timedelta

from django.db import transaction

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish, zaal_group
from sessions.models import Diner, Dinerstatus, Gebruiker, Ronde
from sessions.queries import has_notes, ronde_state, running_ronde
from sessions.services.log import add_logregel
from sessions.services.scherm import follow_avond

MAX_MINUTEN = 600
BEDENKTIJD = timedelta(minutes=2)
"""A ronde that was left within this time for the one before it, was started by a slip of the finger."""


def _announce(diner: Diner, now: datetime) -> None:
    """Tell the room and the team which ronde is on; the state travels along, so that 500 tablets need not ask."""
    publish(
        Event.RONDE_CHANGED,
        diner_group(diner.pk),
        zaal_group(diner.pk),
        **ronde_state(running_ronde(diner), diner, now),
    )


def _lock(diner_id: int) -> Diner:
    """The diner's row, locked: the clock of a diner is changed by one person at a time."""
    return Diner.objects.select_for_update(no_key=True).get(pk=diner_id)


def _fresh(ronde: Ronde, version: int | None) -> Ronde:
    """The ronde as it is in the database now; ``Conflict`` when it is not the version that was on the screen."""
    fresh = Ronde.objects.select_related("diner").get(pk=ronde.pk)
    if version is not None and version != fresh.version:
        raise Conflict("Iemand anders was je net voor. Je ziet nu de nieuwe stand.")
    return fresh


def _save(ronde: Ronde, now: datetime, gebruiker: Gebruiker | None, wat: str) -> Ronde:
    ronde.version += 1
    ronde.save()
    add_logregel(diner=ronde.diner, wat=f"{wat} ronde {ronde.nummer}", now=now, gebruiker=gebruiker)
    _announce(ronde.diner, now)
    return ronde


def _end(ronde: Ronde, now: datetime) -> None:
    """Close *ronde*; ``ends_at`` keeps when it was meant to end, so that it can go on with what was left."""
    ronde.ended_at = max(now, ronde.started_at or now)
    if ronde.paused_remaining is not None:
        ronde.ends_at = ronde.ended_at + timedelta(seconds=ronde.paused_remaining)
        ronde.paused_remaining = None
    ronde.version += 1
    ronde.save()


def _make_live(diner: Diner) -> None:
    if diner.status == Dinerstatus.AFGESLOTEN:
        raise DenkdinerError("Dit diner is afgesloten. Heropen het eerst.")
    if diner.status != Dinerstatus.LIVE:
        diner.status = Dinerstatus.LIVE
        diner.save(update_fields=["status"])


@transaction.atomic
def start_ronde(
    *, ronde: Ronde, now: datetime, version: int | None = None, gebruiker: Gebruiker | None = None
) -> Ronde:
    """Start *ronde*, or start it again with its full time; what was running ends. Makes the diner live."""
    diner = _lock(ronde.diner_id)
    fresh = _fresh(ronde, version)
    _make_live(diner)
    if fresh.is_running:
        raise Conflict("Deze ronde loopt al.")
    if (loopt := running_ronde(diner)) is not None:
        _end(loopt, now)
    fresh.diner = diner
    fresh.started_at, fresh.ends_at = now, now + timedelta(minutes=fresh.minuten)
    fresh.ended_at = fresh.paused_remaining = None
    follow_avond(diner=diner)
    return _save(fresh, now, gebruiker, "begon")


@transaction.atomic
def pause_ronde(
    *, ronde: Ronde, now: datetime, version: int | None = None, gebruiker: Gebruiker | None = None
) -> Ronde:
    """Stop the clock with the seconds that are left (0 in overtime)."""
    _lock(ronde.diner_id)
    fresh = _running(ronde, version)
    if fresh.is_paused:
        return fresh
    fresh.paused_remaining = max(0, round(fresh.remaining(now).total_seconds()))
    fresh.ends_at = None
    return _save(fresh, now, gebruiker, "pauzeerde")


@transaction.atomic
def resume_ronde(
    *, ronde: Ronde, now: datetime, version: int | None = None, gebruiker: Gebruiker | None = None
) -> Ronde:
    """Let the clock go on with what was left, of a paused ronde or of one that has ended: the way back after a slip.

    What was running ends; when it had only just begun and nothing was said in it, it is planned again.
    """
    diner = _lock(ronde.diner_id)
    fresh = _fresh(ronde, version)
    if fresh.left:
        return _go_back_to(diner, fresh, now, gebruiker)
    fresh = _running(ronde, version)
    if fresh.paused_remaining is None:
        return fresh
    fresh.ends_at, fresh.paused_remaining = now + timedelta(seconds=fresh.paused_remaining), None
    return _save(fresh, now, gebruiker, "hervatte")


def _go_back_to(diner: Diner, ronde: Ronde, now: datetime, gebruiker: Gebruiker | None) -> Ronde:
    _make_live(diner)
    if (loopt := running_ronde(diner)) is not None:
        _end(loopt, now)
        if loopt.started_at is not None and now - loopt.started_at < BEDENKTIJD and not has_notes(loopt):
            loopt.started_at = loopt.ends_at = loopt.ended_at = None
            loopt.save()
    ronde.diner = diner
    ronde.ends_at, ronde.ended_at = now + ronde.left, None
    follow_avond(diner=diner)
    return _save(ronde, now, gebruiker, "ging verder met")


@transaction.atomic
def extend_ronde(
    *,
    ronde: Ronde,
    minuten: int,
    now: datetime,
    version: int | None = None,
    gebruiker: Gebruiker | None = None,
) -> Ronde:
    """Give *minuten* more (or fewer, when negative); never ends before *now*."""
    if not -MAX_MINUTEN <= minuten <= MAX_MINUTEN:
        raise DenkdinerError("Verleng of verkort met ten hoogste tien uur.")
    _lock(ronde.diner_id)
    fresh = _running(ronde, version)
    if fresh.paused_remaining is not None:
        fresh.paused_remaining = max(0, fresh.paused_remaining + minuten * 60)
    elif fresh.ends_at is not None:
        fresh.ends_at = max(now, max(fresh.ends_at, now) + timedelta(minutes=minuten))
    return _save(fresh, now, gebruiker, f"gaf {minuten:+d} min aan")


@transaction.atomic
def stop_ronde(
    *, ronde: Ronde, now: datetime, version: int | None = None, gebruiker: Gebruiker | None = None
) -> Ronde:
    """End *ronde* without starting another."""
    _lock(ronde.diner_id)
    fresh = _running(ronde, version)
    _end(fresh, now)
    add_logregel(diner=fresh.diner, wat=f"stopte ronde {fresh.nummer}", now=now, gebruiker=gebruiker)
    _announce(fresh.diner, now)
    return fresh


def _running(ronde: Ronde, version: int | None) -> Ronde:
    fresh = _fresh(ronde, version)
    if not fresh.is_running:
        raise Conflict("Deze ronde loopt niet meer.")
    return fresh


def _set_status(
    diner: Diner, status: Dinerstatus, now: datetime, gebruiker: Gebruiker | None, wat: str
) -> Diner:
    fresh = _lock(diner.pk)
    if status == Dinerstatus.AFGESLOTEN and (loopt := running_ronde(fresh)) is not None:
        _end(loopt, now)
    fresh.status = status
    fresh.save(update_fields=["status"])
    add_logregel(diner=fresh, wat=wat, now=now, gebruiker=gebruiker)
    _announce(fresh, now)
    return fresh


@transaction.atomic
def open_diner(*, diner: Diner, now: datetime, gebruiker: Gebruiker | None = None) -> Diner:
    """Tables may come in: the diner is live, no ronde runs yet."""
    if diner.status == Dinerstatus.AFGESLOTEN:
        raise DenkdinerError("Dit diner is afgesloten. Heropen het eerst.")
    return _set_status(diner, Dinerstatus.LIVE, now, gebruiker, "opende het diner voor de tafels")


@transaction.atomic
def close_diner(*, diner: Diner, now: datetime, gebruiker: Gebruiker | None = None) -> Diner:
    """The evening is over: the running ronde ends and tables can no longer write."""
    return _set_status(diner, Dinerstatus.AFGESLOTEN, now, gebruiker, "sloot het diner af")


@transaction.atomic
def reopen_diner(*, diner: Diner, now: datetime, gebruiker: Gebruiker | None = None) -> Diner:
    """Back to live, for a late note."""
    return _set_status(diner, Dinerstatus.LIVE, now, gebruiker, "heropende het diner")
