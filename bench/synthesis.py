"""What the pages of a reporter cost in a reeks of full size: 20 diners, 3 stellingen, 50 tables, 30,000 notes.

In one process, what stands before the network, on SQLite and on a throwaway PostgreSQL; each page against the page with
one's reeksen in the same run. ``--small`` is a tenth of it, to see whether the script works.

    .venv/bin/python bench/synthesis.py [--small] [--rounds 5]
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BACKENDS = ("sqlite", "postgres")
BARS = {"werkbank": 400, "matrix": 1000, "search": 200}
"""Milliseconds at p95 of what the house wants to be no slower."""
VRAGEN = """
dijk|dijken|water|waterpeil|woning|woningen|"lege schoolgebouw"|betaalbaar|jongeren|jonge boer|vertrouwen|
eerlijkheid trots|vrijwilligers|buurtbus -auto|de buurtbus|station dorp|energie|energiecooperatie|coöperatie|
"samen eigenaar"|molen|windmolens|school*|scholen leraren|zorg|mantelzorger|eenzaam|eenzaamheid buurt|
polder rivier|"aan de rand van het dorp"|gemeente provincie|huurders -ondernemers|wie betaalt|
betalen naar draagkracht|Oosterhage|Denemarken|fonds|budget dorp|regels vertrouwen|proef|verhuizen|wonen|werken|
gewerkt|kinderen|kleinkinderen|stilte|landschap verandert|natuur|fiets|fietspad|markt|winkel -webwinkel|w|be|een|
niet|2050|2035 gemeente|xyz|gebouw klok|"niet iedereen aan tafel eens"|rentmeester*|solidariteit zekerheid rust
""".replace("\n", "").split("|")


# --- one database ------------------------------------------------------------------------------------------------------


def measure(schaal_options: dict[str, int], rounds: int) -> list[dict[str, Any]]:
    """What each page costs here, as rows of the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
    os.environ |= {"ALLOWED_HOSTS": "testserver,localhost", "SECRET_KEY": "bench" * 12}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings
    from django.urls import NoReverseMatch, reverse
    from django.utils import timezone

    from capture.models import Bijdrage
    from denkdiner.demo_schaal import Schaal, load_schaal
    from sessions.models import Gebruiker, Lidmaatschap, Rol
    from synthesis.models import RodeDraad
    from synthesis.services import refresh_zoekregels

    rows: list[dict[str, Any]] = []

    def once(wat: str, act: Any) -> Any:
        began, busy = time.perf_counter(), time.process_time()
        with CaptureQueriesContext(connection) as caught:
            result = act()
        ms, cpu = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy)
        rows.append({"wat": wat, "ms": [ms], "cpu": [cpu], "queries": [len(caught)]})
        return result

    plain_static = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }  # nothing has to be collected
    override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain_static}).enable()
    call_command("migrate", verbosity=0)
    schaal = Schaal(**schaal_options)
    reeks, _ = once("making the reeks", lambda: load_schaal(schaal=schaal, now=timezone.now()))
    once("search: everything indexed", lambda: refresh_zoekregels(reeks=reeks))
    vera = Gebruiker.objects.create_user("vera@bench.test", None, naam="Vera")
    for rol in (Rol.ORGANISATOR, Rol.VERSLAGLEGGER):
        Lidmaatschap.objects.create(gebruiker=vera, reeks=reeks, rol=rol)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    import denkdiner.asgi  # noqa: F401 - loads all pages and freezes what is there: as the server does, at its start

    gc.collect()
    gc.freeze()  # and so what making the reeks left behind
    client = Client()
    client.force_login(vera)
    midden = (schaal.diners + 1) // 2
    draad = RodeDraad.objects.filter(reeks=reeks, diner__nummer=midden).order_by("pk")[0]

    def page(
        wat: str, naam: str, *args: Any, vragen: list[dict[str, str]] | None = None, met: str = ""
    ) -> None:
        """Asked *rounds* times; the first time of all pays for imports and templates and is not counted."""
        try:
            url = reverse(naam, args=args) + met
        except NoReverseMatch:
            rows.append({"wat": wat, "ms": [], "queries": [], "waarom": f"there is no {naam} yet"})
            return
        ms, cpu, queries = [], [], set()
        for ronde in range(rounds + 1):
            for vraag in vragen or [{}]:
                if not ronde:
                    with CaptureQueriesContext(connection) as caught:
                        client.get(url, vraag)
                    queries.add(len(caught))
                    continue
                began, busy = time.perf_counter(), time.process_time()
                answer = client.get(url, vraag)
                passed, worked = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy)
                if answer.status_code != 200:
                    raise SystemExit(f"{wat}: {answer.status_code}")
                ms.append(passed)
                cpu.append(worked)
        rows.append({"wat": wat, "ms": ms, "cpu": cpu, "queries": sorted(queries)})

    def stelling(naam: str, wat: str, nummer: int = 2) -> None:
        page(wat, naam, reeks.slug, midden, nummer)

    page("reeksen", "diners:reeks_list")
    stelling("synthesis:werkbank", "werkbank")
    stelling("synthesis:draad_list", "werkbank, again after a change")
    stelling("synthesis:notities", "notes by table")
    page("inbox", "synthesis:inbox", reeks.slug, midden, met="?stelling=2")
    page("inbox, everything", "synthesis:inbox", reeks.slug, midden, met="?stelling=2&alles=1")
    page("thread editor", "synthesis:draad_edit", reeks.slug, draad.pk)
    page("more like a thread", "synthesis:draad_meer", reeks.slug, draad.pk)
    page("matrix", "synthesis:dwars", reeks.slug)
    page("pictures across diners", "synthesis:dwars_beeld", reeks.slug)
    page("proposals across diners", "synthesis:reeksvoorstellen", reeks.slug)
    page("search", "synthesis:zoeken", reeks.slug, vragen=[{"q": vraag} for vraag in VRAGEN])
    page("search, narrowed", "synthesis:zoeken", reeks.slug, vragen=[
        {"q": "dorp", "waar": f"{midden}.1"}, {"q": "water", "soort": "waarde"}, {"q": "school", "plek": "los"},
        {"q": "de", "tafel": "7"}, {"q": "vertrouwen", "letterlijk": "on"}, {"q": "be", "wat": "draden"},
    ])  # fmt: skip
    page("search, the last page of many", "synthesis:zoeken", reeks.slug, met="?q=de&pagina=99999")
    page("page of the reeks", "diners:reeks_detail", reeks.slug)
    page("verslag", "synthesis:verslag", reeks.slug)
    page("writing a part of it", "synthesis:verslagdeel_edit", reeks.slug, f"2.{midden}.2")
    gewijzigd = list(
        Bijdrage.objects.filter(diner__reeks=reeks).order_by("pk").values_list("pk", flat=True)[:500]
    )
    Bijdrage.objects.filter(pk__in=gewijzigd).update(rev=9)
    once("search: 500 notes indexed again", lambda: refresh_zoekregels(reeks=reeks))
    return rows


