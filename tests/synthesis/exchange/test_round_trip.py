"""What is imported comes out again; importing twice adds nothing; a bad file stores nothing."""

import json
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capture.models import Bijdrage, Peiling
from denkdiner.errors import DenkdinerError
from sessions.models import Diner, Gast, Reeks, Ronde
from synthesis.exchange import ImportFout, export_reeks, import_reeks
from synthesis.models import Onderbouwing, Verslagdeel
from tests.factories import NOW

DEMO = (settings.BASE_DIR / "synthesis/demo/reeks.json").read_bytes()
pytestmark = pytest.mark.django_db


def uid(n):
    return str(uuid.UUID(int=n))


RIJK = {
    "formaat": "denkdiner-reeks/1",
    "reeks": {
        "slug": "rijk",
        "titel": "Rijk",
        "horizonjaar": 2060,
        "bewaren_tot": "2030-01-01",
        "kleur": "#aa3300",
        "tweede_kleur": "#0a5c36",
    },
    "sprekers": [{"naam": "Nog Vrij", "functie": "Ooit"}],
    "diners": [
        {
            "nummer": 1,
            "titel": "Alles",
            "datum": "2026-11-24",
            "begintijd": "18:30",
            "locatie": "De Schuur",
            "herinner_dagen": 14,
            "status": "live",
            "sprekers": [{"naam": "Ada Vos", "functie": "Denker", "organisatie": "Eigen", "bio": "Kort."}],
            "tafels": [{"nummer": 1, "naam": "Eik", "gasten": 7}, {"nummer": 2, "gasten": 0}],
            "stellingen": [
                {
                    "nummer": 1,
                    "tekst": "Kan het?",
                    "toelichting": "Ja.",
                    "doorvragen": ["Hoe?"],
                    "status": "concept",
                }
            ],
            "rondes": [
                {
                    "nummer": 1,
                    "soort": "tafelgesprek",
                    "minuten": 20,
                    "stelling": 1,
                    "begonnen": "2026-11-24T18:00:00+00:00",
                    "resterend": 90,
                },
                {"nummer": 2, "soort": "pauze", "titel": "Soep"},
            ],
            "gasten": [
                {
                    "id": uid(1),
                    "naam": "Gast Een",
                    "sector": "zorg",
                    "plaatsen": [{"ronde": 1, "tafel": 2, "vast": True}],
                }
            ],
            "peilingen": [
                {"stelling": 1, "tafel": 1, "moment": "voor", "eens": 3, "oneens": 2, "neutraal": 1}
            ],
            "bijdragen": [
                {"id": uid(10), "stelling": 1, "tafel": 1, "ronde": 1, "tekst": "=1+1 <b>😀 \u202eר"},
                {
                    "id": uid(19),
                    "stelling": 1,
                    "tafel": 2,
                    "tekst": "lekker gegeten",
                    "opzij": True,
                    "opzij_reden": "Terzijde",
                },
                {
                    "id": uid(11),
                    "stelling": 1,
                    "tafel": 1,
                    "soort": "quote",
                    "tekst": "Goed is duur.",
                    "letterlijk": True,
                    "standpunt": "tegen",
                    "horizon": "horizonjaar",
                    "trefwoorden": ["geld"],
                    "bijgesteld": uid(10),
                    "te_laat": True,
                },
                {"id": uid(12), "stelling": None, "tafel": None, "bron": "spreker", "tekst": "Denk ver."},
                {
                    "id": uid(13),
                    "stelling": None,
                    "tafel": 2,
                    "tekst": "Weg ermee",
                    "verwijderd": "2026-11-24T19:00:00+00:00",
                },
            ],
        }
    ],
    "rode_draden": [
        {
            "id": 2,
            "diner": 1,
            "stelling": 1,
            "titel": "Geld",
            "tekst": "Over geld.",
            "spanning": ["nu", "straks"],
            "kernvraag": "Wie betaalt?",
            "door_mens": True,
            "onderbouwing": [
                {"bijdrage": uid(10), "rol": "steun", "pool": "a", "door_mens": True},
                {"bijdrage": uid(11), "rol": "quote", "pool": "b"},
            ],
        },
        {"id": 1, "titel": "Boven alles", "onderbouwing": [{"draad": 2}]},
    ],
    "verslag": {"titel": "Verslag", "delen": [{"sleutel": "1.1", "tekst": "Zelf geschreven."}]},
}


