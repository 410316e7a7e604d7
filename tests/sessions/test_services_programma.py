"""Making, changing, ordering and removing what is planned."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from capture.models import Bijdrage, Peiling
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import diner_group, zaal_group
from sessions import services
from sessions.models import Diner, Dinerstatus, Optreden, Reeks, Rol, Ronde, Spreker, Stelling, Tafel
from synthesis.models import Onderbouwing, RodeDraad
from tests.factories import (
    NOW,
    BijdrageFactory,
    DinerFactory,
    OnderbouwingFactory,
    ReeksFactory,
    RodeDraadFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    TafelFactory,
)

pytestmark = pytest.mark.django_db


def numbers(model, diner):
    """pk → nummer, as the database has it."""
    return dict(model.objects.filter(diner=diner).values_list("pk", "nummer"))


def start(ronde):
    return services.start_ronde(ronde=ronde, now=NOW)


# --- make ------------------------------------------------------------------------------------------------------------
def test_create_reeks_makes_its_maker_organisator_and_verslaglegger(otto):
    reeks = services.create_reeks(gebruiker=otto, titel="Blik op 2050", horizonjaar=2060)
    assert (reeks.slug, reeks.horizonjaar) == ("blik-op-2050", 2060)
    assert set(reeks.lidmaatschappen.values_list("gebruiker__naam", "rol")) == {
        ("Otto", Rol.ORGANISATOR),
        ("Otto", Rol.VERSLAGLEGGER),
    }


@pytest.mark.parametrize(
    ("titel", "slugs"),
    [
        ("Één wereld!", ["een-wereld", "een-wereld-2", "een-wereld-3"]),
        ("!!!", ["reeks", "reeks-2"]),
        ("x" * 200, ["x" * 50, "x" * 50 + "-2"]),
        ("Plan_2050", ["plan-2050", "plan-2050-2"]),
        ("_" + "x" * 48 + "_ zorg_", ["x" * 48, "x" * 48 + "-2"]),
        ("x" * 49 + " zorg", ["x" * 49]),
        ("_", ["reeks"]),
    ],
)
def test_create_reeks_finds_a_free_address(otto, titel, slugs):
    assert [services.create_reeks(gebruiker=otto, titel=titel).slug for _ in slugs] == slugs


def test_create_reeks_takes_the_next_address_when_somebody_was_just_before(otto, monkeypatch):
    check = Reeks.full_clean

    def checked_and_then_taken(reeks):
        check(reeks)
        if not Reeks.objects.filter(slug="blik").exists():
            ReeksFactory(slug="blik")

    monkeypatch.setattr(Reeks, "full_clean", checked_and_then_taken)
    assert services.create_reeks(gebruiker=otto, titel="Blik").slug == "blik-2"


def test_what_somebody_else_stored_just_before_is_a_calm_conflict(diner, monkeypatch):
    SprekerFactory(reeks=diner.reeks, naam="Ada")
    monkeypatch.setattr(Spreker, "full_clean", lambda spreker: None)
    with pytest.raises(Conflict, match="net al opgeslagen"):
        services.add_spreker(reeks=diner.reeks, naam="Ada")
    assert Spreker.objects.count() == 1, "the transaction around it can go on"


@pytest.mark.parametrize(
    "act",
    [
        lambda diner: services.create_diner(reeks=diner.reeks, titel="Zorg"),
        lambda diner: services.add_tafel(diner=diner),
        lambda diner: services.edit_object(diner.rondes.get(), minuten=5),
        lambda diner: services.move_ronde(ronde=diner.rondes.get(), naar=1),
        lambda diner: services.start_ronde(ronde=diner.rondes.get(), now=NOW),
        lambda diner: services.open_toegang(tafel=diner.tafels.first(), now=NOW),
        lambda diner: services.open_toegangen(diner=diner, now=NOW),
        lambda diner: services.rotate_toegang(tafel=diner.tafels.first(), now=NOW),
        lambda diner: services.revoke_toegang(tafel=diner.tafels.first(), now=NOW),
        lambda diner: services.open_scherm(diner=diner),
    ],
)
def test_a_lock_never_holds_up_a_note(diner, tafels, act):
    """A note of a table only needs the row's key to exist: FOR UPDATE would make it wait for the regie.

    SQLite has one writer at a time and no such words.
    """
    RondeFactory(diner=diner)
    with CaptureQueriesContext(connection) as asked:
        act(diner)
    locks = [query["sql"] for query in asked if " FOR " in query["sql"]]
    assert bool(locks) is connection.features.has_select_for_no_key_update
    assert all("FOR NO KEY UPDATE" in lock for lock in locks)


@pytest.mark.parametrize("titel", ["Nieuw", "Importeren"])
def test_create_reeks_never_takes_the_address_of_a_page(otto, titel):
    reeks = services.create_reeks(gebruiker=otto, titel=titel)
    assert resolve(f"/reeksen/{reeks.slug}/").view_name == "diners:reeks_detail"


@pytest.mark.parametrize("fields", [{"titel": ""}, {"titel": "x" * 201}, {"titel": "A", "horizonjaar": 1800}])
def test_create_reeks_refuses_what_the_model_refuses(otto, stored, fields):
    before = stored()
    with pytest.raises(DenkdinerError, match=r"\w"):
        services.create_reeks(gebruiker=otto, **fields)
    assert stored() == before


def test_create_diner_takes_the_next_number(reeks):
    DinerFactory(reeks=reeks, nummer=4)
    assert services.create_diner(reeks=reeks, titel="Zorg").nummer == 5
    assert services.create_diner(reeks=ReeksFactory(), titel="Zorg").nummer == 1


def test_create_diner_refuses_a_number_in_use(diner):
    with pytest.raises(DenkdinerError, match="Er is al een diner met dit nummer"):
        services.create_diner(reeks=diner.reeks, titel="Zorg", nummer=1)


def test_add_spreker_puts_the_spreker_at_the_end_of_the_diner(diner):
    for naam in ("Zoë", "Ada"):
        services.add_spreker(reeks=diner.reeks, diner=diner, naam=naam)
    assert [optreden.spreker.naam for optreden in diner.optredens.order_by("volgorde")] == ["Zoë", "Ada"]
    with pytest.raises(DenkdinerError, match="Deze spreker staat al in de reeks"):
        services.add_spreker(reeks=diner.reeks, naam="Ada")


def test_optreden_is_added_once_and_removed_without_the_spreker(diner):
    spreker = SprekerFactory(reeks=diner.reeks)
    optreden = services.add_optreden(diner=diner, spreker=spreker)
    assert services.add_optreden(diner=diner, spreker=spreker) == optreden
    services.remove_optreden(optreden=optreden)
    assert not Optreden.objects.exists()
    assert Spreker.objects.get() == spreker


def test_add_optreden_refuses_a_spreker_of_another_reeks(diner):
    with pytest.raises(DenkdinerError, match="hoort niet bij deze reeks"):
        services.add_optreden(diner=diner, spreker=SprekerFactory())


def test_parts_are_numbered_on(diner):
    assert [services.add_stelling(diner=diner, tekst=tekst).nummer for tekst in "ab"] == [1, 2]
    assert [services.add_ronde(diner=diner, minuten=5).nummer for _ in "ab"] == [1, 2]
    assert services.add_tafel(diner=diner, nummer=7).nummer == 7
    assert services.add_tafel(diner=diner).nummer == 8
    assert [tafel.nummer for tafel in services.add_tafels(diner=diner, aantal=2, aantal_gasten=6)] == [9, 10]
    assert list(diner.tafels.filter(aantal_gasten=6).values_list("nummer", flat=True)) == [9, 10]


def test_add_tafel_refuses_a_number_in_use(diner, tafels):
    with pytest.raises(DenkdinerError, match="Er is al een tafel met dit nummer"):
        services.add_tafel(diner=diner, nummer=2)


@pytest.mark.parametrize(("highest", "aantal"), [(1, 0), (1, -1), (1, 200), (998, 2), (32_767, 1)])
def test_add_tafels_refuses_too_many_or_too_high(diner, highest, aantal):
    TafelFactory(diner=diner, nummer=highest)
    with pytest.raises(DenkdinerError):
        services.add_tafels(diner=diner, aantal=aantal)
    assert diner.tafels.count() == 1


def test_ronde_is_only_about_a_stelling_of_its_own_diner(diner, ronde):
    vreemd = StellingFactory()
    with pytest.raises(DenkdinerError, match="hoort niet bij dit diner"):
        services.add_ronde(diner=diner, stelling=vreemd)
    with pytest.raises(DenkdinerError, match="hoort niet bij dit diner"):
        services.edit_object(RondeFactory(diner=diner), stelling=vreemd)


@pytest.mark.parametrize("soort", ["ontvangst", "spreker", "gang", "pauze", "afsluiting"])
def test_only_a_talk_is_about_a_stelling(diner, stelling, stored, soort):
    ronde = RondeFactory(diner=diner, stelling=stelling)
    before = stored()
    for act in (
        lambda: services.add_ronde(diner=diner, soort=soort, stelling=stelling),
        lambda: services.edit_object(Ronde.objects.get(), soort=soort),
    ):
        with pytest.raises(DenkdinerError, match="Alleen een tafelgesprek of plenaire ronde"):
            act()
    assert stored() == before
    assert services.edit_object(ronde, soort="plenair").stelling == stelling
    assert services.edit_object(ronde, soort=soort, stelling=None).soort == soort


# --- change ----------------------------------------------------------------------------------------------------------
def test_edit_object_changes_what_is_asked(diner):
    services.edit_object(diner, titel="Nieuw", locatie="De Schuur")
    diner.refresh_from_db()
    assert (diner.titel, diner.locatie) == ("Nieuw", "De Schuur")


def test_edit_object_leaves_what_others_changed_meanwhile(diner):
    stale = Diner.objects.get(pk=diner.pk)
    services.close_diner(diner=diner, now=NOW)
    services.edit_object(stale, titel="Nieuw")
    diner.refresh_from_db()
    assert (diner.titel, diner.status) == ("Nieuw", Dinerstatus.AFGESLOTEN)


@pytest.mark.parametrize("fields", [{"titel": ""}, {"nummer": 0}, {"nummer": 2}, {"status": "bezig"}])
def test_edit_object_refuses_what_the_model_refuses(diner, stored, fields):
    DinerFactory(reeks=diner.reeks, nummer=2)
    before = stored()
    with pytest.raises(DenkdinerError, match=r"\w"):
        services.edit_object(diner, **fields)
    assert stored() == before


def test_stelling_keeps_its_text_once_discussed(ronde, stelling, stellingen):
    with pytest.raises(DenkdinerError, match="de tekst ligt vast"):
        services.edit_object(stelling, tekst="Anders")
    assert services.edit_object(stelling, tekst=stelling.tekst, toelichting="Kort").toelichting == "Kort"
    assert services.edit_object(stellingen[1], tekst="Anders").tekst == "Anders"


def test_stelling_keeps_its_text_once_notes_hang_on_it(diner, stellingen, tafels):
    BijdrageFactory(tafel=tafels[0], stelling=stellingen[1])
    with pytest.raises(DenkdinerError, match="de tekst ligt vast"):
        services.edit_object(stellingen[1], tekst="Anders")


def test_ronde_that_was_started_meanwhile_is_neither_changed_nor_removed_nor_moved(diner):
    ronde = RondeFactory(diner=diner, nummer=1)
    stale = Ronde.objects.get(pk=ronde.pk)
    start(ronde)
    for act in (
        lambda: services.edit_object(stale, minuten=5),
        lambda: services.delete_object(stale),
        lambda: services.move_ronde(ronde=stale, naar=2),
    ):
        with pytest.raises(DenkdinerError, match="al begonnen"):
            act()
    assert Ronde.objects.get().is_running


# --- remove ----------------------------------------------------------------------------------------------------------
def test_delete_closes_the_gap_in_the_numbers(diner, stellingen):
    services.delete_object(stellingen[0])
    assert numbers(Stelling, diner) == {stellingen[1].pk: 1, stellingen[2].pk: 2}
    rondes = RondeFactory.create_batch(3, diner=diner)
    services.delete_object(rondes[1])
    assert numbers(Ronde, diner) == {rondes[0].pk: 1, rondes[2].pk: 2}


def test_delete_spreker_takes_the_optreden(diner):
    spreker = services.add_spreker(reeks=diner.reeks, diner=diner, naam="Ada")
    services.delete_object(spreker)
    assert not Optreden.objects.exists()


def test_delete_refuses_what_the_evening_needs(diner, ronde, stelling, femke):
    for thing, why in (
        (diner, "Dit diner is live"),
        (diner.reeks, "Een diner van deze reeks is live"),
        (ronde, "Deze ronde is al begonnen"),
        (stelling, "al gesproken"),
        (femke.toegang.tafel, "doet al een tablet mee"),
    ):
        with pytest.raises(DenkdinerError, match=why):
            services.delete_object(thing)
        thing.refresh_from_db()


def test_delete_refuses_what_notes_hang_on(diner, stellingen, tafels):
    ronde = RondeFactory(diner=diner)
    note = BijdrageFactory(tafel=tafels[0], stelling=stellingen[1], ronde=ronde)
    for thing in (tafels[0], stellingen[1], ronde):
        with pytest.raises(DenkdinerError, match="Hier hangen al notities aan"):
            services.delete_object(thing)
    note.refresh_from_db()
    assert (note.tafel, note.stelling, note.ronde) == (tafels[0], stellingen[1], ronde)
    services.delete_object(tafels[1])
    assert list(Tafel.objects.all()) == [tafels[0]]


@pytest.mark.parametrize("what", ["diner", "reeks"])
def test_delete_of_a_diner_or_reeks_takes_everything(request, what, diner, ronde, stelling, femke, otto):
    note = BijdrageFactory(tafel=femke.toegang.tafel, stelling=stelling, ronde=ronde, apparaat=femke)
    OnderbouwingFactory(rode_draad=RodeDraadFactory(stelling=stelling), bijdrage=note)
    Peiling.objects.create(tafel=note.tafel, stelling=stelling, moment="voor", eens=3, updated_at=NOW)
    elders = BijdrageFactory()
    services.close_diner(diner=diner, now=NOW)
    diner.refresh_from_db()
    services.delete_object(request.getfixturevalue(what))
    assert list(Bijdrage.objects.all()) == [elders]
    assert not Ronde.objects.exists()
    assert not RodeDraad.objects.exists()
    assert not Onderbouwing.objects.exists()
    assert Reeks.objects.filter(slug="verkenning-2050").exists() is (what == "diner")


# --- order -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "naar", "order"),
    [(0, 3, [1, 2, 0]), (2, 1, [2, 0, 1]), (1, 2, [0, 1, 2]), (0, 99, [1, 2, 0]), (2, -5, [2, 0, 1])],
)
def test_move_puts_it_at_that_place(diner, stellingen, who, naar, order):
    services.move_stelling(stelling=stellingen[who], naar=naar)
    assert numbers(Stelling, diner) == {stellingen[i].pk: plek for plek, i in enumerate(order, start=1)}
    rondes = RondeFactory.create_batch(3, diner=diner)
    services.move_ronde(ronde=rondes[who], naar=naar)
    assert numbers(Ronde, diner) == {rondes[i].pk: plek for plek, i in enumerate(order, start=1)}


def test_stellingen_stay_in_order_once_one_was_discussed(diner, ronde, stellingen):
    with pytest.raises(DenkdinerError, match="de volgorde ligt vast"):
        services.move_stelling(stelling=stellingen[2], naar=1)
    assert list(numbers(Stelling, diner).values()) == [1, 2, 3]


def test_coming_rondes_move_only_among_each_other(diner):
    rondes = [RondeFactory(diner=diner, nummer=nummer) for nummer in (1, 2, 3)]
    start(rondes[0])
    with pytest.raises(DenkdinerError, match="vóór een ronde komen die al begonnen is"):
        services.move_ronde(ronde=rondes[2], naar=1)
    services.move_ronde(ronde=rondes[2], naar=2)
    assert numbers(Ronde, diner) == {rondes[0].pk: 1, rondes[2].pk: 2, rondes[1].pk: 3}


# --- nudges ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "act",
    [
        lambda diner: services.add_stelling(diner=diner, tekst="Zo"),
        lambda diner: services.add_ronde(diner=diner),
        lambda diner: services.add_tafel(diner=diner),
        lambda diner: services.add_tafels(diner=diner, aantal=2),
        lambda diner: services.add_spreker(reeks=diner.reeks, diner=diner, naam="Ada"),
        lambda diner: services.remove_optreden(optreden=diner.optredens.get()),
        lambda diner: services.edit_object(diner, titel="Anders"),
        lambda diner: services.edit_object(diner.tafels.get(), naam="Eik"),
        lambda diner: services.delete_object(diner.tafels.get()),
        lambda diner: services.move_stelling(stelling=diner.stellingen.get(), naar=1),
        lambda diner: services.move_ronde(ronde=diner.rondes.get(), naar=1),
    ],
)
def test_a_change_of_the_programme_is_told_to_room_and_team(
    diner, listen, django_capture_on_commit_callbacks, act
):
    TafelFactory(diner=diner)
    StellingFactory(diner=diner)
    RondeFactory(diner=diner)
    Optreden.objects.create(diner=diner, spreker=SprekerFactory(reeks=diner.reeks))
    team, room = listen(diner_group(diner.pk)), listen(zaal_group(diner.pk))
    with django_capture_on_commit_callbacks(execute=True):
        act(diner)
        assert team() == []
    assert team() == room() == [{"type": "programma-changed", "diner": diner.pk}]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_is_not_told(diner, listen):
    heard = listen(zaal_group(diner.pk))
    with transaction.atomic():
        services.add_tafel(diner=diner)
        transaction.set_rollback(True)
    assert heard() == []
    services.add_tafel(diner=diner)
    assert [payload["type"] for payload in heard()] == ["programma-changed"]
