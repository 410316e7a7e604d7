"""Across the diners: the matrix, proposals, what changed and how far is looked; and the home of one diner."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from capture.queries import verschuivingen_of_reeks
from denkdiner.errors import DenkdinerError
from sessions.access import LEDEN, TEAM, VERSLAGLEGGER, get_diner, get_reeks, rollen_of
from sessions.models import Gebruiker, Reeks, Rol
from synthesis import access, queries, services
from synthesis.forms_dwars import NIEUW, PlaatsForm, ReeksvoorstelForm
from synthesis.views.beelden import horizonbeeld, peilingbeeld, stellingbeeld

Context = dict[str, Any]


def _may(request: HttpRequest, reeks: Reeks) -> Context:
    """Who looks: a kijker sees only what is vastgesteld, a verslaglegger may write."""
    rollen = rollen_of(request.user, reeks)
    return {
        "reeks": reeks,
        "in_team": not rollen.isdisjoint(TEAM),
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen,
    }


def _first_error(form: PlaatsForm | ReeksvoorstelForm) -> DenkdinerError:
    return DenkdinerError(next(str(fout) for fouten in form.errors.values() for fout in fouten))


@require_safe
def dwars(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix: threads of the reeks × diners × stellingen, and what carries none."""
    reeks = get_reeks(request.user, slug, LEDEN)
    may = _may(request, reeks)
    stand = queries.dwars(reeks, alleen_vastgesteld=not may["in_team"])
    weg = queries.weggelegd_of(reeks) if may["mag_schrijven"] else []
    context = {"stand": stand, "nieuw": NIEUW, "weggelegd": weg, **may}
    return render(request, "synthesis/dwars.html", context)


@require_POST
def dwars_plaats(request: HttpRequest, slug: str) -> HttpResponse:
    """Threads of stellingen to a thread of the reeks, to a new one, or off it."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    form = PlaatsForm(request.POST, reeks=reeks)
    if not form.is_valid():
        raise _first_error(form)
    user = cast(Gebruiker, request.user)
    draad = services.place_draden(reeks=reeks, now=timezone.now(), gebruiker=user, **form.step())
    aantal = len(form.cleaned_data["plaats"])
    wat = "1 rode draad" if aantal == 1 else f"{aantal} rode draden"
    messages.success(
        request,
        f"{wat} bij “{draad.titel}” gezet." if draad else f"{wat} los van de rode draad over de diners heen.",
    )
    return redirect(reverse("synthesis:dwars", args=[slug]) + (f"#draad-{draad.pk}" if draad else "#los"))


@require_POST
def reeksdraad_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A thread of the reeks that was put away, back in the matrix."""
    weg = access.get_reeksdraad(request.user, slug, pk, VERSLAGLEGGER)
    user = cast(Gebruiker, request.user)
    draad = services.restore_rode_draad(draad=weg, now=timezone.now(), gebruiker=user)
    messages.success(request, f"“{draad}” staat er weer, onderaan.")
    return redirect(reverse("synthesis:dwars", args=[slug]) + f"#draad-{draad.pk}")


@require_safe
def reeksvoorstellen(request: HttpRequest, slug: str) -> HttpResponse:
    """What the texts that are vastgesteld seem to share; nothing is stored."""
    reeks = get_reeks(request.user, slug, TEAM)
    context = {"voorstellen": queries.reeksvoorstellen(reeks), **_may(request, reeks)}
    return render(request, "synthesis/reeksvoorstellen.html", context)


@require_POST
def reeksvoorstel_take(request: HttpRequest, slug: str) -> HttpResponse:
    """A proposal becomes a thread of the reeks, or more of one."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    form = ReeksvoorstelForm(request.POST)
    if not form.is_valid():
        raise _first_error(form)
    data = form.cleaned_data
    draad = services.take_over_reeksvoorstel(
        reeks=reeks,
        draden=data["draad"],
        naar=data["naar"],
        titel="" if data["naar"] else data["titel"],
        now=timezone.now(),
        gebruiker=cast(Gebruiker, request.user),
    )
    messages.success(request, f"Overgenomen: “{draad}”. Van nu af is het jouw rode draad.")
    return redirect("synthesis:reeksvoorstellen", slug)


@require_safe
def dwars_beeld(request: HttpRequest, slug: str) -> HttpResponse:
    """How far is looked, what the rooms thought, and what changed, for all diners."""
    reeks = get_reeks(request.user, slug, TEAM)
    diners = list(reeks.diners.order_by("nummer", "pk"))
    peilingen = verschuivingen_of_reeks(reeks)
    nummers = {diner.pk: diner.nummer for diner in diners}
    context = {
        "diners": diners,
        "horizon": horizonbeeld(*queries.horizon_of_reeks(reeks, diners), reeks.horizonjaar),
        "overzicht": queries.overzicht_of(reeks, diners),
        "peilingen": [
            (nummers[een.stelling.diner_id], peilingbeeld(een, per_tafel=False)) for een in peilingen
        ],
    }
    return render(request, "synthesis/dwars_beeld.html", context | _may(request, reeks))


@require_safe
def diner_synthese(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The home of one diner for who writes; for a kijker only its threads that are vastgesteld."""
    diner = get_diner(request.user, slug, nummer, LEDEN)
    context = {"diner": diner, **_may(request, diner.reeks)}
    if context["in_team"]:
        stand = queries.dinersynthese(diner)
        context |= {
            "stellingen": [stellingbeeld(een) for een in stand.stellingen],
            "algemeen": stand.algemeen,
            "horizon": horizonbeeld(stand.horizon, stand.horizon_per_stelling, diner.reeks.horizonjaar),
        }
    else:
        context["stellingen"] = [stellingbeeld(een) for een in queries.vastgestelde_synthese(diner)]
    return render(request, "synthesis/diner_synthese.html", context)
