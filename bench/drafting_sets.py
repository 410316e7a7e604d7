"""Notes of which it is known what belongs together, and how well a grouping says it. For ``bench/drafting.py``."""

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Labels = Sequence[int | str]


@dataclass(frozen=True)
class Stelling:
    """The notes about one stelling, and for each the group in which a person would put it."""

    tekst: str
    ids: list[str]
    notities: list[str]
    echt: list[str]


def told() -> list[str]:
    """What the fictional tables of the demo said."""
    demo = json.loads((ROOT / "synthesis/demo/reeks.json").read_text(encoding="utf-8"))
    return [rij["tekst"] for diner in demo["diners"] for rij in diner["bijdragen"]]


def from_folder(folder: Path) -> list[Stelling]:
    """``gold/items_dev.json`` (notes per stelling) and ``gold/gold_dev.json`` (a person's grouping) of *folder*."""
    items = json.loads((folder / "gold/items_dev.json").read_text(encoding="utf-8"))
    gold = json.loads((folder / "gold/gold_dev.json").read_text(encoding="utf-8"))["stellingen"]
    found = []
    for key in sorted(items):
        notes = [(note["id"], note["text"]) for note in items[key]["items"]]
        echt = [str(gold[key]["clusters"][note]) for note, _ in notes]
        found.append(Stelling(items[key]["stelling"], [n for n, _ in notes], [t for _, t in notes], echt))
    return found


SUBJECTS = 20
"""In a self-made reeks; each stelling is about some of them."""


def self_made(stellingen: int = 18, notities: int = 24, themes: int = 5, seed: int = 1) -> list[Stelling]:
    """Notes made of the words of the demo. A subject has words of its own, half of them shared with its neighbour, and keeps
    them in the whole reeks, as real ones do; most words of a note are of no subject. Themes of people are not made of words
    alone, so this is good for comparing the drafter with itself."""
    from synthesis.drafting.words import content

    rng = random.Random(seed)
    words = sorted({word for tekst in told() for word in content(tekst)})
    rng.shuffle(words)
    subjects = [words[12 * number : 12 * number + 18] for number in range(SUBJECTS)]
    general = words[12 * SUBJECTS + 6 : 12 * SUBJECTS + 66]
    found = []
    for number in range(stellingen):
        own = rng.sample(subjects, themes)
        echt = [rng.choices(range(themes), weights=range(themes + 2, 2, -1))[0] for _ in range(notities)]
        teksten = [
            " ".join(
                rng.choice(own[theme] if rng.random() < 0.3 else general) for _ in range(rng.randint(8, 16))
            )
            for theme in echt
        ]
        ids = [f"{number}-{n:05}" for n in range(notities)]
        found.append(Stelling(" ".join(general[:4]), ids, teksten, [str(theme) for theme in echt]))
    return found


def samples(stellingen: Sequence[Stelling], number: int = 12) -> list[list[Stelling]]:
    """The same stellingen *number* times, each time with another eighth of their notes left out: on so few stellingen one
    grouping is good or bad by luck, and what changes it is then judged by that luck."""
    found = []
    for sample in range(number):
        rng, reeks = random.Random(f"sample {sample}"), []
        for stelling in stellingen:
            kept = sorted(rng.sample(range(len(stelling.ids)), round(len(stelling.ids) * 7 / 8)))
            own = ([column[i] for i in kept] for column in (stelling.ids, stelling.notities, stelling.echt))
            reeks.append(Stelling(stelling.tekst, *own))
        found.append(reeks)
    return found


# --- measures ----------------------------------------------------------------------------------------------------------
def _pairs(number: float) -> float:
    return number * (number - 1) / 2


def ari(found: Labels, echt: Labels) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985): 0 for chance, 1 for the same groups."""
    both = sum(_pairs(n) for n in Counter(zip(found, echt, strict=True)).values())
    one, other = (sum(_pairs(n) for n in Counter(labels).values()) for labels in (found, echt))
    chance, most = one * other / _pairs(len(found)), (one + other) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def ami(found: Labels, echt: Labels) -> float:
    """Adjusted mutual information (Vinh, Epps & Bailey 2010), over the mean of the entropies."""
    total = len(found)
    one, other = Counter(found), Counter(echt)

    def entropy(counts: Counter[int | str]) -> float:
        return -sum(n / total * math.log(n / total) for n in counts.values())

    shared = sum(
        n / total * math.log(n * total / (one[a] * other[b]))
        for (a, b), n in Counter(zip(found, echt, strict=True)).items()
    )
    log = [math.lgamma(n + 1) for n in range(total + 1)]
    expected = 0.0
    for a in one.values():
        for b in other.values():
            for n in range(max(1, a + b - total), min(a, b) + 1):
                chance = log[a] + log[b] + log[total - a] + log[total - b]
                chance -= log[total] + log[n] + log[a - n] + log[b - n] + log[total - a - b + n]
                expected += n / total * math.log(n * total / (a * b)) * math.exp(chance)
    room = (entropy(one) + entropy(other)) / 2 - expected
    return 1.0 if abs(room) < 1e-12 else (shared - expected) / room


def b_cubed(found: Labels, echt: Labels, of: Sequence[int] | None = None) -> float:
    """B³-F1 (Bagga & Baldwin 1998), averaged over the notes *of* (default: all), each in the company of all."""
    both, one, other = Counter(zip(found, echt, strict=True)), Counter(found), Counter(echt)
    of = range(len(found)) if of is None else of
    precision = sum(both[found[i], echt[i]] / one[found[i]] for i in of) / len(of)
    recall = sum(both[found[i], echt[i]] / other[echt[i]] for i in of) / len(of)
    return 2 * precision * recall / (precision + recall)


def moves_saved(found: Labels, echt: Labels) -> float:
    """Which part of the work a person is spared: 1 - MoJo / (n - K), against beginning with loose notes.

    MoJo (Wen & Tzerpos 2004): the fewest moves of a note and merges of groups that make *found* into *echt*.
    """
    both, groups = Counter(zip(found, echt, strict=True)), sorted(set(found), key=str)
    most = {a: max(both[a, b] for b in set(echt)) for a in groups}
    wanted = {a: [b for b in sorted(set(echt), key=str) if both[a, b] == most[a]] for a in groups}
    given: dict[int | str, int | str] = {}

    def give(a: int | str, asked: set[int | str]) -> bool:
        for b in wanted[a]:
            if b not in asked:
                asked.add(b)
                if b not in given or give(given[b], asked):
                    given[b] = a
                    return True
        return False

    kept = sum(give(a, set()) for a in groups)
    moves = len(found) - sum(most.values()) + len(groups) - kept
    return 1 - moves / max(1, len(found) - len(set(echt)))
