"""What a tablet asks besides handing over: hallo, the notes of its table, help, and messages it has read."""

import io
import json
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone

from capture.models import Bijdrage, BijdrageVersie, Quarantaine
from capture.queries import sync_notities, sync_stand, trefwoorden_of
from capture.services import sync
from capture.views import sync as views
from sessions.models import Apparaat, Bericht, Gezien, Hulpvraag
from sessions.services import send_bericht, withdraw_bericht
from tests.capture.ops import LATER, op, peiling, post, post_json, send, verdicts
from tests.factories import (
    NOW,
    ApparaatFactory,
    BijdrageFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
)

pytestmark = pytest.mark.django_db


def notities(client, na=None):
    return client.get("/sync/notities", {"na": na} if na else {}).json()


# --- hallo -------------------------------------------------------------------------------------------------------------


def test_hallo_tells_the_whole_evening(femkes_tablet, femke, bram, stelling, ronde, diner, roos):
    optreden = diner.optredens.create(
        spreker=SprekerFactory(reeks=diner.reeks, naam="Ada Vos", functie="denker")
    )
    diner.optredens.create(spreker=SprekerFactory(reeks=diner.reeks, naam="Piet"), volgorde=1)
    later = RondeFactory(diner=diner, nummer=9, titel="Dessert", soort="gang")
    send(femke, peiling(femke, stelling))
    send(bram, peiling(bram, stelling, eens=9))
    data = femkes_tablet.get("/sync/hallo").json()
    assert data["diner"]["status"] == "live"
    assert data["rondes"] == [
        {
            "id": ronde.pk,
            "nummer": ronde.nummer,
            "soort": "tafelgesprek",
            "titel": str(ronde),
            "stelling": stelling.pk,
            "begonnen": True,
        },
        {
            "id": later.pk,
            "nummer": 9,
            "soort": "gang",
            "titel": "Dessert",
            "stelling": None,
            "begonnen": False,
        },
    ]
    assert (data["sprekers"], optreden.volgorde) == (["Ada Vos, denker", "Piet"], 0)
    assert data["peilingen"] == [
        {"stelling": stelling.pk, "moment": "voor", "eens": 3, "oneens": 2, "neutraal": 1}
    ]
    assert (data["hulp"], data["berichten"]) == (False, [])


@pytest.mark.parametrize("aantal", [1, 3])
def test_hallo_costs_the_same_however_much_there_is(
    femkes_tablet, femke, diner, roos, aantal, django_assert_num_queries
):
    for n in range(aantal):
        stelling = StellingFactory(diner=diner, nummer=n + 10)
        RondeFactory(diner=diner, nummer=n + 10)
        diner.optredens.create(spreker=SprekerFactory(reeks=diner.reeks))
        BijdrageFactory(tafel=femke.toegang.tafel, trefwoorden=["bus"])
        send(femke, peiling(femke, stelling))
        send_bericht(diner=diner, tafel=None, tekst="Pauze", gebruiker=roos, now=NOW)
    Apparaat.objects.update(last_seen_at=timezone.now() + timedelta(days=1))
    femkes_tablet.get("/sync/hallo")
    with django_assert_num_queries(9):
        data = femkes_tablet.get("/sync/hallo").json()
    assert [len(data[naam]) for naam in ("rondes", "sprekers", "peilingen", "berichten")] == [aantal] * 4


def test_words_of_all_tables_are_counted_once_in_a_while(femke, diner, django_assert_num_queries):
    BijdrageFactory(tafel=femke.toegang.tafel, trefwoorden=["bus"])
    with django_assert_num_queries(1):
        assert [trefwoorden_of(diner) for _ in range(500)] == [["bus"]] * 500


def test_seq_is_the_highest_of_notes_and_counts(femkes_tablet, femke, stelling):
    send(femke, op(femke, seq=41), peiling(femke, stelling, seq=43), op(femke, seq=42))
    assert femkes_tablet.get("/sync/hallo").json()["seq"] == 43


