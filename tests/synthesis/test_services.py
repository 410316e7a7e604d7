"""What people do with threads, and that no proposal ever undoes it."""

import json
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections, transaction

from capture.models import Bijdrage, Bron
from denkdiner.errors import Conflict, DenkdinerError
from synthesis import queries, services
from synthesis.models import Onderbouwing, Onderbouwingsrol, RodeDraad, Verslagdeel
from tests.factories import (
    NOW,
    BijdrageFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    StellingFactory,
    TafelFactory,
)

pytestmark = pytest.mark.django_db

GEZEGD = [  # three things that several tables say in their own words, and one nobody else says
    "bouwen kost te veel vergunningen",
    "vergunningen duren jaren voor je kunt bouwen",
    "eerst regels weg dan pas bouwen, vergunning is een drama",
    "jongeren willen hier blijven maar er is geen bus",
    "geen bus na zeven uur, jongeren vertrekken",
    "de bus is weg en met de bus de jongeren",
    "vrijwilligers zijn op, altijd dezelfde mensen",
    "steeds dezelfde vrijwilligers, die raken op",
    "vrijwilligers moet je koesteren anders zijn ze op",
    "hennep telen als bouwmateriaal",
]


@pytest.fixture
def notities(stelling, tafels, diner):
    tafels = [*tafels, TafelFactory(diner=diner, nummer=3)]
    return [
        BijdrageFactory(tafel=tafels[i % 3], stelling=stelling, tekst=tekst) for i, tekst in enumerate(GEZEGD)
    ]


def voorstel(stelling, **kwargs):
    return services.make_voorstel(stelling=stelling, now=NOW, **kwargs)


def draden_of(stelling):
    return list(stelling.rode_draden.order_by("volgorde", "pk"))


def gezien(bijdrage):
    rij = Onderbouwing.objects.filter(bijdrage=bijdrage).first()
    return queries.plek_of(rij.rode_draad_id if rij else None, is_los=rij is None)


def move(bijdragen, naar, wie):
    """Into a thread, or aside (None); with a reason, in case it empties a view of one table."""
    step = {
        "bijdragen": bijdragen,
        "gezien": [gezien(b) for b in bijdragen],
        "gebruiker": wie,
        "now": NOW,
        "reden": "Dubbel",
    }
    if naar is None:
        return services.park_bijdragen(**step)
    return services.place_bijdragen(draad=naar, **step)


def in_draad(draad):
    return set(draad.onderbouwingen.values_list("bijdrage", flat=True))


# --- a proposal ------------------------------------------------------------------------------------------------------


def test_voorstel_puts_every_note_in_at_most_one_thread(stelling, notities):
    aantal = voorstel(stelling)
    draden = draden_of(stelling)
    assert aantal == len(draden) >= 2
    geplaatst = [pk for draad in draden for pk in in_draad(draad)]
    assert len(geplaatst) == len(set(geplaatst))
    assert set(geplaatst) <= {notitie.pk for notitie in notities}
    assert not any(draad.door_mens for draad in draden)


def test_voorstel_twice_gives_the_same_threads(stelling, notities):
    voorstel(stelling)
    eerst = [(draad.titel, in_draad(draad)) for draad in draden_of(stelling)]
    voorstel(stelling)
    assert [(draad.titel, in_draad(draad)) for draad in draden_of(stelling)] == eerst


def test_voorstel_leaves_out_the_bin_the_spreker_and_other_stellingen(stelling, stellingen, tafels, notities):
    weg = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=GEZEGD[0], deleted_at=NOW)
    spreker = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=GEZEGD[1], bron=Bron.SPREKER)
    ander = BijdrageFactory(tafel=tafels[0], stelling=stellingen[1], tekst=GEZEGD[2])
    voorstel(stelling)
    assert not Onderbouwing.objects.filter(bijdrage__in=[weg, spreker, ander]).exists()


def test_voorstel_follows_a_wanted_number(stelling, notities):
    assert voorstel(stelling, aantal=3) == 3


@pytest.mark.parametrize("aantal", [-1, 0, 1, 13, 1000])
def test_voorstel_refuses_an_impossible_number(stelling, notities, aantal):
    with pytest.raises(DenkdinerError):
        voorstel(stelling, aantal=aantal)
    assert not RodeDraad.objects.exists()


def test_voorstel_without_notes_makes_nothing(stelling):
    assert voorstel(stelling) == 0


