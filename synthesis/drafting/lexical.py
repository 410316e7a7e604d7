"""The embedded drafter: words only, no model, no network."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from synthesis.drafting.corpus import Corpus, Matrix
from synthesis.drafting.extract import hints_at_tension, pick_kern, quotability
from synthesis.drafting.labels import name_themes
from synthesis.drafting.themes import BUREN, DENSE_MAX, find_themes
from synthesis.drafting.types import Concept, Notitie
from synthesis.drafting.words import bag

LOSSE_NOTITIES = "losse notities"
MAX_QUOTES, MAX_SPANNING, MAX_KERN = 2, 3, 3
DUIDELIJK = 0.12
"""From this likeness on, and this much more than with the next group by half, is it worth saying."""


class LexicalDrafter:
    """Proposes draden for any stelling of the reeks whose texts *corpus* was fitted on. See ``types.Drafter``.

    *meaning* gives a row of numbers for each text: what a model makes of it, beside what its words say (``vectoren``).
    """

    def __init__(self, corpus: Corpus, meaning: Callable[[Sequence[str]], Matrix] | None = None) -> None:
        self.corpus, self.meaning = corpus, meaning

    def draft(
        self, notities: Sequence[Notitie], *, stelling: str = "", aantal: int | None = None
    ) -> list[Concept]:
        ordered = sorted(notities, key=lambda note: note.id)  # whatever order they came in
        bags = [bag(note.tekst) for note in ordered]
        told = [i for i, note in enumerate(ordered) if bags[i] or note.groep]
        loose = [ordered[i] for i in range(len(ordered)) if not (bags[i] or ordered[i].groep)]
        notes, bags = [ordered[i] for i in told], [bags[i] for i in told]
        concepts = self._concepts(notes, bags, stelling, aantal) if notes else []
        if loose:
            concepts.append(
                Concept(LOSSE_NOTITIES, tuple(note.id for note in loose), _breadth(loose), los=True)
            )
        return concepts

    def _concepts(
        self, notes: list[Notitie], bags: list[Counter[str]], stelling: str, aantal: int | None
    ) -> list[Concept]:
        vectors = self.meaning([note.tekst for note in notes]) if self.meaning else None
        likeness = self.corpus.similarity(bags, vectors) if 1 < len(notes) <= DENSE_MAX else None
        labels = find_themes(
            self.corpus,
            bags,
            groups=[note.groep for note in notes],
            keywords=[frozenset(word.strip().casefold() for word in note.trefwoorden) for note in notes],
            number=aantal,
            likeness=likeness,
            vectors=vectors,
        ).tolist()
        names = name_themes([note.tekst for note in notes], labels)
        found = [
            self._concept(
                names[theme],
                [i for i, label in enumerate(labels) if label == theme],
                notes,
                likeness,
                stelling,
            )
            for theme in sorted(set(labels))
        ]
        return sorted(found, key=lambda c: (-c.breedte, -len(c.bijdragen), c.label, c.bijdragen))

    def _concept(
        self, name: str, members: list[int], notes: list[Notitie], likeness: Matrix | None, stelling: str
    ) -> Concept:
        core = likeness[np.ix_(members, members)].mean(1) if likeness is not None else np.zeros(len(members))
        own = [notes[i] for _, i in sorted(zip((-core.round(9)).tolist(), members, strict=True))]
        spoken = sorted((n for n in own if n.letterlijk), key=lambda n: (-quotability(n.tekst), n.id))
        kern = pick_kern([note.tekst for note in own], stelling=stelling, most=MAX_KERN)
        return Concept(
            label=name,
            bijdragen=tuple(note.id for note in own),
            breedte=_breadth(own),
            spanning=tuple(note.id for note in own if hints_at_tension(note.tekst))[:MAX_SPANNING],
            quotes=tuple(note.id for note in spoken[:MAX_QUOTES]),
            kern=tuple(own[i].id for i in kern),
            groep=next((note.groep for note in own if note.groep), None),
        )


def _breadth(notes: Sequence[Notitie]) -> int:
    return len({note.tafel for note in notes if note.tafel is not None})


def more_like(corpus: Corpus, notities: Sequence[Notitie], seeds: Sequence[str]) -> list[str]:
    """Ids of the other notes, most like the *seeds* first: "meer zoals deze". At most ``DENSE_MAX`` notes are compared."""
    ordered = sorted(notities, key=lambda note: note.id)[:DENSE_MAX]
    wanted = set(seeds)
    chosen = [i for i, note in enumerate(ordered) if note.id in wanted]
    if not chosen or len(ordered) < 2:
        return []
    likeness = corpus.similarity([bag(note.tekst) for note in ordered])[:, chosen].mean(1)
    return [
        ordered[i].id
        for _, i in sorted(zip((-likeness.round(9)).tolist(), range(len(ordered)), strict=True))
        if ordered[i].id not in wanted
    ]


def nearest_groups(corpus: Corpus, notities: Sequence[Notitie]) -> dict[str, str]:
    """For notes without a groep: the groep of the others that they clearly look most like; those in doubt are left out.

    At most ``DENSE_MAX`` notes are compared, n x n.
    """
    ordered = sorted(notities, key=lambda note: (note.groep is None, note.id))[:DENSE_MAX]
    groups = sorted({note.groep for note in ordered if note.groep is not None})
    loose = [i for i, note in enumerate(ordered) if note.groep is None]
    if not groups or not loose:
        return {}
    likeness = corpus.similarity([bag(note.tekst) for note in ordered])
    members = [[i for i, note in enumerate(ordered) if note.groep == group] for group in groups]
    found = {}
    for i in loose:
        scores = [(_likeness_to(likeness[i, own]), group) for own, group in zip(members, groups, strict=True)]
        scores.sort(reverse=True)
        best, second = scores[0][0], scores[1][0] if len(scores) > 1 else 0.0
        if best >= DUIDELIJK and best - second >= DUIDELIJK / 2:
            found[ordered[i].id] = scores[0][1]
    return found


def _likeness_to(row: Matrix) -> float:
    return float(np.sort(row)[-BUREN:].mean().round(9))
