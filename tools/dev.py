"""Set up, run and test, from a bare checkout: ``make`` calls this file with one command.

Standard library only, because it runs before anything is installed. Works on Debian (as root it installs what is
missing, as anyone else it says what to ask for) and on a Mac. Every step may be repeated: what is done is remembered
by a stamp that carries a hash of what the step depends on, so that a second start takes seconds.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

# Some machines forbid Python to keep what it compiled. In our own .venv it may: every start is twice as fast.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = ROOT / "var"
REPORTS = VAR / "reports"
STARTED = time.monotonic()
OLDEST_PYTHON = (3, 11)


# --- small tools -----------------------------------------------------------------------------------------------------
def say(text: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


def give_up(text: str) -> NoReturn:
    sys.exit(f"\n{text}")


def call(*command: object, **environment: str) -> None:
    """Run a command that has to succeed; its own output says why when it does not."""
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=ROOT, env={**os.environ, **environment}).returncode:
        give_up(f"Dit lukte niet: {' '.join(words)}")


def works(command: list[object]) -> bool:
    """Try a command whose failure has a plan B; it prints nothing."""
    return subprocess.run([str(word) for word in command], capture_output=True).returncode == 0


def manage(*command: str) -> None:
    call(PYTHON, "manage.py", *command)


def apt_install(*packages: str) -> bool:
    """Install Debian packages when we may; ``False`` when we may not or cannot."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"apt-get install {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-qq"]
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (install, update, install):  # the package lists are often fresh enough already
        result = subprocess.run(command, env=environment, capture_output=True, text=True)
        if result.returncode == 0 and command is install:
            return True
    print(result.stderr, file=sys.stderr)
    return False


def setting(name: str) -> str:
    """A setting as the app will see it: the environment first, then ``.env``."""
    if name in os.environ:
        return os.environ[name]
    path = ROOT / ".env"
    lines = path.read_text().splitlines() if path.exists() else []
    found = [line.partition("=")[2].strip().strip("\"'") for line in lines if line.startswith(f"{name}=")]
    return found[-1] if found else ""


def demo() -> bool:
    return setting("DEMO").lower() in {"1", "true", "yes", "on"}


def fingerprint(paths: Iterable[Path], *, content: bool) -> str:
    """A hash that changes when a file changes: by its content, or (for a whole tree, cheap) by its time and size."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        facts = path.stat()
        what = path.read_bytes() if content else f"{facts.st_mtime_ns} {facts.st_size}".encode()
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + what + b"\0")
    return digest.hexdigest()[:20]


class Stamp:
    """Remembers that a step was done for this state of its inputs."""

    def __init__(self, path: Path, state: str) -> None:
        self.path, self.state = path, state

    def is_current(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.state

    def set(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.state)


# --- setting up ------------------------------------------------------------------------------------------------------
def require_python() -> None:
    """Go on with a newer Python when ``python3`` is too old (a Mac's is) but another one is installed."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
        if newer := shutil.which(f"python3.{minor}"):
            os.execv(newer, [newer, *sys.argv])
    give_up("Python 3.11 of nieuwer is nodig. Installeer het en probeer: make run PYTHON=python3.12")


def ensure_venv() -> None:
    if PYTHON.exists() and works([PYTHON, "-m", "pip", "--version"]):
        return
    say("virtuele omgeving maken in .venv")
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    if works(command):
        return
    # Debian leaves ensurepip out of python3; half an environment is worse than none.
    shutil.rmtree(VENV, ignore_errors=True)
    if apt_install("python3-venv") and works(command):
        return
    give_up("Python kan geen virtuele omgeving maken. Vraag de beheerder om: apt-get install python3-venv")


def ensure_packages(name: str) -> None:
    """Install ``requirements/<name>.txt``, every file checked against its hash."""
    path = ROOT / "requirements" / f"{name}.txt"
    stamp = Stamp(VENV / f".denkdiner-{name}", fingerprint([path], content=True))
    if stamp.is_current():
        return
    say(f"pakketten installeren: requirements/{name}.txt")
    # --no-compile: Python compiles what it really imports, later, and that is a small part.
    options = ("-qq", "--disable-pip-version-check", "--no-input", "--no-compile", "--require-hashes")
    call(PYTHON, "-m", "pip", "install", *options, "-r", path)
    stamp.set()


PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
"""Debian's packages of Pango; the letters are for what people write in another script than ours."""
PANGO_ADVICE = f"Vraag de beheerder om: apt-get install {' '.join(PANGO)} (Mac: brew install pango)"


def ensure_pango() -> bool:
    """Pango draws the handout. Without it everything works but that one button, which says so."""
    libraries = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
    if all(map(ctypes.util.find_library, libraries)) or apt_install(*PANGO):
        return True
    say(f"Zonder Pango geen handout in pdf; de rest werkt. {PANGO_ADVICE}")
    return False


def ensure_static() -> None:
    """Fonts cut to size and static files under hashed, compressed names; again only when something changed."""
    sources = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    sources += sorted((ROOT / "docs" / "handleiding").iterdir())
    sources += [ROOT / "requirements" / "app.txt", *ROOT.glob("*/management/commands/build_fonts.py")]
    var = ROOT / (setting("VAR_DIR") or "var")
    stamp = Stamp(var / ".static", fingerprint(sources, content=False))
    if stamp.is_current() and (var / "static" / "staticfiles.json").exists():
        return
    say("lettertypen en statische bestanden klaarzetten")
    manage("build_fonts")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    stamp.set()


def ensure_database() -> None:
    """Bring the database up to date; in a demo, with an example reeks of which one diner is live at this moment."""
    say("database bijwerken")
    manage("migrate", "--verbosity", "0")
    if demo():
        say("voorbeeldreeks klaarzetten")
        manage("load_demo")


def setup() -> None:
    """Zet alles klaar om te draaien: .venv, pakketten, lettertypen, database, voorbeeldreeks"""
    ensure_venv()
    ensure_packages("app")
    ensure_pango()
    ensure_static()
    ensure_database()
    say("klaar")


def server_command(port: object, application: str = "denkdiner.asgi:application") -> list[str]:
    """The server as arguments for Python, on this machine only; Dockerfile and docker-compose.yml say the same."""
    # No compression per websocket message: it costs far more processor time than the few bytes are worth. A tablet that
    # is quiet for a minute keeps its connection.
    server = f"-m uvicorn {application} --host 127.0.0.1 --port {port} --ws websockets-sansio"
    quiet = "--ws-per-message-deflate false --timeout-keep-alive 75 --lifespan off --no-access-log --log-level warning"
    return [*server.split(), *quiet.split()]


def run() -> None:
    """Zet klaar wat nodig is en start de app op je eigen computer (http://localhost:8000, met voorbeeldreeks)"""
    port = os.environ.setdefault("PORT", setting("PORT") or "8000")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            give_up(f"Poort {port} is al in gebruik. Kies een andere: make run PORT={int(port) + 1}")
    setup()
    if demo():
        manage("demo_links")
    say(f"http://localhost:{port}/ (stoppen: Ctrl+C)")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), *server_command(port)])


