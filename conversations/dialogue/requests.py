"""A request on its way: ask for what is missing, or propose the job when nothing is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from orchestrator.states import JobKind

from .decisions import Ask, Decision, Field, Propose, Say, Step
from .fields import ENVIRONMENT, STACK, choice_field, environment_field, field_of
from .state import DialogueState, PendingForm
from .targets import Target, described, effective_risk, environment_find, target_find
from .texts import code, listed, paragraphs, who_must_approve
from .turn import Turn
from .world import World


@dataclass(frozen=True)
class Problems:
    """What was wrong with the values given: `{field: sentence}`."""

    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.errors.values())


def advance(
    form: PendingForm, turn: Turn, state: DialogueState, world: World, *, problems: Problems | None = None
) -> Decision:
    """One step on with `form`: a question, with `problems` said first, or a proposal. Checks every value first."""
    target = target_find(form.kind, form.subject, world)
    if target is None:
        text = _("%(name)s is not offered any more. Nothing was started.") % {"name": code(form.subject)}
        return Decision((Say(text),), state.with_form(None))
    form, errors = _checked(form, target, world, dict(problems.errors if problems else {}))
    missing = missing_fields(form, target, world)
    if missing or errors:
        fields = _with_wrong(missing, errors, target)
        ask = _question_for(target, fields, turn.new_id("form"), Problems(errors))
        asked = replace(form, form_id=ask.form_id, asked=tuple(each.name for each in fields))
        return Decision((ask,), state.with_form(asked))
    return _propose(form, target, turn, state, world)


def missing_fields(form: PendingForm, target: Target, world: World) -> list[Field]:
    """The questions still open, in the order to ask them."""
    if target.needs_stack and form.stack_id is None:
        return [choice_field(STACK, target.noun.capitalize(), tuple(form.options))]
    known = {*form.values, *form.skipped}
    fields = [field_of(each) for each in target.wanted() if each.name not in known]
    return fields if form.environment else [*fields, environment_field(world)]


def ask_again(form: PendingForm, turn: Turn, state: DialogueState, world: World, lead: tuple[Step, ...]) -> Decision:
    """`lead` first, then the open question once more."""
    again = advance(form, turn, state.with_form(form), world)
    return Decision((*lead, *again.steps), again.state)


def stack_name_of(form: PendingForm, target: Target) -> str | None:
    """What the stack will be called: the value of `name`, or of the first string asked for that is no secret."""
    names = ["name", *target.ask]
    found = next((form.values[name] for name in names if _can_be_a_name(form, target, name)), None)
    return str(found) if found else None


def _can_be_a_name(form: PendingForm, target: Target, name: str) -> bool:
    variable = target.variable(name)
    return isinstance(form.values.get(name), str) and variable is not None and not variable.sensitive


def _checked(
    form: PendingForm, target: Target, world: World, errors: dict[str, str]
) -> tuple[PendingForm, dict[str, str]]:
    if form.environment and environment_find(form.environment, world) is None:
        choices = listed((code(each.name) for each in world.environments()), _("or"))
        errors[ENVIRONMENT] = _("There is no environment %(name)s: it must be %(choices)s.") % {
            "name": code(form.environment),
            "choices": choices,
        }
        form = replace(form, environment=None)
    check = world.values_check(target.kind, target.subject, form.values)
    sensitive = tuple(each.name for each in target.variables if each.sensitive and each.name in check.values)
    return replace(form, values=check.values, sensitive=sensitive), {**check.errors, **errors}


def _with_wrong(missing: list[Field], errors: Mapping[str, str], target: Target) -> list[Field]:
    """The open questions, and those answered wrongly although they need no answer (a mentioned region, say)."""
    open_names = {each.name for each in missing}
    wrong = [target.variable(name) for name in errors if name not in open_names]
    return [*[field_of(each) for each in wrong if each is not None], *missing]


def _question_for(target: Target, fields: list[Field], form_id: str, problems: Problems) -> Ask:
    text = paragraphs(problems.text, _question(target, fields))
    suggestions = tuple(str(each) for each in fields[0].choices) if len(fields) == 1 else ()
    return Ask(form_id, _title(target), tuple(fields), text, suggestions[:8])


def _title(target: Target) -> str:
    if target.kind is JobKind.APPLY:
        return _("New %(noun)s") % {"noun": target.noun}
    return _("Delete a %(noun)s") % {"noun": target.noun} if target.kind is JobKind.DESTROY else target.title


def _question(target: Target, fields: list[Field]) -> str:
    if len(fields) == 1:
        return _one_question(target, fields[0])
    lines = [f"- **{each.label}**{_hint(each)}" for each in fields]
    lead = _("I need %(number)s things for the %(noun)s. Answer here one by one, or fill in the form:")
    return paragraphs(lead % {"number": len(fields), "noun": target.noun}, "\n".join(lines))


def _one_question(target: Target, asked: Field) -> str:
    values = {"noun": target.noun, "label": asked.label.lower()}
    if asked.name == ENVIRONMENT:
        return _("In which environment?") + _hint(asked)
    if asked.name == STACK:
        return _("Which %(noun)s do you mean?") % values + _hint(asked)
    if asked.name == "name":
        return _("What should the %(noun)s be called?") % values + _hint(asked)
    if asked.type == "bool":
        return _("%(label)s: yes or no?") % {"label": asked.label} + _hint(asked)
    return _("What should the %(label)s of the %(noun)s be?") % values + _hint(asked)


def _hint(asked: Field) -> str:
    parts = [asked.help.strip()] if asked.help and asked.name != ENVIRONMENT else []
    if asked.choices:
        parts.append(listed((code(each) for each in asked.choices), _("or")))
    if asked.default not in (None, "", [], {}):
        parts.append(_("say “yes” for %(default)s") % {"default": code(asked.default)})
    return f" ({'; '.join(part.rstrip('.') for part in parts)})" if parts else ""


def _propose(form: PendingForm, target: Target, turn: Turn, state: DialogueState, world: World) -> Decision:
    environment = form.environment or ""
    stack = next((each for each in world.stacks() if each.id == form.stack_id), None)
    name = stack.name if stack else stack_name_of(form, target)
    risk = effective_risk(target, environment, world)
    approval = who_must_approve(risk, environment, world.approvers(environment))
    propose = Propose(
        job_id=turn.new_id("job"),
        kind=target.kind,
        subject=target.subject,
        environment=environment,
        values=form.values,
        text=paragraphs(_("Got it, I'm working on that. ") + described(target, form, name or target.noun), approval),
        stack_id=form.stack_id,
        stack_name=None if stack else name,
    )
    after = replace(state.with_form(None), environment=environment)
    return Decision((propose,), after.remember(stack) if stack else after)
