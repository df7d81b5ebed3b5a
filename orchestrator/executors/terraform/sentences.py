"""One plain sentence for a plan and for what an apply did."""

from collections import Counter
from collections.abc import Iterable, Sequence

from orchestrator.types import PlannedChange

_VERBS = {"create": "creates", "update": "changes", "replace": "replaces", "delete": "deletes", "forget": "forgets"}
_PAST = {"create": "created", "update": "changed", "delete": "deleted"}
_NOUNS = {"aws_s3_bucket": "bucket", "aws_vpc": "network", "aws_eip": "public address", "terraform_data": "data record"}
_MOST_NOUNS = 3
_MOST_NAMES = 5


def plan_sentence(changes: Sequence[PlannedChange], *, outputs_change: bool = False) -> str:
    """Such as `creates 2 resources (1 bucket, 1 bucket policy) and deletes 1 network.`, with a capital letter."""
    taken = [change.resource_type for change in changes if change.importing]
    parts = [f"imports {_resources(taken)}"] if taken else []
    for action, verb in _VERBS.items():
        types = [change.resource_type for change in changes if change.action == action]
        if types:
            parts.append(f"{verb} {_resources(types)}")
    if not parts:
        return "Changes nothing but the outputs." if outputs_change else "Nothing has to change."
    return _capital(_joined(parts)) + "."


def drift_sentence(changes: Sequence[PlannedChange]) -> str:
    if not changes:
        return "Everything is as it was applied."
    names = listed(f"{change.address} was {_PAST.get(change.action, 'changed')}" for change in changes)
    return f"{number(len(changes), 'resource')} changed outside of Terraform: {names}."


def done_sentence(done: Iterable[tuple[str, str]]) -> str:
    """What an apply did, from its finished operations (address, action)."""
    counts = Counter(_PAST[action] for _, action in done if action in _PAST)
    if not counts:
        return "Nothing had to be changed."
    parts = [f"{counts[word]} {word}" for word in _PAST.values() if counts[word]]
    return f"Done: {_joined(parts)}."


def undone_sentence(reason: str, changed: Sequence[str], not_done: Sequence[str]) -> str:
    """For an apply that ended early, after some changes. What failed half-way is in both lists and named once."""
    finished = [address for address in changed if address not in not_done]
    half_way = [address for address in changed if address in not_done]
    untouched = [address for address in not_done if address not in changed]
    parts = [reason]
    if finished:
        parts.append(f"{number(len(finished), 'resource')} changed before: {listed(finished)}.")
    if half_way:
        parts.append(f"Begun and not finished: {listed(half_way)}.")
    if untouched:
        parts.append(f"Not done: {listed(untouched)}.")
    return " ".join(parts)


def _resources(types: Sequence[str]) -> str:
    """`1 bucket`, or `7 resources (1 bucket, 1 bucket policy, 1 bucket versioning and 4 more)`."""
    counts = Counter(sorted(types, key=lambda name: (len(name), name)))
    nouns = [number(count, _noun(name)) for name, count in counts.items()]
    if len(nouns) == 1:
        return nouns[0]
    rest = sum(list(counts.values())[_MOST_NOUNS:])
    shown = ", ".join(nouns[:_MOST_NOUNS]) + (f" and {rest} more" if rest else "")
    return f"{number(len(types), 'resource')} ({shown})"


def _noun(resource_type: str) -> str:
    """`aws_s3_bucket_policy` is a bucket policy: the provider and the word everybody can guess are left out."""
    if resource_type in _NOUNS:
        return _NOUNS[resource_type]
    words = resource_type.partition("_")[2] or resource_type
    return words.removeprefix("s3_").replace("_", " ")


def number(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{count} {noun[:-1]}ies"
    return f"{count} {noun}" if noun.endswith("s") else f"{count} {noun}s"


def listed(names: Iterable[str]) -> str:
    every = list(names)
    more = len(every) - _MOST_NAMES
    return ", ".join(every[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
