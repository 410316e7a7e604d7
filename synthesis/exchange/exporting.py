"""A reeks as ``denkdiner-reeks/1``: what ``import_reeks`` turns into the same data again."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from capture.models import Bijdrage, Bron, Peiling
from sessions.exchange import programma_as_data, reeks_as_data, sprekers_as_data, without_empty
from sessions.models import Diner, Reeks
from synthesis.models import Onderbouwing, RodeDraad, Verslag

Json = dict[str, Any]


def export_reeks(reeks: Reeks, *, diners: Collection[int] = (), gasten: bool = True) -> str:
    """The whole reeks as JSON text (UTF-8, indent 1, stable order: the same data gives the same bytes).

    *diners*: only these, by number, and the threads that are theirs. Without *gasten* no guest is named.
    Left out on purpose: accounts, rights, tokens, contact details of sprekers, remarks, and earlier versions of notes,
    threads and the report.
    A constant number of queries.
    """
    data: Json = {"formaat": "denkdiner-reeks/1", "reeks": reeks_as_data(reeks)}
    if sprekers := sprekers_as_data(reeks):
        data["sprekers"] = sprekers
    data["diners"] = _diners(reeks.diners.filter(nummer__in=diners) if diners else reeks.diners.all())
    if not gasten:
        for diner in data["diners"]:
            diner.pop("gasten", None)
    if draden := _rode_draden(reeks, diners):
        data["rode_draden"] = draden
    if (
        verslag := Verslag.objects.filter(reeks=reeks)
        .prefetch_related("delen__stelling__diner", "aanvaardingen")
        .first()
    ):
        data["verslag"] = without_empty(
            {
                "titel": verslag.titel,
                "status": verslag.status,
                "aanvaard": [
                    {"soort": rij.soort, "vingerafdruk": rij.vingerafdruk, "reden": rij.reden}
                    for rij in verslag.aanvaardingen.all()
                ],
                "delen": sorted(
                    (
                        {"sleutel": deel.plaats, "tekst": deel.tekst}
                        for deel in verslag.delen.all()
                        if not diners or deel.stelling is None or deel.stelling.diner.nummer in diners
                    ),
                    key=lambda deel: deel["sleutel"],
                ),
            }
        )
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _diners(gekozen: QuerySet[Diner]) -> list[Json]:
    opzij = dict(
        Onderbouwing.objects.filter(rode_draad=None, bijdrage__diner__in=gekozen).values_list(
            "bijdrage_id", "reden"
        )
    )
    bijdragen, peilingen = defaultdict(list), defaultdict(list)
    for bijdrage in (
        Bijdrage.objects.filter(diner__in=gekozen)
        .select_related("stelling", "tafel", "ronde")
        .order_by("created_at", "pk")
    ):
        bijdragen[bijdrage.diner_id].append(_bijdrage_as_data(bijdrage, opzij=opzij.get(bijdrage.pk)))
    for peiling in (
        Peiling.objects.filter(tafel__diner__in=gekozen)
        .select_related("stelling", "tafel")
        .order_by("stelling__nummer", "tafel__nummer", "-moment")
    ):
        peilingen[peiling.tafel.diner_id].append(
            {
                "stelling": peiling.stelling.nummer,
                "tafel": peiling.tafel.nummer,
                "moment": peiling.moment,
                "eens": peiling.eens,
                "oneens": peiling.oneens,
                "neutraal": peiling.neutraal,
            }
        )
    diners = gekozen.prefetch_related(
        "optredens__spreker",
        "stellingen",
        "tafels",
        "rondes__stelling",
        "gasten__plaatsen__ronde",
        "gasten__plaatsen__tafel",
    )
    return [
        programma_as_data(diner)
        | without_empty({"peilingen": peilingen[diner.pk], "bijdragen": bijdragen[diner.pk]})
        for diner in diners
    ]


def _bijdrage_as_data(bijdrage: Bijdrage, *, opzij: str | None) -> Json:
    """*opzij*: why a person laid it aside, None when nobody did."""
    data: Json = {
        "id": str(bijdrage.pk),
        "stelling": bijdrage.stelling and bijdrage.stelling.nummer,
        "tafel": bijdrage.tafel and bijdrage.tafel.nummer,
    }
    return data | without_empty(
        {
            "ronde": bijdrage.ronde and bijdrage.ronde.nummer,
            "soort": bijdrage.soort,
            "tekst": bijdrage.tekst,
            "letterlijk": bijdrage.letterlijk,
            "standpunt": bijdrage.standpunt,
            "horizon": bijdrage.horizon,
            "trefwoorden": bijdrage.trefwoorden,
            "bron": "" if bijdrage.bron == Bron.TAFEL else bijdrage.bron,
            "bijgesteld": bijdrage.bijgesteld_id and str(bijdrage.bijgesteld_id),
            "opzij": opzij is not None,
            "opzij_reden": opzij,
            "te_laat": bijdrage.te_laat,
            "gemaakt": bijdrage.created_at.isoformat(),
            "verwijderd": bijdrage.deleted_at and bijdrage.deleted_at.isoformat(),
        }
    )


def _rode_draden(reeks: Reeks, diners: Collection[int]) -> list[Json]:
    alle = (
        RodeDraad.objects.filter(reeks=reeks)
        .select_related("diner", "stelling")
        .prefetch_related("onderbouwingen", "aanvaardingen")
        .order_by("diner__nummer", "stelling__nummer", "volgorde", "pk")
    )
    draden = [een for een in alle if not diners or een.diner is None or een.diner.nummer in diners]
    draden.sort(key=_place)  # databases differ on where NULL comes
    nummers = {draad.pk: nummer for nummer, draad in enumerate(draden, start=1)}
    return [
        without_empty(
            {
                "id": nummers[draad.pk],
                "diner": draad.diner and draad.diner.nummer,
                "stelling": draad.stelling and draad.stelling.nummer,
                "titel": draad.titel,
                "tekst": draad.tekst,
                "spanning": [draad.pool_a, draad.pool_b] if draad.has_spanning else None,
                "kernvraag": draad.kernvraag,
                "status": draad.status,
                "door_mens": draad.door_mens,
                "aanvaard": [
                    {"soort": rij.soort, "vingerafdruk": rij.vingerafdruk, "reden": rij.reden}
                    for rij in draad.aanvaardingen.all()
                ],
                "onderbouwing": [
                    _onderbouwing_as_data(rij, nummers)
                    for rij in draad.onderbouwingen.all()
                    if rij.draad_id is None or rij.draad_id in nummers  # else it was put away
                ],
            }
        )
        for draad in draden
    ]


def _place(draad: RodeDraad) -> tuple[int, int, int, int]:
    return (
        draad.diner.nummer if draad.diner else 0,
        draad.stelling.nummer if draad.stelling else 0,
        draad.volgorde,
        draad.pk,
    )


def _onderbouwing_as_data(rij: Onderbouwing, nummers: dict[int, int]) -> Json:
    wat: Json = (
        {"bijdrage": str(rij.bijdrage_id)} if rij.bijdrage_id else {"draad": nummers[rij.draad_id or 0]}
    )
    return wat | without_empty({"rol": rij.rol, "pool": rij.pool, "door_mens": rij.door_mens})
