"""What every write about the threads of a stelling begins and ends with: the lock, the fresh row, the nudge."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F, Max, Q

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish
from sessions.models import Gebruiker, Stelling
from synthesis.models import Draadstatus, Draadversie, Onderbouwing, RodeDraad
from synthesis.queries import oordelen_of, text_of


def announce_draden(draad_of: RodeDraad | Stelling, draad: int | None = None) -> None:
    stelling = draad_of if isinstance(draad_of, Stelling) else draad_of.stelling
    if stelling is not None:
        publish(Event.RODE_DRAAD_CHANGED, diner_group(stelling.diner_id), stelling=stelling.pk, draad=draad)


def store_draad(draad: RodeDraad) -> None:
    try:
        draad.full_clean()
    except ValidationError as error:
        raise DenkdinerError(" ".join(error.messages)) from None
    draad.save()


def keep_version(*, draad: RodeDraad, now: datetime, gebruiker: Gebruiker | None = None) -> None:
    """Keep *draad* as the database has it, before it is changed; what was vastgesteld goes back in review.

    For every service that is about to change words of a thread (merge, rename): inside its transaction, with the row of
    ``find_fresh``, before ``version`` goes up. A second time for the same version does nothing.
    """
    velden = text_of(draad) | {"status": draad.status}
    Draadversie.objects.get_or_create(
        draad=draad,
        version=draad.version,
        defaults={
            **velden,
            "written_at": draad.updated_at,
            "written_by_id": draad.updated_by_id,
            "replaced_at": now,
            "replaced_by": gebruiker,
        },
    )
    if draad.status == Draadstatus.VASTGESTELD:
        draad.status = Draadstatus.IN_REVIEW


def review_again(*, draden: Collection[int], now: datetime, gebruiker: Gebruiker | None = None) -> None:
    """Notes came or went under *draden*: what was vastgesteld and has an open warning by now goes back in review.

    The threads of the reeks that they carry too. Inside the transaction of the step; one query when none was vastgesteld.
    """
    if not draden:
        return
    boven = Onderbouwing.objects.filter(draad__in=draden).values("rode_draad")
    vast = (
        RodeDraad.objects.filter(Q(pk__in=draden) | Q(pk__in=boven), status=Draadstatus.VASTGESTELD)
        .select_related("reeks")
        .select_for_update(of=("self",), no_key=True)
        # those of the reeks last, as whoever locks both does
        .order_by(F("stelling").asc(nulls_last=True), "pk")
    )
    for draad in vast:
        if any(oordeel.is_open for oordeel in oordelen_of(draad)):
            keep_version(draad=draad, now=now, gebruiker=gebruiker)
            draad.version, draad.updated_at, draad.updated_by = draad.version + 1, now, gebruiker
            draad.save(update_fields=["status", "version", "updated_at", "updated_by"])


class Verdwenen(Conflict):
    """The thread is gone: somebody merged or deleted it, or a new proposal took its place."""

    def __init__(self, melding: str = "") -> None:
        super().__init__(melding or "Deze rode draad bestaat niet meer. Wat je schreef, staat hieronder nog.")


def lock_stelling(stelling: Stelling | int) -> None:
    """Threads and placements of one stelling are changed by one person (or proposal) at a time.

    No key is touched: tables may go on logging notes about it.
    """
    pk = stelling if isinstance(stelling, int) else stelling.pk
    Stelling.objects.select_for_update(no_key=True).get(pk=pk)


def lock_stellingen_of(draden: Iterable[int]) -> None:
    """As ``lock_stelling``, of all these threads. For who also changes threads of the reeks: the stellingen first, in order,
    as a step on the werkbank has it; so nobody waits in a ring. One query, however many.
    """
    van = Stelling.objects.filter(pk__in=RodeDraad.alle.filter(pk__in=list(draden)).values("stelling"))
    list(van.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def find_fresh(draad: RodeDraad) -> RodeDraad:
    """*draad* as it is now, nobody else changing it; raises ``Verdwenen``."""
    if draad.stelling_id is not None:
        lock_stelling(draad.stelling_id)
    fresh = (
        RodeDraad.objects.select_for_update(of=("self",))
        .select_related("stelling")
        .filter(pk=draad.pk)
        .first()
    )
    if fresh is None:
        raise Verdwenen
    return fresh


def last_place(stelling: Stelling) -> int:
    hoogste: int | None = stelling.rode_draden.aggregate(hoogste=Max("volgorde"))["hoogste"]
    return -1 if hoogste is None else hoogste
