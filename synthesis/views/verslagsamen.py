"""Finish the report together: its status, remarks about its sections, sources that changed, and what may stand."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from sessions.access import TEAM, VERSLAGLEGGER, get_reeks, rollen_of
from sessions.models import Gebruiker, Reeks, Rol
from synthesis import queries, services
from synthesis.access import get_sectie
from synthesis.exports.secties import bronteksten
from synthesis.forms_redactie import OpmerkingForm
from synthesis.forms_verslag import GezienForm, PuntForm, VerslagstatusForm
from synthesis.models import Verslagaanvaarding, Verslagopmerking, Verslagstatus

GELUKT = {
    Verslagstatus.CONCEPT: "Het verslag is weer een concept.",
    Verslagstatus.IN_REVIEW: "Het verslag is in review.",
    Verslagstatus.VASTGESTELD: "Het verslag is vastgesteld. De tekst van nu is bewaard en verandert niet meer.",
}
KOP = {
    Verslagstatus.CONCEPT: "Terug naar concept",
    Verslagstatus.IN_REVIEW: "Verslag in review",
    Verslagstatus.VASTGESTELD: "Verslag vaststellen",
}


def _user(request: HttpRequest) -> Gebruiker:
    return cast(Gebruiker, request.user)


def _report(reeks: Reeks, sleutel: str = "") -> str:
    return reverse("synthesis:verslag", args=[reeks.slug]) + (f"#deel-{sleutel}" if sleutel else "")


@GET_POST
def verslag_status(request: HttpRequest, slug: str) -> HttpResponse:
    """Another status for the report. 409 when somebody else was first, 422 when something still has to be done."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    verslag = queries.verslag_of(reeks)
    post = request.method == "POST"
    gevraagd = (request.POST if post else request.GET).get("naar", "")
    naar = Verslagstatus(gevraagd) if gevraagd in Verslagstatus else Verslagstatus.IN_REVIEW

    def save(fields: dict[str, Any]) -> None:
        services.set_verslagstatus(reeks=reeks, gebruiker=_user(request), now=timezone.now(), **fields)

    return form_page(
        request,
        VerslagstatusForm(
            request.POST if post else None,
            initial={"naar": naar, "version": verslag.version},
            is_vast=verslag.is_vast,
        ),
        save=save,
        terug=_report(reeks),
        kop="Terug in review" if verslag.is_vast else KOP[naar],
        gelukt=GELUKT[naar],
        uitleg=f"Het verslag is nu “{verslag.get_status_display()}”. Van elke stap bewaren we een versie.",
        knop="Zet terug in review" if verslag.is_vast else "Ga door",
        reeks=reeks,
    )


# --- sources that changed -------------------------------------------------------------------------------------------------


@require_POST
def verslagbron_see(request: HttpRequest, slug: str, sleutel: str) -> HttpResponse:
    """ "My text still holds"; the text stays as it is. 409 when the source changed again meanwhile."""
    reeks, _ = get_sectie(request.user, slug, sleutel, VERSLAGLEGGER)
    form = GezienForm(request.POST)
    if not form.is_valid():
        raise DenkdinerError("Bekijk eerst wat er veranderd is.")
    services.see_verslagbron(
        reeks=reeks,
        sleutel=sleutel,
        bron=bronteksten(queries.verslagbron(reeks))[sleutel],
        gebruiker=_user(request),
        now=timezone.now(),
        **form.cleaned_data,
    )
    messages.success(request, "Genoteerd: de tekst klopt nog.")
    return redirect(_report(reeks, sleutel))


# --- remarks --------------------------------------------------------------------------------------------------------------


def _opmerkingen(
    request: HttpRequest, reeks: Reeks, plek: queries.Sectieplek, form: OpmerkingForm | None = None
) -> HttpResponse:
    context = {
        "reeks": reeks,
        "plek": plek,
        "opmerkingen": queries.verslagopmerkingen(reeks, plek),
        "form": form or OpmerkingForm(),
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen_of(request.user, reeks),
    }
    return render(request, "synthesis/verslag_opmerkingen.html", context, status=422 if form else 200)


@require_safe
def verslag_opmerkingen(request: HttpRequest, slug: str, sleutel: str) -> HttpResponse:
    """All remarks about one section."""
    return _opmerkingen(request, *get_sectie(request.user, slug, sleutel, TEAM))


@require_POST
def verslagopmerking_add(request: HttpRequest, slug: str, sleutel: str) -> HttpResponse:
    reeks, plek = get_sectie(request.user, slug, sleutel, TEAM)
    form = OpmerkingForm(request.POST)
    if not form.is_valid():
        return _opmerkingen(request, reeks, plek, form)
    services.add_verslagopmerking(
        reeks=reeks, plek=plek, gebruiker=_user(request), now=timezone.now(), **form.cleaned_data
    )
    return redirect("synthesis:verslag_opmerkingen", slug, sleutel)


@require_POST
def verslagopmerking_solve(
    request: HttpRequest, slug: str, sleutel: str, verslagopmerking: int
) -> HttpResponse:
    """Dealt with, or open again (``open=1``)."""
    reeks, plek = get_sectie(request.user, slug, sleutel, TEAM)
    rij = get_object_or_404(Verslagopmerking, verslag__reeks=reeks, pk=verslagopmerking, **plek.plaats)
    services.solve_verslagopmerking(
        opmerking=rij, opgelost="open" not in request.POST, gebruiker=_user(request), now=timezone.now()
    )
    return redirect("synthesis:verslag_opmerkingen", slug, sleutel)


# --- what may stand -------------------------------------------------------------------------------------------------------


@GET_POST
def verslagpunt_accept(request: HttpRequest, slug: str, vingerafdruk: str) -> HttpResponse:
    """Let one point stand, with a reason."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    stand = queries.verslagstand(reeks, vandaag=timezone.localdate())
    punt = next((een for een in stand.open if een.vingerafdruk == vingerafdruk), None)
    if punt is None:
        raise DenkdinerError("Dit punt is er niet meer: het is opgelost, aanvaard of veranderd.")

    def save(fields: dict[str, Any]) -> None:
        services.accept_verslagpunt(
            reeks=reeks, punt=punt, gebruiker=_user(request), now=timezone.now(), **fields
        )

    return form_page(
        request,
        PuntForm(request.POST if request.method == "POST" else None),
        save=save,
        terug=_report(reeks),
        kop="Laten staan, met een reden",
        gelukt="Dit punt mag blijven staan.",
        uitleg=f"{punt.soort.label}: {punt.kop}. {punt.uitleg}",
        knop="Laat staan",
        reeks=reeks,
    )


@require_POST
def verslagaanvaarding_withdraw(request: HttpRequest, slug: str, verslagaanvaarding: int) -> HttpResponse:
    """The point stands open again."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)
    rij = get_object_or_404(Verslagaanvaarding, verslag__reeks=reeks, pk=verslagaanvaarding)
    services.withdraw_verslagaanvaarding(reeks=reeks, aanvaarding=rij, now=timezone.now())
    messages.success(request, "Dit punt staat weer open.")
    return redirect(_report(reeks))
