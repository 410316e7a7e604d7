"""What the checks get and give."""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from synthesis.drafting import breedte_woord


class Check(StrEnum):
    """What a warning is about."""

    BREEDTE = "breedte"
    CITAAT = "citaat"
    NAAM = "naam"
    GETAL = "getal"


@dataclass(frozen=True, slots=True)
class Notitie:
    """A note under a thread."""

    kenmerk: str
    tekst: str
    tafel: Hashable = None
    """Which table said it; None: a speaker, or the plenary, which never count."""
    letterlijk: bool = False
    tegen: bool = False


@dataclass(frozen=True, slots=True)
class Redactiebron:
    """All that a thread's text may rest on."""

    notities: tuple[Notitie, ...] = ()
    besproken: int = 0
    """Tables that discussed it."""
    tafels: int = 0
    """Tables there are."""
    horizonjaar: int | None = None
    nummers: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Numbers that there are, by what they number: "stelling", "diner", "tafel"."""
    bronteksten: tuple[str, ...] = ()
    """Texts of the programme: the stelling and the titles. Their numbers and names are nobody's invention."""
    gasten: tuple[str, ...] = ()
    sprekers: tuple[str, ...] = ()

    @property
    def steun(self) -> int:
        """Tables with a note that supports it."""
        return len({noot.tafel for noot in self.notities if noot.tafel is not None and not noot.tegen})

    @property
    def breedte(self) -> str:
        return breedte_woord(self.steun, self.besproken)


@dataclass(frozen=True, slots=True)
class Bevinding:
    """A warning about the words of a field from *begin* to *eind*.

    ``vingerafdruk`` is of this very warning: another sentence around it, or another count, is another warning.
    """

    check: Check
    veld: str
    begin: int
    eind: int
    woorden: str
    uitleg: str
    zin: str
    """The sentence around it, as a reader sees it."""
    maat: str = ""
    """What it was held against, such as the count."""

    @property
    def vingerafdruk(self) -> str:
        delen = (self.check.value, self.veld, " ".join(self.woorden.split()), self.zin, self.maat)
        return hashlib.sha256("\0".join(delen).encode("utf-8", "replace")).hexdigest()
