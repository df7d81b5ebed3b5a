"""The catalogue: all that can be asked for, and a form for each of them. What is sent becomes an ordinary job, as if it
were asked for in the chat; the page works without scripts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from chatbot_project.accounts.models import User
from chatbot_project.accounts.roles import Role, has_role
from orchestrator import selectors
from orchestrator.errors import InvalidValue, InvalidValues, NotFound, OrchestratorError
from orchestrator.permissions import may_change_stack
from orchestrator.states import JobKind, Risk
from orchestrator.types import ActionView, BlueprintView, EnvironmentView, Lifetime, StackView

from .asking import ask, asked_before
from .pages import page, user_of
from .questions import PREFIX, sections_shown, values_sent

TAKES_OVER = "import"
"""In an address: about what exists already."""
_REFUSED = 422
_MOST_STACKS = 200
_EXAMPLES = 3
_HOUR = 3600
LIFETIMES: dict[str, Promise] = {
    str(2 * _HOUR): gettext_lazy("2 hours"),
    str(24 * _HOUR): gettext_lazy("1 day"),
    str(7 * 24 * _HOUR): gettext_lazy("1 week"),
    str(30 * 24 * _HOUR): gettext_lazy("30 days"),
}
"""For how long something may be asked for by a choice of the page: seconds as text to words."""
APPROVALS: dict[str, Promise] = {
    "none": gettext_lazy("no approval needed"),
    "self": gettext_lazy("you confirm the plan yourself"),
    "other": gettext_lazy("somebody else approves"),
    "two": gettext_lazy("two others approve"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that can be asked for."""

    view: BlueprintView | ActionView
    is_action: bool
    takes_over: bool = False
    """It is asked for what exists already, instead of making one."""

    @property
    def kind(self) -> JobKind:
        return JobKind.ACTION if self.is_action else JobKind.APPLY

    @property
    def risk(self) -> Risk:
        """What it does not say counts as critical."""
        view = self.view
        if isinstance(view, ActionView):
            return view.risk
        # What is taken over can be deleted from then on.
        kinds = [JobKind.APPLY, JobKind.DESTROY] if self.takes_over else [JobKind.APPLY]
        return max((view.risk.get(each.value, Risk.CRITICAL) for each in kinds), key=lambda each: each.rank)

    @property
    def ids(self) -> frozenset[str]:
        """The variables whose values are the ids of what can be taken over; empty where nothing can."""
        return frozenset(self.view.imports.values()) if isinstance(self.view, BlueprintView) else frozenset()

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.view.outputs if isinstance(self.view, BlueprintView) else ()

    @property
    def examples(self) -> list[str]:
        """Phrases that a person could say as they stand."""
        return [each for each in self.view.phrases if "{" not in each][:_EXAMPLES]

    @property
    def needs_stack(self) -> bool:
        return isinstance(self.view, ActionView) and self.view.needs_stack

    @property
    def needs_stack_name(self) -> bool:
        """What has no name among its values gets one as a stack."""
        return not self.is_action and self.view.variable("name") is None

    def fits(self, words: Iterable[str]) -> bool:
        nouns = self.view.nouns if isinstance(self.view, BlueprintView) else ()
        text = " ".join([self.view.name, self.view.title, self.view.description, *nouns, *self.view.phrases]).casefold()
        return all(word in text for word in words)


@dataclass(frozen=True)
class Where:
    environment: EnvironmentView
    approval: Promise
    chosen: bool = False


