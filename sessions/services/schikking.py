"""Who sits where: a plan that is made in the background, repaired when guests come or go, and changed by hand."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import LOPEND, Diner, Gast, Gebruiker, Plaats, Ronde, Rondesoort, Taak, Tafel
from sessions.models.taken import STILTE
from sessions.schikking import Stand, stand_of
from sessions.services.log import Wie, add_logregel, log
from sessions.services.taken import Json, Werk, register, start_taak

if TYPE_CHECKING:  # with numpy: loaded when somebody asks for a seating
    from sessions.seating import Plan

SCHIKKING = "schikking"
"""The kind of its ``Taak``."""
GRENS = 90.0
"""Seconds that a plan may take; four hundred guests take some five."""
ANDERS = "Intussen is er iets veranderd aan de gasten, de tafels of de rondes."


def _check(stand: Stand) -> None:
    from sessions.seating import MAX_GASTEN

    if not stand.gasten:
        raise DenkdinerError("Er zijn nog geen gasten om een plaats te geven.")
    if len(stand.gasten) > MAX_GASTEN:
        raise DenkdinerError("Een tafelschikking kan voor ten hoogste 1.000 gasten.")
    if not any(tafel.aantal_gasten for tafel in stand.tafels):
        raise DenkdinerError("Er zijn nog geen tafels met plaatsen.")
    if not any(ronde.started_at is None for ronde in stand.rondes):
        raise DenkdinerError("Er is geen tafelgesprek dat nog moet beginnen.")


def start_schikking(*, diner: Diner, gebruiker: Gebruiker, now: datetime) -> Taak:
    """Have a plan made in the background. Raises ``DenkdinerError`` without guests, tables or talks to come.

    ``Conflict`` when one is being made. Each time another plan: the seed is how often it was asked for.
    """
    _check(stand_of(diner))
    return start_taak(soort=SCHIKKING, reeks=diner.reeks, diner=diner, gebruiker=gebruiker, now=now)


def _make(werk: Werk) -> Json:
    """The work of the task: compute without a transaction, then store it all, unless the evening changed meanwhile."""
    from sessions.seating import make_plan, measure

    diner = werk.taak.diner
    if diner is None:
        raise ValueError("a seating is of a diner")
    stand = stand_of(diner)
    _check(stand)
    seed = Taak.objects.filter(diner=diner, soort=SCHIKKING, pk__lt=werk.taak.pk).count()
    plan = make_plan(stand.zaal, seed=seed, limit=GRENS, report=werk.report)
    with transaction.atomic():
        Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
        werk.confirm()
        nu = stand_of(diner)
        if _differs(stand, nu):
            raise DenkdinerError(f"{ANDERS} Maak de schikking opnieuw.")
        _store(nu, plan)
        add_logregel(
            diner=diner, wat="maakte een tafelschikking", now=werk.clock(), gebruiker=werk.taak.gebruiker
        )
    return {"maat": measure(plan, stand.organisaties, stand.sectoren).words, "seed": seed}


register(SCHIKKING, _make, "een tafelschikking")


def _differs(stand: Stand, nu: Stand) -> bool:
    """Was anything that a plan rests on changed since *stand* was read?"""
    return (nu.zaal, nu.gasten, nu.tafels, nu.rondes) != (
        stand.zaal,
        stand.gasten,
        stand.tafels,
        stand.rondes,
    )


def _store(stand: Stand, plan: Plan) -> int:
    """Put *plan* in the place of what *stand* says, in the rondes that have not begun; how many places changed.

    *stand* is read under the lock: a guest who was moved away and back since has another row.
    Guests who signed off lose their places there.
    """
    from sessions.seating import GEEN

    weg: list[int] = []
    nieuw: list[Plaats] = []
    komend = [(r, ronde) for r, ronde in enumerate(stand.rondes) if ronde.started_at is None]
    for r, ronde in komend:
        for gast, plek in zip(stand.gasten, plan[r], strict=True):
            plaats = stand.plaatsen.get((ronde.pk, gast.pk))
            tafel = None if plek == GEEN else stand.tafels[plek]
            if (plaats and plaats.tafel_id) == (tafel and tafel.pk):
                continue
            if plaats is not None:
                weg.append(plaats.pk)
            if tafel is not None:
                nieuw.append(Plaats(gast=gast, ronde=ronde, tafel=tafel, vast=bool(plaats and plaats.vast)))
    Plaats.objects.filter(ronde__in=[ronde for _, ronde in komend], gast__afgemeld=True).delete()
    for begin in range(0, len(weg), 500):
        Plaats.objects.filter(pk__in=weg[begin : begin + 500]).delete()
    Plaats.objects.bulk_create(nieuw, batch_size=500)
    return len({(plaats.ronde_id, plaats.gast_id) for plaats in nieuw})


def repair_schikking(*, diner: Diner, gebruiker: Gebruiker, now: datetime) -> int:
    """After guests signed off or came later: as few changes as can be; how many.

    In the request: half a second for a thousand guests, computed before the lock, because notes wait for that one.
    Raises ``DenkdinerError`` as ``start_schikking`` does, and without a plan; ``Conflict`` while one is being made, or when
    the evening changed meanwhile.
    """
    from sessions.seating import repair_plan

    stand = stand_of(diner)
    _check(stand)
    if not stand.plaatsen:
        raise DenkdinerError("Er is nog geen schikking. Maak er eerst een.")
    plan = repair_plan(stand.zaal)
    with transaction.atomic():
        Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
        lopend = Taak.objects.filter(diner=diner, soort=SCHIKKING, status__in=LOPEND)
        if lopend.filter(
            heartbeat_at__gte=now - STILTE
        ).exists():  # one whose process died stands in nobody's way
            raise Conflict("Er wordt net een schikking gemaakt. Wacht tot die klaar is.")
        nu = stand_of(diner)
        if _differs(stand, nu):
            raise Conflict(f"{ANDERS} Probeer het nog eens.")
        aantal = _store(nu, plan)
        add_logregel(
            diner=diner, wat=f"werkte de tafelschikking bij: {aantal} plaatsen", now=now, gebruiker=gebruiker
        )
    return aantal


def _coming(gast: Gast, ronde: Ronde) -> None:
    """*ronde* is one in which places can change; its diner is locked."""
    Diner.objects.select_for_update(no_key=True).get(pk=ronde.diner_id)
    ronde.refresh_from_db()
    if gast.diner_id != ronde.diner_id or ronde.soort != Rondesoort.TAFELGESPREK:
        raise DenkdinerError("Alleen in een tafelgesprek van dit diner hebben gasten een plaats.")
    if ronde.started_at is not None:
        raise DenkdinerError("Deze ronde is al begonnen; de plaatsen blijven zoals ze waren.")


@transaction.atomic
def move_gast(*, gast: Gast, ronde: Ronde, tafel: Tafel | None, wie: Wie | None = None) -> None:
    """*gast* sits at *tafel* in *ronde* (None: nowhere), pinned: a person wanted it. ``DenkdinerError`` when it is full."""
    _coming(gast, ronde)
    if tafel is None:
        if Plaats.objects.filter(gast=gast, ronde=ronde).delete()[0]:
            log(wie, ronde.diner, f"haalde een gast van tafel in ronde {ronde.nummer}")
        return
    if tafel.diner_id != ronde.diner_id:
        raise DenkdinerError("Deze tafel hoort niet bij dit diner.")
    if Plaats.objects.filter(gast=gast, ronde=ronde, tafel=tafel, vast=True).exists():
        return
    anderen = Plaats.objects.filter(ronde=ronde, tafel=tafel, gast__afgemeld=False).exclude(gast=gast)
    if anderen.count() >= tafel.aantal_gasten:
        raise DenkdinerError(f"{tafel} is vol in deze ronde. Haal daar eerst iemand weg.")
    Plaats.objects.update_or_create(gast=gast, ronde=ronde, defaults={"tafel": tafel, "vast": True})
    log(wie, ronde.diner, f"zette een gast in ronde {ronde.nummer} aan tafel {tafel.nummer}")


@transaction.atomic
def pin_gast(*, gast: Gast, ronde: Ronde, vast: bool, wie: Wie | None = None) -> None:
    """A pinned guest stays where they are in *ronde* when a plan is made. ``DenkdinerError`` without a place."""
    _coming(gast, ronde)
    plaats = Plaats.objects.filter(gast=gast, ronde=ronde)
    if plaats.exclude(vast=vast).update(vast=vast):
        log(wie, ronde.diner, f"zette een gast in ronde {ronde.nummer} {'vast' if vast else 'los'}")
    elif not plaats.exists():
        raise DenkdinerError("Deze gast heeft in deze ronde geen plaats.")
