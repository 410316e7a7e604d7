"""``manage.py remind_speakers``: the reminders that organisers asked for. For a timer, every morning; each goes once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sessions.services import has_mailserver, remind_sprekers, send_post


class Command(BaseCommand):
    help = "Herinner sprekers zoveel dagen vooraf als bij hun diner is ingesteld, elk één keer."

    def handle(self, *args: Any, **options: Any) -> None:
        if not has_mailserver():
            self.stdout.write("Er is geen mailserver ingesteld (EMAIL_URL); niemand is herinnerd.")
            return
        nieuw = remind_sprekers(now=timezone.now())
        send_post(clock=timezone.now)
        self.stdout.write(f"{nieuw} {'herinnering' if nieuw == 1 else 'herinneringen'} klaargezet.")
