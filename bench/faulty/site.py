"""The real server, as a process of its own on a database of its own, behind a bad network, with tablets at its tables."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.faulty.ledger import Ledger, Report
from bench.faulty.proxy import Fault, Proxy
from bench.faulty.tablet import Tablet
from bench.faulty.wire import ask
from tests import services

ROOT = Path(__file__).resolve().parents[2]
START_PATIENCE = 60.0
"""Seconds that a start may take; a busy machine is slow."""
ENVIRONMENT = {
    "SECRET_KEY": "only-for-faults",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "EMAIL_URL": "memorymail://",
    "DEBUG": "0",
    "DEMO": "0",
    "REDIS_URL": "",
    "WORKERS": "1",
}


@dataclass
class Ground:
    """Where databases come from: each scenario gets a fresh copy of one that was prepared once.

    *postgres* and *redis* are the throwaway servers of that backend; None on SQLite.
    """

    kind: str
    directory: Path
    postgres: services.Service | None = None
    redis: services.Service | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    made: int = 0

    def url(self, name: str, directory: Path | None = None) -> str:
        """DATABASE_URL of database *name*; on SQLite in *directory*."""
        if self.postgres is not None:
            return self.postgres.url.replace("postgres:///postgres?", f"postgres:///{name}?")
        return f"sqlite:///{directory or self.directory}/{name}.sqlite3"

    def environment(self, url: str) -> dict[str, str]:
        redis = {"REDIS_URL": self.redis.url, "WORKERS": "2"} if self.redis else {}
        own = {
            "DATABASE_URL": url,
            "VAR_DIR": str(self.directory / "var"),
            "LIVE_PREFIX": f"faults{self.made}",
        }
        return {**os.environ, **ENVIRONMENT, **redis, **own}

    def prepare(self) -> None:
        """Make the database that every scenario begins with."""
        url = self.url("template")
        if self.postgres is not None:
            self.sql("CREATE DATABASE template")
        self.facts = run_json("prepare", self.environment(url))

    def copy(self, source: str, target: str, directory: Path | None = None) -> None:
        """*target* becomes what *source* is now; nobody may be connected to it on purpose."""
        if self.postgres is not None:
            self.sql(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
            self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'")
            self.sql(f"CREATE DATABASE {target} TEMPLATE {source}")
            return
        folder = directory or self.directory
        for ending in ("", "-wal", "-shm"):
            (folder / f"{target}.sqlite3{ending}").unlink(missing_ok=True)
            old = (self.directory if source == "template" else folder) / f"{source}.sqlite3{ending}"
            if old.exists():
                shutil.copy(old, folder / f"{target}.sqlite3{ending}")

    def fresh(self, directory: Path | None = None) -> str:
        """The name of a new copy of the template."""
        self.made += 1
        name = f"faults{self.made}"
        self.copy("template", name, directory)
        return name

    def sql(self, statement: str) -> None:
        import psycopg

        assert self.postgres is not None
        host = self.postgres.url.split("host=")[1].split("&")[0]
        with psycopg.connect(host=host, user="test", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def ground(kind: str, *, settings: tuple[str, ...] = ()) -> Iterator[Ground]:
    """``sqlite``, or ``postgres`` with Redis and two workers; *settings* of PostgreSQL. Everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="denkdiner-faults-") as directory:
        if kind == "sqlite":
            made = Ground(kind, Path(directory))
            made.prepare()
            yield made
            return
        with services.postgres(durable=True, settings=settings) as database, services.redis() as broker:
            made = Ground(kind, Path(directory), database, broker)
            made.prepare()
            yield made


def run_json(
    command: str, environment: Mapping[str, str], module: str = "bench.faulty.database"
) -> dict[str, Any]:
    """What *module* prints."""
    result = subprocess.run(
        [sys.executable, "-m", module, command],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
    )
    if result.returncode:
        raise RuntimeError(f"{module} {command}:\n{result.stderr}")
    data: dict[str, Any] = json.loads(result.stdout)
    return data


