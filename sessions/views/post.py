"""The letters of a reeks: how far each is, as it reads now, and once more."""

from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from sessions import access, services
from sessions.models import Brief, Briefstatus, Gebruiker, Reeks, Rol, Uitnodiging

PER_PAGINA = 50


def say_how_it_went(request: HttpRequest, brief: Brief | None, aan: str) -> None:
    """In one sentence, after a letter was sent; None: there is no mail server."""
    if brief is None:
        messages.warning(request, f"Er kon geen e-mail weg. Geef de link van {aan} zelf door.")
    elif brief.status == Briefstatus.VERSTUURD:
        messages.success(request, f"Er is een e-mail gestuurd naar {aan}.")
    elif brief.status == Briefstatus.WACHT:
        zin = f"De e-mail aan {aan} wacht nog: {brief.fout} We proberen het vanzelf opnieuw; kijk bij Post."
        messages.warning(request, zin)
    elif brief.status == Briefstatus.VERVALLEN:
        messages.warning(
            request, f"De e-mail aan {aan} is niet verstuurd, want hij is niet meer nodig. {brief.fout}"
        )
    else:
        messages.warning(request, f"De e-mail aan {aan}: {brief.fout} Je kunt de link ook zelf doorgeven.")


def example_of_invitation(reeks: Reeks, gebruiker: Gebruiker, now: datetime) -> tuple[str, str]:
    """Subject and text of an invitation, before there is one."""
    een = Uitnodiging(
        reeks=reeks, rol=Rol.VERSLAGLEGGER, invited_by=gebruiker, expires_at=now + timedelta(days=14)
    )
    return services.invitation_letter_of(uitnodiging=een, link="(hier komt de link)")


def _brief(request: HttpRequest, slug: str, pk: int) -> Brief:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    brieven = Brief.objects.select_related(
        "reeks",
        "made_by",
        "uitnodiging__reeks",
        "uitnodiging__invited_by",
        "optreden__spreker",
        "optreden__diner__reeks",
    )
    return get_object_or_404(brieven, reeks=reeks, pk=pk)


@require_safe
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Every letter, newest first."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    brieven = reeks.brieven.select_related("made_by", "optreden__diner", "optreden__spreker")
    pagina = Paginator(brieven, PER_PAGINA).get_page(request.GET.get("pagina"))
    context = {"reeks": reeks, "pagina": pagina, "mailserver": services.has_mailserver()}
    return render(request, "sessions/post.html", context)


@require_safe
def brief(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One letter; as it reads now when it can still be sent."""
    gevonden = _brief(request, slug, pk)
    context = {"reeks": gevonden.reeks, "brief": gevonden, "mailserver": services.has_mailserver()}
    if gevonden.can_retry:
        try:
            aan, onderwerp, tekst = services.compose_brief(brief=gevonden, now=timezone.now())
        except DenkdinerError as error:
            context["waarom"] = str(error)
        else:
            context |= {"aan": aan, "onderwerp": onderwerp, "tekst": tekst}
    return render(request, "sessions/brief.html", context)


@require_POST
def brief_retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send it once more."""
    gevonden = services.retry_brief(
        brief=_brief(request, slug, pk), gebruiker=cast(Gebruiker, request.user), now=timezone.now()
    )
    say_how_it_went(request, gevonden, gevonden.aan)
    return redirect("diners:post", slug)
