"""HTTP to Django in lasting threads, websockets to the consumers."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
django.setup(set_prefix=False)  # before consumers are imported: they need loaded models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.template.loader import get_template  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from capture.consumers import websocket_urlpatterns  # noqa: E402
from denkdiner.checks import refuse_to_start  # noqa: E402
from denkdiner.threads import Application  # noqa: E402

refuse_to_start()

application = ProtocolTypeRouter(
    {
        "http": Application(),
        "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns)),
    }
)


def load_pages() -> None:
    """Everything that pages are made of: otherwise the first tablet of the evening waits two seconds for it.

    And it has to be there before the freeze below: it is 100,000 objects, more than all that was loaded before.
    """
    get_resolver().reverse_dict  # noqa: B018 - this loads the views
    folder = settings.BASE_DIR / "templates"
    for template in folder.rglob("*.html"):
        get_template(str(template.relative_to(folder)))


# What was loaded stays for ever: without this a full collection looks it all through, and notes wait 60 ms for that.
load_pages()
gc.collect()
gc.freeze()
