"""What the database itself refuses, and what a model says about itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from sessions.models import Apparaat, Gebruiker, Optreden, Plaats, Reeks, Rol, Ronde
from tests.factories import (
    NOW,
    ApparaatFactory,
    DinerFactory,
    GastFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    ReeksFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    TafelFactory,
    ToegangFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)
RUNNING = {"started_at": NOW, "ends_at": LATER}
ENDED = {"started_at": NOW, "ends_at": LATER, "ended_at": LATER}


def refused(build):
    """Does the database refuse what *build* stores?"""
    try:
        with transaction.atomic():
            build()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    ("factory", "fields"),
    [
        (ReeksFactory, {"titel": ""}),
        (ReeksFactory, {"horizonjaar": 1999}),
        (ReeksFactory, {"horizonjaar": 2201}),
        (LidmaatschapFactory, {"rol": "baas"}),
        (SprekerFactory, {"naam": ""}),
        (DinerFactory, {"nummer": 0}),
        (DinerFactory, {"titel": ""}),
        (DinerFactory, {"status": "bezig"}),
        (StellingFactory, {"nummer": 0}),
        (StellingFactory, {"tekst": ""}),
        (TafelFactory, {"nummer": 0}),
        (GastFactory, {"naam": ""}),
        (RondeFactory, {"soort": "borrel"}),
        (RondeFactory, {"ends_at": LATER}),
        (RondeFactory, {"paused_remaining": 60}),
        (RondeFactory, {"ended_at": LATER}),
        (RondeFactory, {"started_at": NOW}),
        (RondeFactory, {**RUNNING, "paused_remaining": 60}),
        (RondeFactory, {**ENDED, "paused_remaining": 60}),
        (ToegangFactory, {"code_hash": "een-hash"}),
        (ApparaatFactory, {"last_seen_at": NOW - timedelta(seconds=1)}),
    ],
)
def test_database_refuses_a_value_out_of_range(factory, fields):
    assert refused(lambda: factory(**fields))


@pytest.mark.parametrize(
    ("factory", "owner", "same"),
    [
        (LidmaatschapFactory, lambda: {"gebruiker": GebruikerFactory(), "reeks": ReeksFactory()}, {"rol": "kijker"}),
        (SprekerFactory, lambda: {"reeks": ReeksFactory()}, {"naam": "Ada"}),
        (DinerFactory, lambda: {"reeks": ReeksFactory()}, {"nummer": 1}),
        (StellingFactory, lambda: {"diner": DinerFactory()}, {"nummer": 1}),
        (RondeFactory, lambda: {"diner": DinerFactory()}, {"nummer": 1}),
        (RondeFactory, lambda: {"diner": DinerFactory()}, RUNNING),
        (TafelFactory, lambda: {"diner": DinerFactory()}, {"nummer": 1}),
        (ToegangFactory, lambda: {"tafel": TafelFactory()}, {}),
        (ApparaatFactory, lambda: {"toegang": ToegangFactory()}, {"nummer": 1}),
    ],
)  # fmt: skip
def test_database_refuses_a_double_in_one_place_and_allows_it_in_another(factory, owner, same):
    here = owner()
    factory(**here, **same)
    assert refused(lambda: factory(**here, **same))
    assert not refused(lambda: factory(**owner(), **same))


@pytest.mark.parametrize(
    ("factory", "fields"),
    [
        (ReeksFactory, {"slug": "een"}),
        (GebruikerFactory, {"email": "a@voorbeeld.test"}),
        (ToegangFactory, {"token_hash": "een"}),
        (ApparaatFactory, {"sleutel": "een"}),
        (DinerFactory, {"scherm_token_hash": "een"}),
    ],
)
def test_database_refuses_a_double_anywhere(factory, fields):
    factory(**fields)
    assert refused(lambda: factory(**fields))


def test_spreker_speaks_once_at_a_diner(diner):
    spreker = SprekerFactory(reeks=diner.reeks)
    Optreden.objects.create(diner=diner, spreker=spreker)
    assert refused(lambda: Optreden.objects.create(diner=diner, spreker=spreker, volgorde=2))


def test_gast_has_one_place_in_a_ronde(diner, ronde, tafels):
    gast = GastFactory(diner=diner)
    Plaats.objects.create(gast=gast, ronde=ronde, tafel=tafels[0])
    assert refused(lambda: Plaats.objects.create(gast=gast, ronde=ronde, tafel=tafels[1]))


def test_old_toegangen_stand_beside_the_valid_one(tafels):
    for ended in ({"revoked_at": NOW}, {"replaced_at": NOW}, {}):
        ToegangFactory(tafel=tafels[0], **ended)
    assert tafels[0].toegangen.count() == 3


def test_gebruiker_is_found_by_address_in_any_case():
    gebruiker = Gebruiker.objects.create_user("  Roos@Voorbeeld.TEST ", "geheim", naam="Roos")
    assert Gebruiker.objects.get_by_natural_key("ROOS@voorbeeld.test") == gebruiker
    assert gebruiker.email == "roos@voorbeeld.test"
    assert gebruiker.check_password("geheim")
    assert "geheim" not in gebruiker.password


def test_gebruiker_is_called_by_name_and_never_by_the_whole_address():
    assert str(GebruikerFactory(naam="Roos")) == "Roos"
    naamloos = GebruikerFactory(naam="", email="n@voorbeeld.test")
    assert [str(naamloos), naamloos.get_full_name(), naamloos.get_short_name()] == ["n"] * 3


def test_superuser_has_no_right_in_any_reeks(reeks):
    beheerder = Gebruiker.objects.create_superuser("beheer@voorbeeld.test", "geheim")
    assert beheerder.is_superuser
    assert beheerder.is_staff
    assert list(Reeks.objects.of(beheerder)) == []


def test_reeksen_of_somebody_with_two_roles_are_named_once(reeks, roos, otto):
    LidmaatschapFactory(gebruiker=roos, reeks=reeks, rol=Rol.VERSLAGLEGGER)
    assert list(Reeks.objects.of(roos)) == [reeks]
    assert reeks not in Reeks.objects.of(otto)


@pytest.mark.parametrize(
    ("fields", "minutes", "running", "paused"),
    [
        ({}, 25, False, False),
        (RUNNING, 18, True, False),
        ({"started_at": NOW, "ends_at": NOW}, -2, True, False),
        ({"started_at": NOW, "paused_remaining": 300}, 5, True, True),
        (ENDED, 18, False, False),
    ],
)
def test_ronde_tells_what_is_left(fields, minutes, running, paused):
    ronde = RondeFactory(minuten=25, **fields)
    assert ronde.remaining(NOW + timedelta(minutes=2)) == timedelta(minutes=minutes)
    assert (ronde.is_running, ronde.is_paused) == (running, paused)
    assert Ronde.objects.running().exists() is running


def test_apparaat_is_active_until_it_or_its_toegang_is_revoked():
    actief = ApparaatFactory()
    ApparaatFactory(revoked_at=NOW)
    ApparaatFactory(toegang__revoked_at=NOW)
    oude_link = ApparaatFactory(toegang__replaced_at=NOW)
    assert set(Apparaat.objects.active()) == {actief, oude_link}


def test_things_are_named_as_people_name_them(diner, stelling, tafels):
    assert str(diner) == "Diner 1: De werkplaats van morgen"
    assert str(stelling) == "Stelling 1: Werk past zich aan mensen aan."
    assert str(TafelFactory.build(nummer=4, naam="Eik")) == "Tafel 4 (Eik)"
    assert [str(RondeFactory.build(titel=titel, soort="gang")) for titel in ("", "Soep")] == ["Gang", "Soep"]
    assert str(ApparaatFactory.build(nummer=2, toegang__tafel=tafels[0])) == "Apparaat 2 van Tafel 1"
