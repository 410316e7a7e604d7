"""A diner after another one: what comes along, what never does, and that nothing of the plan is forgotten."""

import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from sessions import services
from sessions.models import Diner, Optreden, Rol, Ronde, Rondesoort, Stelling, Tafel
from sessions.queries import volgende_datum
from sessions.services.kopie import GEKOPIEERD
from tests.factories import (
    NOW,
    DinerFactory,
    GastFactory,
    LidmaatschapFactory,
    ReeksFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    TafelFactory,
    ToegangFactory,
)

pytestmark = pytest.mark.django_db
ALLES = {"stellingen": True, "draaiboek": True, "sprekers": True, "tafels": True}
BLIJFT_ACHTER = {
    "Gast": "people: they come to one evening",
    "Plaats": "where those people sat",
    "Toegang": "the links of the tables; a copy gets new ones",
    "Apparaat": "tablets that joined",
    "Taak": "work that was done in the background",
    "Taakbestand": "what that work made",
    "Scherm": "what the projector showed",
    "Bericht": "what was told to the tables",
    "Gezien": "who read that",
    "Hulpvraag": "who asked for help",
    "Logregel": "what happened",
    "Agendastand": "what calendars were told of one evening",
    "Brief": "letters about one evening",
    "Briefing": "the page of a spreker at one evening; a copy gets its own",
    "Stellingidee": "what a spreker of one evening suggested; what was taken over is a stelling",
    "Stellingversie": "how the words came to be",
}
"""Models of the programme that a copy leaves out, and why."""
NIET_MEE = {
    Diner: {"id", "reeks", "nummer", "titel", "datum", "begintijd", "status", "sprekers", "scherm_nonce"}
    | {"scherm_token_hash", "code_missers"},
    Stelling: {"id", "diner", "status"},
    Ronde: {"id", "diner", "stelling", "started_at", "ends_at", "paused_remaining", "ended_at", "version"},
    Optreden: {"id", "diner", "bevestigd_at"},
    Tafel: {"id", "diner"},
}
"""Fields that are the copy's own, asked for, or of the evening itself."""


@pytest.fixture
def bron(reeks):
    """An evening that was held: three rondes about two stellingen, two tables, a spreker, guests and links."""
    bron = DinerFactory(reeks=reeks, nummer=1, titel="Zorg", locatie="De Hoeve", status="afgesloten")
    stellingen = [
        StellingFactory(
            diner=bron, nummer=n, tekst=f"Stelling {n}?", doorvragen=["Voor wie?"], status="definitief"
        )
        for n in (1, 2)
    ]
    RondeFactory(diner=bron, nummer=1, soort=Rondesoort.ONTVANGST, minuten=15)
    for nummer, stelling in enumerate(stellingen, start=2):
        RondeFactory(
            diner=bron,
            nummer=nummer,
            stelling=stelling,
            titel="Gesprek",
            started_at=NOW,
            ended_at=NOW,
            ends_at=NOW,
        )
    for nummer in (1, 2):
        ToegangFactory(tafel=TafelFactory(diner=bron, nummer=nummer, naam=f"Hoek {nummer}", aantal_gasten=6))
    spreker = SprekerFactory(reeks=reeks, naam="Ada Vos")
    Optreden.objects.create(diner=bron, spreker=spreker, bevestigd_at=NOW)
    GastFactory(diner=bron)
    return bron


def copy(bron, **which):
    options = {"titel": "Zorg, opnieuw", "datum": None, "begintijd": None} | ALLES | which
    return services.copy_diner(bron=bron, reeks=bron.reeks, **options)


def page_of(reeks, van=""):
    return reverse("diners:diner_create", args=[reeks.slug]) + (f"?van={van}" if van else "")


