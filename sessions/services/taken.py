"""Work in the background: started after the commit, in a lasting thread, with progress that a page can show.

The work holds no transaction while it computes: each report is a write of its own and short. A task that is stopped, or
whose process died, is *afgebroken*; whoever still works on it hears that at its next report, and its result is not stored.

Whether a process lives is not the work's to say, for a page that is drawn says nothing for minutes: as long as one is busy,
a thread beside it (``_heartbeat``) speaks for it, and for those that wait in line behind it.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import Error, IntegrityError, connections, transaction
from django.db.models import Q
from django.utils import timezone

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.threads import FOR_TASKS
from sessions.models import LOPEND, MAX_MELDING, Diner, Gebruiker, Reeks, Taak, Taakstatus
from sessions.models.taken import BEWAARD, STILTE, Taakbestand
from sessions.services.log import add_logregel, add_reeksregel
from sessions.tokens import seal, unseal

logger = logging.getLogger(__name__)

Json = dict[str, Any]
BESTAND = "taakbestand"
HARTSLAG = 15.0
"""Seconds: four fit in ``STILTE``, and on SQLite each is a write that a table may have to wait for."""
MISLUKT = "Er ging iets mis. Probeer het opnieuw; gaat het weer mis, vraag dan de beheerder."


class Gestopt(Exception):
    """Somebody stopped this task; raised inside the work, which ends by it."""


class Werk:
    """What the work of a task knows, and how it tells where it is. Of one thread."""

    def __init__(self, taak: Taak, clock: Callable[[], datetime]) -> None:
        self.taak, self.clock = taak, clock

    def report(self, voortgang: int, melding: str = "") -> None:
        """So many percent are done. Raises ``Gestopt``; call it now and then, so that who stops it is heard.

        One short write.
        """
        now = self.clock()
        waarden = {"voortgang": min(max(voortgang, 0), 100), "heartbeat_at": now}
        if melding:
            waarden["melding"] = melding[:MAX_MELDING]
        if not Taak.objects.filter(pk=self.taak.pk, status=Taakstatus.BEZIG).update(**waarden):
            raise Gestopt

    def confirm(self) -> None:
        """Inside the transaction that stores the result: the task is still wanted, and stays so until the end of it."""
        taak = Taak.objects.select_for_update(no_key=True).filter(pk=self.taak.pk).first()
        if taak is None or taak.status != Taakstatus.BEZIG:
            raise Gestopt


Doen = Callable[[Werk], Json]
_SOORTEN: dict[str, Doen] = {}
_NAMEN: dict[str, str] = {}


def register(soort: str, doen: Doen, naam: str) -> None:
    """Tasks of *soort* are done by *doen*: it computes, stores what it made (``Werk.confirm`` first), and returns the
    ``resultaat``. A ``DenkdinerError`` of it is what its user reads. *naam*: what it makes, for the log."""
    _SOORTEN[soort], _NAMEN[soort] = doen, naam


class _Line:
    """The tasks that wait in this process."""

    def __init__(self) -> None:
        self._pks: set[int] = set()
        self._lock = threading.Lock()

    def add(self, pk: int) -> None:
        with self._lock:
            self._pks.add(pk)

    def remove(self, pk: int) -> None:
        with self._lock:
            self._pks.discard(pk)

    def all(self) -> list[int]:
        with self._lock:
            return list(self._pks)


_line = _Line()


@transaction.atomic
def start_taak(
    *,
    soort: str,
    reeks: Reeks,
    diner: Diner | None = None,
    gebruiker: Gebruiker | None = None,
    now: datetime,
    opdracht: Json | None = None,
    wat: str = "",
) -> Taak:
    """Ask for *soort*, of *diner* or of the whole *reeks*; begins after the commit. ``Conflict`` when one is under way.

    *opdracht* is what the work finds in ``Werk.taak.opdracht``; *wat* is the line of the log.

    One whose process died is put away first, so that it never stands in the way.
    """
    if soort not in _SOORTEN:
        raise ValueError(f"nobody does {soort!r}")
    # Waits for an erasure (``stop_taken``), so that it reads nothing that is going.
    if Reeks.objects.select_for_update(no_key=True).filter(pk=reeks.pk).first() is None:
        raise Conflict("Deze reeks is net verwijderd.")
    Taak.objects.filter(
        reeks=reeks, diner=diner, soort=soort, status__in=LOPEND, heartbeat_at__lt=now - STILTE
    ).update(status=Taakstatus.AFGEBROKEN, finished_at=now)
    try:
        with transaction.atomic():
            taak = Taak.objects.create(
                reeks=reeks,
                diner=diner,
                soort=soort,
                gebruiker=gebruiker,
                opdracht=opdracht or {},
                asked_at=now,
                heartbeat_at=now,
            )
    except IntegrityError:
        raise Conflict("Dit is al bezig. Wacht tot het klaar is, of stop het eerst.") from None
    if wat:
        _log(taak, wat, now, gebruiker)
    transaction.on_commit(lambda: _submit(taak.pk))
    return taak


def _log(taak: Taak, wat: str, now: datetime, gebruiker: Gebruiker | None) -> None:
    if taak.diner is not None:
        add_logregel(diner=taak.diner, wat=wat, now=now, gebruiker=gebruiker)
    else:
        add_reeksregel(reeks=taak.reeks, wat=wat, now=now, gebruiker=gebruiker)


def _submit(pk: int) -> None:
    """In line for the thread. Tests put ``run_taak`` here, to have it done at once."""
    _line.add(pk)
    FOR_TASKS.submit(FOR_TASKS.with_database, run_taak, pk)


def run_taak(pk: int, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do task *pk*, unless it was stopped while it waited. Never raises: what goes wrong stands in the task."""
    _line.remove(pk)
    now = clock()
    begonnen = Taak.objects.filter(pk=pk, status=Taakstatus.WACHT).update(
        status=Taakstatus.BEZIG, started_at=now, heartbeat_at=now
    )
    taak = Taak.objects.select_related("reeks", "diner__reeks", "gebruiker").filter(pk=pk).first()
    if not begonnen or taak is None:
        return
    try:
        with _heartbeat(pk, clock):
            resultaat = _SOORTEN[taak.soort](Werk(taak, clock))
    except Gestopt:
        return
    except DenkdinerError as error:
        _finish(pk, Taakstatus.MISLUKT, clock(), melding=str(error))
    except Exception as error:
        # only its kind: what an error says of itself may hold the name of a guest
        logger.error("Task %s (%s) failed: %s", pk, taak.soort, type(error).__name__)
        _finish(pk, Taakstatus.MISLUKT, clock(), melding=MISLUKT)
    else:
        _finish(pk, Taakstatus.KLAAR, clock(), voortgang=100, melding="", resultaat=resultaat)


