"""The programme of a reeks as plain data (``docs/denkdiner-reeks-1.schema.json``), in and out.

Putting only ever adds: what exists already (a reeks by slug, a diner, stelling, ronde or tafel by number, a spreker by name,
a gast by id) stays as people left it, so that an import can be repeated without undoing anybody's work.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from denkdiner.errors import DenkdinerError
from sessions.models import (
    BEZETTE_ADRESSEN,
    OVER_EEN_STELLING,
    Diner,
    Dinerstatus,
    Gast,
    Gebruiker,
    Lidmaatschap,
    Optreden,
    Plaats,
    Reeks,
    Rol,
    Ronde,
    Spreker,
    Stelling,
    Stellingstatus,
    Tafel,
)

Json = dict[str, Any]


@dataclass(slots=True)
class Programma:
    """What a file's numbers stand for in the database; keys are (nummer of the diner, nummer)."""

    reeks: Reeks
    diners: dict[int, Diner] = field(default_factory=dict)
    stellingen: dict[tuple[int, int], Stelling] = field(default_factory=dict)
    rondes: dict[tuple[int, int], Ronde] = field(default_factory=dict)
    tafels: dict[tuple[int, int], Tafel] = field(default_factory=dict)
    nieuw: Counter[str] = field(default_factory=Counter)
    """How many of each kind were added."""


def put_programma(*, data: Json, gebruiker: Gebruiker | None = None) -> Programma:
    """Add the programme of checked *data*; must run inside a transaction of the caller.

    *gebruiker* becomes organisator and verslaglegger of a new reeks, and must be organisator of an existing one
    (``None``: the command line, which may everything). Raises ``DenkdinerError`` otherwise.
    """
    reeks, is_new = _put_reeks(data["reeks"], gebruiker)
    programma = Programma(reeks, nieuw=Counter(reeksen=int(is_new)))
    sprekers = {spreker.naam: spreker for spreker in reeks.sprekers.all()}
    for rij in data.get("sprekers", []):
        _put_spreker(programma, rij, sprekers)
    bestaand = {diner.nummer: diner for diner in reeks.diners.all()}
    for plek, rij in enumerate(data["diners"]):
        diner = bestaand.get(rij["nummer"])
        if diner is None:
            diner = _put_diner(reeks, rij)
            programma.nieuw["diners"] += 1
        programma.diners[diner.nummer] = diner
        _put_sprekers(programma, diner, rij.get("sprekers", []), sprekers)
        _check_rondes(rij.get("rondes", []), f"diners[{plek}].rondes")
        _put_parts(programma, diner, rij)
        _put_gasten(programma, diner, rij.get("gasten", []), f"diners[{plek}].gasten")
    return programma


def _put_reeks(rij: Json, gebruiker: Gebruiker | None) -> tuple[Reeks, bool]:
    """The reeks and whether it is new."""
    if rij["slug"] in BEZETTE_ADRESSEN:
        raise DenkdinerError("reeks.slug: dit adres is al in gebruik; kies een ander")
    velden = {sleutel: waarde for sleutel, waarde in rij.items() if sleutel != "slug"}
    if "bewaren_tot" in velden:
        velden["bewaren_tot"] = date.fromisoformat(velden["bewaren_tot"])
    reeks, is_new = Reeks.objects.get_or_create(slug=rij["slug"], defaults=velden)
    reeks = Reeks.objects.select_for_update(no_key=True).get(
        pk=reeks.pk
    )  # two imports of one reeks queue here
    if gebruiker is None:
        return reeks, is_new
    if is_new:
        for rol in (Rol.ORGANISATOR, Rol.VERSLAGLEGGER):
            Lidmaatschap.objects.create(gebruiker=gebruiker, reeks=reeks, rol=rol)
    elif not reeks.lidmaatschappen.filter(gebruiker=gebruiker, rol=Rol.ORGANISATOR).exists():
        raise DenkdinerError("reeks.slug: dit adres is al in gebruik; kies een ander")
    return reeks, is_new


def _put_diner(reeks: Reeks, rij: Json) -> Diner:
    return Diner.objects.create(
        reeks=reeks,
        nummer=rij["nummer"],
        titel=rij["titel"],
        datum=date.fromisoformat(rij["datum"]) if "datum" in rij else None,
        begintijd=time.fromisoformat(rij["begintijd"]) if "begintijd" in rij else None,
        locatie=rij.get("locatie", ""),
        herinner_dagen=rij.get("herinner_dagen"),
        status=rij.get("status", Dinerstatus.VOORBEREIDING),
    )


def _put_spreker(programma: Programma, rij: Json, sprekers: dict[str, Spreker]) -> None:
    if rij["naam"] not in sprekers:
        sprekers[rij["naam"]] = Spreker.objects.create(reeks=programma.reeks, **rij)
        programma.nieuw["sprekers"] += 1


