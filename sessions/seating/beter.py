"""Make a plan better: swaps of two guests as long as one helps, then exact models of a few tables at a time."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np

from sessions.seating.zaal import GEEN, WEER, Ints, Zaal, together

ENOUGH = 0.1
"""Deterministic seconds of CP-SAT for one small model: the same work on every machine."""
LATEN = 10**9


class Verbeteraar:
    """A plan that gets better in place. Sizes of tables, pins and rondes that stand never change."""

    def __init__(self, zaal: Zaal, plan: Ints, rng: random.Random) -> None:
        self.zaal, self.plan, self.rng = zaal, plan, rng
        self.alike = zaal.alike()
        self.ontmoet = sum((together(ronde) for ronde in plan), np.zeros_like(self.alike))
        self.vrij = np.ones(plan.shape, dtype=bool)
        for ronde, gast in zaal.vast:
            self.vrij[ronde, gast] = False
        self.rondes = [ronde for ronde in range(zaal.rondes) if ronde not in zaal.gezet]

    def pair_costs(self, ronde: int) -> Ints:
        """What each pair costs when it sits together in *ronde*, the other rondes as they are."""
        anders = self.ontmoet - together(self.plan[ronde])
        return np.asarray(self.alike + WEER * (anders > 0), dtype=np.int64)

    def table_costs(self, ronde: int) -> Ints:
        """What each table costs in *ronde*."""
        tafels = self.plan[ronde]
        per_gast = (self.pair_costs(ronde) * together(tafels)).sum(axis=1)
        zit = tafels != GEEN
        return np.bincount(tafels[zit], weights=per_gast[zit], minlength=self.zaal.tafels).astype(np.int64)

    def swap_while_it_helps(self, ronde: int, most: int = 10_000) -> int:
        """The best swap of two guests in *ronde*, again and again; how many were made. A millisecond each for 400 guests."""
        kosten, tafels = self.pair_costs(ronde), self.plan[ronde]
        voor = together(tafels)
        wie = np.nonzero(self.vrij[ronde] & (tafels != GEEN))[0]
        zit = np.zeros((self.zaal.gasten, self.zaal.tafels), dtype=np.int64)
        bezet = np.nonzero(tafels != GEEN)[0]
        zit[bezet, tafels[bezet]] = 1
        aan = kosten @ zit  # what a guest would cost at each table
        gedaan = 0
        while gedaan < most and len(wie) > 1:
            nu = tafels[wie]
            erheen = aan[np.ix_(wie, nu)]
            winst = erheen - aan[wie, nu][:, None]
            verschil = winst + winst.T - 2 * kosten[np.ix_(wie, wie)]
            verschil[nu[:, None] == nu[None, :]] = LATEN
            beste = int(verschil.argmin())
            een, ander = divmod(beste, len(wie))
            if verschil[een, ander] >= 0:
                break
            a, b = int(wie[een]), int(wie[ander])
            van, naar = int(tafels[a]), int(tafels[b])
            tafels[a], tafels[b] = naar, van
            aan[:, van] += kosten[:, b] - kosten[:, a]
            aan[:, naar] += kosten[:, a] - kosten[:, b]
            gedaan += 1
        self.ontmoet += together(tafels) - voor
        return gedaan

    def solve_tables(self, ronde: int, keuze: list[int]) -> int:
        """Seat the guests of the tables *keuze* anew in *ronde*, as well as can be found; how much cheaper that is."""
        from ortools.sat.python import cp_model

        tafels, kosten = self.plan[ronde], self.pair_costs(ronde)
        wie = [int(gast) for gast in np.nonzero(np.isin(tafels, keuze))[0]]
        model = cp_model.CpModel()
        zit = {(gast, tafel): model.new_bool_var("") for gast in wie for tafel in keuze}
        for gast in wie:
            model.add_exactly_one(zit[gast, tafel] for tafel in keuze)
            for tafel in keuze:
                model.add_hint(zit[gast, tafel], bool(tafels[gast] == tafel))
            if not self.vrij[ronde, gast]:
                model.add(zit[gast, int(tafels[gast])] == 1)
        for tafel in keuze:
            model.add(sum(zit[gast, tafel] for gast in wie) == int((tafels == tafel).sum()))
        prijs, voor = [], 0
        for a, b in combinations(wie, 2):
            if kost := int(kosten[a, b]):
                samen = model.new_bool_var("")
                for tafel in keuze:
                    model.add_bool_or(samen, ~zit[a, tafel], ~zit[b, tafel])
                prijs.append(kost * samen)
                voor += kost * int(tafels[a] == tafels[b])
        if not voor:
            return 0
        model.minimize(sum(prijs))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.rng.randrange(2**31)
        solver.parameters.max_deterministic_time = ENOUGH
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return 0
        winst = voor - round(solver.objective_value)
        if winst >= 0:  # another one that costs the same is a new place to look from
            oud = together(tafels)
            for (gast, tafel), var in zit.items():
                if solver.boolean_value(var):
                    tafels[gast] = tafel
            self.ontmoet += together(tafels) - oud
        return max(winst, 0)
