"""The executor of jobs of kind action: one operation of the AWS SDK, described by a file."""

from collections.abc import Mapping
from typing import Any

import psutil
from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.executors.base import ApplyOutcome, Context, Gone, LogLine, PlanOutcome, Reconciled, Started

from .calls import call, search, tokens
from .errors import call_words, outcome_unknown
from .interrupted import found_out
from .planning import action_verb, call_name, plan_make, secrets_of, stop_if_asked, verified
from .results_shown import shown_result


class AwsExecutor:
    """See `orchestrator.executors.base.Executor`. Planning calls nothing: it checks, and says what would be called."""

    def plan(self, context: Context) -> PlanOutcome:
        return plan_make(context)

    def verify(self, context: Context, plan_hash: str) -> None:
        verified(context, plan_hash)

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        definition, parameters = verified(context, plan_hash)
        context.emit(LogLine("phase", f"Calling {call_name(definition)} in {context.cloud.region}"))
        try:
            answer = call(context, definition, parameters, before=lambda: _still_ours(context))
        except (ClientError, BotoCoreError) as error:
            return _failed(context, definition, error)
        return _succeeded(context, definition, answer)

    def attach(self, context: Context, started: Started) -> ApplyOutcome:
        """A call is made by the worker itself: nothing of it outlives the worker."""
        raise Gone

    def reconcile(self, context: Context, started: Started, plan_hash: str) -> Reconciled:
        return found_out(context, started)


def _still_ours(context: Context) -> None:
    """The last look before the call: to record who makes it needs the live lease, so that a worker that slept and lost
    its job does not make it. Raises Stopped."""
    own = psutil.Process()
    context.on_process(own.pid, own.create_time())
    stop_if_asked(context)


def _succeeded(context: Context, definition: Mapping[str, Any], answer: Any) -> ApplyOutcome:
    found, text = shown_result(context, definition, search(definition, answer))
    changed = () if action_verb(definition) == "read" else (call_name(definition),)
    outcome = ApplyOutcome("succeeded", {"result": found}, text, changed=changed)
    context.emit(LogLine("result", text, None, {"status": outcome.status}))
    return outcome


def _failed(context: Context, definition: Mapping[str, Any], error: ClientError | BotoCoreError) -> ApplyOutcome:
    name = call_name(definition)
    words = call_words(error, name)
    words = words._replace(detail=secrets_of(context, definition).scrub(words.detail))
    if action_verb(definition) == "read":
        return ApplyOutcome("failed", {}, words.detail, error_code=words.code)
    if outcome_unknown(error):
        detail = f"{words.detail} Whether {name} was carried out is not known."
        return ApplyOutcome("indeterminate", {}, detail, error_code=words.code)
    if context.start > 1 and tokens(definition) and words.code == "name_taken":
        detail = f"{name} was called once more with the same token, and the cloud says: {words.detail} The interrupted "
        detail += "call may have made it. Look before you ask again."
        return ApplyOutcome("partially_applied", {}, detail, error_code=words.code)
    return ApplyOutcome("failed", {}, words.detail, error_code=words.code)
