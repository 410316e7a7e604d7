"""A table of guests beside the guests there are: which rows are new, changed, the same, or wrong. Pure: no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sessions.models import Gast
from sessions.tabellen import Tabel

VELDEN = ("naam", "organisatie", "sector")
LENGTE = {"naam": 120, "organisatie": 200, "sector": 80}
"""As the columns of ``Gast``; a test compares them."""
_KOPPEN = {
    "naam": ("naam", "name", "gast", "gasten", "deelnemer", "volledige naam", "naam gast", "naam deelnemer"),
    "organisatie": (
        "organisatie",
        "bedrijf",
        "organisation",
        "organization",
        "instelling",
        "werkgever",
        "company",
    ),
    "sector": ("sector", "branche", "domein", "werkveld", "achtergrond", "categorie"),
}

Kolommen = Mapping[str, int | None]
"""Of each of ``VELDEN`` the column it stands in; None: the file does not say."""


class Stand(StrEnum):
    NIEUW = "nieuw"
    GEWIJZIGD = "gewijzigd"
    GELIJK = "ongewijzigd"
    FOUT = "fout"


@dataclass(frozen=True, slots=True)
class Regel:
    """A row as it would be stored; *gast* is whom it is about when it is known, *fout* says what is wrong with it."""

    nummer: int
    stand: Stand
    velden: dict[str, str]
    gast: UUID | None = None
    anders: tuple[str, ...] = ()
    """Which fields it changes, with what stood there: "organisatie was Zorggroep"."""
    fout: str = ""


@dataclass(slots=True)
class _Bekend:
    """The guests of the diner, as a row finds them: by name, and by organisation where a name is not enough."""

    per_naam: dict[str, list[Gast]] = field(default_factory=dict)

    def find(self, velden: Mapping[str, str], *, dubbel: bool) -> Gast | None:
        """Whom *velden* are about. *dubbel*: the file has this name more than once, so the organisation decides too."""
        gasten = self.per_naam.get(velden["naam"].casefold(), [])
        if len(gasten) == 1 and not dubbel:
            return gasten[0]
        organisatie = velden.get("organisatie", "").casefold()
        return next((gast for gast in gasten if gast.organisatie.casefold() == organisatie), None)

    def doubt(self, velden: Mapping[str, str]) -> str:
        """Why nobody can say whom *velden* are about; empty when that is clear, or when it is somebody new."""
        namesakes = self.per_naam.get(velden["naam"].casefold(), [])
        if "organisatie" in velden or len(namesakes) < 2:
            return ""
        return "meer gasten heten zo; voeg de kolom organisatie toe"


def guess_kolommen(tabel: Tabel) -> dict[str, int | None]:
    """The columns that look like ``VELDEN`` by their heading."""
    koppen = [kop.casefold().strip(" :*") for kop in tabel.koppen]
    return {
        veld: next((koppen.index(woord) for woord in woorden if woord in koppen), None)
        for veld, woorden in _KOPPEN.items()
    }


def compare(tabel: Tabel, kolommen: Kolommen, gasten: Iterable[Gast]) -> list[Regel]:
    """Every row of *tabel* beside *gasten*. Linear in both; a column that is not named changes nothing."""
    bekend = _Bekend()
    for gast in gasten:
        bekend.per_naam.setdefault(gast.naam.casefold(), []).append(gast)
    rijen = [
        (nummer, {veld: cellen[plek] for veld, plek in kolommen.items() if plek is not None})
        for nummer, cellen in tabel.rijen
    ]
    aantal: dict[str, int] = {}
    for _, velden in rijen:
        naam = velden.get("naam", "").casefold()
        aantal[naam] = aantal.get(naam, 0) + 1
    eerder: dict[tuple[str, str], int] = {}
    regels = []
    for nummer, velden in rijen:
        fout = _fault(velden, eerder) or bekend.doubt(velden)
        if fout:
            regels.append(Regel(nummer, Stand.FOUT, velden, fout=fout))
            continue
        naam = velden["naam"].casefold()
        eerder[naam, velden.get("organisatie", "").casefold()] = nummer
        regels.append(_beside(nummer, velden, bekend.find(velden, dubbel=aantal[naam] > 1)))
    return regels


def _fault(velden: Mapping[str, str], eerder: Mapping[tuple[str, str], int]) -> str:
    """What is wrong with a row, in words; empty when nothing is."""
    if not velden.get("naam"):
        return "de naam ontbreekt"
    for veld, waarde in velden.items():
        if len(waarde) > LENGTE[veld]:
            return f"{veld} is te lang: {len(waarde)} tekens, ten hoogste {LENGTE[veld]}"
    ander = eerder.get((velden["naam"].casefold(), velden.get("organisatie", "").casefold()))
    return f"deze gast staat ook op rij {ander}" if ander else ""


def _beside(nummer: int, velden: dict[str, str], gast: Gast | None) -> Regel:
    if gast is None:
        return Regel(nummer, Stand.NIEUW, velden)
    anders = tuple(
        f"{veld} was {getattr(gast, veld) or 'leeg'}"
        for veld in velden
        if velden[veld] != getattr(gast, veld)
    )
    return Regel(nummer, Stand.GEWIJZIGD if anders else Stand.GELIJK, velden, gast.pk, anders)
