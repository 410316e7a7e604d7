"""What is said: bijdragen, peilingen, and what the protocol keeps. Import names from here."""

from capture.models.bijdragen import (
    MAX_TEKST,
    MAX_TREFWOORD,
    MAX_TREFWOORDEN,
    MET_INHOUD,
    Bijdrage,
    BijdrageQuerySet,
    BijdrageVersie,
    Bron,
    Horizon,
    Soort,
    Standpunt,
    Versiesoort,
)
from capture.models.peilingen import (
    Keuze,
    Moment,
    Peiling,
    Stem,
    Stemlink,
    Stemming,
    StemmingQuerySet,
    Telling,
)
from capture.models.protocol import (
    MAX_QUARANTAINE,
    Quarantaine,
    Quarantainereden,
    Tijdperk,
)

__all__ = [
    "MAX_QUARANTAINE",
    "MAX_TEKST",
    "MAX_TREFWOORD",
    "MAX_TREFWOORDEN",
    "MET_INHOUD",
    "Bijdrage",
    "BijdrageQuerySet",
    "BijdrageVersie",
    "Bron",
    "Horizon",
    "Keuze",
    "Moment",
    "Peiling",
    "Quarantaine",
    "Quarantainereden",
    "Soort",
    "Standpunt",
    "Stem",
    "Stemlink",
    "Stemming",
    "StemmingQuerySet",
    "Telling",
    "Tijdperk",
    "Versiesoort",
]
