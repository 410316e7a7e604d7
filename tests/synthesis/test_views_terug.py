"""The pages of the guests, and of the team that prepares them."""

import gzip
import random
import re
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from sessions.models import Logregel
from synthesis import services
from synthesis.models import Gastantwoord, Gastdraad, RodeDraad, Terugkoppeling, Vervolg
from tests.factories import (
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


@pytest.fixture
def terug(diner, tafels, roos):
    return services.open_terugkoppeling(diner=diner, gebruiker=roos, now=timezone.now())


@pytest.fixture
def draad(stelling):
    draad = RodeDraadFactory(stelling=stelling, titel="Ruimte voor water", tekst="Wat meer tafels zeiden.")
    GastdraadFactory(rode_draad=draad)
    return draad


def address(terug, tafel=None, name="terug"):
    return reverse(f"synthesis:{name}", args=[services.gasttoken_of(terug.links.get(tafel=tafel))])


def team(name, *more):
    return reverse(f"synthesis:{name}", args=["verkenning-2050", 1, *more])


# --- the guest ------------------------------------------------------------------------------------------------------------


def test_guest_reads_sends_and_gets_no_cookie(terug, draad, tafels):
    client = Client(enforce_csrf_checks=True)
    page = client.get(address(terug))
    assert page.status_code == 200
    for found in ("Ruimte voor water", "Herken je dit?", "Wat meer tafels zeiden."):
        assert found in page.content.decode()
    sent = client.post(
        address(terug), {f"herkend-{draad.pk}": "deels", f"tekst-{draad.pk}": "Bijna.\r\nNet niet."}
    )
    assert (sent.status_code, sent["Location"]) == (302, address(terug, name="terug_dank"))
    thanks = client.get(sent["Location"])
    assert "Dank je wel" in thanks.content.decode()
    antwoord = Gastantwoord.objects.get()
    assert (antwoord.rode_draad, antwoord.herkend, antwoord.tekst) == (draad, "deels", "Bijna.\nNet niet.")
    for response in (page, sent, thanks):
        assert response.cookies == {}
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]
    assert "<script" not in page.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"algemeen": " "},
        {"algemeen": "x" * 601},
        {"algemeen": "\0"},
        {"herkend": "misschien"},
        {"tekst": "x" * 601},
    ],
)
def test_wrong_answer_comes_back_as_it_was_typed(terug, draad, data):
    posted = {f"{key}-{draad.pk}" if key != "algemeen" else key: value for key, value in data.items()}
    response = Client().post(address(terug), posted)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Gastantwoord.objects.exists()


def test_what_was_typed_is_escaped_and_stays(terug, draad):
    response = Client().post(
        address(terug),
        {f"tekst-{draad.pk}": "<b>" + "x" * 700, "algemeen": "dit blijft", f"herkend-{draad.pk}": "nee"},
    )
    html = response.content.decode()
    assert "&lt;b&gt;xxx" in html
    assert "dit blijft" in html
    assert 'value="nee" checked' in html
    assert "<details open>" in html


def test_answer_about_a_thread_that_is_not_on_the_page_is_not_kept(terug, draad, stelling):
    """Neither of one that guests never read: which threads there are is told to nobody."""
    verborgen = RodeDraadFactory(stelling=stelling)
    elders = GastdraadFactory().rode_draad
    pages = []
    for pk in (verborgen.pk, elders.pk, 0, "x", "9" * 30):
        for more in ({}, {f"herkend-{draad.pk}": "ja"}):
            response = Client().post(address(terug), {f"herkend-{pk}": "ja"} | more)
            assert response.status_code == 409
            pages.append(response.content)
    assert len(set(pages)) == 2
    assert not Gastantwoord.objects.exists()
    assert Client().post(address(terug), {f"herkend-{draad.pk}": "ja", "tekst-0": " "}).status_code == 302
    assert Gastantwoord.objects.get().rode_draad == draad


