"""What a spreker brings: the portrait (for members, and on the own page), and ideas for stellingen."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.form_page import GET_POST, form_page
from sessions import access, queries, services
from sessions.forms_spreker import IdeeForm, PortretForm
from sessions.models import Diner, Gebruiker, Portret, Spreker, Stellingidee
from sessions.services import Wie


def _picture(request: HttpRequest, spreker: Spreker) -> HttpResponse:
    """The portrait. Kept by this browser only, which asks each time whether it may still show it."""
    portret = get_object_or_404(Portret, spreker=spreker)
    etag = f'"{portret.vingerafdruk}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        bytes(portret.data), content_type=portret.mime
    )
    if not isinstance(response, HttpResponseNotModified):
        response["Content-Disposition"] = "inline"
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


def _portret_page(
    request: HttpRequest, spreker: Spreker, wie: Wie | None = None, **context: Any
) -> HttpResponse:
    def save(data: dict[str, Any]) -> None:
        if data["weg"]:
            services.remove_portret(spreker=spreker, wie=wie)
            messages.success(request, "Het portret is weggehaald.")
        else:
            services.keep_portret(spreker=spreker, data=data["bestand"], now=timezone.now(), wie=wie)
            messages.success(request, "Het portret is bewaard.")

    posted = request.method == "POST"
    return form_page(
        request,
        PortretForm(request.POST, request.FILES) if posted else PortretForm(),
        save=save,
        kop=f"Portret van {spreker.naam}",
        gelukt="",
        template="sessions/portret_edit.html",
        spreker=spreker,
        heeft_portret=queries.has_portret(spreker),
        **context,
    )


# --- members --------------------------------------------------------------------------------------------------------------


@require_safe
def portret(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug)
    return _picture(request, get_object_or_404(reeks.sprekers, pk=pk))


@GET_POST
def portret_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another portrait, or none."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    spreker = get_object_or_404(reeks.sprekers, pk=pk)
    return _portret_page(
        request,
        spreker,
        access.wie(request),
        terug=reverse("diners:spreker_edit", args=[slug, pk]),
        adres=reverse("diners:portret", args=[slug, pk]),
        reeks=reeks,
    )


def _idee(request: HttpRequest, slug: str, nummer: int, pk: int) -> tuple[Diner, Stellingidee]:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    ideeen = Stellingidee.objects.select_related("optreden__diner__reeks")
    return diner, get_object_or_404(ideeen, optreden__diner=diner, pk=pk)


@require_POST
def idee_adopt(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """It becomes a concept at the end of the list."""
    _, idee = _idee(request, slug, nummer, pk)
    stelling = services.adopt_idee(idee=idee, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    messages.success(
        request, f"Het idee staat nu als concept bij de stellingen, op nummer {stelling.nummer}."
    )
    return redirect(reverse("diners:diner_detail", args=[slug, nummer]) + "#stellingen")


@require_POST
def idee_dismiss(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    _, idee = _idee(request, slug, nummer, pk)
    services.dismiss_idee(idee=idee, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    messages.success(request, "Het idee is opzij gelegd.")
    return redirect(reverse("diners:diner_detail", args=[slug, nummer]) + "#stellingen")


# --- the spreker ----------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def briefing_portret(request: HttpRequest, token: str) -> HttpResponse:
    """The own portrait, and nobody else's."""
    return _picture(request, access.get_briefing(token).optreden.spreker)


@login_not_required
@never_cache
@GET_POST
def briefing_portret_edit(request: HttpRequest, token: str) -> HttpResponse:
    """Another portrait, or none; until the evening is over, for it is of the reeks then."""
    briefing = access.get_briefing(token)
    services.check_briefing_open(briefing=briefing)
    return _portret_page(
        request,
        briefing.optreden.spreker,
        terug=reverse("diners:briefing", args=[token]),
        adres=reverse("diners:briefing_portret", args=[token]),
    )


@login_not_required
@never_cache
@GET_POST
def briefing_idee(request: HttpRequest, token: str) -> HttpResponse:
    """Suggest a stelling."""
    briefing = access.get_briefing(token)
    return form_page(
        request,
        IdeeForm(request.POST if request.method == "POST" else None),
        save=lambda data: services.add_idee(briefing=briefing, now=timezone.now(), **data) and None,
        terug=reverse("diners:briefing", args=[token]),
        kop="Een stelling voorstellen",
        gelukt="Dank je wel. De organisatie ziet je voorstel bij de stellingen.",
        knop="Voorstellen",
    )
