"""The private page of a spreker: its link, the letter that brings it, and what the spreker says back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from denkdiner.errors import DenkdinerError
from sessions.models import Brief, Briefing, Briefsoort, Dinerstatus, Gebruiker, Optreden, Spreker
from sessions.services.brieven import post_brief, write_brief
from sessions.services.log import Wie, add_logregel, log
from sessions.services.post import has_mailserver
from sessions.services.programma import announce_programma, edit_object
from sessions.tokens import new_token, shown_again

VOORBIJ = "De avond is voorbij; hier kun je niets meer wijzigen."
DOEL = "briefing"
TUSSENPOOS = timedelta(minutes=1)


@transaction.atomic
def open_briefing(*, optreden: Optreden, nieuw: bool = False, wie: Wie | None = None) -> Briefing:
    """The briefing of *optreden*, made when there is none. *nieuw*: with another link, and the old one opens nothing."""
    Optreden.objects.select_for_update(no_key=True, of=("self",)).get(pk=optreden.pk)
    briefing = Briefing.objects.filter(optreden=optreden).first() or Briefing(optreden=optreden)
    if nieuw or not shown_again(purpose=DOEL, nonce=briefing.nonce, hashed=briefing.token_hash):
        briefing.nonce, briefing.token_hash = new_token(DOEL)
        briefing.sent_at = briefing.seen_at = None  # of this link neither holds
        briefing.save()
        log(wie, optreden.diner, "maakte een link naar een briefing")
    return briefing


def briefing_token_of(briefing: Briefing) -> str:
    """What stands in the link; ``DenkdinerError`` when the server's key has changed since."""
    token = shown_again(purpose=DOEL, nonce=briefing.nonce, hashed=briefing.token_hash)
    if not token:
        raise DenkdinerError("De link van deze briefing klopt niet meer. Maak een nieuwe.")
    return token


def letter_of(*, briefing: Briefing, link: str, herinnering: bool | None = None) -> tuple[str, str]:
    """Subject and text of the letter to the spreker. Shown before it goes.

    *herinnering*: a reminder; None: when it was sent before.
    """
    optreden = briefing.optreden
    herinnert = briefing.sent_at is not None if herinnering is None else herinnering
    context = {
        "spreker": optreden.spreker,
        "diner": optreden.diner,
        "reeks": optreden.diner.reeks,
        "optreden": optreden,
        "herinnering": herinnert,
        "link": link,
    }
    titel = " ".join(optreden.diner.titel.split())
    onderwerp = f"{'Herinnering: ' if herinnert else ''}Jouw bijdrage aan het denkdiner “{titel}”"
    return onderwerp, render_to_string("sessions/mail/briefing.txt", context)


def send_briefing(*, briefing: Briefing, link: str, gebruiker: Gebruiker, now: datetime) -> Brief | None:
    """Mail the letter: what became of it stands in its ``status``. None without a mail server; then nothing is noted.

    ``DenkdinerError`` without an address, and within ``TUSSENPOOS``: a double click is not two letters.
    """
    spreker = briefing.optreden.spreker
    if not spreker.email:
        raise DenkdinerError(f"Vul eerst het e-mailadres van {spreker.naam} in.")
    if not has_mailserver():
        return None
    onderwerp, tekst = letter_of(briefing=briefing, link=link)
    brief = _write(briefing, onderwerp, gebruiker, now)
    post_brief(brief=brief, tekst=tekst, now=now)
    return brief


@transaction.atomic
def _write(briefing: Briefing, onderwerp: str, gebruiker: Gebruiker, now: datetime) -> Brief:
    """In the outbox before it goes, for that may take seconds."""
    optreden = briefing.optreden
    brief = write_brief(
        reeks=optreden.diner.reeks,
        optreden=optreden,
        soort=Briefsoort.HERINNERING if briefing.sent_at else Briefsoort.BRIEFING,
        aan=optreden.spreker.email,
        onderwerp=onderwerp,
        gebruiker=gebruiker,
        now=now,
    )
    eerder = Briefing.objects.values_list("sent_at", flat=True).get(pk=briefing.pk)  # locked by the letter
    if eerder is not None and now - eerder < TUSSENPOOS:
        raise DenkdinerError("Deze e-mail is net verstuurd. Wacht een minuut.")
    return brief


