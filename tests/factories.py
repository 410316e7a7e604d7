"""Objects for tests. Times are fixed, so that nothing depends on the clock of the machine."""

import base64
import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from capture.models import Bijdrage, BijdrageVersie, Quarantaine, Quarantainereden, Stemming, Versiesoort
from sessions.models import (
    Apparaat,
    Brief,
    Diner,
    Dinerstatus,
    Gast,
    Gebruiker,
    Lidmaatschap,
    Logo,
    Logosoort,
    Logregel,
    Optreden,
    Portret,
    Reeks,
    Rol,
    Ronde,
    Rondesoort,
    Spreker,
    Stelling,
    Stellingidee,
    Stellingstatus,
    Taak,
    Taakbestand,
    Tafel,
    Toegang,
    Uitnodiging,
)
from sessions.tokens import derive_token, new_nonce, seal, token_hash
from synthesis.exports.inhoud import Alinea, Verslaginhoud
from synthesis.exports.opslag import to_json
from synthesis.models import (
    Aanvaarding,
    Draadversie,
    Gastantwoord,
    Gastdraad,
    Onderbouwing,
    RodeDraad,
    Terugkoppeling,
    Verslag,
    Verslagaanvaarding,
    Verslagopmerking,
    Verslagversie,
    Vervolg,
    Vrijgave,
)

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)


class GebruikerFactory(DjangoModelFactory):
    class Meta:
        model = Gebruiker
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"gebruiker{n}@voorbeeld.test")
    naam = factory.Sequence(lambda n: f"Gebruiker {n}")
    password = factory.django.Password("geheim-wachtwoord")


class ReeksFactory(DjangoModelFactory):
    class Meta:
        model = Reeks

    slug = factory.Sequence(lambda n: f"reeks-{n}")
    titel = factory.Sequence(lambda n: f"Verkenning {n}")
    organisatie = "Netwerk Voorbeeld"
    horizonjaar = 2050


class LogoFactory(DjangoModelFactory):
    """One white pixel."""

    class Meta:
        model = Logo

    reeks = factory.SubFactory(ReeksFactory)
    data = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
    )
    soort = Logosoort.PNG
    breed = 1
    hoog = 1


class LidmaatschapFactory(DjangoModelFactory):
    class Meta:
        model = Lidmaatschap

    gebruiker = factory.SubFactory(GebruikerFactory)
    reeks = factory.SubFactory(ReeksFactory)
    rol = Rol.ORGANISATOR


class UitnodigingFactory(DjangoModelFactory):
    class Meta:
        model = Uitnodiging

    reeks = factory.SubFactory(ReeksFactory)
    email = factory.Sequence(lambda n: f"gevraagd{n}@voorbeeld.test")
    rol = Rol.VERSLAGLEGGER
    nonce = factory.LazyFunction(new_nonce)
    token_hash = factory.LazyAttribute(
        lambda one: token_hash(derive_token(purpose="uitnodiging", nonce=one.nonce))
    )
    sent_at = NOW
    expires_at = NOW + timedelta(days=14)


class BriefFactory(DjangoModelFactory):
    """An invitation that waits in the outbox."""

    class Meta:
        model = Brief

    uitnodiging = factory.SubFactory(UitnodigingFactory)
    reeks = factory.LazyAttribute(lambda o: o.uitnodiging.reeks if o.uitnodiging else o.optreden.diner.reeks)
    soort = "uitnodiging"
    aan = factory.LazyAttribute(lambda o: o.uitnodiging.email if o.uitnodiging else o.optreden.spreker.email)
    onderwerp = "Uitnodiging"
    made_at = NOW
    next_at = NOW


class LogregelFactory(DjangoModelFactory):
    class Meta:
        model = Logregel

    reeks = factory.SubFactory(ReeksFactory)
    at = NOW
    over = factory.LazyAttribute(lambda regel: str(getattr(regel, "diner", None) or ""))
    wat = "deed iets"


class SprekerFactory(DjangoModelFactory):
    class Meta:
        model = Spreker

    reeks = factory.SubFactory(ReeksFactory)
    naam = factory.Sequence(lambda n: f"Spreker {n}")


class PortretFactory(DjangoModelFactory):
    """Not a picture that opens: only bytes."""

    class Meta:
        model = Portret

    spreker = factory.SubFactory(SprekerFactory)
    data = b"portret"
    mime = "image/jpeg"
    vingerafdruk = "0" * 64
    made_at = NOW


class DinerFactory(DjangoModelFactory):
    class Meta:
        model = Diner

    reeks = factory.SubFactory(ReeksFactory)
    nummer = factory.Sequence(lambda n: n + 1)
    titel = factory.Sequence(lambda n: f"Thema {n}")
    datum = NOW.date()
    status = Dinerstatus.LIVE


