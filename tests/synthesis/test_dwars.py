"""Across the diners: placing threads, proposals, pages, and who sees what. Counts: test_dwars_reference."""

import re

import pytest
from django.urls import reverse

from capture.models import Bron, Peiling, Standpunt
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Rondesoort
from synthesis import queries, services
from synthesis.models import Draadstatus, Onderbouwing, RodeDraad
from tests.factories import (
    NOW,
    BijdrageFactory,
    DinerFactory,
    OnderbouwingFactory,
    ReeksFactory,
    RodeDraadFactory,
    RondeFactory,
    StellingFactory,
    TafelFactory,
)
from tests.synthesis.drafting.test_dwars import WATER, ZORG

pytestmark = pytest.mark.django_db
VAST = Draadstatus.VASTGESTELD


def boven(reeks, titel="Over alles", **kwargs):
    return RodeDraadFactory(stelling=None, reeks=reeks, titel=titel, door_mens=True, **kwargs)


def filled(reeks, diners, **kwargs):
    """So many diners, each with one stelling, a speaker, two tables, three threads with notes, and a peiling."""
    draden = []
    for nummer in range(1, diners + 1):
        diner = DinerFactory(reeks=reeks, nummer=nummer)
        stelling = StellingFactory(diner=diner, nummer=1)
        spreker = RondeFactory(diner=diner, nummer=1, soort=Rondesoort.SPREKER)
        gesprek = RondeFactory(diner=diner, nummer=2, stelling=stelling)
        tafels = [TafelFactory(diner=diner, nummer=n) for n in (1, 2)]
        eerste = BijdrageFactory(tafel=tafels[0], stelling=stelling, ronde=gesprek)
        BijdrageFactory(tafel=tafels[0], stelling=stelling, ronde=gesprek, bijgesteld=eerste)
        BijdrageFactory(tafel=tafels[0], stelling=stelling, ronde=spreker, bron=Bron.SPREKER)
        for tekst in (WATER[(nummer - 1) % 3], ZORG[(nummer - 1) % 3], f"Iets anders {nummer}"):
            draad = RodeDraadFactory(stelling=stelling, titel=tekst[:40], tekst=tekst, **kwargs)
            for tafel in tafels:
                OnderbouwingFactory(
                    rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling)
                )
            draden.append(draad)
        for tafel in tafels:
            Peiling.objects.create(
                tafel=tafel, stelling=stelling, moment="voor", eens=3, oneens=1, updated_at=NOW
            )
            Peiling.objects.create(
                tafel=tafel, stelling=stelling, moment="na", eens=1, oneens=3, updated_at=NOW
            )
    return draden


def carriers(draad):
    return list(draad.onderbouwingen.order_by("volgorde", "pk").values_list("draad_id", flat=True))


# --- placing --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def twee(reeks):
    return boven(reeks, "Een"), boven(reeks, "Twee")


def test_what_is_vastgesteld_is_looked_at_again_when_something_else_carries_it(reeks, twee, vera):
    a, b, _ = filled(reeks, 1)
    een, _ = twee
    RodeDraad.objects.filter(pk=een.pk).update(status=VAST)
    wie = {"reeks": reeks, "now": NOW, "gebruiker": vera}
    services.place_draden(plaatsen=[(a.pk, None)], naar=een.pk, **wie)
    een.refresh_from_db()
    assert (een.status, een.version) == (Draadstatus.IN_REVIEW, 2)
    assert [(rij.version, rij.status) for rij in een.versies.all()] == [(1, VAST)]
    services.place_draden(plaatsen=[(b.pk, None)], naar=een.pk, **wie)
    services.place_draden(plaatsen=[(a.pk, een.pk)], **wie)
    assert [rij.version for rij in een.versies.all()] == [3, 2, 1]


