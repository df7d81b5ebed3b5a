"""The intents that every bot has, whatever its catalogue: phrases in data/base_intents.yaml."""

from functools import cache
from pathlib import Path

import yaml

from .types import IntentDefinition, TrainingData

_FILE = Path(__file__).parent / "data" / "base_intents.yaml"


@cache
def base_training_data() -> TrainingData:
    """Intents base.* and phrases out of scope; the caller adds the entities `environment` (list) and `name` (name)."""
    document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    intents = tuple(
        IntentDefinition(name, tuple(each["examples"]), tuple(each.get("slots", ())))
        for name, each in document["intents"].items()
    )
    return TrainingData(intents=intents, entities=(), out_of_scope=tuple(document["out_of_scope"]))


@cache
def base_titles() -> dict[str, str]:
    """{intent: what it does, for people}."""
    document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: each["title"] for name, each in document["intents"].items()}