@require_GET
@never_cache
@login_required
def catalogue(request: HttpRequest) -> HttpResponse:
    """What can be asked for, by words of it; or only what can be taken over."""
    said = request.GET.get("q", "").strip()[:100]
    takes_over = TAKES_OVER in request.GET
    found = [each for each in _entries() if each.fits(said.casefold().split())]
    if takes_over:
        found = [replace(each, takes_over=True) for each in found if each.ids]
    context = {
        "said": said,
        "blueprints": [each for each in found if not each.is_action],
        "actions": [each for each in found if each.is_action],
        "count": len(found),
        "takes_over": takes_over,
        "usable": _usable(user_of(request)),
    }
    return page(request, "web/catalogue.html", context, here="catalogue")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def entry(request: HttpRequest, name: str) -> HttpResponse:
    """One of them with its form; a POST asks for it, or with `?import=1` for what exists already."""
    found = _entry(name)
    if TAKES_OVER in request.GET:
        found = replace(found, takes_over=True)
        if not found.ids:
            raise Http404("This cannot take over what exists.")
    stack = _stack(request, found)
    if request.method != "POST":
        return _entry_page(request, found, stack)
    try:
        return asked_before(request) or _asked(request, found, stack)
    except OrchestratorError as error:
        return _entry_page(request, found, stack, error=error)


def _entries() -> list[Entry]:
    blueprints = [Entry(each, False) for each in selectors.blueprints_list()]
    return blueprints + [Entry(each, True) for each in selectors.actions_list()]


def _entry(name: str) -> Entry:
    try:
        return Entry(selectors.blueprint_get(name), False)
    except NotFound:
        pass
    try:
        return Entry(selectors.action_get(name), True)
    except NotFound as error:
        raise Http404("There is no such thing in the catalogue.") from error


def _stack(request: HttpRequest, found: Entry) -> StackView | None:
    """The stack that the address names, of which other values are asked for."""
    named = request.GET.get("stack", "")
    if not named or found.is_action or found.takes_over:
        return None
    try:
        stack = selectors.stack_get(named, user_of(request))
    except NotFound as error:
        raise Http404("There is no such stack.") from error
    if stack.blueprint != found.view.name or stack.status == "gone" or not may_change_stack(user_of(request), stack):
        raise Http404("There is no such stack.")
    return stack


def _entry_page(
    request: HttpRequest, found: Entry, stack: StackView | None, error: OrchestratorError | None = None
) -> HttpResponse:
    sent = request.POST if error else None
    sections = _sections(found)
    errors = _errors(error)
    names = {field["name"] for each in sections for field in each["fields"]}
    beside = {name: text for name, text in errors.items() if name not in names}
    context = {
        "entry": found,
        "stack": stack,
        "sections": sections_shown(
            sections, sent=sent, before=stack.values if stack else None, errors=errors, ids=_ids(found)
        ),
        "wheres": _wheres(user_of(request), found, sent.get("environment") if sent else None),
        "stacks": _stacks(user_of(request)) if found.needs_stack else [],
        "chosen_stack": sent.get("stack_id", "") if sent else request.GET.get("stack", ""),
        "stack_name": sent.get("stack_name", "") if sent else "",
        "lifetimes": list(LIFETIMES.items()),
        "lifetime": sent.get("lifetime", "") if sent else "",
        "request_id": uuid4() if sent is None or "request_id" in errors else sent["request_id"],
        "errors": errors,
        "wrong": [(f"{PREFIX}{name}", text) for name, text in errors.items() if name in names],
        "refused": "" if error is None else _refused(error, beside),
        "same": error.stack if isinstance(error, SameStack) else None,
    }
    return page(request, "web/catalogue_entry.html", context, here="catalogue", status=_REFUSED if error else 200)


class SameStack(InvalidValue):
    """There is one of this name already, which the form would change without showing its values."""

    def __init__(self, stack: StackView, field: str) -> None:
        said = _("You have “%(name)s” in %(environment)s already. Change that one, or choose another name.")
        super().__init__(said % {"name": stack.name, "environment": stack.environment}, field=field)
        self.stack = stack