def test_thread_that_was_put_away_carries_nothing_until_it_is_back(reeks, twee, vera):
    a = filled(reeks, 2)[0]
    ander = RodeDraad.objects.exclude(stelling=a.stelling_id).exclude(stelling=None).first()
    een, _ = twee
    wie = {"gebruiker": vera, "now": NOW}
    services.place_draden(reeks=reeks, plaatsen=[(a.pk, None), (ander.pk, None)], naar=een.pk, **wie)
    services.delete_rode_draad(draad=ander, reden="Dubbel", **wie)
    een.refresh_from_db()
    ondergrond = queries.ondergrond_of(een)
    assert (ondergrond.bron.besproken, len(ondergrond.bron.notities)) == (2, 2)
    assert list(queries.bronnen_of([een])[een.pk]) == [f"draad-{a.pk}"]
    RodeDraad.objects.filter(pk=een.pk).update(status=VAST)
    services.edit_rode_draad(draad=een, version=een.version, door=[a], titel=een.titel, **wie)
    een.refresh_from_db()
    assert (een.status, set(carriers(een))) == (VAST, {a.pk, ander.pk})


def test_thread_of_the_reeks_that_was_put_away_is_listed_and_comes_back_as_it_was(
    reeks, twee, vera, roos, sign_in
):
    a = filled(reeks, 1)[0]
    een, ander = twee
    services.place_draden(reeks=reeks, plaatsen=[(a.pk, None)], naar=een.pk, now=NOW)
    RodeDraad.objects.filter(pk=een.pk).update(status=VAST, tekst="Wat er stond.")
    client, adres = sign_in(vera), reverse("synthesis:dwars", args=[reeks.slug])
    assert "Weggelegd" not in client.get(adres).content.decode()
    weg = reverse("synthesis:draad_delete", args=[reeks.slug, een.pk])
    assert "bij “Weggelegd”" in client.get(weg).content.decode()
    een.refresh_from_db()
    assert client.post(weg, {"version": een.version}).status_code == 302
    html = client.get(adres).content.decode()
    assert "Weggelegd: 1" in html
    assert f'id="draad-{een.pk}"' not in html
    assert "Weggelegd: " not in sign_in(roos).get(adres).content.decode()
    terug = reverse("synthesis:reeksdraad_restore", args=[reeks.slug, een.pk])
    assert client.post(terug)["Location"] == f"{adres}#draad-{een.pk}"
    nu = RodeDraad.objects.get(pk=een.pk)
    assert (nu.titel, nu.tekst, nu.status, set(carriers(nu))) == (
        een.titel,
        "Wat er stond.",
        "in_review",
        {a.pk},
    )
    assert (nu.volgorde > ander.volgorde, nu.updated_by) == (True, vera)
    html = client.get(adres).content.decode()
    assert f'id="draad-{een.pk}"' in html
    assert "Weggelegd: " not in html
    assert client.post(terug).status_code == 302, "a colleague was first"
    assert RodeDraad.objects.get(pk=een.pk).version == nu.version
    for elders in (a, boven(ReeksFactory(), verwijderd_at=NOW)):
        weg = reverse("synthesis:reeksdraad_restore", args=[reeks.slug, elders.pk])
        assert client.post(weg).status_code == 404


def test_threads_move_from_one_to_another_and_the_rest_stays(reeks, twee, vera):
    a, b, c = filled(reeks, 1)
    een, ander = twee
    services.place_draden(
        reeks=reeks, plaatsen=[(a.pk, None), (b.pk, None)], naar=een.pk, now=NOW, gebruiker=vera
    )
    services.place_draden(reeks=reeks, plaatsen=[(b.pk, een.pk), (c.pk, None)], naar=ander.pk, now=NOW)
    assert (carriers(een), carriers(ander)) == ([a.pk], [b.pk, c.pk])
    een.refresh_from_db()
    assert (een.version, een.door_mens) == (3, True)


def test_also_there_keeps_it_where_it_was_and_off_takes_it_away_there_only(reeks, twee):
    a, *_ = filled(reeks, 1)
    een, ander = twee
    services.place_draden(reeks=reeks, plaatsen=[(a.pk, None)], naar=een.pk, now=NOW)
    services.place_draden(reeks=reeks, plaatsen=[(a.pk, een.pk)], naar=ander.pk, ook=True, now=NOW)
    assert carriers(een) == carriers(ander) == [a.pk]
    assert services.place_draden(reeks=reeks, plaatsen=[(a.pk, een.pk)], now=NOW) is None
    assert (carriers(een), carriers(ander)) == ([], [a.pk])