# --- testing ---------------------------------------------------------------------------------------------------------
def ensure_test_tools() -> None:
    """What the tests need besides Python: fonts, a browser, and a word processor that opens what we export."""
    ensure_static()
    if not ensure_pango():
        give_up(f"De tests lezen de handout terug, en die heeft Pango nodig. {PANGO_ADVICE}")
    linux = sys.platform.startswith("linux")
    if linux and not ctypes.util.find_library("atomic") and not apt_install("libatomic1"):
        give_up("Playwright heeft libatomic nodig. Vraag de beheerder om: apt-get install libatomic1")
    browsers = ("chromium", "chromium-browser", "google-chrome")
    if not any(map(shutil.which, browsers)) and not apt_install("chromium"):
        call(PYTHON, "-m", "playwright", "install", "chromium")
    mac_office = Path("/Applications/LibreOffice.app/Contents/MacOS")
    if mac_office.exists():
        os.environ["PATH"] += f"{os.pathsep}{mac_office}"
    # with the letter that the report is laid out in (as wide as Arial), so that pages break where they should
    wanted = {"soffice": ("libreoffice-writer-nogui", "fonts-liberation"), "pdftoppm": ("poppler-utils",)}
    missing = [name for program, packages in wanted.items() if not shutil.which(program) for name in packages]
    if missing and not apt_install(*missing):
        give_up(
            "De tests openen het Word-bestand echt, met LibreOffice en Poppler. "
            f"Vraag de beheerder om: apt-get install {' '.join(missing)} (Mac: brew install poppler libreoffice)"
        )


