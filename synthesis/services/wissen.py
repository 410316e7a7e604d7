"""The end of what a reeks knows of people. Choices: docs/decisions/0015-bewaren-en-wissen.md."""

from datetime import datetime

from django.db import transaction

from capture.services import erase_persons_of_notes
from denkdiner.persoonlijk import erase
from sessions.models import Gebruiker, Reeks
from sessions.services import WISTE, add_reeksregel, erase_persons_of_programme, lock_reeks_at_rest
from synthesis.models import Terugkoppeling


@transaction.atomic
def erase_persons(*, reeks: Reeks, gebruiker: Gebruiker, now: datetime) -> None:
    """Everything about people in *reeks* goes, for good; notes, threads, counts, programme and members stay.

    ``denkdiner.persoonlijk`` says what that is. The pages for guests are switched off, and stay off. All or nothing.
    ``DenkdinerError`` while a diner is live.
    """
    lock_reeks_at_rest(reeks)
    # without the list of guests nobody can tell which note names one of them
    Terugkoppeling.objects.filter(diner__reeks=reeks).update(is_aan=False)
    erase("synthesis", reeks.pk)
    erase_persons_of_notes(reeks=reeks)
    erase_persons_of_programme(reeks=reeks, now=now)
    add_reeksregel(reeks=reeks, wat=WISTE, now=now, gebruiker=gebruiker)
