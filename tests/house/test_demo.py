"""The demo is ready at once, live at any hour, and shut when it is off."""

import copy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from capture.models import Bijdrage
from denkdiner import demo
from denkdiner.errors import DenkdinerError
from sessions.models import Gebruiker, Lidmaatschap, Reeks, Ronde, Tafel
from sessions.queries import readiness
from sessions.tokens import token_hash
from synthesis.exchange import export_reeks
from synthesis.exchange.checking import load_reeks
from tests.factories import NOW, DinerFactory

pytestmark = pytest.mark.django_db
HOURS = [
    datetime(2026, 11, 24, 22, 55, tzinfo=UTC),  # five minutes to midnight in Amsterdam
    datetime(2026, 11, 24, 23, 5, tzinfo=UTC),  # five past
    datetime(2026, 11, 25, 4, 0, tzinfo=UTC),
    datetime(2026, 11, 25, 11, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 5, tzinfo=UTC),  # the clock just went forward
    datetime(2026, 10, 25, 1, 5, tzinfo=UTC),  # and back
    datetime(2028, 2, 29, 18, 0, tzinfo=UTC),
]


@pytest.fixture(scope="module")
def small():
    """The demo's file with a few notes a diner: the same shape, loaded in a moment."""
    data = demo._source()
    data.pop("rode_draden", None)
    for diner in data["diners"]:
        diner["bijdragen"] = diner["bijdragen"][::12]
        for bijdrage in diner["bijdragen"]:
            bijdrage.pop("bijgesteld", None)
    return data


