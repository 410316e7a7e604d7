"""Work in the background: begun after the commit, one of a kind, stopped, and never stuck."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.threads import FOR_TASKS
from sessions import services
from sessions.models import Taak, Taakstatus
from sessions.services import taken
from tests.factories import NOW, DinerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def soort(monkeypatch):
    """``soort(function)``: from now on "proef" is done by it."""
    monkeypatch.setattr(taken, "_SOORTEN", {})
    monkeypatch.setattr(taken, "_NAMEN", {})

    def _soort(doen):
        taken.register("proef", doen, "een proef")

    _soort(lambda werk: {})
    return _soort


@pytest.fixture
def start(diner, roos, soort, taken_direct):
    """``start()`` → the task as it is after it was done."""

    def _start(**fields):
        fields = {
            "soort": "proef",
            "reeks": diner.reeks,
            "diner": diner,
            "gebruiker": roos,
            "now": NOW,
        } | fields
        with taken_direct():
            taak = services.start_taak(**fields)
        taak.refresh_from_db()
        return taak

    return _start


def test_taak_is_done_after_the_commit_and_keeps_its_result(start, soort, roos):
    soort(lambda werk: {"wie": werk.taak.gebruiker.naam, "diner": werk.taak.diner.nummer})
    taak = start()
    assert (taak.status, taak.voortgang, taak.resultaat) == (
        Taakstatus.KLAAR,
        100,
        {"wie": "Roos", "diner": 1},
    )
    assert taak.started_at <= taak.finished_at


def test_taak_of_an_unknown_kind_is_a_mistake_of_ours(start):
    with pytest.raises(ValueError, match="nobody does"):
        start(soort="onbekend")


def test_taak_is_not_begun_when_its_transaction_fails(diner, soort, django_capture_on_commit_callbacks):
    def ask_and_fail():
        with transaction.atomic():
            services.start_taak(soort="proef", reeks=diner.reeks, diner=diner, now=NOW)
            raise DenkdinerError("Toch niet.")

    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(DenkdinerError):
        ask_and_fail()
    assert callbacks == []
    assert not Taak.objects.exists()


def test_report_tells_where_it_is(start, soort):
    seen = []

    def doen(werk):
        for deel in (-5, 40, 250):
            werk.report(deel, "x" * 400)
            werk.taak.refresh_from_db()
            seen.append((werk.taak.status, werk.taak.voortgang, len(werk.taak.melding)))
        return {}

    soort(doen)
    start()
    assert seen == [("bezig", 0, 300), ("bezig", 40, 300), ("bezig", 100, 300)]


def test_a_stopped_taak_hears_it_and_stores_nothing(start, soort):
    def doen(werk):
        assert services.stop_taak(taak=werk.taak, now=NOW)
        with pytest.raises(taken.Gestopt):
            werk.confirm()
        werk.report(50)
        raise AssertionError("it went on")

    soort(doen)
    taak = start()
    assert (taak.status, taak.voortgang, taak.finished_at) == (Taakstatus.AFGEBROKEN, 0, NOW)
    assert not services.stop_taak(taak=taak, now=NOW)


def test_a_taak_that_was_stopped_in_line_is_not_begun(diner, soort):
    soort(lambda werk: pytest.fail("it began"))
    taak = services.start_taak(soort="proef", reeks=diner.reeks, diner=diner, now=NOW)
    services.stop_taak(taak=taak, now=NOW)
    taken.run_taak(taak.pk)
    taken.run_taak(10**9)
    assert Taak.objects.get().status == Taakstatus.AFGEBROKEN


@pytest.mark.parametrize(
    ("error", "melding"),
    [
        (DenkdinerError("Er zijn geen tafels."), "Er zijn geen tafels."),
        (KeyError("Adamarije"), taken.MISLUKT),
    ],
)
def test_a_taak_that_fails_says_so_and_no_name_is_logged(start, soort, error, melding, caplog):
    def doen(werk):
        raise error

    soort(doen)
    taak = start()
    assert (taak.status, taak.melding) == (Taakstatus.MISLUKT, melding)
    assert "Adamarije" not in caplog.text


def test_one_of_a_kind_at_a_time(diner, roos, soort):
    def ask(**fields):
        return services.start_taak(
            **{"soort": "proef", "reeks": diner.reeks, "diner": diner, "now": NOW} | fields
        )

    first = ask()
    with pytest.raises(Conflict):
        ask(now=NOW + taken.STILTE)
    ask(diner=None)
    with pytest.raises(Conflict):
        ask(diner=None)
    ask(diner=DinerFactory(reeks=diner.reeks, nummer=2))
    later = NOW + taken.STILTE + timedelta(seconds=1)
    assert first.status_at(later) == Taakstatus.AFGEBROKEN
    assert first.status_at(NOW) == Taakstatus.WACHT
    ask(now=later)
    first.refresh_from_db()
    assert (first.status, first.finished_at) == (Taakstatus.AFGEBROKEN, later)


@pytest.mark.django_db(transaction=True)
def test_silent_work_and_who_waits_behind_it_stay_alive(diner, soort, monkeypatch):
    """On a clock that runs a minute for every time it is asked, nobody speaks but the heart."""
    monkeypatch.setattr(taken, "HARTSLAG", 0.02)
    monkeypatch.setattr(taken, "_submit", lambda pk: None)
    now, beats, enough = [NOW], [], threading.Event()

    def clock():
        now[0] += taken.STILTE
        return now[0]

    def listen(pk, moment):
        really_beat(pk, moment)
        beats.append(threading.current_thread().name)
        if len(beats) == 3:
            enough.set()

    really_beat = taken._beat
    monkeypatch.setattr(taken, "_beat", listen)

    def silent(werk):
        assert enough.wait(20)
        moment = now[0]
        for taak in Taak.objects.all():
            seen[taak.pk] = (taak.status, taak.is_gone(moment), taak.heartbeat_at > NOW + taken.STILTE)
        return {}

    seen = {}
    soort(silent)
    taak, behind, elsewhere = (
        services.start_taak(soort="proef", reeks=diner.reeks, diner=van, now=NOW)
        for van in (diner, None, DinerFactory(reeks=diner.reeks, nummer=2))
    )
    taken._line.add(behind.pk)
    try:
        taken.run_taak(taak.pk, clock)
    finally:
        taken._line.remove(behind.pk)
    assert seen == {
        taak.pk: (Taakstatus.BEZIG, False, True),
        behind.pk: (Taakstatus.WACHT, False, True),
        elsewhere.pk: (Taakstatus.WACHT, True, False),  # held by a process that died
    }
    assert set(beats) == {f"heartbeat-{taak.pk}"}
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("heartbeat")]
    taak.refresh_from_db()
    assert taak.status == Taakstatus.KLAAR


@pytest.mark.django_db(transaction=True)
def test_heart_that_misses_a_beat_goes_on_and_the_work_too(diner, soort, monkeypatch, caplog):
    monkeypatch.setattr(taken, "HARTSLAG", 0.02)
    monkeypatch.setattr(taken, "_submit", lambda pk: None)
    told, again = [], threading.Event()

    def fail_once(pk, now):
        told.append(pk)
        if len(told) == 1:
            raise OperationalError("database is locked")
        again.set()

    monkeypatch.setattr(taken, "_beat", fail_once)
    soort(lambda werk: {"weer": again.wait(20)})
    taak = services.start_taak(soort="proef", reeks=diner.reeks, diner=diner, now=NOW)
    taken.run_taak(taak.pk)
    taak.refresh_from_db()
    assert (taak.status, taak.resultaat) == (Taakstatus.KLAAR, {"weer": True})
    assert caplog.text.count("No heartbeat") == 1


@pytest.mark.parametrize(
    "fields",
    [{"status": "onbekend"}, {"voortgang": 101}, {"soort": ""}, {"status": "klaar"}, {"finished_at": NOW}],
)
def test_database_refuses_nonsense(diner, fields):
    base = {"reeks": diner.reeks, "soort": "proef", "asked_at": NOW, "heartbeat_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Taak.objects.create(**base | fields)


@pytest.mark.django_db(transaction=True)
def test_the_thread_does_what_was_asked_while_pages_go_on(diner, soort):
    begun, go_on = threading.Event(), threading.Event()

    def doen(werk):
        begun.set()
        assert go_on.wait(20)
        werk.report(99)
        return {"klaar": True}

    soort(doen)
    taak = services.start_taak(soort="proef", reeks=diner.reeks, diner=diner, now=timezone.now())
    assert begun.wait(20)
    diner.titel = "Intussen gewijzigd"
    diner.save()
    taak.refresh_from_db()
    assert taak.status == Taakstatus.BEZIG
    go_on.set()
    FOR_TASKS.close()
    taak.refresh_from_db()
    assert (taak.status, taak.resultaat) == (Taakstatus.KLAAR, {"klaar": True})
