"""The report as a file, with what was chosen for it: at once for the command line, in the background for a page."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions.models import Reeks
from sessions.services import taken
from synthesis import exports
from synthesis.exchange import export_reeks
from synthesis.exports.bron import Verslagbron
from synthesis.exports.inhoud import Alinea, Huisstijl, Verslaginhoud
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.opslag import without_refs
from synthesis.exports.pdf import MAX_NOTEN
from synthesis.exports.voortgang import Meld, silent
from synthesis.exports.woorden import dutch_moment
from synthesis.models import Sjabloon, Verslagstatus
from synthesis.queries import Vaststand, vaststand, verslag_of, verslagbron

VERSLAGBESTAND = "verslagbestand"
TABELLEN = frozenset({"xlsx", "csv", "qdpx", "qdc"})
"""Formats of rows, which a version does not keep."""
TE_VEEL_VOOR_PDF = (
    f"Een pdf met alle notities kan tot {MAX_NOTEN:,} notities. Kies Word of OpenDocument, minder diners, of geen bijlage."
).replace(",", ".", 1)


@dataclass(frozen=True, slots=True)
class Keuzes:
    """What somebody wants; without *diners* all of them."""

    formaat: str
    diners: tuple[int, ...] = ()
    bijlage: bool = False
    spoor: bool = False
    gasten: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Keuzes":
        return cls(**(data | {"diners": tuple(data["diners"])}))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Bestand:
    naam: str
    mime: str
    inhoud: bytes


def inhoud_of(
    reeks: Reeks,
    *,
    now: datetime,
    diners: Collection[int] = (),
    bijlage: bool = False,
    spoor: bool = False,
    gasten: bool = False,
    tabellen: bool = False,
) -> Verslaginhoud:
    """The report of *reeks* as it stands at *now*; the version that was vastgesteld when something changed since.

    What is not kept in that version (*tabellen*, an appendix, references, some *diners*) is of now, and CONCEPT again when
    something changed: docs/decisions/0025-verslagversies.md.
    """
    moment = timezone.localtime(now)
    bron = verslagbron(reeks, diners=diners, noten=True, gasten=gasten)
    vast = _fixed_now(reeks, None if diners else bron)
    if vast is not None and vast.is_anders:
        if not (diners or bijlage or spoor or gasten or tabellen):
            return _fixed(vast, bron.stijl, moment)
        bron = replace(bron, status=Verslagstatus.IN_REVIEW)
    return build_inhoud(
        bron,
        vandaag=moment.date(),
        gemaakt=moment.replace(tzinfo=None),
        bijlage=bijlage,
        spoor=spoor,
    )


def _fixed_now(reeks: Reeks, bron: Verslagbron | None = None) -> Vaststand | None:
    """What is vastgesteld, held against all of *reeks* as it is now (*bron*, when that is known already)."""
    verslag = verslag_of(reeks)
    return vaststand(verslag, bron or verslagbron(reeks)) if verslag.is_vast else None


def _fixed(vast: Vaststand, stijl: Huisstijl, moment: datetime) -> Verslaginhoud:
    """The version itself, in the style of today. Its references go: the notes may say something else by now."""
    bewaard = dutch_moment(timezone.localtime(vast.versie.created_at))
    zin = (
        f"Dit bestand is gemaakt op {dutch_moment(moment.replace(tzinfo=None))} uit versie {vast.versie.nummer} van het "
        f"verslag, die is vastgesteld op {bewaard}."
    )
    kaal = without_refs(vast.inhoud)
    return replace(kaal, over=(*kaal.over, Alinea(zin)), stijl=stijl, gemaakt=moment.replace(tzinfo=None))


def make_bestand(reeks: Reeks, keuzes: Keuzes, *, now: datetime, meld: Meld = silent) -> Bestand:
    """The report as a file. ``DenkdinerError`` when this machine, or this size, cannot have it in that format.

    The same data and choices give the same bytes, but for the moment that it names.
    """
    formaat = exports.FORMATEN[keuzes.formaat]
    meld(2, "De notities worden gelezen")
    if keuzes.formaat == "json":
        tekst = export_reeks(reeks, diners=keuzes.diners, gasten=keuzes.gasten)
        vast = _fixed_now(reeks)
        concept = vast is None or vast.is_anders
        return Bestand(_name(reeks, keuzes, concept=concept), formaat.mime, tekst.encode())
    inhoud = inhoud_of(
        reeks,
        now=now,
        diners=keuzes.diners,
        bijlage=keuzes.bijlage,
        spoor=keuzes.spoor,
        gasten=keuzes.gasten,
        tabellen=keuzes.formaat in TABELLEN,
    )
    if keuzes.formaat == "pdf" and keuzes.bijlage and len(inhoud.gegevens.noten) > MAX_NOTEN:
        raise DenkdinerError(TE_VEEL_VOOR_PDF)
    meld(20, "Het verslag wordt opgebouwd")
    data = exports.write(inhoud, keuzes.formaat, sjabloon=_template(reeks, keuzes), meld=meld)
    meld(95, "Het bestand wordt bewaard")
    return Bestand(_name(reeks, keuzes, concept=inhoud.is_concept), formaat.mime, data)


def _template(reeks: Reeks, keuzes: Keuzes) -> bytes | None:
    sjabloon = Sjabloon.objects.filter(reeks=reeks).first() if keuzes.formaat == "docx" else None
    return bytes(sjabloon.data) if sjabloon else None


def _name(reeks: Reeks, keuzes: Keuzes, *, concept: bool) -> str:
    delen = ["verslag", reeks.slug]
    if keuzes.diners:
        delen += ["diner", *map(str, keuzes.diners)]
    return f"{'-'.join(delen)[:90]}{'-concept' * concept}.{exports.FORMATEN[keuzes.formaat].extensie}"


def _make(werk: taken.Werk) -> taken.Json:
    keuzes = Keuzes.from_json(werk.taak.opdracht)
    bestand = make_bestand(werk.taak.reeks, keuzes, now=werk.clock(), meld=werk.report)
    taken.keep_bestand(werk=werk, naam=bestand.naam, mime=bestand.mime, inhoud=bestand.inhoud)
    return {"formaat": exports.FORMATEN[keuzes.formaat].naam, "kb": len(bestand.inhoud) // 1024 + 1}


taken.register(VERSLAGBESTAND, _make, "een bestand van het verslag")
