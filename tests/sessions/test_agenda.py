"""Diners in a calendar: valid, stable, nobody else's, and nothing after the address was withdrawn."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from denkdiner.errors import DenkdinerError
from sessions import services
from sessions.agenda import Afspraak, as_ical
from sessions.models import Agendalink, Reeks, Rol
from sessions.services.agenda import afspraken_of
from tests.factories import (
    NOW,
    BijdrageFactory,
    DinerFactory,
    LidmaatschapFactory,
    RondeFactory,
    SprekerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(diner):
    diner.datum, diner.begintijd, diner.locatie = date(2026, 11, 24), time(18, 30), "De Hoeve, Zwolle; zaal 2"
    diner.save()
    return diner


@pytest.fixture
def feed(reeks, roos):
    """The address for calendars of the reeks."""
    link = services.renew_agendalink(reeks=reeks, gebruiker=roos, now=NOW)
    return reverse("diners:agenda_ics", args=[services.agendatoken_of(link)])


def events(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert calendar.errors == []
    return calendar.walk("VEVENT")


def afspraak(**values):
    defaults = {
        "uid": "a-1@denkdiner", "titel": "Zorg", "datum": date(2026, 11, 24), "begintijd": time(18, 30),
        "duur": timedelta(hours=3), "locatie": "", "url": "", "volgnummer": 0, "changed_at": NOW,
    }  # fmt: skip
    return Afspraak(**defaults | values)


def parse(*afspraken):
    content = as_ical(afspraken, naam="Agenda")
    calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    return content, calendar.walk("VEVENT")


def test_evening_has_its_time_in_amsterdam(evening, feed):
    RondeFactory(diner=evening, minuten=90)
    RondeFactory(diner=evening, minuten=60)
    response = Client().get(feed)
    [event] = events(response)
    assert b"DTSTART;TZID=Europe/Amsterdam:20261124T183000" in response.content
    assert response.content.count(b"BEGIN:VTIMEZONE") == 1
    assert event["dtstart"].dt.astimezone(UTC) == datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=150)
    assert event["summary"] == "Denkdiner: De werkplaats van morgen"
    assert event["location"] == "De Hoeve, Zwolle; zaal 2"
    assert event["url"] == "http://testserver/reeksen/verkenning-2050/diners/1/"
    assert event.walk("VALARM") == []


def test_without_a_time_it_is_the_whole_day_and_without_a_date_it_is_left_out(evening, feed, reeks):
    evening.begintijd = None
    evening.save()
    DinerFactory(reeks=reeks, datum=None)
    response = Client().get(feed)
    assert len(events(response)) == 1
    assert b"DTSTART;VALUE=DATE:20261124" in response.content
    assert b"DTEND;VALUE=DATE:20261125" in response.content
    assert b"VTIMEZONE" not in response.content
    evening.datum = None
    evening.save()
    assert events(Client().get(feed)) == []


def test_summer_and_winter_have_their_own_hour():
    for maand, uur in ((7, 16), (12, 17)):
        _, [event] = parse(afspraak(datum=date(2026, maand, 1)))
        assert event["dtstart"].dt.astimezone(UTC).hour == uur


def test_night_that_the_clock_goes_back_lasts_as_long_as_planned():
    _, [event] = parse(afspraak(datum=date(2026, 10, 24), begintijd=time(23, 30), duur=timedelta(hours=5)))
    assert event["dtend"].dt.astimezone(UTC) - event["dtstart"].dt.astimezone(UTC) == timedelta(hours=5)


@pytest.mark.parametrize(
    "tekst", ["a,b;c\\d", "é" * 300, "één\nBEGIN:VEVENT\nX", "a\rb", "\x07bel", "UID:x", "😀" * 80, '"x"', ""]
)
def test_any_title_survives_and_adds_nothing(tekst):
    content, found = parse(afspraak(titel=f"T {tekst}", locatie=f"L {tekst}"))
    [event] = found
    schoon = " ".join("".join(t if t.isprintable() else " " for t in tekst).split())
    assert event["summary"] == f"T {schoon}".strip()
    assert event["location"] == f"L {schoon}".strip()
    assert max(map(len, content.split(b"\r\n"))) <= 75


def test_change_counts_and_keeps_the_uid(evening, feed, settings):
    [before] = events(Client().get(feed))
    assert before["sequence"] == 0
    [same] = events(Client().get(feed))
    assert same.to_ical() == before.to_ical()
    services.edit_object(evening, datum=date(2026, 12, 1))
    [after] = events(Client().get(feed))
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["last-modified"].dt >= before["last-modified"].dt
    RondeFactory(diner=evening, minuten=600)
    [longer] = events(Client().get(feed))
    assert (longer["uid"], longer["sequence"]) == (before["uid"], 2)


def test_two_that_ask_at_once_count_a_change_once(evening):
    old = Reeks.objects.get().diners.select_related("agendastand").get()
    [first] = afspraken_of([old], url_of=lambda d: "", now=NOW)
    [late] = afspraken_of([old], url_of=lambda d: "", now=NOW + timedelta(hours=1))  # had seen none either
    assert (first.volgnummer, late.volgnummer, late.changed_at) == (0, 0, NOW)


def test_feed_costs_the_same_for_one_diner_and_three(evening, feed, reeks, django_assert_num_queries):
    Client().get(feed)
    with django_assert_num_queries(3):
        assert len(events(Client().get(feed))) == 1
    for _ in range(2):
        RondeFactory(diner=DinerFactory(reeks=reeks))
    Client().get(feed)
    with django_assert_num_queries(3):
        assert len(events(Client().get(feed))) == 3


def test_calendar_that_has_it_already_gets_nothing_new(evening, feed):
    response = Client().get(feed)
    assert response["Cache-Control"] == "private, no-cache"
    again = Client().get(feed, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    services.edit_object(evening, locatie="Elders")
    assert Client().get(feed, headers={"If-None-Match": response["ETag"]}).status_code == 200


def test_address_gives_nothing_after_it_was_renewed_or_withdrawn(evening, feed, reeks, roos, sign_in):
    client = sign_in(roos)
    assert client.post(reverse("diners:agenda_renew", args=[reeks.slug])).status_code == 302
    assert Client().get(feed).status_code == 404
    link = reverse("diners:agenda_ics", args=[services.agendatoken_of(Agendalink.objects.get())])
    assert (
        f"http://testserver{link}" in client.get(reverse("diners:agenda", args=[reeks.slug])).content.decode()
    )
    for _ in range(2):
        assert client.post(reverse("diners:agenda_withdraw", args=[reeks.slug])).status_code == 302
    assert Client().get(link).status_code == 404
    assert not Agendalink.objects.exists()
    assert [regel.wat for regel in reeks.logregels.order_by("pk")] == [
        "maakte een agendalink", "maakte een nieuwe agendalink", "trok de agendalink in"
    ]  # fmt: skip


def test_page_shows_members_the_address_and_organisers_the_buttons(reeks, roos, kees, sign_in, feed):
    page = reverse("diners:agenda", args=[reeks.slug])
    for wie, mag in ((kees, False), (roos, True)):
        html = sign_in(wie).get(page).content.decode()
        assert feed in html
        assert ("Intrekken" in html) is mag


def test_page_says_so_when_the_key_of_the_server_changed(reeks, roos, sign_in, feed, settings):
    settings.SECRET_KEY = "een-andere-sleutel-van-de-server-met-genoeg-tekens"
    html = sign_in(roos).get(reverse("diners:agenda", args=[reeks.slug])).content.decode()
    assert "Maak de link" in html


def test_spreker_gets_their_own_diners_and_no_one_elses(evening, reeks, roos):
    LidmaatschapFactory(reeks=reeks, rol=Rol.KIJKER)
    ada, bob = SprekerFactory(reeks=reeks, naam="Ada"), SprekerFactory(reeks=reeks, naam="Bob Geheim")
    ook, niet = DinerFactory(reeks=reeks, titel="Ook van Ada"), DinerFactory(reeks=reeks, titel="Zonder Ada")
    optreden = evening.optredens.create(spreker=ada)
    ook.optredens.create(spreker=ada)
    niet.optredens.create(spreker=bob)
    evening.optredens.create(spreker=bob)
    token = services.briefing_token_of(services.open_briefing(optreden=optreden))
    response = Client().get(reverse("diners:briefing_ics", args=[token]))
    by_title = {str(event["summary"]): event.get("url") for event in events(response)}
    eigen = "http://testserver" + reverse("diners:briefing", args=[token])
    assert by_title == {"Denkdiner: De werkplaats van morgen": eigen, "Denkdiner: Ook van Ada": None}
    assert b"Bob" not in response.content
    services.open_briefing(optreden=optreden, nieuw=True)
    assert Client().get(reverse("diners:briefing_ics", args=[token])).status_code == 404


def test_no_note_and_no_name_stands_in_the_feed(evening, feed, tafels, roos):
    BijdrageFactory(tafel=tafels[0], tekst="Uniek gezegd")
    content = Client().get(feed).content
    assert b"Uniek" not in content
    assert b"Roos" not in content


def test_calendars_of_who_is_no_member_any_more_are_told_nothing(client, evening, feed, reeks, roos, vera):
    assert client.get(feed).status_code == 200
    services.set_rollen(reeks=reeks, lid=vera, rollen=["kijker"], gebruiker=roos, now=NOW)
    assert client.get(feed).status_code == 200
    services.set_rollen(reeks=reeks, lid=vera, rollen=[], gebruiker=roos, now=NOW)
    assert client.get(feed).status_code == 404
    assert reeks.logregels.filter(wat="trok de agendalink in").exists()


@pytest.mark.parametrize("datum", [date(1899, 12, 31), date(2200, 1, 1), date.max, date.min])
def test_date_that_no_calendar_can_count_from_is_not_stored(diner, datum):
    diner.datum = datum
    with pytest.raises(IntegrityError), transaction.atomic():
        diner.save()
    with pytest.raises(DenkdinerError, match="tussen 1900 en 2200"):
        services.edit_object(diner, datum=datum)
