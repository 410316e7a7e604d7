"""One clock, several hands: every button of the regie, its times, its version and its nudge."""

from datetime import timedelta

import pytest

from denkdiner import live
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import diner_group, zaal_group
from sessions import queries, services
from sessions.models import Dinerstatus, Ronde
from tests.factories import NOW, BijdrageFactory, DinerFactory, RondeFactory

pytestmark = pytest.mark.django_db


def at(minutes):
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def gepland(diner, stellingen):
    """Ronde 2, planned for 25 minutes, about stelling 2."""
    return RondeFactory(diner=diner, nummer=2, stelling=stellingen[1])


@pytest.mark.parametrize("status", [Dinerstatus.VOORBEREIDING, Dinerstatus.LIVE])
def test_start_sets_the_end_and_makes_the_diner_live(gepland, diner, status):
    diner.status = status
    diner.save()
    services.start_ronde(ronde=gepland, now=NOW, version=0)
    gepland.refresh_from_db()
    diner.refresh_from_db()
    assert (gepland.started_at, gepland.ends_at, gepland.version) == (NOW, at(25), 1)
    assert gepland.is_running
    assert diner.is_live


def test_start_ends_the_ronde_that_was_on(ronde, gepland):
    services.start_ronde(ronde=gepland, now=at(3))
    ronde.refresh_from_db()
    assert (ronde.ended_at, ronde.ends_at, ronde.version) == (at(3), at(20), 1)
    assert Ronde.objects.running().get() == gepland


def test_start_leaves_other_diners_alone(ronde, reeks):
    services.start_ronde(ronde=RondeFactory(diner=DinerFactory(reeks=reeks)), now=NOW)
    ronde.refresh_from_db()
    assert ronde.is_running


def test_start_again_gives_the_full_time(ronde):
    services.stop_ronde(ronde=ronde, now=at(20))
    again = services.start_ronde(ronde=ronde, now=at(30), version=1)
    assert (again.started_at, again.ends_at, again.ended_at, again.version) == (at(30), at(55), None, 2)


def test_start_of_a_running_ronde_is_a_conflict(ronde):
    with pytest.raises(Conflict, match="loopt al"):
        services.start_ronde(ronde=ronde, now=NOW)


def test_pause_keeps_what_is_left_and_resume_gives_it_back(ronde):
    services.pause_ronde(ronde=ronde, now=at(8), version=0)
    ronde.refresh_from_db()
    assert (ronde.paused_remaining, ronde.ends_at, ronde.version) == (12 * 60, None, 1)
    assert services.pause_ronde(ronde=ronde, now=at(9)).version == 1
    services.resume_ronde(ronde=ronde, now=at(60), version=1)
    ronde.refresh_from_db()
    assert (ronde.paused_remaining, ronde.ends_at, ronde.version) == (None, at(72), 2)
    assert services.resume_ronde(ronde=ronde, now=at(61)).ends_at == at(72)


def test_pause_in_overtime_keeps_nothing(ronde):
    assert services.pause_ronde(ronde=ronde, now=at(21)).paused_remaining == 0
    assert services.resume_ronde(ronde=ronde, now=at(30)).ends_at == at(30)


@pytest.mark.parametrize(
    ("now", "minuten", "ends"),
    [(0, 5, 25), (0, -5, 15), (0, -60, 0), (0, 600, 620), (30, 5, 35), (30, -1, 30)],
)
def test_extend_moves_the_end_but_never_into_the_past(ronde, now, minuten, ends):
    services.extend_ronde(ronde=ronde, minuten=minuten, now=at(now), version=0)
    ronde.refresh_from_db()
    assert (ronde.ends_at, ronde.version) == (at(ends), 1)


@pytest.mark.parametrize(("minuten", "seconds"), [(5, 25 * 60), (-5, 15 * 60), (-60, 0)])
def test_extend_while_paused_changes_what_is_left(ronde, minuten, seconds):
    services.pause_ronde(ronde=ronde, now=NOW)
    changed = services.extend_ronde(ronde=ronde, minuten=minuten, now=at(5))
    assert (changed.paused_remaining, changed.ends_at) == (seconds, None)


