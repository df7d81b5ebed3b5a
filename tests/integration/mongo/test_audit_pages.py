"""Who did what and when: who sees it, how it is narrowed down and paged, and what a spreadsheet makes of it."""

import csv
import importlib
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from chatbot_project.accounts.models import User
from orchestrator import services
from orchestrator.audit import Wanted, audit_list
from orchestrator.catalog.adding.allowances import allowance_add
from orchestrator.catalog.adding.findings import Finding
from orchestrator.documents import transitions
from tests.integration.mongo.clients import page_client

from .approving import away
from .counting import reads_counted
from .living import made_for_a_while
from .orchestrating import actor, approve, destroy, person, planned, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def approver() -> User:
    return person("approver", "approver", environment="staging")


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root", password="a long enough password")


def answer(user: User, query: str = "", path: str = "/audit/") -> Any:
    client = page_client(user)
    return client.get(f"{path}{query}")


def page(user: User, query: str = "") -> str:
    found = answer(user, query)
    assert found.status_code == 200, query
    return str(found.content.decode())


def file(user: User, query: str = "") -> list[list[str]]:
    return list(csv.reader(StringIO(answer(user, query, "/audit/audit.csv").content.decode())))


def changed_in_admin(user: User, what: str) -> None:
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=user, content_type=kind, object_id="1", object_repr=what, action_flag=CHANGE, change_message="[]"
    )


def test_one_sees_one_s_own_and_what_happened_where_one_may_see_everything(demo: User, approver: User) -> None:
    job = planned(submit(demo, "in-staging"))
    planned(submit(demo, "in-sandbox", environment="sandbox"))
    approve(job, demo)
    own = page(demo)
    assert "in-staging" in own
    assert "in-sandbox" in own
    assert "What you did, and when." in own
    seen = page(approver)
    assert "in-staging" in seen
    assert "approved by demo" in seen
    assert "in-sandbox" not in seen
    assert "Nothing was done yet" in page(person("ann", "requester"))
    assert Client().get("/audit/").status_code == 302
    assert Client().get("/audit/audit.csv").status_code == 302


def test_admin_s_changes_are_for_superusers_and_for_who_made_them(demo: User, root: User) -> None:
    helper = User.objects.create_user("helper", password="a long enough password", is_staff=True)
    changed_in_admin(root, "by-root")
    changed_in_admin(helper, "by-helper")
    assert "by-root" in page(root)
    assert "by-helper" in page(root)
    assert "by-helper" in page(helper)
    assert "by-root" not in page(helper)
    assert "by-root" not in page(demo)
    assert "changed in the admin" in page(root)


def test_what_is_not_a_job_s_move_is_there_too(demo: User, approver: User, root: User) -> None:
    stack = made_for_a_while(demo, root)
    assert stack.expires_at is not None
    services.stack_keep(stack_id=stack.id, actor=actor(demo), via="web", until=stack.expires_at + timedelta(hours=2))
    finding = Finding(key="program:local-exec", sentence="It runs a program.", allowable=True)
    allowance_add(blueprint="vault", finding=finding, by=actor(root), reason="we read it")
    assert "It runs a program.: we read it" in page(root)
    assert "It runs a program." not in page(approver)
    given = away(approver, demo, "staging")
    services.delegation_end(delegation_id=given.id, actor=actor(demo))
    seen = page(root)
    for part in ("decides meanwhile", "decides no longer", "demo for approver", f'href="/stacks/{stack.id}/"'):
        assert part in seen
    assert "demo for approver" not in page(person("ann", "requester"))


