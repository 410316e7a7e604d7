"""One settings file. Everything that differs between machines comes from the environment; see ``.env.example``.

Defaults are safe and embedded: SQLite in ``var/``, no Redis, DEBUG off, only localhost. Nonsense is refused at start,
with a sentence that says what to do, rather than at the first request.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from denkdiner.endpoint import Endpoint, refusal
from denkdiner.logs import masked

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# A draft calculates on one core, and is sooner ready: its matrices are small, and threads that wait for one another take
# twenty times as long on a core that others need too. Here, for it has to be there before numpy is loaded.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))  # all that is made while running
VAR_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # start page with four doors; never on a public host (see checks.py)
try:
    WORKERS = env.int("WORKERS", default=1)
    PORT = env.int("PORT", default=8000)
except ValueError:
    raise ImproperlyConfigured("WORKERS and PORT must be whole numbers.") from None
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
try:
    _parts = urlsplit(SITE_URL)
    _is_address = _parts.scheme in {"http", "https"} and bool(_parts.hostname) and _parts.path == ""
except ValueError:
    _is_address = False
if not _is_address:
    raise ImproperlyConfigured(
        f"SITE_URL must be a full address such as https://diner.example.nl, not {SITE_URL!r}."
    )

# --- database ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'denkdiner.sqlite3'}")}
_db = DATABASES["default"]
if _db.get("ENGINE") == "django.db.backends.sqlite3":
    # WAL + IMMEDIATE: writers queue instead of failing with "database is locked"; FULL: a confirmed note is on the disk.
    # A checkpoint every 4000 pages (16 MB), not every 1000: that is 60 notes, and the one that it befalls waits for it.
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;",
    }
    _db["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}  # a file: browser tests write from several threads
elif _db.get("ENGINE") == "django.db.backends.postgresql":
    # The database plans the few statements that every note needs once, not each time: a fifth less of its time and ours.
    _db["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 5, **_db.get("OPTIONS", {})}
else:
    raise ImproperlyConfigured("DATABASE_URL must be sqlite:///… or postgres://…")
# Requests run in a few lasting threads (denkdiner.threads); each keeps its connection and looks whether it is still there.
_db["CONN_MAX_AGE"] = env.int("DATABASE_MAX_AGE", default=600)
_db["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _secret_key() -> str:
    """SECRET_KEY of the environment; embedded SQLite may keep a generated one in ``var/`` (readable by its owner only)."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    if _db["ENGINE"] != "django.db.backends.sqlite3":
        raise ImproperlyConfigured(
            "Set SECRET_KEY (python -c 'import secrets; print(secrets.token_urlsafe(50))')."
        )
    path = VAR_DIR / "secret_key"
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# --- live -------------------------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
LIVE_PREFIX = env.str("LIVE_PREFIX", default="denkdiner")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": LIVE_PREFIX,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": LIVE_PREFIX}
    }

# What a process may work out for itself again: asks no server, so that nothing has to fail with it.
CACHES["proces"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": f"proces.{LIVE_PREFIX}",
}

# --- apps -------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "denkdiner",
    "sessions.apps.SessionsConfig",
    "capture.apps.CaptureConfig",
    "synthesis.apps.SynthesisConfig",
    "channels",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.humanize",  # the templates of allauth.mfa use it
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "denkdiner.middleware.ShortForSync",  # first: what follows is for pages
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # closed unless a view says @login_not_required
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "denkdiner.middleware.PrivateMiddleware",
    "denkdiner.middleware.DenkdinerErrorMiddleware",
]
SYNC_MIDDLEWARE = [  # a tablet's notes: JSON, a device's cookie, no session and no page
    "django.middleware.security.SecurityMiddleware",
    "denkdiner.middleware.SyncErrorMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "denkdiner.urls"
ASGI_APPLICATION = "denkdiner.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- accounts (allauth); lock-out per account and never per IP: a venue is one address ----------------------------------
AUTH_USER_MODEL = "diners.Gebruiker"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "sessions.accounts.MinimumLength", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "diners:reeks_list"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sessions.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # there is no open sign-up: accounts come from an invitation or the command line
)
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "8/10m/key",
    "login": "",
    "reset_password": "5/h/key",
    "reset_password_from_key": "",
    "signup": "",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A browser makes and shows passkeys over https:// only, or on the machine itself when that is called localhost.
MFA_PASSKEY_LOGIN_ENABLED = HTTPS or _parts.hostname == "localhost"
# There is nothing to guess; but each question by a stranger is a row of sessions. Generous, for a venue is one address.
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_FORMS = {
    "add_webauthn": "sessions.passkeys.AddWebAuthnForm",
    "authenticate_webauthn": "sessions.passkeys.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "sessions.passkeys.ReauthenticateWebAuthnForm",
    "login_webauthn": "sessions.passkeys.LoginWebAuthnForm",
}
# Signing in with an account of one's own organisation: on when all four are there (checks.py says when only some are).
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC = all((OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME))
OIDC_PROVIDER = "organisatie"  # as it stands in the address to come back to
if OIDC:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "sessions.oidc.SocialAccountAdapter"
    SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: the CSP would stop a form that leads to another server
    SOCIALACCOUNT_STORE_TOKENS = False
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": OIDC_PROVIDER,
                    "name": OIDC_NAME,
                    "client_id": OIDC_CLIENT_ID,
                    "secret": OIDC_CLIENT_SECRET,
                    "settings": {"server_url": OIDC_ISSUER},
                }
            ],
        }
    }
