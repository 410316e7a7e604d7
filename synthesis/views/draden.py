"""What a person does with threads: make, write, merge, split, order, delete; and what a note does in one."""

import uuid
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from capture.models import Bijdrage
from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from sessions.access import VERSLAGLEGGER, get_reeks
from sessions.models import Gebruiker, Stelling
from synthesis import access, queries, services
from synthesis.forms import (
    NIEUW,
    MeerForm,
    NieuweDraadForm,
    PlekForm,
    RedenForm,
    RolForm,
    SplitsForm,
    TitelForm,
    VerplaatsForm,
    VoegSamenForm,
    WegForm,
)
from synthesis.models import RodeDraad
from synthesis.queries import LOS, OPZIJ, plek_of

Context = dict[str, Any]


def _user(request: HttpRequest) -> Gebruiker:
    return cast(Gebruiker, request.user)


def _who(request: HttpRequest) -> Context:
    """Who does a step, and when."""
    return {"gebruiker": _user(request), "now": timezone.now()}


def _werkbank_url(stelling: Stelling, draad: RodeDraad | None = None) -> str:
    diner = stelling.diner
    address = reverse("synthesis:werkbank", args=[diner.reeks.slug, diner.nummer, stelling.nummer])
    return address + (f"#draad-{draad.pk}" if draad is not None else "")


def back_of(draad: RodeDraad) -> str:
    """Where a thread is worked on: the werkbank of its stelling, or the page across the diners."""
    if draad.stelling is not None:
        return _werkbank_url(draad.stelling, draad)
    return reverse("synthesis:dwars", args=[draad.reeks.slug]) + f"#draad-{draad.pk}"


def _place(stelling: Stelling) -> Context:
    """For the breadcrumbs."""
    return {"reeks": stelling.diner.reeks, "diner": stelling.diner, "stelling": stelling}


