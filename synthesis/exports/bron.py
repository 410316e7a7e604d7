"""What a report is made of, as plain data: filled by ``synthesis.queries.verslagbron``, read by ``opbouw``. No ORM."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from synthesis.exports.gegevens import Gegevens, Telling
from synthesis.exports.inhoud import Huisstijl


@dataclass(frozen=True, slots=True)
class Sprekerbron:
    naam: str
    functie: str = ""
    organisatie: str = ""


@dataclass(frozen=True, slots=True)
class Quotebron:
    """A note heard verbatim."""

    tekst: str
    tafel: int | None = None
    noot: str = ""
    """The code of the note."""


@dataclass(frozen=True, slots=True)
class Draadbron:
    """A thread of a stelling (with counted tables) or of the reeks (with the diners it comes from)."""

    titel: str
    tekst: str = ""
    spanning: tuple[str, str] | None = None
    kernvraag: str = ""
    tafels: tuple[int, ...] = ()
    besproken: int = 0
    breedte: str = ""
    voorbeelden: tuple[str, ...] = ()
    diners: tuple[int, ...] = ()
    tegen: tuple[int, ...] = ()
    """Tables that said the opposite."""
    is_voorstel: bool = False
    """Proposed by the app, and no person has looked at it yet."""
    nummer: str = ""
    """Its number in tables: "1.2.3" is the third of stelling 2 of diner 1."""
    noten: tuple[str, ...] = ()
    """Codes of the notes that support it."""
    draden: tuple[str, ...] = ()
    """Numbers of the threads that carry a thread of the reeks."""


@dataclass(frozen=True, slots=True)
class Peilingbron:
    """What the room thought, before and after: (eens, oneens, anders), None where nothing was counted. With the same in
    words, where the numbers come from, and as SVG (of the room, and of every table; empty without tables)."""

    voor: tuple[int, int, int] | None
    na: tuple[int, int, int] | None
    woorden: str
    herkomst: str
    woorden_tafels: str = ""
    beeld: str = ""
    beeld_tafels: str = ""


@dataclass(frozen=True, slots=True)
class Stellingbron:
    nummer: int
    tekst: str
    aantal_bijdragen: int = 0
    tafels: tuple[int, ...] = ()
    stil: tuple[int, ...] = ()
    draden: tuple[Draadbron, ...] = ()
    peiling: Peilingbron | None = None
    breedte: str = ""
    """How broad its threads are, as SVG; empty without threads."""
    breedte_woorden: str = ""
    kruis: tuple[tuple[str, str], ...] = ()
    """Which table supports which thread: (words, SVG) of each picture; only for a file."""


@dataclass(frozen=True, slots=True)
class Dinerbron:
    nummer: int
    titel: str
    datum: date | None = None
    locatie: str = ""
    sprekers: tuple[Sprekerbron, ...] = ()
    aantal_tafels: int = 0
    sprekende_tafels: int = 0
    """Tables of which anything was noted."""
    aantal_gasten: int = 0
    aantal_bijdragen: int = 0
    stellingen: tuple[Stellingbron, ...] = ()
    quotes: tuple[Quotebron, ...] = ()


@dataclass(frozen=True, slots=True)
class Verslagbron:
    """``teksten``: what people wrote, by section key ("over", "1.1", "1.2", "1.3", "2.<diner>.<stelling>", "3", "4").
    ``horizon``: how many notes of tables look how far ("" for not marked)."""

    titel: str
    organisatie: str = ""
    inleiding: str = ""
    horizonjaar: int = 2050
    van_diners: int = 0
    """How many diners the reeks has: more than ``diners`` when some were chosen."""
    status: str = "concept"
    diners: tuple[Dinerbron, ...] = ()
    draden: tuple[Draadbron, ...] = ()
    teksten: Mapping[str, str] = field(default_factory=dict)
    horizon: Mapping[str, int] = field(default_factory=dict)
    horizonbeeld: str = ""
    """How far the notes of each diner look, as SVG; empty when nobody marked it."""
    horizonbeeld_woorden: str = ""
    telling: Telling = field(default_factory=Telling)
    gegevens: Gegevens = field(default_factory=Gegevens)
    """The notes themselves and more as rows; empty for a page."""
    versie: str = ""
    """From which versions it is made, in words."""
    stijl: Huisstijl = field(default_factory=Huisstijl)

    @property
    def is_keuze(self) -> bool:
        """Only some of the diners?"""
        return self.van_diners > len(self.diners)


@dataclass(frozen=True, slots=True)
class Trefwoordbron:
    """A word that tables gave to their notes."""

    woord: str
    tafels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Handoutbron:
    """What the handout of one evening is made of. ``trefwoorden``: by the number of the stelling.

    Nothing in it names a guest; ``diner`` holds only the threads and quotes that may stand on paper.
    """

    diner: Dinerbron
    reeks: str
    organisatie: str = ""
    kleur: str = ""
    loopt: bool = False
    """Is the evening still going on?"""
    tafels: tuple[int, ...] = ()
    """Tables of which a note was kept."""
    geplaatst: int = 0
    """Notes of tables that stand in a thread."""
    trefwoorden: Mapping[int, tuple[Trefwoordbron, ...]] = field(default_factory=dict)
    verzwegen_draden: Mapping[int, int] = field(default_factory=dict)
    """How many threads of a stelling are left out because they name somebody."""
    verzwegen_quotes: int = 0
    gasten: str = ""
    """The address where guests look back, when there is one; with its QR as the address of a picture."""
    gasten_qr: str = ""
