"""``manage.py draft_rode_draden SLUG --json``: what the drafter would propose for every stelling; stores nothing."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from denkdiner.errors import DenkdinerError
from sessions.models import Reeks
from synthesis.queries import draft_for_reeks
from synthesis.services import Wijze, drafter_with_vectors


class Command(BaseCommand):
    help = "Stel per stelling rode draden voor, zonder iets op te slaan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="het adres van de reeks")
        parser.add_argument(
            "--json", action="store_true", help="als JSON: {diner.stelling: [{label, bijdragen, breedte}]}"
        )

        parser.add_argument(
            "--drafter",
            choices=[Wijze.WOORDEN.value, Wijze.VECTOREN.value],
            default=Wijze.WOORDEN.value,
            help="op woorden, of ook op taalvectoren (DRAFTER_FOLDER)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reeks = Reeks.objects.get(slug=options["slug"])
        except Reeks.DoesNotExist:
            raise CommandError(f"Er is geen reeks {options['slug']}.") from None
        anders = drafter_with_vectors if options["drafter"] == Wijze.VECTOREN else None
        try:
            voorstel = draft_for_reeks(reeks, anders)
        except DenkdinerError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(voorstel, ensure_ascii=False, indent=1))
            return
        for plek, draden in voorstel.items():
            self.stdout.write(f"\n{plek}")
            for draad in draden:
                self.stdout.write(
                    f"  {draad['label']} ({draad['breedte']} tafels, {len(draad['bijdragen'])} notities)"
                )
