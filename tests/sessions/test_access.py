"""The rights table (docs/begrippen.md): first the lookups, then every address of the app."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from sessions import access, services
from sessions.models import Optreden, Rol
from tests.factories import (
    NOW,
    BriefFactory,
    GastFactory,
    LidmaatschapFactory,
    LogoFactory,
    PortretFactory,
    SprekerFactory,
    StellingideeFactory,
    TaakbestandFactory,
    UitnodigingFactory,
)

pytestmark = pytest.mark.django_db


# --- lookups ---------------------------------------------------------------------------------------------------------
def allowed(lookup, *args):
    try:
        lookup(*args)
    except Http404:
        return 404
    except PermissionDenied:
        return 403
    return 200


@pytest.mark.parametrize(
    ("naam", "answers"),
    [
        ("roos", [200, 200, 200, 403]),
        ("vera", [200, 200, 403, 200]),
        ("kees", [200, 403, 403, 403]),
        ("otto", [404, 404, 404, 404]),
        (None, [404, 404, 404, 404]),
    ],
)
def test_get_reeks_and_get_diner_follow_the_roles(request, diner, naam, answers):
    wie = request.getfixturevalue(naam) if naam else AnonymousUser()
    asked = (access.LEDEN, access.TEAM, access.ORGANISATOR, access.VERSLAGLEGGER)
    slug = diner.reeks.slug
    assert [allowed(access.get_reeks, wie, slug, rollen) for rollen in asked] == answers
    assert [allowed(access.get_diner, wie, slug, 1, rollen) for rollen in asked] == answers


@pytest.mark.parametrize(
    ("slug", "nummer"), [("bestaat-niet", 1), ("verkenning-2050", 99), ("van-otto", 1), ("a", 10**30)]
)  # fmt: skip
def test_get_diner_knows_no_other_diner(diner, roos, otto, slug, nummer):
    assert allowed(access.get_diner, roos, slug, nummer) == 404


def test_somebody_with_two_roles_has_both(reeks, roos):
    LidmaatschapFactory(gebruiker=roos, reeks=reeks, rol=Rol.VERSLAGLEGGER)
    assert access.rollen_of(roos, reeks) == {Rol.ORGANISATOR, Rol.VERSLAGLEGGER}


def test_access_costs_two_queries_and_remembers_the_roles(diner, roos, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = access.get_diner(roos, diner.reeks.slug, 1)
        assert access.rollen_of(roos, found.reeks) == {Rol.ORGANISATOR}
        assert found.reeks.titel == "Verkenning 2050"


@pytest.mark.parametrize("token", ["", "x", "\0", "é", "x" * 22, "x" * 25_000])
def test_get_scherm_knows_only_its_token(diner, token):
    services.open_scherm(diner=diner)
    assert allowed(access.get_scherm, token) == 404
    assert allowed(access.get_scherm, diner.scherm_token_hash) == 404


def test_find_apparaat_by_its_cookie(femke, settings, django_assert_num_queries):
    request = RequestFactory().get("/")
    assert access.find_apparaat(request) is None
    request.COOKIES[settings.TABLE_COOKIE] = "sleutel-van-femke"
    with django_assert_num_queries(1):
        found = access.find_apparaat(request)
        assert found.toegang.tafel.diner.reeks.horizonjaar == 2050
    assert found == femke
    for secret in ("", "sleutel-van-bram", femke.sleutel_hash):
        assert access.find_apparaat_by_secret(secret) is None


@pytest.mark.parametrize("what", ["apparaat", "toegang"])
def test_find_apparaat_forgets_what_is_revoked(femke, what):
    thing = femke if what == "apparaat" else femke.toegang
    thing.revoked_at = NOW
    thing.save()
    assert access.find_apparaat_by_secret("sleutel-van-femke") is None


# --- every address ---------------------------------------------------------------------------------------------------
FREE = {
    "reeks_list",
    "reeks_create",
    "scherm",
    "scherm_stand",
    "uitnodiging",
    "briefing",
    "agenda_ics",
    "briefing_ics",
    "briefing_portret",
    "briefing_portret_edit",
    "briefing_idee",
}
"""For everybody with an account, or with the token: tested with their views."""
LEDEN = {
    "reeks_detail": "slug",
    "reeks_logo": "slug",
    "agenda": "slug",
    "diner_detail": "slug nummer",
    "gast_list": "slug nummer",
    "portret": "slug spreker",
}
LEDEN |= dict.fromkeys(("schikking", "schikking_taak"), "slug nummer")
TEAM = dict.fromkeys(("regie", "regie_stand", "regie_scherm", "avondlog", "bericht_list"), "slug nummer")
ORGANISATOR = {
    "reeks_edit": "slug",
    "reeks_delete": "slug",
    "huisstijl_edit": "slug",
    "leden": "slug",
    "post": "slug",
    "brief": "slug brief",
    "lid_edit": "slug lid",
    "lid_remove": "slug lid",
    "uitnodiging_create": "slug",
    "reeks_log": "slug",
    "spreker_create": "slug",
    "spreker_edit": "slug spreker",
    "spreker_delete": "slug spreker",
    "portret_edit": "slug spreker",
    "diner_create": "slug",
    "diner_edit": "slug nummer",
    "optreden_briefing": "slug nummer optreden",
    "diner_delete": "slug nummer",
    "optreden_add": "slug nummer",
    "stelling_create": "slug nummer",
    "stelling_edit": "slug nummer stelling",
    "stelling_delete": "slug nummer stelling",
    "ronde_create": "slug nummer",
    "ronde_edit": "slug nummer ronde",
    "ronde_delete": "slug nummer ronde",
    "tafel_create": "slug nummer",
    "tafels_add": "slug nummer",
    "tafel_edit": "slug nummer tafel",
    "tafel_delete": "slug nummer tafel",
    "diner_status": "slug nummer sluit",
    "gast_create": "slug nummer",
    "gast_import": "slug nummer",
    "gast_edit": "slug nummer gast",
    "gast_delete": "slug nummer gast",
    "tafel_links": "slug nummer",
    "tafel_qr": "slug nummer tafel",
    "pakket": "slug nummer",
    "pakket_pdf": "slug nummer",
    "pakket_taak": "slug nummer",
}
POST_ONLY = {
    "gast_sign_off": "slug nummer gast",
    "pakket_make": "slug nummer",
    "pakket_stop": "slug nummer",
    "schikking_make": "slug nummer",
    "schikking_repair": "slug nummer",
    "schikking_stop": "slug nummer",
    "plaats_move": "slug nummer ronde",
    "plaats_pin": "slug nummer ronde",
    "optreden_remove": "slug nummer optreden",
    "brief_retry": "slug brief",
    "idee_adopt": "slug nummer idee",
    "idee_dismiss": "slug nummer idee",
    "stelling_move": "slug nummer stelling",
    "ronde_move": "slug nummer ronde",
    "toegang_rotate": "slug nummer tafel",
    "toegang_revoke": "slug nummer tafel",
    "ronde_action": "slug nummer ronde pauze",
    "scherm_open": "slug nummer",
    "scherm_beeld": "slug nummer",
    "scherm_leeg": "slug nummer",
    "codes_open": "slug nummer",
    "codes_close": "slug nummer",
    "bericht_send": "slug nummer",
    "draaiboek_standaard": "slug nummer",
    "briefing_send": "slug nummer optreden",
    "briefing_renew": "slug nummer optreden",
    "optreden_confirm": "slug nummer optreden",
    "bericht_withdraw": "slug nummer bericht",
    "agenda_renew": "slug",
    "agenda_withdraw": "slug",
    "uitnodiging_renew": "slug uitnodiging",
    "uitnodiging_withdraw": "slug uitnodiging",
}
READ_ONLY = {**LEDEN, **TEAM} | {
    name: ORGANISATOR[name]
    for name in (
        "tafel_links",
        "tafel_qr",
        "pakket",
        "pakket_pdf",
        "pakket_taak",
        "leden",
        "reeks_log",
        "optreden_briefing",
        "post",
        "brief",
    )
}
ALL = LEDEN | TEAM | ORGANISATOR | POST_ONLY


@pytest.fixture
def address(diner, stelling, ronde, tafels):
    """``address(name)``: that page of the cast's diner; ``slug`` and ``nummer`` may point elsewhere."""
    spreker = SprekerFactory(reeks=diner.reeks)
    LogoFactory(reeks=diner.reeks)
    TaakbestandFactory(taak__diner=diner)
    optreden = Optreden.objects.create(diner=diner, spreker=spreker)
    PortretFactory(spreker=spreker)
    values = {
        "slug": diner.reeks.slug,
        "nummer": 1,
        "stelling": 1,
        "ronde": ronde.pk,
        "gast": GastFactory(diner=diner).pk,
        "tafel": tafels[0].pk,
        "spreker": spreker.pk,
        "optreden": optreden.pk,
        "brief": BriefFactory(uitnodiging=UitnodigingFactory(reeks=diner.reeks)).pk,
        "idee": StellingideeFactory(optreden=optreden).pk,
        "lid": LidmaatschapFactory(reeks=diner.reeks, rol=Rol.KIJKER).gebruiker.pk,
        "uitnodiging": UitnodigingFactory(reeks=diner.reeks).pk,
        "bericht": diner.berichten.create(tekst="Aan tafel", sent_at=NOW).pk,
    }

    def _address(name, **other):
        return reverse(f"diners:{name}", args=[(values | other).get(key, key) for key in ALL[name].split()])

    return _address


