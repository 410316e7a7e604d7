"""Dutch as the report writes it: dates, counts and lists. Pure."""

from datetime import date, datetime

MAANDEN = "januari februari maart april mei juni juli augustus september oktober november december".split()


def dutch_date(dag: date) -> str:
    """24 november 2026."""
    return f"{dag.day} {MAANDEN[dag.month - 1]} {dag.year}"


def dutch_moment(moment: datetime) -> str:
    """24 november 2026 om 21.04 uur."""
    return f"{dutch_date(moment)} om {moment.hour}.{moment.minute:02} uur"


def count(aantal: int, enkelvoud: str, meervoud: str) -> str:
    """1 tafel, 2 tafels, 30.000 tafels."""
    return f"{thousands(aantal)} {enkelvoud if aantal == 1 else meervoud}"


def thousands(aantal: int) -> str:
    """30.000."""
    return f"{aantal:,}".replace(",", ".")


def join_dutch(delen: list[str]) -> str:
    """a, b en c."""
    return delen[0] if len(delen) == 1 else f"{', '.join(delen[:-1])} en {delen[-1]}" if delen else ""
