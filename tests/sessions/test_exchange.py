"""The programme out of a file and into one. Putting only ever adds."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from denkdiner.errors import DenkdinerError
from sessions.exchange import programma_as_data, put_programma, reeks_as_data, without_empty
from sessions.models import Diner, Dinerstatus, Gast, Reeks, Rol, Ronde, Spreker, Stellingstatus
from tests.factories import DinerFactory, GastFactory, ReeksFactory, RondeFactory, SprekerFactory

pytestmark = pytest.mark.django_db
GAST = str(uuid.UUID(int=7))


def data(**diner):
    """A file as the checker lets it through; *diner* replaces parts of its one diner."""
    return {
        "reeks": {"slug": "rijk", "titel": "Rijk", "horizonjaar": 2060, "toegang_voor_uren": 0},
        "diners": [
            {
                "nummer": 3,
                "titel": "Zorg",
                "datum": "2026-11-24",
                "begintijd": "18:30:00",
                "locatie": "De Schuur",
                "herinner_dagen": 14,
                "status": "live",
                "sprekers": [{"naam": "Zoë", "functie": "Denker"}, {"naam": "Ada"}],
                "tafels": [{"nummer": 1, "naam": "Eik", "gasten": 0}, {"nummer": 4, "gasten": 8}],
                "stellingen": [
                    {"nummer": 1, "tekst": "Kan het?", "doorvragen": ["Hoe?"], "status": "concept"},
                    {"nummer": 2, "tekst": "Moet het?", "toelichting": "Ja.", "status": "definitief"},
                ],
                "rondes": [
                    {"nummer": 1, "soort": "ontvangst", "minuten": 25, "begonnen": "2026-11-24T18:00:00+00:00",
                     "eindigt": "2026-11-24T18:25:00+00:00", "geeindigd": "2026-11-24T18:30:00+00:00"},
                    {"nummer": 2, "soort": "tafelgesprek", "minuten": 20, "stelling": 2,
                     "begonnen": "2026-11-24T18:30:00+00:00", "resterend": 0},
                    {"nummer": 3, "soort": "pauze", "titel": "Soep", "minuten": 5},
                ],
                "gasten": [
                    {"id": GAST, "naam": "Gast", "sector": "zorg", "afgemeld": True,
                     "plaatsen": [{"ronde": 2, "tafel": 4, "vast": True}]},
                ],
            }
            | diner
        ],
    }  # fmt: skip


def put(file, gebruiker=None):
    return put_programma(data=file, gebruiker=gebruiker)


def test_put_programma_stores_what_the_file_says():
    programma = put(data())
    diner = Diner.objects.get()
    assert programma.diners == {3: diner}
    assert (diner.titel, diner.datum, diner.begintijd) == ("Zorg", date(2026, 11, 24), time(18, 30))
    assert (diner.status, diner.herinner_dagen, diner.reeks.horizonjaar) == (Dinerstatus.LIVE, 14, 2060)
    assert [optreden.spreker.naam for optreden in diner.optredens.order_by("volgorde")] == ["Zoë", "Ada"]
    assert programma.stellingen[3, 1].doorvragen == ["Hoe?"]
    begonnen = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    ronde = Ronde.objects.running().get()
    assert (ronde, ronde.stelling) == (programma.rondes[3, 2], programma.stellingen[3, 2])
    assert (ronde.started_at, ronde.ends_at, ronde.paused_remaining) == (begonnen, None, 0)
    assert Gast.objects.get(pk=GAST).plaatsen.get().tafel == programma.tafels[3, 4]
    assert dict(programma.nieuw) == {
        "reeksen": 1, "diners": 1, "sprekers": 2, "stellingen": 2, "tafels": 2, "rondes": 3, "gasten": 1,
    }  # fmt: skip


def test_what_is_put_comes_out_the_same():
    put(data())
    file = data()
    assert [programma_as_data(diner) for diner in Diner.objects.all()] == file["diners"]
    assert reeks_as_data(Reeks.objects.get()) == file["reeks"] | {"toegang_na_uren": 8, "max_apparaten": 3}


def test_put_a_second_time_changes_nothing(stored):
    put(data())
    before = stored()
    programma = put(data())
    assert stored() == before
    assert not +programma.nieuw
    assert set(programma.rondes) == {(3, 1), (3, 2), (3, 3)}


def test_put_leaves_what_people_changed_and_adds_what_is_new():
    put(data())
    Diner.objects.update(titel="Zorg, maar dan anders", status=Dinerstatus.AFGESLOTEN)
    Spreker.objects.filter(naam="Ada").update(functie="Schrijver")
    file = data(sprekers=[{"naam": "Ada", "functie": "Denker"}, {"naam": "Bo"}])
    file["diners"][0]["tafels"].append({"nummer": 5})
    file["diners"].append({"nummer": 4, "titel": "Werk"})
    programma = put(file)
    assert +programma.nieuw == {"diners": 1, "tafels": 1, "sprekers": 1}
    assert list(Diner.objects.order_by("nummer").values_list("titel", "status")) == [
        ("Zorg, maar dan anders", Dinerstatus.AFGESLOTEN),
        ("Werk", Dinerstatus.VOORBEREIDING),
    ]
    assert Spreker.objects.get(naam="Ada").functie == "Schrijver"
    order = programma.diners[3].optredens.order_by("volgorde")
    assert [optreden.spreker.naam for optreden in order] == ["Zoë", "Ada", "Bo"]
    assert programma.tafels[3, 5].aantal_gasten == 8


def test_put_fills_in_what_the_file_leaves_out():
    diner = {"nummer": 1, "titel": "A", "stellingen": [{"nummer": 1, "tekst": "B"}], "rondes": [
        {"nummer": 1, "soort": "tafelgesprek", "stelling": None, "begonnen": "2026-11-24T18:00:00+01:00"},
    ]}  # fmt: skip
    programma = put(
        {"reeks": {"slug": "kaal", "titel": "Kaal", "bewaren_tot": "2030-01-01"}, "diners": [diner]}
    )
    ronde = programma.rondes[1, 1]
    assert (ronde.minuten, ronde.stelling) == (25, None)
    assert ronde.ends_at - ronde.started_at == timedelta(minutes=25)
    assert programma.stellingen[1, 1].status == Stellingstatus.DEFINITIEF
    assert Reeks.objects.get().bewaren_tot == date(2030, 1, 1)


def test_put_makes_the_importer_organisator_and_verslaglegger_of_a_new_reeks(otto):
    programma = put(data(), otto)
    assert set(programma.reeks.lidmaatschappen.values_list("gebruiker", "rol")) == {
        (otto.pk, Rol.ORGANISATOR),
        (otto.pk, Rol.VERSLAGLEGGER),
    }
    put(data(), otto)
    assert programma.reeks.lidmaatschappen.count() == 2


@pytest.mark.parametrize("naam", ["otto", "vera"])
def test_put_into_a_reeks_of_others_is_refused(request, reeks, naam, stored):
    gebruiker = request.getfixturevalue(naam)
    before = stored()
    file = data() | {"reeks": {"slug": reeks.slug, "titel": "Gekaapt"}}
    with pytest.raises(DenkdinerError, match=r"reeks\.slug: dit adres is al in gebruik"):
        put(file, gebruiker)
    assert stored() == before


@pytest.mark.parametrize("slug", ["nieuw", "importeren"])
def test_put_refuses_the_address_of_a_page(slug, stored):
    before = stored()
    with pytest.raises(DenkdinerError, match=r"reeks\.slug"):
        put(data() | {"reeks": {"slug": slug, "titel": "Zo"}})
    assert stored() == before


def test_put_names_the_gast_of_another_diner():
    GastFactory(id=uuid.UUID(GAST))
    nieuw = {"id": str(uuid.UUID(int=8)), "naam": "Nieuw"}
    file = data(gasten=[nieuw, {"id": GAST, "naam": "Gast"}])
    with pytest.raises(DenkdinerError, match=r"^diners\[0\]\.gasten\[1\]\.id: .*ander diner \(" + GAST):
        put(file)


@pytest.mark.parametrize("sleutel", ["begonnen", "eindigt", "geeindigd"])
def test_put_reads_any_offset_as_utc(sleutel):
    """PostgreSQL refuses an offset of sixteen hours or more."""
    tijden = {"begonnen": "2026-11-24T18:00:00+00:00"} | {sleutel: "2026-11-25T17:59:00+23:59"}
    programma = put(data(rondes=[{"nummer": 1, "soort": "pauze", **tijden}], gasten=[]))
    veld = {"begonnen": "started_at", "eindigt": "ends_at", "geeindigd": "ended_at"}[sleutel]
    programma.rondes[3, 1].refresh_from_db()
    assert getattr(programma.rondes[3, 1], veld) == datetime(2026, 11, 24, 18, tzinfo=UTC)


@pytest.mark.parametrize("soort", ["ontvangst", "spreker", "gang", "pauze", "afsluiting"])
def test_put_refuses_a_stelling_where_nobody_talks_about_it(soort):
    rondes = [{"nummer": 1, "soort": "plenair", "stelling": 1}, {"nummer": 2, "soort": soort, "stelling": 2}]
    with pytest.raises(DenkdinerError, match=r"^diners\[0\]\.rondes\[1\]\.stelling: alleen een tafelgesprek"):
        put(data(rondes=rondes, gasten=[]))


def test_put_locks_the_reeks_before_it_looks_what_exists():
    """Two imports of one reeks queue, so that the second sees what the first added."""
    put(data())
    with CaptureQueriesContext(connection) as asked:
        put(data())
    locking = (
        connection.features.has_select_for_no_key_update
    )  # SQLite: the whole database, from the first write on
    ending = "FOR NO KEY UPDATE" if locking else "LIMIT 21"
    lock = next(
        plek
        for plek, q in enumerate(asked)
        if '"diners_reeks"' in q["sql"] and q["sql"].rstrip().endswith(ending)
    )
    assert not any('FROM "diners_diner"' in query["sql"] for query in asked.captured_queries[:lock])


def test_put_refuses_a_second_running_ronde_in_a_diner():
    reeks = ReeksFactory(slug="rijk")
    moment = datetime(2026, 11, 24, 17, tzinfo=UTC)
    RondeFactory(diner=DinerFactory(reeks=reeks, nummer=3), nummer=9, started_at=moment, ends_at=moment)
    with pytest.raises(DenkdinerError, match="in diner 3 loopt al een andere ronde"):
        put(data())


def test_data_leaves_out_contact_details_of_sprekers(diner):
    diner.optredens.create(
        spreker=SprekerFactory(reeks=diner.reeks, naam="Ada", email="a@b.test", telefoon="06")
    )
    assert programma_as_data(diner)["sprekers"] == [{"naam": "Ada"}]


def test_without_empty_keeps_zero():
    assert without_empty({"a": 0, "b": "", "c": None, "d": [], "e": False, "f": True}) == {"a": 0, "f": True}
