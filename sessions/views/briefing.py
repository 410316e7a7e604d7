"""What a spreker should know: the organiser sends it, the spreker reads it and answers, without an account."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from sessions import access, queries, services
from sessions.forms import AntwoordForm
from sessions.forms_spreker import BevestigdForm, IdeeForm
from sessions.models import Briefing, Diner, Dinerstatus, Gebruiker, Optreden, Stellingstatus
from sessions.views.post import say_how_it_went


def _optreden(request: HttpRequest, slug: str, nummer: int, pk: int) -> tuple[Diner, Optreden]:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    optredens = Optreden.objects.select_related("spreker", "diner__reeks", "briefing")
    return diner, get_object_or_404(optredens, diner=diner, pk=pk)


def _link(request: HttpRequest, briefing: Briefing) -> str:
    """In full; empty when another link has to be made because the server has another key."""
    try:
        token = services.briefing_token_of(briefing)
    except DenkdinerError:
        return ""
    return request.build_absolute_uri(reverse("diners:briefing", args=[token]))


# --- the organiser --------------------------------------------------------------------------------------------------------


@require_safe
def optreden_briefing(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """How far it is with this spreker, the letter as it would go, and the link."""
    diner, optreden = _optreden(request, slug, nummer, pk)
    briefing = getattr(optreden, "briefing", None)
    context = {"reeks": diner.reeks, "diner": diner, "optreden": optreden, "briefing": briefing}
    context["heeft_portret"] = queries.has_portret(optreden.spreker)
    context["voorbij"] = diner.status == Dinerstatus.AFGESLOTEN
    if briefing is not None and (link := _link(request, briefing)):
        onderwerp, tekst = services.letter_of(briefing=briefing, link=link)
        context |= {"link": link, "onderwerp": onderwerp, "tekst": tekst}
    return render(request, "sessions/optreden_briefing.html", context)


@require_POST
def briefing_renew(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """The first link, or another one; the old one opens nothing any more."""
    _, optreden = _optreden(request, slug, nummer, pk)
    services.open_briefing(optreden=optreden, nieuw=True, wie=access.wie(request))
    messages.success(request, "De link staat klaar.")
    return redirect("diners:optreden_briefing", slug, nummer, pk)


@require_POST
def briefing_send(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """Mail it to the spreker: the first time an invitation, after that a reminder."""
    _, optreden = _optreden(request, slug, nummer, pk)
    briefing = services.open_briefing(optreden=optreden, wie=access.wie(request))
    briefing.optreden = optreden
    brief = services.send_briefing(
        briefing=briefing,
        link=_link(request, briefing),
        gebruiker=cast(Gebruiker, request.user),
        now=timezone.now(),
    )
    say_how_it_went(request, brief, optreden.spreker.email)
    return redirect("diners:optreden_briefing", slug, nummer, pk)


@require_POST
def optreden_confirm(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """What the spreker said otherwise than on their own page."""
    _, optreden = _optreden(request, slug, nummer, pk)
    form = BevestigdForm(request.POST)
    bevestigd = form.is_valid() and form.cleaned_data["bevestigd"]
    services.set_bevestigd(
        optreden=optreden, bevestigd=bevestigd, gebruiker=cast(Gebruiker, request.user), now=timezone.now()
    )
    wat = "staat als bevestigd" if bevestigd else "staat weer als nog niet bevestigd"
    messages.success(request, f"{optreden.spreker.naam} {wat}.")
    return redirect("diners:optreden_briefing", slug, nummer, pk)


# --- the spreker ----------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@GET_POST
def briefing(request: HttpRequest, token: str) -> HttpResponse:
    """The evening as this spreker needs it, and a form to say that they come."""
    gevonden, now = access.get_briefing(token), timezone.now()
    optreden = gevonden.optreden
    spreker, diner = optreden.spreker, optreden.diner
    form = AntwoordForm(request.POST or None, initial=_said(gevonden))
    if request.method == "GET" and not access.rollen_of(request.user, diner.reeks):
        services.see_briefing(briefing=gevonden, now=now)
    context = {
        "token": token,
        "spreker": spreker,
        "diner": diner,
        "reeks": diner.reeks,
        "voorbij": diner.status == Dinerstatus.AFGESLOTEN,
        "programma": queries.programma_of(diner),
        "stellingen": diner.stellingen.filter(status=Stellingstatus.DEFINITIEF).order_by("nummer"),
        "heeft_portret": queries.has_portret(spreker),
        "ideeen": optreden.ideeen.order_by("made_at", "pk"),
        "idee_form": IdeeForm(),
        "zaal": diner.tafels.aggregate(tafels=Count("pk"), gasten=Sum("aantal_gasten")),
    }
    return form_page(
        request,
        form,
        save=lambda data: services.answer_briefing(briefing=gevonden, now=now, **form.wijziging) and None,
        botsing=lambda: ({}, form.clash_with(_said(access.get_briefing(token)))),
        terug=reverse("diners:briefing", args=[token]),
        kop=diner.titel,
        gelukt="Dank je wel, het is bewaard. Je kunt het hier tot na de avond aanpassen.",
        template="sessions/briefing.html",
        **context,
    )


def _said(briefing: Briefing) -> dict[str, Any]:
    """What stands in the form of the spreker."""
    spreker = briefing.optreden.spreker
    return {
        "bevestigd": briefing.optreden.bevestigd_at is not None,
        "functie": spreker.functie,
        "organisatie": spreker.organisatie,
        "bio": spreker.bio,
        "opmerking": briefing.opmerking,
    }