def test_voorstel_keeps_a_thread_that_a_person_wrote(stelling, notities, vera):
    voorstel(stelling)
    draad = draden_of(stelling)[0]
    eigen = in_draad(draad)
    services.edit_rode_draad(draad=draad, version=1, now=NOW, titel="Mijn titel", tekst="Mijn tekst.")
    for pk in eigen:
        move([n for n in notities if n.pk == pk], draad, vera)
    voorstel(stelling)
    draad.refresh_from_db()
    assert (draad.titel, draad.tekst, draad.door_mens) == ("Mijn titel", "Mijn tekst.", True)
    assert eigen <= in_draad(draad)


@pytest.mark.parametrize(
    "touch",
    [
        lambda draad, wie: services.edit_rode_draad(draad=draad, version=1, now=NOW, titel="Mijn titel"),
        lambda draad, wie: services.edit_rode_draad(draad=draad, version=1, now=NOW, status="in_review"),
        lambda draad, wie: services.move_rode_draad(draad=draad, naar=1, now=NOW, gebruiker=wie),
    ],
    ids=["title", "status", "order"],
)
def test_voorstel_leaves_the_notes_in_a_thread_that_a_person_touched(stelling, notities, touch, vera):
    """A person who names a thread has looked at its notes: they are part of what was named."""
    voorstel(stelling)
    draad = draden_of(stelling)[0]
    eigen = in_draad(draad)
    touch(draad, vera)
    for aantal in (None, 2, 5):
        voorstel(stelling, aantal=aantal)
        assert eigen <= in_draad(draad)


@pytest.mark.parametrize("hoe", ["replaced", "put away"])
def test_write_to_a_thread_that_is_gone_is_refused_calmly(stelling, notities, vera, hoe):
    draad, ander = RodeDraadFactory(stelling=stelling), RodeDraadFactory(stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=notities[0])
    wie = {"gebruiker": vera, "now": NOW}
    if hoe == "replaced":
        RodeDraad.objects.filter(pk=draad.pk).delete()
    else:
        services.delete_rode_draad(draad=draad, reden="Dubbel", **wie)
    for write in (
        lambda: services.edit_rode_draad(draad=draad, version=1, now=NOW, titel="Te laat"),
        lambda: move(notities[1:2], draad, vera),
        lambda: services.merge_rode_draden(van=draad, naar=ander, **wie),
        lambda: services.merge_rode_draden(van=ander, naar=draad, **wie),
        lambda: services.split_rode_draad(draad=draad, bijdragen=notities[:1], titel="x", **wie),
        lambda: services.rename_rode_draad(draad=draad, titel="x", **wie),
        lambda: services.move_rode_draad(draad=draad, naar=0, **wie),
        lambda: services.delete_rode_draad(draad=draad, **wie),
    ):
        with pytest.raises(services.Verdwenen):
            write()
    assert not Onderbouwing.objects.exists()


def test_role_does_not_move_a_note_back(stelling, notities, vera):
    draad, ander = RodeDraadFactory(stelling=stelling), RodeDraadFactory(stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=notities[0])
    move(notities[:1], ander, vera)
    with pytest.raises(Conflict):
        services.set_rol(bijdrage=notities[0], gezien=str(draad.pk), rol="tegenstem", gebruiker=vera, now=NOW)
    assert in_draad(ander) == {notities[0].pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["edit", "move"])
def test_proposal_made_meanwhile_does_not_undo_what_a_person_is_saving(stelling, notities, act, vera):
    """On PostgreSQL a proposal used to delete the thread that somebody had open in a transaction."""
    voorstel(stelling)
    draad, ander = draden_of(stelling)[:2]
    notitie = next(n for n in notities if n.pk in in_draad(ander))
    halfway, go = Event(), Event()

    def person():
        try:
            with transaction.atomic():
                if act == "edit":
                    services.edit_rode_draad(draad=draad, version=1, now=NOW, titel="Van een mens")
                else:
                    move([notitie], draad, vera)
                halfway.set()
                go.wait(1)  # SQLite has one writer: there the proposal simply waits
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(person)
        assert halfway.wait(20)
        voorstel(stelling)
        go.set()
        saving.result(30)
    if act == "edit":
        assert RodeDraad.objects.get(pk=draad.pk).titel == "Van een mens"
    else:
        rij = Onderbouwing.objects.get(bijdrage=notitie)
        assert (rij.rode_draad_id, rij.door_mens) == (draad.pk, True)


def test_proposal_suggests_quotes_that_only_a_person_puts_in_the_report(reeks, stelling, notities, vera):
    Bijdrage.objects.filter(pk=notities[0].pk).update(letterlijk=True)
    voorstel(stelling)
    rij = Onderbouwing.objects.get(bijdrage=notities[0])
    assert rij.rol == Onderbouwingsrol.QUOTE
    assert queries.verslagbron(reeks).diners[0].quotes == ()
    quote = Bijdrage.objects.get(pk=notities[0].pk)
    services.set_rol(bijdrage=quote, gezien=gezien(quote), rol="quote", gebruiker=vera, now=NOW)
    assert [quote.tekst for quote in queries.verslagbron(reeks).diners[0].quotes] == [GEZEGD[0]]


