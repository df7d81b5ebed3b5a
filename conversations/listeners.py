"""From jobs to conversations: every transition becomes a frame, and a sentence where a person wants to know."""

import logging

from django.utils.translation import gettext as _

from chatbot_project.accounts.languages import spoken
from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import events, selectors
from orchestrator.errors import NotFound as OrchestratorNotFound
from orchestrator.states import TERMINAL, JobState
from orchestrator.translated import for_reader
from orchestrator.types import JobTransition, JobView

from . import push
from .dialogue.live import approver_names
from .dialogue.reports import Report, report
from .dialogue.state import DialogueState
from .dialogue.texts import paragraphs, shortened
from .dialogue.wanted import waiting_text
from .errors import NotFound
from .payloads import beside_payload, job_payload, message_payload
from .selectors import conversation_get
from .stack_events import stack_event_tell
from .stream import frame_append
from .widget.visitors import visitors_sweep

logger = logging.getLogger(__name__)

# Ends that nobody decided in this conversation: there the bot's own answer offers what comes next.
_ENDED = TERMINAL - {JobState.CANCELED, JobState.REJECTED}


def register() -> None:
    """Called once, when the app is ready."""
    events.on_transition("conversations", _transition_heard)
    events.on_stack_event("conversations", stack_event_tell)
    events.on_log(push.job_changed)
    events.on_sweep("turns", _turns_sweep)
    events.on_sweep("http calls", _calls_sweep)
    events.on_sweep("waiting jobs", _waiting_sweep)
    events.on_sweep("approval reminders", _reminders_sweep)
    events.on_sweep("visitors", visitors_sweep)


def _transition_heard(job: JobView, transition: JobTransition) -> None:
    push.jobs_changed()
    transition_tell(job, transition)


def transition_tell(job: JobView, transition: JobTransition) -> None:
    """Append what happened to the job's conversation; a repeat finds it there and adds nothing."""
    conversation_id = job.origin.conversation_id
    if conversation_id is None or transition.quiet:
        return
    with spoken(user_get(job.requester.id)):
        job, transition = for_reader(job), for_reader(transition)
        said = _report(job, transition)
    key = f"job:{transition.job_id}:{transition.version}"

    def body(tx: Transaction) -> None:
        kind = "job.created" if transition.from_state is None else "job.updated"
        frame = frame_append(tx=tx, conversation_id=conversation_id, type=kind, data=job_payload(job), dedupe_key=key)
        if frame is not None and said is not None:
            beside = beside_payload(said.beside, said.beside_suggestions)
            data = message_payload(shortened(said.text), suggestions=said.suggestions, job_id=job.id, **beside)
            frame_append(
                tx=tx, conversation_id=conversation_id, type="message.created", data=data, dedupe_key=f"{key}:text"
            )

    try:
        run_transaction(body)
    except NotFound:
        logger.info("the conversation of a job is gone", extra={"job_id": job.id})


def _turns_sweep() -> int:
    # Late: only the scheduler sweeps, and the language engine is a large import.
    from .turns import turns_sweep

    return turns_sweep()


def _calls_sweep() -> int:
    from .tools.sweeping import calls_sweep

    return calls_sweep()


def _waiting_sweep() -> int:
    from .waiting import silence_tell, waiting_tell

    return waiting_tell() + silence_tell()


def _reminders_sweep() -> int:
    from .reminding import approvals_remind

    return approvals_remind()


def _report(job: JobView, transition: JobTransition) -> Report | None:
    """The sentence, unless the job went on since: "say yes" about a plan that is decided would only confuse."""
    if job.version != transition.version and transition.to_state not in TERMINAL:
        return None
    groups = job.approval.groups if job.approval else ()
    approvers = approver_names(job.environment, besides=job.requester.id, groups=groups)
    said = report(job, transition, approvers, _holder(job))
    return _and_next(said, job) if said is not None and transition.to_state in _ENDED else said


def _holder(job: JobView) -> JobView | None:
    """The job before this one whose turn it is."""
    active = job.stack.active_job_id if job.stack and job.queue_position else None
    try:
        return selectors.job_get(active) if active else None
    except OrchestratorNotFound:
        return None


def _and_next(said: Report, job: JobView) -> Report:
    """What was asked for together with it and was not begun: nobody should have to remember that."""
    try:
        dialogue = conversation_get(job.origin.conversation_id or "").dialogue
    except NotFound:
        return said
    later = DialogueState.from_json(dialogue).later
    if not later:
        return said
    steps = (_("next"), _("skip it"))
    beside = None if said.beside is None else paragraphs(said.beside, waiting_text(later))
    return Report(paragraphs(said.text, waiting_text(later)), steps, beside, steps)
