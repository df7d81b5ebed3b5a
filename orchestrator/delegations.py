"""Deciding for approvers who are away: from when until when, for whom, where. Written through services.py alone."""

from datetime import datetime, timedelta
from uuid import uuid4

from chatbot_project.accounts.models import EVERY_ENVIRONMENT, User
from chatbot_project.accounts.roles import Role, has_role, has_role_anywhere
from chatbot_project.accounts.selectors import user_by_name, user_get
from chatbot_project.mongo.transactions import Transaction

from .catalog_documents import environment_load
from .documents import Document, actor_document, actor_view, delegations, utc_now
from .errors import InvalidValue, NotAllowed, NotFound, WrongState
from .sentences import stated
from .types import Actor, DelegationView

LONGEST = timedelta(days=90)

# One person is away at one time, perhaps in several environments; more are a mistake, or meant to be in the way.
_MOST_OPEN = 20


def delegation_give(
    tx: Transaction,
    *,
    giver: Actor,
    to_name: str,
    until: datetime,
    starts_at: datetime | None,
    environment: str,
    given_by: Actor,
    delegation_id: str | None = None,
) -> DelegationView:
    """Let the person called `to_name` decide for `giver` meanwhile. Raises InvalidValue, NotAllowed, NotFound."""
    repeated = delegations().find_one({"_id": delegation_id}, session=tx.session) if delegation_id else None
    if repeated is not None:
        return delegation_view(repeated)
    now = utc_now()
    starts_at = max(starts_at or now, now)
    absent, delegate = delegation_check(
        giver=giver, to_name=to_name, until=until, starts_at=starts_at, environment=environment
    )
    open_ones = {"from_id": str(absent.id), "ended_at": None, "until": {"$gt": now}}
    if delegations().count_documents(open_ones, session=tx.session) >= _MOST_OPEN:
        raise WrongState(
            stated(
                "%(username)s has %(most_open)s of these already. End one first.",
                username=absent.username,
                most_open=_MOST_OPEN,
            )
        )
    document = {
        "_id": delegation_id or str(uuid4()),
        "from_id": str(absent.id),
        "from_name": absent.username,
        "to_id": str(delegate.id),
        "to_name": delegate.username,
        "environment": environment,
        "starts_at": starts_at,
        "until": until,
        "given_by": actor_document(given_by),
        "created_at": now,
        "ended_at": None,
        "ended_by": None,
    }
    delegations().insert_one(document, session=tx.session)
    return delegation_view(document)


def delegation_check(
    *, giver: Actor, to_name: str, until: datetime, starts_at: datetime | None, environment: str
) -> tuple[User, User]:
    """Who is away and who decides, if one may for the other in that time. Raises InvalidValue, NotAllowed, NotFound."""
    absent, delegate = _absent(giver, environment), _delegate(giver, to_name)
    now = utc_now()
    _check_time(max(starts_at or now, now), until)
    return absent, delegate


def delegation_end(tx: Transaction, *, delegation_id: str, actor: Actor, any_person: bool = False) -> DelegationView:
    """End it now: by who is away or who decides meanwhile, or by an administrator (`any_person`). What was approved
    under it and is not being applied yet counts no more. Again is harmless. Raises NotFound."""
    found = delegations().find_one({"_id": delegation_id}, session=tx.session)
    if found is None or not (any_person or actor.id in (found["from_id"], found["to_id"])):
        raise NotFound(
            stated("There is no delegation %(delegation_id)s.", delegation_id=delegation_id), field="delegation_id"
        )
    if found["ended_at"] is None:
        ended = {"ended_at": utc_now(), "ended_by": actor_document(actor)}
        delegations().update_one({"_id": delegation_id, "ended_at": None}, {"$set": ended}, session=tx.session)
        found = {**found, **ended}
    return delegation_view(found)


def delegations_to(user_id: str, environment: str | None) -> list[Document]:
    """Those under which this person decides now in `environment` (None: anywhere), the longest first."""
    return list(delegations().find({"to_id": user_id, **_in_force(environment)}).sort([("until", -1), ("_id", 1)]))


def delegations_from(user_ids: list[str], environment: str) -> list[Document]:
    """Those by which one of these people is away now."""
    return list(delegations().find({"from_id": {"$in": user_ids}, **_in_force(environment)}).sort("_id", 1))


def delegation_holds(delegation_id: str | None, from_id: str, to_id: str, environment: str) -> bool:
    """Whether the one decides for the other there, now, by exactly this delegation."""
    wanted = {"_id": delegation_id, "from_id": from_id, "to_id": to_id, **_in_force(environment)}
    return delegations().find_one(wanted, {"_id": 1}) is not None


def delegations_of(user_id: str) -> list[DelegationView]:
    """Those that this person gave or was given and that are not over, the earliest first."""
    whose = {"$or": [{"from_id": user_id}, {"to_id": user_id}]}
    found = delegations().find({**whose, "ended_at": None, "until": {"$gt": utc_now()}}).sort([("starts_at", 1)])
    return [delegation_view(each) for each in found]


def delegation_view(document: Document) -> DelegationView:
    return DelegationView(
        id=document["_id"],
        giver=Actor(document["from_id"], document["from_name"]),
        delegate=Actor(document["to_id"], document["to_name"]),
        environment=document["environment"],
        starts_at=document["starts_at"],
        until=document["until"],
        given_by=actor_view(document["given_by"]),
        ended_at=document["ended_at"],
    )


def _in_force(environment: str | None) -> Document:
    now = utc_now()
    where = {} if environment is None else {"environment": {"$in": [environment, EVERY_ENVIRONMENT]}}
    return {"starts_at": {"$lte": now}, "until": {"$gt": now}, "ended_at": None, **where}


def _absent(giver: Actor, environment: str) -> User:
    user = user_get(giver.id) if giver.id else None
    if user is None:
        raise NotAllowed(stated("%(name)s has no active account here.", name=giver.name))
    if environment == EVERY_ENVIRONMENT:
        holds = has_role_anywhere(user, Role.APPROVER)
    else:
        holds = has_role(user, Role.APPROVER, environment_load(environment).name)
    if not holds:
        raise NotAllowed(
            stated("%(username)s approves nothing there, so there is nothing to hand on.", username=user.username),
            field="environment",
        )
    return user


def _delegate(giver: Actor, to_name: str) -> User:
    user = user_by_name(to_name)
    if user is None:
        raise InvalidValue(
            stated("There is nobody called %(to_name)s here who may sign in.", to_name=repr(to_name)), field="to"
        )
    if str(user.id) == giver.id:
        raise InvalidValue(stated("Somebody else has to decide while you are away."), field="to")
    return user


def _check_time(starts_at: datetime, until: datetime) -> None:
    if until <= starts_at:
        raise InvalidValue(stated("The end lies before the beginning, or in the past."), field="until")
    if until - starts_at > LONGEST:
        raise InvalidValue(
            stated("At most %(days)s days at a time. Who is away longer gives the role on.", days=LONGEST.days),
            field="until",
        )
