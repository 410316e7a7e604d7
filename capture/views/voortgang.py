"""How every table is doing, for the team."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from capture import queries
from sessions.access import TEAM, get_diner, rollen_of
from sessions.models import Rol


@require_safe
def voortgang(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = get_diner(request.user, slug, nummer, TEAM)
    context = {"reeks": diner.reeks, "diner": diner, "voortgang": queries.voortgang(diner)}
    context["leidt"] = Rol.ORGANISATOR in rollen_of(request.user, diner.reeks)
    return render(request, "capture/voortgang.html", context)


@never_cache
@require_safe
def tafel_counts(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """How every table is doing, silent ones first. Live."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    context = {"reeks": diner.reeks, "diner": diner, "voortgang": queries.voortgang(diner)}
    return render(request, "capture/_tafel_counts.html", context)
