"""References from a text to a note: ``[n:1f3a09bc]``, the end of the note's id. They go with the text into a file."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KORT = 8
"""Digits of a code. Of the end of the id: ids that begin with the time differ only there."""
VERWIJZING = re.compile(rf"\[n:([0-9a-f]{{{KORT},32}})\]", re.IGNORECASE)
_MET_WIT = re.compile(rf"[ \t]*{VERWIJZING.pattern}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verwijzing:
    """One reference, and where it stands."""

    code: str
    begin: int
    eind: int


def code_of(kenmerk: str) -> str:
    """The short code of a note whose id is *kenmerk* (32 hexadecimal digits, with or without hyphens)."""
    return kenmerk.replace("-", "").lower()[-KORT:]


def codes_of(kenmerken: Iterable[str]) -> dict[str, str]:
    """For each id the code by which a text refers to it: short, and whole where two of them end alike."""
    heel = {kenmerk: kenmerk.replace("-", "").lower() for kenmerk in kenmerken}
    vaak = Counter(code_of(digits) for digits in set(heel.values()))
    return {
        kenmerk: digits if vaak[code_of(digits)] > 1 else code_of(digits) for kenmerk, digits in heel.items()
    }


def find_refs(tekst: str) -> tuple[Verwijzing, ...]:
    """Every reference in *tekst*, in order."""
    return tuple(
        Verwijzing(match[1].lower(), match.start(), match.end()) for match in VERWIJZING.finditer(tekst)
    )


def resolve(code: str, codes: Mapping[str, str]) -> str | None:
    """The id among *codes* (of ``codes_of``) that *code* refers to; None when there is none, or more than one."""
    raak = [kenmerk for kenmerk in codes if kenmerk.replace("-", "").lower().endswith(code)]
    return raak[0] if len(raak) == 1 else None


def strip_refs(tekst: str) -> str:
    """*tekst* as a reader sees it: without references and the white space before each of them."""
    return _MET_WIT.sub("", tekst)


def blank_refs(tekst: str) -> str:
    """*tekst* of the same length, with a space in every place of a reference: what is found in it stands in *tekst* too."""
    return VERWIJZING.sub(lambda match: " " * len(match[0]), tekst)
