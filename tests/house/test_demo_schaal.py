"""A reeks of any size: the same every time, spread over everything that a note can be, and beside the demo."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from capture.models import Bijdrage, Peiling
from denkdiner import demo
from denkdiner.demo_schaal import Schaal, data_of, load_schaal
from sessions.models import Gebruiker, Lidmaatschap, Reeks, Ronde
from synthesis.exchange import export_reeks
from synthesis.models import Onderbouwing, RodeDraad
from tests.factories import NOW

pytestmark = pytest.mark.django_db
KLEIN = Schaal(diners=2, tafels=6, notities=5)


def test_reeks_has_the_size_that_was_asked():
    reeks, nieuw = load_schaal(schaal=KLEIN, now=NOW)
    assert nieuw
    assert reeks.diners.count() == 2
    assert Bijdrage.objects.of_tables().filter(diner__reeks=reeks).count() == 2 * 3 * 6 * 5
    per_plek = Counter(
        Bijdrage.objects.of_tables().values_list("diner__nummer", "stelling__nummer", "tafel__nummer")
    )
    assert set(per_plek.values()) == {5}
    assert len(per_plek) == 2 * 3 * 6
    assert Peiling.objects.count() == 2 * 3 * 6 * 2
    assert Ronde.objects.count() == 2 * 10
    assert load_schaal(schaal=KLEIN, now=NOW) == (reeks, False)
    assert Bijdrage.objects.count() == 2 * 3 * (6 * 5 + 2)


def test_everything_that_a_note_can_be_is_in_it():
    load_schaal(schaal=KLEIN, now=NOW)
    alle = Bijdrage.objects.of_tables()
    for veld, minstens in (("soort", 8), ("horizon", 4), ("standpunt", 4), ("letterlijk", 2), ("ronde", 12)):
        assert alle.order_by().values(veld).distinct().count() >= minstens, veld
    assert 0 < alle.exclude(bijgesteld=None).count() < 60
    assert alle.exclude(trefwoorden=[]).exists()
    assert Bijdrage.objects.filter(bron="spreker").exists()
    assert alle.values("tekst").distinct().count() >= 175  # of 180
    assert RodeDraad.objects.filter(stelling=None).count() == 8
    for rij in (
        Onderbouwing.objects.filter(rode_draad=None).exclude(reden=""),
        Onderbouwing.objects.filter(rol="tegenstem"),
        Onderbouwing.objects.filter(draad__isnull=False),
        RodeDraad.objects.filter(status="vastgesteld").exclude(tekst=""),
        Bijdrage.objects.filter(onderbouwing=None),
    ):
        assert rij.exists()


def test_the_same_numbers_give_the_same_reeks_and_another_seed_another():
    reeks, _ = load_schaal(schaal=KLEIN, now=NOW)
    eerst = export_reeks(reeks)
    Reeks.objects.all().delete()
    reeks, _ = load_schaal(schaal=KLEIN, now=NOW)
    assert export_reeks(reeks) == eerst
    ander = Schaal(diners=2, tafels=6, notities=5, seed=2)
    assert data_of(ander, 1)["diners"][0]["bijdragen"][0] != data_of(KLEIN, 1)["diners"][0]["bijdragen"][0]


def test_command_makes_it_beside_the_demo_and_lets_the_same_people_in(settings, capsys, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(
        "denkdiner.management.commands.load_demo.load_demo", lambda **_: pytest.fail("the demo")
    )
    grootte = ["--scale", "--diners=1", "--tafels=3", "--notities=3", "--stellingen=2"]
    call_command("load_demo", *grootte)
    call_command("load_demo", *grootte)
    out = capsys.readouterr().out
    assert "staat klaar op /reeksen/schaal-1-2-3-3-1/" in out
    assert "stond er al" in out
    assert Reeks.objects.count() == 1
    assert Bijdrage.objects.of_tables().count() == 2 * 3 * 3
    assert Lidmaatschap.objects.count() == Gebruiker.objects.count() == len(demo.MENSEN)


@pytest.mark.parametrize(
    "verkeerd", ["--diners=0", "--diners=201", "--tafels=x", "--notities=-1", "--stellingen=4"]
)
def test_command_refuses_a_size_that_cannot_be(verkeerd):
    with pytest.raises(CommandError, match="kies een getal"):
        call_command("load_demo", "--scale", verkeerd)
    assert not Reeks.objects.exists()
