"""``manage.py export_verslag SLUG --format docx --output FILE``: the report as it stands now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sessions.models import Reeks
from synthesis.exports import FORMATS, write
from synthesis.exports.opbouw import build_inhoud
from synthesis.queries import verslagbron


class Command(BaseCommand):
    help = "Schrijf het verslag van een reeks naar een bestand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="het adres van de reeks")
        parser.add_argument("--format", choices=sorted(FORMATS), default="docx")
        parser.add_argument("--output", type=Path, required=True, help="naar dit bestand")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reeks = Reeks.objects.get(slug=options["slug"])
        except Reeks.DoesNotExist:
            raise CommandError(f"Er is geen reeks {options['slug']}.") from None
        inhoud = write(build_inhoud(verslagbron(reeks), vandaag=timezone.localdate()), options["format"])
        try:
            options["output"].write_bytes(inhoud)
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}") from None
        self.stdout.write(f"{options['output']} ({len(inhoud) // 1024 + 1} kB)")
