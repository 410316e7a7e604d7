"""The pages of the editor: what is shown, what is refused, and who may."""

import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from capture.models import Bijdrage
from synthesis import exchange, exports, queries, services
from synthesis.exports.opbouw import build_inhoud
from synthesis.models import Aanvaarding, Bronstand, Opmerking, RodeDraad
from tests.factories import (
    NOW,
    BijdrageFactory,
    DraadversieFactory,
    GastantwoordFactory,
    GastFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
)

pytestmark = pytest.mark.django_db
CITAAT = "Een dorp zonder school is een slaapdorp."
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def noot(stelling, tafels):
    return BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=CITAAT, letterlijk=True)


@pytest.fixture
def draad(stelling, noot):
    draad = RodeDraadFactory(stelling=stelling, titel="De school", door_mens=True)
    OnderbouwingFactory(rode_draad=draad, bijdrage=noot)
    return draad


@pytest.fixture
def vera_client(vera, sign_in):
    return sign_in(vera)


def url(name, draad, *more):
    return reverse(f"synthesis:{name}", args=[draad.reeks.slug, draad.pk, *more])


def velden(draad, **more):
    leeg = {"tekst": "", "pool_a": "", "pool_b": "", "kernvraag": "", "status": "concept"}
    return {"titel": draad.titel, **leeg, "version": draad.version, **more}


def html(response):
    return response.content.decode()


def test_editor_shows_the_note_with_its_code_and_quote_ready_to_put_in(vera_client, draad, noot):
    page = html(vera_client.get(url("draad_edit", draad)))
    code = f"[n:{noot.pk.hex[-8:]}]"
    assert f'data-invoegen="{code}"' in page
    assert f'data-invoegen="“{CITAAT}” {code}"' in page
    assert f'<code class="redactie__code">{code}</code>' in page
    assert "Geen open waarschuwingen" in page
    assert "vastgesteld.</strong>" not in page


def test_note_that_was_not_heard_verbatim_cannot_be_quoted(vera_client, draad, noot):
    Bijdrage.objects.filter(pk=noot.pk).update(letterlijk=False)
    assert "Citeer" not in html(vera_client.get(url("draad_edit", draad)))


def test_settled_thread_says_before_saving_what_a_save_will_do(vera_client, draad):
    RodeDraad.objects.update(status="vastgesteld")
    page = html(vera_client.get(url("draad_edit", draad)))
    assert "gaat hij terug naar “In review”" in page
    vera_client.post(url("draad_edit", draad), velden(draad, tekst="Anders.", status="vastgesteld"))
    assert RodeDraad.objects.get().status == "in_review"


def test_checks_of_what_is_being_typed_store_nothing(vera_client, draad):
    tekst = "😀 Aan alle tafels\r\nklonk “onzin”."
    page = html(vera_client.post(url("controle_list", draad), velden(draad, tekst=tekst)))
    assert "2 waarschuwingen bij deze tekst" in page
    # as a browser counts: the face is two, and a line ends with one character
    assert 'data-kies="tekst" data-van="7" data-tot="18"' in page
    assert 'data-van="25" data-tot="32"' in page
    assert RodeDraad.objects.get().tekst == ""
    assert "Geen open" in html(vera_client.get(url("controle_list", draad)))
    assert vera_client.post(url("controle_list", draad), {"tekst": "\0" + "x" * 200_000}).status_code == 200


def test_settling_with_open_warnings_is_refused_and_nothing_typed_is_lost(vera_client, draad):
    RodeDraad.objects.update(status="in_review")
    data = velden(draad, tekst="Aan alle tafels.", status="vastgesteld")
    response = vera_client.post(url("draad_edit", draad), data)
    assert response.status_code == 422
    assert "Vaststellen kan nog niet: er staat 1 waarschuwing open" in html(response)
    assert "Aan alle tafels." in html(response)
    assert "1 waarschuwing bij deze tekst" in html(response)
    assert RodeDraad.objects.get().status == "in_review"


def test_warning_about_unsaved_words_is_accepted_from_the_dialog_and_on_a_page(vera_client, draad, vera):
    getypt = velden(draad, tekst="Aan alle tafels.")
    [een] = queries.oordelen_of(draad, velden={"tekst": "Aan alle tafels."})
    adres = url("bevinding_accept", draad, een.bevinding.vingerafdruk)
    assert vera_client.post(adres, {"aan-reden": "Om."}).status_code == 422  # not in what was saved
    page = vera_client.post(adres, {**getypt, "aan-reden": "Er was één tafel."}, **HTMX)
    assert "Aanvaard door Vera: Er was één tafel." in html(page)
    rij = Aanvaarding.objects.get()
    assert (rij.soort, rij.accepted_by) == ("breedte", vera)
    RodeDraad.objects.update(tekst="Aan alle tafels.")
    weg = url("aanvaarding_withdraw", draad, rij.pk)
    assert "Aanvaard met een reden" in html(vera_client.post(weg, getypt, **HTMX))
    assert "alle tafels" in html(vera_client.get(adres))
    assert vera_client.post(adres, {"aan-reden": " "}).status_code == 422
    assert vera_client.post(adres, {"aan-reden": "x" * 301}).status_code == 422
    assert vera_client.post(adres, {"aan-reden": "Om."}).status_code == 302
    assert Aanvaarding.objects.get().reden == "Om."
    assert vera_client.post(url("aanvaarding_withdraw", draad, 0)).status_code == 404


