"""The board keeps what hangs on a thread, costs the same for many notes, and looks again at what was vastgesteld."""

from datetime import timedelta

import pytest

from capture.models import Bijdrage
from synthesis import services
from synthesis.queries import LOS
from tests.factories import (
    NOW,
    BijdrageFactory,
    GebruikerFactory,
    OnderbouwingFactory,
    RodeDraadFactory,
    VrijgaveFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def daan():
    return GebruikerFactory(naam="Daan")


def thread(stelling, tafels, titel="Water", **velden):
    """With one note of each of *tafels*, placed by a proposal."""
    draad = RodeDraadFactory(stelling=stelling, titel=titel, **velden)
    for plek, tafel in enumerate(tafels):
        OnderbouwingFactory(
            rode_draad=draad,
            bijdrage=BijdrageFactory(tafel=tafel, stelling=stelling, tekst=f"{titel} {plek}"),
            volgorde=plek,
        )
    return draad


def notes(draad):
    return list(
        Bijdrage.objects.filter(onderbouwing__rode_draad=draad).order_by("onderbouwing__volgorde", "pk")
    )


def undo(stelling, wie):
    return services.undo_handeling(stelling=stelling, gebruiker=wie, now=LATER)


def redo(stelling, wie):
    return services.redo_handeling(stelling=stelling, gebruiker=wie, now=LATER)


def place(bijdragen, draad, wie, gezien=LOS):
    return services.place_bijdragen(
        bijdragen=bijdragen, gezien=[str(gezien)] * len(bijdragen), draad=draad, gebruiker=wie, now=NOW
    )


# --- the scherm ------------------------------------------------------------------------------------------------------


def test_offer_is_not_given_back_to_a_thread_that_is_gone_again(diner, stelling, tafels):
    draad = thread(stelling, tafels, verwijderd_at=NOW)
    weg = VrijgaveFactory(diner=diner, rode_draad=draad, ingetrokken_at=LATER)
    services.vrijgaven.give_back_vrijgaven([[weg.pk, draad.pk]])
    assert list(draad.vrijgaven.all()) == [weg]
