"""Put a checked file into the database: all of it or nothing, and a second time changes nothing."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from capture.models import Bijdrage, Bron, Soort
from capture.services import BijdrageRow, PeilingRow, put_bijdragen, put_peilingen
from sessions.exchange import Programma, put_programma
from sessions.models import Gebruiker, Reeks
from sessions.services import add_reeksregel
from synthesis.exchange.checking import load_reeks
from synthesis.exports.secties import bronteksten
from synthesis.models import (
    Aanvaarding,
    Bronstand,
    Draadstatus,
    Onderbouwing,
    Onderbouwingsrol,
    RodeDraad,
    Verslag,
    Verslagaanvaarding,
    Verslagdeel,
    Verslagstatus,
)
from synthesis.queries import bronnen_of, oordelen_of, verslagbron
from synthesis.services import NogTeDoen, set_verslagstatus

Json = dict[str, Any]


ENKELVOUD = {
    "diners": "diner",
    "stellingen": "stelling",
    "tafels": "tafel",
    "rondes": "ronde",
    "gasten": "gast",
    "peilingen": "peiling",
    "bijdragen": "bijdrage",
    "rode draden": "rode draad",
}


@dataclass(frozen=True, slots=True)
class Importverslag:
    """What an import did."""

    reeks: Reeks
    totaal: Counter[str]
    """What stands in the file, by kind."""
    nieuw: Counter[str]
    """What was added; the rest existed already and was left as it was."""
    in_review: int = 0
    """Threads that the file calls vastgesteld, and about which a warning stands open here."""
    verslag_open: bool = False
    """Does the file call the report vastgesteld, while something still has to be done?"""

    def __str__(self) -> str:
        delen = [
            f"{aantal} {ENKELVOUD[wat] if aantal == 1 else wat} ({self.nieuw[wat]} nieuw)"
            for wat, aantal in self.totaal.items()
            if aantal
        ]
        review = f"; in review, want er staan waarschuwingen open: {self.in_review}" if self.in_review else ""
        if self.verslag_open:
            review += "; het verslag staat in review, want er moet nog iets gebeuren"
        return f"{self.reeks.titel}: {', '.join(delen)}{review}"


@transaction.atomic
def import_reeks(*, inhoud: bytes, now: datetime, gebruiker: Gebruiker | None = None) -> Importverslag:
    """Import a ``denkdiner-reeks/1`` file of at most 5 MB.

    *gebruiker* becomes organisator of a new reeks; ``None`` is the command line. Raises ``ImportFout`` with every fault by
    path, or ``DenkdinerError``; then nothing is stored. Existing things stay as they are.
    """
    data = load_reeks(inhoud)
    programma = put_programma(data=data, gebruiker=gebruiker)
    for diner in data["diners"]:
        _put_what_was_said(programma, diner, now)
    in_review = _put_draden(programma, data.get("rode_draden", []), now)
    _put_aside(data)
    verslag_open = _put_verslag(programma, data.get("verslag", {}), gebruiker, now)
    wat = "voerde gegevens uit een bestand in" if gebruiker else "er zijn gegevens uit een bestand ingevoerd"
    add_reeksregel(reeks=programma.reeks, wat=wat, now=now, gebruiker=gebruiker)
    return Importverslag(programma.reeks, _count(data), programma.nieuw, in_review, verslag_open)


def _count(data: Json) -> Counter[str]:
    totaal: Counter[str] = Counter(diners=len(data["diners"]))
    for wat in list(ENKELVOUD)[1:-1]:  # all that stands in a diner, under its own name
        totaal[wat] = sum(len(diner.get(wat, [])) for diner in data["diners"])
    totaal["rode draden"] = len(data.get("rode_draden", []))
    return totaal


def _put_what_was_said(programma: Programma, data: Json, now: datetime) -> None:
    diner = programma.diners[data["nummer"]]
    rijen = data.get("bijdragen", [])
    programma.nieuw["bijdragen"] += put_bijdragen(
        diner=diner,
        rows=[_row(programma, diner.nummer, plek, rij, now) for plek, rij in enumerate(rijen)],
        now=now,
    )
    programma.nieuw["peilingen"] += put_peilingen(
        rows=[
            PeilingRow(
                tafel=programma.tafels[diner.nummer, rij["tafel"]],
                stelling=programma.stellingen[diner.nummer, rij["stelling"]],
                moment=rij["moment"],
                eens=rij.get("eens", 0),
                oneens=rij.get("oneens", 0),
                neutraal=rij.get("neutraal", 0),
            )
            for rij in data.get("peilingen", [])
        ],
        now=now,
    )


def _row(programma: Programma, nummer: int, plek: int, rij: Json, now: datetime) -> BijdrageRow:
    """A note without a time of its own keeps the file's order: a microsecond apart, from *now* on."""
    return BijdrageRow(
        id=uuid.UUID(rij["id"]),
        tekst=rij["tekst"],
        tafel=programma.tafels.get((nummer, rij.get("tafel") or 0)),
        stelling=programma.stellingen.get((nummer, rij.get("stelling") or 0)),
        ronde=programma.rondes.get((nummer, rij.get("ronde") or 0)),
        bron=rij.get("bron", Bron.TAFEL),
        soort=rij.get("soort", Soort.INZICHT),
        letterlijk=rij.get("letterlijk", False),
        standpunt=rij.get("standpunt", ""),
        horizon=rij.get("horizon", ""),
        trefwoorden=tuple(rij.get("trefwoorden", [])),
        bijgesteld_id=uuid.UUID(rij["bijgesteld"]) if rij.get("bijgesteld") else None,
        te_laat=rij.get("te_laat", False),
        created_at=_moment(rij, "gemaakt") or now + timedelta(microseconds=plek),
        deleted_at=_moment(rij, "verwijderd"),
    )


