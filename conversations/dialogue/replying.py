"""What is done about an intent of the bot's own once its values are known: a text, or an HTTP call."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chatbot_project.templating import render

from ..bots.replies import Reply, Slot, Tool, text_choose
from ..tools.building import NotSendable, url_of
from .decisions import CallTool, Decision, Field, Say
from .fields import Unreadable, in_sentence, label_of, value_read
from .state import DialogueState, PendingForm
from .targets import Target
from .texts import as_data, code, listed, shortened
from .turn import Turn
from .world import World

CONFIRMED = "confirmed"


def confirmation(form: PendingForm, target: Target) -> list[Field]:
    """The last question before something is sent that changes something; nothing where it only reads."""
    if not target.needs_yes or target.reply is None or CONFIRMED in form.values:
        return []
    return [Field(CONFIRMED, _("Shall I send it"), "bool", help=_described(target.reply, form.values))]


def question(asked: Field) -> str:
    """One question, in the words that the admin gave it."""
    if asked.name == CONFIRMED:
        return asked.help + " " + _("Shall I send it: yes or no?")
    text = asked.help or _("What is the %(label)s?") % {"label": in_sentence(asked.label)}
    choices = listed((code(each) for each in asked.choices), _("or"))
    return f"{text} ({choices})" if choices else text


def values_checked(form: PendingForm, reply: Reply, errors: dict[str, str]) -> tuple[PendingForm, dict[str, str]]:
    """The form with the values that are right, and what is wrong with the others."""
    slots = {each.name: each for each in reply.slots}
    good: dict[str, Any] = {}
    for name, value in form.values.items():
        if name == CONFIRMED:
            good[name] = value is True
        elif name in slots:
            try:
                good[name] = _value(slots[name], value)
            except Unreadable as error:
                errors = {**errors, name: str(error)}
    if errors:
        good.pop(CONFIRMED, None)  # a yes is to what was shown, and that changes now
    return replace(form, values=good), errors


def conclude(form: PendingForm, reply: Reply, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Answer, or have a worker ask. All that is needed is known, and where a yes is needed it was asked for."""
    after = state.with_form(None)
    values = {each.name: form.values.get(each.name) for each in reply.slots}
    number = UUID(turn.new_id("text")).int
    template = text_choose(reply.texts, language=get_language() or "", tone=world.bot.tone, number=number)
    if reply.tool is None:
        return Decision((Say(shortened(render(template, values, as_data))),), after)
    if not reply.tool.is_safe and form.values.get(CONFIRMED) is not True:
        return Decision((Say(_("All right, nothing was sent.")),), after)
    try:
        url_of(reply.tool.url, values)
    except NotSendable as error:
        return Decision((Say(str(error)),), after)
    text = _("Got it, I'm working on that. %(title)s: I ask for it now.") % {"title": as_data(reply.title)}
    call = CallTool(turn.new_id("call"), reply.intent, reply.title, reply.tool, template, values, text)
    return Decision((call,), after)


def _described(reply: Reply, values: Mapping[str, Any]) -> str:
    """What exactly would be sent, without the secrets in its headers."""
    tool: Tool | None = reply.tool
    if tool is None:
        return ""
    known = {each.name: values.get(each.name) for each in reply.slots}
    try:
        address = url_of(tool.url, known)
    except NotSendable:
        address = tool.url
    given = [f"{code(name)} = {code(value)}" for name, value in known.items() if value is not None]
    lead = _("**%(title)s** sends %(method)s to %(address)s") % {
        "title": as_data(reply.title),
        "method": tool.method,
        "address": code(address),
    }
    return lead + (_(" with %(values)s.") % {"values": listed(given)} if given else ".")


def _value(slot: Slot, value: Any) -> Any:
    """A value of the slot's type. Raises Unreadable."""
    if slot.type == "bool" and isinstance(value, bool):
        return value
    if slot.type == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return value if math.isfinite(value) else _unreadable(slot)
    if not isinstance(value, str | int | float):
        return _unreadable(slot)
    if slot.type == "string":
        return str(value)
    kind = "choice" if slot.choices else slot.type
    return value_read(Field(slot.name, label_of(slot.name), kind, choices=slot.choices), str(value))


def _unreadable(slot: Slot) -> NoReturn:
    raise Unreadable(_("%(label)s must be a plain value.") % {"label": label_of(slot.name)})
