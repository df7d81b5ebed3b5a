"""Redis: caches, the channel layer and Celery's control plane. It may be flushed at any moment; nothing is lost."""

from typing import Any

from chatbot_project.env import env

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

# Celery's events and remote control (Flower) travel here, tasks do not.
CONTROL_REDIS_URL = env.str("CONTROL_REDIS_URL", default=REDIS_URL)

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