def test_done_twice_is_done_once(reeks, twee):
    a, b, _ = filled(reeks, 1)
    for _ in range(2):
        services.place_draden(
            reeks=reeks, plaatsen=[(a.pk, None), (a.pk, None), (b.pk, None)], naar=twee[0].pk, now=NOW
        )
    assert carriers(twee[0]) == [a.pk, b.pk]
    twee[0].refresh_from_db()
    assert twee[0].version == 2


def test_a_new_thread_is_made_with_what_was_chosen(reeks, vera):
    a, *_ = filled(reeks, 1)
    nieuw = services.place_draden(
        reeks=reeks, plaatsen=[(a.pk, None)], titel="Nieuw", now=NOW, gebruiker=vera
    )
    assert (nieuw.reeks, nieuw.diner, nieuw.titel, nieuw.door_mens) == (reeks, None, "Nieuw", True)
    assert carriers(nieuw) == [a.pk]


def test_who_was_writing_gets_to_see_that_something_else_carries_it(reeks, twee):
    a, *_ = filled(reeks, 1)
    oud = twee[0].version
    services.place_draden(reeks=reeks, plaatsen=[(a.pk, None)], naar=twee[0].pk, now=NOW)
    with pytest.raises(Conflict):
        services.edit_rode_draad(draad=twee[0], version=oud, now=NOW, door=[])
    assert carriers(twee[0]) == [a.pk]


@pytest.mark.parametrize(
    "soort", ["andere reeks", "reeksdraad", "weg", "niets", "naar andere reeks", "naar weg"]
)
def test_what_does_not_belong_here_is_refused_and_nothing_is_stored(reeks, twee, soort):
    a, *_ = filled(reeks, 1)
    vreemd = filled(ReeksFactory(), 1)[0]
    elders = boven(vreemd.reeks)
    tweede = {"andere reeks": vreemd.pk, "reeksdraad": twee[1].pk, "weg": 999_999}.get(soort, a.pk)
    naar = {"naar andere reeks": elders.pk, "naar weg": 999_999}.get(soort, twee[0].pk)
    plaatsen = [] if soort == "niets" else [(a.pk, None), (tweede, None)]
    with pytest.raises(DenkdinerError):
        services.place_draden(reeks=reeks, plaatsen=plaatsen, naar=naar, now=NOW)
    assert not Onderbouwing.objects.filter(draad__isnull=False).exists()


# --- proposals ------------------------------------------------------------------------------------------------------------


def test_proposals_come_from_what_is_vastgesteld_and_store_nothing(reeks):
    draden = filled(reeks, 3, status=VAST)
    RodeDraadFactory(stelling=draden[0].stelling, titel=WATER[1], tekst=WATER[1])  # a concept takes no part
    gevonden = queries.reeksvoorstellen(reeks)
    assert (gevonden.vastgesteld, gevonden.genoeg) == (9, True)
    water, zorg = set(draden[0::3]), set(draden[1::3])
    assert len(gevonden.regels) == 2
    assert all(set(regel.draden) <= water or set(regel.draden) <= zorg for regel in gevonden.regels)
    assert not RodeDraad.objects.filter(reeks=reeks, diner=None).exists()
    assert [nog for _, _, nog in gevonden.diners] == [1, 0, 0]


def test_without_anything_vastgesteld_the_page_says_what_is_missing(reeks, vera, sign_in):
    filled(reeks, 2)
    pagina = sign_in(vera).get(reverse("synthesis:reeksvoorstellen", args=[reeks.slug]))
    assert "Er is nog geen rode draad vastgesteld." in pagina.content.decode()
    RodeDraad.objects.filter(diner__nummer=1).update(status=VAST)
    pagina = sign_in(vera).get(reverse("synthesis:reeksvoorstellen", args=[reeks.slug])).content.decode()
    assert "3 rode draden zijn vastgesteld, allemaal van één diner" in " ".join(pagina.split())


