"""Signing in with a passkey: allauth's page, but for where it leads when that fails, and how often it may be asked."""

from typing import Any

from allauth.account.utils import passthrough_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn import views
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


class LoginWebAuthnView(views.LoginWebAuthnView):
    """Keeps ``next``, so that who signs in with the password instead still comes where they were going.

    allauth counts what is posted only; but to ask for a challenge is what stores a row.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        full = ratelimit.consume_or_429(request, app="allauth.mfa", action="webauthn_login", limit_get=True)
        return full or super().get(request, *args, **kwargs)

    def form_invalid(self, form: Form) -> HttpResponse:
        answer = super().form_invalid(form)
        return HttpResponseRedirect(
            passthrough_next_redirect_url(self.request, answer["Location"], REDIRECT_FIELD_NAME)
        )


passkey_login = LoginWebAuthnView.as_view()
