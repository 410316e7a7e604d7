"""Versions of the report: keep one, read one as it was, and see what changed between two."""

from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from sessions.access import TEAM, VERSLAGLEGGER, get_reeks, rollen_of
from sessions.models import Gebruiker, Reeks, Rol
from synthesis import queries, services
from synthesis.access import get_verslagversie
from synthesis.exports.inhoud import Verslaginhoud
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.opslag import from_json
from synthesis.exports.vergelijk import Sectiesoort, Sectieverschil, changed, compare_inhoud
from synthesis.forms_verslag import VersieForm
from synthesis.models import Verslag, Verslagversie
from synthesis.views.verslag import kinds, sections

NU = "nu"


def _versies(request: HttpRequest, reeks: Reeks, form: VersieForm | None = None) -> HttpResponse:
    verslag = queries.verslag_of(reeks)
    context = {
        "reeks": reeks,
        "verslag": verslag,
        "versies": list(queries.versies_of_verslag(verslag)) if verslag.pk else [],
        "form": form or VersieForm(),
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen_of(request.user, reeks),
    }
    return render(request, "synthesis/verslag_versies.html", context, status=422 if form else 200)


@require_safe
def verslag_versies(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version of the report, newest first; what they say is not read for it."""
    return _versies(request, get_reeks(request.user, slug, TEAM))


@require_POST
def verslagversie_keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the report as it is now."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    form = VersieForm(request.POST)
    if not form.is_valid():
        return _versies(request, reeks, form)
    user = cast(Gebruiker, request.user)
    versie = services.keep_verslagversie(reeks=reeks, gebruiker=user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, f"Versie {versie.nummer} is bewaard.")
    return redirect("synthesis:verslag_versies", slug)


@require_safe
def verslagversie(request: HttpRequest, slug: str, verslagversie: int) -> HttpResponse:
    """One version, as it was."""
    reeks, versie = get_verslagversie(request.user, slug, verslagversie, TEAM)
    inhoud = from_json(versie.inhoud)
    context = {
        "reeks": reeks,
        "versie": versie,
        "inhoud": inhoud,
        "over": kinds(inhoud.over),
        "delen": sections(inhoud),
    }
    return render(request, "synthesis/verslagversie.html", context)


@require_safe
def verslag_verschil(request: HttpRequest, slug: str, verslagversie: int) -> HttpResponse:
    """What changed from this version to another (``met``, a number), or to the report as it is now."""
    reeks, versie = get_verslagversie(request.user, slug, verslagversie, TEAM)
    met = request.GET.get("met", NU)
    if met != NU and not (met.isascii() and met.isdigit() and len(met) < 10):
        raise Http404
    ander = None if met == NU else get_object_or_404(versie.verslag.versies, nummer=int(met))
    oud, nieuw = from_json(versie.inhoud), _other(reeks, versie.verslag, versie, ander)
    verschillen = compare_inhoud(oud, nieuw)
    context = {
        "reeks": reeks,
        "versie": versie,
        "ander": ander,
        "met": met,
        "versies": list(queries.versies_of_verslag(versie.verslag)),
        "groepen": _folded(verschillen),
        "anders": changed(verschillen),
    }
    return render(request, "synthesis/verslag_verschil.html", context)


def _other(
    reeks: Reeks, verslag: Verslag, versie: Verslagversie, ander: Verslagversie | None
) -> Verslaginhoud:
    """The report of now as it would be on the day of *versie*: that a day went by is no difference."""
    if ander is not None:
        return from_json(ander.inhoud)
    return build_inhoud(queries.verslagbron(reeks), vandaag=timezone.localdate(versie.created_at))


def _folded(verschillen: tuple[Sectieverschil, ...]) -> list[dict[str, Any]]:
    """Runs of sections that stayed the same as one, so that what changed stands out."""
    return [
        {"gelijk": gelijk, "delen": list(delen)}
        for gelijk, delen in groupby(verschillen, key=lambda een: een.soort == Sectiesoort.GELIJK)
    ]
