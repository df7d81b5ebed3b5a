"""From a request to a queued job: checks first, then one transaction. services.job_submit is the way in."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chatbot_project.accounts.roles import Role, has_role
from chatbot_project.mongo.leasing import EPOCH
from chatbot_project.mongo.transactions import Transaction

from . import stacks as stack_line
from .catalog_documents import (
    action_document,
    action_view,
    blueprint_load,
    blueprint_version_load,
    environment_load,
)
from .documents import Document, job_load, job_views, jobs, masked_values, stacks, utc_now
from .earlier import for_adopting, for_restoring
from .environment_places import AWS, CLOUDS
from .errors import InvalidValue, NotAllowed, NotFound, WrongState
from .freezes import freeze_check
from .importing import imports_check, imports_of
from .life.lifetimes import lifetime_checked, lifetime_document, lifetime_words
from .limits import jobs_limit_check, stacks_limit_check
from .permissions import acting_user, may_see_stack
from .policy.approvals import effective_risk
from .requested import MAX_NAME, Request, identity_of, named_stack, new_stack, split, values_clean
from .sentences import Sentence, joined, stated, word_stated
from .states import TERMINAL, JobKind, JobState, Risk
from .transitions import job_insert
from .translated import beside
from .types import BlueprintView, EnvironmentView, JobView, Variable

SCHEDULED = "schedule"
"""The channel of what a schedule asks for, which nobody may have too many of."""


def submit(request: Request, tx: Transaction) -> JobView:
    """Check everything, then store the job, its stack and its rows. May run several times."""
    repeated = _repeated(request, tx)
    if repeated is not None:
        return repeated
    environment = environment_load(request.environment)
    user = acting_user(request.requester)
    if not has_role(user, Role.REQUESTER, environment.name):
        raise NotAllowed(
            stated(
                "Asking for changes in %(name)s needs the requester role, which %(username)s does not have.",
                name=environment.name,
                username=user.username,
            ),
            field="environment",
        )
    if request.lifetime is not None and request.kind is not JobKind.APPLY:
        raise InvalidValue(stated("Only what is made can have an end; leave it out here."), field="expires_at")
    if request.imports:
        imports_check(request.kind, request.lifetime)
    lifetime_checked(request.lifetime, utc_now())
    if not request.standing_job_id and request.origin.channel != SCHEDULED:
        jobs_limit_check(tx, environment=environment.name, person=request.requester)
    build = _action_job if request.kind is JobKind.ACTION else _stack_job
    document = build(request, environment, tx)
    job_insert(tx, document, request.requester, stated("asked for by %(name)s", name=request.requester.name))
    return job_views([document], tx.session)[0]


def _repeated(request: Request, tx: Transaction) -> JobView | None:
    try:
        UUID(request.job_id)
    except ValueError:
        raise InvalidValue(stated("job_id must be a UUID."), field="job_id") from None
    job = job_load(request.job_id, tx.session)
    if job is None:
        return None
    if job["requester_id"] != request.requester.id:
        raise NotFound(stated("There is no job %(job_id)s.", job_id=request.job_id), field="job_id")
    return job_views([job], tx.session)[0]


def _action_job(request: Request, environment: EnvironmentView, tx: Transaction) -> Document:
    stored = action_document(request.subject)
    action = action_view(stored)
    if environment.cloud != AWS:
        said = {"action": action.title, "environment": environment.name, "cloud": CLOUDS[environment.cloud]}
        text = _("%(action)s is a call of AWS, and %(environment)s is in %(cloud)s. Ask for it in another environment.")
        raise InvalidValue(text % said, field="environment")
    values = values_clean(action.variables, request.values, partial=False)
    stack = _stack_of_action(request, tx) if request.stack_id else None
    if action.needs_stack and stack is None:
        raise InvalidValue(stated("%(title)s needs a stack. Say which one.", title=action.title), field="stack_id")
    risk = effective_risk(action.risk, environment.minimum_risk)
    freeze_check(environment.name, request.kind, risk)
    # The file's own words: `action` has them for whoever asks.
    done = word_stated(str(stored["definition"].get("title", action.name)))
    if stack:
        done = stated("%(action)s of %(name)s", action=done, name=stack["name"])
    elif name := _named(action.variables, values):
        done = stated("%(action)s: %(name)s", action=done, name=name)
    return _document(
        request,
        title=stated("%(action)s in %(environment)s", action=done, environment=environment.name),
        risk=risk,
        stack=stack,
        definition=stored["definition"],
        runnable=True,
        **split(action.variables, values),
    )


def _named(variables: tuple[Variable, ...], values: dict[str, Any]) -> str:
    """A name for the title that others read and approve, where that is one short line of printable characters."""
    name = values.get("name")
    is_secret = any(each.sensitive for each in variables if each.name == "name")
    fits = isinstance(name, str) and not is_secret and name.isprintable() and 0 < len(name) <= MAX_NAME
    return str(name) if fits else ""


def _stack_job(request: Request, environment: EnvironmentView, tx: Transaction) -> Document:
    if request.kind is JobKind.APPLY:
        stack, blueprint, values, verb = _for_apply(request, environment, tx)
    else:
        stack, blueprint, values = _for_existing(request, tx)
        verb = "delete" if request.kind is JobKind.DESTROY else "check"
    risk = effective_risk(_risk(blueprint, request), environment.minimum_risk)
    freeze_check(environment.name, request.kind, risk)
    if request.imports:
        verb, values = "import", {**values, "imports": imports_of(blueprint, values["values"], stack, tx)}
    return _document(
        request,
        title=joined(
            (_title(verb, environment.name, blueprint.noun, stack["name"]), lifetime_words(request.lifetime)), ""
        ),
        risk=risk,
        stack=stack,
        blueprint_version=blueprint.version,
        runnable=stack_line.line_up(tx, stack["_id"], request.job_id),
        **values,
    )


def _title(verb: str, environment: str, noun: str, name: str) -> Sentence:
    thing = {"environment": environment, "noun": word_stated(noun), "name": name}
    match verb:
        case "create":
            return stated("create %(environment)s %(noun)s %(name)s", **thing)
        case "change":
            return stated("change %(environment)s %(noun)s %(name)s", **thing)
        case "delete":
            return stated("delete %(environment)s %(noun)s %(name)s", **thing)
        case "check":
            return stated("check %(environment)s %(noun)s %(name)s", **thing)
        case "import":
            return stated("import %(environment)s %(noun)s %(name)s", **thing)
        case "adopt":
            return stated("adopt what changed in %(environment)s %(noun)s %(name)s", **thing)
    raise ValueError(f"a job's title has no verb {verb}")


def _for_apply(
    request: Request, environment: EnvironmentView, tx: Transaction
) -> tuple[Document, BlueprintView, dict[str, Any], str]:
    stack = named_stack(request, tx) if request.stack_id else None
    if request.restores_job_id:
        return for_restoring(request, stack, environment, tx)
    if request.adopts_job_id:
        return for_adopting(request, stack, tx)
    blueprint = blueprint_load(request.subject)
    if stack is None:
        given = values_clean(blueprint.variables, request.values, partial=True)
        stack = stacks().find_one({"identity": identity_of(request, blueprint, given)}, session=tx.session)
    base = _latest_values(stack, tx) if stack else {}
    known = {each.name for each in blueprint.variables}
    merged = {**{name: value for name, value in base.items() if name in known}, **request.values}
    values = split(blueprint.variables, values_clean(blueprint.variables, merged, partial=False))
    if stack is None or (stack["status"] in ("new", "gone") and stack["active_job_id"] is None):
        stacks_limit_check(tx, environment=environment.name, person=request.requester)
    if stack is None:
        stack = new_stack(request, environment, blueprint, values)
        stacks().insert_one(stack, session=tx.session)
    verb = "create" if stack["status"] in ("new", "gone") else "change"
    return stack, blueprint, values, verb


def _for_existing(request: Request, tx: Transaction) -> tuple[Document, BlueprintView, dict[str, Any]]:
    if not request.stack_id:
        raise InvalidValue(stated("Say which stack: stack_id is missing."), field="stack_id")
    stack = named_stack(request, tx)
    if stack["status"] == "new" and stack["active_job_id"] is None:
        raise WrongState(
            stated(
                "%(name)s was never created, so there is nothing to %(value)s.",
                name=stack["name"],
                value=request.kind.value,
            )
        )
    blueprint = blueprint_version_load(stack["blueprint_version"])
    _same_values(request, stack)
    names = ("values", "sensitive_values", "sensitive_names")
    return stack, blueprint, {name: stack[name] for name in names}


def _same_values(request: Request, stack: Document) -> None:
    """Destroying and comparing work on what the stack has; a value that would change it is a misunderstanding."""
    has = masked_values(stack)
    for name, value in request.values.items():
        if name not in has or has[name] != value:
            raise InvalidValue(
                stated(
                    "To %(value)s a stack takes no values of its own; leave out %(name)s.",
                    value=request.kind.value,
                    name=name,
                ),
                field=name,
            )


def _stack_of_action(request: Request, tx: Transaction) -> Document:
    stack = stacks().find_one({"_id": request.stack_id}, session=tx.session)
    if stack is None or not may_see_stack(acting_user(request.requester), stack):
        raise NotFound(stated("There is no stack %(stack_id)s.", stack_id=request.stack_id), field="stack_id")
    if stack["environment"] != request.environment:
        raise InvalidValue(
            stated(
                "%(name)s is in %(environment)s, not in %(environment_2)s.",
                name=stack["name"],
                environment=stack["environment"],
                environment_2=request.environment,
            ),
            field="environment",
        )
    return stack


def _latest_values(stack: Document, tx: Transaction) -> dict[str, Any]:
    """What a change builds on: the values of the last apply still on its way, or those the stack has."""
    if stack["status"] == "gone":
        return {}
    wanted = {
        "stack_id": stack["_id"],
        "kind": JobKind.APPLY.value,
        "state": {"$nin": [each.value for each in TERMINAL]},
    }
    pending = jobs().find_one(wanted, sort=[("created_at", -1)], session=tx.session)
    if pending is None and stack["status"] == "new":
        return {}
    source = pending or stack
    return {**source["values"], **source["sensitive_values"]}


def _risk(blueprint: BlueprintView, request: Request) -> Risk:
    """What the blueprint says; what it does not say counts as critical, and only looking is reading.

    Who approves what has an end approves its deletion as well, so it is as risky as that; as is importing.
    """
    if request.kind is JobKind.DRIFT:
        return Risk.READ
    # What is imported was somebody's before, and can be changed and deleted from then on.
    kinds = [request.kind, *([JobKind.DESTROY] if request.lifetime or request.imports else [])]
    return max((blueprint.risk.get(each.value, Risk.CRITICAL) for each in kinds), key=lambda each: each.rank)


def _document(request: Request, *, title: str, risk: Risk, stack: Document | None, **more: Any) -> Document:
    now = utc_now()
    return {
        "_id": request.job_id,
        "kind": request.kind.value,
        "state": JobState.QUEUED.value,
        "version": 1,
        "environment": request.environment,
        "subject": request.subject,
        **beside("title", title),
        "risk": risk.value,
        "requester_id": request.requester.id,
        "requester_name": request.requester.name,
        "channel": request.origin.channel,
        "conversation_id": request.origin.conversation_id,
        "message_seq": request.origin.message_seq,
        "stack_id": stack["_id"] if stack else None,
        "stack_owner_id": stack["owner_id"] if stack else None,
        "blueprint_version": None,
        "definition": None,
        "plan": None,
        "plan_digests": {},
        "plan_generation": 0,
        "policy_version": "",
        "approval_rule": "",
        "approval_needed": 0,
        "approval_groups": [],
        "approval_why": [],
        "waiting_since": None,
        "reminded": False,
        "approval_expires_at": None,
        "outputs": {},
        "result_text": "",
        "error": None,
        "resource_count": None,
        "start": 0,
        "approval_round": 0,
        "remainder": None,
        "found": None,
        "planning_losses": 0,
        "tries": 0,
        "retry_at": None,
        "lifetime": lifetime_document(request.lifetime),
        "standing_job_id": request.standing_job_id,
        "adopts_job_id": request.adopts_job_id,
        "imports": None,
        "cancel_requested": None,
        "lease_owner": None,
        "lease_fence": 0,
        "lease_expires_at": EPOCH,
        "last_log_seq": 0,
        "created_at": now,
        "updated_at": now,
        **more,
    }
