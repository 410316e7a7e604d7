"""A diner that begins empty, with an evening that works, or where another one was."""

from dataclasses import dataclass
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
from sessions.forms import DinerForm, KopieForm
from sessions.models import Diner, Reeks
from sessions.services.log import Wie
from sessions.views.programma import member

LEEG, STANDAARD = "leeg", "standaard"


@dataclass(frozen=True, slots=True)
class Begin:
    """Where the new diner of *reeks* begins: at *bron*, with the evening that works, or empty."""

    reeks: Reeks
    bron: Diner | None
    standaard: bool

    def form(self, request: HttpRequest) -> DinerForm | KopieForm:
        data, datum = request.POST or None, queries.volgende_datum(self.reeks, timezone.localdate())
        if self.bron is None:
            return DinerForm(data, initial={"datum": datum})
        initial = {"datum": datum, "begintijd": self.bron.begintijd}
        return KopieForm(data, initial=initial, eigen_reeks=self.bron.reeks_id == self.reeks.pk)

    def summary(self, data: dict[str, Any]) -> dict[str, Any]:
        """What will come, in the words of ``diner_nieuw_overzicht.html``; a part that is not asked for is 0 or empty."""
        if self.bron is None:
            data = {"draaiboek": self.standaard, **data}
            meegaand = queries.meegaand_standaard()
        else:
            data = {"locatie": self.bron.locatie, **data}
            meegaand = queries.meegaand_van(self.bron)
        begin: time | None = data["begintijd"]
        einde = datetime.combine(datetime.min, begin) + meegaand.duur if begin and data["draaiboek"] else None
        return {"data": data, "meegaand": meegaand, "einde": einde and einde.time()}

    def make(self, wie: Wie, data: dict[str, Any]) -> Diner:
        if self.bron is None:
            return services.begin_diner(reeks=self.reeks, standaard=self.standaard, wie=wie, **data)
        return services.copy_diner(bron=self.bron, reeks=self.reeks, wie=wie, **data)


@GET_POST
def diner_create(request: HttpRequest, slug: str) -> HttpResponse:
    """First where it begins, then what it is, then what that will be, and only then is it made."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    van = request.GET.get("van") or (LEEG if request.method == "POST" else "")
    if not van:
        context = {"reeks": reeks, "bronnen": queries.bronnen_of(member(request), reeks)}
        return render(request, "sessions/diner_nieuw_begin.html", context)
    bron = None if van in (LEEG, STANDAARD) else access.get_bron(request.user, van)
    begin = Begin(reeks, bron, standaard=van == STANDAARD)
    form, status = begin.form(request), 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif "maak" in request.POST:
            try:
                diner = begin.make(access.wie(request), form.cleaned_data)
            except DenkdinerError as error:
                form.add_error(None, str(error))
                status = 422
            else:
                messages.success(
                    request,
                    f"Diner {diner.nummer} is gemaakt. Bij “Klaar voor de avond?” staat wat er nog moet.",
                )
                return redirect("diners:diner_detail", slug, diner.nummer)
        elif "terug" not in request.POST:
            overzicht = begin.summary(form.cleaned_data)
            return _page(request, begin, form, "sessions/diner_nieuw_overzicht.html", **overzicht)
    return _page(request, begin, form, "sessions/diner_nieuw.html", status=status)


def _page(
    request: HttpRequest,
    begin: Begin,
    form: DinerForm | KopieForm,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {"reeks": begin.reeks, "bron": begin.bron, "standaard": begin.standaard, "form": form}
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
