"""Breadth in words: how many of the tables that discussed a stelling said this. Thresholds: ``docs/begrippen.md``."""


def breedte_woord(steun: int, besproken: int) -> str:
    """The word for *steun* supporting tables of *besproken* tables that discussed it ("de meeste tafels").

    A table that supports has discussed, so *besproken* is at least *steun*. Raises ``ValueError`` for negative numbers.
    """
    if steun < 0 or besproken < 0:
        raise ValueError("tables are counted, not owed")
    besproken = max(besproken, steun)
    if steun == 0:
        return "geen tafel"
    if steun == 1:
        return "één tafel"
    if steun == 2:
        return "enkele tafels"
    if steun == besproken:
        return "alle tafels"
    if steun * 5 >= besproken * 4:
        return "vrijwel alle tafels"
    if steun * 2 > besproken:
        return "de meeste tafels"
    return "meerdere tafels"