@pytest.fixture
def small_demo(small, monkeypatch, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    monkeypatch.setattr(demo, "_source", lambda: copy.deepcopy(small))
    demo.load_demo(now=NOW)
    return Reeks.objects.get()


def running():
    return Ronde.objects.running().get()


def assert_live(now):
    ronde = running()
    assert ronde.started_at <= now < ronde.ends_at
    assert ronde.stelling.nummer == 2
    assert ronde.diner == demo.live_diner(demo.demo_reeks())
    assert ronde.diner.status == "live"


@pytest.mark.parametrize("now", HOURS, ids=str)
def test_last_diner_is_live_at_any_hour(now):
    data = demo.data_at(now)
    *past, last = data["diners"]
    begun = [ronde for ronde in last["rondes"] if "begonnen" in ronde]
    assert [ronde["nummer"] for ronde in begun if "geeindigd" not in ronde] == [begun[-1]["nummer"]]
    assert datetime.fromisoformat(begun[-1]["begonnen"]) == now - demo.BEZIG
    assert datetime.fromisoformat(begun[-1]["eindigt"]) > now
    begin = timezone.localtime(datetime.fromisoformat(begun[0]["begonnen"]))
    assert (last["datum"], last["begintijd"]) == (begin.date().isoformat(), begin.strftime("%H:%M"))
    assert all(date.fromisoformat(diner["datum"]) < begin.date() for diner in past)
    moments = [
        datetime.fromisoformat(note["gemaakt"]) for diner in data["diners"] for note in diner["bijdragen"]
    ]
    assert max(moments) < now


def test_demo_file_is_a_good_reeks_of_the_promised_size():
    data = load_reeks(demo.DATA.read_bytes())
    assert len(data["diners"]) == 5
    assert [len(diner["stellingen"]) for diner in data["diners"]] == [3] * 5
    assert [len(diner["tafels"]) for diner in data["diners"]] == [8] * 5
    assert 550 <= sum(len(diner["bijdragen"]) for diner in data["diners"]) <= 700


def test_whole_demo_loads_with_its_people_and_proposals():
    call_command("load_demo")
    reeks = demo.demo_reeks()
    assert Bijdrage.objects.filter(diner__reeks=reeks).count() > 550
    assert_live(timezone.now())
    live = running().diner
    assert not live.rode_draden.exists()
    for diner in reeks.diners.exclude(pk=live.pk):
        assert all(stelling.rode_draden.exists() for stelling in diner.stellingen.all())
    roles = dict(Lidmaatschap.objects.values_list("gebruiker__email", "rol"))
    assert roles == {email: rol for email, _, rol in demo.MENSEN.values()}
    assert Gebruiker.objects.get(email="roos@demo.test").check_password(demo.WACHTWOORD)


def test_live_diner_waits_for_nothing_but_its_tablets(small_demo):
    wachten = [punt.tekst for punt in readiness(running().diner, NOW.date()) if not punt.gereed]
    assert wachten == ["Aan elke tafel doet een tablet mee (nog niet: 1, 2, 3, 4, 5, 6, 7, 8)"]


def test_second_load_changes_nothing_but_the_clock(small_demo):
    before = export_reeks(small_demo)
    assert demo.load_demo(now=NOW) is False
    assert export_reeks(small_demo) == before
    later = NOW + timedelta(days=3, hours=9)
    assert demo.load_demo(now=later) is False
    assert_live(later)
    assert Reeks.objects.count() == 1
    assert Gebruiker.objects.count() == 2


def test_second_load_leaves_a_running_evening_alone(small_demo):
    before = running()
    demo.load_demo(now=NOW + timedelta(minutes=5))
    assert (running().pk, running().started_at) == (before.pk, before.started_at)


def test_second_load_puts_back_what_a_visitor_stopped(small_demo):
    Ronde.objects.update(started_at=None, ends_at=None, ended_at=None)
    small_demo.diners.update(status="afgesloten")
    demo.load_demo(now=NOW)
    assert_live(NOW)


def test_diner_that_a_visitor_added_does_not_take_over(small_demo):
    DinerFactory(reeks=small_demo, nummer=99, datum=None)
    demo.load_demo(now=NOW + timedelta(days=1))
    assert_live(NOW + timedelta(days=1))
    assert small_demo.diners.get(nummer=99).datum is None
    assert demo.address_of("tafel")


def test_what_a_visitor_deleted_is_said_calmly(small_demo):
    Bijdrage.objects.all().delete()
    Tafel.objects.all().delete()
    with pytest.raises(DenkdinerError, match="tafels"):
        demo.address_of("tafel")
    demo.live_diner(small_demo).delete()
    with pytest.raises(DenkdinerError, match="verwijderd"):
        demo.address_of("scherm")
    assert demo.load_demo(now=NOW) is False
    Reeks.objects.all().delete()
    with pytest.raises(DenkdinerError, match="staat niet klaar"):
        demo.address_of("organisator")


@pytest.mark.parametrize(
    ("deur", "signed_in"),
    [
        ("organisator", "roos@demo.test"),
        ("verslaglegger", "vera@demo.test"),
        ("tafel", None),
        ("scherm", None),
    ],
)
def test_door_leads_in_as_the_right_person(small_demo, deur, signed_in):
    client = Client()
    with override_settings(DEMO=True):
        response = client.get(reverse("demo_deur", args=[deur]))
        assert response.status_code == 302
        assert client.get(response.url.partition("#")[0]).status_code == 200
    user = client.session.get("_auth_user_id")
    assert (Gebruiker.objects.get(pk=user).email if user else None) == signed_in


def test_doors_lead_to_the_live_diner(small_demo):
    addresses = {deur: demo.address_of(deur) for deur in demo.DEUREN}
    live = demo.live_diner(small_demo)
    assert addresses["organisator"] == reverse("diners:regie", args=[small_demo.slug, live.nummer])
    assert addresses["verslaglegger"] == reverse("synthesis:werkbank", args=[small_demo.slug, 1, 1])
    page, _, token = addresses["tafel"].partition("#")
    assert page == reverse("capture:aanmelden")
    assert live.tafels.get(toegangen__token_hash=token_hash(token)).nummer == 1
    assert len(token) == 22
    assert demo.address_of("tafel") == addresses["tafel"]


def test_start_page_of_the_demo_offers_four_doors(client):
    with override_settings(DEMO=True):
        page = client.get("/").content.decode()
    for deur in demo.DEUREN:
        assert f'href="{reverse("demo_deur", args=[deur])}"' in page


@pytest.mark.parametrize("deur", [*demo.DEUREN, "keuken"])
def test_doors_do_not_exist_outside_the_demo(client, deur):
    assert client.get(f"/demo/{deur}/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_unknown_door_does_not_exist_in_the_demo_either(client):
    with override_settings(DEMO=True):
        assert client.get("/demo/keuken/").status_code == 404


def test_start_page_outside_the_demo_leads_to_sign_in_or_reeksen(client, roos, sign_in):
    assert client.get("/").url == reverse("account_login")
    assert sign_in(roos).get("/").url == reverse("diners:reeks_list")


def test_demo_links_names_every_door(capsys):
    call_command("demo_links")
    out = capsys.readouterr().out
    for deur in demo.DEUREN:
        assert f"{settings.SITE_URL}{reverse('demo_deur', args=[deur])}" in out


def test_gezond_says_ok_to_anybody_and_is_never_cached(client):
    response = client.get("/gezond/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]
    assert client.post("/gezond/").status_code == 405
