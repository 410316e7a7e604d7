"""The evening's pages: links of tables, regie and scherm; who else may come in is in test_access."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from denkdiner.live import zaal_group
from sessions import access, services
from sessions.models import Diner, Dinerstatus, Optreden, Ronde, Toegang
from tests.factories import NOW, ApparaatFactory, DinerFactory, RondeFactory, SprekerFactory, TafelFactory

pytestmark = pytest.mark.django_db
SLUG = "verkenning-2050"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(roos, sign_in):
    return sign_in(roos)


@pytest.fixture
def loopt(diner, stelling):
    """Running for real: started now, for 25 minutes."""
    return services.start_ronde(
        ronde=RondeFactory(diner=diner, nummer=1, stelling=stelling), now=timezone.now()
    )


def url(name, *args):
    return reverse(f"diners:{name}", args=args)


def action(ronde, actie):
    return url("ronde_action", SLUG, 1, ronde.pk, actie)


def text(response):
    """What a person reads on the page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


# --- links of tables -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("aantal", [1, 3])
def test_tafel_links_makes_and_shows_every_link_in_as_many_queries(
    client, diner, aantal, django_assert_num_queries
):
    TafelFactory.create_batch(aantal, diner=diner)
    page = url("tafel_links", SLUG, 1)
    with django_assert_num_queries(11):
        response = client.get(page)
    with django_assert_num_queries(9):
        again = client.get(page)
    links = re.findall(r'href="(http://testserver/t/#[^"]*)"', response.content.decode())
    assert len(links) == len(set(links)) == Toegang.objects.count() == aantal
    assert links == re.findall(r'href="(http://testserver/t/#[^"]*)"', again.content.decode())
    assert "no-store" in response["Cache-Control"]


def test_tafel_links_opens_the_right_table(client, tafels):
    html = client.get(url("tafel_links", SLUG, 1)).content.decode()
    for tafel in tafels:
        token = re.search(rf'id="link-{tafel.pk}"[^>]*value="[^"#]*#([^"]*)"', html)[1]
        assert services.join_tafel(token=token, now=timezone.now())[0].toegang.tafel == tafel


def test_tafel_links_without_tables_says_what_to_do(client, diner):
    assert "Dit diner heeft nog geen tafels" in text(client.get(url("tafel_links", SLUG, 1)))


def test_tafel_links_and_qr_after_a_change_of_key_ask_for_a_new_link(client, femke, settings):
    Toegang.objects.update(token_hash="van-een-andere-sleutel")
    qr = url("tafel_qr", SLUG, 1, femke.toegang.tafel_id)
    shown = client.get(url("tafel_links", SLUG, 1))
    assert "Maak een nieuwe link" in text(shown)
    assert qr not in shown.content.decode()
    assert client.get(qr).status_code == 422


def test_tafel_qr_is_an_image_by_itself(client, tafels):
    response = client.get(url("tafel_qr", SLUG, 1, tafels[0].pk))
    assert response["Content-Type"] == "image/svg+xml"
    assert "no-store" in response["Cache-Control"]
    assert ET.fromstring(response.content).tag == "{http://www.w3.org/2000/svg}svg"


def test_new_link_lets_tablets_stay_and_sign_off_does_not(client, femke, bram):
    tafel = femke.toegang.tafel
    for name, stays in (("toegang_rotate", True), ("toegang_revoke", False)):
        response = client.post(url(name, SLUG, 1, tafel.pk), follow=True)
        assert response.redirect_chain == [(url("tafel_links", SLUG, 1), 302)]
        assert "nieuwe link" in text(response)
        assert (access.find_apparaat_by_secret("sleutel-van-femke") is not None) is stays
    assert access.find_apparaat_by_secret("sleutel-van-bram") == bram
    assert tafel.toegangen.count() == 3


# --- regie -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("aantal", [1, 3])
@pytest.mark.parametrize("name", ["regie", "regie_stand"])
def test_regie_is_read_in_as_many_queries(client, diner, stelling, name, aantal, django_assert_num_queries):
    for nummer in range(1, aantal + 1):
        RondeFactory(diner=diner, nummer=nummer, stelling=stelling)
        ApparaatFactory(toegang__tafel=TafelFactory(diner=diner))
    # the page: also the messages, how many tables there are, and the tables to choose from
    with django_assert_num_queries(5 if name == "regie_stand" else 8):
        response = client.get(url(name, SLUG, 1))
    assert response.content.count(b'class="nummer"') == aantal


