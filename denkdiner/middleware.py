"""Wiring between the rules of the domain and HTTP."""

import logging
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

from denkdiner.errors import Conflict, DenkdinerError

logger = logging.getLogger(__name__)


class _Chain(BaseHandler):
    """Django's handler with middleware of our choice."""

    def __init__(self, names: list[str]) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for name in reversed(names):
            middleware = import_string(name)(chain)
            if hasattr(middleware, "process_view"):
                self._view_middleware.insert(0, middleware.process_view)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            chain = convert_exception_to_response(middleware)
        self._middleware_chain = chain

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, self._middleware_chain(request))


class ShortForSync:
    """A short way for ``/sync/``: what pages need (sessions, accounts, CSP …) costs as much as keeping the note."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.pages = get_response
        self.sync = _Chain(settings.SYNC_MIDDLEWARE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.sync(request) if request.path_info.startswith("/sync/") else self.pages(request)


class SyncErrorMiddleware:
    """What goes wrong under ``/sync/``, in words of the protocol: nothing in it is an answer about an op."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.get_host()  # refuses a host that is not ours, as CommonMiddleware does for pages
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DenkdinerError):
            status = 409 if isinstance(exception, Conflict) else 422
            return JsonResponse({"denkdiner": 1, "fout": str(exception)}, status=status)
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("The database does not answer: %s", type(exception).__name__)
            return JsonResponse({"denkdiner": 1, "fout": "even later opnieuw"}, status=503)
        return None


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
        # Not HX-Retarget: htmx looks for that from the button, and a nudge may have replaced the button meanwhile (live.js).
        response["X-Denkdiner"] = "melding"
        return response
