"""The evening: links of tables, regie and scherm."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from denkdiner.errors import DenkdinerError
from sessions import access, queries, services
from sessions.forms import BerichtForm, VersieForm
from sessions.models import Diner, Gebruiker, Rol, Ronde
from sessions.services.codes import MAX_MISSERS
from sessions.views.links import join_address, qr_svg, table_link

SJABLONEN = (
    "Nog vijf minuten.",
    "Rond het gesprek af.",
    "Noteer ook wie het er niet mee eens is.",
    "Vraag door: waarom is dat zo?",
    "De spreker gaat verder: graag even stil.",
)
"""What a regie often wants to say; a click puts it in the field."""


@never_cache
@require_safe
def tafel_links(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Every table with its QR and link, made where they are missing, and its code while those are shown; printable."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    now = timezone.now()
    toegangen = services.open_toegangen(diner=diner, now=now, wie=access.wie(request))
    rijen: list[dict[str, Any]] = []
    for tafel in queries.tafels_with_toegang(diner):
        try:
            link, fout = table_link(join_address(request), toegangen[tafel.pk]), ""
        except DenkdinerError as error:
            link, fout = "", str(error)
        code = services.code_of(toegangen[tafel.pk], now)
        rijen.append({"tafel": tafel, "link": link, "fout": fout, "code": code})
    einden = [t.code_until for t in toegangen.values() if t.code_until and services.code_of(t, now)]
    context = {"reeks": diner.reeks, "diner": diner, "rijen": rijen, "codes_tot": max(einden, default=None)}
    context["te_vaak_mis"] = diner.code_missers >= MAX_MISSERS
    return render(request, "sessions/tafel_links.html", context)


@require_POST
def codes_open(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Show a code at every table for a while."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    now = timezone.now()
    services.open_toegangen(diner=diner, now=now, wie=access.wie(request))
    services.open_codes(diner=diner, now=now, gebruiker=cast(Gebruiker, request.user))
    return redirect("diners:tafel_links", slug, nummer)


@require_POST
def codes_close(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    services.close_codes(diner=diner, wie=access.wie(request))
    messages.success(request, "De codes gelden niet meer. De links en QR-codes wel.")
    return redirect("diners:tafel_links", slug, nummer)


@never_cache
@require_safe
def tafel_qr(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """The QR of one table as SVG."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    tafel = get_object_or_404(diner.tafels, pk=pk)
    toegang = services.open_toegang(tafel=tafel, now=timezone.now(), wie=access.wie(request))
    return HttpResponse(qr_svg(table_link(join_address(request), toegang)), content_type="image/svg+xml")


@require_POST
def toegang_rotate(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    tafel = get_object_or_404(diner.tafels, pk=pk)
    services.rotate_toegang(tafel=tafel, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    messages.success(request, f"{tafel} heeft een nieuwe link. Tablets die al meededen, blijven meedoen.")
    return redirect("diners:tafel_links", slug, nummer)


@require_POST
def toegang_revoke(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    tafel = get_object_or_404(diner.tafels, pk=pk)
    services.revoke_toegang(tafel=tafel, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    messages.success(request, f"De tablets van {tafel} zijn afgemeld. Er is een nieuwe link.")
    return redirect("diners:tafel_links", slug, nummer)


def _regie_context(request: HttpRequest, diner: Diner) -> dict[str, Any]:
    now = timezone.now()
    draaiboek = queries.draaiboek_of(diner, now)
    return {
        "reeks": diner.reeks,
        "diner": diner,
        "draaiboek": draaiboek,
        "ronde": draaiboek.loopt,
        "now": now,
        "mag_schrijven": Rol.ORGANISATOR in access.rollen_of(request.user, diner.reeks),
    }


def regie_page(
    request: HttpRequest, diner: Diner, form: BerichtForm | None = None, status: int = 200
) -> HttpResponse:
    """The whole regie; *form*: a message that was refused."""
    context = _regie_context(request, diner) | {"bezorgingen": queries.bezorgingen_of(diner)}
    context |= {"bericht_form": form or BerichtForm(diner=diner), "sjablonen": SJABLONEN}
    return render(request, "sessions/regie.html", context, status=status)


@require_safe
def regie(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    return regie_page(request, access.get_diner(request.user, slug, nummer, access.TEAM))


@never_cache
@require_safe
def regie_stand(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The live part of the regie: the running ronde, its buttons and the draaiboek."""
    diner = access.get_diner(request.user, slug, nummer, access.TEAM)
    return render(request, "sessions/_regie_stand.html", _regie_context(request, diner))


def _answer(request: HttpRequest, diner: Diner) -> HttpResponse:
    """After a button of the regie: the fresh fragment, or the page without HTMX."""
    if request.htmx:  # type: ignore[attr-defined]
        diner = access.get_diner(request.user, diner.reeks.slug, diner.nummer, access.TEAM)
        return render(request, "sessions/_regie_stand.html", _regie_context(request, diner))
    return redirect("diners:regie", diner.reeks.slug, diner.nummer)


@require_POST
def ronde_action(request: HttpRequest, slug: str, nummer: int, pk: int, actie: str) -> HttpResponse:
    """start, pauze, verder, tijd (minuten) or stop of a ronde."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    ronde: Ronde = get_object_or_404(diner.rondes, pk=pk)
    form = VersieForm(request.POST)
    if not form.is_valid() or (actie == "tijd" and form.cleaned_data["minuten"] is None):
        raise DenkdinerError("Deze knop klopt niet meer. Ververs de pagina.")
    version, now, gebruiker = form.cleaned_data["version"], timezone.now(), cast(Gebruiker, request.user)
    if actie == "tijd":
        minuten = form.cleaned_data["minuten"]
        services.extend_ronde(ronde=ronde, minuten=minuten, version=version, now=now, gebruiker=gebruiker)
    else:
        action = {
            "start": services.start_ronde,
            "pauze": services.pause_ronde,
            "verder": services.resume_ronde,
            "stop": services.stop_ronde,
        }[actie]
        action(ronde=ronde, version=version, now=now, gebruiker=gebruiker)
    return _answer(request, diner)


@require_http_methods(["GET", "HEAD", "POST"])
def diner_status(request: HttpRequest, slug: str, nummer: int, actie: str) -> HttpResponse:
    """open, sluit or heropen a diner; to close it, a GET first tells what happens then."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    if request.method != "POST" and actie != "sluit":
        return HttpResponseNotAllowed(["POST"])
    if request.method != "POST":
        context = {"reeks": diner.reeks, "diner": diner, "ronde": queries.running_ronde(diner)}
        return render(request, "sessions/diner_sluiten.html", context)
    action = {"open": services.open_diner, "sluit": services.close_diner, "heropen": services.reopen_diner}[
        actie
    ]
    action(diner=diner, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    return _answer(request, diner)
