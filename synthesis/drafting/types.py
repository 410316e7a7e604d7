"""What a drafter gets and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notitie:
    """One note of a stelling, as a drafter sees it."""

    id: str
    tekst: str
    tafel: int | None = None
    letterlijk: bool = False
    trefwoorden: tuple[str, ...] = ()
    groep: str | None = None
    """The draad in which a person placed this note; it is never moved out of it."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One proposed draad."""

    label: str
    bijdragen: tuple[str, ...]
    """Ids of its notes, the most typical first; each note of the input is in exactly one Concept."""
    breedte: int
    """Distinct tables among its notes: counted, never estimated."""
    spanning: tuple[str, ...] = ()
    """Ids of notes whose words hint at a tension: a hint, no more."""
    quotes: tuple[str, ...] = ()
    """Ids of notes heard verbatim that would read well as a quote, best first."""
    kern: tuple[str, ...] = ()
    """Ids of notes that together cover most of what is said here."""
    groep: str | None = None
    """The draad of a person that this continues."""
    los: bool = False
    """The notes that no theme is for: kept, never forced into one."""
    tekst: str = ""
    """What a drafter says of it, in sentences that its notes bear out; the embedded one says nothing."""
    polen: tuple[str, str] = ("", "")
    """The two sides of a tension; both, or neither."""
    kanten: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Ids of the notes on either side."""
    kernvraag: str = ""


class Drafter(Protocol):
    """Anything that can propose draden; the embedded one is ``lexical.LexicalDrafter``."""

    def draft(
        self, notities: Sequence[Notitie], *, stelling: str = "", aantal: int | None = None
    ) -> list[Concept]:
        """Group *notities* (of one stelling) into Concepts, broadest first and loose notes last.

        *aantal* fixes the number of themes. Deterministic, and independent of the order of *notities*.
        """
        ...
