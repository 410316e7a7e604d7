"""A fictional reeks of the size that the app has to bear, from sentences that are put together: ``load_demo --scale``.

The same numbers give the same reeks. It is made as files of ``denkdiner-reeks/1``, a diner each, and imported like any
other: no other way into the database, and nothing in it that a real reeks could not hold.
"""

import functools
import json
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from sessions.models import Reeks
from synthesis.exchange import import_reeks
from synthesis.models import RodeDraad
from synthesis.services import add_rode_draad, carry_rode_draad

Json = dict[str, Any]

DATA = settings.BASE_DIR / "synthesis" / "demo" / "schaal.json"
BEGIN = datetime(2025, 9, 4, 16, 0, tzinfo=UTC)
"""The first diner; the others follow every two weeks, always at the same time whenever this is loaded."""
NAMESPACE = uuid.UUID("6f1d3a52-0c1e-5b0e-9d53-6a1f5a3e2b77")
SOORTEN = {
    "inzicht": 40,
    "waarde": 11,
    "aanname": 9,
    "spanning": 8,
    "voorbeeld": 12,
    "vraag": 8,
    "idee": 8,
    "quote": 4,
}
HORIZON = {"": 45, "nu": 25, "middellang": 12, "horizonjaar": 18}
STANDPUNT = {"": 70, "voor": 12, "tegen": 9, "genuanceerd": 9}
REDENEN = ("staat er al", "te onduidelijk", "gaat over iets anders")
MINUTEN = 20
"""Of a ronde."""


@dataclass(frozen=True, slots=True)
class Schaal:
    """How much of everything; the defaults are the size that the bars are about: 30,000 notes of tables."""

    diners: int = 20
    stellingen: int = 3
    tafels: int = 50
    notities: int = 10
    """Of one table about one stelling."""
    seed: int = 1

    @property
    def slug(self) -> str:
        return f"schaal-{self.diners}-{self.stellingen}-{self.tafels}-{self.notities}-{self.seed}"


@functools.cache
def _source() -> Json:
    data: Json = json.loads(DATA.read_text(encoding="utf-8"))
    return data


@transaction.atomic
def load_schaal(*, schaal: Schaal, now: datetime) -> tuple[Reeks, bool]:
    """Make the reeks of this size unless it is there; with whether it was made. 30,000 notes take about half a minute."""
    bestaand = Reeks.objects.filter(slug=schaal.slug).first()
    if bestaand is not None:
        return bestaand, False
    for nummer in range(1, schaal.diners + 1):
        reeks = import_reeks(inhoud=json.dumps(data_of(schaal, nummer)).encode(), now=now).reeks
    _put_reeksdraden(reeks, random.Random(schaal.seed), now)  # noqa: S311 - no secret
    return reeks, True


def _put_reeksdraden(reeks: Reeks, rng: random.Random, now: datetime) -> None:
    """Threads across the diners, each carried by threads of stellingen."""
    draden = list(RodeDraad.objects.filter(reeks=reeks).order_by("pk"))
    for titel in _source()["reeksdraden"]:
        draad = add_rode_draad(reeks=reeks, titel=titel, now=now)
        gekozen = {
            onder.pk: onder for onder in rng.sample(draden, min(len(draden), 2 * reeks.diners.count()))
        }
        carry_rode_draad(draad=draad, door=list(gekozen.values()))


def data_of(schaal: Schaal, nummer: int) -> Json:
    """Diner *nummer* as a file of its own."""
    return _Maker(schaal, nummer).data()


