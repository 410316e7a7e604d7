"""A view that just one table carries does not go up in something else without a reason."""

from datetime import datetime

from denkdiner.errors import DenkdinerError
from sessions.models import Gebruiker
from synthesis.models import MAX_REDEN, Handeling, Minderheid, RodeDraad
from synthesis.queries import tafels_of_draad


class RedenNodig(DenkdinerError):
    """This step does not go without a reason: one table was alone in saying this, or a note is laid aside."""


def lone_voices(van: RodeDraad, naar: RodeDraad | None) -> list[tuple[RodeDraad, int]]:
    """Views of one table that go up in something else when *van* goes into *naar* (None: is deleted), with that table."""
    weg = tafels_of_draad(van)
    stemmen = [(van, weg[0])] if len(weg) == 1 else []
    if naar is not None:
        blijft = tafels_of_draad(naar)
        if len(blijft) == 1 and set(weg) - set(blijft):
            stemmen.append((naar, blijft[0]))
    return stemmen


def check_reden(stemmen: list[tuple[RodeDraad, int]], reden: str) -> str:
    """The reason, as it is kept; raises ``RedenNodig`` when there is none and it cannot do without."""
    reden = reden.strip()
    if len(reden) > MAX_REDEN:
        raise DenkdinerError(f"Deze reden is te lang: ten hoogste {MAX_REDEN} tekens.")
    if stemmen and not reden:
        draad, tafel = stemmen[0]
        raise RedenNodig(
            f"“{draad.titel}” is van tafel {tafel} alleen. Zeg waarom dit geluid niet apart blijft staan."
        )
    return reden


def keep_minderheden(
    *,
    stemmen: list[tuple[RodeDraad, int]],
    naar: RodeDraad | None,
    reden: str,
    gebruiker: Gebruiker,
    handeling: Handeling,
    now: datetime,
) -> None:
    """Put them on the list of the werkbank, as they were called before the step."""
    Minderheid.objects.bulk_create(
        Minderheid(
            draad=draad,
            naar=naar,
            titel=draad.titel,
            tafel=tafel,
            reden=reden,
            door=gebruiker,
            at=now,
            handeling=handeling,
        )
        for draad, tafel in stemmen
    )
