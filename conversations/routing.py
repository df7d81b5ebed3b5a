"""Websocket addresses of conversations."""

from django.urls import re_path

from .consumers import ConversationConsumer, UnknownAddressConsumer
from .web.sockets import PageConsumer

websocket_urlpatterns = [
    re_path(r"^ws/v1/conversations/(?P<conversation_id>[^/]+)/?$", ConversationConsumer.as_asgi()),
    re_path(r"^ws/pages/(?P<page>[a-z]+)/$", PageConsumer.as_asgi()),
    re_path(r"^", UnknownAddressConsumer.as_asgi()),
]
