"""The tablet of a table. It has no account: its device cookie opens its own table only."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from capture import queries, services
from capture.access import NietAangemeld, get_apparaat, get_bijdrage
from capture.forms import BijdrageForm, OpForm, TokenForm, WijzigForm, edit_form, new_form
from capture.models import Bijdrage
from capture.views.schil import shell_context
from denkdiner.errors import Conflict, DenkdinerError
from denkdiner.text import showable
from sessions.access import find_apparaat
from sessions.models import Apparaat
from sessions.services import join_tafel, touch_apparaat
from sessions.services.toegang import find_toegang

TABLET_COOKIE_AGE = 36 * 3600
TabletView = Callable[..., HttpResponse]


def tablet(view: Callable[..., HttpResponse]) -> TabletView:
    """A view for a joined tablet: passes its ``Apparaat``; one that is not (or no longer) joined is told how to join."""

    @login_not_required
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            apparaat = get_apparaat(request)
        except NietAangemeld:
            return _join_again(request)
        touch_apparaat(apparaat=apparaat, now=timezone.now())
        return view(request, apparaat, *args, **kwargs)

    return wrapped


def _join_again(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        context = {"tekst": showable(request.POST.get("tekst", ""))}
        return render(request, "capture/opnieuw_aanmelden.html", context, status=401)
    return redirect("capture:aanmelden")


# --- joining -----------------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def aanmelden(request: HttpRequest) -> HttpResponse:
    """The page behind the QR: static, because the token stands in the fragment and never reaches the server by itself."""
    return render(
        request, "capture/aanmelden.html", {"form": TokenForm(), "apparaat": find_apparaat(request)}
    )


@login_not_required
@never_cache
@require_POST
def kijken(request: HttpRequest) -> HttpResponse:
    """Which table is this? Shown before anybody confirms; joins nothing."""
    form = TokenForm(request.POST)
    try:
        if not form.is_valid():
            raise DenkdinerError("Plak hier de link van je tafel.")
        toegang = find_toegang(token=form.cleaned_data["token"], now=timezone.now())
    except DenkdinerError as error:
        return render(request, "capture/aanmelden.html", {"form": form, "fout": str(error)}, status=422)
    context = {"tafel": toegang.tafel, "diner": toegang.tafel.diner, "token": form.cleaned_data["token"]}
    return render(request, "capture/bevestigen.html", context)


@login_not_required
@never_cache
@require_POST
def deelnemen(request: HttpRequest) -> HttpResponse:
    """Join the table: the device gets its cookie. A device that is at this table already keeps its place."""
    form = TokenForm(request.POST)
    try:
        if not form.is_valid():
            raise DenkdinerError("Plak hier de link van je tafel.")
        now = timezone.now()
        toegang = find_toegang(token=form.cleaned_data["token"], now=now)
        eigen = find_apparaat(request)
        # the page that opens next may come from the service worker: the fragment tells it which table it is for
        naar_tafel = redirect(f"{reverse('capture:tafel')}#{toegang.tafel_id}")
        if eigen is not None and eigen.toegang.tafel_id == toegang.tafel_id:
            return naar_tafel
        _, secret = join_tafel(token=form.cleaned_data["token"], now=now, eerder=eigen)
    except DenkdinerError as error:
        return render(request, "capture/aanmelden.html", {"form": form, "fout": str(error)}, status=422)
    naar_tafel.set_cookie(
        settings.TABLE_COOKIE,
        secret,
        max_age=TABLET_COOKIE_AGE,
        path="/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return naar_tafel


# --- the tablet ----------------------------------------------------------------------------------------------------------


def _context(apparaat: Apparaat, **extra: Any) -> dict[str, Any]:
    tafel = apparaat.toegang.tafel
    return {"apparaat": apparaat, "tafel": tafel, "diner": tafel.diner, "now": timezone.now(), **extra}


def _page(request: HttpRequest, apparaat: Apparaat, status: int = 200, **extra: Any) -> HttpResponse:
    """The whole tablet page. With JavaScript it goes on by itself (static/js/tablet); without, by plain forms and links."""
    context = _context(apparaat, **extra)
    diner = context["diner"]
    plek = queries.current_place(diner)
    context |= shell_context() | {"plek": plek, "ronde": plek.ronde}
    # asked for by the ronde of a spreker only
    context["optredens"] = diner.optredens.select_related("spreker").order_by("volgorde", "pk")
    context["stand"] = queries.tafelstand(context["tafel"])
    context.setdefault("form", new_form(context["tafel"], plek))
    return render(request, "capture/tafel.html", context, status=status)


@tablet
@require_safe
def tafel(request: HttpRequest, apparaat: Apparaat) -> HttpResponse:
    return _page(request, apparaat)


@tablet
@require_POST
def bijdrage_add(request: HttpRequest, apparaat: Apparaat) -> HttpResponse:
    """Log a note; the same ids again give the same answer."""
    table = apparaat.toegang.tafel
    form = BijdrageForm(request.POST, tafel=table)
    if form.is_valid():
        try:
            services.add_bijdrage(
                tafel=table,
                bijdrage_id=form.cleaned_data["bijdrage_id"],
                op_id=form.cleaned_data["op_id"],
                inhoud=form.inhoud(),
                now=timezone.now(),
                apparaat=apparaat,
            )
        except DenkdinerError as error:
            form.add_error(None, str(error))
        else:
            return redirect("capture:tafel")
    form.renew(bijdrage_id=uuid.uuid4())
    return _page(request, apparaat, status=422, form=form)


@tablet
@require_http_methods(["GET", "HEAD", "POST"])
def bijdrage_edit(request: HttpRequest, apparaat: Apparaat, pk: uuid.UUID) -> HttpResponse:
    """Edit a note on a page of its own, so that nothing is swapped from under somebody who types."""
    bijdrage = get_bijdrage(apparaat, pk)
    if request.method != "POST":
        form = edit_form(bijdrage, apparaat.toegang.tafel)
        return _edit_page(request, apparaat, bijdrage, form)
    form = WijzigForm(request.POST, tafel=apparaat.toegang.tafel, bijdrage=bijdrage)
    status = 422
    if form.is_valid():
        try:
            services.edit_bijdrage(
                bijdrage=bijdrage,
                op_id=form.cleaned_data["op_id"],
                base_rev=form.cleaned_data["base_rev"],
                inhoud=form.inhoud(),
                now=timezone.now(),
                apparaat=apparaat,
            )
        except DenkdinerError as error:
            form.add_error(None, str(error))
            status = 409 if isinstance(error, Conflict) else 422
        else:
            return redirect("capture:tafel")
    bijdrage = get_bijdrage(apparaat, pk)
    # after a conflict the next save is on top of what the page now shows beside it
    form.renew(**({"base_rev": bijdrage.rev} if status == 409 else {}))
    return _edit_page(request, apparaat, bijdrage, form, status)


def _edit_page(
    request: HttpRequest, apparaat: Apparaat, bijdrage: Bijdrage, form: WijzigForm, status: int = 200
) -> HttpResponse:
    """With the texts that were kept beside it: a save on top of the newest revision chooses, so they have to be seen."""
    context = _context(apparaat, bijdrage=bijdrage, form=form, versies=queries.versies_beside(bijdrage))
    return render(request, "capture/bijdrage_edit.html", context, status=status)


def _bin(
    request: HttpRequest, apparaat: Apparaat, pk: uuid.UUID, action: Callable[..., Any], **extra: Any
) -> HttpResponse:
    form = OpForm(request.POST)
    op_id = form.cleaned_data["op_id"] if form.is_valid() else uuid.uuid4()
    action(bijdrage=get_bijdrage(apparaat, pk), op_id=op_id, now=timezone.now(), apparaat=apparaat)
    return redirect(reverse("capture:tafel") + "#prullenbak")


@tablet
@require_POST
def bijdrage_delete(request: HttpRequest, apparaat: Apparaat, pk: uuid.UUID) -> HttpResponse:
    """Into the bin, with an undo right there."""
    return _bin(request, apparaat, pk, services.delete_bijdrage)


@tablet
@require_POST
def bijdrage_restore(request: HttpRequest, apparaat: Apparaat, pk: uuid.UUID) -> HttpResponse:
    """Out of the bin."""
    return _bin(request, apparaat, pk, services.restore_bijdrage)
