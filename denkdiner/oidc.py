"""Signing in with an account of one's own organisation (OpenID Connect): routes that exist only when the settings say so.

allauth speaks the protocol; ``sessions.oidc`` decides who comes in. Choices: docs/decisions/0012-uitnodigingen.md.
"""

import logging

from allauth.account.views import LoginView
from allauth.socialaccount.providers.openid_connect import views as allauth_views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

logger = logging.getLogger(__name__)


def _answer(request: HttpRequest, view: str, provider_id: str) -> HttpResponseBase:
    """What allauth answers; a page instead of a fault when the other server does not do what it should."""
    if provider_id != settings.OIDC_PROVIDER:
        raise Http404
    try:
        return getattr(allauth_views, view)(request, provider_id)
    except (RequestException, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.error("The OIDC server gave an answer that is none: %s", type(error).__name__, exc_info=True)
        return render(request, "account/oidc_nee.html", {"reden": "storing"}, status=502)


@login_not_required
@never_cache
@require_safe
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the sign-in page of the organisation."""
    return _answer(request, "login", provider_id)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from there."""
    return _answer(request, "callback", provider_id)


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """allauth's own pages to sign up with, and to connect, such an account: neither is done here."""
    raise Http404


# Before allauth's own: the same addresses.
urlpatterns = [
    path(
        "account/login/",
        LoginView.as_view(extra_context={"oidc_naam": settings.OIDC_NAME, "oidc": settings.OIDC_PROVIDER}),
        name="account_login",
    ),
    path("account/oidc/<str:provider_id>/login/", login, name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    re_path(r"^account/(?:3rdparty|social)/", closed, name="oidc_closed"),
]
