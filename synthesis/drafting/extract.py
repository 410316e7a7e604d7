"""Pick notes out of a theme: hints of tension, candidates for a quote, and the few that cover most."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from synthesis.drafting.words import content, stem

_TENSION = re.compile(
    r"\b(maar|echter|terwijl|enerzijds|anderzijds|spanning\w*|dilemma\w*|bots\w*|versus|ten koste|toch|hoewel|ondanks|"
    r"in plaats van|afweging\w*|twijfel\w*|risico\w*|knelpunt\w*|niet alleen|wrijv\w*|tegenover)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(ik|wij|we|je|jij|jullie|ons|onze|mij|mijn|jouw|u|uw|ze)\b", re.IGNORECASE)
_REPORTING = re.compile(
    r"\b(deelnemers?|tafels?|gesprek\w*|genoemd|benoemd|benadrukt|stelling\w*|discussie)\b", re.IGNORECASE
)
_POINTING = re.compile(
    r"^(dit|dat|deze|die|daar\w*|hier\w*|dus|ook|maar|zij|ze|hij|het gaat)\b", re.IGNORECASE
)
_MARK = re.compile(r"[;:?!]|, (maar|en dat|niet)")


def hints_at_tension(tekst: str) -> bool:
    """Does a word of contrast stand in it? A hint for a person to look, never a finding."""
    return _TENSION.search(tekst) is not None


def quotability(tekst: str) -> float:
    """How well a sentence would read as a quote: short, spoken, complete in itself. About -3 … 4."""
    length = len(tekst.split())
    score = 1.5 if 3 <= length <= 14 else 0.5 if length <= 20 else -1.0
    score += (
        1.0 * bool(_PERSON.search(tekst))
        - 1.5 * bool(_REPORTING.search(tekst))
        - 0.6 * bool(_POINTING.search(tekst))
    )
    score += 0.5 * bool(re.search(r"\b(is|zijn|moet|kan|wil)\b", tekst)) + 0.4 * bool(_MARK.search(tekst))
    return score + 0.4 * hints_at_tension(tekst)


def pick_kern(teksten: Sequence[str], *, stelling: str = "", most: int = 3) -> list[int]:
    """Positions of at most *most* texts that together cover what is said most, best first.

    Greedy weighted coverage (after Gillick & Favre 2009): a stem is worth log(1 + texts that have it), double when the
    stelling has it too, 0.3 of that once covered; divided by length, less for a text that opens with a pointer.
    """
    stems = [{stem(word) for word in content(tekst)} for tekst in teksten]
    count = Counter(word for own in stems for word in own)
    asked = {stem(word) for word in content(stelling)}
    worth = {
        word: math.log1p(n) * (2 if word in asked else 1)
        for word, n in count.items()
        if n > 1 or word in asked
    }
    chosen: list[int] = []
    covered: set[str] = set()

    def gain(position: int) -> float:
        value = sum(
            worth[word] * (0.3 if word in covered else 1) for word in sorted(stems[position]) if word in worth
        )
        return (
            value
            / (len(teksten[position].split()) + 4)
            * (0.75 if _POINTING.search(teksten[position]) else 1)
        )

    while len(chosen) < min(most, len(teksten)):
        best = max((p for p in range(len(teksten)) if p not in chosen), key=lambda p: (gain(p), -p))
        chosen.append(best)
        covered |= stems[best]
    return chosen
