"""Searching a reeks."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions.access import LEDEN, TEAM, get_reeks, rollen_of
from synthesis import queries, services
from synthesis.forms_zoeken import DraadzoekForm, ZoekForm
from synthesis.zoektaal import parse


@never_cache
@require_safe
def zoeken(request: HttpRequest, slug: str) -> HttpResponse:
    """All notes and threads of a reeks; for who only looks, the threads that are vastgesteld.

    It writes, though it only shows: what was said since the last search is made findable first.
    """
    reeks = get_reeks(request.user, slug, LEDEN)
    in_team = not rollen_of(request.user, reeks).isdisjoint(TEAM)
    form = (ZoekForm if in_team else DraadzoekForm)(request.GET, reeks=reeks)
    vraag, filters = parse(form.vraag), form.filters()
    pagina = request.GET.get("pagina", "")
    services.refresh_zoekregels(reeks=reeks)
    gevonden = queries.search(
        reeks, vraag, filters, pagina=int(pagina) if re.fullmatch("[0-9]{1,6}", pagina) else 1, alles=in_team
    )
    context = {"reeks": reeks, "in_team": in_team, "form": form, "vraag": vraag, "filters": filters}
    typing = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "synthesis/zoek_lijst.html" if typing else "synthesis/zoeken.html"
    return render(request, template, context | {"gevonden": gevonden})
