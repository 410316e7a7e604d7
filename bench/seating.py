"""How long a seating plan takes, and how well it mixes: a usual evening and the largest one."""

import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sessions.seating import Maat, Plan, Zaal, make_plan, measure  # noqa: E402

BARS = {
    "64 guests, 8 tables, 3 rondes": (64, 8, 20.0, 0.0),
    "400 guests, 50 tables, 3 rondes": (400, 50, 120.0, 0.01),
}


def evening(gasten: int, tafels: int, seed: int = 1) -> Zaal:
    """Guests of organisations and sectors as uneven as real ones, one in twenty pinned in a ronde."""
    rng = random.Random(seed)
    bedrijven = [f"organisatie {n}" for n in range(gasten // 3)]
    organisaties = [rng.choice(bedrijven) if rng.random() < 0.8 else "" for _ in range(gasten)]
    sectoren = [f"sector {min(int(rng.expovariate(0.4)), 9)}" for _ in range(gasten)]
    vast = {
        (rng.randrange(3), gast): rng.randrange(tafels) for gast in rng.sample(range(gasten), gasten // 20)
    }
    return Zaal(organisaties, sectoren, [gasten // tafels] * tafels, 3, vast=vast)


def run(zaal: Zaal, limit: float) -> tuple[float, Plan, Maat]:
    """Seconds, the plan and its measure."""
    began = time.perf_counter()
    plan = make_plan(zaal, seed=1, limit=limit * 0.9)
    return time.perf_counter() - began, plan, measure(plan, zaal.organisaties, zaal.sectoren)


if __name__ == "__main__":
    for naam, (gasten, tafels, limit, dubbel) in BARS.items():
        zaal = evening(gasten, tafels)
        seconden, plan, maat = run(zaal, limit)
        kept = all(plan[ronde][gast] == tafel for (ronde, gast), tafel in zaal.vast.items())
        holds = seconden <= limit and maat.dubbel <= dubbel * maat.paren and kept
        print(
            f"{naam}: {seconden:.1f} s, {maat.dubbel} of {maat.paren} pairs again, {len(zaal.vast)} pins kept: {kept}"
        )
        print(f"  {maat.words}")
        print(f"  {'holds' if holds else 'DOES NOT HOLD'}")
