"""The addresses of the board: what it answers to a step, who else is there, and what is like it."""

import re
import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from capture.models import Bijdrage
from synthesis import queries, services
from synthesis.models import Handeling, Onderbouwing, RodeDraad
from synthesis.queries import LOS
from synthesis.queries.aanwezig import aanwezig_key
from tests.factories import (
    NOW,
    BijdrageFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    TafelFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(vera, sign_in):
    return sign_in(vera)


@pytest.fixture
def draden(stelling):
    return [
        RodeDraadFactory(stelling=stelling, titel=titel, volgorde=n)
        for n, titel in enumerate(("Wonen", "Zorg"))
    ]


@pytest.fixture
def notities(stelling, tafels):
    return [BijdrageFactory(tafel=tafels[n % 2], stelling=stelling, tekst=f"notitie {n}") for n in range(3)]


def url(name, stelling=1):
    return reverse(f"synthesis:{name}", args=["verkenning-2050", 1, stelling])


def stap(client, doe, notes=(), gezien=LOS, **data):
    data |= {"doe": doe, "bijdragen": [str(note.pk) for note in notes], "gezien": [gezien] * len(notes)}
    return client.post(url("bord_stap"), data, headers=HTMX)


def said(response):
    """The status, and the words of the one element that it answers with."""
    [(velden, woorden)] = re.findall(r'<p class="melding"([^>]*)>(.*?)</p>', response.content.decode())
    return response.status_code, woorden, re.findall(r'data-vraag="(\w+)"', velden)


def test_every_step_by_address(client, stelling, draden, notities):
    wonen, zorg = (str(draad.pk) for draad in draden)
    een, twee, drie = notities
    assert said(stap(client, "plaats", [een, twee], draad=wonen)) == (200, "2 notities in “Wonen” gezet.", [])
    assert said(stap(client, "schuif", [twee], wonen, plek=0)) == (200, "Notitie verschoven in “Wonen”.", [])
    assert said(stap(client, "splits", [een], wonen, draad=wonen, titel="Huur"))[:2] == (
        200,
        "“Huur” afgesplitst van “Wonen”.",
    )
    huur = RodeDraad.objects.get(titel="Huur")
    assert said(stap(client, "hernoem", draad=huur.pk, version=1, titel="Huren"))[0] == 200
    assert said(stap(client, "orden", draad=huur.pk, plek=0))[0] == 200
    assert [draad.titel for draad in stelling.rode_draden.order_by("volgorde")] == ["Huren", "Wonen", "Zorg"]
    weigert = said(stap(client, "samen", draad=huur.pk, naar=zorg, version=2))
    assert weigert == (
        422,
        "“Huren” is van tafel 1 alleen. Zeg waarom dit geluid niet apart blijft staan.",
        ["reden"],
    )
    assert said(stap(client, "samen", draad=huur.pk, naar=zorg, version=2, reden="Zelfde"))[0] == 200
    assert said(stap(client, "opzij", [drie]))[::2] == (422, ["reden"])
    assert said(stap(client, "opzij", [drie], reden="Grap")) == (200, "1 notitie opzijgelegd.", [])
    assert said(stap(client, "nieuw", [drie], "opzij", titel="Los idee"))[0] == 200
    los = RodeDraad.objects.get(titel="Los idee")
    assert said(stap(client, "los", [drie], los.pk)) == (200, "1 notitie losgemaakt.", [])
    assert said(stap(client, "verwijder", draad=los.pk, version=1)) == (200, "“Los idee” verwijderd.", [])
    assert Handeling.objects.count() == 10
    for _ in range(10):
        response = client.post(url("bord_ongedaan"), headers=HTMX)
        assert (response.status_code, b"Ongedaan gemaakt: " in response.content) == (200, True)
    assert said(client.post(url("bord_ongedaan"), headers=HTMX))[1] == "Er is niets om ongedaan te maken."
    assert list(RodeDraad.objects.values_list("titel", flat=True)) == ["Wonen", "Zorg"]
    assert not Onderbouwing.objects.exists()
    stand = client.get(url("draad_list")).context
    assert (stand["kan_ongedaan"], stand["kan_opnieuw"]) == ("", "2 notities in “Wonen” gezet")
    for _ in range(10):
        response = client.post(url("bord_opnieuw"), headers=HTMX)
        assert (response.status_code, b"Opnieuw gedaan: " in response.content) == (200, True)
    assert said(client.post(url("bord_opnieuw"), headers=HTMX))[1] == "Er is niets om opnieuw te doen."
    stand = client.get(url("draad_list")).context
    assert (stand["kan_ongedaan"], stand["kan_opnieuw"]) == ("“Los idee” verwijderd", "")


def test_colleague_who_was_first_is_409_in_words(client, stelling, draden, notities, roos):
    services.place_bijdragen(bijdragen=notities[:1], gezien=[LOS], draad=draden[0], gebruiker=roos, now=NOW)
    assert said(stap(client, "plaats", notities[:1], draad=draden[1].pk)) == (
        409,
        "Roos zette deze notitie net in “Wonen”.",
        [],
    )
    services.delete_rode_draad(draad=draden[1], gebruiker=roos, now=NOW)
    late = said(stap(client, "plaats", notities[1:2], draad=draden[1].pk))
    assert late == (409, "Roos heeft “Zorg” net weggehaald.", [])


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"doe": "dansen"}, 422),
        ({"doe": "plaats"}, 422),
        ({"doe": "plaats", "draad": 1, "bijdragen": ["1; drop"], "gezien": ["los"]}, 422),
        ({"doe": "plaats", "draad": 1, "bijdragen": [str(uuid.uuid4())], "gezien": []}, 422),
        ({"doe": "plaats", "draad": 1, "bijdragen": [str(uuid.UUID(int=1))] * 2, "gezien": ["los"] * 2}, 422),
        ({"doe": "opzij", "bijdragen": [str(uuid.uuid4())], "gezien": ["los"], "reden": "x" * 201}, 422),
        (
            {
                "doe": "opzij",
                "bijdragen": ",".join(str(uuid.UUID(int=n)) for n in range(2_001)),
                "gezien": ",".join(["los"] * 2_001),
                "reden": "x",
            },
            422,
        ),
        ({"doe": "los", "bijdragen": [str(uuid.uuid4())], "gezien": ["los"]}, 404),
        ({"doe": "nieuw", "titel": " "}, 422),
        ({"doe": "nieuw", "titel": "x\0y"}, 422),
        ({"doe": "hernoem", "draad": 2**63, "titel": "x"}, 422),
        ({"doe": "hernoem", "draad": 999_999, "titel": "x"}, 404),
        ({"doe": "orden", "draad": 999_999, "plek": "-1"}, 422),
        ({"doe": "samen", "draad": 999_999}, 422),
        ({"doe": "samen", "draad": 999_999, "naar": 999_999}, 404),
        ({"doe": "verwijder", "draad": 999_999, "version": "één"}, 422),
        ({"doe": "schuif", "plek": 1}, 422),
    ],
)
def test_bad_step_is_refused_in_words_and_leaves_nothing(client, stelling, draden, data, status):
    response = client.post(url("bord_stap"), data, headers=HTMX)
    assert response.status_code == status
    if status == 422:
        assert said(response)[1]
    assert not Handeling.objects.exists()
    assert RodeDraad.alle.count() == 2


