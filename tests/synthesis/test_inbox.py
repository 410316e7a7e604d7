"""The inbox: one key puts a note somewhere, any step can be taken back, and nobody overwrites a colleague unseen."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from capture.models import Bron
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Lidmaatschap, Rol
from synthesis import services
from synthesis.drafting import Notitie
from synthesis.drafting.corpus import Corpus
from synthesis.drafting.lexical import nearest_groups
from synthesis.models import Handeling, Minderheid, Onderbouwing, RodeDraad
from synthesis.queries import (
    LOS,
    OPZIJ,
    algemeen_of,
    inbox_of,
    inbox_stelling,
    laatste_van_anderen,
)
from synthesis.queries import inbox as queries_inbox
from tests.factories import (
    NOW,
    BijdrageFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    RondeFactory,
    StellingFactory,
)

pytestmark = pytest.mark.django_db
PREFIX = "/reeksen/verkenning-2050/diners/1/inbox"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draden(stelling):
    return [
        RodeDraadFactory(stelling=stelling, titel=titel, volgorde=n)
        for n, titel in enumerate(("Wonen", "Zorg"))
    ]


@pytest.fixture
def notitie(stelling, tafels):
    return BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="te weinig huizen", letterlijk=True)


def plek(bijdrage):
    rij = Onderbouwing.objects.filter(bijdrage=bijdrage).first()
    return queries_inbox.plek_of(rij.rode_draad_id if rij else None, is_los=rij is None)


def state():
    """Every placement and every thread, as they are stored."""
    rijen = sorted(map(str, Onderbouwing.objects.values_list("bijdrage", *services.journaal.PLAATS)))
    return rijen, sorted(RodeDraad.objects.values_list("pk", "titel"))


def place(bijdrage, draad, wie, gezien=None, reden=""):
    gezien = plek(bijdrage) if gezien is None else gezien
    return services.place_bijdragen(
        bijdragen=[bijdrage], draad=draad, gezien=[gezien], reden=reden, gebruiker=wie, now=NOW
    )


def park(bijdrage, reden, gezien, wie):
    return services.park_bijdragen(bijdragen=[bijdrage], reden=reden, gezien=[gezien], gebruiker=wie, now=NOW)


def start(bijdrage, titel, gezien, wie):
    return services.start_rode_draad(
        stelling=bijdrage.stelling,
        bijdragen=[bijdrage],
        titel=titel,
        gezien=[gezien],
        gebruiker=wie,
        now=NOW,
    )


def undo(diner, wie):
    return services.undo_handeling(diner=diner, gebruiker=wie, now=NOW)


# --- steps -----------------------------------------------------------------------------------------------------------
def test_step_puts_a_note_where_it_says(notitie, draden, vera):
    place(notitie, draden[0], vera, LOS)
    rij = notitie.onderbouwing
    assert (rij.rode_draad, rij.rol, rij.door_mens, rij.reden) == (draden[0], "steun", True, "")
    wie = {"bijdrage": notitie, "gebruiker": vera, "now": NOW}
    services.toggle_quote(gezien=plek(notitie), **wie)
    place(notitie, draden[1], vera, reden="Past hier beter")
    assert Onderbouwing.objects.get().rol == "quote", "a quote stays one in another thread"
    services.toggle_quote(gezien=plek(notitie), **wie)
    assert Onderbouwing.objects.get().rol == "steun"
    park(notitie, " Dubbel ", plek(notitie), vera)
    rij = Onderbouwing.objects.get()
    assert (rij.rode_draad, rij.reden, plek(notitie)) == (None, "Dubbel", OPZIJ)
    start(notitie, "Ruimte", OPZIJ, vera)
    rij = Onderbouwing.objects.select_related("rode_draad").get()
    assert (rij.rode_draad.titel, rij.rode_draad.door_mens, rij.reden) == ("Ruimte", True, "")


def test_both_sides_of_a_spanning_take_notes(stelling, tafels, vera):
    draad = RodeDraadFactory(stelling=stelling, pool_a="snel", pool_b="samen")
    een, twee = (BijdrageFactory(tafel=tafel, stelling=stelling) for tafel in tafels)
    for bijdrage, pool in ((een, "a"), (twee, "b")):
        place(bijdrage, draad, vera)
        services.toggle_pool(bijdrage=bijdrage, pool=pool, gezien=plek(bijdrage), gebruiker=vera, now=NOW)
    assert list(Onderbouwing.objects.order_by("pool").values_list("bijdrage", "pool")) == [
        (een.pk, "a"),
        (twee.pk, "b"),
    ]
    services.toggle_pool(bijdrage=een, pool="a", gezien=plek(een), gebruiker=vera, now=NOW)
    assert Onderbouwing.objects.get(bijdrage=een).pool == ""


def test_step_that_breaks_a_rule_changes_nothing(stelling, tafels, notitie, draden, vera, diner):
    los = BijdrageFactory(tafel=tafels[0], stelling=stelling)
    place(notitie, draden[0], vera)
    elders = RodeDraadFactory(stelling=StellingFactory(diner=diner, nummer=9))
    before, wie = state(), {"gebruiker": vera, "now": NOW}
    for act, woorden in (
        (lambda: place(los, elders, vera), "andere stelling"),
        (lambda: start(los, "  ", LOS, vera), "."),
        (lambda: park(los, " ", LOS, vera), "waarom"),
        (lambda: park(los, "x" * 201, LOS, vera), "te lang"),
        (lambda: services.toggle_quote(bijdrage=los, gezien=LOS, **wie), "eerst in een rode draad"),
        (lambda: services.toggle_pool(bijdrage=los, pool="a", gezien=LOS, **wie), "eerst in een rode draad"),
        (
            lambda: services.toggle_pool(bijdrage=notitie, pool="a", gezien=plek(notitie), **wie),
            "twee kanten",
        ),
    ):
        with pytest.raises(DenkdinerError, match=woorden):
            act()
    place(los, draden[0], vera)
    with pytest.raises(DenkdinerError, match="letterlijk gehoord"):
        services.toggle_quote(bijdrage=los, gezien=plek(los), **wie)
    undo(diner, vera)
    assert state() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Onderbouwing.objects.update(reden="die niet kan")


# --- two at once -----------------------------------------------------------------------------------------------------
def test_colleague_who_was_first_is_named_and_not_overwritten(notitie, draden, vera, roos):
    place(notitie, draden[0], roos, LOS)
    with pytest.raises(services.Bezet, match="Roos zette deze notitie net in “Wonen”"):
        place(notitie, draden[1], vera, LOS)
    park(notitie, "Dubbel", plek(notitie), roos)
    with pytest.raises(Conflict, match="Roos heeft deze notitie net opzijgelegd"):
        place(notitie, draden[1], vera, str(draden[0].pk))
    assert plek(notitie) == OPZIJ
    assert Handeling.objects.filter(gebruiker=vera).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_same_note_at_once_do_not_both_get_it(notitie, draden, vera, roos):
    def take(draad, wie):
        try:
            place(notitie, draad, wie, LOS)
            return True
        except Conflict:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        got = list(pool.map(take, draden, (vera, roos)))
    assert sorted(got) == [False, True]
    assert Handeling.objects.count() == Onderbouwing.objects.count() == 1


# --- taking back -----------------------------------------------------------------------------------------------------
def test_undo_goes_back_step_by_step_for_each_person(notitie, draden, vera, roos, diner, tafels, stelling):
    ander = BijdrageFactory(tafel=tafels[1], stelling=stelling)
    states = [state()]
    for draad in draden:
        place(notitie, draad, vera, reden="Past hier beter")
        states.append(state())
    services.toggle_quote(bijdrage=notitie, gezien=plek(notitie), gebruiker=vera, now=NOW)
    place(ander, draden[0], roos)
    assert undo(diner, vera).gelukt
    assert undo(diner, roos).gelukt
    assert state() == states[2]
    for before in states[1::-1]:
        assert undo(diner, vera).gelukt
        assert state() == before
    assert undo(diner, vera) is None
    assert undo(diner, roos) is None


def test_undo_of_a_new_thread_takes_it_away_unless_somebody_used_it(
    notitie, vera, roos, diner, tafels, stelling
):
    for used in (False, True):
        new = start(notitie, "Ruimte", LOS, vera)
        draad = RodeDraad.objects.get(pk=new.begon)
        if used:
            place(BijdrageFactory(tafel=tafels[1], stelling=stelling), draad, roos)
        assert undo(diner, vera).gelukt
        assert plek(notitie) == LOS
        assert RodeDraad.objects.filter(pk=draad.pk).exists() is used


def test_undo_keeps_a_new_thread_in_which_somebody_wrote(notitie, vera, roos, diner):
    new = start(notitie, "Ruimte", LOS, vera)
    draad = RodeDraad.objects.get(pk=new.begon)
    services.edit_rode_draad(
        draad=draad, version=draad.version, tekst="Ruimte is schaars.", gebruiker=roos, now=NOW
    )
    assert undo(diner, vera).gelukt
    assert RodeDraad.objects.get().tekst == "Ruimte is schaars."


def test_undo_leaves_what_a_colleague_did_since(notitie, draden, vera, roos, diner):
    place(notitie, draden[0], vera)
    place(notitie, draden[1], roos, reden="Past hier beter")
    gedaan = undo(diner, vera)
    assert not gedaan.gelukt
    assert plek(notitie) == str(draden[1].pk)
    assert undo(diner, vera) is None, "passed over: the next undo is about the step before"


def test_undo_does_not_bring_back_a_thread_that_is_gone(notitie, draden, vera, roos, diner):
    place(notitie, draden[0], vera)
    place(notitie, draden[1], vera, reden="Past hier beter")
    services.delete_rode_draad(draad=draden[0], gebruiker=roos, now=NOW)
    assert not undo(diner, vera).gelukt
    assert plek(notitie) == str(draden[1].pk)


@pytest.mark.parametrize("seed", range(5))
def test_any_steps_of_two_people_are_undone_to_where_they_began(seed, stelling, tafels, diner, vera, roos):
    """Each on notes of their own, as they would share the work; the threads are everybody's."""
    rnd = random.Random(seed)
    draden = [RodeDraadFactory(stelling=stelling, pool_a="x", pool_b="y") for _ in range(3)]
    notities = [BijdrageFactory(tafel=tafels[n % 2], stelling=stelling, letterlijk=True) for n in range(10)]
    OnderbouwingFactory(rode_draad=draden[0], bijdrage=notities[0], rol="voorbeeld", volgorde=7)
    begin, done = state(), {vera: 0, roos: 0}
    for _ in range(60):
        wie = rnd.choice((vera, roos))
        notitie = rnd.choice(notities[:5] if wie == vera else notities[5:])
        step = {"bijdrage": notitie, "gezien": plek(notitie), "gebruiker": wie, "now": NOW}
        act = rnd.choice(
            (
                lambda step: place(step["bijdrage"], rnd.choice(draden), step["gebruiker"]),
                lambda step: start(step["bijdrage"], "Nieuw", step["gezien"], step["gebruiker"]),
                lambda step: park(step["bijdrage"], "Dubbel", step["gezien"], step["gebruiker"]),
                lambda step: services.toggle_quote(**step),
                lambda step: services.toggle_pool(pool=rnd.choice("ab"), **step),
            )
        )
        try:
            done[wie] += act(step).pk is not None  # what changes nothing is no step
        except DenkdinerError:
            continue
    assert min(done.values()) > 10
    while sum(done.values()):
        wie = rnd.choice([who for who, left in done.items() if left])
        assert undo(diner, wie).gelukt
        done[wie] -= 1
    assert state() == begin


