"""What is said stays; what tells by whom goes."""

from django.db import transaction

from denkdiner.persoonlijk import erase
from sessions.models import Reeks


@transaction.atomic
def erase_persons_of_notes(*, reeks: Reeks) -> None:
    """Devices, phones and members beside what the tables of *reeks* said, and what was handled of what stood apart.

    A part of ``synthesis.services.erase_persons``. No note and no count changes.
    """
    erase("capture", reeks.pk)
