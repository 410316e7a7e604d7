"""The werkbank of a stelling: its threads, what carries them, and its notes by table."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from capture.models import Bijdrage, Bron
from denkdiner.text import capital
from sessions.models import Stelling, Tafel
from synthesis.drafting import breedte_woord
from synthesis.drafting.extract import hints_at_tension
from synthesis.models import Onderbouwing, Onderbouwingsrol, RodeDraad
from synthesis.queries.concepten import kept_corpus_of, notities_of

MORE_MAX = 40
TEGENSTEM = Onderbouwingsrol.TEGENSTEM


def tafels_of(bijdragen: Iterable[Bijdrage]) -> tuple[int, ...]:
    """The numbers of the tables among *bijdragen*, in order; speakers and the plenary are no table."""
    return tuple(sorted({b.tafel.nummer for b in bijdragen if b.bron == Bron.TAFEL and b.tafel is not None}))


@dataclass(frozen=True, slots=True)
class Draadkaart:
    """A thread on the werkbank: what carries it, counted."""

    draad: RodeDraad
    onderbouwingen: tuple[Onderbouwing, ...]
    tafels: tuple[int, ...]
    """Numbers of the tables that support it; a tegenstem does not count."""
    besproken: int
    """How many tables discussed the stelling."""

    @property
    def breedte(self) -> str:
        """In words, with a capital: "De meeste tafels"."""
        return capital(breedte_woord(len(self.tafels), self.besproken))

    @property
    def bijdragen(self) -> tuple[Bijdrage, ...]:
        return tuple(rij.bijdrage for rij in self.onderbouwingen if rij.bijdrage is not None)

    @property
    def spanningen(self) -> frozenset[Any]:
        """Ids of notes whose words hint at a tension."""
        return frozenset(b.pk for b in self.bijdragen if hints_at_tension(b.tekst))


@dataclass(frozen=True, slots=True)
class Werkbank:
    """Everything on the werkbank of one stelling."""

    stelling: Stelling
    kaarten: tuple[Draadkaart, ...]
    los: tuple[Bijdrage, ...]
    """Notes of tables that are in no thread yet, oldest first."""
    elders: tuple[Bijdrage, ...]
    """What a spreker or the plenary said: shown apart, never counted."""
    tafels: tuple[int, ...]
    """Tables that discussed the stelling."""
    stil: tuple[int, ...]
    """Tables of the diner that did not."""
    geplaatst: int
    totaal: int


def carried(draden: QuerySet[RodeDraad]) -> QuerySet[RodeDraad]:
    """With what carries them prefetched, in order: notes in the bin or moved to another stelling do not count."""
    geldig = Q(bijdrage__deleted_at=None, bijdrage__stelling=F("rode_draad__stelling"))
    return draden.prefetch_related(
        Prefetch(
            "onderbouwingen",
            Onderbouwing.objects.filter(Q(bijdrage=None) | geldig)
            .select_related("bijdrage__tafel")
            .order_by("volgorde", "pk"),
        )
    ).order_by("volgorde", "pk")


def kaart_met(draad: RodeDraad, besproken: int) -> Draadkaart:
    rijen = tuple(draad.onderbouwingen.all())
    steun = [rij.bijdrage for rij in rijen if rij.bijdrage is not None and rij.rol != TEGENSTEM]
    return Draadkaart(draad, rijen, tafels_of(steun), besproken)


def werkbank(stelling: Stelling) -> Werkbank:
    """The werkbank of *stelling* as it stands now. Four queries, however many threads and notes."""
    bijdragen = list(
        stelling.bijdragen.present().select_related("tafel", "onderbouwing").order_by("created_at", "pk")
    )
    van_tafels = [bijdrage for bijdrage in bijdragen if bijdrage.bron == Bron.TAFEL]
    tafels = tafels_of(van_tafels)
    alle = Tafel.objects.filter(diner=stelling.diner_id).order_by("nummer").values_list("nummer", flat=True)
    kaarten = tuple(
        kaart_met(draad, len(tafels)) for draad in carried(RodeDraad.objects.filter(stelling=stelling))
    )
    geplaatst = {rij.bijdrage_id for kaart in kaarten for rij in kaart.onderbouwingen}
    return Werkbank(
        stelling=stelling,
        kaarten=kaarten,
        los=tuple(b for b in van_tafels if b.pk not in geplaatst),
        elders=tuple(b for b in bijdragen if b.bron != Bron.TAFEL),
        tafels=tafels,
        stil=tuple(nummer for nummer in alle if nummer not in tafels),
        geplaatst=sum(b.pk in geplaatst for b in van_tafels),
        totaal=len(van_tafels),
    )


def kaart_of(draad: RodeDraad) -> Draadkaart:
    """One thread of a stelling with what carries it. Three queries."""
    besproken = (
        Bijdrage.objects.present()
        .of_tables()
        .filter(stelling=draad.stelling_id)
        .values("tafel")
        .distinct()
        .count()
        if draad.stelling_id
        else 0
    )
    return kaart_met(
        carried(RodeDraad.objects.filter(pk=draad.pk)).select_related("stelling__diner").get(), besproken
    )


def filter_bijdragen(
    bijdragen: QuerySet[Bijdrage],
    *,
    soort: str = "",
    tafel: int | None = None,
    horizon: str = "",
    woord: str = "",
) -> QuerySet[Bijdrage]:
    """Narrow a list of notes; empty values do not narrow."""
    if soort:
        bijdragen = bijdragen.filter(soort=soort)
    if tafel is not None:
        bijdragen = bijdragen.filter(tafel__nummer=tafel)
    if horizon:
        bijdragen = bijdragen.filter(horizon=horizon)
    if woord:
        bijdragen = bijdragen.filter(tekst__icontains=woord)
    return bijdragen


def bijdragen_per_tafel(stelling: Stelling, **filters: Any) -> list[tuple[Tafel | None, list[Bijdrage]]]:
    """Present notes of *stelling* side by side: each table with its notes, tables without any left out; speakers last."""
    per_tafel: dict[Tafel | None, list[Bijdrage]] = defaultdict(list)
    for bijdrage in (
        filter_bijdragen(stelling.bijdragen.present(), **filters)
        .select_related("tafel", "onderbouwing__rode_draad")
        .order_by("created_at", "pk")
    ):
        per_tafel[bijdrage.tafel if bijdrage.bron == Bron.TAFEL else None].append(bijdrage)
    return sorted(per_tafel.items(), key=lambda item: item[0].nummer if item[0] else 10_000)


def silent_tables(stelling: Stelling) -> list[Tafel]:
    """Tables of the diner without a note about *stelling*. One query."""
    gesproken = stelling.bijdragen.present().of_tables().values("tafel")
    return list(Tafel.objects.filter(diner=stelling.diner_id).exclude(pk__in=gesproken).order_by("nummer"))


def more_like_draad(draad: RodeDraad) -> list[Bijdrage]:
    """Notes of the same stelling outside *draad*, most like it first; at most ``MORE_MAX``. Two to four queries."""
    from synthesis.drafting.lexical import more_like

    bijdragen = {
        str(bijdrage.pk): bijdrage
        for bijdrage in Bijdrage.objects.present()
        .of_tables()
        .filter(stelling=draad.stelling_id)
        .select_related("tafel", "onderbouwing__rode_draad")
        .order_by("pk")
    }
    eigen = [
        pk
        for pk, b in bijdragen.items()
        if (o := getattr(b, "onderbouwing", None)) and o.rode_draad_id == draad.pk
    ]
    if draad.stelling is None:
        return []
    volgorde = more_like(kept_corpus_of(draad.stelling.diner), notities_of(bijdragen.values()), eigen)
    return [bijdragen[pk] for pk in volgorde[:MORE_MAX]]
