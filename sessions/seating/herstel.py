"""Guests came or went: change as few places as can be, and let those that change cost as little as can be."""

from __future__ import annotations

import numpy as np

from sessions.seating.zaal import GEEN, WEER, Ints, Plan, Zaal, together


def repair_plan(zaal: Zaal) -> Plan:
    """``zaal.nu`` for the guests there are now: everybody a place as far as there are, tables evenly full, pins kept.

    Only who sits at a table with too many moves, each once; per ronde that is the least that evens it out.
    """
    plan = np.array(zaal.nu, dtype=np.int64).reshape(zaal.rondes, zaal.gasten)
    alike = zaal.alike()
    for ronde in range(zaal.rondes):
        if ronde not in zaal.gezet:
            _repair(zaal, plan, ronde, alike)
    return [[int(tafel) for tafel in rij] for rij in plan]


def _repair(zaal: Zaal, plan: Ints, ronde: int, alike: Ints) -> None:
    tafels, pins = plan[ronde], zaal.pins(ronde)
    for gast, tafel in pins.items():
        tafels[gast] = tafel
    maten = zaal.sizes(ronde)
    ontmoet = sum((together(andere) for nr, andere in enumerate(plan) if nr != ronde), np.zeros_like(alike))
    kosten = alike + WEER * (ontmoet > 0)
    zit = np.bincount(tafels[tafels != GEEN], minlength=zaal.tafels)
    staand = [gast for gast in range(zaal.gasten) if tafels[gast] == GEEN]
    while True:
        over = [tafel for tafel in range(zaal.tafels) if zit[tafel] > maten[tafel]]
        ruimte = [tafel for tafel in range(zaal.tafels) if zit[tafel] < maten[tafel]]
        wie = staand or [gast for gast in range(zaal.gasten) if tafels[gast] in over and gast not in pins]
        if not wie or not ruimte:
            return
        gast, naar = min(
            ((gast, tafel) for gast in wie for tafel in ruimte),
            key=lambda zet: (_change(kosten, tafels, *zet), zet),
        )
        if tafels[gast] == GEEN:
            staand.remove(gast)
        else:
            zit[tafels[gast]] -= 1
        tafels[gast] = naar
        zit[naar] += 1


def _change(kosten: Ints, tafels: Ints, gast: int, naar: int) -> int:
    """How much dearer the ronde becomes when *gast* goes to *naar*."""
    nu = 0 if tafels[gast] == GEEN else int(kosten[gast, tafels == tafels[gast]].sum())
    return int(kosten[gast, tafels == naar].sum()) - nu
