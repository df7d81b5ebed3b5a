"""How blueprints, actions and environments are stored, and the views made of them.

orchestrator_blueprint         {_id: name, title, version: digest, enabled, updated_at}
orchestrator_blueprintversion  {_id: digest, name, manifest, variables, archive, lock, created_at}
orchestrator_action            {_id: name, title, digest, definition, variables, enabled, updated_at}
orchestrator_approvalrule      {_id, environment: name or *, risk, rule, groups: [name]}
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from pymongo.client_session import ClientSession

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from chatbot_project.mongo.connections import collection

from .documents import Document, encode
from .environment_places import AWS, PLACE_FIELDS, cloud_of, place_of
from .errors import NotFound
from .sentences import stated, word_stated
from .states import Risk
from .translated import word
from .types import ActionView, ApprovalRow, BlueprintView, Demand, EnvironmentView, Variable

_WITHOUT_FILES = {"archive": 0, "lock": 0}


def variable_document(variable: Variable) -> Document:
    return dict(encode(variable))


def variable_view(document: Mapping[str, Any]) -> Variable:
    known = {each.name for each in fields(Variable)}
    values: dict[str, Any] = {name: value for name, value in document.items() if name in known}
    for name in ("choices", "synonyms", "validations"):
        values[name] = tuple(values.get(name) or ())
    return Variable(**values)


def _for_reader(variable: Variable) -> Variable:
    validations = tuple({**each, "error_message": word(each["error_message"])} for each in variable.validations)
    return replace(variable, description=word(variable.description), validations=validations)


def blueprint_view(version: Mapping[str, Any]) -> BlueprintView:
    """The view of one stored version (a document of orchestrator_blueprintversion). What people read of it is in the
    reader's language if it came with the product; what they say and ask for it with is as its file has it."""
    manifest = version["manifest"]
    noun = manifest.get("noun", version["name"])
    return BlueprintView(
        name=version["name"],
        title=word(manifest.get("title", version["name"])),
        description=word(manifest.get("description", "")),
        version=version["_id"],
        risk={kind: Risk(risk) for kind, risk in manifest.get("risk", {}).items()},
        phrases=tuple(manifest.get("phrases", ())),
        ask=tuple(manifest.get("ask", ())),
        outputs=tuple(manifest.get("outputs", ())),
        variables=tuple(_for_reader(variable_view(each)) for each in version["variables"]),
        noun=noun,
        nouns=tuple(manifest.get("nouns", (noun,))),
        destroy_phrases=tuple(manifest.get("destroy_phrases", ())),
        imports=dict(manifest.get("imports") or {}),
        sizes=dict(manifest.get("sizes") or {}),
    )


def action_view(document: Mapping[str, Any]) -> ActionView:
    definition = document["definition"]
    return ActionView(
        name=document["_id"],
        title=word(definition.get("title", document["_id"])),
        description=word(definition.get("description", "")),
        risk=Risk(definition.get("risk", Risk.CRITICAL)),
        phrases=tuple(definition.get("phrases", ())),
        ask=tuple(definition.get("ask", ())),
        variables=tuple(_for_reader(variable_view(each)) for each in document["variables"]),
        needs_stack=bool(definition.get("needs_stack", False)),
    )


def environment_view(document: Mapping[str, Any], rules: Iterable[Mapping[str, Any]] = ()) -> EnvironmentView:
    """`rules` are documents of orchestrator_approvalrule, of this environment or of any."""
    name = document["_id"]
    return EnvironmentView(
        name=document["_id"],
        title=document["title"],
        region=document["region"],
        minimum_risk=Risk(document["minimum_risk"]),
        synonyms=tuple(document["synonyms"] or ()),
        is_default=document["is_default"],
        target=_target(document),
        cloud=cloud_of(document),
        place=place_of(document),
        approval_rows=tuple(_row(each, name) for each in rules if each["environment"] in (name, EVERY_ENVIRONMENT)),
    )


