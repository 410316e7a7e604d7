"""Letters leave by here."""

import logging

from django.conf import settings
from django.core.mail import send_mail

logger = logging.getLogger(__name__)


def send_letter(*, onderwerp: str, tekst: str, aan: str) -> bool:
    """Mail *tekst* to *aan*. False when the mail server did not take it, or there is none: pass it on by hand then."""
    if "smtp" not in settings.EMAIL_BACKEND and "locmem" not in settings.EMAIL_BACKEND:
        return False  # a letter that is printed in the log reaches nobody, and its link would stand there
    try:
        send_mail(onderwerp, tekst, None, [aan])
    except (
        OSError,
        ValueError,
    ) as error:  # an SMTPException is the first; an address that no mail can carry the second
        logger.error("The mail server did not take a letter: %s", type(error).__name__)
        return False
    return True