def test_regie_shows_the_clock_and_its_buttons(client, loopt, diner):
    volgende = RondeFactory(diner=diner, nummer=2)
    html = client.get(url("regie", SLUG, 1)).content.decode()
    assert f'data-ends-at="{timezone.localtime(loopt.ends_at).isoformat()}"' in html
    assert f'data-live-url="/ws/diner/{diner.pk}/"' in html
    for actie in ("pauze", "tijd", "stop"):
        assert f'hx-post="{action(loopt, actie)}"' in html
    assert f'hx-post="{action(volgende, "start")}"' in html
    assert action(loopt, "verder") not in html
    services.pause_ronde(ronde=loopt, now=timezone.now())
    html = client.get(url("regie_stand", SLUG, 1)).content.decode()
    assert action(loopt, "verder") in html
    assert re.search(r'data-ends-at="" data-paused-remaining="\d+"', html)


def test_regie_for_the_verslaglegger_has_no_buttons(vera, sign_in, loopt):
    html = sign_in(vera).get(url("regie_stand", SLUG, 1)).content.decode()
    assert "data-klok" in html
    assert "<button" not in html
    assert "<form" not in html


def test_regie_says_where_the_evening_is(client, diner):
    def said():
        return text(client.get(url("regie_stand", SLUG, 1)))

    Diner.objects.update(status=Dinerstatus.VOORBEREIDING)
    assert "Het diner is nog niet begonnen" in said()
    assert "Er is nog geen draaiboek" in said()
    ronde = RondeFactory(diner=diner, nummer=1, titel="Welkom")
    Diner.objects.update(status=Dinerstatus.LIVE)
    assert "Er loopt nu geen ronde Tafels die meedoen, zien “We beginnen zo”" in said()
    assert "Start de eerstvolgende ronde" in said()
    services.stop_ronde(ronde=services.start_ronde(ronde=ronde, now=NOW), now=NOW)
    assert "Er loopt nu geen ronde Tafels die meedoen, zien “Even geen tafelgesprek”" in said()
    Diner.objects.update(status=Dinerstatus.AFGESLOTEN)
    assert "Dit diner is afgesloten" in said()
    assert "Heropenen" in said()
    assert "Start" not in said()


def test_an_evening_by_its_buttons(client, diner, stelling):
    """Start, pause, on, longer, next, stop, close: each answers with the fresh stand, and the version counts on."""
    eerste, tweede = [RondeFactory(diner=diner, nummer=nummer, stelling=stelling) for nummer in (1, 2)]

    def press(ronde, actie, version, **data):
        response = client.post(action(ronde, actie), {"version": version, **data}, headers=HTMX)
        assert response.status_code == 200
        assert response.content.decode().startswith('<div id="regie-stand"')
        ronde.refresh_from_db()
        assert ronde.version == version + 1
        return text(response)

    assert "Nu: ronde 1, tafelgesprek" in press(eerste, "start", 0)
    assert "(gepauzeerd)" in press(eerste, "pauze", 1)
    assert "(gepauzeerd)" not in press(eerste, "verder", 2)
    einde = eerste.ends_at
    press(eerste, "tijd", 3, minuten=-5)
    assert eerste.ends_at == einde - timedelta(minutes=5)
    assert "Nu: ronde 2" in press(tweede, "start", 0)
    eerste.refresh_from_db()
    assert (eerste.is_running, eerste.version) == (False, 5)
    assert "Er loopt nu geen ronde" in press(tweede, "stop", 1)
    assert "Nu: ronde 1" in press(eerste, "start", 5)
    closed = client.post(url("diner_status", SLUG, 1, "sluit"), headers=HTMX)
    assert "Dit diner is afgesloten" in text(closed)
    assert not Ronde.objects.running().exists()


def test_buttons_work_without_javascript(client, loopt):
    response = client.post(action(loopt, "pauze"), {"version": 1})
    assert (response.status_code, response["Location"]) == (302, url("regie", SLUG, 1))
    response = client.post(url("diner_status", SLUG, 1, "sluit"))
    assert (response.status_code, response["Location"]) == (302, url("regie", SLUG, 1))


def test_close_without_javascript_first_says_what_happens(client, loopt, diner, stored):
    stand = client.get(url("regie_stand", SLUG, 1)).content.decode()
    page = url("diner_status", SLUG, 1, "sluit")
    assert re.search(rf'<form method="get"[^>]* action="{page}" hx-post="{page}" data-bevestig=', stand)
    before = stored()
    shown = client.get(page)
    assert shown.status_code == 200
    for sentence in ("Ronde 1 loopt nog en stopt", "niets meer noteren", "weer heropenen"):
        assert sentence in text(shown)
    assert stored() == before
    assert client.post(page)["Location"] == url("regie", SLUG, 1)
    diner.refresh_from_db()
    assert diner.status == Dinerstatus.AFGESLOTEN


def test_only_close_has_a_page(client, otto, sign_in, diner):
    for actie in ("open", "heropen"):
        assert client.get(url("diner_status", SLUG, 1, actie)).status_code == 405
        assert sign_in(otto).get(url("diner_status", SLUG, 1, actie)).status_code == 404