def put(data, **kwargs):
    inhoud = data if isinstance(data, bytes) else json.dumps(data).encode()
    return import_reeks(inhoud=inhoud, now=NOW, **kwargs)


@pytest.mark.parametrize("inhoud", [json.dumps(RIJK).encode(), DEMO], ids=["rijk", "demo"])
def test_export_imports_to_the_same_data(inhoud):
    reeks = put(inhoud).reeks
    first = export_reeks(reeks)
    reeks.delete()
    assert not Bijdrage.objects.exists()
    assert export_reeks(put(first.encode()).reeks) == first


def test_import_stores_what_the_file_says():
    put(RIJK)
    note = Bijdrage.objects.get(pk=uid(11))
    assert (note.tekst, note.letterlijk, note.standpunt, note.horizon) == (
        "Goed is duur.",
        True,
        "tegen",
        "horizonjaar",
    )
    assert (note.bijgesteld_id, note.trefwoorden, note.te_laat) == (uuid.UUID(uid(10)), ["geld"], True)
    assert note.versies.count() == 1
    assert Bijdrage.objects.get(pk=uid(13)).is_deleted
    assert Ronde.objects.get(nummer=1).is_paused
    assert Peiling.objects.get().oneens == 2
    assert Gast.objects.get().plaatsen.get().vast
    assert Onderbouwing.objects.filter(bijdrage__isnull=False).count() == 3
    assert Verslagdeel.objects.get().tekst == "Zelf geschreven."


def test_second_import_adds_nothing_and_changes_nothing():
    put(RIJK)
    Diner.objects.update(titel="Door Roos verbeterd")
    before = export_reeks(Reeks.objects.get())
    again = put(RIJK)
    assert sum(again.nieuw.values()) == 0
    assert export_reeks(Reeks.objects.get()) == before


def test_import_adds_only_what_is_new():
    put(RIJK)
    more = json.loads(json.dumps(RIJK))
    more["diners"][0]["bijdragen"].append({"id": uid(14), "tafel": 2, "tekst": "Erbij"})
    assert put(more).nieuw["bijdragen"] == 1


def test_id_of_another_reeks_is_refused_and_nothing_stored():
    put(RIJK)
    other = json.loads(json.dumps(RIJK))
    other["reeks"]["slug"] = "anders"
    del other["diners"][0]["gasten"]
    with pytest.raises(DenkdinerError):
        put(other)
    assert Reeks.objects.count() == 1


def test_bad_file_stores_nothing():
    bad = json.loads(json.dumps(RIJK))
    del bad["diners"][0]["bijdragen"][2]["tekst"]
    with pytest.raises(ImportFout, match=r"diners\[0\].bijdragen\[2\].tekst: ontbreekt"):
        put(bad)
    assert not Reeks.objects.exists()


def queries_of(action):
    with CaptureQueriesContext(connection) as queries:
        action()
    return len(queries)


def grown(slug, diners, notes):
    """RIJK with more of it, under another name and with ids of its own."""
    data = json.loads(json.dumps(RIJK))
    data["reeks"]["slug"] = slug
    data["rode_draden"] = []
    base = data["diners"].pop()
    for number in range(1, diners + 1):
        first = notes * 10_000 + number * 1_000
        more = [{"id": uid(first + n), "tafel": 1, "tekst": f"Notitie {n}"} for n in range(notes)]
        gast = base["gasten"][0] | {"id": uid(first)}
        data["diners"].append(base | {"nummer": number, "gasten": [gast], "bijdragen": more})
    return data


def test_import_has_the_same_number_of_queries_for_more_notes():
    few = queries_of(lambda: put(grown("weinig", 1, 3)))
    assert queries_of(lambda: put(grown("veel", 1, 30))) == few


def test_export_has_the_same_number_of_queries_for_more_of_everything():
    few, many = (put(grown(slug, *size)).reeks for slug, size in (("weinig", (1, 3)), ("veel", (3, 40))))
    assert queries_of(lambda: export_reeks(many)) == queries_of(lambda: export_reeks(few)) <= 20
