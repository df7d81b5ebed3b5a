"""A request as it comes in, and what is read from it: its values, its stack's name, the stack it is about or makes."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from chatbot_project.mongo.transactions import Transaction

from . import stacks as stack_line
from .documents import Document, stack_view, stacks, utc_now
from .errors import InvalidValue, NotAllowed, NotFound, WrongState
from .permissions import acting_user, may_change_stack, may_see_stack
from .sentences import stated
from .states import JobKind
from .types import Actor, BlueprintView, EnvironmentView, Lifetime, Origin, Variable

MAX_NAME = 120
"""Characters of the names that stand in titles."""


@dataclass(frozen=True)
class Request:
    kind: JobKind
    requester: Actor
    environment: str
    subject: str
    values: dict[str, Any]
    origin: Origin
    stack_name: str | None = None
    stack_id: str | None = None
    job_id: str = field(default_factory=lambda: str(uuid4()))
    lifetime: Lifetime | None = None
    restores_job_id: str | None = None
    """An earlier apply of the same stack: its values and its blueprint version are asked for, and no others."""
    adopts_job_id: str | None = None
    """The last check for drift of the stack: what it found is asked for, as far as variables can say it."""
    imports: bool = False
    """What exists under the values given is taken over, as the blueprint says."""
    standing_job_id: str | None = None
    """The job with whose plan this deletion was approved; only the scheduler says so."""


def values_clean(variables: tuple[Variable, ...], values: dict[str, Any], *, partial: bool) -> dict[str, Any]:
    """Checked and converted values. Raises InvalidValues."""
    from .catalog.validation import values_clean as clean

    return dict(clean(variables, values, partial))


def split(variables: tuple[Variable, ...], values: dict[str, Any]) -> dict[str, Any]:
    secret = {each.name for each in variables if each.sensitive}
    return {
        "values": {name: value for name, value in values.items() if name not in secret},
        "sensitive_values": {name: value for name, value in values.items() if name in secret},
        "sensitive_names": sorted(secret & set(values)),
    }


def named_stack(request: Request, tx: Transaction) -> Document:
    """The stack of `stack_id`, if it fits the request and the requester may change it."""
    user = acting_user(request.requester)
    stack = stacks().find_one({"_id": request.stack_id}, session=tx.session)
    if stack is None or not may_see_stack(user, stack):
        raise NotFound(stated("There is no stack %(stack_id)s.", stack_id=request.stack_id), field="stack_id")
    if not may_change_stack(user, stack_view(stack)):
        raise NotAllowed(
            stated(
                "%(name)s belongs to %(owner_name)s; only they or an operator may change it.",
                name=stack["name"],
                owner_name=stack["owner_name"],
            )
        )
    if (stack["environment"], stack["blueprint"]) != (request.environment, request.subject):
        raise InvalidValue(
            stated(
                "%(name)s is a %(blueprint)s in %(environment)s, not a %(subject)s in %(environment_2)s.",
                name=stack["name"],
                blueprint=stack["blueprint"],
                environment=stack["environment"],
                subject=request.subject,
                environment_2=request.environment,
            ),
            field="stack_id",
        )
    if stack["status"] == "gone" and stack["active_job_id"] is None:
        raise WrongState(
            stated("%(name)s in %(environment)s is gone already.", name=stack["name"], environment=stack["environment"])
        )
    return stack


def identity_of(request: Request, blueprint: BlueprintView, values: dict[str, Any]) -> str:
    name = stack_name_of(request, blueprint, values)
    return stack_line.identity(blueprint.name, request.environment, request.requester.id or "", name)


def stack_name_of(request: Request, blueprint: BlueprintView, values: dict[str, Any]) -> str:
    name = request.stack_name or values.get("name") or f"{blueprint.name}-{request.job_id[:8]}"
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise InvalidValue(
            stated("The name of a stack is a text of 1 to %(max_name)s characters.", max_name=MAX_NAME),
            field="stack_name",
        )
    if not name.strip().isprintable():
        # It stands in titles that others read and approve: no lines of its own, nothing that turns text around.
        raise InvalidValue(stated("The name of a stack is one line of printable characters."), field="stack_name")
    return name.strip()


def new_stack(
    request: Request, environment: EnvironmentView, blueprint: BlueprintView, values: dict[str, Any]
) -> Document:
    now = utc_now()
    name = stack_name_of(request, blueprint, values["values"])
    return {
        "_id": str(uuid4()),
        "name": name,
        "blueprint": blueprint.name,
        "blueprint_version": blueprint.version,
        "environment": environment.name,
        "owner_id": request.requester.id,
        "owner_name": request.requester.name,
        "identity": stack_line.identity(blueprint.name, environment.name, request.requester.id or "", name),
        "status": "new",
        "active_job_id": None,
        "queue": [],
        "outputs": {},
        "resource_count": 0,
        "drift_check_hours": None,
        "expires_at": None,
        "expiry": None,
        "created_at": now,
        "updated_at": now,
        **values,
    }
