"""Erasing while something is being made of what goes: whoever has read a name by then keeps nothing of it."""

import threading

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.urls import reverse

from denkdiner.errors import Conflict
from sessions.models import Gast, Logregel, Plaats, Portret, Reeks, Ronde, Taak, Taakbestand, Taakstatus
from sessions.services import (
    add_reeksregel,
    delete_reeks,
    edit_gast,
    edit_object,
    keep_portret,
    start_schikking,
    start_taak,
    taken,
)
from sessions.services.log import Wie
from synthesis import exports, services, verslagbestand
from tests.factories import NOW, GastFactory, RondeFactory, SprekerFactory, TafelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def gesloten(diner):
    diner.status = "afgesloten"
    diner.save()
    GastFactory(diner=diner, naam="Jan Jansen")
    return diner


@pytest.fixture
def erase_before(monkeypatch, reeks, roos):
    """``erase_before("module.function")``: the persons are erased when the work comes to that."""

    def _erase_before(path, really=None):
        def erase_first(*args, **kwargs):
            assert Gast.objects.exists() or really is None  # it began with names
            services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
            return really(*args, **kwargs) if really else b"%PDF Jan Jansen"

        monkeypatch.setattr(path, erase_first)

    return _erase_before


def _nothing_kept():
    assert Taak.objects.get().status == Taakstatus.AFGEBROKEN
    assert not Taakbestand.objects.exists()
    assert not Gast.objects.exists()


def test_pack_that_was_being_drawn_is_not_kept(
    gesloten, roos, sign_in, erase_before, monkeypatch, taken_direct
):
    drawn = []
    monkeypatch.setattr("sessions.views.pakket.font_configuration", lambda: None)
    monkeypatch.setattr("sessions.views.pakket.lay_out", lambda html, fonts: drawn.append(html))
    erase_before("sessions.views.pakket.as_pdf")
    with taken_direct():
        url = reverse("diners:pakket_make", args=[gesloten.reeks.slug, gesloten.nummer])
        sign_in(roos).post(url, {"deel": ["naamkaartjes"]})
    assert "Jan Jansen" in drawn[0]
    _nothing_kept()


def test_report_with_guests_that_was_being_written_is_not_kept(gesloten, roos, erase_before, taken_direct):
    erase_before("synthesis.exports.write", exports.write)
    keuzes = verslagbestand.Keuzes("md", (), bijlage=False, spoor=False, gasten=True)
    with taken_direct():
        start_taak(
            soort=verslagbestand.VERSLAGBESTAND, reeks=gesloten.reeks, now=NOW, opdracht=keuzes.as_json()
        )
    _nothing_kept()


def test_seating_that_was_being_made_is_not_stored(gesloten, roos, erase_before, taken_direct):
    from sessions.seating import make_plan

    TafelFactory(diner=gesloten, nummer=5)
    RondeFactory(diner=gesloten, nummer=5, soort="tafelgesprek", stelling=None)
    assert Ronde.objects.filter(started_at=None).exists()
    erase_before("sessions.seating.make_plan", make_plan)
    with taken_direct():
        start_schikking(diner=gesloten, gebruiker=roos, now=NOW)
    _nothing_kept()
    assert not Plaats.objects.exists()
    assert not Logregel.objects.filter(wat__contains="tafelschikking").exists()


def test_task_that_waited_is_not_begun_after_erasing(gesloten, reeks, roos):
    taak = start_taak(soort=verslagbestand.VERSLAGBESTAND, reeks=reeks, now=NOW)
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    taken.run_taak(taak.pk)
    _nothing_kept()


@pytest.mark.django_db(transaction=True)
def test_task_that_is_asked_for_during_the_erasure_waits_for_it(gesloten, reeks, roos, monkeypatch):
    """Begun earlier it would read guests that are going, and be found by nobody. SQLite in memory refuses it instead."""
    monkeypatch.setattr(taken, "_submit", lambda pk: None)

    def ask():
        try:
            start_taak(soort=verslagbestand.VERSLAGBESTAND, reeks=reeks, now=NOW)
        except OperationalError:
            assert connection.vendor == "sqlite"
        finally:
            connections.close_all()

    asking, seen = threading.Thread(target=ask), []

    def last_line(**fields):
        asking.start()
        asking.join(1)
        seen.append(Taak.objects.exists())
        return add_reeksregel(**fields)

    monkeypatch.setattr("synthesis.services.wissen.add_reeksregel", last_line)
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    asking.join(20)
    assert seen == [False]
    assert {taak.status for taak in Taak.objects.all()} <= {Taakstatus.WACHT}


def test_another_reeks_goes_on(gesloten, reeks, roos, otto):
    ander = otto.lidmaatschappen.get().reeks
    start_taak(soort=verslagbestand.VERSLAGBESTAND, reeks=ander, now=NOW)
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    assert Taak.objects.get().status == Taakstatus.WACHT


def test_portrait_that_was_being_looked_at_is_not_kept(gesloten, reeks, roos, erase_before):
    spreker = SprekerFactory(reeks=reeks)
    erase_before("sessions.services.spreker.clean_photo")
    with pytest.raises(Conflict, match="net gewist"):
        keep_portret(spreker=spreker, data=b"foto", now=NOW)
    assert not Portret.objects.exists()


def test_portrait_of_after_erasing_is_kept(gesloten, reeks, roos, monkeypatch):
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    monkeypatch.setattr("sessions.services.spreker.clean_photo", lambda data, max_side: data)
    keep_portret(spreker=SprekerFactory(reeks=reeks), data=b"foto", now=NOW)
    assert Portret.objects.exists()


EDITED = {
    "gast": lambda diner, wie: edit_gast(gast=diner.gasten.get(), wie=wie, naam="Jan de Vries"),
    "spreker": lambda diner, wie: edit_object(diner.reeks.sprekers.get(), wie=wie, naam="Ada Vos"),
}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [services.erase_persons, delete_reeks])
@pytest.mark.parametrize("what", EDITED)
def test_who_edits_a_person_and_who_erases_do_not_wait_for_each_other(gesloten, reeks, roos, what, end):
    """The edit holds the row of the person, and at its end the log refers to the reeks that the other one holds."""
    SprekerFactory(reeks=reeks)
    errors = []

    def erase():
        try:
            end(reeks=reeks, gebruiker=roos, now=NOW)
        except Conflict as error:  # the line came in between; pressing again does it
            errors.append(error)
        finally:
            connections.close_all()

    erasing = threading.Thread(target=erase)
    with transaction.atomic():
        EDITED[what](gesloten, Wie(roos, NOW))
        erasing.start()
        erasing.join(0.5)  # by now it waits for the row of the person
        assert erasing.is_alive()
    erasing.join(20)
    assert not erasing.is_alive()
    if errors:
        assert end is delete_reeks
        end(reeks=Reeks.objects.get(slug=reeks.slug), gebruiker=roos, now=NOW)
    assert not Gast.objects.exists()
