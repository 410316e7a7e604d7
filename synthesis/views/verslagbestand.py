"""The report as a file: choose, look, have it made in the background, fetch it; and the Word template it is made on."""

from typing import Any, cast

from csp.decorators import csp
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST
from sessions.access import TEAM, VERSLAGLEGGER, get_reeks, rollen_of
from sessions.models import Gast, Gebruiker, Reeks, Rol, Taak
from sessions.services import start_taak, stop_taak, taken
from synthesis import services
from synthesis.exports import FORMATEN
from synthesis.exports.html import page, style_hash
from synthesis.forms_verslag import BestandForm, SjabloonForm
from synthesis.models import Sjabloon
from synthesis.verslagbestand import VERSLAGBESTAND, Keuzes, inhoud_of


def _taak(reeks: Reeks) -> Taak | None:
    return reeks.taken.filter(soort=VERSLAGBESTAND, diner=None).order_by("-asked_at", "-pk").first()


def _progress(reeks: Reeks) -> dict[str, Any]:
    """What the fragment about the task needs."""
    taak, now = _taak(reeks), timezone.now()
    return {
        "reeks": reeks,
        "taak": taak,
        "taakstand": taak.status_at(now) if taak else "",
        "loopt": taak is not None and taak.is_active and not taak.is_gone(now),
        "bestand": taken.bestand_of(taak, now),
    }


def _form(reeks: Reeks, data: Any = None) -> BestandForm:
    met_gasten = Gast.objects.filter(diner__reeks=reeks, afgemeld=False).exists()
    return BestandForm(data, reeks=reeks, met_gasten=met_gasten)


def _page(
    request: HttpRequest,
    reeks: Reeks,
    form: BestandForm | None = None,
    sjabloonform: SjabloonForm | None = None,
) -> HttpResponse:
    fout = form is not None or sjabloonform is not None
    form = form or _form(reeks)
    gekozen = request.POST if form.is_bound else {}
    nummers = request.POST.getlist("diner") if form.is_bound else [str(diner.nummer) for diner in form.diners]
    context = _progress(reeks) | {
        "form": form,
        "formaten": [
            {"sleutel": sleutel, "formaat": formaat, "aan": gekozen.get("formaat", "docx") == sleutel}
            for sleutel, formaat in FORMATEN.items()
        ],
        "diners": [{"diner": diner, "aan": str(diner.nummer) in nummers} for diner in form.diners],
        "gekozen": gekozen,
        "sjabloon": Sjabloon.objects.filter(reeks=reeks).defer("data").first(),
        "sjabloonform": sjabloonform or SjabloonForm(),
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen_of(request.user, reeks),
    }
    return render(request, "synthesis/verslag_bestand.html", context, status=422 if fout else 200)


@never_cache
@require_safe
def verslag_bestand(request: HttpRequest, slug: str) -> HttpResponse:
    """What a file of the report can be, and the one that was made last."""
    return _page(request, get_reeks(request.user, slug, TEAM))


@never_cache
@require_safe
def verslag_bestand_taak(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the file is that is being made; asked again every second meanwhile."""
    return render(
        request, "synthesis/_verslag_bestand_taak.html", _progress(get_reeks(request.user, slug, TEAM))
    )


@require_POST
def verslag_bestand_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the file made as chosen."""
    reeks = get_reeks(request.user, slug, TEAM)
    form = _form(reeks, request.POST)
    if not form.is_valid():
        return _page(request, reeks, form)
    velden = form.cleaned_data
    keuzes = Keuzes(
        velden["formaat"], velden["diner"], velden["bijlage"], velden["spoor"], velden.get("gasten", False)
    )
    try:
        start_taak(
            soort=VERSLAGBESTAND,
            reeks=reeks,
            gebruiker=cast(Gebruiker, request.user),
            now=timezone.now(),
            opdracht=keuzes.as_json(),
            wat="liet een bestand van het verslag maken",
        )
    except DenkdinerError as error:
        form.add_error(None, str(error))
        return _page(request, reeks, form)
    return redirect("synthesis:verslag_bestand", slug)


@require_POST
def verslag_bestand_stop(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = get_reeks(request.user, slug, TEAM)
    if taak := _taak(reeks):
        stop_taak(taak=taak, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    return redirect("synthesis:verslag_bestand", slug)


@never_cache
@require_safe
def verslag_bestand_download(request: HttpRequest, slug: str) -> HttpResponse:
    """The file that was made last; 404 when there is none, or none any more."""
    bestand = taken.bestand_of(_taak(get_reeks(request.user, slug, TEAM)), timezone.now())
    if bestand is None:
        raise Http404
    response = HttpResponse(taken.open_bestand(bestand), content_type=bestand.mime)
    response["Content-Disposition"] = f'attachment; filename="{bestand.naam}"'
    return response


@never_cache
@GET_POST
def verslag_voorbeeld(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as the page that it is as a file, with its references; without the appendix of all notes.

    A form posts its choices here only because they would bring its token along in an address; nothing changes by it.
    """
    reeks = get_reeks(request.user, slug, TEAM)
    keuzes = request.POST if request.method == "POST" else request.GET
    nummers = [int(een[:4]) for een in keuzes.getlist("diner") if een.isascii() and een.isdigit()]
    diners = reeks.diners.filter(nummer__in=nummers).values_list("nummer", flat=True)
    html = page(inhoud_of(reeks, now=timezone.now(), diners=list(diners), spoor="spoor" in keuzes))
    # its one style and its own pictures, and nothing else: not even our own scripts
    niets = {soort: ["'none'"] for soort in ("default-src", "base-uri", "form-action", "frame-ancestors")}
    regels = niets | {"style-src": [style_hash(html)], "img-src": ["data:"]}
    return cast(HttpResponse, csp(regels)(lambda _: HttpResponse(html))(request))


@require_POST
def sjabloon_upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a .docx of the organisation to make the report on; 422 with the reason when it cannot be used."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    form = SjabloonForm(request.POST, request.FILES)
    if form.is_valid():
        bestand = form.cleaned_data["bestand"]
        try:
            services.set_sjabloon(
                reeks=reeks,
                naam=bestand.name,
                data=bestand.read(),
                now=timezone.now(),
                gebruiker=cast(Gebruiker, request.user),
            )
        except DenkdinerError as error:
            form.add_error("bestand", str(error))
    if not form.is_valid():
        return _page(request, reeks, sjabloonform=form)
    messages.success(
        request, "De sjabloon is bewaard. Elk Word-bestand van het verslag krijgt nu deze opmaak."
    )
    return redirect("synthesis:verslag_bestand", slug)


@require_POST
def sjabloon_remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Back to our own layout."""
    if services.remove_sjabloon(reeks=get_reeks(request.user, slug, VERSLAGLEGGER)):
        messages.success(request, "De sjabloon is weg. Het verslag krijgt weer de eigen opmaak.")
    return redirect("synthesis:verslag_bestand", slug)
