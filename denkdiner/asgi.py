"""HTTP to Django, websockets to the consumers."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denkdiner.settings")
# WhiteNoise hands static files over as plain iterators. They are small: reading one at once is what we want.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django_application = get_asgi_application()  # before consumers are imported: they need loaded models

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from capture.consumers import websocket_urlpatterns  # noqa: E402
from denkdiner.checks import refuse_to_start  # noqa: E402

refuse_to_start()

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
