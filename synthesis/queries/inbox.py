"""Reads of the inbox: what still has no place, the threads it may go to, and what it looks like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from capture.models import Bijdrage, Bron
from capture.queries import current_place
from sessions.models import Diner, Gebruiker, Stelling
from synthesis.models import Handeling, Onderbouwing
from synthesis.queries.concepten import kept_corpus_of, notities_of
from synthesis.queries.werkbank import Draadkaart, werkbank

LOS, OPZIJ = "los", "opzij"
"""Where a note is that is in no thread: nobody dealt with it, or somebody laid it aside."""
INBOX_MAX = 200
"""Notes that are shown at once; the others come as these find a place."""
LIJKT_MAX = 60
"""Notes at the top of the list that are compared with the threads."""

KORT = timedelta(minutes=1)
"""How long what a colleague did is news."""


def plek_of(draad: int | None, *, is_los: bool) -> str:
    """Where a note is, in one word: ``LOS``, ``OPZIJ`` or the pk of its thread. What a step says that it was looking at."""
    return LOS if is_los else str(draad or OPZIJ)


@dataclass(frozen=True, slots=True)
class Inboxdraad:
    """A thread to which a note can go, with the key that does it."""

    nummer: int
    kaart: Draadkaart

    @property
    def toets(self) -> str:
        """1–9; a later thread has none, and is chosen from the list."""
        return str(self.nummer) if self.nummer <= 9 else ""


@dataclass(frozen=True, slots=True)
class Inboxregel:
    """A note and where it is now."""

    bijdrage: Bijdrage
    plek: str
    rij: Onderbouwing | None
    draad: Inboxdraad | None
    lijkt_op: Inboxdraad | None
    """The thread that it looks most like; only said of a loose note, and only when it does so clearly."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything on the inbox of one stelling."""

    stelling: Stelling | None
    regels: tuple[Inboxregel, ...]
    draden: tuple[Inboxdraad, ...]
    geplaatst: int
    opzij: int
    los: int
    totaal: int
    stil: tuple[int, ...] = ()
    meer: int = 0
    """How many notes come after those that are shown."""


def inbox_stelling(diner: Diner, nummer: int | None = None) -> Stelling | None:
    """Stelling *nummer* of *diner*; without one the stelling that tables talk about, or did last, or will first."""
    stellingen = list(diner.stellingen.order_by("nummer"))
    if nummer is not None:
        return next((stelling for stelling in stellingen if stelling.nummer == nummer), None)
    nu = current_place(diner).stelling
    return next(
        (s for s in stellingen if nu is not None and s.pk == nu.pk), stellingen[0] if stellingen else None
    )


def algemeen_of(diner: Diner, *, alles: bool = False) -> Inbox:
    """As ``inbox_of``, for what tables said about no stelling: no thread is for it, it can only be laid aside. One query."""
    bijdragen = (
        diner.bijdragen.present().of_tables().filter(stelling=None).select_related("tafel", "onderbouwing")
    )
    regels = [
        Inboxregel(b, plek_of(None, is_los=rij is None), rij, None, None)
        for b in bijdragen.order_by("created_at", "pk")
        for rij in [getattr(b, "onderbouwing", None)]
    ]
    los = [regel for regel in regels if regel.plek == LOS]
    alle = regels[::-1] if alles else los
    return Inbox(
        None, tuple(alle[:INBOX_MAX]), (), 0, len(regels) - len(los), len(los), len(regels), meer=_meer(alle)
    )


def _meer(regels: Sequence[Inboxregel]) -> int:
    return max(0, len(regels) - INBOX_MAX)


def laatste_van_anderen(diner: Diner, gebruiker: Gebruiker, now: datetime) -> Handeling | None:
    """What a colleague of *gebruiker* did last, when that is less than ``KORT`` ago. One query."""
    anderen = Handeling.objects.done().filter(diner=diner, at__gte=now - KORT).exclude(gebruiker=gebruiker)
    return anderen.select_related("gebruiker").order_by("-pk").first()


def inbox_of(stelling: Stelling, *, alles: bool = False) -> Inbox:
    """The loose notes of tables about *stelling*, oldest first; with *alles* every note, newest first.

    Four queries, however many notes and threads; two more when the words of the diner have to be learnt anew.
    """
    bank = werkbank(stelling, minderheid=False)
    draden = tuple(Inboxdraad(nummer, kaart) for nummer, kaart in enumerate(bank.kaarten, start=1))
    waar = {rij.bijdrage_id: (draad, rij) for draad in draden for rij in draad.kaart.onderbouwingen}
    regels = [
        Inboxregel(
            bijdrage,
            str(waar[bijdrage.pk][0].kaart.draad.pk),
            waar[bijdrage.pk][1],
            waar[bijdrage.pk][0],
            None,
        )
        for draad in draden
        for bijdrage in draad.kaart.bijdragen
        if bijdrage.bron == Bron.TAFEL
    ]
    opzij = [Inboxregel(b, OPZIJ, getattr(b, "onderbouwing", None), None, None) for b in bank.opzij]
    lijkt = _lijkt_op(stelling, draden, bank.los[:LIJKT_MAX])
    losse = [Inboxregel(b, LOS, None, None, lijkt.get(b.pk)) for b in bank.los]
    if alles:
        alle = sorted(
            [*regels, *opzij, *losse], key=lambda r: (r.bijdrage.created_at, r.bijdrage.pk), reverse=True
        )
    else:
        alle = losse
    return Inbox(
        stelling,
        tuple(alle[:INBOX_MAX]),
        draden,
        bank.geplaatst,
        len(opzij),
        len(losse),
        bank.totaal,
        bank.stil,
        _meer(alle),
    )


def _lijkt_op(
    stelling: Stelling, draden: Sequence[Inboxdraad], losse: Sequence[Bijdrage]
) -> dict[Any, Inboxdraad]:
    """By pk of a loose note: the thread that it clearly looks most like. One query, or three when much was said since."""
    from synthesis.drafting.lexical import nearest_groups  # numpy: only when there is something to compare

    if not losse or not any(draad.kaart.bijdragen for draad in draden):
        return {}
    geplaatst = {b.pk: str(draad.nummer) for draad in draden for b in draad.kaart.bijdragen}
    alle = [*(b for draad in draden for b in draad.kaart.bijdragen), *losse]
    gevonden = nearest_groups(kept_corpus_of(stelling.diner), notities_of(alle, geplaatst))
    return {b.pk: draden[int(gevonden[str(b.pk)]) - 1] for b in losse if str(b.pk) in gevonden}
