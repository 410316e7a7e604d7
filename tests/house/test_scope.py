"""An address with an object of another reeks leads nowhere, also for who leads both: membership is no key to a stray number.

``test_routes.py`` varies who comes; here Roos comes each time, and what varies is whose the thing is.
"""

import pytest

from sessions.models import Rol
from synthesis.models import Vrijgave
from tests.cast import one_of_everything
from tests.factories import (
    DinerFactory,
    LidmaatschapFactory,
    ReeksFactory,
    RondeFactory,
    StellingFactory,
    TafelFactory,
)
from tests.house.test_routes import answers
from tests.routes import MEMBER_ROUTES, ROUTES, address

pytestmark = pytest.mark.django_db
GEEN_DING = {"slug", "ronde_actie", "diner_actie", "vingerafdruk"}  # a word or a hash: nobody's
VAN_DE_REEKS = {  # belongs to the reeks: another diner of it is no stranger
    "bijdrage", "spreker", "draad", "weggelegd", "versie", "opmerking", "aanvaarding", "notitie", "lid",
    "uitnodiging", "brief", "sleutel", "verslagversie", "verslagopmerking", "verslagaanvaarding", "nummer",
}  # fmt: skip

GEEN_404 = {  # what is taken off the scherm is no more: who asks again hears so, or is content
    "synthesis:vrijgave_release": {409},
    "synthesis:vrijgave_withdraw": {302},
}


def _cases(skip):
    """Each member route with each of its things, one at a time."""
    return [(name, key) for name in MEMBER_ROUTES for key in ROUTES[name][1:] if key not in skip]


def _elsewhere(reeks):
    """One of everything at a diner of *reeks*, with numbers that the diner of ``route_values`` does not have."""
    diner = DinerFactory(reeks=reeks, nummer=9, titel="Elders")
    stelling = StellingFactory(diner=diner, nummer=8, tekst="Elders is alles anders.")
    tafels = [TafelFactory(diner=diner, nummer=nummer) for nummer in (7, 6)]
    values = one_of_everything(
        diner, stelling, tafels, RondeFactory(diner=diner, nummer=1, stelling=stelling)
    )
    return values | {"sleutel": "2.9.8"}


@pytest.fixture
def leader(roos, reeks, sign_in):
    """Roos, who may do everything in her own reeks."""
    LidmaatschapFactory(gebruiker=roos, reeks=reeks, rol=Rol.VERSLAGLEGGER)
    return sign_in(roos)


@pytest.fixture
def foreign(roos):
    """One of everything in a second reeks, in which Roos may do everything too."""
    reeks = ReeksFactory(slug="tweede", titel="Tweede verkenning")
    for rol in (Rol.ORGANISATOR, Rol.VERSLAGLEGGER):
        LidmaatschapFactory(gebruiker=roos, reeks=reeks, rol=rol)
    return _elsewhere(reeks)


def test_there_is_a_stranger_for_every_thing_in_an_address(route_values, foreign):
    things = {key for _, key in _cases(GEEN_DING)}
    same = {key for key in things if foreign.get(key, route_values[key]) == route_values[key]}
    assert same == set()
    assert len(things) >= 28


def refused(client, name, key, values):
    """Is it not there, and is what is on the scherm elsewhere as it was?"""
    before = list(Vrijgave.objects.order_by("pk").values())
    found = answers(client, address(name, values))
    expected = GEEN_404.get(name, {404}) if key == "vrijgave" else {404}
    return found == expected and list(Vrijgave.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(("name", "key"), _cases(GEEN_DING))
def test_thing_of_another_reeks_is_not_found(name, key, route_values, foreign, leader):
    assert refused(leader, name, key, route_values | {key: foreign[key]})


@pytest.mark.parametrize("name", sorted({name for name, _ in _cases(GEEN_DING)}))
def test_all_things_of_another_reeks_are_not_found_together(name, route_values, foreign, leader):
    """A thread with its own version, a diner with its own table: right among themselves, and still not of this reeks."""
    assert answers(leader, address(name, foreign | {"slug": route_values["slug"]})) == {404}


@pytest.mark.parametrize(
    ("name", "key"),
    [(name, key) for name, key in _cases(GEEN_DING | VAN_DE_REEKS) if "nummer" in ROUTES[name]],
)
def test_thing_of_another_diner_is_not_found(name, key, route_values, reeks, leader):
    reeks.logo.delete()  # of which there is one
    stray = _elsewhere(reeks)[key]
    assert refused(leader, name, key, route_values | {key: stray})
