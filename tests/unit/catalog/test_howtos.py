"""What the how-to pages tell people to write is right, and keeps the rules of the catalogue."""

from pathlib import Path

from orchestrator.catalog.action_files import action_load
from orchestrator.catalog.loader import blueprint_load
from tests.howtos import files_written
from tests.unit.catalog.rules import action_is_fit, blueprint_is_fit


def test_the_blueprint_of_the_howto(tmp_path: Path) -> None:
    files = files_written("add-a-blueprint.md", tmp_path)

    (manifest,) = [path for path in files.values() if path.name == "blueprint.yaml"]
    blueprint_is_fit(blueprint_load(manifest.parent).view)


def test_the_action_of_the_howto(tmp_path: Path) -> None:
    (path,) = files_written("add-an-action.md", tmp_path).values()

    action_is_fit(action_load(path).view)
