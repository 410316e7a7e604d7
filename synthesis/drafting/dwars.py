"""Propose threads across diners: which threads of stellingen say something alike, and by which words.

Average linkage over the same likeness as a draft of notes (``corpus``), stopped where threads are no longer clearly alike.
What must stay apart is infinitely unlike, and an average keeps it so: no merge can bring it together.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from synthesis.drafting.corpus import Corpus, Matrix
from synthesis.drafting.types import Draadtekst, Reeksvoorstel
from synthesis.drafting.words import bag, content, stem

ALIKE = 0.1
"""Mean likeness from which threads of different stellingen go together."""
VERY_ALIKE = 0.4
"""What two threads of the same stelling must reach: they were kept apart by a person who had both before them."""
MIN_WORDS, MAX_WORDS = 2, 5
"""Shared words that say why: one rare word alone makes short texts look alike and is no reason."""


def propose_reeksdraden(draden: Sequence[Draadtekst]) -> list[Reeksvoorstel]:
    """Groups over at least two diners, the widest first. Deterministic, and independent of the order of *draden*.

    Threads of one *groep* stay together and threads of two never meet. 500 threads cost about a second.
    """
    ordered = sorted(draden, key=lambda draad: (len(draad.id), draad.id))
    bags = [bag(f"{draad.titel} {draad.titel} {draad.tekst}") for draad in ordered]
    kept = [i for i, words in enumerate(bags) if words]
    ordered, bags = [ordered[i] for i in kept], [bags[i] for i in kept]
    if len(ordered) < 2:
        return []
    corpus = Corpus([f"{draad.titel} {draad.tekst}" for draad in ordered])
    groups = _link(_apart(corpus.similarity(bags), ordered), [draad.groep for draad in ordered])
    rarity = {word: corpus.idf(f"s:{word}") for draad in ordered for word in _stems(draad)}
    found = [_proposal([ordered[i] for i in group], rarity) for group in groups]
    return sorted(filter(None, found), key=lambda v: (-len(v.diners), -len(v.draden), v.titel, v.draden))


def _apart(likeness: Matrix, draden: Sequence[Draadtekst]) -> Matrix:
    """*likeness* with minus infinity where two threads must not meet, rounded so that machines agree."""
    likeness = ((likeness + likeness.T) / 2).round(9)
    stelling = np.array([draad.stelling for draad in draden])
    groep = np.array([draad.groep or "" for draad in draden])
    same = (stelling[:, None] == stelling[None, :]) & (stelling != "")[:, None]
    likeness[same & (likeness < VERY_ALIKE)] = -np.inf
    likeness[(groep[:, None] != groep[None, :]) & (groep != "")[:, None] & (groep != "")[None, :]] = -np.inf
    np.fill_diagonal(likeness, -np.inf)
    return likeness


def _link(likeness: Matrix, groups: Sequence[str | None]) -> list[list[int]]:
    """Clusters of indices: people's groups first, then the two most alike, until none are alike enough."""
    members = [[i] for i in range(len(groups))]
    first: dict[str, int] = {}
    for i, group in enumerate(groups):
        if group:
            home = first.setdefault(group, i)
            if home != i:
                _merge(likeness, members, home, i)
    while True:
        best = int(likeness.argmax())
        a, b = divmod(best, len(likeness))
        if likeness[a, b] < ALIKE:
            break
        _merge(likeness, members, min(a, b), max(a, b))
    return [group for group in members if group]


def _merge(likeness: Matrix, members: list[list[int]], into: int, gone: int) -> None:
    """*gone* becomes part of *into*: its likeness to the others is the mean over all their pairs."""
    own, more = len(members[into]), len(members[gone])
    mean = ((own * likeness[into] + more * likeness[gone]) / (own + more)).round(9)
    likeness[into], likeness[:, into] = mean, mean
    likeness[gone], likeness[:, gone] = -np.inf, -np.inf
    likeness[into, into] = -np.inf
    members[into] = sorted(members[into] + members[gone])
    members[gone] = []


def _stems(draad: Draadtekst) -> Counter[str]:
    return Counter(stem(word) for word in content(f"{draad.titel} {draad.tekst}"))


def _proposal(group: Sequence[Draadtekst], rarity: dict[str, float]) -> Reeksvoorstel | None:
    """None when nothing is new in it, it comes from one diner, or there are no words to show that two diners share."""
    new = [draad for draad in group if draad.groep is None]
    diners = sorted({draad.diner for draad in group if draad.diner is not None})
    words = _shared(group, rarity)
    if not new or len(diners) < 2 or len(words) < MIN_WORDS:
        return None
    name = " en ".join(word for word, _ in words[:2])
    return Reeksvoorstel(
        titel=name[:1].upper() + name[1:],
        draden=tuple(draad.id for draad in new),
        woorden=tuple(words[:MAX_WORDS]),
        diners=tuple(diners),
        groep=next((draad.groep for draad in group if draad.groep), None),
    )


def _shared(group: Sequence[Draadtekst], rarity: dict[str, float]) -> list[tuple[str, tuple[int, ...]]]:
    """Words that stand in threads of two diners or more, the most telling first, as they are written most."""
    diners: dict[str, set[int]] = defaultdict(set)
    threads: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for draad in group:
        found = content(f"{draad.titel} {draad.tekst}")
        for word in found:
            forms[stem(word)][word] += 1
        if draad.diner is not None:
            for word in {stem(word) for word in found}:
                diners[word].add(draad.diner)
                threads[word] += 1
    scored = []
    for word, places in diners.items():
        if len(places) > 1:
            form = min(forms[word], key=lambda f, word=word: (-forms[word][f], len(f), f))  # type: ignore[misc]
            score = rarity[word] * threads[word]
            scored.append((-round(score, 9), form, tuple(sorted(places))))
    return [(form, places) for _, form, places in sorted(scored)]
