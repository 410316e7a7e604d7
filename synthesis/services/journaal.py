"""The journal of the werkbank: what a step changed, before and after, so that it can be taken back and done again.

A step reads what it touches, changes it, reads it again and keeps the difference. Taking back puts the difference back, when
everything in it is still as the step left it: nobody's work is undone by somebody else.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.text import Truncator

from capture.models import Bijdrage
from denkdiner.errors import Conflict
from denkdiner.live import Event, diner_group, publish
from sessions.models import Diner, Gebruiker, Stelling
from synthesis.models import (
    Draadstatus,
    Handeling,
    HandelingQuerySet,
    Handelingsoort,
    Minderheid,
    Onderbouwing,
    RodeDraad,
)
from synthesis.queries import LOS, OPZIJ, next_redo, next_undo, plek_of
from synthesis.services.dragers import hand_over_dragers, take_back_dragers
from synthesis.services.minderheid import left_voices, lone_voices
from synthesis.services.stelling import keep_version, lock_stelling, review_again, store_draad
from synthesis.services.vrijgaven import give_back_vrijgaven, hand_over_vrijgave

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
"""Key in ``voor``: by thread that came back when the step was taken back, what ``_work_on`` gave then."""


class Bezet(Conflict):
    """Somebody else dealt with this note meanwhile."""


class _Anders(Exception):
    """It is not any more as the step left it; says why, as a Dutch sentence."""


# --- reading ---------------------------------------------------------------------------------------------------------


def places_of(notities: Iterable[uuid.UUID]) -> dict[str, Plaats]:
    """Where these notes are now. One query."""
    pks = list(notities)
    rijen = Onderbouwing.objects.filter(bijdrage__in=pks).values("bijdrage_id", *PLAATS)
    gevonden = {str(rij.pop("bijdrage_id")): rij for rij in rijen}
    return {str(pk): gevonden.get(str(pk)) for pk in pks}


def _fields_of(draad: RodeDraad) -> dict[str, Any]:
    return {naam: getattr(draad, naam) for naam in DRAAD} | {"weg": draad.verwijderd_at is not None}


def _stand(notities: Iterable[uuid.UUID], draden: Iterable[int]) -> Stand:
    rijen = RodeDraad.alle.filter(pk__in=draden)
    return {"notities": places_of(notities), "draden": {str(draad.pk): _fields_of(draad) for draad in rijen}}


def _work_on(draad: RodeDraad) -> list[Any]:
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
            _review_again(handeling, self.now, self.gebruiker)
            announce_stap(self.diner, self.stelling, draad)
        return handeling


def _review_again(handeling: Handeling, now: datetime, gebruiker: Gebruiker) -> None:
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


# --- taking back, doing again ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """What came of taking a step back, or of doing it again."""

    handeling: Handeling
    gelukt: bool
    """False: somebody changed the same after it; the step is passed over from now on."""
    melding: str


@transaction.atomic
def undo_handeling(
    *, gebruiker: Gebruiker, now: datetime, stelling: Stelling | None = None, diner: Diner | None = None
) -> Uitkomst | None:
    """Take back the last step of *gebruiker* that stands, of *stelling* or anywhere at *diner*; None when there is none.

    Notes go back exactly to where they were, threads come back with everything that hangs on them. A thread that the step
    began stays when somebody else did something with it. Words that anybody wrote since are never undone.
    """
    handeling = next_undo(_own(gebruiker, stelling, diner))
    return _turn(handeling, now, gebruiker, terug=True) if handeling else None


@transaction.atomic
def redo_handeling(*, gebruiker: Gebruiker, now: datetime, stelling: Stelling) -> Uitkomst | None:
    """Do again what *gebruiker* took back last on the werkbank of *stelling*; None when there is nothing.

    As long as this person did nothing new since, and everything is as it was before the step.
    """
    eigen = _own(gebruiker, stelling, None)
    handeling = next_redo(eigen, next_undo(eigen))
    return _turn(handeling, now, gebruiker, terug=False) if handeling else None


def _own(gebruiker: Gebruiker, stelling: Stelling | None, diner: Diner | None) -> HandelingQuerySet:
    # one step at a time, also from two tabs
    Gebruiker.objects.select_for_update(no_key=True).get(pk=gebruiker.pk)
    waar = {"stelling": stelling} if stelling is not None else {"diner": diner}
    return Handeling.objects.filter(gebruiker=gebruiker, **waar)


def _turn(handeling: Handeling, now: datetime, gebruiker: Gebruiker, *, terug: bool) -> Uitkomst:
    lock_notities(handeling.stelling_id, handeling.na["notities"])
    try:
        _Wissel(handeling, now, gebruiker, terug=terug).run()
    except _Anders as anders:
        handeling.passed_at = now
        handeling.save(update_fields=["passed_at"])
        rest = "Deze stap blijft staan; de volgende keer de stap ervoor." if terug else "Deze stap vervalt."
        return Uitkomst(handeling, False, f"{anders} {rest}")
    handeling.undone_at = now if terug else None
    if not terug:
        handeling.at = now
    handeling.save()
    _review_again(handeling, now, gebruiker)
    announce_stap(handeling.diner_id, handeling.stelling_id)
    woord = "Ongedaan gemaakt" if terug else "Opnieuw gedaan"
    return Uitkomst(handeling, True, f"{woord}: {handeling.wat}.")


class _Wissel:
    """From one side of a step to the other: everything is checked before anything changes."""

    def __init__(self, handeling: Handeling, now: datetime, gebruiker: Gebruiker, *, terug: bool) -> None:
        self.handeling, self.now, self.gebruiker, self.terug = handeling, now, gebruiker, terug
        self.terugstand: dict[str, Any] = handeling.voor.get(TERUGSTAND, {})
        self.van: Stand = handeling.na if terug else handeling.voor
        self.naar: Stand = handeling.voor if terug else handeling.na
        pks = {int(pk) for pk in self.van["draden"]}
        pks |= {plaats["rode_draad_id"] for plaats in self.naar["notities"].values() if plaats} - {None}
        pks |= {velden.get("opgegaan_in_id") for velden in self.naar["draden"].values()} - {None}
        self.draden = {draad.pk: draad for draad in RodeDraad.alle.filter(pk__in=pks)}

    def run(self) -> None:
        self._check_notities()
        self._check_draden()
        self._check_doelen()
        self._check_minderheid()
        self._put()

    # --- is it as it was left?

    def _check_notities(self) -> None:
        pks = [uuid.UUID(pk) for pk in self.van["notities"]]
        nu, bijdragen = places_of(pks), Bijdrage.objects.in_bulk(pks)
        for pk, verwacht in list(self.van["notities"].items()):
            bijdrage = bijdragen.get(uuid.UUID(pk))
            if bijdrage is None or bijdrage.stelling_id != self.handeling.stelling_id:
                if self._may_stay(pk):
                    continue
                raise _Anders(
                    "De tafel heeft een notitie van deze stap intussen bij een andere stelling gezet."
                )
            if self._same_place(nu[pk], verwacht, self.naar["notities"][pk]):
                continue
            if not self._may_stay(pk):
                naam = short(bijdrage.tekst) if len(pks) > 1 else "deze notitie"
                diner, niet = self.handeling.diner_id, self.handeling.pk
                raise _Anders(who_moved(bijdrage.pk, diner, self.gebruiker, naam=naam, niet=niet))

    def _may_stay(self, pk: str) -> bool:
        """A deleted thread comes back without the notes that found another place since: better than not at all."""
        if not (self.terug and self.handeling.soort == Handelingsoort.VERWIJDER):
            return False
        del self.van["notities"][pk], self.naar["notities"][pk]
        return True

    @staticmethod
    def _same_place(nu: Plaats, verwacht: Plaats, naar: Plaats) -> bool:
        """Order counts only when the step was about nothing else; who placed it does not count."""
        if nu is None or verwacht is None:
            return nu is verwacht
        velden = ["rode_draad_id", "rol", "pool", "reden"]
        if naar is not None and all(verwacht[veld] == naar[veld] for veld in velden):
            velden.append("volgorde")
        return all(nu[veld] == verwacht[veld] for veld in velden)

    def _check_draden(self) -> None:
        for pk, verwacht in list(self.van["draden"].items()):
            draad = self.draden.get(int(pk))
            if draad is None:
                raise _Anders(who_took(int(pk)))
            nu = _fields_of(draad)
            anders = {naam for naam, waarde in verwacht.items() if nu[naam] != waarde}
            if self.terug and self.handeling.begon == draad.pk and not nu["weg"]:
                if anders & set(INHOUD) or self._in_use(draad):
                    del self.van["draden"][pk], self.naar["draden"][pk]
            elif anders - ({"volgorde"} if "weg" in verwacht else set()):
                raise _Anders(self._who_wrote(draad, weg=nu["weg"]))

    def _in_use(self, draad: RodeDraad) -> bool:
        """Somebody put something else in a thread that the step began, or hung something on it."""
        anders = draad.onderbouwingen.exclude(bijdrage__in=list(self.van["notities"]))
        if anders.exists() or draad.draagt.exists() or draad.vrijgaven.live().exists():
            return True
        return _work_on(draad) != [Draadstatus.CONCEPT, 0, 0, 0, 0]

    def _who_wrote(self, draad: RodeDraad, *, weg: bool) -> str:
        if weg and not self.van["draden"][str(draad.pk)].get("weg", False):
            return who_took(draad.pk)
        if draad.updated_by_id == self.gebruiker.pk:
            return f"Je hebt “{draad.titel}” daarna zelf nog gewijzigd."
        return f"{draad.updated_by or 'Iemand anders'} heeft “{draad.titel}” intussen gewijzigd."

    def _check_doelen(self) -> None:
        """Where notes go is there, and what is put away holds nothing."""
        doelen = {plaats["rode_draad_id"] for plaats in self.naar["notities"].values() if plaats}
        doelen |= {velden.get("opgegaan_in_id") for velden in self.naar["draden"].values()}
        for doel in doelen - {None}:
            if doel not in self.draden or not self._present_after(self.draden[doel]):
                raise _Anders(who_took(doel))
        for pk in self.van["draden"]:
            draad = self.draden[int(pk)]
            if draad.verwijderd_at is None and not self._present_after(draad):
                over = rows_in(draad.pk, draad.stelling_id).exclude(bijdrage__in=list(self.naar["notities"]))
                if over.exists():
                    raise _Anders(f"Er staan intussen andere notities in “{draad.titel}”.")
                if self.terugstand.get(pk) not in (None, _work_on(draad)):
                    raise _Anders(f"Er is intussen aan “{draad.titel}” verder gewerkt.")

    def _present_after(self, draad: RodeDraad) -> bool:
        weg = self.naar["draden"].get(str(draad.pk), {}).get("weg", draad.verwijderd_at is not None)
        return not weg

    def _check_minderheid(self) -> None:
        if not self.terug and self._lone_voices() and not self.handeling.minderheden.exists():
            raise _Anders("Hier is nu één tafel die dit als enige zei: doe de stap zelf, en zeg waarom.")

    def _lone_voices(self) -> list[tuple[RodeDraad, int]]:
        if self.handeling.soort in (Handelingsoort.SAMEN, Handelingsoort.VERWIJDER):
            van = next(d for d in self.draden.values() if not self._present_after(d))
            return lone_voices(van, self.draden.get(self.naar["draden"][str(van.pk)]["opgegaan_in_id"] or 0))
        if self.handeling.soort not in VERLATEN:
            return []
        notities = [uuid.UUID(pk) for pk in self.naar["notities"]]
        samen = notities if self.handeling.soort == Handelingsoort.NIEUW else []
        return left_voices(leaving(self.van["notities"], self.naar["notities"]), self.gebruiker, samen)

    # --- then so be it

    def _put(self) -> None:
        gaan = [pk for pk, velden in self.naar["draden"].items() if velden.get("weg")]
        for pk in self.naar["draden"].keys() - set(gaan):
            self._put_draad(self.draden[int(pk)], self.naar["draden"][pk])
        put_places({uuid.UUID(notitie): plaats for notitie, plaats in self.naar["notities"].items()})
        self._put_dragers(gaan)
        self._put_vrijgaven(gaan)
        self._keep_terugstand()
        Minderheid.objects.filter(handeling=self.handeling).update(vervallen=self.terug)

    def _put_draad(self, draad: RodeDraad, velden: dict[str, Any]) -> None:
        """Back to earlier fields, never to an earlier version: whoever has it open is told."""
        if not velden.keys() - {"volgorde"}:
            RodeDraad.alle.filter(pk=draad.pk).update(**velden)
            return
        if velden.keys() & set(INHOUD):
            keep_version(draad=draad, now=self.now, gebruiker=self.gebruiker)
        for naam in velden.keys() & set(DRAAD):
            setattr(draad, naam, velden[naam])
        if "weg" in velden:
            draad.verwijderd_at = draad.opgegaan_in = None
        draad.version += 1
        draad.updated_at, draad.updated_by = self.now, self.gebruiker
        store_draad(draad)

    def _keep_terugstand(self) -> None:
        """Of threads that come back: so that they are not put away once more with what people do with them from now on."""
        if self.terug:
            komen = [pk for pk, velden in self.naar["draden"].items() if velden.get("weg") is False]
            self.handeling.voor[TERUGSTAND] = {pk: _work_on(self.draden[int(pk)]) for pk in komen}

    def _put_dragers(self, gaan: list[str]) -> None:
        wie: dict[str, Any] = {"now": self.now, "gebruiker": self.gebruiker}
        take_back_dragers(rijen=self.handeling.na.pop("dragers", {}).get("rijen", []), **wie)
        for pk in gaan:
            naar = self.draden.get(self.naar["draden"][pk].get("opgegaan_in_id") or 0)
            if naar is not None:
                rijen = hand_over_dragers(van=self.draden[int(pk)], naar=naar, **wie)
                self.handeling.na["dragers"] = {"rijen": rijen}

    def _put_vrijgaven(self, gaan: list[str]) -> None:
        if self.terug:
            give_back_vrijgaven(self.handeling.na.pop("vrijgaven", {}).get("rijen", []))
        rijen: list[list[int]] = []
        for pk in gaan:
            draad = self.draden[int(pk)]
            naar = RodeDraad.objects.filter(pk=self.naar["draden"][pk].get("opgegaan_in_id")).first()
            rijen += put_away(draad, naar, self.now)
        if rijen:
            self.handeling.na["vrijgaven"] = {"rijen": rijen}
