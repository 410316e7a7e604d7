"""The back office: accounts and memberships are kept there, everything else is only shown."""

import pytest
from django.urls import reverse

from sessions.models import Lidmaatschap, Rol
from tests.factories import GastFactory, GebruikerFactory, SprekerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in):
    return sign_in(GebruikerFactory(is_staff=True, is_superuser=True))


def page(thing, what="change"):
    args = [thing.pk] if what in {"change", "delete"} else []
    return reverse(f"admin:diners_{thing._meta.model_name}_{what}", args=args)


@pytest.mark.parametrize("what", ["reeks", "diner", "spreker", "stelling", "ronde", "tafel", "gast"])
def test_the_programme_is_only_shown(client, diner, ronde, tafels, stored, what):
    thing = {
        "reeks": diner.reeks,
        "diner": diner,
        "stelling": ronde.stelling,
        "ronde": ronde,
        "tafel": tafels[0],
    }.get(what) or {"spreker": SprekerFactory, "gast": GastFactory}[what]()
    client.get(reverse("admin:index"))
    before = stored()
    assert client.get(page(thing)).status_code == 200
    for action, data in (("add", {}), ("delete", {"post": "yes"})):
        assert client.post(page(thing, action), data).status_code == 403
    if what != "reeks":
        assert client.post(page(thing), {"titel": "Gekaapt", "naam": "Gekaapt"}).status_code == 403
    assert stored() == before


@pytest.mark.parametrize("what", ["reeks", "gebruiker"])
def test_members_are_added_and_removed_at_a_reeks_or_an_account(client, reeks, roos, otto, what):
    thing, extra = {"reeks": (reeks, {}), "gebruiker": (otto, {"email": otto.email, "naam": "Otto"})}[what]
    own = Lidmaatschap.objects.filter(**{what: thing}).get()
    row = {f"lidmaatschappen-1-{what}": thing.pk, "lidmaatschappen-1-rol": Rol.KIJKER}
    row |= (
        {"lidmaatschappen-1-gebruiker": otto.pk} if what == "reeks" else {"lidmaatschappen-1-reeks": reeks.pk}
    )
    data = extra | {
        "titel": "Gekaapt",
        "slug": "gekaapt",
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "12:00",
        "lidmaatschappen-TOTAL_FORMS": 2,
        "lidmaatschappen-INITIAL_FORMS": 1,
        "lidmaatschappen-0-id": own.pk,
        f"lidmaatschappen-0-{what}": thing.pk,
        "lidmaatschappen-0-gebruiker": own.gebruiker_id,
        "lidmaatschappen-0-reeks": own.reeks_id,
        "lidmaatschappen-0-rol": own.rol,
        "lidmaatschappen-0-DELETE": "on",
        **row,
    }
    response = client.post(page(thing), data)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert list(Lidmaatschap.objects.filter(**{what: thing}).values_list("gebruiker", "reeks", "rol")) == [
        (otto.pk, reeks.pk, Rol.KIJKER)
    ]
    reeks.refresh_from_db()
    assert (reeks.slug, reeks.titel) == ("verkenning-2050", "Verkenning 2050")
