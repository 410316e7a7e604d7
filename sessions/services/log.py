"""The log: who did what when. Written in the transaction of what it tells, so that neither exists without the other."""

from dataclasses import dataclass
from datetime import datetime

from sessions.models import MAX_OVER, MAX_WAT, Diner, Gebruiker, Logregel, Reeks


def add_logregel(*, diner: Diner, wat: str, now: datetime, gebruiker: Gebruiker | None = None) -> Logregel:
    """Note that *gebruiker* (None: a tablet, or the server itself) did *wat* at *diner*; cut off at ``MAX_WAT`` characters.

    *wat* is a Dutch phrase without the text of a note or a message, and without the name of a guest.
    """
    return Logregel.objects.create(
        reeks_id=diner.reeks_id,
        diner=diner,
        over=str(diner)[:MAX_OVER],
        at=now,
        gebruiker=gebruiker,
        wat=wat[:MAX_WAT],
    )


def add_reeksregel(*, reeks: Reeks, wat: str, now: datetime, gebruiker: Gebruiker | None = None) -> Logregel:
    """As ``add_logregel``, about the reeks itself; *wat* also holds no e-mail address: a log outlives who left."""
    return Logregel.objects.create(reeks=reeks, at=now, gebruiker=gebruiker, wat=wat[:MAX_WAT])


@dataclass(frozen=True, slots=True)
class Wie:
    """Who does it, and when. Pages make one (``access.wie``) for the services that prepare an evening."""

    gebruiker: Gebruiker
    now: datetime


def log(wie: Wie | None, over: Diner | Reeks, wat: str) -> None:
    """The line of what *wie* did. None without *wie*: that is a step of an import or a copy, which has a line of its own."""
    if wie is None:
        return
    if isinstance(over, Diner):
        add_logregel(diner=over, wat=wat, now=wie.now, gebruiker=wie.gebruiker)
    else:
        add_reeksregel(reeks=over, wat=wat, now=wie.now, gebruiker=wie.gebruiker)
