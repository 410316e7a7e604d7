"""How the page of a tablet opens without a server: its empty shell, the service worker that keeps it, the manifest."""

import hashlib
import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from capture.forms import BijdrageForm
from capture.models import Horizon, Soort, Standpunt
from sessions.models import Rondesoort

MODULES = tuple(
    f"js/tablet/{naam}.js"
    for naam in ("opslag", "model", "verzender", "dom", "bewerker", "kop", "lijst", "peiling", "apparaat")
)
"""What tafel.js is made of: named in the page, so that a browser fetches them at once instead of one after another."""
ICONS = {"img/icoon-192.png": "192x192", "img/icoon-512.png": "512x512"}
FILES = (
    *MODULES,
    *(f"js/{naam}.js" for naam in ("tablet/tafel", "thema", "live", "klok", "bevestig")),
    *(f"css/{naam}.css" for naam in ("tokens", "fonts", "base", "components", "tablet")),
    *(f"fonts/SourceSans-{weight}.woff2" for weight in ("Regular", "Bold")),
    "img/iconen.svg",
    "img/merk.svg",
    "img/icoon-180.png",
    *ICONS,
)
"""Everything that the page of a table needs, as names of static files."""
FONTS = "fonts/"
"""Built at set-up (check W002). A page goes without them; one that is not there would keep the worker from installing."""
MARKER = "schil"
"""What the service worker looks for in ``X-Denkdiner``: a page of somebody else's wifi must not become ours."""
NAMEN: dict[str, Any] = {
    "soort": dict(Soort.choices),
    "standpunt": dict(Standpunt.choices),
    "horizon": dict(Horizon.choices),
    "ronde": dict(Rondesoort.choices),
}


def shell_context() -> dict[str, Any]:
    """What the template needs besides a table: words for codes, the modules, and an empty form to copy."""
    return {"namen": NAMEN, "modules": MODULES, "leeg": BijdrageForm(tafel=None, auto_id="wijzig_%s")}


def _shell(bouw: str) -> str:
    """Made without the request: a message that waits for a member would be kept on the tablet and be gone for the member."""
    context = {"schil": True, "bouw": bouw, "form": BijdrageForm(tafel=None)}
    return render_to_string("capture/tafel.html", shell_context() | context)


def _files() -> list[str]:
    return [static(naam) for naam in FILES if not naam.startswith(FONTS) or _is_served(naam)]


def _bouw() -> str:
    """Which build this is: a hash of everything that the service worker keeps. The page has it, and so has its worker."""
    return hashlib.sha256(json.dumps([_files(), _shell("")]).encode()).hexdigest()[:16]


@login_not_required
@cache_control(no_cache=True)
@require_safe
def schil(request: HttpRequest) -> HttpResponse:
    """The page of a table without a table: the same for everybody, holds nothing of anybody."""
    response = HttpResponse(_shell(_bouw()))
    response["X-Denkdiner"] = MARKER
    return response


def _is_served(naam: str) -> bool:
    """Is there a static file *naam*? As collected when names are hashed, else in the folders that it would come from."""
    hashed = getattr(staticfiles_storage, "hashed_files", None)
    return finders.find(naam) is not None if hashed is None else naam in hashed


@login_not_required
@cache_control(no_cache=True)
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of this build."""
    context = {
        "bouw": _bouw(),
        "schil": reverse("capture:schil"),
        "pagina": reverse("capture:tafel"),
        "aanmelden": reverse("capture:aanmelden"),
        "bestanden": json.dumps(_files()),
    }
    return render(request, "capture/sw.js", context, content_type="text/javascript")


@login_not_required
@cache_control(max_age=3600)
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """So that a tablet can put the page of its table on its home screen."""
    icons = [
        {"src": static(naam), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for naam, sizes in ICONS.items()
        for purpose in ("any", "maskable")
    ]
    data = {
        "name": "Denkdiner: noteren aan tafel",
        "short_name": "Denkdiner",
        "lang": "nl",
        "start_url": reverse("capture:tafel"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f2ee",
        "theme_color": "#0e3641",
        "icons": icons,
    }
    return JsonResponse(data, content_type="application/manifest+json")
