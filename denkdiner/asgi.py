"""HTTP to Django in lasting threads, websockets to the consumers."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
django.setup(set_prefix=False)  # before consumers are imported: they need loaded models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

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

# What was loaded stays for ever: without this a full collection looks it all through, and notes wait 60 ms for that.
gc.collect()
gc.freeze()
