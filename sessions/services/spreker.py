"""What a spreker brings: the portrait, and ideas for stellingen."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.pictures import clean_photo
from sessions.models import (
    Briefing,
    Diner,
    Gebruiker,
    Portret,
    Reeks,
    Spreker,
    Stelling,
    Stellingidee,
    Stellingstatus,
)
from sessions.services.bewaren import erasure_of
from sessions.services.briefing import lock_optreden
from sessions.services.log import Wie, add_logregel, log
from sessions.services.programma import add_stelling

PORTRET_ZIJDE = 800
"""Pixels: sharp on a beamer, small in a database."""
MAX_IDEEEN = 10
"""Of one spreker at one diner, so that a link that went astray fills no table."""


def keep_portret(*, spreker: Spreker, data: bytes, now: datetime, wie: Wie | None = None) -> Portret:
    """*data*, made small and clean, is the portrait of *spreker*. Raises ``DenkdinerError`` for what is no picture.

    Looked at before the transaction: what takes seconds must not keep the tables from writing. ``Conflict`` when the persons
    of the reeks were erased meanwhile: a portrait is one of the things that had to go.
    """
    gewist = erasure_of(spreker.reeks)
    beeld = clean_photo(data, max_side=PORTRET_ZIJDE)
    velden = {"data": beeld, "mime": "image/jpeg", "vingerafdruk": sha256(beeld).hexdigest(), "made_at": now}
    with transaction.atomic():
        reeks = Reeks.objects.select_for_update(no_key=True).get(pk=spreker.reeks_id)
        if erasure_of(reeks) != gewist:
            raise Conflict("De persoonsgegevens van deze reeks zijn net gewist; het portret is niet bewaard.")
        portret, _ = Portret.objects.update_or_create(spreker=spreker, defaults=velden)
        log(wie, reeks, "bewaarde een portret van een spreker")
    return portret


@transaction.atomic
def remove_portret(*, spreker: Spreker, wie: Wie | None = None) -> None:
    """The portrait is gone; without one nothing happens."""
    if Portret.objects.filter(spreker=spreker).delete()[0]:
        log(wie, spreker.reeks, "haalde het portret van een spreker weg")


@transaction.atomic
def add_idee(*, briefing: Briefing, tekst: str, now: datetime) -> Stellingidee:
    """The spreker of *briefing* suggests a stelling; the same words twice are one idea.

    Raises ``DenkdinerError`` after the evening, and beyond ``MAX_IDEEEN``.
    """
    optreden = lock_optreden(briefing.optreden_id, "De avond is voorbij; hier kun je niets meer voorstellen.")
    tekst = " ".join(tekst.split())
    if (same := optreden.ideeen.filter(tekst=tekst).first()) is not None:
        return same
    if optreden.ideeen.count() >= MAX_IDEEEN:
        raise DenkdinerError(f"Je hebt al {MAX_IDEEEN} stellingen voorgesteld. Dank je wel, dat is genoeg.")
    idee = Stellingidee.objects.create(optreden=optreden, tekst=tekst, made_at=now)
    add_logregel(diner=optreden.diner, wat=f"{optreden.spreker.naam} stelde een stelling voor", now=now)
    return idee


def _open_idee(diner: Diner, pk: int) -> Stellingidee:
    """Locked, and still open: of two organisers who press at once the second hears that it is done."""
    staand = Stellingidee.objects.open().select_for_update(no_key=True, of=("self",))
    idee = staand.select_related("optreden__spreker").filter(optreden__diner=diner, pk=pk).first()
    if idee is None:
        raise DenkdinerError("Dit idee is al afgehandeld. Kijk wat er nu staat.")
    return idee


@transaction.atomic
def adopt_idee(*, idee: Stellingidee, gebruiker: Gebruiker, now: datetime) -> Stelling:
    """A concept with the words of *idee*, at the end of the list. Raises ``DenkdinerError`` when it was settled already."""
    diner = idee.optreden.diner
    fresh = _open_idee(diner, idee.pk)
    stelling = add_stelling(diner=diner, tekst=fresh.tekst, status=Stellingstatus.CONCEPT)
    fresh.stelling, fresh.settled_at = stelling, now
    fresh.save(update_fields=["stelling", "settled_at"])
    wat = f"nam een stelling over van {fresh.optreden.spreker.naam}"
    add_logregel(diner=diner, wat=wat, now=now, gebruiker=gebruiker)
    return stelling


@transaction.atomic
def dismiss_idee(*, idee: Stellingidee, gebruiker: Gebruiker, now: datetime) -> None:
    """Laid aside: it is kept, and no longer asked about. Raises ``DenkdinerError`` when it was settled already."""
    fresh = _open_idee(idee.optreden.diner, idee.pk)
    fresh.settled_at = now
    fresh.save(update_fields=["settled_at"])
    wat = f"legde een stelling van {fresh.optreden.spreker.naam} opzij"
    add_logregel(diner=idee.optreden.diner, wat=wat, now=now, gebruiker=gebruiker)