def test_device_that_joined_again_is_known_by_the_name_it_gave_itself(femke, stelling):
    device = uuid.uuid4()
    send(femke, op(femke, seq=41, device_id=str(device)))
    opnieuw = ApparaatFactory(toegang=femke.toegang, nummer=2)
    assert sync_stand(opnieuw, LATER)["seq"] == 0
    assert sync_stand(opnieuw, LATER, device)["seq"] == 41
    assert sync_stand(opnieuw, LATER, uuid.uuid4())["seq"] == 0
    assert BijdrageVersie.objects.get().device_id == device


def test_hallo_survives_a_device_id_that_is_none(femkes_tablet):
    for device in ("", "abc", "\0", "x" * 5000):
        assert femkes_tablet.get("/sync/hallo", {"device": device}).status_code == 200


# --- notes of the table ------------------------------------------------------------------------------------------------


def test_notities_hold_everything_that_was_said_at_this_table(femkes_tablet, femke, bram, stelling, ronde):
    eerder = BijdrageFactory(tafel=femke.toegang.tafel, deleted_at=NOW, created_at=NOW - timedelta(hours=1))
    BijdrageFactory(tafel=bram.toegang.tafel)
    body = {
        "soort": "vraag",
        "standpunt": "tegen",
        "horizon": "nu",
        "trefwoorden": ["bus"],
        "bijgesteld": str(eerder.pk),
    }
    gestuurd = op(femke, tekst="Wie rijdt er?", stelling=stelling.pk, ronde=ronde.pk, body=body)
    send(femke, gestuurd)
    response = femkes_tablet.get("/sync/notities")
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    data = response.json()
    assert (data["denkdiner"], data["tafel"]) == (1, femke.toegang.tafel_id)
    assert data["epoch"] == femkes_tablet.get("/sync/hallo").json()["epoch"]
    oud, nieuw = data["notities"]
    assert (oud["id"], oud["weg"], oud["apparaat"]) == (str(eerder.pk), True, None)
    assert nieuw == {
        "id": gestuurd["note_id"],
        "rev": 1,
        "tekst": "Wie rijdt er?",
        "letterlijk": False,
        "stelling": stelling.pk,
        "ronde": ronde.pk,
        **body,
        "te_laat": False,
        "gewijzigd": False,
        "weg": False,
        "created_at": LATER.isoformat(),
        "updated_at": LATER.isoformat(),
        "apparaat": femke.nummer,
        "versies": [],
    }


def test_notities_since_the_last_time_are_those_that_changed(femkes_tablet, femke):
    oud = BijdrageFactory(tafel=femke.toegang.tafel)
    na = notities(femkes_tablet)["na"]
    assert notities(femkes_tablet, na)["notities"] == []
    send(femke, op(femke, kind="delete", note_id=str(oud.pk), base_rev=1), now=timezone.now())
    (note,) = notities(femkes_tablet, na)["notities"]
    assert (note["id"], note["weg"], note["rev"]) == (str(oud.pk), True, 2)


def test_note_that_was_committed_late_is_not_missed(femke):
    """Its batch came in before the tablet asked, and was committed after."""
    tafel = femke.toegang.tafel
    asked = LATER
    send(femke, op(femke), now=asked - timedelta(seconds=20))
    assert len(sync_notities(tafel, asked, asked)["notities"]) == 1


@pytest.mark.parametrize(
    "na", ["", "gisteren", "\0", "2026-11-24T19:42:00", "9999-01-01", "0001-01-01T00:00:00Z"]
)
def test_notities_are_all_there_when_na_cannot_be_read(femkes_tablet, femke, na):
    BijdrageFactory(tafel=femke.toegang.tafel)
    assert len(femkes_tablet.get("/sync/notities", {"na": na}).json()["notities"]) == 1


def test_na_is_understood_with_a_plus_that_became_a_space(femkes_tablet, femke):
    BijdrageFactory(tafel=femke.toegang.tafel)
    url = "/sync/notities?na=" + (NOW + timedelta(days=1)).isoformat()
    assert "+00:00" in url
    assert femkes_tablet.get(url).json()["notities"] == []


