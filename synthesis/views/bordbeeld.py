"""The notes of a board as its template takes them. A board has 500: what is the same for all is worked out once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from capture.models import Bijdrage, Bron, Horizon, Soort, Standpunt
from sessions.models import Reeks
from synthesis.models import Onderbouwing, Onderbouwingsrol
from synthesis.queries.werkbank import Draadkaart, Werkbank

SOORTEN = dict(Soort.choices)
STANDPUNTEN = dict(Standpunt.choices)
HORIZONNEN = dict(Horizon.choices)
BRONNEN = dict(Bron.choices)
ROLLEN = dict(Onderbouwingsrol.choices)
KORT = 40
"""Characters of a note that name it for who does not see it."""
ACTIE, LET_OP = " badge--actie", " badge--let-op"
Badge = tuple[str, str, str]
"""What it adds to its class, its icon (or none), its words."""


@dataclass(frozen=True, slots=True)
class Bordnotitie:
    """A note on the board."""

    pk: Any
    id: SafeString
    """The pk as it stands in an attribute: eight times a note."""
    tekst: str
    kort: str
    van: str
    letterlijk: bool
    badges: tuple[Badge, ...]
    verplaats: str
    versies: str
    """Address of its versions; empty when there is one."""


@dataclass(frozen=True, slots=True)
class Bord:
    """What stands in the columns."""

    los: tuple[Bordnotitie, ...]
    kaarten: tuple[tuple[Draadkaart, tuple[Bordnotitie, ...]], ...]
    opzij: tuple[Bordnotitie, ...]


def bord_of(bank: Werkbank, reeks: Reeks) -> Bord:
    """No query: *bank* brings all of it."""
    verplaats, versies = (_addresses(naam, reeks.slug) for naam in ("bijdrage_move", "bijdrage_versies"))

    def notitie(bijdrage: Bijdrage, eigen: Iterable[Badge] = ()) -> Bordnotitie:
        pk = str(bijdrage.pk)
        tekst = bijdrage.tekst
        return Bordnotitie(
            pk=bijdrage.pk,
            id=SafeString(pk),
            tekst=tekst,
            kort=tekst if len(tekst) <= KORT else f"{tekst[: KORT - 1]}…",
            van=f"Tafel {bijdrage.tafel.nummer}"
            if bijdrage.bron == Bron.TAFEL and bijdrage.tafel
            else BRONNEN[bijdrage.bron],
            letterlijk=bijdrage.letterlijk,
            badges=(*_badges(bijdrage, reeks), *eigen, *((TWEE_VERSIES,) if bijdrage.twee_versies else ())),
            verplaats=pk.join(verplaats),
            versies=pk.join(versies) if bijdrage.rev > 1 else "",
        )

    return Bord(
        los=tuple(notitie(bijdrage) for bijdrage in bank.los),
        kaarten=tuple(
            (
                kaart,
                tuple(
                    notitie(rij.bijdrage, _badges_in(kaart, rij))
                    for rij in kaart.onderbouwingen
                    if rij.bijdrage
                ),
            )
            for kaart in bank.kaarten
        ),
        opzij=tuple(
            notitie(
                bijdrage,
                [("", "", f"opzij: {bijdrage.onderbouwing.reden}")] if bijdrage.onderbouwing.reden else (),
            )
            for bijdrage in bank.opzij
        ),
    )


TWEE_VERSIES: Badge = (LET_OP, "let-op", "Twee versies")
SPANNING: Badge = (LET_OP, "spanning", "mogelijk een spanning")


def _addresses(naam: str, slug: str) -> list[str]:
    """What stands before and after the pk of a note in this address."""
    geen = uuid.UUID(int=0)
    return reverse(f"synthesis:{naam}", args=[slug, geen]).split(str(geen))


def _badges(bijdrage: Bijdrage, reeks: Reeks) -> Iterable[Badge]:
    """What the table said about its note."""
    if bijdrage.soort != Soort.INZICHT:
        yield "", bijdrage.soort, SOORTEN[bijdrage.soort]
    if bijdrage.letterlijk and bijdrage.soort != Soort.QUOTE:
        yield "", "quote", "Letterlijk"
    if bijdrage.standpunt:
        yield "", "", STANDPUNTEN[bijdrage.standpunt]
    if bijdrage.horizon == Horizon.HORIZONJAAR:
        yield "", "", str(reeks.horizonjaar)
    elif bijdrage.horizon:
        yield "", "", HORIZONNEN[bijdrage.horizon]
    for woord in bijdrage.trefwoorden:
        yield ACTIE, "", woord


def _badges_in(kaart: Draadkaart, rij: Onderbouwing) -> Iterable[Badge]:
    """What it is in its thread."""
    if rij.rol != Onderbouwingsrol.STEUN:
        yield LET_OP, "", ROLLEN[rij.rol]
    if rij.bijdrage_id in kaart.spanningen:
        yield SPANNING
