"""Letters while something else happens: another timer, an organiser who presses, a spreker who is erased."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from denkdiner.errors import DenkdinerError
from sessions import services
from sessions.models import Brief, Briefing, Briefstatus, Logregel, Optreden, Reeks
from sessions.services import brieven
from sessions.services.post import Afloop, Uitkomst
from tests.factories import NOW, BriefFactory, OptredenFactory, SprekerFactory, UitnodigingFactory

pytestmark = pytest.mark.django_db
MINUUT = timedelta(minutes=1)
GELUKT = Uitkomst(Afloop.GELUKT)


@pytest.fixture
def optreden(diner):
    diner.datum, diner.herinner_dagen = NOW.date() + timedelta(days=9), 30
    diner.save()
    spreker = SprekerFactory(reeks=diner.reeks, naam="Zoë Ångström", email="zoe@voorbeeld.test")
    optreden = OptredenFactory(diner=diner, spreker=spreker)
    services.open_briefing(optreden=optreden)
    return optreden


def brief_of(optreden, **fields):
    return BriefFactory(**{"uitnodiging": None, "optreden": optreden, "soort": "briefing"} | fields)


def send(optreden, roos, now=NOW):
    briefing = Briefing.objects.select_related("optreden__spreker", "optreden__diner__reeks").get()
    return services.send_briefing(
        briefing=briefing, link="https://d.test/briefing/x/", gebruiker=roos, now=now
    )


def send_post(now=NOW):
    return services.send_post(clock=lambda: now)


@contextmanager
def just_before(statement, act):
    """*act* comes before the first *statement*, as another process would."""
    left = [act]

    def wrapper(execute, sql, params, many, context):
        if left and sql.startswith(statement):
            left.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    assert not left


def during_smtp(monkeypatch, act, uitkomst=GELUKT):
    def send_letter(**_):
        act()
        return uitkomst

    monkeypatch.setattr(brieven, "send_letter", send_letter)


# --- two at once ----------------------------------------------------------------------------------------------------------


def test_waiting_letter_that_a_timer_takes_meanwhile_is_not_sent_by_hand_too(optreden, roos):
    brief = brief_of(optreden)

    def timer():
        Brief.objects.filter(pk=brief.pk).update(status="bezig", tried_at=NOW, next_at=None, pogingen=1)

    with (
        just_before('UPDATE "diners_brief"', timer),
        pytest.raises(DenkdinerError, match="wordt net verstuurd"),
    ):
        send(optreden, roos)
    assert (mail.outbox, Brief.objects.count()) == ([], 1)


def test_waiting_letter_is_looked_for_in_one_look(optreden, roos):
    """Between two looks, a timer could take it unseen, and there would be a second letter."""
    looks = []

    def wrapper(execute, sql, params, many, context):
        if sql.startswith("SELECT") and 'FROM "diners_brief"' in sql and {"wacht", "bezig"} & set(params):
            looks.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        send(optreden, roos)
    assert len(looks) == 1


def test_long_run_claims_each_letter_at_its_own_time():
    brieven_ = [BriefFactory(uitnodiging=UitnodigingFactory()) for _ in range(3)]
    tijden = [NOW]
    andere_timer = []

    def post(brief, now):
        tijden[0] += 10 * MINUUT
        andere_timer.append(brieven.forget_claims(now=tijden[0]))
        services.settle_brief(brief=brief, uitkomst=GELUKT, now=now)
        return GELUKT

    brieven.send_due(clock=lambda: tijden[0], post=post)
    assert andere_timer == [0, 0, 0]
    assert [Brief.objects.get(pk=brief.pk).tried_at - NOW for brief in brieven_] == [
        0 * MINUUT,
        10 * MINUUT,
        20 * MINUUT,
    ]


def test_letter_that_was_tried_meanwhile_and_waits_again_keeps_its_turn():
    BriefFactory(uitnodiging=UitnodigingFactory())
    tweede = BriefFactory(uitnodiging=UitnodigingFactory())
    posted = []

    def post(brief, now):
        posted.append(brief.pk)
        Brief.objects.filter(pk=tweede.pk).update(next_at=NOW + 5 * MINUUT, pogingen=1)
        return GELUKT

    brieven.send_due(clock=lambda: NOW, post=post)
    assert tweede.pk not in posted


@pytest.mark.parametrize("uitkomst", [GELUKT, Uitkomst(Afloop.LATER, "Nee."), Uitkomst(Afloop.NOOIT, "Nee.")])
def test_letter_that_was_given_up_meanwhile_is_not_overwritten(uitkomst, optreden, roos, monkeypatch):
    during_smtp(monkeypatch, lambda: Brief.objects.update(status=Briefstatus.ONZEKER), uitkomst)
    send(optreden, roos)
    assert Brief.objects.get().status == "onzeker"
    assert (Briefing.objects.get().sent_at, Logregel.objects.count()) == (None, 0)


def test_claim_of_somebody_else_is_not_settled(optreden):
    brief = brief_of(optreden, status="bezig", tried_at=NOW, next_at=None, pogingen=1)
    Brief.objects.update(tried_at=NOW + 20 * MINUUT)  # given up, and tried again by a person
    services.settle_brief(brief=brief, uitkomst=GELUKT, now=NOW)
    assert Brief.objects.get().status == "bezig"


def test_every_letter_to_a_spreker_takes_the_same_lock(optreden, roos, monkeypatch):
    locked, lock = [], QuerySet.select_for_update

    def noting(self, *args, **kwargs):
        locked.append(self.model)
        return lock(self, *args, **kwargs)

    Briefing.objects.update(seen_at=NOW)
    monkeypatch.setattr(QuerySet, "select_for_update", noting)
    assert services.remind_sprekers(now=NOW) == 1
    Brief.objects.all().delete()
    send(optreden, roos)
    assert locked == [Reeks, Reeks]


# --- erased meanwhile -----------------------------------------------------------------------------------------------------


def test_spreker_who_is_erased_while_the_letter_leaves_breaks_nothing(optreden, roos, monkeypatch):
    during_smtp(monkeypatch, lambda: Optreden.objects.all().delete())
    assert send(optreden, roos).status == "verstuurd"
    assert (Brief.objects.count(), Logregel.objects.count()) == (0, 0)


def test_timer_goes_on_when_a_spreker_is_erased_while_the_letter_leaves(optreden, monkeypatch):
    brief_of(optreden)
    BriefFactory(uitnodiging=UitnodigingFactory(), next_at=NOW)
    during_smtp(monkeypatch, lambda: Optreden.objects.all().delete())
    assert send_post() == {"verstuurd": 2}
    assert Brief.objects.get().status == "verstuurd"


@pytest.mark.parametrize("statement", ['SELECT "diners_optreden"', 'UPDATE "diners_brief" SET "aan"'])
def test_letter_that_is_erased_before_it_leaves_does_not_leave(statement, optreden):
    brief_of(optreden)
    with just_before(statement, lambda: Optreden.objects.filter(pk=optreden.pk).delete()):
        assert send_post() == {"vervallen": 1}
    assert (mail.outbox, Brief.objects.count()) == ([], 0)


def test_letter_that_is_erased_after_the_press_on_again_breaks_nothing(optreden, roos):
    brief = brief_of(optreden, status="mislukt", next_at=None)
    with just_before('UPDATE "diners_brief" SET "made_by_id"', lambda: Optreden.objects.all().delete()):
        services.retry_brief(brief=brief, gebruiker=roos, now=NOW)
    assert mail.outbox == []


def test_letter_that_is_erased_before_it_is_dropped_breaks_nothing():
    brief = BriefFactory(uitnodiging=UitnodigingFactory(withdrawn_at=NOW))
    Brief.objects.filter(pk=brief.pk).delete()
    brieven.drop_brief(brief=brief, waarom="Niet meer nodig.")
    assert (brief.status, Brief.objects.count()) == ("vervallen", 0)


# --- what can be mended ---------------------------------------------------------------------------------------------------


def test_letter_that_can_be_mended_is_kept_to_try_again(optreden, roos, settings):
    brief, spreker = brief_of(optreden), optreden.spreker
    services.edit_object(spreker, email="")
    ander = BriefFactory(uitnodiging=UitnodigingFactory(token_hash="van een andere sleutel"))
    assert send_post() == {"mislukt": 2}
    services.edit_object(spreker, email="zoe@voorbeeld.test")
    for one in (brief, ander):
        one.refresh_from_db()
    assert (brief.fout, brief.can_retry) == ("Zoë Ångström heeft geen e-mailadres meer.", True)
    assert "klopt niet meer" in ander.fout
    again = services.retry_brief(brief=Brief.objects.get(pk=brief.pk), gebruiker=roos, now=NOW)
    assert (again.status, len(mail.outbox)) == ("verstuurd", 1)


def test_log_tells_once_that_somebody_sent_a_letter_again(optreden, reeks, roos, monkeypatch):
    """Of one to a spreker that left, the line of that tells who; of every other letter that it was asked for."""
    services.retry_brief(brief=brief_of(optreden, status="mislukt", next_at=None), gebruiker=roos, now=NOW)
    assert [regel.wat for regel in Logregel.objects.all()] == ["stuurde Zoë Ångström de briefing"]
    Logregel.objects.all().delete()
    brief = BriefFactory(uitnodiging=UitnodigingFactory(reeks=reeks), status="mislukt", next_at=None)
    services.retry_brief(brief=brief, gebruiker=roos, now=NOW)
    assert [(regel.wat, regel.gebruiker) for regel in Logregel.objects.all()] == [
        ("vroeg om een e-mail opnieuw te sturen", roos)
    ]
    Logregel.objects.all().delete()
    monkeypatch.setattr(brieven, "send_letter", lambda **letter: Uitkomst(Afloop.LATER, "Druk."))
    services.retry_brief(brief=brief_of(optreden, status="onzeker", next_at=None), gebruiker=roos, now=NOW)
    assert [(regel.wat, regel.gebruiker) for regel in Logregel.objects.all()] == [
        ("vroeg om een e-mail opnieuw te sturen", roos)
    ]


def test_nobody_is_told_to_pass_on_a_link_that_is_dead(reeks, roos, sign_in):
    brief = BriefFactory(
        uitnodiging=UitnodigingFactory(reeks=reeks, withdrawn_at=NOW), status="mislukt", next_at=None
    )
    again = sign_in(roos).post(reverse("diners:brief_retry", args=[reeks.slug, brief.pk]), follow=True)
    shown = again.content.decode()
    assert "niet meer nodig. Deze uitnodiging staat niet meer open." in shown
    assert "zelf doorgeven" not in shown


# --- what a reminder reminds of -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "seen", "nieuw"),
    [
        (None, None, 0),
        (None, MINUUT, 1),
        (MINUUT, None, 0),
        (timedelta(hours=23), MINUUT, 0),
        (timedelta(hours=25), None, 1),
    ],
    ids=str,
)
def test_reminder_comes_after_a_letter_or_a_visit_and_not_within_a_day(sent, seen, nieuw, optreden):
    Briefing.objects.update(sent_at=sent and NOW - sent, seen_at=seen and NOW - seen)
    assert services.remind_sprekers(now=NOW) == nieuw


@pytest.mark.parametrize("status", ["verstuurd", "onzeker"])
def test_reminder_waits_a_day_after_a_letter_with_an_older_link_too(status, optreden):
    tried = {"tried_at": NOW - MINUUT, "next_at": None, "sent_at": NOW if status == "verstuurd" else None}
    brief_of(optreden, status=status, **tried)
    Briefing.objects.update(seen_at=NOW)
    assert services.remind_sprekers(now=NOW) == 0
    assert services.remind_sprekers(now=NOW + timedelta(days=1)) == 1