@pytest.mark.parametrize("aantal", [1, 3])
@pytest.mark.parametrize("twee", [False, True])
def test_notities_cost_the_same_for_one_note_or_three(
    femkes_tablet, femke, aantal, twee, django_assert_num_queries
):
    for _ in range(aantal):
        note = op(femke)
        rest = [op(femke, kind="edit", tekst=t, note_id=note["note_id"], base_rev=1) for t in "ab"]
        send(femke, note, *(rest if twee else ()))
    Apparaat.objects.update(last_seen_at=timezone.now() + timedelta(days=1))
    femkes_tablet.get("/sync/hallo")
    with django_assert_num_queries(4 if twee else 3):  # device, notes, epoch, and what is kept beside them
        assert len(notities(femkes_tablet)["notities"]) == aantal


def test_both_texts_are_told_until_a_person_chose(femkes_tablet, femke, bram, stelling):
    tweede = ApparaatFactory(toegang=femke.toegang, nummer=2)
    note = op(femke, tekst="eerste", stelling=stelling.pk)
    send(femke, note)

    def edit(wie, tekst, base, **changes):
        return verdicts(
            wie, op(wie, kind="edit", tekst=tekst, note_id=note["note_id"], base_rev=base, **changes)
        )

    edit(femke, "van Femke", 1, stelling=stelling.pk)
    assert edit(tweede, "van Joris", 1) == ["conflict"]
    edit(tweede, "van Femke", 1, stelling=stelling.pk)  # the same as what is there: nothing to choose from
    (told,) = notities(femkes_tablet)["notities"]
    assert (told["tekst"], told["stelling"], told["gewijzigd"]) == ("van Femke", stelling.pk, True)
    (ander,) = told["versies"]
    assert (ander["rev"], ander["apparaat"], ander["tekst"], ander["stelling"], ander["soort"]) == (
        3,
        2,
        "van Joris",
        None,
        "inzicht",
    )
    assert edit(femke, "samen", told["rev"]) == ["stored"]
    (told,) = notities(femkes_tablet)["notities"]
    assert (told["tekst"], told["versies"]) == ("samen", [])


def test_create_that_came_after_its_edit_is_no_second_version(femkes_tablet, femke):
    create = op(femke, tekst="oud")
    send(femke, op(femke, kind="edit", tekst="nieuw", note_id=create["note_id"], base_rev=1), create)
    assert [note["versies"] for note in notities(femkes_tablet)["notities"]] == [[]]


# --- order, and ops of another table -------------------------------------------------------------------------------------


def test_after_a_retry_the_later_ops_on_that_note_wait_too(femke, stelling, monkeypatch):
    create, ander = op(femke), op(femke)
    edit = op(femke, kind="edit", tekst="daarna", note_id=create["note_id"].upper(), base_rev=1)
    echt = sync._store

    def busy(batch, wat):
        if str(wat.kop.op_id) == create["op_id"]:
            raise OperationalError("database is locked")
        return echt(batch, wat)

    monkeypatch.setattr(sync, "_store", busy)
    assert verdicts(femke, create, ander, edit, peiling(femke, stelling)) == [
        "retry",
        "stored",
        "retry",
        "stored",
    ]
    monkeypatch.undo()
    assert verdicts(femke, create, edit) == ["stored", "stored"]
    assert Bijdrage.objects.get(pk=create["note_id"]).tekst == "daarna"


@pytest.mark.parametrize("fout", [IntegrityError, OperationalError])
def test_quarantine_that_cannot_be_written_now_is_asked_for_again(femke, monkeypatch, fout):
    def busy(**_):
        raise fout

    monkeypatch.setattr(sync, "keep_apart", busy)
    assert verdicts(femke, op(femke, tekst=" "), op(femke)) == ["retry", "stored"]