@pytest.mark.parametrize("minuten", [-601, 601, 10**30])
def test_extend_refuses_more_than_ten_hours(ronde, minuten):
    with pytest.raises(DenkdinerError, match="tien uur"):
        services.extend_ronde(ronde=ronde, minuten=minuten, now=NOW)


@pytest.mark.parametrize("paused", [False, True])
def test_stop_ends_it_also_when_paused(ronde, paused):
    if paused:
        services.pause_ronde(ronde=ronde, now=NOW)
    services.stop_ronde(ronde=ronde, now=at(3))
    ronde.refresh_from_db()
    assert (ronde.ended_at, ronde.paused_remaining) == (at(3), None)
    assert not Ronde.objects.running().exists()


def test_stop_never_ends_before_the_start(ronde):
    assert services.stop_ronde(ronde=ronde, now=at(-60)).ended_at == at(-5)


@pytest.mark.parametrize("paused", [False, True])
def test_stopped_ronde_goes_on_with_what_was_left(ronde, paused):
    if paused:
        services.pause_ronde(ronde=ronde, now=at(7.5))
    stopped = services.stop_ronde(ronde=ronde, now=at(9 if paused else 7.5))
    stopped.refresh_from_db()
    assert (stopped.left, stopped.left_as_clock) == (timedelta(minutes=12.5), "12:30")
    again = services.resume_ronde(ronde=ronde, now=at(30), version=stopped.version)
    ronde.refresh_from_db()
    assert (ronde.ends_at, ronde.ended_at, ronde.started_at) == (at(42.5), None, at(-5))
    assert again.version == stopped.version + 1
    assert not ronde.left


@pytest.mark.parametrize("now", [20, 25])
def test_ronde_that_took_its_time_cannot_go_on(ronde, now):
    stopped = services.stop_ronde(ronde=ronde, now=at(now))
    assert not stopped.left
    with pytest.raises(Conflict, match="loopt niet meer"):
        services.resume_ronde(ronde=ronde, now=at(30))


def test_the_way_back_after_a_slip_leaves_no_trace(ronde, gepland):
    services.start_ronde(ronde=gepland, now=at(5))
    services.resume_ronde(ronde=ronde, now=at(6))
    gepland.refresh_from_db()
    assert (gepland.started_at, gepland.ends_at, gepland.ended_at, gepland.version) == (None, None, None, 2)
    assert Ronde.objects.running().get() == ronde
    assert queries.draaiboek_of(ronde.diner, at(6)).volgende == gepland


@pytest.mark.parametrize("why", ["two minutes", "a note"])
def test_the_way_back_keeps_a_ronde_that_was_really_begun(ronde, gepland, tafels, why):
    services.start_ronde(ronde=gepland, now=at(5))
    if why == "a note":
        BijdrageFactory(tafel=tafels[0], ronde=gepland)
    now = at(7) if why == "two minutes" else at(6)
    services.resume_ronde(ronde=ronde, now=now)
    gepland.refresh_from_db()
    assert (gepland.ended_at, gepland.left) == (now, at(30) - now)


def test_a_closed_diner_does_not_go_on(diner, ronde, stored):
    services.close_diner(diner=diner, now=NOW)
    before = stored()
    with pytest.raises(DenkdinerError, match="Heropen het eerst"):
        services.resume_ronde(ronde=ronde, now=NOW)
    assert stored() == before


