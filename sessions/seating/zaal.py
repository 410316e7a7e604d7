"""The question: guests, tables and what stands already. Guests, tables and rondes are numbers from 0."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
GEEN = -1
"""The table of who has no place."""
MAX_GASTEN = 1_000
"""Everybody is compared with everybody: a thousand guests are a million pairs."""
Plan = Sequence[Sequence[int]]
"""Per ronde, per guest: the table, or ``GEEN``."""

# What one pair costs that sits together: again; of one organisation; of one sector. Each outweighs many of the next.
WEER, ORGANISATIE, SECTOR = 2_000, 40, 1


@dataclass(frozen=True)
class Zaal:
    """*vast*: (ronde, guest) → the table where a person put them. *gezet*: rondes that stay as they are in *nu*."""

    organisaties: Sequence[str]
    """Per guest; empty when unknown, and unknown is never the same as unknown."""
    sectoren: Sequence[str]
    plaatsen: Sequence[int]
    """Per table."""
    rondes: int
    vast: Mapping[tuple[int, int], int] = field(default_factory=dict)
    gezet: frozenset[int] = frozenset()
    nu: Plan = ()
    """Where everybody sits now; empty when nobody does."""

    @property
    def gasten(self) -> int:
        return len(self.organisaties)

    @property
    def tafels(self) -> int:
        return len(self.plaatsen)

    def pins(self, ronde: int) -> dict[int, int]:
        """guest → table, of those that a person put there in *ronde*."""
        return {gast: tafel for (r, gast), tafel in self.vast.items() if r == ronde}

    def sizes(self, ronde: int) -> list[int]:
        """How many should sit at each table in *ronde*: as even as the places allow, never fewer than are pinned there.

        Of tables that are equally full, those that have most now get the guest more: that moves the fewest.
        """
        pins = Counter(self.pins(ronde).values())
        nu = Counter(self.nu[ronde]) if self.nu else Counter()
        grenzen = [max(plaatsen, pins[tafel]) for tafel, plaatsen in enumerate(self.plaatsen)]
        maten = [pins[tafel] for tafel in range(self.tafels)]
        rij = [(maat, maat >= nu[tafel], tafel) for tafel, maat in enumerate(maten) if maat < grenzen[tafel]]
        heapq.heapify(rij)
        for _ in range(self.gasten - sum(maten)):
            if not rij:
                break
            maat, _, tafel = heapq.heappop(rij)
            maten[tafel] = maat + 1
            if maten[tafel] < grenzen[tafel]:
                heapq.heappush(rij, (maat + 1, maat + 1 >= nu[tafel], tafel))
        return maten

    def alike(self) -> Ints:
        """What it costs, guest by guest, that two sit together once; zero on the diagonal."""
        kosten = ORGANISATIE * _same(self.organisaties) + SECTOR * _same(self.sectoren)
        return np.asarray(kosten, dtype=np.int64)


def _same(woorden: Sequence[str]) -> Ints:
    """1 where two guests have the same word, 0 on the diagonal and for the empty word."""
    nummers: dict[str, int] = {}
    codes = np.array(
        [nummers.setdefault(woord, len(nummers)) if woord else -1 for woord in woorden], dtype=np.int64
    )
    zelfde = (codes[:, None] == codes[None, :]) & (codes >= 0)[:, None]
    np.fill_diagonal(zelfde, False)
    return zelfde.astype(np.int64)


def together(tafels: Ints) -> Ints:
    """1 where two guests share a table in this ronde, 0 on the diagonal."""
    samen = (tafels[:, None] == tafels[None, :]) & (tafels != GEEN)[:, None]
    np.fill_diagonal(samen, False)
    return samen.astype(np.int64)
