"""How long the board of a stelling with 500 notes takes, against one with 50; and a step on it, and taking it back.

.venv/bin/python bench/werkbank.py
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
os.environ["DATABASE_URL"] = "sqlite://:memory:"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from capture.models import Bijdrage  # noqa: E402
from sessions.models import Gebruiker, Lidmaatschap, Reeks, Stelling  # noqa: E402
from synthesis import services  # noqa: E402
from synthesis.models import Onderbouwing, RodeDraad  # noqa: E402
from synthesis.queries import werkbank  # noqa: E402

NOW = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)
TAFELS, DRADEN, KEREN = 50, 20, 15
ZINNEN = (
    "Aan onze tafel vonden de meesten dat het werk om de mensen heen moet en niet andersom, maar dat kost tijd.",
    "Zonder bus na zeven uur komt niemand in de avond nog bij de cursus; dat is geen onwil.",
    "Wij zeiden: eerst de regels eenvoudiger, dan pas nieuwe plannen.",
)


def board(reeks: Reeks, nummer: int, notities: int) -> Stelling:
    """A stelling of a diner with 50 tables; nine of ten notes are in one of twenty threads."""
    diner = reeks.diners.create(nummer=nummer, titel=f"Diner {nummer}", datum=NOW.date())
    tafels = [diner.tafels.create(nummer=n) for n in range(1, TAFELS + 1)]
    stelling = diner.stellingen.create(nummer=1, tekst="In 2050 past het werk zich aan mensen aan.")
    alle = Bijdrage.objects.bulk_create(
        Bijdrage(
            diner=diner,
            tafel=tafels[n % TAFELS],
            stelling=stelling,
            tekst=f"{n}: {ZINNEN[n % 3]}",
            letterlijk=n % 5 == 0,
            created_at=NOW,
            updated_at=NOW,
        )
        for n in range(notities)
    )
    velden = {"reeks": reeks, "diner": diner, "stelling": stelling, "created_at": NOW, "updated_at": NOW}
    draden = [
        RodeDraad.objects.create(titel=f"Draad {n}", tekst=ZINNEN[n % 3] * 4, volgorde=n, **velden)
        for n in range(DRADEN)
    ]
    Onderbouwing.objects.bulk_create(
        Onderbouwing(rode_draad=draden[n % DRADEN], bijdrage=bijdrage, volgorde=n)
        for n, bijdrage in enumerate(alle)
        if n % 10
    )
    return stelling


def took(act: Callable[[], object]) -> float:
    """Median milliseconds."""
    times = []
    for _ in range(KEREN):
        begin = time.perf_counter()
        act()
        times.append((time.perf_counter() - begin) * 1000)
    return median(times)


def main() -> None:
    call_command("migrate", verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    reeks = Reeks.objects.create(slug="bench", titel="Verkenning 2050", organisatie="Netwerk Voorbeeld")
    vera = Gebruiker.objects.create_user("vera@voorbeeld.test", naam="Vera")
    Lidmaatschap.objects.create(gebruiker=vera, reeks=reeks, rol="verslaglegger")
    client = Client()
    client.force_login(vera)
    klein, groot = board(reeks, 1, 50), board(reeks, 2, 500)

    def page(stelling: Stelling, rest: str = "") -> float:
        adres = f"/reeksen/bench/diners/{stelling.diner.nummer}/stellingen/1/werkbank/{rest}"
        assert client.get(adres).status_code == 200
        return took(lambda: client.get(adres))

    def merge_and_back() -> None:
        een, twee = groot.rode_draden.order_by("volgorde")[:2]
        services.merge_rode_draden(van=een, naar=twee, gebruiker=vera, now=NOW)
        services.undo_handeling(stelling=groot, gebruiker=vera, now=NOW)

    for naam, act in (("the page", page), ("the board of it", lambda s: page(s, "draden/"))):
        basis, tijd = act(klein), act(groot)
        print(f"{naam}: {tijd:.0f} ms with 500 notes, {tijd / basis:.1f} x that with 50 ({basis:.0f} ms)")
    basis, tijd = (took(lambda s=stelling: werkbank(s)) for stelling in (klein, groot))  # type: ignore[misc]
    print(f"its data: {tijd:.0f} ms, {tijd / basis:.1f} x")
    print(f"a merge of two threads and taking it back: {took(merge_and_back):.0f} ms")


if __name__ == "__main__":
    main()
