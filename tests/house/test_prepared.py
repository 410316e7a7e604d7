"""A prepared query gives what the queryset would give, and refuses what it cannot do."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count

from capture.models import Bijdrage, Soort
from denkdiner.prepared import Prepared, insert
from sessions.models import Apparaat, Stelling, Tafel
from tests.factories import NOW, StellingFactory, TafelFactory

pytestmark = pytest.mark.django_db


def facts(thing):
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


def test_rows_are_those_of_the_queryset_with_their_relations(femke, bram, django_assert_num_queries):
    def build(sleutel):
        return (
            Apparaat.objects.active()
            .select_related("toegang__tafel__diner__reeks")
            .filter(sleutel_hash=sleutel)
        )

    prepared = Prepared(build, lambda: Apparaat._meta.get_field("sleutel_hash"), "?")
    for apparaat in (femke, bram, femke):
        with django_assert_num_queries(1):
            (found,) = prepared(apparaat.sleutel_hash)
            tafel = found.toegang.tafel
            diner, reeks = tafel.diner, tafel.diner.reeks
        echt = build(apparaat.sleutel_hash).get()
        for ours, theirs in (
            (found, echt),
            (found.toegang, echt.toegang),
            (tafel, echt.toegang.tafel),
            (diner, echt.toegang.tafel.diner),
            (reeks, echt.toegang.tafel.diner.reeks),
        ):
            assert facts(ours) == facts(theirs)
    assert prepared("iets anders") == []


def test_ordering_and_deferred_fields_are_kept():
    tafel = TafelFactory()
    for nummer in (3, 1, 2):
        StellingFactory(diner=tafel.diner, nummer=nummer)
    prepared = Prepared(
        lambda diner: Stelling.objects.filter(diner_id=diner).only("nummer").order_by("-nummer"),
        lambda: Stelling._meta.get_field("diner"),
        32_123,
    )
    found = prepared(tafel.diner_id)
    assert [stelling.nummer for stelling in found] == [3, 2, 1]
    assert found[0].get_deferred_fields() >= {"tekst"}
    assert found[0].tekst


@pytest.mark.parametrize(
    "build",
    [
        lambda pk: Tafel.objects.filter(pk=pk, nummer=pk),
        lambda pk: Tafel.objects.filter(pk=pk).annotate(aantal=Count("toegangen")),
        lambda pk: Tafel.objects.all(),
    ],
    ids=["twice", "annotated", "without"],
)
def test_what_cannot_be_prepared_is_refused(build):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever it finds first
        Prepared(build, lambda: Tafel._meta.get_field("id"), 32_123)(1)


@pytest.mark.parametrize(
    "values",
    [
        {"tekst": 'Zo \'n "woord" %s', "trefwoorden": ["é", "%"], "soort": Soort.IDEE},
        {"tekst": 7, "letterlijk": "True", "te_laat": 1, "rev": "3", "deleted_at": NOW},
    ],
    ids=["of their own kind", "of another kind"],
)
def test_insert_stores_what_a_save_would(femke, values):
    tafel = femke.toegang.tafel
    fields = {
        "diner_id": tafel.diner_id,
        "tafel": tafel,
        "created_at": NOW,
        "updated_at": NOW,
        "apparaat": femke,
    }
    ours, theirs = (Bijdrage(**fields, **values) for _ in range(2))
    insert(ours)
    theirs.save(force_insert=True)
    ours.save()  # it is known to be there now
    stored = [Bijdrage.objects.get(pk=one.pk) for one in (ours, theirs)]
    assert facts(stored[0]) | {"id": None} == facts(stored[1]) | {"id": None}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(ours)
    assert Bijdrage.objects.count() == 2
