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
    Ronde,
    Rondesoort,
    Stelling,
    Stellingstatus,
    Tafel,
)
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

STANDAARD_AANTAL = 3


@transaction.atomic
def copy_diner(
    *,
    bron: Diner,
    titel: str,
    datum: date | None,
    begintijd: time | None,
    stellingen: bool,
    draaiboek: bool,
    sprekers: bool,
    tafels: bool,
    wie: Wie | None = None,
) -> Diner:
    """A new diner at the end of the reeks of *bron*, with what is asked of it.

    Stellingen come as concept, and no spreker has confirmed. Raises ``DenkdinerError`` as ``create_diner`` does.
    """
    diner = create_diner(reeks=bron.reeks, titel=titel, datum=datum, begintijd=begintijd, **_fields_of(bron))
    nieuw = _copy_all(bron.stellingen, diner, status=Stellingstatus.CONCEPT) if stellingen else {}
    if draaiboek:
        for ronde in bron.rondes.order_by("nummer"):
            Ronde.objects.create(diner=diner, stelling=nieuw.get(ronde.stelling_id), **_fields_of(ronde))
    if sprekers:
        _copy_all(bron.optredens, diner)
    if tafels:
        _copy_all(bron.tafels, diner)
    log(wie, diner, f"maakte dit diner als kopie van diner {bron.nummer}")
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
    """An evening that works: speaker and tables in turn, a course between the talks, and together at the end.

    One talk for each stelling of *diner*; three without, to choose them later. Raises ``DenkdinerError`` when there is one.
    """
    Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
    if diner.rondes.exists():
        raise DenkdinerError("Dit diner heeft al een draaiboek.")
    stellingen: list[Stelling | None] = [*diner.stellingen.order_by("nummer")]
    avond: list[tuple[Rondesoort, str, int, Stelling | None]] = [(Rondesoort.ONTVANGST, "", 15, None)]
    for plek, stelling in enumerate(stellingen or [None] * STANDAARD_AANTAL):
        if plek:
            avond.append((Rondesoort.GANG, "", 20, None))
        avond.append(
            (Rondesoort.SPREKER, "Inleiding" if not plek else "Reflectie", 15 if not plek else 10, None)
        )
        avond.append((Rondesoort.TAFELGESPREK, f"Gesprek {plek + 1}", 25, stelling))
    avond += [(Rondesoort.PLENAIR, "Oogst", 15, None), (Rondesoort.AFSLUITING, "", 5, None)]
    rondes = Ronde.objects.bulk_create(
        Ronde(diner=diner, nummer=nummer, soort=soort, titel=titel, minuten=minuten, stelling=stelling)
        for nummer, (soort, titel, minuten, stelling) in enumerate(avond, start=1)
    )
    log(wie, diner, "zette het standaard draaiboek klaar")
    announce_programma(diner)
    return rondes
