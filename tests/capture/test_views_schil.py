"""What opens the page of a table without a server: the shell, the service worker with everything it keeps, the manifest."""

import json
import re
import struct
from pathlib import Path, PurePosixPath

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from capture.views import schil
from tests.capture.tablet import body, listed, part
from tests.factories import BijdrageFactory

SHELL, WORKER, MANIFEST = "/tafel/schil/", "/sw.js", "/manifest.webmanifest"
OPEN = pytest.mark.parametrize("url", [SHELL, WORKER, MANIFEST])
IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)""")
STATIC = re.compile(r"""["'](/static/[^"'#?]+)""")


def imports(name):
    """The names of the static files that the script *name* imports."""
    return {beside(name, found) for found in IMPORT.findall(read(name))}


def beside(name, relative):
    """*relative* as it stands in the file *name*, as a name from the root of the static files."""
    assert relative.startswith("."), f"{name} asks for {relative}, which is no file of ours"
    path = Path("/", name).parent / relative
    return str(PurePosixPath(path.resolve()).relative_to("/"))


def read(name):
    found = finders.find(name)
    assert found, f"{name} does not exist"
    return Path(found).read_text(encoding="utf-8")


def version(client):
    return re.search(r'const BOUW = "([0-9a-f]{16})"', body(client.get(WORKER)))[1]


def kept(response):
    """The addresses that the service worker keeps."""
    return json.loads(re.search(r"new Set\((\[.*?\])\)", body(response))[1])


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """Settings under which our own static files are all there, and no others; the fonts are built for it."""
    var = tmp_path_factory.mktemp("var")
    with override_settings(VAR_DIR=var):
        call_command("build_fonts")
    return {
        "STATICFILES_DIRS": [settings.BASE_DIR / "static", var / "build"],
        "STATICFILES_FINDERS": ["django.contrib.staticfiles.finders.FileSystemFinder"],
    }


@pytest.fixture(scope="module")
def filled(ours, tmp_path_factory):
    """And under which they are served as ``collectstatic`` leaves them."""
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "denkdiner.static.Storage"}}
    collected = ours | {"STATIC_ROOT": tmp_path_factory.mktemp("static"), "STORAGES": storages}
    with override_settings(**collected):
        call_command("collectstatic", interactive=False, verbosity=0)
    return collected


@pytest.fixture
def files(ours):
    with override_settings(**ours):
        yield


@pytest.fixture
def collected(filled):
    """The folder that static files are served from."""
    with override_settings(**filled):
        yield filled["STATIC_ROOT"]


# --- the shell -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_shell_is_the_same_for_everybody_and_holds_nothing_of_anybody(
    femkes_tablet, roos, otto, sign_in, ronde, tafels
):
    BijdrageFactory(tafel=tafels[0], tekst="Van Femke")
    with_a_message = sign_in(roos)
    with_a_message.post(reverse("diners:toegang_rotate", args=["verkenning-2050", 1, tafels[0].pk]))
    clients = [Client(), femkes_tablet, sign_in(roos), sign_in(otto), with_a_message]
    answers = [client.get(SHELL) for client in clients]
    assert {answer.status_code for answer in answers} == {200}
    assert not any(answer.cookies for answer in answers)
    assert len({answer.content for answer in answers}) == 1
    page = body(answers[0])
    for secret in ("csrf", "Tafel 1", "werkplaats van morgen", "Van Femke", "Roos", "Werk past zich", "2050"):
        assert secret.lower() not in page.lower()
    assert 'data-tafel=""' in page
    assert not listed(answers[0]).strip()
    kop = part(answers[0], 'id="ronde-kop"', "</section>")
    assert re.findall(r">([^<]+)<", kop) == ["Je tafel"], "no word about an evening it knows nothing of"
    assert "nieuwe link" in body(with_a_message.get("/reeksen/")), (
        "the message still waits for a page of Roos"
    )


def test_shell_asks_nothing_of_the_database_and_is_proven_to_be_ours():
    """Without the mark for it, a query fails."""
    answer = Client().get(SHELL)
    assert (answer["X-Denkdiner"], answer["Cache-Control"]) == ("schil", "no-cache")
    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_page_of_a_table_is_no_shell(femkes_tablet):
    assert "X-Denkdiner" not in femkes_tablet.get("/tafel/")
    assert "X-Denkdiner" not in Client().get("/t/")


