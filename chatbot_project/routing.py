"""Every websocket address of the web process."""

from conversations.routing import websocket_urlpatterns

__all__ = ["websocket_urlpatterns"]
