"""Asking for what was there before, or for what is there now: restoring a revision, making a deleted stack anew,
adopting drift. Called by submission.py."""

from typing import Any

from chatbot_project.mongo.transactions import Transaction

from .catalog_documents import blueprint_version_load
from .documents import Document, job_load, stack_view, stacks, unmasked_values
from .errors import InvalidValue, NotFound, WrongState
from .life.taking_over import report_find, report_taken_over
from .limits import stacks_limit_check
from .permissions import acting_user, may_change_stack, may_see_stack
from .requested import Request, identity_of, new_stack, split, values_clean
from .sentences import stated
from .states import JobKind
from .types import BlueprintView, EnvironmentView


def for_restoring(
    request: Request, stack: Document | None, environment: EnvironmentView, tx: Transaction
) -> tuple[Document, BlueprintView, dict[str, Any], str]:
    """What an earlier job asked for, of the blueprint as it was then. Of secrets only the latest are kept."""
    before = job_load(request.restores_job_id or "", tx.session)
    gone = _gone(request, before, tx) if stack is None and before is not None else None
    of = stack or gone
    if of is None or before is None or before["stack_id"] != of["_id"] or before["kind"] != JobKind.APPLY:
        raise NotFound(stated("There is no such revision of this stack."), field="restores_job_id")
    if request.values:
        raise InvalidValue(stated("What is restored takes no values of its own; leave them out."), field="values")
    blueprint = blueprint_version_load(before["blueprint_version"])
    if stack is None:
        values = split(blueprint.variables, values_clean(blueprint.variables, before["values"], partial=False))
        return _made_anew(request, environment, blueprint, values, tx), blueprint, values, "create"
    known = {each.name for each in blueprint.variables}
    secrets = {name: value for name, value in stack["sensitive_values"].items() if name in known}
    values = values_clean(blueprint.variables, {**before["values"], **secrets}, partial=False)
    return stack, blueprint, split(blueprint.variables, values), "change"


def _gone(request: Request, before: Document, tx: Transaction) -> Document | None:
    """The deleted stack of that earlier apply, if the requester may change it and the request is about it."""
    user = acting_user(request.requester)
    stack = stacks().find_one({"_id": before["stack_id"], "status": "gone"}, session=tx.session)
    if stack is None or not may_see_stack(user, stack) or not may_change_stack(user, stack_view(stack)):
        return None
    wanted = (request.environment, request.subject, request.stack_name)
    return stack if (stack["environment"], stack["blueprint"], stack["name"]) == wanted else None


def _made_anew(
    request: Request, environment: EnvironmentView, blueprint: BlueprintView, values: dict[str, Any], tx: Transaction
) -> Document:
    """A new stack like one that was deleted. Raises WrongState when there is one of that name again."""
    identity = identity_of(request, blueprint, values["values"])
    there = stacks().find_one({"identity": identity}, session=tx.session)
    if there is not None and (there["status"] not in ("new", "gone") or there["active_job_id"] is not None):
        raise WrongState(
            stated(
                "There is a %(name)s in %(environment)s again.", name=there["name"], environment=there["environment"]
            )
        )
    stacks_limit_check(tx, environment=environment.name, person=request.requester)
    if there is not None:
        return there
    stack = new_stack(request, environment, blueprint, values)
    stacks().insert_one(stack, session=tx.session)
    return stack


def for_adopting(
    request: Request, stack: Document | None, tx: Transaction
) -> tuple[Document, BlueprintView, dict[str, Any], str]:
    """What the last check for drift found, over what the stack has, of the version that it has."""
    report = report_find(stack["_id"], tx.session) if stack else None
    if stack is None or report is None or report["_id"] != request.adopts_job_id:
        raise WrongState(stated("What was found is not the latest any more. Check it for drift again."))
    if request.values:
        raise InvalidValue(stated("What is adopted takes no values of its own; leave them out."), field="values")
    blueprint = blueprint_version_load(stack["blueprint_version"])
    found = report_taken_over(report)
    if not found.values:
        raise WrongState(stated("None of the stack's settings stands for what was found. Restore it instead."))
    asked = {**unmasked_values(stack), **found.values}
    values = values_clean(blueprint.variables, asked, partial=False)
    return stack, blueprint, split(blueprint.variables, values), "adopt"