# As a real server would have it: `check --deploy` has to be silent.
PRODUCTION = {
    "SECRET_KEY": hashlib.sha256(b"only to be checked, never used").hexdigest(),
    "SITE_URL": "https://diner.example.nl",
    "ALLOWED_HOSTS": "diner.example.nl",
    "DATABASE_URL": "postgres://denkdiner:geheim@database/denkdiner",
    "REDIS_URL": "redis://redis:6379/0",
    "WORKERS": "2",
    "DEBUG": "0",
    "DEMO": "0",
}
NOTHING = {"DATABASE_URL": "sqlite://:memory:"}
POSTGRES = {"TEST_BACKEND": "postgres"}
PARALLEL = ("-n", str(max(2, min(4, os.cpu_count() or 2))))


class Step:
    """One thing that can fail: a command of the virtual environment. ``tests`` is set when it reports a count."""

    def __init__(self, name: str, *command: str, tests: bool = False, env: Mapping[str, str] | None = None):
        self.name, self.command, self.tests, self.env = name, command, tests, env or {}
        self.passed, self.failed, self.skipped = 0, 0, 0

    def run(self) -> bool:
        print(f"\n=== {self.name}", flush=True)
        began = time.monotonic()
        report = REPORTS / f"{self.name.replace(' ', '-')}.xml"
        report.unlink(missing_ok=True)
        extra = [f"--junit-xml={report}"] if self.tests else []
        program, *rest = self.command
        python = program.startswith("-") or program.endswith(".py")
        words = [str(PYTHON), *self.command] if python else [str(VENV / "bin" / program), *rest]
        path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
        code = subprocess.run(
            [*words, *extra], cwd=ROOT, env={**os.environ, "PATH": path, **self.env}
        ).returncode
        if report.exists():
            for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own file
                total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
                failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                self.failed += failed
                self.skipped += skipped
                self.passed += max(0, total - failed - skipped)
        if code and not self.failed:
            self.failed = 1  # a check, or a test run that did not get as far as a report
        verdict = "goed" if code == 0 else "FOUT"
        print(f"--- {self.name}: {verdict}, {time.monotonic() - began:.1f} s", flush=True)
        return code == 0


def lint_steps() -> list[Step]:
    templates = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]
    return [
        Step("ruff check", "-m", "ruff", "check", "."),
        Step("ruff format", "-m", "ruff", "format", "--check", "."),
        Step("djade", "djade", "--check", "--target-version", "5.2", *templates),
        Step("migrations", "manage.py", "makemigrations", "--check", "--dry-run", env=NOTHING),
        Step("deploy", "manage.py", "check", "--deploy", "--fail-level", "WARNING", env=PRODUCTION),
    ]


def type_steps() -> list[Step]:
    imports = "from importlinter.cli import lint_imports_command as main; main()"
    return [Step("mypy", "-m", "mypy", env=NOTHING), Step("imports", "-c", imports)]


def unit_steps() -> list[Step]:
    return [Step("unit sqlite", "-m", "pytest", "-q", "-m", "not e2e", *PARALLEL, tests=True)]


def unit_postgres_steps() -> list[Step]:
    command = ("-m", "pytest", "-q", "-m", "not e2e", *PARALLEL)
    return [Step("unit postgres", *command, tests=True, env=POSTGRES)]


def browser_steps() -> list[Step]:
    # One at a time: two at once on two cores save four minutes, and make what a person waits for too slow to judge.
    command = ("-m", "pytest", "-q", "tests/e2e")
    return [
        Step("browser sqlite", *command, tests=True),
        Step("browser postgres", *command, tests=True, env=POSTGRES),
    ]


def perform(steps: list[Step]) -> NoReturn:
    """Run every step, also after a failure; end with the failures and one line with the totals."""
    ensure_venv()
    ensure_packages("test")
    if any(step.tests for step in steps):
        ensure_test_tools()
    REPORTS.mkdir(parents=True, exist_ok=True)
    failures = [step.name for step in steps if not step.run()]
    print(f"\n=== {time.monotonic() - STARTED:.0f} s in totaal")
    for name in failures:
        print(f"FOUT: {name}")
    passed, failed = sum(step.passed for step in steps), sum(step.failed for step in steps)
    skipped = sum(step.skipped for step in steps)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    sys.exit(1 if failures else 0)


