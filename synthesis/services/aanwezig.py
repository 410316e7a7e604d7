"""A page says every ``PING`` seconds that somebody is there; after ``WEG`` seconds of silence nobody is."""

import logging

from django.core.cache import cache

from denkdiner.live import Event, diner_group, publish
from sessions.models import Gebruiker, Stelling
from synthesis.queries.aanwezig import BORD, DRAAD, aanwezig_key

logger = logging.getLogger(__name__)
PING, WEG = 15, 40


def say_aanwezig(*, stelling: Stelling, gebruiker: Gebruiker, draad: int | None = None) -> None:
    """*gebruiker* has the werkbank of *stelling* open, or the editor of *draad*; colleagues hear it when that is new.

    It is in the cache only, for ``WEG`` seconds. When the cache does not answer, nobody knows, and nothing fails.
    """
    sleutel = aanwezig_key(stelling.pk, gebruiker.pk, BORD if draad is None else DRAAD)
    try:
        nieuw = cache.get(sleutel) != (draad or 0)
        cache.set(sleutel, draad or 0, WEG)
    except Exception:  # whatever Redis has: the werkbank works without it
        logger.warning("who is here is not kept: the cache does not answer")
        return
    if nieuw:
        publish(Event.AANWEZIG_CHANGED, diner_group(stelling.diner_id), stelling=stelling.pk)
