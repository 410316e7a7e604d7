"""The diners of a reeks in one's own calendar."""

from collections.abc import Callable
from hashlib import sha256
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from sessions import access, services
from sessions.agenda import as_ical
from sessions.models import Diner, Gebruiker, Reeks, Rol


def _link(request: HttpRequest, reeks: Reeks) -> str:
    """In full; empty when there is none, or the server has another key."""
    link = getattr(reeks, "agendalink", None)
    try:
        token = services.agendatoken_of(link) if link else ""
    except DenkdinerError:
        return ""
    return request.build_absolute_uri(reverse("diners:agenda_ics", args=[token])) if token else ""


@require_safe
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The address for members, and for an organiser the buttons to renew and withdraw it."""
    reeks = access.get_reeks(request.user, slug)
    context = {
        "reeks": reeks,
        "link": _link(request, reeks),
        "mag_schrijven": Rol.ORGANISATOR in access.rollen_of(request.user, reeks),
    }
    return render(request, "sessions/agenda.html", context)


@require_POST
def agenda_renew(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    services.renew_agendalink(reeks=reeks, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    messages.success(request, "De agendalink staat klaar.")
    return redirect("diners:agenda", slug)


@require_POST
def agenda_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    services.withdraw_agendalink(reeks=reeks, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    messages.success(request, "De agendalink is ingetrokken.")
    return redirect("diners:agenda", slug)


@login_not_required
@require_safe
def agenda_ics(request: HttpRequest, token: str) -> HttpResponse:
    """All diners of the reeks with this address, for a calendar program."""
    reeks = access.get_agenda(token)

    def url_of(diner: Diner) -> str:
        return request.build_absolute_uri(reverse("diners:diner_detail", args=[reeks.slug, diner.nummer]))

    return _calendar(request, reeks.diners.all(), url_of, naam=reeks.titel)


@login_not_required
@require_safe
def briefing_ics(request: HttpRequest, token: str) -> HttpResponse:
    """The diners at which this spreker speaks, and nothing else."""
    optreden = access.get_briefing(token).optreden

    def url_of(diner: Diner) -> str:
        """This link is of one diner: another one has a page of its own."""
        eigen = diner.pk == optreden.diner_id
        return request.build_absolute_uri(reverse("diners:briefing", args=[token])) if eigen else ""

    diners = Diner.objects.filter(optredens__spreker=optreden.spreker)
    return _calendar(request, diners, url_of, naam=f"Jouw denkdiners: {optreden.diner.reeks.titel}")


def _calendar(
    request: HttpRequest, diners: QuerySet[Diner], url_of: Callable[[Diner], str], *, naam: str
) -> HttpResponse:
    """304 when the program has it already."""
    diners = diners.select_related("reeks", "agendastand").prefetch_related("rondes").order_by("nummer", "pk")
    inhoud = as_ical(services.afspraken_of(diners, url_of=url_of, now=timezone.now()), naam=naam)
    response = HttpResponse(inhoud, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag = f'"{sha256(inhoud).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="denkdiners.ics"'
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))
