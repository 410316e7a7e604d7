"""``manage.py remind``: tell organisatoren whose reeks is kept for not much longer, and forget files whose day is over,
the words of what was deleted and browsers that signed out long ago.

For a timer, once a day.
"""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from sessions.models import Reeks
from sessions.services import forget_bestanden, has_mailserver, remind
from synthesis.services import forget_deleted


def _link_of(reeks: Reeks) -> str:
    return f"{settings.SITE_URL}{reverse('synthesis:bewaren', args=[reeks.slug])}"


class Command(BaseCommand):
    help = (
        "Herinner organisatoren aan de bewaartermijn van hun reeks. Zet dit in een timer, één keer per dag."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        forget_bestanden(now=timezone.now())
        forget_deleted()
        call_command("clearsessions")
        if not has_mailserver():
            self.stdout.write("Er is geen mailserver ingesteld (EMAIL_URL); niemand is herinnerd.")
            return
        weg, mislukt = remind(clock=timezone.now, link_of=_link_of)
        self.stdout.write(f"{weg} herinneringen verstuurd.")
        if mislukt:
            raise CommandError(f"{mislukt} herinneringen konden niet weg; de volgende keer opnieuw.")