def _moment(rij: Json, sleutel: str) -> datetime | None:
    return datetime.fromisoformat(rij[sleutel]) if sleutel in rij else None


def _put_draden(programma: Programma, rijen: list[Json], now: datetime) -> int:
    """Threads have no id of their own in the world, so they are only put into places that have none yet."""
    bezet = set(
        RodeDraad.objects.filter(reeks=programma.reeks).values_list("diner__nummer", "stelling__nummer")
    )
    nieuw: dict[int, tuple[RodeDraad, Json]] = {}
    for plek, rij in enumerate(rijen):
        if (rij.get("diner"), rij.get("stelling")) in bezet:
            continue
        pool_a, pool_b = rij.get("spanning") or ("", "")
        draad = RodeDraad(
            reeks=programma.reeks,
            diner=programma.diners.get(rij.get("diner") or 0),
            stelling=programma.stellingen.get((rij.get("diner") or 0, rij.get("stelling") or 0)),
            volgorde=plek,
            titel=rij["titel"],
            tekst=rij.get("tekst", ""),
            pool_a=pool_a,
            pool_b=pool_b,
            kernvraag=rij.get("kernvraag", ""),
            status=rij.get("status", Draadstatus.CONCEPT),
            door_mens=rij.get("door_mens", False),
            created_at=now,
            updated_at=now,
        )
        nieuw[rij.get("id", -plek - 1)] = (draad, rij)
    RodeDraad.objects.bulk_create(draad for draad, _ in nieuw.values())
    _put_onderbouwing(nieuw)
    geschreven = [draad for draad, _ in nieuw.values() if draad.tekst]
    Bronstand.objects.bulk_create(
        Bronstand(draad_id=pk, bronnen=bronnen, at=now) for pk, bronnen in bronnen_of(geschreven).items()
    )
    programma.nieuw["rode draden"] += len(nieuw)
    Aanvaarding.objects.bulk_create(
        Aanvaarding(draad=draad, accepted_at=now, **aanvaard)
        for draad, rij in nieuw.values()
        for aanvaard in {een["vingerafdruk"]: een for een in rij.get("aanvaard", [])}.values()
    )
    return _review([draad for draad, _ in nieuw.values() if draad.status == Draadstatus.VASTGESTELD])


def _review(vast: list[RodeDraad]) -> int:
    """Nothing is vastgesteld with a warning neither solved nor accepted, whatever a file says; how many are not."""
    open_ = [draad.pk for draad in vast if any(een.is_open for een in oordelen_of(draad))]
    return RodeDraad.objects.filter(pk__in=open_).update(status=Draadstatus.IN_REVIEW)


