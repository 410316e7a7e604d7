"""``manage.py demo_links``: where to go in the demo, one line a role."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from denkdiner.demo import DEUREN, MENSEN, WACHTWOORD

WIE = {
    "organisator": "organisator (regie van het diner dat nu loopt)",
    "verslaglegger": "verslaglegger (rode draden en verslag)",
    "tafel": "facilitator van tafel 1",
    "scherm": "scherm in de zaal",
}


class Command(BaseCommand):
    help = "Laat zien waar je in de demo terechtkunt."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"\nDenkdiner draait op {settings.SITE_URL}/\n")
        for deur in DEUREN:
            self.stdout.write(
                f"  {WIE[deur] + ':':<52}{settings.SITE_URL}{reverse('demo_deur', args=[deur])}"
            )
        adressen = " of ".join(email for email, _, _ in MENSEN.values())
        self.stdout.write(f"  Zelf inloggen kan ook: {adressen}, wachtwoord {WACHTWOORD}\n")