def test_proposal_is_taken_over_with_one_post_and_then_is_a_persons(reeks, vera, sign_in):
    draden = filled(reeks, 3, status=VAST)
    client, adres = sign_in(vera), reverse("synthesis:reeksvoorstel_take", args=[reeks.slug])
    pagina = client.get(reverse("synthesis:reeksvoorstellen", args=[reeks.slug])).content.decode()
    assert "Gedeelde woorden" in pagina
    pks = [draad.pk for draad in draden[0::3]]
    assert client.post(adres, {"draad": pks, "titel": "Water zoekt zijn weg"}).status_code == 302
    nieuw = RodeDraad.objects.get(reeks=reeks, diner=None)
    assert (nieuw.titel, nieuw.door_mens, nieuw.updated_by, carriers(nieuw)) == (
        "Water zoekt zijn weg",
        True,
        vera,
        pks,
    )
    over = queries.reeksvoorstellen(reeks).regels
    assert {draad.pk for regel in over for draad in regel.draden}.isdisjoint(pks)


def test_proposal_that_no_longer_holds_is_not_taken_over(reeks, vera, sign_in):
    draden = filled(reeks, 2, status=VAST)
    pks = [draden[0].pk, draden[3].pk]
    services.place_draden(reeks=reeks, plaatsen=[(pks[0], None)], naar=boven(reeks).pk, now=NOW)
    adres = reverse("synthesis:reeksvoorstel_take", args=[reeks.slug])
    assert sign_in(vera).post(adres, {"draad": pks, "titel": "Te laat"}).status_code == 409
    RodeDraad.objects.filter(pk=pks[1]).update(status="concept")
    with pytest.raises(Conflict):
        services.take_over_reeksvoorstel(reeks=reeks, draden=pks[1:], titel="Te laat", now=NOW)
    assert not RodeDraad.objects.filter(titel="Te laat").exists()


# --- pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aantal", [1, 3])
@pytest.mark.parametrize(
    ("naam", "queries_aantal"),
    [("dwars", 11), ("dwars_beeld", 11), ("reeksvoorstellen", 9), ("diner_synthese", 18)],
)
def test_pages_cost_the_same_for_one_diner_or_three(
    reeks, vera, sign_in, aantal, naam, queries_aantal, django_assert_num_queries
):
    draden = filled(reeks, aantal, status=VAST)
    for nummer in range(aantal):
        boven(reeks, f"Weg {nummer}", verwijderd_at=NOW)
        een = boven(reeks, f"Over {nummer}")
        services.place_draden(
            reeks=reeks, plaatsen=[(d.pk, None) for d in draden[2::3]], naar=een.pk, now=NOW
        )
    args = [reeks.slug] + [1] * (naam == "diner_synthese")
    client = sign_in(vera)
    with django_assert_num_queries(queries_aantal):
        assert client.get(reverse(f"synthesis:{naam}", args=args)).status_code == 200


@pytest.mark.parametrize("aantal", [1, 3])
def test_diner_costs_the_same_for_one_stelling_or_three(reeks, diner, aantal, django_assert_num_queries):
    for nummer in range(1, aantal + 1):
        stelling = StellingFactory(diner=diner, nummer=nummer)
        for n in range(aantal):
            draad = RodeDraadFactory(stelling=stelling)
            tafel = TafelFactory(diner=diner, nummer=nummer * 10 + n)
            OnderbouwingFactory(rode_draad=draad, bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling))
    with django_assert_num_queries(14):
        assert len(queries.dinersynthese(diner).stellingen) == aantal


def test_matrix_links_every_thread_and_names_what_is_forgotten(reeks, vera, sign_in):
    draden = filled(reeks, 2)
    kaal = StellingFactory(diner=draden[0].diner, nummer=2, tekst="Vergeten stelling")
    een = boven(reeks, "Over alles")
    services.place_draden(
        reeks=reeks, plaatsen=[(draden[0].pk, None), (draden[3].pk, None)], naar=een.pk, now=NOW
    )
    tekst = " ".join(
        sign_in(vera).get(reverse("synthesis:dwars", args=[reeks.slug])).content.decode().split()
    )
    assert "<strong>2 van 6</strong> rode draden van stellingen dragen" in tekst
    assert "In 2 van 2 diners, 4 notities" in tekst
    for draad in draden:
        adres = reverse("synthesis:werkbank", args=[reeks.slug, draad.diner.nummer, 1])
        assert f'{adres}#draad-{draad.pk}"' in tekst
    assert "Alle tafels" not in tekst  # two of two tables are "enkele tafels"
    assert "Enkele tafels: 2 van 2" in tekst
    assert kaal.tekst in tekst
    los = tekst[tekst.index('id="los"') :]
    assert "4 rode draden van stellingen" in los
    assert all(draad.titel in los for draad in draden[1:3])


