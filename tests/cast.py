"""The permanent cast of every test.

One reeks ("verkenning-2050") with one live diner, three stellingen, two tables and a running ronde on stelling 1.
**Roos** runs the evening (organisator), **Vera** writes the report (verslaglegger), **Kees** only looks (kijker), **Femke**
logs at tafel 1 and **Bram** at tafel 2 (tablets, no accounts), **Otto** is signed in but belongs to nothing here.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from sessions.models import Rol
from tests.factories import (
    NOW,
    AanvaardingFactory,
    ApparaatFactory,
    BijdrageFactory,
    BriefFactory,
    DinerFactory,
    DraadversieFactory,
    GastantwoordFactory,
    GastdraadFactory,
    GastFactory,
    GebruikerFactory,
    LidmaatschapFactory,
    LogoFactory,
    OnderbouwingFactory,
    PortretFactory,
    QuarantaineFactory,
    ReeksFactory,
    RodeDraadFactory,
    RondeFactory,
    SprekerFactory,
    StellingFactory,
    StellingideeFactory,
    StemmingFactory,
    TaakbestandFactory,
    TafelFactory,
    TerugkoppelingFactory,
    ToegangFactory,
    UitnodigingFactory,
    VerslagaanvaardingFactory,
    VerslagFactory,
    VerslagopmerkingFactory,
    VerslagversieFactory,
    VervolgFactory,
    VrijgaveFactory,
)


@pytest.fixture
def reeks(db):
    return ReeksFactory(slug="verkenning-2050", titel="Verkenning 2050")


@pytest.fixture
def diner(reeks):
    return DinerFactory(reeks=reeks, nummer=1, titel="De werkplaats van morgen")


@pytest.fixture
def stellingen(diner):
    return [
        StellingFactory(diner=diner, nummer=nummer, tekst=tekst)
        for nummer, tekst in enumerate(
            ["Werk past zich aan mensen aan.", "Wie leert, verdient.", "Het dorp is de beste werkgever."],
            start=1,
        )
    ]


@pytest.fixture
def stelling(stellingen):
    return stellingen[0]


@pytest.fixture
def tafels(diner):
    return [TafelFactory(diner=diner, nummer=nummer) for nummer in (1, 2)]


@pytest.fixture
def ronde(diner, stelling):
    """Running since five minutes, twenty to go."""
    return RondeFactory(
        diner=diner,
        nummer=1,
        stelling=stelling,
        started_at=NOW - timedelta(minutes=5),
        ends_at=NOW + timedelta(minutes=20),
    )


def _member(reeks, naam, rol):
    gebruiker = GebruikerFactory(email=f"{naam.lower()}@voorbeeld.test", naam=naam)
    LidmaatschapFactory(gebruiker=gebruiker, reeks=reeks, rol=rol)
    return gebruiker


@pytest.fixture
def roos(reeks):
    return _member(reeks, "Roos", Rol.ORGANISATOR)


@pytest.fixture
def vera(reeks):
    return _member(reeks, "Vera", Rol.VERSLAGLEGGER)


@pytest.fixture
def kees(reeks):
    return _member(reeks, "Kees", Rol.KIJKER)


@pytest.fixture
def otto(db):
    """Signed in, organiser of a reeks of his own, outsider everywhere else."""
    return _member(ReeksFactory(slug="van-otto", titel="Van Otto"), "Otto", Rol.ORGANISATOR)


@pytest.fixture
def femke(tafels):
    """Femke's tablet at tafel 1; her cookie is "sleutel-van-femke"."""
    return ApparaatFactory(toegang=ToegangFactory(tafel=tafels[0]), nummer=1, sleutel="sleutel-van-femke")


@pytest.fixture
def bram(tafels):
    """Bram's tablet at tafel 2; his cookie is "sleutel-van-bram"."""
    return ApparaatFactory(toegang=ToegangFactory(tafel=tafels[1]), nummer=1, sleutel="sleutel-van-bram")


