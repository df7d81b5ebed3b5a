"""Starting Flower: options from our environment, refusals first among the routes."""

import logging.config
import signal

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from flower.app import Flower
from flower.options import options
from flower.urls import settings as flower_settings
from tornado.ioloop import IOLoop
from tornado.routing import PathMatches, Rule

from chatbot_project import checks
from chatbot_project.env import env, whole_number
from chatbot_project.flower_app import app

from .refusals import refused_routes


def configure() -> None:
    """Flower's options. ImproperlyConfigured without FLOWER_BASIC_AUTH: what it shows and can do is not for all."""
    users = [each.strip() for each in env.str("FLOWER_BASIC_AUTH", default="").split(",") if each.strip()]
    if not users or not all(_is_login(each) for each in users):
        raise ImproperlyConfigured(
            "FLOWER_BASIC_AUTH is not set as name:password (several with commas). Flower does not start without."
        )
    options.basic_auth = users
    options.address = env.str("FLOWER_ADDRESS", default="127.0.0.1")
    options.port = whole_number("FLOWER_PORT", 5555, minimum=1)
    options.url_prefix = env.str("FLOWER_URL_PREFIX", default="")
    options.purge_offline_workers = whole_number("FLOWER_PURGE_OFFLINE_WORKERS", 3600, minimum=1)


def require_no_credentials() -> None:
    """ImproperlyConfigured when it can see what only workers may: Flower starts without Django's own checks."""
    for message in [*checks.no_cloud_credentials(), *checks.no_queue_credentials()]:
        if message.is_serious():
            raise ImproperlyConfigured(f"{message.msg} {message.hint}")


def require_redis() -> None:
    """ImproperlyConfigured when the control plane does not answer at start; later Flower waits for it."""
    client = redis.Redis.from_url(settings.CONTROL_REDIS_URL, socket_connect_timeout=3, socket_timeout=3)
    try:
        client.ping()
    except redis.RedisError as error:
        raise ImproperlyConfigured(f"Redis does not answer ({error}). Is it running? See REDIS_URL.") from None
    finally:
        client.close()


def build() -> Flower:
    """The web application, with our refusals before Flower's own routes."""
    flower = Flower(capp=app, options=options, io_loop=IOLoop.current(), **flower_settings)
    prefix = f"/{options.url_prefix.strip('/')}" if options.url_prefix else ""
    for pattern, handler, told in reversed(refused_routes()):
        flower.wildcard_router.rules.insert(0, Rule(PathMatches(prefix + pattern), handler, told))
    return flower


def serve() -> None:
    """Until SIGTERM or SIGINT."""
    logging.config.dictConfig(settings.LOGGING)
    logging.getLogger("tornado.access").setLevel(logging.WARNING)
    logging.getLogger("flower.inspector").addFilter(is_worth_a_line)
    require_no_credentials()
    configure()
    require_redis()
    flower = build()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: flower.io_loop.add_callback_from_signal(flower.stop))
    port = flower.start_http_server()
    logging.getLogger(__name__).info("Flower listens on http://%s:%s", options.address, port)
    flower.start()


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Not, when nobody answered an inspection: each start of Flower before the workers' would say it for each method.

    Which workers there are is on Flower's page. An inspection that failed for a reason is logged with another text.
    """
    return record.msg != "Inspect method %s failed"


def _is_login(text: str) -> bool:
    name, _, password = text.partition(":")
    return bool(name and password)