def test_bug_of_ours_delays_one_op_and_keeps_its_words_out_of_the_log(femke, monkeypatch, caplog):
    echt = sync._store

    def broken(batch, wat):
        if wat.kop.op_id == uuid.UUID(note["op_id"]):
            raise RuntimeError(wat.inhoud.tekst)
        return echt(batch, wat)

    monkeypatch.setattr(sync, "_store", broken)
    note = op(femke, tekst="onder ons gezegd")
    later = op(femke, kind="edit", tekst="daarna", note_id=note["note_id"], base_rev=1)
    assert verdicts(femke, note, op(femke), later) == ["retry", "stored", "retry"]
    assert "RuntimeError" in caplog.text
    assert "onder ons gezegd" not in caplog.text


def test_answer_names_the_op_as_it_was_sent(femke):
    """Some clients write a UUID in capitals; one that looks for its own op_id would have sent it for ever."""
    groot = op(femke)
    groot["op_id"] = groot["op_id"].upper()
    for said in ("stored", "duplicate"):
        (antwoord,) = send(femke, groot)
        assert (antwoord["verdict"], antwoord["op_id"]) == (said, groot["op_id"])


@pytest.mark.parametrize("path", ["/sync/hallo", "/sync/notities", "/sync/ops"])
def test_database_that_is_away_is_said_in_our_own_words(femkes_tablet, femke, monkeypatch, path):
    def away(**_):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(views, "touch_apparaat", away)
    monkeypatch.setattr(sync, "touch_apparaat", away)
    response = post(femkes_tablet, [op(femke)]) if path == "/sync/ops" else femkes_tablet.get(path)
    assert (response.status_code, response.json()) == (503, {"denkdiner": 1, "fout": "later"})


def test_op_of_another_table_becomes_a_note_there(femke, bram, roos, sign_in, tafels):
    send(femke, {**op(femke, tekst="aan tafel 2 getypt"), "tafel": bram.toegang.tafel_id})
    rij = Quarantaine.objects.get()
    assert (rij.reden, rij.tafel, rij.bestemd) == ("tafel", tafels[0], tafels[1])
    pagina = "/reeksen/verkenning-2050/diners/1/quarantaine/"
    client = sign_in(roos)
    assert f"Voor {tafels[1]} getypt, verstuurd vanaf {tafels[0]}" in client.get(pagina).content.decode()
    client.post(f"{pagina}{rij.pk}/overnemen/")
    note = Bijdrage.objects.get()
    assert (note.tafel, note.tekst) == (tafels[1], "aan tafel 2 getypt")


@pytest.mark.parametrize("tafel", [0, 999_999, 2**40, "vreemd"])
def test_op_of_a_table_of_others_stays_with_the_device_that_sent_it(femke, tafels, roos, tafel):
    vreemd = ApparaatFactory().toegang.tafel_id
    send(femke, {**op(femke), "tafel": vreemd if tafel == "vreemd" else tafel})
    rij = Quarantaine.objects.get()
    assert (rij.tafel, rij.bestemd, rij.plaats) == (tafels[0], None, tafels[0])


def test_op_of_another_table_that_was_stored_there_is_a_duplicate(femke, bram):
    """A tablet that moved to another table offers everything again after a backup was put back."""
    goed, weg = op(femke, tekst=" a\r\nb "), op(femke, kind="delete")
    weg["note_id"] = goed["note_id"]
    send(femke, goed, weg)
    assert verdicts(bram, goed, weg) == ["duplicate", "duplicate"]
    assert verdicts(bram, {**goed, "body": {"tekst": "iets anders"}}) == ["quarantined"]
    assert verdicts(bram, {**goed, "body": 3}, {**goed, "kind": []}) == ["quarantined"] * 2


# --- help and messages -----------------------------------------------------------------------------------------------------


def test_table_asks_for_help_and_takes_it_back(femkes_tablet, brams_tablet, femke):
    for gevraagd in (True, True, False, False, True):
        response = post_json(femkes_tablet, "/sync/hulp", {"hulp": gevraagd})
        assert response.json() == {"denkdiner": 1, "hulp": gevraagd}
        assert femkes_tablet.get("/sync/hallo").json()["hulp"] is gevraagd
    assert brams_tablet.get("/sync/hallo").json()["hulp"] is False
    assert Hulpvraag.objects.filter(tafel=femke.toegang.tafel).count() == 2


