"""What the projector shows, and how the regie chooses it."""

from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from sessions import access, queries, services
from sessions.forms import BeeldForm, LeegForm
from sessions.models import Beeld, Diner, Dinerstatus, Gebruiker, Rol


@never_cache
@require_POST
def scherm_open(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """To the scherm of this diner; its link is made when there is none."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    diner = services.open_scherm(diner=diner, wie=access.wie(request))
    return redirect("diners:scherm", services.scherm_token_of(diner))


def _scherm_context(diner: Diner, token: str) -> dict[str, Any]:
    ronde = queries.running_ronde(diner)
    return {
        "diner": diner,
        "token": token,
        "scherm": queries.scherm_of(diner),
        "ronde": ronde,
        "begonnen": ronde is not None or queries.evening_has_begun(diner),
        "sprekers": [o.spreker for o in diner.optredens.select_related("spreker").order_by("volgorde", "pk")],
        "afgesloten": diner.status == Dinerstatus.AFGESLOTEN,
        "now": timezone.now(),
    }


@login_not_required
@require_safe
def scherm(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "sessions/scherm.html", _scherm_context(access.get_scherm(token), token))


@login_not_required
@never_cache
@require_safe
def scherm_stand(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "sessions/_scherm_stand.html", _scherm_context(access.get_scherm(token), token))


def _token(diner: Diner) -> str:
    """Of the scherm; only made, under a lock, when there is none."""
    try:
        return services.scherm_token_of(diner)
    except DenkdinerError:
        return services.scherm_token_of(services.open_scherm(diner=diner))


def _regie_scherm(request: HttpRequest, diner: Diner, status: int = 200) -> HttpResponse:
    """What is on the scherm; whoever may choose it also sees it, as the room does."""
    mag = Rol.ORGANISATOR in access.rollen_of(request.user, diner.reeks)
    context = {"reeks": diner.reeks, "diner": diner, "scherm": queries.scherm_of(diner), "mag_schrijven": mag}
    if mag:
        context |= {"beelden": Beeld.choices, "token": _token(diner)}
    return render(request, "sessions/_regie_scherm.html", context, status=status)


@never_cache
@require_safe
def regie_scherm(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The part of the regie about the scherm. Live."""
    return _regie_scherm(request, access.get_diner(request.user, slug, nummer, access.TEAM))


def _answer(request: HttpRequest, diner: Diner) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _regie_scherm(request, diner)
    return redirect("diners:regie", diner.reeks.slug, diner.nummer)


@require_POST
def scherm_beeld(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Choose what the scherm shows."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    form = BeeldForm(request.POST)
    if not form.is_valid():
        raise DenkdinerError("Deze knop klopt niet meer. Ververs de pagina.")
    gebruiker = cast(Gebruiker, request.user)
    services.show_beeld(diner=diner, now=timezone.now(), gebruiker=gebruiker, **form.cleaned_data)
    return _answer(request, diner)


@require_POST
def scherm_leeg(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The panic button, and back."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    form = LeegForm(request.POST)
    form.is_valid()  # a box that is not there is a no
    gebruiker = cast(Gebruiker, request.user)
    services.clear_scherm(
        diner=diner, leeg=form.cleaned_data["leeg"], now=timezone.now(), gebruiker=gebruiker
    )
    return _answer(request, diner)
