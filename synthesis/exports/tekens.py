"""What a file format can hold of a text. Pure."""

import re

_HOSTILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(tekst: str) -> str:
    """*tekst* without the characters that XML 1.0 cannot hold; everything else stays as it is."""
    return _HOSTILE.sub("", tekst)
