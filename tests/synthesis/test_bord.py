"""The board: what can be taken back, what a colleague did first, the lone voice, and the ledger."""

from datetime import timedelta

import pytest

from capture.models import Bron
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Rol
from synthesis import queries, services
from synthesis.models import Handeling, Minderheid, Onderbouwing, RodeDraad, Vrijgave
from synthesis.queries import LOS, OPZIJ
from tests.factories import (
    NOW,
    BijdrageFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    TafelFactory,
    VrijgaveFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def daan(reeks):
    daan = GebruikerFactory(naam="Daan")
    LidmaatschapFactory(gebruiker=daan, reeks=reeks, rol=Rol.VERSLAGLEGGER)
    return daan


@pytest.fixture
def drie(diner):
    return [TafelFactory(diner=diner, nummer=nummer) for nummer in (1, 2, 3)]


@pytest.fixture
def breed(stelling, drie):
    """Said by two tables."""
    return _draad(stelling, "Breed", drie[:2], tekst="Twee tafels.", volgorde=0)


@pytest.fixture
def apart(stelling, drie):
    """Said by one."""
    return _draad(stelling, "Apart", drie[2:], tekst="Eén tafel.", kernvraag="Waarom?", volgorde=1)


def _draad(stelling, titel, tafels, **velden):
    draad = RodeDraadFactory(stelling=stelling, titel=titel, **velden)
    for plek, tafel in enumerate(tafels):
        notitie = BijdrageFactory(tafel=tafel, stelling=stelling, tekst=f"{titel} {plek}")
        OnderbouwingFactory(rode_draad=draad, bijdrage=notitie, volgorde=plek)
    return draad


def notes(draad):
    return [
        rij.bijdrage for rij in draad.onderbouwingen.select_related("bijdrage").order_by("volgorde", "pk")
    ]


def merge(van, naar, wie, **more):
    return services.merge_rode_draden(van=van, naar=naar, gebruiker=wie, now=NOW, **more)


def delete(draad, wie, **more):
    return services.delete_rode_draad(draad=draad, gebruiker=wie, now=NOW, **more)


def place(bijdragen, draad, wie, gezien=None, reden=""):
    gezien = gezien or [LOS] * len(bijdragen)
    return services.place_bijdragen(
        bijdragen=bijdragen, draad=draad, gezien=gezien, reden=reden, gebruiker=wie, now=NOW
    )


def undo(stelling, wie):
    return services.undo_handeling(stelling=stelling, gebruiker=wie, now=LATER)


def redo(stelling, wie):
    return services.redo_handeling(stelling=stelling, gebruiker=wie, now=LATER)


# --- threads are put away, and come back -----------------------------------------------------------------------------


def test_merged_thread_comes_back_with_everything_that_hangs_on_it(reeks, stelling, breed, apart, vera):
    boven = services.add_rode_draad(reeks=reeks, titel="Over alles", now=NOW)
    services.carry_rode_draad(draad=boven, door=[apart])
    eigen, andere = notes(apart), notes(breed)
    merge(apart, breed, vera, reden="Zelfde punt")
    assert not RodeDraad.objects.filter(pk=apart.pk).exists()
    assert notes(breed) == [*andere, *eigen]
    assert [rij.draad for rij in queries.reeks_draden(reeks)[0].onderbouwingen.all()] == [breed]
    services.carry_rode_draad(draad=boven, door=[])  # somebody saves the form without what is not in it
    breed.refresh_from_db()
    assert (breed.tekst, breed.kernvraag, breed.version) == ("Twee tafels.\n\nEén tafel.", "Waarom?", 2)
    assert undo(stelling, vera).gelukt
    terug = RodeDraad.objects.get(pk=apart.pk)
    assert (terug.titel, terug.tekst, terug.opgegaan_in, terug.version) == ("Apart", "Eén tafel.", None, 3)
    assert (notes(terug), notes(breed)) == (eigen, andere)
    assert [rij.draad for rij in queries.reeks_draden(reeks)[0].onderbouwingen.all()] == [terug]
    breed.refresh_from_db()
    assert (breed.tekst, breed.kernvraag, breed.version) == ("Twee tafels.", "", 3), (
        "a version never goes down"
    )
    assert redo(stelling, vera).gelukt
    assert notes(breed) == [*andere, *eigen]
    assert RodeDraad.alle.get(pk=apart.pk).opgegaan_in == breed


def test_thread_that_is_put_away_is_nowhere(reeks, diner, stelling, breed, apart, vera, sign_in):
    delete(apart, vera, reden="Dubbel")
    client = sign_in(vera)
    slug = reeks.slug
    assert "Apart" not in str(queries.verslagbron(reeks))
    assert '"titel": "Apart"' not in client.get(f"/reeksen/{slug}/exporteren/").content.decode()
    assert client.get(f"/reeksen/{slug}/draden/{apart.pk}/").status_code == 404
    typed = client.post(f"/reeksen/{slug}/draden/{apart.pk}/", {"titel": "Getypt", "version": 1})
    assert (typed.status_code, "Getypt" in typed.content.decode()) == (409, True)
    offer = f"/reeksen/{slug}/diners/1/vrijgaven/aanbieden/"
    assert client.post(offer, {"draad": apart.pk}).status_code == 404
    assert [kaart.draad for kaart in queries.werkbank(stelling).kaarten] == [breed]


def test_proposal_neither_brings_back_nor_replaces_what_was_put_away(stelling, breed, apart, vera):
    eigen = notes(apart)
    delete(apart, vera, reden="Dubbel")
    services.make_voorstel(stelling=stelling, now=NOW)
    assert RodeDraad.alle.get(pk=apart.pk).verwijderd_at is not None
    queries.werkbank(stelling)
    RodeDraad.objects.filter(door_mens=False).exclude(pk=breed.pk).delete()
    Onderbouwing.objects.filter(bijdrage__in=eigen).delete()
    assert undo(stelling, vera).gelukt
    assert notes(RodeDraad.objects.get(pk=apart.pk)) == eigen


def test_step_from_a_draft_that_was_replaced_is_passed_over_in_words(stelling, breed, vera, drie):
    notitie, ander = notes(breed)[0], RodeDraadFactory(stelling=stelling, door_mens=True)
    place([notitie], ander, vera, [str(breed.pk)])
    RodeDraad.objects.filter(pk=breed.pk).delete()  # as a new proposal does with its own
    uitkomst = undo(stelling, vera)
    assert (uitkomst.gelukt, "nieuw voorstel" in uitkomst.melding) == (False, True)
    assert notes(ander) == [notitie]
    assert undo(stelling, vera) is None


@pytest.mark.parametrize("getoond", [False, True])
@pytest.mark.parametrize("hoe", ["merge", "delete"])
def test_taking_back_gives_a_thread_its_offer_and_never_changes_the_scherm(
    diner, stelling, breed, apart, vera, roos, hoe, getoond
):
    VrijgaveFactory(diner=diner, rode_draad=apart, tekst="Apart", vrijgegeven_at=NOW if getoond else None)
    shown = [regel.tekst for regel in queries.schermblad_of(diner).draden]
    if hoe == "merge":
        merge(apart, breed, vera, reden="Zelfde punt")
        assert Vrijgave.objects.live().get().rode_draad == breed
        assert [regel.tekst for regel in queries.schermblad_of(diner).draden] == shown
    else:
        delete(apart, vera, reden="Dubbel")
        assert not Vrijgave.objects.live().exists()
    before = [regel.tekst for regel in queries.schermblad_of(diner).draden]
    assert undo(stelling, vera).gelukt
    vrijgave = Vrijgave.objects.live().get()
    assert (vrijgave.rode_draad, vrijgave.is_released) == (apart, getoond and hoe == "merge")
    assert [regel.tekst for regel in queries.schermblad_of(diner).draden] == before
    assert redo(stelling, vera).gelukt
    assert undo(stelling, vera).gelukt
    assert Vrijgave.objects.live().get().rode_draad == apart


def test_taking_back_a_merge_offers_again_what_had_to_make_room(diner, stelling, breed, apart, vera):
    VrijgaveFactory(diner=diner, rode_draad=apart, tekst="Apart", vrijgegeven_at=NOW)
    VrijgaveFactory(diner=diner, rode_draad=breed, tekst="Breed")
    merge(apart, breed, vera, reden="Zelfde punt")
    assert [v.tekst for v in Vrijgave.objects.live()] == ["Apart"]
    undo(stelling, vera)
    assert {v.rode_draad.titel: v.is_released for v in Vrijgave.objects.live()} == {
        "Apart": True,
        "Breed": False,
    }


# --- taking back, and what a colleague did since ---------------------------------------------------------------------


def test_nothing_is_taken_back_that_somebody_wrote_over(stelling, breed, apart, vera, daan):
    merge(apart, breed, vera, reden="Zelfde punt")
    breed.refresh_from_db()
    services.edit_rode_draad(draad=breed, version=breed.version, tekst="Van Daan.", gebruiker=daan, now=NOW)
    uitkomst = undo(stelling, vera)
    assert (uitkomst.gelukt, "Daan heeft “Breed” intussen gewijzigd" in uitkomst.melding) == (False, True)
    assert RodeDraad.objects.get().tekst == "Van Daan."
    assert (undo(stelling, vera), redo(stelling, vera)) == (None, None), (
        "passed over, and not to be done again"
    )


def test_note_that_somebody_moved_since_says_who(stelling, breed, apart, vera, daan):
    notitie = notes(breed)[0]
    place([notitie], apart, vera, [str(breed.pk)])
    services.park_bijdragen(
        bijdragen=[notitie], gezien=[str(apart.pk)], reden="Dubbel", gebruiker=daan, now=NOW
    )
    uitkomst = undo(stelling, vera)
    assert (uitkomst.gelukt, "Daan heeft deze notitie net opzijgelegd" in uitkomst.melding) == (False, True)
    assert queries.werkbank(stelling).opzij == (notitie,)


def test_several_notes_go_together_or_not_at_all(stelling, breed, apart, vera, daan):
    een, twee = notes(breed)
    place([twee], apart, daan, [str(breed.pk)])
    with pytest.raises(services.Bezet, match="Daan zette “Breed 1” net in “Apart”"):
        place([een, twee], apart, vera, [str(breed.pk)] * 2)
    assert notes(breed) == [een]
    assert Handeling.objects.count() == 1


def test_order_and_roles_of_others_do_not_stand_in_the_way(stelling, breed, apart, vera, daan, drie):
    los = BijdrageFactory(tafel=drie[0], stelling=stelling)
    place([los], breed, vera)
    services.shift_bijdrage(bijdrage=los, gezien=str(breed.pk), plek=0, gebruiker=daan, now=NOW)
    services.move_rode_draad(draad=breed, naar=1, gebruiker=daan, now=NOW)
    assert undo(stelling, vera).gelukt
    assert queries.werkbank(stelling).los == (los,)
    uitkomst = undo(stelling, daan)
    assert uitkomst.gelukt
    assert [kaart.draad for kaart in queries.werkbank(stelling).kaarten] == [breed, apart]
    assert not undo(stelling, daan).gelukt, "the order of a note that is not there"


def test_deleted_thread_comes_back_without_what_found_another_place(stelling, breed, apart, vera, daan):
    een, twee = notes(breed)
    delete(breed, vera)
    place([een], apart, daan)
    assert undo(stelling, vera).gelukt
    assert notes(breed) == [twee]
    assert een in notes(apart)


def test_new_step_ends_what_could_be_done_again(stelling, breed, vera, drie):
    los = BijdrageFactory(tafel=drie[0], stelling=stelling)
    place([los], breed, vera)
    undo(stelling, vera)
    stand = queries.journaal_of(stelling, vera)
    assert (stand.ongedaan, stand.opnieuw) == ("", "1 notitie in “Breed” gezet")
    services.rename_rode_draad(draad=breed, titel="Anders", gebruiker=vera, now=NOW)
    assert redo(stelling, vera) is None
    stand = queries.journaal_of(stelling, vera)
    assert (stand.ongedaan, stand.opnieuw) == ("“Breed” hernoemd tot “Anders”", "")


def test_redo_is_refused_when_it_would_take_somebody_elses_note_along(
    stelling, breed, apart, vera, daan, drie
):
    delete(apart, vera, reden="Dubbel")
    undo(stelling, vera)
    los = BijdrageFactory(tafel=drie[0], stelling=stelling)
    place([los], apart, daan)
    uitkomst = redo(stelling, vera)
    assert (uitkomst.gelukt, "andere notities in “Apart”" in uitkomst.melding) == (False, True)
    assert los in notes(apart)


def test_redo_does_not_pass_by_a_reason_that_is_needed_now(stelling, breed, apart, vera, daan, drie):
    leeg = RodeDraadFactory(stelling=stelling, titel="Leeg")
    merge(breed, leeg, vera)
    undo(stelling, vera)
    place([BijdrageFactory(tafel=drie[2], stelling=stelling)], leeg, daan)
    uitkomst = redo(stelling, vera)
    assert (uitkomst.gelukt, "zeg waarom" in uitkomst.melding) == (False, True)
    assert RodeDraad.objects.filter(pk=breed.pk).exists()


def test_thread_that_was_begun_stays_with_what_a_colleague_put_in_it(stelling, breed, apart, vera, daan):
    een, twee = notes(breed)
    gedaan = services.split_rode_draad(draad=breed, bijdragen=[een], titel="Nieuw", gebruiker=vera, now=NOW)
    nieuw = RodeDraad.objects.get(pk=gedaan.begon)
    place([twee], nieuw, daan, [str(breed.pk)], reden="Hoort bij elkaar")
    assert undo(stelling, vera).gelukt
    assert (notes(breed), notes(nieuw)) == ([een], [twee])
    assert redo(stelling, vera).gelukt
    assert (notes(breed), set(notes(nieuw))) == ([], {een, twee})


def test_one_undoes_only_what_is_ones_own(stelling, stellingen, breed, vera, daan):
    elders = RodeDraadFactory(stelling=stellingen[1], titel="Elders")
    services.rename_rode_draad(draad=elders, titel="Anders", gebruiker=vera, now=NOW)
    services.rename_rode_draad(draad=breed, titel="Nieuw", gebruiker=daan, now=NOW)
    assert undo(stelling, vera) is None
    assert undo(stelling, daan).gelukt
    assert services.undo_handeling(diner=stelling.diner, gebruiker=vera, now=NOW).gelukt, (
        "the inbox: any stelling"
    )
    assert set(RodeDraad.objects.values_list("titel", flat=True)) == {"Breed", "Elders"}


def test_note_that_its_table_moved_away_stays_there(stelling, stellingen, breed, apart, vera):
    notitie = notes(breed)[0]
    place([notitie], apart, vera, [str(breed.pk)])
    notitie.stelling = stellingen[1]
    notitie.save()
    uitkomst = undo(stelling, vera)
    assert (uitkomst.gelukt, "andere stelling" in uitkomst.melding) == (False, True)


@pytest.mark.parametrize("wat", ["bin", "move"])
def test_note_that_its_table_took_meanwhile_is_said_so(stelling, stellingen, breed, vera, drie, wat):
    los = BijdrageFactory(tafel=drie[0], stelling=stelling)
    gelezen = type(los).objects.get(pk=los.pk)
    velden = {"deleted_at": NOW} if wat == "bin" else {"stelling": stellingen[1]}
    type(los).objects.filter(pk=los.pk).update(**velden)
    with pytest.raises(Conflict, match="De tafel heeft deze notitie net"):
        place([gelezen], breed, vera)
    assert not Onderbouwing.objects.filter(bijdrage=los).exists()


def test_colleague_who_changed_the_thread_is_named(stelling, breed, apart, vera, daan):
    services.rename_rode_draad(draad=breed, titel="Nieuw", version=1, gebruiker=daan, now=NOW)
    for late in (
        lambda: services.rename_rode_draad(draad=breed, titel="X", version=1, gebruiker=vera, now=NOW),
        lambda: merge(breed, apart, vera, version=1, reden="x"),
        lambda: delete(breed, vera, version=1),
    ):
        with pytest.raises(Conflict, match="Daan heeft “Nieuw” net gewijzigd"):
            late()
    delete(breed, daan)
    with pytest.raises(Conflict, match="Daan heeft “Nieuw” net weggehaald"):
        merge(breed, apart, vera, reden="x")
    assert undo(stelling, daan).gelukt
    merge(breed, apart, daan, reden="x")
    with pytest.raises(Conflict, match="Daan heeft “Nieuw” net samengevoegd met “Apart”"):
        delete(breed, vera)


# --- the lone voice --------------------------------------------------------------------------------------------------


def regels(stelling):
    return [
        (regel.titel, regel.tafel, regel.kaart is not None, regel.naar, regel.reden, str(regel.door or ""))
        for regel in queries.werkbank(stelling).minderheid
    ]


@pytest.mark.parametrize(
    ("step", "naar"),
    [
        (lambda breed, apart, wie, reden: merge(apart, breed, wie, reden=reden), "Breed"),
        (lambda breed, apart, wie, reden: merge(breed, apart, wie, reden=reden), "Apart"),
        (lambda breed, apart, wie, reden: delete(apart, wie, reden=reden), ""),
    ],
    ids=["merged away", "drowned", "deleted"],
)
def test_view_of_one_table_does_not_vanish_without_a_reason(stelling, breed, apart, vera, step, naar):
    assert regels(stelling) == [("Apart", 3, True, "", "", "")]
    for geen in ("", "  "):
        with pytest.raises(services.RedenNodig, match="“Apart” is van tafel 3 alleen"):
            step(breed, apart, vera, geen)
    with pytest.raises(DenkdinerError, match="te lang"):
        step(breed, apart, vera, "x" * 201)
    assert RodeDraad.objects.count() == 2
    assert not Handeling.objects.exists()
    step(breed, apart, vera, " Zelfde punt ")
    [regel] = regels(stelling)
    assert regel == ("Apart", 3, False, naar, "Zelfde punt", "Vera")
    assert undo(stelling, vera).gelukt
    assert regels(stelling) == [("Apart", 3, True, "", "", "")]
    assert redo(stelling, vera).gelukt
    assert regels(stelling) == [regel]


@pytest.mark.parametrize("step", ["place", "start", "park", "loosen"])
def test_last_note_does_not_leave_a_view_of_one_table_without_a_reason(
    stelling, breed, apart, vera, drie, step
):
    """Note by note, as a merge does it at once; tegenstemmen hold nothing up."""
    nog = BijdrageFactory(tafel=drie[2], stelling=stelling, tekst="Apart, nog eens")
    tegen = BijdrageFactory(tafel=drie[0], stelling=stelling)
    OnderbouwingFactory(rode_draad=apart, bijdrage=nog, volgorde=1)
    OnderbouwingFactory(rode_draad=apart, bijdrage=tegen, rol="tegenstem", volgorde=2)
    anders = BijdrageFactory(tafel=drie[1], stelling=stelling)
    eerste = next(een for een in notes(apart) if een not in (nog, tegen))

    def leave(*noten, reden):
        gezien = [str(apart.pk) if een != anders else LOS for een in noten]
        wie = {"bijdragen": noten, "gezien": gezien, "reden": reden, "gebruiker": vera, "now": NOW}
        return {
            "place": lambda: services.place_bijdragen(draad=breed, **wie),
            "start": lambda: services.start_rode_draad(stelling=stelling, titel="Nieuw", **wie),
            "park": lambda: services.park_bijdragen(**wie),
            "loosen": lambda: services.loosen_bijdragen(**wie),
        }[step]()

    leave(eerste, reden="Dubbel" if step == "park" else "")
    assert not Minderheid.objects.exists()
    samen = [nog, anders] if step == "start" else [nog]
    for geen in ("", "  "):
        with pytest.raises(services.RedenNodig):
            leave(*samen, reden=geen)
    assert nog in notes(apart)
    assert Handeling.objects.count() == 1
    leave(*samen, reden=" Zelfde punt ")
    naar = {"place": "Breed", "start": "Nieuw"}.get(step, "")
    assert [een for een in regels(stelling) if een[0] == "Apart"] == [
        ("Apart", 3, False, naar, "Zelfde punt", "Vera")
    ]
    assert undo(stelling, vera).gelukt
    assert ("Apart", 3, True, "", "", "") in regels(stelling)
    assert redo(stelling, vera).gelukt
    assert ("Apart", 3, False, naar, "Zelfde punt", "Vera") in regels(stelling)


def test_no_reason_is_asked_for_what_stays_apart_or_is_still_being_sorted(stelling, breed, apart, vera, daan):
    alles = notes(apart)
    wie = {"gebruiker": vera, "now": NOW}
    begonnen = services.start_rode_draad(
        stelling=stelling, titel="Ook apart", bijdragen=alles, gezien=[str(apart.pk)], **wie
    )
    eigen = RodeDraad.objects.get(pk=begonnen.begon)
    with pytest.raises(services.RedenNodig):
        place(alles, breed, daan, [str(eigen.pk)])
    place(alles, breed, vera, [str(eigen.pk)])
    assert not Minderheid.objects.exists()
    undo(stelling, vera)
    services.edit_rode_draad(draad=eigen, version=1, tekst="Nu staat er iets.", **wie)
    with pytest.raises(services.RedenNodig, match="“Ook apart” is van tafel 3 alleen"):
        place(alles, breed, vera, [str(eigen.pk)])


def test_step_done_again_does_not_empty_what_is_a_view_of_one_table_by_now(
    stelling, breed, apart, vera, daan
):
    een, twee = notes(breed)
    place([een], apart, vera, [str(breed.pk)])
    undo(stelling, vera)
    place([twee], apart, daan, [str(breed.pk)])
    uitkomst = redo(stelling, vera)
    assert (uitkomst.gelukt, "zeg waarom" in uitkomst.melding) == (False, True)
    assert notes(breed) == [een]


def test_step_that_was_taken_back_is_on_no_list(stelling, breed, apart, vera, drie):
    merge(apart, breed, vera, reden="Zelfde punt")
    undo(stelling, vera)
    place([BijdrageFactory(tafel=drie[0], stelling=stelling)], apart, vera)  # two tables say it now
    assert regels(stelling) == []


def test_lone_voice_is_followed_to_where_it_is_now(stelling, breed, apart, vera, drie):
    verder = _draad(stelling, "Verder", drie[:2])
    merge(apart, breed, vera, reden="Zelfde punt")
    assert regels(stelling) == [("Apart", 3, False, "Breed", "Zelfde punt", "Vera")]
    merge(breed, verder, vera)
    assert regels(stelling) == [("Apart", 3, False, "Verder", "Zelfde punt", "Vera")]
    [regel] = queries.werkbank(stelling).minderheid
    assert (regel.naar_pk, regel.at) == (verder.pk, NOW)
    delete(verder, vera)
    assert regels(stelling) == [("Apart", 3, False, "", "Zelfde punt", "Vera")]


def test_two_views_of_one_table_each_are_both_kept(stelling, apart, vera, drie):
    ander = _draad(stelling, "Ander", drie[:1])
    merge(ander, apart, vera, reden="Samen sterker")
    assert {(m.titel, m.tafel, m.reden) for m in Minderheid.objects.all()} == {
        ("Ander", 1, "Samen sterker"),
        ("Apart", 3, "Samen sterker"),
    }
    assert len(regels(stelling)) == 2


def test_reason_is_only_asked_for_a_lone_voice(stelling, breed, vera, drie):
    leeg, ander = RodeDraadFactory(stelling=stelling), _draad(stelling, "Ander", drie[:2])
    tegen = BijdrageFactory(tafel=drie[2], stelling=stelling)
    OnderbouwingFactory(rode_draad=leeg, bijdrage=tegen, rol="tegenstem")
    merge(leeg, breed, vera)
    merge(ander, breed, vera)
    delete(breed, vera)
    assert not Minderheid.objects.exists()


def test_lone_voice_outlives_the_names_of_those_who_moved_it(
    reeks, diner, stelling, breed, apart, vera, roos
):
    merge(apart, breed, vera, reden="Zelfde punt")
    undo(stelling, vera)
    ander = _draad(stelling, "Ander", [apart.onderbouwingen.get().bijdrage.tafel])
    merge(ander, breed, vera, reden="Ook hetzelfde")
    diner.status = "afgesloten"
    diner.save()
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    assert not Handeling.objects.exists()
    assert regels(stelling) == [
        ("Apart", 3, True, "", "", ""),
        ("Ander", 3, False, "Breed", "Ook hetzelfde", ""),
    ]


# --- the ledger ------------------------------------------------------------------------------------------------------


def test_every_note_of_a_table_is_in_exactly_one_place(stelling, stellingen, breed, apart, vera, drie, diner):
    stil = TafelFactory(diner=diner, nummer=4)
    los = BijdrageFactory(tafel=drie[0], stelling=stelling, tekst="los")
    opzij = BijdrageFactory(tafel=drie[0], stelling=stelling, tekst="opzij")
    services.park_bijdragen(bijdragen=[opzij], gezien=[LOS], reden="Grap", gebruiker=vera, now=NOW)
    elders = RodeDraadFactory(stelling=stellingen[1])
    verhuisd = BijdrageFactory(tafel=drie[1], stelling=stelling, tekst="verhuisd")
    OnderbouwingFactory(rode_draad=elders, bijdrage=verhuisd)
    spreker = BijdrageFactory(tafel=drie[0], stelling=stelling, bron=Bron.SPREKER)
    zaal = BijdrageFactory(tafel=drie[0], stelling=stelling, bron=Bron.PLENAIR)
    BijdrageFactory(tafel=drie[0], stelling=stelling, deleted_at=NOW)
    bank = queries.werkbank(stelling)
    assert (bank.geplaatst, bank.totaal, bank.stil) == (3, 6, (stil.nummer,))
    assert (set(bank.los), bank.opzij) == ({los, verhuisd}, (opzij,))
    assert (bank.spreker, bank.plenair) == ((spreker,), (zaal,))
    assert bank.opzij[0].onderbouwing.reden == "Grap"
    assert bank.geplaatst + len(bank.los) + len(bank.opzij) == bank.totaal
    place([verhuisd], breed, vera)  # under another stelling is loose here
    assert verhuisd in notes(breed)


def test_notes_stand_in_the_order_they_were_put_in(stelling, breed, vera, drie):
    een, twee = notes(breed)
    nieuw = [BijdrageFactory(tafel=drie[0], stelling=stelling) for _ in range(2)]
    place(nieuw[::-1], breed, vera)
    assert notes(breed) == [een, twee, *nieuw[::-1]]
    services.shift_bijdrage(bijdrage=nieuw[0], gezien=str(breed.pk), plek=0, gebruiker=vera, now=NOW)
    assert notes(breed) == [nieuw[0], een, twee, nieuw[1]]
    services.shift_bijdrage(bijdrage=een, gezien=str(breed.pk), plek=99, gebruiker=vera, now=NOW)
    assert notes(breed) == [nieuw[0], twee, nieuw[1], een]
    undo(stelling, vera)
    undo(stelling, vera)
    assert notes(breed) == [een, twee, *nieuw[::-1]]


def test_what_changes_nothing_is_no_step(stelling, breed, vera):
    een, twee = notes(breed)
    place([een], breed, vera, [str(breed.pk)])
    Handeling.objects.all().delete()  # from now on a person placed it
    place([een], breed, vera, [str(breed.pk)])
    services.rename_rode_draad(draad=breed, titel="Breed", gebruiker=vera, now=NOW)
    assert not Handeling.objects.exists()
    breed.refresh_from_db()
    assert breed.version == 1
    with pytest.raises(DenkdinerError, match="onvolledig"):
        place([twee, twee], breed, vera, [str(breed.pk)] * 2)


def test_laid_aside_and_loose_again(stelling, breed, vera):
    een, _ = notes(breed)
    step = {"bijdragen": [een], "gebruiker": vera, "now": NOW}
    with pytest.raises(services.RedenNodig):
        services.park_bijdragen(gezien=[str(breed.pk)], reden=" ", **step)
    services.park_bijdragen(gezien=[str(breed.pk)], reden="Grap", **step)
    services.loosen_bijdragen(gezien=[OPZIJ], **step)
    assert queries.werkbank(stelling).los == (een,)
    assert undo(stelling, vera).gelukt
    assert queries.werkbank(stelling).opzij[0].onderbouwing.reden == "Grap"


def test_more_like_some_notes_says_where_they_are(stelling, breed, drie, reeks, django_assert_num_queries):
    teksten = ["geen bus na zeven uur", "na zeven uur rijdt er geen bus", "warmtenet eerst voor huurders"]
    bus, ook, anders = (BijdrageFactory(tafel=drie[0], stelling=stelling, tekst=tekst) for tekst in teksten)
    OnderbouwingFactory(rode_draad=breed, bijdrage=ook)
    lijkt = queries.more_like_bijdragen(stelling, {bus.pk})
    assert lijkt[0] == ook
    assert (bus in lijkt, anders in lijkt) == (False, True)
    with django_assert_num_queries(2):
        [ook, *_] = queries.more_like_bijdragen(stelling, {bus.pk})
        assert ook.onderbouwing.rode_draad.titel == "Breed"
    assert queries.more_like_bijdragen(stelling, set()) == []


# --- what a thread carries across the diners -------------------------------------------------------------------------


def carried(*boven):
    """By thread of the reeks, what carries it that is there; no thread twice."""
    per = {}
    for een in boven:
        rijen = een.onderbouwingen.filter(draad__verwijderd_at=None).order_by("volgorde", "pk")
        per[een.titel] = [rij.draad.titel for rij in rijen]
        assert len(set(per[een.titel])) == len(per[een.titel])
    return per


@pytest.fixture
def hoog(reeks, breed, apart):
    """Two threads of the reeks, vastgesteld: "Beide" is carried by both threads of the stelling, "Een" by "Apart" alone."""
    hoog = [
        RodeDraadFactory(stelling=None, reeks=reeks, titel=titel, status="vastgesteld")
        for titel in ("Beide", "Een")
    ]
    for volgorde, (boven, onder) in enumerate([(hoog[0], apart), (hoog[0], breed), (hoog[1], apart)]):
        OnderbouwingFactory(rode_draad=boven, bijdrage=None, draad=onder, volgorde=volgorde)
    return hoog


def test_merged_thread_hands_over_what_it_carries_across_the_diners(stelling, breed, apart, hoog, vera, daan):
    voor = carried(*hoog)
    assert voor == {"Beide": ["Apart", "Breed"], "Een": ["Apart"]}
    versies = dict(RodeDraad.objects.values_list("titel", "version"))
    merge(apart, breed, vera, reden="Hetzelfde")
    na = {"Beide": ["Breed"], "Een": ["Breed"]}
    assert carried(*hoog) == na
    een = RodeDraad.objects.get(titel="Een")
    assert (een.status, een.version > versies["Een"], een.updated_by) == ("in_review", True, vera)
    assert undo(stelling, vera).gelukt
    assert carried(*hoog) == voor
    assert redo(stelling, vera).gelukt
    assert carried(*hoog) == na
    assert undo(stelling, vera).gelukt
    assert carried(*hoog) == voor


def test_thread_of_the_reeks_is_told_who_writes_it_that_something_else_carries_it(breed, apart, hoog, vera):
    nu = RodeDraad.objects.get(titel="Een")
    merge(apart, breed, vera, reden="Hetzelfde")
    with pytest.raises(Conflict):
        services.edit_rode_draad(draad=nu, version=nu.version, door=[apart], titel="Een", now=NOW)
    assert carried(hoog[1]) == {"Een": ["Breed"]}


def test_what_a_colleague_did_across_the_diners_since_stays(reeks, stelling, breed, apart, hoog, vera, daan):
    merge(apart, breed, vera, reden="Hetzelfde")
    wie = {"reeks": reeks, "now": NOW, "gebruiker": daan}
    services.place_draden(plaatsen=[(breed.pk, hoog[1].pk)], **wie)
    services.place_draden(plaatsen=[(breed.pk, None)], naar=hoog[1].pk, **wie)
    assert undo(stelling, vera).gelukt
    assert carried(*hoog) == {"Beide": ["Apart", "Breed"], "Een": ["Apart", "Breed"]}


def test_merge_hands_over_along_a_chain_and_back(stelling, breed, apart, hoog, vera, drie):
    doel = _draad(stelling, "Doel", drie)
    merge(apart, breed, vera, reden="Hetzelfde")
    merge(breed, doel, vera)
    assert carried(*hoog) == {"Beide": ["Doel"], "Een": ["Doel"]}
    assert undo(stelling, vera).gelukt
    assert carried(*hoog) == {"Beide": ["Breed"], "Een": ["Breed"]}
    assert undo(stelling, vera).gelukt
    assert carried(*hoog) == {"Beide": ["Apart", "Breed"], "Een": ["Apart"]}