def test_ticked_threads_are_placed_by_the_form_and_by_nothing_else(reeks, vera, sign_in, twee):
    a, b, c = filled(reeks, 1)
    client, adres = sign_in(vera), reverse("synthesis:dwars_plaats", args=[reeks.slug])
    antwoord = client.post(adres, {"plaats": [f"{a.pk}:0", f"{b.pk}:0"], "naar": twee[0].pk, "doe": "zet"})
    assert antwoord["Location"].endswith(f"/dwars/#draad-{twee[0].pk}")
    client.post(adres, {"plaats": [f"{a.pk}:{twee[0].pk}"], "naar": twee[1].pk, "doe": "ook"})
    client.post(adres, {"plaats": [f"{b.pk}:{twee[0].pk}"], "doe": "los"})
    assert (carriers(twee[0]), carriers(twee[1])) == ([a.pk], [a.pk])
    client.post(adres, {"plaats": [f"{c.pk}:0"], "naar": "nieuw", "titel": "Vers", "doe": "zet"})
    assert carriers(RodeDraad.objects.get(titel="Vers")) == [c.pk]


@pytest.mark.parametrize(
    "fout",
    [
        {"plaats": []},
        {"plaats": ["x:0"]},
        {"plaats": ["²:0"]},
        {"plaats": ["9" * 40 + ":0"]},
        {"plaats": ["-1:0"]},
        {"plaats": ["1:x"]},
        {"naar": ""},
        {"naar": "999999"},
        {"naar": "nieuw"},
        {"naar": "nieuw", "titel": "x" * 201},
        {"naar": "nieuw", "titel": "nul\0"},
        {"doe": "weg"},
        {"doe": ""},
    ],
)
def test_a_faulty_step_is_refused_with_a_sentence(reeks, vera, sign_in, twee, fout):
    a, *_ = filled(reeks, 1)
    goed = {"plaats": [f"{a.pk}:0"], "naar": str(twee[0].pk), "doe": "zet"}
    antwoord = sign_in(vera).post(reverse("synthesis:dwars_plaats", args=[reeks.slug]), goed | fout)
    assert antwoord.status_code == 422
    assert not Onderbouwing.objects.filter(draad__isnull=False).exists()
    assert RodeDraad.objects.filter(reeks=reeks, diner=None).count() == 2


def test_threads_of_the_reeks_change_places_and_come_back_here(reeks, vera, sign_in, twee):
    antwoord = sign_in(vera).post(reverse("synthesis:draad_move", args=[reeks.slug, twee[1].pk]), {"naar": 0})
    assert antwoord["Location"] == reverse("synthesis:dwars", args=[reeks.slug]) + f"#draad-{twee[1].pk}"
    assert [rij.draad for rij in queries.dwars(reeks).rijen] == [twee[1], twee[0]]


def test_kijker_sees_only_what_is_vastgesteld(reeks, kees, sign_in):
    vast, open_, _ = filled(reeks, 1)
    RodeDraad.objects.filter(pk=vast.pk).update(status=VAST, titel="Vast en zeker", tekst="Zo staat het er.")
    RodeDraad.objects.filter(pk=open_.pk).update(titel="Nog geheim")
    hoog = boven(reeks, "Geheime bovendraad")
    services.place_draden(reeks=reeks, plaatsen=[(vast.pk, None), (open_.pk, None)], naar=hoog.pk, now=NOW)
    client = sign_in(kees)
    for adres in (
        reverse("synthesis:dwars", args=[reeks.slug]),
        reverse("synthesis:diner_synthese", args=[reeks.slug, 1]),
    ):
        tekst = client.get(adres).content.decode()
        assert "Vast en zeker" in tekst
        assert not re.search("eheim|Iets anders|Gedachte|Peiling|werkbank|<form id=.plaats", tekst)


def test_organiser_reads_and_cannot_write(reeks, roos, sign_in):
    filled(reeks, 2, status=VAST)
    client = sign_in(roos)
    for naam in ("dwars", "reeksvoorstellen"):
        tekst = client.get(reverse(f"synthesis:{naam}", args=[reeks.slug])).content.decode()
        assert 'type="checkbox"' not in tekst
        assert "Neem over" not in tekst


