"""The evaluation of a version in words and rows for people, beside that of the version that answers now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Metrics = Mapping[str, Any]

_HIGHER, _LOWER, _NEITHER = 1, -1, 0
# Below this no difference is worth a word: another fold would have made as much.
_SAME = 0.0005


@dataclass(frozen=True)
class Compared:
    """A figure, and the other version's; `verdict` is better, worse, same, or empty where neither is better."""

    label: str | Promise
    value: str
    other: str
    verdict: str
    help: str | Promise = ""


@dataclass(frozen=True)
class IntentRow:
    name: str
    count: int
    recall: Compared
    precision: Compared


_FIGURES: tuple[tuple[str, int, str | Promise, str | Promise], ...] = (
    ("accuracy", _HIGHER, _("Accuracy"), _("phrases whose best intent is the right one")),
    ("accepted_and_right", _HIGHER, _("Understood"), _("phrases whose right intent is above the threshold")),
    ("accepted_but_wrong", _LOWER, _("Misunderstood"), _("phrases taken for another intent above the threshold")),
    ("out_of_scope_recall", _HIGHER, _("Out-of-scope recall"), _("phrases out of scope that are not accepted")),
    ("auroc", _HIGHER, _("AUROC"), _("how well confidence tells what is in scope; 1 is perfect, 0.5 is chance")),
    ("threshold", _NEITHER, _("Threshold"), _("the confidence below which nothing is accepted, from cross-validation")),
    ("in_scope", _NEITHER, _("Phrases tried"), _("each by a model that had not seen it")),
    ("out_of_scope", _NEITHER, _("Out-of-scope phrases tried"), ""),
    ("intents", _NEITHER, _("Intents"), ""),
    ("phrases", _NEITHER, _("Phrases"), ""),
    ("train_seconds", _NEITHER, _("Seconds to train"), ""),
)
_SHARES = frozenset({"accuracy", "accepted_and_right", "accepted_but_wrong", "out_of_scope_recall"})


def figures_compared(metrics: Metrics, other: Metrics | None) -> list[Compared]:
    """The figures of a whole version, `threshold` among them; `other` is the version to compare with."""
    return [
        _compared(name, direction, label, metrics.get(name), (other or {}).get(name), about=about)
        for name, direction, label, about in _FIGURES
    ]


def intents_compared(metrics: Metrics, other: Metrics | None) -> list[IntentRow]:
    """One row per intent, the worst understood first."""
    before = {each["intent"]: each for each in (other or {}).get("per_intent", ())}
    rows = sorted(metrics.get("per_intent", ()), key=lambda each: (each["recall"] or 0.0, each["intent"]))
    return [
        IntentRow(
            each["intent"],
            each["count"],
            _compared_share(each["recall"], before.get(each["intent"], {}).get("recall")),
            _compared_share(each["precision"], before.get(each["intent"], {}).get("precision")),
        )
        for each in rows
    ]


def _compared_share(value: float | None, other: float | None) -> Compared:
    return _compared("accuracy", _HIGHER, "", value, other)


def _compared(
    name: str, direction: int, label: str | Promise, value: Any, other: Any, *, about: str | Promise = ""
) -> Compared:
    return Compared(label, _text(name, value), _text(name, other), _verdict(direction, value, other), about)


def _verdict(direction: int, value: Any, other: Any) -> str:
    if direction == _NEITHER or value is None or other is None:
        return ""
    difference = (value - other) * direction
    if abs(difference) < _SAME:
        return "same"
    return "better" if difference > 0 else "worse"


def _text(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name in _SHARES:
        return f"{value:.1%}"
    return f"{value:.3f}" if name in ("auroc", "threshold") else f"{value}"