@GET_POST
def draad_create(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """A new thread of a stelling, with loose notes if wanted."""
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    los = queries.werkbank(found).los

    def save(data: Context) -> str:
        gezien = [LOS] * len(data["bijdragen"])
        begonnen = services.start_rode_draad(stelling=found, gezien=gezien, **data, **_who(request))
        return _werkbank_url(found) + f"#draad-{begonnen.begon}"

    return form_page(
        request,
        NieuweDraadForm(request.POST or None, uit=los),
        save=save,
        terug=_werkbank_url(found),
        kop="Nieuwe rode draad",
        gelukt="De rode draad is gemaakt.",
        template="synthesis/kies.html",
        bijdragen=los,
        knop="Maken",
        **_place(found),
    )


@GET_POST
def reeksdraad_create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new thread across the diners of a reeks."""
    reeks = get_reeks(request.user, slug, VERSLAGLEGGER)

    def save(data: Context) -> str:
        draad = services.add_rode_draad(reeks=reeks, now=timezone.now(), gebruiker=_user(request), **data)
        return reverse("synthesis:draad_edit", args=[slug, draad.pk])

    return form_page(
        request,
        TitelForm(request.POST or None),
        save=save,
        terug=reverse("synthesis:dwars", args=[slug]),
        kop="Nieuwe rode draad over de diners heen",
        gelukt="De rode draad is gemaakt. Schrijf hem hier uit.",
        knop="Maken",
        reeks=reeks,
    )


@GET_POST
def draad_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    notities = draad.onderbouwingen.filter(bijdrage__isnull=False).count()
    alleen = draad.stelling is not None and queries.kaart_of(draad).is_minderheid
    form = (RedenForm if alleen else WegForm)(
        request.POST if request.method == "POST" else None, initial={"version": draad.version}
    )
    return form_page(
        request,
        form,
        save=lambda data: services.delete_rode_draad(draad=draad, **data, **_who(request)) and None,
        terug=back_of(draad).split("#")[0],
        kop=f"“{draad.titel}” verwijderen",
        gelukt="De rode draad is verwijderd. De notities staan weer bij “los”."
        if draad.stelling
        else "De rode draad is weggelegd. Onderaan, bij “Weggelegd”, zet je hem terug.",
        template="ui/bevestig.html",
        botsing=lambda: ({}, {"version": str(draad.version)}),
        gaat_mee=[(1, "geschreven tekst")] if draad.tekst else [],
        terug_te_draaien="Op de werkbank kun je dit ongedaan maken."
        if draad.stelling
        else "Je vindt hem terug op deze pagina, bij “Weggelegd”.",
        blijft=f"Notities die los worden: {notities}. Ze blijven allemaal bestaan."
        if draad.stelling
        else "Wat hem draagt, blijft bestaan; zet je hem terug, dan draagt het hem weer.",
        reeks=draad.reeks,
        diner=draad.diner,
    )


@GET_POST
def draad_merge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    draad, stelling = access.get_draad_van_stelling(request.user, slug, pk, VERSLAGLEGGER)

    def save(data: Context) -> str:
        services.merge_rode_draden(van=draad, **data, **_who(request))
        return _werkbank_url(stelling, data["naar"])

    return form_page(
        request,
        VoegSamenForm(request.POST or None, draad=draad),
        save=save,
        terug=back_of(draad),
        kop=f"“{draad.titel}” samenvoegen",
        gelukt="Samengevoegd. Alle notities en teksten zijn meegekomen.",
        uitleg="De notities en alles wat geschreven is, gaan mee. De titel die je hieronder kiest, blijft.",
        knop="Samenvoegen",
        **_place(stelling),
    )


@GET_POST
def draad_split(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take chosen notes out of a thread into a new one."""
    draad, stelling = access.get_draad_van_stelling(request.user, slug, pk, VERSLAGLEGGER)
    bijdragen = queries.kaart_of(draad).bijdragen

    def save(data: Context) -> str:
        gedaan = services.split_rode_draad(draad=draad, **data, **_who(request))
        return _werkbank_url(stelling) + f"#draad-{gedaan.begon}"

    return form_page(
        request,
        SplitsForm(request.POST or None, uit=bijdragen),
        save=save,
        terug=back_of(draad),
        kop=f"“{draad.titel}” splitsen",
        gelukt="De rode draad is gesplitst.",
        template="synthesis/kies.html",
        uitleg="Kies de notities die naar een nieuwe rode draad gaan.",
        bijdragen=bijdragen,
        knop="Splitsen",
        **_place(stelling),
    )


@GET_POST
def draad_meer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """ "Meer zoals deze": notes outside this thread, most like it first; the chosen ones move into it."""
    draad, stelling = access.get_draad_van_stelling(request.user, slug, pk, VERSLAGLEGGER)
    lijkt = queries.more_like_draad(draad)
    plekken = {bijdrage: _plek(bijdrage) for bijdrage in lijkt}

    def save(data: Context) -> None:
        gezien = [request.POST.get(f"gezien-{een.pk}", plekken[een]) for een in data["bijdragen"]]
        services.place_bijdragen(draad=draad, gezien=gezien, **data, **_who(request))

    return form_page(
        request,
        MeerForm(request.POST or None, uit=lijkt),
        save=save,
        terug=back_of(draad),
        kop=f"Meer zoals “{draad.titel}”",
        gelukt="De notities staan nu in deze rode draad.",
        template="synthesis/kies.html",
        uitleg="Wat er het meest op lijkt, staat bovenaan. Wat al in een andere rode draad staat, verhuist.",
        bijdragen=lijkt,
        plekken=plekken,
        knop="Zet in deze rode draad",
        **_place(stelling),
    )


@require_POST
def draad_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another place in the order."""
    draad = access.get_draad(request.user, slug, pk, VERSLAGLEGGER)
    form = PlekForm(request.POST)
    if not form.is_valid():
        raise DenkdinerError("Kies een plaats.")
    services.move_rode_draad(draad=draad, naar=form.cleaned_data["naar"], **_who(request))
    return redirect(back_of(draad))


def _plek(bijdrage: Bijdrage) -> str:
    """Where a note stood when the page was made: in a thread of its own stelling, aside, or loose."""
    rij = getattr(bijdrage, "onderbouwing", None)
    elders = (
        rij is not None and rij.rode_draad is not None and rij.rode_draad.stelling_id != bijdrage.stelling_id
    )
    return plek_of(rij.rode_draad_id if rij else None, is_los=rij is None or elders)


@GET_POST
def bijdrage_move(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """A note into another thread, a new one, or aside."""
    bijdrage, stelling = access.get_bijdrage(request.user, slug, pk, VERSLAGLEGGER)
    onderbouwing = getattr(bijdrage, "onderbouwing", None)
    plek = _plek(bijdrage)
    form = VerplaatsForm(
        request.POST or None,
        stelling=stelling,
        initial={"naar": onderbouwing.rode_draad_id or OPZIJ if onderbouwing else None, "gezien": plek},
    )

    def save(data: Context) -> str:
        gezien = [data["gezien"] or plek]
        stap: Context = {"bijdragen": [bijdrage], "gezien": gezien, "reden": data["reden"], **_who(request)}
        if data["naar"] == OPZIJ:
            services.park_bijdragen(**stap)
            return _werkbank_url(stelling)
        if data["naar"] == NIEUW:
            gedaan = services.start_rode_draad(stelling=stelling, titel=data["titel"], **stap)
            return _werkbank_url(stelling) + f"#draad-{gedaan.begon}"
        naar = form.draden[data["naar"]]
        services.place_bijdragen(draad=naar, **stap)
        return _werkbank_url(stelling, naar)

    return form_page(
        request,
        form,
        save=save,
        terug=_werkbank_url(stelling, onderbouwing.rode_draad if onderbouwing else None),
        kop="Notitie verplaatsen",
        gelukt="De notitie is verplaatst.",
        template="synthesis/bijdrage_form.html",
        botsing=lambda: ({}, {"gezien": plek}),
        bijdrage=bijdrage,
        knop="Verplaatsen",
        **_place(stelling),
    )


@GET_POST
def bijdrage_rol(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """What a note does for its thread: steun, tegenstem, voorbeeld or quote; at which pole of the spanning."""
    bijdrage, stelling = access.get_bijdrage(request.user, slug, pk, VERSLAGLEGGER)
    onderbouwing = getattr(bijdrage, "onderbouwing", None)
    draad = onderbouwing.rode_draad if onderbouwing else None
    if onderbouwing is None or draad is None:
        raise DenkdinerError("Zet deze notitie eerst in een rode draad.")
    nu = {"rol": onderbouwing.rol, "pool": onderbouwing.pool, "gezien": _plek(bijdrage)}

    def save(data: Context) -> None:
        gezien = data.pop("gezien") or nu["gezien"]
        services.set_rol(bijdrage=bijdrage, gezien=gezien, **data, **_who(request))

    return form_page(
        request,
        RolForm(request.POST or None, initial=nu),
        save=save,
        terug=reverse("synthesis:draad_edit", args=[slug, draad.pk]),
        kop="Rol van deze notitie",
        gelukt="De rol is opgeslagen.",
        template="synthesis/bijdrage_form.html",
        botsing=lambda: ({}, {"gezien": nu["gezien"]}),
        bijdrage=bijdrage,
        **_place(stelling),
    )
