"""Changing how people ask for a blueprint that was added: the same module with another `blueprint.yaml`."""

from chatbot_project.mongo.connections import collection
from orchestrator.documents import Document
from orchestrator.errors import InvalidValue, NotFound
from orchestrator.types import Actor

from .uploads import upload_add


def blueprint_text(name: str) -> str:
    """Its `blueprint.yaml`. Raises NotFound; InvalidValue for a built-in one, whose file is in the repository."""
    text: str = _version(name).get("text") or ""
    if not text:
        raise InvalidValue(f"{name} is built in; its blueprint.yaml lies with it in the repository.", field="name")
    return text


def upload_of_edit(*, name: str, manifest: str, by: Actor, wake: bool = True) -> str:
    """Have a new version checked that differs in its `blueprint.yaml` alone; the upload's id. Raises as above."""
    blueprint_text(name)
    if not manifest.strip():
        raise InvalidValue("blueprint.yaml is empty.", field="manifest")
    content = bytes(_version(name)["archive"])
    return upload_add(file_name=f"{name}.tar.gz", content=content, by=by, name=name, manifest=manifest, wake=wake)


def _version(name: str) -> Document:
    head = collection("orchestrator_blueprint").find_one({"_id": name}, {"version": 1})
    found = head and collection("orchestrator_blueprintversion").find_one({"_id": head["version"]})
    if not found:
        raise NotFound(f"There is no blueprint called {name!r}.", field="name")
    return found
