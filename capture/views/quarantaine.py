"""What was kept apart, for the organiser: look, make a note of it, or put it aside."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from capture import queries
from capture.services.quarantaine import adopt_quarantaine, settle_quarantaine
from sessions.access import ORGANISATOR, get_diner
from sessions.models import Gebruiker

MAX_ROWS = 200
"""On the page at once: a broken tablet may have sent thousands. What is open stands first."""


@require_safe
def quarantaine(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Everything of a diner that could not become a note, what is still open first."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    rijen = list(queries.quarantaines_of(diner)[: MAX_ROWS + 1])
    context = {
        "reeks": diner.reeks,
        "diner": diner,
        "rijen": rijen[:MAX_ROWS],
        "meer": len(rijen) > MAX_ROWS and rijen[MAX_ROWS].afgehandeld_at is None,
        "vol": queries.full_tafels(diner),
    }
    return render(request, "capture/quarantaine.html", context)


@require_POST
def quarantaine_adopt(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    rij = get_object_or_404(queries.quarantaines_of(diner), pk=pk)
    tafel = adopt_quarantaine(
        quarantaine=rij,
        gebruiker=cast(Gebruiker, request.user),
        now=timezone.now(),
        nogmaals=request.POST.get("nogmaals") == "1",
    )
    messages.success(request, f"Dit staat nu bij {tafel}.")
    return redirect("capture:quarantaine", slug, nummer)


@require_POST
def quarantaine_settle(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    rij = get_object_or_404(queries.quarantaines_of(diner), pk=pk)
    settle_quarantaine(quarantaine=rij, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    messages.success(request, "Afgehandeld. Het blijft bewaard.")
    return redirect("capture:quarantaine", slug, nummer)
