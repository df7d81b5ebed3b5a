"""Training phrases with values in place of their {slots}, so that no value in particular matters."""

import hashlib
import random
import re
from collections.abc import Mapping, Sequence

from .types import EntityDefinition

PLACEHOLDER = re.compile(r"\{(\w+)\}")

_SAMPLES: dict[str, tuple[str, ...]] = {
    "name": (
        *("acme-logs", "team-data-01", "reports", "billing-events", "web_assets", "x7", "invoices", "my-app-backups"),
        *("orion", "payments-eu", "foo-bar", "data.lake.raw", "kafka2", "customer-uploads", "alpha", "srv-9"),
    ),
    "region": ("eu-west-1", "ireland", "frankfurt", "us-east-1", "virginia", "london", "ap-southeast-2"),
    "number": ("3", "2", "14", "five", "30", "256"),
    "duration": ("two hours", "3 days", "a week", "90 minutes", "a day", "1h"),
    "cidr": ("10.0.0.0/16", "192.168.0.0/20", "172.16.0.0/16", "10.42.0.0/24"),
    "instance_type": ("t3.micro", "m5.large", "db.r6g.2xlarge", "c7i.xlarge"),
    "size": ("small", "large", "2xlarge", "micro"),
    "arn": ("arn:aws:s3:::acme-logs", "arn:aws:sqs:eu-west-1:123456789012:jobs"),
    "moment": ("yesterday", "on monday", "2026-11-21", "last week", "tomorrow", "next friday"),
}


def expand(phrase: str, entities: Mapping[str, EntityDefinition], variants: int = 3) -> list[str]:
    """The phrase itself when it has no slots, else up to `variants` of it with values; the same every time."""
    slots = PLACEHOLDER.findall(phrase)
    if not slots:
        return [phrase]
    # Seeded by the phrase, so that one phrase's values do not change because another was added.
    chance = random.Random(hashlib.sha256(phrase.encode()).digest())  # noqa: S311 (not a secret)
    choices = {slot: _shuffled(sample_values(entities[slot]), chance) for slot in sorted(set(slots))}
    filled = [
        PLACEHOLDER.sub(lambda found, at=at: choices[found[1]][at % len(choices[found[1]])], phrase)  # type: ignore[misc]
        for at in range(variants)
    ]
    return list(dict.fromkeys(filled))


def sample_values(entity: EntityDefinition) -> Sequence[str]:
    """Words that may stand in an entity's place."""
    if entity.kind == "list":
        return [word for value, synonyms in entity.values.items() for word in (value, *synonyms)]
    if entity.kind == "boolean":
        return list(entity.values.get("true", ())) or [entity.name.replace("_", " ")]
    # A pattern has no examples: the mark that the classifier will see in its place.
    return _SAMPLES.get(entity.kind, (f"__{entity.kind}__",))


def _shuffled(values: Sequence[str], chance: random.Random) -> list[str]:
    return chance.sample(list(values), len(values))
