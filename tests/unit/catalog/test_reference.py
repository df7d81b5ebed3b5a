"""The page about the catalogue names all of it, and nothing else."""

import re
from pathlib import Path

from orchestrator.catalog.action_files import actions_load
from orchestrator.catalog.loader import blueprints_load

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "catalogue.md"


def test_the_page_names_the_whole_catalogue() -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert named == {each.view.name for each in blueprints_load()} | {each.view.name for each in actions_load()}
