"""The report as a tree of chapters and blocks, the same for every format."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from string import ascii_uppercase
from typing import ClassVar

from synthesis.exports.gegevens import Gegevens, Noot, Telling


@dataclass(frozen=True, slots=True)
class Verwijzing:
    """What carries the sentence that ends at ``plek``: codes of notes, and of the threads under a thread of the reeks.

    ``nummer``: its place in the report, from 1; the line of the trace table has the same number.
    """

    plek: int
    noten: tuple[str, ...] = ()
    draden: tuple[str, ...] = ()
    nummer: int = 0


@dataclass(frozen=True, slots=True)
class Alinea:
    tekst: str
    verwijzingen: tuple[Verwijzing, ...] = ()
    """In the order of their places."""
    nog_te_schrijven: ClassVar[bool] = False

    def pieces(self) -> Iterator[tuple[str, Verwijzing | None]]:
        """The text in runs, each with the reference after it; together they are ``tekst``."""
        vanaf = 0
        for verwijzing in self.verwijzingen:
            yield self.tekst[vanaf : verwijzing.plek], verwijzing
            vanaf = verwijzing.plek
        if vanaf < len(self.tekst) or not self.verwijzingen:
            yield self.tekst[vanaf:], None


@dataclass(frozen=True, slots=True)
class Opsomming:
    punten: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kader:
    """A boxed passage, such as the "Rode draad" of a stelling."""

    titel: str
    blokken: tuple["Alinea | NogTeSchrijven", ...]


@dataclass(frozen=True, slots=True)
class Citaten:
    """Sentences heard verbatim; every ``tekst`` is character for character what was noted."""

    titel: str
    citaten: tuple["Citaat", ...]


@dataclass(frozen=True, slots=True)
class Citaat:
    tekst: str
    herkomst: str = ""
    noot: str = ""
    """The code of the note that it is."""


@dataclass(frozen=True, slots=True)
class Peilingrij:
    """One moment of a peiling: "Vooraf" or "Achteraf"."""

    moment: str
    eens: int
    oneens: int
    anders: int


@dataclass(frozen=True, slots=True)
class Peilingblok:
    """How the room thought about a stelling. ``woorden`` say all that the pictures say; ``beeld`` and ``beeld_tafels`` are
    whole ``<svg>`` elements of our own making, for formats that can show them."""

    titel: str
    woorden: str
    herkomst: str
    rijen: tuple[Peilingrij, ...]
    beeld: str = ""
    beeld_tafels: str = ""


@dataclass(frozen=True, slots=True)
class Beeldblok:
    """A picture of our own making (a whole ``<svg>``); ``woorden`` say all that it shows."""

    titel: str
    woorden: str
    beeld: str


@dataclass(frozen=True, slots=True)
class Tabel:
    """Rows of text under ``koppen``; the first column names the row. ``breedtes``: how the width is shared."""

    titel: str
    koppen: tuple[str, ...]
    rijen: tuple[tuple[str, ...], ...]
    breedtes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Notenblok:
    """Notes of one table about one stelling, in an appendix; every ``tekst`` is character for character what was noted."""

    kop: str
    noten: tuple[Noot, ...]


@dataclass(frozen=True, slots=True)
class NogTeSchrijven:
    """A visible mark that a person must still write here."""

    tekst: str
    nog_te_schrijven: ClassVar[bool] = True


Blok = Alinea | Opsomming | Kader | Citaten | Peilingblok | NogTeSchrijven | Beeldblok | Tabel | Notenblok


@dataclass(frozen=True, slots=True)
class Hoofdstuk:
    """A heading with its blocks and its parts; ``sleutel`` is the section key under which a person may write."""

    titel: str
    blokken: tuple[Blok, ...] = ()
    onderdelen: tuple["Hoofdstuk", ...] = ()
    sleutel: str = ""


@dataclass(frozen=True, slots=True)
class Huisstijl:
    """How it looks: two colours ("#1b4b5a") on which white letters can be read, and a logo."""

    kleur: str = "#1b4b5a"
    tweede: str = "#1b4b5a"
    logo: bytes = b""
    logosoort: str = ""
    """"image/png" or "image/jpeg"."""


@dataclass(frozen=True, slots=True)
class Verslaginhoud:
    """``gegevens``: the same as rows, for formats of tables. ``gemaakt``: local time, None where only the day counts."""

    titel: str
    ondertitel: str
    organisatie: str
    datum: date
    status: str
    over: tuple[Blok, ...]
    hoofdstukken: tuple[Hoofdstuk, ...]
    bijlagen: tuple[Hoofdstuk, ...] = ()
    telling: Telling = field(default_factory=Telling)
    gegevens: Gegevens = field(default_factory=Gegevens)
    stijl: Huisstijl = field(default_factory=Huisstijl)
    gemaakt: datetime | None = None
    met_spoor: bool = False
    """Do the sentences show their references?"""

    @property
    def is_concept(self) -> bool:
        return self.status != "vastgesteld"


def numbered(inhoud: Verslaginhoud) -> Iterator[tuple[str, int, Hoofdstuk]]:
    """Every chapter and part in reading order: its number ("2.1.3"), its level (1 = chapter) and itself."""

    return _walk(inhoud.hoofdstukken, "", 1)


def appendices(inhoud: Verslaginhoud) -> Iterator[tuple[str, int, Hoofdstuk]]:
    """The same of the appendices: "A", "A.1"."""
    for letter, bijlage in zip(ascii_uppercase, inhoud.bijlagen, strict=False):
        yield letter, 1, bijlage
        yield from _walk(bijlage.onderdelen, f"{letter}.", 2)


def _walk(parts: tuple[Hoofdstuk, ...], prefix: str, level: int) -> Iterator[tuple[str, int, Hoofdstuk]]:
    for index, part in enumerate(parts, start=1):
        number = f"{prefix}{index}"
        yield number, level, part
        yield from _walk(part.onderdelen, f"{number}.", level + 1)
