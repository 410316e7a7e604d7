"""What the projector shows, who chooses it, and the log of the evening."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from denkdiner import live
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.live import diner_group, zaal_group
from sessions import queries, services
from sessions.models import MAX_WAT, Beeld, Dinerstatus, Logregel, Ronde, Rondesoort, Scherm
from tests.factories import NOW, RondeFactory, TafelFactory

pytestmark = pytest.mark.django_db
SLUG = "verkenning-2050"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(roos, sign_in):
    return sign_in(roos)


def url(name, *args):
    return reverse(f"diners:{name}", args=args or (SLUG, 1))


def text(response):
    """What a person reads on the page, on one line."""
    return " ".join(re.sub(r"<div id[^\n]*>\n|<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def shown(client, diner):
    """What the room reads now."""
    token = services.scherm_token_of(services.open_scherm(diner=diner))
    return lambda: client.get(reverse("diners:scherm_stand", args=[token]))


def show(diner, beeld):
    return services.show_beeld(
        diner=diner, beeld=beeld, version=queries.scherm_of(diner).version, now=timezone.now()
    )


# --- what the room sees ----------------------------------------------------------------------------------------------
def test_scherm_follows_the_evening_until_somebody_chooses(shown, diner, stelling):
    assert "Welkom" in text(shown())
    ronde = services.start_ronde(ronde=RondeFactory(diner=diner, nummer=1, stelling=stelling), now=NOW)
    assert stelling.tekst in text(shown())
    assert not Scherm.objects.exists()
    for beeld, woorden in (
        (Beeld.WELKOM, "We beginnen zo"),
        (Beeld.PAUZE, "Pauze"),
        (Beeld.DANK, "Dank voor jullie gedachten"),
    ):
        show(diner, beeld)
        assert woorden in text(shown())
        assert stelling.tekst not in text(shown())
    show(diner, Beeld.AVOND)
    assert stelling.tekst in text(shown())
    assert ronde.pk == queries.running_ronde(diner).pk


def test_scherm_leaves_threads_and_peiling_to_their_own_addresses(shown, diner):
    for beeld, deel in ((Beeld.DRADEN, "scherm-draden"), (Beeld.PEILING, "scherm-peiling")):
        show(diner, beeld)
        html = shown().content.decode()
        assert f'id="{deel}"' in html
        assert "hx-preserve" in html, "it is loaded once, and not again at every nudge"


def test_break_on_the_scherm_has_a_clock_only_when_the_break_is_on(shown, diner, stelling):
    services.start_ronde(ronde=RondeFactory(diner=diner, nummer=1, stelling=stelling), now=timezone.now())
    show(diner, Beeld.PAUZE)
    assert "data-klok " not in shown().content.decode()
    pauze = RondeFactory(diner=diner, nummer=2, soort=Rondesoort.PAUZE)
    services.start_ronde(ronde=pauze, now=timezone.now())
    show(diner, Beeld.PAUZE)
    assert "data-klok " in shown().content.decode()


def test_a_ronde_that_begins_takes_the_scherm_back_but_an_empty_one_stays_empty(shown, diner, stelling):
    eerste, tweede = (RondeFactory(diner=diner, nummer=n, stelling=stelling) for n in (1, 2))
    show(diner, Beeld.DANK)
    services.start_ronde(ronde=eerste, now=timezone.now())
    assert stelling.tekst in text(shown())
    services.clear_scherm(diner=diner, leeg=True, now=timezone.now())
    services.start_ronde(ronde=tweede, now=timezone.now())
    assert text(shown()) == "Leeg scherm"
    services.clear_scherm(diner=diner, leeg=False, now=timezone.now())
    assert stelling.tekst in text(shown())


def test_empty_scherm_says_nothing_of_what_was_there(shown, diner, stelling):
    services.start_ronde(ronde=RondeFactory(diner=diner, nummer=1, stelling=stelling), now=timezone.now())
    services.clear_scherm(diner=diner, leeg=True, now=timezone.now())
    html = shown().content.decode()
    assert stelling.tekst not in html
    assert "data-klok " not in html
    show(diner, Beeld.WELKOM)
    assert "Welkom" in text(shown()), "to choose is to show"


# --- choosing --------------------------------------------------------------------------------------------------------
def test_two_regisseurs_do_not_overwrite_each_other(diner):
    show(diner, Beeld.PAUZE)
    services.show_beeld(diner=diner, beeld=Beeld.DRADEN, version=1, now=NOW)
    with pytest.raises(Conflict, match="Iemand anders was je net voor"):
        services.show_beeld(diner=diner, beeld=Beeld.DANK, version=1, now=NOW)
    assert queries.scherm_of(diner).beeld == Beeld.DRADEN
    services.clear_scherm(diner=diner, leeg=True, now=NOW)  # but panic asks nobody
    assert queries.scherm_of(diner).is_leeg


def test_unknown_beeld_is_refused(client, diner):
    with pytest.raises(DenkdinerError, match="Kies een beeld"):
        services.show_beeld(diner=diner, beeld="feest", version=0, now=NOW)
    response = client.post(url("scherm_beeld"), {"beeld": "feest", "version": 0})
    assert response.status_code == 422
    assert not Scherm.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Scherm.objects.create(diner=diner, beeld="feest")


def test_scherm_of_a_diner_exists_once(diner):
    show(diner, Beeld.PAUZE)
    show(diner, Beeld.DANK)
    assert Scherm.objects.get().version == 2


def test_room_and_team_hear_of_a_new_beeld(diner, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(live.hub, "tell", lambda groups, text: told.append((set(groups), text)))
    with django_capture_on_commit_callbacks(execute=True):
        show(diner, Beeld.PAUZE)
    assert told == [({diner_group(diner.pk), zaal_group(diner.pk)}, '{"type": "scherm-changed"}')]


def test_buttons_of_the_regie_choose_empty_and_bring_back(client, diner):
    html = client.get(url("regie_scherm")).content.decode()
    assert 'id="beeld-avond" class="knop knop--klein knop--hoofd" aria-pressed="true"' in html
    response = client.post(url("scherm_beeld"), {"beeld": "pauze", "version": 0}, headers=HTMX)
    assert (
        'id="beeld-pauze" class="knop knop--klein knop--hoofd" aria-pressed="true"'
        in response.content.decode()
    )
    assert "Toon weer" in text(client.post(url("scherm_leeg"), {"leeg": "true"}, headers=HTMX))
    assert queries.scherm_of(diner).is_leeg
    assert client.post(url("scherm_leeg")).url == url("regie")
    scherm = queries.scherm_of(diner)
    assert (scherm.is_leeg, scherm.beeld) == (False, Beeld.PAUZE)
    late = client.post(url("scherm_beeld"), {"beeld": "dank", "version": 1}, headers=HTMX)
    assert late.status_code == 409
    assert queries.scherm_of(diner).beeld == Beeld.PAUZE


def test_regie_scherm_for_the_verslaglegger_only_tells(vera, sign_in, diner):
    show(diner, Beeld.PAUZE)
    html = sign_in(vera).get(url("regie_scherm")).content.decode()
    assert "pauze" in html
    assert "<button" not in html
    assert "scherm-stand" not in html, "the link of the scherm is the organiser's"


@pytest.mark.parametrize("aantal", [1, 3])
def test_avondlog_and_scherm_are_read_in_as_many_queries(
    client, diner, shown, aantal, django_assert_num_queries
):
    for n in range(aantal):
        services.add_logregel(diner=diner, wat=f"deed {n}", now=NOW)
    with django_assert_num_queries(5):
        assert client.get(url("avondlog")).content.count(b"<li>") == aantal
    with django_assert_num_queries(5):
        client.get(url("regie_scherm"))
    with django_assert_num_queries(7):  # two of them for the session of this client: a projector has none
        shown()


def test_avondlog_says_the_day_of_what_was_prepared(client, diner):
    vandaag = timezone.now()
    services.add_logregel(diner=diner, wat="bewerkte ronde 1", now=vandaag - timedelta(days=3))
    services.add_logregel(diner=diner, wat="begon ronde 1", now=vandaag)
    tijden = re.findall(r"<time[^>]*>([^<]+)<", client.get(url("avondlog")).content.decode())
    assert re.fullmatch(r"\d\d:\d\d", tijden[0])
    assert re.fullmatch(r"\d+ [a-z]+\.? \d\d:\d\d", tijden[1])


# --- the log ---------------------------------------------------------------------------------------------------------
def test_log_tells_who_did_what(client, roos, diner, stelling):
    ronde = RondeFactory(diner=diner, nummer=1, stelling=stelling)
    volgende = RondeFactory(diner=diner, nummer=2)
    tafel = TafelFactory(diner=diner, nummer=3)

    def press(actie, which, **data):
        which.refresh_from_db()
        address = reverse("diners:ronde_action", args=[SLUG, 1, which.pk, actie])
        assert client.post(address, {"version": which.version, **data}).status_code == 302

    press("start", ronde)
    press("pauze", ronde)
    press("verder", ronde)
    press("tijd", ronde, minuten=-5)
    press("start", volgende)
    press("stop", volgende)
    client.post(url("bericht_send"), {"tekst": "Let op: geheim", "tafel": ""})
    client.post(reverse("diners:bericht_withdraw", args=[SLUG, 1, diner.berichten.get().pk]))
    services.ask_hulp(tafel=tafel, now=timezone.now())
    services.settle_hulp(tafel=tafel, gebruiker=roos, now=timezone.now())
    client.post(url("scherm_leeg"), {"leeg": "true"})
    client.post(reverse("diners:diner_status", args=[SLUG, 1, "sluit"]))
    regels = [(regel.gebruiker, regel.wat) for regel in queries.logregels_of(diner)][::-1]
    assert regels == [
        (roos, "begon ronde 1"),
        (roos, "pauzeerde ronde 1"),
        (roos, "hervatte ronde 1"),
        (roos, "gaf -5 min aan ronde 1"),
        (roos, "begon ronde 2"),
        (roos, "stopte ronde 2"),
        (roos, "stuurde een bericht aan alle tafels"),
        (roos, "trok een bericht in"),
        (None, "Tafel 3 vroeg om hulp"),
        (roos, "hielp Tafel 3"),
        (roos, "maakte het scherm leeg"),
        (roos, "sloot het diner af"),
    ]
    page = text(client.get(url("avondlog")))
    assert "Roos begon ronde 1" in page
    assert "geheim" not in page


def test_log_holds_nothing_of_what_was_refused(diner, roos):
    ronde = RondeFactory(diner=diner, nummer=1)
    with pytest.raises(Conflict):
        services.start_ronde(ronde=ronde, now=NOW, version=7, gebruiker=roos)
    assert not Logregel.objects.exists()


def test_long_line_of_the_log_is_cut_off(diner):
    services.add_logregel(diner=diner, wat="x" * 1000, now=NOW)
    assert len(Logregel.objects.get().wat) == MAX_WAT


# --- back ------------------------------------------------------------------------------------------------------------
def test_back_goes_to_the_ronde_before_with_what_was_left(client, diner):
    eerste, tweede = (RondeFactory(diner=diner, nummer=n, minuten=10) for n in (1, 2))
    assert "Terug" not in text(client.get(url("regie_stand")))
    services.start_ronde(ronde=eerste, now=timezone.now() - timedelta(minutes=4))
    assert "Terug" not in text(client.get(url("regie_stand")))
    services.start_ronde(ronde=tweede, now=timezone.now())
    page = client.get(url("regie_stand"))
    assert re.search(r"Terug naar ronde 1 \((6:00|5:59) over\)", text(page))
    eerste.refresh_from_db()
    address = reverse("diners:ronde_action", args=[SLUG, 1, eerste.pk, "verder"])
    assert 'id="regie-terug"' in page.content.decode()
    client.post(address, {"version": eerste.version})
    assert queries.running_ronde(diner) == eerste
    assert not Ronde.objects.get(pk=tweede.pk).started_at, "it had only just begun: it still comes"


def test_back_to_a_ronde_without_time_left_asks_first(client, diner):
    eerste, tweede = (RondeFactory(diner=diner, nummer=n, minuten=10) for n in (1, 2))
    services.start_ronde(ronde=eerste, now=timezone.now() - timedelta(minutes=14))
    services.start_ronde(ronde=tweede, now=timezone.now())
    html = client.get(url("regie_stand")).content.decode()
    form = next(f for f in re.findall(r"<form.*?</form>", html, re.S) if "regie-terug" in f)
    assert "data-bevestig=" in form
    assert diner.status == Dinerstatus.LIVE
