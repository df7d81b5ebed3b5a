"""What a request is aimed at, seen the same way whether it is a blueprint or an action."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, Risk
from orchestrator.types import EnvironmentView, Variable

from ..bots.replies import Reply
from .intents import REPLY, phrase
from .state import PendingForm
from .texts import code, listed
from .words import plural
from .world import World


@dataclass(frozen=True)
class Target:
    """`noun` is what people call it; `blueprint` is set where a stack of one blueprint is meant, `reply` where it is an
    intent of the bot's own."""

    kind: JobKind
    subject: str
    title: str
    noun: str
    risk: Risk
    variables: tuple[Variable, ...] = ()
    ask: tuple[str, ...] = ()
    needs_stack: bool = False
    blueprint: str | None = None
    outputs: tuple[str, ...] = field(default=())
    nouns: tuple[str, ...] = ()
    """All that people call it, in the plural as well."""
    reply: Reply | None = None

    @property
    def needs_environment(self) -> bool:
        return self.reply is None

    @property
    def needs_yes(self) -> bool:
        """Whether nothing is done before the person said yes to exactly this."""
        return self.reply is not None and self.reply.tool is not None and not self.reply.tool.is_safe

    @property
    def intent(self) -> str:
        """The intent that asks for it."""
        return f"action.{self.subject}" if self.kind is JobKind.ACTION else f"blueprint.{self.subject}.{self.kind}"

    def variable(self, name: str) -> Variable | None:
        return next((each for each in self.variables if each.name == name), None)

    @property
    def name_variable(self) -> Variable | None:
        """What a new one is called by: `name`, or else the first text that is asked for and no secret."""
        names = ["name", *self.ask] if self.kind is JobKind.APPLY and self.blueprint else []
        found = (each for each in map(self.variable, names) if each is not None)
        return next((each for each in found if each.type == "string" and not each.sensitive), None)

    def wanted(self) -> list[Variable]:
        """The variables that must be known before anything is proposed, in the order to ask for them."""
        asked = [self.variable(name) for name in self.ask]
        required = [each for each in self.variables if each.required and each.name not in self.ask]
        return [each for each in [*asked, *required] if each is not None]


def target_find(kind: str, subject: str, world: World) -> Target | None:
    """The target of a form or a command; None when its blueprint or action is not offered (any more)."""
    if kind == JobKind.ACTION:
        return _action(subject, world)
    if kind == REPLY:
        return _reply(subject, world)
    blueprint = next((each for each in world.blueprints() if each.name == subject), None)
    if blueprint is None:
        return None
    job_kind = JobKind(kind)
    is_apply = job_kind is JobKind.APPLY
    return Target(
        kind=job_kind,
        subject=subject,
        title=blueprint.title,
        noun=blueprint.noun,
        risk=blueprint.risk.get(kind, Risk.HIGH),
        variables=blueprint.variables if is_apply else (),
        ask=blueprint.ask if is_apply else (),
        needs_stack=not is_apply,
        blueprint=subject,
        outputs=blueprint.outputs,
        nouns=(blueprint.noun, plural(blueprint.noun), *blueprint.nouns),
    )


def _action(subject: str, world: World) -> Target | None:
    action = next((each for each in world.actions() if each.name == subject), None)
    if action is None:
        return None
    return Target(
        kind=JobKind.ACTION,
        subject=subject,
        title=action.title,
        noun=_("stack"),
        risk=action.risk,
        variables=action.variables,
        ask=action.ask,
        needs_stack=action.needs_stack,
    )


def _reply(subject: str, world: World) -> Target | None:
    reply = next((each for each in world.replies() if each.intent == subject), None)
    if reply is None:
        return None
    variables = tuple(
        Variable(
            each.name,
            each.type if each.type in ("bool", "number") else "string",
            each.question,
            required=each.required,
            choices=each.choices,
        )
        for each in reply.slots
    )
    is_harmless = reply.tool is None or reply.tool.is_safe
    return Target(
        kind=JobKind.ACTION,
        subject=subject,
        title=reply.title,
        noun=reply.title,
        risk=Risk.READ if is_harmless else Risk.LOW,
        variables=variables,
        reply=reply,
    )


def phrase_of(target: Target) -> str:
    """What a person would say for it: `create a bucket`."""
    return phrase(target.kind, target.noun) or target.title


def environment_find(name: str | None, world: World) -> EnvironmentView | None:
    return next((each for each in world.environments() if each.name == name), None)


def unknown_environment(name: str, world: World) -> str:
    """A sentence that names what there is."""
    choices = listed(code(each.name) for each in world.environments())
    return _("There is no environment called %(name)s. There are: %(choices)s.") % {
        "name": code(name),
        "choices": choices,
    }


def default_environment(world: World) -> EnvironmentView | None:
    """The environment to preselect. One that raises the risk, or is called production, is never assumed."""
    default = next((each for each in world.environments() if each.is_default), None)
    return default if default is not None and _harmless(default) else None


def _harmless(environment: EnvironmentView) -> bool:
    return environment.minimum_risk.rank <= Risk.LOW.rank and not environment.name.startswith("prod")


def effective_risk(target: Target, environment: str, world: World) -> Risk:
    """The target's risk, or the environment's where that is higher; reading is never raised."""
    found = environment_find(environment, world)
    if target.risk is Risk.READ:
        return target.risk
    return max(target.risk, found.minimum_risk if found else target.risk, key=lambda risk: risk.rank)


def described(target: Target, form: PendingForm, name: str) -> str:
    """`create the bucket `x` in `staging`` for the acknowledgement."""
    values = {"noun": target.noun, "name": code(name), "environment": code(form.environment or "")}
    if target.kind is JobKind.APPLY:
        return _("I plan the %(noun)s %(name)s in %(environment)s.") % values
    if target.kind is JobKind.DESTROY:
        return _("I plan the deletion of the %(noun)s %(name)s in %(environment)s.") % values
    if isinstance(form.values.get("name"), str):
        # What an action is about; what it is exactly, the worker finds out and the plan tells.
        values |= {"name": code(form.values["name"]), "title": target.title}
        return _("%(title)s: %(name)s in %(environment)s.") % values
    return _("%(title)s in %(environment)s.") % {**values, "title": target.title}