class OptredenFactory(DjangoModelFactory):
    class Meta:
        model = Optreden

    diner = factory.SubFactory(DinerFactory)
    spreker = factory.LazyAttribute(lambda o: SprekerFactory(reeks=o.diner.reeks))


class StellingideeFactory(DjangoModelFactory):
    class Meta:
        model = Stellingidee

    optreden = factory.SubFactory(OptredenFactory)
    tekst = factory.Sequence(lambda n: f"Idee {n}: alles kan anders.")
    made_at = NOW


class StellingFactory(DjangoModelFactory):
    class Meta:
        model = Stelling

    diner = factory.SubFactory(DinerFactory)
    nummer = factory.Sequence(lambda n: n + 1)
    tekst = factory.Sequence(lambda n: f"Over {n} jaar is alles anders.")
    status = Stellingstatus.DEFINITIEF


class TafelFactory(DjangoModelFactory):
    class Meta:
        model = Tafel

    diner = factory.SubFactory(DinerFactory)
    nummer = factory.Sequence(lambda n: n % 900 + 1)  # a process makes more tables than numbers go
    aantal_gasten = 8


class TaakFactory(DjangoModelFactory):
    """A pack that was made just now."""

    class Meta:
        model = Taak

    diner = factory.SubFactory(DinerFactory)
    reeks = factory.SelfAttribute("diner.reeks")
    soort = "pakket"
    status = "klaar"
    voortgang = 100
    resultaat = factory.LazyFunction(lambda: {"delen": ["Draaiboek"]})
    asked_at = factory.LazyFunction(timezone.now)
    heartbeat_at = finished_at = factory.SelfAttribute("asked_at")


class TaakbestandFactory(DjangoModelFactory):
    class Meta:
        model = Taakbestand

    taak = factory.SubFactory(TaakFactory)
    naam = "pakket.pdf"
    mime = "application/pdf"
    verzegeld = factory.LazyFunction(lambda: seal(purpose="taakbestand", data=b"%PDF-"))


class RondeFactory(DjangoModelFactory):
    class Meta:
        model = Ronde

    diner = factory.SubFactory(DinerFactory)
    nummer = factory.Sequence(lambda n: n + 1)
    soort = Rondesoort.TAFELGESPREK
    minuten = 25


class GastFactory(DjangoModelFactory):
    class Meta:
        model = Gast

    id = factory.LazyFunction(uuid.uuid4)
    diner = factory.SubFactory(DinerFactory)
    naam = factory.Sequence(lambda n: f"Gast {n}")


class ToegangFactory(DjangoModelFactory):
    """A valid toegang; ``toegang.token`` (only here) is the token in its QR."""

    class Meta:
        model = Toegang

    tafel = factory.SubFactory(TafelFactory)
    nonce = factory.LazyFunction(new_nonce)
    token_hash = factory.LazyAttribute(lambda o: token_hash(derive_token(purpose="tafel", nonce=o.nonce)))


class ApparaatFactory(DjangoModelFactory):
    """A joined tablet; its cookie's value is ``sleutel`` (default "sleutel-<n>")."""

    class Meta:
        model = Apparaat
        exclude = ("sleutel",)

    sleutel = factory.Sequence(lambda n: f"sleutel-{n}")
    toegang = factory.SubFactory(ToegangFactory)
    sleutel_hash = factory.LazyAttribute(lambda o: token_hash(o.sleutel))
    nummer = factory.Sequence(lambda n: n + 1)
    joined_at = NOW
    last_seen_at = NOW


class BijdrageFactory(DjangoModelFactory):
    """A note as a table logged it, with its first version."""

    class Meta:
        model = Bijdrage
        skip_postgeneration_save = True

    id = factory.LazyFunction(uuid.uuid4)
    tafel = factory.SubFactory(TafelFactory)
    diner = factory.LazyAttribute(lambda o: o.tafel.diner)
    tekst = factory.Sequence(lambda n: f"Gedachte nummer {n} over vakmensen en regels")
    created_at = NOW
    updated_at = NOW

    @factory.post_generation
    def versie(self, create, extracted, **kwargs):
        if create:
            BijdrageVersie.objects.create(
                bijdrage=self,
                op_id=uuid.uuid4(),
                rev=1,
                kind=Versiesoort.CREATE,
                body={"tekst": self.tekst},
                received_at=NOW,
            )


class QuarantaineFactory(DjangoModelFactory):
    """An op that came after the diner was closed."""

    class Meta:
        model = Quarantaine

    tafel = factory.SubFactory(TafelFactory)
    diner = factory.LazyAttribute(lambda o: o.tafel.diner)
    op_id = factory.LazyFunction(lambda: str(uuid.uuid4()))
    vingerafdruk = factory.Sequence(lambda n: f"{n:064}")
    reden = Quarantainereden.AFGESLOTEN
    op = '{"body": {"tekst": "Te laat gezegd"}}'
    received_at = NOW