def _put_sprekers(
    programma: Programma, diner: Diner, rijen: list[Json], sprekers: dict[str, Spreker]
) -> None:
    for rij in rijen:
        _put_spreker(programma, rij, sprekers)
    al_bij = set(diner.optredens.values_list("spreker_id", flat=True))
    Optreden.objects.bulk_create(
        Optreden(diner=diner, spreker=sprekers[rij["naam"]], volgorde=len(al_bij) + plek)
        for plek, rij in enumerate(rijen)
        if sprekers[rij["naam"]].pk not in al_bij
    )


def _check_rondes(rijen: list[Json], pad: str) -> None:
    for plek, rij in enumerate(rijen):
        if rij.get("stelling") is not None and rij["soort"] not in OVER_EEN_STELLING:
            raise DenkdinerError(
                f"{pad}[{plek}].stelling: alleen een tafelgesprek of plenaire ronde gaat over een stelling"
            )


def _put_parts(programma: Programma, diner: Diner, rij: Json) -> None:
    """Stellingen, tafels and rondes: one query to see what exists and one to add, for each."""
    stellingen = _put_missing(
        programma,
        "stellingen",
        diner,
        rij,
        lambda deel: Stelling(
            diner=diner,
            nummer=deel["nummer"],
            tekst=deel["tekst"],
            toelichting=deel.get("toelichting", ""),
            doorvragen=deel.get("doorvragen", []),
            status=deel.get("status", Stellingstatus.DEFINITIEF),
        ),
    )
    programma.stellingen |= {(diner.nummer, nummer): stelling for nummer, stelling in stellingen.items()}
    tafels = _put_missing(
        programma,
        "tafels",
        diner,
        rij,
        lambda deel: Tafel(
            diner=diner, nummer=deel["nummer"], naam=deel.get("naam", ""), aantal_gasten=deel.get("gasten", 8)
        ),
    )
    programma.tafels |= {(diner.nummer, nummer): tafel for nummer, tafel in tafels.items()}
    rondes = _put_missing(programma, "rondes", diner, rij, lambda deel: _ronde(diner, deel, stellingen))
    programma.rondes |= {(diner.nummer, nummer): ronde for nummer, ronde in rondes.items()}


def _put_missing(
    programma: Programma, wat: str, diner: Diner, rij: Json, build: Callable[[Json], Any]
) -> dict[int, Any]:
    bestaand = {deel.nummer: deel for deel in getattr(diner, wat).all()}
    nieuw = [build(deel) for deel in rij.get(wat, []) if deel["nummer"] not in bestaand]
    if sum(getattr(deel, "is_running", False) for deel in (*bestaand.values(), *nieuw)) > 1:
        raise DenkdinerError(f"rondes: in diner {diner.nummer} loopt al een andere ronde")
    if nieuw:
        type(nieuw[0]).objects.bulk_create(nieuw)
    programma.nieuw[wat] += len(nieuw)
    return bestaand | {deel.nummer: deel for deel in nieuw}


def _ronde(diner: Diner, rij: Json, stellingen: dict[int, Stelling]) -> Ronde:
    ronde = Ronde(
        diner=diner,
        nummer=rij["nummer"],
        soort=rij["soort"],
        titel=rij.get("titel", ""),
        minuten=rij.get("minuten", 25),
        stelling=stellingen.get(rij.get("stelling") or 0),
    )
    if "begonnen" in rij:
        ronde.started_at = started_at = _utc(rij["begonnen"])
        ronde.ended_at = _moment(rij, "geeindigd")
        if ronde.ended_at is None and "resterend" in rij:
            ronde.paused_remaining = rij["resterend"]
        else:
            ronde.ends_at = _moment(rij, "eindigt") or started_at + timedelta(minutes=ronde.minuten)
    return ronde


def _moment(rij: Json, sleutel: str) -> datetime | None:
    return _utc(rij[sleutel]) if sleutel in rij else None


def _utc(moment: str) -> datetime:
    """PostgreSQL refuses an offset of sixteen hours or more."""
    return datetime.fromisoformat(moment).astimezone(UTC)


def _put_gasten(programma: Programma, diner: Diner, rijen: list[Json], pad: str) -> None:
    if not rijen:
        return
    ids = {uuid.UUID(rij["id"]): rij for rij in rijen}
    bestaand = Gast.objects.filter(pk__in=ids).in_bulk()
    for plek, pk in enumerate(ids):
        if pk in bestaand and bestaand[pk].diner_id != diner.pk:
            raise DenkdinerError(f"{pad}[{plek}].id: hoort al bij een ander diner ({pk})")
    nieuw = [
        Gast(
            id=pk,
            diner=diner,
            naam=rij["naam"],
            organisatie=rij.get("organisatie", ""),
            sector=rij.get("sector", ""),
            afgemeld=rij.get("afgemeld", False),
        )
        for pk, rij in ids.items()
        if pk not in bestaand
    ]
    Gast.objects.bulk_create(nieuw)
    Plaats.objects.bulk_create(
        Plaats(
            gast=gast,
            ronde=programma.rondes[diner.nummer, plaats["ronde"]],
            tafel=programma.tafels[diner.nummer, plaats["tafel"]],
            vast=plaats.get("vast", False),
        )
        for gast in nieuw
        for plaats in ids[gast.pk].get("plaatsen", [])
    )
    programma.nieuw["gasten"] += len(nieuw)


