"""Reads of what is said that span models. Import names from here."""

from capture.queries.peilingen import (
    Tafeluitslag,
    Uitslag,
    Verschuiving,
    verschuivingen_of,
    verschuivingen_of_reeks,
)
from capture.queries.sync import epoch, sync_notities, sync_stand, trefwoorden_of, versies_beside
from capture.queries.tafels import (
    Plek,
    Tafelstand,
    Tafelvoortgang,
    Voortgang,
    bijdragen_of,
    current_place,
    quarantaines_of,
    tafelstand,
    versies_of,
    voortgang,
)

__all__ = [
    "Plek",
    "Tafelstand",
    "Tafeluitslag",
    "Tafelvoortgang",
    "Uitslag",
    "Verschuiving",
    "Voortgang",
    "bijdragen_of",
    "current_place",
    "epoch",
    "quarantaines_of",
    "sync_notities",
    "sync_stand",
    "tafelstand",
    "trefwoorden_of",
    "verschuivingen_of",
    "verschuivingen_of_reeks",
    "versies_beside",
    "versies_of",
    "voortgang",
]
