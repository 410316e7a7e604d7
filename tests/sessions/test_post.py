"""Letters, against a real mail server on this machine: nothing lost, nothing twice, plain words, never an error page."""

import asyncio
import email
import email.policy
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from denkdiner.errors import DenkdinerError
from sessions import services
from sessions.models import Brief, Briefing, Briefsoort, Briefstatus, Logregel, Uitnodiging
from sessions.services import brieven
from sessions.services.post import Afloop, send_letter
from tests.factories import NOW, BriefFactory, OptredenFactory, SprekerFactory, UitnodigingFactory

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Postbus:
    """A mail server that says what the test tells it to, by step of the conversation."""

    def __init__(self):
        self.kept, self.says, self.slow = [], {}, 0

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.says:
            return self.says[address]
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if (answer := self.says.get("DATA")) is None:
            self.kept.append(
                (envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default))
            )
        await asyncio.sleep(self.slow)
        return answer or "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def smtp(settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = SMTP, "127.0.0.1", 1
    settings.EMAIL_PORT, settings.DEFAULT_FROM_EMAIL = free_port(), "Denkdiner <post@diner.test>"
    return settings


@pytest.fixture
def postbus(smtp):
    bus = Postbus()
    controller = Controller(bus, hostname="127.0.0.1", port=smtp.EMAIL_PORT)
    controller.start()
    yield bus
    controller.stop()