def test_shell_has_every_place_that_the_page_of_a_table_has(femkes_tablet):
    """The script fills the one as it goes on with the other."""
    hooks = re.compile(r" (data-[a-z-]+)[ =>]")
    shell, page = (
        set(hooks.findall(body(one))) for one in (Client().get(SHELL), femkes_tablet.get("/tafel/"))
    )
    without_script = {"data-zonder-js"}
    assert "data-noteer" in shell
    assert shell - without_script == page - without_script


# --- what is kept ----------------------------------------------------------------------------------------------------
def test_every_file_that_is_kept_exists_and_is_named_once(files):
    assert [name for name in schil.FILES if not finders.find(name)] == []
    assert len(set(schil.FILES)) == len(schil.FILES)


def test_everything_that_the_shell_asks_for_is_kept():
    asked = {url.removeprefix("/static/") for url in STATIC.findall(body(Client().get(SHELL)))}
    assert {"js/tablet/tafel.js", "css/tablet.css", "img/iconen.svg"} <= asked
    assert asked - set(schil.FILES) == set()


def test_every_script_that_a_kept_script_imports_is_kept(files):
    reached, todo = set(), [name for name in schil.FILES if name.endswith(".js")]
    while todo:
        name = todo.pop()
        reached.add(name)
        todo.extend(imports(name) - reached)
    assert reached - set(schil.FILES) == set()
    assert len(imports("js/tablet/tafel.js")) >= 5, "imports are not found"


def test_modules_that_the_page_fetches_early_are_those_that_it_uses(files):
    reached, todo = set(), ["js/tablet/tafel.js"]
    while todo:
        name = todo.pop()
        reached.add(name)
        todo.extend(imports(name) - reached)
    assert reached == {*schil.MODULES, "js/tablet/tafel.js"}
    early = re.findall(r'<link rel="modulepreload" href="/static/([^"]+)"', body(Client().get(SHELL)))
    assert early == list(schil.MODULES)


def test_everything_that_a_kept_style_asks_for_is_kept(files):
    styles = [name for name in schil.FILES if name.endswith(".css")]
    asked = {
        beside(name, url) for name in styles for url in CSS_URL.findall(read(name)) if "data:" not in url
    }
    assert "fonts/SourceSans-Regular.woff2" in asked
    assert asked - set(schil.FILES) == set()


# --- the service worker ----------------------------------------------------------------------------------------------
def test_worker_names_every_file_and_the_pages_it_stands_in_for(files):
    answer = Client().get(WORKER)
    assert answer["Content-Type"].split(";")[0] == "text/javascript"
    assert answer["Cache-Control"] == "no-cache"
    assert kept(answer) == [f"/static/{name}" for name in schil.FILES]
    named = dict(re.findall(r'(SCHIL|PAGINA|AANMELDEN) = "([^"]*)"', body(answer)))
    assert named == {"SCHIL": SHELL, "PAGINA": "/tafel/", "AANMELDEN": "/t/"}
    assert "{{" not in body(answer)


def test_worker_leaves_out_fonts_that_were_not_built_and_nothing_else(ours, monkeypatch):
    """One file that is not there refuses the whole install, and the table would not open without a network."""
    monkeypatch.setattr(schil, "FILES", (*schil.FILES, "css/weg.css"))
    with override_settings(**ours | {"STATICFILES_DIRS": [settings.BASE_DIR / "static"]}):
        keeps = kept(Client().get(WORKER))
    with override_settings(**ours):
        built = kept(Client().get(WORKER))
    fonts = {f"/static/fonts/SourceSans-{weight}.woff2" for weight in ("Regular", "Bold")}
    assert set(built) - set(keeps) == fonts
    assert keeps == [url for url in built if url not in fonts]
    assert "/static/css/weg.css" in keeps, "a file of ours that is gone has to be seen"


def test_collected_worker_leaves_out_fonts_that_were_not_collected(collected, monkeypatch):
    hashed = {name: to for name, to in staticfiles_storage.hashed_files.items() if "fonts/" not in name}
    with monkeypatch.context() as patch:  # undone before the storage is another one again
        patch.setattr(staticfiles_storage, "hashed_files", hashed)
        keeps = kept(Client().get(WORKER))
    assert len(keeps) == len(schil.FILES) - 2
    assert not any("/fonts/" in url for url in keeps)


@pytest.mark.django_db
def test_worker_is_the_same_for_everybody(femkes_tablet, roos, sign_in, tafels):
    with_a_message = sign_in(roos)
    with_a_message.post(reverse("diners:toegang_rotate", args=["verkenning-2050", 1, tafels[0].pk]))
    clients = [Client(), femkes_tablet, sign_in(roos), with_a_message]
    assert len({client.get(WORKER).content for client in clients}) == 1


