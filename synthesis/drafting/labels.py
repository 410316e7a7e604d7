"""Name a theme by what is said there and less elsewhere: log-odds keyness (Monroe, Colaresi & Quinn 2008)."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from synthesis.drafting.words import STOP, content, stem, words

WORDS_PER_LABEL = 2
PRIOR = 0.1

_DETERMINERS = frozenset(
    """
    de het een deze dit die dat hun onze ons zijn haar mijn van in op met voor naar over door tot uit aan tussen onder bij
    geen meer minder elke ieder iedere veel
    """.split()
)
_NOUN_ENDINGS = (
    "ing", "ingen", "heid", "heden", "schap", "schappen", "teit", "teiten", "tie", "ties", "sie", "ment", "menten", "isme",
    "nis", "aar", "aars", "eur", "eurs", "oor", "kracht", "model", "modellen", "beleid", "werk", "bedrijf", "bedrijven",
)  # fmt: skip
_ADJECTIVE = re.compile(
    r"(baar|lijk|lijke|isch|ische|loos|loze|zaam|zame|matig|matige|eerd|eerde|gericht|gerichte|end|ende|eel|ief|ieve|ele|ale)$"
)
# Words that pass for nouns after a determiner but name nothing: adjectives in their short form, numerals, fillers.
_WEAK = frozenset(
    """
    idee gedachte plaats verder nauwelijks onderling praktisch name zowel bestaande lastig roept botst
    hoog hoge laag lage droog droge nat natte lang lange kort korte jong jonge oud oude nieuw nieuwe duur dure klein kleine
    arm arme rijk rijke zwaar zware licht lichte warm koud leeg lege vol volle mooi mooie slecht slechte echt echte eigen
    hele halve dubbel dubbele eerlijk zelfde beter betere meest minder twintig dertig veertig vijftig zestig honderd duizend
    """.split()
)
_RARE = 0.3
"""Weight of a word that only one note of a larger theme uses: it names that note and not the theme."""


def name_themes(teksten: Sequence[str], labels: Sequence[int]) -> dict[int, str]:
    """A name of one or two words for each label in *labels* (one per text); a word family names one theme only."""
    keyness = _keyness(teksten, labels)
    likely_noun = _noun_likelihood(teksten)
    pool: list[tuple[float, str, int, bool]] = []
    for theme, key in keyness.items():
        score: dict[str, float] = defaultdict(float)
        cover: dict[str, set[int]] = defaultdict(set)
        size = sum(label == theme for label in labels)
        for number, tekst in enumerate(teksten):
            if labels[number] != theme:
                continue
            for word in words(tekst):
                if (
                    word in STOP
                    or word in _WEAK
                    or len(word) < 3
                    or word.isdigit()
                    or _ADJECTIVE.search(word)
                ):
                    continue
                if (chance := likely_noun(word)) < 0.3:
                    continue
                cover[stem(word)].add(number)
                score[word] = max(score[word], key.get(stem(word), 0) * (0.5 + chance))
        for word, value in score.items():
            notes = len(cover[stem(word)])
            rare = notes == 1 and size >= 4
            pool.append((-value * (_RARE if rare else 1 + math.log(notes)), word, theme, rare))
    pool.sort()
    used: set[str] = set()
    chosen: dict[int, list[str]] = {theme: [] for theme in keyness}
    for value, word, theme, rare in pool:
        room = len(chosen[theme]) < (1 if rare else WORDS_PER_LABEL)
        if value < 0 and room and not {word[:6], stem(word)[:6]} & used:
            chosen[theme].append(word)
            used |= {word[:6], stem(word)[:6]}
    return {
        theme: _as_name(found or _fallback(teksten, labels, theme, keyness[theme]))
        for theme, found in chosen.items()
    }


def _as_name(found: Sequence[str]) -> str:
    name = " en ".join(found)
    return name[:1].upper() + name[1:]


def _fallback(teksten: Sequence[str], labels: Sequence[int], theme: int, key: dict[str, float]) -> list[str]:
    """Share a word with another theme rather than stay nameless."""
    own = {word for number, tekst in enumerate(teksten) if labels[number] == theme for word in content(tekst)}
    return sorted(own, key=lambda word: (-key.get(stem(word), 0), -len(word), word))[:1] or ["(zonder naam)"]


def _keyness(teksten: Sequence[str], labels: Sequence[int]) -> dict[int, dict[str, float]]:
    """For each theme the z-score of the log-odds of each stem against all other themes, flat Dirichlet prior."""
    per_theme: dict[int, Counter[str]] = defaultdict(Counter)
    for tekst, label in zip(teksten, labels, strict=True):
        per_theme[label].update({stem(word) for word in content(tekst)})
    total: Counter[str] = Counter()
    for counts in per_theme.values():
        total.update(counts)
    prior_sum, size = PRIOR * len(total), sum(total.values())
    result: dict[int, dict[str, float]] = {}
    for theme in sorted(per_theme):
        counts = per_theme[theme]
        own = sum(counts.values())
        result[theme] = {}
        for word, here in counts.items():
            there = total[word] - here
            # a theme of one single word leaves nothing to compare with: never less than the prior itself
            odds_here = math.log((here + PRIOR) / max(PRIOR, own + prior_sum - here - PRIOR))
            odds_there = math.log((there + PRIOR) / max(PRIOR, size - own + prior_sum - there - PRIOR))
            spread = math.sqrt(1 / (here + PRIOR) + 1 / (there + PRIOR))
            result[theme][word] = (odds_here - odds_there) / spread
    return result


class _noun_likelihood:  # noqa: N801  reads as a function, remembers its counts
    """How likely a word is a noun in these texts: its ending, or how often a determiner stands before it."""

    def __init__(self, teksten: Sequence[str]) -> None:
        self.after: Counter[str] = Counter()
        self.count: Counter[str] = Counter()
        for tekst in teksten:
            found = words(tekst)
            for previous, word in zip(["", *found], found, strict=False):
                self.count[word] += 1
                self.after[word] += previous in _DETERMINERS

    def __call__(self, word: str) -> float:
        if word.endswith(_NOUN_ENDINGS):
            return 0.9
        chance = (self.after[word] + 0.25) / (self.count[word] + 1)
        return chance * 0.4 if word.endswith("en") and stem(word) + "en" == word else chance
