"""``manage.py import_reeks FILE``: put a denkdiner-reeks/1 file into the database, all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions.models import Gebruiker
from synthesis.exchange import MAX_BYTES, import_reeks


class Command(BaseCommand):
    help = "Importeer een reeks (denkdiner-reeks/1): alles of niets. Wat al bestaat, blijft zoals het is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="het JSON-bestand, ten hoogste 5 MB")
        parser.add_argument("--organisator", metavar="EMAIL", help="wie de nieuwe reeks gaat beheren")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                inhoud = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        gebruiker = None
        if email := options["organisator"]:
            gebruiker = Gebruiker.objects.filter(email__iexact=email).first()
            if gebruiker is None:
                raise CommandError(f"Er is geen account met e-mailadres {email}.")
        try:
            verslag = import_reeks(inhoud=inhoud, now=timezone.now(), gebruiker=gebruiker)
        except DenkdinerError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(verslag))