class Site:
    """``async with Site(…)``: the server runs, ``tablet(n)`` sits down at a table; nothing of it is left afterwards.

    *plant*: a bug in the server (planted.py); *bugs*: those in the tablets. *folder*: where a SQLite database stands.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        seed: int = 0,
        faults: Mapping[Fault, float] | None = None,
        plant: str = "",
        bugs: tuple[str, ...] = (),
        quiet: float = 60.0,
        folder: Path | None = None,
    ) -> None:
        self.ground, self.seed, self.bugs, self.quiet, self.folder = ground, seed, bugs, quiet, folder
        self.random = Random(f"site/{seed}")
        self.ledger = Ledger()
        self.ledger.on_settled = self.changed
        self.name = ground.fresh(folder)
        self.env = ground.environment(ground.url(self.name, folder)) | {"FAULTS_PLANT": plant}
        self.app = "bench.faulty.planted:application" if plant else "denkdiner.asgi:application"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.env["SITE_URL"] = f"http://localhost:{self.port}"
        self.proxy = Proxy(self.port, seed=seed, faults=faults, patience=1.5)
        self.tablets: list[Tablet] = []
        self.failure: BaseException | None = None
        self.stalled = False
        """Nothing moves any more: the people who type stop waiting for the rest."""
        self.process: subprocess.Popen[bytes] | None = None
        self.before_exec: Callable[[], None] | None = None
        self.directory = Path(tempfile.mkdtemp(prefix="site-", dir=ground.directory))
        self._senders: dict[str, asyncio.Task[None]] = {}
        self._event = asyncio.Event()
        self.began = datetime.now(UTC)

    async def __aenter__(self) -> "Site":
        try:
            await self.start()
            await self.proxy.start()
        except BaseException:
            self.kill()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            for task in self._senders.values():
                task.cancel()
            await asyncio.gather(*self._senders.values(), return_exceptions=True)
            await self.proxy.stop()
        finally:
            self.kill()
            for tablet in self.tablets:
                tablet.outbox.close()

    # --- the server -----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the server as ``make run`` and docker-compose do, and wait until it answers."""
        server = f"-m uvicorn {self.app} --host 127.0.0.1 --port {self.port} --ws websockets-sansio"
        quiet = f"--ws-per-message-deflate false --lifespan off --log-level warning --workers {self.env['WORKERS']}"
        with (self.directory / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - it only forks
                [sys.executable, *server.split(), *quiet.split()],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                preexec_fn=self.before_exec,
                start_new_session=True,  # with its workers one group, to be killed at once
            )
        for _ in range(int(START_PATIENCE / 0.05)):
            if self.process.poll() is not None:
                break
            try:
                if (await ask(self.port, "GET", "/gezond/", patience=5)).status == 200:
                    return
            except OSError:
                pass
            await asyncio.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log()}")

    def log(self) -> str:
        return (self.directory / "server.log").read_text(errors="replace")[-4000:]

    def said(self) -> str:
        """What the server logged, most often first."""
        text = (self.directory / "server.log").read_text(errors="replace")
        events = Counter(re.findall(r'"event": ?"([^"]{0,120})', text))
        return "; ".join(f"{number} x {event}" for event, number in events.most_common(6)) or "nothing"

    def kill(self) -> None:
        """kill -9, workers and all; gone when this returns."""
        process, self.process = self.process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    # --- the tablets ----------------------------------------------------------------------------------------------------

    def tablet(self, number: int, *, table: int | None = None, clock: timedelta = timedelta()) -> Tablet:
        """Tablet *number* at table *table* (from 0), not switched on yet. It knows which table it is at."""
        place = self.ground.facts["tafels"][number % 50 if table is None else table]
        made = Tablet(
            f"tablet{number}",
            self.proxy.port,
            place["token"],
            self.directory,
            self.ledger,
            Random(f"tablet/{self.seed}/{number}"),
            clock=clock,
            bugs=self.bugs,
            tafel=place["id"],
        )
        self.tablets.append(made)
        return made

    def switch_on(self, tablet: Tablet) -> None:
        """Let it send, until the end of the scenario."""
        task = asyncio.ensure_future(tablet.send_for_ever())
        task.add_done_callback(self._ended)
        self._senders[tablet.name] = task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.failure = task.exception()
            self.changed()

    async def power_off_and_on(self, tablet: Tablet) -> Tablet:
        """Its battery was empty, also in the middle of a request; returns the tablet that came back."""
        await self.power_off(tablet)
        return self.power_on(tablet)

    async def power_off(self, tablet: Tablet) -> None:
        """It sends nothing any more; what somebody types on it still goes to its disk."""
        task = self._senders.pop(tablet.name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def power_on(self, tablet: Tablet) -> Tablet:
        """The tablet that came back: it knows what is on its disk."""
        again = tablet.restarted()
        self.tablets[self.tablets.index(tablet)] = again
        self.switch_on(again)
        return again

    # --- waiting for states, never for a time -----------------------------------------------------------------------------

    def changed(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, met: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait until *met*; False when *seconds* (default ``quiet``) pass in which no tablet heard anything new."""
        loop = asyncio.get_running_loop()
        patience = self.quiet if seconds is None else seconds
        deadline, before = loop.time() + patience, self.ledger.settled
        while not met():
            if self.failure is not None:
                raise RuntimeError("a tablet broke") from self.failure
            if self.proxy.failure is not None:
                raise RuntimeError("the proxy broke") from self.proxy.failure
            if self.ledger.settled != before:
                deadline, before = loop.time() + patience, self.ledger.settled
            if loop.time() > deadline:
                return False
            try:
                async with asyncio.timeout(0.2):
                    await self._event.wait()
            except TimeoutError:
                pass
        return True

    async def settled(self) -> bool:
        """Every op that was saved has its verdict."""
        return await self.until(lambda: self.ledger.settled >= len(self.ledger.entries))

    async def read(self) -> dict[str, Any]:
        return await asyncio.to_thread(run_json, "read", self.env)

    async def report(self, name: str) -> Report:
        """The verdict on what happened here."""
        ended = datetime.now(UTC) + timedelta(seconds=1)
        report = self.ledger.judge(name, await self.read(), began=self.began, ended=ended)
        if self.proxy.pretended:
            report.broken.append(f"{self.proxy.pretended} answers of 5xx with a verdict in them")
        faults = ", ".join(f"{number} x {fault}" for fault, number in sorted(self.proxy.seen.items()))
        if not report.ok:
            report.notes.append(f"the server said: {self.said()}")
        statuses = ", ".join(f"{number} x {status}" for status, number in sorted(self.proxy.statuses.items()))
        report.notes.append(f"requests: {faults}; answers of the server: {statuses}")
        return report