def _asked(request: HttpRequest, found: Entry, stack: StackView | None) -> HttpResponse:
    sections = _sections(found)
    values, unreadable = values_sent(sections, request.POST, before=stack.values if stack else None)
    if found.takes_over:
        missing = _("Say which one: its id as the cloud has it.")
        unreadable |= {name: missing for name in found.ids if values.get(name) is None and name not in unreadable}
    if unreadable:
        raise InvalidValues(unreadable)
    wanted: dict[str, Any] = {"kind": found.kind, "subject": found.view.name, "values": values}
    if stack is not None:
        return ask(request, environment=stack.environment, stack_id=stack.id, **wanted)
    if found.needs_stack:
        about = _chosen_stack(request)
        return ask(request, environment=about.environment, stack_id=about.id, **wanted)
    environment = request.POST.get("environment", "")
    if not environment:
        raise InvalidValue(_("Choose an environment."), field="environment")
    if found.is_action:
        return ask(request, environment=environment, **wanted)
    name = request.POST.get("stack_name", "").strip() if found.needs_stack_name else ""
    _new_alone(request, found, environment, name or values.get("name"))
    if found.takes_over:
        return ask(request, environment=environment, stack_name=name or None, imports=True, **wanted)
    return ask(request, environment=environment, stack_name=name or None, lifetime=_lifetime(request), **wanted)


def _ids(found: Entry) -> frozenset[str]:
    return found.ids if found.takes_over else frozenset()


def _sections(found: Entry) -> list[dict[str, Any]]:
    """As the blueprint has them; what is taken over is named in the open."""
    sections = selectors.form_sections(found.view)
    shown = [{field["name"] for field in each["fields"]} & _ids(found) for each in sections]
    return [{**each, "advanced": each["advanced"] and not ids} for each, ids in zip(sections, shown, strict=True)]


def _chosen_stack(request: HttpRequest) -> StackView:
    named = request.POST.get("stack_id", "")
    if not named:
        raise InvalidValue(_("Choose what it is about."), field="stack_id")
    return selectors.stack_get(named, user_of(request))


def _new_alone(request: HttpRequest, found: Entry, environment: str, name: Any) -> None:
    if not isinstance(name, str) or not name.strip():
        return
    user = user_of(request)
    there = selectors.stack_find(viewer=user, blueprint=found.view.name, environment=environment, name=name.strip())
    for each in there:
        if each.owner.id == str(user.id) and each.name == name.strip():
            raise SameStack(each, "stack_name" if found.needs_stack_name else "name")


def _lifetime(request: HttpRequest) -> Lifetime | None:
    said = request.POST.get("lifetime", "")
    if said and said not in LIFETIMES:
        raise InvalidValue(_("Choose for how long it is to be kept."), field="expires_at")
    return Lifetime(seconds=int(said)) if said else None


def _errors(error: OrchestratorError | None) -> dict[str, str]:
    """{field: sentence}"""
    if isinstance(error, InvalidValues):
        return error.errors
    return {error.field: error.detail} if error is not None and error.field else {}


_BESIDE = frozenset({"environment", "stack_id", "stack_name", "expires_at"})


def _refused(error: OrchestratorError, beside: dict[str, str]) -> str:
    """What is wrong and stands beside no field."""
    left = [text for name, text in beside.items() if name not in _BESIDE]
    return " ".join(left) if _errors(error) else error.detail


def _usable(user: User) -> list[EnvironmentView]:
    """Where this person may ask for something."""
    return [each for each in selectors.environments_list() if has_role(user, Role.REQUESTER, each.name)]


def _wheres(user: User, found: Entry, chosen: str | None) -> list[Where]:
    environments = _usable(user)
    preset = chosen if chosen is not None else next((each.name for each in environments if each.is_default), "")
    return [
        Where(each, APPROVALS[selectors.approval_expected(found.risk, each)], each.name == preset)
        for each in environments
    ]


def _stacks(user: User) -> list[StackView]:
    return selectors.stacks_list(viewer=user, limit=_MOST_STACKS)


def change_address(stack: StackView) -> str:
    """Where other values can be asked for."""
    return f"{reverse('web:catalogue-entry', args=[stack.blueprint])}?stack={stack.id}"
