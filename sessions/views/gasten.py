"""The guests of a diner: a list by hand, and a file that is looked at before anything of it is stored."""

from collections import Counter
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from denkdiner.errors import DenkdinerError
from denkdiner.form_page import GET_POST, form_page
from denkdiner.forms import SchoonForm
from sessions import access, services
from sessions.forms_gasten import GastForm, KolommenForm, LijstForm
from sessions.gastenlijst import VELDEN, Regel, Stand, compare, guess_kolommen
from sessions.models import Diner, Gast, Gebruiker, Rol
from sessions.tabellen import Tabel, TabelFout, read_tabel

PER_PAGINA = 200
GETOOND = 200
"""Rows of a preview that are shown, what is wrong first; all are counted."""
MAX_BRIEF = 900_000
"""Characters in which a list travels through the page of its maker: the server keeps nothing before it is confirmed."""
GELDIG = 3600
"""Seconds between choosing a file and storing it."""


def _gasten_url(diner: Diner) -> str:
    return reverse("diners:gast_list", args=[diner.reeks.slug, diner.nummer])


@require_safe
def gast_list(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Who comes, by name."""
    diner = access.get_diner(request.user, slug, nummer)
    rollen = access.rollen_of(request.user, diner.reeks)
    pagina = Paginator(diner.gasten.order_by("naam", "pk"), PER_PAGINA).get_page(request.GET.get("pagina"))
    context = {
        "reeks": diner.reeks,
        "diner": diner,
        "pagina": pagina,
        "afgemeld": diner.gasten.filter(afgemeld=True).count(),
        "mag_schrijven": Rol.ORGANISATOR in rollen,
        "in_team": not rollen.isdisjoint(access.TEAM),
    }
    return render(request, "sessions/gasten.html", context)


@GET_POST
def gast_create(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return form_page(
        request,
        GastForm(request.POST or None),
        save=lambda data: services.add_gast(diner=diner, wie=access.wie(request), **data) and None,
        terug=_gasten_url(diner),
        kop="Nieuwe gast",
        gelukt="De gast staat erbij.",
        reeks=diner.reeks,
        diner=diner,
    )


def _gast(request: HttpRequest, slug: str, nummer: int, pk: UUID) -> tuple[Diner, Gast]:
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    return diner, get_object_or_404(diner.gasten, pk=pk)


@GET_POST
def gast_edit(request: HttpRequest, slug: str, nummer: int, pk: UUID) -> HttpResponse:
    diner, gast = _gast(request, slug, nummer, pk)
    form = GastForm(request.POST or None, instance=gast)
    return form_page(
        request,
        form,
        save=lambda data: services.edit_gast(gast=gast, wie=access.wie(request), **form.wijziging) and None,
        botsing=form.botsing,
        terug=_gasten_url(diner),
        kop="Gast bewerken",
        gelukt="De gast is bijgewerkt.",
        reeks=diner.reeks,
        diner=diner,
    )


@GET_POST
def gast_delete(request: HttpRequest, slug: str, nummer: int, pk: UUID) -> HttpResponse:
    diner, gast = _gast(request, slug, nummer, pk)
    return form_page(
        request,
        SchoonForm(request.POST if request.method == "POST" else None),
        save=lambda data: services.remove_gast(gast=gast, wie=access.wie(request)),
        terug=_gasten_url(diner),
        kop=f"{gast.naam} verwijderen",
        gelukt="Verwijderd.",
        template="ui/bevestig.html",
        blijft="Ook de plaatsen van deze gast gaan weg. Komt iemand toch niet? Dan is afmelden genoeg.",
        reeks=diner.reeks,
        diner=diner,
    )


@require_POST
def gast_sign_off(request: HttpRequest, slug: str, nummer: int, pk: UUID) -> HttpResponse:
    """Does not come after all, or comes again."""
    diner, gast = _gast(request, slug, nummer, pk)
    services.edit_gast(gast=gast, afgemeld="afmelden" in request.POST, wie=access.wie(request))
    pagina = request.POST.get("pagina", "")
    return redirect(
        _gasten_url(diner) + (f"?pagina={pagina}" if pagina.isdecimal() else "") + f"#gast-{gast.pk}"
    )


# --- a list at once -------------------------------------------------------------------------------------------------------


@GET_POST
def gast_import(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """A file, then what it would do, and only then is it done: all of it or nothing."""
    diner = access.get_diner(request.user, slug, nummer, access.ORGANISATOR)
    if "tabel" in request.POST:
        return _look(request, diner)
    form = LijstForm(request.POST, request.FILES) if request.method == "POST" else LijstForm()
    if request.method == "POST" and form.is_valid():
        try:
            tabel = read_tabel(form.cleaned_data["bestand"])
            brief = _seal(request, diner, tabel)
        except TabelFout as fout:
            form.add_error("bestand", str(fout))
        else:
            kolommen = guess_kolommen(tabel)
            data = {"tabel": brief, **{veld: _text(kolommen[veld]) for veld in VELDEN}}
            return _preview(request, diner, tabel, KolommenForm(data, koppen=tabel.koppen))
    context = {"reeks": diner.reeks, "diner": diner, "form": form}
    return render(
        request, "sessions/gast_import.html", context, status=422 if request.method == "POST" else 200
    )


def _look(request: HttpRequest, diner: Diner) -> HttpResponse:
    """Look again with other columns, or store it as it was shown."""
    try:
        tabel = _open(request, diner, request.POST["tabel"])
    except signing.BadSignature:
        form = LijstForm()
        context = {"reeks": diner.reeks, "diner": diner, "form": form, "verlopen": True}
        return render(request, "sessions/gast_import.html", context, status=422)
    form_kolommen = KolommenForm(request.POST, koppen=tabel.koppen)
    if "opslaan" not in request.POST or not form_kolommen.is_valid():
        return _preview(request, diner, tabel, form_kolommen)
    if (
        request.POST["opslaan"] != form_kolommen.choice
    ):  # chosen after the preview: nobody has seen what that does
        return _preview(request, diner, tabel, form_kolommen, anders=True)
    try:
        aantal = services.import_gasten(
            diner=diner,
            tabel=tabel,
            kolommen=form_kolommen.cleaned_data["kolommen"],
            gebruiker=cast(Gebruiker, request.user),
            now=timezone.now(),
        )
    except DenkdinerError as error:
        form_kolommen.add_error(None, str(error))
        return _preview(request, diner, tabel, form_kolommen)
    messages.success(
        request,
        f"De lijst is opgeslagen: {aantal[Stand.NIEUW]} nieuw, {aantal[Stand.GEWIJZIGD]} gewijzigd, "
        f"{aantal[Stand.GELIJK]} ongewijzigd.",
    )
    return redirect(_gasten_url(diner))


def _preview(
    request: HttpRequest, diner: Diner, tabel: Tabel, form: KolommenForm, *, anders: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {"reeks": diner.reeks, "diner": diner, "form": form, "anders": anders}
    klopt = form.is_valid()
    if klopt:
        regels = compare(tabel, form.cleaned_data["kolommen"], diner.gasten.all())
        context |= _summary(regels)
    # a first look answers a file that was fine; what is refused here was asked of the list itself
    status = 422 if anders or ("tabel" in request.POST and not klopt) or form.non_field_errors() else 200
    return render(request, "sessions/gast_import_overzicht.html", context, status=status)


def _summary(regels: list[Regel]) -> dict[str, Any]:
    volgorde = [Stand.FOUT, Stand.GEWIJZIGD, Stand.NIEUW, Stand.GELIJK]
    aantal = Counter(regel.stand for regel in regels)
    gesorteerd = sorted(regels, key=lambda regel: (volgorde.index(regel.stand), regel.nummer))
    return {
        "aantallen": [(stand, aantal[stand]) for stand in volgorde],
        "fouten": aantal[Stand.FOUT],
        "te_doen": aantal[Stand.NIEUW] + aantal[Stand.GEWIJZIGD],
        "regels": gesorteerd[:GETOOND],
        "meer": len(regels) - GETOOND,
    }


def _text(kolom: int | None) -> str:
    return "" if kolom is None else str(kolom)


def _salt(request: HttpRequest, diner: Diner) -> str:
    """After erasing a list that was still open may bring nobody back, so its seal breaks with that too."""
    return f"gasten.{diner.pk}.{request.user.pk}.{services.erasure_of(diner.reeks)}"


def _seal(request: HttpRequest, diner: Diner, tabel: Tabel) -> str:
    brief = signing.dumps([tabel.koppen, tabel.rijen], salt=_salt(request, diner), compress=True)
    if len(brief) > MAX_BRIEF:
        raise TabelFout(
            "Er staat te veel in dit bestand. Laat alleen de kolommen naam, organisatie en sector staan."
        )
    return brief


def _open(request: HttpRequest, diner: Diner, brief: str) -> Tabel:
    """Of this diner and this person, not older than an hour or than the last erasing; ``BadSignature`` otherwise."""
    koppen, rijen = signing.loads(brief, salt=_salt(request, diner), max_age=GELDIG)
    return Tabel(tuple(koppen), tuple((nummer, tuple(cellen)) for nummer, cellen in rijen))
