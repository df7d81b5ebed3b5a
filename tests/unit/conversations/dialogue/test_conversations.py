"""Hand-written conversations of several turns, through the trained engine and the whole dialogue, in memory.

What a turn of `conversations/*.yaml` does not expect must not happen: nothing is proposed, decided or asked unless it
says so. After a proposal its plan is there and was shown, as the orchestrator would have it.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from conversations.dialogue.choices import CHOOSE
from conversations.dialogue.decisions import Act, Ask, Correct, Decision, NotUnderstood, Propose, Show
from nlu.pipeline import Pipeline
from orchestrator.states import JobState
from tests.unit.conversations.dialogue.scenes import BUCKET, NETWORK, OTHER, QUEUE, Talk, new_world, stack, texts

TALKS = [
    (path.stem, each)
    for path in sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
    for each in yaml.safe_load(path.read_text(encoding="utf-8"))
]
_BLUEPRINTS = {"bucket": BUCKET, "queue": QUEUE, "network": NETWORK}
_DECIDED = {"approve": JobState.APPLYING, "reject": JobState.REJECTED, "cancel": JobState.CANCELED}


def test_there_are_enough():
    assert len(TALKS) >= 60
    assert len({each["name"] for _, each in TALKS}) == len(TALKS)


@pytest.mark.parametrize(("about", "talk"), TALKS, ids=[f"{about}: {each['name']}" for about, each in TALKS])
def test_a_conversation(encoded: Pipeline, about: str, talk: dict[str, Any]):
    one = Talk(_world(talk.get("stacks", ())), understand=encoded.understand)
    for turn in talk["turns"]:
        if "world" in turn:
            moves_on(one, JobState(turn["world"]))
            continue
        decision = one.submit(**turn["submit"]) if "submit" in turn else one.say(turn["say"])
        _check(turn, decision, one)
        carry_out(decision, one)


def _world(stacks: list[dict[str, Any]]) -> Any:
    world = new_world()
    for each in stacks:
        made = world.now - timedelta(days=each.get("days_ago", 0))
        owner = {"owner": OTHER} if each.get("of") == "olga" else {}
        one = stack(
            each["name"],
            blueprint=_BLUEPRINTS[each.get("is", "bucket")],
            environment=each.get("in", "staging"),
            values=each.get("values", {"name": each["name"]}),
            created_at=made,
            resource_count=each.get("resources", 4),
            **owner,
        )
        world.stack_list.append(one)
    return world


def _check(turn: dict[str, Any], decision: Decision, talk: Talk) -> None:
    said = f"{turn.get('say', turn.get('submit'))!r} -> {decision.steps}"
    _check_proposals(turn, decision, talk, said)
    acts = [each.action for each in decision.steps if isinstance(each, Act)]
    assert acts == _list(turn.get("acts")), said
    asks = [each for each in decision.steps if isinstance(each, Ask)]
    asked = [field.name for each in asks for field in each.fields]
    assert asked == _list(turn.get("asks")), said
    if "choices" in turn:
        assert list(asks[0].fields[0].choices) == turn["choices"], said
    assert any(isinstance(each, NotUnderstood) for each in decision.steps) is turn.get("not_understood", False), said
    assert any(isinstance(each, Show) for each in decision.steps) is turn.get("shows", False), said
    assert any(isinstance(each, Correct) for each in decision.steps) is turn.get("takes_back", False), said
    for part in _list(turn.get("says")):
        assert part in texts(decision), said
    if "later" in turn:
        assert [each.text for each in decision.state.later] == turn["later"], said
    if "open" in turn:
        assert (decision.state.form is not None) is turn["open"], said
    if decision.state.form is not None and decision.state.form.kind == CHOOSE:
        assert not any(isinstance(each, Propose) for each in decision.steps), said


def _check_proposals(turn: dict[str, Any], decision: Decision, talk: Talk, said: str) -> None:
    proposed = [each for each in decision.steps if isinstance(each, Propose)]
    wanted = _list(turn.get("proposes"))
    assert len(proposed) == len(wanted), said
    names = {each.id: each.name for each in talk.world.stack_list}
    for found, expected in zip(proposed, wanted, strict=True):
        has = {
            "kind": found.kind.value,
            "what": next((noun for noun, name in _BLUEPRINTS.items() if name == found.subject), found.subject),
            "in": found.environment,
            "name": names.get(found.stack_id or "", found.stack_name),
            "values": found.values,
        }
        assert {name: has[name] for name in expected} == expected, said


def carry_out(decision: Decision, talk: Talk) -> None:
    for step in decision.steps:
        if isinstance(step, Propose):
            talk.carry_out(step)
        elif isinstance(step, Act):
            _move(talk, step.job_id, _DECIDED[step.action])
        elif isinstance(step, Correct) and step.withdraw:
            _move(talk, step.job_id, JobState.CANCELED)


def moves_on(talk: Talk, state: JobState) -> None:
    """What happens to all unfinished jobs meanwhile; what succeeded is there then."""
    for each in talk.world.jobs_here():
        _move(talk, each.id, state)
    if state is JobState.SUCCEEDED:
        talk.world.stack_list = [replace(each, status="live", active_job_id=None) for each in talk.world.stack_list]


def _move(talk: Talk, job_id: str, state: JobState) -> None:
    found = next(each for each in talk.world.job_list if each.id == job_id)
    moved = replace(found, state=state)
    talk.world.job_list[talk.world.job_list.index(found)] = moved
    if job_id in talk.world.proposals:
        talk.world.proposals[job_id] = replace(talk.world.proposals[job_id], job=moved)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
