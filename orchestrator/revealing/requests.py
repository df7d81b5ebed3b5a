"""Asking for a secret output, and fetching the sealed box: what the web does. It never has the value or a private key.

A request lives for a minute (`REVEAL_SECONDS`) in MongoDB: its public key, who asks and for what. An infrastructure
worker puts the box into it (answering.py), and whoever fetches that takes it away. Everything here is decided once more
by the worker, from MongoDB alone.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from pymongo.collection import Collection

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction
from orchestrator.documents import Document, actor_document, stack_view, stacks, utc_now
from orchestrator.errors import InvalidValue, NotAllowed, NotFound, WrongState
from orchestrator.hosts import worker_alive
from orchestrator.life.records import OUTPUT_SHOWN, stack_event_insert, stack_to_change
from orchestrator.limits import reveals_limit_check
from orchestrator.outbox_rows import infrastructure_task_row
from orchestrator.permissions import acting_user, may_reveal
from orchestrator.sentences import stated
from orchestrator.types import Actor

TASK = "orchestrator.reveal_output"
WAITING, SEALED, REFUSED = "waiting", "sealed", "refused"
GONE, NO_OUTPUT, NOT_ALLOWED, NO_STATE, TOO_LONG = "gone", "no_output", "not_allowed", "no_state", "too_long"
IS_SECRET = {"sensitive": True}
"""What stands among a stack's outputs for one that is secret."""


@dataclass(frozen=True)
class Reveal:
    """`state` is waiting, sealed (with the `box` of sealing.py) or refused (`problem` is a sentence). `worker_away`: it
    waits, and no infrastructure worker was heard of lately."""

    id: str
    output: str
    state: str
    expires_at: datetime
    box: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    worker_away: bool = False


def reveal_ask(
    tx: Transaction, *, reveal_id: str, stack_id: str, output: str, public_key: str, actor: Actor, via: str
) -> Reveal:
    """See services.output_reveal."""
    _key_check(public_key)
    earlier = reveals().find_one({"_id": reveal_id, "asked_by.id": actor.id}, session=tx.session)
    if earlier is not None:
        # What became of it is for `reveal_take`, once: an answer to a repeat is kept as the repeat's receipt.
        return _view({**earlier, "state": WAITING, "box": {}, "problem": ""})
    stack = stack_to_change(tx, stack_id, actor, "see the secrets of")
    if not may_reveal(acting_user(actor), stack_view(stack)):
        said = _("You no longer have the requester role in %(environment)s.")
        raise NotAllowed(said % {"environment": stack["environment"]})
    _output_check(stack, output)
    reveals_limit_check(tx, kind=OUTPUT_SHOWN, person=actor)
    row = _row(reveal_id, stack_id, output, public_key, actor)
    reveals().insert_one(row, session=tx.session)
    _record(tx, stack, output, actor, via)
    infrastructure_task_row(tx, TASK, reveal_id, utc_now())
    return _view(row)


def reveal_take(*, reveal_id: str, actor: Actor) -> Reveal:
    """See services.output_take."""
    mine: Document = {"_id": reveal_id, "asked_by.id": actor.id}
    answered = {**mine, "state": {"$ne": WAITING}, "expires_at": {"$gt": utc_now()}}
    row = reveals().find_one_and_delete(answered) or reveals().find_one({**mine, "state": WAITING})
    if row is None:
        raise NotFound(_("There is nothing to fetch: it was fetched already, or its time is over. Ask again."))
    if row["expires_at"] <= utc_now():
        raise WrongState(_("No worker answered in time. Ask again; if that does not help, tell who runs Infrachat."))
    if row["state"] == SEALED and not _may_still(row, actor):
        row = {**row, "state": REFUSED, "box": {}, "problem": NOT_ALLOWED}
    return _view(row)


def _may_still(row: Document, actor: Actor) -> bool:
    """Up to a minute has passed since the worker looked."""
    stack = stacks().find_one({"_id": row["stack_id"]})
    return stack is not None and may_reveal(acting_user(actor), stack_view(stack))


def reveals() -> Collection[Document]:
    return collection("orchestrator_reveal")


def stack_secrets(outputs: dict[str, Any]) -> list[str]:
    """The names of the secret ones."""
    return [name for name, value in outputs.items() if value == IS_SECRET]


def _key_check(public_key: str) -> None:
    from .sealing import key_check  # brings OpenSSL, which few requests need

    try:
        key_check(public_key)
    except ValueError as error:
        raise InvalidValue(str(error), field="public_key") from None


def _output_check(stack: Document, output: str) -> None:
    outputs = stack.get("outputs") or {}
    named = {"output": output[:100], "name": stack["name"]}
    if output not in outputs:
        raise NotFound(_("%(name)s has no output %(output)s.") % named, field="output")
    if outputs[output] != IS_SECRET:
        said = _("%(output)s is not secret: it stands among the outputs of %(name)s.")
        raise InvalidValue(said % named, field="output")


def _row(reveal_id: str, stack_id: str, output: str, public_key: str, actor: Actor) -> Document:
    now = utc_now()
    return {
        "_id": reveal_id,
        "stack_id": stack_id,
        "output": output,
        "public_key": public_key,
        "asked_by": actor_document(actor),
        "state": WAITING,
        "box": {},
        "problem": "",
        "created_at": now,
        "expires_at": now + timedelta(seconds=settings.ORCHESTRATOR["REVEAL_SECONDS"]),
    }


def _record(tx: Transaction, stack: Document, output: str, actor: Actor, via: str) -> None:
    text = stated(
        "%(name)s has the secret output %(output)s of %(stack)s shown, by %(via)s.",
        name=actor.name,
        output=output,
        stack=stack["name"],
        via=via,
    )
    stack_event_insert(tx, stack, kind=OUTPUT_SHOWN, actor=actor, text=text, conversation_id=None, output=output)


def _view(row: Document) -> Reveal:
    waits = row["state"] == WAITING
    return Reveal(
        id=row["_id"],
        output=row["output"],
        state=row["state"],
        expires_at=row["expires_at"],
        box=dict(row["box"]),
        problem=_sentence(row["problem"]),
        worker_away=waits and not worker_alive(),
    )


def _sentence(problem: str) -> str:
    """For people, in their language: the worker leaves a code."""
    return {
        GONE: _("The stack was deleted meanwhile, and its secrets with it."),
        NO_OUTPUT: _("The stack has no such output any more."),
        NOT_ALLOWED: _("You may not see the secrets of this stack any more."),
        NO_STATE: _("The stack's state could not be read just now. Ask again in a moment."),
        TOO_LONG: _("This output is too long to be shown here."),
    }.get(problem, problem)
