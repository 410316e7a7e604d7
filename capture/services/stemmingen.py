"""Guests vote by phone: opening and closing, and one vote a phone. The rules: docs/decisions/0010-peiling-by-phone.md."""

import math
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Sum
from django.utils.crypto import salted_hmac

from capture.models import Keuze, Moment, Stem, Stemlink, Stemming
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import Event, diner_group, publish, zaal_group
from sessions.models import Diner, Dinerstatus, Gebruiker, Stelling
from sessions.services import add_logregel
from sessions.tokens import code_hash, derive_short, new_nonce

RUIMTE, MIN_TOESTELLEN = 1.2, 30
"""Phones that may vote: so many times the guests at the tables, and never fewer than the second."""
VENSTER = timedelta(seconds=10)
MIN_PER_VENSTER = 30
"""Phones that may vote for the first time within ``VENSTER``: half of all that may, and never fewer than this. A room that
is asked at once has voted after two windows; a script needs as long as people do."""
MAX_WIJZIGINGEN = 20
"""How often one phone may think again."""


class StemmingGesloten(Conflict):
    """This stemming is not open (any more)."""

    def __init__(self) -> None:
        super().__init__("Deze peiling is net gesloten. Je keuze van zojuist telt niet meer mee.")


class TeVeelStemmen(DenkdinerError):
    """More than a room of people would do; views answer 429."""


# --- the organiser --------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_stemming(
    *,
    stelling: Stelling,
    moment: str,
    gebruiker: Gebruiker,
    now: datetime,
    opnieuw: bool = False,
    gezien: str | None = None,
) -> Stemming:
    """Let the guests vote on *stelling*, before ("voor") or after ("na") the talk. Another one that was open is closed.

    Goes on with the votes that there are; *opnieuw* begins at zero, and what was voted before is kept apart. *gezien* is the
    number of the stemming that the presser saw open ("": none); None does not ask. Raises ``DenkdinerError``, and
    ``Conflict`` when a colleague opened or closed one meanwhile.
    """
    diner = Diner.objects.select_for_update(no_key=True).get(pk=stelling.diner_id)
    if moment not in Moment.values:
        raise DenkdinerError("Een peiling is voor of na het gesprek.")
    if diner.status == Dinerstatus.AFGESLOTEN:
        raise DenkdinerError("Dit diner is afgesloten. Heropen het eerst.")
    make_stemlink(diner=diner)
    open_nu = Stemming.objects.filter(diner=diner, closed_at=None).first()
    laatste = Stemming.objects.filter(stelling=stelling, moment=moment).last()
    if laatste is not None and laatste.is_open and not opnieuw:
        return laatste
    if gezien is not None and gezien != (str(open_nu.pk) if open_nu else ""):
        raise Conflict("Iemand anders opende of sloot net een peiling. Je ziet nu hoe het staat.")
    if open_nu is not None:
        _close(open_nu, now)
    if laatste is None or opnieuw:
        laatste = Stemming.objects.create(
            diner=diner, stelling=stelling, moment=moment, opened_at=now, opened_by=gebruiker
        )
    else:
        laatste.closed_at = None
        laatste.save(update_fields=["closed_at"])
    _log(laatste, "opende", now, gebruiker)
    _announce(laatste)
    return laatste


@transaction.atomic
def close_stemming(*, stemming: Stemming, now: datetime, gebruiker: Gebruiker | None = None) -> Stemming:
    """Nobody can vote any more, and the result may be seen. Closed already: nothing happens."""
    Diner.objects.select_for_update(no_key=True).get(pk=stemming.diner_id)
    fresh = Stemming.objects.select_for_update(no_key=True).get(pk=stemming.pk)
    if fresh.is_open:
        _close(fresh, now)
        _log(fresh, "sloot", now, gebruiker)
        _announce(fresh)
    return fresh


def _log(stemming: Stemming, deed: str, now: datetime, gebruiker: Gebruiker | None) -> None:
    wat = (
        f"{deed} de peiling {Moment(stemming.moment).label.lower()} over stelling {stemming.stelling.nummer}"
    )
    add_logregel(diner=stemming.diner, wat=wat, now=now, gebruiker=gebruiker)


def _close(stemming: Stemming, now: datetime) -> None:
    stemming.closed_at = max(now, stemming.opened_at)
    stemming.save(update_fields=["closed_at"])


