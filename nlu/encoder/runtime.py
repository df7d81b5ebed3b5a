"""Running an encoder: texts to vectors, on one thread of the caller's. Thread-safe."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EncoderNotMade
from .files import HIDDEN, POOLINGS, TOKEN_LAYERS, encoder_id, is_made, location

MOST_TOKENS = 128
"""What is longer is cut: nobody's request is, and time grows with it."""
SIZE = len(POOLINGS) * HIDDEN
TOKEN_SIZE = len(TOKEN_LAYERS) * HIDDEN
_BATCH = 32
_SLOWER_FUSED = ["SkipLayerNormFusion"]
"""A sum and its normalisation in one step of onnxruntime take twice the time of both at a few tokens."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Sentence:
    """One text encoded: `pooled` has SIZE numbers; row t of `tokens` belongs to text[spans[t]]."""

    pooled: Vectors
    tokens: Vectors
    spans: tuple[tuple[int, int], ...]


class Encoder:
    """Open with `load`. `id` names weights and graph."""

    def __init__(self, graph: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        # More threads cost more than they bring at this size; a spinning one would take the next request's core.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # shapes differ from message to message
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER_FUSED
        )
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()
        self.id = encoder_id()

    @classmethod
    def load(cls, directory: Path) -> "Encoder":
        """Raises EncoderNotMade, with what to do, when there is none below `directory`."""
        if not is_made(directory):
            raise EncoderNotMade(
                f"There is no sentence encoder in {directory}. Run `python manage.py nlu_encoder`; until then messages "
                "are understood by their letters and words alone."
            )
        place = location(directory)
        return cls(place / "graph.onnx", place / "tokenizer.json")

    def sentence(self, text: str) -> Sentence:
        """One text with its tokens; those that begin and end every text are left out."""
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        pooled, tokens = self._run(("pooled", "tokens"), ids, np.ones_like(ids))
        return Sentence(pooled[0], tokens[0, 1:-1], tuple(encoding.offsets[1:-1]))

    def sentences_of(self, texts: Sequence[str]) -> list[Sentence]:
        """Like `sentence`, of many texts, much faster than one by one."""
        found: list[Sentence | None] = [None] * len(texts)
        for rows, ids, mask, spans in self._batches(texts):
            pooled, tokens = self._run(("pooled", "tokens"), ids, mask)
            for at, row in enumerate(rows):
                # Copied, so that the batch's padding can go.
                found[row] = Sentence(pooled[at], tokens[at, 1 : len(spans[at]) + 1].copy(), spans[at])
        return [each for each in found if each is not None]

    def _batches(self, texts: Sequence[str]) -> Any:
        """(rows, ids, mask, spans) of texts that are about as long."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda row: len(encodings[row].ids))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            longest = len(encodings[rows[-1]].ids)
            ids = np.zeros((len(rows), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for at, row in enumerate(rows):
                ids[at, : len(encodings[row].ids)] = encodings[row].ids
                mask[at, : len(encodings[row].ids)] = 1
            yield rows, ids, mask, [tuple(encodings[row].offsets[1:-1]) for row in rows]

    def _run(self, outputs: Sequence[str], ids: NDArray[np.int64], mask: NDArray[np.int64]) -> list[Any]:
        return list(self._session.run(list(outputs), {"input_ids": ids, "attention_mask": mask}))
