"""The sync protocol: every op gets a final answer, is stored once, and nothing that was acknowledged is ever gone."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from capture.models import MAX_QUARANTAINE, MAX_TEKST, Bijdrage, BijdrageVersie, Quarantaine
from capture.queries import sync as queries
from capture.services import quarantaine as services
from capture.services.sync import MAX_BYTES
from capture.views import quarantaine as pagina
from sessions.models import Apparaat, Diner, Dinerstatus
from tests.capture.ops import LATER, op, peiling, post, send, verdicts
from tests.cast import tablet_client
from tests.factories import (
    NOW,
    BijdrageFactory,
    QuarantaineFactory,
    RondeFactory,
    StellingFactory,
    TafelFactory,
)

pytestmark = pytest.mark.django_db
DUPLICATE = "duplicate"


# --- one op ----------------------------------------------------------------------------------------------------------


def test_create_stores_the_note_with_everything_that_was_chosen(femke, stelling, ronde):
    eerder = BijdrageFactory(tafel=femke.toegang.tafel)
    extra = {
        "soort": "vraag",
        "standpunt": "tegen",
        "horizon": "nu",
        "trefwoorden": ["bus"],
        "bijgesteld": str(eerder.pk),
    }
    gestuurd = op(femke, tekst="  Wie rijdt er?  ", stelling=stelling.pk, ronde=ronde.pk, body=extra)
    assert send(femke, gestuurd) == [
        {"op_id": gestuurd["op_id"], "verdict": "stored", "note_id": gestuurd["note_id"], "rev": 1}
    ]
    note = Bijdrage.objects.get(pk=gestuurd["note_id"])
    assert (note.tekst, note.stelling, note.ronde, note.soort) == ("Wie rijdt er?", stelling, ronde, "vraag")
    assert (note.standpunt, note.horizon, note.trefwoorden, note.bijgesteld) == (
        "tegen",
        "nu",
        ["bus"],
        eerder,
    )
    assert (note.created_at, note.apparaat) == (LATER, femke)
    versie = note.versies.get()
    assert (str(versie.op_id), versie.seq, versie.client_ts) == (gestuurd["op_id"], 1, NOW)


def test_same_op_again_is_a_duplicate_with_the_same_revision(femke):
    gestuurd = op(femke)
    send(femke, gestuurd)
    assert (
        send(femke, gestuurd, gestuurd)
        == [{"op_id": gestuurd["op_id"], "verdict": "duplicate", "note_id": gestuurd["note_id"], "rev": 1}]
        * 2
    )
    assert BijdrageVersie.objects.count() == 1


def test_duplicate_answers_with_the_revision_that_this_op_became(femke):
    """Its first answer was lost; with the revision of the note the tablet would overwrite, unseen, what came after it."""
    create, edit = op(femke), op(femke, kind="edit", tekst="van Femke", base_rev=1)
    edit["note_id"] = create["note_id"]
    ander = op(femke, kind="edit", tekst="van Joris", note_id=create["note_id"], base_rev=2)
    send(femke, create, edit, ander)
    again = send(femke, create, edit, ander)
    assert [(a["verdict"], a["rev"]) for a in again] == [(DUPLICATE, 1), (DUPLICATE, 2), (DUPLICATE, 3)]
    verder = op(femke, kind="edit", tekst="verder", note_id=create["note_id"], base_rev=again[1]["rev"])
    assert verdicts(femke, verder) == ["conflict"]
    assert Bijdrage.objects.get().tekst == "van Joris"


def test_conflict_is_said_again_until_somebody_chose(femke):
    create = op(femke)

    def edit(tekst, base, kind="edit"):
        return op(femke, kind=kind, tekst=tekst, note_id=create["note_id"], base_rev=base)

    apart, weg = edit("van Joris", 1), edit("", 1, kind="delete")
    send(femke, create, edit("van Femke", 1))
    eerst = send(femke, apart, weg)
    assert [(a["verdict"], a["rev"]) for a in eerst] == [("conflict", 3), ("conflict", 4)]
    assert send(femke, apart, weg) == eerst
    # into the bin and out of it is no choice
    send(femke, edit("", 4, kind="delete"), edit("", 5, kind="restore"))
    assert [(a["verdict"], a["rev"]) for a in send(femke, apart, weg)] == [("conflict", 3), (DUPLICATE, 4)]
    send(femke, edit("samen", 6))
    assert [(a["verdict"], a["rev"]) for a in send(femke, apart, weg)] == [(DUPLICATE, 3), (DUPLICATE, 4)]
    # an old conflict that was settled stays settled when there is a new one
    assert verdicts(femke, edit("weer anders", 6)) == ["conflict"]
    (weer,) = send(femke, apart)
    assert (weer["verdict"], weer["rev"], weer.get("uitleg")) == (DUPLICATE, 3, None)


@pytest.mark.parametrize(
    "change", [{"body": {"tekst": "iets anders"}}, {"kind": "edit"}, {"note_id": str(uuid.uuid4())}]
)
def test_same_op_id_with_something_else_in_it_is_kept_apart(femke, change):
    gestuurd = op(femke)
    send(femke, gestuurd)
    anders = {**gestuurd, **change, "body": {**gestuurd["body"], **change.get("body", {})}}
    assert verdicts(femke, anders) == ["quarantined"]
    assert Bijdrage.objects.get().tekst == "Een gedachte"
    assert Quarantaine.objects.get().reden == "dubbele_op"


def test_note_after_its_ronde_is_accepted_and_marked(femke, diner, stelling):
    voorbij = RondeFactory(
        diner=diner, nummer=9, stelling=stelling, started_at=NOW, ends_at=NOW, ended_at=NOW
    )
    gestuurd = op(femke, stelling=stelling.pk, ronde=voorbij.pk)
    assert verdicts(femke, gestuurd) == ["stored"]
    assert Bijdrage.objects.get().te_laat


def test_clock_of_the_device_decides_nothing(femke):
    for dagen in (-1, 1, -300):
        gestuurd = op(femke, client_ts=(NOW + timedelta(days=dagen)).isoformat())
        assert verdicts(femke, gestuurd) == ["stored"]
    assert set(Bijdrage.objects.values_list("created_at", flat=True)) == {LATER}


def test_notes_that_come_in_together_keep_the_order_in_which_they_were_typed(femke):
    gestuurd = [op(femke, tekst=f"gedachte {n}") for n in range(30)]
    send(femke, *gestuurd)
    volgorde = list(Bijdrage.objects.order_by("created_at", "pk").values_list("tekst", flat=True))
    assert volgorde == [one["body"]["tekst"] for one in gestuurd]


def bad_ops(femke, bram, otto_stelling):
    goed = op(femke)
    return {
        "no object": 7,
        "null": None,
        "list": [],
        "empty": {},
        "no op_id": {**goed, "op_id": None},
        "half op_id": {**goed, "op_id": "abc"},
        "unknown kind": {**goed, "kind": "wipe"},
        "no text": {**goed, "body": {}},
        "empty text": op(femke, tekst="   "),
        "text is a number": op(femke, tekst=5),
        "too long": op(femke, tekst="x" * (MAX_TEKST + 1)),
        "NUL": op(femke, tekst="a\0b"),
        "surrogate": op(femke, tekst="a\ud800b"),
        "unknown soort": op(femke, body={"soort": "grap"}),
        "unknown stelling": op(femke, stelling=999_999),
        "stelling of others": op(femke, stelling=otto_stelling.pk),
        "stelling is text": op(femke, stelling="1"),
        "ronde is text": op(femke, ronde="1"),
        "ronde is true": op(femke, ronde=True),
        "ronde is a list": op(femke, ronde=[]),
        "ronde is a fraction": op(femke, ronde=1.5),
        "other table": {**goed, "tafel": bram.toegang.tafel_id},
        "negative rev": {**goed, "base_rev": -1},
        "huge rev": {**goed, "base_rev": 2**40},
        "bad time": {**goed, "client_ts": "gisteren"},
        "naive time": {**goed, "client_ts": "2026-11-24T18:00:00"},
        "too many words": op(femke, body={"trefwoorden": ["w"] * 13}),
        "word too long": op(femke, body={"trefwoorden": ["w" * 61]}),
        "words are text": op(femke, body={"trefwoorden": "bus"}),
        "delete of nothing": op(femke, kind="delete"),
        "restore of nothing": op(femke, kind="restore"),
        "stelling is a list": op(femke, stelling=[]),
        "stelling is true": op(femke, stelling=True),
        "endless seq": {**goed, "seq": float("inf")},
        "half device_id": {**goed, "device_id": "abc"},
        "huge": op(femke, body={"onzin": "x" * 200_000}, tekst=""),
    }


def test_bad_ops_are_kept_apart_with_a_reason_and_hold_up_nothing(femke, bram):
    slecht = bad_ops(femke, bram, StellingFactory())
    for name, raw in slecht.items():
        goed = op(femke, tekst=f"na {name}")
        antwoorden = send(femke, raw, goed)
        assert [a["verdict"] for a in antwoorden] == ["quarantined", "stored"], name
        assert antwoorden[0]["uitleg"], name
        json.dumps(antwoorden).encode("ascii")
    assert Bijdrage.objects.count() == len(slecht)
    assert Quarantaine.objects.count() == len(slecht)
    send(femke, *slecht.values())
    assert Quarantaine.objects.count() == len(slecht)  # the same op again adds no row


@pytest.mark.parametrize("ronde", [0, -1, 999_999, 2**70, "of others"])
def test_note_of_a_ronde_that_this_diner_does_not_have_is_stored_without_it(femke, stelling, ronde):
    """The organiser took the ronde out of the draaiboek while a tablet was without a network: the words count."""
    pk = RondeFactory().pk if ronde == "of others" else ronde
    gestuurd = op(femke, stelling=stelling.pk, ronde=pk)
    assert verdicts(femke, gestuurd) == ["stored"]
    note = Bijdrage.objects.get()
    assert (note.ronde, note.stelling, note.te_laat) == (None, stelling, False)
    assert note.versies.get().body["ronde"] is None
    assert verdicts(femke, gestuurd) == [DUPLICATE]


def test_op_whose_ronde_went_after_it_was_stored_is_still_a_duplicate(femke, ronde):
    gestuurd, ander = op(femke, ronde=ronde.pk), op(femke)
    assert verdicts(femke, gestuurd, ander) == ["stored", "stored"]
    anders = {**ander, "ronde": ronde.pk}
    assert verdicts(femke, anders) == ["quarantined"]  # a ronde that is there is part of what was said
    ronde.delete()
    assert verdicts(femke, gestuurd) == [DUPLICATE]


def test_note_of_a_stelling_of_others_is_said_to_be_looked_at(femke):
    (antwoord,) = send(femke, op(femke, stelling=StellingFactory().pk))
    zin = "Deze notitie hoort bij een andere stelling of mist iets; de organisator kijkt ernaar."
    assert (antwoord["verdict"], antwoord["uitleg"]) == ("quarantined", zin)


def closed(apparaat):
    """The tablet at a diner that is over: everything that it sends is kept apart."""
    Diner.objects.filter(pk=apparaat.toegang.tafel.diner_id).update(status=Dinerstatus.AFGESLOTEN)
    return fresh(apparaat)


@pytest.mark.parametrize(
    "tekst",
    ["te laat gezegd", "é" * 11_000, "🍲" * 20_000, "\0\x7f\x01" * 5_000, 'a\ud800b"\\' * 3_000, "e\u0301"],
)
def test_quarantine_keeps_every_word(femke, tekst):
    femke = closed(femke)
    gestuurd = op(femke, tekst=tekst)
    assert verdicts(femke, gestuurd, gestuurd) == ["quarantined"] * 2
    rij = Quarantaine.objects.get()
    assert rij.as_op() == gestuurd
    assert rij.omvang == len(rij.op)
    assert rij.samenvatting


def test_quarantine_keeps_the_largest_op_that_comes_in(femke, femkes_tablet):
    femke = closed(femke)
    tekst = "é" * ((MAX_BYTES - 2_000) // 2)
    batch = json.dumps({"protocol": 1, "ops": [op(femke, tekst=tekst)]}, ensure_ascii=False)
    assert femkes_tablet.post("/sync/ops", batch, content_type="application/json").status_code == 200
    assert Quarantaine.objects.get().tekst == tekst


def test_what_finds_no_room_is_never_said_to_be_kept(femke, femkes_tablet, roos, sign_in, monkeypatch):
    """It was answered "quarantined" past 500 rows, while nothing was stored: the tablet never sent it again."""
    monkeypatch.setattr(services, "MAX_QUARANTAINE", 10_000)
    femke = closed(femke)
    eerste = [op(femke, tekst=f"past nog {n}") for n in range(6)]
    assert verdicts(femke, *eerste) == ["quarantined"] * 6
    groot = op(femke, tekst="x" * 6_000)
    later = op(femke, kind="edit", tekst="daarna", note_id=groot["note_id"], base_rev=1)
    (antwoord, *ook) = send(femke, groot, later, eerste[0])
    assert (antwoord["verdict"], antwoord["uitleg"]) == ("retry", services.GEEN_RUIMTE)
    assert [a["verdict"] for a in ook] == [
        "retry",
        "quarantined",
    ]  # what is there is there, and its order is kept
    assert Quarantaine.objects.count() == 6
    client = sign_in(roos)
    for rij in Quarantaine.objects.all():
        client.post(f"{PAGINA}{rij.pk}/afhandelen/")
    assert verdicts(femke, groot) == ["quarantined"]
    assert Quarantaine.objects.get(afgehandeld_at=None).as_op() == groot


def test_organiser_hears_that_a_table_has_no_room_left(tafels, roos, sign_in):
    QuarantaineFactory(tafel=tafels[0], omvang=MAX_QUARANTAINE)
    QuarantaineFactory(tafel=tafels[1], omvang=MAX_QUARANTAINE, afgehandeld_at=NOW)
    html = sign_in(roos).get(PAGINA).content.decode()
    assert html.count("bijna niets meer bij kan") == 1


def test_page_shows_a_part_of_what_a_broken_tablet_sent(tafels, roos, sign_in, monkeypatch):
    monkeypatch.setattr(pagina, "MAX_ROWS", 2)
    client = sign_in(roos)
    for over in (False, False, True):
        QuarantaineFactory(tafel=tafels[0])
        assert ("Er ligt meer." in client.get(PAGINA).content.decode()) is over


def test_note_of_another_table_is_neither_touched_nor_told(femke, bram):
    van_bram = BijdrageFactory(tafel=bram.toegang.tafel, tekst="van Bram")
    for kind in ("create", "edit", "delete"):
        antwoord = send(femke, op(femke, kind=kind, note_id=str(van_bram.pk), base_rev=1, tekst="gekaapt"))[0]
        assert antwoord["verdict"] == "quarantined"
        assert "van Bram" not in json.dumps(antwoord)
    van_bram.refresh_from_db()
    assert (van_bram.tekst, van_bram.rev, van_bram.deleted_at) == ("van Bram", 1, None)


# --- several ops on one note -----------------------------------------------------------------------------------------


def note_with(femke, *steps):
    """The note after *steps* (kind, tekst, base_rev) and the verdicts on them."""
    eerste = op(femke, tekst="eerste")
    send(femke, eerste)
    rest = [
        op(femke, kind=kind, tekst=tekst, note_id=eerste["note_id"], base_rev=base)
        for kind, tekst, base in steps
    ]
    return verdicts(femke, *rest), Bijdrage.objects.get(pk=eerste["note_id"])


def test_edits_in_order_are_one_text_with_all_versions(femke):
    gezegd, note = note_with(femke, ("edit", "tweede", 1), ("edit", "derde", 2))
    assert gezegd == ["stored", "stored"]
    assert (note.tekst, note.rev, note.twee_versies) == ("derde", 3, False)
    assert [versie.body["tekst"] for versie in note.versies.order_by("rev")] == ["eerste", "tweede", "derde"]


def test_edit_on_top_of_an_older_version_keeps_both(femke):
    gezegd, note = note_with(femke, ("edit", "van Femke", 1), ("edit", "van Joris", 1))
    assert gezegd == ["stored", "conflict"]
    assert (note.tekst, note.twee_versies) == ("van Femke", True)
    assert [versie.body["tekst"] for versie in note.versies.filter(apart=True)] == ["van Joris"]


def test_next_edit_by_somebody_who_saw_both_ends_the_conflict(femke):
    gezegd, note = note_with(femke, ("edit", "a", 1), ("edit", "b", 1), ("edit", "a en b", 3))
    assert gezegd == ["stored", "conflict", "stored"]
    assert (note.tekst, note.twee_versies, note.rev) == ("a en b", False, 4)


def test_two_who_did_the_same_have_no_conflict(femke):
    gezegd, note = note_with(
        femke, ("edit", "zelfde", 1), ("edit", "zelfde", 1), ("delete", "", 3), ("delete", "", 3)
    )
    assert gezegd == ["stored"] * 4
    assert not note.twee_versies
    assert note.is_deleted


def test_delete_is_a_tombstone_and_an_edit_brings_the_note_back(femke):
    gezegd, note = note_with(femke, ("delete", "", 1), ("edit", "toch niet", 2))
    assert gezegd == ["stored", "stored"]
    assert (note.tekst, note.is_deleted) == ("toch niet", False)


def test_restore_takes_the_note_out_of_the_bin_and_is_never_a_conflict(femke):
    gezegd, note = note_with(femke, ("delete", "", 1), ("restore", "", 2))
    assert gezegd == ["stored", "stored"]
    assert (note.tekst, note.is_deleted) == ("eerste", False)
    gezegd, note = note_with(femke, ("edit", "ander", 1), ("delete", "", 2), ("restore", "", 1))
    assert gezegd == ["stored", "stored", "stored"]
    assert (note.tekst, note.is_deleted, note.twee_versies) == ("ander", False, False)
    gezegd, note = note_with(femke, ("restore", "", 1))
    assert gezegd == ["stored"]  # it was not in the bin: kept as it was sent, like every op
    assert [versie.kind for versie in note.versies.order_by("rev")] == ["create", "restore"]


def test_restore_leaves_two_versions_for_a_person_to_choose_from(femke):
    _, note = note_with(femke, ("edit", "a", 1), ("edit", "b", 1), ("delete", "", 3), ("restore", "", 4))
    assert (note.tekst, note.twee_versies, note.is_deleted) == ("a", True, False)


def test_third_who_wrote_the_same_as_the_note_chose_nothing(femke):
    """It would become the head again, and the text that was kept beside it would be shown to nobody any more."""
    gezegd, note = note_with(femke, ("edit", "a", 1), ("edit", "b", 1), ("edit", "a", 1))
    assert gezegd == ["stored", "conflict", "stored"]
    assert (note.tekst, note.twee_versies) == ("a", True)


def test_edit_beats_a_delete_that_it_did_not_know(femke):
    gezegd, note = note_with(femke, ("delete", "", 1), ("edit", "nog bezig", 1))
    assert gezegd == ["stored", "conflict"]
    assert (note.is_deleted, note.twee_versies) == (False, True)
    gezegd, note = note_with(femke, ("edit", "nog bezig", 1), ("delete", "", 1))
    assert gezegd == ["stored", "conflict"]
    assert (note.tekst, note.is_deleted, note.twee_versies) == ("nog bezig", False, False)


def test_edit_with_the_words_that_were_deleted_brings_them_back_and_there_is_nothing_to_choose(femke):
    """It said "Twee versies" and showed one: nobody could end that."""
    gezegd, note = note_with(femke, ("delete", "", 1), ("edit", "eerste", 1))
    assert gezegd == ["stored", "stored"]
    assert (note.tekst, note.is_deleted, note.twee_versies) == ("eerste", False, False)


def test_edit_that_comes_before_its_create_makes_the_note(femke):
    create = op(femke, tekst="oud")
    edit = op(femke, kind="edit", tekst="nieuw", note_id=create["note_id"], base_rev=1)
    assert verdicts(femke, edit, create) == ["stored", "stored"]
    note = Bijdrage.objects.get()
    assert (note.tekst, note.twee_versies) == ("nieuw", False)
    assert {versie.body["tekst"] for versie in note.versies.all()} == {"oud", "nieuw"}


# --- over HTTP ---------------------------------------------------------------------------------------------------------


def test_hallo_says_who_what_and_when(femkes_tablet, femke, stellingen, ronde):
    BijdrageFactory(tafel=femke.toegang.tafel, trefwoorden=["bus", "school"])
    BijdrageFactory(tafel=TafelFactory(diner=femke.toegang.tafel.diner), trefwoorden=["bus"])
    response = femkes_tablet.get("/sync/hallo")
    data = response.json()
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert (data["denkdiner"], data["protocols"], data["seq"]) == (1, [1], 0)
    assert data["tafel"]["id"] == femke.toegang.tafel_id
    assert [s["tekst"] for s in data["stellingen"]] == [s.tekst for s in stellingen]
    assert (data["ronde"]["ronde"], data["trefwoorden"]) == (ronde.pk, ["bus", "school"])
    assert data["csrf"]
    send(femke, op(femke, seq=41))
    again = femkes_tablet.get("/sync/hallo").json()
    assert (again["epoch"], again["seq"]) == (data["epoch"], 41)


@pytest.mark.parametrize("aantal", [1, 3, 50])
def test_ops_cost_a_constant_number_of_queries_each(femkes_tablet, femke, aantal, django_assert_num_queries):
    ops = [op(femke) for _ in range(aantal)]
    femkes_tablet.get("/sync/hallo")
    with django_assert_num_queries(3 + 5 * aantal):
        response = post(femkes_tablet, ops)
    assert [v["verdict"] for v in response.json()["verdicts"]] == ["stored"] * aantal


@pytest.mark.parametrize(("welke", "queries"), [(0, 8), (1, 9)])
def test_stelling_of_its_ronde_costs_no_query(
    femkes_tablet, femke, ronde, stellingen, welke, queries, django_assert_num_queries
):
    femkes_tablet.get("/sync/hallo")
    stelling = stellingen[welke]
    with django_assert_num_queries(queries):
        post(femkes_tablet, [op(femke, stelling=stelling.pk, ronde=ronde.pk)])
    note = Bijdrage.objects.get()
    assert (note.stelling, note.ronde, ronde.stelling) == (stelling, ronde, stellingen[0])


@pytest.mark.parametrize(("aantal", "queries"), [(0, 4), (1, 9), (3, 19)])
def test_sign_of_life_goes_with_the_first_note(
    femkes_tablet, femke, aantal, queries, django_assert_num_queries
):
    """One query more than without, as no transaction of its own is opened for it: that would double what a note costs."""
    femkes_tablet.get("/sync/hallo")
    Apparaat.objects.update(last_seen_at=NOW)
    with django_assert_num_queries(queries):
        post(femkes_tablet, [op(femke) for _ in range(aantal)])
    assert Apparaat.objects.get().last_seen_at > NOW
    assert Bijdrage.objects.count() == aantal


def test_stranger_and_revoked_device_get_401_in_our_own_words(femke, femkes_tablet):
    Apparaat.objects.filter(pk=femke.pk).update(revoked_at=NOW)
    for client in (Client(), femkes_tablet):
        for response in (client.get("/sync/hallo"), post(client, [])):
            assert response.status_code == 401
            assert response.json() == {"denkdiner": 1, "fout": "aanmelden"}
    assert not Quarantaine.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"ops": []}', 400),
        (b'{"protocol": 99, "ops": []}', 400),
        (b'{"protocol": 1, "ops": {}}', 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"protocol": 1, "ops": [' + b"1," * 50 + b"1]}", 413),
        (b" " * (256 * 1024 + 1), 413),
    ],
    ids=[
        "empty",
        "half",
        "list",
        "no protocol",
        "other protocol",
        "no list",
        "bytes",
        "deep",
        "many",
        "large",
    ],
)
def test_what_is_no_batch_is_refused_and_nothing_is_read(femkes_tablet, body, status):
    response = femkes_tablet.post("/sync/ops", body, content_type="application/json")
    assert response.status_code == status
    assert response.json()["denkdiner"] == 1
    assert not Quarantaine.objects.exists()


def test_batch_for_another_table_waits_and_nothing_is_read(femkes_tablet, femke, bram):
    """A second tab joined Bram's table with the same cookies: what was typed at Femke's must not be put apart there."""
    van_bram = {**op(femke), "tafel": bram.toegang.tafel_id}
    for tafel in (bram.toegang.tafel_id, 0, 2**70):
        response = post(femkes_tablet, [van_bram, op(femke)], tafel=tafel)
        assert (response.status_code, response.json()) == (409, {"denkdiner": 1, "fout": "andere tafel"})
    assert not Quarantaine.objects.exists()
    assert not Bijdrage.objects.exists()
    for tafel in (femke.toegang.tafel_id, None, "7", True):
        response = post(femkes_tablet, [op(femke)], tafel=tafel)
        assert [one["verdict"] for one in response.json()["verdicts"]] == ["stored"]


def test_ops_need_the_csrf_token_of_hallo(femke):
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(tablet_client("sleutel-van-femke").cookies)
    assert post(client, [op(femke)]).status_code == 403
    token = client.get("/sync/hallo").json()["csrf"]
    body = json.dumps({"protocol": 1, "ops": [op(femke)]})
    response = client.post("/sync/ops", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert response.status_code == 200
    assert Bijdrage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_copies_at_once_are_one_note_and_fifty_answers(femke):
    gestuurd, barrier = op(femke), Barrier(10)

    def one(number):
        barrier.wait(20)
        try:
            answers = []
            for _ in range(5):
                while (answer := verdicts(femke, gestuurd)) == ["retry"]:
                    pass
                answers += answer
            return answers
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        gezegd = [verdict for answers in pool.map(one, range(10)) for verdict in answers]
    assert len(gezegd) == 50
    assert gezegd.count("stored") == 1
    assert gezegd.count("duplicate") == 49
    assert (Bijdrage.objects.count(), BijdrageVersie.objects.count()) == (1, 1)


# --- quarantine ----------------------------------------------------------------------------------------------------------

PAGINA = "/reeksen/verkenning-2050/diners/1/quarantaine/"


@pytest.mark.parametrize("aantal", [1, 3])
def test_quarantine_page_costs_the_same_for_one_row_or_three(
    roos, sign_in, tafels, aantal, django_assert_num_queries
):
    for _ in range(aantal):
        QuarantaineFactory(tafel=tafels[0])
    client = sign_in(roos)
    with django_assert_num_queries(6):  # the sixth: which tables are full
        html = client.get(PAGINA).content.decode()
    assert html.count("Te laat gezegd") >= aantal


def test_organiser_makes_a_note_of_what_was_kept_apart(roos, sign_in, tafels, stelling, diner):
    diner.status = Dinerstatus.AFGESLOTEN
    diner.save()
    op_text = json.dumps({"stelling": stelling.pk, "body": {"tekst": "Te laat gezegd", "soort": "vraag"}})
    rij = QuarantaineFactory(tafel=tafels[0], op=op_text)
    client = sign_in(roos)
    assert client.post(f"{PAGINA}{rij.pk}/overnemen/").status_code == 302
    note = Bijdrage.objects.get()
    assert (note.tekst, note.tafel, note.stelling, note.soort) == (
        "Te laat gezegd",
        tafels[0],
        stelling,
        "vraag",
    )
    assert note.versies.get().gebruiker == roos
    assert client.post(f"{PAGINA}{rij.pk}/overnemen/").status_code == 409
    assert Bijdrage.objects.count() == 1


def fresh(apparaat):
    """As the next request would have it."""
    return Apparaat.objects.select_related("toegang__tafel__diner__reeks").get(pk=apparaat.pk)


@pytest.mark.parametrize("kind", ["create", "edit"])
def test_note_that_was_taken_over_is_the_one_that_the_tablet_has(
    femke, femkes_tablet, roos, sign_in, diner, stelling, ronde, kind
):
    """Under another id it stood there twice: once from the organiser, once as put apart with a button to write it again."""
    extra = {"soort": "vraag", "standpunt": "tegen", "trefwoorden": ["bus"], "bijgesteld": str(uuid.uuid4())}
    laat = op(femke, kind=kind, tekst=" Laat ", stelling=stelling.pk, ronde=ronde.pk, body=extra, base_rev=1)
    type(diner).objects.update(status=Dinerstatus.AFGESLOTEN)
    assert verdicts(fresh(femke), laat) == ["quarantined"]
    sign_in(roos).post(f"{PAGINA}{Quarantaine.objects.get().pk}/overnemen/")
    (told,) = femkes_tablet.get("/sync/notities").json()["notities"]
    assert (told["id"], told["tekst"], told["ronde"]) == (laat["note_id"], "Laat", ronde.pk)
    assert (told["soort"], told["standpunt"], told["trefwoorden"]) == ("vraag", "tegen", ["bus"])
    assert (told["te_laat"], told["bijgesteld"]) == (True, None)
    for status in (Dinerstatus.AFGESLOTEN, Dinerstatus.LIVE):
        type(diner).objects.update(status=status)
        (again,) = send(fresh(femke), laat)
        assert (again["verdict"], again["note_id"], again["rev"]) == (DUPLICATE, laat["note_id"], 1)
    assert Bijdrage.objects.count() == 1


def test_note_of_another_table_that_was_taken_over_is_a_duplicate_at_both(femke, bram, roos, sign_in):
    getypt = {**op(femke, tekst="aan tafel 2 getypt"), "tafel": bram.toegang.tafel_id}
    assert verdicts(femke, getypt) == ["quarantined"]
    sign_in(roos).post(f"{PAGINA}{Quarantaine.objects.get().pk}/overnemen/")
    assert Bijdrage.objects.get(tafel=bram.toegang.tafel).pk == uuid.UUID(getypt["note_id"])
    assert [*verdicts(femke, getypt), *verdicts(bram, getypt)] == [DUPLICATE, DUPLICATE]
    assert Bijdrage.objects.count() == 1


@pytest.mark.parametrize("taken", ["note_id", "op_id", "count", "both", "unreadable"])
def test_taking_over_touches_nothing_that_has_these_ids(femke, bram, roos, sign_in, stelling, taken):
    ander, telling = op(bram, tekst="van Bram"), peiling(bram, stelling)
    send(bram, ander, telling)
    ids = {
        "note_id": {"note_id": ander["note_id"]},
        "op_id": {"op_id": ander["op_id"]},
        "count": {"op_id": telling["op_id"]},
        "both": {"note_id": ander["note_id"], "op_id": ander["op_id"]},
        "unreadable": {"note_id": ["x"], "op_id": "\0"},
    }[taken]
    laat = op(femke, tekst="van Femke") | ids
    assert verdicts(femke, laat) == ["quarantined"]
    rij = Quarantaine.objects.get()
    assert sign_in(roos).post(f"{PAGINA}{rij.pk}/overnemen/").status_code == 302
    van_bram, van_femke = (Bijdrage.objects.get(tafel=wie.toegang.tafel) for wie in (bram, femke))
    assert (str(van_bram.pk), van_bram.tekst, van_bram.rev) == (ander["note_id"], "van Bram", 1)
    assert (van_femke.tekst, van_femke.rev) == ("van Femke", 1)
    assert (str(van_femke.pk) == laat["note_id"]) is (taken in {"op_id", "count"})
    assert (str(van_femke.versies.get().op_id) == laat["op_id"]) is (taken == "note_id")
    assert verdicts(femke, laat) == ["quarantined"]
    assert (Bijdrage.objects.count(), Quarantaine.objects.count()) == (2, 1)


def test_op_that_comes_in_while_it_is_taken_over_is_said_in_words(femke, roos, sign_in, tafels, monkeypatch):
    laat = op(femke, tekst="net binnen")
    rij = QuarantaineFactory(tafel=tafels[0], op=json.dumps(laat))
    send(femke, laat)
    monkeypatch.setattr(services, "_free_id", lambda rij, naam, *_: uuid.UUID(rij.as_op()[naam]))
    client = sign_in(roos)
    assert client.post(f"{PAGINA}{rij.pk}/overnemen/").status_code == 409
    rij.refresh_from_db()
    assert (rij.afgehandeld_at, Bijdrage.objects.count()) == (None, 1)


@pytest.mark.parametrize(
    "op_text", ["{", "[]", "{}", '{"body": 3}', '{"body": {"tekst": 5}}', '{"body": {"tekst": " "}}']
)
def test_what_has_no_words_cannot_become_a_note_and_can_be_settled(roos, sign_in, tafels, op_text):
    rij = QuarantaineFactory(tafel=tafels[0], op=op_text)
    client = sign_in(roos)
    assert client.get(PAGINA).status_code == 200
    assert client.post(f"{PAGINA}{rij.pk}/overnemen/").status_code == 422
    assert client.post(f"{PAGINA}{rij.pk}/afhandelen/").status_code == 302
    rij.refresh_from_db()
    assert rij.afgehandeld_door == roos
    assert not Bijdrage.objects.exists()


def test_row_of_another_diner_is_not_found(roos, sign_in, diner):
    rij = QuarantaineFactory()
    assert sign_in(roos).post(f"{PAGINA}{rij.pk}/overnemen/").status_code == 404


def test_new_epoch_makes_tablets_offer_again(femkes_tablet):
    before = femkes_tablet.get("/sync/hallo").json()["epoch"]
    call_command("new_epoch")
    assert femkes_tablet.get("/sync/hallo").json()["epoch"] != before


def test_life_of_the_database_is_not_asked_with_every_note(
    femkes_tablet, femke, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(queries, "EPOCH_FRESH", 3600)
    femkes_tablet.get("/sync/hallo")
    for asked in (8, 7):
        with django_assert_num_queries(asked):
            post(femkes_tablet, [op(femke)])


def test_verdicts_name_another_life_a_moment_later(femkes_tablet, femke, monkeypatch):
    """``hallo`` names it at once; that it comes with the verdicts too is what a tablet with a quiet ``hallo`` needs."""
    monkeypatch.setattr(queries, "EPOCH_FRESH", 0.2)

    def told():
        return post(femkes_tablet, [op(femke)]).json()["epoch"]

    before = told()
    call_command("new_epoch")
    now, until = femkes_tablet.get("/sync/hallo").json()["epoch"], time.monotonic() + 15
    assert now != before
    while (heard := told()) != now:
        assert heard == before
        assert time.monotonic() < until
    assert told() == now


def test_every_door_keeps_one_newline_and_knows_that_a_quote_was_heard(femke, roos, sign_in, tafels):
    """Forms and files did; what came by ops or out of quarantine has to follow the same rule."""
    body = {"tekst": "twee\r\nregels", "soort": "quote", "letterlijk": False}
    assert verdicts(femke, op(femke, body=body)) == ["stored"]
    rij = QuarantaineFactory(tafel=tafels[0], op=json.dumps({"body": body}))
    sign_in(roos).post(f"{PAGINA}{rij.pk}/overnemen/")
    assert set(Bijdrage.objects.values_list("tekst", "letterlijk")) == {("twee\nregels", True)}
    assert Bijdrage.objects.count() == 2
