"""Text that can be kept: one rule for forms, services and imports. A leaf: imports no app."""

import re

ONBEWAARBAAR = "Deze tekst bevat tekens die niet bewaard kunnen worden."


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(tekst: str) -> bool:
    """False for NUL and lone surrogates: PostgreSQL refuses the first, UTF-8 the second."""
    return _UNSTORABLE.search(tekst) is None


def showable(tekst: str) -> str:
    """*tekst* as a page can hold it: "?" for a lone surrogate, which fits in no UTF-8."""
    return tekst.encode("utf-8", "replace").decode()


def capital(tekst: str) -> str:
    """*tekst* with a Dutch capital: "één" begins with "Eén"."""
    return "E" + tekst[1:] if tekst.startswith("één") else tekst[:1].upper() + tekst[1:]


def one_newline(tekst: str) -> str:
    """*tekst* with one kind of line end: browsers post two characters where people pressed Enter once."""
    return tekst.replace("\r\n", "\n").replace("\r", "\n")


_HOSTILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(tekst: str) -> str:
    """*tekst* without the characters that XML 1.0, and so a document, cannot hold; everything else stays as it is."""
    return _HOSTILE.sub("", tekst)
