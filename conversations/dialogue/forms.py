"""A message or a submitted form while a question is open."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import JobKind

from .blocks import Unusable, block_read, block_values, names_fit, written_out
from .choices import CHOOSE, reading_field
from .decisions import Decision, Field, Say
from .fields import ENVIRONMENT, JOB, STACK, Unreadable, choice_field, field_of, field_type, value_read
from .intents import REPLY
from .lifetimes import lifetime_said
from .ordering import means_both, pointed_at
from .requests import Problems, advance, ask_again, missing_fields
from .rivals import values_between
from .state import DialogueState, PendingForm
from .targets import Target, target_find
from .texts import code, listed
from .turn import Turn
from .vocabulary import KEEP_DEFAULT
from .wanted import wanted_for
from .words import by_words, is_question, normalised, yes_or_no
from .world import World

DECIDE = "decide"
_AROUND_A_PLACE_WORDS = """
no not yes ok actually sorry please instead rather in into to the our env environment put make use it that deploy move
"""
_AROUND_A_PLACE = frozenset(_AROUND_A_PLACE_WORDS.split())


def set_aside(state: DialogueState) -> Decision:
    """Never mind: the open question is dropped."""
    return Decision((Say(_("All right, never mind. Nothing was started.")),), state.with_form(None))


def open_fields(form: PendingForm, world: World) -> list[Field]:
    """The questions of a form as they were asked."""
    if form.kind == DECIDE:
        return [choice_field(JOB, _("Job"), tuple(form.options))]
    if form.kind == CHOOSE:
        return [reading_field(tuple(form.options))]
    target = target_find(form.kind, form.subject, world)
    if target is None:
        return []
    fields = missing_fields(form, target, world)
    return sorted(fields, key=lambda each: form.asked.index(each.name) if each.name in form.asked else len(form.asked))


def corrected(form: PendingForm, turn: Turn, world: World) -> PendingForm | None:
    """The form with the values the message mentions ("no, in production"); None when it mentions none of its own."""
    target = target_find(form.kind, form.subject, world)
    if target is None or target.needs_stack:
        return None
    between = values_between(target, turn)
    names = {each.slot for each in turn.entities if target.variable(each.slot) is not None} - between.keys()
    values = {name: turn.mentioned(name) for name in names}
    environment = (turn.mentioned(ENVIRONMENT) or _unknown_environment(turn)) if target.needs_environment else None
    lifetime = lifetime_said(turn, target, world.now) if target.kind is JobKind.APPLY else None
    if not values and environment is None and not between and lifetime is None:
        return None
    open_again = {name: value for name, value in form.values.items() if name not in between}
    return replace(
        form,
        values={**open_again, **values},
        lifetime=lifetime or form.lifetime,
        environment=None if ENVIRONMENT in between else environment or form.environment,
        between={**{name: given for name, given in form.between.items() if name not in values}, **between},
    )


def _unknown_environment(turn: Turn) -> str | None:
    """An environment that there is not, when the message is about nothing else ("no, in narnia") or asks anew."""
    name = turn.unlisted(ENVIRONMENT)
    if name is None or turn.verb == "create":
        return name
    return name if set(normalised(turn.text).split()) <= {normalised(name), *_AROUND_A_PLACE} else None


def only_says_where(turn: Turn) -> bool:
    """Whether the message is nothing but an environment ("in staging"): an answer, whatever a model makes of it."""
    texts = [each.text for each in turn.entities if each.slot == ENVIRONMENT]
    words = {word for each in texts for word in normalised(each).split()}
    return bool(texts) and not turn.negated and set(normalised(turn.text).split()) <= words | _AROUND_A_PLACE


def answered(form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Take the message as an answer to the open question."""
    fields = open_fields(form, world)
    if not fields:
        return advance(form, turn, state, world)
    target = target_find(form.kind, form.subject, world)
    written = written_out(turn, target) if target is not None and fields[0].name != STACK else None
    if target is not None and written is not None:
        try:
            given = _values_in(written, fields[0], target)
        except Unusable as error:
            return ask_again(form, turn, state, world, (Say(str(error)),))
        return _with_answers(form, given, turn, state, world)
    secrets = _secret_fields(form, world)
    keyed = _keyed(turn.text, [*fields, *secrets])
    if fields[0].sensitive or any(each.name in keyed for each in secrets):
        return _secret_in_words(fields[0], form, turn, state, world)
    if keyed:
        return _with_answers(form, keyed, turn, state, world)
    chosen = _stacks_pointed_at(form, turn, state, world) if fields[0].name == STACK else []
    return _with_stacks(form, chosen, turn, state, world) if chosen else _read(form, fields, turn, state, world)


