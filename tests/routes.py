"""Every route there is, and who may walk it. ``tests/house/test_routes.py`` fails when one is missing here."""

from django.urls import reverse
from django.urls.resolvers import URLResolver

from sessions.models import Rol

# name: (rule, what its address needs). Rules: open = anybody; token = whoever has the secret link; account = anybody signed
# in; tablet = a device of that table; leden, team, organisator, verslaglegger = members with one of those roles.
DINER = ("slug", "nummer")
ROUTES = {
    "start": ("open",),
    "gezond": ("open",),
    "demo_deur": ("open", "deur"),
    "capture:aanmelden": ("open",),
    "capture:kijken": ("open",),
    "capture:deelnemen": ("open",),
    "capture:schil": ("open",),
    "capture:service_worker": ("open",),
    "capture:manifest": ("open",),
    "diners:scherm": ("token", "token"),
    "diners:scherm_stand": ("token", "token"),
    "capture:tafel": ("tablet",),
    "capture:bijdrage_add": ("tablet",),
    "capture:bijdrage_edit": ("tablet", "bijdrage"),
    "capture:bijdrage_delete": ("tablet", "bijdrage"),
    "capture:bijdrage_restore": ("tablet", "bijdrage"),
    "capture:sync_hallo": ("tablet",),
    "capture:sync_notities": ("tablet",),
    "capture:sync_ops": ("tablet",),
    "capture:sync_hulp": ("tablet",),
    "capture:sync_gezien": ("tablet",),
    "diners:reeks_list": ("account",),
    "diners:reeks_create": ("account",),
    "synthesis:reeks_import": ("account",),
    "diners:reeks_detail": ("leden", "slug"),
    "diners:diner_detail": ("leden", *DINER),
    "diners:reeks_edit": ("organisator", "slug"),
    "diners:reeks_delete": ("organisator", "slug"),
    "diners:spreker_create": ("organisator", "slug"),
    "diners:spreker_edit": ("organisator", "slug", "spreker"),
    "diners:spreker_delete": ("organisator", "slug", "spreker"),
    "diners:diner_create": ("organisator", "slug"),
    "diners:diner_edit": ("organisator", *DINER),
    "diners:diner_delete": ("organisator", *DINER),
    "diners:optreden_add": ("organisator", *DINER),
    "diners:optreden_remove": ("organisator", *DINER, "optreden"),
    "diners:stelling_create": ("organisator", *DINER),
    "diners:stelling_edit": ("organisator", *DINER, "stelling"),
    "diners:stelling_delete": ("organisator", *DINER, "stelling"),
    "diners:stelling_move": ("organisator", *DINER, "stelling"),
    "diners:ronde_create": ("organisator", *DINER),
    "diners:ronde_edit": ("organisator", *DINER, "ronde"),
    "diners:ronde_delete": ("organisator", *DINER, "ronde"),
    "diners:ronde_move": ("organisator", *DINER, "ronde"),
    "diners:ronde_action": ("organisator", *DINER, "ronde", "ronde_actie"),
    "diners:tafel_create": ("organisator", *DINER),
    "diners:tafels_add": ("organisator", *DINER),
    "diners:tafel_links": ("organisator", *DINER),
    "diners:codes_open": ("organisator", *DINER),
    "diners:codes_close": ("organisator", *DINER),
    "diners:tafel_edit": ("organisator", *DINER, "tafel"),
    "diners:tafel_delete": ("organisator", *DINER, "tafel"),
    "diners:tafel_qr": ("organisator", *DINER, "tafel"),
    "diners:toegang_rotate": ("organisator", *DINER, "tafel"),
    "diners:toegang_revoke": ("organisator", *DINER, "tafel"),
    "diners:regie": ("team", *DINER),
    "diners:regie_stand": ("team", *DINER),
    "diners:bericht_list": ("team", *DINER),
    "diners:bericht_send": ("organisator", *DINER),
    "diners:bericht_withdraw": ("organisator", *DINER, "bericht"),
    "diners:diner_status": ("organisator", *DINER, "diner_actie"),
    "diners:scherm_open": ("organisator", *DINER),
    "capture:voortgang": ("team", *DINER),
    "capture:tafel_counts": ("team", *DINER),
    "capture:hulp_settle": ("organisator", *DINER, "tafel"),
    "capture:quarantaine": ("organisator", *DINER),
    "capture:quarantaine_adopt": ("organisator", *DINER, "quarantaine"),
    "capture:quarantaine_settle": ("organisator", *DINER, "quarantaine"),
    "synthesis:inbox": ("team", *DINER),
    "synthesis:inbox_list": ("team", *DINER),
    "synthesis:werkbank": ("team", *DINER, "stelling"),
    "synthesis:draad_list": ("team", *DINER, "stelling"),
    "synthesis:notities": ("team", *DINER, "stelling"),
    "synthesis:per_tafel": ("team", *DINER, "stelling"),
    "synthesis:voorstel": ("verslaglegger", *DINER, "stelling"),
    "synthesis:draad_create": ("verslaglegger", *DINER, "stelling"),
    "synthesis:verslag": ("team", "slug"),
    "synthesis:verslag_docx": ("team", "slug"),
    "synthesis:reeks_export": ("team", "slug"),
    "synthesis:verslagdeel_edit": ("verslaglegger", "slug", "sleutel"),
    "synthesis:reeksdraad_create": ("verslaglegger", "slug"),
    "synthesis:draad_edit": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_delete": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_merge": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_split": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_meer": ("verslaglegger", "slug", "draad"),
    "synthesis:draad_move": ("verslaglegger", "slug", "draad"),
    "synthesis:bijdrage_versies": ("team", "slug", "bijdrage"),
    "synthesis:bijdrage_move": ("verslaglegger", "slug", "bijdrage"),
    "synthesis:bijdrage_rol": ("verslaglegger", "slug", "bijdrage"),
    # allauth: signing in and out, one's own password and second factor
    "account_login": ("open",),
    "account_logout": ("open",),
    "account_signup": ("open",),
    "account_inactive": ("open",),
    "account_reset_password": ("open",),
    "account_reset_password_done": ("open",),
    "account_reset_password_from_key": ("open",),
    "account_reset_password_from_key_done": ("open",),
    "account_confirm_email": ("open",),
    "account_confirm_login_code": ("open",),
    "account_email_verification_sent": ("open",),
    "mfa_authenticate": ("open",),
    "account_reauthenticate": ("account",),
    "account_change_password": ("account",),
    "account_set_password": ("account",),
    "account_email": ("account",),
    "mfa_index": ("account",),
    "mfa_reauthenticate": ("account",),
    "mfa_activate_totp": ("account",),
    "mfa_deactivate_totp": ("account",),
    "mfa_view_recovery_codes": ("account",),
    "mfa_generate_recovery_codes": ("account",),
    "mfa_download_recovery_codes": ("account",),
    "mfa_list_webauthn": ("account",),
    "mfa_add_webauthn": ("account",),
    "mfa_edit_webauthn": ("account",),
    "mfa_remove_webauthn": ("account",),
    "mfa_reauthenticate_webauthn": ("account",),
}
PARAMETER = {  # what an address calls it, when that is not what it is
    "bijdrage": "pk",
    "spreker": "pk",
    "optreden": "pk",
    "ronde": "pk",
    "tafel": "pk",
    "draad": "pk",
    "quarantaine": "pk",
    "bericht": "pk",
    "ronde_actie": "actie",
    "diner_actie": "actie",
}
ROLLEN = {
    "leden": set(Rol),
    "team": {Rol.ORGANISATOR, Rol.VERSLAGLEGGER},
    "organisator": {Rol.ORGANISATOR},
    "verslaglegger": {Rol.VERSLAGLEGGER},
}
MEMBER_ROUTES = sorted(name for name, (rule, *_) in ROUTES.items() if rule in ROLLEN)


def walk(resolver, namespace=""):
    """The names of all routes under *resolver*."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, ":".join(filter(None, [namespace, pattern.namespace])))
        else:
            yield ":".join(filter(None, [namespace, pattern.name or str(pattern.pattern)]))


def address(name, values):
    """The path of a route, with *values* from ``route_values``."""
    return reverse(name, kwargs={PARAMETER.get(key, key): values[key] for key in ROUTES[name][1:]})
