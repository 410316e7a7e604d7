"""Who belongs to a reeks, and who did what."""

from dataclasses import dataclass

from django.db.models import QuerySet

from sessions.models import Diner, Gebruiker, Logregel, Reeks, Rol


@dataclass(frozen=True, slots=True)
class Lid:
    """A member, with the names of their roles in the order of ``Rol``."""

    gebruiker: Gebruiker
    rollen: tuple[str, ...]


def leden_of(reeks: Reeks) -> list[Lid]:
    """The members of *reeks* by name, each once. One query."""
    per_lid: dict[Gebruiker, set[str]] = {}
    for lidmaatschap in reeks.lidmaatschappen.select_related("gebruiker").order_by(
        "gebruiker__naam", "gebruiker__email"
    ):
        per_lid.setdefault(lidmaatschap.gebruiker, set()).add(lidmaatschap.rol)
    return [
        Lid(gebruiker, tuple(str(rol.label) for rol in Rol if rol in rollen))
        for gebruiker, rollen in per_lid.items()
    ]


LOG_MAX = 200
"""Lines of the log that are shown at once."""


def logregels_of(diner: Diner) -> QuerySet[Logregel]:
    """The last ``LOG_MAX`` lines of the log of *diner*, newest first, with who did it. One query."""
    return diner.logregels.select_related("gebruiker").order_by("-at", "-pk")[:LOG_MAX]


REGELS_PER_PAGINA = 100


def reeksregels_of(reeks: Reeks) -> QuerySet[Logregel]:
    """The whole log of *reeks*, its diners included, newest first, with who did it. One query a page."""
    return reeks.logregels.select_related("gebruiker").order_by("-at", "-pk")