# --- what it shows ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("aantal", [1, 3])
def test_inbox_counts_and_costs_the_same(stelling, tafels, draden, vera, aantal, django_assert_num_queries):
    for n in range(aantal):
        for draad in draden:
            OnderbouwingFactory(
                rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[n % 2], stelling=stelling)
            )
        opzij = BijdrageFactory(tafel=tafels[0], stelling=stelling)
        OnderbouwingFactory(rode_draad=None, bijdrage=opzij, reden="Dubbel")
        BijdrageFactory(
            tafel=tafels[0], stelling=stelling, tekst=f"los {n}", created_at=NOW + timedelta(minutes=n)
        )
    BijdrageFactory(tafel=tafels[0], stelling=stelling, deleted_at=NOW)
    BijdrageFactory(tafel=tafels[0], stelling=stelling, bron=Bron.SPREKER)
    with django_assert_num_queries(6):  # the words of the diner are learnt now, and kept
        inbox_of(stelling)
    with django_assert_num_queries(4):
        inbox = inbox_of(stelling)
    assert (inbox.geplaatst, inbox.opzij, inbox.los, inbox.totaal) == (2 * aantal, aantal, aantal, 4 * aantal)
    assert [regel.bijdrage.tekst for regel in inbox.regels] == [f"los {n}" for n in range(aantal)], (
        "oldest first"
    )
    assert [(draad.nummer, draad.toets, draad.kaart.draad) for draad in inbox.draden] == [
        (1, "1", draden[0]),
        (2, "2", draden[1]),
    ]
    assert {regel.plek for regel in inbox_of(stelling, alles=True).regels} == {
        LOS,
        OPZIJ,
        *(str(draad.pk) for draad in draden),
    }


