"""Help for a table, and messages to the tables: the rules."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from denkdiner.errors import DenkdinerError
from denkdiner.live import diner_group, tafel_group, zaal_group
from sessions import queries, services
from sessions.models import MAX_BERICHT, Bericht, Gezien, Hulpvraag
from tests.factories import NOW, TafelFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def tafel(tafels):
    return tafels[0]


# --- help ------------------------------------------------------------------------------------------------------------
def test_help_is_open_until_somebody_came(tafel, roos, listen, django_capture_on_commit_callbacks):
    team, table = listen(diner_group(tafel.diner_id)), listen(tafel_group(tafel.pk))
    with django_capture_on_commit_callbacks(execute=True):
        vraag = services.ask_hulp(tafel=tafel, now=NOW)
        assert services.ask_hulp(tafel=tafel, now=LATER) == vraag
    assert queries.asks_hulp(tafel)
    with django_capture_on_commit_callbacks(execute=True):
        services.settle_hulp(tafel=tafel, gebruiker=roos, now=LATER)
        services.settle_hulp(tafel=tafel, gebruiker=roos, now=LATER)
    vraag.refresh_from_db()
    assert (vraag.asked_at, vraag.settled_at, vraag.settled_by) == (NOW, LATER, roos)
    assert not queries.asks_hulp(tafel)
    # what changed nothing told nobody
    assert team() == table() == [{"type": "tafel-changed", "tafel": tafel.pk}] * 2


def test_table_takes_its_question_back_and_asks_again(tafel):
    services.withdraw_hulp(tafel=tafel, now=NOW)
    services.ask_hulp(tafel=tafel, now=LATER)
    services.withdraw_hulp(tafel=tafel, now=NOW)  # by a server whose clock is behind
    services.ask_hulp(tafel=tafel, now=LATER)
    assert list(Hulpvraag.objects.values_list("settled_at", "settled_by")) == [(LATER, None), (None, None)]


@pytest.mark.django_db(transaction=True)
def test_ten_taps_at_once_are_one_question(tafel):
    barrier = Barrier(10)

    def tap(_):
        barrier.wait(20)
        try:
            while True:
                try:
                    return services.ask_hulp(tafel=tafel, now=NOW).pk
                except OperationalError:  # SQLite: another one is writing
                    continue
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(tap, range(10)))) == 1
    assert Hulpvraag.objects.count() == 1


def test_database_refuses_what_the_services_never_write(tafel, roos):
    Hulpvraag.objects.create(tafel=tafel, asked_at=NOW)
    bericht = Bericht.objects.create(diner=tafel.diner, tekst="a", sent_at=NOW)
    Gezien.objects.create(bericht=bericht, tafel=tafel, seen_at=NOW)
    for model, fields in (
        (Hulpvraag, {"tafel": tafel, "asked_at": NOW}),
        (Hulpvraag, {"tafel": tafel, "asked_at": LATER, "settled_at": NOW}),
        (Hulpvraag, {"tafel": TafelFactory(), "asked_at": NOW, "settled_by": roos}),
        (Bericht, {"diner": tafel.diner, "tekst": "", "sent_at": NOW}),
        (Bericht, {"diner": tafel.diner, "tekst": "x", "sent_at": LATER, "withdrawn_at": NOW}),
        (Gezien, {"bericht": bericht, "tafel": tafel, "seen_at": LATER}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**fields)


# --- messages --------------------------------------------------------------------------------------------------------
def say(bij, tekst="Over vijf minuten aan tafel", tafel=None, gebruiker=None):
    return services.send_bericht(diner=bij.diner, tafel=tafel, tekst=tekst, gebruiker=gebruiker, now=NOW)


@pytest.mark.parametrize("tekst", ["", "  \n", "x" * (MAX_BERICHT + 1), "a\0b", "a\ud800b"])
def test_message_that_cannot_be_read_is_not_sent(tafel, tekst):
    with pytest.raises(DenkdinerError):
        say(tafel, tekst)
    assert not Bericht.objects.exists()


def test_message_is_kept_as_a_person_wrote_it(tafel, roos):
    bericht = say(tafel, "  Aan\r\ntafel " + "x" * 280 + " ", gebruiker=roos)
    assert (bericht.tekst, bericht.afzender) == ("Aan\ntafel " + "x" * 280, roos)


def test_message_goes_to_no_table_of_another_diner(tafel):
    with pytest.raises(DenkdinerError):
        say(tafel, tafel=TafelFactory())


def test_message_is_announced_where_it_is_for(tafel, tafels, listen, django_capture_on_commit_callbacks):
    groups = (zaal_group(tafel.diner_id), tafel_group(tafel.pk), diner_group(tafel.diner_id))
    room, table, team = (listen(group) for group in groups)
    with django_capture_on_commit_callbacks(execute=True):
        allen, alleen = say(tafel), say(tafel, tafel=tafel)
        for _ in range(2):
            services.withdraw_bericht(bericht=alleen, now=NOW - timedelta(seconds=1))
    told = [{"type": "bericht-changed", "bericht": bericht.pk} for bericht in (allen, alleen, alleen)]
    assert (room(), table(), team()) == (told[:1], told[1:], told)
    alleen.refresh_from_db()
    assert alleen.withdrawn_at == alleen.sent_at


def test_seen_counts_tables_not_tablets(tafel, tafels, listen, django_capture_on_commit_callbacks):
    allen, alleen, ander = say(tafel), say(tafel, tafel=tafel), say(tafel, tafel=tafels[1])
    ids = [ander.pk, alleen.pk, allen.pk, 0]
    team = listen(diner_group(tafel.diner_id))
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert services.see_berichten(tafel=tafel, berichten=ids, now=LATER) == [allen.pk, alleen.pk]
    assert team() == [{"type": "tafel-changed", "tafel": tafel.pk}]
    assert [(b.bericht, b.gezien, b.van) for b in queries.bezorgingen_of(tafel.diner)] == [
        (ander, 0, 1),
        (alleen, 1, 1),
        (allen, 1, 2),
    ]
    assert [(b, b.is_gezien) for b in queries.berichten_to(tafel)] == [(allen, True), (alleen, True)]
    assert [(b, b.is_gezien) for b in queries.berichten_to(tafels[1])] == [(allen, False), (ander, False)]
