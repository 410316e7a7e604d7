"""The report as a file, with what was chosen for it: at once for the command line, in the background for a page."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions.models import Reeks
from sessions.services import taken
from synthesis import exports
from synthesis.exchange import export_reeks
from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.pdf import MAX_NOTEN
from synthesis.exports.voortgang import Meld, silent
from synthesis.models import Sjabloon, Verslag
from synthesis.queries import verslagbron

VERSLAGBESTAND = "verslagbestand"
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
) -> Verslaginhoud:
    """The report of *reeks* as it stands at *now*."""
    moment = timezone.localtime(now)
    return build_inhoud(
        verslagbron(reeks, diners=diners, noten=True, gasten=gasten),
        vandaag=moment.date(),
        gemaakt=moment.replace(tzinfo=None),
        bijlage=bijlage,
        spoor=spoor,
    )


def make_bestand(reeks: Reeks, keuzes: Keuzes, *, now: datetime, meld: Meld = silent) -> Bestand:
    """The report as a file. ``DenkdinerError`` when this machine, or this size, cannot have it in that format.

    The same data and choices give the same bytes, but for the moment that it names.
    """
    formaat = exports.FORMATEN[keuzes.formaat]
    meld(2, "De notities worden gelezen")
    if keuzes.formaat == "json":
        tekst = export_reeks(reeks, diners=keuzes.diners, gasten=keuzes.gasten)
        vastgesteld = Verslag.objects.filter(reeks=reeks, status="vastgesteld").exists()
        return Bestand(_name(reeks, keuzes, concept=not vastgesteld), formaat.mime, tekst.encode())
    inhoud = inhoud_of(
        reeks,
        now=now,
        diners=keuzes.diners,
        bijlage=keuzes.bijlage,
        spoor=keuzes.spoor,
        gasten=keuzes.gasten,
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


taken.register(VERSLAGBESTAND, _make)
