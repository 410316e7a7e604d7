"""A step taken back, or done again: everything is checked before anything changes."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from capture.models import Bijdrage
from sessions.models import Diner, Gebruiker, Stelling
from synthesis.models import (
    Draadstatus,
    Handeling,
    HandelingQuerySet,
    Handelingsoort,
    Minderheid,
    RodeDraad,
)
from synthesis.queries import next_redo, next_undo
from synthesis.services.dragers import hand_over_dragers, take_back_dragers
from synthesis.services.journaal import (
    DRAAD,
    INHOUD,
    TERUGSTAND,
    VERLATEN,
    Plaats,
    Stand,
    announce_stap,
    fields_of,
    leaving,
    lock_notities,
    places_of,
    put_away,
    put_places,
    review_step,
    rows_in,
    short,
    who_moved,
    who_took,
    work_on,
)
from synthesis.services.minderheid import left_voices, lone_voices
from synthesis.services.stelling import keep_version, store_draad
from synthesis.services.vrijgaven import give_back_vrijgaven


class _Anders(Exception):
    """It is not any more as the step left it; says why, as a Dutch sentence."""


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
    review_step(handeling, now, gebruiker)
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
            nu = fields_of(draad)
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
        return work_on(draad) != [Draadstatus.CONCEPT, 0, 0, 0, 0]

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
                if self.terugstand.get(pk) not in (None, work_on(draad)):
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
            self.handeling.voor[TERUGSTAND] = {pk: work_on(self.draden[int(pk)]) for pk in komen}

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
