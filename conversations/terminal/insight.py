"""Blast radius, cost and policy of a plan as lines for a terminal."""

import json
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from .frames import Data


def insight_lines(plan: Data) -> Iterator[Text]:
    """Below the plan's changes; nothing where nothing is known."""
    blast, cost, policy = (plan.get(name) or {} for name in ("blast", "cost", "policy"))
    if blast.get("sentence"):
        yield Text(str(blast["sentence"]), style="red" if blast.get("lost") else "")
    for address in blast.get("dependents", []):
        yield Text(f"  depends on it: {address}", style="dim")
    if cost.get("sentence"):
        yield Text(str(cost["sentence"]))
    for word, style in (("denials", "red"), ("warnings", "yellow")):
        for each in policy.get(word, []):
            yield Text(f"! {each.get('message')} ({each.get('rule')})", style=style)
    for each in plan.get("demands", []):
        yield Text(f"! {each.get('why')}", style="yellow")
    if nearest := policy.get("nearest"):
        values = " ".join(f"{name}={_typed(value)}" for name, value in (nearest.get("values") or {}).items())
        yield Text(f"This would pass: {nearest.get('sentence')}  /correct {values}", style="green")


def _typed(value: Any) -> str:
    """As `/correct` takes it."""
    return value if isinstance(value, str) else json.dumps(value)
