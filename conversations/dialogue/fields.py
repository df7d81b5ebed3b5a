"""Questions of a form: how a variable is asked for, and how a person's words become its value."""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nlu.entities.quantities import number_said
from orchestrator.errors import InvalidValue
from orchestrator.services import values_read
from orchestrator.translated import word
from orchestrator.types import Variable

from .decisions import Field
from .targets import default_environment
from .texts import code, listed
from .words import by_words, normalised, yes_or_no
from .world import World

ENVIRONMENT = "environment"
STACK = "stack"
JOB = "job"

_LEAD = re.compile(
    r"^(?:(?:please|no|yes|ok|okay|well|hmm|actually|sorry)[,!.]?\s+)*"
    r"(?:(?:call|name)\s+it\s+|it(?:'s|\s+is|\s+should\s+be)\s+(?:called\s+|named\s+)?|let(?:'s|\s+us)\s+(?:call\s+it|use|take|say)\s+"
    r"|(?:use|take|make\s+it|how\s+about|set\s+it\s+to|i\s+want|i\s+would\s+like|something\s+like)\s+"
    r"|(?:the\s+|its\s+|my\s+)?(?:%s)\s*(?:(?:is|are|should\s+be|shall\s+be|will\s+be|to|as)\s+|[:=]\s*))+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[,\s]+(?:please|thanks|thank\s+you|instead|then))+\s*[.!]*\s*$|[.!]+\s*$", re.IGNORECASE)
_ACRONYM_WORDS = """
ACL API ARN AZ AZs CIDR CPU DNS FIFO GB HTTP HTTPS IAM ID IDs IP IPs KMS MB NAT SNS SQS SSH SSL TLS TTL URL URLs VPC
"""
_ACRONYMS = {each.casefold(): each for each in _ACRONYM_WORDS.split()}
_QUOTES = "\"'`“”‘’"


class Unreadable(Exception):
    """The words cannot be a value of this type; the sentence says what would be right."""


def field_of(variable: Variable) -> Field:
    """The question for a variable."""
    return Field(
        name=variable.name,
        label=label_of(variable.name),
        type="choice" if variable.choices else field_type(variable.type),
        required=variable.required,
        choices=variable.choices,
        default=None if variable.sensitive else variable.default,
        help=variable.description,
        sensitive=variable.sensitive,
    )


def environment_field(world: World, *, preselected: bool = True) -> Field:
    default = default_environment(world) if preselected else None
    return Field(
        name=ENVIRONMENT,
        label=_("Environment"),
        type="choice",
        choices=tuple(each.name for each in world.environments()),
        default=default.name if default else None,
        help=_("Where it shall live."),
    )


def choice_field(name: str, label: str, choices: tuple[str, ...]) -> Field:
    return Field(name=name, label=label, type="choice", choices=choices)


def label_of(name: str) -> str:
    """`enable_dns` as `Enable DNS`, or in the reader's language where the product knows it."""
    words = [_ACRONYMS.get(each.casefold(), each) for each in re.split(r"[_\s-]+", name) if each]
    text = " ".join(words)
    return word(text[:1].upper() + text[1:])


def in_sentence(label: str) -> str:
    """A label amid a sentence: `Address range` as `address range`, `CIDR` as it is."""
    if get_language() != settings.LANGUAGE_CODE:  # not every language writes its nouns with small letters
        return label
    first = label.split(" ", 1)[0]
    return label if first in _ACRONYMS.values() else label[:1].lower() + label[1:]


def refusal_in_words(name: str, sentence: str) -> str:
    """What is wrong with a variable, without its raw name: `zones must be …` as `The zones must be …`."""
    label = in_sentence(label_of(name))
    message = sentence.removeprefix(f"{name}: ")
    if message != sentence and not re.match(r"(?:must|should|needs?|may|can|has|is)\b", message, re.IGNORECASE):
        return message
    if message == sentence and not sentence.startswith(f"{name} "):
        return sentence
    rest = message if message != sentence else sentence[len(name) + 1 :]
    return _("The %(label)s %(rest)s") % {"label": label, "rest": rest[:1].lower() + rest[1:]}


def field_type(terraform_type: str) -> str:
    """A Terraform type expression as one of string, number, bool, list, map and object (the last two are JSON)."""
    text = terraform_type.replace(" ", "")
    simple = {"string": "string", "number": "number", "bool": "bool", "any": "object", "": "string"}
    if text in simple:
        return simple[text]
    if re.fullmatch(r"(list|set)\((string|number|any)\)|list|set", text):
        return "list"
    return "map" if text.startswith("map") else "object"


def value_read(field: Field, text: str) -> Any:
    """The value that `text`, an answer to this question, stands for. Raises Unreadable."""
    if field.type == "choice":
        return _choice(field, text)
    bare = bare_answer(text, field)
    if field.type == "number":
        return _number(bare, field)
    readers = {"bool": _boolean, "list": _list, "object": _written, "map": _written}
    reader = readers.get(field.type)
    return reader(bare) if reader else bare


def bare_answer(text: str, field: Field) -> str:
    """ "please call it acme." as "acme": without what people say around a value."""
    names = "|".join(re.escape(word) for word in {field.name, field.label, field.label.lower()})
    stripped = re.sub(_LEAD.pattern % names, "", text.strip(), count=1, flags=re.IGNORECASE)
    return (_TAIL.sub("", stripped).strip().strip(_QUOTES)).strip() or text.strip()


def _choice(field: Field, text: str) -> Any:
    words = normalised(text)
    for choice in field.choices:
        if normalised(str(choice)) == normalised(bare_answer(text, field)):
            return choice
    inside = [
        choice
        for choice in field.choices
        if re.search(rf"(?<![\w-]){re.escape(normalised(str(choice)))}(?![\w-])", words)
    ]
    if len(inside) == 1:
        return inside[0]
    numbered = re.fullmatch(r"(?:the |number |option )*(\d+)", words)
    if numbered and 1 <= int(numbered[1]) <= len(field.choices):
        return field.choices[int(numbered[1]) - 1]
    by_order = {str(each): each for each in field.choices}
    label = by_words(text, by_order)
    if label is not None:
        return by_order[label]
    choices = listed((code(each) for each in field.choices), _("or"))
    raise Unreadable(_("%(label)s must be %(choices)s.") % {"label": field.label, "choices": choices})


def _boolean(text: str) -> bool:
    said = yes_or_no(text)
    if said is None:
        raise Unreadable(_("Please answer yes or no."))
    return said


def _number(text: str, field: Field) -> int | float:
    """`1,000`, `2.5`, `seven`; `a week` where the question is for days."""
    match = re.fullmatch(r"[+-]?\d+(?:\.\d+)?", text.replace(",", "").replace("_", ""))
    if match is not None:
        return float(match[0]) if "." in match[0] else int(match[0])
    said = number_said(text, field.name)
    if said is None:
        example = field.default if isinstance(field.default, int | float) else 3
        raise Unreadable(_("Please answer with a number, for example %(example)s.") % {"example": example})
    return said


def _list(text: str) -> list[str]:
    if text.startswith("["):
        found = _written(text)
        if isinstance(found, list):
            return found
    parts = [part.strip().strip(_QUOTES) for part in re.split(r",|;|\n|\band\b", text)]
    return [part for part in parts if part]


def _written(text: str) -> Any:
    try:
        value = values_read(text)
    except InvalidValue as error:
        raise Unreadable(_('Please answer in YAML or JSON, for example {"team": "web"}.')) from error
    if not isinstance(value, dict | list):
        raise Unreadable(_('Please answer in YAML or JSON, for example {"team": "web"}.'))
    return value
