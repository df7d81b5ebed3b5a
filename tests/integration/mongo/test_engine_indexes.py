"""Reads that happen at every request use an index, and ORDER BY sorts on one.

Stock django-mongodb-backend 5.2.4 makes unique indexes that serve no reads and sorts in memory.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from knox.models import AuthToken
from pymongo.database import Database

from chatbot_project.accounts.models import Role, RoleBinding, User
from orchestrator.models import Start

pytestmark = pytest.mark.usefixtures("mongo_db")


def stages(plan: Any) -> Iterator[str]:
    """The names of all stages in a query plan, at any depth."""
    if isinstance(plan, dict):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for key, value in plan.items():
            if key.startswith("$"):
                yield key
            if key != "rejectedPlans":
                yield from stages(value)
    elif isinstance(plan, list):
        for value in plan:
            yield from stages(value)


def explained(rows: "models.QuerySet[Any]") -> set[str]:
    """What the server does to answer the queryset: the stages of the winning plan and of the pipeline after it."""
    answer = json.loads(rows.explain())
    return set(stages([answer.get("queryPlanner"), answer.get("stages")]))


def rows(count: int) -> None:
    """Enough users that the planner has a choice."""
    User.objects.bulk_create(User(username=f"user{number:04}") for number in range(count))


def lookups() -> dict[str, "models.QuerySet[Any]"]:
    soon = timezone.now() + timedelta(days=1)
    user = User.objects.get(username="user0007")
    Session.objects.create(session_key="abc", session_data="x", expire_date=soon)
    token, _ = AuthToken.objects.create(user=user)
    RoleBinding.objects.create(user=user, role=Role.APPROVER)
    return {
        "user by name": User.objects.filter(username="user0007"),
        "user by id": User.objects.filter(id=user.id),
        "session by key": Session.objects.filter(session_key="abc"),
        "token by key": AuthToken.objects.filter(token_key=token.token_key),
        "token by digest": AuthToken.objects.filter(digest=token.digest),
        "roles of a user": RoleBinding.objects.filter(user=user, role=Role.APPROVER),
    }


def test_lookups_of_every_request_scan_no_collection() -> None:
    rows(200)
    for what, query in lookups().items():
        assert query.count() == 1, what
        used = explained(query)
        assert "COLLSCAN" not in used, (what, used)
        assert used & {"IXSCAN", "IDHACK", "EXPRESS"}, (what, used)


def test_order_by_is_answered_by_the_index() -> None:
    job, now = str(uuid4()), timezone.now()
    Start.objects.bulk_create(
        Start(id=f"{job}:{number}", job_id=job, number=number, owner="worker", fence=1, at=now) for number in range(300)
    )
    query = Start.objects.filter(job_id=job).order_by("-number")[:5]
    assert [start.number for start in query] == [299, 298, 297, 296, 295]
    used = explained(query)
    assert "IXSCAN" in used
    assert not used & {"SORT", "$sort", "COLLSCAN"}


def test_unique_still_means_unique(mongo_db: Database[dict[str, Any]]) -> None:
    from django.db import IntegrityError

    User.objects.create(username="ada")
    with pytest.raises(IntegrityError):
        User.objects.create(username="ada")
    index = next(each for each in mongo_db["accounts_user"].list_indexes() if list(each["key"]) == ["username"])
    assert index["unique"]
    assert "partialFilterExpression" not in index
