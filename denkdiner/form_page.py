"""The one way in which a form page works here: show, check, call a service, go on; a broken rule stands at the form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from denkdiner.errors import Conflict, DenkdinerError

Context = dict[str, Any]
GET_POST = require_http_methods(["GET", "HEAD", "POST"])
"""What a page with a form answers."""


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    save: Callable[[dict[str, Any]], Any],
    terug: str,
    kop: str,
    gelukt: str,
    template: str = "ui/form.html",
    botsing: Callable[[], tuple[Context, dict[str, str]]] | None = None,
    **context: Any,
) -> HttpResponse:
    """GET shows *form*; a valid POST calls ``save(cleaned_data)`` and goes to *terug* (or to the address that it returns).

    *gelukt* is said then; empty when ``save`` says it itself.

    An invalid form, or a ``DenkdinerError`` of the service, comes back with 422 and what was typed; a ``Conflict`` with 409,
    and *botsing* then says what to show beside the form and with which values (a version) the next save is on top of it.
    """
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            naar = save(form.cleaned_data)
        except DenkdinerError as error:
            form.add_error(None, str(error))
            if isinstance(error, Conflict):
                status = 409
                if botsing is not None:
                    beside, fresh = botsing()
                    context |= beside
                    form.data = request.POST.copy()
                    form.data.update(fresh)
        else:
            if gelukt:
                messages.success(request, gelukt)
            return redirect(naar if isinstance(naar, str) else terug)
    return render(request, template, {"form": form, "kop": kop, "terug": terug, **context}, status=status)
