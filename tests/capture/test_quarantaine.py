"""What the organiser sees of what was kept apart, and what an op says of the one that it was made upon."""

import uuid

import pytest
from django.urls import reverse

from capture.models import Bijdrage, Quarantaine
from denkdiner.live import diner_group
from sessions.models import Dinerstatus
from tests.capture.ops import op, send, verdicts
from tests.factories import NOW, ApparaatFactory, DinerFactory, QuarantaineFactory, TafelFactory

pytestmark = pytest.mark.django_db
FEMKE, JORIS = str(uuid.uuid4()), str(uuid.uuid4())


def page(client, name, diner, *args):
    return client.get(
        reverse(f"capture:{name}", args=[diner.reeks.slug, diner.nummer, *args])
    ).content.decode()


# --- the board and the regie -------------------------------------------------------------------------------------------


def test_board_counts_what_lies_apart_and_leads_the_organiser_there(diner, tafels, roos, vera, sign_in):
    adres = reverse("capture:quarantaine", args=[diner.reeks.slug, 1])
    assert "apart gezet" not in page(sign_in(roos), "tafel_counts", diner)
    for tafel, extra in ((tafels[0], {}), (tafels[0], {}), (tafels[1], {"afgehandeld_at": NOW})):
        QuarantaineFactory(tafel=tafel, **extra)
    QuarantaineFactory(tafel=TafelFactory(diner=DinerFactory(reeks=diner.reeks, nummer=8)))
    html = page(sign_in(roos), "tafel_counts", diner)
    assert html.count("2 apart gezet<") == 1
    assert "2 wijzigingen van tablets konden geen notitie worden en liggen apart." in html
    assert f'href="{adres}">Bekijk wat apart ligt<' in html
    van_vera = page(sign_in(vera), "tafel_counts", diner)  # who may not open it is led nowhere
    assert "2 apart gezet" in van_vera
    assert adres not in van_vera


def test_board_hears_at_once_what_is_kept_apart_and_written_again(
    femke, listen, django_capture_on_commit_callbacks
):
    heard = listen(diner_group(femke.toegang.tafel.diner_id))
    fout = op(femke, tekst="wie\0rijdt er")
    for gestuurd in (fout, op(femke, rewrites=[fout["op_id"]])):
        with django_capture_on_commit_callbacks(execute=True):
            send(femke, gestuurd)
    soorten = [bericht["type"] for bericht in heard()]
    assert soorten.count("tafel-changed") == 2


# --- written again at the table ----------------------------------------------------------------------------------------


def kept_apart(femke, **extra):
    """An op of Femke that the server put apart."""
    fout = op(femke, tekst="wie\0rijdt er", **extra)
    assert verdicts(femke, fout) == ["quarantined"]
    return fout, Quarantaine.objects.get(op_id=fout["op_id"])


def test_organiser_sees_that_the_table_wrote_it_again_and_is_asked_first(femke, diner, roos, sign_in):
    fout, rij = kept_apart(femke)
    opnieuw = op(femke, tekst="wie rijdt er nu", rewrites=[fout["op_id"]])
    assert verdicts(femke, opnieuw, opnieuw) == ["stored", "duplicate"]
    client = sign_in(roos)
    html = page(client, "quarantaine", diner)
    assert "Aan de tafel opnieuw opgeschreven: “wie rijdt er nu”" in html
    assert "data-bevestig" in html
    assert "Maak er toch een notitie van" in html
    adres = reverse("capture:quarantaine_adopt", args=[diner.reeks.slug, 1, rij.pk])
    weigering = client.post(adres)  # a page from before the table wrote it again
    assert (weigering.status_code, Bijdrage.objects.count()) == (409, 1)
    assert "opnieuw opgeschreven" in weigering.content.decode()
    assert client.post(adres, {"nogmaals": "1"}).status_code == 302
    assert Bijdrage.objects.count() == 2


