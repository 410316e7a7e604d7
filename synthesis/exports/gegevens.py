"""What a report rests on, as rows: notes, threads and peilingen. Nothing in it names a person of a table. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from synthesis.redactie.verwijzingen import KORT


@dataclass(frozen=True, slots=True)
class Noot:
    """A note. ``code``: the end of its id, by which texts refer to it; it never changes, whatever else is noted."""

    code: str
    diner: int
    tafel: int | None
    stelling: int | None
    tekst: str
    ronde: int | None = None
    bron: str = "tafel"
    soort: str = "inzicht"
    letterlijk: bool = False
    standpunt: str = ""
    horizon: str = ""
    trefwoorden: tuple[str, ...] = ()
    draad: str = ""
    """Number of the thread it stands in ("1.2.3"); empty when it stands in none."""
    rol: str = ""
    opzij: bool = False
    """Laid aside by a person."""
    reden: str = ""

    @property
    def wie(self) -> str:
        """Who said it, by no other name: "Tafel 3"."""
        return f"Tafel {self.tafel}" if self.bron == "tafel" and self.tafel else self.bron.capitalize()

    @property
    def plek(self) -> str:
        """ "in een rode draad", "opzij gelegd" or "nog los"."""
        return "in een rode draad" if self.draad else "opzij gelegd" if self.opzij else "nog los"


@dataclass(frozen=True, slots=True)
class Draadrij:
    """A thread: of a stelling, or (without ``diner``) of the reeks, carried by other ``draden``."""

    nummer: str
    titel: str
    diner: int | None = None
    stelling: int | None = None
    tekst: str = ""
    spanning: tuple[str, str] | None = None
    kernvraag: str = ""
    status: str = ""
    breedte: str = ""
    besproken: int = 0
    steun: tuple[int, ...] = ()
    """Numbers of tables."""
    tegen: tuple[int, ...] = ()
    draden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Peilingtelling:
    """What was counted at one moment; without ``tafel`` of the whole room."""

    diner: int
    stelling: int
    tafel: int | None
    moment: str
    eens: int
    oneens: int
    anders: int


@dataclass(frozen=True, slots=True)
class Stellingrij:
    diner: int
    dinertitel: str
    nummer: int
    tekst: str


@dataclass(frozen=True, slots=True)
class Gastrij:
    """Somebody who was there; only in a report for which names were asked."""

    diner: int
    naam: str
    organisatie: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """On how many notes of tables a report rests, and on how many it does not."""

    van_tafels: int = 0
    geplaatst: int = 0
    """Of those: in a thread."""
    anders: int = 0
    """Notes of sprekers and of the room, which never count as what a table said."""
    opzij: Mapping[str, int] = field(default_factory=dict)
    """How many were laid aside, by the reason of who did it."""

    @property
    def los(self) -> int:
        """In no thread, and nobody said why."""
        return self.van_tafels - self.geplaatst - sum(self.opzij.values())

    def redenen(self) -> tuple[tuple[str, int], ...]:
        """Why notes were laid aside, most first; a reason that was left open is "zonder reden"."""
        samen: Counter[str] = Counter()
        for reden, aantal in self.opzij.items():
            samen[reden.strip() or "zonder reden"] += aantal
        return tuple(sorted(samen.items(), key=lambda een: (-een[1], een[0])))


@dataclass(frozen=True, slots=True)
class Gegevens:
    noten: tuple[Noot, ...] = ()
    """By diner, in the order in which they were noted."""
    draden: tuple[Draadrij, ...] = ()
    stellingen: tuple[Stellingrij, ...] = ()
    peilingen: tuple[Peilingtelling, ...] = ()
    gasten: tuple[Gastrij, ...] = ()
    _per_code: dict[str, Noot] = field(default_factory=dict, init=False, repr=False, compare=False)

    def noot(self, code: str) -> Noot | None:
        """The note that *code* refers to; None when it is not in this report."""
        if not self._per_code:
            self._per_code.update((noot.code, noot) for noot in self.noten)
        return self._per_code.get(code) or self._per_code.get(code[-KORT:])

    def van_tafels(self) -> Iterator[Noot]:
        return (noot for noot in self.noten if noot.bron == "tafel")


def tables_of(noten: Iterable[Noot]) -> int:
    """How many tables said it."""
    return len({(noot.diner, noot.tafel) for noot in noten if noot.bron == "tafel"})
