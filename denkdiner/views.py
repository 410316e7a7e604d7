"""The pages that belong to no app: the front door, the demo's four doors, and the health check."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from denkdiner import demo, handleiding
from sessions.models import Gebruiker


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Demo: four doors. Otherwise: to the reeksen, or to sign in."""
    if settings.DEMO:
        return render(request, "start.html")
    return redirect("diners:reeks_list" if request.user.is_authenticated else "account_login")


@login_not_required
@never_cache
@require_safe
def demo_deur(request: HttpRequest, deur: str) -> HttpResponse:
    """Walk into the demo as one of its people, at a table or at the scherm; does not exist outside the demo."""
    if not settings.DEMO or deur not in demo.DEUREN:
        raise Http404
    if deur in demo.MENSEN:
        gebruiker = get_object_or_404(Gebruiker, email=demo.MENSEN[deur][0])
        login(request, gebruiker, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(demo.address_of(deur))


@login_not_required
@never_cache
@require_safe
def gezond(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and the database can be read; for Docker and load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def hulp(request: HttpRequest) -> HttpResponse:
    """The manual, by role. For everybody: it holds nothing of anybody, and who sits at a table has no account."""
    return render(request, "hulp.html", {"rollen": handleiding.ROLLEN.items()})


@login_not_required
@require_safe
def hulp_rol(request: HttpRequest, rol: str) -> HttpResponse:
    """One chapter of it."""
    if rol not in handleiding.ROLLEN:
        raise Http404
    hoofdstuk = handleiding.chapter_of(rol)
    return render(
        request, "hulp_rol.html", {"hoofdstuk": hoofdstuk, "rol": rol, "rollen": handleiding.ROLLEN}
    )
