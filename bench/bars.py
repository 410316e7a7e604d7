"""What must hold. A bench that only prints numbers cannot fail: each bar says whether it holds, and the exit status too."""

from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Bar:
    """*what* measured *value*, and may be at most *limit* (at least, with *least*)."""

    what: str
    value: float
    limit: float
    unit: str = ""
    least: bool = False

    @property
    def holds(self) -> bool:
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self) -> str:
        word = "at least" if self.least else "at most"
        said = "holds" if self.holds else "DOES NOT HOLD"
        return f"{said:<14}{self.what}: {self.value:,.4g}{self.unit}, {word} {self.limit:,.4g}{self.unit}"


def judge(bars: list[Bar], out: TextIO | None = None) -> int:
    """Print each bar; the exit status: 1 when one does not hold, or when there is none."""
    for bar in bars:
        print(bar, file=out)
    return int(not bars or not all(bar.holds for bar in bars))
