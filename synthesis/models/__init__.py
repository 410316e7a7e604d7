"""What it means: rode draden, what carries them, and the verslag. Import names from here."""

from synthesis.models.draden import MAX_REDEN, Draadstatus, Onderbouwing, Onderbouwingsrol, Pool, RodeDraad
from synthesis.models.handelingen import Handeling, HandelingQuerySet, Handelingsoort
from synthesis.models.minderheden import Minderheid
from synthesis.models.verslag import Verslag, Verslagdeel, Verslagstatus, Verslagversie
from synthesis.models.vrijgaven import Vrijgave, VrijgaveQuerySet

__all__ = [
    "MAX_REDEN",
    "Draadstatus",
    "Handeling",
    "HandelingQuerySet",
    "Handelingsoort",
    "Minderheid",
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
]
