"""Who belongs to a reeks: its members, invitations, and the door through which somebody comes in."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from sessions import access, queries, services
from sessions.forms import NieuwAccountForm, RollenForm, UitnodigingForm
from sessions.models import Gebruiker, Reeks, Uitnodiging
from sessions.views.post import example_of_invitation, say_how_it_went

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _member(request: HttpRequest) -> Gebruiker:
    return cast(Gebruiker, request.user)


def _leden_url(reeks: Reeks) -> str:
    return reverse("diners:leden", args=[reeks.slug])


def _link(request: HttpRequest, uitnodiging: Uitnodiging) -> str:
    """In full; empty when it has to be sent again because the server has another key."""
    try:
        token = services.uitnodiging_token_of(uitnodiging)
    except DenkdinerError:
        return ""
    return request.build_absolute_uri(reverse("diners:uitnodiging", args=[token]))


# --- the organiser --------------------------------------------------------------------------------------------------------


@require_safe
def leden(request: HttpRequest, slug: str) -> HttpResponse:
    """The members with their roles, and who was asked but did not come in yet."""
    reeks, now = access.get_reeks(request.user, slug, access.ORGANISATOR), timezone.now()
    rijen = [
        {"uitnodiging": een, "link": _link(request, een), "verlopen": een.is_expired(now)}
        for een in reeks.uitnodigingen.open().order_by("email", "rol", "pk")
    ]
    context = {"reeks": reeks, "leden": queries.leden_of(reeks), "rijen": rijen}
    return render(request, "sessions/leden.html", context)


@require_safe
def reeks_log(request: HttpRequest, slug: str) -> HttpResponse:
    """Who did what when, the whole reeks long."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    bladen = Paginator(queries.reeksregels_of(reeks), queries.REGELS_PER_PAGINA)
    pagina = bladen.get_page(request.GET.get("pagina"))
    return render(request, "sessions/reeks_log.html", {"reeks": reeks, "pagina": pagina})


@GET_POST
def uitnodiging_create(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)

    def save(data: dict[str, Any]) -> None:
        uitnodiging = services.invite(reeks=reeks, gebruiker=_member(request), now=timezone.now(), **data)
        _send(request, uitnodiging)

    return form_page(
        request,
        UitnodigingForm(request.POST or None),
        save=save,
        terug=_leden_url(reeks),
        kop="Iemand uitnodigen",
        gelukt="",
        knop="Uitnodigen",
        template="sessions/uitnodiging_create.html",
        reeks=reeks,
        voorbeeld=example_of_invitation(reeks, _member(request), timezone.now()),
    )


def _send(request: HttpRequest, uitnodiging: Uitnodiging) -> None:
    brief = services.send_uitnodiging(
        uitnodiging=uitnodiging,
        link=_link(request, uitnodiging),
        gebruiker=_member(request),
        now=timezone.now(),
    )
    say_how_it_went(request, brief, uitnodiging.email)


@require_POST
def uitnodiging_renew(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A new link, and a new letter."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    uitnodiging = get_object_or_404(reeks.uitnodigingen.open(), pk=pk)
    fresh = services.renew_uitnodiging(
        uitnodiging=uitnodiging, now=timezone.now(), gebruiker=_member(request)
    )
    _send(request, fresh)
    return redirect(_leden_url(reeks))


@require_POST
def uitnodiging_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    uitnodiging = get_object_or_404(reeks.uitnodigingen.open(), pk=pk)
    services.withdraw_uitnodiging(uitnodiging=uitnodiging, gebruiker=_member(request), now=timezone.now())
    messages.success(request, "De uitnodiging is ingetrokken.")
    return redirect(_leden_url(reeks))


@GET_POST
def lid_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a member may do here."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    lid = get_object_or_404(Gebruiker.objects.filter(lidmaatschappen__reeks=reeks).distinct(), pk=pk)
    rollen = reeks.lidmaatschappen.filter(gebruiker=lid).values_list("rol", flat=True)
    return form_page(
        request,
        RollenForm(request.POST or None, initial={"rollen": list(rollen)}),
        save=lambda data: _set_rollen(request, reeks, lid, data["rollen"]),
        terug=_leden_url(reeks),
        kop=f"Wat {lid} mag",
        gelukt="De rollen zijn bijgewerkt.",
        template="sessions/lid_edit.html",
        reeks=reeks,
        lid=lid,
    )


@GET_POST
def lid_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Out of the reeks; the account, and what that person wrote, stays."""
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    lid = get_object_or_404(Gebruiker.objects.filter(lidmaatschappen__reeks=reeks).distinct(), pk=pk)
    if request.method == "POST":
        _set_rollen(request, reeks, lid, [])
        messages.success(request, f"{lid} is geen lid meer van deze reeks.")
        return redirect("diners:reeks_list" if lid == request.user else _leden_url(reeks))
    return render(
        request, "sessions/lid_remove.html", {"reeks": reeks, "lid": lid, "terug": _leden_url(reeks)}
    )


def _set_rollen(request: HttpRequest, reeks: Reeks, lid: Gebruiker, rollen: list[str]) -> str | None:
    """Where to go on: who is no organisator any more sees the members no more."""
    services.set_rollen(reeks=reeks, lid=lid, rollen=rollen, gebruiker=_member(request), now=timezone.now())
    if lid == request.user and "organisator" not in rollen:
        return reverse("diners:reeks_detail", args=[reeks.slug])
    return None


# --- who was asked --------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@sensitive_post_parameters("wachtwoord")
@GET_POST
def uitnodiging(request: HttpRequest, token: str) -> HttpResponse:
    """Come in: with the account that one has, or with a new one."""
    gevonden, now = access.get_uitnodiging(token), timezone.now()
    if gevonden.accepted_at is not None:  # pressed twice, or the letter read again
        if access.rollen_of(request.user, gevonden.reeks):
            return redirect("diners:reeks_detail", gevonden.reeks.slug)
        return _door(request, gevonden, gebruikt=True, status=410)
    if gevonden.is_expired(now):
        return _door(request, gevonden, verlopen=True, status=410)
    if request.user.is_authenticated:
        if request.method == "POST":
            services.accept_uitnodiging(uitnodiging=gevonden, gebruiker=_member(request), now=now)
            return _welcome(request, gevonden.reeks)
        return _door(request, gevonden)
    if services.has_account(gevonden.email):
        inloggen = f"{reverse('account_login')}?next={request.path}"
        return redirect(inloggen) if request.method == "POST" else _door(request, gevonden, inloggen=inloggen)
    form = NieuwAccountForm(request.POST or None, initial={"email": gevonden.email})
    if request.method == "POST" and form.is_valid():
        naam, wachtwoord = form.cleaned_data["naam"], form.cleaned_data["wachtwoord"]
        try:
            gebruiker = services.join_with_new_account(
                uitnodiging=gevonden, naam=naam, wachtwoord=wachtwoord, now=now
            )
        except DenkdinerError as error:
            form.add_error(None, str(error))
        else:
            login(request, gebruiker, backend=BACKEND)
            return _welcome(request, gevonden.reeks)
    return _door(request, gevonden, form=form, status=422 if request.method == "POST" else 200)


def _door(
    request: HttpRequest, uitnodiging: Uitnodiging, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"uitnodiging": uitnodiging, "titel": uitnodiging.reeks.titel}
    return render(request, "sessions/uitnodiging.html", context, status=status)


def _welcome(request: HttpRequest, reeks: Reeks) -> HttpResponse:
    messages.success(request, f"Welkom bij {reeks.titel}.")
    return redirect("diners:reeks_detail", reeks.slug)
