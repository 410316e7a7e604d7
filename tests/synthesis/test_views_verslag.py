"""Pages of the report that is finished together: what each role sees, and what a wrong request gets."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions.models import Stelling
from synthesis import queries, services
from synthesis.models import Verslag, Verslagdeel, Verslagopmerking, Verslagversie
from tests.factories import (
    NOW,
    BijdrageFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    StellingFactory,
    VerslagFactory,
    VerslagopmerkingFactory,
    VerslagversieFactory,
)

pytestmark = pytest.mark.django_db


def url(name, *more):
    return reverse(f"synthesis:{name}", args=["verkenning-2050", *more])


def html(response):
    return response.content.decode()


@pytest.fixture
def stellingen(diner):
    return [StellingFactory(diner=diner, nummer=1, tekst="Werk past zich aan mensen aan.")]


@pytest.fixture
def draad(stelling, tafels):
    draad = RodeDraadFactory(
        stelling=stelling, titel="Ruimte gaat voor", tekst="Ruimte.", status="vastgesteld"
    )
    OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling))
    return draad


@pytest.fixture
def client(vera, sign_in):
    return sign_in(vera)


def write(client, sleutel, tekst, version=0, **meer):
    return client.post(url("verslagdeel_edit", sleutel), {"tekst": tekst, "version": version, **meer})


def finish(client):
    """Write all, let the rest stand, and settle it from the page itself."""
    for sleutel in ("1.1", "3", "4", "2.1.1"):
        assert write(client, sleutel, f"Tekst van {sleutel}.").status_code == 302
    for naar, version in (("in_review", 0), ("vastgesteld", 1)):
        answer = client.post(url("verslag_status"), {"naar": naar, "version": version})
        assert answer.status_code == 302, html(answer)


# --- the report -----------------------------------------------------------------------------------------------------------


def test_page_says_on_top_what_still_has_to_be_done_with_a_link_to_each(client, draad, reeks):
    page = html(client.get(url("verslag")))
    assert "Wat nog moet" in page
    assert "Nog te schrijven: 4" in page
    assert "Er zijn nog geen notities." not in page
    assert page.index("Wat nog moet") < page.index("Inhoudsopgave")
    assert f'href="{url("verslagdeel_edit", "2.1.1")}"' in page.split("Inhoudsopgave")[0]
    RodeDraadFactory(stelling=draad.stelling, titel="Nog los", status="concept")
    nog = html(client.get(url("verslag"))).split("Inhoudsopgave")[0]
    assert "Nog los (stelling 1.1)" in nog
    assert "Rode draad niet vastgesteld: 1" in nog
    assert url("verslag_voorbeeld") in nog
    assert "Stel vast" not in nog


def test_empty_report_says_so(client, reeks):
    page = html(client.get(url("verslag")))
    assert "Er zijn nog geen notities." in page
    assert not Verslag.objects.exists()


def test_remarks_stand_at_no_other_stelling_after_a_renumbering(client, draad, reeks, diner):
    finish(client)
    VerslagopmerkingFactory(verslag=Verslag.objects.get(), sleutel="", stelling=draad.stelling)
    assert "1 open opmerking" in html(client.get(url("verslag")))
    Stelling.objects.filter(pk=draad.stelling.pk).update(nummer=2)
    StellingFactory(diner=diner, nummer=1, tekst="Een heel andere stelling")
    assert "1 open opmerking" not in html(client.get(url("verslag")))


def test_whole_way_from_the_page_and_back(client, draad, reeks, kees, roos, sign_in):
    finish(client)
    page = html(client.get(url("verslag")))
    assert "Vastgesteld als versie 2" in page
    assert "Schrijven<span" not in page.split("Rode draden over de diners heen")[0]
    assert "Wat nog moet" not in page
    answer = write(client, "1.1", "Toch nog iets.", version=1)
    assert answer.status_code == 422
    assert "Zet het eerst terug in review" in html(answer)
    assert "Toch nog iets." in html(answer)
    assert "Zet terug in review" in html(client.get(url("verslagdeel_edit", "1.1")))

    terug = url("verslag_status")
    assert "Waarom gaat het terug?" in html(client.get(terug, {"naar": "in_review"}))
    assert client.post(terug, {"naar": "in_review", "version": 2}).status_code == 422
    assert client.post(terug, {"naar": "in_review", "version": 2, "reden": "Fout in 1.1"}).status_code == 302
    assert "Fout in 1.1" in html(sign_in(roos).get(url("verslag_versies")))
    assert "nog niet vastgesteld" in html(sign_in(kees).get(url("verslag")))


def test_warning_stands_on_top_when_something_changed_since(client, draad, reeks):
    finish(client)
    assert "Sinds versie 2" not in html(client.get(url("verslag")))
    type(draad).objects.update(tekst="Regels.")
    page = html(client.get(url("verslag")))
    assert "Sinds versie 2 is er iets veranderd" in page
    assert url("verslag_verschil", 2) in page
    assert "Regels." not in page.split("Inhoudsopgave")[1]
    verschil = html(client.get(url("verslag_verschil", 2)))
    assert "(weg:) </span>Ruimte</del>" in verschil
    assert "(erbij:) </span>Regels</ins>" in verschil


def test_kijker_reads_the_version_that_was_vastgesteld_and_nothing_around_it(
    client, draad, reeks, kees, sign_in
):
    kijker = sign_in(kees)
    page = html(kijker.get(url("verslag")))
    assert "Het verslag is nog niet vastgesteld" in page
    assert "Ruimte." not in page
    finish(client)
    VerslagopmerkingFactory(verslag=Verslag.objects.get(), tekst="Geheim overleg")
    type(draad).objects.update(tekst="Regels.", titel="Regels gaan voor")
    page = html(kijker.get(url("verslag")))
    assert "Ruimte." in page
    assert "Tekst van 1.1." in page
    for niet in (
        "Regels",
        "Geheim overleg",
        "pmerking",
        "Versies",
        "Sinds versie",
        "Schrijven",
        "Download",
        "csrf",
    ):
        assert niet not in page.split("<h1")[1].split("</main>")[0], niet


def test_second_of_two_who_change_the_status_gets_409(client, draad, reeks):
    stap = {"naar": "in_review", "version": 0}
    assert client.post(url("verslag_status"), stap).status_code == 302
    answer = client.post(url("verslag_status"), stap)
    assert answer.status_code == 409
    assert "Iemand anders heeft de status net gewijzigd" in html(answer)


@pytest.mark.parametrize(
    "data",
    [{}, {"naar": "klaar", "version": 0}, {"naar": "in_review"}, {"naar": "in_review", "version": "x"},
     {"naar": "vastgesteld", "version": 0}, {"naar": "in_review", "version": 2**31}],
)  # fmt: skip
def test_odd_status_is_refused_in_words(client, draad, reeks, data):
    answer = client.post(url("verslag_status"), data)
    assert answer.status_code == 422
    assert not Verslagversie.objects.exists()
    assert client.get(url("verslag_status"), {"naar": "onzin"}).status_code == 200


# --- sources --------------------------------------------------------------------------------------------------------------


def test_changed_source_shows_at_the_section_and_goes_when_it_is_seen(client, draad, reeks):
    gezien = (
        html(client.get(url("verslagdeel_edit", "2.1.1"))).split('name="gezien" value="')[1].split('"')[0]
    )
    write(client, "2.1.1", "Het komt neer op ruimte.", gezien=gezien)
    assert "Bron gewijzigd" not in html(client.get(url("verslag")))
    type(draad).objects.update(tekst="Regels.")
    for page in (html(client.get(url("verslag"))), html(client.get(url("verslagdeel_edit", "2.1.1")))):
        assert "Bron gewijzigd" in page
        assert "(weg:) </span>Ruimte</del>" in page
        assert "Gezien: mijn tekst klopt nog" in page
    stempel = page.split(url("verslagbron_see", "2.1.1"))[1].split('name="gezien" value="')[1].split('"')[0]
    assert client.post(url("verslagbron_see", "2.1.1"), {"gezien": gezien}).status_code == 409
    assert client.post(url("verslagbron_see", "2.1.1"), {}).status_code == 422
    assert client.post(url("verslagbron_see", "2.1.1"), {"gezien": stempel}).status_code == 302
    assert "Bron gewijzigd" not in html(client.get(url("verslag")))
    assert Verslagdeel.objects.get().tekst == "Het komt neer op ruimte."


def test_saving_from_a_page_of_before_the_change_keeps_it_told(client, draad, reeks):
    gezien = (
        html(client.get(url("verslagdeel_edit", "2.1.1"))).split('name="gezien" value="')[1].split('"')[0]
    )
    type(draad).objects.update(tekst="Regels.")
    assert write(client, "2.1.1", "Ruimte dus.", gezien=gezien).status_code == 302
    assert "Bron gewijzigd" in html(client.get(url("verslag")))


# --- remarks --------------------------------------------------------------------------------------------------------------


def test_team_talks_about_a_section(client, draad, roos, sign_in, reeks):
    lead = sign_in(roos)
    assert (
        lead.post(url("verslagopmerking_add", "1.1"), {"tekst": "Noem de gemeente <b>ook</b>."}).status_code
        == 302
    )
    een = Verslagopmerking.objects.get()
    page = html(client.get(url("verslag")))
    assert "1 open opmerking<" in page
    assert "Open opmerkingen: 1" in page
    page = html(client.get(url("verslag_opmerkingen", "1.1")))
    assert "Noem de gemeente &lt;b&gt;ook&lt;/b&gt;." in page
    assert "Noem de gemeente" in html(client.get(url("verslagdeel_edit", "1.1")))
    solve = url("verslagopmerking_solve", "1.1", een.pk)
    assert client.post(solve).status_code == 302
    assert "Afgehandeld door Vera" in html(lead.get(url("verslag_opmerkingen", "1.1")))
    assert "Open opmerkingen: 1" not in html(client.get(url("verslag")))
    assert lead.post(solve, {"open": 1}).status_code == 302
    assert Verslagopmerking.objects.get().solved_at is None
    assert client.post(url("verslagopmerking_solve", "1.2", een.pk)).status_code == 404
    for wrong in ("", " ", "x" * 2001, "\0"):
        assert client.post(url("verslagopmerking_add", "1.1"), {"tekst": wrong}).status_code == 422
    assert Verslagopmerking.objects.count() == 1


@pytest.mark.parametrize("name", ["verslagdeel_edit", "verslag_opmerkingen"])
@pytest.mark.parametrize("sleutel", ["9.9", "2.1.9", "versie", "2.x.1"])
def test_section_that_is_not_there_is_not_found(client, draad, name, sleutel):
    assert client.get(url(name, sleutel)).status_code == 404


def test_remark_and_reason_of_another_reeks_are_not_found(client, draad, reeks):
    elders = VerslagopmerkingFactory()
    assert client.post(url("verslagopmerking_solve", "1.1", elders.pk)).status_code == 404
    versie = VerslagversieFactory(nummer=77)
    assert client.get(url("verslagversie", 77)).status_code == 404
    mijn = VerslagversieFactory(verslag=VerslagFactory(reeks=reeks), nummer=1)
    assert client.get(url("verslag_verschil", mijn.nummer), {"met": versie.nummer}).status_code == 404


# --- what may stand -------------------------------------------------------------------------------------------------------


def test_point_may_stand_with_a_reason_from_the_page(client, draad, reeks):
    page = html(client.get(url("verslag")))
    adres = page.split('href="/reeksen/verkenning-2050/verslag/punt/')[1].split('"')[0]
    adres = f"/reeksen/verkenning-2050/verslag/punt/{adres}"
    assert "Waarom mag dit blijven staan?" in html(client.get(adres))
    assert client.post(adres, {"reden": ""}).status_code == 422
    assert client.post(adres, {"reden": "Komt in de brief"}).status_code == 302
    page = html(client.get(url("verslag")))
    assert "Mag blijven staan: 1" in page
    assert "“Komt in de brief” Vera" in page
    assert client.post(adres, {"reden": "Nog eens"}).status_code == 422  # it is no open point any more
    rij = Verslag.objects.get().aanvaardingen.get()
    assert client.post(url("verslagaanvaarding_withdraw", rij.pk)).status_code == 302
    assert "Mag blijven staan" not in html(client.get(url("verslag")))
    assert client.get(url("verslagpunt_accept", "0" * 64)).status_code == 422


# --- versions -------------------------------------------------------------------------------------------------------------


def test_version_is_kept_read_and_compared(client, draad, reeks, roos, sign_in):
    assert "Er is nog geen versie bewaard" in html(client.get(url("verslag_versies")))
    write(client, "1.1", "Zo begon het.")
    assert client.post(url("verslagversie_keep"), {"toelichting": "Naar de provincie"}).status_code == 302
    write(client, "1.1", "Zo werd het.", version=1)
    assert client.post(url("verslagversie_keep"), {"toelichting": ""}).status_code == 302
    assert client.post(url("verslagversie_keep"), {"toelichting": "x" * 201}).status_code == 422
    page = html(sign_in(roos).get(url("verslag_versies")))
    assert page.index("Versie 2</a>") < page.index("Versie 1</a>")
    assert "Naar de provincie" in page
    assert "Versie bewaren" not in page
    page = html(client.get(url("verslagversie", 1)))
    assert "Zo begon het." in page
    assert "Zo werd het." not in page
    page = html(client.get(url("verslag_verschil", 1), {"met": 2}))
    assert "Van versie 1 naar versie 2" in page
    assert "(weg:) </span>begon </del>" in page
    assert page.count("<ins>") == 2  # in the legend, and the one word
    assert "delen bleven gelijk" in page
    assert "Er is niets veranderd." in html(client.get(url("verslag_verschil", 2)))
    assert "Er is niets veranderd." in html(client.get(url("verslag_verschil", 1), {"met": 1}))


@pytest.mark.parametrize("met", ["", "x", "-1", "0", "99", "9" * 30, "\u0661"])
def test_other_version_that_is_not_there_is_not_found(client, draad, reeks, met):
    VerslagversieFactory(verslag=VerslagFactory(reeks=reeks), nummer=1)
    assert client.get(url("verslag_verschil", 1), {"met": met}).status_code == 404


@pytest.mark.parametrize("aantal", [1, 3])
def test_pages_cost_the_same_however_much_hangs_on_the_report(client, draad, reeks, vera, tafels, aantal):
    verslag = VerslagFactory(reeks=reeks)
    for nummer in range(aantal):
        VerslagversieFactory(verslag=verslag, nummer=nummer + 1, created_by=vera)
        VerslagopmerkingFactory(verslag=verslag, made_by=vera)
        VerslagopmerkingFactory(verslag=verslag, sleutel="", stelling=draad.stelling, made_by=vera)
        BijdrageFactory(tafel=tafels[0], stelling=draad.stelling)
        RodeDraadFactory(stelling=draad.stelling)
        services.write_verslagdeel(
            reeks=reeks,
            sleutel=("2.1.1", "1.2", "1.1")[nummer],
            tekst="T",
            version=0,
            now=NOW,
            bron="",
            gebruiker=vera,
        )
    client.get(url("verslag"))
    kosten = {}
    for name, *more in (
        ("verslag",),
        ("verslagdeel_edit", "2.1.1"),
        ("verslag_opmerkingen", "2.1.1"),
        ("verslag_versies",),
        ("verslagversie", 1),
        ("verslag_verschil", 1),
    ):
        with CaptureQueriesContext(connection) as made:
            assert client.get(url(name, *more)).status_code == 200
        kosten[name] = len(made)
    assert kosten == {
        "verslag": 33,
        "verslagdeel_edit": 31,
        "verslag_opmerkingen": 6,
        "verslag_versies": 6,
        "verslagversie": 5,
        "verslag_verschil": 27,
    }


def test_name_of_who_left_is_not_shown(client, draad, reeks):
    verslag = VerslagFactory(reeks=reeks)
    VerslagversieFactory(verslag=verslag, nummer=1)
    VerslagopmerkingFactory(verslag=verslag)
    assert "Zonder naam" in html(client.get(url("verslag_versies")))
    assert "Een oud-lid" in html(client.get(url("verslag_opmerkingen", "1.1")))
    assert queries.find_sectie(reeks, "1.1").kop == "1.1 Algemeen"
