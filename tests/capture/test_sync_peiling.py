"""Hands over the sync protocol: the last count stands, and every count is kept."""

import uuid

import pytest

from capture.models import BijdrageVersie, Peiling, Quarantaine, Telling
from capture.services import record_peiling
from denkdiner.errors import DenkdinerError
from sessions.models import Apparaat, Dinerstatus
from tests.capture.ops import LATER, op, peiling, post, send, verdicts
from tests.factories import NOW, StellingFactory

pytestmark = pytest.mark.django_db
TABLET_1, TABLET_2 = uuid.uuid4(), uuid.uuid4()


def counts():
    return sorted(Peiling.objects.values_list("moment", "eens", "oneens", "neutraal"))


def test_peiling_is_set_and_counted_again(femke, stelling):
    eerste = peiling(femke, stelling, device_id=str(TABLET_1), seq=7)
    assert send(femke, eerste) == [{"op_id": eerste["op_id"], "verdict": "stored"}]
    assert (
        verdicts(femke, peiling(femke, stelling, eens=4, seq=8), peiling(femke, stelling, "na"))
        == ["stored"] * 2
    )
    assert counts() == [("na", 3, 2, 1), ("voor", 4, 2, 1)]
    telling = Telling.objects.get(op_id=eerste["op_id"])
    assert (telling.apparaat, telling.device_id, telling.seq, telling.client_ts, telling.received_at) == (
        femke,
        TABLET_1,
        7,
        NOW,
        LATER,
    )
    assert Telling.objects.count() == 3


def test_count_that_was_held_up_changes_nothing_and_is_kept(femke, stelling):
    def tel(device, seq, eens):
        return peiling(femke, stelling, eens=eens, device_id=str(device), seq=seq)

    assert verdicts(femke, tel(TABLET_1, 9, 5), tel(TABLET_1, 8, 1)) == ["stored"] * 2
    assert counts() == [("voor", 5, 2, 1)]
    verdicts(femke, tel(TABLET_2, 1, 6))  # another device counts its own way: the last that comes stands
    assert counts() == [("voor", 6, 2, 1)]
    verdicts(femke, peiling(femke, stelling, "na", device_id=str(TABLET_1), seq=2))  # another peiling
    assert counts() == [("na", 3, 2, 1), ("voor", 6, 2, 1)]
    assert Telling.objects.count() == 4


def test_same_count_again_is_a_duplicate(femke, stelling):
    gestuurd = peiling(femke, stelling)
    assert verdicts(femke, gestuurd, peiling(femke, stelling, eens=9, seq=2), gestuurd) == [
        "stored",
        "stored",
        "duplicate",
    ]
    assert counts() == [("voor", 9, 2, 1)]


def test_op_id_of_something_else_is_kept_apart(femke, stelling, stellingen):
    gestuurd, note = peiling(femke, stelling), op(femke)
    send(femke, gestuurd, note)
    anders = [
        peiling(femke, stelling, eens=9, op_id=gestuurd["op_id"]),
        peiling(femke, stelling, "na", op_id=gestuurd["op_id"]),
        peiling(femke, stellingen[1], op_id=gestuurd["op_id"]),
        peiling(femke, stelling, op_id=note["op_id"]),
        op(femke, op_id=gestuurd["op_id"]),
    ]
    assert verdicts(femke, *anders) == ["quarantined"] * 5
    assert set(Quarantaine.objects.values_list("reden", flat=True)) == {"dubbele_op"}
    vers = peiling(femke, stelling, seq=2)
    assert verdicts(femke, vers, op(femke, op_id=vers["op_id"])) == ["stored", "quarantined"]
    assert (Telling.objects.count(), BijdrageVersie.objects.count()) == (2, 1)


def test_bad_counts_are_kept_apart_with_a_reason(femke, stelling):
    slecht = [
        peiling(femke, None),
        peiling(femke, StellingFactory()),
        peiling(femke, stelling, "straks"),
        peiling(femke, stelling, eens=100),
        peiling(femke, stelling, eens=-1),
        peiling(femke, stelling, eens="3"),
        peiling(femke, stelling, eens=True),
        peiling(femke, stelling, eens=2.5),
        {**peiling(femke, stelling), "body": {"moment": "voor"}},
        {**peiling(femke, stelling), "body": []},
    ]
    antwoorden = send(femke, *slecht)
    assert [antwoord["verdict"] for antwoord in antwoorden] == ["quarantined"] * len(slecht)
    assert all(antwoord["uitleg"] for antwoord in antwoorden)
    assert not Peiling.objects.exists()
    assert Quarantaine.objects.count() == len(slecht)


@pytest.mark.parametrize("aantal", [1, 3])
def test_counts_cost_a_constant_number_of_queries_each(
    femkes_tablet, femke, stelling, aantal, django_assert_num_queries
):
    send(femke, peiling(femke, stelling, seq=1))
    ops = [peiling(femke, stelling, eens=n, seq=n + 2) for n in range(aantal)]
    femkes_tablet.get("/sync/hallo")
    with django_assert_num_queries(4 + 8 * aantal):
        assert post(femkes_tablet, ops).status_code == 200


def test_count_after_the_diner_closed_is_taken_over_by_the_organiser(femke, stelling, roos, sign_in, diner):
    diner.status = Dinerstatus.AFGESLOTEN
    diner.save()
    femke = Apparaat.objects.select_related("toegang__tafel__diner__reeks").get(pk=femke.pk)
    assert verdicts(femke, peiling(femke, stelling)) == ["quarantined"]
    pagina = "/reeksen/verkenning-2050/diners/1/quarantaine/"
    client = sign_in(roos)
    html = client.get(pagina).content.decode()
    assert "Peiling vooraf: 3 eens, 2 oneens, 1 neutraal" in html
    assert client.post(f"{pagina}{Quarantaine.objects.get().pk}/overnemen/").status_code == 302
    assert counts() == [("voor", 3, 2, 1)]
    assert Telling.objects.get().peiling.tafel == femke.toegang.tafel


def test_count_of_no_stelling_cannot_be_taken_over(femke, stelling, roos, sign_in):
    send(femke, peiling(femke, StellingFactory()))
    pagina = "/reeksen/verkenning-2050/diners/1/quarantaine/"
    response = sign_in(roos).post(f"{pagina}{Quarantaine.objects.get().pk}/overnemen/")
    assert response.status_code == 422
    assert not Peiling.objects.exists()


def test_form_keeps_its_counts_too(femke, stelling):
    tafel, op_id = femke.toegang.tafel, uuid.uuid4()
    hands = {"tafel": tafel, "stelling": stelling, "moment": "voor", "oneens": 0, "neutraal": 0, "now": NOW}
    for _ in range(2):
        record_peiling(**hands, eens=1, op_id=op_id)
    record_peiling(**hands, eens=2)
    assert counts() == [("voor", 2, 0, 0)]
    assert list(Telling.objects.values_list("eens", flat=True)) == [1, 2]
    with pytest.raises(DenkdinerError):
        record_peiling(**hands, eens=5, op_id=op_id)
