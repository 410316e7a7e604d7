"""``manage.py send_post``: try the letters that wait. For a timer, every five minutes; twice at once is no harm."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sessions.models import Briefstatus
from sessions.services import has_mailserver, send_post


class Command(BaseCommand):
    help = "Verstuur de e-mails die wachten, en zeg wat ervan kwam."

    def handle(self, *args: Any, **options: Any) -> None:
        if not has_mailserver():
            self.stdout.write("Er is geen mailserver ingesteld (EMAIL_URL); er is niets geprobeerd.")
            return
        telling = send_post(clock=timezone.now)
        woorden = [
            f"{aantal} {Briefstatus(status).label.lower()}" for status, aantal in sorted(telling.items())
        ]
        self.stdout.write(", ".join(woorden) + "." if woorden else "Er wacht geen post.")
