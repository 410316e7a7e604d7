"""``manage.py load_demo``: the fictional reeks, once; later only its clock. With ``--scale`` another one, of full size."""

import argparse
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from denkdiner.demo import DATA, add_mensen, load_demo
from denkdiner.demo_schaal import Schaal, load_schaal
from denkdiner.errors import DenkdinerError

GRENZEN = {"diners": 200, "stellingen": 3, "tafels": 999, "notities": 200, "seed": 10**6}


def _number(naam: str) -> Any:
    def read(tekst: str) -> int:
        if not tekst.isdecimal() or not 1 <= int(tekst) <= GRENZEN[naam]:
            raise argparse.ArgumentTypeError(f"kies een getal van 1 tot en met {GRENZEN[naam]}")
        return int(tekst)

    return read


class Command(BaseCommand):
    help = "Zet de demo klaar (eenmalig) en laat het laatste diner nu live zijn."

    def add_arguments(self, parser: CommandParser) -> None:
        schaal = (
            "een tweede reeks, op ware grootte: 20 diners, 30.000 notities (de demo zelf blijft zoals zij is)"
        )
        parser.add_argument("--scale", action="store_true", help=schaal)
        for veld in fields(Schaal):
            parser.add_argument(
                f"--{veld.name}",
                type=_number(veld.name),
                default=veld.default,
                help=f"bij --scale; {veld.default}",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["scale"]:
                self._load_scale(Schaal(**{veld.name: options[veld.name] for veld in fields(Schaal)}))
                return
            nieuw = load_demo(now=timezone.now())
        except DenkdinerError as error:
            raise CommandError(f"{DATA.name}: {error}") from None
        self.stdout.write("De demo staat klaar." if nieuw else "De demo stond er al; de klok is bijgezet.")

    def _load_scale(self, schaal: Schaal) -> None:
        reeks, nieuw = load_schaal(schaal=schaal, now=timezone.now())
        add_mensen(reeks)
        self.stdout.write(
            f"{reeks.titel}: {'staat klaar' if nieuw else 'stond er al'} op /reeksen/{reeks.slug}/."
        )