def _row(rule: Mapping[str, Any], environment: str) -> ApprovalRow:
    groups = tuple(rule["groups"] or ())
    values = {"environment": environment, "rule": rule["rule"], "risk": word_stated(rule["risk"])}
    why = stated("%(environment)s asks for “%(rule)s” from %(risk)s risk on.", **values)
    if groups:
        values["groups"] = " / ".join(groups)
        why = stated("%(environment)s asks for “%(rule)s” from %(risk)s risk on, by members of %(groups)s.", **values)
    return ApprovalRow(Risk(rule["risk"]), Demand(rule["rule"], groups, why))


def _target(environment: Mapping[str, Any]) -> str:
    """Whatever of an environment says in which account something would be made."""
    names = ("region", "role_arn", "credentials_prefix", "endpoint_url")
    where: list[Any] = [environment.get(name) or "" for name in names]
    # Apart, so that plans wait on that were made before there were other clouds.
    more = {name: environment.get(name) for name in PLACE_FIELDS if name not in names and environment.get(name)}
    more |= {"cloud": cloud} if (cloud := cloud_of(environment)) != AWS else {}
    return hashlib.sha256(json.dumps([*where, more] if more else where, sort_keys=True).encode()).hexdigest()


def blueprints_load() -> list[BlueprintView]:
    """The current version of every enabled blueprint."""
    heads = list(collection("orchestrator_blueprint").find({"enabled": True}).sort("_id"))
    versions = collection("orchestrator_blueprintversion").find(
        {"_id": {"$in": [each["version"] for each in heads]}}, _WITHOUT_FILES
    )
    views = {each["_id"]: blueprint_view(each) for each in versions}
    return [views[each["version"]] for each in heads if each["version"] in views]


def blueprint_load(name: str) -> BlueprintView:
    head = collection("orchestrator_blueprint").find_one({"_id": name, "enabled": True})
    version = head and collection("orchestrator_blueprintversion").find_one({"_id": head["version"]}, _WITHOUT_FILES)
    if not version:
        raise NotFound(_not_there("blueprint", name, "orchestrator_blueprint"), field="subject")
    return blueprint_view(version)


def blueprint_version_load(digest: str) -> BlueprintView:
    """A version that a job or a stack refers to, current or not."""
    version = collection("orchestrator_blueprintversion").find_one({"_id": digest}, _WITHOUT_FILES)
    if version is None:
        raise NotFound(stated("There is no blueprint version %(digest)s.", digest=digest[:12]))
    return blueprint_view(version)


def actions_load() -> list[ActionView]:
    return [action_view(each) for each in collection("orchestrator_action").find({"enabled": True}).sort("_id")]


def action_document(name: str) -> Document:
    document = collection("orchestrator_action").find_one({"_id": name, "enabled": True})
    if document is None:
        raise NotFound(_not_there("action", name, "orchestrator_action"), field="subject")
    return document


def environments_load() -> list[EnvironmentView]:
    found = collection("orchestrator_environment").find({"enabled": True}).sort([("position", 1), ("_id", 1)])
    rules = list(collection("orchestrator_approvalrule").find().sort("_id"))
    return [environment_view(each, rules) for each in found]


def environment_load(name: str, session: ClientSession | None = None) -> EnvironmentView:
    document = collection("orchestrator_environment").find_one({"_id": name, "enabled": True}, session=session)
    if document is None:
        raise NotFound(_not_there("environment", name, "orchestrator_environment"), field="environment")
    wanted = {"environment": {"$in": [name, EVERY_ENVIRONMENT]}}
    rules = collection("orchestrator_approvalrule").find(wanted, session=session).sort("_id")
    return environment_view(document, rules)


def _not_there(what: str, name: str, where: str) -> str:
    names = [each["_id"] for each in collection(where).find({"enabled": True}, {"_id": 1}).sort("_id")]
    there = f"There {'are' if len(names) > 1 else 'is'}: {', '.join(names)}."
    there = there if names else "None is stored yet: run `manage.py provision`."
    return f"There is no {what} called {name!r}. {there}"
