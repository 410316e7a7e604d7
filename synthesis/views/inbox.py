"""The inbox of a diner: what comes in, and where a verslaglegger puts it with one key."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from capture.models import Bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.text import capital
from sessions.access import TEAM, VERSLAGLEGGER, get_diner, rollen_of
from sessions.models import Diner, Gebruiker, Rol, Stelling
from synthesis import services
from synthesis.forms import SpanningForm, StapForm
from synthesis.models import Handeling, RodeDraad
from synthesis.queries import algemeen_of, inbox_of, inbox_stelling, laatste_van_anderen, schermstanden_of

ALGEMEEN = "algemeen"
REDENEN = ("Dubbel", "Gaat niet over deze stelling", "Te vaag om te plaatsen", "Terzijde of grap")
"""Why a note is laid aside most often."""


def _stelling(diner: Diner, gevraagd: str) -> Stelling | None:
    """The stelling that is asked for by number, else the one that is on; None for "algemeen", 404 when there is none."""
    if gevraagd == ALGEMEEN:
        return None
    nummer = int(gevraagd) if gevraagd.isdecimal() and len(gevraagd) < 6 else None
    stelling = None if gevraagd and nummer is None else inbox_stelling(diner, nummer)
    if gevraagd and stelling is None:
        raise Http404
    if stelling is not None:
        stelling.diner = diner
    return stelling


def _context(request: HttpRequest, diner: Diner) -> dict[str, Any]:
    stelling, alles = _stelling(diner, request.GET.get("stelling", "")), request.GET.get("alles") == "1"
    gebruiker = cast(Gebruiker, request.user)
    return {
        "reeks": diner.reeks,
        "diner": diner,
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen_of(gebruiker, diner.reeks),
        "inbox": inbox_of(stelling, alles=alles) if stelling else algemeen_of(diner, alles=alles),
        "alles": alles,
        "welke": stelling.nummer if stelling else ALGEMEEN,
        "scherm": schermstanden_of(diner),
        "anderen": laatste_van_anderen(diner, gebruiker, timezone.now()),
    }


@require_safe
def inbox(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Everything that comes in about a stelling, with the threads beside it."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    context = _context(request, diner) | {"redenen": REDENEN}
    context["stellingen"] = list(diner.stellingen.order_by("nummer"))
    return render(request, "synthesis/inbox.html", context)


@never_cache
@require_safe
def inbox_list(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """The notes and the threads. Live; holds no input."""
    diner = get_diner(request.user, slug, nummer, TEAM)
    return render(request, "synthesis/_inbox_list.html", _context(request, diner))


def _say(
    request: HttpRequest,
    melding: str,
    handeling: Handeling | None = None,
    status: int = 200,
    vraag: str = "",
) -> HttpResponse:
    context = {"melding": melding, "handeling": handeling, "vraag": vraag}
    return render(request, "synthesis/inbox_melding.html", context, status=status)


def _refuse(form: StapForm | SpanningForm) -> DenkdinerError:
    fouten = [str(fout) for regels in form.errors.values() for fout in regels]
    return DenkdinerError(" ".join(fouten))


@require_POST
def inbox_step(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """One key: put a note somewhere. Answers with what was done, in words; 409 when a colleague was first.

    422 when it cannot be done; with ``data-vraag="reden"`` when that is for want of a reason, as on the werkbank.
    """
    diner = get_diner(request.user, slug, nummer, VERSLAGLEGGER)
    form = StapForm(request.POST)
    if not form.is_valid():
        raise _refuse(form)
    data = form.cleaned_data
    bijdragen = Bijdrage.objects.present().of_tables().select_related("stelling__diner__reeks")
    bijdrage = get_object_or_404(bijdragen, diner=diner, pk=data["bijdrage"])
    wie: dict[str, Any] = {"gebruiker": cast(Gebruiker, request.user), "now": timezone.now()}
    try:
        return _step(request, bijdrage, data, wie)
    except services.RedenNodig as nodig:
        return _say(request, str(nodig), status=422, vraag="reden")


def _step(
    request: HttpRequest, bijdrage: Bijdrage, data: dict[str, Any], wie: dict[str, Any]
) -> HttpResponse:
    een = {"bijdrage": bijdrage, "gezien": data["gezien"], **wie}
    lijst = {"bijdragen": [bijdrage], "gezien": [data["gezien"]], "reden": data["reden"], **wie}
    match data["doe"]:
        case "plaats":
            draad = get_object_or_404(RodeDraad, diner=bijdrage.diner_id, pk=data["draad"])
            return _say(request, f"In “{draad.titel}”.", services.place_bijdragen(draad=draad, **lijst))
        case "nieuw":
            if bijdrage.stelling is None:
                raise DenkdinerError("Deze notitie hoort bij geen stelling.")
            handeling = services.start_rode_draad(stelling=bijdrage.stelling, titel=data["titel"], **lijst)
            return _say(request, f"In de nieuwe rode draad “{data['titel'].strip()}”.", handeling)
        case "opzij":
            return _say(request, "Opzijgelegd.", services.park_bijdragen(**lijst))
        case "quote":
            handeling = services.toggle_quote(**een)
            return _say(request, f"{capital(handeling.wat)}.", handeling)
        case pool:
            handeling = services.toggle_pool(pool=pool, **een)
            return _say(request, f"{capital(handeling.wat)}.", handeling)


@require_POST
def inbox_undo(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Take back the last step of this person at this diner, in the inbox or on a werkbank."""
    diner = get_diner(request.user, slug, nummer, VERSLAGLEGGER)
    gedaan = services.undo_handeling(diner=diner, gebruiker=cast(Gebruiker, request.user), now=timezone.now())
    if gedaan is None:
        return _say(request, "Er is niets om ongedaan te maken.")
    if not gedaan.gelukt:
        return _say(request, gedaan.melding, gedaan.handeling, status=409)
    kort = gedaan.handeling.bijdrage_id is not None  # the note comes back before the eyes
    return _say(request, "Ongedaan gemaakt." if kort else gedaan.melding, gedaan.handeling)


@require_POST
def inbox_spanning(request: HttpRequest, slug: str, nummer: int) -> HttpResponse:
    """Name the two sides of a thread; 409 when somebody else changed it meanwhile."""
    diner = get_diner(request.user, slug, nummer, VERSLAGLEGGER)
    form = SpanningForm(request.POST)
    if not form.is_valid():
        raise _refuse(form)
    data = form.cleaned_data
    draad = get_object_or_404(RodeDraad, diner=diner, pk=data.pop("draad"))
    try:
        services.edit_rode_draad(
            draad=draad, now=timezone.now(), gebruiker=cast(Gebruiker, request.user), **data
        )
    except Conflict:
        raise Conflict("Iemand anders heeft deze rode draad net gewijzigd. Kijk nog eens.") from None
    return _say(request, f"“{draad.titel}” heeft nu twee kanten.")
