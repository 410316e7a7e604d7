"""Colours of a house style: may white letters stand on them? A leaf: imports no app."""

import re

from denkdiner.errors import DenkdinerError

MIN_CONTRAST = 4.5
"""Of WCAG 2.2 AA, for letters of any size."""
KLEUR = "#0e3641"
"""Of the project itself: for a reeks without a colour, or with one on which white letters cannot be read."""
_HEX = re.compile("#[0-9a-fA-F]{6}")


def contrast(kleur: str) -> float:
    """The ratio between *kleur* ("#1a4d5c") and white, of WCAG: 1 is the same, 21 is black. ``ValueError`` for no colour."""
    if not _HEX.fullmatch(kleur):
        raise ValueError(kleur)
    return 1.05 / (_luminance(kleur) + 0.05)


def readable(kleur: str, anders: str = KLEUR) -> str:
    """*kleur* when white letters can be read on it (and it on white), else *anders*."""
    return kleur.lower() if _HEX.fullmatch(kleur) and contrast(kleur) >= MIN_CONTRAST else anders


def check_contrast(kleur: str) -> None:
    """``DenkdinerError`` with the ratio when white letters cannot be read on *kleur*; no colour at all is fine."""
    if kleur and not _HEX.fullmatch(kleur):
        raise DenkdinerError("Gebruik een kleur als #1a4d5c.")
    if kleur and contrast(kleur) < MIN_CONTRAST:
        # cut off, not rounded: 4.46 is not enough, and "4,5" would say that it is
        verhouding = f"{int(contrast(kleur) * 10) / 10:.1f}".replace(".", ",")
        raise DenkdinerError(
            f"Witte letters zijn op {kleur} niet goed te lezen: het contrast is {verhouding} en moet ten minste "
            "4,5 zijn. Kies een donkerdere kleur."
        )


def _luminance(kleur: str) -> float:
    """Of WCAG: 0 is black, 1 is white."""
    kanalen = [int(kleur[plek : plek + 2], 16) / 255 for plek in (1, 3, 5)]
    rood, groen, blauw = (
        kanaal / 12.92 if kanaal <= 0.04045 else ((kanaal + 0.055) / 1.055) ** 2.4 for kanaal in kanalen
    )
    return 0.2126 * rood + 0.7152 * groen + 0.0722 * blauw
