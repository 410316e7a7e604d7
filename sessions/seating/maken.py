"""Make a plan: a good beginning, then better within the limit. The same question and seed give the same plan.

All that decides is counted in steps; the clock only ends a search that would take longer than the limit.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from sessions.seating.begin import begin
from sessions.seating.beter import Verbeteraar
from sessions.seating.zaal import MAX_GASTEN, WEER, Plan, Zaal

Report = Callable[[int, str], Any]
"""Percent, and what is being done; may raise, to stop."""
PHASES = ((2, 120, 30), (3, 30, 12))
"""Tables in one exact model, such models at most, and in a row without gain that are enough.

A model of two tables takes some hundredths of a second, one of three some tenths: those come last, for what two cannot mend.
"""


def make_plan(
    zaal: Zaal,
    *,
    seed: int = 0,
    limit: float = 60.0,
    report: Report = lambda voortgang, melding: None,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """A table for every guest in every ronde: few meet twice, organisations and sectors are spread, pins are kept.

    *limit*: about how many seconds it may take by *clock*. Needs a guest and a table at least, and at most ``MAX_GASTEN``.
    """
    if not 0 < zaal.gasten <= MAX_GASTEN or not zaal.tafels:
        raise ValueError("no guests, too many, or no tables")
    rng, eind = random.Random(seed), clock() + limit  # noqa: S311 (no secret: it has to come out the same again)
    report(1, "Een begin maken")
    verbeteraar = Verbeteraar(zaal, begin(zaal, rng), rng)
    if zaal.tafels > 1 and verbeteraar.rondes:
        _settle(verbeteraar, lambda: clock() < eind)
        _polish(verbeteraar, rng, report, lambda: clock() < eind)
    return [[int(tafel) for tafel in ronde] for ronde in verbeteraar.plan]


def _settle(verbeteraar: Verbeteraar, more: Callable[[], bool]) -> None:
    """Swaps in every ronde, until no ronde has one that helps."""
    while more():
        gedaan = [verbeteraar.swap_while_it_helps(ronde) for ronde in verbeteraar.rondes]
        if not any(gedaan):
            return


def _polish(verbeteraar: Verbeteraar, rng: random.Random, report: Report, more: Callable[[], bool]) -> None:
    """Exact models of the tables that cost most and some others, until many in a row found nothing."""
    for fase, (samen, stappen, geduld) in enumerate(PHASES):
        zonder_winst = 0
        for stap in range(stappen):
            gehad = max(stap / stappen, zonder_winst / geduld)
            report(int(100 * (fase + gehad) / len(PHASES)), "Gasten mengen over de tafels")
            if not more() or zonder_winst == geduld:
                break
            if _step(verbeteraar, rng, verbeteraar.rondes[stap % len(verbeteraar.rondes)], samen):
                _settle(verbeteraar, more)
                zonder_winst = 0
            else:
                zonder_winst += 1


def _step(verbeteraar: Verbeteraar, rng: random.Random, ronde: int, samen: int) -> int:
    """One table that costs much and some others, seated anew; how much cheaper that is."""
    tafels, kosten = verbeteraar.zaal.tafels, verbeteraar.table_costs(ronde).tolist()
    duur = [tafel for tafel in range(tafels) if kosten[tafel]]
    if not duur:
        return 0
    erg = [tafel for tafel in duur if kosten[tafel] >= WEER] or duur
    eerste = rng.choices(erg, [kosten[tafel] for tafel in erg])[0]
    anderen = rng.sample([tafel for tafel in range(tafels) if tafel != eerste], min(samen, tafels) - 1)
    return verbeteraar.solve_tables(ronde, [eerste, *anderen])
