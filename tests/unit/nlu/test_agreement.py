"""How well the values in a text are those of an intent."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu import artefacts, fusion, training
from nlu.benchmark.run import best
from nlu.encoder import Encoder
from nlu.errors import ArtefactDamaged
from nlu.features import FRAMES, Features
from nlu.model import Model
from nlu.pipeline import Pipeline
from nlu.tagging.agreement import Agreement
from nlu.tagging.tagger import MOST_WORDS, Tagger, Words, forbid_impossible
from nlu.tagging.words import framed, split
from nlu.training import train
from nlu.types import EntityDefinition, IntentDefinition, TrainingData

LABELS = ("B-city", "B-film", "I-city", "I-film", "O")
SLOTS = [("city",), ("city", "film"), (), None]


def tagger(transitions: NDArray[np.float32]) -> Tagger:
    owners, values = np.zeros(0, dtype=np.int16), np.zeros(0, dtype=np.float32)
    return Tagger(LABELS, {}, np.zeros(1, dtype=np.int32), owners, values, transitions)


def words(scores: NDArray[np.float32]) -> Words:
    return Words("x " * len(scores), tuple((2 * at, 2 * at + 1) for at in range(len(scores))), (), scores)


def test_it_is_the_share_of_all_labellings_that_an_intent_allows() -> None:
    chance = np.random.default_rng(7)
    transitions = forbid_impossible(LABELS, chance.normal(size=(5, 5)).astype(np.float32))
    scores = chance.normal(size=(4, 5)).astype(np.float32)
    sums = np.zeros(len(SLOTS))
    for path in product(range(5), repeat=4):
        score = scores[range(4), list(path)].sum() + transitions[list(path[:-1]), list(path[1:])].sum()
        for at, slots in enumerate(SLOTS):
            if slots is None or all(LABELS[each] == "O" or LABELS[each][2:] in slots for each in path):
                sums[at] += np.exp(np.float64(score))
    found = Agreement.of(tagger(transitions), SLOTS).scores(words(scores))
    assert found == pytest.approx(np.log(sums / sums[-1]), abs=1e-5)
    assert found[1] == found[3] == 0 > found[0] > found[2]


def test_nothing_is_ruled_out_and_nothing_said_of_no_words() -> None:
    agreement = Agreement.of(tagger(np.zeros((5, 5), dtype=np.float32)), SLOTS)
    scores = np.full((3, 5), -1e6, dtype=np.float32)
    scores[:, 1] = 1e6
    assert agreement.scores(words(scores)).tolist() == [-30, 0, -30, 0]
    assert agreement.scores(words(np.zeros((0, 5), dtype=np.float32))).tolist() == [0, 0, 0, 0]


def test_of_a_text_without_end_the_beginning_counts() -> None:
    scores = np.random.default_rng(9).normal(size=(5_000, 5)).astype(np.float32)
    finder = tagger(np.zeros((5, 5), dtype=np.float32))
    agreement = Agreement.of(finder, SLOTS)
    assert (agreement.scores(words(scores)) == agreement.scores(words(scores[:MOST_WORDS]))).all()
    assert finder.frame(words(scores)) == finder.frame(words(scores[:MOST_WORDS]))


def test_a_frame_has_a_mark_for_each_value() -> None:
    text = "Play New York, New York by Sinatra"
    outside = [True, False, False, True, False, False, True, False]
    assert framed(text, split(text), outside) == "begin play __value__ , __value__ by __value__ end"
    assert framed("", [], []) == "begin end"


def test_frames_alone_say_nothing() -> None:
    features = Features.fit(["play it"], ["play it"], frames=["begin play __value__ end", "begin play __value__ end"])
    assert features.blocks[-1].block == FRAMES
    assert features.uses_frames and not features.uses_codes
    unknown = features.vector("\u65e5\u672c", frame="begin __value__ end")
    assert len(unknown.indices)
    assert not features.knows(unknown)


@pytest.fixture(scope="module")
def model(encoder: Encoder) -> Model:
    """Of two intents that are asked for in the same words: what is marked tells them apart."""
    cities = [f"{name}{end}" for name in ("rome", "oslo", "lima", "bern", "kiev", "doha") for end in ("", " city")]
    films = [f"{name} {end}" for name in ("alien", "vertigo", "psycho", "heat", "fargo", "jaws") for end in "12"]
    asks = ("show me {}", "what about {}", "tell me of {} please")
    data = TrainingData(
        intents=(
            IntentDefinition("weather", tuple(a.format(f"[{c}](city)") for a in asks for c in cities), ("city",)),
            IntentDefinition("showing", tuple(a.format(f"[{f}](film)") for a in asks for f in films), ("film",)),
        ),
        entities=(EntityDefinition("city", "learned"), EntityDefinition("film", "learned")),
        out_of_scope=("who are you", "what is the time", "sing a song for me"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fusion, "FEWEST", 10)
        patch.setattr(training, "FEWEST", 10)
        patch.setattr(fusion, "VALUES", (1.0,))
        return train(data, encoder=encoder)


def test_a_trained_model_asks_its_tagger(model: Model, encoder: Encoder) -> None:
    model = artefacts.load(artefacts.dump(model))
    assert model.heads.values == 1
    assert model.features.uses_frames
    pipeline = Pipeline(model, encoder)
    for text, intent in (("show me berlin city", "weather"), ("what about gladiator 2", "showing")):
        understood = pipeline.understand(text)
        assert (best(understood), len(understood.entities)) == (intent, 1)
    for text in ("", "\u65e5\u672c\u8a9e", "?!"):
        assert pipeline.understand(text).intent is None


def test_a_model_that_lost_its_tagger_is_refused(model: Model) -> None:
    with pytest.raises(ArtefactDamaged, match="no tagger"):
        artefacts.load(artefacts.dump(replace(model, tagger=None)))
