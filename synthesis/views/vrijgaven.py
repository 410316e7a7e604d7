"""What the scherm shows of the synthesis: offering, releasing, and the projector itself."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from capture.models import Bijdrage
from denkdiner.errors import DenkdinerError
from denkdiner.live import Event
from sessions.access import ORGANISATOR, TEAM, VERSLAGLEGGER, get_diner, get_scherm, rollen_of
from sessions.models import Diner, Gebruiker, Rol
from synthesis import services
from synthesis.forms import AanbodForm
from synthesis.models import RodeDraad
from synthesis.queries import schermblad_of, vrijgaven_of


def _context(request: HttpRequest, diner: Diner) -> dict[str, Any]:
    leidt = Rol.ORGANISATOR in rollen_of(request.user, diner.reeks)
    return {"reeks": diner.reeks, "diner": diner, "lijst": vrijgaven_of(diner), "leidt": leidt}


@require_safe
def vrijgaven(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The list on a page of its own, for who has no JavaScript."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    return render(request, "synthesis/vrijgaven.html", _context(request, diner))


@never_cache
@require_safe
def vrijgave_list(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """What was offered and what stands on the scherm. Live; holds no input."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    return render(request, "synthesis/_vrijgave_list.html", _context(request, diner))


def _answer(request: HttpRequest, diner: Diner) -> HttpResponse:
    """After a button of the regie: the fresh fragment, or the page without HTMX."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "synthesis/_vrijgave_list.html", _context(request, diner))
    return redirect("synthesis:vrijgaven", diner.reeks.slug, diner.nummer)


@require_POST
def vrijgave_release(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """Onto the scherm: the text that the regie saw, and no other."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    if not diner.vrijgaven.filter(pk=pk).exists():
        raise services.VrijgaveVerdwenen
    services.release_vrijgave(
        vrijgave=pk,
        gezien=request.POST.get("gezien", ""),
        gebruiker=cast(Gebruiker, request.user),
        now=timezone.now(),
    )
    return _answer(request, diner)


@require_POST
def vrijgave_withdraw(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """Off the scherm, or off the list; when somebody else did already, nothing happens."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    if diner.vrijgaven.filter(pk=pk).exists():
        services.withdraw_vrijgave(vrijgave=pk, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    return _answer(request, diner)


@require_POST
def vrijgave_clear(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Everything off the scherm."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    services.clear_vrijgaven(diner=diner, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    return _answer(request, diner)


def _zaak(diner: Diner, data: dict[str, Any]) -> dict[str, RodeDraad | Bijdrage]:
    """The thread or the note of *diner* that is offered; 404 when there is none."""
    if data["draad"] is not None:
        return {"draad": get_object_or_404(RodeDraad, diner=diner, pk=data["draad"])}
    return {"bijdrage": get_object_or_404(diner.bijdragen, pk=data["bijdrage"])}


def _back(request: HttpRequest, diner: Diner) -> str:
    """The page where the button stood, when the browser says so."""
    vorige = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(vorige, {request.get_host()}, require_https=request.is_secure()):
        return vorige
    return reverse("synthesis:inbox", args=[diner.reeks.slug, diner.nummer])


@require_POST
def vrijgave_offer(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Propose a thread or a note for the scherm. HTMX: 204, and the list around the button asks for itself."""
    diner = get_diner(request.user, slug, nummer, VERSLAGLEGGER)
    form = AanbodForm(request.POST)
    if not form.is_valid():
        raise DenkdinerError("Kies één rode draad of één notitie.")
    zaak: dict[str, Any] = _zaak(diner, form.cleaned_data)
    services.offer_vrijgave(diner=diner, gebruiker=cast(Gebruiker, request.user), now=timezone.now(), **zaak)
    if request.htmx:  # type: ignore[attr-defined]
        return trigger_client_event(HttpResponse(status=204), Event.SCHERM_CHANGED.value)
    messages.success(request, "Aangeboden voor het scherm. De regie beslist of en wanneer het er staat.")
    return redirect(_back(request, diner))


@login_not_required
@never_cache
@require_safe
def scherm_draden(request: HttpRequest, token: str) -> HttpResponse:
    """What the projector shows: what was released, and never anything else. Live."""
    context = {"token": token, "blad": schermblad_of(get_scherm(token))}
    return render(request, "synthesis/_scherm_draden.html", context)