# --- drafters beside the embedded one; off unless set (docs/decisions/0022-tweede-en-derde-drafter.md) ----------------
try:
    DRAFTER_ENDPOINT = Endpoint(
        url=env.str("DRAFTER_URL", default=""),
        model=env.str("DRAFTER_MODEL", default=""),
        naam=env.str("DRAFTER_NAME", default="") or "een eigen server",
        key=env.str("DRAFTER_KEY", default=""),
        seconds=env.float("DRAFTER_SECONDS", default=180.0),
        silence=env.float("DRAFTER_SILENCE", default=90.0),
    )
    DRAFTER_MAX_CHARACTERS = env.int("DRAFTER_MAX_CHARACTERS", default=60_000)
except ValueError:
    raise ImproperlyConfigured("DRAFTER_SECONDS, _SILENCE and _MAX_CHARACTERS must be numbers.") from None
if DRAFTER_ENDPOINT.url:
    if _why := refusal(DRAFTER_ENDPOINT.url, env.str("DRAFTER_LOCAL_HOST", default="")):
        raise ImproperlyConfigured(f"DRAFTER_URL {_why}.")
    if not DRAFTER_ENDPOINT.model:
        raise ImproperlyConfigured(
            "Set DRAFTER_MODEL: the name by which the server of DRAFTER_URL knows the model."
        )
    if not DRAFTER_ENDPOINT.key.isascii() or any(teken.isspace() for teken in DRAFTER_ENDPOINT.key):
        raise ImproperlyConfigured("DRAFTER_KEY must be plain ASCII without spaces.")
    if not 1 <= DRAFTER_ENDPOINT.silence <= DRAFTER_ENDPOINT.seconds <= 1800:
        raise ImproperlyConfigured("1 <= DRAFTER_SILENCE <= DRAFTER_SECONDS <= 1800, in seconds.")
DRAFTER_FOLDER = env.str(
    "DRAFTER_FOLDER", default=""
)  # tokenizer.json and model.onnx of a sentence-embedding model

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if not EMAIL_CONFIG.get("EMAIL_PORT"):  # an address without a port: where such a server usually listens
    EMAIL_PORT = (
        465 if EMAIL_CONFIG.get("EMAIL_USE_SSL") else 587 if EMAIL_CONFIG.get("EMAIL_USE_TLS") else 25
    )
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds, per step of the conversation
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="denkdiner@localhost")

# --- language, time ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True

# --- static files: hashed names, compressed once; fonts are built by `manage.py build_fonts` into var/build --------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
(VAR_DIR / "build").mkdir(exist_ok=True)
STATICFILES_DIRS = [
    BASE_DIR / "static",
    VAR_DIR / "build",
    ("handleiding", BASE_DIR / "docs" / "handleiding"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "denkdiner.static.Storage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STATIC_ROOT.mkdir(exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    1024 * 1024
)  # of a form; an uploaded file has its own limit (synthesis.exchange)

# --- security ---------------------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^gezond/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = (
    "same-origin"  # no-referrer would make browsers send "Origin: null", which CSRF refuses
)
X_FRAME_OPTIONS = "DENY"
TABLE_COOKIE = "__Host-tafel" if HTTPS else "tafel"
GUEST_COOKIE = "__Host-gast" if HTTPS else "gast"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, SITE_URL.replace("http", "ws", 1)],  # older Safari: 'self' is no websocket
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- logs: events and ids, never the text of a note or a token -------------------------------------------------------------
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {
            "()": structlog.stdlib.ProcessorFormatter,
            # Plain tracebacks: the pretty ones print local variables, and those hold what guests said.
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(
                    [
                        structlog.dev.ConsoleRenderer(
                            colors=False, exception_formatter=structlog.dev.plain_traceback
                        )
                    ]
                    if DEBUG or DEMO
                    else [
                        structlog.processors.format_exc_info,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ]
                ),
                masked,  # last: what a traceback says has addresses in it too
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "filters": {
        "secrets": {
            "()": "django.utils.log.CallbackFilter",
            "callback": "ext://denkdiner.logs.without_secrets",
        },
        "sockets": {
            "()": "django.utils.log.CallbackFilter",
            "callback": "ext://denkdiner.logs.without_sockets",
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "console", "filters": ["secrets"]}
    },
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # its own console handler would say it all twice
        "uvicorn": {"handlers": [], "propagate": True},  # and these would say it with tokens
        "uvicorn.access": {"handlers": [], "propagate": True},
        "uvicorn.error": {"filters": ["sockets"]},
    },
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
}
