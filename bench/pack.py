"""How long the pack of a diner takes: 8 tables with 64 guests, and 50 tables with 400.

.venv/bin/python bench/pack.py [--keep DIRECTORY]
"""

import os
import sys
import time
import uuid
from datetime import date
from datetime import time as clock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
os.environ["DATABASE_URL"] = "sqlite://:memory:"

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from denkdiner.paper import as_pdf, font_configuration, lay_out  # noqa: E402
from sessions.models import Diner, Gast, Plaats, Reeks, Rondesoort  # noqa: E402
from sessions.pakket import Deel, pakketbron  # noqa: E402
from sessions.views.pakket import pakket_html  # noqa: E402

PER_TAFEL, RONDES = 8, 3
VOORNAMEN = (
    "Sanne Milan Noor Youssef Fenna Thijs Aylin Ruben Eva Bram Lotte Sem Meryem Koen Iris Daan".split()
)
ACHTERNAMEN = "de Vries|Bakker|van den Berg|El Amrani|Jansen-Hoekstra|Yilmaz|Visser|van der Heijden".split(
    "|"
)
HUIZEN = ["Waterschap Voorbeeld", "Bakkerij Zon", "Gemeente Middenstad", "Stichting Samen Wonen", ""]


def evening(nummer: int, tafels: int) -> Diner:
    """Three stellingen, nine rondes, and guests who change tables in each of three talks."""
    reeks = Reeks.objects.create(
        slug=f"bench-{nummer}",
        titel="Verkenning 2050",
        organisatie="Netwerk Voorbeeld",
        kleur="#17515f",
        tweede_kleur="#b4510f",
    )
    diner = Diner.objects.create(
        reeks=reeks,
        nummer=nummer,
        titel="De werkplaats van morgen",
        datum=date(2026, 11, 24),
        begintijd=clock(18, 0),
        locatie="De Hoeve",
    )
    stellingen = [
        diner.stellingen.create(
            nummer=n,
            tekst=tekst,
            toelichting="Denk aan het werk van nu, en aan dat van je kinderen.",
            doorvragen=[
                "Wie heeft daar last van?",
                "Wat moet er dan eerst gebeuren?",
                "Hoe ziet dat er in 2050 uit?",
            ],
        )
        for n, tekst in enumerate(
            [
                "Werk past zich aan mensen aan.",
                "Wie leert, verdient: in 2050 betalen we iedereen voor een jaar leren, op elke leeftijd.",
                "Het dorp is de beste werkgever.",
            ],
            start=1,
        )
    ]
    plaats = [diner.tafels.create(nummer=n, aantal_gasten=PER_TAFEL) for n in range(1, tafels + 1)]
    rondes = [diner.rondes.create(nummer=1, soort=Rondesoort.ONTVANGST, minuten=20)]
    for n, stelling in enumerate(stellingen):
        rondes.append(diner.rondes.create(nummer=2 + 2 * n, soort=Rondesoort.SPREKER, minuten=10))
        rondes.append(diner.rondes.create(nummer=3 + 2 * n, stelling=stelling, minuten=25))
    diner.rondes.create(nummer=8, soort=Rondesoort.PLENAIR, minuten=20)
    diner.rondes.create(nummer=9, soort=Rondesoort.AFSLUITING, minuten=10)
    gasten = [
        Gast(
            id=uuid.UUID(int=nummer * 10_000 + n),
            diner=diner,
            naam=f"{VOORNAMEN[n % 16]} {ACHTERNAMEN[n // 16 % 8]}",
            organisatie=HUIZEN[n % 5],
        )
        for n in range(tafels * PER_TAFEL)
    ]
    Gast.objects.bulk_create(gasten)
    Plaats.objects.bulk_create(
        Plaats(gast=gast, ronde=ronde, tafel=plaats[(n // PER_TAFEL + beurt * (n % PER_TAFEL)) % tafels])
        for beurt, ronde in enumerate(rondes[2::2])
        for n, gast in enumerate(gasten)
    )
    return diner


def main() -> None:
    call_command("migrate", verbosity=0)
    lay_out("<p>warm", fonts=font_configuration())  # starting WeasyPrint is no part of the ratio
    seconds = {}
    for nummer, tafels in enumerate((8, 50), start=1):
        diner = evening(nummer, tafels)
        began, cpu = time.perf_counter(), time.process_time()
        html = pakket_html("http://localhost/t/", diner, pakketbron(diner), list(Deel))
        document = lay_out(html, fonts=font_configuration())
        pdf = as_pdf(document, inhoud=html)
        seconds[tafels], used = time.perf_counter() - began, time.process_time() - cpu
        print(
            f"{tafels} tables, {tafels * PER_TAFEL} guests: {seconds[tafels]:.1f} s ({used:.1f} s processor), "
            f"{len(document.pages)} pages, {len(pdf) // 1024} kB",
            flush=True,
        )
        if "--keep" in sys.argv:
            Path(sys.argv[-1], f"pack-{tafels}.pdf").write_bytes(pdf)
    print(f"50 tables take {seconds[50] / seconds[8]:.1f} times as long as 8 (50 / 8 = {50 / 8:.1f})")


main()
