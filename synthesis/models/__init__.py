"""What it means: rode draden, what carries them, and the verslag. Import names from here."""

from synthesis.models.draden import MAX_REDEN, Draadstatus, Onderbouwing, Onderbouwingsrol, Pool, RodeDraad
from synthesis.models.handelingen import Handeling, HandelingQuerySet, Handelingsoort
from synthesis.models.minderheden import Minderheid
from synthesis.models.redactie import (
    MAX_OPMERKING,
    MAX_REDEN_AANVAARDING,
    Aanvaarding,
    Bronstand,
    Draadversie,
    Opmerking,
    Waarschuwing,
)
from synthesis.models.sjabloon import Sjabloon
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
from synthesis.models.verslag import (
    AANVAARDBAAR,
    MAX_TOELICHTING,
    Puntsoort,
    Verslag,
    Verslagaanvaarding,
    Verslagdeel,
    Verslagopmerking,
    Verslagstatus,
    Verslagversie,
)
from synthesis.models.vrijgaven import Vrijgave, VrijgaveQuerySet
from synthesis.models.zoeken import Zoekregel

__all__ = [
    "AANVAARDBAAR",
    "MAX_ANTWOORD",
    "MAX_OPMERKING",
    "MAX_REDEN",
    "MAX_REDEN_AANVAARDING",
    "MAX_TOELICHTING",
    "MAX_VERVOLG",
    "Aanvaarding",
    "Bronstand",
    "Draadstatus",
    "Draadversie",
    "Gastantwoord",
    "Gastdraad",
    "Gastlink",
    "Handeling",
    "HandelingQuerySet",
    "Handelingsoort",
    "Herkend",
    "Minderheid",
    "Onderbouwing",
    "Onderbouwingsrol",
    "Opmerking",
    "Pool",
    "Puntsoort",
    "RodeDraad",
    "Sjabloon",
    "Terugkoppeling",
    "Verslag",
    "Verslagaanvaarding",
    "Verslagdeel",
    "Verslagopmerking",
    "Verslagstatus",
    "Verslagversie",
    "Vervolg",
    "Vrijgave",
    "VrijgaveQuerySet",
    "Waarschuwing",
    "Zoekregel",
]
