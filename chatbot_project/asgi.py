"""The ASGI entry point of the web process: pages and REST by Django, websockets by Channels, start and end by us."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.production")

http = get_asgi_application()

# Whatever knows models can be imported only now.
from .lifespan import lifespan  # noqa: E402
from .routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_urlpatterns), "lifespan": lifespan})
