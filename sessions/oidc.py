"""Who comes in with an account of another organisation. Loaded only when the settings switch that on."""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils import timezone

from denkdiner.text import is_storable
from sessions.services import sign_in_proven


def _refuse(request: HttpRequest, reden: str) -> NoReturn:
    raise ImmediateHttpResponse(render(request, "account/oidc_nee.html", {"reden": reden}, status=403))


def _proven_address(data: dict[str, Any]) -> str:
    """The address that the organisation vouches for; empty when it does not, or contradicts itself."""
    userinfo, id_token = data.get("userinfo") or {}, data.get("id_token") or {}
    if id_token.get("sub") is None or id_token["sub"] != userinfo.get("sub"):
        return ""  # the second answer may be about somebody else
    email = userinfo.get("email")
    if not isinstance(email, str) or userinfo.get("email_verified") is not True:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """An account here, or an open invitation, with an e-mail address that is proven there; nobody else."""

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Not allauth's way: ``pre_social_login`` looks."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            _refuse(request, "storing")
        data = sociallogin.account.extra_data
        email = _proven_address(data)
        if not email:
            _refuse(request, "onbewezen")
        naam = (data.get("userinfo") or {}).get("name")
        naam = naam[:120] if isinstance(naam, str) and is_storable(naam) else ""
        gebruiker = sign_in_proven(email=email, naam=naam, now=timezone.now())
        if gebruiker is None:
            _refuse(request, "onbekend")
        sociallogin.user = gebruiker

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> NoReturn:
        if error == AuthError.CANCELLED:
            messages.warning(request, "Je bent niet ingelogd.")
            raise ImmediateHttpResponse(redirect("account_login"))
        _refuse(request, "storing")
