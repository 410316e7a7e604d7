"""The report is finished together: sources that changed, remarks, versions, and the way to vastgesteld and back."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models import F

from capture.models import Bijdrage, Peiling
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Logregel
from synthesis import exchange, queries, services
from synthesis.exports.opslag import from_json
from synthesis.exports.secties import bronteksten
from synthesis.models import (
    Onderbouwing,
    Puntsoort,
    RodeDraad,
    Verslag,
    Verslagaanvaarding,
    Verslagdeel,
    Verslagopmerking,
    Verslagversie,
)
from synthesis.services import verslagversies
from synthesis.verslagbestand import Keuzes, make_bestand
from tests.factories import (
    NOW,
    BijdrageFactory,
    GastFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    StellingFactory,
    TafelFactory,
    VerslagFactory,
    VerslagversieFactory,
)
from tests.synthesis.exports.lezers import everything_in

pytestmark = pytest.mark.django_db
DAG = NOW.date()
DELEN = ("over", "1.1", "1.2", "1.3", "3", "4", "2.1.1")


def stand(reeks):
    return queries.verslagstand(reeks, vandaag=DAG)


def source(reeks, sleutel):
    return bronteksten(queries.verslagbron(reeks))[sleutel]


def write(reeks, sleutel="2.1.1", tekst="Geschreven.", version=0, **meer):
    return services.write_verslagdeel(
        reeks=reeks, sleutel=sleutel, tekst=tekst, version=version, now=NOW, **meer
    )


def open_of(reeks):
    return [(punt.soort, punt.sleutel or punt.draad) for punt in stand(reeks).open]


def to(reeks, naar, gebruiker, version=None, **meer):
    version = queries.verslag_of(reeks).version if version is None else version
    return services.set_verslagstatus(
        reeks=reeks, naar=naar, version=version, gebruiker=gebruiker, now=NOW, **meer
    )


@pytest.fixture
def stellingen(diner):
    """Just one, so that a report can be written whole."""
    return [StellingFactory(diner=diner, nummer=1, tekst="Werk past zich aan mensen aan.")]


@pytest.fixture
def draad(stelling, tafels):
    """A thread that is vastgesteld, with two notes that its text was saved on."""
    draad = RodeDraadFactory(stelling=stelling, titel="Ruimte gaat voor")
    for tafel in tafels:
        noot = BijdrageFactory(tafel=tafel, stelling=stelling, tekst="Ruimte voor wie begint")
        OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
    for status in ("in_review", "vastgesteld"):
        draad = services.edit_rode_draad(
            draad=draad, version=draad.version, now=NOW, tekst="Wie begint, wil ruimte.", status=status
        )
    return draad


@pytest.fixture
def geschreven(reeks, draad):
    """Every section written by somebody who had its source before them."""
    for sleutel in DELEN:
        write(reeks, sleutel, f"Tekst van {sleutel}.", bron=source(reeks, sleutel))
    return reeks


@pytest.fixture
def vast(geschreven, vera):
    """Vastgesteld as version 2."""
    to(geschreven, "in_review", vera)
    to(geschreven, "vastgesteld", vera)
    return geschreven


# --- sources that changed -------------------------------------------------------------------------------------------------


def test_changed_source_is_told_with_what_it_was_and_is_and_the_text_stays(reeks, draad, vera):
    write(reeks, bron=source(reeks, "2.1.1"), gebruiker=vera)
    assert stand(reeks).gewijzigd == {}
    draad.refresh_from_db()
    services.edit_rode_draad(draad=draad, version=draad.version, now=NOW, tekst="Wie begint, wil regels.")
    [(sleutel, verschil)] = stand(reeks).gewijzigd.items()
    assert sleutel == "2.1.1"
    weg = [stuk.tekst for stuk in verschil.stukken if stuk.soort == "weg"]
    erbij = [stuk.tekst for stuk in verschil.stukken if stuk.soort == "erbij"]
    assert (weg, erbij) == (["ruimte"], ["regels"])
    assert Verslagdeel.objects.get().tekst == "Geschreven."
    assert (Puntsoort.BRON, "2.1.1") in open_of(reeks)


def test_seen_is_recorded_for_what_was_on_the_page_only(reeks, draad, vera):
    write(reeks, bron="Anders.", gebruiker=None)
    nu = source(reeks, "2.1.1")
    see = {"reeks": reeks, "sleutel": "2.1.1", "gebruiker": vera, "now": NOW}
    with pytest.raises(Conflict):
        services.see_verslagbron(bron=nu, gezien=queries.stamp("Nog iets anders."), **see)
    services.see_verslagbron(bron=nu, gezien=queries.stamp(nu), **see)
    deel = Verslagdeel.objects.get()
    assert (deel.bron, deel.bron_by, deel.tekst, deel.version) == (nu, vera, "Geschreven.", 1)
    assert stand(reeks).gewijzigd == {}
    with pytest.raises(Conflict):  # nobody wrote there
        services.see_verslagbron(bron=nu, gezien=queries.stamp(nu), **see | {"sleutel": "1.1"})


def test_source_that_changed_while_somebody_wrote_stays_told(reeks, draad):
    nu = source(reeks, "2.1.1")
    write(reeks, bron=nu, gezien=queries.stamp("wat er eerst stond"))
    assert set(stand(reeks).gewijzigd) == {"2.1.1"}
    write(reeks, tekst="Nog eens.", version=1, bron=nu, gezien=queries.stamp("wat er eerst stond"))
    assert set(stand(reeks).gewijzigd) == {"2.1.1"}
    write(reeks, tekst="Nu wel.", version=2, bron=nu, gezien=queries.stamp(nu))
    assert stand(reeks).gewijzigd == {}


def test_text_older_than_this_question_is_not_accused(reeks, draad):
    write(reeks)
    assert Verslagdeel.objects.get().bron_at is None
    assert stand(reeks).gewijzigd == {}


def test_day_state_and_quotes_are_no_change_of_the_source(geschreven, vera, stelling, tafels):
    BijdrageFactory(tafel=tafels[0], stelling=None, diner=stelling.diner, soort="quote", letterlijk=True)
    to(geschreven, "in_review", vera)
    assert not {"over", "2.1.1"} & set(stand(geschreven).gewijzigd)


def test_thread_whose_notes_changed_is_named(reeks, draad):
    Bijdrage.objects.filter(onderbouwing__rode_draad=draad).update(tekst="Anders gezegd", rev=2)
    assert (Puntsoort.DRAADBRON, draad.pk) in open_of(reeks)
    assert (Puntsoort.DRAAD, draad.pk) not in open_of(reeks)


# --- remarks --------------------------------------------------------------------------------------------------------------


def remark(reeks, sleutel, gebruiker, tekst="Klopt dit?"):
    plek = queries.find_sectie(reeks, sleutel)
    return services.add_verslagopmerking(reeks=reeks, plek=plek, tekst=tekst, gebruiker=gebruiker, now=NOW)


def test_open_remarks_are_counted_by_section_until_they_are_dealt_with(reeks, draad, roos, vera):
    een = remark(reeks, "2.1.1", roos)
    remark(reeks, "2.1.1", vera)
    remark(reeks, "1.1", vera)
    assert stand(reeks).opmerkingen == {"2.1.1": 2, "1.1": 1}
    services.solve_verslagopmerking(opmerking=een, opgelost=True, gebruiker=vera, now=NOW)
    assert stand(reeks).opmerkingen == {"2.1.1": 1, "1.1": 1}
    een = services.solve_verslagopmerking(opmerking=een, opgelost=True, gebruiker=roos, now=NOW)
    assert een.solved_by == vera  # who was first
    services.solve_verslagopmerking(opmerking=een, opgelost=False, gebruiker=roos, now=NOW)
    assert stand(reeks).opmerkingen == {"2.1.1": 2, "1.1": 1}


@pytest.mark.parametrize("tekst", ["", "  ", "x" * 2001])
def test_empty_or_endless_remark_is_refused(reeks, roos, tekst):
    with pytest.raises(DenkdinerError):
        remark(reeks, "1.1", roos, tekst)
    assert not Verslagopmerking.objects.exists()


def test_remark_moves_along_with_its_stelling(reeks, stelling, roos):
    remark(reeks, "2.1.1", roos)
    type(stelling).objects.filter(pk=stelling.pk).update(nummer=9)
    assert stand(reeks).opmerkingen == {"2.1.9": 1}
    assert queries.find_sectie(reeks, "2.1.1") is None


@pytest.mark.parametrize(
    "sleutel", ["", "2", "2.1", "2.1.0", "2.1.99", "2.1.1.1", "5", "2.a.b", "overig", "2.1.1\n"]
)
def test_sections_that_are_not_there_are_not_found(reeks, stelling, sleutel):
    assert queries.find_sectie(reeks, sleutel) is None


# --- versions -------------------------------------------------------------------------------------------------------------


def keep(reeks, gebruiker, **meer):
    return services.keep_verslagversie(reeks=reeks, gebruiker=gebruiker, now=NOW, **meer)


def test_version_holds_the_whole_report_as_it_was(geschreven, vera):
    versie = keep(geschreven, vera, toelichting="  Naar de\nprovincie ")
    assert (versie.nummer, versie.status, versie.toelichting) == (1, "concept", "Naar de provincie")
    write(geschreven, "1.1", "Heel anders.", version=1)
    boom = from_json(Verslagversie.objects.get().inhoud)
    assert "Tekst van 1.1." in repr(boom)
    assert "Heel anders." not in repr(boom)
    assert [keep(geschreven, vera).nummer for _ in range(2)] == [2, 3]
    assert Logregel.objects.filter(wat__startswith="bewaarde versie").count() == 3


def test_note_of_a_version_that_is_too_long_is_refused(reeks, vera):
    with pytest.raises(DenkdinerError):
        keep(reeks, vera, toelichting="x" * 201)
    assert not Verslagversie.objects.exists()


@pytest.mark.parametrize(
    "anders", [{"inhoud": {}}, {"nummer": 9}, {"status": "in_review"}, {"toelichting": "x"}, {"afdruk": "x"}]
)
def test_database_refuses_to_change_a_version(reeks, anders):
    versie = VerslagversieFactory(verslag__reeks=reeks)
    with pytest.raises(DatabaseError), transaction.atomic():
        Verslagversie.objects.filter(pk=versie.pk).update(**anders)
    Verslagversie.objects.filter(pk=versie.pk).update(created_by=None)  # that may be forgotten
    reeks.delete()
    assert not Verslagversie.objects.exists()


def test_version_costs_the_same_for_one_note_and_many(
    geschreven, vera, tafels, stelling, django_assert_num_queries
):
    keep(geschreven, vera)
    for aantal in (1, 3):
        BijdrageFactory.create_batch(aantal, tafel=tafels[0], stelling=stelling)
        with django_assert_num_queries(31):
            keep(geschreven, vera)
        with django_assert_num_queries(28):
            stand(geschreven)


# --- the way to vastgesteld -----------------------------------------------------------------------------------------------


def test_status_goes_step_by_step_and_keeps_a_version_of_each(geschreven, vera):
    with pytest.raises(DenkdinerError, match="eerst in review"):
        to(geschreven, "vastgesteld", vera)
    with pytest.raises(DenkdinerError, match="al"):
        to(geschreven, "concept", vera)
    with pytest.raises(DenkdinerError, match="Kies"):
        to(geschreven, "klaar", vera)
    to(geschreven, "in_review", vera)
    to(geschreven, "concept", vera)
    to(geschreven, "in_review", vera)
    to(geschreven, "vastgesteld", vera)
    verslag = Verslag.objects.get()
    assert (verslag.status, verslag.vast_nummer, verslag.version) == ("vastgesteld", 4, 4)
    assert list(Verslagversie.objects.order_by("nummer").values_list("nummer", "status")) == [
        (1, "in_review"), (2, "concept"), (3, "in_review"), (4, "vastgesteld"),
    ]  # fmt: skip
    assert "is vastgesteld" not in repr(from_json(Verslagversie.objects.get(nummer=1).inhoud))
    assert list(Logregel.objects.order_by("pk").values_list("wat", flat=True)) == [
        "zette het verslag in review",
        "zette het verslag terug naar concept",
        "zette het verslag in review",
        "stelde het verslag vast als versie 4",
    ]


def test_second_of_two_who_change_the_status_hears_so(geschreven, vera):
    to(geschreven, "in_review", vera, version=0)
    with pytest.raises(Conflict, match="In review"):
        to(geschreven, "in_review", vera, version=0)
    assert Verslagversie.objects.count() == 1


def test_everything_that_stands_in_the_way_is_named_and_keeps_it_open(reeks, draad, vera, roos):
    write(reeks, "1.1", "Tekst.", bron="Wat er eerst stond.")
    write(reeks, "4", "Tekst.")
    remark(reeks, "1.2", roos)
    los = RodeDraadFactory(stelling=None, diner=None, reeks=reeks, titel="Boven alles")
    assert open_of(reeks) == [
        (Puntsoort.SCHRIJVEN, "2.1.1"),
        (Puntsoort.SCHRIJVEN, "3"),
        (Puntsoort.DRAAD, los.pk),
        (Puntsoort.BRON, "1.1"),
        (Puntsoort.OPMERKING, "1.2"),
    ]
    to(reeks, "in_review", vera)
    with pytest.raises(services.NogTeDoen, match="5 punten"):
        to(reeks, "vastgesteld", vera)
    assert Verslag.objects.get().status == "in_review"
    assert Verslagversie.objects.count() == 1


def accept(reeks, punt, vera, reden="Mag zo."):
    return services.accept_verslagpunt(reeks=reeks, punt=punt, reden=reden, gebruiker=vera, now=NOW)


def test_point_may_stand_with_a_reason_and_a_thread_or_remark_may_not(reeks, draad, vera, roos):
    remark(reeks, "1.2", roos)
    RodeDraadFactory(stelling=None, diner=None, reeks=reeks)
    for punt in stand(reeks).open:
        if punt.is_aanvaardbaar:
            with pytest.raises(DenkdinerError, match="waarom"):
                accept(reeks, punt, vera, "  ")
            with pytest.raises(DenkdinerError, match="300"):
                accept(reeks, punt, vera, "x" * 301)
            accept(reeks, punt, vera)
            accept(reeks, punt, roos, "Te laat.")  # whoever was first
        else:
            with pytest.raises(DenkdinerError, match="niet aanvaarden"):
                accept(reeks, punt, vera)
    assert {soort for soort, _ in open_of(reeks)} == {Puntsoort.DRAAD, Puntsoort.OPMERKING}
    assert {punt.aanvaarding.reden for punt in stand(reeks).aanvaard} == {"Mag zo."}
    rij = Verslagaanvaarding.objects.filter(soort="schrijven").first()
    services.withdraw_verslagaanvaarding(reeks=reeks, aanvaarding=rij, now=NOW)
    assert Puntsoort.SCHRIJVEN in dict(open_of(reeks))


def test_reason_holds_for_that_very_change_only(reeks, draad, vera):
    write(reeks, "1.1", "Tekst.", bron="Eerst.")
    [punt] = [punt for punt in stand(reeks).open if punt.soort == Puntsoort.BRON]
    accept(reeks, punt, vera)
    assert Puntsoort.BRON not in dict(open_of(reeks))
    type(reeks).objects.update(inleiding="Nu staat er dit.")
    reeks.refresh_from_db()
    assert Puntsoort.BRON in dict(open_of(reeks))


def test_nothing_is_written_in_a_report_that_is_vastgesteld_until_it_goes_back(vast, vera):
    with pytest.raises(services.Vastgesteld):
        write(vast, "1.1", "Toch nog.", version=1)
    with pytest.raises(services.Vastgesteld):
        services.see_verslagbron(
            reeks=vast, sleutel="1.1", bron="x", gezien=queries.stamp("x"), gebruiker=vera, now=NOW
        )
    with pytest.raises(DenkdinerError, match="waarom"):
        to(vast, "in_review", vera)
    to(vast, "in_review", vera, reden="Er staat een fout in 1.1")
    verslag = Verslag.objects.get()
    assert (verslag.status, verslag.vast_nummer) == ("in_review", None)
    assert "terug in review: Er staat een fout in 1.1" in Logregel.objects.latest("pk").wat
    assert Verslagversie.objects.get(nummer=3).toelichting == "Er staat een fout in 1.1"
    write(vast, "1.1", "Toch nog.", version=1)


def test_what_changes_between_the_look_and_the_lock_keeps_it_open(geschreven, vera, roos, monkeypatch):
    to(geschreven, "in_review", vera)
    echt = services.verslagversies.verslagstand

    def slow(*args, **kwargs):
        found = echt(*args, **kwargs)
        remark(geschreven, "1.1", roos)
        return found

    monkeypatch.setattr(services.verslagversies, "verslagstand", slow)
    with pytest.raises(Conflict, match="net iets"):
        to(geschreven, "vastgesteld", vera)
    assert Verslag.objects.get().status == "in_review"


def test_status_and_version_agree_in_the_database(reeks):
    verslag = VerslagFactory(reeks=reeks)
    for fields in ({"status": "vastgesteld"}, {"vast_nummer": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Verslag.objects.filter(pk=verslag.pk).update(**fields)


# --- what is fixed --------------------------------------------------------------------------------------------------------


def fixed(reeks):
    return queries.vaststand(queries.verslag_of(reeks), queries.verslagbron(reeks))


def test_change_after_it_was_vastgesteld_is_told_and_the_version_stays(vast, draad):
    assert not fixed(vast).is_anders
    draad.refresh_from_db()
    services.edit_rode_draad(draad=draad, version=draad.version, now=NOW, tekst="Wie begint, wil regels.")
    nu = fixed(vast)
    assert [een.kop[:5] for een in nu.verschillen] == ["2.1.1"]
    assert "wil ruimte" in repr(nu.inhoud)


def test_change_in_a_note_alone_is_told_too(vast, draad):
    Bijdrage.objects.filter(onderbouwing__rode_draad=draad).update(standpunt="tegen", rev=F("rev") + 1)
    nu = fixed(vast)
    assert nu.verschillen == ()
    assert nu.rijen_anders


def test_fingerprint_of_the_rows_changes_with_every_row_and_not_with_a_guest(reeks, diner, stelling, tafels):
    noot, ander = (BijdrageFactory(tafel=tafel, stelling=stelling) for tafel in tafels)
    seen = [queries.afdruk_of(reeks)]

    def differs():
        seen.append(queries.afdruk_of(reeks))
        return len(set(seen)) == len(seen)

    draad = RodeDraadFactory(stelling=stelling)
    assert differs()
    rij = OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
    assert differs()
    Onderbouwing.objects.filter(pk=rij.pk).update(rol="tegenstem")
    assert differs()
    Bijdrage.objects.filter(pk=noot.pk).update(rev=F("rev") + 1)
    assert differs()
    Bijdrage.objects.filter(pk=ander.pk).update(deleted_at=NOW)
    assert differs()
    RodeDraad.objects.update(version=F("version") + 1)
    assert differs()
    Peiling.objects.create(
        stelling=stelling, tafel=tafels[0], moment="voor", eens=1, oneens=0, neutraal=0, updated_at=NOW
    )
    assert differs()
    GastFactory(diner=diner)
    BijdrageFactory(tafel=TafelFactory())
    assert queries.afdruk_of(reeks) == seen[-1]


def _change_a_note():
    Bijdrage.objects.update(tekst="Toch niet", rev=F("rev") + 1)


def test_note_that_changes_while_a_version_is_made_counts_as_a_later_change(geschreven, vera, monkeypatch):
    bouw = verslagversies.verslagbron

    def meanwhile(reeks):
        bron = bouw(reeks)
        _change_a_note()
        return bron

    monkeypatch.setattr(verslagversies, "verslagbron", meanwhile)
    versie = keep(geschreven, vera)
    assert versie.afdruk != queries.afdruk_of(geschreven)


def test_note_that_changes_while_it_is_vastgesteld_is_looked_at_first(geschreven, vera, monkeypatch):
    to(geschreven, "in_review", vera)
    kijk = verslagversies.verslagstand

    def meanwhile(reeks, **kwargs):
        gezien = kijk(reeks, **kwargs)
        _change_a_note()
        return gezien

    monkeypatch.setattr(verslagversies, "verslagstand", meanwhile)
    with pytest.raises(Conflict, match="Er is net iets aan het verslag gewijzigd"):
        to(geschreven, "vastgesteld", vera)
    assert queries.verslag_of(geschreven).status == "in_review"


def test_section_of_a_stelling_that_just_went_away_is_a_conflict(reeks, stelling):
    stelling.delete()
    with pytest.raises(Conflict, match="is er niet meer"):
        write(reeks)


def test_house_style_of_later_is_no_change(vast):
    type(vast).objects.update(kleur="#7a1f3d")
    vast.refresh_from_db()
    assert not fixed(vast).is_anders


@pytest.mark.parametrize("formaat", ["docx", "odt", "html", "md"])
def test_text_of_a_report_is_exported_as_it_was_vastgesteld(vast, draad, formaat):
    draad.refresh_from_db()
    before = make_bestand(vast, Keuzes(formaat), now=NOW)
    assert "concept" not in before.naam
    services.edit_rode_draad(draad=draad, version=draad.version, now=NOW, tekst="Wie begint, wil regels.")
    bestand = make_bestand(vast, Keuzes(formaat), now=NOW)
    tekst = " ".join(everything_in(bestand.inhoud).split())
    assert bestand.naam == before.naam
    assert "wil ruimte" in tekst
    assert "wil regels" not in tekst
    assert "CONCEPT" not in tekst
    assert "uit versie 2 van het verslag, die is vastgesteld op 24 november 2026" in tekst


@pytest.mark.parametrize(
    "keuzes",
    [Keuzes("xlsx"), Keuzes("csv"), Keuzes("qdpx"), Keuzes("json"), Keuzes("html", bijlage=True), Keuzes("md", spoor=True),
     Keuzes("docx", (1,))],
    ids=str,
)  # fmt: skip
def test_what_a_version_does_not_keep_is_concept_again_when_something_changed(vast, draad, keuzes):
    assert "concept" not in make_bestand(vast, keuzes, now=NOW).naam
    Bijdrage.objects.filter(onderbouwing__rode_draad=draad).update(standpunt="tegen", rev=F("rev") + 1)
    assert "concept" in make_bestand(vast, keuzes, now=NOW).naam


# --- in and out, and away -------------------------------------------------------------------------------------------------


def test_vastgesteld_report_goes_out_and_in_with_its_reasons(geschreven, vera, draad):
    write(geschreven, "4", "", version=1)
    for punt in stand(geschreven).open:
        accept(geschreven, punt, vera)
    to(geschreven, "in_review", vera)
    to(geschreven, "vastgesteld", vera)
    data = exchange.export_reeks(geschreven)
    geschreven.delete()
    nieuw = exchange.import_reeks(inhoud=data.encode(), now=NOW)
    assert not nieuw.verslag_open
    verslag = Verslag.objects.get()
    assert (verslag.status, verslag.vast_nummer) == ("vastgesteld", 1)
    assert json.loads(exchange.export_reeks(nieuw.reeks)) == json.loads(data)
    assert stand(nieuw.reeks).gewijzigd == {}


def test_file_makes_no_report_vastgesteld_that_is_not(geschreven):
    data = json.loads(exchange.export_reeks(geschreven))
    data["verslag"]["status"] = "vastgesteld"
    data["verslag"]["delen"] = [deel for deel in data["verslag"]["delen"] if deel["sleutel"] != "4"]
    geschreven.delete()
    nieuw = exchange.import_reeks(inhoud=json.dumps(data).encode(), now=NOW)
    assert nieuw.verslag_open
    assert "het verslag staat in review" in str(nieuw)
    assert Verslag.objects.get().status == "in_review"


def test_second_import_leaves_a_vastgesteld_report_alone(vast):
    data = json.loads(exchange.export_reeks(vast))
    Verslagdeel.objects.filter(sleutel="1.1").delete()
    exchange.import_reeks(inhoud=json.dumps(data).encode(), now=NOW)
    assert not Verslagdeel.objects.filter(sleutel="1.1").exists()


# --- many at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_holes_when_many_save_at_once(reeks, draad, vera):
    def one(_):
        try:
            return keep(reeks, vera).nummer
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        nummers = list(pool.map(one, range(12)))
    assert sorted(nummers) == list(range(1, 13))


@pytest.mark.django_db(transaction=True)
def test_one_of_many_who_change_the_status_at_once_wins(geschreven, vera):
    def one(_):
        try:
            to(geschreven, "in_review", vera, version=0)
        except Conflict:
            return "te laat"
        finally:
            connections.close_all()
        return "eerst"

    with ThreadPoolExecutor(6) as pool:
        uitslag = list(pool.map(one, range(6)))
    assert sorted(uitslag) == ["eerst"] + ["te laat"] * 5
    assert Verslagversie.objects.count() == 1
    assert RodeDraad.objects.count() == 1
