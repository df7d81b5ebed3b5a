"""What became of a call whose worker was lost. A call leaves no process to follow and no state to read, so it is

- called again, when it only reads, or when the service knows a repetition by its token;
- looked up, when the action's file has a `check`;
- asked about otherwise: nobody knows whether it was carried out, and nothing is ever done twice on a guess.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.executors.base import Context, ExecutorError, LogLine, PlanOutcome, Reconciled, Started

from .calls import call, call_input, names_of
from .errors import call_words, no_such_thing
from .planning import Prepared, call_name, plan_of, prepare, secrets_of
from .recipes import is_done, is_done_when_missing, recipe_of
from .results_shown import shown_result
from .shapes import reads_only, tokens

TOKEN_SECONDS = 120.0
"""How long after a start its token is relied upon. Services remember one for ten minutes (DynamoDB) to a day or more;
a job goes on by itself five times at most, so that all its calls lie within ten minutes."""


def found_out(context: Context, started: Started) -> Reconciled:
    """See `Executor.reconcile`. Raises ExecutorError (retryable while the cloud is away) or Stopped."""
    prepared = prepare(context)
    definition, name = prepared.definition, call_name(prepared.definition)
    again = plan_of(replace(context, start=started.number + 1), prepared)
    if plan_of(replace(context, start=started.number), prepared).plan_hash != started.plan_hash:
        return _unknown(name, again, "What would be called now is not what was approved.")
    if reads_only(definition):
        return _goes_on(name, again, f"{name} was interrupted. It changes nothing, so it is called again.")
    recipe = recipe_of(definition)
    age = (datetime.now(UTC) - started.at).total_seconds()
    # The calls that follow have tokens of their own or none, and may have been made as well.
    if tokens(definition) and not definition.get("then") and age <= TOKEN_SECONDS:
        sentence = f"{name} was interrupted. It is called again with the same token, so that it is carried out once."
        return _goes_on(name, again, sentence)
    if recipe is None:
        late = "Its token is too old to be relied upon." if tokens(definition) else ""
        return _unknown(name, again, late)
    return _looked_up(context, name, prepared, recipe, again)


def _looked_up(
    context: Context, name: str, prepared: Prepared, recipe: Mapping[str, Any], again: PlanOutcome
) -> Reconciled:
    looking = call_name(recipe)
    context.emit(LogLine("phase", f"Looking with {looking} whether {name} was carried out"))
    try:
        answer = call(context, recipe, call_input(context, recipe, prepared.found))
    except (ClientError, BotoCoreError) as error:
        return _not_looked_up(context, name, recipe, again, error)
    match is_done(recipe, answer, names_of(context, prepared.found)):
        case True:
            return _done(context, name, recipe, answer, prepared.found)
        case False:
            sentence = f"{name} was interrupted before it was carried out ({looking} says so). It is called again."
            return _goes_on(name, again, sentence)
        case _:
            return _unknown(name, again, f"{looking} does not say it either.")


def _not_looked_up(
    context: Context, name: str, recipe: Mapping[str, Any], again: PlanOutcome, error: ClientError | BotoCoreError
) -> Reconciled:
    """The check itself was refused; "there is no such thing" may be an answer all the same."""
    looking = call_name(recipe)
    done = is_done_when_missing(recipe) if no_such_thing(error) else None
    if done is True:
        return _succeeded(name, {}, f"{name} was carried out before the worker was lost ({looking} finds nothing).")
    if done is False:
        sentence = f"{name} was interrupted before it was carried out ({looking} finds nothing). It is called again."
        return _goes_on(name, again, sentence)
    words = call_words(error, looking)
    detail = secrets_of(context, recipe).scrub(words.detail)
    if words.retryable:
        raise ExecutorError(words.code, f"Whether {name} was carried out cannot be looked up: {detail}", retryable=True)
    return _unknown(name, again, f"It cannot be looked up: {detail}")


def _done(
    context: Context, name: str, recipe: Mapping[str, Any], answer: Any, found_before: Mapping[str, Any]
) -> Reconciled:
    sentence = f"{name} was carried out before the worker was lost ({call_name(recipe)} says so)."
    if "result" not in recipe:
        return _succeeded(name, {}, sentence)
    found, text = shown_result(context, recipe, answer, names_of(context, found_before))
    return _succeeded(name, {"result": found}, f"{text}\n{sentence}")


def _succeeded(name: str, outputs: Mapping[str, Any], sentence: str) -> Reconciled:
    return Reconciled("succeeded", sentence, outputs=outputs, exists=(name,))


def _goes_on(name: str, again: PlanOutcome, sentence: str) -> Reconciled:
    return Reconciled("remainder", sentence, missing=(name,), remainder=again, may_continue=True)


def _unknown(name: str, again: PlanOutcome, why: str) -> Reconciled:
    """Nobody knows. The question is the same call once more: yes is doing it (again), no is leaving things as they
    are."""
    sentence = " ".join(
        each
        for each in (
            f"The worker was lost while it called {name}, and nobody knows whether it was carried out.",
            why,
            "Look at the cloud first. Approving means that it is called again, even if it was carried out already;"
            " rejecting leaves things as they are.",
        )
        if each
    )
    asked = replace(again, sentence=f"{sentence} {again.sentence}")
    return Reconciled("remainder", sentence, unknown=(name,), remainder=asked, may_continue=False)