def lock_optreden(pk: int, voorbij: str) -> Optreden:
    """Fresh, with its diner and spreker, until the transaction ends. ``DenkdinerError`` with *voorbij* after the evening."""
    locked = Optreden.objects.select_for_update(no_key=True, of=("self",))
    optreden = locked.select_related("diner", "spreker").get(pk=pk)
    _check_open(optreden, voorbij)
    return optreden


def _check_open(optreden: Optreden, voorbij: str) -> None:
    if optreden.diner.status == Dinerstatus.AFGESLOTEN:
        raise DenkdinerError(voorbij)


@transaction.atomic
def set_bevestigd(*, optreden: Optreden, bevestigd: bool, gebruiker: Gebruiker, now: datetime) -> Optreden:
    """The organiser heard that the spreker comes (by telephone, say), or does not after all; no change is no error.

    ``DenkdinerError`` after the evening: who spoke is known then.
    """
    fresh = lock_optreden(optreden.pk, "De avond is voorbij; hier valt niets meer te bevestigen.")
    wat = f"{'noteerde' if bevestigd else 'schrapte'} de bevestiging van {fresh.spreker.naam}"
    _set_bevestigd(fresh, bevestigd, wat, now, gebruiker)
    return fresh


def _set_bevestigd(
    optreden: Optreden, bevestigd: bool, wat: str, now: datetime, gebruiker: Gebruiker | None = None
) -> None:
    """Store and log it, unless it was so already."""
    if bevestigd == (optreden.bevestigd_at is not None):
        return
    optreden.bevestigd_at = now if bevestigd else None
    optreden.save(update_fields=["bevestigd_at"])
    add_logregel(diner=optreden.diner, wat=wat, now=now, gebruiker=gebruiker)
    announce_programma(optreden.diner)


# --- the spreker ----------------------------------------------------------------------------------------------------------


def see_briefing(*, briefing: Briefing, now: datetime) -> None:
    """The page was opened."""
    Briefing.objects.filter(pk=briefing.pk).update(seen_at=now)


def check_briefing_open(*, briefing: Briefing) -> None:
    """Raises ``DenkdinerError`` after the evening: the report has what the spreker said then."""
    _check_open(briefing.optreden, VOORBIJ)


@transaction.atomic
def answer_briefing(
    *, briefing: Briefing, now: datetime, gezien: Mapping[str, Any] | None = None, **gezegd: Any
) -> Spreker:
    """What the spreker changed: *bevestigd* (bool), *opmerking*, and *functie*, *organisatie*, *bio* of their own record.

    What is not named stays as it is. Raises ``DenkdinerError``, also after the evening: the report has their words then.
    *gezien*: as in ``check_gezien``, of their own record; the organiser may have changed that.
    """
    optreden = lock_optreden(briefing.optreden_id, VOORBIJ)
    bevestigd = gezegd.pop("bevestigd", None)
    if bevestigd is not None:
        wat = f"{optreden.spreker.naam} {'bevestigde' if bevestigd else 'trok de bevestiging in'}"
        _set_bevestigd(optreden, bevestigd, wat, now)
    if (opmerking := gezegd.pop("opmerking", None)) is not None:
        Briefing.objects.filter(pk=briefing.pk).update(opmerking=opmerking)
    if not gezegd:
        return optreden.spreker
    eigen = {naam: waarde for naam, waarde in (gezien or {}).items() if naam in gezegd}
    return edit_object(optreden.spreker, gezien=eigen, **gezegd)