def reeks_as_data(reeks: Reeks) -> Json:
    """The record of the reeks; empty values are left out, as everywhere in the format."""
    return without_empty(
        {
            "slug": reeks.slug,
            "titel": reeks.titel,
            "organisatie": reeks.organisatie,
            "inleiding": reeks.inleiding,
            "horizonjaar": reeks.horizonjaar,
            "kleur": reeks.kleur,
            "tweede_kleur": reeks.tweede_kleur,
            "toegang_voor_uren": reeks.toegang_voor_uren,
            "toegang_na_uren": reeks.toegang_na_uren,
            "max_apparaten": reeks.max_apparaten,
            "bewaren_tot": reeks.bewaren_tot and reeks.bewaren_tot.isoformat(),
        }
    )


def sprekers_as_data(reeks: Reeks) -> list[Json]:
    """The sprekers of *reeks* that speak at no diner. One query."""
    los = reeks.sprekers.filter(optredens=None).order_by("naam", "pk")
    return [_spreker_as_data(spreker) for spreker in los]


def programma_as_data(diner: Diner) -> Json:
    """A diner without what was said. Prefetch optredens__spreker, stellingen, tafels, rondes__stelling and
    gasten__plaatsen__ronde, gasten__plaatsen__tafel to make this free of queries."""
    return without_empty(
        {
            "nummer": diner.nummer,
            "titel": diner.titel,
            "datum": diner.datum and diner.datum.isoformat(),
            "begintijd": diner.begintijd and diner.begintijd.isoformat("auto"),
            "locatie": diner.locatie,
            "herinner_dagen": diner.herinner_dagen,
            "status": diner.status,
            "sprekers": [_spreker_as_data(optreden.spreker) for optreden in diner.optredens.all()],
            "tafels": [
                without_empty({"nummer": tafel.nummer, "naam": tafel.naam}) | {"gasten": tafel.aantal_gasten}
                for tafel in diner.tafels.all()
            ],
            "stellingen": [
                without_empty(
                    {
                        "nummer": stelling.nummer,
                        "tekst": stelling.tekst,
                        "toelichting": stelling.toelichting,
                        "doorvragen": stelling.doorvragen,
                        "status": stelling.status,
                    }
                )
                for stelling in diner.stellingen.all()
            ],
            "rondes": [_ronde_as_data(ronde) for ronde in diner.rondes.all()],
            "gasten": [_gast_as_data(gast) for gast in diner.gasten.all()],
        }
    )


def _spreker_as_data(spreker: Spreker) -> Json:
    return without_empty(
        {
            "naam": spreker.naam,
            "functie": spreker.functie,
            "organisatie": spreker.organisatie,
            "bio": spreker.bio,
        }
    )


def _ronde_as_data(ronde: Ronde) -> Json:
    data = without_empty(
        {
            "nummer": ronde.nummer,
            "soort": ronde.soort,
            "titel": ronde.titel,
            "minuten": ronde.minuten,
            "stelling": ronde.stelling and ronde.stelling.nummer,
            "begonnen": ronde.started_at and ronde.started_at.isoformat(),
            "eindigt": ronde.ends_at and ronde.ends_at.isoformat(),
            "geeindigd": ronde.ended_at and ronde.ended_at.isoformat(),
        }
    )
    return data if ronde.paused_remaining is None else data | {"resterend": ronde.paused_remaining}


def _gast_as_data(gast: Gast) -> Json:
    return without_empty(
        {
            "id": str(gast.pk),
            "naam": gast.naam,
            "organisatie": gast.organisatie,
            "sector": gast.sector,
            "afgemeld": gast.afgemeld,
            "plaatsen": [
                without_empty(
                    {"ronde": plaats.ronde.nummer, "tafel": plaats.tafel.nummer, "vast": plaats.vast}
                )
                for plaats in gast.plaatsen.all()
            ],
        }
    )


def without_empty(data: Json) -> Json:
    """*data* without keys whose value says nothing: None, empty text, empty list, False. A 0 does say something."""
    return {
        sleutel: waarde
        for sleutel, waarde in data.items()
        if waarde is not None and waarde is not False and waarde not in ("", [])
    }
