"""Making the calls of an approved action, and what became of them."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.executors.base import ApplyOutcome, Context, ExecutorError, LogLine
from orchestrator.sentences import joined, stated

from .batches import Batch, HalfDone, batch_of, batches_made
from .calls import call, names_of
from .errors import call_words, outcome_unknown
from .following import Followed, followed_up
from .planning import Prepared, call_name, secrets_of
from .results_shown import answer_secrets, shown_result
from .shapes import reads_only, tokens
from .waiting import waited


def carried_out(context: Context, prepared: Prepared, *, before: Callable[[], None]) -> ApplyOutcome:
    """Call, do what follows, wait, and tell. `before` is called right before each call that changes something."""
    definition = prepared.definition
    try:
        batch = _called(context, prepared, before)
    except HalfDone as half:
        why = call_words(half.error, call_name(definition)).detail
        return _half_done(context, prepared, Batch(half.batch.done, half.batch.answer, why))
    except (ClientError, BotoCoreError) as error:
        return _failed(context, definition, error)
    if batch.left:
        return _half_done(context, prepared, batch)
    followed = followed_up(context, definition, batch.answer, prepared.found)
    if followed.problem:
        return _not_followed(context, prepared, batch.answer, followed)
    try:
        still = waited(context, definition, prepared.found)
        if not still:
            return _told(context, prepared, batch, followed)
    except ExecutorError as error:
        if reads_only(definition):
            raise
        # The call was made: whatever cannot be told of it now, it did not fail.
        still = secrets_of(context, definition).scrub(error.detail)
    return _ended(
        context, definition, {}, joined((stated("%(call)s was accepted.", call=call_name(definition)), still))
    )


def _called(context: Context, prepared: Prepared, before: Callable[[], None]) -> Batch:
    if batch_of(prepared.definition) is None:
        return Batch(1, call(context, prepared.definition, prepared.parameters, before=before))
    return batches_made(context, prepared.definition, prepared.parameters, prepared.found, before=before)


def _told(context: Context, prepared: Prepared, batch: Batch, followed: Followed) -> ApplyOutcome:
    names = names_of(context, prepared.found) | {"done": batch.done}
    for step, answer in followed.answers.items():
        names |= {f"{step}.{name}": each for name, each in answer.items()}
    found, text = shown_result(context, prepared.definition, batch.answer, names)
    return _ended(context, prepared.definition, {"result": found}, text)


def _ended(context: Context, definition: Mapping[str, Any], outputs: Mapping[str, Any], text: str) -> ApplyOutcome:
    changed = () if reads_only(definition) else (call_name(definition),)
    context.emit(LogLine("result", text, None, {"status": "succeeded"}))
    return ApplyOutcome("succeeded", outputs, text, changed=changed)


def _half_done(context: Context, prepared: Prepared, batch: Batch) -> ApplyOutcome:
    name = call_name(prepared.definition)
    why = secrets_of(context, prepared.definition).scrub(batch.left)
    sentence = stated(
        "%(call)s: %(number)s were done, then it ended: %(why)s Ask for it again to go on.",
        call=name,
        number=batch.done,
        why=why,
    )
    return ApplyOutcome("partially_applied", {}, sentence, changed=(name,), error_code="half_done")


def _not_followed(context: Context, prepared: Prepared, answer: Any, followed: Followed) -> ApplyOutcome:
    """A later call failed. What was made before it exists, unless it was taken back."""
    name = call_name(prepared.definition)
    problem = answer_secrets(context, prepared.definition, answer).scrub(followed.problem)
    if followed.taken_back:
        back = stated("What %(call)s had done was taken back, so nothing was changed.", call=name)
        sentence = joined((problem, back))
        return ApplyOutcome("failed", {}, sentence, error_code=followed.code)
    sentence = stated(
        "%(call)s was carried out, but not what should have followed. %(why)s Look at it in the cloud.",
        call=name,
        why=problem,
    )
    return ApplyOutcome("partially_applied", {}, sentence, changed=(name,), error_code=followed.code)


def _failed(context: Context, definition: Mapping[str, Any], error: ClientError | BotoCoreError) -> ApplyOutcome:
    name = call_name(definition)
    words = call_words(error, name)
    words = words._replace(detail=secrets_of(context, definition).scrub(words.detail))
    if reads_only(definition):
        return ApplyOutcome("failed", {}, words.detail, error_code=words.code)
    if outcome_unknown(error):
        unknown = stated("Whether %(call)s was carried out is not known.", call=name)
        told = joined((words.detail, unknown))
        return ApplyOutcome("indeterminate", {}, told, error_code=words.code)
    if context.start > 1 and tokens(definition) and words.code == "name_taken":
        detail = stated(
            "%(call)s was called once more with the same token, and the cloud says: %(why)s The interrupted call may "
            "have made it. Look before you ask again.",
            call=name,
            why=words.detail,
        )
        return ApplyOutcome("partially_applied", {}, detail, error_code=words.code)
    return ApplyOutcome("failed", {}, words.detail, error_code=words.code)