def test_every_model_of_the_programme_is_copied_or_left_out_for_a_reason():
    """A new model, or a new field, has to say whether it comes along."""

    def hangs_on_a_diner(model, seen=()):
        return model is Diner or any(
            hangs_on_a_diner(field.related_model, (*seen, model))
            for field in model._meta.fields
            if field.is_relation and field.related_model not in (*seen, model)
        )

    found = {
        model.__name__ for model in apps.get_app_config("diners").get_models() if hangs_on_a_diner(model)
    }
    copied = {model.__name__ for model in GEKOPIEERD}
    assert found == copied | BLIJFT_ACHTER.keys()
    assert not copied & BLIJFT_ACHTER.keys()
    for model, mee in GEKOPIEERD.items():
        names = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
        assert names == {*mee} | NIET_MEE[model], model


def test_copy_takes_the_plan_and_not_the_evening(bron):
    diner = copy(bron)
    assert (diner.nummer, diner.titel, diner.locatie, diner.status) == (
        2,
        "Zorg, opnieuw",
        "De Hoeve",
        "voorbereiding",
    )
    assert [(s.nummer, s.tekst, s.doorvragen, s.status) for s in diner.stellingen.all()] == [
        (1, "Stelling 1?", ["Voor wie?"], "concept"),
        (2, "Stelling 2?", ["Voor wie?"], "concept"),
    ]
    rondes = list(diner.rondes.select_related("stelling"))
    assert [(r.nummer, r.soort, r.stelling and r.stelling.nummer, r.started_at) for r in rondes] == [
        (1, "ontvangst", None, None),
        (2, "tafelgesprek", 1, None),
        (3, "tafelgesprek", 2, None),
    ]
    assert {r.stelling.diner_id for r in rondes if r.stelling} == {diner.pk}
    assert [(t.nummer, t.naam, t.aantal_gasten) for t in diner.tafels.all()] == [
        (1, "Hoek 1", 6),
        (2, "Hoek 2", 6),
    ]
    assert [(o.spreker.naam, o.bevestigd_at) for o in diner.optredens.all()] == [("Ada Vos", None)]
    assert not diner.gasten.exists()
    assert not diner.tafels.filter(toegangen__isnull=False).exists()


@pytest.mark.parametrize("zonder", list(ALLES))
def test_copy_leaves_out_what_is_not_asked_for(bron, zonder):
    diner = copy(bron, **{zonder: False})
    found = {
        "stellingen": diner.stellingen.count(),
        "draaiboek": diner.rondes.count(),
        "sprekers": diner.optredens.count(),
        "tafels": diner.tafels.count(),
    }
    assert found == {"stellingen": 2, "draaiboek": 3, "sprekers": 1, "tafels": 2} | {zonder: 0}
    if zonder == "stellingen":
        assert not diner.rondes.filter(stelling__isnull=False).exists()


def test_standaard_draaiboek_has_a_talk_for_each_stelling(reeks):
    diner = DinerFactory(reeks=reeks)
    stellingen = [StellingFactory(diner=diner, nummer=n) for n in (1, 2)]
    services.add_standaard_draaiboek(diner=diner)
    rondes = list(diner.rondes.order_by("nummer"))
    assert [r.nummer for r in rondes] == list(range(1, 8 + 1))
    assert [r.stelling for r in rondes if r.soort == "tafelgesprek"] == stellingen
    assert rondes[0].soort == "ontvangst"
    assert [r.soort for r in rondes[-2:]] == ["plenair", "afsluiting"]
    with pytest.raises(DenkdinerError, match="heeft al een draaiboek"):
        services.add_standaard_draaiboek(diner=diner)


def test_standaard_draaiboek_without_stellingen_leaves_three_to_choose(reeks):
    diner = DinerFactory(reeks=reeks)
    services.add_standaard_draaiboek(diner=diner)
    assert list(diner.rondes.filter(soort="tafelgesprek").values_list("stelling", flat=True)) == [None] * 3


# --- the pages -------------------------------------------------------------------------------------------------------


