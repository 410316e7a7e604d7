"""Steps on the werkbank of a stelling, taking them back, who else is there, and "meer zoals deze"."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture.models import Bijdrage
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.forms import SchoonForm
from denkdiner.text import capital
from sessions.access import TEAM, VERSLAGLEGGER, rollen_of
from sessions.models import Gebruiker, Rol, Stelling
from synthesis import access, queries, services
from synthesis.bordforms import AanwezigForm, BordstapForm, SelectieForm
from synthesis.models import Handeling, RodeDraad

Context = dict[str, Any]


def _user(request: HttpRequest) -> Gebruiker:
    return cast(Gebruiker, request.user)


def _answer(
    request: HttpRequest, stelling: Stelling, melding: str, status: int = 200, vraag: str = ""
) -> HttpResponse:
    """In words. Without HTMX: on the werkbank."""
    if getattr(request, "htmx", False):
        context = {"melding": melding, "vraag": vraag}
        return render(request, "synthesis/inbox_melding.html", context, status=status)
    (messages.success if status == 200 else messages.error)(request, melding)
    diner = stelling.diner
    return redirect("synthesis:werkbank", diner.reeks.slug, diner.nummer, stelling.nummer)


def _words(form: SchoonForm) -> str:
    return " ".join(str(fout) for regels in form.errors.values() for fout in regels)


def _draad(stelling: Stelling, pk: int) -> RodeDraad:
    """A thread of *stelling*, also when it was put away: the step then says who did that."""
    draad = RodeDraad.alle.filter(stelling=stelling, pk=pk).first()
    if draad is None:
        raise Http404
    draad.stelling = stelling
    return draad


def _notities(stelling: Stelling, data: Context) -> Context:
    """Notes of tables at this diner, in the order in which they were chosen, and where each was seen."""
    gevonden = Bijdrage.objects.of_tables().filter(diner=stelling.diner_id).in_bulk(data["notities"])
    if len(gevonden) != len(data["notities"]):
        raise Http404
    if any(bijdrage.stelling_id != stelling.pk for bijdrage in gevonden.values()):
        raise services.Bezet("De tafel heeft een van deze notities net bij een andere stelling gezet.")
    return {"bijdragen": [gevonden[pk] for pk in data["notities"]], "gezien": data["gezien"]}


def _do(stelling: Stelling, data: Context, wie: Context) -> Handeling | None:
    """The service of this step. ``wie``: who, and when."""

    def draad(naam: str = "draad") -> RodeDraad:
        return _draad(stelling, data[naam])

    def notities() -> Context:
        return _notities(stelling, data)

    version, reden, titel = data["version"], data["reden"], data["titel"]
    stappen: dict[str, Callable[[], Handeling | None]] = {
        "plaats": lambda: services.place_bijdragen(draad=draad(), reden=reden, **notities(), **wie),
        "nieuw": lambda: services.start_rode_draad(
            stelling=stelling, titel=titel, reden=reden, **notities(), **wie
        ),
        "opzij": lambda: services.park_bijdragen(reden=reden, **notities(), **wie),
        "los": lambda: services.loosen_bijdragen(reden=reden, **notities(), **wie),
        "splits": lambda: services.split_rode_draad(draad=draad(), titel=titel, **notities(), **wie),
        "schuif": lambda: services.shift_bijdrage(
            bijdrage=notities()["bijdragen"][0], gezien=data["gezien"][0], plek=data["plek"], **wie
        ),
        "hernoem": lambda: services.rename_rode_draad(draad=draad(), titel=titel, version=version, **wie),
        "samen": lambda: services.merge_rode_draden(
            van=draad(), naar=draad("naar"), version=version, reden=reden, **wie
        ),
        "orden": lambda: services.move_rode_draad(draad=draad(), naar=data["plek"], **wie),
        "verwijder": lambda: services.delete_rode_draad(draad=draad(), version=version, reden=reden, **wie),
    }
    return stappen[data["doe"]]()


@require_POST
def bord_stap(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """One step. Fields: ``BordstapForm``; which goes with what: ``_do``.

    Answers with one element of class ``melding``: 200 done, 409 somebody else was first, 422 it cannot be done; when that
    is for want of a reason, the element has ``data-vraag="reden"``. Without HTMX it goes back to the werkbank.
    """
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    form = BordstapForm(request.POST)
    if not form.is_valid():
        return _answer(request, found, _words(form), 422)
    try:
        gedaan = _do(found, form.cleaned_data, {"gebruiker": _user(request), "now": timezone.now()})
    except DenkdinerError as error:
        status = 409 if isinstance(error, Conflict) else 422
        vraag = "reden" if isinstance(error, services.RedenNodig) else ""
        return _answer(request, found, str(error), status, vraag)
    return _answer(request, found, f"{capital(gedaan.wat)}." if gedaan else "Gedaan.")


@require_POST
def bord_ongedaan(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """Take back the last step of this person on this werkbank; 409 when somebody else changed the same since."""
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    uitkomst = services.undo_handeling(stelling=found, gebruiker=_user(request), now=timezone.now())
    if uitkomst is None:
        return _answer(request, found, "Er is niets om ongedaan te maken.")
    return _answer(request, found, uitkomst.melding, 200 if uitkomst.gelukt else 409)


@require_POST
def bord_opnieuw(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """Do again what this person took back last on this werkbank; 409 as ``bord_ongedaan``."""
    found = access.get_stelling(request.user, slug, nummer, stelling, VERSLAGLEGGER)
    uitkomst = services.redo_handeling(stelling=found, gebruiker=_user(request), now=timezone.now())
    if uitkomst is None:
        return _answer(request, found, "Er is niets om opnieuw te doen.")
    return _answer(request, found, uitkomst.melding, 200 if uitkomst.gelukt else 409)


@never_cache
@require_safe
def bord_meer(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """The notes most like a thread (``?draad=``) or like some notes (``?bijdragen=…&bijdragen=…``), and where they are."""
    found = access.get_stelling(request.user, slug, nummer, stelling, TEAM)
    form = SelectieForm(request.GET)
    if not form.is_valid():
        raise DenkdinerError(_words(form))
    pk, notities = form.cleaned_data["draad"], form.cleaned_data["notities"]
    draad = _draad(found, pk) if pk else None
    if draad is not None:
        draad.reeks = found.diner.reeks
    context = {
        **_place(request, found),
        "draad": draad,
        "aantal": len(notities),
        "lijkt": queries.more_like_draad(draad) if draad else queries.more_like_bijdragen(found, notities),
    }
    return render(request, "synthesis/_bord_meer.html", context)


def _place(request: HttpRequest, stelling: Stelling) -> Context:
    rollen = rollen_of(request.user, stelling.diner.reeks)
    return {
        "reeks": stelling.diner.reeks,
        "diner": stelling.diner,
        "stelling": stelling,
        "mag_schrijven": Rol.VERSLAGLEGGER in rollen,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def aanwezig(request: HttpRequest, slug: str, nummer: int, stelling: int) -> HttpResponse:
    """Who else is at this werkbank. A page posts here every ``services.PING`` seconds, with ``draad`` in the editor of one.

    The answer to both is the fragment, in the words of that page (``?draad=``). Who is silent for ``services.WEG`` seconds
    is gone.
    """
    found = access.get_stelling(request.user, slug, nummer, stelling, TEAM)
    form = AanwezigForm(request.POST or request.GET)
    draad = form.cleaned_data["draad"] if form.is_valid() else None
    if request.method == "POST":
        services.say_aanwezig(stelling=found, gebruiker=_user(request), draad=draad)
    context = {"hier": draad, "aanwezigen": queries.aanwezigen_of(found, _user(request))}
    return render(request, "synthesis/_aanwezig.html", {**_place(request, found), **context})
