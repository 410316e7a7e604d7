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


@dataclass(frozen=True, slots=True)
class Draadtekst:
    """A vastgestelde thread of a stelling; or, without a diner, a thread of the reeks that a person made."""

    id: str
    titel: str
    tekst: str = ""
    """All that a person wrote below the title."""
    diner: int | None = None
    stelling: str = ""
    """Which stelling: two threads of one stelling go together only when they are clearly alike."""
    groep: str | None = None
    """The thread of the reeks that it is or carries; it is never moved out of it."""


@dataclass(frozen=True, slots=True)
class Reeksvoorstel:
    """Threads of several diners that seem to say the same."""

    titel: str
    draden: tuple[str, ...]
    """Ids of the threads that are proposed: none of them carries a thread of the reeks yet."""
    woorden: tuple[tuple[str, tuple[int, ...]], ...]
    """Why: words that they share, each with the diners where it stands."""
    diners: tuple[int, ...]
    """From which diners the proposed threads, and those that are there already, come."""
    groep: str | None = None
    """The thread of the reeks that they would carry; None for a new one."""


class Drafter(Protocol):
    """Anything that can propose draden; the embedded one is ``lexical.LexicalDrafter``."""

    def draft(
        self, notities: Sequence[Notitie], *, stelling: str = "", aantal: int | None = None
    ) -> list[Concept]:
        """Group *notities* (of one stelling) into Concepts, broadest first and loose notes last.

        *aantal* fixes the number of themes. Deterministic, and independent of the order of *notities*.
        """
        ...
