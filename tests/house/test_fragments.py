"""The rules of fragments (docs/architecture.md), for every template there is."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

from denkdiner.live import Event

TEMPLATES = Path(settings.BASE_DIR, "templates")
APPS = {"sessions": "diners", "capture": "capture", "synthesis": "synthesis"}
FRAGMENTS = sorted(path for app in APPS for path in (TEMPLATES / app).glob("_*.html"))
ALL = sorted(TEMPLATES.rglob("*.html"))
VOID = {"br", "hr", "img", "input", "link", "meta", "use", "source", "wbr", "path", "circle"}
CLIENT_EVENTS = {"live-connected", "live-poll", "live-refused", "tafel-gewisseld", "tafel-wisselt"}
SCRIPTS = {
    path.relative_to(settings.BASE_DIR).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(Path(settings.BASE_DIR, "static/js").rglob("*.js"))
}
EVENT = re.compile(
    r"""["']((?:bijdrage|ronde|programma|tafel|bericht|rode-draad|toegang|peiling|scherm|live)-[a-z-]+)["']"""
)


def source(path):
    """The template without Django's tags: what is left is HTML, whichever branch is taken."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)


class Roots(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.depth, self.roots, self.tags = 0, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if self.depth == 0:
            self.roots.append((tag, dict(attrs)))
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.depth += 1

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.depth -= 1


def test_there_are_fragments_to_check():
    assert len(FRAGMENTS) >= 5


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_fragment_has_one_root_with_its_id_and_its_own_url(path):
    roots = Roots(source(path)).roots
    name = path.stem[1:]
    assert [attrs.get("id") for _, attrs in roots] == [name.replace("_", "-")]
    namespace = APPS[path.parent.name]
    names = {key for key in get_resolver().namespace_dict[namespace][1].reverse_dict if isinstance(key, str)}
    assert name in names, f"{path.name} has no url {namespace}:{name}"


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_live_fragment_holds_no_input(path):
    tags = Roots(source(path)).tags
    live = any("from:body" in (attrs.get("hx-trigger") or "") for _, attrs in tags)
    typed = [
        tag
        for tag, attrs in tags
        if tag in {"textarea", "select"}
        or (tag == "input" and attrs.get("type") != "hidden")
        or "contenteditable" in attrs
    ]
    assert not (live and typed), "nothing may be swapped from under someone who is typing"


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_live_fragment_keeps_its_root(path):
    """A nudge that waits for its delay would die with a root that is replaced, and a screen would miss a note."""
    root = Roots(source(path)).roots[0][1]
    assert "from:body" in root["hx-trigger"]
    assert (root["hx-swap"], root["hx-select"]) == ("innerHTML", f"#{root['id']} > *")
    assert not re.search(r'hx-swap="outerHTML"', path.read_text(encoding="utf-8"))


PAPER = {TEMPLATES / "synthesis" / "handout.html", TEMPLATES / "sessions" / "papier" / "pakket.html"}


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_has_no_inline_script_or_style(path):
    if path in PAPER:  # no page of a browser: a PDF is made of it, and its letters have to be named in it
        return
    tags = Roots(source(path)).tags
    for tag, attrs in tags:
        assert tag != "style"
        assert tag != "script" or "src" in attrs or attrs.get("type") == "application/json"
        assert "style" not in attrs
        assert not any(name.startswith(("on", "hx-on", "@click")) for name in attrs)


def test_event_names_agree_in_python_templates_and_javascript():
    known = {event.value for event in Event} | CLIENT_EVENTS
    heard = set()
    for path in ALL:
        for trigger in re.findall(r'hx-trigger="([^"]*)"', path.read_text(encoding="utf-8")):
            heard |= set(re.findall(r"([a-z-]+)[^,]*?from:body", trigger))
    assert heard, "no fragment listens to anything"
    assert heard - known == set()
    # also a list of names that one listener is given: for (const type of ["…", "…"]) body.addEventListener(type, …)
    lines = [line for text in SCRIPTS.values() for line in text.splitlines() if "addEventListener(" in line]
    listened = {name for line in lines for name in EVENT.findall(line)}
    assert listened, "no script listens to anything"
    assert listened - known == set()


def test_scripts_of_the_tablet_hear_whatever_can_change_its_page():
    """Nothing on it is live in the template any more: a closed or reopened diner, too, has to come in here."""
    tablet = "".join(text for name, text in SCRIPTS.items() if name.startswith("static/js/tablet/"))
    wanted = {"bijdrage-added", "bijdrage-changed", "ronde-changed", "programma-changed"}
    wanted |= {"tafel-changed", "bericht-changed", "live-connected", "live-poll", "live-refused"}
    lines = [line for line in tablet.splitlines() if "addEventListener(" in line]
    assert wanted - {name for line in lines for name in EVENT.findall(line)} == set()


def test_every_event_is_heard_somewhere():
    everything = "".join(path.read_text(encoding="utf-8") for path in ALL) + "".join(SCRIPTS.values())
    python = Path(settings.BASE_DIR, "capture/consumers.py").read_text(encoding="utf-8")
    silent = [event.value for event in Event if event.value not in everything and event.name not in python]
    assert silent == []
