"""What a thread's text says, held against what lies under it. Pure: no ORM, no clock, no network.

References to notes in a text, the checks while writing (breadth, quotes, names, numbers), and what changed between versions.
A check warns and never changes a word. Choices: docs/decisions/0020-redactie.md.
"""

from synthesis.redactie.controle import check_velden
from synthesis.redactie.types import Bevinding, Check, Notitie, Redactiebron
from synthesis.redactie.verschil import Stuk, compare, shorten
from synthesis.redactie.verwijzingen import code_of, codes_of, find_refs, strip_refs
from synthesis.redactie.zinnen import utf16

__all__ = [
    "Bevinding",
    "Check",
    "Notitie",
    "Redactiebron",
    "Stuk",
    "check_velden",
    "code_of",
    "codes_of",
    "compare",
    "find_refs",
    "shorten",
    "strip_refs",
    "utf16",
]
