"""How long a report takes in every format, and how much memory: of one diner, and of 30,000 notes with all behind it.

.venv/bin/python bench/verslag.py [--keep DIR] [--only docx,odt]

Each file is made in a process of its own, so that its peak is its own; "page" is how long a page of the app takes at worst
while the file is being made in a thread beside it (the app makes it the same way).
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")

NOW = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)
WOORDEN = (
    "wie het werk kent weet wat er beter kan maar de regels gaan voor en dat kost tijd die niemand heeft in het dorp waar "
    "de school sluit en de bus na zeven uur niet meer rijdt terwijl iedereen zegt dat het anders moet"
).split()


def build(diners: int, tafels: int, per_tafel: int) -> None:
    """So many diners with three stellingen each, five threads a stelling; of ten notes seven stand in a thread."""
    from django.core.management import call_command

    from capture.models import Bijdrage
    from sessions.models import Diner, Reeks
    from synthesis.models import Onderbouwing, RodeDraad

    call_command("migrate", verbosity=0)
    reeks = Reeks.objects.create(
        slug="bench", titel="Verkenning 2050", organisatie="Netwerk Voorbeeld", kleur="#14406b"
    )
    notes, rijen = [], []
    for nummer in range(1, diners + 1):
        diner = Diner.objects.create(reeks=reeks, nummer=nummer, titel=f"Avond {nummer} over de werkplaats")
        plekken = [diner.tafels.create(nummer=n, aantal_gasten=8) for n in range(1, tafels + 1)]
        for s in range(1, 4):
            stelling = diner.stellingen.create(
                nummer=s, tekst=f"In 2050 past het werk zich aan mensen aan, ook hier {s}."
            )
            draden = [
                RodeDraad.objects.create(
                    reeks=reeks, diner=diner, stelling=stelling, titel=f"Wie leert, verdient: standpunt {d}",
                    tekst="Aan veel tafels klonk dat vakmensen te weinig te zeggen hebben.", kernvraag="Wat laten we los?",
                    volgorde=d, created_at=NOW, updated_at=NOW,
                )
                for d in range(5)
            ]  # fmt: skip
            for tafel in plekken:
                for n in range(per_tafel):
                    begin = (n * 7 + tafel.nummer * 3 + s) % len(WOORDEN)
                    tekst = " ".join((WOORDEN * 2)[begin : begin + 12 + n % 9]).capitalize()
                    note = Bijdrage(
                        diner=diner, tafel=tafel, stelling=stelling, tekst=tekst, created_at=NOW + timedelta(seconds=n),
                        updated_at=NOW, trefwoorden=["werk"] if not n % 5 else [], letterlijk=not n % 10,
                    )  # fmt: skip
                    notes.append(note)
                    if n % 10 < 7:
                        rijen.append(Onderbouwing(rode_draad=draden[n % 5], bijdrage=note, volgorde=n))
    Bijdrage.objects.bulk_create(notes, batch_size=500)
    Onderbouwing.objects.bulk_create(rijen, batch_size=500)


def child(formaat: str, diners: tuple[int, ...], naar: str) -> None:
    """Make one file in a thread, as the app does, and meanwhile ask for a page again and again."""
    import resource

    from django.test import Client, override_settings
    from django.urls import reverse

    from sessions.models import Gebruiker, Reeks
    from synthesis.verslagbestand import Keuzes, make_bestand

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    override_settings(ALLOWED_HOSTS=["*"], STORAGES={"default": files, "staticfiles": plain}).enable()
    reeks = Reeks.objects.get()
    gebruiker, _ = Gebruiker.objects.get_or_create(email="vera@voorbeeld.test", defaults={"naam": "Vera"})
    reeks.lidmaatschappen.get_or_create(gebruiker=gebruiker, rol="verslaglegger")
    client = Client()
    client.force_login(gebruiker)
    pagina = reverse("diners:reeks_detail", args=[reeks.slug])
    client.get(pagina)
    klaar, standen, traagst = threading.Event(), [], 0.0
    gemaakt: list[object] = []

    def work() -> None:
        keuzes = Keuzes(formaat, diners, bijlage=not diners, spoor=not diners)
        try:
            gemaakt.append(make_bestand(reeks, keuzes, now=NOW, meld=lambda stand, _: standen.append(stand)))
        except Exception as error:
            gemaakt.append(error)
        klaar.set()

    begon, cpu = time.perf_counter(), time.process_time()
    threading.Thread(target=work).start()
    while not klaar.wait(0.1):
        vroeg = time.perf_counter()
        assert client.get(pagina).status_code == 200
        traagst = max(traagst, time.perf_counter() - vroeg)
    seconden, gerekend = time.perf_counter() - begon, time.process_time() - cpu
    piek = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bestand = gemaakt[0]
    if isinstance(bestand, Exception):
        print(f"  {formaat:5} refused: {bestand}")
        return
    data = bestand.inhoud  # type: ignore[attr-defined]
    if naar:
        Path(naar, bestand.naam).write_bytes(data)  # type: ignore[attr-defined]
    print(
        f"  {formaat:5} {seconden:6.1f} s ({gerekend:5.1f} s processor), peak {piek:4.0f} MB, {len(data) / 2**20:5.1f} MB, "
        f"slowest page {traagst * 1000:4.0f} ms, progress {len(set(standen))} steps",
        flush=True,
    )


def main() -> None:
    import django

    if "--child" in sys.argv:
        django.setup()
        formaat, diners, naar = sys.argv[sys.argv.index("--child") + 1 :][:3]
        child(formaat, tuple(int(een) for een in diners.split(",") if een), naar)
        return
    naar = sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else ""
    alleen = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else []
    with tempfile.TemporaryDirectory() as map_:
        os.environ["DATABASE_URL"] = f"sqlite:///{map_}/bench.sqlite3"
        django.setup()
        from synthesis.exports import FORMATEN

        build(20, 50, 10)
        for wat, diners in (
            ("one diner (1,500 notes), no appendix", "1"),
            ("30,000 notes, appendix and trace", ""),
        ):
            print(wat, flush=True)
            for formaat in alleen or FORMATEN:
                subprocess.run([sys.executable, __file__, "--child", formaat, diners, naar], check=True)


main()
