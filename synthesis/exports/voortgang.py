"""How a writer tells where it is. Pure."""

from collections.abc import Callable

Meld = Callable[[int, str], None]
"""Percent done, and what is being done. May raise, to stop the work."""


def silent(voortgang: int, melding: str) -> None:
    """For who wants only the file."""