class StemmingFactory(DjangoModelFactory):
    """Guests were asked what they think, and cannot vote any more."""

    class Meta:
        model = Stemming

    stelling = factory.SubFactory(StellingFactory)
    diner = factory.LazyAttribute(lambda o: o.stelling.diner)
    moment = "voor"
    opened_at = NOW
    closed_at = NOW


class RodeDraadFactory(DjangoModelFactory):
    class Meta:
        model = RodeDraad

    stelling = factory.SubFactory(StellingFactory)
    diner = factory.LazyAttribute(lambda o: o.stelling.diner if o.stelling else None)
    reeks = factory.LazyAttribute(lambda o: o.diner.reeks)
    titel = factory.Sequence(lambda n: f"Draad {n}")
    volgorde = factory.Sequence(lambda n: n)
    created_at = NOW
    updated_at = NOW


class OnderbouwingFactory(DjangoModelFactory):
    class Meta:
        model = Onderbouwing

    rode_draad = factory.SubFactory(RodeDraadFactory)
    bijdrage = factory.SubFactory(BijdrageFactory)
    volgorde = factory.Sequence(lambda n: n)


class DraadversieFactory(DjangoModelFactory):
    class Meta:
        model = Draadversie

    draad = factory.SubFactory(RodeDraadFactory)
    version = 1
    titel = "Zoals het was"
    status = "concept"
    written_at = NOW
    replaced_at = NOW


class AanvaardingFactory(DjangoModelFactory):
    class Meta:
        model = Aanvaarding

    draad = factory.SubFactory(RodeDraadFactory)
    soort = "breedte"
    vingerafdruk = factory.Sequence(lambda n: f"{n:064x}")
    reden = "Zo heet het."
    accepted_at = NOW


class VerslagFactory(DjangoModelFactory):
    class Meta:
        model = Verslag
        django_get_or_create = ("reeks",)

    reeks = factory.SubFactory(ReeksFactory)
    updated_at = NOW


class VerslagversieFactory(DjangoModelFactory):
    """A version of a report that says one sentence."""

    class Meta:
        model = Verslagversie

    verslag = factory.SubFactory(VerslagFactory)
    nummer = factory.Sequence(lambda n: n + 1)
    inhoud = factory.LazyFunction(
        lambda: to_json(
            Verslaginhoud("Verkenning", "", "", NOW.date(), "concept", (Alinea("Zo was het."),), ())
        )
    )
    created_at = NOW


class VerslagopmerkingFactory(DjangoModelFactory):
    class Meta:
        model = Verslagopmerking

    verslag = factory.SubFactory(VerslagFactory)
    sleutel = "1.1"
    tekst = "Klopt dit?"
    made_at = NOW


class VerslagaanvaardingFactory(DjangoModelFactory):
    class Meta:
        model = Verslagaanvaarding

    verslag = factory.SubFactory(VerslagFactory)
    soort = "schrijven"
    vingerafdruk = factory.Sequence(lambda n: f"{n:064x}")
    reden = "Komt in een ander document."
    accepted_at = NOW


class VrijgaveFactory(DjangoModelFactory):
    """An offer of a thread, or of a note when ``bijdrage`` is given; ``vrijgegeven_at=NOW`` puts it on the scherm."""

    class Meta:
        model = Vrijgave

    bijdrage = None
    rode_draad = factory.Maybe("bijdrage", None, factory.SubFactory(RodeDraadFactory))
    diner = factory.LazyAttribute(lambda o: (o.bijdrage or o.rode_draad).diner)
    tekst = factory.LazyAttribute(lambda o: o.bijdrage.tekst if o.bijdrage else o.rode_draad.titel)
    rev = 1
    aangeboden_at = NOW


class TerugkoppelingFactory(DjangoModelFactory):
    """Guests may look, as long as anybody runs these tests; links are made by ``open_terugkoppeling``."""

    class Meta:
        model = Terugkoppeling

    diner = factory.SubFactory(DinerFactory)
    open_tot = date(2099, 12, 31)


class GastdraadFactory(DjangoModelFactory):
    class Meta:
        model = Gastdraad

    rode_draad = factory.SubFactory(RodeDraadFactory)
    released_at = NOW


class GastantwoordFactory(DjangoModelFactory):
    class Meta:
        model = Gastantwoord

    terugkoppeling = factory.SubFactory(TerugkoppelingFactory)
    rode_draad = None
    over = factory.LazyAttribute(lambda o: o.rode_draad.titel if o.rode_draad else "")
    tekst = factory.Sequence(lambda n: f"Wat een gast er {n} keer over zei")


class VervolgFactory(DjangoModelFactory):
    class Meta:
        model = Vervolg

    terugkoppeling = factory.SubFactory(TerugkoppelingFactory)
    datum = NOW.date()
    tekst = "Besproken in de raad."