def test() -> None:
    """Draait alle controles en alle tests: SQLite, PostgreSQL + Redis en de browser (zonder Docker)"""
    perform(lint_steps() + type_steps() + unit_steps() + unit_postgres_steps() + browser_steps())


def lint() -> None:
    """Controleert stijl, sjablonen, migraties en productie-instellingen"""
    perform(lint_steps())


def types() -> None:
    """Controleert typen en wie wie mag importeren"""
    perform(type_steps())


def unit() -> None:
    """Draait de tests zonder browser, op SQLite"""
    perform(unit_steps())


def unit_postgres() -> None:
    """Draait de tests zonder browser, op een wegwerp-PostgreSQL en -Redis"""
    perform(unit_postgres_steps())


def browser() -> None:
    """Draait de browsertests, op beide databases"""
    perform(browser_steps())


def load() -> None:
    """Meet wat een volle zaal kost: 500 tafels, beide databases (ongeveer vijf minuten)"""
    ensure_venv()
    ensure_packages("test")
    code = subprocess.run([PYTHON, "bench/load.py"], cwd=ROOT).returncode
    code |= subprocess.run([PYTHON, "bench/load.py", "--postgres"], cwd=ROOT).returncode
    sys.exit(code)


def faults() -> None:
    """Zet netwerk, server, database en schijf op hun kop: komt elke notitie aan, eenmaal, op de juiste plek?"""
    ensure_venv()
    ensure_packages("test")
    code = subprocess.run([PYTHON, "bench/faults.py"], cwd=ROOT).returncode
    code |= subprocess.run([PYTHON, "bench/faults.py", "--plants"], cwd=ROOT).returncode
    sys.exit(code)


# --- upkeep ----------------------------------------------------------------------------------------------------------
def requirements() -> None:
    """Zet de versies in requirements/ vast, met hashes (nieuwere versies: make requirements UPGRADE=1)"""
    ensure_venv()
    ensure_packages("test")
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"]
    if os.environ.get("UPGRADE"):
        options.append("--upgrade")
    for name in ("app", "vectors", "bench", "test"):
        say(f"requirements/{name}.txt")
        source, target = f"requirements/{name}.in", f"requirements/{name}.txt"
        compile_for = ("-m", "uv", "pip", "compile", "--python-version", "3.11")
        call(PYTHON, *compile_for, *options, source, "-o", target)


def screenshots() -> None:
    """Maakt de schermafdrukken van README en docs/handleiding opnieuw, van de demo"""
    ensure_venv()
    ensure_packages("test")
    ensure_test_tools()
    call(PYTHON, "tools/screenshots.py")


def clean() -> None:
    """Ruimt op wat vanzelf weer ontstaat; de database en .venv blijven staan"""
    caches = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis")
    for path in (*(ROOT / name for name in caches), VAR / "static", VAR / "build", REPORTS):
        shutil.rmtree(path, ignore_errors=True)
    (VAR / ".static").unlink(missing_ok=True)
    for path in ROOT.rglob("__pycache__"):
        if VENV not in path.parents:
            shutil.rmtree(path, ignore_errors=True)


def print_help() -> None:
    """Laat deze lijst zien"""
    for name, function in COMMANDS.items():
        print(f"  make {name:<14} {(function.__doc__ or '').splitlines()[0]}")


COMMANDS = {
    "run": run,
    "setup": setup,
    "test": test,
    "lint": lint,
    "types": types,
    "unit": unit,
    "unit-postgres": unit_postgres,
    "browser": browser,
    "faults": faults,
    "load": load,
    "requirements": requirements,
    "screenshots": screenshots,
    "clean": clean,
    "help": print_help,
}

if __name__ == "__main__":
    require_python()
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print_help()
        sys.exit(2)
    if sys.argv[1] in {"run", "setup"} and not (ROOT / ".env").exists():
        os.environ.setdefault("DEMO", "1")  # somebody who looks around; a .env is somebody who means it
    try:
        COMMANDS[sys.argv[1]]()
    except KeyboardInterrupt:
        sys.exit(130)