def _put_onderbouwing(nieuw: dict[int, tuple[RodeDraad, Json]]) -> None:
    rijen = [
        (draad, plek, rij)
        for draad, data in nieuw.values()
        for plek, rij in enumerate(data.get("onderbouwing", []))
    ]
    gevraagd = [uuid.UUID(rij["bijdrage"]) for _, _, rij in rijen if "bijdrage" in rij]
    vrij = set(Bijdrage.objects.filter(pk__in=gevraagd, onderbouwing=None).values_list("pk", flat=True))
    Onderbouwing.objects.bulk_create(
        Onderbouwing(
            rode_draad=draad,
            bijdrage_id=uuid.UUID(rij["bijdrage"]) if "bijdrage" in rij else None,
            draad=nieuw[rij["draad"]][0] if "draad" in rij else None,
            rol=rij.get("rol", Onderbouwingsrol.STEUN),
            pool=rij.get("pool", ""),
            volgorde=plek,
            door_mens=rij.get("door_mens", False),
        )
        for draad, plek, rij in rijen
        if ("bijdrage" in rij and uuid.UUID(rij["bijdrage"]) in vrij)
        or ("draad" in rij and rij["draad"] in nieuw)
    )


def _put_aside(data: Json) -> None:
    """Notes that a reporter laid aside, unless they carry a thread here already."""
    opzij = {
        uuid.UUID(rij["id"]): rij.get("opzij_reden", "")
        for diner in data["diners"]
        for rij in diner.get("bijdragen", [])
        if rij.get("opzij")
    }
    vrij = Bijdrage.objects.filter(pk__in=opzij, onderbouwing=None).values_list("pk", flat=True)
    Onderbouwing.objects.bulk_create(
        Onderbouwing(bijdrage_id=pk, door_mens=True, reden=opzij[pk]) for pk in vrij
    )


def _put_verslag(programma: Programma, data: Json, gebruiker: Gebruiker | None, now: datetime) -> bool:
    """Whether a report that the file calls vastgesteld is not: as with threads, whatever a file says."""
    if not data:
        return False
    gewenst = data.get("status", Verslagstatus.CONCEPT)
    verslag, nieuw = Verslag.objects.get_or_create(
        reeks=programma.reeks,
        defaults={
            "titel": data.get("titel", ""),
            "status": Verslagstatus.IN_REVIEW if gewenst == Verslagstatus.VASTGESTELD else gewenst,
            "updated_at": now,
        },
    )
    if verslag.is_vast:
        return False
    bestaand = {deel.plaats for deel in verslag.delen.select_related("stelling__diner")}
    rijen = [rij for rij in data.get("delen", []) if rij["sleutel"] not in bestaand]
    bronnen = bronteksten(verslagbron(programma.reeks)) if rijen else {}
    Verslagdeel.objects.bulk_create(
        Verslagdeel(
            verslag=verslag,
            **_section(programma, rij["sleutel"]),
            tekst=rij["tekst"],
            updated_at=now,
            bron=bronnen[rij["sleutel"]],
            bron_at=now,
        )
        for rij in rijen
    )
    if not nieuw:
        return False
    Verslagaanvaarding.objects.bulk_create(
        Verslagaanvaarding(verslag=verslag, accepted_at=now, **aanvaard)
        for aanvaard in {een["vingerafdruk"]: een for een in data.get("aanvaard", [])}.values()
    )
    if gewenst != Verslagstatus.VASTGESTELD:
        return False
    try:
        set_verslagstatus(reeks=programma.reeks, naar=gewenst, version=0, gebruiker=gebruiker, now=now)
    except NogTeDoen:
        return True
    return False


def _section(programma: Programma, sleutel: str) -> Json:
    """Where a section's text is kept; ``checking`` made sure that its stelling exists."""
    delen = sleutel.split(".")
    if len(delen) != 3:
        return {"sleutel": sleutel}
    return {"stelling": programma.stellingen[int(delen[1]), int(delen[2])]}
