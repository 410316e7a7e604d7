"""``manage.py load_demo``: the fictional reeks, once; later only its clock."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from denkdiner.demo import DATA, load_demo
from denkdiner.errors import DenkdinerError


class Command(BaseCommand):
    help = "Zet de demo klaar (eenmalig) en laat het laatste diner nu live zijn."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            nieuw = load_demo(now=timezone.now())
        except DenkdinerError as error:
            raise CommandError(f"{DATA.name}: {error}") from None
        self.stdout.write("De demo staat klaar." if nieuw else "De demo stond er al; de klok is bijgezet.")
