"""How fast a guest list or a Word template is read or refused.

5,000 good rows, then every hostile file of the tests, against those rows.

.venv/bin/python bench/guest_lists.py
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

import django

django.setup()

from sessions.tabellen import TabelFout, read_tabel  # noqa: E402
from synthesis.exports.sjabloon import SjabloonFout, check_sjabloon  # noqa: E402
from tests.sessions.test_gasten import WEIGERINGEN  # noqa: E402
from tests.synthesis.exports.test_sjabloon import GEVALLEN  # noqa: E402

RIJEN, GRENS = 5_000, 1.0
"""Rows of the longest list that is taken; seconds within which a file must be refused."""


def seconds(inhoud: bytes, read: Callable[[bytes], object] = read_tabel) -> float:
    """How long reading *inhoud* takes, whether it is refused or not."""
    began = time.perf_counter()
    with suppress(TabelFout, SjabloonFout):
        read(inhoud)
    return time.perf_counter() - began


def main() -> None:
    lijst = "Naam;Organisatie;Sector\n" + "".join(
        f"Gast {n};Organisatie {n % 300};Sector {n % 12}\n" for n in range(RIJEN)
    )
    goed = min(seconds(lijst.encode()) for _ in range(3))
    print(f"{'reading 5,000 good rows':<44}{goed * 1000:>8.0f} ms    1.0 x")
    slowest = 0.0
    bestanden = [(naam, maak, read_tabel) for naam, (maak, _) in WEIGERINGEN.items()]
    bestanden += [(f"Word: {naam}", maak, check_sjabloon) for naam, (maak, _) in GEVALLEN.items()]
    for naam, maak, read in bestanden:
        took = seconds(maak() if callable(maak) else maak, read)
        slowest = max(slowest, took)
        print(f"{naam:<44}{took * 1000:>8.0f} ms{took / goed:>7.1f} x")
    if slowest > GRENS:
        raise SystemExit(f"slowest: {slowest:.2f} s, where {GRENS:.0f} s is allowed")


if __name__ == "__main__":
    main()
