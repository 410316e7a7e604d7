"""How good a plan is, in numbers that a person can check, and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sessions.seating.zaal import GEEN, Plan, together


@dataclass(frozen=True, slots=True)
class Maat:
    """Pairs are counted once, however often they meet."""

    gasten: int
    """Who has a place in some ronde."""
    paren: int
    """Pairs that meet at all."""
    dubbel: int
    """Pairs that meet in two rondes or more."""
    treft_weer: int
    """Guests who meet somebody again."""
    organisatie: int
    """Pairs of one organisation that sit together in some ronde."""
    sector: int
    """Tables, over all rondes, where one sector has more guests than an even spread would give."""
    zonder: int
    """How often a guest has no table, over all rondes."""
    rondes: int

    @property
    def words(self) -> str:
        """Two or three Dutch sentences."""
        if not self.paren:
            return (
                "Er zit nog niemand aan tafel." if not self.gasten else "Niemand zit met een ander aan tafel."
            )
        zinnen = [self._meetings(), self._organisations(), self._sectors()]
        if self.zonder:
            zinnen.append(f"{self.zonder} keer heeft een gast nog geen plaats.")
        return " ".join(zin for zin in zinnen if zin)

    def _meetings(self) -> str:
        wie = count(self.gasten, "gast", "gasten")
        if self.rondes < 2:
            return f"{wie} {'zit' if self.gasten == 1 else 'zitten'} aan tafel."
        if not self.dubbel:
            return f"Van de {wie} ontmoet niemand iemand twee keer."
        return (
            f"Van de {wie} {'ontmoet' if self.treft_weer == 1 else 'ontmoeten'} er {self.treft_weer} iemand vaker: "
            f"{count(self.dubbel, 'paar', 'paren')} van de {self.paren}."
        )

    def _organisations(self) -> str:
        if not self.organisatie:
            return "Niemand zit met iemand van de eigen organisatie."
        zit = "zit" if self.organisatie == 1 else "zitten"
        return f"{count(self.organisatie, 'paar', 'paren')} van dezelfde organisatie {zit} samen."

    def _sectors(self) -> str:
        if not self.sector:
            return "De sectoren zijn gelijk verdeeld."
        return (
            f"Aan {count(self.sector, 'tafel', 'tafels')} zit een sector vaker dan bij een gelijke verdeling."
        )


def count(aantal: int, een: str, meer: str) -> str:
    return f"{aantal} {een if aantal == 1 else meer}"


def measure(plan: Plan, organisaties: Sequence[str], sectoren: Sequence[str]) -> Maat:
    """The measure of *plan*, with the organisation and sector of each guest. Quadratic in guests: 0.1 s for a thousand."""
    aantal = len(organisaties)
    ontmoet = np.zeros((aantal, aantal), dtype=np.int64)
    for ronde in plan:
        ontmoet += together(np.array(ronde, dtype=np.int64))
    keer = np.triu(ontmoet)
    eerste, tweede = np.nonzero(keer)
    zelfde = sum(
        bool(organisaties[a]) and organisaties[a] == organisaties[b]
        for a, b in zip(eerste.tolist(), tweede.tolist(), strict=True)
    )
    return Maat(
        gasten=sum(any(ronde[gast] != GEEN for ronde in plan) for gast in range(aantal)),
        paren=len(eerste),
        dubbel=int((keer > 1).sum()),
        treft_weer=int((ontmoet > 1).any(axis=1).sum()) if aantal else 0,
        organisatie=zelfde,
        sector=sum(_uneven(ronde, sectoren) for ronde in plan),
        zonder=sum(list(ronde).count(GEEN) for ronde in plan),
        rondes=len(plan),
    )


def _uneven(ronde: Sequence[int], sectoren: Sequence[str]) -> int:
    """Tables where a sector has more than its share of that table, rounded up."""
    gezeten = [(tafel, sectoren[gast]) for gast, tafel in enumerate(ronde) if tafel != GEEN]
    maten, totaal = Counter(tafel for tafel, _ in gezeten), Counter(sector for _, sector in gezeten)
    per_tafel = Counter((tafel, sector) for tafel, sector in gezeten if sector)
    return len(
        {
            tafel
            for (tafel, sector), zitten in per_tafel.items()
            if zitten > -(-totaal[sector] * maten[tafel] // len(gezeten))
        }
    )
