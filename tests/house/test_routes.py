"""Every route there is, and who may walk it. A route that is not listed here fails: somebody has to say who may."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from sessions.models import Gebruiker, Rol
from sessions.services import open_scherm, scherm_token_of
from tests.factories import (
    BijdrageFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    SprekerFactory,
)

pytestmark = pytest.mark.django_db

# name: (rule, what its address needs). Rules: open = anybody; token = whoever has the secret link; account = anybody signed
# in; tablet = a device of that table; leden, team, organisator, verslaglegger = members with one of those roles.
DINER = ("slug", "nummer")
ROUTES = {
    "start": ("open",),
    "gezond": ("open",),
    "demo_deur": ("open", "deur"),
    "capture:aanmelden": ("open",),
    "capture:kijken": ("open",),
    "capture:deelnemen": ("open",),
    "diners:scherm": ("token", "token"),
    "diners:scherm_stand": ("token", "token"),
    "capture:tafel": ("tablet",),
    "capture:ronde_kop": ("tablet",),
    "capture:bijdrage_list": ("tablet",),
    "capture:bijdrage_add": ("tablet",),
    "capture:bijdrage_edit": ("tablet", "bijdrage"),
    "capture:bijdrage_delete": ("tablet", "bijdrage"),
    "capture:bijdrage_restore": ("tablet", "bijdrage"),
    "diners:reeks_list": ("account",),
    "diners:reeks_create": ("account",),
    "synthesis:reeks_import": ("account",),
    "diners:reeks_detail": ("leden", "slug"),
    "diners:diner_detail": ("leden", *DINER),
    "diners:reeks_edit": ("organisator", "slug"),
    "diners:reeks_delete": ("organisator", "slug"),
    "diners:spreker_create": ("organisator", "slug"),
    "diners:spreker_edit": ("organisator", "slug", "spreker"),
    "diners:spreker_delete": ("organisator", "slug", "spreker"),
    "diners:diner_create": ("organisator", "slug"),
    "diners:diner_edit": ("organisator", *DINER),
    "diners:diner_delete": ("organisator", *DINER),
    "diners:optreden_add": ("organisator", *DINER),
    "diners:optreden_remove": ("organisator", *DINER, "optreden"),
    "diners:stelling_create": ("organisator", *DINER),
    "diners:stelling_edit": ("organisator", *DINER, "stelling"),
    "diners:stelling_delete": ("organisator", *DINER, "stelling"),
    "diners:stelling_move": ("organisator", *DINER, "stelling"),
    "diners:ronde_create": ("organisator", *DINER),
    "diners:ronde_edit": ("organisator", *DINER, "ronde"),
    "diners:ronde_delete": ("organisator", *DINER, "ronde"),
    "diners:ronde_move": ("organisator", *DINER, "ronde"),
    "diners:ronde_action": ("organisator", *DINER, "ronde", "ronde_actie"),
    "diners:tafel_create": ("organisator", *DINER),
    "diners:tafels_add": ("organisator", *DINER),
    "diners:tafel_links": ("organisator", *DINER),
    "diners:tafel_edit": ("organisator", *DINER, "tafel"),
    "diners:tafel_delete": ("organisator", *DINER, "tafel"),
    "diners:tafel_qr": ("organisator", *DINER, "tafel"),
    "diners:toegang_rotate": ("organisator", *DINER, "tafel"),
    "diners:toegang_revoke": ("organisator", *DINER, "tafel"),
    "diners:regie": ("team", *DINER),
    "diners:regie_stand": ("team", *DINER),
    "diners:diner_status": ("organisator", *DINER, "diner_actie"),
    "diners:scherm_open": ("organisator", *DINER),
    "capture:voortgang": ("team", *DINER),
    "capture:tafel_counts": ("team", *DINER),
    "synthesis:inbox": ("team", *DINER),
    "synthesis:inbox_list": ("team", *DINER),
    "synthesis:werkbank": ("team", *DINER, "stelling"),
    "synthesis:draad_list": ("team", *DINER, "stelling"),
    "synthesis:notities": ("team", *DINER, "stelling"),
    "synthesis:per_tafel": ("team", *DINER, "stelling"),
    "synthesis:voorstel": ("verslaglegger", *DINER, "stelling"),
    "synthesis:draad_create": ("verslaglegger", *DINER, "stelling"),
    "synthesis:verslag": ("team", "slug"),
    "synthesis:verslag_docx": ("team", "slug"),
    "synthesis:reeks_export": ("team", "slug"),
    "synthesis:verslagdeel_edit": ("verslaglegger", "slug", "sleutel"),
    "synthesis:reeksdraad_create": ("verslaglegger", "slug"),
    "synthesis:draad_edit": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_delete": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_merge": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_split": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_meer": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_move": ("verslaglegger", "slug", "draad"),
    "synthesis:bijdrage_move": ("verslaglegger", "slug", "bijdrage"),
    "synthesis:bijdrage_rol": ("verslaglegger", "slug", "bijdrage"),
    # allauth: signing in and out, one's own password and second factor
    "account_login": ("open",),
    "account_logout": ("open",),
    "account_signup": ("open",),
    "account_inactive": ("open",),
    "account_reset_password": ("open",),
    "account_reset_password_done": ("open",),
    "account_reset_password_from_key": ("open",),
    "account_reset_password_from_key_done": ("open",),
    "account_confirm_email": ("open",),
    "account_confirm_login_code": ("open",),
    "account_email_verification_sent": ("open",),
    "mfa_authenticate": ("open",),
    "account_reauthenticate": ("account",),
    "account_change_password": ("account",),
    "account_set_password": ("account",),
    "account_email": ("account",),
    "mfa_index": ("account",),
    "mfa_reauthenticate": ("account",),
    "mfa_activate_totp": ("account",),
    "mfa_deactivate_totp": ("account",),
    "mfa_view_recovery_codes": ("account",),
    "mfa_generate_recovery_codes": ("account",),
    "mfa_download_recovery_codes": ("account",),
    "mfa_list_webauthn": ("account",),
    "mfa_add_webauthn": ("account",),
    "mfa_edit_webauthn": ("account",),
    "mfa_remove_webauthn": ("account",),
    "mfa_reauthenticate_webauthn": ("account",),
}
PARAMETER = {  # what an address calls it, when that is not what it is
    "bijdrage": "pk",
    "spreker": "pk",
    "optreden": "pk",
    "ronde": "pk",
    "tafel": "pk",
    "draad": "pk",
    "ronde_actie": "actie",
    "diner_actie": "actie",
}
ROLLEN = {
    "leden": set(Rol),
    "team": {Rol.ORGANISATOR, Rol.VERSLAGLEGGER},
    "organisator": {Rol.ORGANISATOR},
    "verslaglegger": {Rol.VERSLAGLEGGER},
}
MEMBER_ROUTES = sorted(name for name, (rule, *_) in ROUTES.items() if rule in ROLLEN)


def walk(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, ":".join(filter(None, [namespace, pattern.namespace])))
        else:
            yield ":".join(filter(None, [namespace, pattern.name or str(pattern.pattern)]))


@pytest.fixture
def values(diner, stelling, tafels, ronde, roos):
    """What an address may need: one of everything, all of Roos's reeks."""
    bijdrage = BijdrageFactory(tafel=tafels[0], stelling=stelling)
    draad = RodeDraadFactory(stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=bijdrage)
    spreker = SprekerFactory(reeks=diner.reeks)
    return {
        "slug": diner.reeks.slug,
        "nummer": diner.nummer,
        "stelling": stelling.nummer,
        "bijdrage": bijdrage.pk,
        "spreker": spreker.pk,
        "optreden": diner.optredens.create(spreker=spreker).pk,
        "ronde": ronde.pk,
        "tafel": tafels[0].pk,
        "draad": draad.pk,
        "sleutel": "1.1",
        "ronde_actie": "pauze",
        "diner_actie": "sluit",
        "deur": "organisator",
        "token": "geraden",
    }


