"""A peiling as the team leads it, and as the room sees it."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from capture import pictures, queries
from capture.models import Stemlink
from capture.services.stemmingen import close_stemming, make_stemlink, open_stemming, stemtoken_of
from denkdiner.errors import DenkdinerError
from sessions.access import ORGANISATOR, TEAM, get_diner, get_scherm, rollen_of
from sessions.models import Diner, Gebruiker, Rol

TAFELS_LEESBAAR = 5
"""So many tables fit under each other on a projector with letters of 4 % of its height; more of them take turns."""


def in_parts(rijen: tuple[Any, ...], hoogstens: int) -> list[tuple[Any, ...]]:
    """*rijen* in parts of at most *hoogstens*, as even as can be: eight tables are four and four, not five and three."""
    delen = -(-len(rijen) // hoogstens)
    grenzen = [round(deel * len(rijen) / delen) for deel in range(delen + 1)] if delen else [0]
    return [rijen[van:tot] for van, tot in pairwise(grenzen)]


def _address(request: HttpRequest, diner: Diner) -> str:
    """Where guests of *diner* vote, in full; empty when that link has to be made (again)."""
    link = Stemlink.objects.filter(diner=diner).first()
    try:
        token = stemtoken_of(link) if link else ""
    except DenkdinerError:
        token = ""
    return (
        request.build_absolute_uri(reverse("capture:stemmen", args=[f"{token[:4]}-{token[4:]}"]))
        if token
        else ""
    )


def _spoken(address: str) -> str:
    """As people read it to each other: without https and without the last slash."""
    return address.split("://", 1)[-1].removesuffix("/")


# --- the regie ------------------------------------------------------------------------------------------------------------


def _regie(request: HttpRequest, diner: Diner, template: str = "capture/_peiling_regie.html") -> HttpResponse:
    address, rijen = _address(request, diner), queries.peilingregie(diner)
    open_nu = next((deel.stemming for rij in rijen for deel in rij.momenten if deel.is_open), None)
    context = {
        "reeks": diner.reeks,
        "diner": diner,
        "rijen": rijen,
        "gezien": open_nu.pk if open_nu else "",
        "adres": address,
        "adres_woorden": _spoken(address),
        "mag_schrijven": Rol.ORGANISATOR in rollen_of(request.user, diner.reeks),
        "minimum": queries.MIN_STEMMEN,
    }
    return render(request, template, context)


@require_safe
def peilingen(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The same on a page of its own, for a browser without JavaScript."""
    return _regie(request, get_diner(request.user, slug, nummer, TEAM), "capture/peilingen.html")


@never_cache
@require_safe
def peiling_regie(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Per stelling what tables counted and guests voted; the organiser opens and closes here. Live."""
    return _regie(request, get_diner(request.user, slug, nummer, TEAM))


def _answer(request: HttpRequest, diner: Diner) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _regie(request, diner)
    return redirect("capture:peilingen", diner.reeks.slug, diner.nummer)


@require_POST
def stemming_open(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """Guests can vote on this stelling (moment: voor, na); with ``opnieuw`` from zero."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    open_stemming(
        stelling=get_object_or_404(diner.stellingen, nummer=stelling),
        moment=request.POST.get("moment", ""),
        opnieuw="opnieuw" in request.POST,
        gezien=request.POST.get("gezien"),
        gebruiker=cast(Gebruiker, request.user),
        now=timezone.now(),
    )
    return _answer(request, diner)


@require_POST
def stemming_close(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """Nobody votes any more; from now on the result may be seen."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    close_stemming(
        stemming=get_object_or_404(diner.stemmingen, pk=pk),
        now=timezone.now(),
        gebruiker=cast(Gebruiker, request.user),
    )
    return _answer(request, diner)


# --- the scherm -----------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def scherm_peiling(request: HttpRequest, token: str) -> HttpResponse:
    """What the projector shows: while guests vote the address and how many did, after that the picture; ``?stelling=2``."""
    diner = get_scherm(token)
    gevraagd = request.GET.get("stelling", "")
    nummer = int(gevraagd) if gevraagd.isascii() and gevraagd.isdigit() and len(gevraagd) <= 4 else None
    stand = queries.schermpeiling(diner, nummer)
    context: dict[str, Any] = {"diner": diner, "token": token, "stand": stand, "nummer": nummer}
    if stand.stemming is not None and (address := _address(request, diner)):
        context |= _qr(address)
    if stand.verschuiving is not None:
        context |= _pictures(stand.verschuiving)
    return render(request, "capture/_scherm_peiling.html", context)


@login_not_required
@never_cache
@require_safe
def scherm_qr(request: HttpRequest, token: str) -> HttpResponse:
    """The address where guests will vote, for while they come in; its link is made when there is none."""
    diner = get_scherm(token)
    if not (address := _address(request, diner)):
        make_stemlink(diner=diner)
        address = _address(request, diner)
    context = {"token": token, **_qr(address)}
    return render(request, "capture/_scherm_qr.html", context)


def _qr(address: str) -> dict[str, str]:
    qr = segno.make(address, error="m").svg_data_uri(border=2, light="#fff", scale=8)
    return {"qr": qr, "adres": _spoken(address)}


def _pictures(verschuiving: queries.Verschuiving) -> dict[str, Any]:
    """The room, and the tables, as many at a time as can be read; drawn by us from numbers, so safe as they are."""
    tafels = in_parts(verschuiving.per_tafel, TAFELS_LEESBAAR)
    per_tafel = [
        pictures.tafels_svg(replace(verschuiving, per_tafel=deel), pictures.DONKER) for deel in tafels
    ]
    return {
        "beeld": mark_safe(pictures.peiling_svg(verschuiving, pictures.DONKER)),  # noqa: S308
        "beelden_tafels": [mark_safe(beeld) for beeld in per_tafel],  # noqa: S308
        "woorden": pictures.peiling_words(verschuiving),
        "woorden_tafels": pictures.tafels_words(verschuiving),
        "bron": pictures.bron_words(verschuiving),
    }
