"""Figures as lines for people."""

from ..validation import MAXIMUM_PHRASE, MINIMUM_EXAMPLES
from .datasets import LeftOut
from .run import Figures


def lines(figures: Figures) -> list[str]:
    found = [
        f"{figures.dataset}: {figures.intents} intents, {figures.examples} training phrases",
        *_left_out(figures.left_out),
        f"  intent accuracy, in scope, nothing rejected   {figures.accuracy:.2%}",
    ]
    if figures.outside:
        outside = figures.outside
        found += [
            f"  at the paper's rule: in scope / recall        "
            f"{outside.inside_at_rule:.2%} / {outside.recall_at_rule:.2%}",
            f"  the same, mean over samples of validation     "
            f"{outside.inside_at_steadied_rule:.2%} / {outside.recall_at_steadied_rule:.2%}",
            f"  at the model's threshold ({figures.threshold:.4f})        "
            f"{outside.inside_at_threshold:.2%} / {outside.recall_at_threshold:.2%}",
            f"  AUROC, in scope against out of scope          {outside.auroc:.2%}",
        ]
    if figures.slot_f1 is not None:
        found.append(f"  slot F1                                       {figures.slot_f1:.2%}")
    found += [
        f"  accuracy with {count:2} examples per intent         {share:.2%}" for count, share in figures.shots.items()
    ]
    cost = figures.cost
    return [
        *found,
        f"  training, seconds passed / of one core        "
        f"{figures.train_seconds:.1f} / {figures.train_busy_seconds:.1f}",
        f"  per message p50 / p99, ms passed              {cost.p50_ms:.2f} / {cost.p99_ms:.2f}",
        f"  per message p50 / p99, ms of one core         {cost.busy_p50_ms:.2f} / {cost.busy_p99_ms:.2f}",
        f"  added memory                                  {cost.memory_mb:.0f} MB",
    ]


def _left_out(found: LeftOut) -> list[str]:
    lines = []
    if found.intents:
        names = ", ".join(found.intents)
        lines.append(f"  intents not trained on, with fewer than {MINIMUM_EXAMPLES} phrases: {names}")
    if found.too_long:
        lines.append(f"  phrases not trained on, longer than {MAXIMUM_PHRASE:,} characters: {found.too_long}")
    return lines