def test_regie_leads_to_the_tables_without_javascript(client, diner):
    placeholder = re.search(
        r'<div id="tafel-counts".*?</div>', client.get(url("regie", SLUG, 1)).content.decode(), re.DOTALL
    )
    assert f'href="{reverse("capture:voortgang", args=[SLUG, 1])}">Toon de tafels<' in placeholder[0]


def test_the_way_back_stands_where_stop_was_and_in_the_list(client, loopt, diner):
    Ronde.objects.update(ends_at=timezone.now() + timedelta(seconds=750.5))
    services.stop_ronde(ronde=loopt, now=timezone.now())
    html = client.get(url("regie_stand", SLUG, 1)).content.decode()
    assert html.count(f'hx-post="{action(loopt, "verder")}"') == 2
    assert action(loopt, "start") not in html
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))
    assert "Verder met ronde 1 (12:30 over)" in shown
    assert "Verder ronde 1 (12:30 over)" in shown
    response = client.post(action(loopt, "verder"), {"version": loopt.version + 1}, headers=HTMX)
    assert "Nu: ronde 1" in text(response)


def buttons(client):
    """id → label of what can take the focus in the regie."""
    html = client.get(url("regie_stand", SLUG, 1)).content.decode()
    found = re.findall(r'<(button|h2|span)\b[^>]*? id="((?:regie|ronde)-[^"]*)"[^>]*>(.*?)</\1>', html, re.S)
    assert len(found) == len({key for _, key, _ in found}), "an id stands once"
    return {key: " ".join(re.sub(r"<[^>]*>", "", label).split()) for _, key, label in found}


def test_focus_has_somewhere_to_return_after_every_button(client, diner, stelling):
    een, twee = [RondeFactory(diner=diner, nummer=nummer, stelling=stelling) for nummer in (1, 2)]
    rijen = {f"ronde-{een.pk}-rij", f"ronde-{twee.pk}-rij"}
    assert buttons(client).keys() == rijen | {"regie-hoofd"}
    services.start_ronde(ronde=een, now=timezone.now())
    loopt = buttons(client)
    tijden = {f"regie-tijd{minuten}" for minuten in (-5, -1, 1, 5)}
    assert loopt.keys() == rijen | tijden | {"regie-hoofd", "regie-pauze", "regie-stop"}
    assert (loopt["regie-hoofd"], loopt["regie-pauze"]) == ("Volgende ronde", "Pauze")
    services.pause_ronde(ronde=een, now=timezone.now())
    assert buttons(client)["regie-pauze"] == "Verder"
    services.start_ronde(ronde=twee, now=timezone.now())
    assert buttons(client)["regie-hoofd"] == "Stelling 1: Werk past zich aan mensen aan."
    services.stop_ronde(ronde=twee, now=timezone.now())
    assert buttons(client).keys() == rijen | {"regie-hoofd", "regie-stop"}


def test_ronde_without_a_title_says_its_soort_once(client, diner):
    ronde = RondeFactory(diner=diner, nummer=1, soort="ontvangst")
    services.start_ronde(ronde=ronde, now=timezone.now())
    nu = text(client.get(url("regie_stand", SLUG, 1))).split("Draaiboek")[0]
    assert "Nu: ronde 1 Ontvangst" in nu
    assert nu.lower().count("ontvangst") == 1


def test_a_button_reaches_the_room_after_commit(
    client, loopt, diner, listen, django_capture_on_commit_callbacks
):
    room = listen(zaal_group(diner.pk))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(action(loopt, "tijd"), {"version": 1, "minuten": 1})
    assert [(p["type"], p["ronde"], p["version"]) for p in room()] == [("ronde-changed", loopt.pk, 2)]


@pytest.mark.parametrize("actie", ["start", "pauze", "verder", "tijd", "stop"])
def test_a_button_of_an_old_stand_is_a_conflict(client, loopt, stored, actie):
    before = stored()
    response = client.post(action(loopt, actie), {"version": 0, "minuten": 5})
    assert (response.status_code, "Iemand anders was je net voor" in text(response)) == (409, True)
    response = client.post(action(loopt, actie), {"version": 0, "minuten": 5}, headers=HTMX)
    assert (response.status_code, response["X-Denkdiner"]) == (409, "melding")
    assert stored() == before


