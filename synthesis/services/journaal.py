"""The journal of the werkbank: what a step changed, before and after, so that it can be taken back and done again.

A step reads what it touches, changes it, reads it again and keeps the difference. Taking back puts the difference back, when
everything in it is still as the step left it: nobody's work is undone by somebody else.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.text import Truncator

from capture.models import Bijdrage
from denkdiner.errors import Conflict
from denkdiner.live import Event, diner_group, publish
from sessions.models import Gebruiker
from synthesis.models import (
    Handeling,
    Handelingsoort,
    Onderbouwing,
    RodeDraad,
)
from synthesis.queries import LOS, OPZIJ, plek_of
from synthesis.services.stelling import lock_stelling, review_again
from synthesis.services.vrijgaven import hand_over_vrijgave

Plaats = dict[str, Any] | None
"""Where a note is, as JSON: the fields of its Onderbouwing; None when it is loose."""
Stand = dict[str, dict[str, Any]]
"""Places of notes and fields of threads, as JSON."""
PLAATS = ("rode_draad_id", "rol", "pool", "reden", "volgorde", "door_mens")
INHOUD = ("titel", "tekst", "pool_a", "pool_b", "kernvraag")
"""Not the status: what was vastgesteld is looked at again before it is so once more."""
VERLATEN = (Handelingsoort.PLAATS, Handelingsoort.NIEUW, Handelingsoort.OPZIJ, Handelingsoort.LOS)
"""Steps by which the last note may leave a thread; what is split off was not all of it, and stays together."""
DRAAD = (*INHOUD, "volgorde", "opgegaan_in_id")
TERUGSTAND = "terugstand"
"""Key in ``voor``: by thread that came back when the step was taken back, what ``work_on`` gave then."""


class Bezet(Conflict):
    """Somebody else dealt with this note meanwhile."""


# --- reading ---------------------------------------------------------------------------------------------------------


def places_of(notities: Iterable[uuid.UUID]) -> dict[str, Plaats]:
    """Where these notes are now. One query."""
    pks = list(notities)
    rijen = Onderbouwing.objects.filter(bijdrage__in=pks).values("bijdrage_id", *PLAATS)
    gevonden = {str(rij.pop("bijdrage_id")): rij for rij in rijen}
    return {str(pk): gevonden.get(str(pk)) for pk in pks}


def fields_of(draad: RodeDraad) -> dict[str, Any]:
    return {naam: getattr(draad, naam) for naam in DRAAD} | {"weg": draad.verwijderd_at is not None}


def _stand(notities: Iterable[uuid.UUID], draden: Iterable[int]) -> Stand:
    rijen = RodeDraad.alle.filter(pk__in=draden)
    return {"notities": places_of(notities), "draden": {str(draad.pk): fields_of(draad) for draad in rijen}}


def work_on(draad: RodeDraad) -> list[Any]:
    """What people did with a thread beside its words and notes, as JSON: its status, and how much hangs on it. One query."""
    hangt = [
        Count(naam, distinct=True) for naam in ("opmerkingen", "aanvaardingen", "gastdraad", "gastantwoorden")
    ]
    return list(RodeDraad.alle.filter(pk=draad.pk).values_list("status", *hangt).get())


def _difference(voor: Stand, na: Stand) -> tuple[Stand, Stand]:
    """Only what changed; of a thread that came or went everything, so that later words in it are noticed."""
    notities = [pk for pk, plaats in na["notities"].items() if voor["notities"].get(pk) != plaats]
    eerst: Stand = {"notities": {pk: voor["notities"][pk] for pk in notities}, "draden": {}}
    dan: Stand = {"notities": {pk: na["notities"][pk] for pk in notities}, "draden": {}}
    for pk, velden in na["draden"].items():
        oud = voor["draden"][pk]
        heel = oud["weg"] != velden["weg"]
        anders = [naam for naam in velden if heel or oud[naam] != velden[naam]]
        if anders:
            eerst["draden"][pk] = {naam: oud[naam] for naam in anders if naam in oud}
            dan["draden"][pk] = {naam: velden[naam] for naam in anders}
    return eerst, dan


# --- one step --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Stap:
    """A step that is being done, under the lock of its stelling: begun before anything changes, finished after."""

    soort: Handelingsoort
    diner: int
    stelling: int | None
    gebruiker: Gebruiker
    now: datetime
    notities: tuple[uuid.UUID, ...] = ()
    draden: tuple[int, ...] = ()
    begonnen: list[int] = field(default_factory=list)
    """Threads that the step itself began."""
    vrijgaven: list[list[int]] = field(default_factory=list)
    """As ``hand_over_vrijgave`` gives it."""
    dragers: list[int] = field(default_factory=list)
    """As ``hand_over_dragers`` gives it."""
    voor: Stand = field(init=False)

    def __post_init__(self) -> None:
        self.voor = _stand(self.notities, self.draden)

    def finish(self, wat: str, draad: int | None = None) -> Handeling:
        """Keep what changed and tell the others. When nothing did, the step is not stored (it has no pk)."""
        na = _stand(self.notities, (*self.draden, *self.begonnen))
        voor = {
            **self.voor,
            "draden": {**self.voor["draden"], **{str(pk): {"weg": True} for pk in self.begonnen}},
        }
        eerst, dan = _difference(voor, na)
        if self.vrijgaven:
            dan["vrijgaven"] = {"rijen": self.vrijgaven}
        if self.dragers:
            dan["dragers"] = {"rijen": self.dragers}
        handeling = Handeling(
            diner_id=self.diner,
            stelling_id=self.stelling,
            gebruiker=self.gebruiker,
            soort=self.soort,
            wat=wat,
            voor=eerst,
            na=dan,
            at=self.now,
        )
        if dan["notities"] or dan["draden"]:
            handeling.save()
            review_step(handeling, self.now, self.gebruiker)
            announce_stap(self.diner, self.stelling, draad)
        return handeling


def review_step(handeling: Handeling, now: datetime, gebruiker: Gebruiker) -> None:
    """Of the threads under which notes came or went, or do something else now."""
    plaatsen = [*handeling.voor["notities"].values(), *handeling.na["notities"].values()]
    geraakt = {plaats["rode_draad_id"] for plaats in plaatsen if plaats}
    review_again(draden=geraakt - {None}, now=now, gebruiker=gebruiker)


def announce_stap(diner: int, stelling: int | None, draad: int | None = None) -> None:
    """A step was done at *diner*: about its stelling, or about a note of none."""
    publish(Event.RODE_DRAAD_CHANGED, diner_group(diner), stelling=stelling, draad=draad)


def lock_notities(stelling: int | None, notities: Iterable[uuid.UUID | str]) -> None:
    """One person at a time; notes about no stelling by themselves, in one order: two people never wait in a ring."""
    if stelling is not None:
        lock_stelling(stelling)
    else:
        list(Bijdrage.objects.select_for_update(no_key=True).filter(pk__in=list(notities)).order_by("pk"))


def leaving(van: Mapping[str, Plaats], naar: Mapping[str, Plaats]) -> dict[int, set[uuid.UUID]]:
    """By thread, the notes that leave it when each goes from its place in *van* to that in *naar*."""
    weg: dict[int, set[uuid.UUID]] = {}
    for pk, plaats in van.items():
        uit, doel = (plek["rode_draad_id"] if plek else None for plek in (plaats, naar[pk]))
        if uit is not None and uit != doel:
            weg.setdefault(uit, set()).add(uuid.UUID(pk))
    return weg


def put_places(plaatsen: Mapping[uuid.UUID, Plaats]) -> None:
    """Let each note be exactly there. Two queries, however many notes."""
    Onderbouwing.objects.filter(
        bijdrage__in=[pk for pk, plaats in plaatsen.items() if plaats is None]
    ).delete()
    Onderbouwing.objects.bulk_create(
        [Onderbouwing(bijdrage_id=pk, **plaats) for pk, plaats in plaatsen.items() if plaats is not None],
        update_conflicts=True,
        unique_fields=["bijdrage"],
        update_fields=PLAATS,
    )


def put_away(draad: RodeDraad, naar: RodeDraad | None, now: datetime) -> list[list[int]]:
    """*draad* is gone from the board, merged into *naar* if given; what it had on the scherm goes along or ends."""
    vrijgaven = hand_over_vrijgave(van=draad, naar=naar, now=now)
    draad.verwijderd_at, draad.opgegaan_in = now, naar
    draad.version += 1
    draad.save(update_fields=["verwijderd_at", "opgegaan_in", "version"])
    return vrijgaven


def rows_in(draad: int, stelling: int | None) -> Any:
    """What carries a thread now, in order; a note that its table moved to another stelling is no part of it."""
    return Onderbouwing.objects.filter(rode_draad=draad, bijdrage__stelling=stelling).order_by(
        "volgorde", "pk"
    )


# --- in words --------------------------------------------------------------------------------------------------------


def who_moved(
    notitie: uuid.UUID, diner: int, gebruiker: Gebruiker, *, naam: str, niet: int | None = None
) -> str:
    """Who dealt with a note, and where it is since, for whoever was a moment later; *naam* is what it is called."""
    stappen = Handeling.objects.filter(diner=diner, na__notities__has_key=str(notitie)).exclude(pk=niet or 0)
    laatste = (
        stappen.annotate(wanneer=Coalesce("undone_at", "at"))
        .select_related("gebruiker")
        .order_by("-wanneer", "-pk")
        .first()
    )
    if laatste is not None and laatste.gebruiker_id == gebruiker.pk:
        return f"Je hebt {naam} zelf net verplaatst. Kijk nog eens waar ze staat."
    wie = str(laatste.gebruiker) if laatste else "Iemand anders"
    plaats = places_of([notitie])[str(notitie)]
    plek = plek_of(plaats["rode_draad_id"] if plaats else None, is_los=plaats is None)
    if plek == LOS:
        return f"{wie} heeft {naam} net weer losgemaakt."
    if plek == OPZIJ:
        return f"{wie} heeft {naam} net opzijgelegd."
    titel = RodeDraad.alle.filter(pk=plek).values_list("titel", flat=True).first()
    return f"{wie} zette {naam} net in “{titel}”."


def who_took(pk: int) -> str:
    """What became of a thread that is not there any more."""
    draad = RodeDraad.alle.filter(pk=pk).select_related("opgegaan_in").first()
    if draad is None:
        return "Deze rode draad bestaat niet meer: een nieuw voorstel kwam ervoor in de plaats."
    stappen = Handeling.objects.filter(stelling=draad.stelling_id, na__draden__has_key=str(pk))
    laatste = (
        stappen.annotate(wanneer=Coalesce("undone_at", "at"))
        .select_related("gebruiker")
        .order_by("-wanneer", "-pk")
        .first()
    )
    wie = str(laatste.gebruiker) if laatste else "Iemand anders"
    if draad.opgegaan_in is not None:
        return f"{wie} heeft “{draad.titel}” net samengevoegd met “{draad.opgegaan_in.titel}”."
    return f"{wie} heeft “{draad.titel}” net weggehaald."


def short(tekst: str) -> str:
    """The first words of a note."""
    return f"“{Truncator(tekst).chars(40)}”"
