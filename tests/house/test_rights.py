"""What may not be seen stands on no page: the table of rights (``docs/begrippen.md``), read page by page and role by role.

``tests/house/test_routes.py`` asks which doors open; here is asked what lies behind those that do.
"""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from capture.models import Bijdrage, Peiling
from capture.services.stemmingen import make_stemlink
from sessions.models import Lidmaatschap, Rol
from sessions.services import (
    briefing_token_of,
    open_briefing,
    open_toegang,
    token_of,
    uitnodiging_token_of,
)
from synthesis.models import Draadstatus, Gastantwoord, RodeDraad
from synthesis.services import gasttoken_of
from synthesis.services.terugkoppeling import open_terugkoppeling
from tests.factories import (
    NOW,
    ApparaatFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    LogregelFactory,
    UitnodigingFactory,
)
from tests.routes import MEMBER_ROUTES, ROLLEN, ROUTES, address

NAAMLOOS = "zonder.naam@voorbeeld.test"
# What the table gives only the organisator, and what it keeps from who only looks.
ORGANISATOR_ALLEEN = (
    "lid", "lid zonder naam", "uitnodiging", "link van een uitnodiging", "link van een tafel", "tablets",
    "apart gezet", "link van gasten", "link van een briefing", "logboek van de reeks", "bewaren", "idee",
    "klaar voor de avond",
)  # fmt: skip
TEAM_ALLEEN = ("notitie", "draad in concept", "ronde loopt", "peiling", "antwoord van een gast")
VERBORGEN = {
    Rol.VERSLAGLEGGER: ORGANISATOR_ALLEEN,
    Rol.KIJKER: (*ORGANISATOR_ALLEEN, *TEAM_ALLEEN),
}
BELOFTE = {  # what makes sure that a marker is one: who may see it, does, on some page
    Rol.ORGANISATOR: (*ORGANISATOR_ALLEEN, *TEAM_ALLEEN),
    Rol.VERSLAGLEGGER: TEAM_ALLEEN,
    Rol.KIJKER: (),
}


@pytest.fixture
def marks(route_values, diner, stelling, tafels, ronde, roos):
    """A pattern for each thing that not everybody may see; all of it is there."""
    reeks = diner.reeks
    lid = GebruikerFactory(naam="Lidia Stil", email="lidia@voorbeeld.test")
    naamloos = GebruikerFactory(naam="", email=NAAMLOOS)
    for gebruiker in (lid, naamloos):
        LidmaatschapFactory(gebruiker=gebruiker, reeks=reeks, rol=Rol.VERSLAGLEGGER)
    LogregelFactory(reeks=reeks, diner=diner, gebruiker=naamloos, wat="deed iets op de avond")
    LogregelFactory(reeks=reeks, gebruiker=roos, wat="veranderde een rol")
    gevraagd = UitnodigingFactory(
        reeks=reeks, email="gevraagd@voorbeeld.test", expires_at=NOW + timedelta(99)
    )
    toegang = open_toegang(tafel=tafels[0], now=NOW)
    for nummer in range(1, 14):
        ApparaatFactory(toegang=toegang, nummer=nummer, sleutel=f"sleutel-{nummer}")
    reeks.bewaren_tot = timezone.localdate() + timedelta(days=9)
    reeks.save()
    Bijdrage.objects.update(tekst="Dit zei een tafel.")
    RodeDraad.alle.update(titel="Een draad die nog niet af is", status=Draadstatus.CONCEPT)
    Gastantwoord.objects.update(tekst="Dit zei een gast achteraf.")
    Peiling.objects.create(
        tafel=tafels[0], stelling=stelling, moment="voor", eens=17, oneens=4, updated_at=NOW
    )
    make_stemlink(diner=diner)
    terug = open_terugkoppeling(diner=diner, gebruiker=roos, now=timezone.now())
    idee = diner.optredens.get().ideeen.get()
    return {
        naam: re.compile(pattern)
        for naam, pattern in {
            "lid": "Lidia Stil|lidia@voorbeeld",
            "lid zonder naam": re.escape(NAAMLOOS),
            "uitnodiging": "gevraagd@voorbeeld",
            "link van een uitnodiging": uitnodiging_token_of(gevraagd),
            "link van een tafel": token_of(toegang),
            "tablets": "13 tablets",
            "apart gezet": "Te laat gezegd",
            "link van gasten": gasttoken_of(terug.links.get(tafel=None)),
            "link van een briefing": briefing_token_of(open_briefing(optreden=diner.optredens.get())),
            "logboek van de reeks": "veranderde een rol",
            "bewaren": "De gegevens van mensen worden bewaard tot",
            "idee": re.escape(idee.tekst),
            "klaar voor de avond": "Klaar voor de avond|Elke tafel heeft een link",
            "notitie": "Dit zei een tafel",
            "draad in concept": "Een draad die nog niet af is",
            "ronde loopt": ">Loopt<|>Geweest<|Nu: ronde",
            "peiling": "17 eens",
            "antwoord van een gast": "Dit zei een gast achteraf",
        }.items()
    }


def seen_by(client, rol, route_values):
    """The text of every page that opens for *rol*, by name of its route; files that are no text are left out."""
    pages = {}
    for name in MEMBER_ROUTES:
        if rol not in ROLLEN[ROUTES[name][0]]:
            continue
        response = client.get(address(name, route_values))
        if response.status_code == 200 and response["Content-Type"].startswith(("text/", "application/json")):
            content = b"".join(response) if response.streaming else response.content
            pages[name] = html.unescape(content.decode())
    return pages


@pytest.mark.parametrize("rol", list(Rol))
def test_page_holds_nothing_that_a_role_may_not_see(rol, marks, route_values, roos, vera, kees, sign_in):
    member = {Rol.ORGANISATOR: roos, Rol.VERSLAGLEGGER: vera, Rol.KIJKER: kees}[rol]
    assert set(Lidmaatschap.objects.filter(gebruiker=member).values_list("rol", flat=True)) == {rol}
    pages = seen_by(sign_in(member), rol, route_values)
    assert {"diners:reeks_detail", "diners:diner_detail"} <= set(pages)
    wrong = {
        name: [naam for naam in VERBORGEN.get(rol, ()) if marks[naam].search(page)]
        for name, page in pages.items()
    }
    assert {name: what for name, what in wrong.items() if what} == {}
    nowhere = [naam for naam in BELOFTE[rol] if not any(marks[naam].search(p) for p in pages.values())]
    assert nowhere == []


def test_reeks_page_is_the_programme_for_who_does_not_lead(route_values, reeks, vera, kees, sign_in):
    for member in (vera, kees):
        page = sign_in(member).get(address("diners:reeks_detail", route_values)).content.decode()
        assert "Sprekers" in page
        assert "Leden" not in page
        assert member.email not in page
