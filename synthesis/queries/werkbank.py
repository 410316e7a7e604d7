"""The werkbank of a stelling: its threads, what carries them, and its notes by table."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from capture.models import Bijdrage, Bron
from denkdiner.text import capital
from sessions.models import Gebruiker, Stelling, Tafel
from synthesis.drafting import breedte_woord
from synthesis.drafting.extract import hints_at_tension
from synthesis.models import Minderheid, Onderbouwing, Onderbouwingsrol, RodeDraad
from synthesis.queries.concepten import kept_corpus_of, notities_of

MORE_MAX = 40
TEGENSTEM = Onderbouwingsrol.TEGENSTEM


def tafels_of(bijdragen: Iterable[Bijdrage]) -> tuple[int, ...]:
    """The numbers of the tables among *bijdragen*, in order; speakers and the plenary are no table."""
    return tuple(sorted({b.tafel.nummer for b in bijdragen if b.bron == Bron.TAFEL and b.tafel is not None}))


@dataclass(frozen=True)
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

    @cached_property
    def bijdragen(self) -> tuple[Bijdrage, ...]:
        return tuple(rij.bijdrage for rij in self.onderbouwingen if rij.bijdrage is not None)

    @property
    def is_minderheid(self) -> bool:
        """Just one table says this: it does not go up in something else without a reason."""
        return len(self.tafels) == 1

    @cached_property
    def spanningen(self) -> frozenset[Any]:
        """Ids of notes whose words hint at a tension; worked out once, however often a page asks."""
        return frozenset(b.pk for b in self.bijdragen if hints_at_tension(b.tekst))


@dataclass(frozen=True, slots=True)
class Minderheidsregel:
    """A view of one table: a thread on the board (``kaart``), or one that went up in something else, and why."""

    titel: str
    tafel: int
    kaart: Draadkaart | None = None
    naar: str = ""
    """The title of the thread where it is now; empty when it was deleted."""
    naar_pk: int | None = None
    """That thread, when it is on the board."""
    reden: str = ""
    door: Gebruiker | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Werkbank:
    """Everything on the werkbank of one stelling. Every note of a table is in exactly one: placed, ``opzij`` or ``los``."""

    stelling: Stelling
    kaarten: tuple[Draadkaart, ...]
    minderheid: tuple[Minderheidsregel, ...]
    """Views of one table: on the board first, then what went up in something else."""
    los: tuple[Bijdrage, ...]
    """Notes of tables that nobody dealt with yet, oldest first."""
    opzij: tuple[Bijdrage, ...]
    """Notes of tables that somebody laid aside, oldest first; why is ``onderbouwing.reden``."""
    elders: tuple[Bijdrage, ...]
    """What a spreker or the plenary said: shown apart, never counted."""
    tafels: tuple[int, ...]
    """Tables that discussed the stelling."""
    stil: tuple[int, ...]
    """Tables of the diner that did not."""
    geplaatst: int
    """Notes of tables in a thread."""
    totaal: int
    """Notes of tables."""

    @property
    def spreker(self) -> tuple[Bijdrage, ...]:
        return tuple(b for b in self.elders if b.bron == Bron.SPREKER)

    @property
    def plenair(self) -> tuple[Bijdrage, ...]:
        return tuple(b for b in self.elders if b.bron == Bron.PLENAIR)


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
    """Of a thread that was ``carried``."""
    return _kaart(draad, draad.onderbouwingen.all(), besproken)


def _kaart(draad: RodeDraad, rijen: Iterable[Onderbouwing], besproken: int) -> Draadkaart:
    rijen = tuple(rijen)
    steun = [rij.bijdrage for rij in rijen if rij.bijdrage is not None and rij.rol != TEGENSTEM]
    return Draadkaart(draad, rijen, tafels_of(steun), besproken)


def werkbank(stelling: Stelling, *, minderheid: bool = True) -> Werkbank:
    """The werkbank of *stelling* as it stands now. Five queries, however much there is; three without *minderheid*.

    A note comes once, with its place, and a table once for all its notes: of a thread no note is read again.
    """
    tafel = {een.pk: een for een in Tafel.objects.filter(diner=stelling.diner_id).order_by("nummer")}
    bijdragen = list(stelling.bijdragen.present().select_related("onderbouwing").order_by("created_at", "pk"))
    for bijdrage in bijdragen:
        if bijdrage.tafel_id in tafel:
            bijdrage.tafel = tafel[bijdrage.tafel_id]
    per_draad = _per_draad(bijdragen)
    van_tafels = [bijdrage for bijdrage in bijdragen if bijdrage.bron == Bron.TAFEL]
    tafels = tafels_of(van_tafels)
    draden = RodeDraad.objects.filter(stelling=stelling).order_by("volgorde", "pk")
    kaarten = tuple(_kaart(draad, per_draad[draad.pk], len(tafels)) for draad in draden)
    in_draad = {rij.bijdrage_id for kaart in kaarten for rij in kaart.onderbouwingen}
    rest = [b for b in van_tafels if b.pk not in in_draad]
    return Werkbank(
        stelling=stelling,
        kaarten=kaarten,
        minderheid=_minderheden(stelling, kaarten) if minderheid else (),
        los=tuple(b for b in rest if not _is_opzij(b)),
        opzij=tuple(b for b in rest if _is_opzij(b)),
        elders=tuple(b for b in bijdragen if b.bron != Bron.TAFEL),
        tafels=tafels,
        stil=tuple(een.nummer for een in tafel.values() if een.nummer not in tafels),
        geplaatst=len(van_tafels) - len(rest),
        totaal=len(van_tafels),
    )


def _per_draad(bijdragen: Iterable[Bijdrage]) -> dict[int, list[Onderbouwing]]:
    """What these notes carry, by the pk of the thread, in order."""
    per_draad: dict[int, list[Onderbouwing]] = defaultdict(list)
    for bijdrage in bijdragen:
        rij = getattr(bijdrage, "onderbouwing", None)
        if rij is not None and rij.rode_draad_id is not None:
            per_draad[rij.rode_draad_id].append(rij)
    for rijen in per_draad.values():
        rijen.sort(key=lambda rij: (rij.volgorde, rij.pk))
    return per_draad


def _is_opzij(bijdrage: Bijdrage) -> bool:
    """A place under another stelling, from before its table moved it, is no place here: then it is loose."""
    rij = getattr(bijdrage, "onderbouwing", None)
    return rij is not None and rij.rode_draad_id is None


def _minderheden(stelling: Stelling, kaarten: tuple[Draadkaart, ...]) -> tuple[Minderheidsregel, ...]:
    """Two queries: what went up in something else, and where threads that were put away went."""
    hier = {kaart.draad.pk: kaart.draad.titel for kaart in kaarten}
    weg = dict(
        RodeDraad.alle.filter(stelling=stelling, verwijderd_at__isnull=False).values_list("pk", "opgegaan_in")
    )
    opgegaan = Minderheid.objects.filter(draad__stelling=stelling, vervallen=False)
    apart = [kaart for kaart in kaarten if kaart.is_minderheid]
    regels = [Minderheidsregel(kaart.draad.titel, kaart.tafels[0], kaart) for kaart in apart]
    opgegaan = opgegaan.exclude(draad__in=[kaart.draad.pk for kaart in apart])  # apart again
    for rij in opgegaan.select_related("door").order_by("at", "pk"):
        nu = rij.naar_id
        while nu is not None and nu in weg:  # merged on, since
            nu = weg[nu]
        regels.append(
            Minderheidsregel(
                titel=rij.titel,
                tafel=rij.tafel,
                naar=hier.get(nu or 0, ""),
                naar_pk=nu if nu in hier else None,
                reden=rij.reden,
                door=rij.door,
                at=rij.at,
            )
        )
    return tuple(regels)


def supporting(rijen: QuerySet[Onderbouwing]) -> QuerySet[Onderbouwing]:
    """Those of *rijen* by which a table supports a thread of its stelling; a tegenstem is no support."""
    return rijen.filter(
        bijdrage__stelling=F("rode_draad__stelling"),
        bijdrage__deleted_at=None,
        bijdrage__bron=Bron.TAFEL,
        bijdrage__tafel__isnull=False,
    ).exclude(rol=TEGENSTEM)


def tafels_of_draad(draad: RodeDraad) -> tuple[int, ...]:
    """The numbers of the tables that support a thread of a stelling, in order. One query."""
    rijen = supporting(Onderbouwing.objects.filter(rode_draad=draad))
    return tuple(sorted(set(rijen.values_list("bijdrage__tafel__nummer", flat=True))))


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
    """As ``more_like_bijdragen``, for the notes that are in *draad*; none for a thread of no stelling."""

    def is_eigen(bijdrage: Bijdrage) -> bool:
        rij = getattr(bijdrage, "onderbouwing", None)
        return rij is not None and rij.rode_draad_id == draad.pk

    return _more_like(draad.stelling, is_eigen) if draad.stelling else []


def more_like_bijdragen(stelling: Stelling, bijdragen: Collection[Any]) -> list[Bijdrage]:
    """Notes of tables about *stelling* other than those with these pks, most like them first; at most ``MORE_MAX``.

    Each with its ``onderbouwing`` and the thread that it is in. Two queries, or four when the words are learnt anew.
    """
    return _more_like(stelling, lambda bijdrage: bijdrage.pk in bijdragen)


def _more_like(stelling: Stelling, is_eigen: Callable[[Bijdrage], bool]) -> list[Bijdrage]:
    from synthesis.drafting.lexical import more_like  # numpy: only when somebody asks

    bijdragen = {
        str(bijdrage.pk): bijdrage
        for bijdrage in Bijdrage.objects.present()
        .of_tables()
        .filter(stelling=stelling)
        .select_related("tafel", "onderbouwing__rode_draad")
        .order_by("pk")
    }
    eigen = [pk for pk, bijdrage in bijdragen.items() if is_eigen(bijdrage)]
    if not eigen:
        return []
    volgorde = more_like(kept_corpus_of(stelling.diner), notities_of(bijdragen.values()), eigen)
    return [bijdragen[pk] for pk in volgorde[:MORE_MAX]]
