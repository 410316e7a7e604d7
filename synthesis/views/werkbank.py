"""The werkbank of a stelling, all its notes by table, and the inbox of a diner."""

import uuid
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from capture.queries import versies_of
from sessions.access import TEAM, rollen_of
from sessions.models import Diner, Gebruiker, Rol, Stelling
from synthesis import access, queries, services
from synthesis.forms import FilterForm
from synthesis.forms_voorstel import VoorstelForm
from synthesis.queries import schermstanden_of
from synthesis.views.bordbeeld import bord_of
from synthesis.views.inbox import REDENEN

Context = dict[str, Any]


def _diner_context(request: HttpRequest, diner: Diner) -> Context:
    rollen = rollen_of(request.user, diner.reeks)
    return {"reeks": diner.reeks, "diner": diner, "mag_schrijven": Rol.VERSLAGLEGGER in rollen}


def _bank_context(request: HttpRequest, stelling: Stelling) -> Context:
    stand = queries.journaal_of(stelling, cast(Gebruiker, request.user))
    bank = queries.werkbank(stelling)
    return {
        **_diner_context(request, stelling.diner),
        "stelling": stelling,
        "bank": bank,
        "bord": bord_of(bank, stelling.diner.reeks),
        "scherm": schermstanden_of(stelling.diner),
        "kan_ongedaan": stand.ongedaan,
        "kan_opnieuw": stand.opnieuw,
    }


@require_safe
def werkbank(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    found = access.get_stelling(request.user, slug, nummer, stelling, TEAM)
    context = _bank_context(request, found)
    services.say_aanwezig(stelling=found, gebruiker=cast(Gebruiker, request.user))
    context["aanwezigen"] = queries.aanwezigen_of(found, cast(Gebruiker, request.user))
    context |= {
        "stellingen": list(found.diner.stellingen.order_by("nummer")),
        "voorstel": VoorstelForm(),
        "redenen": REDENEN,
    }
    return render(request, "synthesis/werkbank.html", context)


@never_cache
@require_safe
def draad_list(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """The threads of a stelling with what carries them, and what is loose. Live; holds no input."""
    found = access.get_stelling(request.user, slug, nummer, stelling, TEAM)
    return render(request, "synthesis/_draad_list.html", _bank_context(request, found))


def _per_tafel_context(request: HttpRequest, stelling: Stelling) -> Context:
    form = FilterForm(request.GET, stelling=stelling)
    filters = form.filters()
    return {
        **_diner_context(request, stelling.diner),
        "stelling": stelling,
        "form": form,
        "gefilterd": bool(filters),
        "per_tafel": queries.bijdragen_per_tafel(stelling, **filters),
        "stil": queries.silent_tables(stelling),
    }


@require_safe
def notities(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """All tables side by side, with filters."""
    found = access.get_stelling(request.user, slug, nummer, stelling, TEAM)
    context = _per_tafel_context(request, found)
    context["stellingen"] = list(found.diner.stellingen.order_by("nummer"))
    return render(request, "synthesis/notities.html", context)


@never_cache
@require_safe
def per_tafel(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """The notes of a stelling by table. Live; the filters stand outside it."""
    found = access.get_stelling(request.user, slug, nummer, stelling, TEAM)
    return render(request, "synthesis/_per_tafel.html", _per_tafel_context(request, found))


@require_safe
def bijdrage_versies(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Everything that a note ever said, newest first: who changed it, when, and what was kept beside it."""
    bijdrage = access.get_notitie(request.user, slug, pk, TEAM)
    context = {
        **_diner_context(request, bijdrage.diner),
        "bijdrage": bijdrage,
        "versies": versies_of(bijdrage),
    }
    return render(request, "synthesis/bijdrage_versies.html", context)
