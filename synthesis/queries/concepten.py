"""What a drafter works with, and a fresh draft of a whole reeks."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max

from capture.models import Bijdrage
from sessions.models import Reeks, Stelling
from synthesis.drafting import Concept, Notitie

if TYPE_CHECKING:
    from synthesis.drafting.corpus import Corpus


def corpus_of(reeks: Reeks) -> "Corpus":
    """Word weights and vectors of everything that was said in *reeks*. One query; 2,000 notes cost about 0.2 s."""
    from synthesis.drafting.corpus import Corpus  # numpy is loaded only when somebody asks for a draft

    return Corpus(list(Bijdrage.objects.present().filter(diner__reeks=reeks).values_list("tekst", flat=True)))


def corpus_now(reeks: Reeks) -> "Corpus":
    """As ``corpus_of``, fitted once as long as nothing is said or changed. One query, or two."""
    stand = Bijdrage.objects.filter(diner__reeks=reeks).aggregate(Count("pk"), Max("updated_at"))
    return _fitted(reeks.pk, stand["pk__count"], stand["updated_at__max"])


@lru_cache(maxsize=4)
def _fitted(reeks: int, aantal: int, laatste: datetime | None) -> "Corpus":
    return corpus_of(Reeks(pk=reeks))


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


def draft_for_reeks(reeks: Reeks) -> dict[str, list[dict[str, Any]]]:
    """A fresh proposal for every stelling of *reeks*, stored nowhere and blind to stored threads.

    ``{"<diner>.<stelling>": [{"label", "bijdragen": [ids], "breedte": tables}]}``; loose notes are a last group of their
    own, notes without a stelling are left out. Three queries.
    """
    from synthesis.drafting.lexical import LexicalDrafter

    drafter = LexicalDrafter(corpus_of(reeks))
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
    return {
        f"{stelling.diner.nummer}.{stelling.nummer}": [
            _as_json(concept)
            for concept in drafter.draft(notities_of(per_stelling[stelling.pk]), stelling=stelling.tekst)
        ]
        for stelling in stellingen
    }


def _as_json(concept: Concept) -> dict[str, Any]:
    return {"label": concept.label, "bijdragen": list(concept.bijdragen), "breedte": concept.breedte}
