"""docs/reference/commands.md names every command of ours and every make target."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/reference/commands.md").read_text()


def test_every_management_command_is_documented() -> None:
    ours = {
        path.stem
        for package in ("chatbot_project", "conversations", "orchestrator", "nlu")
        for path in (ROOT / package).rglob("management/commands/*.py")
        if path.stem != "__init__"
    }

    assert {"web", "worker", "scheduler", "chat"} <= ours
    assert {name for name in ours if not re.search(rf"`{name}\b", PAGE)} == set()


def test_every_make_target_is_documented() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert {name for name in targets - {"help", "install"} if f"`make {name}`" not in PAGE} == set()
