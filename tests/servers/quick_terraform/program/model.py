"""What a run directory asks for: its backend, its tags, and the buckets that the module's `quick.json` names."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALL = "module.stack"
TYPE = "aws_s3_bucket"


@dataclass(frozen=True)
class Root:
    backend: dict[str, Any]
    default_tags: dict[str, str]
    variables: dict[str, Any]
    resources: dict[str, dict[str, Any]]
    """Address -> {"bucket_prefix", "tags"}, in the order in which they are made."""
    outputs: dict[str, str]
    """Name -> the address whose bucket's name it is."""
    sensitive: tuple[str, ...]
    imports: dict[str, str]
    """Address -> name of the bucket to import."""

    @classmethod
    def read(cls, directory: Path) -> "Root":
        main = json.loads((directory / "main.tf.json").read_text())
        values = json.loads((directory / "terraform.tfvars.json").read_text())
        module = json.loads((directory / main["module"]["stack"]["source"] / "quick.json").read_text())
        known = {**module["variables"], **values}
        resources = {
            f"{CALL}.{TYPE}.{each['name']}": {
                "bucket_prefix": _filled(each["bucket_prefix"], known),
                "tags": {name: _filled(text, known) for name, text in each["tags"].items()},
            }
            for each in module["resources"]
        }
        asked = main.get("output", {})
        outputs = {name: f"{CALL}.{TYPE}.{module['outputs'][name]}" for name in asked}
        return cls(
            backend=main["terraform"]["backend"]["s3"],
            default_tags=main["provider"]["aws"]["default_tags"]["tags"],
            variables=values,
            resources=resources,
            outputs=outputs,
            sensitive=tuple(name for name, output in asked.items() if output.get("sensitive")),
            imports=_imports(directory),
        )


def attributes(name: str, wanted: dict[str, Any], default_tags: dict[str, str]) -> dict[str, Any]:
    """Of a bucket in the state, the part that anybody looks at."""
    return {
        "arn": f"arn:aws:s3:::{name}",
        "bucket": name,
        "bucket_prefix": wanted["bucket_prefix"],
        "force_destroy": False,
        "id": name,
        "region": "us-east-1",
        "tags": wanted["tags"],
        "tags_all": {**default_tags, **wanted["tags"]},
        "timeouts": None,
    }


def _imports(directory: Path) -> dict[str, str]:
    found = {}
    for file in sorted(directory.glob("*.tf.json")):
        blocks = json.loads(file.read_text()).get("import") or []
        for block in blocks if isinstance(blocks, list) else [blocks]:
            found[block["to"].removeprefix("${").removesuffix("}")] = block["id"]
    return found


def _filled(text: str, known: dict[str, Any]) -> str:
    return re.sub(r"\$\{var\.(\w+)\}", lambda found: str(known[found[1]]), text)
