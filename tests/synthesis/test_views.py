"""The reporter's screens: what they show, what they refuse, and that nothing half is stored."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from capture.models import Bijdrage, Peiling
from sessions.models import Lidmaatschap, Reeks, Rol
from synthesis.models import Onderbouwing, RodeDraad, Verslagdeel
from tests.factories import NOW, BijdrageFactory, OnderbouwingFactory, RodeDraadFactory

pytestmark = pytest.mark.django_db
PREFIX = "/reeksen/verkenning-2050/diners/1/stellingen/1"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def vera_client(vera, sign_in):
    return sign_in(vera)


@pytest.fixture
def notities(stelling, tafels):
    return [BijdrageFactory(tafel=tafels[n % 2], stelling=stelling, tekst=f"Gedachte {n}") for n in range(4)]


@pytest.fixture
def draad(stelling, notities):
    draad = RodeDraadFactory(stelling=stelling, titel="De eerste draad")
    for notitie in notities[:2]:
        OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
    return draad


def page(response):
    return response.content.decode()


def draad_url(name, draad):
    return reverse(f"synthesis:{name}", args=[draad.reeks.slug, draad.pk])


def velden(draad, **changes):
    return {
        "titel": draad.titel,
        "tekst": draad.tekst,
        "pool_a": "",
        "pool_b": "",
        "kernvraag": "",
        "status": "concept",
        "version": draad.version,
        **changes,
    }


# --- the werkbank ----------------------------------------------------------------------------------------


def test_werkbank_shows_threads_with_breadth_in_words_and_numbers(vera_client, draad, notities):
    html = page(vera_client.get(f"{PREFIX}/werkbank/"))
    assert "Alle tafels" not in html  # two tables are never "all": DOMAIN's thresholds
    assert "Enkele tafels: 2 van 2" in html
    assert "2 van 4</strong> notities geplaatst, 0 opzij met reden" in html
    assert "Nog los: 2" in html


def test_organiser_reads_the_werkbank_without_its_buttons(roos, sign_in, draad):
    html = page(sign_in(roos).get(f"{PREFIX}/werkbank/"))
    assert "De eerste draad" in html
    assert "Maak voorstel" not in html
    assert "Verplaats" not in html


@pytest.mark.parametrize("aantal", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("werkbank/", 15),
        ("werkbank/draden/", 13),
        ("notities/", 9),
        ("notities/tafels/", 8),
    ],
)
def test_screens_cost_the_same_for_one_thread_or_three(
    vera_client, stelling, tafels, aantal, path, queries, django_assert_num_queries
):
    for _ in range(aantal):
        for tafel in tafels:
            OnderbouwingFactory(
                rode_draad=RodeDraadFactory(stelling=stelling),
                bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling),
            )
    with django_assert_num_queries(queries):
        vera_client.get(f"{PREFIX}/{path}")


@pytest.mark.parametrize("aantal", [1, 3, 300])
def test_inbox_costs_the_same_however_many_notes(
    vera_client, stelling, tafels, aantal, django_assert_num_queries
):
    for _ in range(aantal):
        BijdrageFactory(tafel=tafels[0], stelling=stelling)
    # session, user, diner, role; which stelling and what is said about it; the scherm, colleagues; the tabs of the page
    for path, queries in (
        ("inbox/", 13),
        ("inbox/notities/", 12),
        ("inbox/notities/?stelling=1&alles=1", 10),
    ):
        with django_assert_num_queries(queries):
            response = vera_client.get(f"/reeksen/verkenning-2050/diners/1/{path}")
        assert page(response).count('class="notitie"') == min(aantal, 200)


def test_a_note_is_text_and_never_html(vera_client, stelling, tafels):
    tekst = "<script>alert(1)</script> & 'meer'"
    notitie = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=tekst)
    draad = RodeDraadFactory(stelling=stelling, titel="<b>vet</b>")
    OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
    for path in (
        f"{PREFIX}/werkbank/",
        f"{PREFIX}/notities/",
        "/reeksen/verkenning-2050/diners/1/inbox/",
        "/reeksen/verkenning-2050/verslag/",
        draad_url("draad_edit", draad),
        draad_url("draad_split", draad),
    ):
        html = page(vera_client.get(path))
        assert "<script>alert" not in html
        assert "<b>vet" not in html
        assert "&lt;" in html


def test_filters_narrow_and_nonsense_is_ignored(vera_client, notities):
    def shown(**query):
        return page(vera_client.get(f"{PREFIX}/notities/", query)).count("data-bijdrage=")

    assert shown() == 4
    assert shown(tafel="2") == 2
    assert shown(woord="gedachte 3") == 1
    assert shown(soort="bestaat-niet", tafel="x", horizon="gisteren") == 4
    assert shown(woord="x" * 500) == 4
    assert "Geen notities met deze filters" in page(
        vera_client.get(f"{PREFIX}/notities/", {"woord": "nergens"})
    )


def test_voorstel_makes_threads_and_returns_to_the_werkbank(vera_client, notities):
    response = vera_client.post(f"{PREFIX}/werkbank/voorstel/", {"aantal": ""}, follow=True)
    assert response.redirect_chain == [(f"{PREFIX}/werkbank/", 302)]
    assert "Voorstel: " in page(response)
    assert RodeDraad.objects.exists()


@pytest.mark.parametrize("aantal", ["1", "99", "veel", "-3", "3.5"])
def test_voorstel_refuses_an_impossible_number(vera_client, notities, aantal):
    response = vera_client.post(f"{PREFIX}/werkbank/voorstel/", {"aantal": aantal})
    assert response.status_code == 422
    assert "Kies een aantal" in page(response)
    assert not RodeDraad.objects.exists()


# --- threads ---------------------------------------------------------------------------------------------


def test_reporter_writes_a_thread(vera_client, draad, vera):
    response = vera_client.post(
        draad_url("draad_edit", draad),
        velden(
            draad, titel="Beter", tekst="Geschreven.", pool_a="snel", pool_b="samen", kernvraag="Hoe dan?"
        ),
    )
    assert response.status_code == 302
    assert response["Location"] == draad_url("draad_edit", draad)
    draad.refresh_from_db()
    assert (draad.titel, draad.tekst, draad.pool_a, draad.kernvraag) == (
        "Beter",
        "Geschreven.",
        "snel",
        "Hoe dan?",
    )
    assert (draad.door_mens, draad.version, draad.updated_by) == (True, 2, vera)


def test_second_writer_gets_409_with_both_texts_and_can_save_after_that(vera_client, draad):
    RodeDraad.objects.filter(pk=draad.pk).update(titel="Van een ander", version=2)
    data = velden(draad, titel="Van mij")
    response = vera_client.post(draad_url("draad_edit", draad), data)
    assert response.status_code == 409
    html = page(response)
    assert "Van een ander" in html
    assert 'value="Van mij"' in html
    assert 'name="version" value="2"' in html
    draad.refresh_from_db()
    assert draad.titel == "Van een ander"
    assert vera_client.post(draad_url("draad_edit", draad), data | {"version": 2}).status_code == 302


def test_text_for_a_thread_that_went_away_is_given_back(vera_client, draad, otto, sign_in):
    RodeDraad.objects.filter(pk=draad.pk).delete()
    data = velden(draad, tekst="Hier zat veel werk in.")
    response = vera_client.post(draad_url("draad_edit", draad), data)
    assert response.status_code == 409
    assert "Hier zat veel werk in." in page(response)
    assert sign_in(otto).post(draad_url("draad_edit", draad), data).status_code == 404


BAD = {
    "empty": {"titel": ""},
    "blank": {"titel": "   "},
    "too long": {"titel": "x" * 201},
    "text too long": {"tekst": "x" * 100_001},
    "NUL": {"tekst": "nul\0"},
    "one pole": {"pool_a": "alleen"},
    "unknown status": {"status": "klaar"},
    "no version": {"version": ""},
    "strange version": {"version": "x"},
}


@pytest.mark.parametrize("case", BAD)
def test_bad_thread_is_refused_in_dutch_and_nothing_is_stored(vera_client, draad, case):
    data = velden(draad, **BAD[case])
    response = vera_client.post(draad_url("draad_edit", draad), data)
    assert response.status_code == 422
    draad.refresh_from_db()
    assert (draad.titel, draad.tekst, draad.version) == ("De eerste draad", "", 1)


def test_half_a_character_is_refused_and_the_page_can_be_shown(vera_client, draad):
    """A browser cannot send a lone surrogate; an attacker can, in a multipart body with a charset of his choice."""
    delen = [
        f'--grens\r\nContent-Disposition: form-data; name="{naam}"\r\n\r\n{waarde}\r\n'
        for naam, waarde in velden(draad, tekst=r"half \ud800 teken").items()
    ]
    response = vera_client.generic(
        "POST",
        draad_url("draad_edit", draad),
        "".join([*delen, "--grens--\r\n"]).encode(),
        content_type="multipart/form-data; boundary=grens; charset=unicode_escape",
    )
    assert response.status_code == 422
    assert "niet bewaard kunnen worden" in page(response)
    draad.refresh_from_db()
    assert draad.tekst == ""


def test_note_moves_to_another_thread_a_new_one_and_aside(vera_client, draad, notities, stelling):
    ander = RodeDraadFactory(stelling=stelling)
    url = reverse("synthesis:bijdrage_move", args=[draad.reeks.slug, notities[0].pk])
    for data, verwacht in (
        ({"naar": ander.pk}, ander.titel),
        ({"naar": "nieuw", "titel": "Nieuwe draad"}, "Nieuwe draad"),
        ({"naar": "opzij", "reden": "Dubbel"}, None),
    ):
        assert vera_client.post(url, data).status_code == 302
        rij = Onderbouwing.objects.get(bijdrage=notities[0])
        assert (rij.rode_draad and rij.rode_draad.titel) == verwacht
        assert rij.door_mens


def hidden(html, naam):
    return re.search(rf'name="{naam}" value="([^"]+)"', html)[1]


def test_pages_overwrite_no_colleague_unseen(vera_client, draad, notities, stelling):
    een, ander = RodeDraadFactory(stelling=stelling), RodeDraadFactory(stelling=stelling)
    note = notities[0]
    verplaats = reverse("synthesis:bijdrage_move", args=[draad.reeks.slug, note.pk])
    rol = reverse("synthesis:bijdrage_rol", args=[draad.reeks.slug, note.pk])
    weg = draad_url("draad_delete", draad)
    zag = {url: hidden(page(vera_client.get(url)), "gezien") for url in (verplaats, rol)}
    versie = hidden(page(vera_client.get(weg)), "version")
    Onderbouwing.objects.filter(bijdrage=note).update(rode_draad=ander)  # a colleague
    RodeDraad.objects.filter(pk=draad.pk).update(tekst="Net geschreven", version=2)
    for url, data in (
        (verplaats, {"naar": een.pk, "gezien": zag[verplaats]}),
        (rol, {"rol": "tegenstem", "gezien": zag[rol]}),
        (weg, {"version": versie, "reden": "Dubbel"}),
    ):
        answer = vera_client.post(url, data)
        assert answer.status_code == 409, url
    rij = Onderbouwing.objects.get(bijdrage=note)
    assert (rij.rode_draad, rij.rol) == (ander, "steun")
    assert RodeDraad.objects.get(pk=draad.pk).tekst == "Net geschreven"
    # and what the page shows then is on top of what the colleague did
    nu = hidden(page(vera_client.post(verplaats, {"naar": een.pk, "gezien": zag[verplaats]})), "gezien")
    data = {"naar": een.pk, "gezien": nu}
    zonder = vera_client.post(verplaats, data)
    assert (zonder.status_code, "van tafel 1 alleen. Zeg waarom" in page(zonder)) == (422, True)
    assert vera_client.post(verplaats, data | {"reden": "Past hier beter"}).status_code == 302


def test_more_like_this_takes_no_note_that_a_colleague_moved(vera_client, draad, notities, stelling):
    een, ander = RodeDraadFactory(stelling=stelling), RodeDraadFactory(stelling=stelling)
    OnderbouwingFactory(rode_draad=een, bijdrage=BijdrageFactory(tafel=notities[0].tafel, stelling=stelling))
    meer, note = draad_url("draad_meer", een), notities[0]
    zag = hidden(page(vera_client.get(meer)), f"gezien-{note.pk}")
    assert zag == str(draad.pk)
    Onderbouwing.objects.filter(bijdrage=note).update(rode_draad=ander)
    data = {"bijdragen": [note.pk], f"gezien-{note.pk}": zag}
    assert vera_client.post(meer, data).status_code == 409
    assert Onderbouwing.objects.get(bijdrage=note).rode_draad == ander
    # and the last note of what one table says not without a reason
    data[f"gezien-{note.pk}"] = str(ander.pk)
    zonder = vera_client.post(meer, data)
    assert (zonder.status_code, "van tafel 1 alleen. Zeg waarom" in page(zonder)) == (422, True)
    assert vera_client.post(meer, data | {"reden": "Past hier beter"}).status_code == 302


@pytest.mark.parametrize(
    "data", [{}, {"naar": "999999"}, {"naar": "opzij"}, {"naar": "nieuw"}, {"naar": "nieuw", "titel": "\0"}]
)
def test_note_stays_where_it_is_when_the_place_is_wrong(vera_client, draad, notities, data):
    url = reverse("synthesis:bijdrage_move", args=[draad.reeks.slug, notities[0].pk])
    assert vera_client.post(url, data).status_code == 422
    assert Onderbouwing.objects.get(bijdrage=notities[0]).rode_draad == draad
    assert RodeDraad.objects.count() == 1


def test_note_of_another_stelling_cannot_be_put_in(vera_client, draad, stellingen, tafels):
    vreemd = BijdrageFactory(tafel=tafels[0], stelling=stellingen[1])
    for name, extra in (("draad_meer", {}), ("draad_split", {"titel": "Mis"})):
        response = vera_client.post(draad_url(name, draad), {"bijdragen": [str(vreemd.pk)], **extra})
        assert response.status_code == 422
        assert "Kies notities uit de lijst" in page(response)
    assert not Onderbouwing.objects.filter(bijdrage=vreemd).exists()


def test_thread_of_another_reeks_is_not_found_even_for_a_reporter_there(vera_client, vera, otto):
    ander = Reeks.objects.get(slug="van-otto")
    elders = RodeDraadFactory(reeks=ander, diner=None, stelling=None)
    for name in ("draad_edit", "draad_delete", "draad_move"):
        url = reverse(f"synthesis:{name}", args=["verkenning-2050", elders.pk])
        assert vera_client.post(url).status_code == 404
    Lidmaatschap.objects.create(gebruiker=vera, reeks=ander, rol=Rol.KIJKER)
    assert vera_client.get(draad_url("draad_edit", elders)).status_code == 403


def test_merge_split_and_more_through_the_pages(vera_client, draad, notities, stelling):
    vera_client.post(draad_url("draad_split", draad), {"bijdragen": [str(notities[0].pk)], "titel": "Apart"})
    apart = RodeDraad.objects.get(titel="Apart")
    assert apart.onderbouwingen.get().bijdrage == notities[0]
    vera_client.post(draad_url("draad_meer", apart), {"bijdragen": [str(notities[2].pk)]})
    assert apart.onderbouwingen.count() == 2
    vera_client.post(draad_url("draad_merge", apart), {"naar": draad.pk, "reden": "Zelfde punt"})
    assert draad.onderbouwingen.count() == 3
    assert not RodeDraad.objects.filter(titel="Apart").exists()


def test_merge_with_itself_is_refused(vera_client, draad):
    assert vera_client.post(draad_url("draad_merge", draad), {"naar": draad.pk}).status_code == 422
    assert RodeDraad.objects.filter(pk=draad.pk).exists()


def test_delete_says_honestly_what_stays(vera_client, draad):
    html = page(vera_client.get(draad_url("draad_delete", draad)))
    assert "Notities die los worden: 2" in html
    assert vera_client.post(draad_url("draad_delete", draad)).status_code == 302
    assert Bijdrage.objects.count() == 4


def test_role_of_a_note_that_is_in_no_thread_is_refused_calmly(vera_client, notities):
    url = reverse("synthesis:bijdrage_rol", args=["verkenning-2050", notities[3].pk])
    response = vera_client.get(url)
    assert response.status_code == 422
    assert "Zet deze notitie eerst in een rode draad" in page(response)


def test_only_a_literal_note_becomes_a_quote(vera_client, draad, notities):
    url = reverse("synthesis:bijdrage_rol", args=["verkenning-2050", notities[0].pk])
    response = vera_client.post(url, {"rol": "quote", "pool": ""})
    assert response.status_code == 422
    assert "letterlijk" in page(response)
    Bijdrage.objects.filter(pk=notities[0].pk).update(letterlijk=True)
    assert vera_client.post(url, {"rol": "quote", "pool": ""}).status_code == 302


def test_thread_across_diners_is_written_and_carried(vera_client, draad, reeks):
    vera_client.post(reverse("synthesis:reeksdraad_create", args=[reeks.slug]), {"titel": "Over alles"})
    boven = RodeDraad.objects.get(titel="Over alles")
    data = velden(boven, tekst="Het gaat over de streek.", door=[draad.pk])
    assert vera_client.post(draad_url("draad_edit", boven), data).status_code == 302
    assert boven.onderbouwingen.get().draad == draad
    html = page(vera_client.get(f"/reeksen/{reeks.slug}/verslag/"))
    assert "Over alles (diner 1)" in html


# --- the report ------------------------------------------------------------------------------------------


def test_section_is_written_given_back_and_guarded_against_two_writers(vera_client, reeks):
    url = reverse("synthesis:verslagdeel_edit", args=[reeks.slug, "1.1"])
    assert "Nog te schrijven" in page(vera_client.get(url))
    assert vera_client.post(url, {"tekst": "Waarom wij dit doen.", "version": 0}).status_code == 302
    assert "Waarom wij dit doen." in page(vera_client.get(f"/reeksen/{reeks.slug}/verslag/"))
    response = vera_client.post(url, {"tekst": "Anders.", "version": 0})
    assert response.status_code == 409
    assert "Waarom wij dit doen." in page(response)
    assert "Anders." in page(response)
    assert vera_client.post(url, {"tekst": "", "version": 1}).status_code == 302
    assert not Verslagdeel.objects.exists()


@pytest.mark.parametrize(
    "data", [{"tekst": "x" * 40_001, "version": 0}, {"tekst": "\0", "version": 0}, {"tekst": "x"}]
)
def test_bad_section_is_refused(vera_client, reeks, data):
    url = reverse("synthesis:verslagdeel_edit", args=[reeks.slug, "3"])
    assert vera_client.post(url, data).status_code == 422
    assert not Verslagdeel.objects.exists()


@pytest.mark.parametrize("sleutel", ["9", "2.9.9", "2", "x"])
def test_section_that_the_report_does_not_have_is_not_found(vera_client, reeks, diner, sleutel):
    url = reverse("synthesis:verslagdeel_edit", args=[reeks.slug, sleutel])
    assert vera_client.post(url, {"tekst": "x", "version": 0}).status_code == 404


def test_report_downloads_as_word(vera_client, reeks, draad):
    response = vera_client.get(reverse("synthesis:verslag_docx", args=[reeks.slug]))
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="verslag-verkenning-2050-concept.docx"'
    assert response.content[:2] == b"PK"


@pytest.mark.parametrize("van", ["diners:regie", "synthesis:inbox", "synthesis:diner_synthese"])
def test_report_of_one_evening_is_one_click_away(roos, sign_in, reeks, diner, draad, van):
    roos_client = sign_in(roos)
    weg = reverse("synthesis:verslag_docx", args=[reeks.slug]) + "?diner=1"
    pagina = roos_client.get(reverse(van, args=[reeks.slug, diner.nummer])).content.decode()
    assert f'href="{weg}"' in pagina
    bestand = roos_client.get(weg)
    assert "verslag-verkenning-2050-diner-1-concept.docx" in bestand["Content-Disposition"]
    for fout in ("2", "x", "1x", "99999999999999999999"):
        assert roos_client.get(weg.replace("=1", f"={fout}")).status_code == 404


# --- in and out ------------------------------------------------------------------------------------------


def upload(client, inhoud):
    return client.post("/reeksen/importeren/", {"bestand": SimpleUploadedFile("reeks.json", inhoud)})


REEKS = {
    "formaat": "denkdiner-reeks/1",
    "reeks": {"slug": "nieuwe-reeks", "titel": "Nieuwe reeks", "horizonjaar": 2050},
    "diners": [{"nummer": 1, "titel": "Eerste", "stellingen": [{"nummer": 1, "tekst": "Kan dat?"}]}],
}


def test_upload_makes_the_uploader_organiser_and_reporter(otto, sign_in):
    client = sign_in(otto)
    response = upload(client, json.dumps(REEKS).encode())
    assert response.status_code == 302
    rollen = Lidmaatschap.objects.filter(reeks__slug="nieuwe-reeks", gebruiker=otto)
    assert set(rollen.values_list("rol", flat=True)) == {Rol.ORGANISATOR, Rol.VERSLAGLEGGER}
    assert (
        json.loads(client.get("/reeksen/nieuwe-reeks/exporteren/").content)["reeks"]["titel"]
        == "Nieuwe reeks"
    )


@pytest.mark.parametrize(
    ("inhoud", "fout"),
    [
        (
            json.dumps(
                {**REEKS, "diners": [{"nummer": 1, "titel": "x", "stellingen": [{"nummer": 1}]}]}
            ).encode(),
            "diners[0].stellingen[0].tekst: ontbreekt",
        ),
        (b"{", "JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b" " * (5 * 1024 * 1024 + 1), "5 MB"),
        (b"", "leeg"),
        (b"[]", "object"),
    ],
    ids=["path", "json", "utf-8", "large", "empty", "list"],
)
def test_bad_upload_names_what_is_wrong_and_stores_nothing(otto, sign_in, inhoud, fout):
    response = upload(sign_in(otto), inhoud)
    assert response.status_code == 422
    assert fout in page(response)
    assert not Reeks.objects.filter(slug="nieuwe-reeks").exists()


def test_upload_into_a_reeks_of_others_is_refused(otto, sign_in, reeks):
    data = {**REEKS, "reeks": {**REEKS["reeks"], "slug": reeks.slug}}
    response = upload(sign_in(otto), json.dumps(data).encode())
    assert response.status_code == 422
    assert not reeks.diners.exists()
    assert not Lidmaatschap.objects.filter(reeks=reeks, gebruiker=otto).exists()


def test_htmx_error_lands_in_the_messages(vera_client, notities):
    response = vera_client.post(f"{PREFIX}/werkbank/voorstel/", {"aantal": "99"}, headers=HTMX)
    assert (response.status_code, response["X-Denkdiner"]) == (422, "melding")


def test_deleted_note_leaves_the_thread_and_comes_back(vera_client, draad, notities):
    Bijdrage.objects.filter(pk=notities[0].pk).update(deleted_at=NOW)
    assert "Eén tafel: 1 van 2" in page(vera_client.get(f"{PREFIX}/werkbank/"))
    Bijdrage.objects.filter(pk=notities[0].pk).update(deleted_at=None)
    assert "Enkele tafels: 2 van 2" in page(vera_client.get(f"{PREFIX}/werkbank/"))


# --- the peiling in the report ---------------------------------------------------------------------------


def test_report_shows_the_peiling_as_a_picture_with_its_words(vera_client, reeks, stelling, tafels):
    assert "peilbeeld" not in page(vera_client.get(f"/reeksen/{reeks.slug}/verslag/"))
    Peiling.objects.create(tafel=tafels[0], stelling=stelling, moment="voor", eens=4, updated_at=NOW)
    Peiling.objects.create(tafel=tafels[0], stelling=stelling, moment="na", oneens=4, updated_at=NOW)
    html = page(vera_client.get(f"/reeksen/{reeks.slug}/verslag/"))
    words = "Vooraf 4 eens, 0 oneens, 0 anders; achteraf 0 eens, 4 oneens, 0 anders: 4 minder eens."
    assert f'aria-label="{words}"' in html
    assert f"<strong>Peiling.</strong> {words} Aan 1 tafel minder eens.</p>" in html
    assert "Geteld aan 1 tafel.</p>" in html
    assert html.count('<svg xmlns="http://www.w3.org/2000/svg" class="beeld"') == 2