def test_diner_shows_adjustments_side_by_side_and_the_speaker_apart(reeks, vera, sign_in):
    filled(reeks, 1)
    stelling = reeks.diners.get().stellingen.get()
    tafel = reeks.diners.get().tafels.first()
    ronde = reeks.diners.get().rondes.get(nummer=2)
    weg = BijdrageFactory(tafel=tafel, stelling=stelling, tekst="Dit ligt in de prullenbak", deleted_at=NOW)
    BijdrageFactory(tafel=tafel, stelling=stelling, tekst="Bij nader inzien", bijgesteld=weg, ronde=ronde)
    BijdrageFactory(tafel=tafel, stelling=stelling, bron=Bron.SPREKER, tekst="Zo sprak de spreker")
    BijdrageFactory(tafel=tafel, stelling=stelling, standpunt=Standpunt.VOOR, ronde=ronde)
    tekst = sign_in(vera).get(reverse("synthesis:diner_synthese", args=[reeks.slug, 1])).content.decode()
    assert "Dit ligt in de prullenbak" not in tekst
    assert "De eerdere notitie is weggegooid." in tekst
    assert "Bij nader inzien" in tekst
    assert "Van de spreker zelf: 2" in tekst
    assert (
        "alleen na “1. Spreker” genoteerd: 4 notities (1 voor, 0 tegen, 0 genuanceerd, bij 3 niet gezegd)."
        in tekst
    )


def test_few_hands_and_few_notes_are_called_few(reeks, diner, stelling, ronde):
    tafel = TafelFactory(diner=diner, nummer=1)
    for moment, eens in (("voor", 1), ("na", 3)):
        Peiling.objects.create(
            tafel=tafel, stelling=stelling, moment=moment, eens=eens, oneens=4 - eens, updated_at=NOW
        )
    (een,) = [s.verschuiving for s in queries.dinersynthese(diner).stellingen if s.verschuiving]
    samen, per_tafel = queries.peilingrijen(een)
    assert (samen.verschil, samen.procenten, samen.is_weinig) == ("+50", (25, 75), True)
    assert per_tafel.naam == "Tafel 1"


def test_two_kinds_of_counting_are_never_subtracted(reeks):
    from capture.queries import Uitslag, Verschuiving

    een = Verschuiving(StellingFactory(), Uitslag(12, 8, 2, 8), Uitslag(20, 20, 1), (), "gasten")
    (samen,) = queries.peilingrijen(een)
    assert (samen.procenten, samen.verschil, samen.is_weinig) == (None, "", False)


def test_rondes_are_read_in_the_order_in_which_they_began(reeks, diner, stelling, tafels):
    from datetime import timedelta

    spreker = RondeFactory(
        diner=diner, nummer=1, soort=Rondesoort.SPREKER, started_at=NOW, ended_at=NOW + timedelta(minutes=9)
    )
    eerder = RondeFactory(
        diner=diner,
        nummer=2,
        started_at=NOW - timedelta(minutes=30),
        ended_at=NOW - timedelta(minutes=10),
    )
    BijdrageFactory(tafel=tafels[0], stelling=stelling, ronde=eerder)
    (moment,) = queries.dinersynthese(diner).stellingen[0].verandering.sprekers
    assert (moment.naam, moment.voor.totaal, moment.na.totaal) == (f"1. {spreker}", 1, 0)


def test_navigation_leads_here(reeks, diner, stelling, vera, sign_in):
    client = sign_in(vera)
    dwars, synthese = (
        reverse("synthesis:dwars", args=[reeks.slug]),
        reverse("synthesis:diner_synthese", args=[reeks.slug, 1]),
    )
    for adres, doelen in {
        reverse("diners:reeks_detail", args=[reeks.slug]): [dwars],
        reverse("synthesis:verslag", args=[reeks.slug]): [dwars],
        reverse("synthesis:werkbank", args=[reeks.slug, 1, 1]): [dwars, synthese],
        reverse("synthesis:inbox", args=[reeks.slug, 1]): [synthese],
        dwars: [reverse("synthesis:reeksvoorstellen", args=[reeks.slug])],
    }.items():
        tekst = client.get(adres).content.decode()
        assert all(f'href="{doel}' in tekst for doel in doelen)