def test_messages_come_oldest_first_until_they_are_taken_back(
    femkes_tablet, brams_tablet, femke, diner, roos
):
    eerste = send_bericht(diner=diner, tafel=None, tekst="Aan tafel", gebruiker=roos, now=NOW)
    eigen = send_bericht(
        diner=diner, tafel=femke.toegang.tafel, tekst="Zachter graag", gebruiker=roos, now=LATER
    )
    weg = send_bericht(diner=diner, tafel=None, tekst="Vergissing", gebruiker=roos, now=LATER)
    withdraw_bericht(bericht=weg, now=LATER)
    assert femkes_tablet.get("/sync/hallo").json()["berichten"] == [
        {"id": eerste.pk, "tekst": "Aan tafel", "at": NOW.isoformat(), "gezien": False},
        {"id": eigen.pk, "tekst": "Zachter graag", "at": LATER.isoformat(), "gezien": False},
    ]
    vreemd = Bericht.objects.create(diner=ApparaatFactory().toegang.tafel.diner, tekst="elders", sent_at=NOW)
    ids = [eigen.pk, eerste.pk, vreemd.pk, 999_999]
    for _ in range(2):
        response = post_json(femkes_tablet, "/sync/gezien", {"berichten": ids})
        assert response.json() == {"denkdiner": 1, "gezien": [eerste.pk, eigen.pk]}
    assert Gezien.objects.count() == 2
    assert [b["gezien"] for b in femkes_tablet.get("/sync/hallo").json()["berichten"]] == [True, True]
    assert [b["gezien"] for b in brams_tablet.get("/sync/hallo").json()["berichten"]] == [False]
    assert post_json(brams_tablet, "/sync/gezien", {"berichten": [eigen.pk]}).json()["gezien"] == []


@pytest.mark.parametrize(
    ("path", "data"),
    [("/sync/hulp", data) for data in (None, [], {}, {"hulp": 1}, {"hulp": "ja"}, {"hulp": None})]
    + [
        ("/sync/gezien", data)
        for data in (
            3,
            {},
            {"berichten": 4},
            {"berichten": ["4"]},
            {"berichten": [True]},
            {"berichten": [-1]},
        )
    ]
    + [("/sync/gezien", {"berichten": [2**70]}), ("/sync/gezien", {"berichten": list(range(1, 300))})],
)
def test_nonsense_is_refused_in_our_own_words(femkes_tablet, path, data):
    response = post_json(femkes_tablet, path, data)
    assert (response.status_code, response.json()) == (400, {"denkdiner": 1, "fout": "onleesbaar"})
    assert not Hulpvraag.objects.exists()


@pytest.mark.parametrize("view", [views.hulp, views.gezien, views.ops])
def test_body_that_does_not_say_how_large_it_is_has_an_end_too(femke, view):
    """As uvicorn hands over a request in chunks: without a length."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"cookie", f"{settings.TABLE_COOKIE}=sleutel-van-femke".encode())],
    }
    body = json.dumps({"protocol": 1, "ops": ["x" * 300_000]}).encode()
    assert view(ASGIRequest(scope, io.BytesIO(body))).status_code == 413


def test_stranger_gets_401_at_every_door(femke, femkes_tablet):
    Apparaat.objects.filter(pk=femke.pk).update(revoked_at=NOW)
    for client in (Client(), femkes_tablet):
        for response in (
            client.get("/sync/notities"),
            post_json(client, "/sync/hulp", {"hulp": True}),
            post_json(client, "/sync/gezien", {"berichten": []}),
        ):
            assert (response.status_code, response.json()["fout"]) == (401, "aanmelden")


def test_answer_to_ops_says_what_time_it_is(femkes_tablet, femke):
    data = post(femkes_tablet, [op(femke)]).json()
    assert abs((timezone.now() - timezone.datetime.fromisoformat(data["now"])).total_seconds()) < 60