def address(name, values):
    return reverse(name, kwargs={PARAMETER.get(key, key): values[key] for key in ROUTES[name][1:]})


def answers(client, url):
    """The statuses of GET and POST; a method that a view does not know (405) says nothing about rights."""
    return {client.get(url).status_code, client.post(url).status_code} - {405}


def test_every_route_is_listed():
    found = {name for name in walk(get_resolver()) if not name.startswith("admin:")}
    assert found == set(ROUTES)


@pytest.mark.parametrize("name", MEMBER_ROUTES)
def test_outsider_gets_404_and_stranger_the_login(name, values, otto, sign_in):
    url = address(name, values)
    assert answers(sign_in(otto), url) == {404}
    stranger = Client()
    for response in (stranger.get(url), stranger.post(url)):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", MEMBER_ROUTES)
def test_member_is_let_in_or_gets_403_by_role(name, values, roos, vera, kees, sign_in):
    url, allowed = address(name, values), ROLLEN[ROUTES[name][0]]
    for member, rol in ((kees, Rol.KIJKER), (vera, Rol.VERSLAGLEGGER), (roos, Rol.ORGANISATOR)):
        statuses = answers(sign_in(member), url)
        if rol in allowed:
            assert statuses
            assert statuses.isdisjoint({403, 404, 500})
        else:
            assert statuses == {403}


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "tablet"))
def test_tablet_route_opens_for_its_own_device_only(name, values, otto, sign_in, brams_tablet, femkes_tablet):
    url = address(name, values)
    for visitor in (Client(), sign_in(otto)):
        assert answers(visitor, url) <= {302, 401}
    if "bijdrage" in ROUTES[name]:
        assert answers(brams_tablet, url) == {404}
    assert answers(femkes_tablet, url).isdisjoint({401, 403, 404, 500})


@pytest.mark.parametrize("name", sorted(n for n, (rule, *_) in ROUTES.items() if rule == "token"))
def test_token_route_opens_with_its_token_only(name, values, diner, otto, sign_in):
    for visitor in (Client(), sign_in(otto)):
        assert answers(visitor, address(name, values)) == {404}
    token = scherm_token_of(open_scherm(diner=diner))
    assert Client().get(address(name, values | {"token": token})).status_code == 200


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


def test_doors_of_the_demo_are_walled_up_outside_the_demo(values):
    assert settings.DEMO is False
    for deur in ("organisator", "verslaglegger", "tafel", "scherm"):
        assert Client().get(address("demo_deur", values | {"deur": deur})).status_code == 404
