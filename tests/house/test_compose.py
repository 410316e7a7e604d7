"""What docker-compose.yml hands to the containers, beside what .env.example promises."""

import os
import re
import subprocess
import sys

from django.conf import settings

COMPOSE = (settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")
OFFERED = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
OIDC = re.findall(r"^#?(OIDC_[A-Z_]+)=", OFFERED, re.MULTILINE)


def test_settings_for_signing_in_elsewhere_reach_the_containers():
    assert len(OIDC) == 4
    assert [name for name in OIDC if f"      {name}: ${{{name}:-}}\n" not in COMPOSE] == []


def test_settings_of_drafters_reach_the_containers_and_are_off_when_nobody_sets_them():
    names = set(re.findall(r"^#?(DRAFTER_[A-Z_]+)=", OFFERED, re.MULTILINE)) - {"DRAFTER_REQUIREMENTS"}
    handed = dict(re.findall(r"^      (DRAFTER_[A-Z_]+): \$\{\1:-(.*)\}$", COMPOSE, re.MULTILINE))
    assert set(handed) == names
    assert len(names) == 9
    code = "from denkdiner import settings as s; print(repr(s.DRAFTER_ENDPOINT.url), repr(s.DRAFTER_FOLDER))"
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | handed, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["''", "''"]
    assert 'args: { REQUIREMENTS: "${DRAFTER_REQUIREMENTS:-app}" }' in COMPOSE


def test_settings_that_compose_hands_on_empty_are_not_set():
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from denkdiner.checks import check_oidc\n"
        "print(settings.OIDC, check_oidc(None))"
    )
    environment = os.environ | dict.fromkeys(OIDC, "") | {"DJANGO_SETTINGS_MODULE": "denkdiner.settings"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["False", "[]"]


def test_every_command_for_a_timer_runs_in_the_post_service_and_is_in_the_manual():
    (post,) = re.findall(r"^  post:\n(?:    .*\n)+", COMPOSE, re.MULTILINE)
    manual = (settings.BASE_DIR / "docs/handleiding/beheerder.md").read_text(encoding="utf-8")
    for command in ("remind", "remind_speakers", "send_post"):
        assert f"python manage.py {command};" in post
        assert f"| `manage.py {command}` |" in manual
