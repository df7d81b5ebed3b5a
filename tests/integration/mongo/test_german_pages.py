"""Who reads German reads nothing in English that there is in German: every page, jobs and stacks in many states.

What stands on a page is held against the catalogues: each text of which there is a translation, with whatever is filled
in, must not be found. What people say to a bot is English (phrases, commands), as are names and codes.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import polib
import pytest

from chatbot_project.accounts.models import User
from conversations import services as conversing
from conversations.listeners import transition_tell
from conversations.stream import frames_after
from orchestrator import selectors, services
from orchestrator.catalog.sync import catalog_sync
from orchestrator.errors import OrchestratorError
from orchestrator.executors.base import ApplyOutcome, ExecutorError, PlanOutcome
from orchestrator.executors.cloudwords import cloud_words
from orchestrator.executors.terraform.diagnostics import plain_error
from orchestrator.executors.terraform.sentences import done_sentence, plan_sentence, undone_sentence
from orchestrator.types import JobView, Lifetime, Origin, PlanCounts, PlannedChange
from tests.integration.mongo.clients import page_client

from .approving import away
from .flow import FakeExecutor, run
from .orchestrating import HASH, actor, approve, destroy, person, submit

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

LOCALE = Path(__file__).resolve().parents[3] / "locale/de/LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{[\w.]+\}")
SILENT = {"script", "style", "code", "pre", "q", "textarea", "template", "svg", "kbd"}
VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
READ_ALOUD = {"aria-label", "title", "placeholder", "alt"}
LETTERS = 7
"""A text of fewer letters of its own may be anything."""


class Shown(HTMLParser):
    """The texts of a page, those that are only read aloud included."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if not set(self._within) & SILENT:
            self.texts += [text for name in READ_ALOUD if (text := named.get(name))]
        if tag not in VOID:
            self._within.append("q" if named.get("lang") == "en" or named.get("translate") == "no" else tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and tag not in VOID:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not set(self._within) & SILENT:
            self.texts.append(" ".join(data.split()))


@cache
def translated() -> list[tuple[re.Pattern[str], re.Pattern[str], str]]:
    """Every text that is another one in German: as it would be found, its translation, and itself."""
    found = []
    for entry in (each for name in ("django", "djangojs") for each in polib.pofile(str(LOCALE / f"{name}.po"))):
        plurals = zip((entry.msgid, entry.msgid_plural), entry.msgstr_plural.values(), strict=False)
        for text, said in plurals if entry.msgid_plural else [(entry.msgid, entry.msgstr)]:
            own = PLACEHOLDER.sub("", text)
            if text != said and len(re.findall(r"[A-Za-z]", own)) >= LETTERS and " " in own.strip():
                found.append((pattern(text), pattern(said), text))
    return found


def pattern(text: str) -> re.Pattern[str]:
    parts = [re.escape(" ".join(each.split())) for each in PLACEHOLDER.split(text)]
    return re.compile(r"(?<!\w)" + ".+?".join(each.replace(r"\ ", r"\s*") for each in parts) + r"(?!\w)")


def english(html: str) -> list[str]:
    page = Shown()
    page.feed(html)
    return [
        f"{source!r} in {text!r}"
        for text in dict.fromkeys(page.texts)
        for found, said, source in translated()
        if found.search(text) and not said.search(text)
    ]


@pytest.fixture
def erika() -> User:
    """Who may do everything and speaks German; the shipped catalogue."""
    catalog_sync()
    user = person("erika", "requester", "approver", "operator")
    user.language = "de"
    user.is_staff = True
    user.save()
    return user


def outcome(action: str = "create", kind: str = "aws_s3_bucket", **after: Any) -> PlanOutcome:
    change = PlannedChange(f"{kind}.this", kind, action, variables=("name",))
    before = {"arn": "x", "skip_final_snapshot": False} if action in ("delete", "update", "replace") else None
    verbs = ["delete", "create"] if action == "replace" else [action]
    resource = {
        "address": f"{kind}.this",
        "type": kind,
        "mode": "managed",
        "change": {"actions": verbs, "before": before, "after": after, "after_unknown": {}},
    }
    counts = PlanCounts(**{action: 1})
    masked: dict[str, Any] = {"resource_changes": [resource]}
    return PlanOutcome(counts, (change,), HASH, True, plan_sentence([change]), masked, {})


def executor(planned: Any = None, applied: Any = None) -> FakeExecutor:
    done = ApplyOutcome("succeeded", {"bucket_name": "b"}, done_sentence([("a", "create")]), resource_count=1)
    return FakeExecutor(to_plan=planned or outcome(), to_apply=applied or done)


def carried_out(user: User, name: str, does: FakeExecutor, *others: User, **more: Any) -> JobView:
    job = submit(user, name, **more)
    run(job, does)
    for each in (user, *others):
        if selectors.job_get(job.id).state == "awaiting_approval":
            with suppress(OrchestratorError):
                approve(job, each)
    run(job, does)
    for move in selectors.job_transitions(job.id):
        transition_tell(selectors.job_get(job.id), move)
    return selectors.job_get(job.id)


@pytest.fixture
def lived(erika: User, settings: Any) -> tuple[str, list[JobView]]:
    """A conversation of jobs that are done, wait, failed, are denied, rejected and canceled, and their stacks."""
    other = person("otto", "requester", "approver")
    said = conversing.conversation_create(user=erika).id
    origin = Origin("web", said, 1)
    denied = outcome(kind="aws_db_instance", storage_encrypted=False, allocated_storage=20_000)
    failed = ApplyOutcome(
        "partially_applied",
        {},
        undone_sentence(plain_error([], [], "panic: x").detail, ["aws_s3_bucket.this"], ["aws_s3_bucket_policy.this"]),
        error_code="terraform_crashed",
    )
    made = carried_out(erika, "acme-made", executor(), origin=origin)
    ends = carried_out(erika, "acme-ends", executor(), other, origin=origin, lifetime=Lifetime(seconds=7200))
    assert (made.state, ends.state) == ("succeeded", "succeeded")
    busy = cloud_words("Throttling")
    assert busy is not None
    broken = executor(ExecutorError(busy.code, busy.detail))
    jobs = [
        made,
        ends,
        carried_out(erika, "acme-half", executor(applied=failed), origin=origin),
        carried_out(erika, "acme-broken", broken, origin=origin),
    ]
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "POLICY_SHIPPED_RULES": True}
    jobs.append(carried_out(erika, "acme-denied", executor(denied), origin=origin))
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "POLICY_SHIPPED_RULES": False}
    rejected, canceled, waits = (submit(erika, f"acme-{name}", origin=origin) for name in ("no", "stop", "waits"))
    for each in (rejected, canceled, waits):
        run(each, executor())
    services.job_reject(job_id=rejected.id, actor=actor(erika), via="web", reason="")
    services.job_cancel(job_id=canceled.id, actor=actor(erika), via="web", reason="")
    assert ends.stack is not None and made.stack is not None
    deletion = destroy(erika, made.stack.id, origin=origin)
    run(deletion, executor(outcome("delete")))
    services.stack_keep(stack_id=ends.stack.id, actor=actor(erika), more_seconds=3600, via="web")
    services.stack_watch(stack_id=ends.stack.id, hours=6, actor=actor(erika), via="web")
    for each in (rejected, canceled, waits, deletion):
        for move in selectors.job_transitions(each.id):
            transition_tell(selectors.job_get(each.id), move)
    away(erika, other)
    return said, [*jobs, *(selectors.job_get(each.id) for each in (rejected, canceled, waits, deletion))]


