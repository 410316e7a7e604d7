"""What a report that is vastgesteld leaves out: marks of what was still to be written, that a person let stand. Pure."""

from dataclasses import replace

from synthesis.exports.inhoud import Alinea, Blok, Hoofdstuk, Kader, NogTeSchrijven

LEEG = "Over dit onderdeel is niets opgenomen."
"""Under a heading of which nothing else is left: without it the others would get another number."""


def finish(deel: Hoofdstuk) -> Hoofdstuk:
    """*deel* and its parts without marks."""
    blokken = without_marks(deel.blokken)
    if deel.blokken and not blokken and not deel.onderdelen:
        blokken = (Alinea(LEEG),)
    return replace(deel, blokken=blokken, onderdelen=tuple(map(finish, deel.onderdelen)))


def without_marks(blokken: tuple[Blok, ...]) -> tuple[Blok, ...]:
    """A kader in which only a mark stood goes with it."""
    klaar: list[Blok] = []
    for blok in blokken:
        if isinstance(blok, Kader):
            delen = tuple(deel for deel in blok.blokken if isinstance(deel, Alinea))
            klaar += [replace(blok, blokken=delen)] if delen else []
        elif not isinstance(blok, NogTeSchrijven):
            klaar.append(blok)
    return tuple(klaar)
