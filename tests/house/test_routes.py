"""Every route there is, and who may walk it. A route that is not listed here fails: somebody has to say who may."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from capture.services.stemmingen import make_stemlink, stemtoken_of
from sessions.models import Gebruiker, Rol
from sessions.services import (
    agendatoken_of,
    briefing_token_of,
    invite,
    open_briefing,
    open_scherm,
    renew_agendalink,
    scherm_token_of,
    uitnodiging_token_of,
)
from synthesis.services import gasttoken_of, open_terugkoppeling, renew_gastlink
from tests.routes import MEMBER_ROUTES, ROLLEN, ROUTES, address, walk

pytestmark = pytest.mark.django_db


def answers(client, url):
    """The statuses of GET and POST; a method that a view does not know (405) says nothing about rights."""
    return {client.get(url).status_code, client.post(url).status_code} - {405}


def test_every_route_is_listed():
    found = {name for name in walk(get_resolver()) if not name.startswith("admin:")}
    assert found == set(ROUTES)


@pytest.mark.parametrize("name", MEMBER_ROUTES)
def test_outsider_gets_404_and_stranger_the_login(name, route_values, otto, sign_in):
    url = address(name, route_values)
    assert answers(sign_in(otto), url) == {404}
    stranger = Client()
    for response in (stranger.get(url), stranger.post(url)):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", MEMBER_ROUTES)
def test_member_is_let_in_or_gets_403_by_role(name, route_values, roos, vera, kees, sign_in):
    url, allowed = address(name, route_values), ROLLEN[ROUTES[name][0]]
    for member, rol in ((kees, Rol.KIJKER), (vera, Rol.VERSLAGLEGGER), (roos, Rol.ORGANISATOR)):
        statuses = answers(sign_in(member), url)
        if rol in allowed:
            assert statuses
            assert statuses.isdisjoint({403, 404, 500})
        else:
            assert statuses == {403}


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "tablet"))
def test_tablet_route_opens_for_its_own_device_only(
    name, route_values, otto, sign_in, brams_tablet, femkes_tablet
):
    url = address(name, route_values)
    for visitor in (Client(), sign_in(otto)):
        assert answers(visitor, url) <= {302, 401}
    if "bijdrage" in ROUTES[name]:
        assert answers(brams_tablet, url) == {404}
    assert answers(femkes_tablet, url).isdisjoint({401, 403, 404, 500})


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "token"))
def test_token_route_opens_with_its_token_only(name, route_values, diner, otto, sign_in):
    for visitor in (Client(), sign_in(otto)):
        assert answers(visitor, address(name, route_values)) == {404}
    token = scherm_token_of(open_scherm(diner=diner))
    assert Client().get(address(name, route_values | {"token": token})).status_code == 200


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "gast"))
def test_guest_route_opens_with_the_link_of_the_guests_only(name, route_values, diner, otto, sign_in):
    scherm = scherm_token_of(open_scherm(diner=diner))
    for visitor in (Client(), sign_in(otto)):
        for token in ("geraden", "AAAAAAAA", scherm):
            assert answers(visitor, address(name, route_values | {"token": token})) == {404}
    token = stemtoken_of(make_stemlink(diner=diner))
    statuses = answers(Client(), address(name, route_values | {"token": token}))
    assert statuses
    assert statuses <= {200, 409, 422}


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "brief"))
def test_letter_opens_the_door_it_was_sent_for_only(name, route_values, diner, otto, sign_in):
    uitnodiging = invite(
        reeks=diner.reeks, email="nieuw@voorbeeld.test", rol="kijker", gebruiker=otto, now=timezone.now()
    )
    scherm = scherm_token_of(open_scherm(diner=diner))
    for visitor in (Client(), sign_in(otto)):
        for token in ("geraden", scherm, uitnodiging.token_hash):
            assert answers(visitor, address(name, route_values | {"token": token})) == {404}
    token = uitnodiging_token_of(uitnodiging)
    assert answers(Client(), address(name, route_values | {"token": token})) == {200, 422}


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "spreker"))
def test_briefing_opens_with_its_own_link_only(name, route_values, diner, otto, sign_in):
    optreden = diner.optredens.get()
    briefing = open_briefing(optreden=optreden)
    old = briefing_token_of(briefing)
    new = briefing_token_of(open_briefing(optreden=optreden, nieuw=True))
    scherm = scherm_token_of(open_scherm(diner=diner))
    for visitor in (Client(), sign_in(otto)):
        for token in ("geraden", old, scherm, briefing.token_hash):
            assert answers(visitor, address(name, route_values | {"token": token})) == {404}
    assert 200 in answers(Client(), address(name, route_values | {"token": new}))


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "agenda"))
def test_calendar_opens_with_its_own_address_only(name, route_values, diner, otto, sign_in):
    old = agendatoken_of(renew_agendalink(reeks=diner.reeks, gebruiker=otto, now=timezone.now()))
    link = renew_agendalink(reeks=diner.reeks, gebruiker=otto, now=timezone.now())
    scherm = scherm_token_of(open_scherm(diner=diner))
    for visitor in (Client(), sign_in(otto)):
        for token in ("geraden", old, scherm, link.token_hash):
            assert answers(visitor, address(name, route_values | {"token": token})) == {404}
    assert answers(Client(), address(name, route_values | {"token": agendatoken_of(link)})) == {200}


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "terug"))
def test_page_of_the_guests_opens_with_its_own_link_only(name, route_values, diner, roos, otto, sign_in):
    terug = open_terugkoppeling(diner=diner, gebruiker=roos, now=timezone.now())
    link = terug.links.get(tafel=None)
    old = gasttoken_of(link)
    new = gasttoken_of(renew_gastlink(terug=terug, tafel=None, gebruiker=roos, now=timezone.now()))
    scherm = scherm_token_of(open_scherm(diner=diner))
    for visitor in (Client(), sign_in(otto)):
        for token in ("geraden", old, scherm, link.token_hash):
            assert answers(visitor, address(name, route_values | {"token": token})) == {404}
    assert answers(Client(), address(name, route_values | {"token": new})) <= {200, 422}


@pytest.mark.parametrize(
    "name",
    sorted(
        n for n, (rule, *needs) in ROUTES.items() if rule == "account" and not needs and "webauthn" not in n
    ),
)
def test_account_route_sends_a_stranger_to_the_login(name):
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_nobody_signs_up_by_himself():
    wachtwoord = "een-heel-lang-wachtwoord"
    data = {"email": "nieuw@voorbeeld.test", "password1": wachtwoord, "password2": wachtwoord}
    assert Client().post(reverse("account_signup"), data).status_code == 200
    assert not Gebruiker.objects.filter(email="nieuw@voorbeeld.test").exists()


def test_back_office_refuses_everybody_without_staff_rights(otto, roos, sign_in):
    for visitor in (Client(), sign_in(otto), sign_in(roos)):
        for url in [
            reverse("admin:index"),
            *(f"/beheer/{app}/" for app in ("diners", "capture", "synthesis")),
        ]:
            assert visitor.get(url).status_code in {302, 403, 404}


def test_doors_of_the_demo_are_walled_up_outside_the_demo(route_values):
    assert settings.DEMO is False
    for deur in ("organisator", "verslaglegger", "tafel", "scherm"):
        assert Client().get(address("demo_deur", route_values | {"deur": deur})).status_code == 404
