"""A plan: refresh, compare, write down; and the same plan as `show -json` has it. A plan file is JSON here."""

import os
import re
from collections import Counter
from typing import Any

import ui
from backend import Backend, State
from model import CALL, TYPE, Root, attributes
from s3 import S3

PROVIDER = "registry.terraform.io/hashicorp/aws"
_UNKNOWN = ("arn", "bucket", "bucket_domain_name", "bucket_regional_domain_name", "id", "region")
# What the provider appends to a prefix: the time and a counter.
_SUFFIX = re.compile(r"\d{18}[0-9a-f]{8}\Z")

Plan = dict[str, Any]


class PlanError(Exception):
    """Summary and detail of a diagnostic."""


def cloud() -> S3:
    return S3(os.environ["AWS_ENDPOINT_URL"])


def make(root: Root, backend: Backend, mode: str, targets: list[str]) -> Plan:
    state = backend.read()
    before = instances(state)
    found = _refreshed(before)
    drift = [_drift(address, before[address], found.get(address)) for address in before]
    changes = _changes(root, mode, found) if mode != "refresh-only" else []
    if targets:
        changes = _targeted(changes, targets)
    return {
        "mode": mode,
        "backend": root.backend,
        "default_tags": root.default_tags,
        "variables": root.variables,
        "serial": state["serial"],
        "lineage": state["lineage"],
        "found": found,
        "changes": changes,
        "drift": [each for each in drift if each],
        "outputs": root.outputs if mode != "destroy" else {},
        "gone_outputs": sorted(state["outputs"]) if mode == "destroy" else [],
        "output_values": {name: each["value"] for name, each in state["outputs"].items()},
        "sensitive": list(root.sensitive),
        "resources": root.resources,
    }


def instances(state: State) -> dict[str, dict[str, Any]]:
    """Address -> attributes."""
    return {
        f"{each['module']}.{each['type']}.{each['name']}": each["instances"][0]["attributes"]
        for each in state["resources"]
    }


def tell(plan: Plan) -> None:
    for address, present in plan["found"].items():
        ui.refresh(address, present["id"])
    counts = Counter({"add": 0, "change": 0, "import": 0, "remove": 0})
    for each in plan["changes"]:
        action, importing = each["action"], each.get("importing")
        counts.update({"create": ["add"], "update": ["change"], "delete": ["remove"]}.get(action, []))
        counts["import"] += bool(importing)
        if action != "no-op" or importing:
            ui.planned(each["address"], action if action != "no-op" else "import", importing)
    ui.summary("plan", dict(counts))
    actions = {name: change["actions"][0].replace("-", "") for name, change in _output_changes(plan).items()}
    ui.outputs({name: {"sensitive": name in plan["sensitive"], "action": act} for name, act in actions.items()})


def shown(plan: Plan) -> dict[str, Any]:
    """The document of `show -json`, format 1.2."""
    changes = [_resource(each["address"], _change(each, plan)) for each in plan["changes"]]
    outputs = _output_changes(plan)
    acts = any(each["action"] != "no-op" or each.get("importing") for each in plan["changes"])
    return {
        "format_version": "1.2",
        "terraform_version": ui.VERSION,
        "variables": {name: {"value": value} for name, value in plan["variables"].items()},
        "resource_changes": changes,
        "resource_drift": plan["drift"],
        "output_changes": outputs,
        "configuration": _configuration(plan),
        "applyable": acts or any(each["actions"] != ["no-op"] for each in outputs.values()),
        "complete": True,
        "errored": False,
    }


