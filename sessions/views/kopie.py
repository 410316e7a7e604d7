"""A diner that begins where another one was."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST
from sessions import access, queries, services
from sessions.forms import KopieForm
from sessions.models import Diner


@GET_POST
def diner_copy(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """First what should come along, then what that will be, and only then is it made."""
    bron = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    datum = queries.volgende_datum(bron.reeks, timezone.localdate())
    form = KopieForm(request.POST or None, initial={"datum": datum, "begintijd": bron.begintijd})
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif "maak" in request.POST:
            try:
                diner = services.copy_diner(bron=bron, wie=access.wie(request), **form.cleaned_data)
            except DenkdinerError as error:
                form.add_error(None, str(error))
                status = 422
            else:
                messages.success(
                    request, f"Diner {diner.nummer} is gemaakt. Kijk rechts wat er nog moet gebeuren."
                )
                return redirect("diners:diner_detail", slug, diner.nummer)
        elif "terug" not in request.POST:
            return _page(
                request, bron, form, "sessions/diner_copy_overzicht.html", **_summary(bron, form.cleaned_data)
            )
    return _page(request, bron, form, "sessions/diner_copy.html", status=status)


def _summary(bron: Diner, data: dict[str, Any]) -> dict[str, Any]:
    meegaand = queries.meegaand_van(bron)
    begin: time | None = data["begintijd"]
    einde = (
        (datetime.combine(datetime.min, begin) + meegaand.duur).time()
        if begin and data["draaiboek"]
        else None
    )
    return {"data": data, "meegaand": meegaand, "einde": einde}


def _page(
    request: HttpRequest, bron: Diner, form: KopieForm, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"reeks": bron.reeks, "diner": bron, "form": form}
    context["terug"] = reverse("diners:diner_detail", args=[bron.reeks.slug, bron.nummer])
    return render(request, template, context, status=status)


@require_POST
def draaiboek_standaard(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """An evening that works, to change afterwards."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    services.add_standaard_draaiboek(diner=diner, wie=access.wie(request))
    messages.success(
        request, "Het draaiboek staat klaar. Pas de rondes en de tijden aan zoals jullie willen."
    )
    return redirect(reverse("diners:diner_detail", args=[slug, nummer]) + "#draaiboek")
