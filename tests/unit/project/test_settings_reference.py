"""docs/reference/settings.md lists every variable that the settings read."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
READS = re.compile(r"\b(?:env\.\w+|required|one_of|whole_number|decimal|flag)\(\s*\"([A-Z][A-Z0-9_]+)\"")


def test_every_variable_is_documented() -> None:
    read = {
        name
        for path in (ROOT / "chatbot_project" / "settings").rglob("*.py")
        for name in READS.findall(path.read_text())
    }
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/reference/settings.md").read_text()))

    assert len(read) > 30, "the pattern no longer finds the variables"
    assert read - documented == set()
