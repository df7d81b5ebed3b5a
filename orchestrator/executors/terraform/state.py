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
    document, _ = state_document(store, stack)
    try:
        return state_facts(document)
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged() from error


def state_document(store: StoreAccess, stack: StackRef) -> tuple[dict[str, Any], str]:
    """The state file's content and its entity tag; empty where there is no state. Raises ExecutorError."""
    try:
        answer = store_client(store).get_object(Bucket=store.state_bucket, Key=state_key(stack))
        document = json.loads(answer["Body"].read())
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
            return {}, ""
        raise store_error(store.state_bucket, "state", "read", error) from error
    except BotoCoreError as error:
        raise store_error(store.state_bucket, "state", "read", error) from error
    except ValueError as error:
        raise _damaged() from error
    if not isinstance(document, dict):
        raise _damaged()
    return document, str(answer.get("ETag", ""))


def state_replace(store: StoreAccess, stack: StackRef, document: Mapping[str, Any], etag: str) -> None:
    """Write the state, if it still is what `etag` names (empty: none). Raises ExecutorError."""
    condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
    try:
        store_client(store).put_object(
            Bucket=store.state_bucket,
            Key=state_key(stack),
            Body=json.dumps(document, indent=2).encode(),
            ContentType="application/json",
            ServerSideEncryption="AES256",
            **condition,
        )
    except (ClientError, BotoCoreError) as error:
        code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
        if code in {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}:
            detail = "The stack's state was changed by somebody else at this moment. It is tried again."
            raise ExecutorError("state_changed", detail, retryable=True) from error
        raise store_error(store.state_bucket, "state", "written", error) from error


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


def _damaged() -> ExecutorError:
    return ExecutorError("state_unreadable", "The stack's state file is damaged. Restore an older version.")


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
