"""A view that just one table carries does not go up in something else without a reason."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from capture.models import Bijdrage
from denkdiner.errors import DenkdinerError
from sessions.models import Gebruiker
from synthesis.models import MAX_REDEN, Draadstatus, Handeling, Minderheid, Onderbouwing, RodeDraad
from synthesis.queries import supporting, tafels_of_draad


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


def left_voices(
    weg: Mapping[int, Collection[uuid.UUID]], gebruiker: Gebruiker, samen: Collection[uuid.UUID] = ()
) -> list[tuple[RodeDraad, int]]:
    """Views of one table that lose their last note when these notes leave these threads, with that table.

    *samen*: all that goes into a new thread together; a view that is alone there too stays apart. A thread that *gebruiker*
    began, and in which nobody wrote, is a heap that is being sorted: every one begins with a single table. One query, none
    when nothing leaves, and two more for such a view.
    """
    if not weg:
        return []
    rijen = supporting(Onderbouwing.objects.filter(rode_draad__in=weg, rode_draad__verwijderd_at=None))
    per_draad: dict[int, dict[uuid.UUID, int]] = defaultdict(dict)
    for draad, notitie, tafel in rijen.values_list("rode_draad", "bijdrage", "bijdrage__tafel__nummer"):
        per_draad[draad][notitie] = tafel
    leeg = {
        draad: next(iter(tafels))
        for draad, gedragen in per_draad.items()
        if len(tafels := set(gedragen.values())) == 1 and gedragen.keys() <= set(weg[draad])
    }
    if not leeg:
        return []
    mee = Bijdrage.objects.of_tables().filter(pk__in=samen).order_by()
    blijft = set(mee.values_list("tafel__nummer", flat=True).distinct()) if samen else set()
    return [
        (draad, leeg[draad.pk])
        for draad in RodeDraad.objects.filter(pk__in=leeg).order_by("pk")
        if blijft != {leeg[draad.pk]} and not _is_heap(draad, gebruiker)
    ]


def _is_heap(draad: RodeDraad, gebruiker: Gebruiker) -> bool:
    eigen = draad.door_mens and draad.updated_by_id == gebruiker.pk and draad.status == Draadstatus.CONCEPT
    return eigen and not (draad.tekst or draad.has_spanning or draad.kernvraag)


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
