"""Where place cards are cut and folded, as a picture behind them. In millimetres, as in ``papier/bladen.css``."""

BREED, HOOG = 95, 66
"""Of a card before it is folded; twice and four times that stand in the middle of an A4."""
LINKS, BOVEN = 10, 16.5
LENGTE = 6
"""Of a mark to cut by; it stands outside the cards, so that nothing of it is left on them."""


def snijlijnen() -> bytes:
    """The marks at every corner, and a dashed line through the middle of each row: an SVG of a whole A4."""
    staand = [LINKS + BREED * n for n in range(3)]
    liggend = [BOVEN + HOOG * n for n in range(5)]
    onder, rechts = liggend[-1], staand[-1]
    lijnen = [f"M{x} {y} v{LENGTE}" for x in staand for y in (BOVEN - LENGTE - 1, onder + 1)]
    lijnen += [f"M{x} {y} h{LENGTE}" for y in liggend for x in (LINKS - LENGTE - 1, rechts + 1)]
    kruisen = [f"M{x - 1.5} {y} h3 M{x} {y - 1.5} v3" for x in staand[1:-1] for y in liggend[1:-1]]
    vouwen = [f"M{LINKS} {y + HOOG / 2} H{rechts}" for y in liggend[:-1]]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297" fill="none">'
        f'<path d="{" ".join(lijnen + kruisen)}" stroke="#1b2428" stroke-width=".2"/>'
        f'<path d="{" ".join(vouwen)}" stroke="#8a969b" stroke-width=".2" stroke-dasharray="2 2"/>'
        "</svg>"
    ).encode()
