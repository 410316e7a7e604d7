"""What was said of the threads that went up in another one: it goes on counting where their notes went."""

from collections import defaultdict
from dataclasses import dataclass

from synthesis.models import Opmerking, RodeDraad
from synthesis.queries.gastantwoorden import Gastoordeel, gastoordelen_over


@dataclass(frozen=True, slots=True)
class Opgegaan:
    """A thread that was merged, and what colleagues and guests said of it."""

    draad: RodeDraad
    opmerkingen: tuple[Opmerking, ...]
    gastoordeel: Gastoordeel | None


def merged_into(draad: RodeDraad) -> list[RodeDraad]:
    """The threads that went up in *draad*, also by way of one that did; longest ago first. One query."""
    if draad.stelling_id is None:
        return []
    per_doel: dict[int | None, list[RodeDraad]] = defaultdict(list)
    weg = RodeDraad.alle.filter(stelling=draad.stelling_id, opgegaan_in__isnull=False)
    for een in weg.defer("tekst").order_by("verwijderd_at", "pk"):
        per_doel[een.opgegaan_in_id].append(een)
    gevonden: list[RodeDraad] = []
    zoek = [draad.pk]
    while zoek:  # a thread goes up in one that is there, so there is no ring
        hier = per_doel.pop(zoek.pop(), [])
        gevonden += hier
        zoek += [een.pk for een in hier]
    return sorted(gevonden, key=lambda een: (een.verwijderd_at, een.pk))


def opgegaan_in(draad: RodeDraad) -> tuple[Opgegaan, ...]:
    """What was said of the threads that went up in *draad*; those of which nothing was said are left out. Three queries."""
    draden = merged_into(draad)
    if not draden:
        return ()
    opmerkingen: dict[int, list[Opmerking]] = defaultdict(list)
    for een in Opmerking.objects.filter(draad__in=draden).select_related("made_by", "solved_by"):
        opmerkingen[een.draad_id].append(een)
    oordelen = gastoordelen_over(draden)
    return tuple(
        Opgegaan(een, tuple(opmerkingen[een.pk]), oordelen.get(een.pk))
        for een in draden
        if een.pk in opmerkingen or een.pk in oordelen
    )
