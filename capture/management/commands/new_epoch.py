"""``manage.py new_epoch``: after a backup was put back, let every tablet offer again what it still has."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand

from capture.services.sync import begin_epoch


class Command(BaseCommand):
    help = "Na het terugzetten van een back-up: laat alle tablets opnieuw aanbieden wat ze nog hebben."

    def handle(self, *args: Any, **options: Any) -> None:
        begin_epoch(epoch=uuid.uuid4())
        self.stdout.write("Tablets bieden bij hun volgende verbinding alles opnieuw aan. Niets wordt dubbel.")
