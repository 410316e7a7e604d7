"""What it means: rode draden, what carries them, and the verslag. Import names from here."""

from synthesis.models.draden import MAX_REDEN, Draadstatus, Onderbouwing, Onderbouwingsrol, Pool, RodeDraad
from synthesis.models.handelingen import Handeling, Handelingsoort
from synthesis.models.verslag import Verslag, Verslagdeel, Verslagstatus, Verslagversie
from synthesis.models.vrijgaven import Vrijgave, VrijgaveQuerySet
from synthesis.models.zoeken import Zoekregel

__all__ = [
    "MAX_REDEN",
    "Draadstatus",
    "Handeling",
    "Handelingsoort",
    "Onderbouwing",
    "Onderbouwingsrol",
    "Pool",
    "RodeDraad",
    "Verslag",
    "Verslagdeel",
    "Verslagstatus",
    "Verslagversie",
    "Vrijgave",
    "VrijgaveQuerySet",
    "Zoekregel",
]
