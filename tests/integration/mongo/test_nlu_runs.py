"""Training runs: one at a time for a bot, taken over when their worker is lost, refused with the row that is wrong."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from chatbot_project.mongo.leasing import EPOCH
from nlu import selectors, services, storage, versions
from nlu.errors import NluError, RunNotFound, TrainingUnderway, VersionChanged
from nlu.models import Bot, EntityType, Example, Intent
from nlu.runs import store
from nlu.runs.execution import MOST_BEGINNINGS, run_execute
from nlu.runs.requests import training_sweep
from nlu.runs.states import RunState
from nlu.tasks import train_task
from nlu.training_models import Activation, TrainingRun
from nlu.types import Mistake, Place, TrainingError

from .training import ADA, DATA, Outside, connected, trained


@pytest.fixture(autouse=True)
def outside(mongo_db: Database[dict[str, Any]]) -> Iterator[Outside]:
    storage.bot_ensure("default")
    with connected() as found:
        yield found


def request() -> str:
    return services.training_request(bot="default", asked_by=ADA)


def lose(run_id: str) -> None:
    store.runs().update_one({"_id": run_id}, {"$set": {"lease_expires_at": EPOCH}})


def test_a_run_becomes_a_version_that_answers(outside: Outside) -> None:
    run_id = request()
    assert outside.promised == [("nlu.train", run_id)]
    assert train_task(run_id) == "succeeded"
    run = TrainingRun.objects.get(pk=run_id)
    (version,) = selectors.models_list()
    assert (run.state, run.model_id, run.share, run.unfinished_of) == ("succeeded", version.id, 1.0, None)
    assert version.active
    assert train_task(run_id) == "nothing to do"
    assert len(selectors.models_list()) == 1


def test_progress_is_told_while_it_runs() -> None:
    seen: list[tuple[str, float]] = []
    run_id = request()

    def told(sentence: str, share: float) -> None:
        row = store.run_get(run_id)
        seen.append((row["sentence"], row["share"]))
        assert (row["state"], row["sentence"]) == ("running", sentence)

    assert run_execute(run_id, "worker", told=told) is RunState.SUCCEEDED
    shares = [share for _, share in seen]
    assert len(seen) > 5
    assert shares == sorted(shares)


def test_a_bot_is_trained_once_at_a_time_and_others_meanwhile() -> None:
    run_id = request()
    with pytest.raises(TrainingUnderway) as caught:
        request()
    assert caught.value.run_id == run_id
    storage.bot_ensure("other")
    services.training_request(bot="other", asked_by=ADA)
    assert run_execute(run_id, "worker") is RunState.SUCCEEDED
    request()


def test_a_run_that_somebody_works_on_is_left_to_them() -> None:
    run_id = request()
    assert store.run_claim(run_id, "first") is not None
    assert run_execute(run_id, "second") is None
    assert store.run_get(run_id)["state"] == "running"


def test_a_lost_worker_s_run_is_taken_over_and_the_lost_one_changes_nothing(outside: Outside) -> None:
    run_id = request()
    beaten: list[RunState | None] = []

    def interrupted(sentence: str, share: float) -> None:
        if share >= 0.8 and not beaten:
            beaten.append(None)
            lose(run_id)
            beaten[0] = run_execute(run_id, "second")

    assert run_execute(run_id, "first", told=interrupted) is None
    assert beaten == [RunState.SUCCEEDED]
    assert len(selectors.models_list()) == 1


def test_a_zombie_s_version_is_never_stored() -> None:
    run_id = request()
    lease = store.run_claim(run_id, "zombie")
    assert lease is not None
    lose(run_id)
    assert run_execute(run_id, "second") is RunState.SUCCEEDED
    with pytest.raises(store.RunLost):
        versions.version_make(
            bot="default",
            data=DATA,
            titles={},
            activate=True,
            by=ADA,
            commit=lambda tx, model_id: store.run_succeed(tx, lease, model_id),
        )
    assert len(selectors.models_list()) == 1


@pytest.mark.parametrize("when", [0.0, 0.5, 0.8])
def test_a_canceled_run_stores_nothing_and_the_bot_answers_as_before(outside: Outside, when: float) -> None:
    before = trained()
    run_id = request()
    after: list[float] = []

    def told(sentence: str, share: float) -> None:
        if share >= when:
            services.training_cancel(run_id=run_id, by=ADA)
            after.append(share)

    assert run_execute(run_id, "worker", told=told) is RunState.CANCELED
    assert len(after) == 1  # the next step noticed
    row = store.run_get(run_id)
    assert (row["state"], row["sentence"], row["unfinished_of"]) == ("canceled", "Canceled by ada.", None)
    assert [each.id for each in selectors.models_list()] == [before.id]
    assert selectors.models_list()[0].active
    assert train_task(run_id) == "nothing to do"
    assert run_execute(request(), "worker") is RunState.SUCCEEDED


def test_canceling_comes_too_late_or_before_anybody_began(outside: Outside) -> None:
    run_id = request()
    assert services.training_cancel(run_id=run_id, by=ADA)
    assert not services.training_cancel(run_id=run_id, by=ADA)
    assert run_execute(run_id, "worker") is None
    done = request()
    assert run_execute(done, "worker") is RunState.SUCCEEDED
    assert not services.training_cancel(run_id=done, by=ADA)
    assert store.run_get(done)["state"] == "succeeded"
    with pytest.raises(RunNotFound):
        services.training_cancel(run_id="none", by=ADA)


def test_what_nobody_works_on_is_found_again(outside: Outside) -> None:
    run_id = request()
    outside.promised.clear()
    assert training_sweep() == 0
    store.runs().update_one({"_id": run_id}, {"$set": {"woken_at": EPOCH}})
    assert (training_sweep(), training_sweep()) == (1, 0)
    assert outside.promised == [("nlu.train", run_id)]
    assert store.run_claim(run_id, "worker") is not None
    store.runs().update_one({"_id": run_id}, {"$set": {"woken_at": EPOCH}})
    assert training_sweep() == 0
    lose(run_id)
    assert training_sweep() == 1


def test_what_kills_its_workers_is_given_up(outside: Outside) -> None:
    run_id = request()
    for _ in range(MOST_BEGINNINGS):
        assert store.run_claim(run_id, "worker") is not None
        lose(run_id)
    assert run_execute(run_id, "worker") is RunState.FAILED
    assert "lost 3 times" in store.run_get(run_id)["error"]
    request()


def test_bad_data_is_refused_with_the_places(outside: Outside) -> None:
    services.train(data=DATA)
    Example.objects.create(bot=Bot.objects.get(), intent_id="default:make", text="Delete it!")
    run_id = request()
    assert run_execute(run_id, "worker") is RunState.REFUSED
    (mistake,) = store.run_get(run_id)["mistakes"]
    assert "'delete it'" in mistake["sentence"]
    assert [(each["intent"], each["phrase"]) for each in mistake["places"]] == [
        ("make", "Delete it!"),
        ("drop", "delete it"),
    ]
    assert len(selectors.models_list()) == 1


def test_what_was_written_as_json_of_another_shape_is_refused_by_name() -> None:
    bot = Bot.objects.get()
    for slots, values, named in (("name", {}, "The intent own.dance"), ([], ["red"], "The entity colour")):
        Intent.objects.update_or_create(bot=bot, name="own.dance", defaults={"slots": slots})
        EntityType.objects.update_or_create(bot=bot, name="colour", defaults={"kind": "list", "values": values})
        run_id = request()
        assert run_execute(run_id, "worker") is RunState.REFUSED
        (mistake,) = store.run_get(run_id)["mistakes"]
        assert mistake["sentence"].startswith(named)


def test_what_is_interrupted_at_the_keyboard_is_not_gone_on_with(outside: Outside) -> None:
    def interrupt(sentence: str, share: float) -> None:
        raise KeyboardInterrupt

    run_id = request()
    with pytest.raises(KeyboardInterrupt):
        run_execute(run_id, "command", told=interrupt)
    assert (store.run_get(run_id)["state"], store.run_get(run_id)["error"]) == ("failed", "It was interrupted.")


def test_when_mongodb_fails_in_the_middle_another_worker_may_begin_at_once() -> None:
    def fail(sentence: str, share: float) -> None:
        raise AutoReconnect("connection closed")

    run_id = request()
    with pytest.raises(AutoReconnect):
        run_execute(run_id, "first", told=fail)
    assert run_execute(run_id, "second") is RunState.SUCCEEDED


def test_very_many_mistakes_fit_into_a_row(outside: Outside) -> None:
    places = tuple(Place("make", "x" * 300) for _ in range(50_000))
    outside.error = TrainingError(mistakes=[Mistake("Wrong.", places)] * 300)
    run_id = request()
    assert run_execute(run_id, "worker") is RunState.REFUSED
    assert len(store.run_get(run_id)["mistakes"]) == 200


def test_an_error_of_ours_is_told_without_its_words(outside: Outside) -> None:
    outside.error = RuntimeError("password=hunter2")
    run_id = request()
    assert run_execute(run_id, "worker") is RunState.FAILED
    assert "hunter2" not in str(store.run_get(run_id))


def test_a_message_that_names_no_run_is_no_task() -> None:
    with pytest.raises(ValueError, match="badly formed"):
        train_task("; drop everything")
    assert train_task("00000000-0000-0000-0000-000000000000") == "nothing to do"


def test_files_of_lost_trainings_are_removed_once_they_are_old(mongo_db: Database[dict[str, Any]]) -> None:
    orphans = [storage.artefact_upload("default", b"lost").file_id for _ in range(2)]
    view = services.train(data=DATA)
    files = mongo_db["nlu_artefact.files"]
    files.update_many({"_id": {"$ne": orphans[1]}}, {"$set": {"uploadDate": EPOCH}})
    assert storage.artefacts_tidy() == 1
    assert {each["_id"] for each in files.find()} == {orphans[1], storage.model_document(view.id)["file_id"]}
    assert services.model_activate(model_id=view.id).active


def test_a_version_can_be_trained_without_answering(outside: Outside) -> None:
    services.train(data=DATA)
    outside.data = replace(DATA, out_of_scope=(*DATA.out_of_scope, "la la la"))
    run_id = services.training_request(bot="default", asked_by=ADA, activate=False)
    assert run_execute(run_id, "worker") is RunState.SUCCEEDED
    assert [each.active for each in selectors.models_list()] == [False, True]


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """What `call(0)`, `call(1)`, … returned or raised, all begun at the same moment."""
    barrier = threading.Barrier(count)

    def begin(number: int) -> Any:
        barrier.wait()
        try:
            return call(number)
        except NluError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_of_many_who_ask_at_once_one_gets_a_run(outside: Outside) -> None:
    found = at_once(8, lambda number: request())
    assert sum(isinstance(each, TrainingUnderway) for each in found) == 7
    assert (TrainingRun.objects.count(), len(outside.promised)) == (1, 1)


def test_of_many_workers_one_trains() -> None:
    run_id = request()
    found = at_once(4, lambda number: run_execute(run_id, f"worker {number}"))
    assert sorted(found, key=str) == [None, None, None, RunState.SUCCEEDED]
    assert len(selectors.models_list()) == 1


def test_activations_at_once_leave_one_history() -> None:
    versions_made = [services.train(data=DATA, activate=False).id for _ in range(2)]
    found = at_once(8, lambda number: services.model_activate(model_id=versions_made[number % 2]))
    assert not [each for each in found if isinstance(each, Exception)]
    rows = list(Activation.objects.order_by("number"))
    assert [each.number for each in rows] == list(range(1, len(rows) + 1))
    assert all(one.model_id != other.model_id for one, other in itertools.pairwise(rows))
    assert rows[-1].model_id == storage.active_model_id("default")
    target = rows[-2].model_id
    found = at_once(4, lambda number: services.model_roll_back(by=ADA, from_model_id=rows[-1].model_id))
    assert sum(isinstance(each, VersionChanged) for each in found) == 3
    assert storage.active_model_id("default") == target
