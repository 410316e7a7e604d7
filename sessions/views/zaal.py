"""What the organiser tells the tables during the evening, and what happened so far."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from sessions import access, queries, services
from sessions.forms import BerichtForm
from sessions.models import Diner, Gebruiker, Rol
from sessions.views.avond import SJABLONEN, regie_page


def _list(request: HttpRequest, diner: Diner) -> HttpResponse:
    context = {"reeks": diner.reeks, "diner": diner, "bezorgingen": queries.bezorgingen_of(diner)}
    context["mag_schrijven"] = Rol.ORGANISATOR in access.rollen_of(request.user, diner.reeks)
    return render(request, "sessions/_bericht_list.html", context)


@never_cache
@require_safe
def bericht_list(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """What was sent, and how many tables have seen it. Live; holds no input."""
    return _list(request, access.get_diner(request.user, slug, nummer, access.TEAM))


def _form(request: HttpRequest, diner: Diner, form: BerichtForm) -> HttpResponse:
    """The form alone: to correct, or empty after what was sent."""
    for naam in form.errors.keys() & form.fields.keys():
        form.fields[naam].widget.attrs["autofocus"] = True
    context = {"reeks": diner.reeks, "diner": diner, "bericht_form": form, "sjablonen": SJABLONEN}
    context["verstuurd"] = not form.is_bound
    status = 422 if form.is_bound else 200
    return render(request, "sessions/bericht_form.html", context, status=status)


@require_POST
def bericht_send(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Send a message. A refused one comes back as it was typed: the form, or without HTMX the page of the regie."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    form = BerichtForm(request.POST, diner=diner)
    if form.is_valid():
        gebruiker = cast(Gebruiker, request.user)
        try:
            services.send_bericht(diner=diner, gebruiker=gebruiker, now=timezone.now(), **form.cleaned_data)
        except DenkdinerError as error:
            form.add_error(None, str(error))
        else:
            if request.htmx:  # type: ignore[attr-defined]
                return _form(request, diner, BerichtForm(diner=diner))
            messages.success(request, "Het bericht is verstuurd.")
            return redirect("diners:regie", slug, nummer)
    if request.htmx:  # type: ignore[attr-defined]
        return _form(request, diner, form)
    return regie_page(request, diner, form, status=422)


@require_POST
def bericht_withdraw(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """No table sees it any more; here it stays in the list."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    bericht = get_object_or_404(diner.berichten, pk=pk)
    services.withdraw_bericht(bericht=bericht, now=timezone.now(), gebruiker=cast(Gebruiker, request.user))
    if request.htmx:  # type: ignore[attr-defined]
        return _list(request, diner)
    return redirect("diners:regie", slug, nummer)


@never_cache
@require_safe
def avondlog(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Who did what when, newest first. Live."""
    diner = access.get_diner(request.user, slug, nummer, access.TEAM)
    context = {"reeks": diner.reeks, "diner": diner, "regels": queries.logregels_of(diner)}
    return render(request, "sessions/_avondlog.html", context)
