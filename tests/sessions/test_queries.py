"""What the pages read, and how many queries that takes."""

from datetime import time, timedelta

import pytest

from capture.models import Peiling
from sessions import queries, services
from sessions.models import Optreden, Plaats, Reeks, Rol, Stellingstatus
from tests.factories import (
    NOW,
    ApparaatFactory,
    BijdrageFactory,
    DinerFactory,
    GastFactory,
    LidmaatschapFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    TafelFactory,
    ToegangFactory,
)

pytestmark = pytest.mark.django_db
EERDER = NOW.date() - timedelta(days=7)


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def test_reeksen_of_counts_diners_once_whatever_the_roles(reeks, roos, otto, django_assert_num_queries):
    DinerFactory.create_batch(2, reeks=reeks)
    LidmaatschapFactory(gebruiker=roos, reeks=reeks, rol=Rol.KIJKER)
    LidmaatschapFactory(gebruiker=roos, reeks__titel="Aarde")
    with django_assert_num_queries(1):
        found = [(reeks.titel, reeks.aantal_diners) for reeks in queries.reeksen_of(roos)]
    assert found == [("Aarde", 0), ("Verkenning 2050", 2)]


@pytest.mark.parametrize("aantal", [1, 3])
def test_diners_of_counts_what_each_holds(reeks, aantal, django_assert_num_queries):
    for nummer in range(aantal, 0, -1):
        diner = DinerFactory(reeks=reeks, nummer=nummer)
        StellingFactory.create_batch(nummer, diner=diner)
        TafelFactory.create_batch(2, diner=diner)
        Optreden.objects.create(diner=diner, spreker=SprekerFactory(reeks=reeks))
    with django_assert_num_queries(3):
        found = [
            (d.nummer, d.aantal_stellingen, d.aantal_tafels, [o.spreker.reeks_id for o in d.optredens.all()])
            for d in queries.diners_of(reeks)
        ]
    assert found == [(nummer, nummer, 2, [reeks.pk]) for nummer in range(1, aantal + 1)]


def test_running_ronde_has_its_stelling(diner, ronde, stelling, django_assert_num_queries):
    RondeFactory(diner=diner, nummer=2, started_at=NOW, ends_at=NOW, ended_at=NOW)
    RondeFactory(diner=diner, nummer=3)
    with django_assert_num_queries(1):
        assert queries.running_ronde(diner).stelling == stelling
    services.stop_ronde(ronde=ronde, now=NOW)
    assert queries.running_ronde(diner) is None


def test_ronde_state_is_all_that_a_screen_needs(diner, ronde):
    state = {"diner": diner.pk, "status": "live", "now": NOW.isoformat(), "ronde": None}
    assert queries.ronde_state(None, diner, NOW) == state
    assert queries.ronde_state(ronde, diner, NOW) == state | {
        "ronde": ronde.pk,
        "nummer": 1,
        "soort": "tafelgesprek",
        "stelling": ronde.stelling_id,
        "ends_at": at(20).isoformat(),
        "paused_remaining": None,
        "version": 0,
    }


def einde(diner, now):
    return queries.draaiboek_of(diner, now).einde


def test_end_of_evening_adds_up_what_is_to_come(diner, django_assert_num_queries):
    assert einde(diner, NOW) is None
    eerste, _, derde, _ = [RondeFactory(diner=diner, nummer=n, minuten=10 * n) for n in (1, 2, 3, 4)]
    assert einde(diner, NOW) == at(100)
    services.start_ronde(ronde=eerste, now=NOW)
    with django_assert_num_queries(1):
        assert einde(diner, at(4)) == at(100)
    assert einde(diner, at(15)) == at(105), "overtime: the rest moves along"
    services.start_ronde(ronde=derde, now=at(15))
    assert einde(diner, at(15)) == at(15 + 30 + 40), "ronde 2 was skipped"
    services.pause_ronde(ronde=derde, now=at(20))
    assert einde(diner, at(50)) == at(50 + 25 + 40)


def test_end_of_evening_is_unknown_when_all_is_done(diner, ronde):
    services.stop_ronde(ronde=ronde, now=NOW)
    assert einde(diner, NOW) is None


