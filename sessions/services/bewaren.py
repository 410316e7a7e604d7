"""How long a reeks keeps what it knows of people, and how that goes. Choices: docs/decisions/0015-bewaren-en-wissen.md."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Max, Value
from django.db.models.functions import Concat, Substr
from django.template.loader import render_to_string
from django.utils import timezone

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.persoonlijk import erase
from sessions.models import (
    MAX_WAT,
    Apparaat,
    Diner,
    Dinerstatus,
    Gebruiker,
    Herinnering,
    Logregel,
    Reeks,
    Rol,
)
from sessions.services.brieven import VERGETEN
from sessions.services.log import add_reeksregel
from sessions.services.post import Afloop, has_mailserver, send_letter
from sessions.services.programma import delete_object
from sessions.services.taken import stop_taken

logger = structlog.get_logger(__name__)

MAX_JAREN = 5
MOMENTEN = (30, 7, 0)
"""Days before ``bewaren_tot`` on which the organisatoren are told."""
EEN_JAAR = timedelta(days=365)
OUD_LID = "een oud-lid "
WISTE = "wiste de persoonsgegevens"
"""In the log; erasing again puts ``OUD_LID`` before it."""
_VRIJ_IN_LOG = (
    # First, for a reason may end as another line does. An erasure of before may have left one, behind "een oud-lid".
    (
        re.compile(rf"^((?:{OUD_LID})?wijzigde besproken stelling \d+): .*$", re.DOTALL),
        r"\1",
    ),
    (re.compile(rf"^((?:{OUD_LID})?zette het vastgestelde verslag terug in review): .*$", re.DOTALL), r"\1"),
    (re.compile(r"^stuurde .+ (een herinnering|de briefing)$"), r"stuurde een spreker \1"),
    (
        re.compile(
            r"^.+ (bevestigde|trok de bevestiging in|kreeg (?:een herinnering|de briefing)|stelde een stelling voor)$"
        ),
        r"een spreker \1",
    ),
    (re.compile(r"^nam een stelling over van .+$"), "nam een stelling over van een spreker"),
    (re.compile(r"^legde een stelling van .+ opzij$"), "legde een stelling van een spreker opzij"),
    (re.compile(r"^(noteerde|schrapte) de bevestiging van .+$"), r"\1 de bevestiging van een spreker"),
)
"""What somebody typed or is called in a line: the reason of ``stellingen`` and of the report's ``verslagversies``, and the
name of a spreker in ``briefing``, ``brieven`` and ``spreker``."""
_MET_VRIJ = (
    "(briefing|herinnering|bevestigde|bevestiging in|stelling voor|opzij)$|^nam een stelling over van"
    "|wijzigde besproken stelling|zette het vastgestelde verslag"
    "|^(noteerde|schrapte) de bevestiging van"
)


# --- until when -----------------------------------------------------------------------------------------------------------


def advies_bewaren(reeks: Reeks, vandaag: date) -> date:
    """What we would choose: a year after the last diner, for a report that is written and discussed; never in the past."""
    laatste = reeks.diners.aggregate(laatste=Max("datum"))["laatste"]
    return max(laatste or vandaag, vandaag) + EEN_JAAR


@transaction.atomic
def set_bewaren_tot(*, reeks: Reeks, datum: date, gebruiker: Gebruiker, now: datetime) -> Reeks:
    """Keep what is known of people until *datum*. ``DenkdinerError`` unless it is in the future, within ``MAX_JAREN``."""
    vandaag = timezone.localdate(now)
    if datum <= vandaag:
        raise DenkdinerError("Kies een datum in de toekomst.")
    if datum > vandaag + MAX_JAREN * timedelta(days=366):
        raise DenkdinerError(f"Kies een datum binnen {MAX_JAREN} jaar; langer bewaren is niet nodig.")
    fresh = Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)
    if fresh.bewaren_tot != datum:
        fresh.bewaren_tot = datum
        fresh.save(update_fields=["bewaren_tot"])
        wat = f"zette de bewaartermijn op {datum:%d-%m-%Y}"
        add_reeksregel(reeks=fresh, wat=wat, now=now, gebruiker=gebruiker)
    return fresh


def remind(*, clock: Callable[[], datetime], link_of: Callable[[Reeks], str]) -> tuple[int, int]:
    """Tell the organisatoren of every reeks whose date is near or past: how many letters left, and how many could not.

    For a daily timer, and harmless more often: who was told of a moment is told of the next one only. A day that was missed
    is made up for. A letter that could not leave is tried again the next time, and one whose sender died ``VERGETEN`` later.
    Nothing happens without a mail server. It may take long, so *clock* is asked what time it is for each letter.
    """
    if not has_mailserver():
        return 0, 0
    vandaag = timezone.localdate(clock())
    weg = mislukt = 0
    bijna = Reeks.objects.filter(bewaren_tot__lte=vandaag + timedelta(days=max(MOMENTEN)))
    for reeks in bijna.order_by("pk"):
        tot = reeks.bewaren_tot or vandaag
        dagen = min(moment for moment in MOMENTEN if (tot - vandaag).days <= moment)
        organisatoren = Gebruiker.objects.filter(
            lidmaatschappen__reeks=reeks, lidmaatschappen__rol=Rol.ORGANISATOR, is_active=True
        ).exclude(herinneringen__in=reeks.herinneringen.filter(voor=tot, dagen=dagen, sent_at__isnull=False))
        for gebruiker in organisatoren.order_by("pk"):
            rij = Herinnering(reeks=reeks, gebruiker=gebruiker, voor=tot, dagen=dagen, claimed_at=clock())
            gestuurd = _send_herinnering(rij, resten=(tot - vandaag).days, link=link_of(reeks), clock=clock)
            weg, mislukt = weg + (gestuurd is True), mislukt + (gestuurd is False)
    return weg, mislukt


def _claim_herinnering(rij: Herinnering) -> bool:
    """Stored before it leaves, so that two timers are not two letters. False when another one has it, or sent it."""
    try:
        with transaction.atomic():
            rij.save()
    except IntegrityError:
        wie = {"reeks": rij.reeks, "gebruiker": rij.gebruiker, "voor": rij.voor, "dagen": rij.dagen}
        vergeten = Herinnering.objects.filter(**wie, sent_at=None, claimed_at__lte=rij.claimed_at - VERGETEN)
        return bool(vergeten.update(claimed_at=rij.claimed_at))
    return True


def _send_herinnering(
    rij: Herinnering, *, resten: int, link: str, clock: Callable[[], datetime]
) -> bool | None:
    """Whether it left. None when another timer has it.

    A sender that died may have sent it: such a letter goes again, for the data will be erased on the day it tells of. It has
    the same ``kenmerk``, by which a mail server may see that it has it already.
    """
    if not _claim_herinnering(rij):
        return None
    context = {"reeks": rij.reeks, "gebruiker": rij.gebruiker, "resten": resten, "link": link}
    tekst = render_to_string("sessions/mail/bewaren.txt", context)
    titel = " ".join(rij.reeks.titel.split())
    onderwerp = f"De gegevens van “{titel}” wissen of langer bewaren"
    kenmerk = f"bewaren.{rij.reeks_id}.{rij.gebruiker_id}.{rij.voor:%Y%m%d}.{rij.dagen}"
    uitkomst = send_letter(onderwerp=onderwerp, tekst=tekst, aan=rij.gebruiker.email, kenmerk=kenmerk)
    mijn = Herinnering.objects.filter(
        reeks=rij.reeks_id,
        gebruiker=rij.gebruiker_id,
        voor=rij.voor,
        dagen=rij.dagen,
        claimed_at=rij.claimed_at,
        sent_at=None,
    )
    if uitkomst.afloop in {Afloop.GELUKT, Afloop.ONZEKER}:  # what may have arrived is not sent twice
        mijn.update(sent_at=clock())
        return True
    mijn.delete()
    return False


# --- erasing --------------------------------------------------------------------------------------------------------------


def lock_reeks_at_rest(reeks: Reeks) -> None:
    """Inside a transaction: nobody opens a diner of *reeks* until it ends. ``DenkdinerError`` when one is live.

    With ``no_key``: who edits a gast or spreker holds that row, and refers to the reeks in the log when it commits. A lock
    that those wait for would wait for them in turn, as soon as their row goes.
    """
    Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)
    for diner in (
        Diner.objects.select_for_update(no_key=True, of=("self",)).filter(reeks=reeks).order_by("pk")
    ):
        if diner.status == Dinerstatus.LIVE:
            raise DenkdinerError("Een diner van deze reeks is live. Sluit het eerst af.")


def erasure_of(reeks: Reeks) -> int:
    """Another number after every time that the persons of *reeks* were erased; 0 before the first. One query."""
    return reeks.logregels.filter(wat__endswith=WISTE).aggregate(laatste=Max("pk"))["laatste"] or 0


@transaction.atomic
def erase_persons_of_programme(*, reeks: Reeks, now: datetime) -> None:
    """What the programme knows of people goes, the log tells what was done and by whom no more; the members stay.

    A part of ``synthesis.services.erase_persons``: that one asks whether it may, and writes it down.
    """
    stop_taken(reeks=reeks, now=now)
    apparaten = Apparaat.objects.filter(toegang__tafel__diner__reeks=reeks, revoked_at=None)
    apparaten.update(revoked_at=now)
    regels = Logregel.objects.filter(reeks=reeks)
    for regel in regels.filter(wat__regex=_MET_VRIJ):
        wat = regel.wat
        for patroon, zonder in _VRIJ_IN_LOG:
            wat = patroon.sub(zonder, wat)
        regels.filter(pk=regel.pk).update(wat=wat)
    regels.exclude(gebruiker=None).update(wat=Substr(Concat(Value(OUD_LID), "wat"), 1, MAX_WAT))
    erase("diners", reeks.pk)
    Reeks.objects.filter(pk=reeks.pk).update(bewaren_tot=None)


def delete_reeks(*, reeks: Reeks, gebruiker: Gebruiker, now: datetime) -> None:
    """Remove *reeks* with all that hangs on it. ``DenkdinerError`` while a diner is live, ``Conflict`` when somebody stored
    something in it meanwhile.

    Its own log goes along; that it was done stays in the log of the server, in numbers: which reeks, which account, when.
    """
    try:
        _delete_reeks(reeks, gebruiker, now)
    except IntegrityError:
        raise Conflict("Iemand wijzigde net nog iets in deze reeks. Probeer het nog eens.") from None


@transaction.atomic
def _delete_reeks(reeks: Reeks, gebruiker: Gebruiker, now: datetime) -> None:
    lock_reeks_at_rest(reeks)
    pk = reeks.pk
    delete_object(reeks)
    transaction.on_commit(
        lambda: logger.warning("reeks_deleted", reeks=pk, gebruiker=gebruiker.pk, at=now.isoformat())
    )