def test_inbox_opens_at_what_the_tables_talk_about(diner, stellingen):
    assert inbox_stelling(diner) == stellingen[0]
    RondeFactory(diner=diner, nummer=1, stelling=stellingen[1], started_at=NOW, ends_at=NOW)
    assert inbox_stelling(diner) == stellingen[1]
    assert inbox_stelling(diner, 1) == stellingen[0]
    assert inbox_stelling(diner, 99) is None


def test_what_is_about_no_stelling_can_be_laid_aside(diner, tafels, vera, django_assert_num_queries):
    een = BijdrageFactory(tafel=tafels[0], stelling=None, tekst="mooie avond")
    with django_assert_num_queries(1):
        assert [regel.bijdrage for regel in algemeen_of(diner).regels] == [een]
    park(een, "Terzijde", LOS, vera)
    assert algemeen_of(diner).regels == ()
    assert [regel.plek for regel in algemeen_of(diner, alles=True).regels] == [OPZIJ]
    undo(diner, vera)
    assert algemeen_of(diner).los == 1


def test_news_of_colleagues_is_short_and_not_about_oneself(diner, notitie, draden, vera, roos):
    place(notitie, draden[0], roos)
    assert laatste_van_anderen(diner, vera, NOW).gebruiker == roos
    assert laatste_van_anderen(diner, roos, NOW) is None
    assert laatste_van_anderen(diner, vera, NOW + timedelta(minutes=2)) is None


