"""System checks: what would go wrong tonight, said now, with a hint. ``denkdiner.E…`` stops the server.

A web server runs no checks by itself: ``asgi.py`` asks ``refuse_to_start``.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

LOCAL = {"localhost", "127.0.0.1", "::1", "[::1]"}


def _is_local(host: str) -> bool:
    return host in LOCAL or host.endswith(".localhost")


@register()
def check_live_layer(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """An in-memory layer reaches one process: with several, half of the screens would never hear a note arrive."""
    if settings.WORKERS > 1 and not settings.REDIS_URL:
        return [
            Error(
                f"{settings.WORKERS} workers cannot share live updates in memory.",
                hint="Set REDIS_URL, or WORKERS=1.",
                id="denkdiner.E001",
            )
        ]
    return []


@register()
def check_demo(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The demo's doors let anybody in as organiser."""
    hosts = [*settings.ALLOWED_HOSTS, urlsplit(settings.SITE_URL).hostname or ""]
    if settings.DEMO and not all(_is_local(host) for host in hosts if host != "testserver"):
        return [
            Error(
                "DEMO=1 lets anybody in as organiser, and this server answers to more than localhost.",
                hint="Set DEMO=0, or keep ALLOWED_HOSTS and SITE_URL at localhost.",
                id="denkdiner.E002",
            )
        ]
    return []


@register()
def check_hosts(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Any host header would decide what stands in a QR code."""
    if "*" in settings.ALLOWED_HOSTS:
        return [
            Error(
                "ALLOWED_HOSTS=* lets a visitor choose the address in links and QR codes.",
                hint="Name the hosts, for example ALLOWED_HOSTS=diner.example.nl.",
                id="denkdiner.E003",
            )
        ]
    return []


@register()
def check_oidc(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Half a door is none; and over http:// anybody in between could say who signs in."""
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME")
    missing = [name for name in names if not getattr(settings, name)]
    if missing and len(missing) < len(names):
        return [
            Error(
                f"Signing in with OIDC needs {', '.join(missing)} too.",
                hint=f"Set {', '.join(names)}: all of them, or none.",
                id="denkdiner.E004",
            )
        ]
    issuer = urlsplit(settings.OIDC_ISSUER)
    if settings.OIDC_ISSUER and issuer.scheme != "https" and not _is_local(issuer.hostname or ""):
        return [
            Error(
                "OIDC_ISSUER is not https://: anybody in between could sign in as somebody else.",
                hint="Set OIDC_ISSUER=https://…, as the provider calls it.",
                id="denkdiner.E005",
            )
        ]
    return []


@register()
def check_search(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Searching in SQLite needs its FTS5, which a few builds leave out; the migration would say so in riddles."""
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3" and not has_fts5():
        return [
            Error(
                "The SQLite of this Python has no FTS5: notes could not be searched.",
                hint="Use the Python of Debian, python.org or Homebrew, or PostgreSQL (DATABASE_URL).",
                id="denkdiner.E006",
            )
        ]
    return []


def has_fts5() -> bool:
    with closing(sqlite3.connect(":memory:")) as probe:
        return ("ENABLE_FTS5",) in probe.execute("PRAGMA compile_options").fetchall()


@register(Tags.security, deploy=True)
def check_https(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Tablets on plain http:// get no service worker, no wake lock and no secure cookies."""
    if not settings.HTTPS and not _is_local(urlsplit(settings.SITE_URL).hostname or ""):
        return [
            Warning(
                "SITE_URL is http://: tablets cannot keep notes offline and their cookies are not secure.",
                hint="Put Caddy (docker-compose.yml) or another proxy with TLS in front and set SITE_URL=https://…",
                id="denkdiner.W001",
            )
        ]
    return []


@register(Tags.staticfiles)
def check_fonts(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The fonts are built at set-up from a package; without them pages fall back to the device's own letter."""
    if not any((settings.VAR_DIR / "build" / "fonts").glob("*.woff2")):
        return [Warning("The fonts are not built.", hint="Run manage.py build_fonts.", id="denkdiner.W002")]
    return []


def refuse_to_start() -> None:
    """Raise ``ImproperlyConfigured`` with every error of this file. Fast: looks at settings only."""
    found = [*check_live_layer(None), *check_demo(None), *check_hosts(None), *check_oidc(None)]
    if found:
        raise ImproperlyConfigured(" ".join(f"{error.msg} {error.hint} ({error.id})" for error in found))
