"""Sentences, and places in a text."""

import re

_EINDE = re.compile(r"[.?!…]+[”’\"')\]]*(?=\s|$)|\n+")


def sentence_at(tekst: str, begin: int, eind: int) -> tuple[int, int]:
    """From where to where the sentence runs in which *begin* to *eind* stands."""
    van, tot = 0, len(tekst)
    for match in _EINDE.finditer(tekst):
        if match.end() <= begin:
            van = match.end()
        elif match.start() >= eind - 1:
            tot = match.end()
            break
    return van, tot


def is_sentence_start(tekst: str, plek: int) -> bool:
    """Is what begins at *plek* the first word of a sentence, where everything has a capital?"""
    ervoor = tekst[:plek].rstrip(" \t“„\"'‘(«[-–—•*·")
    return not ervoor or ervoor[-1] in ".?!…:\n"


def utf16(tekst: str, plek: int) -> int:
    """*plek* as a browser counts: a character outside the first 65,536 is two."""
    return plek + sum(teken > "\uffff" for teken in tekst[:plek])
