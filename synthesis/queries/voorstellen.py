"""What a drafter would be told about a stelling, and what to look at before it is sent to another server."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from sessions.models import Stelling
from synthesis.drafting.vraag import Vraag, make_vraag
from synthesis.models import Onderbouwing, RodeDraad
from synthesis.queries.concepten import notities_of

_ADRES = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d -]{8,}\d")
"""An e-mail address or something like a telephone number."""
_DEEL = 3
"""Letters of a part of a name that says who it is: "de" and "El" do not."""


@dataclass(frozen=True, slots=True)
class Voorgelegd:
    """The question to a language model as it would go now."""

    vraag: Vraag
    notities: int
    namen: tuple[str, ...]
    """Names of guests that seem to stand in it."""
    adressen: tuple[str, ...]

    @property
    def gezien(self) -> str:
        """The same for the same words to the same model; says nothing about them."""
        endpoint = settings.DRAFTER_ENDPOINT
        words = "\0".join((endpoint.url, endpoint.model, self.vraag.systeem, self.vraag.tekst))
        return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:40]


def voorgelegd(stelling: Stelling, aantal: int | None = None) -> Voorgelegd:
    """What tables said about *stelling* that is not laid aside, and what people made of it. Four queries."""
    geplaatst = Onderbouwing.objects.filter(
        rode_draad__stelling=stelling, door_mens=True, bijdrage__isnull=False
    )
    groepen = {rij.bijdrage_id: str(rij.rode_draad_id) for rij in geplaatst}
    draden = RodeDraad.objects.filter(stelling=stelling).exclude(pk__in=RodeDraad.objects.untouched())
    opzij = Onderbouwing.objects.filter(rode_draad=None).values("bijdrage")
    bijdragen = list(stelling.bijdragen.present().of_tables().exclude(pk__in=opzij).order_by("pk"))
    vraag = make_vraag(
        notities_of(bijdragen, groepen),
        stelling=stelling.tekst,
        draden={str(draad.pk): draad.titel for draad in draden},
        aantal=aantal,
    )
    namen = stelling.diner.gasten.order_by("naam").values_list("naam", flat=True)
    adressen = tuple(dict.fromkeys(_ADRES.findall(vraag.tekst)))
    return Voorgelegd(vraag, len(bijdragen), tuple(names_in(vraag.tekst, namen)), adressen)


def names_in(tekst: str, namen: Iterable[str]) -> list[str]:
    """Which of *namen* seem to stand in *tekst*: the whole name, or a part of it with a capital. Rather one too many."""
    return [naam for naam in dict.fromkeys(namen) if any(deel.search(tekst) for deel in _patterns(naam))]


def _patterns(naam: str) -> list[re.Pattern[str]]:
    woorden = naam.split()
    heel = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, woorden)) + r"(?!\w)", re.IGNORECASE)
    delen = [woord for woord in woorden if len(woord) >= _DEEL and woord[0].isupper()]
    losse = [re.compile(rf"(?<!\w){re.escape(deel)}(?!\w)") for deel in delen]
    return [heel, *losse] if len(woorden) > 1 else losse or [heel]
