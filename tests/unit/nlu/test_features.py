"""Our vectoriser gives scikit-learn's numbers."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.base_data import base_training_data
from nlu.features import BLOCKS, Block, Features, Tfidf
from nlu.text import normalise

DATA = base_training_data()
TEXTS = [normalise(each) for intent in DATA.intents for each in intent.examples] + [
    normalise(each) for each in DATA.out_of_scope
]
UNSEEN = ["create a bucket called größe", "a", "", "日本語 okay", "the the the bucket bucket", "x-1 y_2 z.3", "?!"]


def reference(block: Block) -> TfidfVectorizer:
    analyser = {"word": "word", "char": "char_wb"}[block.analyser]
    return TfidfVectorizer(
        analyzer=analyser,
        ngram_range=(block.low, block.high),
        min_df=block.minimum,
        sublinear_tf=True,
        lowercase=False,
        token_pattern=r"\w+" if analyser == "word" else None,
    )


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.analyser)
def test_the_same_numbers_as_scikit_learn(block: Block) -> None:
    theirs = reference(block).fit(TEXTS)
    ours = Tfidf.fit(block, TEXTS)
    assert ours.vocabulary == theirs.vocabulary_
    for text in TEXTS[::7] + UNSEEN:
        expected = theirs.transform([text]).toarray()[0]
        found = np.zeros(len(ours.vocabulary))
        vector = ours.vector(text)
        found[vector.indices] = vector.values
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12, err_msg=text)


def test_masked_values_have_no_character_pieces() -> None:
    ours = Tfidf.fit(Block("char", 2, 5, 1, 1.0), ["bucket __name__ please"])
    assert not any("_" in piece for piece in ours.vocabulary)


def test_the_strangest_word_decides() -> None:
    features = Features.fit(["delete the bucket", "order a pizza"], ["delete the bucket"])
    assert features.strangeness("delete bucket") == 0
    assert features.strangeness("delete __name__") == 0
    assert features.strangeness("delete the bukket") < features.strangeness("delete the wardrobe")
    assert features.strangeness("delete the wardrobe") > 0.8
    assert features.strangeness("") == 0