def test_text_of_a_section_follows_its_stelling(reeks, stellingen):
    services.write_verslagdeel(reeks=reeks, sleutel="2.1.2", tekst="Over leren.", version=0, now=NOW)
    stellingen[0].delete()
    for nummer, stelling in enumerate(stellingen[1:], start=1):
        type(stelling).objects.filter(pk=stelling.pk).update(nummer=nummer)
    assert queries.verslagbron(reeks).teksten == {"2.1.1": "Over leren."}
    assert queries.verslagdeel(reeks, "2.1.1").tekst == "Over leren."
    assert queries.verslagdeel(reeks, "2.1.2") is None


def test_voorstel_never_picks_up_what_was_laid_aside(stelling, notities, vera):
    move(notities[:1], None, vera)
    for _ in range(2):
        voorstel(stelling)
        assert Onderbouwing.objects.get(bijdrage=notities[0]).rode_draad is None


def _human(rng, stelling, notities, vera):
    """One random thing a reporter does; returns nothing, breaks nothing."""
    draden, wie = draden_of(stelling), {"gebruiker": vera, "now": NOW}
    draad = rng.choice(draden) if draden else None
    action = rng.choice(["nieuw", "hernoem", "verplaats", "opzij", "voeg", "splits", "orde", "wis", "rol"])
    if action == "nieuw" or draad is None:
        gekozen = rng.sample(notities, k=rng.randint(0, 2))
        gezien_in = [gezien(n) for n in gekozen]
        nieuw = services.start_rode_draad(
            stelling=stelling,
            titel=f"Nieuw {rng.random()}",
            bijdragen=gekozen,
            gezien=gezien_in,
            reden="Beter zo",
            **wie,
        )
        draad = RodeDraad.objects.get(pk=nieuw.begon)
        services.edit_rode_draad(draad=draad, version=1, now=NOW, tekst="Geschreven.")
    elif action == "hernoem":
        services.edit_rode_draad(draad=draad, version=draad.version, now=NOW, titel=f"Titel {rng.random()}")
    elif action == "verplaats":
        move([rng.choice(notities)], draad, vera)
    elif action == "opzij":
        move([rng.choice(notities)], None, vera)
    elif action == "voeg" and len(draden) > 1:
        naar = rng.choice([d for d in draden if d != draad])
        services.merge_rode_draden(van=draad, naar=naar, reden="Hetzelfde", **wie)
    elif action == "splits" and len(in_draad(draad)) > 1:
        gekozen = [n for n in notities if n.pk == min(in_draad(draad))]
        services.split_rode_draad(draad=draad, bijdragen=gekozen, titel=f"Deel {rng.random()}", **wie)
    elif action == "orde":
        services.move_rode_draad(draad=draad, naar=rng.randint(0, 5), **wie)
    elif action == "wis":
        services.delete_rode_draad(draad=draad, reden="Dubbel", **wie)
    elif action == "rol" and in_draad(draad):
        rij = draad.onderbouwingen.select_related("bijdrage").order_by("pk")[0]
        rol = rng.choice(["steun", "tegenstem", "voorbeeld"])
        services.set_rol(bijdrage=rij.bijdrage, gezien=str(draad.pk), rol=rol, **wie)


