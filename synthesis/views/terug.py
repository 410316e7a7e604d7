"""What a guest sees afterwards: no account, no cookie, no script."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.form_page import GET_POST
from synthesis import services
from synthesis.access import find_gastlink
from synthesis.forms_terug import HerkenForm
from synthesis.models import MAX_ANTWOORD, Herkend, Terugkoppeling
from synthesis.queries import terugblad_of
from synthesis.queries.terugkoppeling import Terugblad


def terug_context(blad: Terugblad, form: HerkenForm) -> dict[str, Any]:
    """What the page is made of; also when a member looks at it as a guest would."""
    stellingen = [
        (blok.stelling, [(kaart, form.of(kaart.draad)) for kaart in blok.kaarten])
        for blok in blad.stellingen
        if blok.kaarten
    ]
    return {
        "blad": blad,
        "diner": blad.diner,
        "reeks": blad.diner.reeks,
        "stellingen": stellingen,
        "form": form,
        "keuzes": Herkend.choices,
        "max_antwoord": MAX_ANTWOORD,
    }


def _out(response: HttpResponse) -> HttpResponse:
    """No search engine keeps what somebody shared."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    """The same for whatever opens nothing: who guesses learns nothing."""
    return _out(render(request, "synthesis/terug_dicht.html", status=404))


@csrf_exempt  # it needs no cookie: whoever could forge a request must know the address, and may answer at it anyway
@login_not_required
@never_cache
@GET_POST
def terug(request: HttpRequest, token: str) -> HttpResponse:
    """The evening as the guests of one table, or of the diner, look back at it; and what they say of it."""
    if (link := find_gastlink(token, timezone.localdate())) is None:
        return _closed(request)
    blad = terugblad_of(link.terugkoppeling, link.tafel)
    draden = [kaart.draad for kaart in blad.kaarten]
    form = HerkenForm(request.POST if request.method == "POST" else None, draden=draden)
    status = _keep(link.terugkoppeling, form) if form.is_bound else 200
    if status == 302:
        return _out(redirect("synthesis:terug_dank", token))
    return _out(render(request, "synthesis/terug.html", terug_context(blad, form), status=status))


def _keep(terugkoppeling: Terugkoppeling, form: HerkenForm) -> int:
    """The status of the answer: 302 when it is kept, else what was wrong stands in *form*."""
    if not form.is_valid():
        return 409 if form.is_ingehaald else 422
    try:
        services.add_gastantwoorden(terug=terugkoppeling, antwoorden=form.antwoorden, now=timezone.now())
    except DenkdinerError as error:
        form.add_error(None, str(error))
        return {Conflict: 409, services.TeVeelAntwoorden: 429}.get(type(error), 422)
    return 302


@login_not_required
@never_cache
@require_safe
def terug_dank(request: HttpRequest, token: str) -> HttpResponse:
    """After an answer: thanks, and nothing by which a phone is known again."""
    if (link := find_gastlink(token, timezone.localdate())) is None:
        return _closed(request)
    context = {"token": token, "diner": link.terugkoppeling.diner, "reeks": link.terugkoppeling.diner.reeks}
    return _out(render(request, "synthesis/terug_dank.html", context))
