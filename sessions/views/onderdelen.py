"""The parts of a programme: sprekers, stellingen, draaiboek and tables. Each is found through its reeks or diner, so that
another's can never be reached."""

from typing import Any

from django.contrib import messages
from django.db.models import Manager
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from denkdiner.forms import SchoonForm
from sessions import access, queries, services
from sessions.forms import (
    OptredenForm,
    RondeForm,
    SprekerForm,
    StellingForm,
    TafelForm,
    TafelsForm,
    VerplaatsForm,
)
from sessions.models import Diner, Reeks, Ronde, Spreker, Stelling, Tafel
from sessions.views.programma import diner_url, member, reeks_url


@GET_POST
def spreker_create(request: HttpRequest, slug: str) -> HttpResponse:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    diner = reeks.diners.filter(nummer=request.GET.get("diner") or 0).first() if _is_number(request) else None
    return form_page(
        request,
        SprekerForm(request.POST or None),
        save=lambda data: (
            services.add_spreker(reeks=reeks, diner=diner, wie=access.wie(request), **data) and None
        ),
        terug=diner_url(diner, "sprekers") if diner else reeks_url(reeks),
        kop="Nieuwe spreker",
        gelukt="De spreker staat erbij.",
        reeks=reeks,
        diner=diner,
    )


def _is_number(request: HttpRequest) -> bool:
    return request.GET.get("diner", "").isdecimal() and len(request.GET["diner"]) < 6


def _spreker(request: HttpRequest, slug: str, pk: int) -> Spreker:
    reeks = access.get_reeks(request.user, slug, access.ORGANISATOR)
    return get_object_or_404(Spreker.objects.select_related("reeks"), reeks=reeks, pk=pk)


@GET_POST
def spreker_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    spreker = _spreker(request, slug, pk)
    form = SprekerForm(request.POST or None, instance=spreker)
    return form_page(
        request,
        form,
        save=lambda data: services.edit_object(spreker, wie=access.wie(request), **form.wijziging) and None,
        botsing=form.botsing,
        terug=reeks_url(spreker.reeks),
        kop="Spreker bewerken",
        gelukt="De spreker is bijgewerkt.",
        template="sessions/spreker_edit.html",
        reeks=spreker.reeks,
        spreker=spreker,
        heeft_portret=queries.has_portret(spreker),
    )


@GET_POST
def spreker_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    spreker = _spreker(request, slug, pk)
    return _delete_page(
        request, spreker, reeks_url(spreker.reeks), f"{spreker.naam} verwijderen", reeks=spreker.reeks
    )


def _delete_page(
    request: HttpRequest,
    thing: Spreker | Stelling | Ronde | Tafel,
    terug: str,
    kop: str,
    *,
    reeks: Reeks,
    diner: Diner | None = None,
    template: str = "ui/bevestig.html",
) -> HttpResponse:
    return form_page(
        request,
        SchoonForm(request.POST if request.method == "POST" else None),
        save=lambda data: services.delete_object(thing, wie=access.wie(request)),
        terug=terug,
        kop=kop,
        gelukt="Verwijderd.",
        template=template,
        gaat_mee=queries.what_goes_along(thing),
        reeks=reeks,
        diner=diner,
    )


