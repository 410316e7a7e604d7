"""Lighter shades of a colour of the house style. Pure."""


def tint(kleur: str, wit: float) -> str:
    """*kleur* ("#1b4b5a") mixed with white: 0 is the colour itself, 1 is white."""
    kanalen = (int(kleur[plek : plek + 2], 16) for plek in (1, 3, 5))
    return "#" + "".join(f"{round(kanaal + (255 - kanaal) * wit):02x}" for kanaal in kanalen)
