"""What the projector shows: chosen by the regie, and back to the evening as soon as a ronde begins."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish, zaal_group
from sessions.models import Beeld, Diner, Gebruiker, Scherm
from sessions.services.log import add_logregel


def announce_scherm(diner_id: int) -> None:
    """What the scherm of this diner shows may have changed: the team and everything in the room hear it."""
    publish(Event.SCHERM_CHANGED, diner_group(diner_id), zaal_group(diner_id))


@transaction.atomic
def show_beeld(
    *, diner: Diner, beeld: str, version: int, now: datetime, gebruiker: Gebruiker | None = None
) -> Scherm:
    """Put *beeld* on the scherm of *diner*, also when it was empty; *version* is what the regisseur was looking at.

    Raises ``DenkdinerError`` for a beeld that there is not, ``Conflict`` when somebody else was faster.
    """
    if beeld not in Beeld:
        raise DenkdinerError("Kies een beeld uit de lijst.")
    scherm = _fresh(diner, version)
    scherm.beeld, scherm.is_leeg = beeld, False
    return _save(scherm, now, gebruiker, f"zette op het scherm: {Beeld(beeld).label.lower()}")


@transaction.atomic
def clear_scherm(*, diner: Diner, leeg: bool, now: datetime, gebruiker: Gebruiker | None = None) -> Scherm:
    """The panic button: show nothing (*leeg*), or again what was there. Asks for no version: it must always work."""
    scherm = _fresh(diner, None)
    if scherm.is_leeg == leeg:
        return scherm
    scherm.is_leeg = leeg
    return _save(scherm, now, gebruiker, "maakte het scherm leeg" if leeg else "bracht het scherm terug")


def _fresh(diner: Diner, version: int | None) -> Scherm:
    Scherm.objects.get_or_create(diner=diner)
    scherm = Scherm.objects.select_for_update().get(diner=diner)
    if version is not None and version != scherm.version:
        raise Conflict("Iemand anders was je net voor. Je ziet nu wat er op het scherm staat.")
    return scherm


def _save(scherm: Scherm, now: datetime, gebruiker: Gebruiker | None, wat: str) -> Scherm:
    scherm.version += 1
    scherm.save()
    add_logregel(diner=scherm.diner, wat=wat, now=now, gebruiker=gebruiker)
    announce_scherm(scherm.diner_id)
    return scherm


def follow_avond(*, diner: Diner) -> None:
    """A ronde begins: the room sees it, whatever the scherm showed. An empty scherm stays empty until somebody says so."""
    anders = Scherm.objects.filter(diner=diner).exclude(beeld=Beeld.AVOND)
    if anders.update(beeld=Beeld.AVOND, version=F("version") + 1):
        announce_scherm(diner.pk)
