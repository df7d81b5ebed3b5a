"""What every adapter is given and gives. They know neither Django nor any cloud's SDK."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from orchestrator.executors.base import CloudAccess, ExecutorError, StackRef
from orchestrator.sentences import joined, stated

_LARGEST_SECRET_FILE = 100_000


@dataclass(frozen=True)
class Place:
    """What an environment says about where it is: none of it is secret, all of it is bound by an approval."""

    environment: str
    region: str
    prefix: str = ""
    """The worker reads `PREFIX_NAME` where a provider's documentation says `NAME`; empty: `NAME` itself."""
    endpoint_url: str = ""
    role_arn: str = ""
    session_policy: str = ""
    tenant_id: str = ""
    subscription_id: str = ""
    client_id: str = ""
    project_id: str = ""
    service_account: str = ""


class Adapter(Protocol):
    kind: str
    title: str
    """What people call this cloud."""
    variables: frozenset[str]
    """All that a Terraform process may ever be given for it, by the names of the providers' documentation."""
    marks: tuple[str, ...]
    """Texts that stand in a module that makes something there: the types of resources, the names of providers."""

    def access(self, place: Place, environ: Mapping[str, str]) -> CloudAccess:
        """From the worker's own environment. Raises ExecutorError with what is missing, by the variable's name."""

    def providers(self, cloud: CloudAccess, stack: StackRef, mentions: Callable[[str], bool]) -> dict[str, Any]:
        """The root's provider blocks by local name, with the tags (or labels) that all a stack makes shall carry.

        `mentions` says whether a text, in lower case, stands anywhere in the module. Nothing secret stands in the
        blocks: a plan keeps them.
        """

    def demanded(self, mentions: Callable[[str], bool]) -> dict[str, Any]:
        """Those of its provider blocks without which Terraform would not even look a module over; they know nobody."""


class Worker:
    """The worker's variables as one environment names them: the only way adapters look at its environment."""

    def __init__(self, place: Place, environ: Mapping[str, str]) -> None:
        self._environment = place.environment
        self._prefix = f"{place.prefix}_" if place.prefix else ""
        self._environ = environ

    def called(self, name: str) -> str:
        """The variable's name on this worker."""
        return f"{self._prefix}{name}"

    def get(self, name: str) -> str:
        return self._environ.get(self.called(name), "")

    def some(self, names: tuple[str, ...]) -> dict[str, str]:
        """Those that are set, under the names of the provider's documentation."""
        return {name: value for name in names if (value := self.get(name))}

    def is_on(self, name: str) -> bool:
        """Raises ExecutorError for what is neither true nor false."""
        value = self.get(name).strip().lower()
        if value not in ("", "0", "1", "false", "true"):
            raise self.unusable(stated("%(name)s is neither true nor false", name=self.called(name)))
        return value in ("1", "true")

    def file(self, name: str) -> str:
        """The content of the file that a variable names: to be masked, and to be there before anything is started."""
        path = Path(self.get(name))
        try:
            if not path.is_absolute() or path.stat().st_size > _LARGEST_SECRET_FILE:
                raise OSError
            return path.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            why = stated("%(name)s names no readable file by its whole path", name=self.called(name))
            raise self.unusable(why) from None

    def one_way(self, ways: Mapping[str, bool], cloud: str) -> str:
        """The one way of signing in that is set; {what it is called: whether it is}. Raises ExecutorError."""
        found = [name for name, is_set in ways.items() if is_set]
        if len(found) > 1:
            raise self.unusable(
                stated(
                    "it has more than one way of signing in to %(cloud)s, of which it needs one: %(ways)s",
                    cloud=cloud,
                    ways=joined(found, "; "),
                )
            )
        if not found:
            raise self.missing(
                stated(
                    "it cannot sign in to %(cloud)s. It needs one of: %(ways)s",
                    cloud=cloud,
                    ways=joined(list(ways), "; "),
                )
            )
        return found[0]

    def missing(self, what: str) -> ExecutorError:
        return self._refused("credentials_missing", what)

    def unusable(self, what: str) -> ExecutorError:
        return self._refused("credentials_unusable", what)

    def _refused(self, code: str, what: str) -> ExecutorError:
        detail = stated(
            "Nothing was planned in %(environment)s. The infrastructure worker is not set up for it: %(why)s.",
            environment=self._environment,
            why=what,
        )
        return ExecutorError(code, detail)


def plain_tags(stack: StackRef) -> dict[str, str]:
    """Tags that stay the same from job to job: any other would make every plan a change."""
    return {"infrachat:stack": literal(stack.id), "infrachat:environment": literal(stack.environment)}


def literal(text: str) -> str:
    """A string of ours inside configuration: its template marks are no templates."""
    return text.replace("${", "$${").replace("%{", "%%{")
