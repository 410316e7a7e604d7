"""What it means: rode draden, what carries them, and the verslag. Import names from here."""

from synthesis.models.draden import MAX_REDEN, Draadstatus, Onderbouwing, Onderbouwingsrol, Pool, RodeDraad
from synthesis.models.handelingen import Handeling, Handelingsoort
from synthesis.models.terugkoppeling import (
    MAX_ANTWOORD,
    MAX_VERVOLG,
    Gastantwoord,
    Gastdraad,
    Gastlink,
    Herkend,
    Terugkoppeling,
    Vervolg,
)
from synthesis.models.verslag import Verslag, Verslagdeel, Verslagstatus, Verslagversie
from synthesis.models.vrijgaven import Vrijgave, VrijgaveQuerySet

__all__ = [
    "MAX_ANTWOORD",
    "MAX_REDEN",
    "MAX_VERVOLG",
    "Draadstatus",
    "Gastantwoord",
    "Gastdraad",
    "Gastlink",
    "Handeling",
    "Handelingsoort",
    "Herkend",
    "Onderbouwing",
    "Onderbouwingsrol",
    "Pool",
    "RodeDraad",
    "Terugkoppeling",
    "Verslag",
    "Verslagdeel",
    "Verslagstatus",
    "Verslagversie",
    "Vervolg",
    "Vrijgave",
    "VrijgaveQuerySet",
]
