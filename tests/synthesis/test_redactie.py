"""The text of a thread: versions, sources, remarks, warnings that may stand, and when it is vastgesteld."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capture.models import Bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from synthesis import queries, services
from synthesis.models import Aanvaarding, Bronstand, Draadversie, Onderbouwing, RodeDraad, Waarschuwing
from synthesis.queries.redactie import Bronsoort, bewijs_of, ondergrond_of, versies_of
from synthesis.redactie import Check
from synthesis.services.stelling import keep_version
from tests.factories import (
    NOW,
    BijdrageFactory,
    GastFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    SprekerFactory,
    TafelFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
CITAAT = "Een dorp zonder school is een slaapdorp."


@pytest.fixture
def draad(stelling, tafels):
    """Two of three tables support it; the first was heard verbatim."""
    draad = RodeDraadFactory(stelling=stelling, titel="De school draagt het dorp", door_mens=True)
    for nummer, tekst in enumerate((CITAAT, "Zonder school gaan 30 gezinnen weg.")):
        noot = BijdrageFactory(tafel=tafels[nummer], stelling=stelling, tekst=tekst, letterlijk=not nummer)
        OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
    BijdrageFactory(
        tafel=TafelFactory(diner=stelling.diner, nummer=3), stelling=stelling, tekst="Iets anders."
    )
    return draad


def edit(draad, **fields):
    fresh = RodeDraad.objects.get(pk=draad.pk)
    return services.edit_rode_draad(draad=fresh, **{"version": fresh.version, "now": LATER, **fields})


def settle(draad):
    edit(draad, status="in_review")
    return edit(draad, status="vastgesteld")


def words(draad, **velden):
    return [
        (een.bevinding.check, een.bevinding.woorden)
        for een in queries.oordelen_of(draad, velden=velden or None)
    ]


# --- versions -------------------------------------------------------------------------------------------------------------


def test_every_save_keeps_the_version_before_it_with_who_and_when(draad, vera, roos):
    edit(draad, titel="Eerst", tekst="Een.", gebruiker=vera)
    edit(draad, titel="Eerst", tekst="Twee.", gebruiker=roos, now=LATER + timedelta(hours=1))
    edit(draad, status="in_review", gebruiker=vera)
    oud = list(draad.versies.order_by("version").values_list("version", "titel", "tekst", "status"))
    assert oud == [
        (1, "De school draagt het dorp", "", "concept"),
        (2, "Eerst", "Een.", "concept"),
        (3, "Eerst", "Twee.", "concept"),
    ]
    tweede = draad.versies.get(version=2)
    assert (tweede.written_by, tweede.written_at, tweede.replaced_by) == (vera, LATER, roos)
    assert tweede.replaced_at == LATER + timedelta(hours=1)


def test_save_that_changes_nothing_keeps_no_version(draad):
    edit(draad, titel=draad.titel, tekst="")
    assert not draad.versies.exists()


def test_refused_save_keeps_no_version(draad):
    for wrong in ({"titel": ""}, {"pool_a": "een"}, {"status": "klaar"}, {"status": "vastgesteld"}):
        with pytest.raises(DenkdinerError):
            edit(draad, **wrong)
    with pytest.raises(Conflict):
        edit(draad, titel="Te laat", version=7)
    assert not Draadversie.objects.exists()
    assert RodeDraad.objects.get(pk=draad.pk).version == 1


def test_board_keeps_a_version_with_one_call_and_what_was_settled_goes_back_in_review(draad, vera):
    settle(draad)
    fresh = RodeDraad.objects.get(pk=draad.pk)
    for _ in range(2):
        keep_version(draad=fresh, now=LATER, gebruiker=vera)
    assert fresh.status == "in_review"
    assert draad.versies.filter(version=fresh.version).count() == 1
    assert draad.versies.get(version=fresh.version).status == "vastgesteld"


def test_versions_page_shows_what_each_one_changed(draad, vera):
    edit(draad, titel="De bus", tekst="De school sluit.", gebruiker=vera)
    edit(draad, tekst="De school blijft.", status="in_review")
    nieuw, midden, oud = versies_of(RodeDraad.objects.get(pk=draad.pk))
    assert [blad.nummer for blad in (nieuw, midden, oud)] == [3, 2, 1]
    assert (nieuw.versie, nieuw.vorige_status, nieuw.status) == (None, "Concept", "In review")
    [(naam, stukken)] = nieuw.verschillen
    assert naam == "Tekst"
    assert [(stuk.soort, stuk.tekst) for stuk in stukken] == [
        ("gelijk", "De school "),
        ("weg", "sluit"),
        ("erbij", "blijft"),
        ("gelijk", "."),
    ]
    assert [naam for naam, _ in midden.verschillen] == ["Titel", "Tekst"]
    assert midden.door == vera


def test_earlier_version_comes_back_as_a_new_one(draad, vera):
    edit(draad, titel="Anders", tekst="Een.", pool_a="snel", pool_b="samen", kernvraag="Hoe?")
    edit(draad, tekst="Twee.", pool_a="", pool_b="", kernvraag="")
    terug = services.restore_versie(versie=draad.versies.get(version=2), version=3, now=LATER, gebruiker=vera)
    assert (terug.version, terug.tekst, terug.pool_b, terug.kernvraag) == (4, "Een.", "samen", "Hoe?")
    assert draad.versies.get(version=3).tekst == "Twee."
    with pytest.raises(Conflict):
        services.restore_versie(versie=draad.versies.get(version=2), version=3, now=LATER)


# --- status ---------------------------------------------------------------------------------------------------------------


def test_status_goes_by_way_of_review(draad):
    with pytest.raises(DenkdinerError, match="eerst in review"):
        edit(draad, status="vastgesteld")
    assert settle(draad).status == "vastgesteld"
    assert edit(draad, status="concept").status == "concept"


@pytest.mark.parametrize(
    "fields", [{"titel": "X"}, {"tekst": "Nieuw."}, {"pool_a": "a", "pool_b": "b"}, {"kernvraag": "Hoe?"}]
)
def test_changing_what_was_settled_puts_it_back_in_review(draad, fields):
    settle(draad)
    assert edit(draad, status="vastgesteld", **fields).status == "in_review"
    assert edit(draad, **fields).status == "in_review"


def test_saving_what_was_settled_unchanged_leaves_it_so(draad):
    settle(draad)
    fresh = RodeDraad.objects.get(pk=draad.pk)
    assert edit(draad, status="vastgesteld", titel=fresh.titel, tekst=fresh.tekst).status == "vastgesteld"


def test_nothing_is_settled_with_an_open_warning_and_a_concept_is_always_saved(draad, vera):
    edit(draad, tekst="Aan alle tafels zeiden 40 mensen “dat”.", status="in_review")
    with pytest.raises(services.NogOpen, match="er staan 3 waarschuwingen open"):
        edit(draad, status="vastgesteld")
    assert RodeDraad.objects.get(pk=draad.pk).status == "in_review"
    for een in queries.oordelen_of(RodeDraad.objects.get(pk=draad.pk)):
        services.accept_bevinding(
            draad=draad, bevinding=een.bevinding, reden="Zo heet het.", gebruiker=vera, now=LATER
        )
    assert edit(draad, status="vastgesteld").status == "vastgesteld"


def test_text_that_is_mended_in_the_same_save_may_be_settled(draad):
    edit(draad, tekst="Aan alle tafels.", status="in_review")
    assert edit(draad, tekst="Aan enkele tafels.", status="vastgesteld").status == "vastgesteld"
    edit(draad, status="in_review")
    with pytest.raises(services.NogOpen, match="er staat 1 waarschuwing open"):
        edit(draad, tekst="Aan alle tafels.", status="vastgesteld")


# --- warnings that may stand ----------------------------------------------------------------------------------------------


def test_acceptance_is_of_one_warning_about_one_text_and_count(draad, vera, stelling, tafels):
    edit(draad, tekst="Aan alle tafels klonk dat. En aan alle tafels dit.")
    fresh = RodeDraad.objects.get(pk=draad.pk)
    een, ander = queries.oordelen_of(fresh)
    services.accept_bevinding(draad=draad, bevinding=een.bevinding, reden=" Om\nx ", gebruiker=vera, now=NOW)
    assert [o.is_open for o in queries.oordelen_of(fresh)] == [False, True]
    assert Aanvaarding.objects.get().reden == "Om x"
    services.accept_bevinding(draad=draad, bevinding=een.bevinding, reden="Nog eens", gebruiker=vera, now=NOW)
    assert Aanvaarding.objects.get().reden == "Om x"
    anders = {"tekst": "Aan alle tafels klonk dit."}
    assert [o.is_open for o in queries.oordelen_of(fresh, velden=anders)] == [True]
    Onderbouwing.objects.filter(rode_draad=draad).first().delete()
    assert [o.is_open for o in queries.oordelen_of(fresh)] == [True, True]
    for reden in ("", " ", "x" * 301):
        with pytest.raises(DenkdinerError):
            services.accept_bevinding(
                draad=draad, bevinding=ander.bevinding, reden=reden, gebruiker=vera, now=NOW
            )


def test_withdrawing_opens_the_warning_and_the_thread(draad, vera):
    edit(draad, tekst="Aan alle tafels.", status="in_review")
    [een] = queries.oordelen_of(RodeDraad.objects.get(pk=draad.pk))
    rij = services.accept_bevinding(
        draad=draad, bevinding=een.bevinding, reden="Om.", gebruiker=vera, now=NOW
    )
    edit(draad, status="vastgesteld")
    services.withdraw_aanvaarding(aanvaarding=rij, gebruiker=vera, now=LATER)
    fresh = RodeDraad.objects.get(pk=draad.pk)
    assert fresh.status == "in_review"
    assert draad.versies.get(version=fresh.version - 1).status == "vastgesteld"
    assert [o.is_open for o in queries.oordelen_of(fresh)] == [True]


def test_words_of_a_check_are_the_same_in_the_model():
    assert set(Waarschuwing.values) == {check.value for check in Check}


# --- what the text is held against ----------------------------------------------------------------------------------------


def test_text_is_held_against_the_notes_guests_and_programme_of_this_thread(draad, stelling, tafels, diner):
    GastFactory(diner=diner, naam="Piet Klaassen")
    SprekerFactory(reeks=diner.reeks, naam="Ada Vos")
    elders = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="Elders gezegd.", letterlijk=True)
    OnderbouwingFactory(rode_draad=RodeDraadFactory(stelling=stelling), bijdrage=elders)
    tekst = f"Enkele tafels (2 van 3), stelling 1, in 2050, 30 gezinnen, tafel 3. “{CITAAT}” Ada Vos sprak."
    assert words(draad, tekst=tekst) == []
    assert words(
        draad, tekst="“Elders gezegd.” Piet Klaassen, 31 gezinnen, stelling 7, meerdere tafels."
    ) == [
        ("citaat", "“Elders gezegd.”"),
        ("naam", "Piet Klaassen"),
        ("getal", "31"),
        ("getal", "7"),
        ("breedte", "meerdere tafels"),
    ]


def test_note_in_the_bin_or_moved_away_carries_nothing(draad, stellingen):
    eerste, tweede = Bijdrage.objects.filter(onderbouwing__rode_draad=draad).order_by("created_at", "pk")
    Bijdrage.objects.filter(pk=eerste.pk).update(deleted_at=NOW)
    assert ondergrond_of(draad).bron.steun == 1
    Bijdrage.objects.filter(pk=tweede.pk).update(stelling=stellingen[1])
    assert ondergrond_of(draad).bron.steun == 0


def test_reeks_thread_is_held_against_the_notes_under_the_threads_that_carry_it(draad, stellingen, tafels):
    ander = RodeDraadFactory(stelling=stellingen[1], titel="Ander")
    OnderbouwingFactory(
        rode_draad=ander,
        bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stellingen[1], tekst="Ja.", letterlijk=True),
    )
    boven = [RodeDraadFactory(stelling=None, diner=None, reeks=draad.reeks) for _ in range(2)]
    for een in boven:
        services.carry_rode_draad(draad=een, door=[draad, ander])
    ondergrond = ondergrond_of(boven[0])
    assert len(ondergrond.rijen) == 3
    assert (ondergrond.bron.steun, ondergrond.bron.besproken) == (2, 3)
    assert words(boven[0], tekst=f"“{CITAAT}” en “Ja.”") == []
    assert len(ondergrond_of(draad).rijen) == 2  # carried twice, counted once
    assert [groep.kop for groep in bewijs_of(boven[0], ondergrond)] == [
        "1.1 De school draagt het dorp",
        "1.2 Ander",
    ]


@pytest.mark.parametrize("aantal", [1, 3])
def test_warnings_cost_nine_queries_however_many_notes(draad, stelling, tafels, aantal, diner, vera):
    for _ in range(aantal):
        noot = BijdrageFactory(tafel=tafels[0], stelling=stelling)
        OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
        GastFactory(diner=diner)
    fresh = RodeDraad.objects.select_related("reeks").get(pk=draad.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries_made:
        queries.oordelen_of(fresh, velden={"tekst": "Alle tafels."})
    assert len(queries_made) == 9


# --- what changed under it ------------------------------------------------------------------------------------------------


def changed(*draden):
    return {
        pk: sorted((een.soort.value, een.tekst) for een in lijst)
        for pk, lijst in queries.bronnen_gewijzigd(draden).items()
    }


def test_thread_that_was_never_saved_has_no_changed_sources(draad, stelling, tafels):
    OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling))
    assert changed(draad) == {}


def test_each_way_in_which_a_source_changes_is_told(draad, stelling, stellingen, tafels):
    noten = [
        BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=f"Noot {n}", letterlijk=True)
        for n in range(7)
    ]
    for noot in noten[:6]:
        OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
    edit(draad, tekst="Tekst.")
    assert changed(draad) == {}
    Bijdrage.objects.filter(pk=noten[0].pk).update(tekst="Noot 0 anders", rev=2)
    Bijdrage.objects.filter(pk=noten[1].pk).update(deleted_at=NOW)
    Onderbouwing.objects.get(bijdrage=noten[2]).delete()
    Bijdrage.objects.filter(pk=noten[3].pk).update(letterlijk=False, rev=2)
    Onderbouwing.objects.filter(bijdrage=noten[4]).update(rol="tegenstem")
    Bijdrage.objects.filter(pk=noten[5].pk).update(trefwoorden=["school"], rev=2)
    OnderbouwingFactory(rode_draad=draad, bijdrage=noten[6])
    assert changed(draad)[draad.pk] == [
        ("andere rol", "Noot 4"),
        ("erbij gekomen", "Noot 6"),
        ("gewijzigd", "Noot 0 anders"),
        ("niet meer in deze rode draad", "Noot 2"),
        ("niet meer letterlijk", "Noot 3"),
        ("verwijderd", "Noot 1"),
    ]
    Bijdrage.objects.filter(pk=noten[0].pk).update(tekst="Noot 0", rev=3)
    assert ("gewijzigd", "Noot 0 anders") not in changed(draad)[draad.pk]
    edit(draad, pool_a="een", pool_b="ander")  # not the text: nobody read it again
    assert changed(draad)
    edit(draad, tekst="Tekst.")
    assert changed(draad) == {}


def test_note_that_moves_to_another_stelling_is_gone_and_marked_so(draad, stellingen):
    edit(draad, tekst="Tekst.")
    noot = draad.onderbouwingen.first().bijdrage
    Bijdrage.objects.filter(pk=noot.pk).update(stelling=stellingen[1], rev=2)
    assert changed(draad) == {draad.pk: [(Bronsoort.WEG.value, noot.tekst)]}


def test_reeks_thread_tells_of_the_threads_under_it(draad, stelling):
    boven = RodeDraadFactory(stelling=None, diner=None, reeks=draad.reeks)
    nieuw = RodeDraadFactory(stelling=stelling, titel="Nieuw")
    edit(boven, tekst="Over alles.", door=[draad])
    assert changed(boven) == {}
    edit(draad, titel="De school draagt veel")
    services.carry_rode_draad(draad=boven, door=[draad, nieuw])
    assert changed(boven)[boven.pk] == [("erbij gekomen", "Nieuw"), ("gewijzigd", "De school draagt veel")]
    services.carry_rode_draad(draad=boven, door=[nieuw])
    assert changed(boven)[boven.pk] == [
        ("erbij gekomen", "Nieuw"),
        ("niet meer in deze rode draad", "De school draagt het dorp"),
    ]


def test_what_changed_while_somebody_wrote_is_not_taken_for_seen(draad):
    gezien = queries.stamp_of(queries.bronnen_of([draad])[draad.pk])
    noot = draad.onderbouwingen.first().bijdrage
    edit(draad, tekst="Een.", bronnen=gezien)
    assert changed(draad) == {}
    Bijdrage.objects.filter(pk=noot.pk).update(tekst="Nee, toch niet.", rev=2)
    edit(draad, tekst="Twee.", bronnen=gezien)
    assert changed(draad) == {draad.pk: [("gewijzigd", "Nee, toch niet.")]}
    Bronstand.objects.all().delete()
    edit(draad, tekst="Drie.", bronnen=gezien)
    assert len(changed(draad)[draad.pk]) == 2  # written on something else: everything is new


@pytest.mark.parametrize("aantal", [1, 3])
def test_changed_sources_cost_three_queries_however_many_threads(stelling, tafels, aantal):
    draden = [RodeDraadFactory(stelling=stelling) for _ in range(aantal)]
    for draad in draden:
        noot = BijdrageFactory(tafel=tafels[0], stelling=stelling)
        OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
        edit(draad, tekst="x")
        Bijdrage.objects.filter(pk=noot.pk).update(tekst="anders", rev=2)
    with CaptureQueriesContext(connection) as made:
        assert len(queries.bronnen_gewijzigd(draden)) == aantal
    assert len(made) == 3


# --- remarks --------------------------------------------------------------------------------------------------------------


def test_remark_is_open_until_somebody_solves_it(draad, vera, roos):
    een = services.add_opmerking(draad=draad, tekst=" Klopt dit? ", gebruiker=vera, now=NOW)
    assert (een.tekst, een.made_by, een.solved_at) == ("Klopt dit?", vera, None)
    services.solve_opmerking(opmerking=een, opgelost=True, gebruiker=roos, now=LATER)
    services.solve_opmerking(opmerking=een, opgelost=True, gebruiker=vera, now=LATER + timedelta(1))
    een.refresh_from_db()
    assert (een.solved_by, een.solved_at) == (roos, LATER)
    services.solve_opmerking(opmerking=een, opgelost=False, gebruiker=vera, now=LATER)
    een.refresh_from_db()
    assert (een.solved_by, een.solved_at) == (None, None)
    for tekst in ("", " \n", "x" * 2001):
        with pytest.raises(DenkdinerError):
            services.add_opmerking(draad=draad, tekst=tekst, gebruiker=vera, now=NOW)
