"""The log: who did what when. Written in the transaction of what it tells, so that neither exists without the other."""

from datetime import datetime

from sessions.models import MAX_WAT, Diner, Gebruiker, Logregel, Reeks


def add_logregel(*, diner: Diner, wat: str, now: datetime, gebruiker: Gebruiker | None = None) -> Logregel:
    """Note that *gebruiker* (None: a tablet, or the server itself) did *wat* at *diner*; cut off at ``MAX_WAT`` characters.

    *wat* is a Dutch phrase without the text of a note or a message, and without the name of a guest.
    """
    return Logregel.objects.create(
        reeks_id=diner.reeks_id, diner=diner, at=now, gebruiker=gebruiker, wat=wat[:MAX_WAT]
    )


def add_reeksregel(*, reeks: Reeks, wat: str, now: datetime, gebruiker: Gebruiker | None = None) -> Logregel:
    """As ``add_logregel``, about the reeks itself; *wat* also holds no e-mail address: a log outlives who left."""
    return Logregel.objects.create(reeks=reeks, at=now, gebruiker=gebruiker, wat=wat[:MAX_WAT])
