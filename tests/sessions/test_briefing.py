"""The private page of a spreker: what it shows, what it never shows, and what comes back."""

import re
from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from denkdiner.errors import DenkdinerError
from sessions import queries, services
from sessions.models import Briefing, Logregel, Optreden, Rondesoort, Stelling
from tests.factories import NOW, BijdrageFactory, DinerFactory, RodeDraadFactory, RondeFactory, SprekerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def optreden(diner, ronde):
    diner.datum, diner.begintijd, diner.locatie = date(2026, 12, 3), time(18, 30), "De Hoeve"
    diner.save()
    spreker = SprekerFactory(reeks=diner.reeks, naam="Ada Vos", email="ada@voorbeeld.test", telefoon="06-1")
    return Optreden.objects.create(diner=diner, spreker=spreker)


@pytest.fixture
def adres(optreden):
    token = services.briefing_token_of(services.open_briefing(optreden=optreden))
    return reverse("diners:briefing", args=[token])


def url(name, optreden):
    return reverse(f"diners:{name}", args=[optreden.diner.reeks.slug, 1, optreden.pk])


def text(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def answer(briefing, **fields):
    said = {"bevestigd": True, "functie": "Denker", "organisatie": "", "bio": "Denkt.", "opmerking": ""}
    return services.answer_briefing(briefing=briefing, now=NOW, **said | fields)


# --- services --------------------------------------------------------------------------------------------------------


def test_briefing_is_made_once_and_a_new_link_closes_the_old_one(optreden):
    eerste = services.open_briefing(optreden=optreden)
    token = services.briefing_token_of(eerste)
    assert services.briefing_token_of(services.open_briefing(optreden=optreden)) == token
    assert token not in str(Briefing.objects.values().get())
    nieuw = services.open_briefing(optreden=optreden, nieuw=True)
    assert (nieuw.pk, services.briefing_token_of(nieuw) != token) == (eerste.pk, True)


def test_link_of_another_key_is_made_anew(optreden, settings):
    briefing = services.open_briefing(optreden=optreden)
    settings.SECRET_KEY = "another"
    with pytest.raises(DenkdinerError, match="klopt niet meer"):
        services.briefing_token_of(briefing)
    assert services.briefing_token_of(services.open_briefing(optreden=optreden))


def test_letter_invites_first_and_reminds_after_that(optreden, roos):
    briefing = services.open_briefing(optreden=optreden)

    def send(now):
        fresh = Briefing.objects.get(pk=briefing.pk)
        return services.send_briefing(
            briefing=fresh, link="https://d.test/briefing/x/", gebruiker=roos, now=now
        )

    assert send(NOW)
    assert send(NOW + timedelta(days=3))
    eerste, tweede = mail.outbox
    assert eerste.to == ["ada@voorbeeld.test"]
    assert "Wil je spreken" in eerste.body
    assert "donderdag 3 december 2026 om 18:30, De Hoeve?" in eerste.body
    assert "https://d.test/briefing/x/" in eerste.body
    assert tweede.subject == f"Herinnering: {eerste.subject}"
    assert "Een herinnering: Wil je spreken" in tweede.body
    assert [regel.wat for regel in Logregel.objects.order_by("pk")] == [
        "stuurde Ada Vos de briefing",
        "stuurde Ada Vos een herinnering",
    ]


def test_letter_that_could_not_leave_is_not_noted(optreden, roos, settings):
    briefing = services.open_briefing(optreden=optreden)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert services.send_briefing(briefing=briefing, link="x", gebruiker=roos, now=NOW) is None
    briefing.refresh_from_db()
    assert (briefing.sent_at, Logregel.objects.count()) == (None, 0)
    briefing.optreden.spreker.email = ""
    with pytest.raises(DenkdinerError, match="Vul eerst het e-mailadres"):
        services.send_briefing(briefing=briefing, link="x", gebruiker=roos, now=NOW)


def test_answer_confirms_and_can_be_taken_back(optreden):
    briefing = services.open_briefing(optreden=optreden)
    answer(briefing, opmerking="Graag een beamer.")
    optreden.refresh_from_db()
    assert (optreden.bevestigd_at, optreden.spreker.functie) == (NOW, "Denker")
    answer(briefing, bevestigd=True, bio="Denkt langer.")
    answer(briefing, bevestigd=False, bio="Denkt langer.")
    optreden.refresh_from_db()
    briefing.refresh_from_db()
    assert (optreden.bevestigd_at, optreden.spreker.bio, briefing.opmerking) == (None, "Denkt langer.", "")
    assert [regel.wat for regel in Logregel.objects.order_by("pk")] == [
        "Ada Vos bevestigde",
        "Ada Vos trok de bevestiging in",
    ]


def test_organiser_notes_a_yes_and_takes_it_back(optreden, roos):
    def note(bevestigd, now=NOW):
        return services.set_bevestigd(optreden=optreden, bevestigd=bevestigd, gebruiker=roos, now=now)

    assert note(True).bevestigd_at == NOW
    assert note(True, NOW + timedelta(days=1)).bevestigd_at == NOW
    assert note(False).bevestigd_at is None
    note(False)
    assert [(regel.gebruiker, regel.wat) for regel in Logregel.objects.order_by("pk")] == [
        (roos, "noteerde de bevestiging van Ada Vos"),
        (roos, "schrapte de bevestiging van Ada Vos"),
    ]
    services.close_diner(diner=optreden.diner, now=NOW)
    with pytest.raises(DenkdinerError, match="De avond is voorbij"):
        note(True)


def test_programma_runs_on_the_clock(optreden, django_assert_num_queries):
    diner = optreden.diner
    RondeFactory(diner=diner, nummer=2, soort=Rondesoort.SPREKER, minuten=330)
    RondeFactory(diner=diner, nummer=3, soort=Rondesoort.AFSLUITING)
    with django_assert_num_queries(1):
        programma = queries.programma_of(diner)
    assert [punt.begint for punt in programma] == [time(18, 30), time(18, 55), time(0, 25)]
    diner.begintijd = None
    assert {punt.begint for punt in queries.programma_of(diner)} == {None}


def test_double_click_is_one_letter_and_a_new_link_begins_again(optreden, roos):
    briefing = services.open_briefing(optreden=optreden)

    def send(now):
        return services.send_briefing(briefing=briefing, link="x", gebruiker=roos, now=now)

    send(NOW)
    with pytest.raises(DenkdinerError, match="Wacht een minuut"):
        send(NOW + timedelta(seconds=5))
    assert len(mail.outbox) == 1
    services.see_briefing(briefing=briefing, now=NOW)
    nieuw = services.open_briefing(optreden=optreden, nieuw=True)
    assert (nieuw.sent_at, nieuw.seen_at) == (None, None)


def test_answer_after_the_evening_changes_nothing(optreden, stored):
    briefing = services.open_briefing(optreden=optreden)
    services.close_diner(diner=optreden.diner, now=NOW)
    before = stored()
    with pytest.raises(DenkdinerError, match="De avond is voorbij"):
        answer(briefing)
    assert stored() == before


# --- the spreker -----------------------------------------------------------------------------------------------------


def test_page_shows_the_evening_and_only_what_is_definitief(adres, diner, stellingen, tafels):
    Stelling.objects.filter(diner=diner).update(status="definitief")
    Stelling.objects.filter(diner=diner, nummer=2).update(status="concept")
    BijdrageFactory(tafel=tafels[0], stelling=stellingen[0], tekst="wat aan tafel is gezegd")
    response = Client().get(adres)
    words = text(response)
    for word in (
        "donderdag 3 december 2026",
        "18:30",
        "De Hoeve",
        "2 tafels, ongeveer 16 gasten",
        stellingen[0].tekst,
    ):
        assert word in words
    for secret in (stellingen[1].tekst, "wat aan tafel is gezegd", "06-1", "ada@voorbeeld.test"):
        assert secret not in response.content.decode()
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert Briefing.objects.get().seen_at is not None


def test_spreker_answers_without_an_account(adres, optreden):
    data = {
        "bevestigd": "on",
        "functie": "Denker",
        "organisatie": "",
        "bio": "Denkt.",
        "opmerking": "Beamer?",
    }
    response = Client().post(adres, data, follow=True)
    assert "Dank je wel, het is bewaard." in text(response)
    assert re.search(r'name="bevestigd"[^>]* checked', response.content.decode())
    optreden.refresh_from_db()
    assert optreden.bevestigd_at is not None
    before = Briefing.objects.get().opmerking
    refused = Client().post(adres, data | {"opmerking": "x" * 2001, "bio": "Anders."})
    assert refused.status_code == 422
    optreden.spreker.refresh_from_db()
    assert (Briefing.objects.get().opmerking, optreden.spreker.bio) == (before, "Denkt.")


def test_old_page_changes_only_what_was_changed_on_it(adres, optreden):
    """Ada opens the page; Roos improves her bio; Ada ticks that she comes. And a tab of before that takes nothing back."""

    def post(page, **fields):
        inputs = re.findall(r'<input type="hidden" name="(initial-[a-z]+)"(?: value="([^"]*)")?', page)
        return Client().post(adres, dict(inputs) | fields)

    page = Client().get(adres).content.decode()
    services.edit_object(optreden.spreker, bio="Beter.", functie="Hoogleraar")
    assert post(page, bevestigd="on", functie="", organisatie="", bio="", opmerking="").status_code == 302
    assert post(page, functie="", organisatie="", bio="", opmerking="Beamer?").status_code == 302
    optreden.refresh_from_db()
    optreden.spreker.refresh_from_db()
    assert optreden.bevestigd_at is not None
    assert (optreden.spreker.bio, optreden.spreker.functie) == ("Beter.", "Hoogleraar")
    assert Briefing.objects.get().opmerking == "Beamer?"


def test_what_the_organiser_changed_too_is_not_overwritten_unseen(adres, optreden):
    """Both texts stand there, nothing is half kept, and the next save is knowing."""

    def post(page, **fields):
        inputs = re.findall(r'<input type="hidden" name="(initial-[a-z]+)"(?: value="([^"]*)")?', page)
        return Client().post(adres, dict(inputs) | fields)

    services.edit_object(optreden.spreker, bio="Eerst.")
    page = Client().get(adres).content.decode()
    services.edit_object(optreden.spreker, bio="Van Roos.", functie="Hoogleraar")
    typed = {"bevestigd": "on", "functie": "", "organisatie": "", "bio": "Van Ada.", "opmerking": ""}
    response = post(page, **typed)
    assert response.status_code == 409
    assert "Zo staat het nu opgeslagen Over jou, in een paar zinnen Van Roos." in text(response)
    optreden.refresh_from_db()
    assert optreden.bevestigd_at is None
    again = response.content.decode()
    assert "Van Ada.</textarea>" in again
    assert 'value="Hoogleraar"' in again
    assert post(again, **typed | {"functie": "Hoogleraar"}).status_code == 302
    optreden.refresh_from_db()
    optreden.spreker.refresh_from_db()
    assert (optreden.spreker.bio, optreden.spreker.functie) == ("Van Ada.", "Hoogleraar")
    assert optreden.bevestigd_at is not None


def test_page_is_not_seen_when_the_organiser_looks(adres, roos, sign_in):
    sign_in(roos).get(adres)
    Client().head(adres)
    assert Briefing.objects.get().seen_at is None
    Client().get(adres)
    assert Briefing.objects.get().seen_at is not None


def test_page_is_only_to_read_after_the_evening(adres, optreden):
    services.close_diner(diner=optreden.diner, now=NOW)
    assert "De avond is geweest" in text(Client().get(adres))
    assert Client().post(adres, {"bevestigd": "on"}).status_code == 422


@pytest.mark.parametrize("aantal", [1, 3])
def test_page_costs_as_many_queries(adres, diner, stellingen, aantal, django_assert_num_queries):
    Stelling.objects.filter(diner=diner, nummer__lte=aantal).update(status="definitief")
    for nummer, stelling in enumerate(stellingen[1:aantal], start=2):
        RondeFactory(diner=diner, nummer=nummer, stelling=stelling)
    with django_assert_num_queries(7):
        assert Client().get(adres).status_code == 200


@pytest.mark.parametrize("aantal", [1, 3])
def test_earlier_diners_show_what_stands_and_nothing_else(
    adres, reeks, diner, stelling, aantal, django_assert_num_queries
):
    DinerFactory(reeks=reeks, nummer=3)
    diner.nummer = 2
    diner.save()
    eerder = DinerFactory(reeks=reeks, nummer=1, titel="Wonen")
    for nummer in range(aantal):
        RodeDraadFactory(
            reeks=reeks, diner=eerder, stelling=None, titel=f"Staat {nummer}", status="vastgesteld"
        )
    RodeDraadFactory(reeks=reeks, diner=eerder, stelling=None, titel="Nog concept")
    RodeDraadFactory(stelling=stelling, titel="Van vanavond", status="vastgesteld")
    RodeDraadFactory(
        reeks=reeks, diner=reeks.diners.get(nummer=3), stelling=None, titel="Van later", status="vastgesteld"
    )
    RodeDraadFactory(titel="Van een ander", status="vastgesteld")
    token = adres.rstrip("/").split("/")[-1]
    with django_assert_num_queries(2):
        response = Client().get(reverse("synthesis:briefing_draden", args=[token]))
    words = text(response)
    assert [f"Staat {nummer}" in words for nummer in range(3)] == [nummer < aantal for nummer in range(3)]
    for secret in ("Nog concept", "Van vanavond", "Van later", "Van een ander"):
        assert secret not in words


def test_earlier_diners_say_honestly_that_nothing_stands(adres):
    token = adres.rstrip("/").split("/")[-1]
    assert "Er staat nog niets vast" in text(Client().get(reverse("synthesis:briefing_draden", args=[token])))


# --- the organiser ---------------------------------------------------------------------------------------------------


def test_organiser_makes_reads_sends_and_renews(optreden, roos, sign_in):
    client, own = sign_in(roos), url("optreden_briefing", optreden)
    assert "Maak de pagina" in text(client.get(own))
    client.post(url("briefing_renew", optreden))
    shown = client.get(own).content.decode()
    (link,) = re.findall(r'value="http://testserver(/briefing/[^"]+)"', shown)
    assert link in client.get(own).content.decode()
    assert Client().get(link).status_code == 200
    assert client.post(url("briefing_send", optreden))["Location"] == own
    assert link in mail.outbox[0].body
    words = text(client.get(own))
    assert "Gemaild op" in words
    assert "De herinnering" in words
    client.post(url("briefing_renew", optreden))
    assert Client().get(link).status_code == 404


def test_send_without_an_address_is_refused(optreden, roos, sign_in):
    optreden.spreker.email = ""
    optreden.spreker.save()
    response = sign_in(roos).post(url("briefing_send", optreden))
    assert (response.status_code, "Vul eerst het e-mailadres" in text(response)) == (422, True)


def test_what_the_spreker_says_stands_with_the_organiser(optreden, roos, sign_in, adres):
    Client().post(adres, {"bevestigd": "on", "opmerking": "<b>Liever</b> stelling 2 eerst."})
    words = sign_in(roos).get(url("optreden_briefing", optreden)).content.decode()
    assert "&lt;b&gt;Liever&lt;/b&gt; stelling 2 eerst." in words
    detail = reverse("diners:diner_detail", args=[optreden.diner.reeks.slug, 1])
    assert "Bevestigd" in text(sign_in(roos).get(detail))


def test_readiness_leads_to_the_page_where_a_yes_is_noted(optreden, roos, kees, sign_in):
    client, own = sign_in(roos), url("optreden_briefing", optreden)
    detail = reverse("diners:diner_detail", args=[optreden.diner.reeks.slug, 1])
    assert f'<a href="{own}">Ada Vos heeft nog niet bevestigd</a>' in client.get(detail).content.decode()
    assert own not in sign_in(kees).get(detail).content.decode()
    assert "Noteer als bevestigd" in text(client.get(own))
    response = client.post(url("optreden_confirm", optreden), {"bevestigd": "1"}, follow=True)
    assert "Ada Vos staat als bevestigd." in text(response)
    assert "Toch niet bevestigd" in text(response)
    assert "Elke spreker heeft bevestigd" in text(client.get(detail))
    response = client.post(url("optreden_confirm", optreden), follow=True)
    assert "Nog niet bevestigd" in text(response)
    optreden.refresh_from_db()
    assert optreden.bevestigd_at is None
    services.close_diner(diner=optreden.diner, now=NOW)
    assert "Noteer als bevestigd" not in text(client.get(own))
    response = client.post(url("optreden_confirm", optreden), {"bevestigd": "1"})
    assert (response.status_code, "De avond is voorbij" in text(response)) == (422, True)


def test_briefing_of_another_diner_is_not_found(optreden, roos, sign_in, reeks):
    elders = Optreden.objects.create(diner=DinerFactory(reeks=reeks, nummer=9), spreker=optreden.spreker)
    for pk in (elders.pk, 10**17):
        own = reverse("diners:optreden_briefing", args=[reeks.slug, 1, pk])
        assert sign_in(roos).get(own).status_code == 404
