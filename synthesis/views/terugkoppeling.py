"""The team and what goes back to the guests: what they may read, their links, what they said, what was done with it."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from denkdiner.form_page import GET_POST, form_page
from denkdiner.forms import SchoonForm
from denkdiner.paper import picture
from sessions.access import ORGANISATOR, TEAM, VERSLAGLEGGER, get_diner, rollen_of
from sessions.models import Diner, Gebruiker, Rol, Tafel
from synthesis import access, queries, services
from synthesis.forms_terug import HerkenForm, TerugstandForm, VervolgForm
from synthesis.models import Gastantwoord, Gastlink, Terugkoppeling
from synthesis.views.gastadres import gast_address, gast_qr
from synthesis.views.terug import terug_context

Context = dict[str, Any]
MAX_PK = 2**63 - 1


def _user(request: HttpRequest) -> Gebruiker:
    return cast(Gebruiker, request.user)


def _page(diner: Diner, name: str = "terugkoppeling") -> str:
    return reverse(f"synthesis:{name}", args=[diner.reeks.slug, diner.nummer])


def _terug_of(diner: Diner) -> Terugkoppeling | None:
    found = Terugkoppeling.objects.filter(diner=diner).first()
    if found is not None:
        found.diner = diner
    return found


@never_cache
@require_safe
def terugkoppeling(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """How it stands with the pages for guests of this diner."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    rollen, terug = rollen_of(request.user, diner.reeks), _terug_of(diner)
    context = {
        "reeks": diner.reeks,
        "diner": diner,
        "terug": terug,
        "is_open": terug is not None and terug.is_open(timezone.localdate()),
        "mag_schrijven": Rol.ORGANISATOR in rollen,
        "mag_vrijgeven": Rol.VERSLAGLEGGER in rollen,
        "keuzes": queries.gastkeuzes_of(diner),
        "vervolg": terug.vervolg.all() if terug else (),
        "antwoorden": Gastantwoord.objects.filter(terugkoppeling__diner=diner).count(),
        "tafels": diner.tafels.order_by("nummer"),
    }
    return render(request, "synthesis/terugkoppeling.html", context)


# --- the reporter ---------------------------------------------------------------------------------------------------------


def _numbers(request: HttpRequest, naam: str) -> set[int]:
    """What was ticked; anything that is no number of a thread was ticked on no page of ours."""
    waarden = request.POST.getlist(naam)
    return {
        int(waarde) for waarde in waarden if waarde.isdecimal() and len(waarde) < 20 and int(waarde) <= MAX_PK
    }


@require_POST
def terug_release(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Guests may read the threads that are ticked, of those that stood on the page."""
    diner = get_diner(request.user, slug, nummer, VERSLAGLEGGER)
    services.release_for_guests(
        diner=diner,
        draden=_numbers(request, "draad"),
        getoond=_numbers(request, "getoond"),
        gebruiker=_user(request),
        now=timezone.now(),
    )
    messages.success(
        request, "Opgeslagen. Gasten lezen wat is aangevinkt, zoals het nu is en zoals je het nog schrijft."
    )
    return redirect(_page(diner))


@never_cache
@require_safe
def gastantwoorden(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """What guests said afterwards."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    context = {
        "reeks": diner.reeks,
        "diner": diner,
        "oordelen": queries.gastoordelen_of(diner),
        "mag_wissen": Rol.VERSLAGLEGGER in rollen_of(request.user, diner.reeks),
    }
    return render(request, "synthesis/gastantwoorden.html", context)


@GET_POST
def gastantwoord_delete(request: HttpRequest, slug: str, nummer: int, pk: uuid.UUID) -> HttpResponse:
    """It cannot be undone, so a GET first shows what goes."""
    diner = get_diner(request.user, slug, nummer, VERSLAGLEGGER)
    antwoord = get_object_or_404(Gastantwoord, terugkoppeling__diner=diner, pk=pk)
    return _removal(
        request,
        diner,
        lambda: services.delete_gastantwoord(antwoord=antwoord, gebruiker=_user(request), now=timezone.now()),
        kop="Dit antwoord voorgoed verwijderen?",
        uitleg=antwoord.tekst or f"{antwoord.get_herkend_display()}: {antwoord.over}",
        gelukt="Het antwoord is verwijderd.",
    )