def test_step_about_something_of_another_stelling_is_not_there(client, stellingen, tafels, draden, notities):
    elders = RodeDraadFactory(stelling=stellingen[1])
    notitie = BijdrageFactory(tafel=tafels[0], stelling=stellingen[1])
    spreker = BijdrageFactory(tafel=tafels[0], stelling=stellingen[0], bron="spreker")
    assert stap(client, "plaats", notities[:1], draad=elders.pk).status_code == 404
    assert stap(client, "plaats", [spreker], draad=draden[0].pk).status_code == 404
    assert stap(client, "plaats", [BijdrageFactory()], draad=draden[0].pk).status_code == 404
    assert said(stap(client, "plaats", [notitie], draad=draden[0].pk))[0] == 409
    assert said(stap(client, "los", [notitie]))[0] == 409
    assert not Onderbouwing.objects.exists()


def test_without_javascript_it_goes_back_to_the_board_and_says_it_there(client, draden, notities):
    data = {"doe": "plaats", "draad": draden[0].pk, "bijdragen": [notities[0].pk], "gezien": [LOS]}
    for words in ("1 notitie in “Wonen” gezet.", "zelf net verplaatst"):
        response = client.post(url("bord_stap"), data, follow=True)
        assert response.redirect_chain == [(url("werkbank"), 302)]
        assert words in response.content.decode()
    assert "Ongedaan gemaakt: 1 notitie" in client.post(url("bord_ongedaan"), follow=True).content.decode()


