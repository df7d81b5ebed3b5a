"""One plain sentence for a plan and for what an apply did."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from orchestrator.sentences import Sentence, capital, joined, listing, stated, stated_many, things_stated
from orchestrator.types import PlannedChange

_VERBS: dict[str, Callable[[str], str]] = {
    "create": lambda things: stated("creates %(things)s", things=things),
    "update": lambda things: stated("changes %(things)s", things=things),
    "replace": lambda things: stated("replaces %(things)s", things=things),
    "delete": lambda things: stated("deletes %(things)s", things=things),
    "forget": lambda things: stated("forgets %(things)s", things=things),
}
_PAST: dict[str, Callable[[str], str]] = {
    "create": lambda address: stated("%(address)s was created", address=address),
    "update": lambda address: stated("%(address)s was changed", address=address),
    "delete": lambda address: stated("%(address)s was deleted", address=address),
}
_COUNTED: dict[str, Callable[[int], str]] = {
    "create": lambda count: stated("%(number)s created", number=count),
    "update": lambda count: stated("%(number)s changed", number=count),
    "delete": lambda count: stated("%(number)s deleted", number=count),
}
_NOUNS = {"aws_s3_bucket": "bucket", "aws_vpc": "network", "aws_eip": "public address", "terraform_data": "data record"}
_MOST_NOUNS = 3
_MOST_NAMES = 5


def plan_sentence(changes: Sequence[PlannedChange], *, outputs_change: bool = False) -> str:
    """Such as `creates 2 resources (1 bucket, 1 bucket policy) and deletes 1 network.`, with a capital letter."""
    taken = [change.resource_type for change in changes if change.importing]
    parts: list[str] = [stated("imports %(things)s", things=_resources(taken))] if taken else []
    for action, verb in _VERBS.items():
        types = [change.resource_type for change in changes if change.action == action]
        if types:
            parts.append(verb(_resources(types)))
    if not parts:
        return stated("Changes nothing but the outputs.") if outputs_change else stated("Nothing has to change.")
    return joined((capital(listing(parts)), "."), "")


def drift_sentence(changes: Sequence[PlannedChange]) -> str:
    if not changes:
        return stated("Everything is as it was applied.")
    names = listed(_PAST.get(change.action, _PAST["update"])(change.address) for change in changes)
    return stated_many(
        "%(number)s resource changed outside of Terraform: %(names)s.",
        "%(number)s resources changed outside of Terraform: %(names)s.",
        len(changes),
        names=names,
    )


def done_sentence(done: Iterable[tuple[str, str]]) -> str:
    """What an apply did, from its finished operations (address, action)."""
    counts = Counter(action for _, action in done if action in _PAST)
    if not counts:
        return stated("Nothing had to be changed.")
    parts = [words(counts[action]) for action, words in _COUNTED.items() if counts[action]]
    return stated("Done: %(parts)s.", parts=listing(parts))


def undone_sentence(reason: str, changed: Sequence[str], not_done: Sequence[str]) -> str:
    """For an apply that ended early, after some changes. What failed half-way is in both lists and named once."""
    finished = [address for address in changed if address not in not_done]
    half_way = [address for address in changed if address in not_done]
    untouched = [address for address in not_done if address not in changed]
    parts = [reason]
    if finished:
        parts.append(
            stated_many(
                "%(number)s resource changed before: %(names)s.",
                "%(number)s resources changed before: %(names)s.",
                len(finished),
                names=listed(finished),
            )
        )
    if half_way:
        parts.append(stated("Begun and not finished: %(names)s.", names=listed(half_way)))
    if untouched:
        parts.append(stated("Not done: %(names)s.", names=listed(untouched)))
    return joined(parts)


def _resources(types: Sequence[str]) -> str:
    """`1 bucket`, or `7 resources (1 bucket, 1 bucket policy, 1 bucket versioning and 4 more)`."""
    counts = Counter(sorted(types, key=lambda name: (len(name), name)))
    nouns: list[str] = [things_stated(count, noun_of(name), plural_of(noun_of(name))) for name, count in counts.items()]
    if len(nouns) == 1:
        return nouns[0]
    rest = sum(list(counts.values())[_MOST_NOUNS:])
    shown = _with_rest(joined(nouns[:_MOST_NOUNS], ", "), rest)
    return stated_many("%(number)s resource (%(shown)s)", "%(number)s resources (%(shown)s)", len(types), shown=shown)


def noun_of(resource_type: str) -> str:
    """`aws_s3_bucket_policy` is a bucket policy: the provider and the word everybody can guess are left out."""
    if resource_type in _NOUNS:
        return _NOUNS[resource_type]
    words = resource_type.partition("_")[2] or resource_type
    return words.removeprefix("s3_").replace("_", " ")


def plural_of(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    if noun.endswith("ss"):
        return f"{noun}es"
    return noun if noun.endswith("s") else f"{noun}s"


def listed(names: Iterable[str]) -> str:
    every = list(names)
    return _with_rest(joined(every[:_MOST_NAMES], ", "), len(every) - _MOST_NAMES)


def _with_rest(shown: Sentence, rest: int) -> Sentence:
    return stated("%(shown)s and %(number)s more", shown=shown, number=rest) if rest > 0 else shown
