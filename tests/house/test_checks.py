"""Each system check fires when it must and is silent otherwise; the settings refuse nonsense before the first request."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings

from denkdiner import checks

LOCAL = {
    "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]", "testserver"],
    "SITE_URL": "http://localhost:8000",
}
PUBLIC = {"ALLOWED_HOSTS": ["diner.example.nl"], "SITE_URL": "https://diner.example.nl", "HTTPS": True}


def ids(check, **values):
    with override_settings(**values):
        messages = check(None)
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("workers", "redis", "found"),
    [(1, "", []), (1, "redis://r", []), (2, "redis://r", []), (2, "", ["denkdiner.E001"])],
)
def test_several_workers_need_redis(workers, redis, found):
    assert ids(checks.check_live_layer, WORKERS=workers, REDIS_URL=redis) == found


@pytest.mark.parametrize(
    ("engine", "fts5", "found"),
    [("sqlite3", True, []), ("sqlite3", False, ["denkdiner.E006"]), ("postgresql", False, [])],
)
def test_sqlite_has_to_search(engine, fts5, found, monkeypatch):
    monkeypatch.setattr(checks, "has_fts5", lambda: fts5)
    databases = {"default": {**settings.DATABASES["default"], "ENGINE": f"django.db.backends.{engine}"}}
    monkeypatch.setattr(settings, "DATABASES", databases)
    assert ids(checks.check_search) == found


def test_this_python_has_fts5():
    assert checks.has_fts5()


@pytest.mark.parametrize(
    ("demo", "values", "found"),
    [
        (True, LOCAL, []),
        (True, LOCAL | {"SITE_URL": "http://demo.localhost:8000"}, []),
        (True, LOCAL | {"SITE_URL": "http://[::1]:8000"}, []),
        (True, LOCAL | {"SITE_URL": "http://192.168.1.20:8000"}, ["denkdiner.E002"]),
        (True, LOCAL | {"ALLOWED_HOSTS": ["localhost", "diner.example.nl"]}, ["denkdiner.E002"]),
        (True, LOCAL | {"ALLOWED_HOSTS": ["*"]}, ["denkdiner.E002"]),
        (True, LOCAL | {"ALLOWED_HOSTS": [".notlocalhost"]}, ["denkdiner.E002"]),
        (True, PUBLIC, ["denkdiner.E002"]),
        (False, PUBLIC, []),
    ],
)
def test_demo_is_refused_on_a_public_address(demo, values, found):
    assert ids(checks.check_demo, DEMO=demo, **values) == found


@pytest.mark.parametrize(("hosts", "found"), [(["*"], ["denkdiner.E003"]), (["diner.example.nl"], [])])
def test_any_host_is_refused(hosts, found):
    assert ids(checks.check_hosts, ALLOWED_HOSTS=hosts) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (PUBLIC, []),
        (LOCAL | {"HTTPS": False}, []),
        (PUBLIC | {"SITE_URL": "http://diner.example.nl", "HTTPS": False}, ["denkdiner.W001"]),
    ],
)
def test_plain_http_on_a_public_address_is_warned_about(values, found):
    assert ids(checks.check_https, **values) == found


OIDC = {
    "OIDC_ISSUER": "https://x.test", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b", "OIDC_NAME": "c",
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (OIDC, []),
        (dict.fromkeys(OIDC, ""), []),
        *[(OIDC | {name: ""}, ["denkdiner.E004"]) for name in OIDC],
        *[(dict.fromkeys(OIDC, "") | {name: OIDC[name]}, ["denkdiner.E004"]) for name in OIDC],
        (OIDC | {"OIDC_ISSUER": "http://x.test"}, ["denkdiner.E005"]),
        (OIDC | {"OIDC_ISSUER": "http://localhost:9000/realm"}, []),
    ],
)
def test_oidc_is_set_as_a_whole_and_over_tls(values, found):
    assert ids(checks.check_oidc, **values) == found


def test_missing_fonts_are_warned_about(tmp_path):
    assert ids(checks.check_fonts, VAR_DIR=tmp_path) == ["denkdiner.W002"]
    (tmp_path / "build" / "fonts").mkdir(parents=True)
    (tmp_path / "build" / "fonts" / "SourceSans-Regular.woff2").touch()
    assert ids(checks.check_fonts, VAR_DIR=tmp_path) == []


def test_every_check_is_registered():
    with override_settings(
        WORKERS=2, REDIS_URL="", DEMO=True, ALLOWED_HOSTS=["*"], SITE_URL="http://example.nl", HTTPS=False,
        VAR_DIR=settings.BASE_DIR / "nergens",
    ):  # fmt: skip
        found = {message.id for message in run_checks(include_deployment_checks=True)}
    assert {f"denkdiner.{number}" for number in ("E001", "E002", "E003", "W001", "W002")} <= found


def manage_check(var, **environment):
    """``manage.py check`` in an environment that holds nothing else."""
    var.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"SITE_URL": "diner.example.nl"},
            "SITE_URL must be a full address such as https://diner.example.nl",
        ),
        ({"SITE_URL": "ftp://diner.example.nl"}, "SITE_URL must be a full address"),
        ({"SITE_URL": "http://[half"}, "SITE_URL must be a full address"),
        ({"SITE_URL": "https://diner.example.nl/pad"}, "SITE_URL must be a full address"),
        ({"DATABASE_URL": "onzin"}, "DATABASE_URL must be sqlite:///… or postgres://…"),
        ({"PORT": "acht"}, "WORKERS and PORT must be whole numbers"),
        ({"DATABASE_URL": "mysql://a:b@localhost/c"}, "DATABASE_URL must be sqlite:///… or postgres://…"),
        ({"DATABASE_URL": "postgres://a:b@localhost/c"}, "Set SECRET_KEY (python -c"),
        ({"WORKERS": "2"}, "denkdiner.E001"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "diner.example.nl"}, "denkdiner.E002"),
        ({"OIDC_NAME": "Provincie"}, "denkdiner.E004"),
    ],
    ids=[
        "no scheme",
        "other scheme",
        "half address",
        "path",
        "no database",
        "port",
        "other database",
        "no secret",
        "workers",
        "public demo",
        "half oidc",
    ],
)
def test_settings_refuse_nonsense_with_a_sentence(environment, sentence, tmp_path):
    result = manage_check(tmp_path / "var", **environment)
    assert result.returncode != 0
    assert sentence in result.stderr


def test_defaults_are_accepted_and_the_generated_secret_stays_private(tmp_path):
    first, second = manage_check(tmp_path / "var"), manage_check(tmp_path / "var")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    secret = tmp_path / "var" / "secret_key"
    assert secret.stat().st_mode & 0o077 == 0
    assert len(secret.read_text()) >= 50


def test_web_server_refuses_to_start_where_a_check_finds_an_error(tmp_path):
    """uvicorn runs no checks: a public demo would let anybody in as organiser."""
    public = {"DEMO": "1", "ALLOWED_HOSTS": "diner.example.nl", "SITE_URL": "https://diner.example.nl"}
    result = subprocess.run(
        [sys.executable, "-c", "import denkdiner.asgi"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **public},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "denkdiner.E002" in result.stderr