# --- the pages with forms take the same steps ------------------------------------------------------------------------


def test_form_asks_the_reason_for_a_lone_voice(client, stelling, draden, notities):
    for draad, notitie in zip(draden, notities, strict=False):
        OnderbouwingFactory(rode_draad=draad, bijdrage=notitie)
    weg = reverse("synthesis:draad_delete", args=["verkenning-2050", draden[0].pk])
    assert "van één tafel" in client.get(weg).content.decode()
    assert "ongedaan maken" in client.get(weg).content.decode()
    assert client.post(weg).status_code == 422
    samen = reverse("synthesis:draad_merge", args=["verkenning-2050", draden[0].pk])
    data = {"naar": draden[1].pk, "version": draden[0].version}
    refused = client.post(samen, data)
    assert (refused.status_code, "van tafel 1 alleen" in refused.content.decode()) == (422, True)
    assert client.post(samen, data | {"reden": "Zelfde"}).status_code == 302
    assert [(r.titel, r.reden) for r in queries.werkbank(stelling).minderheid] == [
        ("Wonen", "Zelfde"),
        ("Zorg", "Zelfde"),
    ]
    assert b"Ongedaan gemaakt" in client.post(url("bord_ongedaan"), headers=HTMX).content
    services.rename_rode_draad(draad=draden[0], titel="Anders", gebruiker=GebruikerFactory(), now=NOW)
    assert client.post(samen, data | {"reden": "Zelfde"}).status_code == 409
    assert client.post(weg, {"reden": "Dubbel"}).status_code == 302
    assert not RodeDraad.objects.filter(pk=draden[0].pk).exists()


def test_more_notes_than_a_form_has_fields_move_in_one_step(client, stelling, tafels, draden):
    """All in one field; what is too much is said, and nothing moves."""
    alle = [
        BijdrageFactory.build(tafel=tafels[n % 2], diner=stelling.diner, stelling=stelling)
        for n in range(1_001)
    ]
    Bijdrage.objects.bulk_create(alle)
    pks, gezien = ",".join(str(een.pk) for een in alle), ",".join([LOS] * len(alle))
    data = {"doe": "plaats", "draad": draden[0].pk, "bijdragen": pks, "gezien": gezien}
    assert said(client.post(url("bord_stap"), data, headers=HTMX)) == (
        200,
        "1001 notities in “Wonen” gezet.",
        [],
    )
    assert draden[0].onderbouwingen.count() == 1_001
    for pks, gezien, melding in (
        (",".join(str(uuid.uuid4()) for _ in range(2_001)), ",".join([LOS] * 2_001), "Ten hoogste 2000"),
        (f"{alle[0].pk},", f"{LOS},", "onvolledig"),
        (f"{alle[0].pk},{alle[1].pk}", LOS, "onvolledig"),
        (f"{alle[0].pk},{alle[0].pk}", f"{LOS},{LOS}", "onvolledig"),
    ):
        answer = client.post(url("bord_stap"), data | {"bijdragen": pks, "gezien": gezien}, headers=HTMX)
        assert (answer.status_code, melding in answer.content.decode()) == (422, True)
    assert Handeling.objects.count() == 1


