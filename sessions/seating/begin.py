"""A plan to begin with, in which hardly anybody meets twice: guests in rows, and each ronde turns every row another bit.

Row *i* seats one guest at each table. In ronde *r* it is turned by ``factor(r) · i``: two guests of different rows meet at
most once as long as ``(factor(a) - factor(b)) · (i - j)`` is no multiple of the number of tables. For 4, 8, 16 … tables the
turning is done in a field of that size, where it never is.
"""

from __future__ import annotations

import random

import numpy as np

from sessions.seating.zaal import GEEN, WEER, Ints, Zaal, together

_VELDEN = {4: 0b111, 8: 0b1011, 16: 0b10011, 32: 0b100101, 64: 0b1000011, 128: 0b10000011}
"""Irreducible polynomials, by the size of their field."""


def _product(a: int, b: int, tafels: int) -> int:
    """a·b in the field of *tafels* elements."""
    uit = 0
    while b:
        if b & 1:
            uit ^= a
        a, b = a << 1, b >> 1
        if a & tafels:
            a ^= _VELDEN[tafels]
    return uit


def _factors(tafels: int, rijen: int, rondes: int) -> list[int]:
    """A factor for each ronde, so that no two turn two rows alike; as far as there are such factors."""
    factoren: list[int] = []
    for ronde in range(rondes):
        goed = (
            kandidaat
            for kandidaat in range(tafels)
            if all((kandidaat - ander) * stap % tafels for ander in factoren for stap in range(1, rijen))
        )
        factoren.append(next(goed, ronde % tafels))
    return factoren


def _table(plek: int, ronde: int, factoren: list[int], tafels: int) -> int:
    rij, kolom = divmod(plek, tafels)
    if tafels in _VELDEN and rij < tafels and ronde < tafels:
        return kolom ^ _product(ronde, rij, tafels)
    return (kolom + factoren[ronde] * rij) % tafels


def order(zaal: Zaal, rng: random.Random) -> list[int]:
    """The guests with those of one sector and organisation behind one another, so that a row parts them."""
    lot = {woord: rng.random() for woord in sorted({*zaal.organisaties, *zaal.sectoren})}

    def key(gast: int) -> tuple[float, str, float, str, float]:
        sector, organisatie = zaal.sectoren[gast], zaal.organisaties[gast]
        return lot[sector], sector, lot[organisatie], organisatie, rng.random()

    return sorted(range(zaal.gasten), key=key)


def begin(zaal: Zaal, rng: random.Random) -> Ints:
    """A whole plan: pins kept, every table as full as ``Zaal.sizes`` says. Who finds no room is left out in every ronde."""
    plan = np.full((zaal.rondes, zaal.gasten), GEEN, dtype=np.int64)
    volgorde = order(zaal, rng)
    factoren = _factors(zaal.tafels, -(-zaal.gasten // zaal.tafels), zaal.rondes)
    alike = zaal.alike()
    for ronde in range(zaal.rondes):
        if ronde in zaal.gezet:
            plan[ronde] = zaal.nu[ronde]
            continue
        ruimte = zaal.sizes(ronde)
        pins = zaal.pins(ronde)
        for gast, tafel in pins.items():
            plan[ronde, gast] = tafel
            ruimte[tafel] -= 1
        mee = set([gast for gast in range(zaal.gasten) if gast not in pins][: sum(ruimte)])
        rest = []
        for plek, gast in enumerate(volgorde):
            tafel = _table(plek, ronde, factoren, zaal.tafels)
            if gast not in mee:
                continue
            if ruimte[tafel] > 0:
                plan[ronde, gast] = tafel
                ruimte[tafel] -= 1
            else:
                rest.append(gast)
        fill(plan, ronde, rest, ruimte, alike)
    return plan


def fill(plan: Ints, ronde: int, gasten: list[int], ruimte: list[int], alike: Ints) -> None:
    """Seat *gasten* where there is room, each where it costs least at that moment."""
    ontmoet = sum((together(andere) for nr, andere in enumerate(plan) if nr != ronde), np.zeros_like(alike))
    kosten = alike + WEER * (ontmoet > 0)
    for gast in gasten:
        open_tafels = [tafel for tafel, over in enumerate(ruimte) if over > 0]
        tafel = min(open_tafels, key=lambda t: (int(kosten[gast, plan[ronde] == t].sum()), -ruimte[t], t))
        plan[ronde, gast] = tafel
        ruimte[tafel] -= 1
