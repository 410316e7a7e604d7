"""Threads of stellingen with the notes that carry them, for what reads a whole reeks at once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.text import Truncator

from capture.models import Bron
from synthesis.models import Onderbouwing, RodeDraad
from synthesis.queries.werkbank import TEGENSTEM


class Steun(NamedTuple):
    """A note that carries a thread, as far as a report needs it: a reeks has tens of thousands, and models are slow."""

    bijdrage: UUID
    rol: str
    bron: str
    tafel: int | None
    tekst: str


@dataclass(frozen=True, slots=True)
class Gedragen:
    """A thread of a stelling with what carries it, in order."""

    draad: RodeDraad
    steun: tuple[Steun, ...]

    def tafels(self, *, tegen: bool) -> tuple[int, ...]:
        """The numbers of the tables that support it, or that speak against it."""
        return tuple(
            sorted({rij.tafel for rij in self._of_tafels() if (rij.rol == TEGENSTEM) == tegen and rij.tafel})
        )

    def voorbeelden(self, hooguit: int) -> tuple[str, ...]:
        """Its first three notes of tables, each cut after *hooguit* characters."""
        steun = (rij.tekst for rij in self._of_tafels() if rij.rol != TEGENSTEM)
        return tuple(Truncator(tekst).chars(hooguit) for tekst in islice(steun, 3))

    def geplaatst(self) -> int:
        """How many notes of tables stand in it."""
        return sum(1 for _ in self._of_tafels())

    def _of_tafels(self) -> Iterator[Steun]:
        return (rij for rij in self.steun if rij.bron == Bron.TAFEL)


def draden_per_stelling(draden: QuerySet[RodeDraad]) -> dict[int | None, list[Gedragen]]:
    """Threads of stellingen with what carries them, in order, by the id of their stelling. Two queries."""
    van_stellingen = list(draden.filter(stelling__isnull=False).order_by("volgorde", "pk"))
    steun: dict[int | None, list[Steun]] = defaultdict(list)
    rijen = Onderbouwing.objects.filter(
        rode_draad__in=draden, bijdrage__deleted_at=None, bijdrage__stelling=F("rode_draad__stelling")
    ).order_by("volgorde", "pk")
    velden = "rode_draad", "bijdrage", "rol", "bijdrage__bron", "bijdrage__tafel__nummer", "bijdrage__tekst"
    for draad, *rij in rijen.values_list(*velden):
        steun[draad].append(Steun(*rij))
    per_stelling: dict[int | None, list[Gedragen]] = defaultdict(list)
    for draad in van_stellingen:
        per_stelling[draad.stelling_id].append(Gedragen(draad, tuple(steun[draad.pk])))
    return per_stelling
