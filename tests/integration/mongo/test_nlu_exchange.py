"""Importing and exporting on a real database: all or nothing, twice is once, and the next training takes it in."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pymongo.database import Database

from chatbot_project.mongo.transactions import run_transaction
from nlu import catalogue, importing, services
from nlu.import_plan import SKIP
from nlu.importing import ImportOutdated, export_text, import_apply, import_preview
from nlu.models import Bot, EntityType, Example, Intent
from nlu.types import EntityDefinition, IntentDefinition, TrainingData
from tests.unit.nlu.exchange.samples import OWN, RASA, dialogflow_files

DATA = TrainingData(
    intents=(
        IntentDefinition(
            "make", ("create a bucket", "make a bucket", "new bucket", "i need a bucket", "bucket {name}")
        ),
        IntentDefinition("drop", ("delete it", "remove it", "get rid of it", "throw it away", "destroy it")),
    ),
    entities=(EntityDefinition("name", "name"),),
    out_of_scope=("order me a taxi", "what is the weather"),
)


@pytest.fixture(autouse=True)
def bot(mongo_db: Database[dict[str, Any]]) -> Bot:
    run_transaction(lambda tx: catalogue.mirror(tx, "default", DATA, {}))
    return Bot.objects.create(name="default", title="Default")


def run(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, no_color=True)
    return out.getvalue()


def stored(database: Database[dict[str, Any]]) -> list[Any]:
    names = ("nlu_intent", "nlu_example", "nlu_entitytype")
    return [sorted(map(repr, database[name].find())) for name in names]


def test_a_file_is_imported_once_and_exported_as_it_was(tmp_path: Path, mongo_db: Database[dict[str, Any]]) -> None:
    path = tmp_path / "pizza.yml"
    path.write_text(OWN)
    before = stored(mongo_db)
    assert "Would be 14 added" in run("nlu_import", str(path), "--dry-run")
    assert stored(mongo_db) == before
    told = run("nlu_import", str(path))
    assert "+ phrase out of scope tell me a joke" in told
    assert "the next training would refuse: The intent pizza.order has 4 different phrases" in told
    assert Intent.objects.get(name="pizza.order").source == "own"
    imported = stored(mongo_db)
    assert "Done: 0 added, 0 changed, 0 removed, 0 skipped; 14 were there already." in run("nlu_import", str(path))
    assert stored(mongo_db) == imported
    exported = tmp_path / "out.yml"
    run("nlu_export", "--output", str(exported))
    assert "Done: 0 added, 0 changed, 0 removed" in run("nlu_import", str(exported), "--replace")
    assert stored(mongo_db) == imported
    whole = tmp_path / "whole.yml"
    run("nlu_export", "--with-built-in", "--output", str(whole))
    assert "create a bucket" in whole.read_text()
    assert "Done: 0 added, 0 changed, 0 removed, 0 skipped" in run("nlu_import", str(whole))


def test_it_moves_to_another_bot(tmp_path: Path) -> None:
    (tmp_path / "pizza.yml").write_text(OWN)
    run("nlu_import", str(tmp_path))
    Bot.objects.create(name="other", title="Other")
    (tmp_path / "pizza.yml").write_text(run("nlu_export"))
    run("nlu_import", str(tmp_path), "--bot", "other")
    assert export_text(bot="other") == export_text(bot="default")


def test_replacing_leaves_the_files_own_rows_alone(mongo_db: Database[dict[str, Any]]) -> None:
    import_apply(bot="default", files={"a.yml": OWN})
    import_apply(bot="default", files=dialogflow_files(), replace=True)
    assert [each.name for each in Intent.objects.filter(source="own")] == ["pizza.order"]
    assert EntityType.objects.get(name="size").values == {"large": ["big"]}
    assert Example.objects.filter(source="built-in").count() == 12
    assert not Example.objects.filter(text="yes").exists()


def test_the_next_training_takes_it_in() -> None:
    more = "\n".join(f"      - pizza number {at} please" for at in ("one", "two", "three", "four", "five"))
    text = f"format: infrachat-nlu\nversion: 1\nintents:\n  pizza:\n    examples:\n{more}\n  drop:\n    examples:\n"
    import_apply(bot="default", files={"a.yml": text + "      - vaporise it\n"})
    services.train(data=DATA)
    assert services.understand("pizza number two please").intent == "pizza"
    assert services.understand("vaporise it").intent == "drop"


def test_a_mistake_changes_nothing(tmp_path: Path, mongo_db: Database[dict[str, Any]]) -> None:
    before = stored(mongo_db)
    (tmp_path / "a.yml").write_text(RASA)
    (tmp_path / "b.yml").write_text('version: "3.1"\nnlu:\n- intent: x\n  examples: |\n    - yes\n    no\n')
    with pytest.raises(CommandError, match=r"Nothing was imported\. b\.yml, line 6: an example .* must begin with"):
        run("nlu_import", str(tmp_path))
    assert stored(mongo_db) == before
    with pytest.raises(CommandError, match=r"There is no bot other \(there are: default\)"):
        run("nlu_import", str(tmp_path), "--bot", "other")
    with pytest.raises(CommandError, match="There is no bot other"):
        run("nlu_export", "--bot", "other")


def test_what_was_agreed_to_is_what_is_done() -> None:
    plan = import_preview(bot="default", files={"a.yml": OWN})
    Example.objects.create(bot_id="default", intent_id="default:drop", text="forget the pizza")
    with pytest.raises(ImportOutdated):
        import_apply(bot="default", files={"a.yml": OWN}, expected=plan.digest)
    assert not Intent.objects.filter(source="own").exists()


def test_what_changes_while_it_is_planned_is_planned_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planning takes seconds for large files, and a transaction may not: so it goes before, and is checked in it."""
    plan = importing.import_plan
    planned: list[int] = []

    def meanwhile(*args: Any, **options: Any) -> Any:
        if not planned:
            Example.objects.create(bot_id="default", intent_id="default:drop", text="forget the pizza")
        planned.append(1)
        return plan(*args, **options)

    monkeypatch.setattr(importing, "import_plan", meanwhile)
    done = import_apply(bot="default", files={"a.yml": OWN})
    assert len(planned) == 2
    assert [each.name for each in done.of(SKIP)] == ["forget the pizza"]
    assert Example.objects.filter(text="forget the pizza").count() == 1


def test_many_at_once_import_it_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: import_apply(bot="default", files={"a.yml": OWN}), range(8)))
    assert Example.objects.filter(source="own").count() == 7
    assert Intent.objects.filter(source="own").count() == 2


def test_odd_values_are_stored_as_they_are() -> None:
    entity = "cost: {kind: list, values: {'$5': [five.dollars], a.b: []}}"
    text = f"format: infrachat-nlu\nversion: 1\nentities:\n  {entity}\n"
    import_apply(bot="default", files={"a.yml": text})
    assert import_preview(bot="default", files={"a.yml": text}).writes == ()
    assert EntityType.objects.get(name="cost").values == {"$5": ["five.dollars"], "a.b": []}