ACTS = {
    "pause": lambda ronde, **more: services.pause_ronde(ronde=ronde, now=NOW, **more),
    "resume": lambda ronde, **more: services.resume_ronde(ronde=ronde, now=NOW, **more),
    "extend": lambda ronde, **more: services.extend_ronde(ronde=ronde, minuten=1, now=NOW, **more),
    "stop": lambda ronde, **more: services.stop_ronde(ronde=ronde, now=NOW, **more),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_does_not_run_cannot_be_paused_resumed_extended_or_stopped(ronde, gepland, act):
    services.stop_ronde(ronde=ronde, now=at(20))
    for still in (ronde, gepland):
        with pytest.raises(Conflict, match="loopt niet meer"):
            act(still)


@pytest.mark.parametrize(
    "act", [*ACTS.values(), lambda ronde, **more: services.start_ronde(ronde=ronde, now=NOW, **more)]
)
def test_the_second_of_two_who_press_at_once_is_told(ronde, stored, act):
    services.extend_ronde(ronde=ronde, minuten=5, now=NOW, version=0)
    before = stored()
    with pytest.raises(Conflict, match="Iemand anders was je net voor"):
        act(ronde, version=0)
    assert stored() == before


def test_open_close_and_reopen_a_diner(diner, ronde):
    def status():
        diner.refresh_from_db()
        return diner.status

    services.close_diner(diner=diner, now=at(10))
    ronde.refresh_from_db()
    assert (status(), ronde.ended_at) == (Dinerstatus.AFGESLOTEN, at(10))
    for act in (
        lambda: services.open_diner(diner=diner, now=NOW),
        lambda: services.start_ronde(ronde=ronde, now=NOW),
    ):
        with pytest.raises(DenkdinerError, match="Heropen het eerst"):
            act()
    services.reopen_diner(diner=diner, now=at(20))
    assert status() == Dinerstatus.LIVE
    assert not Ronde.objects.running().exists()


def test_open_diner_makes_it_live_without_a_ronde(gepland):
    diner = DinerFactory(status=Dinerstatus.VOORBEREIDING)
    assert services.open_diner(diner=diner, now=NOW).is_live
    assert not diner.rondes.running().exists()


def test_every_button_tells_room_and_team_the_new_state_after_commit(
    diner, ronde, gepland, listen, django_capture_on_commit_callbacks
):
    team, room = listen(diner_group(diner.pk)), listen(zaal_group(diner.pk))

    def told(act):
        with django_capture_on_commit_callbacks(execute=True):
            act()
            assert room() == []
        heard = room()
        assert team() == heard
        assert [payload.pop("type") for payload in heard] == ["ronde-changed"]
        assert heard[0].pop("now") == NOW.isoformat()
        assert heard[0].pop("diner") == diner.pk
        return heard[0]

    on = {
        "status": "live",
        "ronde": ronde.pk,
        "nummer": 1,
        "soort": "tafelgesprek",
        "stelling": ronde.stelling_id,
    }
    none = {"ronde": None}
    assert told(lambda: ACTS["pause"](ronde)) == {
        **on,
        "ends_at": None,
        "paused_remaining": 1200,
        "version": 1,
    }
    resumed = {**on, "ends_at": at(20).isoformat(), "paused_remaining": None, "version": 2}
    assert told(lambda: ACTS["resume"](ronde)) == resumed
    assert told(lambda: ACTS["extend"](ronde)) == resumed | {"ends_at": at(21).isoformat(), "version": 3}
    started = told(lambda: services.start_ronde(ronde=gepland, now=NOW))
    assert (started["ronde"], started["ends_at"]) == (gepland.pk, at(25).isoformat())
    assert told(lambda: ACTS["stop"](gepland)) == {"status": "live"} | none
    assert told(lambda: services.close_diner(diner=diner, now=NOW)) == {"status": "afgesloten"} | none
    assert told(lambda: services.reopen_diner(diner=diner, now=NOW)) == {"status": "live"} | none


def test_pausing_what_is_paused_tells_nobody(diner, ronde, listen, django_capture_on_commit_callbacks):
    services.pause_ronde(ronde=ronde, now=NOW)
    room = listen(zaal_group(diner.pk))
    with django_capture_on_commit_callbacks(execute=True):
        services.pause_ronde(ronde=ronde, now=at(1))
    assert room() == []


def test_a_nudge_that_fails_never_stops_the_clock(
    ronde, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fail(groups, text):
        raise ConnectionError

    monkeypatch.setattr(live.hub, "tell", fail)
    with django_capture_on_commit_callbacks(execute=True):
        services.pause_ronde(ronde=ronde, now=NOW)
    ronde.refresh_from_db()
    assert ronde.is_paused
    assert "live.publish failed for ronde-changed" in caplog.text
