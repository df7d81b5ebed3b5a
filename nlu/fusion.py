"""How much words and letters weigh beside the encoder: tried on phrases that neither had seen."""

from collections.abc import Sequence

import numpy as np

from .classifier import Heads, Heard
from .features import Floats, Indices

WEIGHTS = (1.0, 2.0, 4.0)
_SCALES = (0.5, 0.7, 1.0, 1.5, 2.0)
_FEWEST = 1_000
"""With fewer phrases to try it on, luck would choose."""


def best_fusion(heads: Heads, heard: Sequence[Heard], labels: Sequence[str], default: float) -> float:
    """The weight at which the right intents are most probable, on whatever scale suits it; `default` where too few
    phrases were heard, or words and letters are not used at all."""
    pooled = [each.pooled for each in heard if each.pooled is not None]
    if heads.encoded is None or not heads.encoded.fusion or len(pooled) < _FEWEST:
        return default
    encoded = heads.encoded.scores(np.stack(pooled))
    words = np.stack([heads.words.scores(each.terms) for each in heard])
    places = {name: at for at, name in enumerate(heads.classes)}
    right = np.array([places[label] for label in labels])
    losses = {weight: min(_loss(scale * (encoded + weight * words), right) for scale in _SCALES) for weight in WEIGHTS}
    return min(losses, key=lambda weight: losses[weight])


def _loss(scores: Floats, right: Indices) -> float:
    """The mean logarithmic loss."""
    most = scores.max(axis=1)
    totals = np.log(np.exp(scores - most[:, None]).sum(axis=1))
    return float((totals + most - scores[np.arange(len(scores)), right]).mean())
