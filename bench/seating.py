"""How long a seating plan takes, and how well it mixes: a usual evening and the largest one; and a repair of one."""

import argparse
import multiprocessing
import random
import sys
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.bars import Bar, judge  # noqa: E402
from sessions.seating import GEEN, Maat, Plan, Zaal, make_plan, measure, repair_plan  # noqa: E402

BARS = {
    "64 guests, 8 tables, 3 rondes": (64, 8, 20.0, 0.0),
    "400 guests, 50 tables, 3 rondes": (400, 50, 120.0, 0.01),
}
"""Guests, tables, seconds that it may take, and the share of pairs that may meet again."""
REPAIRS, REPAIR, PATIENCE = ((400, 50), (1_000, 125)), 2.0, 60.0
"""Guests and tables of an evening with a ronde without places, the seconds a repair may take, and when it is given up."""


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


def without_a_ronde(gasten: int, tafels: int, seed: int = 1) -> Zaal:
    """Everybody sits somewhere in each ronde, and in the middle one nobody does: it was emptied, or came in late."""
    rng, zaal = random.Random(seed), evening(gasten, tafels, seed)
    stoelen = [gast * tafels // gasten for gast in range(gasten)]
    nu = [rng.sample(stoelen, gasten), [GEEN] * gasten, rng.sample(stoelen, gasten)]
    return replace(zaal, vast={}, nu=nu)


def _repair(zaal: Zaal, answer: Connection) -> None:
    began = time.perf_counter()
    plan = repair_plan(zaal)
    answer.send((time.perf_counter() - began, plan))


def repair(zaal: Zaal) -> tuple[float, Plan | None]:
    """Seconds, and the plan; without one after ``PATIENCE`` seconds. In a process of its own, which can be ended."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_repair, args=(zaal, there))
    process.start()
    try:
        return here.recv() if here.poll(PATIENCE) else (PATIENCE, None)
    finally:
        process.kill()
        process.join()


def plan_bars(naam: str, gasten: int, tafels: int, limit: float, dubbel: float) -> list[Bar]:
    zaal = evening(gasten, tafels)
    seconden, plan, maat = run(zaal, limit)
    moved = sum(plan[ronde][gast] != tafel for (ronde, gast), tafel in zaal.vast.items())
    print(f"{naam}: {maat.words}")
    return [
        Bar(naam, seconden, limit, " s"),
        Bar(f"{naam}, pairs that meet again", maat.dubbel, dubbel * maat.paren),
        Bar(f"{naam}, of {len(zaal.vast)} pins not kept", moved, 0),
    ]


def repair_bars(gasten: int, tafels: int) -> list[Bar]:
    naam = f"repair: {gasten:,} guests, {tafels} tables, a ronde without places"
    zaal = without_a_ronde(gasten, tafels)
    seconden, plan = repair(zaal)
    if plan is None:
        print(f"{naam}: not done after {PATIENCE:.0f} s")
        return [Bar(naam, seconden, REPAIR, " s")]
    print(f"{naam}: {measure(plan, zaal.organisaties, zaal.sectoren).words}")
    elders = sum(plan[ronde][gast] != zaal.nu[ronde][gast] for ronde in (0, 2) for gast in range(gasten))
    return [
        Bar(naam, seconden, REPAIR, " s"),
        Bar(f"{naam}, guests left without one", sum(tafel == GEEN for tafel in plan[1]), 0),
        Bar(f"{naam}, moved in another ronde", elders, 0),
    ]


def main() -> None:
    """Print each bar; the exit status is 1 when one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repairs", action="store_true", help="only the repairs")
    bars: list[Bar] = []
    if not parser.parse_args().repairs:
        for naam, (gasten, tafels, limit, dubbel) in BARS.items():
            bars += plan_bars(naam, gasten, tafels, limit, dubbel)
    for gasten, tafels in REPAIRS:
        bars += repair_bars(gasten, tafels)
    sys.exit(judge(bars))


if __name__ == "__main__":
    main()
