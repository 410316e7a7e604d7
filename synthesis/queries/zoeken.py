"""Searching all notes and threads of a reeks. What it looks in is kept by ``services.refresh_zoekregels``."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from capture.models import Bijdrage
from sessions.models import Reeks
from synthesis.models import Draadstatus, RodeDraad
from synthesis.queries.inbox import LOS, OPZIJ
from synthesis.zoektaal import Stuk, Vraag, as_fts5, as_tsquery, marked

GEPLAATST = "geplaatst"
PAGINA = 30
"""Results on one page."""
DRADEN_VOORAF = 4
"""Threads above the notes; the others are one click away."""
VEEL = 2000
"""Notes found from which it is faster to look a note up among them than to look all of them up."""
FRAGMENT = 420
"""Characters of a longer text that are shown."""

Stukken = tuple[Stuk, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search; an empty value does not."""

    wat: str = ""
    """"notities" or "draden"."""
    diner: int | None = None
    stelling: int | None = None
    """By their numbers; stelling 0: about none."""
    soort: str = ""
    tafel: int | None = None
    horizon: str = ""
    letterlijk: bool = False
    plek: str = ""
    """``GEPLAATST``, ``LOS`` or ``OPZIJ``."""

    @property
    def narrow(self) -> bool:
        """Anything that leaves out notes before they are looked through?"""
        return bool(self.diner is not None or self.stelling is not None or self.of_notities)

    @property
    def of_notities(self) -> bool:
        """A thread has none of these, so none is found."""
        return bool(self.soort or self.tafel or self.horizon or self.letterlijk or self.plek)


@dataclass(frozen=True, slots=True)
class Raaknotitie:
    """A note that was found, marked, and where it is."""

    bijdrage: Bijdrage
    stukken: Stukken
    trefwoorden: tuple[Stukken, ...]
    draad: RodeDraad | None
    """Its thread, when it counts there: a place under another stelling is none."""
    is_opzij: bool


@dataclass(frozen=True, slots=True)
class Raakdraad:
    """A thread that was found, marked."""

    draad: RodeDraad
    titel: Stukken
    tekst: Stukken
    verder: tuple[Stukken, ...]
    """Its spanning and kernvraag, as far as what was asked stands in it."""


@dataclass(frozen=True, slots=True)
class Zoekresultaat:
    """What was found, a page of it, and how far it reaches."""

    draden: tuple[Raakdraad, ...] = ()
    notities: tuple[Raaknotitie, ...] = ()
    aantal_draden: int = 0
    aantal_notities: int = 0
    tafels: int = 0
    """Tables (of all diners together) and diners of the notes."""
    diners: int = 0
    pagina: int = 1
    paginas: int = 1
    eerste: int = 1
    """The number of the first note on this page."""

    @property
    def laatste(self) -> int:
        return self.eerste + len(self.notities) - 1


