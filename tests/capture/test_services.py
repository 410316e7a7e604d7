"""A note is never lost, never doubled, and never reaches another table."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from capture.models import MAX_TEKST, Bijdrage, BijdrageVersie, Peiling, Versiesoort
from capture.services import (
    DinerGesloten,
    Inhoud,
    OnbekendeBijdrage,
    add_bijdrage,
    delete_bijdrage,
    edit_bijdrage,
    record_peiling,
    restore_bijdrage,
)
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Dinerstatus
from tests.factories import NOW, BijdrageFactory, RondeFactory, StellingFactory, TafelFactory

LATER = NOW + timedelta(minutes=3)


def add(tafel, tekst="Vakmensen willen ruimte", **kwargs):
    ids = {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4()}
    given = {key: kwargs.pop(key) for key in ("bijdrage_id", "op_id", "apparaat", "now") if key in kwargs}
    return add_bijdrage(**{"tafel": tafel, "now": NOW, "inhoud": Inhoud(tekst, **kwargs), **ids, **given})


def edit(bijdrage, tekst, base_rev, **kwargs):
    op_id = kwargs.pop("op_id", None) or uuid.uuid4()
    return edit_bijdrage(
        bijdrage=bijdrage, op_id=op_id, base_rev=base_rev, inhoud=Inhoud(tekst, **kwargs), now=LATER
    )


def close(diner):
    diner.status = Dinerstatus.AFGESLOTEN
    diner.save()


@pytest.fixture
def tafel(tafels):
    return tafels[0]


@pytest.fixture
def note(tafel):
    """A note of tafel 1, logged a moment ago."""
    return add(tafel)


def in_parallel(function, times):
    """Run *function* in *times* threads that start together, each on a connection of its own; results or errors."""
    barrier = Barrier(times)

    def run(number):
        barrier.wait(10)
        try:
            return function(number)
        except DenkdinerError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


# --- adding ----------------------------------------------------------------------------------------------------------
def test_add_stores_head_and_first_version(tafel, femke, stelling, ronde):
    pk, op_id = uuid.uuid4(), uuid.uuid4()
    eerder = BijdrageFactory(tafel=tafel)
    add(
        tafel,
        "“Goedkoop” is dúúrkoop\n– 🍽",
        bijdrage_id=pk,
        op_id=op_id,
        apparaat=femke,
        stelling=stelling,
        ronde=ronde,
        soort="quote",
        letterlijk=True,
        standpunt="tegen",
        horizon="horizonjaar",
        trefwoorden=("zorg", "geld"),
        bijgesteld=eerder,
    )
    note = Bijdrage.objects.get(pk=pk)
    assert (note.tekst, note.soort, note.letterlijk) == ("“Goedkoop” is dúúrkoop\n– 🍽", "quote", True)
    assert (note.standpunt, note.horizon, note.trefwoorden) == ("tegen", "horizonjaar", ["zorg", "geld"])
    assert (note.tafel, note.diner, note.stelling, note.ronde) == (tafel, tafel.diner, stelling, ronde)
    assert (note.bijgesteld, note.apparaat, note.rev, note.te_laat) == (eerder, femke, 1, False)
    assert (note.created_at, note.updated_at, note.deleted_at) == (NOW, NOW, None)
    versie = note.versies.get()
    assert (versie.op_id, versie.rev, versie.base_rev, versie.kind) == (op_id, 1, 0, Versiesoort.CREATE)
    assert (versie.apparaat, versie.received_at) == (femke, NOW)
    assert versie.body == {
        "tekst": "“Goedkoop” is dúúrkoop\n– 🍽",
        "stelling": stelling.pk,
        "ronde": ronde.pk,
        "soort": "quote",
        "letterlijk": True,
        "standpunt": "tegen",
        "horizon": "horizonjaar",
        "trefwoorden": ["zorg", "geld"],
        "bijgesteld": str(eerder.pk),
    }


def test_add_needs_only_a_text(tafel):
    note = add(tafel)
    assert (note.soort, note.standpunt, note.horizon, note.stelling) == ("inzicht", "", "", None)


def test_add_after_the_ronde_is_marked_late(tafel, diner):
    ended = RondeFactory(diner=diner, started_at=NOW - timedelta(hours=1), ends_at=NOW, ended_at=NOW)
    assert add(tafel, ronde=ended).te_laat


def test_add_again_with_the_same_ids_changes_nothing(tafel):
    ids = {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4()}
    first = add(tafel, **ids)
    again = add(tafel, now=LATER, **ids)
    assert again == first
    assert (Bijdrage.objects.get().updated_at, BijdrageVersie.objects.count()) == (NOW, 1)


def test_add_again_after_an_edit_leaves_the_edit(tafel):
    ids = {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4()}
    edit(add(tafel, **ids), "Beter gezegd", 1)
    assert add(tafel, **ids).tekst == "Beter gezegd"
    assert BijdrageVersie.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_add_in_eight_threads_at_once_gives_one_note_and_one_version(tafel):
    ids = {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4()}
    answers = in_parallel(lambda _: add(tafel, **ids), 8)
    assert [answer.pk for answer in answers] == [ids["bijdrage_id"]] * 8
    assert Bijdrage.objects.get().pk == BijdrageVersie.objects.get().bijdrage_id == ids["bijdrage_id"]


@pytest.mark.django_db(transaction=True)
def test_add_of_eight_notes_at_once_keeps_all_eight(tafel):
    in_parallel(lambda number: add(tafel, f"Gedachte {number}"), 8)
    assert {note.tekst for note in Bijdrage.objects.all()} == {f"Gedachte {number}" for number in range(8)}


def test_add_with_the_id_of_another_table_is_refused_and_learns_nothing(tafels, note):
    with pytest.raises(OnbekendeBijdrage) as of_another_table:
        add(tafels[1], "Iets anders", bijdrage_id=note.pk)
    with pytest.raises(OnbekendeBijdrage) as op_of_another_table:
        add(tafels[1], "Iets anders", op_id=note.versies.get().op_id)
    with pytest.raises(OnbekendeBijdrage) as both:
        add(tafels[1], note.tekst, bijdrage_id=note.pk, op_id=note.versies.get().op_id)
    assert len({str(error.value) for error in (of_another_table, op_of_another_table, both)}) == 1
    assert note.tekst not in str(of_another_table.value)
    assert (Bijdrage.objects.get().tekst, BijdrageVersie.objects.count()) == (note.tekst, 1)


def test_add_never_claims_that_another_text_was_stored(tafel, note):
    """The answer "stored" empties the editor: under an id that holds other words it would lose what was typed."""
    op_id = note.versies.get().op_id
    for ids in ({"op_id": op_id}, {"op_id": uuid.uuid4()}):
        with pytest.raises(DenkdinerError):
            add(tafel, "Een andere gedachte", bijdrage_id=note.pk, **ids)
    assert (Bijdrage.objects.get().tekst, BijdrageVersie.objects.count()) == (note.tekst, 1)


@pytest.mark.parametrize("tekst", ["", "  \n\t ", "a" * (MAX_TEKST + 1), "a\0b", "a\ud800b"])
def test_add_refuses_a_text_that_cannot_be_kept(tafel, tekst):
    with pytest.raises(DenkdinerError):
        add(tafel, tekst)
    assert not Bijdrage.objects.exists()


def test_add_refuses_what_belongs_elsewhere(tafels):
    elsewhere = StellingFactory()
    others = {"stelling": elsewhere, "ronde": RondeFactory(diner=elsewhere.diner)}
    others |= {"bijgesteld": BijdrageFactory(tafel=tafels[1]), "trefwoorden": ["a\0"]}
    others |= {"soort": "mening", "standpunt": "x", "horizon": "2050"}
    for field, value in others.items():
        with pytest.raises(DenkdinerError):
            add(tafels[0], **{field: value})
    assert not Bijdrage.objects.filter(tafel=tafels[0]).exists()


def test_closed_diner_refuses_new_notes_but_still_acknowledges_a_retry(tafel):
    ids = {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4()}
    note = add(tafel, **ids)
    close(tafel.diner)
    assert add(tafel, **ids) == note
    with pytest.raises(DinerGesloten, match="afgesloten"):
        add(tafel)
    assert Bijdrage.objects.count() == 1


# --- changing --------------------------------------------------------------------------------------------------------
def test_edit_adds_a_version_and_keeps_the_earlier_one(note, stelling):
    edit(note, "Beter gezegd", 1, stelling=stelling, soort="waarde")
    note.refresh_from_db()
    assert (note.tekst, note.soort, note.stelling, note.rev) == ("Beter gezegd", "waarde", stelling, 2)
    assert (note.created_at, note.updated_at) == (NOW, LATER)
    assert [(v.rev, v.base_rev, v.kind, v.body["tekst"]) for v in note.versies.all()] == [
        (1, 0, "create", "Vakmensen willen ruimte"),
        (2, 1, "edit", "Beter gezegd"),
    ]


def test_edit_of_a_stale_version_is_a_conflict_and_changes_nothing(note):
    edit(note, "Beter gezegd", 1)
    with pytest.raises(Conflict):
        edit(note, "Ook beter gezegd", 1)
    note.refresh_from_db()
    assert (note.tekst, note.versies.count()) == ("Beter gezegd", 2)


def test_edit_with_the_same_op_twice_changes_nothing(note):
    op_id = uuid.uuid4()
    edit(note, "Beter gezegd", 1, op_id=op_id)
    assert edit(note, "Beter gezegd", 1, op_id=op_id).rev == 2
    assert note.versies.count() == 2


def test_edit_never_claims_that_another_text_was_stored(note):
    op_id = uuid.uuid4()
    edit(note, "Beter gezegd", 1, op_id=op_id)
    with pytest.raises(DenkdinerError):
        edit(note, "Weer anders", 2, op_id=op_id)
    note.refresh_from_db()
    assert (note.tekst, note.versies.count()) == ("Beter gezegd", 2)


def test_edit_with_the_op_of_another_note_is_refused(note, tafel):
    other = add(tafel, "Een andere")
    with pytest.raises(DenkdinerError):
        edit(note, "Beter gezegd", 1, op_id=other.versies.get().op_id)
    note.refresh_from_db()
    assert (note.tekst, note.rev, note.versies.count()) == ("Vakmensen willen ruimte", 1, 1)


def test_edit_refuses_to_adjust_itself(note):
    with pytest.raises(DenkdinerError, match="eerdere notitie"):
        edit(note, "Beter gezegd", 1, bijgesteld=note)


@pytest.mark.django_db(transaction=True)
def test_edit_from_four_threads_at_once_lets_one_win_and_tells_the_others(note):
    answers = in_parallel(lambda number: edit(note, f"Versie van {number}", 1), 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["Bijdrage"] + ["Conflict"] * 3
    winner = next(answer for answer in answers if isinstance(answer, Bijdrage))
    assert (Bijdrage.objects.get().tekst, note.versies.count()) == (winner.tekst, 2)


def test_delete_and_restore_are_versions_and_the_text_stays(note):
    delete_bijdrage(bijdrage=note, op_id=uuid.uuid4(), now=LATER)
    assert Bijdrage.objects.get().deleted_at == LATER
    restore_bijdrage(bijdrage=note, op_id=uuid.uuid4(), now=LATER)
    note = Bijdrage.objects.get()
    assert (note.deleted_at, note.tekst, note.rev) == (None, "Vakmensen willen ruimte", 3)
    assert [versie.kind for versie in note.versies.all()] == ["create", "delete", "restore"]


def test_delete_and_restore_twice_are_no_error_and_no_version(note):
    for action in (delete_bijdrage, restore_bijdrage):
        op_id = uuid.uuid4()
        for again in (op_id, op_id, uuid.uuid4()):
            action(bijdrage=note, op_id=again, now=LATER)
    assert [versie.kind for versie in note.versies.all()] == ["create", "delete", "restore"]


def test_edit_beats_a_delete(note):
    """Somebody removed it while another was writing: what was written must not disappear into the bin."""
    delete_bijdrage(bijdrage=note, op_id=uuid.uuid4(), now=LATER)
    with pytest.raises(Conflict):
        edit(note, "Beter gezegd", 1)
    note = edit(note, "Beter gezegd", 2)
    assert (note.tekst, note.is_deleted) == ("Beter gezegd", False)


def test_closed_diner_changes_nothing_but_acknowledges_retries(note):
    op_id = uuid.uuid4()
    edit(note, "Beter gezegd", 1, op_id=op_id)
    close(note.diner)
    assert edit(note, "Beter gezegd", 1, op_id=op_id).rev == 2
    with pytest.raises(DinerGesloten):
        edit(note, "Te laat", 2)
    for action in (delete_bijdrage, restore_bijdrage):
        with pytest.raises(DinerGesloten):
            action(bijdrage=note, op_id=uuid.uuid4(), now=LATER)
    assert (Bijdrage.objects.get().tekst, note.versies.count()) == ("Beter gezegd", 2)


# --- peiling ---------------------------------------------------------------------------------------------------------
def peil(tafel, stelling, moment="voor", eens=5, oneens=2, neutraal=1):
    return record_peiling(
        tafel=tafel, stelling=stelling, moment=moment, eens=eens, oneens=oneens, neutraal=neutraal, now=NOW
    )


def test_peiling_keeps_the_last_count_per_moment(tafel, stelling):
    for moment, eens in (("voor", 5), ("voor", 6), ("na", 1)):
        peil(tafel, stelling, moment, eens)
    assert sorted(Peiling.objects.values_list("moment", "eens")) == [("na", 1), ("voor", 6)]


def test_peiling_refuses_nonsense(tafel, stelling):
    elsewhere = TafelFactory()
    for args in ((elsewhere, stelling), (tafel, stelling, "straks"), (tafel, stelling, "voor", -1)):
        with pytest.raises(DenkdinerError):
            peil(*args)
    with pytest.raises(DenkdinerError):
        peil(tafel, stelling, neutraal=100)
    close(tafel.diner)
    with pytest.raises(DinerGesloten):
        peil(tafel, stelling)
    assert not Peiling.objects.exists()