# --- who else is there -----------------------------------------------------------------------------------------------


def others(client):
    return re.findall(r"<p[^>]*>(.*?)</p>", client.get(url("aanwezig")).content.decode())


def test_colleagues_see_each_other_and_what_they_do(reeks, stelling, stellingen, draden, vera, sign_in, roos):
    daan = GebruikerFactory(naam="Daan")
    LidmaatschapFactory(gebruiker=daan, reeks=reeks, rol="verslaglegger")
    hers, his = sign_in(vera), sign_in(daan)
    hers.get(url("werkbank"))
    assert (others(hers), others(his)) == ([], ["Vera werkt hier ook"])
    his.post(url("aanwezig"), {"draad": draden[1].pk})
    assert others(hers) == ["Daan schrijft aan “Zorg”"]
    sign_in(roos).post(url("aanwezig"))
    assert others(hers) == ["Daan schrijft aan “Zorg”", "Roos werkt hier ook"]
    assert hers.get(url("aanwezig", 2)).content.count(b"<p") == 0, "another werkbank"
    his.post(url("aanwezig"), {"draad": "geen getal"})
    services.delete_rode_draad(draad=draden[1], gebruiker=vera, now=NOW)
    assert others(hers) == ["Daan werkt hier ook", "Roos werkt hier ook"]
    reeks.lidmaatschappen.filter(gebruiker=daan).delete()
    assert others(hers) == ["Roos werkt hier ook"]


def test_who_opens_a_thread_sees_who_writes_there_too(reeks, stelling, draden, vera, roos, otto, sign_in):
    """The editor says so itself, and asks the same of what refreshes it; a thread of the reeks says nothing."""
    daan = GebruikerFactory(naam="Daan")
    LidmaatschapFactory(gebruiker=daan, reeks=reeks, rol="verslaglegger")
    editors = [reverse("synthesis:draad_edit", args=[reeks.slug, een.pk]) for een in draden]
    his = sign_in(daan)
    assert "schrijft hier ook" not in his.get(editors[1]).content.decode()
    page = sign_in(vera).get(editors[1]).content.decode()
    [root] = re.findall(r'<div id="aanwezig"[^>]*>', page)
    assert f'data-draad="{draden[1].pk}"' in root
    assert f'hx-get="{url("aanwezig")}?draad={draden[1].pk}"' in root
    assert "<strong>Daan schrijft hier ook</strong>" in page
    assert others(his) == ["Vera schrijft aan “Zorg”"]
    sign_in(roos).post(url("aanwezig"))
    beside = sign_in(vera).get(editors[0]).content.decode()
    assert "Daan schrijft aan “Zorg”" in beside
    assert "Roos is op de werkbank" in beside
    assert "hier ook" not in beside
    fragment = his.post(url("aanwezig") + f"?draad={draden[0].pk}", {"draad": draden[0].pk}).content.decode()
    assert "<strong>Vera schrijft hier ook</strong>" in fragment
    boven = RodeDraadFactory(stelling=None, reeks=reeks)
    page = sign_in(vera).get(reverse("synthesis:draad_edit", args=[reeks.slug, boven.pk])).content.decode()
    assert "aanwezig" not in page
    assert sign_in(otto).get(editors[0]).status_code == 404
    assert cache.get(aanwezig_key(stelling.pk, otto.pk, "draad")) is None


def test_who_is_silent_is_gone(stelling, vera, roos, sign_in, monkeypatch):
    kept = {}
    real = cache.set
    monkeypatch.setattr(
        cache, "set", lambda key, value, seconds: kept.update({key: seconds}) or real(key, value, seconds)
    )
    services.say_aanwezig(stelling=stelling, gebruiker=roos)
    assert list(kept.values()) == [services.aanwezig.WEG]
    assert services.aanwezig.PING * 2 < services.aanwezig.WEG < services.aanwezig.PING * 3
    [key] = kept
    assert [een.gebruiker for een in queries.aanwezigen_of(stelling, vera)] == [roos]
    cache.delete(key)
    assert queries.aanwezigen_of(stelling, vera) == ()


