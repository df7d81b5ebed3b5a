"""What the schedules of a stack's end do: warn, and ask for its deletion as an ordinary job.

The deletion is planned like any other. Whether it needs a new approval is decided when its plan is there, by whether
those given in advance suffice then (orchestrator/standing.py).
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.transactions import Transaction
from orchestrator.documents import Document, job_load, stack_view, stacks
from orchestrator.errors import OrchestratorError
from orchestrator.freezes import Frozen, frozen
from orchestrator.permissions import may_change_stack
from orchestrator.requested import Request
from orchestrator.schedules import server_now
from orchestrator.sentences import stated
from orchestrator.standing import standing_withdraw
from orchestrator.states import TERMINAL, JobKind, JobState
from orchestrator.submission import submit
from orchestrator.types import Actor, Origin

from .expiry import expiry_end, expiry_note
from .lifetimes import moment_words
from .records import stack_event_insert

SCHEDULER = Actor.system("scheduler")
_LOOK_AGAIN = timedelta(minutes=5)
_MOST_ATTEMPTS = 5
_DECIDED = (JobState.REJECTED, JobState.CANCELED)


def expiry_warn(tx: Transaction, row: Document) -> None:
    """Tell people that it ends soon, where it was asked for."""
    stack = _expiring(tx, row["subject"])
    if stack is None:
        return
    _record(
        tx,
        stack,
        "expiry_warning",
        stated(
            "%(stack)s in %(environment)s is deleted at %(time)s.",
            stack=stack["name"],
            environment=stack["environment"],
            time=moment_words(stack["expires_at"]),
        ),
    )


def expiry_fire(tx: Transaction, row: Document) -> datetime | None:
    """Ask for the deletion of a stack whose time is over; when to look at it again."""
    stack = _expiring(tx, row["subject"])
    if stack is None:
        return None
    now = server_now()
    end: datetime = stack["expires_at"]
    if end > now:
        return end
    expiry = stack["expiry"]
    last = job_load(expiry["deletion"], tx.session) if expiry["deletion"] else None
    if last is not None and JobState(last["state"]) not in TERMINAL:
        return now + _LOOK_AGAIN
    why = _why_give_up(last, expiry["attempts"])
    if why:
        _given_up(tx, stack, why)
        return None
    closed = frozen(stack["environment"], now)
    if closed is not None:
        return _put_off(tx, stack, closed)
    _delete(tx, stack, row)
    return now + _LOOK_AGAIN


def _why_give_up(last: Document | None, attempts: int) -> str:
    if last is not None and JobState(last["state"]) in _DECIDED:
        rejected = JobState(last["state"]) is JobState.REJECTED
        return stated("its deletion was rejected") if rejected else stated("its deletion was canceled")
    return (
        stated("its deletion came to nothing %(number)s times", number=_MOST_ATTEMPTS)
        if attempts >= _MOST_ATTEMPTS
        else ""
    )


def _put_off(tx: Transaction, stack: Document, closed: Frozen) -> datetime:
    """Nothing is deleted in a freeze; told once."""
    if not stack["expiry"].get("put_off"):
        said = stated(
            "%(stack)s should be deleted now, but %(why)s It is deleted then.",
            stack=stack["name"],
            why=closed.sentence(stack["environment"]),
        )
        _record(tx, stack, "expiry_failed", said)
        expiry_note(tx, stack, put_off=True)
    return closed.until


def _expiring(tx: Transaction, stack_id: str) -> Document | None:
    stack = stacks().find_one({"_id": stack_id}, session=tx.session)
    return stack if stack and stack.get("expires_at") and stack["status"] != "gone" else None


def _delete(tx: Transaction, stack: Document, row: Document) -> None:
    """An ordinary deletion, asked for by who asked for the stack; the same one however often this is repeated."""
    attempt = int(stack["expiry"]["attempts"]) + 1
    job_id = str(uuid5(NAMESPACE_URL, f"infrachat:{row['_id']}:{stack['expires_at'].isoformat()}:{attempt}"))
    granted = job_load(stack["expiry"]["granted_by"], tx.session)
    if granted is None:
        _given_up(tx, stack, stated("the request that it was made with is not there any more"))
        return
    request = Request(
        kind=JobKind.DESTROY,
        requester=_asking(granted, stack),
        environment=stack["environment"],
        subject=stack["blueprint"],
        values={},
        origin=Origin(granted["channel"], granted["conversation_id"], granted["message_seq"]),
        stack_id=stack["_id"],
        job_id=job_id,
        standing_job_id=granted["_id"],
    )
    try:
        submit(request, tx)
    except OrchestratorError as error:  # refused before anything was written
        if attempt == 1:
            said = stated("%(stack)s should be deleted now, but: %(why)s", stack=stack["name"], why=error.detail)
            _record(tx, stack, "expiry_failed", said)
        expiry_note(tx, stack, attempts=attempt)
        return
    expiry_note(tx, stack, attempts=attempt, deletion=job_id)


def _asking(granted: Document, stack: Document) -> Actor:
    """Who asked for it, or who owns it by now where they gave it away."""
    user = user_get(granted["requester_id"])
    if user is not None and not may_change_stack(user, stack_view(stack)):
        return Actor(stack["owner_id"], stack["owner_name"])
    return Actor(granted["requester_id"], granted["requester_name"])


def _given_up(tx: Transaction, stack: Document, why: str) -> None:
    """It stays: somebody decided so, or somebody has to look."""
    stacks().update_one({"_id": stack["_id"]}, {"$set": {"expires_at": None}}, session=tx.session)
    expiry_end(tx, stack["_id"])
    standing_withdraw(tx, stack_id=stack["_id"], kind=JobKind.DESTROY)
    text = stated(
        "%(stack)s in %(environment)s stays for good now: %(why)s. Delete it when it is not needed.",
        stack=stack["name"],
        environment=stack["environment"],
        why=why,
    )
    _record(tx, stack, "expiry_given_up", text)


def _record(tx: Transaction, stack: Document, kind: str, text: str) -> None:
    granted = job_load(stack["expiry"]["granted_by"], tx.session) or {}
    stack_event_insert(
        tx,
        stack,
        kind=kind,
        actor=SCHEDULER,
        text=text,
        conversation_id=granted.get("conversation_id"),
        after=stack["expires_at"],
    )
