"""The calendar of a reeks: its private address, and what changed since calendars asked last."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from denkdiner.errors import DenkdinerError
from sessions.agenda import Afspraak, fingerprint
from sessions.models import Agendalink, Agendastand, Diner, Gebruiker, Reeks
from sessions.services.log import add_reeksregel
from sessions.tokens import new_token, shown_again

DOEL = "agenda"
DUUR_ZONDER_DRAAIBOEK = timedelta(hours=3)


@transaction.atomic
def renew_agendalink(*, reeks: Reeks, gebruiker: Gebruiker, now: datetime) -> Agendalink:
    """The first address, or another one: the old one gives nothing any more."""
    Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)
    link = Agendalink.objects.filter(reeks=reeks).first() or Agendalink(reeks=reeks)
    wat = "maakte een nieuwe agendalink" if link.pk else "maakte een agendalink"
    link.nonce, link.token_hash = new_token(DOEL)
    link.save()
    add_reeksregel(reeks=reeks, wat=wat, now=now, gebruiker=gebruiker)
    return link


@transaction.atomic
def withdraw_agendalink(*, reeks: Reeks, gebruiker: Gebruiker, now: datetime) -> None:
    """Calendars get nothing any more; withdrawn already is no error."""
    if Agendalink.objects.filter(reeks=reeks).delete()[0]:
        add_reeksregel(reeks=reeks, wat="trok de agendalink in", now=now, gebruiker=gebruiker)


def agendatoken_of(link: Agendalink) -> str:
    """What stands in the address; ``DenkdinerError`` when the server's key has changed since."""
    token = shown_again(purpose=DOEL, nonce=link.nonce, hashed=link.token_hash)
    if not token:
        raise DenkdinerError("Deze agendalink klopt niet meer. Vraag de organisator om een nieuwe.")
    return token


def afspraken_of(diners: Iterable[Diner], *, url_of: Callable[[Diner], str], now: datetime) -> list[Afspraak]:
    """*diners* that have a date, as calendars see them. What changed since they were asked for last counts from *now*.

    Load ``reeks``, ``agendastand`` and ``rondes`` beforehand: then it writes what changed, and reads nothing.
    """
    afspraken = []
    for diner in diners:
        if diner.datum is None:
            continue
        titel = f"Denkdiner: {diner.titel}"
        duur = timedelta(minutes=sum(ronde.minuten for ronde in diner.rondes.all())) or DUUR_ZONDER_DRAAIBOEK
        vingerafdruk = fingerprint(titel, diner.datum, diner.begintijd, duur, diner.locatie)
        stand = _follow(diner, vingerafdruk, now)
        afspraken.append(
            Afspraak(
                uid=f"{diner.reeks.slug}-{diner.pk}@denkdiner",
                titel=titel,
                datum=diner.datum,
                begintijd=diner.begintijd,
                duur=duur,
                locatie=diner.locatie,
                url=url_of(diner),
                volgnummer=stand.volgnummer,
                changed_at=stand.changed_at,
            )
        )
    return afspraken


def _follow(diner: Diner, vingerafdruk: str, now: datetime) -> Agendastand:
    """What calendars are told now. Of two that ask at once one counts the change; both tell the same."""
    stand: Agendastand | None = getattr(diner, "agendastand", None)
    if stand is None:
        try:
            with transaction.atomic():
                return Agendastand.objects.create(diner=diner, vingerafdruk=vingerafdruk, changed_at=now)
        except IntegrityError:
            return Agendastand.objects.get(diner=diner)
    if stand.vingerafdruk == vingerafdruk:
        return stand
    Agendastand.objects.filter(pk=stand.pk, volgnummer=stand.volgnummer).update(
        vingerafdruk=vingerafdruk, volgnummer=stand.volgnummer + 1, changed_at=now
    )
    return Agendastand.objects.get(pk=stand.pk)
