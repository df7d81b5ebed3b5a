"""Everything a stack needs before its processes start: schema, queues, buckets, catalogue, people, a trained model.

Each step is repeatable; the slow ones are skipped when their sources have not changed since this database saw them.
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


def _migrate() -> bool:
    if fingerprint.is_done("migrations"):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    fingerprint.done("migrations")
    return True


def _provision() -> bool:
    call_command("provision", only=["queues", "buckets"], stdout=StringIO())
    return True


def _seed() -> bool:
    from orchestrator.catalog.sync import catalog_sync
    from orchestrator.environments import environments_seed

    environments_seed()
    catalog_sync()
    demo_accounts_ensure(password=os.environ["DEMO_PASSWORD"])
    return True


def _train() -> bool:
    if fingerprint.is_done("model"):
        return False
    call_command("train_nlu", stdout=StringIO())
    fingerprint.done("model")
    return True


def _timed(say: Say, what: str, step: Callable[[], bool]) -> None:
    began = time.monotonic()
    say(f"{what}: {'made' if step() else 'unchanged'} ({time.monotonic() - began:.1f} s)")
