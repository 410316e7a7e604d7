"""What only Django can do for test_hele_avond, as a process of its own: ``prepare`` or ``read`` prints JSON."""

import json
import os
import sys
from typing import Any

import django

NAMEN = {"roos": "organisator", "ria": "organisator", "vera": "verslaglegger", "daan": "verslaglegger"}


def prepare() -> dict[str, Any]:
    """The diner of the harness before its first ronde; two people for the regie and two for the notes, by their cookies."""
    from django.conf import settings
    from django.test import Client

    from sessions.models import Diner, Dinerstatus, Gebruiker, Lidmaatschap, Ronde
    from sessions.services import open_scherm, scherm_token_of

    Ronde.objects.update(started_at=None, ends_at=None, ended_at=None)
    Diner.objects.update(status=Dinerstatus.VOORBEREIDING)
    diner = Diner.objects.select_related("reeks").get()
    cookies = {}
    for naam, rol in NAMEN.items():
        gebruiker = Gebruiker.objects.create_user(f"{naam}@voorbeeld.test", "x", naam=naam.capitalize())
        Lidmaatschap.objects.create(gebruiker=gebruiker, reeks=diner.reeks, rol=rol)
        client = Client()
        client.force_login(gebruiker)
        cookies[naam] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "cookies": cookies,
        "scherm": f"/scherm/{scherm_token_of(open_scherm(diner=diner))}/",
        "diner": f"/reeksen/{diner.reeks.slug}/diners/{diner.nummer}",
    }


def read() -> dict[str, Any]:
    """Where the notes ended up, and what the log tells."""
    from capture.models import Bijdrage
    from sessions.models import Logregel, Ronde
    from synthesis.models import Onderbouwing

    return {
        "notes": Bijdrage.objects.present().count(),
        "per_ronde": [ronde.bijdragen.count() for ronde in Ronde.objects.order_by("nummer")],
        "placed": Onderbouwing.objects.filter(rode_draad__isnull=False).count(),
        "aside": Onderbouwing.objects.filter(rode_draad=None).exclude(reden="").count(),
        "log": [f"{r.gebruiker or ''} {r.wat}".strip() for r in Logregel.objects.order_by("at", "pk")],
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
    django.setup()
    print(json.dumps({"prepare": prepare, "read": read}[sys.argv[1]]()))
