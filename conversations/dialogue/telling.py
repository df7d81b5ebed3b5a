"""An explanation (`explaining.py`) in words: markdown for whoever has no panel to draw."""

from typing import Any

from django.utils.translation import gettext as _

from .fields import in_sentence
from .texts import bullets, code, listed, paragraphs, value_short
from .tracing import MASK

Json = dict[str, Any]

_SHOWN = 12
_NEAREST = 3
_WORTH_TELLING = 0.005


def told(explanation: Json) -> str:
    """All of it: message, intent, values, plan lines, and how to correct it."""
    given = [each for each in explanation["values"] if each["source"]["kind"] != "default"]
    left = [each for each in explanation["values"] if each["source"]["kind"] == "default"]
    return paragraphs(
        _message_text(explanation),
        intent_text(explanation["intent"]),
        bullets(value_line(each) for each in given),
        _left_text(left),
        _plan_text(explanation),
        _how_to_correct(explanation),
    )


def told_of(values: list[Json], explanation: Json) -> str:
    """Only what was asked about: "why staging?"."""
    return paragraphs(
        _message_text(explanation),
        bullets(value_line(each, with_lines=True) for each in values),
        _how_to_correct(explanation),
    )


def told_of_intent(explanation: Json) -> str:
    """Only why this was done at all: "why a queue?"."""
    return paragraphs(_message_text(explanation), intent_text(explanation["intent"]), _how_to_correct(explanation))


def intent_text(intent: Json) -> str:
    """How the wish was recognised, and what came next."""
    values = {"phrase": intent["phrase"]}
    if intent["by"] == "correction":
        return _("You said yourself that you meant “%(phrase)s”.") % values
    if intent["by"] == "request":
        return _("“%(phrase)s” was asked for by a program, not in words.") % values
    if intent["by"] == "unknown":
        return _("How “%(phrase)s” was understood was not kept.") % values
    if intent["by"] == "words":
        return _("These words mean one thing: “%(phrase)s”.") % values
    if intent["confidence"] is None:
        return _("I understood “%(phrase)s”.") % values
    values |= {"sure": f"{intent['confidence']:.0%}", "needed": f"{intent['threshold']:.0%}"}
    text = _("I understood “%(phrase)s”: %(sure)s sure, and I need %(needed)s.") % values
    asked = _("The language model %(name)s was asked as well.") % {"name": intent["source"]} if intent["source"] else ""
    return " ".join(part for part in (text, asked, _next_best(intent), _nearest(intent)) if part)


def value_line(value: Json, *, with_lines: bool = False) -> str:
    shown = MASK if value["sensitive"] else _("not set") if value["value"] is None else value_short(value["value"])
    line = f"{value['label']}: {shown} ({source_text(value['source'])})"
    if value["everything"] and with_lines:
        return f"{line} → " + _("all of the plan")
    if value["lines"] and with_lines:
        return f"{line} → " + listed(code(each) for each in value["lines"][:_SHOWN])
    return line


def source_text(source: Json) -> str:
    """Where a value came from, in brackets after it."""
    words = f"“{source['words']}”" if source["words"] else ""
    if source["kind"] == "message" and words:
        how = _recognised(source["entity"])
        return _("your words %(words)s") % {"words": words} + (f", {how}" if how else "")
    if source["kind"] in ("answer", "correction") and words:
        lead = _("your answer") if source["kind"] == "answer" else _("your correction")
        return f"{lead} {words}"
    texts = {
        "message": _("from your message"),
        "answer": _("your answer"),
        "form": _("you chose it in the form"),
        "correction": _("your correction"),
        "default": _("left as it is preselected"),
        "memory": _("what we talked about before"),
        "stack": _("as it is there already"),
        "only": _("the only one that fits"),
        "given": _("as it was asked for"),
    }
    return texts.get(source["kind"], str(source["kind"]))


def _recognised(entity: str) -> str:
    """By which kind of entity words were found."""
    return {
        "list": _("a word I know"),
        "pattern": _("by its form"),
        "built-in": _("by its form"),
        "name": _("a name"),
        "learned": _("learned from examples"),
        "unlisted": _("it stands where one belongs"),
    }.get(entity, "")


def _message_text(explanation: Json) -> str:
    message = explanation["message"]
    if message is None or not message["text"]:
        return _("About **%(title)s**:") % {"title": explanation["title"]}
    values = {"title": explanation["title"], "text": " ".join(message["text"].split())}
    return _("**%(title)s** comes from your message “%(text)s”.") % values


def _next_best(intent: Json) -> str:
    near = [each for each in intent["alternatives"][:_NEAREST] if each["confidence"] >= _WORTH_TELLING]
    if not near:
        return ""
    after = [f"“{each['phrase']}” {each['confidence']:.0%}" for each in near]
    return _("Next came %(phrases)s.") % {"phrases": listed(after)}


def _nearest(intent: Json) -> str:
    near = [f"“{each}”" for each in intent["examples"][:_NEAREST]]
    weighty = [f"“{each}”" for each in intent["terms"][:_NEAREST]]
    texts = [_("The nearest phrases I learned: %(phrases)s.") % {"phrases": ", ".join(near)}] if near else []
    texts += [_("What weighed most: %(phrases)s.") % {"phrases": ", ".join(weighty)}] if weighty else []
    return " ".join(texts)


def _left_text(values: list[Json]) -> str:
    shown = [f"{in_sentence(each['label'])} {_default_text(each)}" for each in values]
    return _("Left as they are preselected: %(values)s.") % {"values": listed(shown)} if shown else ""


def _default_text(value: Json) -> str:
    if value["sensitive"]:
        return MASK
    return _("not set") if value["value"] in (None, "", [], {}) else value_short(value["value"])


def _plan_text(explanation: Json) -> str:
    """The lines of the plan, and which values ask for each."""
    plan = explanation["plan"]
    if plan is None or not plan["lines"]:
        return ""
    values = {each["name"]: each for each in explanation["values"]}
    lines = [_plan_line(each, values) for each in plan["lines"][:_SHOWN]]
    if plan["lines_total"] > _SHOWN:
        lines.append(_("and %(number)s more") % {"number": plan["lines_total"] - _SHOWN})
    return paragraphs(_("What that comes to in the plan:"), bullets(lines))


def _plan_line(line: Json, values: dict[str, Json]) -> str:
    verb = {
        "create": _("create"),
        "update": _("change"),
        "delete": _("delete"),
        "replace": _("replace"),
        "read": _("read"),
    }.get(line["action"], line["action"])
    text = f"{verb} {code(line['address'])}"
    because = _because([values[name] for name in line["variables"] if name in values])
    return f"{text}: {because}" if because else text


def _because(asking: list[Json]) -> str:
    """The values that ask for a line: by name those that somebody gave, or, without any, those left as they were."""
    given = [in_sentence(each["label"]) for each in asking if each["source"]["kind"] != "default"]
    left = [in_sentence(each["label"]) for each in asking if each["source"]["kind"] == "default"]
    if given:
        return _("because of %(names)s") % {"names": listed(given)}
    return _("as preselected by %(names)s") % {"names": listed(left)} if left else ""


def _how_to_correct(explanation: Json) -> str:
    if explanation["correctable"]:
        return _("Not what you meant? Say what is different, for example “no, in production”, or press “Correct”.")
    return str(explanation["why_not"])
