"""Diners as a calendar (iCalendar, RFC 5545). No clock, no network: what goes in decides what comes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

TIJDZONE = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True)
class Afspraak:
    """One diner as calendars see it."""

    uid: str
    """The same for good, wherever it is read."""
    titel: str
    datum: date
    begintijd: time | None
    """None: the whole day."""
    duur: timedelta
    locatie: str
    url: str
    volgnummer: int
    """How often it changed: what calendars call the sequence."""
    changed_at: datetime


def fingerprint(titel: str, datum: date, begintijd: time | None, duur: timedelta, locatie: str) -> str:
    """What changes when a calendar should hear of it: 64 hex digits."""
    return sha256(repr((titel, datum, begintijd, duur, locatie)).encode()).hexdigest()


def as_ical(afspraken: Iterable[Afspraak], *, naam: str) -> bytes:
    """A calendar called *naam*, in UTF-8; the same input gives the same bytes. Escaping and folding are the library's."""
    agenda = Calendar()
    agenda.add("prodid", "-//Denkdiner//NL")
    agenda.add("version", "2.0")
    agenda.add("method", "PUBLISH")
    agenda.add("x-wr-calname", _line(naam))
    agenda.add("x-published-ttl", "PT1H")
    afspraken = sorted(afspraken, key=lambda een: (een.datum, een.uid))
    for afspraak in afspraken:
        agenda.add_component(_event(afspraak))
    if any(afspraak.begintijd for afspraak in afspraken):
        agenda.add_missing_timezones(
            first_date=date(afspraken[0].datum.year, 1, 1),
            last_date=date(afspraken[-1].datum.year + 1, 12, 31),
        )
    return agenda.to_ical()


def _line(tekst: str) -> str:
    """*tekst* on one line, without what a calendar may not hold."""
    return " ".join("".join(teken if teken.isprintable() else " " for teken in tekst).split())


def _event(afspraak: Afspraak) -> Event:
    event = Event()
    event.add("uid", afspraak.uid)
    event.add("dtstamp", afspraak.changed_at.astimezone(UTC))
    event.add("last-modified", afspraak.changed_at.astimezone(UTC))
    event.add("sequence", afspraak.volgnummer)
    event.add("summary", _line(afspraak.titel))
    if afspraak.begintijd is None:
        event.add("dtstart", afspraak.datum)
        event.add("dtend", afspraak.datum + timedelta(days=1))
    else:
        begin = datetime.combine(afspraak.datum, afspraak.begintijd.replace(tzinfo=None), TIJDZONE)
        einde = (begin.astimezone(UTC) + afspraak.duur).astimezone(TIJDZONE)  # a night may be an hour longer
        event.add("dtstart", begin)
        event.add("dtend", einde)
    if afspraak.locatie:
        event.add("location", _line(afspraak.locatie))
    if afspraak.url:
        event.add("url", afspraak.url)
    return event
