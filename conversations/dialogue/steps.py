"""Carrying out the steps of a decision, all in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from chatbot_project.mongo.transactions import Transaction
from nlu.types import Understanding
from orchestrator import selectors, services
from orchestrator.errors import OrchestratorError
from orchestrator.types import Actor, JobView, Origin

from ..documents import Document, TurnView
from ..misunderstood import correction_note
from ..payloads import fits, form_payload, job_payload, message_payload
from ..stream import frame_append
from ..tools.storing import MOST_OPEN, call_store, calls_open
from .approvals import APPROVE, REJECT
from .arrangements import Delegate, Give, Return, Watch, arranged
from .decisions import Act, Ask, CallTool, Correct, Field, Keep, NotUnderstood, Propose, Say, Show, Step
from .keeping import kept_text
from .reports import VIA_WIDGET, decided_text
from .state import DialogueState

VIA = "chat"


class Refused(Exception):
    """The orchestrator refused step `index`; the transaction must not be committed."""

    def __init__(self, index: int, error: OrchestratorError) -> None:
        super().__init__(error.detail)
        self.index, self.error = index, error


def refusal_text(error: OrchestratorError) -> str:
    """A refusal as the bot says it."""
    return f"{error.detail.rstrip()} " + _("Nothing was changed.")


class StepRunner:
    """Runs steps in order in `tx`. `state` is the dialogue's state afterwards, `said` what the bot said."""

    def __init__(
        self, *, tx: Transaction, turn: TurnView, understanding: Understanding | None, state: DialogueState
    ) -> None:
        self.state = state
        self.said: list[dict[str, str]] = []
        self._tx, self._turn = tx, turn
        self._understanding = understanding
        self._reasons = understanding_payload(understanding) if understanding else None
        self._done: list[Document] = []

    def run(self, steps: Sequence[Step]) -> None:
        """Raises Refused with the first step that the orchestrator refuses."""
        for index, step in enumerate(steps):
            try:
                self._run(step)
            except OrchestratorError as error:
                raise Refused(index, error) from error

    def record(self) -> Document:
        """What the turn keeps for audit and replay: how it was understood, what was decided, the state after it."""
        return {"understanding": self._reasons, "decision": self._done, "dialogue": self.state.to_json()}

    def _run(self, step: Step) -> None:
        note: Document = {"step": type(step).__name__.lower()}
        match step:
            case Say():
                self._say(step.text, step.suggestions, **({"why": step.why} if fits(step.why) else {}))
                note |= {"explains": step.why["job_id"]} if step.why else {}
            case NotUnderstood():
                self._say(step.text, step.suggestions)
            case Ask():
                self._ask(step)
                note |= {"form_id": step.form_id, "fields": [each.name for each in step.fields]}
            case Propose():
                self._propose(step)
                note |= {"job_id": step.job_id, "kind": step.kind.value, "subject": step.subject, "why": step.why}
            case Keep():
                self._keep(step)
                note |= {"stack_id": step.stack_id}
            case Give() | Watch() | Delegate() | Return():
                self._say(arranged(step, self._actor, self._tx))
            case Act():
                self._act(step)
                note |= {"job_id": step.job_id, "action": step.action, "plan_hash": step.plan_hash}
            case Correct():
                self._correct(step)
                note |= {"job_id": step.job_id}
            case CallTool():
                self._call(step)
                note |= {"call_id": step.call_id, "subject": step.intent}
            case Show():
                self._show(step)
                note |= {"job_id": step.job_id}
        self._done.append(note)

    def _say(self, text: str, suggestions: Sequence[str] = (), **extra: Any) -> None:
        """The first message of a turn carries how the person's message was understood."""
        understanding = self._reasons if not self.said else None
        data = message_payload(text, understanding=understanding, suggestions=suggestions, **extra)
        self._append("message.created", data)
        self.said.append({"author": "bot", "text": text})

    def _ask(self, step: Ask) -> None:
        self._say(step.text, step.suggestions, form_id=step.form_id)
        fields = [_field_json(each) for each in step.fields]
        form = form_payload(form_id=step.form_id, title=step.title, fields=fields, blueprint=step.blueprint)
        self._append("form.requested", form)

    def _propose(self, step: Propose) -> None:
        """The acknowledgement first; the job's own frames follow when it is stored."""
        self._say(step.text, job_id=step.job_id)
        channel = VIA_WIDGET if self._turn.site else VIA
        origin = Origin(channel=channel, conversation_id=self._turn.conversation_id, message_seq=self._turn.seq)
        job = services.job_submit(
            kind=step.kind,
            requester=self._actor,
            environment=step.environment,
            subject=step.subject,
            values=step.values,
            origin=origin,
            stack_name=step.stack_name,
            stack_id=step.stack_id,
            job_id=step.job_id,
            lifetime=step.lifetime,
            restores_job_id=step.restores,
            adopts_job_id=step.adopts,
            imports=step.imports,
            tx=self._tx,
        )
        if job.stack is not None:
            self.state = self.state.remember(job.stack)

    def _keep(self, step: Keep) -> None:
        stack = services.stack_keep(
            stack_id=step.stack_id,
            actor=self._actor,
            via=VIA,
            until=step.until,
            more_seconds=step.more_seconds,
            for_good=step.for_good,
            tx=self._tx,
        )
        self._say(kept_text(stack, step.now))

    def _act(self, step: Act) -> None:
        self._say(decided_text(step.action, self._decide(step)), job_id=step.job_id)

    def _decide(self, step: Act) -> JobView:
        if step.action == APPROVE:
            return services.job_approve(
                job_id=step.job_id,
                plan_hash=step.plan_hash,
                actor=self._actor,
                via=VIA,
                reason=step.reason,
                tx=self._tx,
            )
        decide = services.job_reject if step.action == REJECT else services.job_cancel
        return decide(job_id=step.job_id, actor=self._actor, reason=step.reason, via=VIA, tx=self._tx)

    def _correct(self, step: Correct) -> None:
        """The job first: whether it may be taken back decides about all the rest."""
        if step.withdraw:
            reason = _("corrected")
            services.job_withdraw(job_id=step.job_id, actor=self._actor, reason=reason, via=VIA, tx=self._tx)
        correction_note(tx=self._tx, turn=self._turn, step=step)

    def _call(self, step: CallTool) -> None:
        if calls_open(tx=self._tx, user_id=self._turn.user_id) >= MOST_OPEN:
            self._say(
                _("%(number)s calls of yours are still open. Wait until one is answered, then ask again.")
                % {"number": MOST_OPEN}
            )
            return
        self._say(step.text, call_id=step.call_id)
        call_store(tx=self._tx, turn=self._turn, call=step)

    def _show(self, step: Show) -> None:
        self._append("job.updated", job_payload(selectors.job_get(step.job_id)))

    def _append(self, kind: str, data: Document) -> None:
        frame_append(tx=self._tx, conversation_id=self._turn.conversation_id, type=kind, data=data)

    @property
    def _actor(self) -> Actor:
        return Actor(id=self._turn.user_id, name=self._turn.user_name)


def understanding_payload(understanding: Understanding) -> Document:
    """ "Why did you understand it so?": intent, confidence, alternatives, slots with their spans, reasons."""
    return {
        "intent": understanding.intent,
        "confidence": round(understanding.confidence, 4),
        "threshold": round(understanding.threshold, 4),
        "negated": understanding.negated,
        "source": understanding.source,
        "alternatives": [
            {"intent": each.name, "confidence": round(each.confidence, 4)} for each in understanding.alternatives[:5]
        ],
        "slots": [
            {"name": each.slot, **{key: value for key, value in asdict(each).items() if key != "slot"}}
            for each in understanding.entities
        ],
        "reasons": [asdict(each) for each in understanding.reasons[:5]],
    }


def _field_json(field: Field) -> Document:
    return {**asdict(field), "choices": list(field.choices)}