def test_draaiboek_knows_where_the_evening_is(diner, stellingen):
    een, twee, drie = [RondeFactory(diner=diner, nummer=n, stelling=stellingen[n - 1]) for n in (1, 2, 3)]

    def stand():
        nu = queries.draaiboek_of(diner, NOW)
        assert nu.rondes == [een, twee, drie]
        return nu.loopt, nu.volgende, nu.laatste, nu.gestopt

    assert stand() == (None, een, 0, None)
    assert not queries.evening_has_begun(diner)
    services.start_ronde(ronde=twee, now=NOW)
    assert stand() == (twee, drie, 2, None)
    assert queries.evening_has_begun(diner)
    services.stop_ronde(ronde=twee, now=at(1))
    assert stand() == (None, drie, 2, twee)
    services.start_ronde(ronde=een, now=at(2))
    assert stand() == (een, drie, 2, None)
    services.start_ronde(ronde=drie, now=at(3))
    services.stop_ronde(ronde=drie, now=at(4))
    assert stand() == (None, None, 3, drie)


def test_readiness_of_an_empty_diner_names_every_blocker(reeks):
    punten = queries.readiness(DinerFactory(reeks=reeks, datum=None, status="voorbereiding"), EERDER)
    assert [punt.gereed for punt in punten] == [False] * 6
    assert [p.anker for p in punten] == [
        "gegevens",
        "sprekers",
        "stellingen",
        "draaiboek",
        "tafels",
        "tafels",
    ]


def test_readiness_says_which_stelling_and_counts_valid_links_only(
    diner, stellingen, tafels, django_assert_num_queries
):
    def punten():
        return [(punt.tekst, punt.gereed) for punt in queries.readiness(diner, EERDER)]

    diner.begintijd, diner.status = time(18), "voorbereiding"
    services.edit_object(stellingen[1], status=Stellingstatus.CONCEPT)
    RondeFactory(diner=diner, stelling=stellingen[0])
    RondeFactory(diner=diner, stelling=stellingen[2], soort="plenair")
    ToegangFactory(tafel=tafels[0])
    for ended in ({"revoked_at": NOW}, {"replaced_at": NOW}):
        ToegangFactory(tafel=tafels[1], **ended)
    assert punten() == [
        ("Datum en begintijd staan vast", True),
        ("Er is een spreker", False),
        ("De stellingen zijn definitief (nog concept: 2)", False),
        ("Elke stelling heeft een tafelgesprek (nog niet: 2, 3)", False),
        ("Er zijn tafels", True),
        ("Elke tafel heeft een link (nog niet: 2)", False),
    ]
    services.edit_object(stellingen[1], status=Stellingstatus.DEFINITIEF)
    for stelling in stellingen[1:]:
        RondeFactory(diner=diner, stelling=stelling)
    services.add_spreker(reeks=diner.reeks, diner=diner, naam="Ada")
    diner.optredens.update(bevestigd_at=NOW)
    ToegangFactory(tafel=tafels[1])
    with django_assert_num_queries(5):
        assert all(punt.gereed for punt in queries.readiness(diner, EERDER))


def test_readiness_names_who_has_not_confirmed_and_where_that_is_mended(diner, django_assert_num_queries):
    ada, piet, zoe = [
        services.add_spreker(reeks=diner.reeks, diner=diner, naam=naam).optredens.get()
        for naam in ("Ada", "Piet", "Zoë")
    ]

    def sprekers():
        with django_assert_num_queries(5):
            punten = queries.readiness(diner, EERDER)
        return [(p.tekst, p.gereed, p.optreden) for p in punten if p.anker == "sprekers"]

    ada.bevestigd_at = NOW
    ada.save()
    assert sprekers() == [
        ("Er is een spreker", True, None),
        ("Piet heeft nog niet bevestigd", False, piet.pk),
        ("Zoë heeft nog niet bevestigd", False, zoe.pk),
    ]
    diner.optredens.update(bevestigd_at=NOW)
    assert sprekers() == [("Elke spreker heeft bevestigd", True, None)]


