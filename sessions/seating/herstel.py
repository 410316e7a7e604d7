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
    """``bij[gast, tafel]`` is what sitting there costs *gast*; it is kept up to date, not worked out anew for each move."""
    tafels, pins = plan[ronde], zaal.pins(ronde)
    for gast, tafel in pins.items():
        tafels[gast] = tafel
    maten = np.array(zaal.sizes(ronde))
    ontmoet = sum((together(andere) for nr, andere in enumerate(plan) if nr != ronde), np.zeros_like(alike))
    kosten = alike + WEER * (ontmoet > 0)
    zit = np.bincount(tafels[tafels != GEEN], minlength=zaal.tafels)
    bij = np.zeros_like(kosten, shape=(zaal.gasten, zaal.tafels))
    for tafel in range(zaal.tafels):
        bij[:, tafel] = kosten[:, tafels == tafel].sum(axis=1)
    zonder = np.flatnonzero(tafels == GEEN)
    los = np.array([gast not in pins for gast in range(zaal.gasten)])
    while True:
        ruimte = np.flatnonzero(zit < maten)
        wie = zonder if zonder.size else np.flatnonzero(los & (zit > maten)[tafels])
        if not wie.size or not ruimte.size:
            return
        scheelt = bij[np.ix_(wie, ruimte)]
        if not zonder.size:
            scheelt -= bij[wie, tafels[wie]][:, None]
        beste, plek = np.unravel_index(
            scheelt.argmin(), scheelt.shape
        )  # the first of those that cost as little
        gast, naar = wie[beste], ruimte[plek]
        if zonder.size:
            zonder = np.delete(zonder, beste)
        else:
            zit[tafels[gast]] -= 1
            bij[:, tafels[gast]] -= kosten[:, gast]
        tafels[gast] = naar
        zit[naar] += 1
        bij[:, naar] += kosten[:, gast]
