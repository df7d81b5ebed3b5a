"""What a stack's state says, read straight from the state bucket: cheaper than a Terraform process by seconds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.executors.artefacts import store_error
from orchestrator.executors.base import ExecutorError, StackRef, StoreAccess
from orchestrator.executors.clients import store_client
from orchestrator.executors.digest import digest_value

from .root import shown_address, state_key
from .rundir import RunDir, write_json


@dataclass(frozen=True)
class StateFacts:
    """`resources` are the managed resource instances: shown address -> digest over all the state has of it."""

    serial: int = 0
    lineage: str = ""
    resources: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """As Terraform has them: {name: {"sensitive", "type", "value"}}. Sensitive values are readable."""

    @property
    def identity(self) -> str:
        """Changes with every write of the state; `none` where there is no state yet."""
        return f"{self.lineage}:{self.serial}" if self.lineage else "none"


def state_read(store: StoreAccess, stack: StackRef) -> StateFacts:
    """The state as it is now, empty when there is none. Raises ExecutorError when that cannot be found out."""
    try:
        answer = store_client(store).get_object(Bucket=store.state_bucket, Key=state_key(stack))
        return state_facts(json.loads(answer["Body"].read()))
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
            return StateFacts()
        raise store_error(store.state_bucket, "state", "read", error) from error
    except BotoCoreError as error:
        raise store_error(store.state_bucket, "state", "read", error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ExecutorError(
            "state_unreadable", "The stack's state file is damaged. Restore an older version."
        ) from error


def before_write(run: RunDir, start: int, facts: StateFacts) -> None:
    """Remember what the state was when a start began, for whoever may have to finish that."""
    write_json(
        run.before(start), {"serial": facts.serial, "lineage": facts.lineage, "resources": dict(facts.resources)}
    )


def before_read(run: RunDir, start: int) -> StateFacts | None:
    try:
        return StateFacts(**json.loads(run.before(start).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def state_facts(document: Mapping[str, Any]) -> StateFacts:
    """From the content of a state file, version 4."""
    resources = dict(_instances(document.get("resources") or ()))
    outputs = {name: {"sensitive": False, **output} for name, output in (document.get("outputs") or {}).items()}
    return StateFacts(int(document.get("serial", 0)), str(document.get("lineage", "")), resources, outputs)


def _instances(resources: Any) -> Iterator[tuple[str, str]]:
    for resource in resources:
        if resource.get("mode") != "managed":
            continue
        prefix = f"{resource['module']}." if resource.get("module") else ""
        address = shown_address(f"{prefix}{resource['type']}.{resource['name']}")
        for instance in resource.get("instances") or ():
            yield address + _index(instance), digest_value(instance)


def _index(instance: Mapping[str, Any]) -> str:
    key = instance.get("index_key")
    index = "" if key is None else f"[{json.dumps(key)}]"
    return f"{index} (deposed {instance['deposed']})" if instance.get("deposed") else index
