"""Redis: caches, the channel layer and Celery's control plane. It may be flushed at any moment; nothing is lost."""

from typing import Any

from chatbot_project.env import address

_SCHEMES = ("redis", "rediss", "unix")
REDIS_URL = address("REDIS_URL", "redis://127.0.0.1:6379/0", schemes=_SCHEMES)

# Celery's events and remote control (Flower) travel here, tasks do not.
CONTROL_REDIS_URL = address("CONTROL_REDIS_URL", REDIS_URL, schemes=_SCHEMES)

CHANNEL_LAYER_PREFIX = "infrachat"
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": CHANNEL_LAYER_PREFIX},
    }
}
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CONVERSATION_CONTEXT_TTL_SECONDS = 3600
BOT_CONFIGURATION_TTL_SECONDS = 86_400