def _values_in(written: Any, asked: Field, target: Target) -> dict[str, Any]:
    """What is written out: values by name, or the one that is asked for. Raises Unusable."""
    is_by_name = isinstance(written, dict) and bool(written) and names_fit(written, target)
    if asked.type in ("list", "map", "object") and not asked.sensitive and not is_by_name:
        return {asked.name: written}
    return block_values(written, target)


def _read(form: PendingForm, fields: list[Field], turn: Turn, state: DialogueState, world: World) -> Decision:
    """The message as the answer to the first of the questions that it can be an answer to."""
    problem = ""
    for each in fields:
        if _keeps_default(each, turn.text):
            return _with_answers(_defaulted(form, each), {}, turn, state, world)
        try:
            value = value_read(each, turn.text)
        except Unreadable as error:
            problem = problem or str(error)
            continue
        return _with_answers(form, {each.name: value}, turn, state, world)
    return ask_again(form, turn, state, world, (Say(problem or _("I did not understand that as an answer.")),))


def is_no_answer(form: PendingForm, turn: Turn, world: World) -> bool:
    """Whether a message that was not understood is another request rather than the text that is asked for: a question,
    or words that ask to do something and would be refused as a value."""
    fields = open_fields(form, world)
    if turn.asks and form.kind != REPLY:
        return True  # `who may delete acme-logs?` does not say which one to delete
    if not fields or fields[0].type != "string":
        return False
    if turn.verb is None or is_question(turn.text):
        return is_question(turn.text)
    if form.kind == REPLY:
        return True
    value = {fields[0].name: value_read(fields[0], turn.text)}
    return bool(world.values_check(JobKind(form.kind), form.subject, value).errors)


