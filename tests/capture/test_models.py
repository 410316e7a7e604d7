"""The database itself refuses what the services should never send."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError

from capture.models import MAX_TEKST, Bijdrage, BijdrageVersie, Bron, Horizon, Moment, Peiling, Soort
from tests.factories import NOW, BijdrageFactory, StellingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bijdrage(tafels):
    return BijdrageFactory(tafel=tafels[0])


def refuse(function, *args, **kwargs):
    with pytest.raises(IntegrityError), transaction.atomic():
        function(*args, **kwargs)


@pytest.mark.parametrize(
    "fields",
    [
        {"tekst": ""},
        {"tekst": "a" * (MAX_TEKST + 1)},
        {"soort": "mening"},
        {"soort": ""},
        {"standpunt": "misschien"},
        {"horizon": "2050"},
        {"bron": "krant"},
        {"tafel": None},
        {"rev": 0},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_bijdrage_refuses_nonsense_in_the_database(bijdrage, fields):
    refuse(Bijdrage.objects.filter(pk=bijdrage.pk).update, **fields)


def test_bijdrage_accepts_the_longest_text_and_every_choice(bijdrage):
    for soort in Soort:
        Bijdrage.objects.filter(pk=bijdrage.pk).update(
            soort=soort, tekst="é" * MAX_TEKST, horizon=Horizon.HORIZONJAAR
        )
    bijdrage.refresh_from_db()
    assert len(bijdrage.tekst) == MAX_TEKST


def test_bijdrage_never_adjusts_itself(bijdrage):
    refuse(Bijdrage.objects.filter(pk=bijdrage.pk).update, bijgesteld=bijdrage.pk)


def test_bijdrage_of_a_spreker_needs_no_table(diner, bijdrage):
    BijdrageFactory(tafel=None, diner=diner, bron=Bron.SPREKER)
    assert list(Bijdrage.objects.of_tables()) == [bijdrage]


def test_present_and_deleted_split_the_notes(bijdrage):
    weg = BijdrageFactory(tafel=bijdrage.tafel, deleted_at=NOW)
    assert list(Bijdrage.objects.present()) == [bijdrage]
    assert list(Bijdrage.objects.deleted()) == [weg]
    assert weg.is_deleted
    assert not bijdrage.is_deleted


def test_tafel_with_notes_cannot_be_deleted_but_its_diner_can(bijdrage):
    with pytest.raises(RestrictedError):
        bijdrage.tafel.delete()
    bijdrage.diner.delete()
    assert not Bijdrage.objects.exists()


def test_note_survives_its_stelling(bijdrage, stelling):
    Bijdrage.objects.update(stelling=stelling)
    stelling.delete()
    bijdrage.refresh_from_db()
    assert bijdrage.stelling is None


def test_version_is_unique_by_op_and_by_rev(bijdrage):
    def add(**fields):
        fields = {"op_id": uuid.uuid4(), "rev": 2, "base_rev": 1, "kind": "edit"} | fields
        BijdrageVersie.objects.create(bijdrage=bijdrage, received_at=NOW, **fields)

    first = bijdrage.versies.get()
    refuse(add, op_id=first.op_id)
    refuse(add, rev=1, base_rev=0)
    refuse(add, base_rev=2)
    refuse(add, kind="erase")
    add()
    assert [versie.rev for versie in bijdrage.versies.all()] == [1, 2]


def test_peiling_is_one_per_table_stelling_and_moment(tafels, stelling):
    def add(**fields):
        fields = {"tafel": tafels[0], "stelling": stelling, "moment": Moment.VOOR} | fields
        Peiling.objects.create(updated_at=NOW, **fields)

    add()
    refuse(add)
    refuse(add, moment="ooit")
    refuse(add, moment=Moment.NA, eens=100)
    refuse(add, moment=Moment.NA, neutraal=-1)
    add(moment=Moment.NA)
    add(tafel=tafels[1])
    add(stelling=StellingFactory(diner=stelling.diner, nummer=9))
    assert Peiling.objects.count() == 4


def test_notes_are_ordered_by_time_and_then_by_id(tafels):
    later = BijdrageFactory(tafel=tafels[0], created_at=NOW + timedelta(minutes=1))
    eerder = sorted((BijdrageFactory(tafel=tafels[0]) for _ in range(3)), key=lambda note: note.pk)
    assert list(Bijdrage.objects.all()) == [*eerder, later]
