"""What goes back to the guests: who may read what, where each note of a table stands, and what they say of it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.services.stemmingen import MIN_PER_VENSTER, max_toestellen
from denkdiner.errors import DenkdinerError
from sessions.models import Logregel, Reeks
from sessions.tokens import TOKEN_LENGTH
from synthesis import services
from synthesis.access import find_gastlink
from synthesis.models import Gastantwoord, Gastdraad, Gastlink, RodeDraad, Terugkoppeling
from synthesis.queries import gastkeuzes_of, gastoordeel_over, gastoordelen_of, terugblad_of
from synthesis.queries.terugkoppeling import Plek
from synthesis.services import Antwoord, TeVeelAntwoorden
from tests.factories import (
    NOW,
    BijdrageFactory,
    GastantwoordFactory,
    GastdraadFactory,
    GastFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    TafelFactory,
    VervolgFactory,
)

pytestmark = pytest.mark.django_db
VANDAAG = timezone.localdate(NOW)


@pytest.fixture
def terug(diner, tafels, roos):
    return services.open_terugkoppeling(diner=diner, gebruiker=roos, now=NOW)


def token(terug, tafel=None):
    return services.gasttoken_of(terug.links.get(tafel=tafel))


def log():
    return list(Logregel.objects.order_by("pk").values_list("wat", flat=True))


# --- links ----------------------------------------------------------------------------------------------------------------


def test_links_are_made_once_for_the_diner_and_every_table(terug, diner, tafels, roos):
    first = {link.tafel_id: link.token_hash for link in terug.links.all()}
    assert set(first) == {None, *(tafel.pk for tafel in tafels)}
    erbij = TafelFactory(diner=diner, nummer=3)
    again = services.open_terugkoppeling(diner=diner, gebruiker=roos, now=NOW)
    second = {link.tafel_id: link.token_hash for link in again.links.all()}
    assert {key: second[key] for key in first} == first
    assert set(second) - set(first) == {erbij.pk}
    assert (again.is_aan, again.open_tot) == (True, VANDAAG + timedelta(days=92))


def test_token_cannot_be_guessed_and_stands_nowhere(terug):
    tokens = {services.gasttoken_of(link) for link in terug.links.all()}
    assert len(tokens) == 3
    assert {len(een) for een in tokens} == {TOKEN_LENGTH}
    stored = str(list(Gastlink.objects.values())) + str(log())
    assert not any(een in stored for een in tokens)


def test_link_opens_its_own_table_and_nothing_when_it_is_replaced_or_taken_back(terug, tafels, roos):
    old = token(terug, tafels[0])
    assert find_gastlink(old, VANDAAG).tafel == tafels[0]
    assert find_gastlink(token(terug), VANDAAG).tafel is None
    services.renew_gastlink(terug=terug, tafel=tafels[0], gebruiker=roos, now=NOW)
    new = token(terug, tafels[0])
    assert find_gastlink(old, VANDAAG) is None
    assert find_gastlink(new, VANDAAG).tafel == tafels[0]
    for _ in range(2):
        services.revoke_gastlink(terug=terug, tafel=tafels[0], gebruiker=roos, now=NOW)
    assert find_gastlink(new, VANDAAG) is None
    assert find_gastlink(token(terug, tafels[1]), VANDAAG).tafel == tafels[1]
    assert log() == [
        "maakte links voor de gasten",
        "maakte een nieuwe gastenlink van tafel 1",
        "trok de gastenlink van tafel 1 in",
    ]


def test_closed_means_nothing_and_open_again_is_the_same_link(terug, roos):
    eigen = token(terug)

    def put(**wat):
        services.set_terugkoppeling(
            **{"terug": terug, "is_aan": True, "open_tot": terug.open_tot} | wat, gebruiker=roos, now=NOW
        )

    put(is_aan=False)
    assert find_gastlink(eigen, VANDAAG) is None
    put()
    assert find_gastlink(eigen, VANDAAG)
    put(open_tot=VANDAAG)
    assert find_gastlink(eigen, VANDAAG)
    assert find_gastlink(eigen, VANDAAG + timedelta(days=1)) is None
    assert log()[1:] == [
        "zette de pagina's voor gasten uit",
        "zette de pagina's voor gasten aan",
        "liet gasten terugkijken tot en met 24-11-2026",
    ]


def test_closing_date_is_neither_past_nor_far_nor_after_the_data_are_gone(terug, reeks, roos):
    reeks.bewaren_tot = VANDAAG + timedelta(days=200)
    reeks.save()
    for wrong in (VANDAAG - timedelta(days=1), date.max, reeks.bewaren_tot + timedelta(days=1)):
        with pytest.raises(DenkdinerError):
            services.set_terugkoppeling(terug=terug, is_aan=True, open_tot=wrong, gebruiker=roos, now=NOW)
    services.set_terugkoppeling(terug=terug, is_aan=True, open_tot=reeks.bewaren_tot, gebruiker=roos, now=NOW)
    assert services.advies_open_tot(terug.diner, VANDAAG) == VANDAAG + timedelta(days=92)
    terug.diner.reeks.bewaren_tot = VANDAAG + timedelta(days=9)
    assert services.advies_open_tot(terug.diner, VANDAAG) == VANDAAG + timedelta(days=9)


def test_after_erasing_the_pages_are_shut_for_good(terug, diner, reeks, roos):
    diner.status = "afgesloten"
    diner.save()
    eigen = token(terug)
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    assert find_gastlink(eigen, VANDAAG) is None
    with pytest.raises(DenkdinerError, match="gewist"):
        services.set_terugkoppeling(
            terug=terug, is_aan=True, open_tot=terug.open_tot, gebruiker=roos, now=NOW
        )
    with pytest.raises(DenkdinerError, match="gewist"):
        services.open_terugkoppeling(diner=diner, gebruiker=roos, now=NOW)
    assert Terugkoppeling.objects.get().is_aan is False


# --- what guests read -----------------------------------------------------------------------------------------------------


def titels(blad):
    return [kaart.draad.titel for kaart in blad.kaarten]


def test_guests_read_what_was_released_and_nothing_else(terug, diner, stellingen, vera):
    een, twee, drie = (RodeDraadFactory(stelling=stellingen[0], titel=titel) for titel in ("A", "B", "C"))
    assert titels(terugblad_of(terug)) == []
    keuze = {"diner": diner, "gebruiker": vera, "now": NOW}
    alle = [een.pk, twee.pk, drie.pk]
    assert services.release_for_guests(draden=[een.pk, twee.pk], getoond=alle, **keuze) == (2, 0)
    assert titels(terugblad_of(terug)) == ["A", "B"]
    # what did not stand on the page of the reporter keeps what it had
    assert services.release_for_guests(draden=[drie.pk], getoond=[twee.pk, drie.pk], **keuze) == (1, 1)
    assert titels(terugblad_of(terug)) == ["A", "C"]
    assert services.release_for_guests(draden=[], getoond=[], **keuze) == (0, 0)
    assert log()[1:] == [
        "gaf 2 rode draden vrij voor gasten en haalde er 0 weg",
        "gaf 1 rode draden vrij voor gasten en haalde er 1 weg",
    ]


def test_thread_of_another_diner_or_of_the_reeks_is_not_released(diner, reeks, otto, vera):
    elders = RodeDraadFactory()
    breed = RodeDraadFactory(stelling=None, diner=None, reeks=reeks)
    pks = [elders.pk, breed.pk, 10**12]
    services.release_for_guests(diner=diner, draden=pks, getoond=pks, gebruiker=vera, now=NOW)
    assert not Gastdraad.objects.exists()


def test_released_proposal_is_a_persons_from_then_on(diner, stelling, tafels, vera):
    draad = RodeDraadFactory(stelling=stelling, door_mens=False)
    OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling))
    services.release_for_guests(diner=diner, draden=[draad.pk], getoond=[draad.pk], gebruiker=vera, now=NOW)
    draad.refresh_from_db()
    assert draad.door_mens
    assert draad.onderbouwingen.get().door_mens
    services.make_voorstel(stelling=stelling, now=NOW)
    assert RodeDraad.objects.filter(pk=draad.pk, gastdraad__isnull=False).exists()


@pytest.mark.parametrize("veld", ["titel", "tekst", "pool_a", "kernvraag"])
def test_thread_that_names_a_guest_is_not_read(terug, diner, stelling, veld):
    draad = RodeDraadFactory(stelling=stelling, pool_a="a", pool_b="b")
    GastdraadFactory(rode_draad=draad)
    GastFactory(diner=diner, naam="Jan de Vries")
    assert len(terugblad_of(terug).kaarten) == 1
    setattr(draad, veld, "zoals jan de vries zei")
    draad.save()
    assert terugblad_of(terug).kaarten == ()
    [(_, [keuze])] = gastkeuzes_of(diner)
    assert (keuze.is_vrij, keuze.noemt) == (True, True)


def test_name_with_a_reference_in_the_middle_is_a_name(terug, diner, stelling):
    GastFactory(diner=diner, naam="Jan Jansen")
    draad = RodeDraadFactory(stelling=stelling, tekst="Jan [n:1f3a09bc] Jansen wil het zo.")
    GastdraadFactory(rode_draad=draad)
    assert terugblad_of(terug).kaarten == ()


def test_page_is_shut_when_the_data_are_kept_shorter_since(terug, diner, reeks):
    link = token(terug)
    assert find_gastlink(link, NOW.date()) is not None
    Reeks.objects.filter(pk=reeks.pk).update(bewaren_tot=NOW.date() - timedelta(days=1))
    assert find_gastlink(link, NOW.date()) is None


def test_references_to_notes_are_for_reporters_only(terug, stelling):
    ref = " [n:1f3a09bc]"
    draad = RodeDraadFactory(
        stelling=stelling, titel="Titel" + ref, tekst=f"Dit{ref} en dat{ref}.", pool_a="a" + ref, pool_b="b" + ref,
        kernvraag="Wat" + ref,
    )  # fmt: skip
    GastdraadFactory(rode_draad=draad)
    [kaart] = terugblad_of(terug).kaarten
    assert (kaart.titel, kaart.tekst, kaart.spanning, kaart.kernvraag) == (
        "Titel",
        "Dit en dat.",
        ("a", "b"),
        "Wat",
    )


def test_breadth_is_counted_as_everywhere(terug, stelling, tafels):
    draad = RodeDraadFactory(stelling=stelling)
    GastdraadFactory(rode_draad=draad)
    OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling))
    BijdrageFactory(tafel=tafels[1], stelling=stelling)
    [kaart] = terugblad_of(terug).kaarten
    assert (kaart.breedte, kaart.tafels, kaart.besproken) == ("Eén tafel", 1, 2)


# --- where each note stands -----------------------------------------------------------------------------------------------


def regels(inbreng):
    return [regel for _, groep in inbreng.per_stelling for regel in groep]


def test_each_note_says_where_it_stands(terug, stellingen, tafels):
    vrij, bezig = (RodeDraadFactory(stelling=stellingen[0], titel=titel) for titel in ("Vrij", "Geheim"))
    GastdraadFactory(rode_draad=vrij)
    elders = RodeDraadFactory(stelling=stellingen[1])
    GastdraadFactory(rode_draad=elders)
    plekken = {
        "in een draad": ({"rode_draad": vrij}, Plek.DRAAD),
        "als quote": ({"rode_draad": vrij, "rol": "quote"}, Plek.QUOTE),
        "als tegenstem": ({"rode_draad": vrij, "rol": "tegenstem"}, Plek.TEGEN),
        "nog bezig": ({"rode_draad": bezig}, Plek.BEZIG),
        "opzij": ({"rode_draad": None, "reden": "Dubbel"}, Plek.OPZIJ),
        "verhuisd": ({"rode_draad": elders}, Plek.OPEN),
    }
    for tekst, (plek, _) in plekken.items():
        notitie = BijdrageFactory(tafel=tafels[0], stelling=stellingen[0], tekst=tekst)
        OnderbouwingFactory(bijdrage=notitie, **plek)
    BijdrageFactory(tafel=tafels[0], stelling=None, tekst="los van alles")
    inbreng = terugblad_of(terug, tafels[0]).inbreng
    found = {regel.tekst: regel.plek for regel in regels(inbreng)}
    assert found == {tekst: plek for tekst, (_, plek) in plekken.items()} | {"los van alles": Plek.OPEN}
    assert [stelling for stelling, _ in inbreng.per_stelling] == [stellingen[0], None]
    per_tekst = {regel.tekst: regel for regel in regels(inbreng)}
    assert per_tekst["opzij"].reden == "Dubbel"
    assert per_tekst["nog bezig"].kaart is None


def test_no_note_of_another_table_in_the_bin_or_of_a_spreker(terug, stelling, tafels):
    eigen = [BijdrageFactory(tafel=tafels[0], stelling=stelling) for _ in range(3)]
    BijdrageFactory(tafel=tafels[1], stelling=stelling)
    BijdrageFactory(tafel=tafels[0], stelling=stelling, deleted_at=NOW)
    BijdrageFactory(tafel=tafels[0], stelling=stelling, bron="plenair")
    inbreng = terugblad_of(terug, tafels[0]).inbreng
    assert [regel.bijdrage for regel in regels(inbreng)] == sorted(eigen, key=lambda een: een.pk)
    assert terugblad_of(terug).inbreng is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),  # table
            st.sampled_from([None, 0, 1, 2]),  # stelling
            st.sampled_from(["los", "opzij", "vrij", "dicht", "ander"]),
            st.booleans(),  # in the bin
            st.sampled_from(["steun", "quote", "tegenstem"]),
        ),
        min_size=3,
        max_size=14,
    )
)
def test_every_note_of_the_table_is_listed_exactly_once(terug, stellingen, tafels, wat):
    with transaction.atomic():
        vrij = [RodeDraadFactory(stelling=stelling) for stelling in stellingen]
        dicht = [RodeDraadFactory(stelling=stelling) for stelling in stellingen]
        for draad in vrij:
            GastdraadFactory(rode_draad=draad)
        wanted = {}
        for tafel, stelling, plek, weg, rol in wat:
            notitie = BijdrageFactory(
                tafel=tafels[tafel],
                stelling=None if stelling is None else stellingen[stelling],
                deleted_at=NOW if weg else None,
            )
            if plek == "opzij":
                OnderbouwingFactory(bijdrage=notitie, rode_draad=None)
            elif plek != "los" and stelling is not None:
                draad = {"vrij": vrij[stelling], "dicht": dicht[stelling], "ander": vrij[stelling - 1]}[plek]
                OnderbouwingFactory(bijdrage=notitie, rode_draad=draad, rol=rol)
            if tafel == 0 and not weg:
                wanted[notitie.pk] = plek
        inbreng = terugblad_of(terug, tafels[0]).inbreng
        assert inbreng.te_klein is (len(wanted) < 3)
        listed = [regel.bijdrage.pk for regel in regels(inbreng)]
        assert sorted(listed) == ([] if inbreng.te_klein else sorted(wanted))
        transaction.set_rollback(True)


# --- small groups and names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notities", "gasten", "te_klein"), [(2, 8, True), (3, 8, False), (3, 2, True), (3, 3, False)]
)
def test_small_table_is_told_nothing_about_single_notes(terug, stelling, tafels, notities, gasten, te_klein):
    tafels[0].aantal_gasten = gasten
    tafels[0].save()
    for _ in range(notities):
        BijdrageFactory(tafel=tafels[0], stelling=stelling)
    inbreng = terugblad_of(terug, tafels[0]).inbreng
    assert inbreng.te_klein is te_klein
    assert len(regels(inbreng)) == (0 if te_klein else notities)


def test_table_is_as_small_as_its_smallest_talk(terug, diner, ronde, stelling, tafels):
    for _ in range(3):
        BijdrageFactory(tafel=tafels[0], stelling=stelling)
    gasten = [GastFactory(diner=diner) for _ in range(3)]
    for gast in gasten:
        gast.plaatsen.create(ronde=ronde, tafel=tafels[0])
    assert terugblad_of(terug, tafels[0]).inbreng.te_klein is False
    gasten[0].afgemeld = True
    gasten[0].save()
    assert terugblad_of(terug, tafels[0]).inbreng.te_klein is True


def test_note_and_reason_that_name_a_guest_keep_their_place_and_lose_their_words(
    terug, diner, stelling, tafels
):
    GastFactory(diner=diner, naam="Jan de Vries")
    for tekst, reden in (
        ("Jan de Vries vindt dit", "Dubbel"),
        ("mail jan@voorbeeld.test", ""),
        ("Gewoon", "Grap van Jan de Vries"),
    ):
        notitie = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=tekst)
        OnderbouwingFactory(bijdrage=notitie, rode_draad=None, reden=reden)
    found = [(regel.tekst, regel.reden) for regel in regels(terugblad_of(terug, tafels[0]).inbreng)]
    assert sorted(found) == [("", ""), ("", "Dubbel"), ("Gewoon", "")]


# --- what they say back ---------------------------------------------------------------------------------------------------


@pytest.fixture
def draad(stelling):
    draad = RodeDraadFactory(stelling=stelling, titel="Ruimte voor water")
    GastdraadFactory(rode_draad=draad)
    return draad


def say(terug, *antwoorden, now=NOW):
    return services.add_gastantwoorden(terug=terug, antwoorden=antwoorden, now=now)


def test_answers_are_kept_apart_without_time_table_or_phone(terug, draad):
    sent = say(
        terug, Antwoord(draad, "ja", "  Zeker.  "), Antwoord(None, tekst="De jeugd"), Antwoord(draad, "", " ")
    )
    assert sent == 2
    kept = Gastantwoord.objects.order_by("tekst").values_list("over", "herkend", "tekst")
    assert list(kept) == [("", "", "De jeugd"), ("Ruimte voor water", "ja", "Zeker.")]
    fields = {field.name for field in Gastantwoord._meta.concrete_fields}
    assert fields == {"id", "terugkoppeling", "rode_draad", "over", "herkend", "tekst"}


def test_nothing_said_is_refused_and_no_row_is_left(terug, draad):
    with pytest.raises(DenkdinerError, match="ja, deels of nee"):
        say(terug, Antwoord(draad), Antwoord(None, tekst="  "))
    assert not Gastantwoord.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"tekst": "x" * 601},
        {"tekst": ""},
        {"herkend": "half"},
        {"over": "", "herkend": "ja"},
    ],
)
def test_database_refuses_what_is_no_answer(terug, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        GastantwoordFactory(**{"terugkoppeling": terug, "over": "x"} | wrong)


def test_flood_is_stopped_within_ten_seconds_and_in_all(terug, diner, draad):
    assert max_toestellen(diner) == MIN_PER_VENSTER == 30
    for _ in range(30):
        say(terug, Antwoord(draad, "ja"))
    with pytest.raises(TeVeelAntwoorden, match="tien tellen"):
        say(terug, Antwoord(draad, "ja"))
    later = NOW + timedelta(seconds=11)
    for _ in range(30):
        say(terug, Antwoord(draad, "nee"), now=later)
    later += timedelta(seconds=11)
    with pytest.raises(TeVeelAntwoorden, match="meer antwoorden dan gasten"):
        say(terug, Antwoord(draad, "ja"), Antwoord(None, tekst="ook dit niet"), now=later)
    assert Gastantwoord.objects.count() == 60
    say(terug, Antwoord(None, tekst="dit wel"), now=later)


def test_answers_never_count_as_tables(terug, draad, tafels, stelling):
    OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling))
    before = terugblad_of(terug).kaarten
    for _ in range(9):
        say(terug, Antwoord(draad, "ja"))
    assert terugblad_of(terug).kaarten == before


def test_numbers_are_shown_from_four_on(terug, diner, draad):
    for herkend in ("ja", "ja", "nee"):
        say(terug, Antwoord(draad, herkend, "Omdat."))
    [oordeel] = gastoordelen_of(diner)
    assert (oordeel.herkend, oordeel.te_weinig, len(oordeel.teksten)) == ((), 4, 3)
    say(terug, Antwoord(draad, "deels"))
    [oordeel] = gastoordelen_of(diner)
    assert oordeel.herkend == (("Ja", 2), ("Deels", 1), ("Nee", 1))
    assert gastoordeel_over(draad) == oordeel


def test_answers_outlive_a_new_title_and_the_thread_itself(terug, diner, draad, vera):
    say(terug, Antwoord(draad, "ja", "Klopt."), Antwoord(None, tekst="De jeugd"))
    RodeDraad.objects.filter(pk=draad.pk).update(titel="Water krijgt ruimte")
    thread, evening = gastoordelen_of(diner)
    assert (thread.titel, thread.eerder, evening.titel) == ("Water krijgt ruimte", ("Ruimte voor water",), "")
    services.delete_rode_draad(draad=RodeDraad.objects.get(pk=draad.pk), gebruiker=vera, now=NOW)
    gone, evening = gastoordelen_of(diner)
    assert (gone.draad, gone.titel, gone.teksten[0].tekst) == (None, "Ruimte voor water", "Klopt.")
    assert evening.te_weinig == 0


def test_reporter_removes_one_answer_or_all_and_the_log_tells_no_words(terug, diner, draad, vera):
    say(terug, Antwoord(draad, "ja", "Een geheim"), Antwoord(None, tekst="Nog een geheim"))
    een = Gastantwoord.objects.get(tekst="Een geheim")
    for _ in range(2):
        services.delete_gastantwoord(antwoord=een, gebruiker=vera, now=NOW)
    assert services.clear_gastantwoorden(diner=diner, gebruiker=vera, now=NOW) == 1
    assert log()[1:] == [
        "verwijderde een antwoord van een gast",
        "verwijderde alle antwoorden van gasten (1)",
    ]


# --- what was done with it ------------------------------------------------------------------------------------------------


def test_follow_up_is_told_newest_first_changed_and_taken_back(terug, roos):
    wie = {"gebruiker": roos, "now": NOW}
    oud = services.write_vervolg(terug=terug, datum=date(2026, 1, 2), tekst=" In de raad ", **wie)
    nieuw = services.write_vervolg(terug=terug, datum=VANDAAG, tekst="Een proef", **wie)
    assert terugblad_of(terug).vervolg == (nieuw, oud)
    services.write_vervolg(terug=terug, datum=oud.datum, tekst="In het college", vervolg=oud, **wie)
    assert [stap.tekst for stap in terugblad_of(terug).vervolg] == ["Een proef", "In het college"]
    for _ in range(2):
        services.delete_vervolg(vervolg=nieuw, **wie) if nieuw.pk else None
    assert [stap.tekst for stap in terugblad_of(terug).vervolg] == ["In het college"]
    with pytest.raises(DenkdinerError, match="nog niet geweest"):
        services.write_vervolg(terug=terug, datum=VANDAAG + timedelta(days=1), tekst="Straks", **wie)
    assert not any("raad" in wat or "proef" in wat for wat in log())


@pytest.mark.parametrize("aantal", [1, 3])
def test_page_asks_the_same_number_of_queries(terug, stellingen, tafels, aantal, django_assert_num_queries):
    for stelling in stellingen[:aantal]:
        draad = RodeDraadFactory(stelling=stelling)
        GastdraadFactory(rode_draad=draad)
        for _ in range(3):
            notitie = BijdrageFactory(tafel=tafels[0], stelling=stelling)
            OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
            VervolgFactory(terugkoppeling=terug)
    with django_assert_num_queries(6):
        terugblad_of(terug)
    with django_assert_num_queries(8):
        terugblad_of(terug, tafels[0])
    with django_assert_num_queries(6):
        gastkeuzes_of(terug.diner)