@contextmanager
def _heartbeat(pk: int, clock: Callable[[], datetime]) -> Iterator[None]:
    """Meanwhile a thread of its own tells every ``HARTSLAG`` seconds that this process lives: of *pk*, and of its line.

    It says nothing of the work: one that hangs is for a person to stop. A beat that fails is made up for by the next.
    """
    over = threading.Event()

    def tell() -> None:
        while not over.wait(HARTSLAG):
            try:
                _beat(pk, clock())
            except Error as error:  # a lock, or a database that is away for a moment
                logger.warning("No heartbeat of task %s: %s", pk, type(error).__name__)
            finally:
                connections.close_all()  # those of this thread; once in a while costs nothing, a stale one would

    thread = threading.Thread(target=tell, name=f"heartbeat-{pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(pk: int, now: datetime) -> None:
    """One write, for all."""
    bezig, wacht = Q(pk=pk, status=Taakstatus.BEZIG), Q(pk__in=_line.all(), status=Taakstatus.WACHT)
    Taak.objects.filter(bezig | wacht).update(heartbeat_at=now)


def _finish(pk: int, status: Taakstatus, now: datetime, **waarden: Any) -> None:
    if "melding" in waarden:
        waarden["melding"] = waarden["melding"][:MAX_MELDING]
    Taak.objects.filter(pk=pk, status=Taakstatus.BEZIG).update(
        status=status, finished_at=now, heartbeat_at=now, **waarden
    )


@transaction.atomic
def stop_taak(*, taak: Taak, now: datetime, gebruiker: Gebruiker | None = None) -> bool:
    """Stop it; nothing of it will be stored. False when it had already ended."""
    lopend = Taak.objects.filter(pk=taak.pk, status__in=LOPEND)
    if not lopend.update(status=Taakstatus.AFGEBROKEN, finished_at=now):
        return False
    _log(taak, f"stopte het maken van {_NAMEN.get(taak.soort, 'iets')}", now, gebruiker)
    return True


def stop_taken(*, reeks: Reeks, now: datetime) -> None:
    """Stop everything that is under way in *reeks*, before what it has read is erased; inside that transaction.

    Who began before the erasure has read names: ``Werk.confirm`` refuses its result. Who asks later waits for the erasure,
    for both lock the row of the reeks (``lock_reeks_at_rest``, ``start_taak``), and then finds nothing to read.
    """
    lopend = Taak.objects.filter(reeks=reeks, status__in=LOPEND)
    lopend.update(status=Taakstatus.AFGEBROKEN, finished_at=now)


# --- what it made --------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_bestand(*, werk: Werk, naam: str, mime: str, inhoud: bytes) -> None:
    """The file of the task: for ``BEWAARD``, or until the next of its kind. ``Gestopt`` when nobody wants it any more."""
    werk.confirm()
    taak = werk.taak
    Taakbestand.objects.filter(
        taak__reeks=taak.reeks, taak__diner=taak.diner, taak__soort=taak.soort
    ).delete()
    Taakbestand.objects.create(taak=taak, naam=naam, mime=mime, verzegeld=seal(purpose=BESTAND, data=inhoud))


def forget_bestanden(*, now: datetime) -> int:
    """Files whose day is over; how many. They hold the names of guests. For a timer."""
    return Taakbestand.objects.filter(taak__finished_at__lt=now - BEWAARD).delete()[0]


def bestand_of(taak: Taak | None, now: datetime) -> Taakbestand | None:
    """The file that *taak* made, as long as it is kept; without its contents. One query."""
    if taak is None or taak.finished_at is None or taak.finished_at < now - BEWAARD:
        return None
    return Taakbestand.objects.filter(taak=taak).defer("verzegeld").first()


def open_bestand(bestand: Taakbestand) -> bytes:
    """What is in it; ``DenkdinerError`` when the server's key has changed since."""
    inhoud = unseal(purpose=BESTAND, sealed=bytes(bestand.verzegeld))
    if inhoud is None:
        raise DenkdinerError("Dit bestand is met een andere sleutel gemaakt. Maak het opnieuw.")
    return inhoud