def test_note_that_was_thrown_away_again_is_no_reason_to_ask(femke, diner, roos, sign_in):
    fout, rij = kept_apart(femke)
    opnieuw = op(femke, tekst="wie rijdt er", rewrites=[fout["op_id"]])
    weg = op(femke, kind="delete", note_id=opnieuw["note_id"], base_rev=1)
    assert verdicts(femke, opnieuw, weg) == ["stored", "stored"]
    client = sign_in(roos)
    assert "opnieuw opgeschreven" not in page(client, "quarantaine", diner)
    assert (
        client.post(reverse("capture:quarantaine_adopt", args=[diner.reeks.slug, 1, rij.pk])).status_code
        == 302
    )


def test_who_took_it_over_first_sees_that_it_stands_there_twice(femke, diner, roos, sign_in):
    fout, rij = kept_apart(femke)
    client = sign_in(roos)
    client.post(reverse("capture:quarantaine_adopt", args=[diner.reeks.slug, 1, rij.pk]))
    send(femke, op(femke, tekst="wie rijdt er", rewrites=[fout["op_id"]]))
    html = page(client, "quarantaine", diner)
    assert "Aan de tafel opnieuw opgeschreven; kijk of het er niet twee keer staat" in html


def test_what_was_written_again_and_put_apart_too_is_asked_about_all_the_same(femke, diner, roos, sign_in):
    fout, rij = kept_apart(femke)
    diner.status = Dinerstatus.AFGESLOTEN
    diner.save()
    opnieuw = op(femke, tekst="wie rijdt er nu", rewrites=[fout["op_id"]])
    assert verdicts(femke, opnieuw) == ["quarantined"]
    client, adres = (
        sign_in(roos),
        lambda pk: reverse("capture:quarantaine_adopt", args=[diner.reeks.slug, 1, pk]),
    )
    assert client.post(adres(Quarantaine.objects.get(op_id=opnieuw["op_id"]).pk)).status_code == 302
    assert client.post(adres(rij.pk)).status_code == 409
    assert Bijdrage.objects.count() == 1


def test_table_says_nothing_of_what_another_table_sent(femke, bram, tafels):
    fout, rij = kept_apart(femke)
    ander = QuarantaineFactory(tafel=TafelFactory(), bestemd=None)
    send(bram, op(bram, rewrites=[fout["op_id"], ander.op_id]))
    assert not Quarantaine.objects.exclude(opgeschreven=None).exists()
    Quarantaine.objects.filter(pk=rij.pk).update(
        bestemd=tafels[1]
    )  # typed for Bram's table: there it is known
    send(bram, op(bram, rewrites=[fout["op_id"]]))
    rij.refresh_from_db()
    assert rij.opgeschreven is not None


@pytest.mark.parametrize(
    "rewrites", [None, 3, "abc", {}, [None, 3, "\0", "\ud800", "x" * 300, {}], ["x"] * 900]
)
def test_what_cannot_be_read_of_it_refuses_no_note(femke, rewrites):
    assert verdicts(femke, op(femke, rewrites=rewrites)) == ["stored"]


# --- made upon an op that was kept apart -------------------------------------------------------------------------------


@pytest.fixture
def joris(femke):
    """A colleague with another tablet at the same table."""
    return ApparaatFactory(toegang=femke.toegang, nummer=2)


def edit(apparaat, note, tekst, base, **extra):
    who = FEMKE if apparaat.nummer == 1 else JORIS
    return op(
        apparaat,
        kind="edit",
        tekst=tekst,
        note_id=note["note_id"],
        base_rev=base,
        **{"device_id": who, **extra},
    )


def upon(eerder, seen):
    return {"base_op": eerder["op_id"], "base_seen": seen}


def begin(femke):
    note = op(femke, tekst="het begin", device_id=FEMKE)
    assert verdicts(femke, note) == ["stored"]
    return note


def test_colleague_is_not_overwritten_by_an_edit_upon_one_that_was_kept_apart(femke, joris):
    note = begin(femke)
    fout = edit(femke, note, "van\0Femke", 1)
    verder = edit(femke, note, "van Femke, verder", 2, **upon(fout, 1))
    assert verdicts(joris, edit(joris, note, "van Joris", 1)) == ["stored"]
    assert verdicts(femke, fout, verder, verder) == ["quarantined", "conflict", "conflict"]
    head = Bijdrage.objects.get()
    assert (head.tekst, head.twee_versies, head.rev) == ("van Joris", True, 3)
    assert head.versies.get(op_id=verder["op_id"]).base_rev == 1


