"""A request on its way: ask for what is missing, or propose the job when nothing is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, Risk
from orchestrator.types import StackView

from . import replying
from .decisions import Ask, Decision, Field, Propose, Say, Step
from .examples import examples_right, with_example
from .fields import (
    ENVIRONMENT,
    STACK,
    choice_field,
    environment_field,
    field_of,
    in_sentence,
    label_of,
    refusal_in_words,
)
from .history import diff_text
from .lifetimes import lifetime_of, lifetime_text
from .state import DialogueState, PendingForm
from .targets import Target, described, effective_risk, environment_find, target_find, unknown_environment
from .texts import code, listed, paragraphs, who_must_approve
from .tracing import is_secret, traced, why_record
from .turn import Turn
from .under_way import same_job, shown_instead
from .world import World

_EARLIER_FORMS = 20


@dataclass(frozen=True)
class Problems:
    """What was wrong with the values given: `{field: sentence}`."""

    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.errors.values())


def advance(
    form: PendingForm,
    turn: Turn,
    state: DialogueState,
    world: World,
    *,
    problems: Problems | None = None,
    lead: str = "",
) -> Decision:
    """One step on with `form`: a question or a proposal, with `lead` and `problems` said first.

    Checks every value first. The state that is left never holds a secret: one that cannot be used at once is dropped.
    """
    target = target_find(form.kind, form.subject, world)
    if target is None:
        text = _("%(name)s is not offered any more. Nothing was started.") % {"name": code(form.subject)}
        return Decision((Say(text),), state.with_form(None))
    given = form
    form, errors, examples = _checked(form, target, world, dict(problems.errors if problems else {}))
    form = traced(form, turn, state, target, world)
    if not missing_fields(form, target, world) and not errors:
        proposal = _propose(form, target, turn, state, world)
        return replace(proposal, steps=(Say(lead), *proposal.steps)) if lead else proposal
    form = _without_secrets(given, form, target)
    fields = _with_wrong(missing_fields(form, target, world), errors, target)
    said = paragraphs(lead, Problems(errors).text, _secrets_dropped(given, target))
    ask = _question_for(target, fields, turn.new_id("form"), said)
    if not ask.suggestions and fields[0].name in examples:
        ask = replace(ask, suggestions=(examples[fields[0].name],))
    earlier = (*form.earlier, form.form_id)[-_EARLIER_FORMS:] if form.form_id else form.earlier
    asked = replace(form, form_id=ask.form_id, asked=tuple(each.name for each in fields), earlier=earlier)
    return Decision((ask,), state.with_form(asked))


def missing_fields(form: PendingForm, target: Target, world: World) -> list[Field]:
    """The questions still open, in the order to ask them: what must be known before what may be left at its default.

    Secrets come when all else is known, because they are not kept.
    """
    if target.needs_stack and form.stack_id is None:
        return [choice_field(STACK, target.noun.capitalize(), tuple(form.options))]
    known = {*form.values, *form.skipped}
    wanted = [each for each in target.wanted() if each.name not in known]
    named = {*known, *(each.name for each in wanted)}
    # What was asked for again because it was wrong is still open, although it has a default.
    again = {*form.between, *form.asked} - named
    wanted += [each for each in target.variables if each.name in again]
    fields = [field_of(each) for each in wanted if not each.sensitive]
    if target.needs_environment and not form.environment:
        fields.append(environment_field(world, preselected=ENVIRONMENT not in form.unsettled))
    fields = [_between(each, form) for each in fields]
    kept_back = [each for each in target.variables if each.name in form.sensitive and each.name not in known]
    secrets = {each.name: each for each in (*wanted, *kept_back) if each.sensitive}
    in_order = sorted(fields, key=lambda each: not each.required)
    in_order = in_order or [field_of(each) for each in secrets.values()]
    return in_order or replying.confirmation(form, target)


def _between(asked: Field, form: PendingForm) -> Field:
    """The same question, where several answers were given at once: which of them."""
    given = form.between.get(asked.name)
    return replace(asked, type="choice", choices=tuple(given), default=None, required=True) if given else asked


def _without_secrets(given: PendingForm, form: PendingForm, target: Target) -> PendingForm:
    """`form` to be kept until the next message; `given` is the same as it came, with values that may be wrong."""
    secrets = {each.name for each in target.variables if each.sensitive}
    values = {name: value for name, value in form.values.items() if name not in secrets}
    again = dict.fromkeys((*form.sensitive, *sorted(secrets & given.values.keys())))
    return replace(form, values=values, sensitive=tuple(again))


def _secrets_dropped(given: PendingForm, target: Target) -> str:
    secrets = [each.name for each in target.variables if each.sensitive and each.name in given.values]
    if not secrets:
        return ""
    names = [in_sentence(label_of(each)) for each in secrets]
    return _("I keep no secrets while I wait, so I ask for the %(names)s again at the end.") % {"names": listed(names)}


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
) -> tuple[PendingForm, dict[str, str], dict[str, str]]:
    """The form with its right values, what is wrong, and for what is wrong an example that would be right."""
    if target.reply is not None:
        return (*replying.values_checked(form, target.reply, errors), {})
    if form.environment and environment_find(form.environment, world) is None:
        errors[ENVIRONMENT] = unknown_environment(form.environment, world)
        form = replace(form, environment=None, unsettled=(*form.unsettled, ENVIRONMENT))
    check = world.values_check(target.kind, target.subject, form.values)
    examples = examples_right(target, {name: form.values.get(name) for name in check.errors}, check.values, world)
    refused = {
        name: with_example(refusal_in_words(name, sentence), examples.get(name))
        for name, sentence in check.errors.items()
    }
    return replace(form, values=check.values), {**refused, **errors}, examples


def _with_wrong(missing: list[Field], errors: Mapping[str, str], target: Target) -> list[Field]:
    """The open questions, and those answered wrongly although they need no answer (a mentioned region, say)."""
    open_names = {each.name for each in missing}
    wrong = [target.variable(name) for name in errors if name not in open_names]
    return [*[field_of(each) for each in wrong if each is not None and not each.sensitive], *missing]


def _question_for(target: Target, fields: list[Field], form_id: str, said: str) -> Ask:
    text = paragraphs(said, _question(target, fields), how_to_leave())
    suggestions = tuple(str(each) for each in fields[0].choices) if len(fields) == 1 else ()
    blueprint = target.blueprint if target.kind is JobKind.APPLY else None
    return Ask(form_id, _title(target), tuple(fields), text, suggestions[:8], blueprint)


def _title(target: Target) -> str:
    if target.kind is JobKind.APPLY:
        return _("New %(noun)s") % {"noun": target.noun}
    return _("Delete a %(noun)s") % {"noun": target.noun} if target.kind is JobKind.DESTROY else target.title


def _question(target: Target, fields: list[Field]) -> str:
    if len(fields) == 1:
        return _one_question(target, fields[0])
    lines = [f"- **{each.label}**{_hint(each, among_others=True)}" for each in fields]
    number = sum(each.required for each in fields)
    lead = {
        0: _("You may choose for the %(noun)s."),
        1: _("I need one thing for the %(noun)s."),
    }.get(number, _("I need %(number)s things for the %(noun)s."))
    how = _("Answer here one by one, or fill in the form:")
    return paragraphs(f"{lead} {how}" % {"number": number, "noun": target.noun}, "\n".join(lines))


def _one_question(target: Target, asked: Field) -> str:
    values = {"noun": target.noun, "label": in_sentence(asked.label)}
    if target.reply is not None:
        return replying.question(asked)
    if asked.name == ENVIRONMENT:
        return _("In which environment?") + _hint(asked)
    if asked.name == STACK:
        return _("Which %(noun)s do you mean?") % values + _hint(asked)
    if asked.name == "name" or (target.name_variable is not None and asked.name == target.name_variable.name):
        return _("What should the %(noun)s be called?") % values + _hint(asked)
    if asked.type == "bool":
        return _("%(label)s: yes or no?") % {"label": asked.label} + _hint(asked)
    return _("What should the %(label)s of the %(noun)s be?") % values + _hint(asked)


def how_to_leave() -> str:
    return _("Say “cancel” to stop.")


def _hint(asked: Field, *, among_others: bool = False) -> str:
    parts = [_("optional")] if among_others and not asked.required else []
    parts += [asked.help.strip()] if asked.help and asked.name != ENVIRONMENT else []
    if asked.choices:
        parts.append(listed((code(each) for each in asked.choices), _("or")))
    if asked.default not in (None, "", [], {}):
        parts.append(_("say “yes” for %(default)s") % {"default": code(asked.default)})
    return f" ({'; '.join(part.rstrip('.') for part in parts)})" if parts else ""


def _propose(form: PendingForm, target: Target, turn: Turn, state: DialogueState, world: World) -> Decision:
    if target.reply is not None:
        return replying.conclude(form, target.reply, turn, state, world)
    environment = form.environment or ""
    stack = next((each for each in world.stacks() if each.id == form.stack_id), None)
    name = stack.name if stack else stack_name_of(form, target)
    after = replace(state.with_form(None), environment=environment)
    after = after.remember(stack) if stack else after
    same = same_job(form, target, name, world)
    if same is not None and same.id != (form.heard.corrects if form.heard else None):
        return Decision(shown_instead(same), after)
    risk = _risk(form, target, environment, world)
    approval = who_must_approve(risk, environment, world.approvers(environment))
    propose = Propose(
        job_id=turn.new_id("job"),
        kind=target.kind,
        subject=target.subject,
        environment=environment,
        values=form.values,
        text=paragraphs(
            _("Got it, I'm working on that. ") + described(target, form, name or target.noun),
            _difference(form, target, stack or _own_stack(target, environment, name, world)),
            lifetime_text(form.lifetime, world.now),
            approval,
        ),
        stack_id=form.stack_id,
        stack_name=None if stack else name,
        why=why_record(form, target),
        lifetime=lifetime_of(form.lifetime),
    )
    return Decision((propose,), after)


def _risk(form: PendingForm, target: Target, environment: str, world: World) -> Risk:
    """Who approves what has an end approves its deletion as well."""
    kinds = [target, *([target_find(JobKind.DESTROY, target.subject, world)] if form.lifetime else [])]
    return max((effective_risk(each, environment, world) for each in kinds if each), key=lambda each: each.rank)


def _own_stack(target: Target, environment: str, name: str | None, world: World) -> StackView | None:
    """The person's live stack that a request of that name changes."""
    wanted = (target.subject, environment, name, world.person.id, "live")
    return next(
        (
            each
            for each in world.stacks()
            if (each.blueprint, each.environment, each.name, each.owner.id, each.status) == wanted
        ),
        None,
    )


def _difference(form: PendingForm, target: Target, stack: StackView | None) -> str:
    """What the request changes of what is there: `versioning: false -> true`."""
    if target.kind is not JobKind.APPLY or stack is None:
        return ""
    had = {each.name: each.default for each in target.variables} | dict(stack.values)
    open_values = {name: value for name, value in form.values.items() if not is_secret(name, target)}
    differing = {name: (had.get(name), value) for name, value in open_values.items() if had.get(name) != value}
    shown = diff_text({name: pair for name, pair in differing.items() if name != "name"})
    return paragraphs(_("It is there already, so this is a change of it:"), shown) if shown else ""
