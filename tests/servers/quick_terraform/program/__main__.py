"""Terraform's command line and `-json` output, as far as our executor uses them: `__main__.py DIRECTORY COMMAND ...`.

DIRECTORY holds `points.json` and what the points leave there; see points.py.
"""

import json
import signal
import sys
from pathlib import Path

import applying
import plans
import ui
from backend import Backend, Lock, Locked
from model import Root
from points import Points

LOCK_FILE = """# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version = "5.100.0"
}
"""


def main(directory: str, command: str, *arguments: str) -> int:
    words = [each for each in arguments if not each.startswith("-")]
    options = dict(each.lstrip("-").partition("=")[::2] for each in arguments if each.startswith("-"))
    options["targets"] = " ".join(each.partition("=")[2] for each in arguments if each.startswith("-target="))
    points = Points(Path(directory))
    if command == "version":
        print(json.dumps({"terraform_version": ui.VERSION, "platform": "linux_amd64", "provider_selections": {}}))
        return 0
    if command == "show":
        print(json.dumps(plans.shown(json.loads(Path(words[0]).read_bytes()))))
        return 0
    if command == "import":
        return _import(words, options)
    signal.signal(signal.SIGINT, lambda number, frame: sys.exit(1))
    ui.version()
    commands = {"init": _init, "plan": _plan, "apply": _apply}
    try:
        return commands[command](words, options, points)
    except Locked as locked:
        ui.error("Error acquiring the state lock", str(locked))
    except plans.PlanError as error:
        ui.error(*error.args)
    except OSError as error:
        ui.error(str(error))
    return 1


def _init(words: list[str], options: dict[str, str], points: Points) -> int:
    points.at("init")
    ui.init_line("Initializing the backend...", "initializing_backend_message")
    Path(".terraform").mkdir(exist_ok=True)
    lock = Path(".terraform.lock.hcl")
    if not lock.exists():
        lock.write_text(LOCK_FILE)
    ui.init_line("Terraform has been successfully initialized!", "output_init_success_message")
    return 0


def _plan(words: list[str], options: dict[str, str], points: Points) -> int:
    root = Root.read(Path())
    mode = "destroy" if "destroy" in options else "refresh-only" if "refresh-only" in options else "apply"
    lock = Lock(root.backend, "OperationTypePlan", options)
    with lock:
        plan = plans.make(root, Backend(root.backend), mode, options["targets"].split())
        points.at("planned")
        Path(options["out"]).write_text(json.dumps(plan))
    plans.tell(plan)
    return 0


def _apply(words: list[str], options: dict[str, str], points: Points) -> int:
    plan = json.loads(Path(words[0]).read_bytes())
    stop = applying.Interrupted(points)
    signal.signal(signal.SIGINT, stop.interrupt)
    with Lock(plan["backend"], "OperationTypeApply", options):
        points.at("locked")
        return applying.apply(plan, Backend(plan["backend"]), points, stop)


def _import(words: list[str], options: dict[str, str]) -> int:
    """`import ADDRESS ID`: without JSON, into the state at once."""
    root = Root.read(Path())
    backend = Backend(root.backend)
    try:
        with Lock(root.backend, "OperationTypeImport", options):
            applying.record(root, backend, words[0], words[1])
    except (Locked, plans.PlanError) as error:
        print(f"Error: {error.args}", file=sys.stderr)
        return 1
    print("Import successful!")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