def test_readiness_asks_for_tablets_on_the_day_itself(diner, tafels):
    def tablets(vandaag):
        return [(p.tekst, p.gereed) for p in queries.readiness(diner, vandaag) if "tablet" in p.tekst]

    diner.status = "voorbereiding"
    ApparaatFactory(toegang=ToegangFactory(tafel=tafels[0]))
    ApparaatFactory(toegang=ToegangFactory(tafel=tafels[1]), revoked_at=NOW)
    ontbreekt = [("Aan elke tafel doet een tablet mee (nog niet: 2)", False)]
    assert tablets(EERDER) == []
    assert tablets(diner.datum) == ontbreekt
    diner.status = "live"
    assert tablets(EERDER) == ontbreekt
    diner.status = "afgesloten"
    assert tablets(diner.datum) == []
    diner.status = "live"
    ApparaatFactory(toegang=tafels[1].toegangen.get())
    assert tablets(diner.datum) == [("Aan elke tafel doet een tablet mee", True)]


def test_readiness_of_a_large_room_names_a_few_tables(diner):
    for nummer in range(1, 13):
        TafelFactory(diner=diner, nummer=nummer)
    teksten = [punt.tekst for punt in queries.readiness(diner, EERDER)]
    assert "Elke tafel heeft een link (nog niet: 1, 2, 3, 4, 5, 6, 7, 8, en nog 4)" in teksten


def test_tafels_with_toegang_counts_active_devices(diner, tafels, django_assert_num_queries):
    oud = ToegangFactory(tafel=tafels[0], replaced_at=NOW)
    ApparaatFactory.create_batch(2, toegang=oud)
    actief = ApparaatFactory(toegang=ToegangFactory(tafel=tafels[0]), joined_at=at(-5))
    ApparaatFactory(toegang=actief.toegang, revoked_at=NOW)
    ApparaatFactory(toegang__tafel=tafels[1], toegang__revoked_at=NOW)
    with django_assert_num_queries(1):
        assert [(t.nummer, t.aantal_apparaten) for t in queries.tafels_with_toegang(diner)] == [
            (1, 3),
            (2, 0),
        ]


def test_stelling_is_begonnen_once_its_ronde_was_started(ronde, stellingen):
    assert [queries.stelling_is_begonnen(stelling) for stelling in stellingen] == [True, False, False]
    services.stop_ronde(ronde=ronde, now=NOW)
    assert queries.stelling_is_begonnen(stellingen[0])


def test_stelling_is_vast_once_its_ronde_began_or_notes_hang_on_it(
    diner, ronde, stellingen, tafels, django_assert_num_queries
):
    BijdrageFactory(tafel=tafels[0], stelling=stellingen[2])
    assert [queries.stelling_is_vast(stelling) for stelling in stellingen] == [True, False, True]
    with django_assert_num_queries(1):
        assert [(s.nummer, s.is_vast) for s in queries.stellingen_of(diner)] == [
            (1, True),
            (2, False),
            (3, True),
        ]


def test_what_goes_along_counts_what_every_app_hangs_on_it(diner, ronde, stelling, femke, roos):
    BijdrageFactory.create_batch(3, tafel=femke.toegang.tafel, stelling=stelling)
    Peiling.objects.create(
        tafel=femke.toegang.tafel, stelling=stelling, moment="voor", eens=3, updated_at=NOW
    )
    Plaats.objects.create(gast=GastFactory(diner=diner), ronde=ronde, tafel=femke.toegang.tafel)
    BijdrageFactory()
    van_diner = dict(reversed(regel) for regel in queries.what_goes_along(diner))
    assert {wat: van_diner[wat] for wat in ("bijdragen", "tafels", "ronde", "peiling", "gast", "plaats")} == {
        "bijdragen": 3,
        "tafels": 2,
        "ronde": 1,
        "peiling": 1,
        "gast": 1,
        "plaats": 1,
    }
    assert not {"diner", "reeks", "lidmaatschap", "gebruiker"} & van_diner.keys()
    van_reeks = dict(reversed(regel) for regel in queries.what_goes_along(diner.reeks))
    assert van_reeks == van_diner | {"diner": 1, "lidmaatschap": 1}
    assert [aantal for aantal, _ in queries.what_goes_along(diner)] == sorted(
        van_diner.values(), reverse=True
    )


def test_what_goes_along_is_true(diner, ronde, stellingen, tafels, roos):
    """Exactly as many rows go as the page said, and the thing itself."""
    said = sum(aantal for aantal, _ in queries.what_goes_along(diner.reeks))
    gone, _ = Reeks.objects.get(pk=diner.reeks_id).delete()
    assert gone == said + 1


def test_what_goes_along_with_nothing_is_empty(diner):
    assert queries.what_goes_along(TafelFactory(diner=diner)) == []
