"""How every table is doing, for the team."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from capture import queries
from sessions.access import ORGANISATOR, TEAM, get_diner, rollen_of
from sessions.models import Diner, Gebruiker, Rol
from sessions.services import settle_hulp


def _context(request: HttpRequest, diner: Diner) -> dict[str, Any]:
    leidt = Rol.ORGANISATOR in rollen_of(request.user, diner.reeks)
    return {"reeks": diner.reeks, "diner": diner, "voortgang": queries.voortgang(diner), "leidt": leidt}


@require_safe
def voortgang(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = get_diner(request.user, slug, nummer, TEAM)
    return render(request, "capture/voortgang.html", _context(request, diner))


@never_cache
@require_safe
def tafel_counts(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """How every table is doing: who asks for help first, then silent ones. Live."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    return render(request, "capture/_tafel_counts.html", _context(request, diner))


@require_POST
def hulp_settle(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """Somebody helped this table; when it was done already, nothing happens."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    tafel = get_object_or_404(diner.tafels, pk=pk)
    settle_hulp(tafel=tafel, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "capture/_tafel_counts.html", _context(request, diner))
    return redirect("capture:voortgang", slug, nummer)
