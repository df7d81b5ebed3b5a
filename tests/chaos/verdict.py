"""Holds what happened against what was promised. Every finding is a sentence that names the thing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .cloud import CREATING, Cloud, Thing
from .history import History
from .ledger import ENDED, Ledger
from .wishes import BUCKET, Wanted

# What a network of two zones without NAT consists of; its main route table comes with the VPC.
_NETWORK = {"aws_vpc": 1, "aws_subnet": 4, "aws_internet_gateway": 1, "aws_route_table": 3}


@dataclass(frozen=True)
class Verdict:
    lost: list[str]
    twice: list[str]
    orphans: list[str]
    stuck: list[str]
    gaps: list[str]
    notes: list[str] = field(default_factory=list)
    """Worth reading, but no broken promise."""

    def counts(self) -> dict[str, int]:
        return {
            "lost": len(self.lost),
            "applied twice": len(self.twice),
            "orphans": len(self.orphans),
            "stuck": len(self.stuck),
            "gaps": len(self.gaps),
        }

    @property
    def is_good(self) -> bool:
        return not any(self.counts().values())

    def sentences(self) -> list[str]:
        named = zip(self.counts(), (self.lost, self.twice, self.orphans, self.stuck, self.gaps), strict=True)
        return [f"{name}: {each}" for name, found in named for each in found]


def judge(ledger: Ledger, history: History, cloud: Cloud, left: Sequence[str] = ()) -> Verdict:
    return Verdict(
        lost=[*_messages_lost(ledger, history), *_jobs_lost(ledger, history), *_results_lost(ledger, history, cloud)],
        twice=[*_asked_twice(ledger, history), *_made_twice(ledger, history, cloud)],
        orphans=list(_orphans(ledger, history, cloud)),
        stuck=[*_stuck(history, cloud), *left],
        gaps=list(_gaps(ledger, history)),
        notes=[f"not finished well: {each}" for each in ledger.troubles],
    )


# -- lost --------------------------------------------------------------------------------------------------------


def _messages_lost(ledger: Ledger, history: History) -> Iterator[str]:
    for (conversation, seq), text in ledger.acknowledged.items():
        frames = {each.seq: each for each in history.frames.get(conversation, ())}
        stored = frames.get(seq)
        if stored is None or stored.data.get("text") != text:
            yield f"the message {text!r} was acknowledged at {seq} and is not there"


def _jobs_lost(ledger: Ledger, history: History) -> Iterator[str]:
    jobs = {job["_id"]: job for job in history.jobs}
    for request in ledger.requests:
        job = jobs.get(request.job_id)
        if not request.job_id:
            yield f"{request.wish.text!r} was acknowledged and became no job; the bot said {request.answers}"
        elif job is None:
            yield f"job {request.job_id} of {request.wish.text!r} is not there any more"
        else:
            told = _last_told(history, request.conversation_id, request.job_id)
            if told != job["state"]:
                yield f"job {request.job_id} is {job['state']}, and the person was last told {told}"


def _last_told(history: History, conversation: str, job_id: str) -> str:
    told = [
        str(each.data["state"])
        for each in history.frames.get(conversation, ())
        if each.is_job and each.data["job_id"] == job_id
    ]
    return told[-1] if told else "nothing"


def _results_lost(ledger: Ledger, history: History, cloud: Cloud) -> Iterator[str]:
    """What people were told that it is there, and is not, or not so."""
    for wanted in _stacks(ledger):
        if not wanted.certain or not wanted.exists:
            continue
        if wanted.kind == BUCKET:
            yield from _bucket_missing(wanted, cloud)
        else:
            found = _things(wanted, history, cloud)
            for kind, number in _NETWORK.items():
                if found[kind] < number:
                    yield f"the network {wanted.name} has {found[kind]} {kind}, not {number}"


def _bucket_missing(wanted: Wanted, cloud: Cloud) -> Iterator[str]:
    bucket = cloud.bucket(wanted.name)
    if bucket is None:
        yield f"the bucket {wanted.name} was reported as made and is not there"
    elif (bucket.facts["versioning"] == "Enabled") is not wanted.versioning:
        asked = "on" if wanted.versioning else "off"
        yield f"versioning of {wanted.name} is {bucket.facts['versioning'] or 'unset'}, approved was {asked}"


# -- applied twice -----------------------------------------------------------------------------------------------


def _asked_twice(ledger: Ledger, history: History) -> Iterator[str]:
    origins = Counter((job["conversation_id"], job["message_seq"]) for job in history.jobs)
    for (conversation, seq), number in origins.items():
        if number > 1:
            yield f"message {seq} of conversation {conversation} became {number} jobs"
    for conversation, frames in history.frames.items():
        people = [each for each in frames if each.data.get("author") == "user"]
        unknown = [each for each in people if (conversation, each.seq) not in ledger.acknowledged]
        texts = {text for (of, _), text in ledger.acknowledged.items() if of == conversation}
        for each in unknown:
            if each.data.get("text") in texts:
                yield f"the message {each.data['text']!r} is stored again at {each.seq}"


def _made_twice(ledger: Ledger, history: History, cloud: Cloud) -> Iterator[str]:
    """More requests to the cloud than approved plans ask for, or more things than a stack consists of."""
    for wanted in _stacks(ledger):
        stack_ids = _stack_ids(wanted, history)
        jobs = {job["_id"] for job in history.jobs if job["stack_id"] in stack_ids}
        for kind in {"aws_s3_bucket", *CREATING.values()}:
            where = {wanted.name} if kind == "aws_s3_bucket" else stack_ids
            made = sum(cloud.creations[each, kind] for each in where)
            approved = ledger.creations_approved(jobs, kind)
            if made > approved:
                yield f"{made} {kind} were made for {wanted.name}, approved were {approved}"
        if wanted.certain and wanted.exists and wanted.kind != BUCKET:
            found = _things(wanted, history, cloud)
            for kind, number in _NETWORK.items():
                if found[kind] > number:
                    yield f"the network {wanted.name} has {found[kind]} {kind}, not {number}"


# -- orphans -----------------------------------------------------------------------------------------------------


def _orphans(ledger: Ledger, history: History, cloud: Cloud) -> Iterator[str]:
    known = {each for ids in cloud.states.values() for each in ids}
    gone = {
        each for wanted in _stacks(ledger) if wanted.gone and wanted.certain for each in _stack_ids(wanted, history)
    }
    for thing in cloud.things:
        if thing.stack in gone:
            yield f"{_named(thing)} is there although its stack was reported as deleted"
        elif thing.id not in known and not _is_reported(thing, history):
            yield f"{_named(thing)} is in no state, and nobody was told of it"


def _is_reported(thing: Thing, history: History) -> bool:
    """Whether the last word on an ended job names it."""
    return any(
        thing.id in _last_words(job) for job in history.jobs if not thing.stack or job["stack_id"] == thing.stack
    )


def _last_words(job: dict[str, Any]) -> str:
    return f"{(job['error'] or {}).get('detail', '')} {job['result_text'] or ''}"


def _named(thing: Thing) -> str:
    return f"{thing.type} {thing.id} (stack {thing.stack[:8] or 'unknown'})"


# -- stuck -------------------------------------------------------------------------------------------------------


def _stuck(history: History, cloud: Cloud) -> Iterator[str]:
    for job in history.jobs:
        if job["state"] not in ENDED:
            yield f"job {job['_id']} ({job['title']}) is {job['state']}"
    for stack in history.stacks:
        if stack["active_job_id"] or stack["queue"]:
            yield f"stack {stack['name']} is held by job {stack['active_job_id']}, {len(stack['queue'])} wait"
        elif stack["status"] == "unknown":
            yield f"nobody knows what became of stack {stack['name']}"
    for key in cloud.locks:
        yield f"the state lock {key} is left"
    if history.waiting_outbox:
        yield f"{history.waiting_outbox} rows wait in the outbox"


# -- gaps --------------------------------------------------------------------------------------------------------


def _gaps(ledger: Ledger, history: History) -> Iterator[str]:
    for conversation, numbers in ledger.conversations.items():
        yield from _broken(f"conversation {conversation} as it came", numbers)
    for conversation, frames in history.frames.items():
        yield from _broken(f"conversation {conversation} as stored", [each.seq or 0 for each in frames])
    for job in history.jobs:
        stored = history.lines.get(job["_id"], [])
        yield from _broken(f"the log of job {job['_id']}", stored)
        if job["last_log_seq"] != len(stored):
            yield f"job {job['_id']} says its log has {job['last_log_seq']} lines, and it has {len(stored)}"
        versions = [each["version"] for each in history.transitions if each["job_id"] == job["_id"]]
        yield from _broken(f"the moves of job {job['_id']}", versions, first=versions[0] if versions else 1)
    for job_id, numbers in ledger.lines.items():
        yield from _broken(f"the log of job {job_id} as it came", numbers)


def _broken(what: str, numbers: Sequence[int], first: int = 1) -> Iterator[str]:
    expected = list(range(first, first + len(numbers)))
    if list(numbers) != expected:
        at = next(index for index, pair in enumerate(zip(numbers, expected, strict=True)) if pair[0] != pair[1])
        yield f"{what} has {numbers[at]} where {expected[at]} belongs"


# -- small things ------------------------------------------------------------------------------------------------


def _stacks(ledger: Ledger) -> list[Wanted]:
    """Each stack that was asked for, once."""
    return list({each.wish.stack.name: each.wish.stack for each in ledger.requests if each.wish.stack}.values())


def _stack_ids(wanted: Wanted, history: History) -> set[str]:
    return {stack["_id"] for stack in history.stacks if stack["name"] == wanted.name}


def _things(wanted: Wanted, history: History, cloud: Cloud) -> Counter[str]:
    ids = _stack_ids(wanted, history)
    return Counter(each.type for each in cloud.things if each.stack in ids)
