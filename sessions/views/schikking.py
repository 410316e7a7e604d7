"""The seating of a diner: had made in the background, changed by hand, shown ronde by ronde."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from sessions import access, queries, services
from sessions.forms_gasten import PinForm, PlaatsForm
from sessions.models import Diner, Gebruiker, Rol, Ronde, Rondesoort, Taak


def _url(diner: Diner, ronde: int | None = None, anker: str = "") -> str:
    url = reverse("diners:schikking", args=[diner.reeks.slug, diner.nummer])
    return url + (f"?ronde={ronde}" if ronde else "") + (f"#{anker}" if anker else "")


def _taak(diner: Diner) -> Taak | None:
    return diner.taken.filter(soort=services.SCHIKKING).order_by("-asked_at", "-pk").first()


def _progress(request: HttpRequest, diner: Diner) -> dict[str, Any]:
    """What the fragment about the task needs."""
    taak, now = _taak(diner), timezone.now()
    rollen = access.rollen_of(request.user, diner.reeks)
    return {
        "reeks": diner.reeks,
        "diner": diner,
        "taak": taak,
        "taakstand": taak.status_at(now) if taak else "",
        "loopt": taak is not None and taak.is_active and not taak.is_gone(now),
        "mag_schrijven": Rol.ORGANISATOR in rollen,
        "in_team": not rollen.isdisjoint(access.TEAM),
    }


@require_safe
def schikking(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """One ronde at a time: the tables with their guests."""
    diner = access.get_diner(request.user, slug, nummer)
    gevonden = queries.schikking_of(diner)
    keuze = request.GET.get("ronde", "")
    getoond = next((een for een in gevonden.rondes if str(een.ronde.nummer) == keuze), None)
    komend = (een for een in gevonden.rondes if een.ronde.started_at is None)
    getoond = getoond or next(komend, None) or next(iter(gevonden.rondes), None)
    context = _progress(request, diner) | {"schikking": gevonden, "getoond": getoond}
    if getoond and context["mag_schrijven"]:
        context["form"] = PlaatsForm(initial={"gast": request.GET.get("gast")}, diner=diner)
    return render(request, "sessions/schikking.html", context)


@require_safe
def schikking_taak(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """How far the plan is that is being made; asked again every second meanwhile."""
    diner = access.get_diner(request.user, slug, nummer)
    context = _progress(request, diner) | {"gevolgd": "gevolgd" in request.GET}
    return render(request, "sessions/_schikking_taak.html", context)


@require_POST
def schikking_make(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    services.start_schikking(diner=diner, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    return redirect(_url(diner))


@require_POST
def schikking_repair(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    aantal = services.repair_schikking(
        diner=diner, gebruiker=cast(Gebruiker, request.user), now=timezone.now()
    )
    messages.success(
        request,
        f"De schikking is bijgewerkt: {aantal} {'plaats is' if aantal == 1 else 'plaatsen zijn'} veranderd."
        if aantal
        else "Er hoefde niemand te verhuizen.",
    )
    return redirect(_url(diner))


@require_POST
def schikking_stop(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    gebruiker, taak = cast(Gebruiker, request.user), _taak(diner)
    if taak and services.stop_taak(taak=taak, now=timezone.now(), gebruiker=gebruiker):
        messages.success(request, "Gestopt. De schikking is gebleven zoals die was.")
    return redirect(_url(diner))


def _ronde(request: HttpRequest, slug: str, nummer: int, pk: int) -> tuple[Diner, Ronde]:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return diner, get_object_or_404(diner.rondes, soort=Rondesoort.TAFELGESPREK, pk=pk)


@require_POST
def plaats_move(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner, ronde = _ronde(request, slug, nummer, pk)
    form = PlaatsForm(request.POST, diner=diner)
    if not form.is_valid():
        raise DenkdinerError("Kies een gast en een tafel van dit diner.")
    services.move_gast(
        gast=form.cleaned_data["gast"], ronde=ronde, tafel=form.cleaned_data["tafel"], wie=access.wie(request)
    )
    messages.success(request, "Verplaatst.")
    return redirect(_url(diner, ronde.nummer, "verplaats"))


@require_POST
def plaats_pin(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner, ronde = _ronde(request, slug, nummer, pk)
    form = PinForm(request.POST)
    if not form.is_valid():
        raise DenkdinerError("Kies een gast van dit diner.")
    gast = get_object_or_404(diner.gasten, pk=form.cleaned_data["gast"])
    services.pin_gast(gast=gast, ronde=ronde, vast=form.cleaned_data["vast"], wie=access.wie(request))
    return redirect(_url(diner, ronde.nummer, f"gast-{gast.pk}"))
