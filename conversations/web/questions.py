"""The fields of a form as a page shows them, and the values of what was sent back.

A page without scripts cannot leave out what nobody touched, so a field that comes back as it was sent is left out here:
the stack or the blueprint keeps its own value. One that comes back empty goes back to its default.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from orchestrator import services
from orchestrator.errors import InvalidValue

PREFIX = "v-"
"""Before the names of variables in forms: they must not meet the form's own."""
_YES, _NO = "true", "false"
_PLAIN_LIST = re.compile(r"^(list|set)\((string|number)\)$")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Question:
    """One field; `control` is text, number, secret, check, choice, lines or written."""

    name: str
    id: str
    label: str
    control: str
    help: str
    hint: str
    text: str
    """What stands in it."""
    required: bool
    options: tuple[Option, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    advanced: bool
    questions: tuple[Question, ...]

    @property
    def open(self) -> bool:
        """Whether something in it is wrong."""
        return any(each.error for each in self.questions)


def sections_shown(
    sections: Iterable[Mapping[str, Any]],
    *,
    sent: QueryDict | None = None,
    before: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    ids: Collection[str] = (),
) -> list[Section]:
    """With what was `sent`, or else with the values from `before`, or else with the defaults; secrets stay empty.
    `ids` are the fields that say which existing thing is meant."""
    return [
        Section(
            each["title"],
            each["advanced"],
            tuple(
                _naming(question) if question.name.removeprefix(PREFIX) in ids else question
                for question in (
                    _question(field, sent, before, (errors or {}).get(field["name"], "")) for field in each["fields"]
                )
            ),
        )
        for each in sections
    ]


def values_sent(
    sections: Iterable[Mapping[str, Any]], sent: QueryDict, *, before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """({name: value} of what was changed, {name: sentence} of what cannot be read); None is a value's default."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in (field for each in sections for field in each["fields"]):
        text = _sent(field["name"], sent)
        if text is None or text == _text(field, before):
            continue
        try:
            values[field["name"]] = _value(field, text)
        except InvalidValue as error:
            errors[field["name"]] = error.detail
    return values, errors


def _question(
    field: Mapping[str, Any], sent: QueryDict | None, before: Mapping[str, Any] | None, error: str
) -> Question:
    control = _control(field)
    text = None if sent is None or field["sensitive"] else _sent(field["name"], sent)
    text = _text(field, before) if text is None else text
    kept = before is not None and field["name"] in before
    return Question(
        name=f"{PREFIX}{field['name']}",
        id=f"{PREFIX}{field['name']}",
        label=field["label"],
        control=control,
        help=field["help"],
        hint=_hint(field, control, kept),
        text=text,
        required=field["required"] and not (field["sensitive"] and kept),
        options=_options(field, text) if control == "choice" else (),
        error=error,
    )


def _naming(question: Question) -> Question:
    """One that names what exists."""
    label = _("What exists: %(name)s") % {"name": question.label}
    hint = _("Exactly as the cloud has it now. It has to be in the environment you choose.")
    return replace(question, label=label, hint=f"{question.hint} {hint}".strip(), required=True)


def _control(field: Mapping[str, Any]) -> str:
    kind = field["type"].replace(" ", "")
    if field["choices"] or (kind == "bool" and not isinstance(field["default"], bool)):
        return "choice"
    if kind == "bool":
        return "check"
    if kind in ("string", "number"):
        return "secret" if field["sensitive"] else {"string": "text", "number": "number"}[kind]
    return "lines" if _PLAIN_LIST.match(kind) else "written"


def _hint(field: Mapping[str, Any], control: str, kept: bool) -> str:
    hints = {"lines": _("One per line."), "written": _("As YAML or JSON.")}
    found = [hints[control]] if control in hints else []
    if field["sensitive"]:
        found.append(_("It is stored encrypted and never shown again."))
        if kept:
            found.append(_("Leave it empty to keep the one there is."))
    return " ".join(found)


def _options(field: Mapping[str, Any], text: str) -> tuple[Option, ...]:
    pairs = [(_plain(each), _plain(each)) for each in field["choices"]] or [(_YES, _("yes")), (_NO, _("no"))]
    empty = [] if field["default"] is not None else [("", _("Choose…") if field["required"] else _("as it comes"))]
    return tuple(Option(value, label, value == text) for value, label in [*empty, *pairs])


def _text(field: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """How the value that there is stands in the control."""
    if field["sensitive"]:
        return ""
    value = (before or {}).get(field["name"], field["default"])
    if value is None:
        return ""
    match _control(field):
        case "lines" if isinstance(value, list):
            return "\n".join(_plain(each) for each in value)
        case "written" | "lines":
            return json.dumps(value, indent=1, ensure_ascii=False)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    return json.dumps(value) if isinstance(value, int | float) else str(value)


def _sent(name: str, sent: QueryDict) -> str | None:
    """None for what the form did not have. Of a box that is ticked comes its own value after that of the empty one."""
    found = sent.getlist(f"{PREFIX}{name}")
    return found[-1].replace("\r\n", "\n") if found else None


def _value(field: Mapping[str, Any], text: str) -> Any:
    control = _control(field)
    if not text.strip():
        return None
    if control == "written":
        return services.values_read(text, field=field["name"])
    if control == "lines":
        return [each.strip() for each in re.split(r"[\n,]", text) if each.strip()]
    return text if control == "secret" else text.strip()
