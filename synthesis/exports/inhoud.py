"""The report as a tree of chapters and blocks, the same for every format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Alinea:
    tekst: str
    nog_te_schrijven: ClassVar[bool] = False


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
class NogTeSchrijven:
    """A visible mark that a person must still write here."""

    tekst: str
    nog_te_schrijven: ClassVar[bool] = True


Blok = Alinea | Opsomming | Kader | Citaten | Peilingblok | NogTeSchrijven


@dataclass(frozen=True, slots=True)
class Hoofdstuk:
    """A heading with its blocks and its parts; ``sleutel`` is the section key under which a person may write."""

    titel: str
    blokken: tuple[Blok, ...] = ()
    onderdelen: tuple["Hoofdstuk", ...] = ()
    sleutel: str = ""


@dataclass(frozen=True, slots=True)
class Verslaginhoud:
    titel: str
    ondertitel: str
    organisatie: str
    datum: date
    status: str
    over: tuple[Blok, ...]
    hoofdstukken: tuple[Hoofdstuk, ...]

    @property
    def is_concept(self) -> bool:
        return self.status != "vastgesteld"


def numbered(inhoud: Verslaginhoud) -> Iterator[tuple[str, int, Hoofdstuk]]:
    """Every chapter and part in reading order: its number ("2.1.3"), its level (1 = chapter) and itself."""

    def walk(parts: tuple[Hoofdstuk, ...], prefix: str, level: int) -> Iterator[tuple[str, int, Hoofdstuk]]:
        for index, part in enumerate(parts, start=1):
            number = f"{prefix}{index}"
            yield number, level, part
            yield from walk(part.onderdelen, f"{number}.", level + 1)

    return walk(inhoud.hoofdstukken, "", 1)
