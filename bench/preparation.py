"""What each step costs the server on the way from nothing to a ready diner, against the page with one's reeksen.

2 sprekers, 3 stellingen, 8 tables, 64 guests from a file, 3 rondes seated, the pack. Twenty evenings, one after the
other, in one process: what stands before the network. A task runs in the background; here stands what its page waits for.

    .venv/bin/python bench/preparation.py
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
os.environ["DATABASE_URL"] = "sqlite:///" + os.path.join(tempfile.mkdtemp("denkdiner-bench"), "bench.sqlite3")
os.environ["ALLOWED_HOSTS"] = "testserver,localhost"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from bench.bars import Bar, judge  # noqa: E402
from sessions.models import Diner, Gebruiker, Reeks, Taak  # noqa: E402

AVONDEN, GASTEN = 20, 64
STEP_P95 = 300
"""ms that a step may take, 95 of 100."""
VEEL, SLECHT, PREVIEW = 5_000, (7, 2_500, 4_999), 3.0
"""Guests of the longest list, the rows of it that are wrong, and the seconds until somebody sees which."""
LIJST = "naam;organisatie;sector\n" + "".join(
    f"Gast {n:02};Organisatie {n % 16};{('zorg', 'onderwijs', 'bouw')[n % 3]}\n" for n in range(GASTEN)
)
times: dict[str, list[float]] = {}


def timed(what: str, ask: Callable[[], Any]) -> Any:
    """The answer, which has to be a good one, and how long it took under *what*."""
    began = time.perf_counter()
    answer = ask()
    times.setdefault(what, []).append(time.perf_counter() - began)
    if answer.status_code >= 400:
        raise SystemExit(f"{what}: {answer.status_code}\n{answer.content.decode()[:2000]}")
    return answer


def prepare(client: Client, nummer: int) -> None:
    """One evening, from nothing to a pack."""
    timed("reeksen", lambda: client.get("/reeksen/"))
    data = {"titel": f"Reeks {nummer}", "horizonjaar": 2050, "max_apparaten": 3}
    timed("new reeks", lambda: client.post("/reeksen/nieuw/", data))
    reeks = Reeks.objects.get(titel=f"Reeks {nummer}")
    pad = f"/reeksen/{reeks.slug}/"
    timed(
        "new diner",
        lambda: client.post(
            f"{pad}diners/nieuw/",
            {"titel": "Wonen", "datum": "2031-03-14", "begintijd": "18:00", "herinner_dagen": "", "maak": ""},
        ),
    )
    diner = Diner.objects.get(reeks=reeks)
    avond = f"{pad}diners/1/"
    for naam in ("Ada Vos", "Piet Zand"):
        timed("new spreker", lambda: client.post(f"{pad}sprekers/nieuw/?diner=1", {"naam": naam}))  # noqa: B023
    for tekst in ("Elk dorp zijn school.", "De auto is te gast.", "Een leven lang leren."):
        stelling = {"tekst": tekst, "status": "definitief"}
        timed("new stelling", lambda: client.post(f"{avond}stellingen/nieuw/", stelling))  # noqa: B023
    timed("draaiboek", lambda: client.post(f"{avond}draaiboek/standaard/"))
    timed("tables", lambda: client.post(f"{avond}tafels/erbij/", {"aantal": 8, "aantal_gasten": 8}))
    bestand = SimpleUploadedFile("gasten.csv", LIJST.encode())
    overzicht = timed(
        "guests: preview", lambda: client.post(f"{avond}gasten/importeren/", {"bestand": bestand})
    )
    form = overzicht.context["form"]
    rijen = {"tabel": form["tabel"].value(), "naam": 0, "organisatie": 1, "sector": 2, "opslaan": "0-1-2"}
    timed("guests: store", lambda: client.post(f"{avond}gasten/importeren/", rijen))
    assert diner.gasten.count() == GASTEN
    timed("seating: begin", lambda: client.post(f"{avond}tafelschikking/maken/"))
    while timed(
        "seating: how far", lambda: client.get(f"{avond}tafelschikking/taak/")
    ) and Taak.objects.filter(diner=diner, status__in=["wacht", "bezig"]):
        time.sleep(0.2)
    timed("seating: page", lambda: client.get(f"{avond}tafelschikking/"))
    timed("pack: page", lambda: client.get(f"{avond}pakket/"))
    timed(
        "pack: begin",
        lambda: client.post(f"{avond}pakket/maken/", {"deel": ["qr", "draaiboek", "naamkaartjes"]}),
    )
    while timed("pack: how far", lambda: client.get(f"{avond}pakket/taak/")) and Taak.objects.filter(
        diner=diner, status__in=["wacht", "bezig"]
    ):
        time.sleep(0.2)
    timed("pack: download", lambda: client.get(f"{avond}pakket.pdf"))
    timed("the diner, ready", lambda: client.get(avond))


def long_list(client: Client) -> list[Bar]:
    """The preview of ``VEEL`` guests of whom some have no name: fast, it names those rows, and nothing is stored."""
    diner = Diner.objects.order_by("pk").last()
    assert diner is not None
    adres = f"/reeksen/{diner.reeks.slug}/diners/{diner.nummer}/gasten/importeren/"
    rijen = [
        f"{'' if rij in SLECHT else f'Gast nummer {rij}'};Organisatie {rij % 300};Sector {rij % 12}"
        for rij in range(2, VEEL + 2)
    ]
    lijst = "naam;organisatie;sector\n" + "\n".join(rijen) + "\n"
    before, seconds = diner.gasten.count(), []
    for _ in range(3):
        bestand = SimpleUploadedFile("gasten.csv", lijst.encode())
        began = time.perf_counter()
        answer = client.post(adres, {"bestand": bestand})
        seconds.append(time.perf_counter() - began)
    html = answer.content.decode()
    named = sum(f"Rij {rij}:" in html for rij in SLECHT)
    return [
        Bar(f"preview of {VEEL:,} guests, the slowest of 3", max(seconds), PREVIEW, " s"),
        Bar(f"of its {len(SLECHT)} bad rows named", named, len(SLECHT), least=True),
        Bar("of its guests stored", abs(diner.gasten.count() - before), 0),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="two evenings")
    avonden = 2 if parser.parse_args().short else AVONDEN
    setup_test_environment()
    # no manifest of hashed names: this is a process of its own, and nothing was collected
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)
    # as the server begins: all pages loaded, and what was loaded spared the garbage collector. Without it one page in
    # twenty waits 0.3 s for a collection of this process.
    import denkdiner.asgi  # noqa: F401

    client = Client()
    client.force_login(Gebruiker.objects.create_user("roos@bench.test", None, naam="Roos"))
    prepare(client, AVONDEN)  # what only the first in a process pays: imports, templates
    times.clear()
    for nummer in range(avonden):
        prepare(client, nummer)
    plain = statistics.median(times["reeksen"])
    bars = []
    for what, seconds in times.items():
        p95 = sorted(seconds)[min(len(seconds) - 1, int(0.95 * len(seconds)))]
        middle = f"median {1000 * statistics.median(seconds):7.1f} ms"
        print(f"{what:22} {middle}  p95 {1000 * p95:7.1f} ms  {p95 / plain:6.1f} x")
        bars.append(Bar(f"{what}, 95 of 100", 1000 * p95, STEP_P95, " ms"))
    code = judge(bars + long_list(client))
    bestand = Path(connections["default"].settings_dict["NAME"])
    connections.close_all()
    shutil.rmtree(bestand.parent)
    sys.exit(code)


main()
