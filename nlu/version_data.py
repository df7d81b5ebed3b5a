"""What a version was trained on, as a file for people."""

import json

import yaml

from . import storage
from .model import data_as_json

FORMATS = {"json": "application/json", "yaml": "application/yaml"}


def version_data(model_id: str, kind: str) -> str:
    """The training data of a version, `kind` one of FORMATS. Raises ModelNotFound, ArtefactDamaged."""
    # Tuples become lists on the way.
    document = json.loads(json.dumps(data_as_json(storage.model_load(model_id).data)))
    if kind == "yaml":
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    return json.dumps(document, ensure_ascii=False, indent=2)
