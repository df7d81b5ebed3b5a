"""Groups of tokens: found in training, the same for words nobody trained on, and worth nothing alone."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from nlu import artefacts, clustering
from nlu.clustering import encoded
from nlu.codebook import codebook_of
from nlu.encoder import Encoder
from nlu.encoder.files import HIDDEN, POOLINGS
from nlu.encoder.runtime import SIZE, TOKEN_SIZE
from nlu.errors import ArtefactDamaged
from nlu.features import CODES, Features
from nlu.model import Model
from nlu.pipeline import Pipeline
from nlu.training import train
from nlu.types import TrainingData

TEXTS = [
    f"{verb} the {thing} in {place}"
    for verb in ("delete", "show", "create")
    for thing in ("bucket", "queue")
    for place in ("staging", "frankfurt", "production")
]


@pytest.fixture(scope="module")
def grouped(catalogue_data: TrainingData, encoder: Encoder) -> Iterator[Model]:
    """With groups, though the catalogue alone has too few tokens for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "FEWEST_TOKENS", 1_000)
        yield train(catalogue_data, encoder=encoder)


def test_a_token_belongs_to_the_nearest_centre() -> None:
    chance = np.random.default_rng(1)
    centres = chance.normal(size=(5, HIDDEN)).astype(np.float32) * np.array(
        [[1], [2], [3], [0.1], [1]], dtype=np.float32
    )
    tokens = chance.normal(size=(40, TOKEN_SIZE)).astype(np.float32)
    distances = ((tokens[:, None, :HIDDEN] - centres) ** 2).sum(axis=2)
    codebook = codebook_of(centres)
    assert codebook.codes(tokens) == distances.argmin(axis=1).tolist()
    assert codebook.codes(tokens[:0]) == []
    assert codebook.written(tokens[:2]).split() == ["begin", *map(str, codebook.codes(tokens[:2])), "end"]


def test_groups_are_found_the_same_each_time_where_there_are_enough_tokens(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clustering, "GROUPS", 12)
    monkeypatch.setattr(clustering, "FEWEST_TOKENS", 60)
    first, again = encoded(encoder, TEXTS, 7), encoded(encoder, TEXTS, 7)
    assert first.codebook is not None and again.codebook is not None
    assert first.codes == again.codes
    np.testing.assert_array_equal(first.codebook.centres, again.codebook.centres)
    for text, pooled, codes in zip(TEXTS, first.pooled, first.codes, strict=True):
        alone = encoder.sentence(text)
        assert pooled @ alone.pooled / len(POOLINGS) > 0.97
        assert len(codes.split()) == len(alone.tokens) + 2


def test_among_few_tokens_no_groups_are_found(encoder: Encoder) -> None:
    found = encoded(encoder, [*TEXTS, ""], 7)
    assert found.codebook is None
    assert set(found.codes) == {""}
    assert found.pooled.shape == (len(TEXTS) + 1, SIZE)


def test_a_word_nobody_trained_on_stands_where_its_like_stands(encoder: Encoder, grouped: Model) -> None:
    assert grouped.codebook is not None
    paris, oslo, order = (
        grouped.codebook.codes(encoder.sentence(f"put it in {word} please").tokens)
        for word in ("paris", "oslo", "order")
    )
    assert paris == oslo != order


def test_codes_alone_say_nothing() -> None:
    features = Features.fit(
        ["delete the bucket", "order it"], ["delete the bucket"], ["begin 1 2 3 end", "begin 4 end"]
    )
    assert features.blocks[-1].block == CODES
    assert features.knows(features.vector("the bucket", "begin 4 end"))
    assert not features.knows(features.vector("日本", "begin 4 end"))
    assert len(features.vector("日本", "begin 4 end").indices)


def test_a_model_keeps_its_groups(grouped: Model, encoder: Encoder) -> None:
    assert grouped.features.uses_codes
    assert grouped.codebook is not None
    loaded = artefacts.load(artefacts.dump(grouped))
    assert loaded.codebook is not None
    np.testing.assert_array_equal(loaded.codebook.centres, grouped.codebook.centres)
    before, after = Pipeline(grouped, encoder), Pipeline(loaded, encoder)
    for text in ("create a staging bucket called acme-1", "日本語", ""):
        assert after.understand(text).intent == before.understand(text).intent
    assert after.understand("日本語").intent is None


def test_a_model_that_lost_its_groups_is_refused(grouped: Model) -> None:
    with pytest.raises(ArtefactDamaged, match="no codebook"):
        artefacts.load(artefacts.dump(replace(grouped, codebook=None)))