def test_no_page_says_in_english_what_there_is_in_german(erika: User, lived: tuple[str, list[JobView]]) -> None:
    said, jobs = lived
    client = page_client(erika)
    assert {"partially_applied", "denied", "failed", "rejected", "canceled"} <= {each.state.value for each in jobs}
    pages = ["/", "/c/", f"/c/{said}/", "/catalogue/", "/approvals/", "/stacks/", "/audit/", "/dashboard/", "/profile/"]
    pages += [f"/catalogue/{name}/" for name in ("object-storage", "relational-database", "scale-service")]
    pages += [f"/jobs/{each.id}/" for each in jobs]
    pages += [f"/stacks/{each.stack.id}/" for each in jobs[:3] if each.stack]
    found = {}
    for address in pages:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        assert '<html lang="de"' in answer.content.decode()
        if wrong := english(answer.content.decode()):
            found[address] = wrong
    assert found == {}
    frames = [each for each in frames_after(said, 0) if each.type in ("message.created", "job.created", "job.updated")]
    told = [text for each in frames for text in texts_in(each.data)]
    assert any("acme-made in staging anlegen" in text for text in told)
    assert {each for text in told for each in english(text)} == set()


def test_what_is_wrong_with_a_form_is_said_in_german(erika: User) -> None:
    client = page_client(erika)
    sent = {"request_id": str(uuid4()), "environment": "staging", "v-name": "UPPER CASE", "v-noncurrent_days": "soon"}
    answer = client.post("/catalogue/object-storage/", sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="v-noncurrent_days-error">noncurrent_days muss eine Zahl sein.' in text
    assert "Der Name des Buckets muss 3 bis 63 Zeichen haben" in text
    assert english(text) == []


def texts_in(data: Any) -> Iterator[str]:
    """Whatever a person reads of a frame, without what is for programs and what people say."""
    if isinstance(data, str):
        yield data.replace("<", "&lt;")
    elif isinstance(data, dict):
        for name, each in data.items():
            if name not in ("html", "suggestions", "understanding"):
                yield from texts_in(each)
    elif isinstance(data, list):
        for each in data:
            yield from texts_in(each)


def test_what_is_english_is_found() -> None:
    assert english("<p>The worker was lost 3 times while it planned this. Ask an operator what keeps ending it.</p>")
    assert english('<button aria-label="Nothing has to change.">x</button>')
    assert not english("<p>Es muss nichts geändert werden.</p><code>Nothing has to change.</code>")