@pytest.mark.parametrize(
    ("actie", "data"),
    [
        ("pauze", {}),
        ("tijd", {"version": "1"}),
        *[("stop", {"version": version}) for version in ("", "x", "-1", "1.5", "\0", "x" * 25_000)],
        *[("tijd", {"version": "1", "minuten": m}) for m in ("", "x", "1.5", "\0", "601", "-601", "9" * 30, "9" * 5000)],
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_button_with_nonsense_is_refused_in_dutch(client, loopt, stored, actie, data, headers):
    before = stored()
    response = client.post(action(loopt, actie), data, headers=headers)
    assert response.status_code == 422
    assert re.search("Ververs de pagina|ten hoogste tien uur", text(response))
    assert stored() == before


def test_a_version_from_the_future_is_a_conflict(client, loopt):
    assert client.post(action(loopt, "stop"), {"version": "9" * 30}).status_code == 409


def test_buttons_only_reach_rondes_of_their_own_diner(client, loopt, diner, reeks, stored):
    ander = RondeFactory(diner=DinerFactory(reeks=reeks, nummer=2))
    before = stored()
    for pk in (ander.pk, RondeFactory.build().nummer + 10**9, 10**17):
        assert client.post(url("ronde_action", SLUG, 1, pk, "start"), {"version": 0}).status_code == 404
    for path in ("dans/", "start/" * 2):
        assert (
            client.post(action(loopt, "start").removesuffix("start/") + path, {"version": 1}).status_code
            == 404
        )
    assert stored() == before


def test_closed_diner_refuses_to_start_until_reopened(client, ronde, diner):
    services.stop_ronde(ronde=ronde, now=NOW)
    services.close_diner(diner=diner, now=NOW)
    for refused, data in (
        (action(ronde, "start"), {"version": 1}),
        (url("diner_status", SLUG, 1, "open"), {}),
    ):
        response = client.post(refused, data)
        assert (response.status_code, "Heropen het eerst" in text(response)) == (422, True)
    client.post(url("diner_status", SLUG, 1, "heropen"))
    diner.refresh_from_db()
    assert diner.is_live


# --- scherm ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def scherm(diner):
    return url("scherm", services.scherm_token_of(services.open_scherm(diner=diner)))


def test_scherm_is_opened_by_the_organisator_and_needs_no_login(client, diner):
    address = client.post(url("scherm_open", SLUG, 1))["Location"]
    assert client.post(url("scherm_open", SLUG, 1))["Location"] == address
    response = Client().get(address)
    assert diner.titel in text(response)
    assert f'data-live-url="/ws{address}"' in response.content.decode()
    assert Client().get(address + "stand/").content.decode().startswith('<div id="scherm-stand"')


@pytest.mark.parametrize("token", ["x", "x" * 22, "%00", "%ED%A0%80", "x" * 2000])
def test_scherm_with_an_unknown_token_is_not_found(scherm, token):
    for page in (f"/scherm/{token}/", f"/scherm/{token}/stand/"):
        assert Client().get(page).status_code == 404


def test_scherm_shows_what_is_on(scherm, diner, stellingen):
    def said():
        return text(Client().get(scherm + "stand/"))

    for naam in ("Zoë", "Ada"):
        services.add_spreker(reeks=diner.reeks, diner=diner, naam=naam, functie="Denker")
    for status in (Dinerstatus.VOORBEREIDING, Dinerstatus.LIVE):
        Diner.objects.update(status=status)
        assert "Met Zoë, Ada Welkom. We beginnen zo." in said()
    tafelgesprek, spreker, pauze = [
        RondeFactory(diner=diner, nummer=n, soort=soort, titel=titel, stelling=stelling)
        for n, soort, titel, stelling in (
            (1, "tafelgesprek", "", stellingen[1]),
            (2, "spreker", "Over zorg", None),
            (3, "pauze", "", None),
        )
    ]
    services.start_ronde(ronde=tafelgesprek, now=timezone.now())
    assert "Stelling 2 Wie leert, verdient." in said()
    services.start_ronde(ronde=spreker, now=timezone.now())
    assert "Over zorg Zoë, Denker Ada, Denker" in said()
    assert b"data-klok-woorden" not in Client().get(scherm).content
    services.start_ronde(ronde=pauze, now=timezone.now())
    assert "Pauze" in said()
    services.stop_ronde(ronde=pauze, now=timezone.now())
    assert said().endswith("Met Zoë, Ada")
    services.close_diner(diner=diner, now=timezone.now())
    assert "Dank voor jullie gedachten" in said()


def test_scherm_never_shows_more_than_the_programme(scherm, diner, ronde, roos, femke):
    Optreden.objects.create(
        diner=diner, spreker=SprekerFactory(reeks=diner.reeks, email="ada@voorbeeld.test", telefoon="06-123")
    )
    html = Client().get(scherm).content.decode()
    for private in ("ada@voorbeeld.test", "06-123", "Roos", "/reeksen/", femke.toegang.token_hash):
        assert private not in html


@pytest.mark.parametrize("aantal", [1, 3])
def test_scherm_is_read_in_as_many_queries(scherm, diner, aantal, django_assert_num_queries):
    for naam in range(aantal):
        services.add_spreker(reeks=diner.reeks, diner=diner, naam=f"Spreker {naam}")
    with django_assert_num_queries(5):
        Client().get(scherm)