def search(
    reeks: Reeks, vraag: Vraag, filters: Filters, *, pagina: int = 1, alles: bool = True
) -> Zoekresultaat:
    """Notes and threads of *reeks*, in the order of the programme. Without *alles* only threads that are vastgesteld.

    At most five queries, however many are found; none when nothing is asked. A page that is not there is the last one.
    """
    if not vraag:
        return Zoekresultaat()
    notities = _notities(reeks, filters) if alles and filters.wat != "draden" else None
    draden = _draden(reeks, vraag, filters, alles=alles)
    telling = (
        _holding(notities, vraag, one_by_one=filters.narrow).aggregate(
            aantal=Count("pk"),
            tafels=Count("tafel", distinct=True),
            diners=Count("diner", distinct=True),
        )
        if notities is not None
        else {"aantal": 0, "tafels": 0, "diners": 0}
    )
    aantal_draden = draden.count() if draden is not None else 0
    totaal = telling["aantal"] if notities is not None else aantal_draden
    paginas = max(1, -(-totaal // PAGINA))
    pagina = max(1, min(pagina, paginas))
    eerste = (pagina - 1) * PAGINA
    if notities is None:
        van, tot = eerste, eerste + PAGINA
    else:
        van, tot = 0, DRADEN_VOORAF if pagina == 1 else 0
    return Zoekresultaat(
        draden=tuple(_raakdraad(draad, vraag) for draad in draden[van:tot])
        if draden is not None and aantal_draden and tot
        else (),
        notities=_page(
            _holding(notities, vraag, one_by_one=filters.narrow or totaal > VEEL), vraag, eerste, totaal
        )
        if notities is not None and totaal
        else (),
        aantal_draden=aantal_draden,
        aantal_notities=telling["aantal"],
        tafels=telling["tafels"],
        diners=telling["diners"],
        pagina=pagina,
        paginas=paginas,
        eerste=eerste + 1,
    )


def _found(vraag: Vraag, van: str) -> RawSQL:
    """The keys of the notes ("bijdrage_id") or the threads ("draad_id") that hold what was asked.

    Found first, whatever else narrows it: left to themselves both databases go through all notes and look at each.
    """
    if connection.vendor == "postgresql":
        waar, gevraagd = "synthesis_zoekregel WHERE vector @@ %s::tsquery", as_tsquery(vraag)
    else:
        index = "synthesis_zoekwoorden CROSS JOIN synthesis_zoekregel ON id = synthesis_zoekwoorden.rowid"
        waar, gevraagd = f"{index} WHERE synthesis_zoekwoorden MATCH %s", as_fts5(vraag)
    return RawSQL(  # noqa: S611 - no input but the question, and that is a parameter
        f"WITH gevonden AS MATERIALIZED (SELECT {van} FROM {waar} AND {van} IS NOT NULL) "  # noqa: S608
        f"SELECT {van} FROM gevonden",
        [gevraagd],
    )


def _holding(notities: QuerySet[Bijdrage], vraag: Vraag, *, one_by_one: bool) -> QuerySet[Bijdrage]:
    """Those of *notities* that hold what was asked.

    SQLite takes 50 ms to bring the keys of 25,000 notes in order and look them all up. With *one_by_one* it goes through
    *notities* and looks each up among the numbers of the lines that were found: faster when those notes are few, or many
    were found.
    """
    if not one_by_one or connection.vendor != "sqlite":
        return notities.filter(pk__in=_found(vraag, "bijdrage_id"))
    gevonden = RawSQL(
        "SELECT rowid FROM synthesis_zoekwoorden WHERE synthesis_zoekwoorden MATCH %s", [as_fts5(vraag)]
    )
    # + 0 (and so no zoekregel__in): for a bare number SQLite may look at all that were found for each note, for a minute
    return notities.alias(regel=F("zoekregel__pk") + 0).filter(regel__in=gevonden)


def _notities(reeks: Reeks, filters: Filters) -> QuerySet[Bijdrage]:
    """All of *reeks* that *filters* leave."""
    gevonden: QuerySet[Bijdrage] = Bijdrage.objects.present().filter(diner__reeks=reeks)
    geplaatst = Q(onderbouwing__rode_draad__stelling=F("stelling"))
    opzij = Q(onderbouwing__isnull=False, onderbouwing__rode_draad=None)
    waar: dict[str, Any] = {}
    if filters.diner is not None:
        waar["diner__nummer"] = filters.diner
    if filters.stelling is not None:
        waar |= {"stelling__nummer": filters.stelling} if filters.stelling else {"stelling": None}
    if filters.tafel is not None:
        waar["tafel__nummer"] = filters.tafel
    waar |= {
        naam: waarde for naam in ("soort", "horizon", "letterlijk") if (waarde := getattr(filters, naam))
    }
    gevonden = gevonden.filter(**waar)
    if filters.plek == GEPLAATST:
        return gevonden.filter(geplaatst)
    if filters.plek == OPZIJ:
        return gevonden.filter(opzij)
    return gevonden.exclude(geplaatst).exclude(opzij) if filters.plek == LOS else gevonden


def _draden(reeks: Reeks, vraag: Vraag, filters: Filters, *, alles: bool) -> QuerySet[RodeDraad] | None:
    if filters.wat == "notities" or (alles and filters.of_notities):
        return None
    draden = RodeDraad.objects.filter(pk__in=_found(vraag, "draad_id"), reeks=reeks)
    if not alles:
        draden = draden.filter(status=Draadstatus.VASTGESTELD)
    if filters.diner is not None:
        draden = draden.filter(diner__nummer=filters.diner)
    if filters.stelling is not None:
        draden = draden.filter(stelling__nummer=filters.stelling)
    volgorde = F("diner__nummer").asc(nulls_first=True), F("stelling__nummer").asc(nulls_first=True)
    return draden.select_related("diner", "stelling").order_by(*volgorde, "volgorde", "pk")


def _page(notities: QuerySet[Bijdrage], vraag: Vraag, eerste: int, totaal: int) -> tuple[Raaknotitie, ...]:
    """In the order of the programme; what is about no stelling comes last of its diner."""
    volgorde = F("diner__nummer"), F("stelling__nummer").asc(nulls_last=True), "created_at", "pk"
    # first which ones: a sort of thousands of whole rows takes four times as long
    gesorteerd = notities.order_by(*volgorde).values_list("pk", flat=True)
    if eerste > totaal // 2:  # a sort costs as much as it has to skip: from the end that is nearest
        tot = totaal - eerste
        pks = list(gesorteerd.reverse()[max(0, tot - PAGINA) : tot])[::-1]
    else:
        pks = list(gesorteerd[eerste : eerste + PAGINA])
    rijen = Bijdrage.objects.select_related("tafel", "diner", "stelling", "onderbouwing__rode_draad").in_bulk(
        pks
    )
    return tuple(_raaknotitie(rijen[pk], vraag) for pk in pks if pk in rijen)


def _raaknotitie(bijdrage: Bijdrage, vraag: Vraag) -> Raaknotitie:
    rij = getattr(bijdrage, "onderbouwing", None)
    draad = rij.rode_draad if rij is not None else None
    return Raaknotitie(
        bijdrage=bijdrage,
        stukken=marked(bijdrage.tekst, vraag, hooguit=FRAGMENT),
        trefwoorden=tuple(marked(woord, vraag) for woord in bijdrage.trefwoorden),
        draad=draad
        if draad is not None and draad.stelling_id is not None and draad.stelling_id == bijdrage.stelling_id
        else None,
        is_opzij=rij is not None and draad is None,
    )


def _raakdraad(draad: RodeDraad, vraag: Vraag) -> Raakdraad:
    spanning = f"{draad.pool_a} ↔ {draad.pool_b}" if draad.has_spanning else ""
    verder = (marked(tekst, vraag, hooguit=FRAGMENT) for tekst in (spanning, draad.kernvraag))
    return Raakdraad(
        draad=draad,
        titel=marked(draad.titel, vraag),
        tekst=marked(draad.leestekst, vraag, hooguit=FRAGMENT),
        verder=tuple(stukken for stukken in verder if any(stuk.raak for stuk in stukken)),
    )