@pytest.mark.parametrize("how", ["withdrawn", "put away", "deleted", "names a guest"])
def test_words_about_a_thread_that_went_meanwhile_are_never_dropped(terug, draad, stelling, how):
    andere = RodeDraadFactory(stelling=stelling, titel="Wie betaalt?")
    GastdraadFactory(rode_draad=andere)
    html = Client().get(address(terug)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', html))
    assert hidden == {f"over-{draad.pk}": "Ruimte voor water", f"over-{andere.pk}": "Wie betaalt?"}
    typed = hidden | {
        f"herkend-{draad.pk}": "nee",
        f"tekst-{draad.pk}": "Bij ons <niet>.\r\nNooit.",
        f"herkend-{andere.pk}": "deels",
        f"tekst-{andere.pk}": "De provincie",
        "algemeen": "De jeugd",
    }
    if how == "withdrawn":
        draad.gastdraad.delete()
    elif how == "put away":
        RodeDraad.objects.filter(pk=draad.pk).update(verwijderd_at=timezone.now())
    elif how == "deleted":
        draad.delete()
    else:
        GastFactory(diner=terug.diner, naam="Karel Wagenaar")
        RodeDraad.objects.filter(pk=draad.pk).update(tekst="Zei Karel Wagenaar.")
    response = Client().post(address(terug), typed)
    html = response.content.decode()
    assert response.status_code == 409
    assert not Gastantwoord.objects.exists()
    assert "niet meer op deze pagina staat. Er is nog niets verstuurd." in html
    assert "De jeugd\n\nOver “Ruimte voor water”: Bij ons &lt;niet&gt;.\nNooit.</textarea>" in html
    assert "De provincie</textarea>" in html
    assert 'value="deels" checked' in html
    again = {
        f"herkend-{andere.pk}": "deels",
        f"tekst-{andere.pk}": "De provincie",
        "algemeen": "De jeugd\r\n\r\nOver “Ruimte voor water”: Bij ons <niet>.",
    }
    assert Client().post(address(terug), again).status_code == 302
    assert set(Gastantwoord.objects.values_list("over", "herkend", "tekst")) == {
        ("Wie betaalt?", "deels", "De provincie"),
        ("", "", "De jeugd\n\nOver “Ruimte voor water”: Bij ons <niet>."),
    }


def test_more_words_than_fit_stay_in_the_field_until_they_are_shorter(terug, draad):
    typed = {"tekst-0": "a" * 600, "tekst-1": "b\0" + "c" * 600, "algemeen": "d" * 600}
    response = Client().post(address(terug), typed)
    html = response.content.decode()
    assert response.status_code == 409
    for found in ("a" * 600, "c" * 600, "d" * 600):
        assert found in html
    lang = Client().post(address(terug), {"algemeen": "d" * 600 + "\n\n" + "a" * 600})
    assert lang.status_code == 422
    assert "a" * 600 in lang.content.decode()
    assert not Gastantwoord.objects.exists()


def test_flood_is_answered_calmly(terug, draad):
    posts = [Client().post(address(terug), {f"herkend-{draad.pk}": "ja"}).status_code for _ in range(31)]
    assert posts == [302] * 30 + [429]


def test_page_of_a_table_holds_its_own_notes_only(terug, tafels, stelling):
    for tafel, tekst in ((tafels[0], "van een"), (tafels[1], "van twee")):
        for n in range(3):
            BijdrageFactory(tafel=tafel, stelling=stelling, tekst=f"{tekst} {n}")
    BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="weggegooid", deleted_at=timezone.now())
    html = Client().get(address(terug, tafels[0])).content.decode()
    assert [f"van een {n}" in html for n in range(3)] == [True] * 3
    assert "van twee" not in html
    assert "weggegooid" not in html
    assert "van een" not in Client().get(address(terug)).content.decode()


def test_whatever_opens_nothing_answers_the_same(terug, diner, tafels, roos, draad):
    """Guessed, renewed, taken back, switched off, past its date: the same bytes for all of them."""
    eigen, van_tafel = address(terug), address(terug, tafels[0])
    assert Client().get(van_tafel).status_code == 200
    services.renew_gastlink(terug=terug, tafel=tafels[0], gebruiker=roos, now=timezone.now())
    nieuw = address(terug, tafels[0])
    services.revoke_gastlink(terug=terug, tafel=tafels[0], gebruiker=roos, now=timezone.now())
    answers = {}

    def ask(what, path):
        for method in ("get", "post"):
            response = getattr(Client(), method)(path, {f"herkend-{draad.pk}": "ja"})
            assert response.status_code == 404, what
            answers[what, method] = response.content
        assert Client().get(f"{path}dank/").status_code == 404

    ask("geraden", "/terug/geraden/")
    ask("vervangen", van_tafel)
    ask("ingetrokken", nieuw)
    Terugkoppeling.objects.update(is_aan=False)
    ask("uit", eigen)
    Terugkoppeling.objects.update(is_aan=True, open_tot=timezone.localdate() - timedelta(days=1))
    ask("voorbij", eigen)
    assert len(set(answers.values())) == 1
    assert b"Ruimte voor water" not in next(iter(answers.values()))
    assert not Gastantwoord.objects.exists()


def test_token_stands_in_no_log(terug, caplog):
    eigen = address(terug)
    Terugkoppeling.objects.update(is_aan=False)
    Client().get(eigen)
    Client().get("/terug/geheim-geraden/dank/")
    lines = " ".join(record.getMessage() for record in caplog.records)
    assert "geheim-geraden" not in lines
    assert eigen.split("/")[2] not in lines


# --- how much a phone has to fetch ----------------------------------------------------------------------------------------


