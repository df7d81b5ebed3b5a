"""Taking the last change of a stack back: what that would be, and what it cannot bring back. Public, like selectors.py.

Undoing is asking for an ordinary job: an apply of the values and the blueprint version of the revision before, or a
deletion when there was none. What was deleted is made anew, as another stack of the same name, without what was in it.
Its plan is shown and approved like any other.
"""

from typing import Any

from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from orchestrator.catalog_documents import blueprint_version_load
from orchestrator.documents import SENSITIVE
from orchestrator.errors import WrongState
from orchestrator.sentences import stated
from orchestrator.states import JobKind
from orchestrator.types import JobView, Revision, StackView, Undo

from .revisions import stack_revisions

_LOSING = ("delete", "replace")
_NAMED = 5


def undo_of(stack: StackView, *, viewer: User | None) -> Undo:
    """What takes the last change of the stack back. Raises WrongState: nothing was changed yet, it was imported, a
    secret is needed that is not kept, or a job of it is not finished; NotFound."""
    revisions = stack_revisions(stack.id, viewer=viewer)
    if stack.active_job_id is not None:
        raise WrongState(
            stated("A job of %(name)s is not finished. Wait for its end or cancel it first.", name=stack.name)
        )
    if not revisions:
        raise WrongState(stated("%(name)s was not changed yet, so there is nothing to undo.", name=stack.name))
    last = revisions[0]
    if stack.status == "gone":
        return _undeletion(stack, revisions)
    if last.job.imports:
        raise WrongState(
            stated(
                "%(name)s was there before it was imported; undoing that would delete it. Ask for its deletion if that "
                "is what you want.",
                name=stack.name,
            )
        )
    earlier = revisions[1] if len(revisions) > 1 and revisions[1].job.kind is JobKind.APPLY else None
    return Undo(stack=stack, last=last, back_to=earlier, lost=_lost(last, earlier))


def undo_request(undo: Undo) -> dict[str, Any]:
    """What `services.job_submit` is to be asked for, but for who asks and from where."""
    gone = undo.stack.status == "gone"
    return {
        "kind": JobKind.APPLY if undo.back_to else JobKind.DESTROY,
        "environment": undo.stack.environment,
        "subject": undo.stack.blueprint,
        "values": {},
        "stack_id": None if gone else undo.stack.id,
        "stack_name": undo.stack.name if gone else None,
        "restores_job_id": undo.back_to.job.id if undo.back_to else None,
    }


def _undeletion(stack: StackView, revisions: list[Revision]) -> Undo:
    """Making it anew, as the last revision before its deletion asked for it."""
    made = next((each for each in revisions if each.job.kind is JobKind.APPLY), None)
    if made is None:
        raise WrongState(stated("What %(name)s was is not kept. Ask for a new one.", name=stack.name))
    variables = blueprint_version_load(made.version).variables
    missing = [each.name for each in variables if each.sensitive and each.required]
    if missing:
        raise WrongState(
            stated(
                "%(name)s needs %(value)s, and secrets are not kept. Ask for a new one of that name.",
                name=stack.name,
                value=" and ".join(missing),
            )
        )
    text = _("%(name)s was deleted, and what was in it is lost: it is made anew and empty, the data is not restored.")
    lost = [text % {"name": stack.name}]
    if _has_secrets(made.job):
        lost.append(_("Secrets are not kept: those that it had are not set again."))
    if made.job.lifetime is not None:
        lost.append(_("It had an end; the new one has none."))
    return Undo(stack=stack, last=revisions[0], back_to=made, lost=tuple(lost))


def _lost(last: Revision, earlier: Revision | None) -> tuple[str, ...]:
    """Sentences on what undoing cannot bring back."""
    gone = [each.address for each in (last.job.plan.changes if last.job.plan else ()) if each.action in _LOSING]
    sentences = []
    if gone:
        more = _(" and %(number)s more") % {"number": len(gone) - _NAMED} if len(gone) > _NAMED else ""
        text = _(
            "%(names)s was deleted or replaced by that change: it can be made again, empty, but what was in it is lost."
        )
        sentences.append(text % {"names": ", ".join(gone[:_NAMED]) + more})
    if earlier is None:
        sentences.append(_("It was made by that change, so undoing deletes it with all that is in it."))
    elif _has_secrets(earlier.job) or _has_secrets(last.job):
        sentences.append(_("Secrets are not kept with the history: those that it has now stay."))
    return tuple(sentences)


def _has_secrets(job: JobView) -> bool:
    return SENSITIVE in job.values.values()