BUS = [
    "geen bus na zeven uur in het dorp",
    "de bus rijdt niet meer na zeven uur",
    "zonder bus kom je het dorp niet uit",
]
BOUW = [
    "vergunningen duren te lang om te bouwen",
    "bouwen kost jaren aan vergunningen",
    "eerst vergunningen weg dan bouwen",
]


def test_likeness_is_said_when_it_is_clear_and_otherwise_not(stelling, tafels, draden):
    for draad, teksten in zip(draden, (BUS, BOUW), strict=True):
        for tekst in teksten:
            OnderbouwingFactory(
                rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=tekst)
            )
    BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="vergunningen voor bouwen", created_at=NOW)
    BijdrageFactory(
        tafel=tafels[0], stelling=stelling, tekst="lekker gegeten", created_at=NOW + timedelta(minutes=1)
    )
    lijkt = [regel.lijkt_op and regel.lijkt_op.nummer for regel in inbox_of(stelling).regels]
    assert lijkt == [2, None]
    assert not Handeling.objects.exists(), "never by itself"


def test_likeness_does_not_depend_on_the_order_of_notes():
    notes = [
        Notitie(id=f"{n:02}", tekst=tekst, tafel=1, groep="x" if tekst in BUS else "y")
        for n, tekst in enumerate(BUS + BOUW)
    ]
    notes.append(Notitie(id="99", tekst="geen bus in het dorp", tafel=1))
    corpus = Corpus([note.tekst for note in notes])
    assert nearest_groups(corpus, notes) == nearest_groups(corpus, notes[::-1]) == {"99": "x"}
    assert nearest_groups(corpus, notes[:-1]) == {}
    assert nearest_groups(corpus, notes[-1:]) == {}


# --- the addresses ---------------------------------------------------------------------------------------------------
@pytest.fixture
def client(vera, sign_in):
    return sign_in(vera)


def post(client, action, **data):
    return client.post(f"{PREFIX}/{action}/", data, headers=HTMX)


def test_key_that_empties_a_view_of_one_table_asks_why(client, notitie, draden, vera):
    OnderbouwingFactory(rode_draad=draden[0], bijdrage=notitie)
    data = {"doe": "plaats", "draad": draden[1].pk, "bijdrage": notitie.pk, "gezien": draden[0].pk}
    vraagt = post(client, "stap", **data)
    assert vraagt.status_code == 422
    assert 'data-vraag="reden"' in vraagt.content.decode()
    assert "“Wonen” is van tafel 1 alleen" in vraagt.content.decode()
    assert plek(notitie) == str(draden[0].pk)
    assert "In “Zorg”." in post(client, "stap", reden="Past hier beter", **data).content.decode()
    assert Minderheid.objects.get().reden == "Past hier beter"


