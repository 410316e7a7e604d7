"""Proposals for threads of the reeks, made anew at every look: nothing is stored until a person takes one over."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from sessions.models import Diner, Reeks
from synthesis.drafting.types import Draadtekst, Reeksvoorstel
from synthesis.models import Draadstatus, RodeDraad
from synthesis.queries.dwars import links_of


@dataclass(frozen=True, slots=True)
class Voorstelregel:
    """A proposal with the threads that it names, so that a page can show them."""

    voorstel: Reeksvoorstel
    draden: tuple[RodeDraad, ...]
    """With stelling and diner."""
    naar: RodeDraad | None
    """The thread of the reeks that they would be added to; None for a new one."""


@dataclass(frozen=True, slots=True)
class Reeksvoorstellen:
    regels: tuple[Voorstelregel, ...]
    diners: tuple[tuple[Diner, int, int], ...]
    """Each diner with how many threads of its stellingen are vastgesteld, and how many are not yet."""

    @property
    def vastgesteld(self) -> int:
        return sum(aantal for _, aantal, _ in self.diners)

    @property
    def genoeg(self) -> bool:
        """Threads of two diners at least: otherwise there is nothing to connect."""
        return sum(aantal > 0 for _, aantal, _ in self.diners) > 1


def reeksvoorstellen(reeks: Reeks) -> Reeksvoorstellen:
    """What the texts that are vastgesteld seem to share across diners. Five queries."""
    from synthesis.drafting.dwars import (
        propose_reeksdraden,
    )  # numpy is loaded only when somebody asks for a proposal

    boven = {draad.pk: draad for draad in RodeDraad.objects.filter(reeks=reeks, diner=None)}
    gedragen: dict[int, int] = {}
    for rode_draad, draad in links_of(reeks):
        if rode_draad in boven:
            gedragen.setdefault(draad, rode_draad)
    vast = {
        draad.pk: draad
        for draad in RodeDraad.objects.filter(
            reeks=reeks, stelling__isnull=False, status=Draadstatus.VASTGESTELD
        )
        .select_related("stelling", "diner")
        .order_by("diner__nummer", "stelling__nummer", "volgorde", "pk")
    }
    teksten = [_as_text(draad, gedragen.get(draad.pk)) for draad in vast.values()]
    teksten += [_as_text(draad, draad.pk) for draad in boven.values()]
    diners = tuple(_counted(reeks))
    leeg = Reeksvoorstellen((), diners)
    if not leeg.genoeg:
        return leeg
    regels = tuple(
        Voorstelregel(
            voorstel,
            tuple(vast[int(pk)] for pk in voorstel.draden),
            boven[int(voorstel.groep)] if voorstel.groep else None,
        )
        for voorstel in propose_reeksdraden(teksten)
    )
    return Reeksvoorstellen(regels, diners)


def _as_text(draad: RodeDraad, groep: int | None) -> Draadtekst:
    return Draadtekst(
        id=str(draad.pk),
        titel=draad.titel,
        tekst="\n".join(filter(None, [draad.leestekst, draad.pool_a, draad.pool_b, draad.kernvraag])),
        diner=draad.diner.nummer if draad.diner else None,
        stelling=str(draad.stelling_id or ""),
        groep=str(groep) if groep else None,
    )


def _counted(reeks: Reeks) -> list[tuple[Diner, int, int]]:
    """One query for the threads, one for the diners."""
    vast: Counter[int | None] = Counter()
    nog: Counter[int | None] = Counter()
    for diner, status, aantal in (
        RodeDraad.objects.filter(reeks=reeks, stelling__isnull=False)
        .order_by()
        .values_list("diner", "status")
        .annotate(aantal=Count("pk"))
    ):
        (vast if status == Draadstatus.VASTGESTELD else nog)[diner] += aantal
    return [(diner, vast[diner.pk], nog[diner.pk]) for diner in reeks.diners.order_by("nummer", "pk")]
