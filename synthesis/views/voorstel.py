"""A proposal for a stelling: at once from the words, or in the background by a drafter that takes longer."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from sessions.access import VERSLAGLEGGER
from sessions.models import Gebruiker, Stelling, Taak
from sessions.services import stop_taak
from synthesis import access, queries, services
from synthesis.drafting.bewaking import words_of
from synthesis.forms_voorstel import VoorstelForm, VraagForm

Context = dict[str, Any]
KIES = "Kies een aantal en een manier uit de lijst."


def _url(stelling: Stelling, name: str) -> str:
    diner = stelling.diner
    return reverse(f"synthesis:{name}", args=[diner.reeks.slug, diner.nummer, stelling.nummer])


def _place(stelling: Stelling) -> Context:
    return {"reeks": stelling.diner.reeks, "diner": stelling.diner, "stelling": stelling}


@require_POST
def voorstel(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """Propose threads; what a person made stays as it is."""
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    form = VoorstelForm(request.POST)
    if not form.is_valid():
        raise DenkdinerError(KIES)
    aantal, wijze = form.cleaned_data["aantal"], form.cleaned_data.get("wijze", services.Wijze.WOORDEN)
    if wijze == services.Wijze.TAALMODEL:
        return redirect(_url(found, "voorstel_vraag") + (f"?aantal={aantal}" if aantal else ""))
    now = timezone.now()
    if wijze == services.Wijze.VECTOREN:
        services.start_voorstel(stelling=found, wijze=wijze, aantal=aantal, gebruiker=_user(request), now=now)
        return redirect(_url(found, "voorstel_stand"))
    _tell(request, services.make_voorstel(stelling=found, now=now, aantal=aantal))
    return redirect(_url(found, "werkbank"))


def _tell(request: HttpRequest, aantal: int) -> None:
    woord = "rode draad" if aantal == 1 else "rode draden"
    messages.success(request, f"Voorstel: {aantal} {woord}. Wat jij maakte of wijzigde, bleef zoals het was.")


def _user(request: HttpRequest) -> Gebruiker:
    return cast(Gebruiker, request.user)


@never_cache
@GET_POST
def voorstel_vraag(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """All that a language model would get, word for word; it goes when the person says so, and never before."""
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    keuze = VoorstelForm(request.POST or request.GET)
    keuze.is_valid()
    aantal = keuze.cleaned_data.get("aantal")
    services.check_vraag(found, aantal)
    nu = queries.voorgelegd(found, aantal)

    def save(data: Context) -> None:
        services.start_voorstel(
            stelling=found,
            wijze=services.Wijze.TAALMODEL,
            aantal=data["aantal"],
            gezien=data["gezien"],
            gebruiker=_user(request),
            now=timezone.now(),
        )

    return form_page(
        request,
        VraagForm(request.POST or None, initial={"gezien": nu.gezien, "aantal": aantal}),
        save=save,
        terug=_url(found, "voorstel_stand" if request.method == "POST" else "werkbank"),
        kop="Dit gaat naar het taalmodel",
        gelukt="",
        template="synthesis/voorstel_vraag.html",
        botsing=lambda: ({}, {"gezien": nu.gezien}),
        knop="Verstuur dit",
        nu=nu,
        endpoint=settings.DRAFTER_ENDPOINT,
        **_place(found),
    )


def _progress(stelling: Stelling) -> Context:
    """What the fragment about the task needs."""
    taak = (
        Taak.objects.filter(diner=stelling.diner, soort=services.VOORSTEL, opdracht__stelling=stelling.pk)
        .order_by("-asked_at", "-pk")
        .first()
    )
    now = timezone.now()
    return {
        **_place(stelling),
        "taak": taak,
        "taakstand": taak.status_at(now) if taak else "",
        "loopt": taak is not None and taak.is_active and not taak.is_gone(now),
        "weggelaten": words_of(taak.resultaat.get("weggelaten", {})) if taak else [],
    }


@never_cache
@require_safe
def voorstel_stand(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """How far the proposal is, or what became of it."""
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    return render(request, "synthesis/voorstel_stand.html", _progress(found))


@never_cache
@require_safe
def voorstel_taak(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """The same as a fragment; asked again every second meanwhile."""
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    return render(request, "synthesis/_voorstel_taak.html", _progress(found))


@require_POST
def voorstel_stop(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    taak = _progress(found)["taak"]
    gebruiker = cast(Gebruiker, request.user)
    if taak is not None and stop_taak(taak=taak, now=timezone.now(), gebruiker=gebruiker):
        messages.success(request, "Gestopt. De rode draden zijn gebleven zoals ze waren.")
    return redirect(_url(found, "voorstel_stand"))