def test_it_is_narrowed_down(demo: User, approver: User, root: User) -> None:
    stack = made_for_a_while(demo, root)
    planned(submit(demo, "other", environment="sandbox"))
    destroy(demo, stack.id)
    today = timezone.now().date()
    for query, shown, hidden in (
        ("?person=root", "approved by root", "asked for by demo"),
        ("?person=nobody", "Nothing fits.", "asked for"),
        (f"?stack={stack.name}", stack.name, "other"),
        ("?stack=nothing", "Nothing fits.", "asked for"),
        ("?environment=sandbox", "other", stack.name),
        (f"?since={today}&until={today}", stack.name, "Nothing fits."),
        (f"?since={today + timedelta(days=2)}", "Nothing fits.", "asked for"),
        (f"?until={today - timedelta(days=2)}", "Nothing fits.", "asked for"),
        ("?system=1", ">worker<", "Nothing fits."),
        ("?since=soon", "Write a day as", "Nothing fits."),
        ("?until=9999-12-31", "Write a day as", "Nothing fits."),
    ):
        found = page(root, query)
        assert shown in found, query
        assert hidden not in found.replace("other ones", ""), query
    assert ">worker<" not in page(root)


def test_pages_hold_each_row_once_over_all_sources(demo: User, root: User) -> None:
    for number in range(4):
        planned(submit(demo, f"bucket-{number}"))
        changed_in_admin(root, f"setting-{number}")
    # All at the very same time: only the keys tell them apart.
    now = timezone.now().replace(microsecond=0)
    transitions().update_many({}, {"$set": {"at": now}})
    LogEntry.objects.update(action_time=now)
    from conversations.web import audit

    seen: list[str] = []
    query, size = "?system=1", audit.PAGE
    audit.PAGE = 3
    try:
        while query:
            text = page(root, query)
            seen += re.findall(r"(?:bucket|setting)-\d", text.split("<tbody>")[1])
            older = re.findall(r'href="\?([^"]*before=[^"]+)"', text)
            query = f"?{older[0].replace('&amp;', '&')}" if older else ""
    finally:
        audit.PAGE = size
    assert len(seen) == 4 * 3 + 4
    assert {f"setting-{number}" for number in range(4)} <= set(seen)
    for bad in ("nothing", "2026-01-01~t:x", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00~a:zz"):
        assert answer(root, f"?before={bad.replace('+', '%2B')}").status_code == 404, bad


def test_the_file_has_the_same_rows_and_no_formula_in_it(demo: User, root: User) -> None:
    job = planned(submit(demo, "reports"))
    services.job_reject(job_id=job.id, actor=actor(demo), reason="no", via="web")
    transitions().update_many({"actor_id": str(demo.id)}, {"$set": {"reason": '=HYPERLINK("http://evil")'}})
    changed_in_admin(root, "@SUM(1)")
    rows = file(root)
    assert rows[0] == ["time", "who", "kind", "deed", "about", "environment", "detail", "job", "stack"]
    assert {each[1] for each in rows[1:]} == {"demo", "root"}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert [row[6] for row in rows if row[3] == "rejected"] == ['\'=HYPERLINK("http://evil")']
    assert len(file(root, "?person=root")) == 2
    assert answer(root, "?since=soon", "/audit/audit.csv").status_code == 404
    assert "attachment" in answer(root, "", "/audit/audit.csv")["Content-Disposition"]
    assert {each[1] for each in file(demo)[1:]} == {"demo"}


def test_the_moves_of_jobs_are_read_by_index_and_in_its_order(demo: User, approver: User, root: User) -> None:
    for number in range(60):
        submit(demo, f"bucket-{number}", environment=("staging", "sandbox")[number % 2])
    for viewer in (root, approver, demo):
        for wanted in (Wanted(), Wanted(actor_id=str(demo.id)), Wanted(environment="staging")):
            with reads_counted() as seen:
                audit_list(viewer=viewer, wanted=wanted, limit=5)
            (moves,) = [each for each in seen if each["ns"].endswith("orchestrator_transition")]
            assert "COLLSCAN" not in moves["planSummary"], (viewer, wanted)
            assert not moves.get("hasSortStage"), (viewer, wanted)


def test_moves_from_before_are_filled_in_by_the_migration(demo: User) -> None:
    job = submit(demo)
    unset = {"actor_id": "", "environment": "", "stack_id": ""}
    transitions().update_many({}, {"$unset": unset})
    importlib.import_module("orchestrator.migrations.0012_audit").fill(None, None)
    (found,) = transitions().find({"job_id": job.id})
    assert job.stack is not None
    assert (found["actor_id"], found["environment"], found["stack_id"]) == (str(demo.id), "staging", job.stack.id)
