"""The stage of the load test: a database of its own with a diner that is live, and the server on top of it.

``python bench/load_stage.py fill|count …`` runs inside Django, in a process of its own: the generator that measures imports
none of it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SERVER_CORE, GENERATOR_CORE = 0, 1
START = 60.0
"""Seconds that a server may take to answer for the first time."""


# --- in a process of its own: Django -----------------------------------------------------------------------------------
def fill(tables: int, second: int) -> dict[str, Any]:
    """A live diner with *tables* tables, a joined device at each (and another at the first *second*), and its organiser."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from sessions import services
    from sessions.models import Apparaat, Gebruiker, Tafel
    from sessions.tokens import new_secret, token_hash

    now = timezone.now()
    roos = Gebruiker.objects.create_user("roos@load.test", None, naam="Roos")
    reeks = services.create_reeks(gebruiker=roos, titel="Een volle zaal")
    diner = services.create_diner(reeks=reeks, titel="Het drukste diner")
    stellingen = [services.add_stelling(diner=diner, tekst=f"Stelling {nummer}") for nummer in range(1, 17)]
    rondes = [
        services.add_ronde(
            diner=diner, titel=f"Ronde {s.nummer}", soort="tafelgesprek", stelling=s, minuten=20
        )
        for s in stellingen
    ]
    # straight into the database: the form stops at fewer tables than a load test wants
    tafels = Tafel.objects.bulk_create(Tafel(diner=diner, nummer=n) for n in range(1, tables + 1))
    toegangen = services.open_toegangen(diner=diner, now=now)
    services.open_diner(diner=diner, now=now)
    services.start_ronde(ronde=rondes[0], now=now)
    secrets: list[list[str]] = []
    rows = []
    for tafel in tafels:
        own = [new_secret() for _ in range(2 if tafel.nummer <= second else 1)]
        secrets.append(own)
        rows += [
            Apparaat(
                toegang=toegangen[tafel.pk],
                sleutel_hash=token_hash(secret),
                nummer=nummer,
                joined_at=now,
                last_seen_at=now,
            )
            for nummer, secret in enumerate(own, 1)
        ]
    Apparaat.objects.bulk_create(rows)
    session = SessionStore()
    session[SESSION_KEY] = str(roos.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = roos.get_session_auth_hash()
    session.create()
    return {
        "session": session.session_key,
        "diner": diner.pk,
        "slug": reeks.slug,
        "nummer": diner.nummer,
        "rondes": [ronde.pk for ronde in rondes],
        "stellingen": [stelling.pk for stelling in stellingen],
        "tafels": [tafel.pk for tafel in tafels],
        "tokens": [services.token_of(toegangen[tafel.pk]) for tafel in tafels],
        "secrets": secrets,
    }


def count() -> dict[str, Any]:
    """What is in the database: the id of every note, and how often the words of one stand there twice."""
    from capture.models import Bijdrage, BijdrageVersie, Quarantaine

    rows = list(Bijdrage.objects.values_list("pk", "tekst"))
    return {
        "notes": [str(pk) for pk, _ in rows],
        "doubled": len(rows) - len({tekst for _, tekst in rows}),
        "versions": BijdrageVersie.objects.count(),
        "quarantined": Quarantaine.objects.count(),
    }


# --- in the process that measures ----------------------------------------------------------------------------------------
@dataclass
class Server:
    """A running server with what its database holds."""

    port: int
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    data: dict[str, Any]

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *(int(pid) for pid in children.read_text().split())]

    def cpu(self) -> float:
        """Processor seconds until now, of all its processes; 0.0 where the machine does not tell."""
        try:
            stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2] for pid in self._pids()]
        except OSError:
            return 0.0
        return sum(sum(map(int, stat.split()[11:13])) for stat in stats) / os.sysconf("SC_CLK_TCK")

    def rss(self) -> float:
        """MB in memory, of the largest of its processes; 0.0 where the machine does not tell."""
        try:
            pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self._pids()]
        except OSError:
            return 0.0
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def spread(self) -> None:
        """Each worker on a core of its own, where the machine can: some kernels leave both on one for the first minute."""
        if not hasattr(os, "sched_setaffinity"):
            return
        for number, pid in enumerate(pid for pid in self._pids()[1:] if _is_worker(pid)):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), {number % (os.cpu_count() or 1)})

    def count(self) -> dict[str, Any]:
        return in_django(self.environment, "count")


