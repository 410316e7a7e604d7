"""The pages of members and invitations, and the door itself; rights: test_access, house/test_routes."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions import services
from sessions.models import Gebruiker, Lidmaatschap, Rol, Uitnodiging
from tests.factories import LidmaatschapFactory, LogregelFactory, UitnodigingFactory

pytestmark = pytest.mark.django_db
WACHTWOORD = "vier losse oude woorden"


@pytest.fixture
def client(roos, sign_in):
    return sign_in(roos)


def url(name, *args):
    return reverse(f"diners:{name}", args=args)


def text(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def deur(reeks, roos):
    """``deur()``: an invitation for Ada and the address of its door."""

    def _deur(email="ada@voorbeeld.test", rol=Rol.VERSLAGLEGGER):
        een = services.invite(reeks=reeks, email=email, rol=rol, gebruiker=roos, now=timezone.now())
        return een, url("uitnodiging", services.uitnodiging_token_of(een))

    return _deur


@pytest.mark.parametrize("aantal", [1, 3])
def test_leden_shows_everybody_once_in_as_many_queries(client, reeks, aantal, django_assert_num_queries):
    for nummer in range(aantal - 1):
        lid = LidmaatschapFactory(reeks=reeks, rol=Rol.KIJKER, gebruiker__naam=f"Lid {nummer}").gebruiker
        LidmaatschapFactory(reeks=reeks, rol=Rol.VERSLAGLEGGER, gebruiker=lid)
    for _ in range(aantal):
        UitnodigingFactory(reeks=reeks)
    UitnodigingFactory()
    with django_assert_num_queries(6):
        response = client.get(url("leden", reeks.slug))
    assert response.content.count(b"Wijzigen") == aantal
    assert response.content.count(b"Opnieuw versturen") == aantal


@pytest.mark.parametrize("aantal", [1, 3])
def test_log_of_the_reeks_shows_who_did_what(client, reeks, diner, roos, aantal, django_assert_num_queries):
    LogregelFactory.create_batch(aantal, reeks=reeks, diner=diner, gebruiker=roos, wat="begon ronde 1")
    with django_assert_num_queries(6):
        response = client.get(url("reeks_log", reeks.slug))
    assert text(response).count("Roos begon ronde 1 (Diner 1: De werkplaats van morgen)") == aantal


def test_log_of_the_reeks_is_leafed_through(client, reeks):
    LogregelFactory.create_batch(101, reeks=reeks, wat="deed iets")
    for blad, regels in (("", 100), ("?pagina=2", 1), ("?pagina=x", 100), ("?pagina=99", 1)):
        assert text(client.get(url("reeks_log", reeks.slug) + blad)).count("deed iets") == regels


def test_invitation_from_form_to_member_with_a_new_account(client, reeks):
    client.post(
        url("uitnodiging_create", reeks.slug), {"email": "ada@voorbeeld.test", "rol": "verslaglegger"}
    )
    (link,) = re.findall(r"http://testserver(/uitnodiging/\S+)", mail.outbox[0].body)
    assert link in client.get(url("leden", reeks.slug)).content.decode()
    ada = Client()
    assert "Roos vraagt je mee te doen als verslaglegger" in text(ada.get(link))
    answer = ada.post(link, {"naam": "Ada", "wachtwoord": "te kort"})
    assert (answer.status_code, "Dit wachtwoord is te kort" in text(answer)) == (422, True)
    assert not Gebruiker.objects.filter(email="ada@voorbeeld.test").exists()
    answer = ada.post(link, {"naam": "Ada", "wachtwoord": WACHTWOORD}, follow=True)
    assert "Welkom bij Verkenning 2050" in text(answer)
    answer = Client().post(reverse("account_login"), {"login": "ada@voorbeeld.test", "password": WACHTWOORD})
    assert answer.status_code == 302
    answer = Client().get(link)
    assert (answer.status_code, "is al gebruikt" in text(answer)) == (410, True)
    for again in (ada.get(link), ada.post(link, {"naam": "Ada", "wachtwoord": WACHTWOORD})):
        assert again["Location"] == url("reeks_detail", reeks.slug)  # pressed twice


def test_form_that_is_refused_sends_nothing(client, reeks, vera):
    for data, fout in (
        ({"email": vera.email, "rol": "verslaglegger"}, "is al verslaglegger"),
        ({"email": "geen adres", "rol": "kijker"}, "geldig e-mailadres"),
        ({"email": "ada@bücher.test", "rol": "kijker"}, "zonder accenten"),
        ({"email": "ada@voorbeeld.test", "rol": "baas"}, "Selecteer een geldige keuze"),
    ):
        answer = client.post(url("uitnodiging_create", reeks.slug), data)
        assert (answer.status_code, fout in text(answer)) == (422, True), text(answer)
    assert (mail.outbox, Uitnodiging.objects.count()) == ([], 0)


def test_who_has_an_account_signs_in_and_comes_back(deur, otto, sign_in, reeks):
    _, link = deur(otto.email)
    page = Client().get(link)
    assert f"{reverse('account_login')}?next={link}" in page.content.decode()
    assert Client().post(link, {"naam": "Namaak", "wachtwoord": WACHTWOORD}).status_code == 302
    assert not Lidmaatschap.objects.filter(reeks=reeks, gebruiker=otto).exists()
    assert sign_in(otto).post(link)["Location"] == url("reeks_detail", reeks.slug)
    assert Lidmaatschap.objects.get(reeks=reeks, gebruiker=otto).rol == Rol.VERSLAGLEGGER


def test_another_account_is_told_whom_the_letter_was_for(deur, otto, sign_in):
    _, link = deur()
    assert "De uitnodiging ging naar ada@voorbeeld.test" in text(sign_in(otto).get(link))


def test_closed_door_lets_nobody_in(deur, client, reeks, otto, sign_in):
    een, link = deur()
    client.post(url("uitnodiging_withdraw", reeks.slug, een.pk))
    assert Client().get(link).status_code == 404
    een, link = deur()
    Uitnodiging.objects.filter(pk=een.pk).update(
        sent_at=timezone.now() - timedelta(days=15), expires_at=timezone.now() - timedelta(days=1)
    )
    for visitor in (Client(), sign_in(otto)):
        for answer in (visitor.get(link), visitor.post(link, {"naam": "Ada", "wachtwoord": WACHTWOORD})):
            assert (answer.status_code, "is verlopen" in text(answer)) == (410, True)
    assert client.post(url("uitnodiging_renew", reeks.slug, een.pk)).status_code == 302
    assert Client().get(link).status_code == 404
    assert client.post(url("uitnodiging_renew", reeks.slug, een.pk)).status_code == 422


def test_invitations_of_another_reeks_are_not_found(client, reeks):
    for name in ("uitnodiging_renew", "uitnodiging_withdraw"):
        for pk in (UitnodigingFactory().pk, 10**17):
            assert client.post(url(name, reeks.slug, pk)).status_code == 404
    for name in ("lid_edit", "lid_remove"):
        assert client.get(url(name, reeks.slug, LidmaatschapFactory().gebruiker.pk)).status_code == 404


def test_letter_that_did_not_leave_shows_the_link(client, reeks, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    answer = client.post(
        url("uitnodiging_create", reeks.slug), {"email": "ada@voorbeeld.test", "rol": "kijker"}, follow=True
    )
    assert "Er kon geen e-mail weg" in text(answer)
    link = url("uitnodiging", services.uitnodiging_token_of(Uitnodiging.objects.get()))
    assert link in answer.content.decode()


def test_roles_are_changed_and_a_member_removed(client, reeks, vera, roos):
    edit, weg = url("lid_edit", reeks.slug, vera.pk), url("lid_remove", reeks.slug, vera.pk)
    assert client.post(edit, {"rollen": []}).status_code == 422
    assert client.post(edit, {"rollen": ["organisator", "kijker"]}).status_code == 302
    assert set(reeks.lidmaatschappen.filter(gebruiker=vera).values_list("rol", flat=True)) == {
        "organisator",
        "kijker",
    }
    assert "Vera ziet daarna niets meer" in text(client.get(weg))
    assert client.post(weg)["Location"] == url("leden", reeks.slug)
    assert not reeks.lidmaatschappen.filter(gebruiker=vera).exists()
    answer = client.post(url("lid_remove", reeks.slug, roos.pk))
    assert (answer.status_code, "ten minste één organisator" in text(answer)) == (422, True)


def test_who_gives_the_regie_away_goes_on_where_they_may(client, reeks, roos, vera):
    LidmaatschapFactory(reeks=reeks, gebruiker=vera, rol=Rol.ORGANISATOR)
    edit = url("lid_edit", reeks.slug, roos.pk)
    assert client.post(edit, {"rollen": ["kijker"]})["Location"] == url("reeks_detail", reeks.slug)
    assert client.get(edit).status_code == 403
