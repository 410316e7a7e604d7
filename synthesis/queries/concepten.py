"""What a drafter works with, and a fresh draft of a whole reeks."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.cache import caches

from capture.models import Bijdrage
from sessions.models import Diner, Reeks, Stelling
from synthesis.drafting import Concept, Drafter, Notitie

if TYPE_CHECKING:
    from synthesis.drafting.corpus import Corpus


STEEKPROEF = 3_000
"""Notes from which the words are learnt: more of them cost seconds, and teach hardly any more about these words."""
GROEI = 0.1
"""As long as a diner grew or shrank by less than this, what was learnt before will do for a hint."""
BEWAARD = 3600


def corpus_of(diner: Diner) -> "Corpus":
    """Word weights and vectors for the stellingen of *diner*: from its own notes, filled up with others of its reeks.

    At most ``STEEKPROEF``, those with the lowest id: ids are random, so that is a sample, and the same one each time. Two
    queries; 3,000 notes cost about half a second.
    """
    from synthesis.drafting.corpus import Corpus  # numpy is loaded only when somebody asks for a draft

    aanwezig = Bijdrage.objects.present().order_by("pk").values_list("tekst", flat=True)
    eigen = list(aanwezig.filter(diner=diner)[:STEEKPROEF])
    elders = aanwezig.filter(diner__reeks=diner.reeks_id).exclude(diner=diner)
    return Corpus([*eigen, *elders[: STEEKPROEF - len(eigen)]])


def kept_corpus_of(diner: Diner) -> "Corpus":
    """As ``corpus_of``, learnt before when that still fits: for hints, that need not be the same to the last digit.

    One query, or three.
    """
    aantal = Bijdrage.objects.present().filter(diner=diner).count()
    sleutel = f"corpus.{diner.pk}"
    bewaard: tuple[int, Corpus] | None = caches["proces"].get(sleutel)
    if bewaard is not None and abs(aantal - bewaard[0]) <= GROEI * bewaard[0]:
        return bewaard[1]
    corpus = corpus_of(diner)
    caches["proces"].set(sleutel, (aantal, corpus), BEWAARD)
    return corpus


def notities_of(bijdragen: Iterable[Bijdrage], groepen: dict[Any, str] | None = None) -> list[Notitie]:
    """Bijdragen as a drafter sees them; *groepen* says which were placed by a person (bijdrage id → draad)."""
    return [
        Notitie(
            id=str(bijdrage.pk),
            tekst=bijdrage.tekst,
            tafel=bijdrage.tafel_id,
            letterlijk=bijdrage.letterlijk,
            trefwoorden=tuple(bijdrage.trefwoorden),
            groep=(groepen or {}).get(bijdrage.pk),
        )
        for bijdrage in bijdragen
    ]


def draft_for_reeks(
    reeks: Reeks, drafter_of: "Callable[[Corpus], Drafter] | None" = None
) -> dict[str, list[dict[str, Any]]]:
    """A fresh proposal for every stelling of *reeks*, stored nowhere and blind to stored threads.

    ``{"<diner>.<stelling>": [{"label", "bijdragen": [ids], "breedte": tables}]}``; loose notes are a last group of their
    own, notes without a stelling are left out. *drafter_of*: another drafter than the embedded one. Two queries, and two for
    each diner.
    """
    from synthesis.drafting.lexical import LexicalDrafter

    stellingen = (
        Stelling.objects.filter(diner__reeks=reeks)
        .select_related("diner")
        .order_by("diner__nummer", "nummer")
    )
    per_stelling: dict[int | None, list[Bijdrage]] = defaultdict(list)
    for bijdrage in (
        Bijdrage.objects.present().of_tables().filter(stelling__diner__reeks=reeks).order_by("pk")
    ):
        per_stelling[bijdrage.stelling_id].append(bijdrage)
    found = {}
    for diner, eigen in groupby(stellingen, key=lambda stelling: stelling.diner):
        drafter = (drafter_of or LexicalDrafter)(corpus_of(diner))
        for stelling in eigen:
            concepten = drafter.draft(notities_of(per_stelling[stelling.pk]), stelling=stelling.tekst)
            found[f"{diner.nummer}.{stelling.nummer}"] = [_as_json(concept) for concept in concepten]
    return found


def _as_json(concept: Concept) -> dict[str, Any]:
    return {"label": concept.label, "bijdragen": list(concept.bijdragen), "breedte": concept.breedte}
