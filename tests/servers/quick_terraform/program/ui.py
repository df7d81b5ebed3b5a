"""Messages as Terraform 1.11 prints them with `-json`, one a line, each written at once."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

VERSION = "1.11.4"

_WORDS = {
    "create": ("Creating...", "Creation"),
    "update": ("Modifying...", "Modifications"),
    "delete": ("Destroying...", "Destruction"),
}


def say(kind: str, text: str, level: str = "info", **more: Any) -> None:
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    message = {"@level": level, "@message": text, "@module": "terraform.ui", "@timestamp": stamp, **more, "type": kind}
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def version() -> None:
    say("version", f"Terraform {VERSION}", terraform=VERSION, ui="1.2")


def init_line(text: str, code: str) -> None:
    say("init_output", text, message_code=code)


def error(summary: str, detail: str = "", **more: Any) -> None:
    diagnostic = {"severity": "error", "summary": summary, "detail": detail, **more}
    say("diagnostic", f"Error: {summary}", "error", diagnostic=diagnostic)


def planned(address: str, action: str, importing: str | None) -> None:
    change: dict[str, Any] = {"resource": _resource(address), "action": action}
    if importing:
        change["importing"] = {"id": importing}
    say("planned_change", f"{address}: Plan to {action}", change=change)


def refresh(address: str, identity: str) -> None:
    hook = {"resource": _resource(address), "id_key": "id", "id_value": identity}
    say("refresh_start", f"{address}: Refreshing state... [id={identity}]", hook=hook)
    say("refresh_complete", f"{address}: Refresh complete [id={identity}]", hook=hook)


def summary(operation: str, counts: dict[str, int]) -> None:
    add, change, remove = counts["add"], counts["change"], counts["remove"]
    imports = f"{counts['import']} to import, " if counts["import"] and operation == "plan" else ""
    text = f"Plan: {imports}{add} to add, {change} to change, {remove} to destroy."
    if operation == "apply":
        imports = f"{counts['import']} imported, " if counts["import"] else ""
        text = f"Apply complete! Resources: {imports}{add} added, {change} changed, {remove} destroyed."
    say("change_summary", text, changes={**counts, "operation": operation})


def outputs(found: dict[str, Any]) -> None:
    say("outputs", f"Outputs: {len(found)}", outputs=found)


def operation(kind: str, address: str, action: str, identity: str | None = None) -> None:
    """`apply_start`, `apply_complete` or `apply_errored`."""
    start, noun = _WORDS[action]
    hook: dict[str, Any] = {"resource": _resource(address), "action": action}
    if identity:
        hook |= {"id_key": "id", "id_value": identity}
    if kind != "apply_start":
        hook["elapsed_seconds"] = 0
    ended = "complete" if kind == "apply_complete" else "errored"
    text = start if kind == "apply_start" else f"{noun} {ended} after 0s"
    say(kind, f"{address}: {text}", hook=hook)


def _resource(address: str) -> dict[str, Any]:
    module, _, resource = address.rpartition(".aws_s3_bucket.")
    return {
        "addr": address,
        "module": module,
        "resource": f"aws_s3_bucket.{resource}",
        "implied_provider": "aws",
        "resource_type": "aws_s3_bucket",
        "resource_name": resource,
        "resource_key": None,
    }