def test_step_and_undo_by_address(client, notitie, draden, diner):
    data = {"bijdrage": notitie.pk, "gezien": LOS}
    answer = post(client, "stap", doe="plaats", draad=draden[0].pk, **data)
    assert "In “Wonen”." in answer.content.decode()
    late = post(client, "stap", doe="plaats", draad=draden[1].pk, **data)
    assert (late.status_code, "zelf net verplaatst" in late.content.decode()) == (409, True)
    at = {"bijdrage": notitie.pk, "gezien": draden[0].pk}
    assert "Gekozen als quote" in post(client, "stap", doe="quote", **at).content.decode()
    assert post(client, "stap", doe="a", **at).status_code == 422
    assert (
        post(client, "spanning", draad=draden[0].pk, version=1, pool_a="snel", pool_b="").status_code == 422
    )
    assert (
        post(client, "spanning", draad=draden[0].pk, version=1, pool_a="snel", pool_b="samen").status_code
        == 200
    )
    assert post(client, "spanning", draad=draden[0].pk, version=1, pool_a="x", pool_b="y").status_code == 409
    assert "Aan de ene kant" in post(client, "stap", doe="a", **at).content.decode()
    for _ in range(3):
        answer = post(client, "ongedaan")
        assert (answer.status_code, f'data-bijdrage="{notitie.pk}"' in answer.content.decode()) == (200, True)
    assert plek(notitie) == LOS
    assert "niets om ongedaan te maken" in post(client, "ongedaan").content.decode()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"doe": "plaats"}, 422),
        ({"doe": "nieuw", "titel": " "}, 422),
        ({"doe": "opzij"}, 422),
        ({"doe": "dansen"}, 422),
        ({"doe": "plaats", "draad": 999}, 404),
        ({"doe": "plaats", "draad": "1; drop"}, 422),
        ({"doe": "opzij", "reden": "x" * 300}, 422),
    ],
)
def test_bad_step_is_refused_in_words(client, notitie, data, status):
    answer = post(client, "stap", bijdrage=notitie.pk, gezien=LOS, **data)
    assert answer.status_code == status
    assert not Onderbouwing.objects.exists()


def test_note_of_another_diner_is_not_there(client, draden):
    elders = BijdrageFactory()
    assert post(client, "stap", bijdrage=elders.pk, gezien=LOS, doe="opzij", reden="x").status_code == 404


def test_inbox_of_a_kijker_is_refused_and_of_the_regie_has_no_buttons(
    roos, otto, sign_in, reeks, notitie, draden
):
    html = sign_in(roos).get(f"{PREFIX}/").content.decode()
    assert notitie.tekst in html
    assert "data-doe" not in html
    assert "data-naar" not in html
    assert (
        post(sign_in(roos), "stap", bijdrage=notitie.pk, gezien=LOS, doe="opzij", reden="x").status_code
        == 403
    )
    assert sign_in(otto).get(f"{PREFIX}/").status_code == 404
    Lidmaatschap.objects.create(gebruiker=otto, reeks=reeks, rol=Rol.KIJKER)
    assert sign_in(otto).get(f"{PREFIX}/").status_code == 403


@pytest.mark.parametrize("vraag", ["?stelling=99", "?stelling=abc", "?stelling=99999999999"])
def test_inbox_of_an_unknown_stelling_is_not_there(client, notitie, vraag):
    assert client.get(f"{PREFIX}/{vraag}").status_code == 404


def test_inbox_says_what_to_do(client, diner, stelling, notitie, draden, vera):
    assert "druk op n" not in client.get(f"{PREFIX}/").content.decode()
    place(notitie, draden[0], vera)
    html = client.get(f"{PREFIX}/").content.decode()
    assert "Alles heeft een plek: 1 in een rode draad, 0 opzij" in html
    assert "Wonen" in client.get(f"{PREFIX}/?alles=1").content.decode()
    assert "heeft geen rode draden" in client.get(f"{PREFIX}/?stelling=algemeen").content.decode()