def human_work():
    """Everything that a person did: threads with all their words and order, and where people placed which note."""
    eigen = RodeDraad.objects.filter(door_mens=True)
    return (
        set(eigen.values_list("pk", "titel", "tekst", "pool_a", "pool_b", "kernvraag", "status", "volgorde")),
        set(Onderbouwing.objects.filter(door_mens=True).values_list("bijdrage", "rode_draad", "rol", "pool")),
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_proposal_ever_changes_what_a_person_did(stelling, notities, seed, vera):
    rng = random.Random(seed)
    for _ in range(15):
        _human(rng, stelling, notities, vera)
        before = human_work()
        voorstel(stelling, aantal=rng.choice([None, None, 2, 4]))
        assert human_work() == before
        bank = queries.werkbank(stelling)
        assert bank.geplaatst + len(bank.los) + len(bank.opzij) == len(
            notities
        )  # nothing vanished, nothing doubled


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_edit_refuses_a_stale_version_and_keeps_the_other_text(stelling, vera):
    draad = RodeDraadFactory(stelling=stelling, titel="Eerst")
    services.edit_rode_draad(draad=draad, version=1, now=NOW, titel="Van Vera", gebruiker=vera)
    with pytest.raises(Conflict):
        services.edit_rode_draad(draad=draad, version=1, now=NOW, titel="Te laat")
    draad.refresh_from_db()
    assert (draad.titel, draad.version, draad.updated_by) == ("Van Vera", 2, vera)


@pytest.mark.parametrize(
    "fields", [{"titel": ""}, {"titel": "x" * 201}, {"pool_a": "alleen"}, {"status": "klaar"}]
)
def test_edit_refuses_what_breaks_a_rule(stelling, fields):
    draad = RodeDraadFactory(stelling=stelling, titel="Goed")
    with pytest.raises(DenkdinerError):
        services.edit_rode_draad(draad=draad, version=1, now=NOW, **fields)
    draad.refresh_from_db()
    assert (draad.titel, draad.version) == ("Goed", 1)


def test_move_refuses_a_thread_of_another_stelling(stelling, stellingen, notities, vera):
    ander = RodeDraadFactory(stelling=stellingen[1])
    with pytest.raises(DenkdinerError):
        move(notities[:2], ander, vera)
    assert not Onderbouwing.objects.exists()


def test_merge_keeps_every_note_and_every_word(stelling, notities, vera):
    van = RodeDraadFactory(
        stelling=stelling, titel="Van", tekst="Tekst van.", pool_a="x", pool_b="y", kernvraag="Hoe?"
    )
    naar = RodeDraadFactory(
        stelling=stelling, titel="Naar", tekst="Tekst naar.", pool_a="p", pool_b="q", kernvraag="Wat?"
    )
    for draad, notitie in ((van, notities[0]), (van, notities[1]), (naar, notities[2])):
        OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
    services.merge_rode_draden(van=van, naar=naar, reden="Hetzelfde", gebruiker=vera, now=NOW)
    naar.refresh_from_db()
    assert in_draad(naar) == {n.pk for n in notities[:3]}
    assert not RodeDraad.objects.filter(pk=van.pk).exists()
    for woord in ("Tekst naar.", "Tekst van.", "x", "y", "Hoe?"):
        assert woord in naar.tekst
    assert (naar.pool_a, naar.kernvraag, naar.titel) == ("p", "Wat?", "Naar")


def test_merge_fills_what_is_empty(stelling, vera):
    van = RodeDraadFactory(stelling=stelling, pool_a="x", pool_b="y", kernvraag="Hoe?")
    naar = RodeDraadFactory(stelling=stelling)
    services.merge_rode_draden(van=van, naar=naar, gebruiker=vera, now=NOW)
    naar.refresh_from_db()
    assert (naar.pool_a, naar.pool_b, naar.kernvraag, naar.tekst) == ("x", "y", "Hoe?", "")


def test_merge_refuses_itself_and_another_stelling(stelling, stellingen, vera):
    draad = RodeDraadFactory(stelling=stelling)
    for ander in (draad, RodeDraadFactory(stelling=stellingen[1])):
        with pytest.raises(DenkdinerError):
            services.merge_rode_draden(van=draad, naar=ander, gebruiker=vera, now=NOW)


def test_split_takes_only_its_own_notes(stelling, notities, vera):
    draad = RodeDraadFactory(stelling=stelling)
    for notitie in notities[:3]:
        OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
    wie = {"gebruiker": vera, "now": NOW}
    gedaan = services.split_rode_draad(draad=draad, bijdragen=notities[:1], titel="Apart", **wie)
    assert in_draad(RodeDraad.objects.get(pk=gedaan.begon)) == {notities[0].pk}
    assert in_draad(draad) == {n.pk for n in notities[1:3]}
    for verkeerd in ([], [notities[5]]):
        with pytest.raises(DenkdinerError):
            services.split_rode_draad(draad=draad, bijdragen=verkeerd, titel="Mis", **wie)
    assert not RodeDraad.objects.filter(titel="Mis").exists()


def test_delete_makes_notes_loose_and_loses_none(stelling, notities, vera):
    draad = RodeDraadFactory(stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=notities[0])
    services.delete_rode_draad(draad=draad, reden="Dubbel", gebruiker=vera, now=NOW)
    assert queries.werkbank(stelling).los == tuple(sorted(notities, key=lambda n: (n.created_at, n.pk)))


def test_move_orders_threads_and_stays_inside_the_list(stelling, vera):
    draden = [RodeDraadFactory(stelling=stelling, volgorde=n) for n in range(3)]
    services.move_rode_draad(draad=draden[2], naar=0, gebruiker=vera, now=NOW)
    assert draden_of(stelling) == [draden[2], draden[0], draden[1]]
    services.move_rode_draad(draad=draden[2], naar=99, gebruiker=vera, now=NOW)
    assert draden_of(stelling) == [draden[0], draden[1], draden[2]]


def test_quote_only_from_what_was_heard_verbatim(stelling, notities, vera):
    draad = RodeDraadFactory(stelling=stelling)
    for notitie in notities[:2]:
        OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
    step = {"gezien": str(draad.pk), "rol": "quote", "gebruiker": vera, "now": NOW}
    with pytest.raises(DenkdinerError):
        services.set_rol(bijdrage=notities[0], **step)
    notities[1].letterlijk = True
    notities[1].save()
    services.set_rol(bijdrage=notities[1], **step)
    assert list(draad.onderbouwingen.filter(rol="quote").values_list("bijdrage", flat=True)) == [
        notities[1].pk
    ]


def test_thread_of_the_reeks_is_carried_by_threads_of_its_own_stellingen(reeks, stelling):
    draad = services.add_rode_draad(reeks=reeks, titel="Over alles", now=NOW)
    onder = [RodeDraadFactory(stelling=stelling) for _ in range(2)]
    services.carry_rode_draad(draad=draad, door=onder)
    services.carry_rode_draad(draad=draad, door=onder[1:])
    assert list(draad.onderbouwingen.values_list("draad", flat=True)) == [onder[1].pk]
    vreemd = RodeDraadFactory(stelling=StellingFactory())
    for verkeerd in (vreemd, draad):
        with pytest.raises(DenkdinerError):
            services.carry_rode_draad(draad=draad, door=[verkeerd])


def test_write_verslagdeel_keeps_versions_apart(reeks, vera):
    def write(tekst, version):
        return services.write_verslagdeel(
            reeks=reeks, sleutel="1.1", tekst=tekst, version=version, now=NOW, gebruiker=vera
        )

    assert write("Eerste.", 0).version == 1
    with pytest.raises(Conflict):
        write("Te laat.", 0)
    assert write("Tweede.", 1).version == 2
    assert queries.verslagdeel(reeks, "1.1").tekst == "Tweede."
    assert write("  ", 2) is None
    assert not Verslagdeel.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda s, d, w: voorstel(s),
        lambda s, d, w: services.edit_rode_draad(draad=d, version=1, now=NOW, titel="Anders"),
        lambda s, d, w: services.delete_rode_draad(draad=d, gebruiker=w, now=NOW),
        lambda s, d, w: services.move_rode_draad(
            draad=RodeDraadFactory(stelling=s), naar=0, gebruiker=w, now=NOW
        ),
        lambda s, d, w: services.start_rode_draad(stelling=s, titel="Nieuw", gebruiker=w, now=NOW),
    ],
    ids=["voorstel", "edit", "delete", "move", "add"],
)
def test_every_change_nudges_the_team_with_ids_only(
    stelling, notities, change, vera, django_capture_on_commit_callbacks, monkeypatch
):
    heard = []

    monkeypatch.setattr(
        "denkdiner.live.hub.tell", lambda groups, text: heard.append((groups, json.loads(text)))
    )
    draad = RodeDraadFactory(stelling=stelling)
    with django_capture_on_commit_callbacks(execute=True):
        change(stelling, draad, vera)
    assert heard
    for groups, payload in heard:
        assert groups == (f"diner.{stelling.diner_id}",)
        assert payload["type"] == "rode-draad-changed"
        assert set(payload) == {"type", "stelling", "draad"}


def test_note_that_moves_to_another_stelling_does_not_carry_a_thread_there(stelling, stellingen, notities):
    """A thread counts only notes of its own stelling, whatever happened to the note since."""
    draad = RodeDraadFactory(stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=notities[0])
    notities[0].stelling = stellingen[1]
    notities[0].save()
    assert queries.kaart_of(draad).bijdragen == ()
    assert queries.werkbank(stelling).kaarten[0].bijdragen == ()
    assert notities[0] in queries.werkbank(stellingen[1]).los
    voorstel(stellingen[1])
    assert Onderbouwing.objects.filter(bijdrage=notities[0], rode_draad=draad).count() == 0


def test_ids_of_drafts_are_the_ids_of_notes(reeks, stelling, notities):
    groepen = queries.draft_for_reeks(reeks)[f"{stelling.diner.nummer}.{stelling.nummer}"]
    ids = [uuid.UUID(pk) for groep in groepen for pk in groep["bijdragen"]]
    assert sorted(ids) == sorted(n.pk for n in notities)
    assert not RodeDraad.objects.exists()
