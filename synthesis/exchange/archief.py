"""Everything of a reeks in one .zip, for who keeps it elsewhere: the reeks as a file, and what that file leaves out.

No secret is in it: no link, token, nonce, hash or password, and nothing by which a device could be known again.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.db.models import Count
from django.utils import timezone
from django.utils.text import slugify

from capture.models import BijdrageVersie, Peiling, Quarantaine, Stem, Telling
from sessions.models import (
    Bericht,
    Brief,
    Gast,
    Logo,
    Logosoort,
    Logregel,
    Optreden,
    Plaats,
    Portret,
    Reeks,
    Stellingidee,
    Stellingversie,
    Taak,
)
from synthesis.exchange.exporting import export_reeks
from synthesis.models import (
    Aanvaarding,
    Draadversie,
    Gastantwoord,
    Minderheid,
    Opmerking,
    RodeDraad,
    Sjabloon,
    Verslagaanvaarding,
    Verslagopmerking,
    Verslagversie,
    Vervolg,
)

LEESMIJ = """Alles van de reeks “{titel}”
{streep}

Alle bestanden zijn UTF-8. Een .csv opent in een spreadsheet (gescheiden door puntkomma's); een tekst die daar als formule
gelezen zou worden, begint met een '. In een .jsonl staat op elke regel één ding, precies zoals het bewaard is. Tijden staan
in de tijd van Nederland.

reeks.json                      de reeks zelf: programma, notities, peilingen, rode draden en verslag. Dit bestand kun je bij
                                “Reeks importeren” weer inlezen. Gasten en waar zij zaten staan er ook in.
logo.png of logo.jpg            het logo, als er een is
sjabloon.docx                   het Word-document van de organisatie waarop het verslag gemaakt wordt, als er een is
portretten/                     de portretten van sprekers, genummerd en met hun naam
notities-alle-versies.jsonl     elke notitie zoals die verstuurd is, met elke wijziging daarna
apart-gezet.jsonl               wat een tablet stuurde en geen notitie kon worden
minderheden.csv                 geluiden van één tafel die opgingen in een andere rode draad of weggingen, en waarom
weggelegde-draden.csv           rode draden die samengevoegd of verwijderd zijn, met wat erin geschreven was
rode-draden-eerdere-versies.jsonl hoe rode draden er eerder uitzagen, en door wie
verslag-versies.jsonl           elke bewaarde versie van het verslag, met wie haar bewaarde en waarom
opmerkingen.csv                 wat verslagleggers bij rode draden opmerkten
opmerkingen-verslag.csv         wat het team bij delen van het verslag opmerkte
aanvaard.csv                    waarschuwingen bij een rode draad die mochten blijven staan, en waarom
aanvaard-verslag.csv            wat bij het vaststellen van het verslag mocht blijven staan, en waarom
stellingen-eerdere-versies.jsonl hoe stellingen er eerder uitzagen, en waarom ze wijzigden
peilingen.csv                   handen per tafel en stelling, vooraf en achteraf: de laatste telling
tellingen.csv                   elke keer dat aan een tafel geteld is
stemmen.csv                     wat gasten met hun telefoon stemden, per stemming geteld
gasten.csv                      wie er op de gastenlijst staan, en of zij zich hebben afgemeld (True)
plaatsen.csv                    wie in welke ronde aan welke tafel zat
sprekers.csv                    de sprekers per diner, hoe zij te bereiken zijn en wat zij erbij zeiden
voorstellen.csv                 stellingen die sprekers voorstelden, en welke het werd
leden.csv                       wie er lid is, en in welke rol
uitnodigingen.csv               wie er gevraagd is
post.csv                        de e-mails bij Post: aan wie, waarover en hoe het ermee ging. De tekst wordt niet bewaard
berichten.csv                   wat de organisator aan de tafels liet weten
logboek.csv                     wie wat wanneer deed
gasten-achteraf.csv             wat gasten na de avond op hun pagina antwoordden: niemand weet wie
vervolg.csv                     wat er met de avond gedaan is, zoals gasten dat lazen
taken.csv                       wat op de achtergrond gemaakt is, zoals een tafelschikking

Dit bevat gegevens van mensen. Bewaar het op een plek waar niet iedereen bij kan, en niet langer dan nodig.
Wachtwoorden, links en sleutels van tafels, schermen en apparaten staan er niet in.
"""

Rijen = Iterable[tuple[Any, ...]]


def write_archief(reeks: Reeks, target: IO[bytes]) -> None:
    """Write the .zip to *target*, row by row: memory for the file of the reeks, never for all of its versions.

    The same data gives the same bytes.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archief:
        for naam, stukken in _bestanden(reeks):
            info = zipfile.ZipInfo(naam, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archief.open(info, "w", force_zip64=True) as bestand:
                for stuk in stukken:
                    bestand.write(stuk if isinstance(stuk, bytes) else stuk.encode())


def _bestanden(reeks: Reeks) -> Iterator[tuple[str, Iterable[str | bytes]]]:
    yield "LEESMIJ.txt", [LEESMIJ.format(titel=reeks.titel, streep="=" * (len(reeks.titel) + 21))]
    yield "reeks.json", [export_reeks(reeks)]
    yield from _beelden(reeks)
    yield "notities-alle-versies.jsonl", map(_json, _versies(reeks))
    yield "apart-gezet.jsonl", map(_json, _apart(reeks))
    yield "stellingen-eerdere-versies.jsonl", map(_json, _stellingversies(reeks))
    yield "rode-draden-eerdere-versies.jsonl", map(_json, _draadversies(reeks))
    yield "verslag-versies.jsonl", map(_json, _verslagversies(reeks))
    for naam, kop, rijen in _tabellen(reeks):
        yield naam, _csv(kop.split(), rijen)


# --- as lines -------------------------------------------------------------------------------------------------------------


def _json(ding: dict[str, Any]) -> str:
    return json.dumps(ding, ensure_ascii=False) + "\n"


def _csv(kop: list[str], rijen: Rijen) -> Iterator[str]:
    """A byte order mark first: without it a spreadsheet takes an é for two letters."""
    regel = io.StringIO()
    schrijver = csv.writer(regel, delimiter=";", lineterminator="\r\n")
    regel.write("\ufeff")
    schrijver.writerow(kop)
    for rij in rijen:
        yield _taken(regel)
        schrijver.writerow([_cel(waarde) for waarde in rij])
    yield _taken(regel)


def _taken(regel: io.StringIO) -> str:
    tekst = regel.getvalue()
    regel.seek(0)
    regel.truncate()
    return tekst


def _cel(waarde: Any) -> Any:
    """What a guest typed may not run as a formula in the organiser's spreadsheet."""
    if waarde is None:
        return ""
    if isinstance(waarde, datetime):
        return _tijd(waarde)
    if isinstance(waarde, str) and waarde.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{waarde}"
    return waarde


def _tijd(moment: datetime | None) -> str | None:
    return None if moment is None else timezone.localtime(moment).isoformat(timespec="seconds")


# --- what there is --------------------------------------------------------------------------------------------------------


def _beelden(reeks: Reeks) -> Iterator[tuple[str, list[bytes]]]:
    """Ten portraits at a time in memory; the numbers keep two names apart that look alike without their accents."""
    for soort, data in Logo.objects.filter(reeks=reeks).values_list("soort", "data"):
        yield f"logo.{'png' if soort == Logosoort.PNG else 'jpg'}", [bytes(data)]
    for data in Sjabloon.objects.filter(reeks=reeks).values_list("data", flat=True):
        yield "sjabloon.docx", [bytes(data)]
    portretten = Portret.objects.filter(spreker__reeks=reeks).order_by("spreker__naam", "pk")
    rijen = portretten.values_list("spreker__naam", "data").iterator(chunk_size=10)
    for nummer, (naam, data) in enumerate(rijen, start=1):
        yield f"portretten/{nummer}-{slugify(naam) or 'spreker'}.jpg", [bytes(data)]


def _versies(reeks: Reeks) -> Iterator[dict[str, Any]]:
    versies = BijdrageVersie.objects.filter(bijdrage__diner__reeks=reeks).select_related(
        "bijdrage__diner", "bijdrage__tafel", "bijdrage__stelling", "gebruiker", "apparaat"
    )
    for versie in versies.order_by(
        "bijdrage__diner__nummer", "bijdrage__created_at", "bijdrage_id", "rev", "pk"
    ).iterator(chunk_size=500):
        notitie = versie.bijdrage
        yield {
            "notitie": str(notitie.pk),
            "diner": notitie.diner.nummer,
            "tafel": notitie.tafel and notitie.tafel.nummer,
            "stelling": notitie.stelling and notitie.stelling.nummer,
            "versie": versie.rev,
            "op_versie": versie.base_rev,
            "wat": versie.kind,
            "inhoud": versie.body,
            "apart": versie.apart,
            "tablet": versie.apparaat and versie.apparaat.nummer,
            "lid": versie.gebruiker and str(versie.gebruiker),
            "ontvangen": _tijd(versie.received_at),
        }


def _apart(reeks: Reeks) -> Iterator[dict[str, Any]]:
    rijen = Quarantaine.objects.filter(diner__reeks=reeks).select_related(
        "diner", "tafel", "afgehandeld_door"
    )
    for rij in rijen.order_by("diner__nummer", "received_at", "pk").iterator(chunk_size=500):
        yield {
            "diner": rij.diner.nummer,
            "tafel": rij.plaats.nummer,
            "reden": rij.reden,
            "uitleg": rij.uitleg,
            "inhoud": rij.body or rij.tekst,
            "ontvangen": _tijd(rij.received_at),
            "afgehandeld": _tijd(rij.afgehandeld_at),
            "door": rij.afgehandeld_door and str(rij.afgehandeld_door),
            "opgeschreven": rij.opgeschreven_id and str(rij.opgeschreven_id),
        }


def _stellingversies(reeks: Reeks) -> Iterator[dict[str, Any]]:
    versies = Stellingversie.objects.filter(stelling__diner__reeks=reeks).select_related(
        "stelling__diner", "replaced_by"
    )
    for versie in versies.order_by("stelling__diner__nummer", "stelling__nummer", "replaced_at", "pk"):
        yield {
            "diner": versie.stelling.diner.nummer,
            "stelling": versie.stelling.nummer,
            "tekst": versie.tekst,
            "toelichting": versie.toelichting,
            "doorvragen": versie.doorvragen,
            "status": versie.status,
            "vervangen": _tijd(versie.replaced_at),
            "door": versie.replaced_by and str(versie.replaced_by),
            "reden": versie.reden,
        }


def _verslagversies(reeks: Reeks) -> Iterator[dict[str, Any]]:
    versies = Verslagversie.objects.filter(verslag__reeks=reeks).select_related("created_by")
    for versie in versies.order_by("nummer").iterator(chunk_size=20):
        yield {
            "versie": versie.nummer,
            "status": versie.status,
            "toelichting": versie.toelichting,
            "bewaard": _tijd(versie.created_at),
            "door": versie.created_by and str(versie.created_by),
            "inhoud": versie.inhoud,
        }


def _draadversies(reeks: Reeks) -> Iterator[dict[str, Any]]:
    versies = Draadversie.objects.filter(draad__reeks=reeks).select_related(
        "draad__diner", "draad__stelling", "written_by", "replaced_by"
    )
    for versie in versies.order_by("draad_id", "version", "pk").iterator(chunk_size=500):
        draad = versie.draad
        yield {
            "diner": draad.diner and draad.diner.nummer,
            "stelling": draad.stelling and draad.stelling.nummer,
            "rode_draad": draad.titel,
            "versie": versie.version,
            "titel": versie.titel,
            "tekst": versie.tekst,
            "spanning": [versie.pool_a, versie.pool_b] if versie.pool_a else None,
            "kernvraag": versie.kernvraag,
            "status": versie.status,
            "geschreven": _tijd(versie.written_at),
            "geschreven_door": versie.written_by and str(versie.written_by),
            "vervangen": _tijd(versie.replaced_at),
            "vervangen_door": versie.replaced_by and str(versie.replaced_by),
        }


def _tabellen(reeks: Reeks) -> Iterator[tuple[str, str, Rijen]]:
    """Name, columns and rows; each row in the order of its columns."""
    yield (
        "peilingen.csv",
        "diner stelling tafel moment eens oneens anders",
        Peiling.objects.filter(tafel__diner__reeks=reeks)
        .order_by("tafel__diner__nummer", "stelling__nummer", "tafel__nummer", "-moment")
        .values_list(
            "tafel__diner__nummer",
            "stelling__nummer",
            "tafel__nummer",
            "moment",
            "eens",
            "oneens",
            "neutraal",
        ),
    )
    yield (
        "tellingen.csv",
        "diner stelling tafel moment ontvangen eens oneens anders",
        Telling.objects.filter(peiling__tafel__diner__reeks=reeks)
        .order_by("peiling__tafel__diner__nummer", "received_at", "pk")
        .values_list(
            "peiling__tafel__diner__nummer", "peiling__stelling__nummer", "peiling__tafel__nummer",
            "peiling__moment", "received_at", "eens", "oneens", "neutraal",
        ),
    )  # fmt: skip
    yield (
        "stemmen.csv",
        "diner stelling moment geopend keuze stemmen",
        Stem.objects.filter(stemming__diner__reeks=reeks)
        .order_by("stemming__diner__nummer", "stemming__opened_at", "stemming_id", "keuze")
        .values_list(
            "stemming__diner__nummer",
            "stemming__stelling__nummer",
            "stemming__moment",
            "stemming__opened_at",
            "keuze",
        )
        .annotate(aantal=Count("pk")),
    )
    yield (
        "minderheden.csv",
        "diner stelling titel tafel nu_in reden door wanneer teruggedraaid",
        Minderheid.objects.filter(draad__reeks=reeks)
        .order_by("draad__diner__nummer", "draad__stelling__nummer", "at", "pk")
        .values_list(
            "draad__diner__nummer", "draad__stelling__nummer", "titel", "tafel", "naar__titel", "reden", "door__naam", "at",
            "vervallen",
        ),
    )  # fmt: skip
    yield (
        "weggelegde-draden.csv",
        "diner stelling titel tekst ene_kant andere_kant kernvraag weggelegd opgegaan_in",
        RodeDraad.alle.filter(reeks=reeks, verwijderd_at__isnull=False)
        .order_by("diner__nummer", "stelling__nummer", "verwijderd_at", "pk")
        .values_list(
            "diner__nummer", "stelling__nummer", "titel", "tekst", "pool_a", "pool_b", "kernvraag", "verwijderd_at",
            "opgegaan_in__titel",
        ),
    )  # fmt: skip
    yield (
        "gasten.csv",
        "diner naam organisatie sector afgemeld",
        Gast.objects.filter(diner__reeks=reeks)
        .order_by("diner__nummer", "naam", "pk")
        .values_list("diner__nummer", "naam", "organisatie", "sector", "afgemeld"),
    )
    yield (
        "plaatsen.csv",
        "diner ronde tafel gast vastgezet",
        Plaats.objects.filter(gast__diner__reeks=reeks)
        .order_by("gast__diner__nummer", "ronde__nummer", "tafel__nummer", "gast__naam", "pk")
        .values_list("gast__diner__nummer", "ronde__nummer", "tafel__nummer", "gast__naam", "vast"),
    )
    yield (
        "sprekers.csv",
        "diner naam functie organisatie bio email telefoon bevestigd opmerking",
        _sprekers(reeks),
    )
    yield (
        "voorstellen.csv",
        "diner spreker voorstel gedaan afgehandeld stelling",
        Stellingidee.objects.filter(optreden__diner__reeks=reeks)
        .order_by("optreden__diner__nummer", "made_at", "pk")
        .values_list(
            "optreden__diner__nummer", "optreden__spreker__naam", "tekst", "made_at", "settled_at", "stelling__nummer"
        ),
    )  # fmt: skip
    yield (
        "leden.csv",
        "naam email rol",
        reeks.lidmaatschappen.order_by("gebruiker__email", "rol").values_list(
            "gebruiker__naam", "gebruiker__email", "rol"
        ),
    )
    yield (
        "uitnodigingen.csv",
        "email rol verstuurd aangenomen ingetrokken",
        reeks.uitnodigingen.order_by("email", "rol", "pk").values_list(
            "email", "rol", "sent_at", "accepted_at", "withdrawn_at"
        ),
    )
    yield (
        "post.csv",
        "soort aan onderwerp stand gemaakt door geprobeerd pogingen volgende verstuurd fout",
        Brief.objects.filter(reeks=reeks)
        .order_by("made_at", "pk")
        .values_list(
            "soort", "aan", "onderwerp", "status", "made_at", "made_by__naam", "tried_at", "pogingen", "next_at",
            "sent_at", "fout",
        ),
    )  # fmt: skip
    yield (
        "opmerkingen.csv",
        "diner stelling rode_draad opmerking gemaakt door opgelost opgelost_door",
        Opmerking.objects.filter(draad__reeks=reeks)
        .order_by("draad_id", "made_at", "pk")
        .values_list(
            "draad__diner__nummer", "draad__stelling__nummer", "draad__titel", "tekst", "made_at", "made_by__naam",
            "solved_at", "solved_by__naam",
        ),
    )  # fmt: skip
    yield (
        "aanvaard.csv",
        "diner stelling rode_draad soort reden aanvaard door",
        Aanvaarding.objects.filter(draad__reeks=reeks)
        .order_by("draad_id", "accepted_at", "pk")
        .values_list(
            "draad__diner__nummer", "draad__stelling__nummer", "draad__titel", "soort", "reden", "accepted_at",
            "accepted_by__naam",
        ),
    )  # fmt: skip
    yield (
        "opmerkingen-verslag.csv",
        "deel diner stelling opmerking gemaakt door opgelost opgelost_door",
        Verslagopmerking.objects.filter(verslag__reeks=reeks)
        .order_by("made_at", "pk")
        .values_list(
            "sleutel", "stelling__diner__nummer", "stelling__nummer", "tekst", "made_at", "made_by__naam", "solved_at",
            "solved_by__naam",
        ),
    )  # fmt: skip
    yield (
        "aanvaard-verslag.csv",
        "soort reden aanvaard door",
        Verslagaanvaarding.objects.filter(verslag__reeks=reeks)
        .order_by("accepted_at", "pk")
        .values_list("soort", "reden", "accepted_at", "accepted_by__naam"),
    )
    yield (
        "berichten.csv",
        "diner tafel verstuurd door bericht ingetrokken",
        Bericht.objects.filter(diner__reeks=reeks)
        .order_by("diner__nummer", "sent_at", "pk")
        .values_list("diner__nummer", "tafel__nummer", "sent_at", "afzender__naam", "tekst", "withdrawn_at"),
    )
    yield (
        "logboek.csv",
        "tijd diner wie wat",
        Logregel.objects.filter(reeks=reeks)
        .order_by("at", "pk")
        .values_list("at", "over", "gebruiker__naam", "wat")
        .iterator(chunk_size=1000),
    )
    yield (
        "gasten-achteraf.csv",
        "diner stelling rode_draad herkend tekst",
        Gastantwoord.objects.filter(terugkoppeling__diner__reeks=reeks)
        .order_by("terugkoppeling__diner__nummer", "rode_draad__stelling__nummer", "over", "pk")
        .values_list(
            "terugkoppeling__diner__nummer", "rode_draad__stelling__nummer", "over", "herkend", "tekst"
        ),
    )
    yield (
        "vervolg.csv",
        "diner datum tekst",
        Vervolg.objects.filter(terugkoppeling__diner__reeks=reeks)
        .order_by("terugkoppeling__diner__nummer", "datum", "pk")
        .values_list("terugkoppeling__diner__nummer", "datum", "tekst"),
    )
    yield (
        "taken.csv",
        "diner soort stand voortgang melding door gevraagd begonnen klaar",
        Taak.objects.filter(reeks=reeks)
        .order_by("asked_at", "pk")
        .values_list(
            "diner__nummer", "soort", "status", "voortgang", "melding", "gebruiker__naam", "asked_at", "started_at",
            "finished_at",
        ),
    )  # fmt: skip


def _sprekers(reeks: Reeks) -> Rijen:
    velden = ("naam", "functie", "organisatie", "bio", "email", "telefoon")
    optredens = Optreden.objects.filter(diner__reeks=reeks).order_by("diner__nummer", "volgorde", "pk")
    yield from optredens.values_list(
        "diner__nummer", *(f"spreker__{veld}" for veld in velden), "bevestigd_at", "briefing__opmerking"
    )
    for spreker in reeks.sprekers.filter(optredens=None).order_by("naam", "pk").values_list(*velden):
        yield (None, *spreker, None, None)
