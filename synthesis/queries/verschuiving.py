"""Peilingen as numbers: the room and each table before and after, and what may be read in so few hands."""

from collections.abc import Iterable
from dataclasses import dataclass

from capture.queries import Uitslag, Verschuiving
from denkdiner.drawing import percent
from synthesis.queries.veranderd import WEINIG


@dataclass(frozen=True, slots=True)
class Peilingrij:
    """The room, or one table, before and after; None where nothing was counted."""

    naam: str
    voor: Uitslag | None
    na: Uitslag | None
    vergelijkbaar: bool
    """Both moments are there, and counted in the same way."""

    @property
    def procenten(self) -> tuple[int, int] | None:
        """How many of a hundred were eens before and after; None when they cannot be compared."""
        if not self.vergelijkbaar or self.voor is None or self.na is None:
            return None
        return percent(self.voor.eens, self.voor.totaal), percent(self.na.eens, self.na.totaal)

    @property
    def verschil(self) -> str:
        """ "+12" percentage points; a true minus sign for less, "0" for none."""
        if self.procenten is None:
            return ""
        punten = self.procenten[1] - self.procenten[0]
        return f"+{punten}" if punten > 0 else f"\u2212{-punten}" if punten else "0"

    @property
    def is_weinig(self) -> bool:
        """So few hands that one more or less would turn the shift round."""
        return self.procenten is not None and min(u.totaal for u in (self.voor, self.na) if u) < WEINIG


def peilingrijen(verschuiving: Verschuiving) -> tuple[Peilingrij, ...]:
    """The room first, then every table that counted."""
    return (
        Peilingrij("Samen", verschuiving.voor, verschuiving.na, verschuiving.is_verschuiving),
        *(
            Peilingrij(f"Tafel {rij.tafel}", rij.voor, rij.na, rij.voor is not None and rij.na is not None)
            for rij in verschuiving.per_tafel
        ),
    )


def per_stelling(verschuivingen: Iterable[Verschuiving]) -> dict[int, Verschuiving]:
    """By the pk of its stelling."""
    return {een.stelling.pk: een for een in verschuivingen}