def _secret_in_words(asked: Field, form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Secrets are asked for when nothing else is open, so the words may be one: they are not taken."""
    if not asked.required and normalised(turn.text) in KEEP_DEFAULT:
        return _with_answers(_defaulted(form, asked), {}, turn, state, world)
    text = _("That is a secret, and what you write here stays in the history. Please give it in the form instead.")
    return ask_again(form, turn, state, world, (Say(text),))


def submitted(turn: Turn, state: DialogueState, world: World) -> Decision:
    """A filled-in form, the last one of this request or one before it. A form of something else changes nothing."""
    form = state.form
    if form is None or turn.form_id not in (form.form_id, *form.earlier):
        return _no_such_form(form, turn, state, world)
    given = _given_in(form, turn, world)
    known = {each.name for each in open_fields(form, world)} | set(_variable_names(form, world)) | {ENVIRONMENT}
    unknown = sorted(set(given) - known)
    if unknown:
        lead = _("The form has no field %(names)s; its fields are %(known)s.") % {
            "names": listed(code(each) for each in unknown),
            "known": listed(code(each) for each in sorted(known)),
        }
        return ask_again(form, turn, state, world, (Say(lead),))
    left = [each for each in open_fields(form, world) if each.name not in given and not each.required]
    for each in left:
        form = _defaulted(form, each)
    return _with_answers(form, given, turn, state, world)


def _given_in(form: PendingForm, turn: Turn, world: World) -> dict[str, Any]:
    """The values of a form as it was sent; of a list, a map or an object also what was written out as text."""
    target = target_find(form.kind, form.subject, world)
    found = {}
    for name, value in (turn.form_values or {}).items():
        if value in (None, ""):
            continue
        variable = target.variable(name) if target is not None else None
        compound = variable is not None and field_type(variable.type) in ("list", "map", "object")
        found[name] = _written(value) if compound and isinstance(value, str) else value
    return found


def _written(text: str) -> Any:
    """A text in place of a compound value: what it says as YAML or JSON, or itself (`a, b` is a list too)."""
    try:
        value = block_read(text)
    except Unusable:
        return text
    return value if isinstance(value, dict | list) else text


def _no_such_form(form: PendingForm | None, turn: Turn, state: DialogueState, world: World) -> Decision:
    lead = Say(_("That form is no longer open, so I did nothing with it."))
    if form is None or form.kind in (DECIDE, CHOOSE):
        return Decision((lead,), state)
    return ask_again(form, turn, state, world, (lead,))


def _variable_names(form: PendingForm, world: World) -> list[str]:
    target = target_find(form.kind, form.subject, world)
    return [each.name for each in target.variables] if target else []


def _secret_fields(form: PendingForm, world: World) -> list[Field]:
    target = target_find(form.kind, form.subject, world)
    return [field_of(each) for each in target.variables if each.sensitive] if target else []


def _keeps_default(asked: Field, text: str) -> bool:
    """Whether the answer to a question with a preselected value is to keep it."""
    has_default = asked.default is not None or not asked.required
    words = normalised(text)
    plain_yes = yes_or_no(text) is True and asked.type != "bool"
    return has_default and (plain_yes or words in KEEP_DEFAULT)


def _defaulted(form: PendingForm, asked: Field) -> PendingForm:
    """The question is answered by its default; only the environment must be named to the orchestrator."""
    if asked.name == ENVIRONMENT:
        return replace(form, environment=str(asked.default))
    return replace(form, skipped=(*form.skipped, asked.name))


def _keyed(text: str, fields: list[Field]) -> dict[str, Any]:
    """`name: acme, environment: staging` (commas or lines) as values; empty unless every part names a field."""
    names = {form: each for each in fields for form in (each.name.casefold(), each.label.casefold())}
    found: dict[str, Any] = {}
    for part in (part for part in text.replace("\n", ",").split(",") if part.strip()):
        key, separator, value = part.replace("=", ":").partition(":")
        asked = names.get(key.strip().casefold())
        if not separator or asked is None:
            return {}
        try:
            found[asked.name] = value_read(asked, value.strip())
        except Unreadable:
            found[asked.name] = value.strip()
    return found


def _with_answers(form: PendingForm, given: dict[str, Any], turn: Turn, state: DialogueState, world: World) -> Decision:
    target = target_find(form.kind, form.subject, world)
    errors: dict[str, str] = {}
    values = dict(given)
    environment = values.pop(ENVIRONMENT, None)
    if environment is not None:
        form = replace(form, environment=str(environment))
    if STACK in values and (target is None or target.needs_stack):
        form, errors = _with_stack(form, str(values.pop(STACK)), world)
    form = replace(form, values={**form.values, **values})
    return advance(form, turn, state, world, problems=Problems(errors))


def _stacks_pointed_at(form: PendingForm, turn: Turn, state: DialogueState, world: World) -> list[str]:
    """The labels of what an answer points at among those offered: `the second`, `the one from yesterday`, `both`."""
    labels = list(form.options)
    if means_both(turn.text) and len(labels) == 2:
        return labels
    by_id = {each.id: each for each in world.stacks()}
    offered = [by_id[each] for each in form.options.values() if each in by_id]
    place = turn.mentioned(ENVIRONMENT)
    fitting = [each for each in offered if place in (None, each.environment)]
    pointed = pointed_at(turn.text, fitting, state.with_listed(offered), world)
    found = list(pointed.stacks) if pointed else fitting if place else []
    label = by_words(turn.text, labels)
    ids = {each.id for each in found} if len(found) == 1 else {form.options[label]} if label else set()
    return [each for each in labels if form.options[each] in ids]


def _with_stacks(form: PendingForm, labels: list[str], turn: Turn, state: DialogueState, world: World) -> Decision:
    """The first is chosen; of two the second is kept for later."""
    for label in labels[1:]:
        stack = next((each for each in world.stacks() if each.id == form.options[label]), None)
        if stack is not None:
            state = replace(state, later=(*state.later, wanted_for(form, stack, turn, world)))
    return _with_answers(form, {STACK: labels[0]}, turn, state, world)


def _with_stack(form: PendingForm, label: str, world: World) -> tuple[PendingForm, dict[str, str]]:
    stack = next((each for each in world.stacks() if each.id == form.options.get(label)), None)
    if stack is None:
        choices = listed((code(each) for each in form.options), _("or"))
        return form, {STACK: _("That must be one of %(choices)s.") % {"choices": choices}}
    return replace(form, stack_id=stack.id, environment=stack.environment), {}
