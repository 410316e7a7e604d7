"""The manual tells the truth: every button that it names is there, every picture and every link too."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from denkdiner.handleiding import MAP, ROLLEN, chapter_of

FILES = sorted(MAP.glob("*.md"))
PRESSED = re.compile(r"<(button|a|summary)\b[^>]*>(.*?)</\1>", re.S)
QUOTED = re.compile("“([^”]+)”")


def pressable():
    """What stands on everything that can be pressed, in every template: each piece between Django's tags."""
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        plain = re.sub(r"{%.*?%}|{{.*?}}", "|", path.read_text(encoding="utf-8"), flags=re.S)
        for _, inside in PRESSED.findall(plain):
            for piece in re.sub(r"<[^>]*>", "", inside).split("|"):
                yield " ".join(piece.split())


BUTTONS = {text for text in pressable() if text}


def read(path):
    return path.read_text(encoding="utf-8")


def test_there_is_a_chapter_for_every_role_and_no_other():
    assert {path.stem for path in FILES} == set(ROLLEN)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_button_named_is_there(path):
    named = {" ".join(name.split()) for name in QUOTED.findall(read(path))}
    assert named
    assert [name for name in sorted(named) if not any(text.startswith(name) for text in BUTTONS)] == []


def test_a_button_that_is_not_there_is_found():
    assert not any(text.startswith("Opslaan en doorgaan") for text in BUTTONS)
    assert "Diner afsluiten" in BUTTONS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_picture_and_link_is_there(path):
    for alt, picture in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", read(path)):
        assert alt
        assert (MAP / picture).is_file(), picture
        assert finders.find(f"handleiding/{picture}"), picture
    for link in re.findall(r"(?<!!)\[[^]]*\]\(([^)]+)\)", read(path)):
        assert (MAP / link).is_file(), link


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_settings_commands_and_files_named_exist(path):
    offered = read(settings.BASE_DIR / ".env.example")
    for name in re.findall(r"`([A-Z][A-Z_]+)`", read(path)):
        assert f"{name}=" in offered, name
    for command in re.findall(r"manage\.py ([a-z_]+)", read(path)):
        assert command in {"createsuperuser", "check"} or [
            *settings.BASE_DIR.glob(f"*/management/commands/{command}.py")
        ], command
    for name in re.findall(r"`((?:deploy/|\.env|CHANGELOG)[^`]*)`", read(path)):
        assert name == ".env" or (settings.BASE_DIR / name).is_file(), name


@pytest.mark.parametrize("rol", ROLLEN)
def test_chapter_is_shown_to_everybody(rol):
    shown = Client().get(reverse("hulp_rol", args=[rol]))
    page = shown.content.decode()
    assert (shown.status_code, page.count("<h1>")) == (200, 1)
    for source in re.findall(r'<img src="([^"]+)"', page.split('class="handleiding')[1]):
        assert source.startswith(f"{settings.STATIC_URL}handleiding/")
    for link in re.findall(r'<a href="(/hulp/[^"]+)"', page):
        assert Client().get(link).status_code == 200


def test_markdown_lets_no_html_through(tmp_path, monkeypatch):
    (tmp_path / "x.md").write_text(
        "# Kop & staart\n\n<script>alert(1)</script>\n\n[klik](javascript:alert)\n"
    )
    monkeypatch.setattr("denkdiner.handleiding.MAP", tmp_path)
    chapter = chapter_of.__wrapped__("x")
    assert chapter.titel == "Kop & staart"
    assert "<script" not in chapter.html
    assert "href" not in chapter.html


def test_index_leads_to_every_chapter_and_knows_no_other(db, roos, sign_in):
    page = Client().get(reverse("hulp")).content.decode()
    for rol in ROLLEN:
        assert reverse("hulp_rol", args=[rol]) in page
    assert Client().get("/hulp/burgemeester/").status_code == 404
    assert reverse("hulp") in sign_in(roos).get(reverse("diners:reeks_list")).content.decode()
