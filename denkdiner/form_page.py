"""The one way in which a form page works here: show, check, call a service, go on; a broken rule stands at the form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from denkdiner.errors import DenkdinerError

Context = dict[str, Any]


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    save: Callable[[dict[str, Any]], Any],
    terug: str,
    kop: str,
    gelukt: str,
    template: str = "ui/form.html",
    **context: Any,
) -> HttpResponse:
    """GET shows *form*; a valid POST calls ``save(cleaned_data)`` and goes to *terug* (or to the address that it returns).

    An invalid form, or a ``DenkdinerError`` of the service, comes back with 422 and what was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            naar = save(form.cleaned_data)
        except DenkdinerError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gelukt)
            return redirect(naar if isinstance(naar, str) else terug)
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "kop": kop, "terug": terug, **context}, status=status)
