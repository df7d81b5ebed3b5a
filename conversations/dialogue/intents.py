"""Names of intents taken apart, and what to offer people in their place."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .turn import Turn
from .words import asks_why, decision_intent, exact_intent, yes_or_no
from .world import World

# Answered from what is known, whatever else is going on.
QUESTIONS = frozenset(
    {
        "base.greet",
        "base.thanks",
        "base.help",
        "base.status",
        "base.stacks",
        "base.outputs",
        "base.cost",
        "base.why",
    }
)

OWN = "own"
"""The family of intents that an admin made."""
OURS = ("blueprint", "action", "base", "correct")
"""The families that mean something to us."""
REPLY = "reply"
"""What is done about one of them; the `kind` of its form."""


@dataclass(frozen=True)
class Intent:
    """`blueprint.<subject>.<verb>`, `action.<subject>`, `base.<verb>`, or any other name: one of the bot's own."""

    name: str
    family: str
    subject: str
    verb: str

    @classmethod
    def parse(cls, name: str) -> "Intent":
        family, _dot, rest = name.partition(".")
        if family == "blueprint":
            subject, _dot, verb = rest.rpartition(".")
            return cls(name, family, subject, verb)
        if family not in OURS:
            return cls(name, OWN, name, REPLY)
        return cls(name, family, rest, "run") if family == "action" else cls(name, family, "", rest)

    @property
    def is_command(self) -> bool:
        return self.family in ("blueprint", "action", OWN) or self.name == "base.destroy"


def intent_of(turn: Turn) -> Intent | None:
    """What the message asks for: words that mean one thing first, then the model above its threshold."""
    name = exact_intent(turn.text) or decision_intent(turn.text) or ("base.why" if asks_why(turn.text) else None)
    if name is None and turn.understanding is not None:
        name = turn.understanding.intent
    if name is None and (said := yes_or_no(turn.text)) is not None:
        name = "base.affirm" if said else "base.deny"
    return Intent.parse(name) if name else None


def phrase(verb: str, noun: str) -> str:
    """What a person would say to have something made or deleted; empty for what is asked for in words of its own."""
    templates = {"apply": _("create a %(noun)s"), "destroy": _("delete the %(noun)s")}
    return templates.get(verb, "") % {"noun": noun}


def suggestion(name: str, world: World) -> str | None:
    """A phrase a person could send to mean this intent; None when there is nothing to offer."""
    intent = Intent.parse(name)
    if intent.family == "blueprint":
        noun = next((each.noun for each in world.blueprints() if each.name == intent.subject), None)
        return (phrase(intent.verb, noun) or None) if noun else None
    if intent.family == "action":
        phrases = next((each.phrases for each in world.actions() if each.name == intent.subject), ())
        return plain_phrase(phrases[0]) if phrases else None
    if intent.family == OWN:
        return next((each.phrase or None for each in world.replies() if each.intent == name), None)
    return {
        "base.help": _("help"),
        "base.status": _("what is running"),
        "base.stacks": _("what do I have"),
        "base.outputs": _("show the outputs"),
    }.get(name)


def plain_phrase(phrase: str) -> str:
    """A training phrase without its slots: `create a bucket called {name}` is `create a bucket`."""
    words = r"(?:\s+(?:called|named|in|with|of|for|from|to|as|at|the|name))*"
    return " ".join(re.sub(words + r"\s*\{[^}]*\}", "", phrase).split())


def nearest(turn: Turn, world: World) -> tuple[str, ...]:
    """Up to three suggestions, the likeliest first, filled up with what always helps."""
    likely = [each.name for each in turn.understanding.alternatives] if turn.understanding else []
    found: list[str] = []
    for name in [*likely, "base.status", "base.help"]:
        phrase = suggestion(name, world)
        if phrase and phrase not in found:
            found.append(phrase)
    kept = found[:3]
    return tuple(kept if _("help") in kept else [*kept[:2], _("help")])
