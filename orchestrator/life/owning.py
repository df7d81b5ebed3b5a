"""Handing a stack on: who owns it changes, and nothing of what it is."""

from chatbot_project.accounts.roles import Role, has_role
from chatbot_project.accounts.selectors import user_by_name
from chatbot_project.mongo.transactions import Transaction
from orchestrator import stacks as stack_line
from orchestrator.documents import jobs, stack_view, stacks
from orchestrator.errors import InvalidValue, WrongState
from orchestrator.limits import stacks_limit_check
from orchestrator.sentences import stated
from orchestrator.types import Actor, StackView

from .records import stack_event_insert, stack_to_change


def owner_change(tx: Transaction, *, stack_id: str, to_name: str, actor: Actor, via: str) -> StackView:
    """See services.stack_give."""
    stack = stack_to_change(tx, stack_id, actor, "hand on")
    user = user_by_name(to_name)
    if user is None:
        raise InvalidValue(
            stated("There is nobody called %(to_name)s here who may sign in.", to_name=repr(to_name)), field="to"
        )
    if str(user.id) == stack["owner_id"]:
        raise WrongState(
            stated(
                "%(name)s belongs to %(username)s already. Nothing was changed.",
                name=stack["name"],
                username=user.username,
            )
        )
    environment = stack["environment"]
    if not has_role(user, Role.REQUESTER, environment):
        raise InvalidValue(
            stated(
                "%(username)s may not ask for changes in %(environment)s, so could do nothing with it.",
                username=user.username,
                environment=environment,
            ),
            field="to",
        )
    if stack["active_job_id"] is not None:
        raise WrongState(
            stated("A job of %(name)s is not finished. Wait for its end or cancel it first.", name=stack["name"])
        )
    new = Actor(str(user.id), user.username)
    stacks_limit_check(tx, environment=environment, person=new)
    identity = stack_line.identity(stack["blueprint"], environment, str(user.id), stack["name"])
    if stacks().find_one({"identity": identity}, {"_id": 1}, session=tx.session) is not None:
        raise WrongState(
            stated(
                "%(username)s has a %(name)s in %(environment)s already.",
                username=user.username,
                name=stack["name"],
                environment=environment,
            )
        )
    changes = {"owner_id": new.id, "owner_name": new.name, "identity": identity}
    update = {"$set": changes, "$currentDate": {"updated_at": True}}
    stacks().update_one({"_id": stack_id}, update, session=tx.session)
    # Whoever owns a stack sees what was done to it.
    jobs().update_many({"stack_id": stack_id}, {"$set": {"stack_owner_id": new.id}}, session=tx.session)
    stack_event_insert(
        tx,
        stack,
        kind="owner_changed",
        actor=actor,
        text=stated(
            "%(name)s gave %(stack)s of %(before)s to %(after)s, by %(via)s.",
            name=actor.name,
            stack=stack["name"],
            before=stack["owner_name"],
            after=new.name,
            via=via,
        ),
        conversation_id=None,
        before=stack["owner_name"],
        after=new.name,
    )
    return stack_view({**stack, **changes})
