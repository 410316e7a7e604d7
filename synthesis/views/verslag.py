"""The report: read it, write its sections, download it; and a reeks in and out."""

from collections.abc import Iterable
from itertools import groupby
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
from synthesis.access import get_sectie
from synthesis.exports.inhoud import Blok, Verslaginhoud, numbered
from synthesis.exports.opbouw import build_inhoud
from synthesis.exports.opslag import from_json
from synthesis.exports.secties import OVER, bronteksten
from synthesis.forms import ImportForm, VerslagdeelForm
from synthesis.verslagbestand import Keuzes, make_bestand


def kinds(blokken: Iterable[Blok]) -> list[tuple[str, Blok]]:
    """Each block with the name of its kind, for the template."""
    return [(type(blok).__name__, blok) for blok in blokken]


def sections(inhoud: Verslaginhoud, stand: queries.Verslagstand | None = None) -> list[dict[str, Any]]:
    """Headings and blocks in reading order; with *stand* what changed under each, and how many remarks stand open.

    Of a fixed version a number may have gone to another stelling since: then nothing of today belongs there.
    """
    nu = {deel.sleutel: deel.titel for _, _, deel in numbered(stand.inhoud)} if stand else {}
    return [
        {
            "nummer": nummer,
            "niveau": niveau,
            "deel": deel,
            "blokken": kinds(deel.blokken),
            **(_around(stand, deel.sleutel) if stand and nu.get(deel.sleutel) == deel.titel else {}),
        }
        for nummer, niveau, deel in numbered(inhoud)
    ]


def _around(stand: queries.Verslagstand, sleutel: str) -> dict[str, Any]:
    return {
        "van_nu": True,
        "verschil": stand.gewijzigd.get(sleutel),
        "opmerkingen": stand.opmerkingen.get(sleutel, 0),
    }


def _by_kind(punten: Iterable[queries.Punt]) -> list[tuple[str, list[queries.Punt]]]:
    return [(soort.label, list(groep)) for soort, groep in groupby(punten, key=lambda punt: punt.soort)]


@require_safe
def verslag(request: HttpRequest, slug: str) -> HttpResponse:
    """The report: the version that was vastgesteld, or else as it is now with what still has to be done.

    Who only looks reads what is vastgesteld; before that they hear that there is nothing to read yet.
    """
    reeks = get_reeks(request.user, slug)
    if rollen_of(request.user, reeks).isdisjoint(TEAM):
        return _for_kijker(request, reeks)
    stand = queries.verslagstand(reeks, vandaag=timezone.localdate())
    vast = queries.vaststand(stand.verslag, stand.bron)
    inhoud = vast.inhoud if vast else stand.inhoud
    context = {
        "reeks": reeks,
        "inhoud": inhoud,
        "over": kinds(inhoud.over),
        "over_stand": _around(stand, OVER),
        "delen": sections(inhoud, stand),
        "draden": queries.reeks_draden(reeks),
        "is_team": True,
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen_of(request.user, reeks),
        "stand": stand,
        "verslag": stand.verslag,
        "vast": vast,
        "nog": _by_kind(stand.open),
        "laatste": queries.versies_of_verslag(stand.verslag).first() if stand.verslag.pk else None,
    }
    return render(request, "synthesis/verslag.html", context)


def _for_kijker(request: HttpRequest, reeks: Reeks) -> HttpResponse:
    """The version that was vastgesteld, and nothing around it."""
    versie = queries.vaste_versie(queries.verslag_of(reeks))
    if versie is None:
        return render(request, "synthesis/verslag_nog_niet.html", {"reeks": reeks})
    inhoud = from_json(versie.inhoud)
    context = {
        "reeks": reeks,
        "inhoud": inhoud,
        "over": kinds(inhoud.over),
        "delen": sections(inhoud),
        "laatste": versie,
    }
    return render(request, "synthesis/verslag.html", context)


@GET_POST
def verslagdeel_edit(request: HttpRequest, slug: str, sleutel: str) -> HttpResponse:
    """Write one section beside what stands there now; 409 when somebody else wrote it meanwhile, 422 when it is fixed."""
    reeks, plek = get_sectie(request.user, slug, sleutel, VERSLAGLEGGER)
    bron = queries.verslagbron(reeks)
    inhoud = build_inhoud(bron, vandaag=timezone.localdate())
    nu = bronteksten(bron)[sleutel]
    huidig = queries.verslagdeel(reeks, sleutel)
    form = VerslagdeelForm(
        request.POST if request.method == "POST" else None,
        initial={
            "tekst": huidig.tekst if huidig else "",
            "version": huidig.version if huidig else 0,
            "gezien": queries.stamp(nu),
        },
    )

    def save(fields: dict[str, Any]) -> None:
        user, gezien = cast(Gebruiker, request.user), fields.pop("gezien") or None
        services.write_verslagdeel(
            reeks=reeks, sleutel=sleutel, now=timezone.now(), gebruiker=user, bron=nu, gezien=gezien, **fields
        )

    def botsing() -> tuple[dict[str, Any], dict[str, str]]:
        opgeslagen = queries.verslagdeel(reeks, sleutel)
        fresh = {"version": str(opgeslagen.version if opgeslagen else 0), "gezien": queries.stamp(nu)}
        return {"botsing": opgeslagen}, fresh

    anders = huidig is not None and huidig.bron_at is not None and huidig.bron != nu
    delen = [onderdeel for onderdeel in sections(inhoud) if onderdeel["deel"].sleutel == sleutel]
    return form_page(
        request,
        form,
        save=save,
        terug=reverse("synthesis:verslag", args=[slug]) + f"#deel-{sleutel}",
        kop=f"{delen[0]['nummer']} {delen[0]['deel'].titel}" if delen else plek.kop,
        gelukt="Het deel is opgeslagen.",
        template="synthesis/verslagdeel_edit.html",
        botsing=botsing,
        reeks=reeks,
        sleutel=sleutel,
        delen=delen,
        over=kinds(inhoud.over) if sleutel == OVER else [],
        verschil=queries.Bronverschil(huidig, nu) if huidig and anders else None,
        opmerkingen=[een for een in queries.verslagopmerkingen(reeks, plek) if een.solved_at is None],
        is_vast=queries.verslag_of(reeks).is_vast,
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
