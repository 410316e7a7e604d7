"""Who else has a werkbank open now. Kept in the cache for as long as a page says so, and nowhere else."""

import logging
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from sessions.access import TEAM
from sessions.models import Gebruiker, Stelling
from synthesis.models import RodeDraad

logger = logging.getLogger(__name__)
BORD, DRAAD = "bord", "draad"
"""Which page somebody has open: the werkbank, or the editor of a thread. Two tabs are two keys."""


@dataclass(frozen=True, slots=True)
class Aanwezige:
    """A colleague, and the thread that is open in front of them, if one is."""

    gebruiker: Gebruiker
    draad: RodeDraad | None


def aanwezig_key(stelling: int, gebruiker: int, waar: str) -> str:
    """Under which the cache knows that somebody is there."""
    return f"aanwezig:{stelling}:{gebruiker}:{waar}"


def aanwezigen_of(stelling: Stelling, gebruiker: Gebruiker) -> tuple[Aanwezige, ...]:
    """The members other than *gebruiker* who have the werkbank of *stelling* or one of its threads open, by name.

    One query, and one more when somebody writes in a thread. Nobody, when the cache does not answer.
    """
    team = {
        lid.pk: lid
        for lid in Gebruiker.objects.filter(
            lidmaatschappen__reeks=stelling.diner.reeks_id, lidmaatschappen__rol__in=TEAM
        ).exclude(pk=gebruiker.pk)
    }
    gezien = _seen(stelling.pk, list(team))
    pks = {draad for _, draad in gezien if draad}
    draden = RodeDraad.objects.filter(stelling=stelling).in_bulk(pks) if pks else {}
    open_draad = {lid: draden[draad] for lid, draad in gezien if draad in draden}
    hier = [Aanwezige(team[lid], open_draad.get(lid)) for lid in {lid for lid, _ in gezien}]
    return tuple(sorted(hier, key=lambda een: (str(een.gebruiker).casefold(), een.gebruiker.pk)))


def _seen(stelling: int, leden: list[int]) -> list[tuple[int, int | None]]:
    """Ids of members, each with the id of a thread or None; somebody with two pages open is there twice."""
    sleutels = {aanwezig_key(stelling, lid, waar): lid for lid in leden for waar in (BORD, DRAAD)}
    try:
        gevonden: dict[str, Any] = cache.get_many(sleutels)
    except Exception:  # whatever Redis has: the werkbank works without it
        logger.warning("who is here is not known: the cache does not answer")
        return []
    return [(sleutels[sleutel], draad or None) for sleutel, draad in gevonden.items()]
