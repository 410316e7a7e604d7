"""The load test itself, for a few seconds: every note that was acknowledged is there once and was seen. Never how fast."""

import json
import subprocess
import sys

from django.conf import settings

COUNTS = (
    "lost",
    "doubled in the database",
    "quarantined",
    "not seen on a board",
    "doubled on a board",
    "refused or failed",
    "sockets that closed",
)


def test_a_small_room_loses_and_doubles_nothing():
    command = [sys.executable, "bench/load.py", "--tables", "12", "--short"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert {name: result[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0)
    assert result["acknowledged"] >= 250
    assert result["start of a ronde: tables that heard"] == 12