def prose(rng, aantal):
    """*aantal* words that hardly repeat, so that they compress no better than what people write."""
    lettergrepen = "wo nen ver trou wen wa ter be slis land school jon ge ren zorg ener gie dorp".split()
    return " ".join("".join(rng.choices(lettergrepen, k=rng.randint(1, 4))) for _ in range(aantal))


def test_page_of_three_stellingen_and_eighteen_threads_weighs_at_most_60_kb(
    terug, stellingen, tafels, tmp_path
):
    """Everything that a phone fetches for it, as the real storage for static files keeps it and as a proxy sends it."""
    rng = random.Random(7)
    for stelling in stellingen:
        for _ in range(6):
            draad = RodeDraadFactory(
                stelling=stelling, titel=prose(rng, 8), pool_a=prose(rng, 4), pool_b=prose(rng, 4),
                kernvraag=prose(rng, 10), tekst="\n\n".join(prose(rng, 50) for _ in range(3)),
            )  # fmt: skip
            GastdraadFactory(rode_draad=draad)
            notitie = BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=prose(rng, 15))
            OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
    VervolgFactory(terugkoppeling=terug, tekst=prose(rng, 40))
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "denkdiner.static.Storage"},
    }
    if finders.find("fonts/SourceSans-Regular.woff2") is None:
        call_command("build_fonts")
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
        html = Client().get(address(terug, tafels[0])).content
        weights = {"html": len(gzip.compress(html, 6))}
        todo = re.findall(r'(?:href|src)="(/static/[^"]+)"', html.decode())
        assert len(todo) == 7
        while todo:
            name = todo.pop().removeprefix("/static/")
            if name in weights:
                continue
            content = (tmp_path / name).read_bytes()
            weights[name] = min(len(content), len(gzip.compress(content, 6)))
            if name.endswith(".css"):
                found = re.findall(r'url\("?\.\./([^")]+)"?\)', content.decode())
                todo += [f"/static/{een}" for een in found]
    assert sum(name.endswith(".woff2") for name in weights) == 2
    total = sum(weights.values())
    assert html.count(b'class="groep terug__vraag"') == 18
    assert total <= 60_000, weights


# --- the team -------------------------------------------------------------------------------------------------------------


def test_organiser_makes_renews_and_closes_the_links(diner, tafels, roos, sign_in):
    client = sign_in(roos)
    assert "Maak de gastenlinks" in client.get(team("terugkoppeling")).content.decode()
    assert client.get(team("gastlinks")).status_code == 404
    assert client.post(team("terug_open"))["Location"] == team("gastlinks")
    html = client.get(team("gastlinks")).content.decode()
    found = re.findall(r'value="(http://testserver/terug/[^"]+)"', html)
    assert len(found) == 3
    assert html.count("data:image/svg+xml;base64,") == 3
    assert Client().get(found[0]).status_code == 200
    assert client.post(team("gastlink_renew", 2)).status_code == 302
    assert [Client().get(een).status_code for een in found] == [200, 200, 404]
    assert client.post(team("gastlink_revoke", 0)).status_code == 302
    assert [Client().get(een).status_code for een in found] == [404, 200, 404]
    assert client.post(team("gastlink_renew", 9)).status_code == 404
    datum = timezone.localdate() + timedelta(days=3)
    assert client.post(team("terug_edit"), {"open_tot": datum.isoformat()}).status_code == 302
    assert Client().get(found[1]).status_code == 404
    assert "Ze zijn uitgezet" in client.get(team("terugkoppeling")).content.decode()
    for wrong in ("", "gisteren", "2020-01-01", "9999-12-31", "\0"):
        assert client.post(team("terug_edit"), {"is_aan": "on", "open_tot": wrong}).status_code == 422
    assert Terugkoppeling.objects.get().open_tot == datum


def test_link_of_another_key_of_the_server_has_to_be_renewed(terug, roos, sign_in):
    terug.links.update(nonce="0" * 32)
    html = sign_in(roos).get(team("gastlinks")).content.decode()
    assert html.count("de sleutel van de server veranderde") == 3
    assert "/terug/" not in re.sub(r"/diners/1/terugkoppeling/", "", html)


def test_organiser_tells_what_was_done(terug, roos, sign_in):
    client = sign_in(roos)
    vandaag = timezone.localdate()
    data = {"datum": vandaag.isoformat(), "tekst": "Besproken in de raad & daarbuiten"}
    assert client.post(team("vervolg_create"), data).status_code == 302
    vervolg = Vervolg.objects.get()
    assert "raad &amp; daarbuiten" in Client().get(address(terug)).content.decode()
    data["tekst"] = "Besproken in het college"
    assert client.post(team("vervolg_edit", vervolg.pk), data).status_code == 302
    assert "het college" in Client().get(address(terug)).content.decode()
    for wrong in ({"tekst": ""}, {"tekst": "x" * 1001}, {"datum": "morgen"}, {"datum": "2999-01-01"}):
        assert client.post(team("vervolg_create"), data | wrong).status_code == 422
    assert client.post(team("vervolg_delete", vervolg.pk)).status_code == 302
    assert not Vervolg.objects.exists()


