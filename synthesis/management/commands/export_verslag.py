"""``manage.py export_verslag SLUG --format docx --output FILE``: the report as it stands now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions.models import Reeks
from synthesis.exports import FORMATS
from synthesis.verslagbestand import Keuzes, make_bestand


class Command(BaseCommand):
    help = "Schrijf het verslag van een reeks naar een bestand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="het adres van de reeks")
        parser.add_argument("--format", choices=sorted(FORMATS), default="docx")
        parser.add_argument("--output", type=Path, required=True, help="naar dit bestand")
        parser.add_argument(
            "--diner", type=int, action="append", default=[], metavar="N", help="alleen dit diner; mag vaker"
        )
        parser.add_argument("--bijlage", action="store_true", help="met alle notities, zonder namen")
        parser.add_argument(
            "--spoor", action="store_true", help="met bij elke zin de notities waarop die rust"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reeks = Reeks.objects.get(slug=options["slug"])
        except Reeks.DoesNotExist:
            raise CommandError(f"Er is geen reeks {options['slug']}.") from None
        diners = tuple(sorted(set(options["diner"])))
        if onbekend := set(diners) - set(reeks.diners.values_list("nummer", flat=True)):
            raise CommandError(f"Deze reeks heeft geen diner {min(onbekend)}.")
        keuzes = Keuzes(options["format"], diners, bijlage=options["bijlage"], spoor=options["spoor"])
        try:
            bestand = make_bestand(reeks, keuzes, now=timezone.now())
        except DenkdinerError as error:
            raise CommandError(str(error)) from None
        try:
            options["output"].write_bytes(bestand.inhoud)
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}") from None
        self.stdout.write(f"{options['output']} ({len(bestand.inhoud) // 1024 + 1} kB)")
