from dataclasses import replace

import numpy as np
import pytest

from nlu.fitting import Options
from nlu.pipeline import Pipeline
from nlu.training import train
from nlu.types import IntentDefinition, TrainingData, TrainingError


def test_training_twice_gives_the_same_model(small_data: TrainingData) -> None:
    first, second = train(small_data), train(small_data)
    np.testing.assert_array_equal(first.heads.words.weights, second.heads.words.weights)
    assert first.threshold == second.threshold
    assert first.features.blocks[0].vocabulary == second.features.blocks[0].vocabulary


def test_progress_is_told_and_grows(small_data: TrainingData) -> None:
    told: list[tuple[str, float]] = []
    train(small_data, progress=lambda sentence, share: told.append((sentence, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_two_intents_without_out_of_scope_phrases_can_be_trained(small_data: TrainingData) -> None:
    model = train(replace(small_data, out_of_scope=()))
    understanding = Pipeline(model).understand("make a bucket")
    assert understanding.intent == "make"
    assert model.metrics["out_of_scope"] == 0


def test_a_higher_rejection_rate_gives_a_higher_threshold(small_data: TrainingData) -> None:
    careful = train(small_data, options=Options(rejection_rate=0.4))
    assert careful.threshold > train(small_data, options=Options(rejection_rate=0.02)).threshold


def test_bad_data_and_options_are_refused(small_data: TrainingData) -> None:
    with pytest.raises(TrainingError, match="rejection rate"):
        train(small_data, options=Options(rejection_rate=0.9))
    doubled = IntentDefinition("other", ("make a bucket", "one", "two", "three", "four"))
    with pytest.raises(TrainingError, match="'make a bucket' stands under the intent make and under the intent other"):
        train(replace(small_data, intents=(*small_data.intents, doubled)))


def test_what_many_phrases_are_for_is_meant_sooner_but_does_not_drown_the_rest() -> None:
    cities = [f"the city of {name}o" for name in "abcdefghijklmnop"]
    flights = tuple(f"show me what goes {way} {city}" for way in ("to", "from") for city in cities)
    fares = tuple(f"show me what {city} costs" for city in cities[:5])
    byes = ("bye", "see you", "farewell", "so long", "good night")
    named = {"flight": flights, "fare": fares, "bye": byes}
    data = TrainingData(tuple(IntentDefinition(name, phrases) for name, phrases in named.items()), ())

    def times_as_likely(balance: float) -> float:
        pipeline = Pipeline(train(data, options=Options(balance=balance)))
        assert pipeline.understand("show me what milan costs").intent == "fare"
        either = pipeline.understand("show me what")
        assert either.intent == "flight"
        return either.confidence / either.alternatives[0].confidence

    assert times_as_likely(1.0) < times_as_likely(Options().balance) < times_as_likely(0.0)
