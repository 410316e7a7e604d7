"""How long the handout of an evening with 200 notes takes: the first one (with the import of WeasyPrint) and the next ones.

.venv/bin/python bench/handout.py
"""

import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
os.environ["DATABASE_URL"] = "sqlite://:memory:"

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from capture.models import Bijdrage, Soort  # noqa: E402
from sessions.models import Diner, Dinerstatus, Reeks  # noqa: E402
from synthesis.exports.handout import write_handout  # noqa: E402
from synthesis.models import Onderbouwing, RodeDraad  # noqa: E402
from synthesis.queries import handoutbron  # noqa: E402
from synthesis.views.handout import handout_html  # noqa: E402

NOW = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)
NOTITIES, TAFELS, STELLINGEN, DRADEN = 200, 8, 3, 8


def evening() -> Diner:
    """Eight tables, three stellingen with eight threads each, 200 notes of which every tenth is a quote."""
    reeks = Reeks.objects.create(slug="bench", titel="Verkenning 2050", organisatie="Netwerk Voorbeeld")
    diner = Diner.objects.create(
        reeks=reeks,
        nummer=1,
        titel="De werkplaats van morgen",
        datum=date(2026, 11, 24),
        status=Dinerstatus.LIVE,
    )
    tafels = [diner.tafels.create(nummer=n, aantal_gasten=8) for n in range(1, TAFELS + 1)]
    stellingen = [
        diner.stellingen.create(nummer=n, tekst=f"In 2050 past het werk zich aan mensen aan, ook voor {n}.")
        for n in range(1, STELLINGEN + 1)
    ]
    draden = [
        RodeDraad.objects.create(
            reeks=reeks,
            diner=diner,
            stelling=stelling,
            titel=f"Wie leert, verdient: standpunt {n} over vakmensen en regels",
            pool_a="ruimte geven",
            pool_b="zekerheid bieden",
            kernvraag="Wat faciliteren we wel, en wat laten we aan anderen?",
            created_at=NOW,
            updated_at=NOW,
        )
        for stelling in stellingen
        for n in range(1, DRADEN + 1)
    ]
    for n in range(NOTITIES):
        draad, quote = draden[n % len(draden)], n % 10 == 0
        bijdrage = Bijdrage.objects.create(
            diner=diner,
            tafel=tafels[(n // 3) % TAFELS],
            stelling=draad.stelling,
            tekst=f"Gedachte {n}: wie het werk kent, weet wat er beter kan",
            soort=Soort.QUOTE if quote else Soort.INZICHT,
            letterlijk=quote,
            created_at=NOW,
            updated_at=NOW,
        )
        Onderbouwing.objects.create(rode_draad=draad, bijdrage=bijdrage)
    return diner


def main() -> None:
    call_command("migrate", verbosity=0)
    diner = evening()
    for naam in ("first", "second", "third"):
        began, cpu = time.perf_counter(), time.process_time()
        pdf = write_handout(handoutbron(diner), gemaakt_at=NOW, html=handout_html)
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
        print(f"{naam}: {seconds:.2f} s ({used:.2f} s processor), {len(pdf) // 1024} kB")


main()
