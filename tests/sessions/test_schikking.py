"""The seating of a diner: made in the background, repaired, changed by hand, shown."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from denkdiner.errors import Conflict, DenkdinerError
from sessions import queries, seating, services
from sessions.models import Logregel, Plaats, Ronde, Rondesoort, Taak, Taakstatus
from sessions.services import schikking as dienst
from sessions.services.log import Wie
from tests.factories import NOW, DinerFactory, GastFactory, RondeFactory, TafelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def avond(reeks):
    """Twelve guests of four organisations, three tables of four, two talks and a course between them."""
    avond = DinerFactory(reeks=reeks, nummer=2, titel="Zorg", status="voorbereiding")
    for n in range(12):
        GastFactory(diner=avond, naam=f"Gast {n:02}", organisatie=f"Organisatie {n // 3}", sector="zorg")
    for nummer in (1, 2, 3):
        TafelFactory(diner=avond, nummer=nummer, aantal_gasten=4)
    for nummer, soort in enumerate((Rondesoort.TAFELGESPREK, Rondesoort.GANG, Rondesoort.TAFELGESPREK), 1):
        RondeFactory(diner=avond, nummer=nummer, soort=soort)
    return avond


@pytest.fixture
def maak(avond, roos, taken_direct):
    """``maak()`` → the task, done."""

    def _maak(now=NOW):
        with taken_direct():
            taak = services.start_schikking(diner=avond, gebruiker=roos, now=now)
        taak.refresh_from_db()
        return taak

    return _maak


def seats(diner):
    return {
        (plaats.ronde.nummer, plaats.gast.naam): plaats.tafel.nummer
        for plaats in Plaats.objects.filter(ronde__diner=diner).select_related("ronde", "gast", "tafel")
    }


def talk(diner, nummer):
    return diner.rondes.get(nummer=nummer)


def pin(diner, naam, nummer, tafel):
    services.move_gast(
        gast=diner.gasten.get(naam=naam), ronde=talk(diner, nummer), tafel=diner.tafels.get(nummer=tafel)
    )


def test_a_plan_is_made_and_stored(avond, maak):
    pin(avond, "Gast 05", 3, 2)
    taak = maak()
    assert taak.status == Taakstatus.KLAAR
    # four guests of one table go to three tables: one pair of each has to meet again
    assert taak.resultaat["maat"].startswith(
        "Van de 12 gasten ontmoeten er 6 iemand vaker: 3 paren van de 33. Niemand zit"
    )
    gezet = seats(avond)
    assert len(gezet) == 24
    assert gezet[3, "Gast 05"] == 2
    assert {ronde for ronde, _ in gezet} == {1, 3}
    assert Logregel.objects.get().wat == "maakte een tafelschikking"
    assert Plaats.objects.filter(vast=True).count() == 1


def test_again_is_another_plan_and_keeps_pins(avond, maak):
    maak()
    eerste = seats(avond)
    services.pin_gast(gast=avond.gasten.get(naam="Gast 00"), ronde=talk(avond, 1), vast=True)
    assert maak(NOW + timedelta(minutes=1)).resultaat["seed"] == 1
    assert seats(avond) != eerste
    assert seats(avond)[1, "Gast 00"] == eerste[1, "Gast 00"]


@pytest.mark.parametrize(
    ("weg", "zin"),
    [
        (lambda diner: diner.gasten.update(afgemeld=True), "nog geen gasten"),
        (lambda diner: diner.tafels.update(aantal_gasten=0), "nog geen tafels"),
        (lambda diner: diner.rondes.update(soort="gang"), "geen tafelgesprek"),
    ],
)
def test_a_plan_needs_guests_tables_and_talks(avond, roos, weg, zin):
    weg(avond)
    with pytest.raises(DenkdinerError, match=zin):
        services.start_schikking(diner=avond, gebruiker=roos, now=NOW)
    assert not Taak.objects.exists()


def test_too_many_guests_are_refused(avond, roos, monkeypatch):
    monkeypatch.setattr(seating, "MAX_GASTEN", 11)
    with pytest.raises(DenkdinerError, match=r"1\.000 gasten"):
        services.start_schikking(diner=avond, gebruiker=roos, now=NOW)


@pytest.mark.parametrize("wat", ["gast", "tafel", "plaats", "stop"])
def test_what_changes_meanwhile_is_not_overwritten(avond, maak, monkeypatch, wat):
    make_plan = seating.make_plan

    def meanwhile(*args, **kwargs):
        if wat == "gast":
            GastFactory(diner=avond)
        elif wat == "tafel":
            avond.tafels.filter(nummer=1).update(aantal_gasten=5)
        elif wat == "plaats":
            pin(avond, "Gast 01", 1, 1)
        else:
            services.stop_taak(taak=Taak.objects.get(), now=NOW)
        return make_plan(*args, **kwargs | {"report": lambda *told: None})

    monkeypatch.setattr(seating, "make_plan", meanwhile)
    taak = maak()
    assert taak.status == (Taakstatus.AFGEBROKEN if wat == "stop" else Taakstatus.MISLUKT)
    assert taak.melding == ("" if wat == "stop" else f"{dienst.ANDERS} Maak de schikking opnieuw.")
    assert len(seats(avond)) == (wat == "plaats")


def test_a_ronde_that_has_begun_stays(avond, maak):
    maak()
    eerste = {key: tafel for key, tafel in seats(avond).items() if key[0] == 1}
    avond.rondes.filter(nummer=1).update(started_at=NOW, ends_at=NOW + timedelta(hours=1))
    maak(NOW + timedelta(minutes=1))
    assert {key: tafel for key, tafel in seats(avond).items() if key[0] == 1} == eerste
    gast, ronde = avond.gasten.first(), talk(avond, 1)
    for change in (
        lambda: services.move_gast(gast=gast, ronde=ronde, tafel=None),
        lambda: services.pin_gast(gast=gast, ronde=ronde, vast=True),
    ):
        with pytest.raises(DenkdinerError, match="al begonnen"):
            change()


def test_no_shows_change_few_places(avond, roos, maak):
    maak()
    voor = seats(avond)
    weg = [naam for (ronde, naam), tafel in voor.items() if (ronde, tafel) == (1, 2)][:3]
    avond.gasten.filter(naam__in=weg).update(afgemeld=True)
    aantal = services.repair_schikking(diner=avond, gebruiker=roos, now=NOW)
    na = seats(avond)
    assert not {naam for _, naam in na} & set(weg)
    assert aantal == sum(na[key] != voor[key] for key in na) <= 3
    assert sorted(list(na.values()).count(tafel) for tafel in (1, 2, 3)) == [6, 6, 6]
    assert services.repair_schikking(diner=avond, gebruiker=roos, now=NOW) == 0


def test_repair_needs_a_plan_and_no_task_under_way(avond, roos, maak):
    with pytest.raises(DenkdinerError, match="nog geen schikking"):
        services.repair_schikking(diner=avond, gebruiker=roos, now=NOW)
    maak()
    services.start_schikking(diner=avond, gebruiker=roos, now=NOW)
    with pytest.raises(Conflict):
        services.repair_schikking(diner=avond, gebruiker=roos, now=NOW)
    # its process died: it stands in nobody's way
    Taak.objects.filter(status="wacht").update(status="bezig", heartbeat_at=NOW - timedelta(minutes=2))
    assert services.repair_schikking(diner=avond, gebruiker=roos, now=NOW) == 0


def test_repair_holds_no_lock_while_it_computes_and_overwrites_nothing(avond, roos, maak, monkeypatch):
    maak()
    avond.gasten.filter(naam="Gast 00").update(afgemeld=True)
    repair_plan, buiten, voor = seating.repair_plan, len(connection.savepoint_ids), seats(avond)

    def meanwhile(zaal):
        assert len(connection.savepoint_ids) == buiten  # on SQLite every tablet would wait for it
        services.pin_gast(gast=avond.gasten.get(naam="Gast 01"), ronde=talk(avond, 1), vast=True)
        return repair_plan(zaal)

    monkeypatch.setattr(seating, "repair_plan", meanwhile)
    with pytest.raises(Conflict, match="Probeer het nog eens"):
        services.repair_schikking(diner=avond, gebruiker=roos, now=NOW)
    assert seats(avond) == voor
    monkeypatch.undo()
    services.repair_schikking(diner=avond, gebruiker=roos, now=NOW)
    assert {naam for _, naam in seats(avond)} == {naam for _, naam in voor} - {"Gast 00"}


def test_repair_sees_a_guest_who_was_moved_away_and_back(avond, roos, maak, monkeypatch):
    maak()
    gast, ronde = avond.gasten.get(naam="Gast 00"), talk(avond, 1)
    plaats = Plaats.objects.get(gast=gast, ronde=ronde)
    ander = avond.tafels.exclude(pk=plaats.tafel_id).order_by("nummer").first()

    def meanwhile(zaal):
        services.move_gast(gast=gast, ronde=ronde, tafel=None)
        Plaats.objects.create(gast=gast, ronde=ronde, tafel=plaats.tafel, vast=plaats.vast)
        plan = [list(rij) for rij in zaal.nu]
        plan[0][0] = ander.nummer - 1
        return plan

    monkeypatch.setattr(seating, "repair_plan", meanwhile)
    assert services.repair_schikking(diner=avond, gebruiker=roos, now=NOW) == 1
    assert seats(avond)[1, "Gast 00"] == ander.nummer


def test_table_that_comes_between_two_reads_breaks_nothing(avond, maak, monkeypatch):
    """Nothing locks the evening while it is looked at: a guest may be put at a table that was not read."""
    maak()
    gast, ronde = avond.gasten.get(naam="Gast 00"), talk(avond, 1)
    queryset = type(avond.rondes.all())
    filter_rondes, done = queryset.filter, []

    def between(self, *args, **kwargs):
        if "soort" in kwargs and self.model is Ronde and not done:
            done.append(services.add_tafel(diner=avond))
            services.move_gast(gast=gast, ronde=ronde, tafel=done[0])
        return filter_rondes(self, *args, **kwargs)

    monkeypatch.setattr(queryset, "filter", between)
    gezien = queries.schikking_of(avond)
    assert done
    assert gast in gezien.rondes[0].zonder
    assert gast not in queries.schikking_of(avond).rondes[0].zonder


def test_log_tells_only_what_changed(avond, roos):
    gast, ronde, tafel, wie = (
        avond.gasten.get(naam="Gast 00"),
        talk(avond, 1),
        avond.tafels.get(nummer=1),
        Wie(roos, NOW),
    )
    for _ in range(2):
        services.move_gast(gast=gast, ronde=ronde, tafel=tafel, wie=wie)
        services.pin_gast(gast=gast, ronde=ronde, vast=True, wie=wie)
    for _ in range(2):
        services.pin_gast(gast=gast, ronde=ronde, vast=False, wie=wie)
    for _ in range(2):
        services.move_gast(gast=gast, ronde=ronde, tafel=None, wie=wie)
    assert [regel.wat for regel in Logregel.objects.order_by("pk")] == [
        "zette een gast in ronde 1 aan tafel 1",
        "zette een gast in ronde 1 los",
        "haalde een gast van tafel in ronde 1",
    ]


def test_move_gast_by_hand(avond, diner):
    for naam in ("Gast 00", "Gast 01", "Gast 02", "Gast 03"):
        pin(avond, naam, 1, 1)
    with pytest.raises(DenkdinerError, match="vol"):
        pin(avond, "Gast 04", 1, 1)
    pin(avond, "Gast 03", 1, 1)
    pin(avond, "Gast 03", 1, 2)
    gast = avond.gasten.get(naam="Gast 00")
    services.move_gast(gast=gast, ronde=talk(avond, 1), tafel=None)
    assert seats(avond) == {(1, "Gast 01"): 1, (1, "Gast 02"): 1, (1, "Gast 03"): 2}
    with pytest.raises(DenkdinerError, match="geen plaats"):
        services.pin_gast(gast=gast, ronde=talk(avond, 1), vast=True)
    elders = TafelFactory(diner=diner)
    for fout in (
        {"gast": GastFactory(diner=diner), "ronde": talk(avond, 1), "tafel": None},
        {"gast": gast, "ronde": talk(avond, 2), "tafel": None},
        {"gast": gast, "ronde": talk(avond, 1), "tafel": elders},
    ):
        with pytest.raises(DenkdinerError, match="dit diner"):
            services.move_gast(**fout)


# --- reading --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("aantal", [1, 3])
def test_schikking_of_costs_four_queries(reeks, aantal, django_assert_num_queries):
    diner = DinerFactory(reeks=reeks, nummer=9)
    rondes, tafels, gasten = (
        factory.create_batch(aantal, diner=diner) for factory in (RondeFactory, TafelFactory, GastFactory)
    )
    Plaats.objects.bulk_create(
        Plaats(gast=gast, ronde=ronde, tafel=tafels[0]) for gast in gasten for ronde in rondes
    )
    with django_assert_num_queries(4):
        found = queries.schikking_of(diner)
        assert [len(ronde.tafels[0].plaatsen) for ronde in found.rondes] == [aantal] * aantal
        assert [len(ronde.tafels) for ronde in found.rondes] == [aantal] * aantal


def test_schikking_of_sorts_and_leaves_out_who_signed_off(avond):
    pin(avond, "Gast 02", 1, 3)
    pin(avond, "Gast 01", 1, 3)
    pin(avond, "Gast 00", 1, 3)
    avond.gasten.filter(naam="Gast 00").update(afgemeld=True)
    found = queries.schikking_of(avond)
    eerste, tweede = found.rondes
    assert (eerste.ronde.nummer, tweede.ronde.nummer) == (1, 3)
    assert [bezetting.tafel.nummer for bezetting in eerste.tafels] == [1, 2, 3]
    assert [(plaats.gast.naam, plaats.vast) for plaats in eerste.tafels[2].plaatsen] == [
        ("Gast 01", True), ("Gast 02", True),
    ]  # fmt: skip
    assert (len(eerste.zonder), len(tweede.zonder), found.gasten) == (9, 11, 11)
    assert (found.maat.paren, found.maat.organisatie) == (1, 1)


def test_schikking_of_an_evening_without_names(diner):
    found = queries.schikking_of(diner)
    assert (found.gasten, found.geplaatst, found.maat, found.rondes) == (0, False, None, ())


# --- the pages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def client(roos, sign_in):
    return sign_in(roos)


def url(name, diner, *args):
    return reverse(f"diners:{name}", args=[diner.reeks.slug, diner.nummer, *args])


@pytest.mark.parametrize("aantal", [1, 3])
def test_page_costs_the_same_for_many(reeks, client, aantal, django_assert_num_queries):
    diner = DinerFactory(reeks=reeks, nummer=9)
    ronde, tafel = RondeFactory(diner=diner, nummer=1), TafelFactory(diner=diner)
    for gast in GastFactory.create_batch(aantal, diner=diner):
        Plaats.objects.create(gast=gast, ronde=ronde, tafel=tafel)
    with django_assert_num_queries(11):
        html = client.get(url("schikking", diner)).content.decode()
    assert html.count(">Vastzetten<") == aantal


def test_page_shows_the_ronde_that_was_asked_for(avond, client):
    pin(avond, "Gast 04", 3, 2)
    gast = avond.gasten.get(naam="Gast 04")
    for vraag, aantal in (
        ("", 0),
        ("?ronde=1", 0),
        ("?ronde=3", 1),
        ("?ronde=2", 0),
        ("?ronde=x&gast=\0", 0),
    ):
        html = client.get(url("schikking", avond) + vraag).content.decode()
        assert html.count("Losmaken") == aantal
    html = client.get(url("schikking", avond) + f"?ronde=3&gast={gast.pk}").content.decode()
    assert f'<option value="{gast.pk}" selected' in html


@pytest.mark.parametrize(
    ("weg", "zin"),
    [
        ("gasten", "nog geen gasten"),
        ("tafels", "nog geen tafels"),
        ("rondes", "nog geen tafelgesprek"),
        ("", "nog geen schikking"),
    ],
)
def test_page_says_what_to_do_first(avond, client, weg, zin):
    if weg:
        getattr(avond, weg).all().delete()
    assert zin in client.get(url("schikking", avond)).content.decode()


def test_buttons_move_and_pin(avond, client):
    gast, ronde, tafel = avond.gasten.get(naam="Gast 04"), talk(avond, 1), avond.tafels.get(nummer=3)
    answer = client.post(url("plaats_move", avond, ronde.pk), {"gast": gast.pk, "tafel": tafel.pk})
    assert answer["Location"] == url("schikking", avond) + "?ronde=1#verplaats"
    assert client.post(url("plaats_pin", avond, ronde.pk), {"gast": gast.pk}).status_code == 302
    plaats = Plaats.objects.get()
    assert (plaats.tafel, plaats.vast) == (tafel, False)
    for data in ({}, {"gast": gast.pk, "tafel": "999999"}, {"gast": "x"}, {"gast": gast.pk, "tafel": "\0"}):
        assert client.post(url("plaats_move", avond, ronde.pk), data).status_code == 422
    assert client.post(url("plaats_pin", avond, ronde.pk), {"gast": "x"}).status_code == 422
    vreemd = GastFactory()
    assert client.post(url("plaats_pin", avond, ronde.pk), {"gast": vreemd.pk}).status_code == 404
    assert client.post(url("plaats_move", avond, talk(avond, 2).pk), {"gast": gast.pk}).status_code == 404
    assert Plaats.objects.get().tafel == tafel


def test_the_task_is_followed_stopped_and_begun_again(avond, client):
    maken, volgen = url("schikking_make", avond), url("schikking_taak", avond) + "?gevolgd=1"
    assert client.post(maken).status_code == 302
    assert client.post(maken).status_code == 409
    Taak.objects.update(status=Taakstatus.BEZIG, voortgang=40, heartbeat_at=timezone.now())
    html = client.get(volgen).content.decode()
    assert re.search(r'<progress[^>]*role="progressbar"[^>]*value="40"', html)
    assert "every 1s" in html
    assert client.post(url("schikking_stop", avond)).status_code == 302
    html = client.get(volgen).content.decode()
    assert "afgebroken" in html
    assert "every 1s" not in html
    assert client.post(maken).status_code == 302
    Taak.objects.filter(status=Taakstatus.WACHT).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert "afgebroken" in client.get(volgen).content.decode()
    assert client.post(maken).status_code == 302
    assert Taak.objects.filter(status=Taakstatus.AFGEBROKEN).count() == 2


def test_the_task_says_how_good_its_plan_is(avond, client, maak):
    maak()
    volgen = url("schikking_taak", avond)
    assert "De schikking is klaar. Van de 12 gasten" in client.get(volgen + "?gevolgd=1").content.decode()
    assert "De schikking is klaar" not in client.get(volgen).content.decode()
    assert "Van de 12 gasten ontmoet" in client.get(url("schikking", avond)).content.decode()
    answer = client.post(url("schikking_repair", avond), follow=True)
    assert "hoefde niemand te verhuizen" in answer.content.decode()


def test_a_kijker_sees_the_plan_and_no_buttons(avond, maak, kees, sign_in):
    maak()
    html = sign_in(kees).get(url("schikking", avond)).content.decode()
    assert "Gast 03" in html
    assert "<form" not in html.split("<main")[1]


def test_readiness_names_the_seating_only_when_there_are_guests(avond, maak):
    def punten():
        return {punt.tekst: punt.gereed for punt in queries.readiness(avond, NOW.date())}

    assert punten()["Elke gast heeft een plaats"] is False
    maak()
    assert punten()["Elke gast heeft een plaats"] is True
    avond.gasten.update(afgemeld=True)
    assert "Elke gast heeft een plaats" not in punten()


def test_no_name_stands_in_a_log_or_a_task(avond, maak, roos, caplog):
    maak()
    services.repair_schikking(diner=avond, gebruiker=roos, now=NOW)
    taak = Taak.objects.get()
    assert "Gast 0" not in caplog.text + f"{taak.resultaat}{taak.melding}"
    assert not Logregel.objects.filter(wat__contains="Gast 0").exists()
