"""The outbox: every letter is written down before it leaves, tried again when it must, and never sent twice by itself.

A letter is claimed (``BEZIG``, committed) before the mail server hears of it; whoever claims it, sends it. Its text is made
at that moment and kept nowhere. docs/decisions/0016-post-en-handleiding.md says why.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from denkdiner.errors import DenkdinerError
from sessions.models import Brief, Briefing, Briefsoort, Briefstatus, Gebruiker, Optreden, Reeks, Uitnodiging
from sessions.models.post import MAX_FOUT, MAX_ONDERWERP
from sessions.services.log import add_logregel, add_reeksregel
from sessions.services.post import Afloop, Uitkomst, has_mailserver, send_letter

WACHTTIJDEN = [timedelta(minutes=minuten) for minuten in (5, 15, 30, 60, 180, 360, 720)]
"""After the first try, the second …: within a day it is given up."""
VERGETEN = timedelta(minutes=15)
"""Claimed so long ago, whoever sent it is gone, and nobody knows whether it left."""
WORDT_VERSTUURD = "Deze e-mail wordt net verstuurd. Wacht een minuut."


class Vervallen(DenkdinerError):
    """This letter has nothing to say any more; why stands in the sentence."""


def link_of(name: str, token: str) -> str:
    """A page with a token in full, where no request says which address people use."""
    return f"{settings.SITE_URL}{reverse(name, args=[token])}"


@transaction.atomic
def write_brief(
    *,
    reeks: Reeks,
    soort: Briefsoort,
    aan: str,
    onderwerp: str,
    now: datetime,
    uitnodiging: Uitnodiging | None = None,
    optreden: Optreden | None = None,
    gebruiker: Gebruiker | None = None,
) -> Brief:
    """A letter in the outbox, claimed by who calls: a letter of this kind that waits there already is taken over.

    Raises ``DenkdinerError`` while another process is sending it.
    """
    Reeks.objects.select_for_update(no_key=True).get(pk=reeks.pk)
    zelfde = Brief.objects.filter(reeks=reeks, uitnodiging=uitnodiging, optreden=optreden)
    # In one look: the timer holds no lock of the reeks, and between two looks it may take what waits.
    onderweg = list(zelfde.filter(status__in=(Briefstatus.WACHT, Briefstatus.BEZIG)))
    if any(ander.status == Briefstatus.BEZIG and _is_claimed(ander, now) for ander in onderweg):
        raise DenkdinerError(WORDT_VERSTUURD)
    brief = next((ander for ander in onderweg if ander.status == Briefstatus.WACHT), None)
    if brief is None:
        return Brief.objects.create(
            reeks=reeks,
            uitnodiging=uitnodiging,
            optreden=optreden,
            soort=soort,
            aan=aan,
            onderwerp=onderwerp[:MAX_ONDERWERP],
            made_by=gebruiker,
            made_at=now,
            status=Briefstatus.BEZIG,
            tried_at=now,
            pogingen=1,
        )
    if not claim_brief(brief=brief, now=now, van=(Briefstatus.WACHT,)):
        raise DenkdinerError(WORDT_VERSTUURD)
    brief.aan, brief.onderwerp, brief.made_by = aan, onderwerp[:MAX_ONDERWERP], gebruiker or brief.made_by
    change_claimed(brief, aan=brief.aan, onderwerp=brief.onderwerp, made_by=brief.made_by)
    return brief


def _is_claimed(brief: Brief, now: datetime) -> bool:
    return brief.tried_at is not None and brief.tried_at > now - VERGETEN


@transaction.atomic
def claim_brief(
    *, brief: Brief, now: datetime, van: tuple[Briefstatus, ...], alleen_aan_de_beurt: bool = False
) -> bool:
    """Take *brief* to send it. False when it is not one of *van* any more: somebody else has it, or it is sent.

    *alleen_aan_de_beurt*: only when its time has come; somebody may have tried it, and let it wait again.
    """
    brieven = Brief.objects.filter(pk=brief.pk, status__in=van)
    if alleen_aan_de_beurt:
        brieven = brieven.filter(next_at__lte=now)
    gepakt = brieven.update(status=Briefstatus.BEZIG, tried_at=now, next_at=None, pogingen=F("pogingen") + 1)
    if gepakt:
        brief.refresh_from_db(fields=["status", "tried_at", "next_at", "pogingen"])
    return bool(gepakt)


def change_claimed(brief: Brief, **velden: Any) -> bool:
    """Store *velden* of the letter, while the claim of who holds *brief* stands. False when it does not.

    In the seconds that a mail server takes, the letter may be erased with its spreker, or given up for lost.
    """
    mijn = Brief.objects.filter(pk=brief.pk, status=Briefstatus.BEZIG, tried_at=brief.tried_at)
    return bool(mijn.update(**velden))


def post_brief(*, brief: Brief, tekst: str, now: datetime, snel: bool = True) -> Uitkomst:
    """Offer a claimed letter to the mail server and write down what came of it; takes seconds, so never in a transaction."""
    uitkomst = send_letter(
        onderwerp=brief.onderwerp, tekst=tekst, aan=brief.aan, kenmerk=_kenmerk(brief), snel=snel
    )
    settle_brief(brief=brief, uitkomst=uitkomst, now=now)
    return uitkomst


def _kenmerk(brief: Brief) -> str:
    return f"brief.{brief.pk}.{int(brief.made_at.timestamp())}.{urlsplit(settings.SITE_URL).hostname}"


@transaction.atomic
def settle_brief(*, brief: Brief, uitkomst: Uitkomst, now: datetime) -> None:
    """What became of a try. Says so in the log of the reeks when it is given up.

    A letter that was erased meanwhile, or is somebody else's by now, is left as it is; only *brief* itself tells.
    """
    brief.fout, brief.next_at = uitkomst.fout[:MAX_FOUT], None
    if uitkomst.afloop is Afloop.GELUKT:
        brief.status, brief.sent_at = Briefstatus.VERSTUURD, now
    elif uitkomst.afloop is Afloop.ONZEKER:
        brief.status = Briefstatus.ONZEKER
    elif uitkomst.afloop is Afloop.LATER and brief.pogingen <= len(WACHTTIJDEN):
        brief.status, brief.next_at = Briefstatus.WACHT, now + WACHTTIJDEN[brief.pogingen - 1]
    else:
        brief.status = Briefstatus.MISLUKT
    if not change_claimed(
        brief, fout=brief.fout, next_at=brief.next_at, status=brief.status, sent_at=brief.sent_at
    ):
        return
    if brief.status == Briefstatus.VERSTUURD:
        _note_sent(brief, now)
    elif brief.status in {Briefstatus.MISLUKT, Briefstatus.ONZEKER}:
        wat = f"{brief.get_soort_display()}: de e-mail ging niet zeker weg, kijk bij Post"
        add_reeksregel(reeks=brief.reeks, wat=wat, now=now)


def _note_sent(brief: Brief, now: datetime) -> None:
    """At the spreker stands when the last letter went, and the log of the evening tells who sent it."""
    if brief.optreden is None:
        return
    Briefing.objects.filter(optreden=brief.optreden).update(sent_at=now)
    naam, wat = (
        brief.optreden.spreker.naam,
        "de briefing" if brief.soort == Briefsoort.BRIEFING else "een herinnering",
    )
    zin = f"stuurde {naam} {wat}" if brief.made_by else f"{naam} kreeg {wat}"
    add_logregel(diner=brief.optreden.diner, wat=zin, now=now, gebruiker=brief.made_by)


def drop_brief(*, brief: Brief, waarom: str) -> None:
    """It has nothing to say any more, or is there no more."""
    brief.status, brief.fout, brief.next_at = Briefstatus.VERVALLEN, waarom[:MAX_FOUT], None
    change_claimed(brief, status=brief.status, fout=brief.fout, next_at=None)


def forget_claims(*, now: datetime) -> int:
    """Letters whose sender died: nobody knows, so a person decides. How many."""
    return Brief.objects.filter(status=Briefstatus.BEZIG, tried_at__lte=now - VERGETEN).update(
        status=Briefstatus.ONZEKER, fout="De app stopte tijdens het versturen. Misschien is hij aangekomen."
    )


def send_due(
    *, clock: Callable[[], datetime], post: Callable[[Brief, datetime], Uitkomst | None]
) -> dict[str, int]:
    """Try every letter whose time has come, with *post*; how many by status afterwards.

    Stops when the mail server cannot be reached: the other letters keep their turn. Two at once share the work.
    *clock* is asked for each letter: a claim that is as old as the whole run would look forgotten to another timer.
    """
    telling: dict[str, int] = {}
    if not has_mailserver():
        return telling
    begin = clock()
    forget_claims(now=begin)
    for brief in list(Brief.objects.due(begin).select_related("reeks")):
        now = clock()
        if not claim_brief(brief=brief, now=now, van=(Briefstatus.WACHT,), alleen_aan_de_beurt=True):
            continue
        uitkomst = post(brief, now)
        telling[brief.status] = telling.get(brief.status, 0) + 1
        if uitkomst is not None and not uitkomst.bereikbaar:
            break
    return telling