def test_only_news_is_told(stelling, draden, vera, django_capture_on_commit_callbacks):
    def told(**more):
        with django_capture_on_commit_callbacks() as callbacks:
            services.say_aanwezig(stelling=stelling, gebruiker=vera, **more)
        return len(callbacks)

    assert [told(), told(), told(draad=draden[0].pk), told(draad=draden[0].pk), told(draad=draden[1].pk), told()] == [
        1, 0, 1, 0, 1, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("aantal", [1, 3])
def test_who_is_there_costs_the_same(reeks, stelling, vera, aantal, django_assert_num_queries):
    for n in range(aantal):
        lid = GebruikerFactory(naam=f"Lid {n}")
        LidmaatschapFactory(gebruiker=lid, reeks=reeks, rol="verslaglegger")
        services.say_aanwezig(stelling=stelling, gebruiker=lid, draad=RodeDraadFactory(stelling=stelling).pk)
    with django_assert_num_queries(2):
        assert len(queries.aanwezigen_of(stelling, vera)) == aantal


def test_werkbank_works_when_the_cache_does_not(client, stelling, monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionError

    for name in ("get", "set", "get_many"):
        monkeypatch.setattr(cache, name, down)
    assert client.get(url("werkbank")).status_code == 200
    assert client.post(url("aanwezig")).status_code == 200


# --- what is like it -------------------------------------------------------------------------------------------------


def test_more_like_this_says_where_notes_are(client, stelling, stellingen, draden, tafels):
    teksten = ["geen bus na zeven uur", "na zeven uur geen bus", "de bus van zeven uur", "bus naar het dorp"]
    bus, los, geplaatst, opzij = (
        BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst=tekst) for tekst in teksten
    )
    OnderbouwingFactory(rode_draad=draden[0], bijdrage=geplaatst)
    OnderbouwingFactory(rode_draad=None, bijdrage=opzij)
    html = client.get(url("bord_meer"), {"bijdragen": [bus.pk]}).content.decode()
    assert dict(re.findall(r'data-meer="([\w-]+)" data-meer-plek="(\w+)"', html)) == {
        str(los.pk): "los",
        str(geplaatst.pk): str(draden[0].pk),
        str(opzij.pk): "opzij",
    }
    assert "staat in “Wonen”" in html
    html = client.get(url("bord_meer"), {"draad": draden[0].pk}).content.decode()
    assert "Meer zoals “Wonen”" in html
    assert str(geplaatst.pk) not in html


@pytest.mark.parametrize(
    ("vraag", "status"),
    [({}, 422), ({"bijdragen": ["x"]}, 422), ({"draad": 999_999}, 404), ({"draad": "x"}, 422)],
)
def test_more_like_nothing_is_refused_in_words(client, stelling, vraag, status):
    assert client.get(url("bord_meer"), vraag, headers=HTMX).status_code == status


@pytest.mark.parametrize("aantal", [1, 3])
def test_board_costs_the_same_with_steps_and_what_is_put_away(
    client, vera, stelling, tafels, aantal, django_assert_num_queries
):
    TafelFactory(diner=stelling.diner, nummer=3)
    for n in range(aantal):
        draad = RodeDraadFactory(stelling=stelling)
        OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafels[0], stelling=stelling))
        OnderbouwingFactory(
            rode_draad=RodeDraadFactory(stelling=stelling),
            bijdrage=BijdrageFactory(tafel=tafels[n % 2], stelling=stelling),
        )
        services.delete_rode_draad(draad=draad, reden="Dubbel", gebruiker=vera, now=NOW)
    with django_assert_num_queries(13):
        bank = client.get(url("draad_list")).context["bank"]
    assert len(bank.minderheid) == 2 * aantal
