"""How long what a reeks knows of people is kept, everything in one file, and the end of it."""

import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any, cast

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from capture.models import Quarantaine
from denkdiner.form_page import GET_POST, form_page
from denkdiner.forms import NaamBevestigingForm
from denkdiner.persoonlijk import count_personal
from sessions.access import ORGANISATOR, get_reeks
from sessions.models import Gebruiker, Reeks
from sessions.services import add_reeksregel, advies_bewaren, set_bewaren_tot
from synthesis import exchange, services
from synthesis.forms import BewaarForm

STUK = 64 * 1024


def _bewaren_url(reeks: Reeks) -> str:
    return reverse("synthesis:bewaren", args=[reeks.slug])


@GET_POST
def bewaren(request: HttpRequest, slug: str) -> HttpResponse:
    """What is known of people here, until when, and what can be done with it."""
    reeks, vandaag = get_reeks(request.user, slug, ORGANISATOR), timezone.localdate()
    advies = advies_bewaren(reeks, vandaag)

    def save(data: dict[str, Any]) -> None:
        gebruiker = cast(Gebruiker, request.user)
        set_bewaren_tot(reeks=reeks, datum=data["bewaren_tot"], gebruiker=gebruiker, now=timezone.now())

    return form_page(
        request,
        BewaarForm(request.POST or None, initial={"bewaren_tot": reeks.bewaren_tot or advies}),
        save=save,
        terug=_bewaren_url(reeks),
        kop="Bewaren en wissen",
        gelukt="De bewaartermijn is bijgewerkt.",
        template="synthesis/bewaren.html",
        reeks=reeks,
        resten=reeks.days_to_keep(vandaag),
        advies=advies,
        aantallen=count_personal(reeks.pk),
        leden=Gebruiker.objects.filter(lidmaatschappen__reeks=reeks).distinct().count(),
    )


@never_cache
@require_safe
def archief(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Everything of the reeks as a .zip, sent in pieces from a file on the disk."""
    reeks = get_reeks(request.user, slug, ORGANISATOR)
    bestand = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it was sent)
    try:
        exchange.write_archief(reeks, bestand)  # in no transaction: on SQLite the tables would wait for it
    except BaseException:
        bestand.close()
        raise
    add_reeksregel(
        reeks=reeks,
        wat="haalde alles van de reeks binnen, met de persoonsgegevens",
        now=timezone.now(),
        gebruiker=cast(Gebruiker, request.user),
    )
    lengte = bestand.tell()
    bestand.seek(0)
    response: HttpResponseBase
    if isinstance(request, ASGIRequest):
        response = StreamingHttpResponse(_stukken(bestand), content_type="application/zip")
    else:  # a server that is not ours, or a test: nothing to stream with
        with bestand:
            response = HttpResponse(bestand.read(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{reeks.slug}-alles.zip"'
    response["Content-Length"] = str(lengte)
    return response


async def _stukken(bestand: IO[bytes]) -> AsyncIterator[bytes]:
    """Under ASGI a plain iterator would be read to its end before the first byte leaves."""
    with bestand:
        while stuk := bestand.read(STUK):
            yield stuk


@GET_POST
def personen_wissen(request: HttpRequest, slug: str) -> HttpResponse:
    """All about people goes, after the title was typed; what was said stays."""
    reeks = get_reeks(request.user, slug, ORGANISATOR)
    open_apart = Quarantaine.objects.filter(diner__reeks=reeks, afgehandeld_at=None).count()
    blijft = (
        "Notities, rode draden, het verslag, het programma, de namen van de sprekers en de leden blijven."
    )
    if open_apart:
        blijft += f" Ook wat nog apart staat, blijft ({open_apart}): handel dat eerst af als het weg moet."
    return form_page(
        request,
        NaamBevestigingForm(request.POST or None, verwacht=reeks.titel),
        save=lambda data: services.erase_persons(
            reeks=reeks, gebruiker=cast(Gebruiker, request.user), now=timezone.now()
        ),
        terug=_bewaren_url(reeks),
        kop="Persoonsgegevens wissen",
        gelukt="De persoonsgegevens zijn gewist.",
        template="ui/bevestig.html",
        gaat_mee=count_personal(reeks.pk),
        gaat_mee_kop="Dit gaat weg",
        blijft=blijft,
        eerst=reverse("synthesis:archief", args=[reeks.slug]),
        knop="Wissen",
        reeks=reeks,
    )
