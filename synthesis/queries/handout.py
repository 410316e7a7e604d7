"""What the handout of an evening is made of. Whatever names a guest, or holds an e-mail address, stays off the paper."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django.db.models import prefetch_related_objects

from capture.models import Bijdrage, Bron
from capture.queries import verschuivingen_of
from sessions.models import Diner, Dinerstatus
from synthesis.exports.bron import Draadbron, Handoutbron, Trefwoordbron
from synthesis.models import RodeDraad
from synthesis.queries.gedragen import draden_per_stelling
from synthesis.queries.verslag import dinerbron, gesprekken_of, peilingbron, quotes_among
from synthesis.queries.verslaggegevens import Plekken
from synthesis.queries.werkbank import tafels_of

MIN_TAFELS = 2
"""A trefwoord of fewer tables says nothing about the evening."""
_ADRES = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+|\bwww\.|https?://", re.IGNORECASE)


def handoutbron(diner: Diner) -> Handoutbron:
    """Everything on the handout of *diner*, whose reeks is loaded. Ten queries, however much was said."""
    prefetch_related_objects([diner], "optredens__spreker", "stellingen", "tafels", "gasten")
    bijdragen = list(
        diner.bijdragen.present().select_related("tafel", "onderbouwing").order_by("created_at", "pk")
    )
    van_tafels = [bijdrage for bijdrage in bijdragen if bijdrage.bron == Bron.TAFEL]
    draden = draden_per_stelling(RodeDraad.objects.filter(stelling__diner=diner))
    noemt = naming(gast.naam for gast in diner.gasten.all())
    peilingen = {een.stelling.pk: peilingbron(een) for een in verschuivingen_of(diner)}
    gesprekken = gesprekken_of(
        (diner.pk, b.stelling_id, b.tafel.nummer if b.tafel else None, 1) for b in van_tafels
    )
    plekken = Plekken([diner], draden, [])
    bron = dinerbron(diner, gesprekken[diner.pk], quotes_among(bijdragen), draden, peilingen, plekken)
    stellingen = tuple(
        replace(stelling, draden=tuple(draad for draad in stelling.draden if not noemt(_words_of(draad))))
        for stelling in bron.stellingen
    )
    quotes = tuple(quote for quote in bron.quotes if not noemt(quote.tekst))
    return Handoutbron(
        diner=replace(bron, stellingen=stellingen, quotes=quotes),
        reeks=diner.reeks.titel,
        organisatie=diner.reeks.organisatie,
        kleur=diner.reeks.kleur,
        loopt=diner.status == Dinerstatus.LIVE,
        tafels=tafels_of(van_tafels),
        geplaatst=sum(draad.geplaatst() for rijen in draden.values() for draad in rijen),
        trefwoorden={
            stelling.nummer: _trefwoorden([b for b in van_tafels if b.stelling_id == stelling.pk], noemt)
            for stelling in diner.stellingen.all()
        },
        verzwegen_draden={
            heel.nummer: len(heel.draden) - len(deel.draden)
            for heel, deel in zip(bron.stellingen, stellingen, strict=True)
        },
        verzwegen_quotes=len(bron.quotes) - len(quotes),
    )


def _words_of(draad: Draadbron) -> str:
    """Everything of a thread that stands on the handout."""
    return "\n".join((draad.titel, *(draad.spanning or ()), draad.kernvraag))


def naming(namen: Iterable[str]) -> Callable[[str], bool]:
    """A test: does a text name one of these people by the whole name, or hold an address?

    Capitals matter only in a name of one word: Roos is a guest, a roos is a flower.
    """
    patronen = [_ADRES]
    for naam in namen:
        woorden = naam.split()
        een = r"(?<!\w)" + r"\s+".join(map(re.escape, woorden)) + r"(?!\w)"
        patronen.append(re.compile(een, re.IGNORECASE if len(woorden) > 1 else 0))

    def names_someone(tekst: str) -> bool:
        return any(patroon.search(tekst) for patroon in patronen)

    return names_someone


def _trefwoorden(bijdragen: Sequence[Bijdrage], noemt: Callable[[str], bool]) -> tuple[Trefwoordbron, ...]:
    """What at least ``MIN_TAFELS`` tables gave as a trefwoord, by the most tables first; capitals make no difference."""
    per_woord: dict[str, list[Bijdrage]] = defaultdict(list)
    for bijdrage in bijdragen:
        for woord in bijdrage.trefwoorden:
            if not noemt(woord):
                per_woord[woord.strip().casefold()].append(bijdrage)
    geteld = (Trefwoordbron(woord, tafels_of(rijen)) for woord, rijen in per_woord.items())
    return tuple(
        sorted(
            (een for een in geteld if len(een.tafels) >= MIN_TAFELS),
            key=lambda een: (-len(een.tafels), een.woord),
        )
    )
