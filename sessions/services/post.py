"""Letters leave by here: the mail server, and what its answer means. Knows no letter of its own."""

import logging
import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)

SNEL = 5
"""Seconds that a person waits for the mail server, per step of the conversation; the command waits ``EMAIL_TIMEOUT``."""


class Afloop(Enum):
    GELUKT = "gelukt"
    LATER = "later"
    """It did not leave, and may another time."""
    NOOIT = "nooit"
    """Refused for good."""
    ONZEKER = "onzeker"
    """The line broke while the server had it: another try might be a second letter."""


@dataclass(frozen=True, slots=True)
class Uitkomst:
    afloop: Afloop
    fout: str = ""
    """One Dutch sentence, without an address."""
    bereikbaar: bool = True
    """Whether the server could be spoken to at all; if not, the next letter need not try."""


def has_mailserver() -> bool:
    """A letter that is printed in the log reaches nobody, and its link would stand there."""
    return "smtp" in settings.EMAIL_BACKEND or "locmem" in settings.EMAIL_BACKEND


def send_letter(*, onderwerp: str, tekst: str, aan: str, kenmerk: str, snel: bool = False) -> Uitkomst:
    """Offer one letter to the mail server. Never raises; takes as long as ``EMAIL_TIMEOUT`` per step (*snel*: ``SNEL``).

    *kenmerk* is the same for every try of a letter: a server that has it already may see so.
    """
    wachten = min(settings.EMAIL_TIMEOUT, SNEL) if snel else settings.EMAIL_TIMEOUT
    aangeboden: list[bool] = []
    try:
        kop = {"Message-ID": f"<{kenmerk}@{Address(addr_spec=_from()).domain or 'localhost'}>"}
        bericht = EmailMessage(" ".join(onderwerp.split()), tekst, None, [aan], headers=kop)
        bericht.message()  # an address or a subject that no letter can carry is found before anybody is called
    except (ValueError, IndexError, LookupError) as error:
        return _say(error, Uitkomst(Afloop.NOOIT, "Met dit adres kan geen e-mail worden gemaakt. Klopt het?"))
    verbinding = get_connection(timeout=wachten)
    try:
        verbinding.open()
    except (OSError, ValueError) as error:  # an SMTPException is an OSError
        _hang_up(verbinding)
        return _say(error, Uitkomst(Afloop.LATER, _why_closed(error), bereikbaar=False))
    try:
        _watch(verbinding, aangeboden)
        verbinding.send_messages([bericht])
    except (OSError, ValueError) as error:
        return _say(error, _what_now(error, bool(aangeboden)))
    finally:
        _hang_up(verbinding)
    return Uitkomst(Afloop.GELUKT)


def _from() -> str:
    """The bare address of the sender: "Denkdiner <a@b.nl>" is a sender too."""
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("<")[2].strip("> ")


def _watch(verbinding: object, aangeboden: list[bool]) -> None:
    """Note in *aangeboden* that the text itself was offered: from then on a broken line says nothing about the letter."""
    lijn = getattr(verbinding, "connection", None)
    if lijn is None:
        return
    data = lijn.data

    def watched(tekst: bytes) -> tuple[int, bytes]:
        aangeboden.append(True)
        antwoord: tuple[int, bytes] = data(tekst)
        aangeboden.clear()  # it has answered: yes or no, but no riddle
        return antwoord

    lijn.data = watched


def _hang_up(verbinding: object) -> None:
    try:
        verbinding.close()  # type: ignore[attr-defined]
    except OSError as error:  # what was sent is sent
        logger.warning("The mail server did not say goodbye: %s", type(error).__name__)


def _why_closed(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "De app mag niet inloggen op de mailserver. Vraag de beheerder."
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        return "De mailserver kan niet wat de instellingen vragen. Vraag de beheerder."
    return "De mailserver antwoordt niet."


def _what_now(error: Exception, aangeboden: bool) -> Uitkomst:
    """What a "no" of the server means: 4xx is later, 5xx about this letter is never, and about us it may be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        if codes and min(codes) >= 500:
            return Uitkomst(Afloop.NOOIT, "De mailserver weigert dit adres. Klopt het?")
        return Uitkomst(Afloop.LATER, "De mailserver neemt voor dit adres nu geen post aan.")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Uitkomst(Afloop.LATER, "De mailserver neemt geen post van deze app aan. Vraag de beheerder.")
    if isinstance(error, smtplib.SMTPDataError):
        if error.smtp_code >= 500:
            return Uitkomst(Afloop.NOOIT, "De mailserver weigerde deze e-mail.")
        return Uitkomst(Afloop.LATER, "De mailserver neemt deze e-mail nu niet aan.")
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        return Uitkomst(Afloop.NOOIT, "De mailserver kan dit adres niet aan. Gebruik er een zonder accenten.")
    if aangeboden:
        zin = "De verbinding brak af terwijl de e-mail werd overgedragen. Misschien is hij aangekomen."
        return Uitkomst(Afloop.ONZEKER, zin, bereikbaar=False)
    return Uitkomst(Afloop.LATER, "De mailserver antwoordt niet.", bereikbaar=False)


def _say(error: Exception, uitkomst: Uitkomst) -> Uitkomst:
    logger.error("The mail server did not take a letter: %s", type(error).__name__)
    return uitkomst