def text(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.mark.parametrize(
    ("datums", "vandaag", "volgende"),
    [
        ((), 1, None),
        ((3,), 1, 31),
        ((3, 10, None), 1, 17),
        ((10, 3), 18, None),
        ((3, 3), 1, 31),
    ],
)
def test_copy_comes_as_long_after_the_last_as_that_after_the_one_before(
    reeks, datums, vandaag, volgende, django_assert_num_queries
):
    for datum in datums:
        DinerFactory(reeks=reeks, datum=datum and date(2027, 1, datum))
    with django_assert_num_queries(1):
        assert volgende_datum(reeks, date(2027, 1, vandaag)) == (volgende and date(2027, 1, volgende))


def test_copy_suggests_its_date(bron, roos, sign_in):
    Diner.objects.update(datum=timezone.localdate() - timedelta(weeks=3))
    page = sign_in(roos).get(page_of(bron.reeks, bron.pk)).content.decode()
    assert f'value="{timezone.localdate() + timedelta(weeks=1)}"' in page


def test_copy_is_summed_up_before_it_is_made(bron, roos, otto, sign_in):
    client, page = sign_in(roos), page_of(bron.reeks, bron.pk)
    data = {"titel": "Zorg 2", "datum": "2026-12-24", "begintijd": "18:30", "draaiboek": "on", "tafels": "on"}
    answer = client.post(page, data)
    words = text(answer)
    assert answer.status_code == 200
    for word in (
        "donderdag 24 december 2026, 18:30 tot ongeveer",
        "Geen stellingen",
        "Een draaiboek van 3 rondes, nog zonder stellingen",
        "2 tafels voor 12 gasten",
        "Geen sprekers",
    ):
        assert word in words
    assert Diner.objects.count() == 1
    for naam, waarde in data.items():
        assert re.search(
            rf'type="hidden" name="{naam}" value="({waarde}|True|18:30:00)"', answer.content.decode()
        )
    assert 'value="Zorg 2"' in client.post(page, data | {"terug": "1"}).content.decode()
    assert Diner.objects.count() == 1
    answer = client.post(page, data | {"maak": "1"})
    assert answer["Location"] == reverse("diners:diner_detail", args=[bron.reeks.slug, 2])
    nieuw = Diner.objects.get(nummer=2)
    assert (nieuw.titel, str(nieuw.datum), nieuw.rondes.count(), nieuw.stellingen.count()) == (
        "Zorg 2",
        "2026-12-24",
        3,
        0,
    )
    assert sign_in(otto).post(page, data | {"maak": "1"}).status_code == 404
    assert client.post(page, {"titel": "", "maak": "1"}).status_code == 422
    assert Diner.objects.count() == 2


@pytest.mark.parametrize(
    ("van", "words", "rondes"),
    [
        ("leeg", ["25 december 2026, 18:00, De Hoeve", "Geen draaiboek", "Geen stellingen"], 0),
        (
            "standaard",
            ["18:00 tot ongeveer 21:05, De Hoeve", "Een draaiboek van 11 rondes", "Geen tafels"],
            11,
        ),
    ],
)
def test_new_diner_is_summed_up_too_before_it_is_made(reeks, roos, sign_in, van, words, rondes):
    client, page = sign_in(roos), page_of(reeks, van)
    data = {"titel": "Zorg", "datum": "2026-12-25", "begintijd": "18:00", "locatie": "De Hoeve"}
    said = text(client.post(page, data))
    assert [word for word in words if word not in said] == []
    assert not Diner.objects.exists()
    assert client.post(page, data | {"maak": "1", "datum": "morgen"}).status_code == 422
    client.post(page, data | {"maak": "1", "herinner_dagen": "3"})
    diner = Diner.objects.get()
    assert (diner.titel, diner.locatie, diner.herinner_dagen) == ("Zorg", "De Hoeve", 3)
    assert diner.rondes.count() == rondes


@pytest.fixture
def elders(roos):
    """Of another reeks, in which Roos is organisator too; one in which she only looks, and one of others."""
    eigen, kijkt, vreemd = [
        DinerFactory(reeks=ReeksFactory(titel=titel), nummer=7, titel=f"Avond {titel}")
        for titel in ("Elders", "Gluren", "Vreemd")
    ]
    LidmaatschapFactory(gebruiker=roos, reeks=eigen.reeks, rol=Rol.ORGANISATOR)
    for rol in (Rol.KIJKER, Rol.VERSLAGLEGGER):
        LidmaatschapFactory(gebruiker=roos, reeks=kijkt.reeks, rol=rol)
    Optreden.objects.create(diner=eigen, spreker=SprekerFactory(reeks=eigen.reeks))
    StellingFactory(diner=eigen, nummer=1, tekst="Van elders?")
    return eigen, kijkt, vreemd


def test_choice_offers_what_one_may_copy_of_this_reeks_first(bron, elders, reeks, roos, sign_in):
    DinerFactory(reeks=reeks, nummer=2)
    page = sign_in(roos).get(page_of(reeks)).content.decode()
    laatste = reeks.diners.get(nummer=2)
    offered = ["leeg", "standaard", *(str(diner.pk) for diner in (laatste, bron, elders[0]))]
    assert re.findall(r'href="\?van=(\w+)"', page) == offered


@pytest.mark.parametrize("aantal", [1, 3])
def test_choice_costs_as_many_queries(reeks, roos, sign_in, aantal, django_assert_num_queries):
    client = sign_in(roos)
    for nummer in range(1, aantal + 1):
        DinerFactory(reeks=reeks, nummer=nummer)
        LidmaatschapFactory(gebruiker=roos, reeks=DinerFactory().reeks)
    with django_assert_num_queries(5):
        page = client.get(page_of(reeks)).content.decode()
    assert page.count('href="?van=') == 2 + 2 * aantal


def test_copy_of_another_reeks_comes_without_its_sprekers(elders, reeks, roos, sign_in):
    eigen, client = elders[0], sign_in(roos)
    page, data = page_of(reeks, eigen.pk), {"titel": "Hier", "stellingen": "on", "sprekers": "on"}
    shown = client.get(page)
    assert "Sprekers horen bij hun eigen reeks" in text(shown)
    assert 'name="sprekers"' not in shown.content.decode()
    assert "Geen sprekers" in text(client.post(page, data))
    client.post(page, data | {"maak": "1"})
    diner = reeks.diners.get()
    assert (diner.titel, diner.stellingen.get().tekst, diner.optredens.count()) == ("Hier", "Van elders?", 0)
    with pytest.raises(DenkdinerError, match="Sprekers horen bij hun eigen reeks"):
        services.copy_diner(bron=eigen, reeks=reeks, titel="x", datum=None, begintijd=None, **ALLES)


def test_diner_of_a_reeks_of_others_is_no_source(elders, reeks, roos, sign_in, stored):
    client, before = sign_in(roos), stored()
    _, kijkt, vreemd = elders
    for van in (kijkt.pk, vreemd.pk, 10**17, "9" * 30, "-1", "x", "²", "%00", "leeg%20"):
        page = page_of(reeks, van)
        assert client.get(page).status_code == 404
        assert client.post(page, {"titel": "x", "stellingen": "on", "maak": "1"}).status_code == 404
    assert stored() == before


def test_new_diner_is_for_organisers_whatever_they_bring(elders, reeks, roos, vera, otto, sign_in):
    """Who organises elsewhere brings nothing in here."""
    LidmaatschapFactory(gebruiker=otto, reeks=elders[0].reeks, rol=Rol.ORGANISATOR)
    for van in ("", "leeg", "standaard", elders[0].pk):
        assert sign_in(vera).get(page_of(reeks, van)).status_code == 403
        assert sign_in(otto).post(page_of(reeks, van), {"titel": "x", "maak": "1"}).status_code == 404
    assert not reeks.diners.exists()


def test_draaiboek_that_works_is_one_press(reeks, roos, sign_in):
    diner = DinerFactory(reeks=reeks, nummer=7)
    client, detail = sign_in(roos), reverse("diners:diner_detail", args=[reeks.slug, 7])
    press = reverse("diners:draaiboek_standaard", args=[reeks.slug, 7])
    assert "Begin met een draaiboek dat werkt" in text(client.get(detail))
    assert client.post(press)["Location"] == f"{detail}#draaiboek"
    assert "Begin met een draaiboek dat werkt" not in text(client.get(detail))
    assert client.post(press).status_code == 422
    assert diner.rondes.count() == 11
