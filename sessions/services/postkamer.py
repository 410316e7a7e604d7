"""What a letter of the outbox says now, sending it again, and the reminders that go by a schedule."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions.models import (
    Brief,
    Briefing,
    Briefsoort,
    Briefstatus,
    Diner,
    Dinerstatus,
    Gebruiker,
    Optreden,
    Reeks,
)
from sessions.models.post import MAX_ONDERWERP
from sessions.services.briefing import briefing_token_of, letter_of, open_briefing
from sessions.services.brieven import (
    Vervallen,
    change_claimed,
    claim_brief,
    drop_brief,
    link_of,
    post_brief,
    send_due,
    settle_brief,
)
from sessions.services.leden import invitation_letter_of, uitnodiging_token_of
from sessions.services.log import add_reeksregel
from sessions.services.post import Afloop, Uitkomst, has_mailserver

VANAF_UUR = 8
"""A timer may run all night; a telephone beside a bed may ring."""
EEN_DAG = timedelta(days=1)
WEG = "Deze e-mail is intussen gewist."
GEEN_MAILSERVER = "Er is geen mailserver ingesteld. Geef de link zelf door."


def compose_brief(*, brief: Brief, now: datetime) -> tuple[str, str, str]:
    """To whom, subject and text as they are now: another address or another link since then goes along.

    Raises ``Vervallen`` when there is nothing to say any more, and another ``DenkdinerError`` for what can be mended.
    """
    if brief.uitnodiging is not None:
        uitnodiging = brief.uitnodiging
        if uitnodiging.accepted_at or uitnodiging.withdrawn_at or uitnodiging.is_expired(now):
            raise Vervallen("Deze uitnodiging staat niet meer open.")
        link = link_of("diners:uitnodiging", uitnodiging_token_of(uitnodiging))
        return uitnodiging.email, *invitation_letter_of(uitnodiging=uitnodiging, link=link)
    optreden = brief.optreden
    assert optreden is not None  # noqa: S101 - a constraint of the database
    if _is_over(optreden.diner, now):
        raise Vervallen("De avond is geweest.")
    if not optreden.spreker.email:
        raise DenkdinerError(f"{optreden.spreker.naam} heeft geen e-mailadres meer.")
    briefing = open_briefing(optreden=optreden)
    briefing.optreden = optreden
    link = link_of("diners:briefing", briefing_token_of(briefing))
    onderwerp, tekst = letter_of(briefing=briefing, link=link, herinnering=brief.soort != Briefsoort.BRIEFING)
    return optreden.spreker.email, onderwerp, tekst


def _is_over(diner: Diner, now: datetime) -> bool:
    voorbij = diner.datum is not None and diner.datum < timezone.localdate(now)
    return voorbij or diner.status == Dinerstatus.AFGESLOTEN


def _post(brief: Brief, now: datetime, *, snel: bool = False) -> Uitkomst | None:
    """Send a claimed letter as it reads now; None when it had nothing to say any more, or was erased meanwhile."""
    try:
        aan, onderwerp, tekst = compose_brief(brief=brief, now=now)
    except Vervallen as error:
        drop_brief(brief=brief, waarom=str(error))
        return None
    except ObjectDoesNotExist:  # erased since it was claimed
        drop_brief(brief=brief, waarom=WEG)
        return None
    except DenkdinerError as error:  # somebody can mend it and try again
        uitkomst = Uitkomst(Afloop.NOOIT, str(error))
        settle_brief(brief=brief, uitkomst=uitkomst, now=now)
        return uitkomst
    brief.aan, brief.onderwerp = aan, onderwerp[:MAX_ONDERWERP]
    if not change_claimed(brief, aan=brief.aan, onderwerp=brief.onderwerp):
        drop_brief(brief=brief, waarom=WEG)
        return None
    return post_brief(brief=brief, tekst=tekst, now=now, snel=snel)


def send_post(*, clock: Callable[[], datetime]) -> dict[str, int]:
    """Try every letter that waits and whose time has come; how many by status afterwards. Idempotent.

    It may take long, so *clock* is asked what time it is for each letter.
    """
    return send_due(clock=clock, post=_post)


def retry_brief(*, brief: Brief, gebruiker: Gebruiker, now: datetime) -> Brief:
    """Send *brief* once more, because a person asks: with as many tries as a new letter.

    Raises ``DenkdinerError`` when it was sent, is being sent, or without a mail server.
    """
    if not has_mailserver():
        raise DenkdinerError(GEEN_MAILSERVER)
    if not claim_brief(
        brief=brief, now=now, van=(Briefstatus.WACHT, Briefstatus.MISLUKT, Briefstatus.ONZEKER)
    ):
        raise DenkdinerError("Deze e-mail is al verstuurd, of wordt net verstuurd. Kijk wat er nu staat.")
    brief.made_by, brief.pogingen = gebruiker, 1
    with transaction.atomic():
        if change_claimed(brief, made_by=gebruiker, pogingen=1) and brief.optreden is None:
            _log_asked(brief, gebruiker, now)
    _post(brief, now, snel=True)
    if brief.optreden is not None and brief.status != Briefstatus.VERSTUURD:
        _log_asked(brief, gebruiker, now)
    return brief


@transaction.atomic
def _log_asked(brief: Brief, gebruiker: Gebruiker, now: datetime) -> None:
    """Whoever asked for a letter to a spreker that was sent is in the line of that (``brieven``)."""
    if reeks := Reeks.objects.select_for_update(no_key=True).filter(pk=brief.reeks_id).first():  # still there
        wat = "vroeg om een e-mail opnieuw te sturen"
        add_reeksregel(reeks=reeks, wat=wat, now=now, gebruiker=gebruiker)


# --- by the schedule ------------------------------------------------------------------------------------------------------


def remind_sprekers(*, now: datetime) -> int:
    """Write a reminder to every spreker whose diner comes within the days that its organiser chose. How many are new.

    Once per optreden, whatever happens; only to who had a letter or saw the page, so that nobody is reminded of what they
    never heard of, and not within a day after a letter.
    Nothing is written before ``VANAF_UUR``, nor without a mail server: it would leave months later.
    """
    if not has_mailserver():
        return 0
    vandaag = timezone.localdate(now)
    if timezone.localtime(now).hour < VANAF_UUR:
        return 0
    gepland = Optreden.objects.filter(
        diner__herinner_dagen__isnull=False, diner__datum__gte=vandaag, briefing__isnull=False
    ).exclude(diner__status=Dinerstatus.AFGESLOTEN)
    nieuw = 0
    for optreden in gepland.select_related("spreker", "diner__reeks", "briefing").order_by("pk"):
        diner = optreden.diner
        if diner.datum is None or diner.datum - timedelta(days=diner.herinner_dagen or 0) > vandaag:
            continue
        if optreden.spreker.email and _write_reminder(optreden, now):
            nieuw += 1
    return nieuw


@transaction.atomic
def _write_reminder(optreden: Optreden, now: datetime) -> bool:
    """False when it was written before, when there is nothing to remind of, or when another letter to this spreker is on
    its way or just arrived: tomorrow then.
    """
    # The same lock as ``write_brief``; a reeks that was deleted meanwhile has no briefing either.
    Reeks.objects.select_for_update(no_key=True).filter(pk=optreden.diner.reeks_id).first()
    briefing = Briefing.objects.filter(optreden=optreden).first()
    if briefing is None or not (briefing.sent_at or briefing.seen_at):
        return False
    brieven, gisteren = Brief.objects.filter(optreden=optreden), now - EEN_DAG
    onderweg = Q(status__in=(Briefstatus.WACHT, Briefstatus.BEZIG))
    net = Q(status__in=(Briefstatus.VERSTUURD, Briefstatus.ONZEKER), tried_at__gt=gisteren)
    if brieven.filter(Q(soort=Briefsoort.VOORAF) | onderweg | net).exists():
        return False
    if briefing.sent_at and briefing.sent_at > gisteren:
        return False
    onderwerp, _ = letter_of(briefing=optreden.briefing, link="", herinnering=True)
    Brief.objects.create(
        reeks=optreden.diner.reeks,
        optreden=optreden,
        soort=Briefsoort.VOORAF,
        aan=optreden.spreker.email,
        onderwerp=onderwerp[:MAX_ONDERWERP],
        made_at=now,
        next_at=now,
    )
    return True
