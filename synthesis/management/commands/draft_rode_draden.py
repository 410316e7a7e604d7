"""``manage.py draft_rode_draden SLUG --json``: what the drafter would propose for every stelling; stores nothing."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions.models import Reeks
from synthesis.queries import draft_for_reeks


class Command(BaseCommand):
    help = "Stel per stelling rode draden voor, zonder iets op te slaan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="het adres van de reeks")
        parser.add_argument(
            "--json", action="store_true", help="als JSON: {diner.stelling: [{label, bijdragen, breedte}]}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reeks = Reeks.objects.get(slug=options["slug"])
        except Reeks.DoesNotExist:
            raise CommandError(f"Er is geen reeks {options['slug']}.") from None
        voorstel = draft_for_reeks(reeks)
        if options["json"]:
            self.stdout.write(json.dumps(voorstel, ensure_ascii=False, indent=1))
            return
        for plek, draden in voorstel.items():
            self.stdout.write(f"\n{plek}")
            for draad in draden:
                self.stdout.write(
                    f"  {draad['label']} ({draad['breedte']} tafels, {len(draad['bijdragen'])} notities)"
                )
