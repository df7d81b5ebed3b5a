"""Carrying a plan out, one bucket after the other. The state is saved at the end, as Terraform does within 20 s."""

import os
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import plans
import ui
from backend import Backend, State
from model import CALL, TYPE, Root, attributes
from points import Points


class Interrupted:
    """Whether somebody asked to stop. A second interrupt ends the process at once, as with Terraform."""

    def __init__(self, points: Points) -> None:
        self.asked = False
        self._points = points

    def interrupt(self, number: int, frame: object) -> None:
        if self.asked:
            os._exit(1)
        self.asked = True
        self._points.mark("interrupted")
        text = "\nInterrupt received.\nPlease wait for Terraform to exit or data loss may occur.\n"
        ui.say("log", f"{text}Gracefully shutting down...\n")


class Failed(Exception):
    """One operation could not be done."""


def apply(plan: plans.Plan, backend: Backend, points: Points, stop: Interrupted) -> int:
    state = backend.read()
    if refusal := _stale(plan, state):
        ui.error(*refusal)
        return 1
    acting = [each for each in plan["changes"] if each["action"] != "no-op"]
    for each in acting:
        ui.planned(each["address"], each["action"], None)
    present = dict(plan["found"])
    present |= {each["address"]: each["before"] for each in plan["changes"] if each.get("importing")}
    done = 0
    while done < len(acting) and not stop.asked:
        if not _operate(plan, acting[done], present, points, done + 1):
            break
        done += 1
    complete = done == len(acting)
    points.at("saving")
    _save(plan, state, present, backend, complete=complete)
    points.at("saved")
    if complete:
        _tell(plan, present)
    elif stop.asked:
        ui.error("execution halted")
    points.at("unlocking")
    return 0 if complete else 1


def record(root: Root, backend: Backend, address: str, name: str) -> None:
    """Write a bucket into the state as it is. Raises PlanError."""
    state = backend.read()
    present = plans.instances(state)
    if address in present:
        raise plans.PlanError("Resource already managed by Terraform", address)
    present[address] = plans.imported(name, root)
    resources = [_recorded(each, present[each]) for each in root.resources if each in present]
    lineage = state["lineage"] or str(uuid4())
    backend.write({**state, "serial": state["serial"] + 1, "lineage": lineage, "resources": resources})


def _stale(plan: plans.Plan, state: State) -> tuple[str, str] | None:
    first = plan["lineage"] == "" and plan["serial"] == 0
    if not first and plan["lineage"] != state["lineage"]:
        detail = "The given plan file was created from a different state."
        return "Saved plan does not match the given state", detail
    if plan["serial"] != state["serial"]:
        detail = (
            "The given plan file can no longer be applied because the state was changed by another operation "
            "after the plan was created."
        )
        return "Saved plan is stale", detail
    return None


def _operate(plan: plans.Plan, each: dict[str, Any], present: dict[str, Any], points: Points, number: int) -> bool:
    address, action = each["address"], each["action"]
    known = (each["before"] or {}).get("id")
    ui.operation("apply_start", address, action, known)
    try:
        points.at(f"before:{number}")
        if action == "delete":
            _delete(present.pop(address), address, points)
        else:
            present[address] = _put(plan, address, known, points, number)
    except (Failed, OSError) as error:
        ui.operation("apply_errored", address, action)
        ui.error(str(error), address=address)
        return False
    points.at(f"made:{number}")
    ui.operation("apply_complete", address, action, present.get(address, {}).get("id"))
    points.at(f"done:{number}")
    return True


def _put(plan: plans.Plan, address: str, name: str | None, points: Points, number: int) -> dict[str, Any]:
    wanted, s3 = plan["resources"][address], plans.cloud()
    if name is None:
        name = wanted["bucket_prefix"] + datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:18] + uuid4().hex[:8]
        points.record("create", address, name)
        s3.put(f"/{name}")
        points.at(f"bare:{number}")
    else:
        points.record("update", address, name)
    made = attributes(name, wanted, plan["default_tags"])
    s3.tag(name, made["tags_all"])
    return made


def _delete(present: dict[str, Any], address: str, points: Points) -> None:
    points.record("delete", address, present["id"])
    s3 = plans.cloud()
    s3.delete(f"/{present['id']}")
    if s3.tags(present["id"]) is not None:
        raise Failed(f"deleting S3 Bucket ({present['id']}): the bucket you tried to delete is not empty")


def _save(plan: plans.Plan, state: State, present: dict[str, Any], backend: Backend, *, complete: bool) -> None:
    """Nothing changed, nothing written: the serial counts changes."""
    order = [*plan["resources"], *(each for each in present if each not in plan["resources"])]
    resources = [_recorded(address, present[address]) for address in order if address in present]
    outputs = _outputs(plan, present) if complete else state["outputs"]
    kept = {name: {each: output[each] for each in ("value", "type")} for name, output in outputs.items()}
    if (resources, kept) == (state["resources"], state["outputs"]):
        return
    lineage = state["lineage"] or str(uuid4())
    backend.write({**state, "serial": state["serial"] + 1, "lineage": lineage, "outputs": kept, "resources": resources})


def _recorded(address: str, found: dict[str, Any]) -> dict[str, Any]:
    name = address.rpartition(".")[2]
    instance = {"schema_version": 0, "attributes": found, "sensitive_attributes": []}
    kind = {"module": CALL, "mode": "managed", "type": TYPE, "name": name}
    return {**kind, "provider": f'provider["{plans.PROVIDER}"]', "instances": [instance]}


def _outputs(plan: plans.Plan, present: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"sensitive": name in plan["sensitive"], "type": "string", "value": present[address]["bucket"]}
        for name, address in plan["outputs"].items()
        if address in present
    }


def _tell(plan: plans.Plan, present: dict[str, Any]) -> None:
    actions = Counter(each["action"] for each in plan["changes"])
    imports = sum(bool(each.get("importing")) for each in plan["changes"])
    counts = {"add": actions["create"], "change": actions["update"], "import": imports, "remove": actions["delete"]}
    ui.summary("apply", counts)
    ui.outputs(_outputs(plan, present))