@contextmanager
def deaf_server(port):
    """Takes the call and never says a word."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        yield


@pytest.fixture
def optreden(diner):
    diner.datum, diner.titel = date(2026, 12, 3), "Coöperatief"
    diner.save()
    spreker = SprekerFactory(reeks=diner.reeks, naam="Zoë Ångström", email="zoe@voorbeeld.test")
    optreden = OptredenFactory(diner=diner, spreker=spreker)
    services.open_briefing(optreden=optreden)
    return optreden


def send(optreden, roos, now=NOW):
    briefing = Briefing.objects.select_related("optreden__spreker", "optreden__diner__reeks").get(
        optreden=optreden
    )
    return services.send_briefing(
        briefing=briefing, link="https://d.test/briefing/x/", gebruiker=roos, now=now
    )


def send_post(now):
    return services.send_post(clock=lambda: now)


def letter(**other):
    words = {"onderwerp": "Hallo", "tekst": "Dag.\n", "aan": "ada@voorbeeld.test", "kenmerk": "brief.1"}
    return send_letter(**words | other)


# --- the conversation with the mail server ---------------------------------------------------------------------------


def test_letter_arrives_with_its_letters_and_a_long_subject(postbus):
    onderwerp = "Coöperatief én geïnspireerd: “wat naïef lijkt, is vaak het beste idee” " * 3
    assert letter(onderwerp=onderwerp, tekst="Beste Zoë,\n\nfijn dat je spreekt. €\n").afloop is Afloop.GELUKT
    ((aan, bericht),) = postbus.kept
    assert aan == ["ada@voorbeeld.test"]
    assert bericht["Subject"].strip() == onderwerp.strip()  # a space where the line was folded
    assert bericht["Message-ID"] == "<brief.1@diner.test>"
    assert bericht.get_content().replace("\r\n", "\n") == "Beste Zoë,\n\nfijn dat je spreekt. €\n"


@pytest.mark.parametrize(
    ("says", "afloop", "zin"),
    [
        ({"RCPT": "550 No such user"}, Afloop.NOOIT, "weigert dit adres"),
        ({"RCPT": "450 Greylisted"}, Afloop.LATER, "nu geen post"),
        ({"RCPT": "421 Busy"}, Afloop.LATER, "nu geen post"),
        ({"MAIL": "550 Not you"}, Afloop.LATER, "Vraag de beheerder"),
        ({"MAIL": "451 Later"}, Afloop.LATER, "Vraag de beheerder"),
        ({"DATA": "554 Spam"}, Afloop.NOOIT, "weigerde deze e-mail"),
        ({"DATA": "452 Full"}, Afloop.LATER, "nu niet aan"),
    ],
    ids=str,
)
def test_no_of_the_server_is_later_or_never(says, afloop, zin, postbus):
    postbus.says = says
    uitkomst = letter()
    assert (uitkomst.afloop, zin in uitkomst.fout, uitkomst.bereikbaar) == (afloop, True, True)
    assert postbus.kept == []


def test_server_that_is_not_there_is_later(smtp):
    uitkomst = letter()
    assert (uitkomst.afloop, uitkomst.bereikbaar, uitkomst.fout) == (
        Afloop.LATER,
        False,
        "De mailserver antwoordt niet.",
    )


def test_server_that_says_nothing_is_later_and_soon(smtp):
    with deaf_server(smtp.EMAIL_PORT):
        assert letter().afloop is Afloop.LATER


def test_server_that_hangs_with_the_letter_in_its_hands_is_a_riddle(postbus):
    postbus.slow = 2
    uitkomst = letter()
    assert (uitkomst.afloop, uitkomst.bereikbaar) == (Afloop.ONZEKER, False)
    assert len(postbus.kept) == 1  # it has it: another try would be a second letter


def test_server_without_tls_gets_nothing_when_the_settings_ask_for_it(postbus, smtp):
    smtp.EMAIL_USE_TLS = True
    uitkomst = letter()
    assert (uitkomst.afloop, postbus.kept) == (Afloop.LATER, [])
    assert "Vraag de beheerder" in uitkomst.fout


def test_password_that_nobody_asks_for_is_said(postbus, smtp):
    smtp.EMAIL_HOST_USER, smtp.EMAIL_HOST_PASSWORD = "denkdiner", "geheim"
    uitkomst = letter()
    assert (uitkomst.afloop, "Vraag de beheerder" in uitkomst.fout) == (Afloop.LATER, True)


@pytest.mark.parametrize(
    "aan", ["ada@voorbeeld.test\nBcc: x@y.test", "ada", "", "a b@c.test\r\nX: y", "@", "é" * 300 + "@b.nl"]
)
def test_address_that_no_letter_can_carry_is_refused_or_sent_nowhere(aan, postbus):
    uitkomst = letter(aan=aan)
    assert uitkomst.afloop in {Afloop.NOOIT, Afloop.LATER, Afloop.GELUKT}
    assert all(to != ["x@y.test"] and bericht["Bcc"] is None for to, bericht in postbus.kept)
    if "\n" in aan:
        assert uitkomst.afloop is Afloop.NOOIT


def test_newline_in_a_subject_makes_no_header(postbus):
    assert letter(onderwerp="Hallo\r\nBcc: x@y.test\n\nWeg").afloop is Afloop.GELUKT
    ((_, bericht),) = postbus.kept
    assert (bericht["Subject"], bericht["Bcc"]) == ("Hallo Bcc: x@y.test Weg", None)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.nl", 25, False, False),
        ("smtp+tls://naam:geheim@mail.example.nl", 587, True, False),
        ("smtp+ssl://naam:geheim@mail.example.nl", 465, False, True),
        ("smtp+tls://naam:ge%40heim@mail.example.nl:2525", 2525, True, False),
    ],
)
def test_address_of_the_mail_server_says_how_to_speak_to_it(url, port, tls, ssl):
    code = "from django.conf import settings as s; print(s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL, s.EMAIL_TIMEOUT)"
    environment = os.environ | {
        "EMAIL_URL": url,
        "EMAIL_TIMEOUT": "7",
        "DJANGO_SETTINGS_MODULE": "denkdiner.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [str(port), str(tls), str(ssl), "7"]


# --- the outbox ------------------------------------------------------------------------------------------------------


def test_letter_that_arrived_is_noted_without_its_text(postbus, optreden, roos):
    brief = send(optreden, roos)
    assert (brief.status, brief.sent_at, brief.soort, brief.aan) == (
        "verstuurd",
        NOW,
        "briefing",
        "zoe@voorbeeld.test",
    )
    assert "/briefing/" not in str(Brief.objects.values().get())
    assert Briefing.objects.get().sent_at == NOW
    assert postbus.kept[0][1]["Subject"].strip() == "Jouw bijdrage aan het denkdiner “Coöperatief”"
    assert Logregel.objects.get().wat == "stuurde Zoë Ångström de briefing"


def test_letter_waits_while_there_is_no_server_and_leaves_once_when_it_is_back(smtp, optreden, roos):
    brief = send(optreden, roos)
    assert (brief.status, brief.next_at) == ("wacht", NOW + timedelta(minutes=5))
    assert (Briefing.objects.get().sent_at, Logregel.objects.count()) == (None, 0)
    later = NOW + timedelta(minutes=6)
    assert send_post(NOW + timedelta(minutes=4)) == {}
    bus = Postbus()
    controller = Controller(bus, hostname="127.0.0.1", port=smtp.EMAIL_PORT)
    controller.start()
    try:
        assert send_post(later) == {"verstuurd": 1}
        assert send_post(later + timedelta(days=1)) == {}
    finally:
        controller.stop()
    assert len(bus.kept) == 1
    token = services.briefing_token_of(Briefing.objects.get())
    assert f"{smtp.SITE_URL}/briefing/{token}/" in bus.kept[0][1].get_content()
    assert Briefing.objects.get().sent_at == later
    assert Logregel.objects.get().wat == "stuurde Zoë Ångström de briefing"


def test_letter_is_given_up_after_some_tries_and_says_so(smtp, optreden, roos):
    send(optreden, roos)
    now = NOW
    for _ in range(30):
        now += timedelta(hours=1)
        send_post(now)
    brief = Brief.objects.get()
    assert (brief.status, brief.pogingen, brief.next_at) == ("mislukt", len(brieven.WACHTTIJDEN) + 1, None)
    assert brief.fout == "De mailserver antwoordt niet."
    assert [regel.wat for regel in Logregel.objects.all()] == [
        "Briefing: de e-mail ging niet zeker weg, kijk bij Post"
    ]


def test_first_letter_that_finds_no_server_spares_the_others_the_wait(smtp, monkeypatch):
    for _ in range(3):
        BriefFactory(uitnodiging=_asked())
    monkeypatch.setattr(smtp, "EMAIL_PORT", free_port())
    assert send_post(NOW) == {"wacht": 1}
    assert sorted(Brief.objects.values_list("pogingen", flat=True)) == [0, 0, 1]


def _asked(**fields):
    uitnodiging = UitnodigingFactory(**fields)
    services.uitnodiging_token_of(uitnodiging)
    return uitnodiging


def test_one_refused_address_holds_up_nobody(postbus):
    fout, goed = (
        BriefFactory(uitnodiging=_asked(email=f"{naam}@voorbeeld.test")) for naam in ("fout", "goed")
    )
    postbus.says = {"fout@voorbeeld.test": "550 No such user"}
    assert send_post(NOW) == {"mislukt": 1, "verstuurd": 1}
    fout.refresh_from_db()
    goed.refresh_from_db()
    assert (fout.fout, goed.sent_at) == ("De mailserver weigert dit adres. Klopt het?", NOW)


def test_letter_whose_sender_died_is_not_sent_again_by_itself(postbus):
    brief = BriefFactory(uitnodiging=_asked(), status="bezig", tried_at=NOW, next_at=None)
    assert send_post(NOW + timedelta(minutes=14)) == {}
    send_post(NOW + timedelta(minutes=16))
    brief.refresh_from_db()
    assert (brief.status, postbus.kept) == ("onzeker", [])


def test_two_senders_share_the_work(postbus):
    brief = BriefFactory(uitnodiging=_asked())
    een, ander = Brief.objects.get(), Brief.objects.get()
    assert services.claim_brief(brief=een, now=NOW, van=(Briefstatus.WACHT,))
    assert not services.claim_brief(brief=ander, now=NOW, van=(Briefstatus.WACHT,))
    assert send_post(NOW) == {}
    brief.refresh_from_db()
    assert (brief.status, postbus.kept) == ("bezig", [])


def test_letter_that_another_sender_took_meanwhile_is_left_alone(postbus):
    eerste, tweede = (BriefFactory(uitnodiging=_asked()) for _ in range(2))
    posted = []

    def post(brief, now):
        posted.append(brief.pk)
        services.claim_brief(brief=tweede, now=now, van=(Briefstatus.WACHT,))

    brieven.send_due(clock=lambda: NOW, post=post)
    assert posted == [eerste.pk]


@pytest.mark.parametrize("field", ["accepted_at", "withdrawn_at"])
def test_invitation_that_is_no_longer_open_is_not_sent(field, postbus):
    BriefFactory(uitnodiging=_asked(**{field: NOW}))
    assert send_post(NOW) == {"vervallen": 1}
    assert (postbus.kept, Brief.objects.get().fout) == ([], "Deze uitnodiging staat niet meer open.")


def test_letter_that_waits_goes_to_the_address_and_with_the_link_of_now(postbus, optreden, roos):
    postbus.says = {"RCPT": "450 Later"}
    send(optreden, roos)
    postbus.says = {}
    services.edit_object(optreden.spreker, email="nieuw@voorbeeld.test")
    token = services.briefing_token_of(services.open_briefing(optreden=optreden, nieuw=True))
    send_post(NOW + timedelta(hours=1))
    ((aan, bericht),) = postbus.kept
    assert (aan, token in bericht.get_content()) == (["nieuw@voorbeeld.test"], True)
    assert Brief.objects.get().aan == "nieuw@voorbeeld.test"


def test_press_again_while_it_waits_is_the_same_letter(postbus, optreden, roos):
    postbus.says = {"RCPT": "450 Later"}
    send(optreden, roos)
    postbus.says = {}
    assert send(optreden, roos, NOW + timedelta(seconds=20)).status == "verstuurd"
    assert (Brief.objects.count(), len(postbus.kept)) == (1, 1)
    with pytest.raises(DenkdinerError, match="Wacht een minuut"):
        send(optreden, roos, NOW + timedelta(seconds=30))
    assert len(postbus.kept) == 1


def test_press_while_it_is_on_its_way_is_refused(postbus, optreden, roos):
    BriefFactory(
        uitnodiging=None, optreden=optreden, soort="briefing", status="bezig", tried_at=NOW, next_at=None
    )
    with pytest.raises(DenkdinerError, match="wordt net verstuurd"):
        send(optreden, roos)
    assert postbus.kept == []


def test_letter_in_the_database_is_of_an_invitation_or_an_optreden(optreden):
    for wrong in (
        {"uitnodiging": None, "optreden": optreden, "soort": "uitnodiging"},
        {"soort": "briefing"},
        {"status": "verstuurd"},
        {"status": "weg"},
        {"next_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BriefFactory(**wrong)


def test_commands_say_what_they_did(postbus, capsys):
    call_command("send_post")
    BriefFactory(uitnodiging=_asked())
    call_command("send_post")
    assert capsys.readouterr().out in {
        "Er wacht geen post.\n1 verstuurd.\n",
        "Er wacht geen post.\n1 niet meer nodig.\n",
    }


@pytest.mark.parametrize("command", ["send_post", "remind_speakers"])
def test_commands_do_nothing_without_a_mail_server(command, settings, capsys, optreden):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    optreden.diner.herinner_dagen = 60
    optreden.diner.save()
    brief = BriefFactory(uitnodiging=_asked())
    call_command(command)
    brief.refresh_from_db()
    assert ("geen mailserver" in capsys.readouterr().out, brief.status, Brief.objects.count()) == (
        True,
        "wacht",
        1,
    )


# --- reminders by the schedule ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dagen", "vandaag", "gaat"), [(7, 26, True), (7, 25, False), (None, 30, False), (1, 30, False)]
)
def test_reminder_goes_so_many_days_before_and_once(dagen, vandaag, gaat, optreden):
    optreden.diner.herinner_dagen = dagen
    optreden.diner.save()
    services.see_briefing(briefing=optreden.briefing, now=NOW)
    now = NOW.replace(day=vandaag)
    for day in range(3):
        services.remind_sprekers(now=now + timedelta(minutes=day))
        send_post(now + timedelta(minutes=day))
    assert len(mail.outbox) == gaat
    if gaat:
        assert mail.outbox[0].subject.startswith("Herinnering: ")
        assert "Wil je spreken" in mail.outbox[0].body
        assert Logregel.objects.get().wat == "Zoë Ångström kreeg een herinnering"


def test_reminder_is_practical_for_who_confirmed_and_skips_who_cannot_be_reached(optreden):
    diner = optreden.diner
    diner.herinner_dagen = 30
    diner.save()
    optreden.bevestigd_at = NOW
    optreden.save()
    services.open_briefing(optreden=OptredenFactory(diner=diner))  # no address
    Briefing.objects.update(seen_at=NOW)
    OptredenFactory(
        diner=diner, spreker=SprekerFactory(reeks=diner.reeks, email="b@voorbeeld.test")
    )  # no page yet
    assert services.remind_sprekers(now=NOW) == 1
    send_post(NOW)
    (bericht,) = mail.outbox
    assert (bericht.to, "Fijn dat je spreekt" in bericht.body) == (["zoe@voorbeeld.test"], True)


def test_no_reminder_rings_at_night(optreden):
    optreden.diner.herinner_dagen = 60
    optreden.diner.save()
    services.see_briefing(briefing=optreden.briefing, now=NOW)
    assert services.remind_sprekers(now=NOW.replace(hour=2)) == 0
    assert services.remind_sprekers(now=NOW.replace(hour=8)) == 1


@pytest.mark.parametrize("fields", [{"status": "afgesloten"}, {"datum": date(2026, 11, 23)}, {"datum": None}])
def test_no_reminder_for_an_evening_that_is_over_or_has_no_date(fields, optreden):
    for name, value in fields.items() | {("herinner_dagen", 60)}:
        setattr(optreden.diner, name, value)
    optreden.diner.save()
    services.see_briefing(briefing=optreden.briefing, now=NOW)
    assert services.remind_sprekers(now=NOW) == 0


def test_reminder_waits_for_another_letter_that_is_on_its_way(optreden):
    optreden.diner.herinner_dagen = 30
    optreden.diner.save()
    services.see_briefing(briefing=optreden.briefing, now=NOW)
    BriefFactory(uitnodiging=None, optreden=optreden, soort="briefing")
    assert services.remind_sprekers(now=NOW) == 0
    Brief.objects.all().delete()
    assert [services.remind_sprekers(now=NOW) for _ in range(2)] == [1, 0]
    with pytest.raises(IntegrityError), transaction.atomic():
        BriefFactory(uitnodiging=None, optreden=optreden, soort=Briefsoort.VOORAF)


# --- the pages -------------------------------------------------------------------------------------------------------


def page(name, reeks, *args):
    return reverse(f"diners:{name}", args=[reeks.slug, *args])


def test_organiser_sees_each_letter_and_tries_again(postbus, reeks, roos, sign_in):
    client = sign_in(roos)
    postbus.says = {"RCPT": "550 No such user"}
    asked = client.post(
        page("uitnodiging_create", reeks), {"email": "ada@voorbeeld.test", "rol": "kijker"}, follow=True
    ).content.decode()
    assert "De e-mail aan ada@voorbeeld.test: De mailserver weigert dit adres. Klopt het?" in asked
    shown = client.get(page("post", reeks)).content.decode()
    assert "Niet verstuurd" in shown
    assert "Opnieuw proberen" in shown
    brief = Brief.objects.get()
    preview = client.get(page("brief", reeks, brief.pk)).content.decode()
    assert services.uitnodiging_token_of(Uitnodiging.objects.get()) in preview
    postbus.says = {}
    again = client.post(page("brief_retry", reeks, brief.pk), follow=True).content.decode()
    assert "Er is een e-mail gestuurd naar ada@voorbeeld.test." in again
    assert client.post(page("brief_retry", reeks, brief.pk)).status_code == 422
    assert len(postbus.kept) == 1
    assert "De tekst wordt niet bewaard" in client.get(page("brief", reeks, brief.pk)).content.decode()


def test_button_of_the_briefing_never_breaks_when_the_server_is_away(smtp, optreden, roos, sign_in):
    url = reverse("diners:briefing_send", args=[optreden.diner.reeks.slug, 1, optreden.pk])
    shown = sign_in(roos).post(url, follow=True)
    assert shown.status_code == 200
    assert (
        "wacht nog: De mailserver antwoordt niet. We proberen het vanzelf opnieuw" in shown.content.decode()
    )
    assert "Nog niet gemaild" in shown.content.decode()


def test_retry_without_a_mail_server_is_refused(settings, reeks, roos, sign_in):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    brief = BriefFactory(uitnodiging=_asked(reeks=reeks))
    assert "Er is geen mailserver ingesteld" in sign_in(roos).get(page("post", reeks)).content.decode()
    assert sign_in(roos).post(page("brief_retry", reeks, brief.pk)).status_code == 422


def test_invitation_can_be_read_before_it_goes(reeks, roos, sign_in):
    shown = sign_in(roos).get(page("uitnodiging_create", reeks)).content.decode()
    assert "Roos vraagt je om mee te doen aan de denkdiners van" in shown
    assert not Uitnodiging.objects.exists()


@pytest.mark.parametrize("aantal", [1, 3])
def test_post_page_costs_as_many_queries(aantal, reeks, roos, sign_in, django_assert_num_queries):
    for _ in range(aantal):
        BriefFactory(uitnodiging=_asked(reeks=reeks))
    client = sign_in(roos)
    with django_assert_num_queries(6):
        assert client.get(page("post", reeks)).content.decode().count("Opnieuw proberen") == aantal


def test_thread_of_the_test_server_is_gone():
    assert not [thread for thread in threading.enumerate() if "Controller" in thread.name]
