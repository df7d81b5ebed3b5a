"""Approvals at the command line: what waits for you, its plan, approve, reject; who decides for you while you are away.

Who you are is proven, not claimed: by INFRACHAT_TOKEN, or by name and password. Exit codes: 0 done, 1 refused, 2 the
command line is wrong.
"""

import getpass
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import authenticate
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from pymongo.errors import PyMongoError

from chatbot_project.accounts.models import EVERY_ENVIRONMENT, User
from chatbot_project.accounts.tokens import user_from_token
from orchestrator import approval_words as words
from orchestrator import selectors, services
from orchestrator.errors import OrchestratorError
from orchestrator.states import JobState
from orchestrator.types import Actor, JobView

VIA = "manage.py"

_SHORTEST_ID = 4
_SHORTEST_HASH = 12
_WHOLE_ID = 36


class Command(BaseCommand):
    help = "What waits for your approval: list, show, approve, reject; and who decides for you while you are away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="username", default="", help="Your user name; the password is asked for.")
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="what waits for you")
        of_job = ArgumentParser(add_help=False)
        of_job.add_argument("job", help="Its id, or how it begins.")
        of_job.add_argument("--reason", default="", help="Others read it with your decision.")
        actions.add_parser("show", help="one plan, and who must approve it").add_argument("job")
        approve = actions.add_parser("approve", parents=[of_job], help="approve the plan that you have seen")
        approve.add_argument("plan_hash", help=f"As `show` prints it, or at least its first {_SHORTEST_HASH} digits.")
        actions.add_parser("reject", parents=[of_job], help="refuse the plan")
        give = actions.add_parser("delegate", help="let somebody decide for you while you are away")
        give.add_argument("to", help="User name of who decides meanwhile.")
        give.add_argument("--until", required=True, help="As 2026-12-24T18:00, in the server's time zone or with one.")
        give.add_argument("--from", dest="starts_at", default="", help="Likewise; without it from now on.")
        give.add_argument("--environment", default=EVERY_ENVIRONMENT)
        actions.add_parser("delegations", help="who decides for you, and for whom you decide")
        actions.add_parser("end", help="end a delegation now").add_argument("delegation")

    def handle(self, *args: Any, **options: Any) -> None:
        does: dict[str, Callable[[User, dict[str, Any]], Iterable[str]]] = {
            "list": _list,
            "show": _show,
            "approve": _approve,
            "reject": _reject,
            "delegate": _delegate,
            "delegations": _delegations,
            "end": _end,
        }
        try:
            for line in does[options["action"]](_who(options["username"]), options):
                self.stdout.write(line)
        except OrchestratorError as error:
            raise CommandError(error.detail) from None
        except PyMongoError as error:
            raise CommandError(f"MongoDB does not answer: {str(error)[:200]}") from None


def _list(user: User, options: dict[str, Any]) -> Iterable[str]:
    waiting = selectors.jobs_awaiting(viewer=user)
    yield from (words.in_short(job) for job in waiting)
    yield "See one with: manage.py approvals show ID" if waiting else f"Nothing waits for {user.username}."


def _show(user: User, options: dict[str, Any]) -> Iterable[str]:
    job = _job(user, options["job"])
    yield from words.in_full(job)
    allowed, why = selectors.may_approve(user, job)
    if allowed and job.plan:
        yield f"Approve it with: manage.py approvals approve {job.id[:8]} {job.plan.plan_hash[:_SHORTEST_HASH]}"
    else:
        yield why


def _approve(user: User, options: dict[str, Any]) -> Iterable[str]:
    job = _job(user, options["job"])
    plan_hash = _whole_hash(options["plan_hash"], job)
    done = services.job_approve(
        job_id=job.id, plan_hash=plan_hash, actor=_actor(user), via=VIA, reason=options["reason"]
    )
    yield words.after_vote(done)


def _reject(user: User, options: dict[str, Any]) -> Iterable[str]:
    job = _job(user, options["job"])
    services.job_reject(job_id=job.id, actor=_actor(user), via=VIA, reason=options["reason"])
    yield f"Rejected: {job.title}. {job.requester.name} is told."


def _delegate(user: User, options: dict[str, Any]) -> Iterable[str]:
    made = services.delegation_give(
        giver=_actor(user),
        to=options["to"],
        until=_moment(options["until"], "--until"),
        starts_at=_moment(options["starts_at"], "--from") if options["starts_at"] else None,
        environment=options["environment"],
    )
    yield words.delegation(made)


def _delegations(user: User, options: dict[str, Any]) -> Iterable[str]:
    found = selectors.delegations_list(viewer=user)
    yield from (words.delegation(each) for each in found)
    if not found:
        yield "Nobody decides for you, and you decide for nobody."


def _end(user: User, options: dict[str, Any]) -> Iterable[str]:
    mine = selectors.delegations_list(viewer=user)
    found = _only([each.id for each in mine], options["delegation"], "delegation of yours")
    services.delegation_end(delegation_id=found, actor=_actor(user))
    yield "Ended. What was approved under it and has not begun counts no more."


def _who(username: str) -> User:
    """Raises CommandError for who cannot prove to be somebody."""
    token = os.environ.get("INFRACHAT_TOKEN", "")
    if token:
        user = user_from_token(token)
        if user is None or (username and user.username != username):
            raise CommandError("INFRACHAT_TOKEN is not a token of yours that is good any more.")
        return user
    if not sys.stdin.isatty():
        raise CommandError("Who are you? Set INFRACHAT_TOKEN, or start this in a terminal to sign in.", returncode=2)
    username = username or input("User name: ").strip()
    found = authenticate(username=username, password=getpass.getpass("Password: "))
    if not isinstance(found, User):
        raise CommandError("Name or password is wrong.")
    return found


def _job(user: User, beginning: str) -> JobView:
    """The waiting job whose id begins so, or any by its whole id."""
    if len(beginning) == _WHOLE_ID:
        return selectors.job_get(beginning, viewer=user)
    waiting = selectors.jobs_list(viewer=user, states=[JobState.AWAITING_APPROVAL], limit=500)
    return selectors.job_get(_only([job.id for job in waiting], beginning, "waiting job"), viewer=user)


def _only(ids: list[str], beginning: str, what: str) -> str:
    if len(beginning) < _SHORTEST_ID:
        raise CommandError(f"{beginning!r} is too short: write at least {_SHORTEST_ID} characters of the id.")
    found = [each for each in ids if each.startswith(beginning)]
    if not found:
        raise CommandError(f"There is no {what} that begins with {beginning}.")
    if len(found) > 1:
        raise CommandError(f"Several begin with {beginning}: {', '.join(found)}.")
    return found[0]


def _whole_hash(written: str, job: JobView) -> str:
    """What was written, completed where it is the beginning of the plan's own; anything else is refused further on."""
    current = job.plan.plan_hash if job.plan else ""
    if len(written) < _SHORTEST_HASH:
        raise CommandError(f"Write at least {_SHORTEST_HASH} digits of the plan's hash.", returncode=2)
    return current if current.startswith(written) else written


def _moment(written: str, option: str) -> datetime:
    try:
        moment = parse_datetime(written)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{option}: {written!r} is no time. Right would be 2026-12-24T18:00.", returncode=2)
    return make_aware(moment) if is_naive(moment) else moment


def _actor(user: User) -> Actor:
    return Actor(id=str(user.id), name=user.username)
