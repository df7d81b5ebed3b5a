"""The page about the catalogue names all of it, and nothing else."""

import re
from pathlib import Path

from orchestrator.catalog.action_files import actions_load
from orchestrator.catalog.loader import blueprints_load
from tests.integration.terraform.lives import LIVES, PLANNED_ONLY

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "catalogue.md"


def test_the_page_names_the_whole_catalogue() -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert named == {each.view.name for each in blueprints_load()} | {each.view.name for each in actions_load()}


def test_the_page_says_what_the_emulator_can_do_with_each_blueprint() -> None:
    """As the long set lives through it."""
    rows = [
        line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.count("|") == 7
    ]
    told = {cells[0].strip(" `"): [cell.strip(" `") for cell in cells[1:5]] for cells in rows if "`" in cells[0]}

    wanted = {name: ["no", "no", "no", "not tried"] for name in PLANNED_ONLY}
    wanted |= {life.name: ["yes", "yes", "yes", ", ".join(sorted(life.unstable)) or "nothing"] for life in LIVES}
    assert told == wanted
    assert told.keys() == {each.view.name for each in blueprints_load()}
