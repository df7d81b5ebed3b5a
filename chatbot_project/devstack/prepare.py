"""Everything a stack needs before its processes start: schema, queues, buckets, catalogue, people, a trained model.

Each step is repeatable and returns what it did; the slow ones are skipped when their sources have not changed since
this database saw them.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from chatbot_project.accounts.services import demo_accounts_ensure
from chatbot_project.mongo import devserver

from . import emulated_cloud, fingerprint, gate

Say = Callable[[str], None]
_UNCHANGED = "unchanged"
# These are made where they are missing and set right where they differ; most often neither.
_CHECKED = "checked"


def prepare(state: Path, *, wait_for: Sequence[str], mongod_port: int | None, own_cloud: bool, say: Say) -> None:
    """Do all of it, then create `prepared` in the stack's directory, on which the others wait."""
    if not settings.DEBUG:
        raise CommandError("The development stack makes accounts with a known password. It wants DEBUG to be on.")
    if mongod_port:
        devserver.await_primary(mongod_port)
    gate.wait_for(wait_for)
    _timed(say, "schema", _migrate)
    with ThreadPoolExecutor(max_workers=2) as pool:
        outside = pool.submit(_timed, say, "queues and buckets", _provision)
        _timed(say, "catalogue, environments and accounts", _seed)
        _timed(say, "language model", _train)
        outside.result()
    if own_cloud and (sentence := emulated_cloud.recognise()):
        say(sentence)
    (state / "prepared").touch()


def _migrate() -> str:
    if fingerprint.is_done("migrations"):
        return _UNCHANGED
    call_command("migrate", verbosity=0, interactive=False)
    fingerprint.done("migrations")
    return "brought up to date"


def _provision() -> str:
    call_command("provision", only=["queues", "buckets"], stdout=StringIO())
    return _CHECKED


def _seed() -> str:
    from orchestrator.catalog.sync import catalog_sync
    from orchestrator.environments import environments_seed

    environments_seed()
    catalog_sync()
    demo_accounts_ensure(password=os.environ["DEMO_PASSWORD"])
    return _CHECKED


def _train() -> str:
    if fingerprint.is_done("model"):
        return _UNCHANGED
    call_command("train_nlu", stdout=StringIO())
    fingerprint.done("model")
    return "trained"


def _timed(say: Say, what: str, step: Callable[[], str]) -> None:
    began = time.monotonic()
    say(f"{what}: {step()} ({time.monotonic() - began:.1f} s)")
