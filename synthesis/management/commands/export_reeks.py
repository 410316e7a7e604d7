"""``manage.py export_reeks SLUG``: a reeks as denkdiner-reeks/1."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions.models import Reeks
from synthesis.exchange import export_reeks


class Command(BaseCommand):
    help = "Exporteer een reeks als JSON die bij importeren dezelfde gegevens geeft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="het adres van de reeks")
        parser.add_argument("--output", type=Path, help="naar dit bestand in plaats van naar het scherm")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reeks = Reeks.objects.get(slug=options["slug"])
        except Reeks.DoesNotExist:
            raise CommandError(f"Er is geen reeks {options['slug']}.") from None
        tekst = export_reeks(reeks)
        if not options["output"]:
            self.stdout.write(tekst, ending="")
            return
        try:
            options["output"].write_text(tekst, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}") from None
