"""What a thread's text may rest on, what is to be said about it, and what changed under it since it was written."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import F, Q, QuerySet

from capture.models import Bijdrage, Bron
from denkdiner.text import capital
from sessions.models import Diner, Gast, Gebruiker, Spreker, Stelling, Tafel
from synthesis.models import Aanvaarding, Bronstand, Draadversie, Onderbouwing, Onderbouwingsrol, RodeDraad
from synthesis.redactie import Bevinding, Notitie, Redactiebron, Stuk, check_velden, codes_of, compare, utf16

Json = dict[str, Any]
VELDEN = ("titel", "tekst", "pool_a", "pool_b", "kernvraag")
"""What a person writes of a thread."""
NAMEN = dict(zip(VELDEN, ("Titel", "Tekst", "De ene kant", "De andere kant", "Kernvraag"), strict=True))


# --- what lies under it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ondergrond:
    """What carries a thread: its notes, or those of the threads that carry it; and all that its text is held against."""

    rijen: tuple[Onderbouwing, ...]
    bron: Redactiebron
    codes: Mapping[str, str]
    """By the id of a note: how the text refers to it."""

    @property
    def breedte(self) -> str:
        """In words, with a capital: "De meeste tafels"."""
        return capital(self.bron.breedte)

    @property
    def tafels(self) -> tuple[int, ...]:
        """Numbers of the tables that support a thread of a stelling."""
        return tuple(
            sorted(
                {
                    rij.bijdrage.tafel.nummer
                    for rij in self.rijen
                    if rij.bijdrage is not None
                    and rij.bijdrage.tafel is not None
                    and rij.bijdrage.bron == Bron.TAFEL
                    and rij.rol != Onderbouwingsrol.TEGENSTEM
                }
            )
        )


def _noten(draad: RodeDraad) -> QuerySet[Onderbouwing]:
    """The placements of notes under *draad* or under the threads that carry it; a note in the bin, or moved, is none."""
    hier = (
        Q(rode_draad=draad)
        if draad.stelling_id
        else Q(rode_draad__draagt__rode_draad=draad, rode_draad__verwijderd_at=None)
    )
    return (
        Onderbouwing.objects.filter(
            hier, bijdrage__deleted_at=None, bijdrage__stelling=F("rode_draad__stelling")
        )
        .select_related("bijdrage__tafel", "rode_draad__stelling", "rode_draad__diner")
        .order_by(
            "rode_draad__diner__nummer",
            "rode_draad__stelling__nummer",
            "rode_draad__volgorde",
            "rode_draad_id",
            "volgorde",
            "pk",
        )
    )


def ondergrond_of(draad: RodeDraad) -> Ondergrond:
    """Everything under *draad* (its reeks is loaded). Eight queries at most, however many notes and guests."""
    rijen = tuple(_noten(draad))
    noten = [(rij, rij.bijdrage) for rij in rijen if rij.bijdrage is not None]
    if draad.stelling_id is not None:
        stellingen = Stelling.objects.filter(pk=draad.stelling_id)
    else:
        stellingen = Stelling.objects.filter(
            rode_draden__draagt__rode_draad=draad, rode_draden__verwijderd_at=None
        ).distinct()
    onder = list(stellingen.values_list("pk", "tekst", "diner__titel", "diner"))
    tafels = list(
        Tafel.objects.filter(diner__in={diner for *_, diner in onder})
        .order_by("pk")
        .values_list("nummer", flat=True)
    )
    gesproken = Bijdrage.objects.present().of_tables().filter(stelling__in=[pk for pk, *_ in onder])
    diners = Diner.objects.filter(reeks=draad.reeks_id).order_by("pk")
    van_reeks = Stelling.objects.filter(diner__reeks=draad.reeks_id).order_by("pk")
    bron = Redactiebron(
        notities=tuple(
            Notitie(
                kenmerk=bijdrage.pk.hex,
                tekst=bijdrage.tekst,
                tafel=bijdrage.tafel_id if bijdrage.bron == Bron.TAFEL else None,
                letterlijk=bijdrage.letterlijk,
                tegen=rij.rol == Onderbouwingsrol.TEGENSTEM,
            )
            for rij, bijdrage in noten
        ),
        besproken=gesproken.values("tafel").distinct().count(),
        tafels=len(tafels),
        horizonjaar=draad.reeks.horizonjaar,
        nummers={
            "diner": frozenset(diners.values_list("nummer", flat=True)),
            "stelling": frozenset(van_reeks.values_list("nummer", flat=True)),
            "tafel": frozenset(tafels),
        },
        bronteksten=(
            draad.reeks.titel,
            *(tekst for _, stelling, titel, _ in onder for tekst in (stelling, titel)),
        ),
        gasten=tuple(
            Gast.objects.filter(diner__reeks=draad.reeks_id).order_by("pk").values_list("naam", flat=True)
        ),
        sprekers=tuple(
            Spreker.objects.filter(reeks=draad.reeks_id).order_by("pk").values_list("naam", flat=True)
        ),
    )
    return Ondergrond(rijen, bron, codes_of(noot.kenmerk for noot in bron.notities))


# --- what is to be said about it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Oordeel:
    """A warning, and why it may stand if somebody said so."""

    bevinding: Bevinding
    aanvaarding: Aanvaarding | None
    van: int
    tot: int
    """Where its words stand as a browser counts."""

    @property
    def veldnaam(self) -> str:
        return NAMEN[self.bevinding.veld]

    @property
    def is_open(self) -> bool:
        return self.aanvaarding is None


def text_of(draad: RodeDraad | Draadversie) -> dict[str, str]:
    """What a person wrote of it, by field."""
    return {veld: getattr(draad, veld) for veld in VELDEN}


def oordelen_of(
    draad: RodeDraad, *, velden: Mapping[str, str] | None = None, ondergrond: Ondergrond | None = None
) -> list[Oordeel]:
    """The warnings about *velden*, or about *draad* as it is. One query, and those of ``ondergrond_of`` without one."""
    bron = (ondergrond or ondergrond_of(draad)).bron
    aanvaard = {
        rij.vingerafdruk: rij
        for rij in Aanvaarding.objects.filter(draad=draad).select_related("accepted_by").order_by("pk")
    }
    teksten = text_of(draad) if velden is None else velden
    plek = {veld: utf16(tekst) for veld, tekst in teksten.items()}
    return [
        Oordeel(een, aanvaard.get(een.vingerafdruk), plek[een.veld](een.begin), plek[een.veld](een.eind))
        for een in check_velden(teksten, bron)
    ]


# --- what changed under it ------------------------------------------------------------------------------------------------


class Bronsoort(StrEnum):
    """How a source differs from what it was when the text was saved."""

    GEWIJZIGD = "gewijzigd"
    VERWIJDERD = "verwijderd"
    WEG = "niet meer in deze rode draad"
    ERBIJ = "erbij gekomen"
    LETTERLIJK_AF = "niet meer letterlijk"
    ANDERE_ROL = "andere rol"


@dataclass(frozen=True, slots=True)
class Bronwijziging:
    """One source that changed; ``tekst`` is what it says now (or the title of a thread)."""

    soort: Bronsoort
    tekst: str
    bijdrage: str = ""


def _hash(tekst: str) -> str:
    if not tekst:  # of every source whose text nobody looks at yet
        return ""
    return hashlib.sha256(tekst.encode("utf-8", "replace")).hexdigest()[:16]


_RIJ = (
    "rode_draad_id",
    "bijdrage_id",
    "bijdrage__rev",
    "bijdrage__letterlijk",
    "rol",
    "draad_id",
    "draad__version",
    "draad__titel",
)


def _rows(draden: Iterable[int]) -> Iterable[Json]:
    geldig = Q(bijdrage__deleted_at=None, bijdrage__stelling=F("rode_draad__stelling"))
    rijen: Iterable[Json] = (
        Onderbouwing.objects.filter(
            Q(bijdrage=None, draad__verwijderd_at=None) | geldig, rode_draad__in=list(draden)
        )
        .order_by("volgorde", "pk")
        .values(*_RIJ)
    )
    return rijen


def _entry(rij: Json, tekst: str = "") -> tuple[str, list[Any]]:
    if rij["draad_id"] is not None:
        return f"draad-{rij['draad_id']}", [rij["draad__version"], rij["draad__titel"]]
    tegen = rij["rol"] == Onderbouwingsrol.TEGENSTEM
    return str(rij["bijdrage_id"]), [rij["bijdrage__rev"], _hash(tekst), rij["bijdrage__letterlijk"], tegen]


def bronnen_of(draden: Iterable[RodeDraad]) -> dict[int, Json]:
    """What lies under each of *draden* now, as ``Bronstand`` keeps it. Two queries."""
    bronnen: dict[int, Json] = {draad.pk: {} for draad in draden}
    rijen = list(_rows(bronnen))
    teksten = dict(
        Bijdrage.objects.filter(pk__in=[rij["bijdrage_id"] for rij in rijen]).values_list("pk", "tekst")
    )
    for rij in rijen:
        sleutel, stand = _entry(rij, teksten.get(rij["bijdrage_id"], ""))
        bronnen[rij["rode_draad_id"]][sleutel] = stand
    return bronnen


def stamp_of(bronnen: Json) -> str:
    """A short fingerprint of ``bronnen_of``, for a form: what its writer had before them."""
    return _hash(json.dumps(bronnen, sort_keys=True))


def bronnen_gewijzigd(draden: Iterable[RodeDraad]) -> dict[int, tuple[Bronwijziging, ...]]:
    """By thread what changed under it since its text was last saved; threads without a change, or never saved, are left out.

    Three queries at most, however many threads. A note of which only a trefwoord changed, say, is the same.
    """
    oud = dict(Bronstand.objects.filter(draad__in=list(draden)).values_list("draad_id", "bronnen"))
    nu: dict[int, dict[str, list[Any]]] = {pk: {} for pk in oud}
    for rij in _rows(oud):
        sleutel, waarde = _entry(rij)
        nu[rij["rode_draad_id"]][sleutel] = waarde
    anders = {
        pk: [s for s in {**oud[pk], **nu[pk]} if _seen(oud[pk].get(s)) != _seen(nu[pk].get(s))] for pk in oud
    }
    vraag = {s for sleutels in anders.values() for s in sleutels if not s.startswith("draad-")}
    noten = {str(noot.pk): noot for noot in Bijdrage.objects.filter(pk__in=vraag)} if vraag else {}
    gevonden = {
        pk: tuple(
            een for s in sleutels if (een := _wijziging(s, oud[pk].get(s), nu[pk].get(s), noten.get(s)))
        )
        for pk, sleutels in anders.items()
    }
    return {pk: wijzigingen for pk, wijzigingen in gevonden.items() if wijzigingen}


def _seen(stand: list[Any] | None) -> list[Any] | None:
    """All of it but the hash, which is only looked at when something else differs."""
    return stand if stand is None or len(stand) == 2 else [stand[0], *stand[2:]]


def _wijziging(
    sleutel: str, oud: list[Any] | None, nu: list[Any] | None, noot: Bijdrage | None
) -> Bronwijziging | None:
    if sleutel.startswith("draad-"):
        soort = Bronsoort.GEWIJZIGD if oud and nu else Bronsoort.ERBIJ if nu else Bronsoort.WEG
        return Bronwijziging(soort, (nu or oud or [0, ""])[1])
    tekst = noot.tekst if noot else ""
    if nu is None:
        weg = Bronsoort.VERWIJDERD if noot is None or noot.is_deleted else Bronsoort.WEG
        return Bronwijziging(weg, tekst, sleutel)
    if oud is None:
        return Bronwijziging(Bronsoort.ERBIJ, tekst, sleutel)
    if _hash(tekst) != oud[1]:
        return Bronwijziging(Bronsoort.GEWIJZIGD, tekst, sleutel)
    if oud[2] and not nu[2]:
        return Bronwijziging(Bronsoort.LETTERLIJK_AF, tekst, sleutel)
    if oud[3] != nu[3]:
        return Bronwijziging(Bronsoort.ANDERE_ROL, tekst, sleutel)
    return None


# --- as it is shown -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bewijsrij:
    """A note beside the editor, with what a text needs to refer to it."""

    rij: Onderbouwing
    bijdrage: Bijdrage
    verwijzing: str
    """ "[n:1f3a09bc]"."""

    @property
    def citaat(self) -> str:
        """Verbatim between quotation marks, on one line, with its reference; empty unless it was heard verbatim."""
        return (
            f"“{' '.join(self.bijdrage.tekst.split())}” {self.verwijzing}" if self.bijdrage.letterlijk else ""
        )


@dataclass(frozen=True, slots=True)
class Bewijsgroep:
    """Notes under one heading: a side of the spanning, or a thread that carries this one."""

    kop: str
    rijen: tuple[Bewijsrij, ...]


def bewijs_of(draad: RodeDraad, ondergrond: Ondergrond) -> tuple[Bewijsgroep, ...]:
    """What lies under *draad* in groups: by side of its spanning, or by the thread that carries it. No query."""
    rijen = [
        (rij, Bewijsrij(rij, rij.bijdrage, f"[n:{ondergrond.codes[rij.bijdrage.pk.hex]}]"))
        for rij in ondergrond.rijen
        if rij.bijdrage is not None
    ]
    if draad.stelling_id is None:
        onder = {rij.rode_draad_id: rij.rode_draad for rij, _ in rijen}
        return tuple(
            Bewijsgroep(_carrier(door), tuple(een for rij, een in rijen if rij.rode_draad_id == pk))
            for pk, door in onder.items()
        )
    if not draad.has_spanning:
        return (Bewijsgroep("", tuple(een for _, een in rijen)),) if rijen else ()
    kanten = (("a", draad.pool_a), ("b", draad.pool_b), ("", "Bij geen van beide kanten"))
    return tuple(
        Bewijsgroep(kop, tuple(een for rij, een in rijen if rij.pool == pool)) for pool, kop in kanten
    )


def _carrier(door: RodeDraad | None) -> str:
    if door is None or door.diner is None or door.stelling is None:
        return ""
    return f"{door.diner.nummer}.{door.stelling.nummer} {door.titel}"


@dataclass(frozen=True, slots=True)
class Versieblad:
    """One version on the page of versions: who wrote it when, and what it changed. ``versie`` is None for the one of now."""

    nummer: int
    status: str
    at: datetime
    door: Gebruiker | None
    versie: Draadversie | None
    verschillen: tuple[tuple[str, tuple[Stuk, ...]], ...]
    """Field by field what differs from the version before it; of the first version everything."""
    vorige_status: str


def versies_of(draad: RodeDraad) -> list[Versieblad]:
    """Every version of *draad*, newest first. Two queries."""
    stand = [
        (een.version, een.get_status_display(), een.written_at, een.written_by, een, text_of(een))
        for een in draad.versies.select_related("written_by").order_by("version", "pk")
    ]
    nu = (draad.version, draad.get_status_display(), draad.updated_at, draad.updated_by, None, text_of(draad))
    bladen: list[Versieblad] = []
    vorige, vorige_status = dict.fromkeys(VELDEN, ""), ""
    for nummer, status, at, door, versie, woorden in [*stand, nu]:
        verschillen = tuple(
            (NAMEN[veld], tuple(compare(vorige[veld], woorden[veld])))
            for veld in VELDEN
            if woorden[veld] != vorige[veld]
        )
        bladen.append(Versieblad(nummer, status, at, door, versie, verschillen, vorige_status))
        vorige, vorige_status = woorden, status
    return bladen[::-1]