def test_note_goes_to_a_side_of_the_spanning_from_beside_the_text(vera_client, draad, noot):
    adres = url("bewijs_pool", draad, noot.pk)
    assert vera_client.post(adres, {"pool": "a"}).status_code == 422  # no spanning yet
    RodeDraad.objects.update(pool_a="zelf doen", pool_b="samen regelen")
    page = html(vera_client.post(adres, {"pool": "b"}, **HTMX))
    assert draad.onderbouwingen.get().pool == "b"
    assert page.index("samen regelen</h3>") < page.index(CITAAT) < page.index("Bij geen van beide kanten")
    assert vera_client.post(adres, {"pool": "c"}).status_code == 422
    assert vera_client.post(adres, {"pool": ""}).status_code == 302
    assert draad.onderbouwingen.get().pool == ""
    ander = BijdrageFactory(tafel=noot.tafel, stelling=noot.stelling)
    assert vera_client.post(url("bewijs_pool", draad, ander.pk), {"pool": "a"}).status_code == 404


def test_changed_source_is_told_until_the_text_is_saved_again(vera_client, draad, noot):
    page = html(vera_client.get(url("draad_edit", draad)))
    stempel = page.split('name="bronnen" value="')[1].split('"')[0]
    vera_client.post(url("draad_edit", draad), velden(draad, tekst=f"“{CITAAT}”", bronnen=stempel))
    assert "Bronnen gewijzigd" not in html(vera_client.get(url("bewijs_list", draad)))
    Bijdrage.objects.filter(pk=noot.pk).update(letterlijk=False, rev=2)
    page = html(vera_client.get(url("draad_edit", draad)))
    assert "Bronnen gewijzigd" in page
    assert "niet meer letterlijk" in page
    assert "Parafrase" in page
    draad.refresh_from_db()
    vera_client.post(url("draad_edit", draad), velden(draad, tekst="Zonder.", bronnen=stempel))  # an old page
    assert "Bronnen gewijzigd" in html(vera_client.get(url("draad_edit", draad)))


def test_colleagues_save_is_not_overwritten_and_the_next_save_is_on_top_of_it(vera_client, draad, roos):
    services.edit_rode_draad(draad=draad, version=1, now=NOW, tekst="Van Roos.", gebruiker=roos)
    response = vera_client.post(url("draad_edit", draad), velden(draad, tekst="Van Vera."))
    assert response.status_code == 409
    assert "Van Roos." in html(response)
    assert "Van Vera." in html(response)
    assert "data-onbewaard" in html(response)
    assert 'name="version" value="2"' in html(response)
    assert (
        vera_client.post(url("draad_edit", draad), velden(draad, tekst="Samen.", version=2)).status_code
        == 302
    )
    assert [versie.tekst for versie in draad.versies.order_by("version")] == ["", "Van Roos."]


def test_thread_that_goes_while_it_is_saved_gives_back_what_was_typed(vera_client, draad, vera, monkeypatch):
    def gone_first(**kwargs):
        RodeDraad.alle.filter(pk=draad.pk).update(verwijderd_at=NOW)
        return edit(**kwargs)

    edit = services.edit_rode_draad
    monkeypatch.setattr(services, "edit_rode_draad", gone_first)
    answer = vera_client.post(url("draad_edit", draad), velden(draad, tekst="Lang over nagedacht."))
    assert answer.status_code == 409
    assert "Lang over nagedacht." in html(answer)


@pytest.mark.parametrize("aantal", [1, 3])
def test_editor_costs_the_same_however_much_lies_under_it(
    vera_client, draad, stelling, tafels, vera, diner, aantal
):
    for nummer in range(aantal):
        OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[1], stelling=stelling))
        draad.opmerkingen.create(tekst="?", made_at=NOW, made_by=vera)
        DraadversieFactory(draad=draad, version=nummer + 1)
        GastFactory(diner=diner)
    vera_client.get(url("draad_edit", draad))
    kosten = {}
    for name in (
        "draad_edit",
        "controle_list",
        "bewijs_list",
        "opmerking_list",
        "opmerkingen",
        "draad_versies",
    ):
        with CaptureQueriesContext(connection) as made:
            assert vera_client.get(url(name, draad)).status_code == 200
        kosten[name] = len(made)
    assert kosten == {
        "draad_edit": 22,
        "controle_list": 14,
        "bewijs_list": 14,
        "opmerking_list": 7,
        "opmerkingen": 7,
        "draad_versies": 6,
    }


