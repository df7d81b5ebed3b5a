"""What a version was trained on, as a file for people."""

import json
from collections.abc import Callable, Mapping

from . import storage
from .exchange import Content, EntityItem, FilePlace, IntentItem, Phrase, write_yaml
from .model import data_as_json
from .types import TrainingData

FORMATS = {"json": "application/json", "yaml": "application/yaml"}

_NOWHERE = FilePlace("", 0)


def version_data(model_id: str, kind: str) -> str:
    """The training data of a version, `kind` one of FORMATS. Raises ModelNotFound, ArtefactDamaged."""
    return _WRITERS[kind](storage.model_load(model_id).data)


def _json(data: TrainingData) -> str:
    return json.dumps(data_as_json(data), ensure_ascii=False, indent=2)


def _yaml(data: TrainingData) -> str:
    """As `manage.py nlu_import` reads it."""
    intents = tuple(IntentItem(each.name, "", each.slots, _phrases(each.examples), _NOWHERE) for each in data.intents)
    entities = tuple(EntityItem(each, _NOWHERE) for each in data.entities)
    return write_yaml(Content(intents, entities, _phrases(data.out_of_scope)))


def _phrases(texts: tuple[str, ...]) -> tuple[Phrase, ...]:
    return tuple(Phrase(text, _NOWHERE) for text in texts)


_WRITERS: Mapping[str, Callable[[TrainingData], str]] = {"json": _json, "yaml": _yaml}
