"""Links of tables and of the scherm: who may join, until when, and what the database knows of it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from denkdiner.errors import DenkdinerError
from denkdiner.live import diner_group, tafel_group
from sessions import access, services
from sessions.models import Apparaat, Diner, Dinerstatus, Toegang
from sessions.models.programma import EERSTE_DATUM, LAATSTE_DATUM
from sessions.services.toegang import ToegangGeweigerd, find_toegang
from sessions.tokens import TOKEN_LENGTH, token_hash
from tests.factories import NOW, ApparaatFactory, DinerFactory, TafelFactory, ToegangFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tafel(tafels):
    return tafels[0]


@pytest.fixture
def token(tafel):
    return services.token_of(services.open_toegang(tafel=tafel, now=NOW))


def join(token, now=NOW):
    return services.join_tafel(token=token, now=now)


def test_open_toegang_is_made_once(tafel):
    toegang = services.open_toegang(tafel=tafel, now=NOW)
    assert services.open_toegang(tafel=tafel, now=NOW) == toegang
    assert Toegang.objects.count() == 1


@pytest.mark.parametrize("aantal", [1, 3])
def test_open_toegangen_makes_what_is_missing_in_as_many_queries(diner, aantal, django_assert_num_queries):
    tafels = TafelFactory.create_batch(aantal + 1, diner=diner)
    eerste = ToegangFactory(tafel=tafels[0])
    ToegangFactory(tafel=tafels[1], revoked_at=NOW)
    ToegangFactory()
    with django_assert_num_queries(5):
        toegangen = services.open_toegangen(diner=diner, now=NOW)
    assert {pk: toegang.tafel_id for pk, toegang in toegangen.items()} == {t.pk: t.pk for t in tafels}
    assert toegangen[tafels[0].pk] == eerste
    assert services.open_toegangen(diner=diner, now=NOW) == toegangen


def test_only_hashes_of_token_and_secret_are_stored(tafel, token, stored):
    _, secret = join(token)
    scherm = services.scherm_token_of(services.open_scherm(diner=tafel.diner))
    database = str(stored())
    for hidden in (token, secret, scherm):
        assert len(hidden) >= TOKEN_LENGTH
        assert hidden not in database
        assert token_hash(hidden) in database


def test_token_cannot_be_shown_again_with_another_key(tafel, token, settings):
    settings.SECRET_KEY = "een-andere-sleutel"
    with pytest.raises(DenkdinerError, match="Maak een nieuwe link"):
        services.token_of(Toegang.objects.get())
    assert services.token_of(services.rotate_toegang(tafel=tafel, now=NOW)) != token


def test_tokens_of_tables_differ_and_open_their_own_table(tafels):
    tokens = [services.token_of(services.open_toegang(tafel=tafel, now=NOW)) for tafel in tafels]
    assert [find_toegang(token=token, now=NOW).tafel for token in tokens] == tafels


def test_rotate_lets_joined_tablets_stay_and_closes_the_old_link(tafel, token):
    apparaat, secret = join(token)
    nieuw = services.token_of(services.rotate_toegang(tafel=tafel, now=NOW))
    assert access.find_apparaat_by_secret(secret) == apparaat
    with pytest.raises(ToegangGeweigerd, match="klopt niet"):
        join(token)
    assert join(nieuw)[0].toegang.tafel == tafel


def test_revoke_puts_every_tablet_out_also_those_of_older_links(
    tafel, token, tafels, listen, django_capture_on_commit_callbacks
):
    secrets = [join(token)[1]]
    secrets.append(join(services.token_of(services.rotate_toegang(tafel=tafel, now=NOW)))[1])
    naast = ApparaatFactory(toegang__tafel=tafels[1])
    oud = list(Toegang.objects.filter(tafel=tafel).order_by("pk"))
    team, table = listen(diner_group(tafel.diner_id)), listen(tafel_group(tafel.pk))
    with django_capture_on_commit_callbacks(execute=True):
        toegang = services.revoke_toegang(tafel=tafel, now=NOW)
    assert [access.find_apparaat_by_secret(secret) for secret in secrets] == [None, None]
    assert list(Apparaat.objects.active()) == [naast]
    assert [t for t in tafel.toegangen.all() if t.revoked_at is None] == [toegang]
    told = sorted(table(), key=lambda payload: payload["toegang"])
    assert told == [{"type": "toegang-revoked", "toegang": t.pk} for t in oud]
    assert team() == [{"type": "tafel-changed", "tafel": tafel.pk}]
    assert join(services.token_of(toegang))[0].nummer == 1


def test_join_numbers_devices_and_tells_the_team(tafel, token, listen, django_capture_on_commit_callbacks):
    team = listen(diner_group(tafel.diner_id))
    with django_capture_on_commit_callbacks(execute=True):
        joined = [join(token), join(token)]
    assert [apparaat.nummer for apparaat, _ in joined] == [1, 2]
    assert [(apparaat.joined_at, apparaat.last_seen_at) for apparaat, _ in joined] == [(NOW, NOW)] * 2
    assert len({secret for _, secret in joined}) == 2
    assert team() == [{"type": "tafel-changed", "tafel": tafel.pk}] * 2


def test_join_stops_at_the_maximum_of_active_devices_of_a_table(reeks, tafel, token, tafels):
    reeks.max_apparaten = 2
    reeks.save()
    ApparaatFactory(toegang__tafel=tafels[1])
    ApparaatFactory(toegang=Toegang.objects.get(tafel=tafel), nummer=7, revoked_at=NOW)
    join(token)
    nieuw = services.token_of(services.rotate_toegang(tafel=tafel, now=NOW))
    join(nieuw)
    with pytest.raises(
        ToegangGeweigerd, match=r"doen al 2 apparaten mee. Vraag .* de tablets van deze tafel af te"
    ):
        join(nieuw)
    assert Apparaat.objects.active().filter(toegang__tafel=tafel).count() == 2


@pytest.mark.parametrize("wrong", ["", "x", "x" * 22, "é" * 22, "\0" * 22, "\ud800" * 22, "x" * 25_000])
def test_join_refuses_an_unknown_token(token, wrong, stored):
    before = stored()
    with pytest.raises(ToegangGeweigerd, match="Scan de QR-code"):
        join(wrong)
    assert stored() == before


@pytest.mark.parametrize(
    ("status", "moment", "why"),
    [
        ("voorbereiding", (15, 59), r"^Tafel 1: je bent er vroeg bij. Vanaf 16:00 kun je meedoen.$"),
        ("voorbereiding", (16, 0), None),
        ("voorbereiding", (23, 59), None),
        ("voorbereiding", (2, 1), "Deze avond is voorbij"),
        ("live", (15, 59), None),
        ("live", (1, 59), None),
        ("live", (2, 1), "Deze avond is voorbij"),
        ("afgesloten", (18, 0), "afgesloten"),
    ],
)
def test_link_is_open_around_the_evening_and_earlier_when_it_is_live(tafel, token, status, moment, why):
    """The diner begins at 18:00 in Amsterdam; open from two hours before until eight after, so until 02:00."""
    Diner.objects.update(status=status, begintijd=time(18))
    dag = NOW.date() + timedelta(days=moment < (12, 0))
    now = datetime.combine(dag, time(*moment), ZoneInfo("Europe/Amsterdam"))
    if why is None:
        assert find_toegang(token=token, now=now).tafel == tafel
    else:
        with pytest.raises(ToegangGeweigerd, match=why):
            find_toegang(token=token, now=now)


def test_link_names_the_day_when_that_is_not_today(tafel, token):
    Diner.objects.update(status=Dinerstatus.VOORBEREIDING, begintijd=time(18), datum=date(2027, 1, 5))
    with pytest.raises(ToegangGeweigerd, match="Vanaf 5 januari om 16:00 kun je meedoen"):
        find_toegang(token=token, now=NOW)


@pytest.mark.parametrize("status", ["voorbereiding", "live"])
@pytest.mark.parametrize(("datum", "begintijd"), [(None, time(18)), (date(2020, 1, 1), None)])
def test_link_without_a_date_or_time_stays_open(tafel, token, status, datum, begintijd):
    Diner.objects.update(status=status, datum=datum, begintijd=begintijd)
    assert find_toegang(token=token, now=NOW).tafel == tafel


@pytest.mark.parametrize(
    ("datum", "why"), [(EERSTE_DATUM, "voorbij"), (LAATSTE_DATUM, "vroeg bij"), (None, None)]
)
def test_link_copes_with_any_date_and_with_none(tafel, token, datum, why):
    Diner.objects.update(status=Dinerstatus.VOORBEREIDING, begintijd=time(23, 59), datum=datum)
    try:
        found = find_toegang(token=token, now=NOW)
    except ToegangGeweigerd as error:
        assert why in str(error)  # noqa: PT017
    else:
        assert (found.tafel, why) == (tafel, None)


@pytest.mark.parametrize(("seconds", "written"), [(14, False), (15, True), (-60, False)])
def test_touch_is_written_at_most_every_15_seconds(femke, seconds, written):
    now = NOW + timedelta(seconds=seconds)
    services.touch_apparaat(apparaat=femke, now=now)
    femke.refresh_from_db()
    assert femke.last_seen_at == (now if written else NOW)


def test_scherm_keeps_its_link_until_the_key_changes(diner, settings):
    token = services.scherm_token_of(services.open_scherm(diner=diner))
    assert services.scherm_token_of(services.open_scherm(diner=diner)) == token
    assert access.get_scherm(token) == diner
    settings.SECRET_KEY = "een-andere-sleutel"
    with pytest.raises(DenkdinerError, match="geen geldige link"):
        services.scherm_token_of(diner)
    nieuw = services.scherm_token_of(services.open_scherm(diner=diner))
    assert nieuw != token
    assert access.get_scherm(nieuw) == diner


def test_scherm_that_was_never_opened_has_no_token():
    with pytest.raises(DenkdinerError, match="geen geldige link"):
        services.scherm_token_of(DinerFactory())


def test_a_tablet_that_moves_takes_no_place_at_the_table_that_it_left(
    tafel, tafels, token, listen, django_capture_on_commit_callbacks
):
    elders = services.token_of(services.open_toegang(tafel=tafels[1], now=NOW))
    apparaat, secret = join(token)
    team = listen(diner_group(tafel.diner_id))
    with django_capture_on_commit_callbacks(execute=True):
        nieuw, ander = services.join_tafel(token=elders, now=NOW, eerder=apparaat)
    assert list(Apparaat.objects.active()) == [nieuw]
    assert access.find_apparaat_by_secret(secret) is None
    assert access.find_apparaat_by_secret(ander) == nieuw
    assert team() == [{"type": "tafel-changed", "tafel": plek.pk} for plek in (tafels[1], tafel)]
    # refused at the next table: it stays where it is
    with pytest.raises(ToegangGeweigerd):
        services.join_tafel(token="x" * TOKEN_LENGTH, now=NOW, eerder=nieuw)
    assert list(Apparaat.objects.active()) == [nieuw]