class _Maker:
    """Puts one diner together. Its own chance numbers: a diner is the same whatever came before it."""

    def __init__(self, schaal: Schaal, nummer: int) -> None:
        self.schaal, self.nummer = schaal, nummer
        self.rng = random.Random(f"{schaal.seed}.{nummer}")  # noqa: S311 - no secret
        self.bron = _source()
        self.thema = self.bron["themas"][(nummer - 1) % len(self.bron["themas"])]
        self.begin = BEGIN + timedelta(days=14 * (nummer - 1))

    def data(self) -> Json:
        stellingen = range(1, self.schaal.stellingen + 1)
        draden: list[Json] = []
        bijdragen: list[Json] = []
        for stelling in stellingen:
            gezegd = self._bijdragen(stelling)
            draden += self._draden(stelling, gezegd)
            bijdragen += [rij for _, rij in gezegd]
        return {
            "formaat": "denkdiner-reeks/1",
            "reeks": {
                "slug": self.schaal.slug,
                "titel": f"Op ware grootte: {self.schaal.diners} diners",
                "organisatie": "Streekraad Vennemark",
                "inleiding": "Alles in deze reeks is verzonnen en door de app samengesteld.",
                "horizonjaar": 2050,
            },
            "diners": [
                {
                    "nummer": self.nummer,
                    "titel": self.thema["titel"],
                    "datum": self.begin.date().isoformat(),
                    "begintijd": "18:00",
                    "locatie": f"Dorpshuis {self.nummer}",
                    "status": "afgesloten",
                    "sprekers": [{"naam": self.rng.choice(self.bron["sprekers"])}],
                    "tafels": [{"nummer": n, "gasten": self.rng.randint(6, 8)} for n in self._tafels()],
                    "stellingen": [
                        {"nummer": n, "tekst": self.thema["stellingen"][(n - 1) % 3]} for n in stellingen
                    ],
                    "rondes": self._rondes(),
                    "peilingen": [rij for n in stellingen for rij in self._peilingen(n)],
                    "bijdragen": bijdragen,
                }
            ],
            "rode_draden": draden,
        }

    def _tafels(self) -> range:
        return range(1, self.schaal.tafels + 1)

    # --- the evening: before and after the spreker, for every stelling

    def _rondes(self) -> list[Json]:
        soorten: list[tuple[str, int | None]] = [("ontvangst", None)]
        for stelling in range(1, self.schaal.stellingen + 1):
            soorten += [("tafelgesprek", stelling), ("spreker", None), ("tafelgesprek", stelling)]
        return [
            {
                "nummer": nummer,
                "soort": soort,
                "minuten": MINUTEN,
                "stelling": stelling,
                "begonnen": self._at(nummer, 0),
                "eindigt": self._at(nummer, MINUTEN),
                "geeindigd": self._at(nummer, MINUTEN),
            }
            for nummer, (soort, stelling) in enumerate(soorten, start=1)
        ]

    def _at(self, ronde: int, minuut: float) -> str:
        return (self.begin + timedelta(minutes=MINUTEN * (ronde - 1) + minuut)).isoformat()

    def _peilingen(self, stelling: int) -> list[Json]:
        """Some tables move towards the stelling after the talk, some away from it."""
        rijen = []
        for tafel in self._tafels():
            voor = self.rng.randint(0, 6)
            for moment, eens in (("voor", voor), ("na", max(0, min(6, voor + self.rng.randint(-2, 2))))):
                oneens = self.rng.randint(0, 6 - eens)
                hand = {"eens": eens, "oneens": oneens, "neutraal": 6 - eens - oneens}
                rijen.append({"stelling": stelling, "tafel": tafel, "moment": moment, **hand})
        return rijen

    # --- what is said

    def _bijdragen(self, stelling: int) -> list[tuple[int, Json]]:
        """The notes about *stelling*, each with which of the subjects of the theme it is about."""
        eerste = 3 * stelling - 1
        gezegd = [self._van_spreker(stelling, n, eerste + 1) for n in (1, 2)]
        zwaar = self.rng.sample(range(8), 4)
        gewicht = [4 if onderwerp in zwaar else 1 for onderwerp in range(8)]
        for tafel in self._tafels():
            eerder: list[str] = []
            for n in range(self.schaal.notities):
                na = n >= self.schaal.notities - self.schaal.notities // 3
                onderwerp = self.rng.choices(range(8), gewicht)[0]
                rij = self._bijdrage(f"{stelling}.{tafel}.{n}", onderwerp)
                rij |= {"stelling": stelling, "tafel": tafel, "ronde": eerste + 2 * na}
                rij["gemaakt"] = self._at(
                    rij["ronde"], MINUTEN * (n + self.rng.random()) / (self.schaal.notities + 1)
                )
                if na and eerder and self.rng.random() < 0.15:
                    rij["bijgesteld"] = self.rng.choice(eerder)
                eerder.append(rij["id"])
                gezegd.append((onderwerp, rij))
        return gezegd

    def _van_spreker(self, stelling: int, n: int, ronde: int) -> tuple[int, Json]:
        rij = self._bijdrage(f"{stelling}.spreker.{n}", onderwerp := self.rng.randrange(8))
        return onderwerp, rij | {
            "stelling": stelling, "bron": "spreker", "ronde": ronde, "gemaakt": self._at(ronde, 5.0 * n)
        }  # fmt: skip

    def _bijdrage(self, naam: str, onderwerp: int) -> Json:
        soort = self._weighted(SOORTEN)
        rij: Json = {
            "id": str(uuid.uuid5(NAMESPACE, f"{self.schaal.slug}.{self.nummer}.{naam}")),
            "soort": soort,
            "horizon": self._weighted(HORIZON),
            "standpunt": self._weighted(STANDPUNT),
            "letterlijk": soort == "quote" or self.rng.random() < 0.08,
            "trefwoorden": [self._kern(onderwerp)] if self.rng.random() < 0.3 else [],
        }
        tekst = self._fill(self.rng.choice(self.bron["zinnen"][soort]), onderwerp)
        if not rij["letterlijk"] and self.rng.random() < 0.5:
            tekst = tekst.rstrip(".?") + self._fill(self.rng.choice(self.bron["staart"]), onderwerp)
        return rij | {"tekst": tekst}

    def _weighted(self, kansen: dict[str, int]) -> str:
        return self.rng.choices(list(kansen), list(kansen.values()))[0]

    def _kern(self, onderwerp: int) -> str:
        """The subject without its article."""
        return str(self.thema["onderwerpen"][onderwerp].split(" ", 1)[1])

    def _fill(self, zin: str, onderwerp: int) -> str:
        """*zin* with its gaps filled; never twice the same group in one sentence."""
        o = self.thema["onderwerpen"][onderwerp]
        wie, wie2 = self.rng.sample(self.bron["wie"], 2)
        waarde, waarde2 = self.rng.sample(self.bron["waarde"], 2)
        keus = {naam: self.rng.choice(self.bron[naam]) for naam in ("plek", "reden", "middel", "geval")}
        return str(
            zin.format(
                o=o, O=o[0].upper() + o[1:], kern=self._kern(onderwerp),
                wie=wie, wie2=wie2, waarde=waarde, waarde2=waarde2, **keus,
            )
        )  # fmt: skip

    # --- what a reporter made of it

    def _draden(self, stelling: int, gezegd: list[tuple[int, Json]]) -> list[Json]:
        """A thread a subject, with seven of ten notes in it; a few laid aside, the others loose."""
        inhoud: dict[int, list[Json]] = {onderwerp: [] for onderwerp in range(8)}
        for onderwerp, rij in gezegd:
            kans = self.rng.random()
            if rij.get("bron") == "spreker" or kans > 0.73:
                continue
            if kans > 0.7:
                rij |= {"opzij": True, "opzij_reden": self.rng.choice(REDENEN)}
                continue
            inhoud[onderwerp].append(
                {
                    "bijdrage": rij["id"],
                    "rol": "quote"
                    if rij["letterlijk"] and kans < 0.3
                    else "tegenstem"
                    if kans > 0.65
                    else "steun",
                    "pool": self.rng.choice(("", "a", "b")),
                    "door_mens": kans < 0.5,
                }
            )
        return [self._draad(stelling, onderwerp, rijen) for onderwerp, rijen in inhoud.items() if rijen]

    def _draad(self, stelling: int, onderwerp: int, onderbouwing: list[Json]) -> Json:
        kies = self.rng.choice
        status = self._weighted({"concept": 5, "in_review": 2, "vastgesteld": 3})
        draad: Json = {
            "id": 8 * stelling + onderwerp + 1,
            "diner": self.nummer,
            "stelling": stelling,
            "titel": self._fill(kies(self.bron["draadtitels"]), onderwerp),
            "status": status,
            "door_mens": status != "concept",
            "onderbouwing": onderbouwing,
        }
        if status != "concept":
            draad["tekst"] = "\n\n".join(
                self._fill(zin, onderwerp) for zin in self.rng.sample(self.bron["draadteksten"], 2)
            )
            draad["kernvraag"] = self._fill(kies(self.bron["kernvragen"]), onderwerp)
            draad["spanning"] = [woord.capitalize() for woord in self.rng.sample(self.bron["waarde"], 2)]
        else:
            for rij in onderbouwing:
                rij["pool"] = ""
        return draad
