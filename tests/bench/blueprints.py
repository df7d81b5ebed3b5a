"""How long a module of 236 variables takes: to load from its files, to check a request for it, to become a form."""

import time
from collections.abc import Callable

from orchestrator.catalog.adding.drafting import manifest_draft
from orchestrator.catalog.configuration import configuration_read
from orchestrator.catalog.loader import blueprint_compose
from orchestrator.catalog.schema import form_of, schema_of
from orchestrator.catalog.validation import values_clean
from tests.unit.catalog.large_module import VARIABLES, large_module

from .figures import Figure

_ROUNDS = 5


def measure() -> list[Figure]:
    files = large_module()
    manifest = manifest_draft("platform", files, configuration_read(files))

    def load() -> None:
        blueprint_compose(manifest, files, name="platform")

    view = blueprint_compose(manifest, files, name="platform").view
    values = {"name": "acme", "timeout_seconds": 30}
    return [
        _timed(f"loading a module of {VARIABLES} variables", load),
        _timed("building its form", lambda: form_of(view)),
        _timed("building its JSON Schema", lambda: schema_of(view)),
        _timed("checking a request for it", lambda: values_clean(view.variables, values, False)),
    ]


def _timed(name: str, work: Callable[[], object]) -> Figure:
    seconds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return Figure(name, sorted(seconds)[_ROUNDS // 2] * 1000, "ms", samples=_ROUNDS)