def test_follow_up_of_another_diner_is_not_found(terug, roos, sign_in):
    elders = VervolgFactory()
    client = sign_in(roos)
    assert client.get(team("vervolg_edit", elders.pk)).status_code == 404
    assert client.post(team("vervolg_delete", elders.pk)).status_code == 404


def test_reporter_releases_what_is_ticked(diner, stelling, vera, roos, sign_in):
    een, twee = (RodeDraadFactory(stelling=stelling) for _ in range(2))
    getoond = {"getoond": [een.pk, twee.pk]}
    assert sign_in(vera).post(team("terug_release"), getoond | {"draad": [twee.pk]}).status_code == 302
    assert [rij.rode_draad for rij in Gastdraad.objects.all()] == [twee]
    assert Gastdraad.objects.get().released_by == vera
    assert (
        sign_in(vera)
        .post(team("terug_release"), {"draad": ["x", "9" * 25, "²", ""], "getoond": ["-1"]})
        .status_code
        == 302
    )
    assert Gastdraad.objects.count() == 1
    html = sign_in(vera).get(team("terugkoppeling")).content.decode()
    assert html.count('type="checkbox"') == 2
    assert html.count("checked") == 1
    assert 'type="checkbox"' not in sign_in(roos).get(team("terugkoppeling")).content.decode()


def test_answers_are_read_by_the_team_and_removed_by_the_reporter(terug, draad, vera, roos, kees, sign_in):
    antwoord = GastantwoordFactory(
        terugkoppeling=terug, rode_draad=draad, herkend="nee", tekst="<i>Dit klopt niet</i>"
    )
    for wie, knop in ((vera, True), (roos, False)):
        html = sign_in(wie).get(team("gastantwoorden")).content.decode()
        assert "&lt;i&gt;Dit klopt niet&lt;/i&gt;" in html
        assert ("Verwijder alle antwoorden" in html) is knop
        assert "Herkent dit" not in html  # of one answer, it tells who said it
    assert sign_in(kees).get(team("gastantwoorden")).status_code == 403
    beside = reverse("synthesis:draad_edit", args=["verkenning-2050", draad.pk])
    assert "van een gast, achteraf" in sign_in(vera).get(beside).content.decode()
    elders = GastantwoordFactory()
    assert sign_in(vera).post(team("gastantwoord_delete", elders.pk)).status_code == 404
    asked = sign_in(vera).get(team("gastantwoord_delete", antwoord.pk)).content.decode()
    assert "&lt;i&gt;Dit klopt niet&lt;/i&gt;" in asked
    assert Gastantwoord.objects.count() == 2
    assert sign_in(vera).post(team("gastantwoord_delete", antwoord.pk)).status_code == 302
    assert list(Gastantwoord.objects.all()) == [elders]
    assert "Dit klopt niet" not in str(list(Logregel.objects.values_list("wat", flat=True)))


def test_all_answers_go_after_a_question(terug, draad, vera, sign_in):
    elders = GastantwoordFactory()
    for _ in range(3):
        GastantwoordFactory(terugkoppeling=terug, rode_draad=draad)
    client = sign_in(vera)
    assert "voorgoed weg" in client.get(team("gastantwoorden_clear")).content.decode()
    assert Gastantwoord.objects.count() == 4
    assert client.post(team("gastantwoorden_clear")).status_code == 302
    assert list(Gastantwoord.objects.all()) == [elders]


def test_preview_is_the_page_without_a_way_to_send(terug, diner, draad, tafels, vera, sign_in):
    client = sign_in(vera)
    for path in (team("terug_preview"), team("terug_preview_tafel", tafels[0].pk)):
        html = client.get(path).content.decode()
        assert "Ruimte voor water" in html
        assert "<form" not in html
    assert client.get(team("terug_preview_tafel", TafelFactory().pk)).status_code == 404
    Terugkoppeling.objects.all().delete()
    assert client.get(team("terug_preview")).status_code == 200


def test_handout_shows_where_to_look_back_while_that_is_open(terug, diner, stelling, tafels, vera, sign_in):
    from tests.synthesis.exports.test_handout import words

    def handout():
        return words(sign_in(vera).get(team("handout")).content)

    assert "Herken je dit?" in handout()
    assert address(terug) in handout().replace(" ", "")
    Terugkoppeling.objects.update(is_aan=False)
    assert "Herken je dit?" not in handout()