def test_version_changes_with_the_shell_and_with_a_file(monkeypatch):
    client = Client()
    versions = [version(client), version(client)]
    with monkeypatch.context() as patch:
        patch.setitem(schil.NAMEN, "soort", {"inzicht": "Een ander woord"})
        versions.append(version(client))
    with monkeypatch.context() as patch:
        patch.setattr(schil, "static", lambda name: f"/static/{name.replace('thema.js', 'thema.0a1b.js')}")
        versions.append(version(client))
    with monkeypatch.context() as patch:
        patch.setattr(schil, "FILES", (*schil.FILES, "css/scherm.css"))
        versions.append(version(client))
    assert versions[0] == versions[1] == version(client)
    assert len(set(versions)) == 4


# --- collected under hashed names --------------------------------------------------------------------------------------
def test_collected_modules_import_each_other_under_hashed_names(collected):
    for name in schil.FILES:
        if not name.endswith(".js"):
            continue
        hashed = staticfiles_storage.stored_name(name)
        assert re.search(r"\.[0-9a-f]{12}\.js$", hashed)
        found = IMPORT.findall((collected / hashed).read_text(encoding="utf-8"))
        wanted = [staticfiles_storage.stored_name(beside(name, one)) for one in IMPORT.findall(read(name))]
        assert [beside(hashed, one) for one in found] == wanted
        assert all((collected / one).is_file() for one in wanted)
    tafel = (collected / staticfiles_storage.stored_name("js/tablet/tafel.js")).read_text(encoding="utf-8")
    assert len(IMPORT.findall(tafel)) >= 5


def test_collected_worker_keeps_what_the_collected_shell_asks_for(collected):
    keeps = kept(Client().get(WORKER))
    assert len(keeps) == len(schil.FILES)
    assert [url for url in keeps if not (collected / url.removeprefix("/static/")).is_file()] == []
    assert set(STATIC.findall(body(Client().get(SHELL)))) - set(keeps) == set()
    for url in keeps:
        if url.endswith(".css"):
            style = url.removeprefix("/static/")
            asked = CSS_URL.findall((collected / style).read_text(encoding="utf-8"))
            assert {f"/static/{beside(style, f'./{one}')}" for one in asked if "data:" not in one} <= set(
                keeps
            )


# --- the manifest ----------------------------------------------------------------------------------------------------
def test_manifest_has_icons_of_the_size_that_it_says():
    answer = Client().get(MANIFEST)
    assert answer["Content-Type"] == "application/manifest+json"
    data = answer.json()
    assert (data["start_url"], data["scope"], data["lang"]) == ("/tafel/", "/", "nl")
    assert (data["display"], data["short_name"]) == ("standalone", "Denkdiner")
    seen = set()
    for icon in data["icons"]:
        name = icon["src"].removeprefix("/static/")
        assert (png_size(name), icon["type"]) == (icon["sizes"], "image/png")
        assert name in schil.FILES
        seen.add((icon["sizes"], icon["purpose"]))
    assert seen == {(size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")}


def test_page_of_a_table_names_the_manifest_and_an_icon_for_a_home_screen():
    page = body(Client().get(SHELL))
    assert f'<link rel="manifest" href="{MANIFEST}">' in page
    touch = re.search(r'<link rel="apple-touch-icon" href="/static/([^"]+)"', page)[1]
    assert png_size(touch) == "180x180"
    assert f'<meta name="theme-color" content="{Client().get(MANIFEST).json()["theme_color"]}">' in page


def png_size(name):
    head = Path(finders.find(name)).read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return "{}x{}".format(*struct.unpack(">II", head[16:24]))


# --- who may come in, and how ----------------------------------------------------------------------------------------
@OPEN
@pytest.mark.django_db
def test_open_route_opens_for_everybody(url, femkes_tablet, otto, sign_in):
    for client in (Client(), femkes_tablet, sign_in(otto)):
        answer = client.get(url)
        assert answer.status_code == 200
        assert not answer.cookies


@OPEN
def test_open_route_is_for_reading_only(url):
    client = Client()
    assert client.head(url).status_code == 200
    assert {getattr(client, method)(url).status_code for method in ("post", "put", "patch", "delete")} == {
        405
    }


def test_shell_is_of_the_build_of_its_worker(client, monkeypatch):
    """What the page compares: another shell is another build, and both say so."""
    builds = []
    for naam in ("", "nieuwer"):
        monkeypatch.setattr(schil, "NAMEN", schil.NAMEN | {"bouw": naam})
        assert f'data-bouw="{version(client)}"' in body(client.get(SHELL))
        builds.append(version(client))
    assert builds[0] != builds[1]
