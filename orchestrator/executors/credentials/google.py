"""Google Cloud: what the providers google and google-beta read from their environment.

Names and meanings: https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from orchestrator.executors.base import CloudAccess, StackRef
from orchestrator.sentences import stated

from .base import Place, Worker, literal

STACK_LABEL = "infrachat-stack"
_KEY = "GOOGLE_CREDENTIALS"
_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
_TOKEN = "GOOGLE_OAUTH_ACCESS_TOKEN"  # noqa: S105 (the name of a variable)
_WAYS: dict[str, str] = {
    stated("GOOGLE_CREDENTIALS (a key or a workload identity configuration, or its path)"): _KEY,
    stated("GOOGLE_APPLICATION_CREDENTIALS (the path of one)"): _FILE,
    "GOOGLE_OAUTH_ACCESS_TOKEN": _TOKEN,
}
_TYPES = ("service_account", "external_account", "impersonated_service_account")
_SECRET_PARTS = frozenset({"private_key", "private_key_id", "client_secret", "refresh_token", "token"})
# With these a token is asked for elsewhere; Authorization is one of them.
_HEADERS = "headers"


class GoogleAdapter:
    kind = "google"
    title = "Google Cloud"
    variables = frozenset(
        {*_WAYS.values(), "GOOGLE_PROJECT", "GOOGLE_REGION", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"},
    )
    marks: tuple[str, ...] = ('"google_', '/google"', '/google-beta"')

    def access(self, place: Place, environ: Mapping[str, str]) -> CloudAccess:
        worker = Worker(place, environ)
        name = _WAYS[worker.one_way({way: bool(worker.get(name)) for way, name in _WAYS.items()}, self.title)]
        if not place.project_id:
            raise worker.missing(stated("the environment does not name its project"))
        masked = () if name == _TOKEN else tuple(_secrets_in(worker, name))
        named = {"GOOGLE_PROJECT": place.project_id, "GOOGLE_REGION": place.region}
        if place.service_account:
            named["GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"] = place.service_account
        return CloudAccess(
            region=place.region, secrets={name: worker.get(name)}, kind=self.kind, named=named, masked=masked
        )

    def demanded(self, mentions: Callable[[str], bool]) -> dict[str, Any]:
        return {}

    def providers(self, cloud: CloudAccess, stack: StackRef, mentions: Callable[[str], bool]) -> dict[str, Any]:
        beta = mentions("google-beta")
        plain = mentions('/google"') or (mentions("google_") and not beta)
        # A label's name has neither colons nor capital letters.
        labels = {STACK_LABEL: literal(stack.id), "infrachat-environment": literal(stack.environment)}
        block = {"default_labels": labels}
        return {name: block for name, used in (("google", plain), ("google-beta", beta)) if used}


def _secrets_in(worker: Worker, name: str) -> Iterator[str]:
    """What must be masked of a key; it is looked at here, so that a wrong one is told before anything is started."""
    given = worker.get(name).strip()
    text = given if name == _KEY and given.startswith("{") else worker.file(name)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("type") not in _TYPES:
        raise worker.unusable(
            stated(
                "%(name)s is no JSON of one of the types %(types)s", name=worker.called(name), types=", ".join(_TYPES)
            )
        )
    yield text
    yield from (value for part, value in _strings(content) if part in _SECRET_PARTS or part == _HEADERS)


def _strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for part, each in value.items():
            yield from _strings(each, _HEADERS if name == _HEADERS else part)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, name)
    elif isinstance(value, str):
        yield name, value