# --- remarks and versions -------------------------------------------------------------------------------------------------


def test_verslaglegger_remarks_and_organisator_reads(vera_client, draad, roos, sign_in):
    roos_client = sign_in(roos)
    assert vera_client.post(url("opmerking_add", draad), {"opm-tekst": "Klopt dit?"}).status_code == 302
    een = Opmerking.objects.get()
    assert "Klopt dit?" in html(roos_client.get(url("opmerkingen", draad)))
    assert "Plaats opmerking" not in html(roos_client.get(url("opmerkingen", draad)))
    assert "Opgelost</" not in html(roos_client.get(url("opmerking_list", draad)))
    assert "Opgelost door Vera" in html(vera_client.post(url("opmerking_solve", draad, een.pk), **HTMX))
    assert "Opgelost door" not in html(
        vera_client.post(url("opmerking_solve", draad, een.pk), {"open": 1}, **HTMX)
    )
    for wrong in ("", " ", "x" * 2001, "\0"):
        assert vera_client.post(url("opmerking_add", draad), {"opm-tekst": wrong}).status_code == 422
        assert vera_client.post(url("opmerking_add", draad), {"opm-tekst": wrong}, **HTMX).status_code == 422
    assert Opmerking.objects.count() == 1


@pytest.mark.parametrize("aantal", [1, 3])
def test_remarks_and_answers_of_threads_that_went_up_in_this_one_stand_here(
    vera_client, draad, stelling, vera, diner, roos, aantal
):
    """Also of one that went up in one that did, at the same cost; taken back, they are where they were."""
    terug = services.open_terugkoppeling(diner=diner, gebruiker=roos, now=NOW)
    doel = RodeDraadFactory(stelling=stelling, titel="Het doel", door_mens=True)
    keten = [draad, *(RodeDraadFactory(stelling=stelling, titel=f"Draad {n}") for n in range(1, aantal))]
    for een in keten:
        for n in range(aantal):
            een.opmerkingen.create(tekst=f"Opmerking {n} bij {een.titel}", made_at=NOW, made_by=vera)
            GastantwoordFactory(
                terugkoppeling=terug, rode_draad=een, over=een.titel, tekst=f"Gast {n}, {een.titel}"
            )
    stil = RodeDraadFactory(stelling=stelling, titel="Niets gezegd")
    stap = {"gebruiker": vera, "now": NOW, "reden": "Hetzelfde."}
    services.merge_rode_draden(van=stil, naar=doel, **stap)
    for van, naar in zip(keten, [*keten[1:], doel], strict=True):
        services.merge_rode_draden(van=van, naar=naar, **stap)
    vera_client.get(url("draad_edit", doel))
    kosten = []
    for name in ("draad_edit", "opmerking_list", "opmerkingen"):
        with CaptureQueriesContext(connection) as made:
            page = html(vera_client.get(url(name, doel)))
        kosten.append(len(made))
        for een in keten:
            assert f"<h3>Bij “{een.titel}”, hierin opgegaan</h3>" in page
            assert page.count(f"bij {een.titel}</p>") == aantal
            assert page.count(f"<h3>Over “{een.titel}”, hierin opgegaan</h3>") == (name == "draad_edit")
            assert page.count(f"{een.titel}</p>") == aantal * (2 if name == "draad_edit" else 1)
        assert "Niets gezegd”, hierin" not in page
    assert kosten == [24, 9, 9]
    for _ in keten:
        services.undo_handeling(stelling=stelling, gebruiker=vera, now=NOW)
    assert "hierin opgegaan" not in html(vera_client.get(url("draad_edit", doel)))
    page = html(vera_client.get(url("draad_edit", draad)))
    assert page.count("bij De school</p>") == page.count(", De school</p>") == aantal


def test_remark_about_a_thread_that_went_up_in_another_is_solved_there(
    vera_client, draad, stelling, vera, roos, sign_in
):
    doel, elders = (RodeDraadFactory(stelling=stelling) for _ in range(2))
    een = draad.opmerkingen.create(tekst="Nog open", made_at=NOW, made_by=vera)
    services.merge_rode_draden(van=draad, naar=doel, gebruiker=vera, now=NOW, reden="Hetzelfde.")
    assert vera_client.post(url("opmerking_solve", elders, een.pk)).status_code == 404
    assert sign_in(roos).post(url("opmerking_solve", doel, een.pk)).status_code == 403
    assert "Opgelost door Vera" in html(vera_client.post(url("opmerking_solve", doel, een.pk), **HTMX))
    een.refresh_from_db()
    assert een.solved_by == vera


