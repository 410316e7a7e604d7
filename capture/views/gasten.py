"""Guests vote on their own phone: no account, one vote a phone, nothing that says who they are."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from capture import queries
from capture.access import get_diner_of_guests
from capture.forms import StemForm
from capture.models import Stemming
from capture.services.stemmingen import StemmingGesloten, TeVeelStemmen, add_stem, toestel_hash
from denkdiner.errors import DenkdinerError
from sessions.models import Diner, Dinerstatus
from sessions.tokens import as_code, code_hash, new_secret

COOKIE_AGE = 24 * 3600
"""Seconds: an evening."""
MAX_GEHEIM = 64
VERS = 1
"""Seconds that an answer to one phone is good for the others too."""


def _geheim(request: HttpRequest) -> str:
    """This phone's own secret; a new one when it has none, or something that no phone of ours would send."""
    geheim = request.COOKIES.get(settings.GUEST_COOKIE, "")
    return geheim if geheim.isascii() and 16 <= len(geheim) <= MAX_GEHEIM else new_secret()


def _remember(response: HttpResponse, geheim: str) -> HttpResponse:
    response.set_cookie(
        settings.GUEST_COOKIE,
        geheim,
        max_age=COOKIE_AGE,
        path="/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def _context(diner: Diner, token: str, stemming: Stemming | None, geheim: str) -> dict[str, Any]:
    stem = queries.stem_of(stemming, toestel_hash(stemming, geheim)) if stemming else None
    return {
        "diner": diner,
        "token": token,
        "stemming": stemming,
        "keuze": stem.keuze if stem else "",
        "keuzes": StemForm.KEUZES,
        "stand": str(stemming.pk) if stemming else diner.status,
        "afgesloten": diner.status == Dinerstatus.AFGESLOTEN,
    }


@login_not_required
@never_cache
@require_safe
def stemmen(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a guest: what can be voted on now. It gives the phone its secret."""
    diner, geheim = get_diner_of_guests(token), _geheim(request)
    context = _context(diner, token, queries.open_stemming_of(diner), geheim)
    return _remember(render(request, "capture/stemmen.html", context), geheim)


@login_not_required
@never_cache
@require_safe
def peiling_gast(request: HttpRequest, token: str) -> HttpResponse:
    """The live part of that page; 204 when nothing else is asked, so that no finger meets a button that was just replaced.

    Hundreds of phones ask this every five seconds: one of them a second asks the database, for all of them.
    """
    gezien, plek = request.GET.get("stand"), f"gasten.{code_hash(as_code(token))}"
    if gezien and gezien == caches["proces"].get(plek):
        return HttpResponse(status=204)
    diner, geheim = get_diner_of_guests(token), _geheim(request)
    context = _context(diner, token, queries.open_stemming_of(diner), geheim)
    caches["proces"].set(plek, context["stand"], VERS)
    if gezien == context["stand"]:
        return HttpResponse(status=204)
    return _remember(render(request, "capture/_peiling_gast.html", context), geheim)


@login_not_required
@never_cache
@require_POST
def stem_add(request: HttpRequest, token: str) -> HttpResponse:
    """A vote on what was on the screen; another choice replaces it."""
    diner, geheim = get_diner_of_guests(token), _geheim(request)
    stemming, form = queries.open_stemming_of(diner), StemForm(request.POST)
    melding, status = "", 200
    try:
        if not form.is_valid():
            raise DenkdinerError("Kies eens, oneens of anders.")
        if stemming is None or stemming.pk != form.cleaned_data["stemming"]:
            raise StemmingGesloten
        add_stem(stemming=stemming, keuze=form.cleaned_data["keuze"], geheim=geheim, now=timezone.now())
    except StemmingGesloten as error:
        melding, status, stemming = str(error), 409, queries.open_stemming_of(diner)
    except DenkdinerError as error:
        melding, status = str(error), 429 if isinstance(error, TeVeelStemmen) else 422
    if not melding and not request.htmx:  # type: ignore[attr-defined]
        return _remember(redirect("capture:stemmen", token), geheim)
    context = _context(diner, token, stemming, geheim) | {"melding": melding}
    template = "capture/_peiling_gast.html" if request.htmx else "capture/stemmen.html"  # type: ignore[attr-defined]
    return _remember(render(request, template, context, status=status), geheim)