# --- both, beside each other ----------------------------------------------------------------------------------------------


@contextmanager
def database(backend: str) -> Iterator[str]:
    if backend == "postgres":
        from tests import services

        with services.postgres(durable=True) as service:
            yield service.url
        return
    with tempfile.TemporaryDirectory() as directory:
        yield f"sqlite:///{directory}/bench.sqlite3"


def p95(ms: list[float]) -> float:
    return sorted(ms)[min(len(ms) - 1, int(0.95 * len(ms)))]


def show(per_backend: dict[str, list[dict[str, Any]]]) -> None:
    """A page a line: its median and p95, how much of that median was our own processor, against the plain page, queries."""
    heads = f"{'median':>8} {'p95':>8} {'cpu':>8} {'x reeksen':>10} {'queries':>8}   "
    print(f"{'':32}" + "".join(f"{backend:^{len(heads)}}" for backend in per_backend))
    print(f"{'':32}" + heads * len(per_backend))
    for rijen in zip(*per_backend.values(), strict=True):
        line = f"{rijen[0]['wat']:32}"
        for backend, rij in zip(per_backend, rijen, strict=True):
            if not rij["ms"]:
                line += f"skipped: {rij['waarom']}".ljust(len(heads))
                continue
            plain = next(statistics.median(r["ms"]) for r in per_backend[backend] if r["wat"] == "reeksen")
            middle, slow, cpu = statistics.median(rij["ms"]), p95(rij["ms"]), statistics.median(rij["cpu"])
            asked = "-".join(str(n) for n in dict.fromkeys([min(rij["queries"]), max(rij["queries"])]))
            note = "!" if slow > BARS.get(rij["wat"], float("inf")) else " "
            line += f"{middle:8.1f} {slow:8.1f} {cpu:8.1f} {middle / plain:10.1f} {asked:>8} {note} "
        print(line.rstrip())
    print(f"milliseconds; cpu: of this process alone; queries: least and most; ! is slower than {BARS}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="3,000 notes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backend", choices=BACKENDS, help="only this one")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = {"diners": 4, "tafels": 25} if options.small else {}
    if options.child:
        Path(options.child).write_text(json.dumps(measure(size, options.rounds)))
        return
    found: dict[str, list[dict[str, Any]]] = {}
    for backend in [options.backend] if options.backend else BACKENDS:
        with database(backend) as url, tempfile.NamedTemporaryFile() as answer:
            command = [sys.executable, __file__, "--child", answer.name, "--rounds", str(options.rounds)]
            environment = {**os.environ, "DATABASE_URL": url}
            subprocess.run(command + ["--small"] * options.small, env=environment, cwd=ROOT, check=True)
            found[backend] = json.loads(Path(answer.name).read_text())
    show(found)


if __name__ == "__main__":
    main()