def test_version_is_put_back_from_its_page_and_not_on_top_of_a_colleague(vera_client, draad, roos, sign_in):
    for tekst in ("Een.", "Twee."):
        services.edit_rode_draad(draad=draad, version=RodeDraad.objects.get().version, now=NOW, tekst=tekst)
    page = html(vera_client.get(url("draad_versies", draad)))
    assert "<del>Een</del><ins>Twee</ins>." in page
    versie = draad.versies.get(version=2)
    assert url("draad_restore", draad, versie.pk) in page
    assert "Zet terug" not in html(sign_in(roos).get(url("draad_versies", draad)))
    assert vera_client.post(url("draad_restore", draad, versie.pk), {"version": 1}).status_code == 409
    assert vera_client.post(url("draad_restore", draad, versie.pk), {"version": "x"}).status_code == 422
    assert vera_client.post(url("draad_restore", draad, versie.pk), {"version": 3}).status_code == 302
    assert RodeDraad.objects.get().tekst == "Een."
    ander = DraadversieFactory(draad=RodeDraadFactory(stelling=draad.stelling))
    assert vera_client.post(url("draad_restore", draad, ander.pk), {"version": 4}).status_code == 404


def test_pages_of_a_thread_of_another_reeks_are_not_found(vera_client, draad, otto, sign_in):
    for name in ("opmerkingen", "draad_versies", "controle_list", "bewijs_list"):
        assert sign_in(otto).get(url(name, draad)).status_code == 404


# --- what leaves the house ------------------------------------------------------------------------------------------------


def test_reader_never_sees_a_reference(vera_client, draad, noot, reeks, stelling):
    code = f"[n:{noot.pk.hex[-8:]}]"
    boven = RodeDraadFactory(stelling=None, diner=None, reeks=reeks, tekst=f"Boven alles {code}.")
    RodeDraad.objects.filter(pk=draad.pk).update(tekst=f"“{CITAAT}” {code} Dat zei men{code}.")
    inhoud = build_inhoud(queries.verslagbron(reeks), vandaag=NOW.date())
    verslag = html(vera_client.get(reverse("synthesis:verslag", args=[reeks.slug])))
    papier = "\n".join(
        alinea.text for alinea in Document(io.BytesIO(exports.write(inhoud, "docx"))).iter_inner_content()
        if hasattr(alinea, "text")
    )  # fmt: skip
    for tekst in (verslag, repr(inhoud), papier):
        assert "[n:" not in tekst
        assert f"“{CITAAT}” Dat zei men." in tekst
    assert boven.leestekst == "Boven alles."


def test_references_go_with_the_file_and_point_at_the_same_note(draad, noot, reeks):
    RodeDraad.objects.filter(pk=draad.pk).update(tekst=f"Zo is het [n:{noot.pk.hex[-8:]}].")
    data = exchange.export_reeks(reeks)
    reeks.delete()
    nieuw = exchange.import_reeks(inhoud=data.encode(), now=NOW).reeks
    terug = RodeDraad.objects.select_related("reeks").get()
    assert terug.tekst == f"Zo is het [n:{noot.pk.hex[-8:]}]."
    assert noot.pk.hex in queries.ondergrond_of(terug).codes
    assert json.loads(exchange.export_reeks(nieuw)) == json.loads(data)
    assert queries.bronnen_gewijzigd([terug]) == {}
    Bijdrage.objects.update(tekst="Toch niet.", rev=9)
    assert queries.bronnen_gewijzigd([terug]).keys() == {terug.pk}
    assert Bronstand.objects.count() == 1


def test_file_brings_reasons_along_and_makes_nothing_vastgesteld_that_is_not(draad, reeks, vera):
    RodeDraad.objects.filter(pk=draad.pk).update(tekst="Aan alle tafels wil men dit.", status="vastgesteld")
    draad.refresh_from_db()
    zonder = exchange.export_reeks(reeks)
    [oordeel] = queries.oordelen_of(draad)
    wie = {"gebruiker": vera, "now": NOW}
    services.accept_bevinding(draad=draad, bevinding=oordeel.bevinding, reden="Zo werd het gezegd", **wie)
    met = exchange.export_reeks(reeks)
    reeks.delete()
    nieuw = exchange.import_reeks(inhoud=met.encode(), now=NOW)
    assert (RodeDraad.objects.get().status, nieuw.in_review) == ("vastgesteld", 0)
    assert json.loads(exchange.export_reeks(nieuw.reeks)) == json.loads(met)
    nieuw.reeks.delete()
    nieuw = exchange.import_reeks(inhoud=zonder.encode(), now=NOW)
    assert (RodeDraad.objects.get().status, nieuw.in_review) == ("in_review", 1)
    assert "in review, want er staan waarschuwingen open: 1" in str(nieuw)
