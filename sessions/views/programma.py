"""Preparing: reeksen and diners."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from denkdiner.form_page import GET_POST, form_page
from sessions import access, queries, services
from sessions.forms import (
    DinerForm,
    NaamBevestigingForm,
    ReeksForm,
)
from sessions.models import Diner, Gebruiker, Reeks, Rol
from sessions.views.huisstijl import huisstijl_context


def member(request: HttpRequest) -> Gebruiker:
    """Who is signed in, for a page that asks for that."""
    return cast(Gebruiker, request.user)


def reeks_url(reeks: Reeks) -> str:
    """Its page."""
    return reverse("diners:reeks_detail", args=[reeks.slug])


def diner_url(diner: Diner, anker: str = "") -> str:
    """Its page, at one of its parts."""
    return reverse("diners:diner_detail", args=[diner.reeks.slug, diner.nummer]) + (
        f"#{anker}" if anker else ""
    )


@require_safe
def reeks_list(request: HttpRequest) -> HttpResponse:
    return render(request, "sessions/reeks_list.html", {"reeksen": queries.reeksen_of(member(request))})


@GET_POST
def reeks_create(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        ReeksForm(request.POST or None),
        save=lambda data: reeks_url(
            services.create_reeks(gebruiker=member(request), wie=access.wie(request), **data)
        ),
        terug=reverse("diners:reeks_list"),
        kop="Nieuwe reeks",
        gelukt="De reeks is aangemaakt.",
    )


@require_safe
def reeks_detail(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug)
    rollen = access.rollen_of(request.user, reeks)
    leidt = Rol.ORGANISATOR in rollen
    context = {
        "reeks": reeks,
        "diners": queries.diners_of(reeks),
        "sprekers": reeks.sprekers.order_by("naam", "pk"),
        "leden": queries.leden_of(reeks) if leidt else [],
        "mag_schrijven": leidt,
        "in_team": not rollen.isdisjoint(access.TEAM),
        "bewaardagen": reeks.days_to_keep(timezone.localdate()),
    }
    return render(request, "sessions/reeks_detail.html", context)


@GET_POST
def reeks_edit(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    form = ReeksForm(request.POST or None, instance=reeks)
    return form_page(
        request,
        form,
        save=lambda data: services.edit_object(reeks, wie=access.wie(request), **form.wijziging),
        botsing=form.botsing,
        terug=reeks_url(reeks),
        kop="Reeks bewerken",
        gelukt="De reeks is bijgewerkt.",
        template="sessions/reeks_edit.html",
        huisstijl=huisstijl_context(reeks),
        reeks=reeks,
    )


@GET_POST
def reeks_delete(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    return form_page(
        request,
        NaamBevestigingForm(request.POST or None, verwacht=reeks.titel),
        save=lambda data: _delete_reeks(request, reeks),
        terug=reeks_url(reeks),
        kop=f"{reeks.titel} verwijderen",
        gelukt="De reeks is verwijderd.",
        template="ui/bevestig.html",
        gaat_mee=queries.what_goes_along(reeks),
        eerst=reverse("synthesis:archief", args=[reeks.slug]),
        reeks=reeks,
    )


def _delete_reeks(request: HttpRequest, reeks: Reeks) -> str:
    services.delete_reeks(reeks=reeks, gebruiker=member(request), now=timezone.now())
    return reverse("diners:reeks_list")


@require_safe
def diner_detail(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer)
    rollen = access.rollen_of(request.user, diner.reeks)
    leidt = Rol.ORGANISATOR in rollen
    draaiboek = queries.draaiboek_of(diner, timezone.now())
    punten = queries.readiness(diner, timezone.localdate()) if leidt else []
    context = {
        "reeks": diner.reeks,
        "diner": diner,
        "optredens": queries.optredens_of(diner),
        "kan_kiezen": queries.free_sprekers_of(diner).exists(),
        "stellingen": queries.stellingen_of(diner),
        "ideeen": queries.open_ideeen_of(diner) if leidt else [],
        "volgorde_vast": any(ronde.started_at and ronde.stelling_id for ronde in draaiboek.rondes),
        "rondes": draaiboek.rondes,
        "laatste": draaiboek.laatste,
        "tafels": queries.tafels_with_toegang(diner),
        "punten": punten,
        "klaar": all(punt.gereed for punt in punten),
        "mag_schrijven": leidt,
        "in_team": not rollen.isdisjoint(access.TEAM),
    }
    return render(request, "sessions/diner_detail.html", context)


@GET_POST
def diner_edit(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    form = DinerForm(request.POST or None, instance=diner)
    return form_page(
        request,
        form,
        save=lambda data: services.edit_object(diner, wie=access.wie(request), **form.wijziging),
        botsing=form.botsing,
        terug=diner_url(diner),
        kop="Diner bewerken",
        gelukt="Het diner is bijgewerkt.",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def diner_delete(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return form_page(
        request,
        NaamBevestigingForm(request.POST or None, verwacht=diner.titel),
        save=lambda data: services.delete_object(diner, wie=access.wie(request)) or reeks_url(diner.reeks),
        terug=diner_url(diner),
        kop=f"Diner {diner.nummer} verwijderen",
        gelukt="Het diner is verwijderd.",
        template="ui/bevestig.html",
        gaat_mee=queries.what_goes_along(diner),
        eerst=reverse("synthesis:archief", args=[slug]),
        reeks=diner.reeks,
        diner=diner,
    )
