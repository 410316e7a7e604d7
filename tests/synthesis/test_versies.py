"""Everything that a note ever said, for who writes the report."""

import uuid

import pytest
from django.urls import reverse

from capture.models import Versiesoort
from tests.capture.ops import op, send
from tests.factories import NOW, ApparaatFactory, BijdrageFactory

pytestmark = pytest.mark.django_db
LIJSTEN = {
    "inbox": "/reeksen/verkenning-2050/diners/1/inbox/",
    "werkbank": "/reeksen/verkenning-2050/diners/1/stellingen/1/werkbank/",
    "notities": "/reeksen/verkenning-2050/diners/1/stellingen/1/notities/",
}


@pytest.fixture
def note(femke, stelling):
    """Made by Femke; edited by her and, unseen, by Joris at the same table."""
    joris = ApparaatFactory(toegang=femke.toegang, nummer=2)
    made = op(femke, tekst="De bus komt niet", stelling=stelling.pk)
    send(femke, made)
    for wie, tekst in ((femke, "De bus komt te laat"), (joris, "De bus <b>reed</b>")):
        send(
            wie, op(wie, kind="edit", tekst=tekst, note_id=made["note_id"], base_rev=1, stelling=stelling.pk)
        )
    return made["note_id"]


def address(pk):
    return reverse("synthesis:bijdrage_versies", args=["verkenning-2050", pk])


def page(client, url):
    return client.get(url).content.decode()


def test_reporter_sees_every_version_and_who_made_it(vera, sign_in, note, femke):
    client = sign_in(vera)
    html = page(client, address(note))
    assert (
        html.index("Versie 3, gewijzigd")
        < html.index("Versie 2, gewijzigd")
        < html.index("Versie 1, gemaakt")
    )
    for tekst in ("De bus komt niet", "De bus komt te laat", "De bus &lt;b&gt;reed&lt;/b&gt;"):
        assert tekst in html
    assert html.count("tablet 1 van Tafel 1") == 2
    assert html.count("tablet 2 van Tafel 1") == 1
    assert html.count("apart gehouden") == 1
    assert "De tafel heeft nog niet gekozen" in html
    send(
        femke,
        op(femke, kind="edit", tekst="Samen", note_id=note, base_rev=3),
        op(femke, kind="delete", note_id=note, base_rev=4),
    )
    html = page(client, address(note))
    assert "Versie 5, verwijderd" in html
    assert "in de prullenbak" in html
    assert "De tafel heeft nog niet gekozen" not in html


@pytest.mark.parametrize("lijst", LIJSTEN)
def test_lists_point_at_the_versions_of_what_changed(vera, sign_in, note, tafels, stelling, lijst):
    ongewijzigd = BijdrageFactory(tafel=tafels[0], stelling=stelling)
    html = page(sign_in(vera), LIJSTEN[lijst])
    assert address(note) in html
    assert html.count("Twee versies") == 1
    assert address(ongewijzigd.pk) not in html


def test_versions_are_for_the_team_of_this_reeks(roos, vera, kees, otto, sign_in, note):
    assert [sign_in(wie).get(address(note)).status_code for wie in (roos, vera, kees, otto)] == [
        200,
        200,
        403,
        404,
    ]
    elders = BijdrageFactory()
    assert sign_in(vera).get(address(elders.pk)).status_code == 404
    assert sign_in(vera).get(address(uuid.uuid4())).status_code == 404


@pytest.mark.parametrize("aantal", [1, 3])
def test_page_costs_the_same_for_one_version_or_three(
    vera, sign_in, tafels, aantal, django_assert_num_queries
):
    note = BijdrageFactory(tafel=tafels[0])
    for rev in range(2, aantal + 1):
        note.versies.create(
            op_id=uuid.uuid4(),
            rev=rev,
            kind=Versiesoort.EDIT,
            body={"tekst": "t"},
            gebruiker=vera,
            received_at=NOW,
        )
    client = sign_in(vera)
    with django_assert_num_queries(6):  # session, user, reeks, role, note, versions
        assert page(client, address(note.pk)).count("<time") == aantal


@pytest.mark.parametrize(("lijst", "queries"), [("inbox", 13), ("werkbank", 15), ("notities", 9)])
@pytest.mark.parametrize("aantal", [1, 3])
def test_lists_ask_nothing_more_for_notes_with_versions(
    vera, sign_in, femke, stelling, lijst, queries, aantal, django_assert_num_queries
):
    for _ in range(aantal):
        BijdrageFactory(tafel=femke.toegang.tafel, stelling=stelling, rev=2, twee_versies=True)
    client = sign_in(vera)
    with django_assert_num_queries(queries):
        assert page(client, LIJSTEN[lijst]).count("Twee versies") == aantal