def test_neither_is_one_below_a_row_of_them(femke, joris):
    note = begin(femke)
    een = edit(femke, note, "een\0", 1)
    twee = edit(femke, note, "twee\0", 2, **upon(een, 1))
    drie = edit(femke, note, "drie", 3, **upon(twee, 1))
    verdicts(joris, edit(joris, note, "van Joris", 1))
    assert verdicts(femke, een, twee, drie) == ["quarantined", "quarantined", "conflict"]
    assert Bijdrage.objects.get().tekst == "van Joris"


def test_colleague_who_came_after_the_gap_is_not_overwritten_either(femke, joris):
    """The numbers of the own edits run ahead of the server's by the one that was kept apart."""
    note = begin(femke)
    een = edit(femke, note, "een\0", 1)
    twee = edit(femke, note, "twee", 2, **upon(een, 1))
    drie = edit(femke, note, "drie", 3, **upon(twee, 1))
    assert verdicts(femke, een, twee) == ["quarantined", "stored"]
    assert verdicts(joris, edit(joris, note, "van Joris", 2)) == ["stored"]
    assert verdicts(femke, drie) == ["conflict"]
    assert Bijdrage.objects.get().tekst == "van Joris"


def test_colleague_is_not_overwritten_upon_an_edit_that_was_kept_beside(femke, joris):
    note = begin(femke)
    een, twee = edit(femke, note, "een\0", 1), edit(joris, note, "van Joris", 1)
    verdicts(joris, twee)
    beside = edit(femke, note, "twee", 2, **upon(een, 1))
    verder = edit(femke, note, "drie", 3, **upon(beside, 1))
    assert verdicts(femke, een, beside, verder) == ["quarantined", "conflict", "conflict"]
    assert Bijdrage.objects.get().tekst == "van Joris"


def test_edit_upon_one_that_was_kept_apart_is_the_note_when_nobody_came_between(femke):
    note = begin(femke)
    fout = edit(femke, note, "van\0Femke", 1)
    verder = edit(femke, note, "van Femke", 2, **upon(fout, 1))
    nog = edit(femke, note, "en verder", 3, **upon(verder, 1))
    assert verdicts(femke, fout, verder, nog) == ["quarantined", "stored", "stored"]
    assert Bijdrage.objects.get().tekst == "en verder"


def test_own_edits_in_a_row_are_no_conflict_whatever_was_answered(femke, joris):
    note = op(femke, tekst="het begin", device_id=FEMKE)
    een = edit(femke, note, "een", 1, **upon(note, 0))
    twee = edit(femke, note, "twee", 2, **upon(een, 0))
    weg = op(femke, kind="delete", note_id=note["note_id"], base_rev=3, device_id=FEMKE, **upon(twee, 0))
    assert (
        verdicts(femke, een, note, twee, weg) == ["stored"] * 4
    )  # also with the create that came after its edit
    assert Bijdrage.objects.get().is_deleted


def test_delete_upon_one_that_was_kept_apart_spares_a_colleague(femke, joris):
    note = begin(femke)
    fout = edit(femke, note, "van\0Femke", 1)
    weg = op(femke, kind="delete", note_id=note["note_id"], base_rev=2, device_id=FEMKE, **upon(fout, 1))
    verdicts(joris, edit(joris, note, "van Joris", 1))
    assert verdicts(femke, fout, weg) == ["quarantined", "conflict"]
    assert not Bijdrage.objects.get().is_deleted


@pytest.mark.parametrize("extra", [{"base_op": "abc"}, {"base_op": 7}, {"base_seen": -1}, {"base_seen": "x"}])
def test_base_that_cannot_be_read_is_kept_apart(femke, extra):
    note = begin(femke)
    assert verdicts(femke, edit(femke, note, "verder", 1, **extra)) == ["quarantined"]


def test_op_of_a_page_from_before_says_no_base_op_and_goes_as_it_did(femke, joris):
    note = begin(femke)
    assert verdicts(femke, edit(femke, note, "verder", 1)) == ["stored"]
    assert verdicts(joris, edit(joris, note, "te laat", 1)) == ["conflict"]
