"""A diner that begins where another one was: copied, or with a draaiboek that works.

What comes along is the plan, never the evening: no guests, no links of tables, nothing that was said.
"""

from datetime import date, time
from typing import Any

from django.db import models, transaction

from denkdiner.errors import DenkdinerError
from sessions.models import (
    Diner,
    Optreden,
    Reeks,
    Ronde,
    Stelling,
    Stellingstatus,
    Tafel,
)
from sessions.queries import standaard_avond
from sessions.services.log import Wie, log
from sessions.services.programma import announce_programma, create_diner

GEKOPIEERD: dict[type[models.Model], tuple[str, ...]] = {
    Diner: ("locatie", "herinner_dagen"),
    Stelling: ("nummer", "tekst", "toelichting", "doorvragen"),
    Ronde: ("nummer", "soort", "titel", "minuten"),
    Optreden: ("spreker", "volgorde"),
    Tafel: ("nummer", "naam", "aantal_gasten"),
}
"""Per kind the fields that come along as they are; a ronde also keeps its stelling when that comes along."""


@transaction.atomic
def copy_diner(
    *,
    bron: Diner,
    reeks: Reeks,
    titel: str,
    datum: date | None,
    begintijd: time | None,
    stellingen: bool,
    draaiboek: bool,
    tafels: bool,
    sprekers: bool = False,
    wie: Wie | None = None,
) -> Diner:
    """A new diner at the end of *reeks*, with what is asked of *bron*, which may be of another one: then without sprekers.

    Stellingen come as concept, and no spreker has confirmed. Raises ``DenkdinerError`` as ``create_diner`` does.
    """
    if sprekers and reeks.pk != bron.reeks_id:  # people are known to one reeks, for its purpose
        raise DenkdinerError("Sprekers horen bij hun eigen reeks en komen niet mee.")
    diner = create_diner(reeks=reeks, titel=titel, datum=datum, begintijd=begintijd, **_fields_of(bron))
    nieuw = _copy_all(bron.stellingen, diner, status=Stellingstatus.CONCEPT) if stellingen else {}
    if draaiboek:
        for ronde in bron.rondes.order_by("nummer"):
            Ronde.objects.create(diner=diner, stelling=nieuw.get(ronde.stelling_id), **_fields_of(ronde))
    if sprekers:
        _copy_all(bron.optredens, diner)
    if tafels:
        _copy_all(bron.tafels, diner)
    elders = "" if reeks.pk == bron.reeks_id else f" van {bron.reeks.titel}"
    log(wie, diner, f"maakte dit diner als kopie van diner {bron.nummer}{elders}")
    return diner


def _fields_of(thing: models.Model) -> dict[str, Any]:
    return {naam: getattr(thing, naam) for naam in GEKOPIEERD[type(thing)]}


def _copy_all(things: Any, diner: Diner, **fields: Any) -> dict[int | None, Any]:
    """Copies of *things* at *diner*, by the pk of what they are a copy of."""
    return {
        thing.pk: type(thing).objects.create(diner=diner, **_fields_of(thing), **fields)
        for thing in things.all()
    }


# --- a draaiboek to begin with -------------------------------------------------------------------------------------------


@transaction.atomic
def add_standaard_draaiboek(*, diner: Diner, wie: Wie | None = None) -> list[Ronde]:
    """``queries.standaard_avond`` for the stellingen of *diner*. Raises ``DenkdinerError`` when it has a draaiboek."""
    Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
    if diner.rondes.exists():
        raise DenkdinerError("Dit diner heeft al een draaiboek.")
    rondes = standaard_avond(list(diner.stellingen.order_by("nummer")))
    for ronde in rondes:
        ronde.diner = diner
    Ronde.objects.bulk_create(rondes)
    log(wie, diner, "zette het standaard draaiboek klaar")
    announce_programma(diner)
    return rondes


@transaction.atomic
def begin_diner(*, reeks: Reeks, standaard: bool, wie: Wie | None = None, **fields: Any) -> Diner:
    """A new diner at the end of *reeks*: empty, or with a draaiboek that works (*standaard*)."""
    diner = create_diner(reeks=reeks, wie=wie, **fields)
    if standaard:
        add_standaard_draaiboek(diner=diner)
    return diner