@GET_POST
def optreden_add(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return form_page(
        request,
        OptredenForm(request.POST or None, diner=diner),
        save=lambda data: (
            services.add_optreden(diner=diner, spreker=data["spreker"], wie=access.wie(request)) and None
        ),
        terug=diner_url(diner, "sprekers"),
        kop="Spreker toevoegen",
        gelukt="De spreker staat erbij.",
        knop="Toevoegen",
        reeks=diner.reeks,
        diner=diner,
    )


@require_POST
def optreden_remove(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    optreden = get_object_or_404(diner.optredens.select_related("diner"), pk=pk)
    services.remove_optreden(optreden=optreden, wie=access.wie(request))
    messages.success(request, "De spreker is van dit diner gehaald en blijft in de reeks staan.")
    return redirect(diner_url(diner, "sprekers"))


@GET_POST
def stelling_create(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return form_page(
        request,
        StellingForm(request.POST or None),
        save=lambda data: services.add_stelling(diner=diner, wie=access.wie(request), **data) and None,
        terug=diner_url(diner, "stellingen"),
        kop="Nieuwe stelling",
        gelukt="De stelling staat erbij.",
        reeks=diner.reeks,
        diner=diner,
    )


def _part(things: Manager[Any], **lookup: object) -> Any:
    return get_object_or_404(things.select_related("diner__reeks"), **lookup)


@GET_POST
def stelling_edit(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    found, now = _part(diner.stellingen, nummer=stelling), timezone.now()
    vast, toch = queries.stelling_is_vast(found), "toch" in request.GET
    form = StellingForm(request.POST or None, instance=found, vast=vast, toch=toch)
    return form_page(
        request,
        form,
        save=lambda data: (
            services.edit_stelling(stelling=found, gebruiker=member(request), now=now, **form.wijziging)
            and None
        ),
        botsing=form.botsing,
        template="sessions/stelling_edit.html",
        stelling=found,
        versies=found.versies.select_related("replaced_by"),
        kan_toch=vast and not toch,
        terug=diner_url(diner, "stellingen"),
        kop=f"Stelling {stelling} bewerken",
        gelukt="De stelling is bijgewerkt.",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def stelling_delete(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    found = _part(diner.stellingen, nummer=stelling)
    return _delete_page(
        request,
        found,
        diner_url(diner, "stellingen"),
        f"Stelling {stelling} verwijderen",
        reeks=diner.reeks,
        diner=diner,
        template="sessions/stelling_vast.html" if queries.stelling_is_vast(found) else "ui/bevestig.html",
    )


@require_POST
def stelling_move(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    form = VerplaatsForm(request.POST)
    found = _part(diner.stellingen, nummer=stelling)
    if not form.is_valid():
        raise DenkdinerError("Kies een plaats.")
    services.move_stelling(stelling=found, naar=form.cleaned_data["naar"], wie=access.wie(request))
    return redirect(diner_url(diner, "stellingen"))


@GET_POST
def ronde_create(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return form_page(
        request,
        RondeForm(request.POST or None, diner=diner),
        save=lambda data: services.add_ronde(diner=diner, wie=access.wie(request), **data) and None,
        terug=diner_url(diner, "draaiboek"),
        kop="Nieuwe ronde",
        gelukt="De ronde staat in het draaiboek.",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def ronde_edit(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    found = _part(diner.rondes, pk=pk)
    form = RondeForm(request.POST or None, instance=found, diner=diner)
    return form_page(
        request,
        form,
        save=lambda data: services.edit_object(found, wie=access.wie(request), **form.wijziging) and None,
        botsing=form.botsing,
        terug=diner_url(diner, "draaiboek"),
        kop="Ronde bewerken",
        gelukt="De ronde is bijgewerkt.",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def ronde_delete(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    found = _part(diner.rondes, pk=pk)
    return _delete_page(
        request,
        found,
        diner_url(diner, "draaiboek"),
        f"Ronde {found.nummer} verwijderen",
        reeks=diner.reeks,
        diner=diner,
    )


@require_POST
def ronde_move(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    form = VerplaatsForm(request.POST)
    found = _part(diner.rondes, pk=pk)
    if not form.is_valid():
        raise DenkdinerError("Kies een plaats.")
    services.move_ronde(ronde=found, naar=form.cleaned_data["naar"], wie=access.wie(request))
    return redirect(diner_url(diner, "draaiboek"))


@GET_POST
def tafel_create(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return form_page(
        request,
        TafelForm(request.POST or None, initial={"nummer": diner.tafels.count() + 1}),
        save=lambda data: services.add_tafel(diner=diner, wie=access.wie(request), **data) and None,
        terug=diner_url(diner, "tafels"),
        kop="Nieuwe tafel",
        gelukt="De tafel staat erbij.",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def tafels_add(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return form_page(
        request,
        TafelsForm(request.POST or None),
        save=lambda data: services.add_tafels(diner=diner, wie=access.wie(request), **data) and None,
        terug=diner_url(diner, "tafels"),
        kop="Tafels toevoegen",
        gelukt="De tafels staan erbij.",
        knop="Toevoegen",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def tafel_edit(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    found = _part(diner.tafels, pk=pk)
    form = TafelForm(request.POST or None, instance=found)
    return form_page(
        request,
        form,
        save=lambda data: services.edit_object(found, wie=access.wie(request), **form.wijziging) and None,
        botsing=form.botsing,
        terug=diner_url(diner, "tafels"),
        kop="Tafel bewerken",
        gelukt="De tafel is bijgewerkt.",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def tafel_delete(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    found = _part(diner.tafels, pk=pk)
    return _delete_page(
        request,
        found,
        diner_url(diner, "tafels"),
        f"Tafel {found.nummer} verwijderen",
        reeks=diner.reeks,
        diner=diner,
    )
