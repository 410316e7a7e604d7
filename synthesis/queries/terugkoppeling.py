"""What guests read afterwards: the threads of their diner, and where the notes of their own table came to stand.

Whatever names a guest, or holds an e-mail address, stays off these pages, as it stays off the handout. Who may read what and
why: ``docs/decisions/0021-terugkoppeling.md``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, QuerySet

from capture.models import Bijdrage
from sessions.models import Diner, Gast, Plaats, Stelling, Tafel
from synthesis.models import Onderbouwing, Onderbouwingsrol, RodeDraad, Terugkoppeling, Vervolg
from synthesis.queries.handout import naming
from synthesis.queries.werkbank import Draadkaart, carried, kaart_met
from synthesis.redactie import strip_refs

MIN_GASTEN = MIN_NOTITIES = 3
"""At a smaller table, or with fewer notes, one note is about one person: then no note of it is shown."""


@dataclass(frozen=True, slots=True)
class Gastkaart:
    """A thread as guests read it: without the references to notes."""

    draad: RodeDraad
    titel: str
    tekst: str
    spanning: tuple[str, str] | None
    kernvraag: str
    breedte: str
    """In words, with a capital; empty when no table supports it (any more)."""
    tafels: int
    besproken: int


@dataclass(frozen=True, slots=True)
class Gaststelling:
    stelling: Stelling
    kaarten: tuple[Gastkaart, ...]


class Plek(StrEnum):
    """Where a note came to stand, as far as its table may know."""

    DRAAD = "draad"
    QUOTE = "quote"
    TEGEN = "tegen"
    BEZIG = "bezig"
    """In a thread that guests may not read yet: not even its title."""
    OPZIJ = "opzij"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Inbrengregel:
    """One note of the table."""

    bijdrage: Bijdrage
    tekst: str
    """Empty when it names a guest: then it only says where it stands."""
    plek: Plek
    kaart: Gastkaart | None = None
    reden: str = ""


@dataclass(frozen=True, slots=True)
class Inbreng:
    """Every note of one table, each once; ``te_klein``: none of them, for they would be about one person."""

    tafel: Tafel
    te_klein: bool
    per_stelling: tuple[tuple[Stelling | None, tuple[Inbrengregel, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Terugblad:
    """Everything on the page of the guests."""

    diner: Diner
    stellingen: tuple[Gaststelling, ...]
    inbreng: Inbreng | None
    vervolg: tuple[Vervolg, ...]

    @property
    def kaarten(self) -> tuple[Gastkaart, ...]:
        return tuple(kaart for blok in self.stellingen for kaart in blok.kaarten)


def terugblad_of(terug: Terugkoppeling, tafel: Tafel | None = None) -> Terugblad:
    """What the guests of *tafel* (None: of the whole diner) read; the diner is loaded. Six queries, two more for a table."""
    diner = terug.diner
    noemt = naming(Gast.objects.filter(diner=diner).values_list("naam", flat=True))
    stellingen = tuple(
        Gaststelling(stelling, tuple(kaart for kaart in kaarten if not names_someone(kaart.draad, noemt)))
        for stelling, kaarten in _released(diner)
    )
    return Terugblad(
        diner=diner,
        stellingen=stellingen,
        inbreng=_inbreng_of(tafel, stellingen, noemt) if tafel else None,
        vervolg=tuple(terug.vervolg.all()) if terug.pk else (),
    )


def names_someone(draad: RodeDraad, noemt: Callable[[str], bool]) -> bool:
    """Does anything of *draad* that guests would read name one of them?"""
    velden = (draad.titel, draad.tekst, draad.pool_a, draad.pool_b, draad.kernvraag)
    return noemt("\n".join(strip_refs(veld) for veld in velden))


def draden_by_stelling(draden: QuerySet[RodeDraad]) -> dict[int | None, list[RodeDraad]]:
    """Threads of stellingen with what carries them, in order, by the id of their stelling. Two queries."""
    per_stelling: dict[int | None, list[RodeDraad]] = defaultdict(list)
    for draad in carried(draden.filter(stelling__isnull=False)):
        per_stelling[draad.stelling_id].append(draad)
    return per_stelling


def _released(diner: Diner) -> Iterable[tuple[Stelling, list[Gastkaart]]]:
    """Four queries."""
    draden = draden_by_stelling(RodeDraad.objects.filter(diner=diner, gastdraad__isnull=False))
    besproken = discussed(diner)
    for stelling in diner.stellingen.order_by("nummer"):
        yield (
            stelling,
            [_as_guests_read(kaart_met(d, besproken.get(stelling.pk, 0))) for d in draden[stelling.pk]],
        )


def discussed(diner: Diner) -> dict[int | None, int]:
    """How many tables talked about each stelling, by its pk. One query."""
    notities = diner.bijdragen.present().of_tables().order_by()
    return dict(notities.values_list("stelling").annotate(tafels=Count("tafel", distinct=True)))


def _as_guests_read(kaart: Draadkaart) -> Gastkaart:
    draad = kaart.draad
    return Gastkaart(
        draad,
        titel=strip_refs(draad.titel),
        tekst=strip_refs(draad.tekst),
        spanning=(strip_refs(draad.pool_a), strip_refs(draad.pool_b)) if draad.has_spanning else None,
        kernvraag=strip_refs(draad.kernvraag),
        breedte=kaart.breedte if kaart.tafels else "",
        tafels=len(kaart.tafels),
        besproken=kaart.besproken,
    )


# --- one table ------------------------------------------------------------------------------------------------------------


def _inbreng_of(tafel: Tafel, stellingen: tuple[Gaststelling, ...], noemt: Callable[[str], bool]) -> Inbreng:
    notities = list(
        Bijdrage.objects.present()
        .of_tables()
        .filter(tafel=tafel)
        .select_related("onderbouwing__rode_draad")
        .order_by("created_at", "pk")
    )
    if len(notities) < MIN_NOTITIES or _fewest_guests(tafel) < MIN_GASTEN:
        return Inbreng(tafel, te_klein=True)
    leesbaar = {kaart.draad.pk: kaart for blok in stellingen for kaart in blok.kaarten}
    per_stelling: dict[int | None, list[Inbrengregel]] = defaultdict(list)
    for notitie in notities:
        per_stelling[notitie.stelling_id].append(_landed(notitie, leesbaar, noemt))
    volgorde: list[Stelling | None] = [*(blok.stelling for blok in stellingen), None]
    plekken = [(een, tuple(per_stelling[een.pk if een else None])) for een in volgorde]
    return Inbreng(tafel, te_klein=False, per_stelling=tuple(plek for plek in plekken if plek[1]))


def _fewest_guests(tafel: Tafel) -> int:
    """Of any talk at this table, as far as anybody wrote down who sat there."""
    geplaatst = Plaats.objects.filter(tafel=tafel, gast__afgemeld=False).order_by()
    zaten = geplaatst.values_list("ronde").annotate(aantal=Count("pk"))
    aantallen: list[int] = [tafel.aantal_gasten, *(aantal for _, aantal in zaten)]
    return min(aantallen)


def _landed(notitie: Bijdrage, leesbaar: dict[int, Gastkaart], noemt: Callable[[str], bool]) -> Inbrengregel:
    tekst = "" if noemt(notitie.tekst) else notitie.tekst
    rij: Onderbouwing | None = getattr(notitie, "onderbouwing", None)
    if rij is None:
        return Inbrengregel(notitie, tekst, Plek.OPEN)
    if rij.rode_draad is None:
        return Inbrengregel(notitie, tekst, Plek.OPZIJ, reden="" if noemt(rij.reden) else rij.reden)
    if rij.rode_draad.stelling_id != notitie.stelling_id:  # it moved since: that place means nothing any more
        return Inbrengregel(notitie, tekst, Plek.OPEN)
    kaart = leesbaar.get(rij.rode_draad.pk)
    if kaart is None:
        return Inbrengregel(notitie, tekst, Plek.BEZIG)
    bijzonder = {Onderbouwingsrol.QUOTE.value: Plek.QUOTE, Onderbouwingsrol.TEGENSTEM.value: Plek.TEGEN}
    return Inbrengregel(notitie, tekst, bijzonder.get(rij.rol, Plek.DRAAD), kaart)