@pytest.fixture
def sign_in():
    """``sign_in(roos)`` → a test client of that member."""

    def _sign_in(gebruiker):
        client = Client()
        client.force_login(gebruiker)
        return client

    return _sign_in


def tablet_client(sleutel):
    """A test client whose cookie is that of a joined tablet."""
    client = Client()
    client.cookies[settings.TABLE_COOKIE] = sleutel
    return client


@pytest.fixture
def femkes_tablet(femke):
    return tablet_client("sleutel-van-femke")


@pytest.fixture
def brams_tablet(bram):
    return tablet_client("sleutel-van-bram")


@pytest.fixture
def route_values(diner, stelling, tafels, ronde, roos):
    """What an address may need: one of everything, all of Roos's reeks."""
    return one_of_everything(diner, stelling, tafels, ronde)


def one_of_everything(diner, stelling, tafels, ronde):
    """As ``route_values``, for any diner."""
    bijdrage = BijdrageFactory(tafel=tafels[0], stelling=stelling)
    draad = RodeDraadFactory(stelling=stelling)
    OnderbouwingFactory(rode_draad=draad, bijdrage=bijdrage)
    spreker = SprekerFactory(reeks=diner.reeks)
    LogoFactory(reeks=diner.reeks)
    TaakbestandFactory(taak__diner=diner)
    TaakbestandFactory(taak__diner=None, taak__reeks=diner.reeks, taak__soort="verslagbestand")
    PortretFactory(spreker=spreker)
    optreden = diner.optredens.create(spreker=spreker)
    terug = TerugkoppelingFactory(diner=diner)
    verslag = VerslagFactory(reeks=diner.reeks)
    GastdraadFactory(rode_draad=draad)
    return {
        "slug": diner.reeks.slug,
        "nummer": diner.nummer,
        "stelling": stelling.nummer,
        "bijdrage": bijdrage.pk,
        "spreker": spreker.pk,
        "optreden": optreden.pk,
        "idee": StellingideeFactory(optreden=optreden).pk,
        "ronde": ronde.pk,
        "gast": GastFactory(diner=diner).pk,
        "tafel": tafels[0].pk,
        "draad": draad.pk,
        "weggelegd": RodeDraadFactory(stelling=None, reeks=diner.reeks, verwijderd_at=NOW).pk,
        "versie": DraadversieFactory(draad=draad).pk,
        "opmerking": draad.opmerkingen.create(tekst="Klopt dit?", made_at=NOW).pk,
        "aanvaarding": AanvaardingFactory(draad=draad).pk,
        "notitie": bijdrage.pk,
        "vingerafdruk": "0" * 64,
        "quarantaine": QuarantaineFactory(tafel=tafels[0]).pk,
        "stemming": StemmingFactory(stelling=stelling).pk,
        "bericht": diner.berichten.create(tekst="Over vijf minuten aan tafel", sent_at=NOW).pk,
        "vrijgave": VrijgaveFactory(rode_draad=draad).pk,
        "tafelnummer": tafels[0].nummer,
        "vervolg": VervolgFactory(terugkoppeling=terug).pk,
        "gastantwoord": GastantwoordFactory(terugkoppeling=terug, rode_draad=draad).pk,
        "lid": LidmaatschapFactory(reeks=diner.reeks, rol=Rol.KIJKER).gebruiker.pk,
        "uitnodiging": UitnodigingFactory(reeks=diner.reeks).pk,
        "brief": BriefFactory(uitnodiging=UitnodigingFactory(reeks=diner.reeks)).pk,
        "sleutel": "1.1",
        "verslagversie": VerslagversieFactory(verslag=verslag).nummer,
        "verslagopmerking": VerslagopmerkingFactory(verslag=verslag).pk,
        "verslagaanvaarding": VerslagaanvaardingFactory(verslag=verslag).pk,
        "ronde_actie": "pauze",
        "diner_actie": "sluit",
        "deur": "organisator",
        "rol": "facilitator",
        "token": "geraden",
    }
