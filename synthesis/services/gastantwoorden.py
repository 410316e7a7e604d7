"""What guests say afterwards, without an account or a cookie. Choices: ``docs/decisions/0021-terugkoppeling.md``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count

from capture.services.stemmingen import TeVeelStemmen, count_crowd, max_toestellen
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Diner, Gebruiker
from sessions.services import add_logregel
from synthesis.models import Gastantwoord, RodeDraad, Terugkoppeling

PER_GAST = 2
"""A phone is not known again, so somebody may answer twice: at the door, and once more at home."""


class TeVeelAntwoorden(DenkdinerError):
    """More than the guests of a diner would send; views answer 429."""


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What one guest says of one thread, or of the evening (None)."""

    draad: RodeDraad | None
    herkend: str = ""
    tekst: str = ""


def add_gastantwoorden(*, terug: Terugkoppeling, antwoorden: Sequence[Antwoord], now: datetime) -> int:
    """Keep what one guest sent at once; how many answers that is. Raises ``DenkdinerError`` when it says nothing.

    ``TeVeelAntwoorden`` beyond what the guests of this diner would send: in all, and within ten seconds. Nothing of it is
    counted per address: a venue is one address.
    """
    zegt = [antwoord for antwoord in antwoorden if antwoord.herkend or antwoord.tekst.strip()]
    if not zegt:
        raise DenkdinerError(
            "Kies bij een rode draad ja, deels of nee, of schrijf iets. Dan kun je het versturen."
        )
    try:
        with transaction.atomic():
            _keep(terug, zegt, now)
    except IntegrityError:
        raise Conflict("Er veranderde net iets aan deze pagina. Verstuur het nog eens.") from None
    return len(zegt)


def _keep(terug: Terugkoppeling, zegt: Sequence[Antwoord], now: datetime) -> None:
    """May end in an ``IntegrityError``: somebody deleted the thread meanwhile."""
    fresh = Terugkoppeling.objects.select_for_update(of=("self",)).select_related("diner").get(pk=terug.pk)
    hoogstens = max_toestellen(fresh.diner)
    try:
        count_crowd(fresh, hoogstens, now)
    except TeVeelStemmen:
        druk = "Er sturen nu heel veel mensen tegelijk iets. Probeer het over tien tellen nog eens."
        raise TeVeelAntwoorden(druk) from None
    al = dict(fresh.antwoorden.order_by().values_list("rode_draad").annotate(aantal=Count("pk")))
    if any(al.get(een.draad and een.draad.pk, 0) >= PER_GAST * hoogstens for een in zegt):
        raise TeVeelAntwoorden("Er zijn al meer antwoorden dan gasten. Je antwoord is nu niet bewaard.")
    Gastantwoord.objects.bulk_create(
        Gastantwoord(
            terugkoppeling=fresh,
            rode_draad=een.draad,
            over=een.draad.titel if een.draad else "",
            herkend=een.herkend if een.draad else "",
            tekst=een.tekst.strip(),
        )
        for een in zegt
    )


@transaction.atomic
def delete_gastantwoord(*, antwoord: Gastantwoord, gebruiker: Gebruiker, now: datetime) -> None:
    """It goes for good: it names somebody, or is none. Gone already is no error."""
    if Gastantwoord.objects.filter(pk=antwoord.pk).delete()[0]:
        wat = "verwijderde een antwoord van een gast"
        add_logregel(diner=antwoord.terugkoppeling.diner, wat=wat, now=now, gebruiker=gebruiker)


@transaction.atomic
def clear_gastantwoorden(*, diner: Diner, gebruiker: Gebruiker, now: datetime) -> int:
    """All answers of *diner* go for good: after a trial, or when somebody flooded them. How many that were."""
    aantal = Gastantwoord.objects.filter(terugkoppeling__diner=diner).delete()[0]
    if aantal:
        wat = f"verwijderde alle antwoorden van gasten ({aantal})"
        add_logregel(diner=diner, wat=wat, now=now, gebruiker=gebruiker)
    return aantal