def _refreshed(before: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What of the state is still there, as it is now."""
    found = {}
    for address, present in before.items():
        tags = cloud().tags(present["id"])
        if tags is not None:
            own = {name: tags[name] for name in tags if name not in present["tags_all"] or name in present["tags"]}
            found[address] = {**present, "tags": own, "tags_all": tags}
    return found


def _changes(root: Root, mode: str, found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = root.resources if mode == "apply" else {}
    extra = [address for address in reversed(list(found)) if address not in wanted]
    changes = [_compared(root, address, found) for address in wanted]
    return [*changes, *({"address": address, "action": "delete", "before": found[address]} for address in extra)]


def _targeted(changes: list[dict[str, Any]], targets: list[str]) -> list[dict[str, Any]]:
    """The targets, and what they depend on: every bucket before them."""
    last = max(index for index, each in enumerate(changes) if each["address"] in targets)
    return changes[: last + 1]


def _compared(root: Root, address: str, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    wanted = root.resources[address]
    present, importing = found.get(address), None
    if present is None and address in root.imports:
        importing = root.imports[address]
        present = imported(importing, root)
    if present is None:
        return {"address": address, "action": "create", "before": None}
    same = present["tags_all"] == {**root.default_tags, **wanted["tags"]}
    change = {"address": address, "action": "no-op" if same else "update", "before": present}
    return {**change, "importing": importing} if importing else change


def imported(name: str, root: Root) -> dict[str, Any]:
    """A bucket as the provider reads it. Raises PlanError when there is none."""
    tags = cloud().tags(name)
    if tags is None:
        detail = (
            f'While attempting to import an existing object to "{name}", the provider detected that no object exists.'
        )
        raise PlanError("Cannot import non-existent remote object", detail)
    own = {each: value for each, value in tags.items() if root.default_tags.get(each) != value}
    read = attributes(name, {"bucket_prefix": _SUFFIX.sub("", name), "tags": own}, root.default_tags)
    return {**read, "tags_all": tags, "force_destroy": None}


def _change(each: dict[str, Any], plan: Plan) -> dict[str, Any]:
    action, before = each["action"], each["before"]
    wanted = plan["resources"].get(each["address"])
    after = None if action == "delete" else before
    if action in {"create", "update"}:
        all_tags = {**plan["default_tags"], **wanted["tags"]}
        after = {**(before or {"force_destroy": False, "timeouts": None}), "tags_all": all_tags, **wanted}
    unknown = dict.fromkeys(_UNKNOWN, True) if action == "create" else {}
    change = {
        "actions": [action],
        "before": before,
        "after": after,
        "after_unknown": {**unknown, "tags": {}, "tags_all": {}} if after is not None else False,
        "before_sensitive": {"tags": {}, "tags_all": {}} if before is not None else False,
        "after_sensitive": {"tags": {}, "tags_all": {}} if after is not None else False,
    }
    return {**change, "importing": {"id": each["importing"]}} if each.get("importing") else change


def _resource(address: str, change: dict[str, Any]) -> dict[str, Any]:
    name = address.rpartition(".")[2]
    kind = {"module_address": CALL, "mode": "managed", "type": TYPE, "name": name, "provider_name": PROVIDER}
    return {"address": address, **kind, "change": change}


def _drift(address: str, before: dict[str, Any], after: dict[str, Any] | None) -> dict[str, Any] | None:
    if before == after:
        return None
    change = {"actions": ["update"] if after else ["delete"], "before": before, "after": after}
    return _resource(address, {**change, "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}})


def _output_changes(plan: Plan) -> dict[str, Any]:
    made = {each["address"] for each in plan["changes"] if each["action"] == "create"}
    present = {each["address"]: each["before"]["bucket"] for each in plan["changes"] if each["before"]}
    present |= {address: each["bucket"] for address, each in plan["found"].items()}
    changes: dict[str, Any] = {}
    for name, address in plan["outputs"].items():
        before, after = plan["output_values"].get(name), None if address in made else present.get(address)
        action = "no-op" if before == after and before is not None else "create" if before is None else "update"
        sensitive = name in plan["sensitive"]
        changes[name] = {"actions": [action], "before": before, "after": after, "after_unknown": address in made}
        changes[name] |= {"before_sensitive": sensitive, "after_sensitive": sensitive}
    for name in plan["gone_outputs"]:
        gone = {"actions": ["delete"], "before": plan["output_values"][name], "after": None, "after_unknown": False}
        changes[name] = {**gone, "before_sensitive": False, "after_sensitive": False}
    return changes


def _configuration(plan: Plan) -> dict[str, Any]:
    """Which arguments each resource is given."""
    names = [address.rpartition(".")[2] for address in plan["resources"]]
    given = {"bucket_prefix": {}, "tags": {}}
    resources = [{"mode": "managed", "type": TYPE, "name": name, "expressions": given} for name in names]
    return {"root_module": {"module_calls": {"stack": {"module": {"resources": resources}}}}}
