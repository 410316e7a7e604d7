"""The report: read it, write its sections, download it; and a reeks in and out."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from sessions.access import TEAM, VERSLAGLEGGER, get_reeks, rollen_of
from sessions.models import Gebruiker, Reeks, Rol
from synthesis import exchange, queries, services
from synthesis.exports.inhoud import Blok, Verslaginhoud, numbered
from synthesis.exports.opbouw import build_inhoud
from synthesis.forms import ImportForm, VerslagdeelForm
from synthesis.verslagbestand import Keuzes, make_bestand


def _inhoud(reeks: Reeks) -> Verslaginhoud:
    return build_inhoud(queries.verslagbron(reeks), vandaag=timezone.localdate())


def _kinds(blokken: Iterable[Blok]) -> list[tuple[str, Blok]]:
    """Each block with the name of its kind, for the template."""
    return [(type(blok).__name__, blok) for blok in blokken]


def _sections(inhoud: Verslaginhoud) -> list[dict[str, Any]]:
    """Headings and blocks in reading order."""
    return [
        {
            "nummer": nummer,
            "niveau": niveau,
            "deel": deel,
            "blokken": _kinds(deel.blokken),
        }
        for nummer, niveau, deel in numbered(inhoud)
    ]


@require_safe
def verslag(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as it stands, with what still has to be written."""
    reeks = get_reeks(request.user, slug, TEAM)
    inhoud = _inhoud(reeks)
    context = {
        "reeks": reeks,
        "inhoud": inhoud,
        "over": _kinds(inhoud.over),
        "delen": _sections(inhoud),
        "draden": queries.reeks_draden(reeks),
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen_of(request.user, reeks),
    }
    return render(request, "synthesis/verslag.html", context)


@GET_POST
def verslagdeel_edit(request: HttpRequest, slug: str, sleutel: str) -> HttpResponse:
    """Write one section beside what stands there now; 409 when somebody else wrote it meanwhile."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    inhoud = _inhoud(reeks)
    titels = {"over": "Over dit document"} | {
        deel.sleutel: f"{nummer} {deel.titel}" for nummer, _, deel in numbered(inhoud) if deel.sleutel
    }
    if sleutel not in titels:
        raise Http404
    huidig = queries.verslagdeel(reeks, sleutel)
    form = VerslagdeelForm(
        request.POST if request.method == "POST" else None,
        initial={"tekst": huidig.tekst if huidig else "", "version": huidig.version if huidig else 0},
    )

    def save(fields: dict[str, Any]) -> None:
        user = cast(Gebruiker, request.user)
        services.write_verslagdeel(reeks=reeks, sleutel=sleutel, now=timezone.now(), gebruiker=user, **fields)

    def botsing() -> tuple[dict[str, Any], dict[str, str]]:
        opgeslagen = queries.verslagdeel(reeks, sleutel)
        return {"botsing": opgeslagen}, {"version": str(opgeslagen.version if opgeslagen else 0)}

    return form_page(
        request,
        form,
        save=save,
        terug=reverse("synthesis:verslag", args=[slug]) + f"#deel-{sleutel}",
        kop=titels[sleutel],
        gelukt="Het deel is opgeslagen.",
        template="synthesis/verslagdeel_edit.html",
        botsing=botsing,
        reeks=reeks,
        sleutel=sleutel,
        delen=[onderdeel for onderdeel in _sections(inhoud) if onderdeel["deel"].sleutel == sleutel],
        over=_kinds(inhoud.over) if sleutel == "over" else [],
    )


@never_cache
@require_safe
def verslag_docx(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as a Word file, at once; possible while the evening still runs. *diner* (GET): of that evening only."""
    reeks = get_reeks(request.user, slug, TEAM)
    gevraagd = request.GET.get("diner", "")
    diners = (
        reeks.diners.filter(nummer=int(gevraagd[:4])) if gevraagd.isascii() and gevraagd.isdigit() else []
    )
    if gevraagd and not diners:
        raise Http404
    keuzes = Keuzes("docx", tuple(diner.nummer for diner in diners))
    bestand = make_bestand(reeks, keuzes, now=timezone.now())
    response = HttpResponse(bestand.inhoud, content_type=bestand.mime)
    response["Content-Disposition"] = f'attachment; filename="{bestand.naam}"'
    return response


@GET_POST
def reeks_import(request: HttpRequest) -> HttpResponse:
    """Upload a denkdiner-reeks/1 file: all or nothing, faults by path."""
    form = (
        ImportForm(request.POST or None, request.FILES or None) if request.method == "POST" else ImportForm()
    )
    fouten: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            verslag = exchange.import_reeks(
                inhoud=form.cleaned_data["bestand"],
                now=timezone.now(),
                gebruiker=cast(Gebruiker, request.user),
            )
        except exchange.ImportFout as fout:
            fouten = fout.fouten
        except DenkdinerError as error:
            fouten = [str(error)]
        else:
            messages.success(request, f"Geïmporteerd: {verslag}.")
            return redirect("diners:reeks_detail", verslag.reeks.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "synthesis/reeks_import.html", {"form": form, "fouten": fouten}, status=status)


@never_cache
@require_safe
def reeks_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The reeks as denkdiner-reeks/1; imports to the same data."""
    reeks = get_reeks(request.user, slug, TEAM)
    response = HttpResponse(exchange.export_reeks(reeks), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{reeks.slug}.json"'
    return response
