"""Wiring between the rules of the domain and HTTP."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from denkdiner.errors import Conflict, DenkdinerError


class PrivateMiddleware:
    """What a member sees stays in no cache: after signing out, "back" shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class DenkdinerErrorMiddleware:
    """Turn a broken rule that a view did not handle itself into a calm 422 (or 409), never a 500.

    Views with a form catch ``DenkdinerError`` and show it at the form; buttons without a form may leave it to this net.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DenkdinerError):
            return None
        status = 409 if isinstance(exception, Conflict) else 422
        template = "ui/melding_regel.html" if getattr(request, "htmx", False) else "ui/melding.html"
        response = render(request, template, {"melding": str(exception)}, status=status)
        if getattr(request, "htmx", False):
            response["HX-Retarget"] = "#meldingen"
            response["HX-Reswap"] = "innerHTML"
            response["HX-Reselect"] = ".melding"  # a fragment selects its own content; this is no part of it
        return response
