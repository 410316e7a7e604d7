"""All routes. Words in addresses are Dutch; tokens of tables travel in the fragment and never come here."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from denkdiner import views
from sessions.views.passkeys import passkey_login

# The back office signs in where everybody does: one door, with its limits on guessing and its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    # first, and in it the notes of tablets: each address before them costs every note time
    path("", include("capture.urls")),
    path("", views.start, name="start"),
    path("demo/<slug:deur>/", views.demo_deur, name="demo_deur"),
    path("hulp/", views.hulp, name="hulp"),
    path("hulp/<slug:rol>/", views.hulp_rol, name="hulp_rol"),
    path("gezond/", views.gezond, name="gezond"),
    *([path("", include("denkdiner.oidc"))] if settings.OIDC else []),
    *(
        [path("account/2fa/webauthn/login/", passkey_login, name="mfa_login_webauthn")]
        if settings.MFA_PASSKEY_LOGIN_ENABLED
        else []
    ),
    path("account/", include("allauth.urls")),
    path("beheer/", admin.site.urls),
    path("", include("synthesis.urls")),
    path("", include("sessions.urls")),
]