@GET_POST
def gastantwoorden_clear(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """All of them: a GET first asks."""
    diner = get_diner(request.user, slug, nummer, VERSLAGLEGGER)
    return _removal(
        request,
        diner,
        lambda: services.clear_gastantwoorden(diner=diner, gebruiker=_user(request), now=timezone.now()),
        kop="Alle antwoorden van gasten verwijderen?",
        uitleg="Wat gasten van dit diner zeiden, is dan voorgoed weg. De links en de rode draden blijven.",
        gelukt="Alle antwoorden van gasten zijn verwijderd.",
    )


def _removal(request: HttpRequest, diner: Diner, remove: Callable[[], Any], **woorden: Any) -> HttpResponse:
    return form_page(
        request,
        SchoonForm(request.POST if request.method == "POST" else None),
        save=lambda _: remove() and None,
        terug=_page(diner, "gastantwoorden"),
        knop="Verwijderen",
        diner=diner,
        reeks=diner.reeks,
        **woorden,
    )


# --- as a guest sees it ---------------------------------------------------------------------------------------------------


def _preview(request: HttpRequest, slug: str, nummer: int, tafel: int | None = None) -> HttpResponse:
    diner = get_diner(request.user, slug, nummer, TEAM)
    aan = get_object_or_404(diner.tafels, pk=tafel) if tafel is not None else None
    terug = _terug_of(diner) or Terugkoppeling(diner=diner)
    blad = queries.terugblad_of(terug, aan)
    form = HerkenForm(draden=[kaart.draad for kaart in blad.kaarten])
    return render(request, "synthesis/terug.html", terug_context(blad, form) | {"voorbeeld": _page(diner)})


@never_cache
@require_safe
def terug_preview(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The page of the diner as a guest sees it, open or not."""
    return _preview(request, slug, nummer)


@never_cache
@require_safe
def terug_preview_tafel(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    """The page of one table as its guests see it, open or not."""
    return _preview(request, slug, nummer, pk)


# --- the organiser --------------------------------------------------------------------------------------------------------


@require_POST
def terug_open(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Make the links that are missing."""
    diner = get_diner(request.user, slug, nummer, ORGANISATOR)
    services.open_terugkoppeling(diner=diner, gebruiker=_user(request), now=timezone.now())
    messages.success(request, "De links voor de gasten staan klaar.")
    return redirect(_page(diner, "gastlinks"))


@GET_POST
def terug_edit(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """On or off, and until when."""
    terug = access.get_terugkoppeling(request.user, slug, nummer, ORGANISATOR)
    form = TerugstandForm(request.POST or None, initial={"is_aan": terug.is_aan, "open_tot": terug.open_tot})
    return form_page(
        request,
        form,
        save=lambda data: services.set_terugkoppeling(
            terug=terug, gebruiker=_user(request), now=timezone.now(), **data
        ),
        terug=_page(terug.diner),
        kop="Wanneer gasten kunnen kijken",
        gelukt="Opgeslagen.",
        diner=terug.diner,
        reeks=terug.diner.reeks,
    )


@never_cache
@require_safe
def gastlinks(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The link and QR of the diner and of every table; printed, a sheet of cards."""
    terug = access.get_terugkoppeling(request.user, slug, nummer, ORGANISATOR)
    links = {link.tafel_id: link for link in terug.links.all()}
    plekken: list[Tafel | None] = [None, *terug.diner.tafels.order_by("nummer")]
    rijen = [_row(request, tafel, links.get(tafel.pk if tafel else None)) for tafel in plekken]
    context = {"reeks": terug.diner.reeks, "diner": terug.diner, "terug": terug, "rijen": rijen}
    context["is_open"] = terug.is_open(timezone.localdate())
    return render(request, "synthesis/gastlinks.html", context)


def _row(request: HttpRequest, tafel: Tafel | None, link: Gastlink | None) -> Context:
    adres = gast_address(request, link) if link else ""
    qr = picture(gast_qr(adres)) if adres else ""
    return {
        "tafel": tafel,
        "adres": adres,
        "qr": qr,
        "heeft": link is not None,
        "nr": tafel.nummer if tafel else 0,
    }


def _place(request: HttpRequest, slug: str, nummer: int, tafel: int) -> tuple[Terugkoppeling, Tafel | None]:
    """Whose link it is: of the table with this number, or of the diner (0)."""
    terug = access.get_terugkoppeling(request.user, slug, nummer, ORGANISATOR)
    return terug, get_object_or_404(terug.diner.tafels, nummer=tafel) if tafel else None


@require_POST
def gastlink_renew(request: HttpRequest, slug: str, nummer: int, tafel: int) -> HttpResponse:
    """Another link; what was printed opens nothing any more."""
    terug, aan = _place(request, slug, nummer, tafel)
    services.renew_gastlink(terug=terug, tafel=aan, gebruiker=_user(request), now=timezone.now())
    messages.success(request, "De nieuwe link staat klaar. De vorige laat niets meer zien.")
    return redirect(_page(terug.diner, "gastlinks"))


@require_POST
def gastlink_revoke(request: HttpRequest, slug: str, nummer: int, tafel: int) -> HttpResponse:
    terug, aan = _place(request, slug, nummer, tafel)
    services.revoke_gastlink(terug=terug, tafel=aan, gebruiker=_user(request), now=timezone.now())
    messages.success(request, "De link is ingetrokken en laat niets meer zien.")
    return redirect(_page(terug.diner, "gastlinks"))


@GET_POST
def vervolg_create(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Tell the guests what was done with it."""
    terug = access.get_terugkoppeling(request.user, slug, nummer, ORGANISATOR)
    form = VervolgForm(request.POST or None, initial={"datum": timezone.localdate()})
    return _vervolg_page(request, terug, form, kop="Wat is ermee gedaan")


@GET_POST
def vervolg_edit(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    terug = access.get_terugkoppeling(request.user, slug, nummer, ORGANISATOR)
    vervolg = get_object_or_404(terug.vervolg, pk=pk)
    form = VervolgForm(request.POST or None, initial={"datum": vervolg.datum, "tekst": vervolg.tekst})
    return _vervolg_page(request, terug, form, kop="Wat is ermee gedaan: wijzigen", vervolg=vervolg)


def _vervolg_page(
    request: HttpRequest, terug: Terugkoppeling, form: VervolgForm, *, kop: str, **wat: Any
) -> HttpResponse:
    return form_page(
        request,
        form,
        save=lambda data: services.write_vervolg(
            terug=terug, gebruiker=_user(request), now=timezone.now(), **wat, **data
        ),
        terug=_page(terug.diner) + "#vervolg",
        kop=kop,
        gelukt="Opgeslagen. Gasten lezen het op hun pagina.",
        diner=terug.diner,
        reeks=terug.diner.reeks,
    )


@require_POST
def vervolg_delete(request: HttpRequest, slug: str, nummer: int, pk: int) -> HttpResponse:
    terug = access.get_terugkoppeling(request.user, slug, nummer, ORGANISATOR)
    vervolg = get_object_or_404(terug.vervolg, pk=pk)
    vervolg.terugkoppeling = terug
    services.delete_vervolg(vervolg=vervolg, gebruiker=_user(request), now=timezone.now())
    messages.success(request, "Verwijderd. Gasten lezen het niet meer.")
    return redirect(_page(terug.diner) + "#vervolg")
