"""How far a report is: what changed under what people wrote, what still has to be done, and what is fixed."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from capture.models import Bijdrage, Peiling
from sessions.models import Reeks, Stelling
from synthesis.exports.bron import Verslagbron
from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.opslag import from_json
from synthesis.exports.secties import OVER, OVER_TITEL, bronteksten, gaps, secties
from synthesis.exports.vergelijk import Sectieverschil, changed, compare_inhoud
from synthesis.exports.woorden import count
from synthesis.models import (
    AANVAARDBAAR,
    Draadstatus,
    Onderbouwing,
    Puntsoort,
    RodeDraad,
    Verslag,
    Verslagaanvaarding,
    Verslagdeel,
    Verslagopmerking,
    Verslagversie,
)
from synthesis.queries.redactie import bronnen_gewijzigd
from synthesis.queries.verslag import verslagbron
from synthesis.redactie import Stuk, compare, shorten

VASTE_DELEN = {
    OVER: OVER_TITEL,
    "1.1": "1.1 Algemeen",
    "1.2": "1.2 Aanpak en opzet",
    "1.3": "1.3 Leeswijzer",
    "3": "3 Rode draden",
    "4": "4 Samenvatting van de opbrengst",
}
"""Sections that every report has, by key; those of stellingen come with them."""
_STELLING = re.compile(r"2\.([1-9][0-9]{0,3})\.([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class Sectieplek:
    """A section that the report has: its key, what it is called, and by which fields its things are kept."""

    sleutel: str
    kop: str
    plaats: Mapping[str, Any]


def find_sectie(reeks: Reeks, sleutel: str) -> Sectieplek | None:
    """The section with this key, if the report has it now. At most one query; the report is not built for it."""
    if kop := VASTE_DELEN.get(sleutel):
        return Sectieplek(sleutel, kop, {"sleutel": sleutel, "stelling": None})
    raak = _STELLING.fullmatch(sleutel)
    stelling = raak and (
        Stelling.objects.filter(diner__reeks=reeks, diner__nummer=raak[1], nummer=raak[2]).first()
    )
    if not stelling:
        return None
    kop = f"Stelling {stelling.nummer}: {stelling.tekst}"
    return Sectieplek(sleutel, kop, {"sleutel": "", "stelling": stelling})


def verslagdeel(reeks: Reeks, sleutel: str) -> Verslagdeel | None:
    """What a person wrote for a section that the report has, if anything. Two queries at most."""
    plek = find_sectie(reeks, sleutel)
    if plek is None:
        return None
    return Verslagdeel.objects.filter(verslag__reeks=reeks, **plek.plaats).first()


def stamp(tekst: str) -> str:
    """A short fingerprint of a text, for a form: what a person had before them."""
    return hashlib.sha256(tekst.encode("utf-8", "replace")).hexdigest()[:16]


# --- what changed under what a person wrote -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bronverschil:
    """What the app made of a section when a person last held the text against it, and what it makes of it now."""

    deel: Verslagdeel
    nu: str

    @property
    def stukken(self) -> list[Stuk]:
        return shorten(compare(self.deel.bron, self.nu))

    @property
    def stempel(self) -> str:
        return stamp(self.nu)


def _changed_under(delen: Iterable[Verslagdeel], nu: Mapping[str, str]) -> dict[str, Bronverschil]:
    return {
        deel.plaats: Bronverschil(deel, nu[deel.plaats])
        for deel in delen
        if deel.bron_at is not None and deel.plaats in nu and nu[deel.plaats] != deel.bron
    }


# --- what still has to be done --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Punt:
    """Something that stands in the way of a report that is vastgesteld, and why it may stand if somebody said so."""

    soort: Puntsoort
    kop: str
    uitleg: str
    vingerafdruk: str
    sleutel: str = ""
    """Of the section, where that can be written."""
    draad: int | None = None
    aanvaarding: Verslagaanvaarding | None = None

    @property
    def is_open(self) -> bool:
        return self.aanvaarding is None

    @property
    def is_aanvaardbaar(self) -> bool:
        return self.soort in AANVAARDBAAR


@dataclass(frozen=True, slots=True)
class Verslagstand:
    """The report as it is now. ``verslag`` may not be stored yet. ``punten``: open and accepted ones, by kind."""

    verslag: Verslag
    bron: Verslagbron
    inhoud: Verslaginhoud
    bronnen: Mapping[str, str]
    """By section what the app makes of it."""
    gewijzigd: Mapping[str, Bronverschil]
    opmerkingen: Mapping[str, int]
    """Open remarks by section."""
    punten: tuple[Punt, ...]

    @property
    def open(self) -> tuple[Punt, ...]:
        return tuple(punt for punt in self.punten if punt.is_open)

    @property
    def aanvaard(self) -> tuple[Punt, ...]:
        return tuple(punt for punt in self.punten if not punt.is_open)


def verslag_of(reeks: Reeks) -> Verslag:
    """The report of *reeks*, not stored when nobody did anything with it yet. One query."""
    verslag = Verslag.objects.filter(reeks=reeks).first() or Verslag(reeks=reeks)
    verslag.reeks = reeks
    return verslag


def verslagstand(reeks: Reeks, *, vandaag: date) -> Verslagstand:
    """How far the report of *reeks* is. A constant number of queries, but heavy for a large reeks: never in a lock."""
    bron = verslagbron(reeks)
    verslag = verslag_of(reeks)
    inhoud = build_inhoud(bron, vandaag=vandaag)
    bronnen = bronteksten(bron)
    delen, opmerkingen, aanvaard = [], Counter[str](), {}
    if verslag.pk:
        delen = list(verslag.delen.select_related("stelling__diner", "bron_by", "updated_by"))
        staan_open = verslag.opmerkingen.filter(solved_at=None).select_related("stelling__diner")
        opmerkingen = Counter(een.plaats for een in staan_open.defer("tekst"))
        aanvaard = {rij.vingerafdruk: rij for rij in verslag.aanvaardingen.select_related("accepted_by")}
    gewijzigd = _changed_under(delen, bronnen)
    punten = [*_gaps(inhoud), *_threads(reeks), *_sources(inhoud, gewijzigd), *_remarks(inhoud, opmerkingen)]
    punten = [
        replace(punt, aanvaarding=aanvaard.get(punt.vingerafdruk)) if punt.is_aanvaardbaar else punt
        for punt in punten
    ]
    return Verslagstand(verslag, bron, inhoud, bronnen, gewijzigd, opmerkingen, tuple(punten))


def _print(*delen: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, delen)).encode("utf-8", "replace")).hexdigest()


def _gaps(inhoud: Verslaginhoud) -> Iterator[Punt]:
    for gat in gaps(inhoud):
        schrijfbaar = gat.sleutel in VASTE_DELEN or _STELLING.fullmatch(gat.sleutel) is not None
        yield Punt(
            Puntsoort.SCHRIJVEN,
            gat.kop,
            gat.tekst,
            _print("schrijven", gat.sleutel, gat.kop, gat.tekst),
            gat.sleutel if schrijfbaar else "",
        )


def _threads(reeks: Reeks) -> Iterator[Punt]:
    draden = list(
        RodeDraad.objects.filter(Q(stelling__isnull=False) | Q(diner=None), reeks=reeks)
        .select_related("stelling", "diner")
        .only(
            "titel",
            "status",
            "version",
            "volgorde",
            "reeks_id",
            "stelling__nummer",
            "diner__nummer",
            "verwijderd_at",
        )
    )
    draden.sort(key=_place)
    for draad in draden:
        if draad.status != Draadstatus.VASTGESTELD:
            uitleg = f"{draad.get_status_display()}, nog niet vastgesteld."
            yield Punt(Puntsoort.DRAAD, _name(draad), uitleg, _print("draad", draad.pk), draad=draad.pk)
    anders = bronnen_gewijzigd(draden)
    for draad in draden:
        if wijzigingen := anders.get(draad.pk):
            bronnen = count(len(wijzigingen), "bron is", "bronnen zijn")
            wat = sorted((een.soort, een.bijdrage, een.tekst) for een in wijzigingen)
            yield Punt(
                Puntsoort.DRAADBRON,
                _name(draad),
                f"{bronnen} veranderd sinds de tekst is opgeslagen.",
                _print("draadbron", draad.pk, draad.version, wat),
                draad=draad.pk,
            )


def _place(draad: RodeDraad) -> tuple[int, int, int, int, int]:
    """Those of the reeks last, as in the report."""
    return (
        draad.stelling is None,
        draad.diner.nummer if draad.diner else 0,
        draad.stelling.nummer if draad.stelling else 0,
        draad.volgorde,
        draad.pk,
    )


def _name(draad: RodeDraad) -> str:
    if draad.stelling is None or draad.diner is None:
        return draad.titel
    return f"{draad.titel} (stelling {draad.diner.nummer}.{draad.stelling.nummer})"


def _heads(inhoud: Verslaginhoud) -> dict[str, str]:
    return {sectie.sleutel: sectie.kop for sectie in secties(inhoud) if sectie.sleutel}


def _sources(inhoud: Verslaginhoud, gewijzigd: Mapping[str, Bronverschil]) -> Iterator[Punt]:
    for sleutel, kop in _heads(inhoud).items():
        if verschil := gewijzigd.get(sleutel):
            uitleg = "Wat de app hiervan maakt, is veranderd sinds dit deel geschreven is."
            yield Punt(Puntsoort.BRON, kop, uitleg, _print("bron", sleutel, verschil.nu), sleutel)


def _remarks(inhoud: Verslaginhoud, opmerkingen: Mapping[str, int]) -> Iterator[Punt]:
    for sleutel, kop in _heads(inhoud).items():
        if aantal := opmerkingen.get(sleutel):
            uitleg = f"{count(aantal, 'opmerking staat', 'opmerkingen staan')} open."
            yield Punt(Puntsoort.OPMERKING, kop, uitleg, _print("opmerking", sleutel), sleutel)


def verslagopmerkingen(reeks: Reeks, plek: Sectieplek) -> QuerySet[Verslagopmerking]:
    """What was remarked about a section, in order, with who. One query."""
    rijen = Verslagopmerking.objects.filter(verslag__reeks=reeks, **plek.plaats)
    return rijen.select_related("made_by", "solved_by").order_by("made_at", "pk")


# --- what is fixed --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vaststand:
    """The version that was vastgesteld, and what is different by now: in its text, or only in the rows under it."""

    versie: Verslagversie
    inhoud: Verslaginhoud
    verschillen: tuple[Sectieverschil, ...]
    rijen_anders: bool

    @property
    def is_anders(self) -> bool:
        return bool(self.verschillen) or self.rijen_anders


def vaste_versie(verslag: Verslag) -> Verslagversie | None:
    """The version that was vastgesteld, while the report is. One query, or none."""
    return verslag.versies.get(nummer=verslag.vast_nummer) if verslag.vast_nummer is not None else None


def vaststand(verslag: Verslag, bron: Verslagbron) -> Vaststand | None:
    """What is fixed, held against *bron* (of all diners, as it is now); None when nothing is. Five queries, or none."""
    versie = vaste_versie(verslag)
    if versie is None:
        return None
    vast = from_json(versie.inhoud)
    nu = build_inhoud(replace(bron, status=vast.status), vandaag=vast.datum)
    anders = afdruk_of(verslag.reeks) != versie.afdruk
    return Vaststand(versie, vast, changed(compare_inhoud(vast, nu)), anders)


def afdruk_of(reeks: Reeks) -> str:
    """A fingerprint of the rows under a report: which notes, each in which version and place, which threads, which hands.

    Four queries, and nothing of what was said is read: it differs exactly when a row does.
    """
    notities = Bijdrage.objects.present().filter(diner__reeks=reeks)
    plaatsen = Onderbouwing.objects.filter(Q(rode_draad__reeks=reeks) | Q(bijdrage__diner__reeks=reeks))
    draden = RodeDraad.objects.filter(reeks=reeks)
    handen = Peiling.objects.filter(stelling__diner__reeks=reeks)
    som = hashlib.sha256()
    for rijen in (
        notities.values_list("pk", "rev", "tafel__nummer"),
        plaatsen.values_list("pk", "bijdrage", "draad", "rode_draad", "rol", "reden"),
        draden.values_list("pk", "version", "status", "volgorde"),
        handen.values_list("pk", "eens", "oneens", "neutraal"),
    ):
        for rij in rijen.order_by("pk").iterator(chunk_size=2000):
            som.update(repr(rij).encode("utf-8", "backslashreplace"))
        som.update(b"|")
    return som.hexdigest()


def versies_of_verslag(verslag: Verslag) -> QuerySet[Verslagversie]:
    """Newest first, without what they say. One query."""
    return verslag.versies.select_related("created_by").defer("inhoud").order_by("-nummer")