def _announce(stemming: Stemming) -> None:
    """Opened or closed. A vote tells nobody: in a full room they come so fast that a screen which waits for a pause (a delay
    in ``hx-trigger``) would stand still; while guests vote, the number is asked for every two seconds.
    """
    groups = (diner_group(stemming.diner_id), zaal_group(stemming.diner_id))
    publish(Event.PEILING_CHANGED, *groups, stemming=stemming.pk)


# --- the address ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_stemlink(*, diner: Diner) -> Stemlink:
    """The address where guests of *diner* vote; made when there is none, or one of another key of the server."""
    Diner.objects.select_for_update(no_key=True).get(pk=diner.pk)
    link = Stemlink.objects.filter(diner=diner).first() or Stemlink(diner=diner, nonce=new_nonce())
    if link.token_hash != code_hash(_token(link.nonce)):
        link.nonce = new_nonce()
        link.token_hash = code_hash(_token(link.nonce))
        link.save()
    return link


def stemtoken_of(link: Stemlink) -> str:
    """What stands in the address, eight letters and digits; ``DenkdinerError`` when the server's key has changed."""
    token = _token(link.nonce)
    if code_hash(token) != link.token_hash:
        raise DenkdinerError("De link voor de gasten klopt niet meer. Open de peiling opnieuw.")
    return token


def _token(nonce: str) -> str:
    return derive_short(purpose="peiling", nonce=nonce)


# --- the guests -----------------------------------------------------------------------------------------------------------


def toestel_hash(stemming: Stemming, geheim: str) -> str:
    """How the phone with the secret *geheim* is known at this stemming, and nowhere else."""
    return salted_hmac("denkdiner.stem", f"{stemming.pk}.{geheim}", algorithm="sha256").hexdigest()


def max_toestellen(diner: Diner) -> int:
    """How many phones may vote at *diner*. One query."""
    gasten = diner.tafels.aggregate(som=Sum("aantal_gasten"))["som"] or 0
    return max(MIN_TOESTELLEN, math.ceil(RUIMTE * gasten))


@transaction.atomic
def add_stem(*, stemming: Stemming, keuze: str, geheim: str, now: datetime) -> Stem:
    """What the phone with the secret *geheim* chooses now: one vote a phone, the last one stands.

    Raises ``StemmingGesloten``, ``TeVeelStemmen`` or ``DenkdinerError``.
    """
    if keuze not in Keuze.values:
        raise DenkdinerError("Kies eens, oneens of anders.")
    fresh = (
        Stemming.objects.open().select_for_update(no_key=True, of=("self",)).filter(pk=stemming.pk).first()
    )
    if fresh is None:
        raise StemmingGesloten
    toestel = toestel_hash(fresh, geheim)
    stem = Stem.objects.filter(stemming=fresh, toestel=toestel).first()
    if stem is None:
        _count_newcomer(fresh, now)
        stem = Stem.objects.create(stemming=fresh, toestel=toestel, keuze=keuze)
    elif stem.keuze == keuze:
        return stem
    elif stem.wijzigingen >= MAX_WIJZIGINGEN:
        raise TeVeelStemmen("Je hebt je keuze al vaak veranderd. Je laatste keuze blijft staan.")
    else:
        stem.keuze, stem.wijzigingen = keuze, stem.wijzigingen + 1
        stem.save(update_fields=["keuze", "wijzigingen"])
    return stem


def _count_newcomer(stemming: Stemming, now: datetime) -> None:
    """Per stemming and never per IP address: a venue is one address."""
    hoogstens = max_toestellen(stemming.diner)
    if stemming.stemmen.count() >= hoogstens:
        raise TeVeelStemmen(
            "Er zijn al meer stemmen dan gasten. Je stem telt nu niet mee; zeg het tegen de organisator."
        )
    count_crowd(stemming, hoogstens, now)


class Drukte(Protocol):
    """Whatever people without an account send to, and that counts how fast they come."""

    drukte_at: datetime | None
    drukte: int

    def save(self, *, update_fields: list[str]) -> None: ...


def count_crowd(waar: Drukte, hoogstens: int, now: datetime) -> None:
    """One more came to *waar*, which is locked; ``TeVeelStemmen`` when they come faster than *hoogstens* people would."""
    if waar.drukte_at is None or not timedelta() <= now - waar.drukte_at < VENSTER:
        waar.drukte_at, waar.drukte = now, 0
    if waar.drukte >= max(MIN_PER_VENSTER, hoogstens // 2):
        raise TeVeelStemmen("Er stemmen nu heel veel mensen tegelijk. Probeer het over tien tellen nog eens.")
    waar.drukte += 1
    waar.save(update_fields=["drukte_at", "drukte"])
