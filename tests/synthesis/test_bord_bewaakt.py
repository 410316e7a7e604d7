"""The board keeps what hangs on a thread, costs the same for many notes, and looks again at what was vastgesteld."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from capture.models import Bijdrage
from synthesis import queries, services
from synthesis.models import Onderbouwing, RodeDraad
from synthesis.queries import LOS
from synthesis.redactie import Bevinding, Check
from tests.factories import (
    NOW,
    BijdrageFactory,
    DraadversieFactory,
    GastantwoordFactory,
    GastdraadFactory,
    GebruikerFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    TafelFactory,
    TerugkoppelingFactory,
    VrijgaveFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def daan():
    return GebruikerFactory(naam="Daan")


def thread(stelling, tafels, titel="Water", **velden):
    """With one note of each of *tafels*, placed by a proposal."""
    draad = RodeDraadFactory(stelling=stelling, titel=titel, **velden)
    for plek, tafel in enumerate(tafels):
        OnderbouwingFactory(
            rode_draad=draad,
            bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling, tekst=f"{titel} {plek}"),
            volgorde=plek,
        )
    return draad


def notes(draad):
    return list(
        Bijdrage.objects.filter(onderbouwing__rode_draad=draad).order_by("onderbouwing__volgorde", "pk")
    )


def undo(stelling, wie):
    return services.undo_handeling(stelling=stelling, gebruiker=wie, now=LATER)


def redo(stelling, wie):
    return services.redo_handeling(stelling=stelling, gebruiker=wie, now=LATER)


def place(bijdragen, draad, wie, gezien=LOS):
    return services.place_bijdragen(
        bijdragen=bijdragen, gezien=[str(gezien)] * len(bijdragen), draad=draad, gebruiker=wie, now=NOW
    )


# --- what people hung on a draft -------------------------------------------------------------------------------------


def _remark(draad, wie):
    services.add_opmerking(draad=draad, tekst="Klopt dit?", gebruiker=wie, now=NOW)


def _accept(draad, wie):
    bevinding = Bevinding(Check.GETAL, "tekst", 0, 2, "30", "Nagaan.", "a" * 64)
    services.accept_bevinding(draad=draad, bevinding=bevinding, reden="Nageteld", gebruiker=wie, now=NOW)


def _carry(draad, wie):
    boven = services.add_rode_draad(reeks=draad.reeks, titel="Over alles", now=NOW)
    services.carry_rode_draad(draad=boven, door=[draad])


def _place_across(draad, wie):
    services.place_draden(reeks=draad.reeks, plaatsen=[(draad.pk, None)], titel="Over alles", now=NOW)


HANGS = {
    "remark": _remark,
    "accept": _accept,
    "carry": _carry,
    "across": _place_across,
    "guests": lambda draad, wie: GastdraadFactory(rode_draad=draad),
    "answer": lambda draad, wie: GastantwoordFactory(
        terugkoppeling=TerugkoppelingFactory(diner=draad.diner), rode_draad=draad
    ),
    "offer": lambda draad, wie: VrijgaveFactory(diner=draad.diner, rode_draad=draad),
    "version": lambda draad, wie: DraadversieFactory(draad=draad),
}


@pytest.mark.parametrize("hang", HANGS.values(), ids=HANGS)
def test_proposal_keeps_a_draft_that_people_hung_something_on(stelling, tafels, vera, hang):
    draad, ander = thread(stelling, tafels), thread(stelling, tafels, "Wegen")
    eigen = notes(draad)
    hang(draad, vera)
    services.make_voorstel(stelling=stelling, now=NOW)
    assert RodeDraad.objects.filter(pk=draad.pk).exists()
    assert notes(draad)[: len(eigen)] == eigen, "it was hung there because of what was in it"
    assert not RodeDraad.objects.filter(pk=ander.pk).exists(), "nobody touched the other one"


def test_language_model_is_told_of_a_draft_that_stays(stelling, tafels, vera):
    draad = RodeDraadFactory(stelling=stelling, titel="Blijvend")
    assert "Blijvend" not in queries.voorgelegd(stelling).vraag.tekst
    _remark(draad, vera)
    assert "Blijvend" in queries.voorgelegd(stelling).vraag.tekst


# --- the scherm ------------------------------------------------------------------------------------------------------


def test_offer_is_not_given_back_to_a_thread_that_is_gone_again(diner, stelling, tafels):
    draad = thread(stelling, tafels, verwijderd_at=NOW)
    weg = VrijgaveFactory(diner=diner, rode_draad=draad, ingetrokken_at=LATER)
    services.vrijgaven.give_back_vrijgaven([[weg.pk, draad.pk]])
    assert list(draad.vrijgaven.all()) == [weg]


# --- taking back, and what people did with a thread since ------------------------------------------------------------


def _write(draad, wie):
    vers = RodeDraad.objects.get(pk=draad.pk)
    services.edit_rode_draad(draad=vers, version=vers.version, status="in_review", gebruiker=wie, now=NOW)


SINCE = {naam: HANGS[naam] for naam in ("remark", "accept", "guests", "answer")} | {"status": _write}


@pytest.mark.parametrize("since", SINCE.values(), ids=SINCE)
def test_thread_that_was_begun_stays_with_what_a_colleague_did_with_it(stelling, tafels, vera, daan, since):
    draad = thread(stelling, tafels)
    een, _ = notes(draad)
    gedaan = services.split_rode_draad(draad=draad, bijdragen=[een], titel="Apart", gebruiker=vera, now=NOW)
    since(RodeDraad.objects.get(pk=gedaan.begon), daan)
    assert undo(stelling, vera).gelukt
    assert RodeDraad.objects.filter(pk=gedaan.begon).exists()
    assert een in notes(draad)


@pytest.mark.parametrize("merge", [True, False], ids=["merge", "delete"])
@pytest.mark.parametrize("since", SINCE.values(), ids=SINCE)
def test_redo_does_not_put_away_what_a_colleague_worked_on_since(stelling, tafels, vera, daan, since, merge):
    draad, naar = thread(stelling, tafels), thread(stelling, tafels, "Wegen")
    _remark(draad, daan)
    wie = {"gebruiker": vera, "now": NOW}
    if merge:
        services.merge_rode_draden(van=draad, naar=naar, **wie)
    else:
        services.delete_rode_draad(draad=draad, **wie)
    assert (undo(stelling, vera).gelukt, redo(stelling, vera).gelukt, undo(stelling, vera).gelukt) == (
        True,
    ) * 3
    since(draad, daan)
    uitkomst = redo(stelling, vera)
    assert (uitkomst.gelukt, "aan “Water” verder gewerkt" in uitkomst.melding) == (False, True)
    assert RodeDraad.objects.filter(pk=draad.pk).exists()


# --- what was vastgesteld ----------------------------------------------------------------------------------------------


@pytest.fixture
def vast(stelling, tafels, vera):
    """A thread that says what its two tables bear out, and one of the reeks that it carries; both vastgesteld."""
    tafels.append(TafelFactory(diner=stelling.diner, nummer=3))
    BijdrageFactory(tafel=tafels[2], stelling=stelling, tekst="Iets anders")
    draad = thread(
        stelling, tafels[:2], tekst="Enkele tafels willen water.", status="vastgesteld", door_mens=True
    )
    boven = RodeDraadFactory(
        reeks=draad.reeks,
        diner=None,
        stelling=None,
        titel="Boven",
        tekst="Enkele tafels willen iets.",
        status="vastgesteld",
    )
    OnderbouwingFactory(rode_draad=boven, bijdrage=None, draad=draad)
    draad.onderbouwingen.update(door_mens=True)
    assert not [een for zaak in (draad, boven) for een in queries.oordelen_of(zaak) if een.is_open]
    return draad, boven


def _park(draad, wie):
    services.park_bijdragen(
        bijdragen=notes(draad)[:1], gezien=[str(draad.pk)], reden="Dubbel", gebruiker=wie, now=LATER
    )


def _loosen(draad, wie):
    services.loosen_bijdragen(bijdragen=notes(draad)[:1], gezien=[str(draad.pk)], gebruiker=wie, now=LATER)


def _place(draad, wie):
    naar = RodeDraadFactory(stelling=draad.stelling, titel="Elders")
    place(notes(draad)[:1], naar, wie, draad.pk)


def _split(draad, wie):
    services.split_rode_draad(draad=draad, bijdragen=notes(draad)[:1], titel="Deel", gebruiker=wie, now=LATER)


def _oppose(draad, wie):
    services.set_rol(
        bijdrage=notes(draad)[0], gezien=str(draad.pk), rol="tegenstem", gebruiker=wie, now=LATER
    )


def _propose(draad, wie):
    Onderbouwing.objects.filter(bijdrage=notes(draad)[0]).update(door_mens=False)
    services.voorstel.put_voorstel(draad.stelling, _Nothing(), LATER, None)


class _Nothing:
    def draft(self, notities, *, stelling="", aantal=None):
        return []


STEPS = {
    "park": _park,
    "loosen": _loosen,
    "place": _place,
    "split": _split,
    "rol": _oppose,
    "proposal": _propose,
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_step_that_opens_a_warning_puts_what_was_vastgesteld_back_in_review(vast, vera, step):
    step(vast[0], vera)
    for draad in vast:
        nu = RodeDraad.objects.get(pk=draad.pk)
        assert any(een.is_open for een in queries.oordelen_of(nu))
        assert (nu.status, nu.version) == ("in_review", 2)
        assert list(draad.versies.values_list("version", "status")) == [(1, "vastgesteld")]


def test_taking_back_looks_at_it_again_too(stelling, vast, tafels, vera):
    draad, boven = vast
    los = BijdrageFactory(tafel=tafels[2], stelling=stelling)
    place([los], draad, vera)
    alle = RodeDraad.objects.filter(pk__in=[draad.pk, boven.pk])
    alle.update(status="vastgesteld", tekst="Alle tafels willen water.")
    assert not [een for zaak in alle for een in queries.oordelen_of(zaak)]
    assert undo(stelling, vera).gelukt
    assert set(alle.values_list("status", flat=True)) == {"in_review"}


def test_step_that_opens_no_warning_leaves_it_vastgesteld(stelling, vast, vera):
    dubbel = BijdrageFactory(tafel=notes(vast[0])[0].tafel, stelling=stelling)
    place([dubbel], vast[0], vera)
    assert undo(stelling, vera).gelukt
    for zaak in vast:
        zaak.refresh_from_db()
    assert [(zaak.status, zaak.version) for zaak in vast] == [("vastgesteld", 1)] * 2


# --- many notes at once ----------------------------------------------------------------------------------------------


def test_all_notes_of_no_stelling_are_locked_in_one_order(diner, tafels, vera):
    noten = [BijdrageFactory(tafel=tafels[0], stelling=None) for _ in range(3)]
    with CaptureQueriesContext(connection) as gesteld:
        services.park_bijdragen(
            bijdragen=noten[::-1], gezien=[LOS] * 3, reden="Dubbel", gebruiker=vera, now=NOW
        )
        services.undo_handeling(diner=diner, gebruiker=vera, now=LATER)
    sloten = [
        een["sql"]
        for een in gesteld
        if 'FROM "capture_bijdrage"' in een["sql"] and 'ORDER BY "capture_bijdrage"."id" ASC' in een["sql"]
    ]
    assert len(sloten) == 2, "when it is done, and when it is taken back"
    assert all(noot.pk.hex in slot.replace("-", "") for slot in sloten for noot in noten)


@pytest.mark.parametrize("aantal", [3, 100])
def test_step_costs_the_same_however_many_notes(stelling, tafels, vera, aantal):
    van, naar = thread(stelling, tafels), thread(stelling, tafels, "Wegen")
    noten = [BijdrageFactory(tafel=tafels[0], stelling=stelling) for _ in range(aantal)]
    wie = {"gebruiker": vera, "now": NOW}
    steps = {
        "place": lambda: place(noten, van, vera),
        "undo": lambda: undo(stelling, vera),
        "redo": lambda: redo(stelling, vera),
        "merge": lambda: services.merge_rode_draden(van=van, naar=naar, **wie),
        "undo merge": lambda: undo(stelling, vera),
        "park": lambda: services.park_bijdragen(
            bijdragen=noten, gezien=[str(van.pk)] * aantal, reden="Dubbel", **wie
        ),
        "loosen": lambda: services.loosen_bijdragen(bijdragen=noten, gezien=[queries.OPZIJ] * aantal, **wie),
    }
    kosten = {}
    for naam, step in steps.items():
        with CaptureQueriesContext(connection) as gesteld:
            step()
        kosten[naam] = len(gesteld)
    assert set(noten) <= set(queries.werkbank(stelling).los)
    assert kosten == {
        "place": 12,
        "undo": 11,
        "redo": 13,
        "merge": 46,
        "undo merge": 37,
        "park": 11,
        "loosen": 9,
    }