def answer(client, name, url):
    return client.post(url) if name in POST_ONLY else client.get(url)


def test_every_address_of_the_app_is_in_the_table():
    names = {key for key in get_resolver().namespace_dict["diners"][1].reverse_dict if isinstance(key, str)}
    assert names == ALL.keys() | FREE


@pytest.mark.parametrize("name", ALL)
def test_address_is_only_for_its_roles(name, address, request, sign_in, stored):
    url = address(name)
    people = {naam: sign_in(request.getfixturevalue(naam)) for naam in ("otto", "kees", "vera", "roos")}
    before = stored()
    anonymous = answer(Client(), name, url)
    assert (anonymous.status_code, anonymous["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert answer(people["otto"], name, url).status_code == 404
    assert answer(people["kees"], name, url).status_code == (200 if name in LEDEN else 403)
    assert answer(people["vera"], name, url).status_code == (200 if name in LEDEN | TEAM else 403)
    assert stored() == before
    assert answer(people["roos"], name, url).status_code in ({302, 422} if name in POST_ONLY else {200})


@pytest.mark.parametrize("name", ALL)
def test_post_is_refused_to_outsiders_and_to_members_without_the_right(
    name, address, request, sign_in, stored
):
    url = address(name)
    people = {naam: sign_in(request.getfixturevalue(naam)) for naam in ("otto", "vera", "kees")}
    before = stored()
    answers = {naam: client.post(url, {"titel": "Gekaapt"}).status_code for naam, client in people.items()}
    anonymous = Client().post(url)
    assert answers == (
        dict.fromkeys(people, 405) if name in READ_ONLY else {"otto": 404, "vera": 403, "kees": 403}
    )
    assert (anonymous.status_code, anonymous["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert stored() == before


@pytest.mark.parametrize("name", POST_ONLY)
def test_buttons_are_not_links(name, address, roos, sign_in):
    assert sign_in(roos).get(address(name)).status_code == 405


PARTS = {"spreker", "gast", "optreden", "idee", "brief", "stelling", "ronde", "tafel", "bericht"}


@pytest.mark.parametrize("name", [name for name in ALL if PARTS & set(ALL[name].split())])
def test_part_of_another_reeks_is_not_found(name, address, roos, sign_in):
    """A part is looked up through its own reeks or diner: elsewhere, its number leads nowhere."""
    client = sign_in(roos)
    ander = services.create_reeks(gebruiker=roos, titel="Ook van Roos")
    services.create_diner(reeks=ander, titel="Leeg")
    unknown = dict.fromkeys(PARTS, 10**17) | {"stelling": 10**30, "gast": uuid.uuid4()}
    for elsewhere in (
        {"slug": ander.slug},
        unknown,
        {"nummer": 99_999} if "nummer" in ALL[name] else unknown,
    ):
        assert answer(client, name, address(name, **elsewhere)).status_code == 404