def _is_worker(pid: int) -> bool:
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def machine_busy() -> float:
    """Processor seconds of everything on this machine until now; 0.0 where it does not tell."""
    try:
        fields = Path("/proc/stat").read_text().partition("\n")[0].split()[1:]
    except OSError:
        return 0.0
    user, nice, system, _, _, irq, soft, *_ = map(int, fields)
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


def in_django(environment: Mapping[str, str], *words: str) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).resolve()), *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=180, stdout=subprocess.PIPE)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str], port: int, path: str, cwd: Path, *, pinned: bool
) -> Iterator[subprocess.Popen[bytes]]:
    """*command* until the end of the block; ready when *path* answers, stopped with all its workers."""
    from load_wire import only_core

    pin = (lambda: only_core(SERVER_CORE)) if pinned else None
    process = subprocess.Popen(
        command, cwd=cwd, env=environment, preexec_fn=pin, start_new_session=True, stdout=sys.stderr
    )
    try:
        deadline = time.monotonic() + START
        while True:
            try:
                with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("The server did not start.") from None
                time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def app(tables: int, *, second: int = 0, postgres: bool = False) -> Iterator[Server]:
    """The app as ``make run`` starts it, on a database of its own; *postgres*: with Redis and two workers."""
    from tools.dev import server_command

    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="denkdiner-load-")))
        port = _free_port()
        environment = {
            **{
                name: os.environ[name]
                for name in ("PATH", "HOME", "LANG", "PYTHONPATH")
                if name in os.environ
            },
            "VAR_DIR": str(directory),
            "DATABASE_URL": f"sqlite:///{directory / 'load.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "denkdiner.settings",
            "SECRET_KEY": "only-for-a-load-test-" + "x" * 40,
            "SITE_URL": f"http://localhost:{port}",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "CSRF_TRUSTED_ORIGINS": f"http://localhost:{port}",
            "REDIS_URL": "",
            "DEBUG": "0",
            "DEMO": "0",
        }
        extra: list[str] = []
        if postgres:
            from tests import services

            database, redis = stack.enter_context(services.postgres()), stack.enter_context(services.redis())
            environment |= {"DATABASE_URL": database.url, "REDIS_URL": redis.url, "WORKERS": "2"}
            extra = ["--workers", "2"]
        manage = [sys.executable, "manage.py"]
        for step in ("build_fonts", "collectstatic --noinput --verbosity 0", "migrate --verbosity 0"):
            subprocess.run(
                [*manage, *step.split()],
                cwd=ROOT,
                env=environment,
                check=True,
                timeout=180,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        data = in_django(environment, "fill", str(tables), str(second))
        command = [sys.executable, *server_command(port), *extra]
        process = stack.enter_context(
            _running(command, environment, port, "/gezond/", ROOT, pinned=not postgres)
        )
        server = Server(port, process, environment, data)
        if postgres:
            server.spread()
        yield server


@contextmanager
def floor() -> Iterator[Server]:
    """The server of ``load_floor.py``, with the same flags."""
    from tools.dev import server_command

    with tempfile.TemporaryDirectory(prefix="denkdiner-floor-") as directory:
        port = _free_port()
        environment = {**os.environ, "FLOOR_DATABASE": str(Path(directory) / "floor.sqlite3")}
        command = [sys.executable, *server_command(port, "load_floor:application")]
        here = Path(__file__).resolve().parent
        with _running(command, environment, port, "/", here, pinned=True) as process:
            yield Server(port, process, environment, {})


if __name__ == "__main__":
    import django

    django.setup()
    name, *numbers = sys.argv[1:]
    print(json.dumps({"fill": fill, "count": count}[name](*map(int, numbers))))
