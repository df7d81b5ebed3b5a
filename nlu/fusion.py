"""How much what is said beside the encoder weighs: tried on phrases that none of it had seen. Needs scipy."""

from collections.abc import Sequence

import numpy as np

from .classifier import Heads, Heard, Weights
from .features import Floats, Indices

WORDS = (1.0, 2.0, 4.0)
VALUES = (0.0, 0.25, 0.5, 1.0)
_SCALES = (1e-3, 1e3)
FEWEST = 1_000
"""With fewer phrases to try it on, luck would choose."""


def best_weights(heads: Heads, heard: Sequence[Heard], labels: Sequence[str], default: Weights) -> Weights:
    """The weights at which the right intents are most probable, on whatever scale suits them; `default` where too few
    phrases were heard, or words and letters are not used at all. Values weigh nothing without an agreement."""
    pooled = [each.pooled for each in heard if each.pooled is not None]
    if heads.encoded is None or not heads.encoded.fusion or len(pooled) < FEWEST:
        return default
    encoded = heads.encoded.scores(np.stack(pooled))
    words = np.stack([heads.words.scores(each.terms) for each in heard])
    agreements = [each.agreement for each in heard if each.agreement is not None]
    values = np.stack(agreements) if agreements else np.zeros_like(words)
    places = {name: at for at, name in enumerate(heads.classes)}
    right = np.array([places[label] for label in labels])
    losses = {}
    for weights in (Weights(word, value) for value in (VALUES if agreements else (0.0,)) for word in WORDS):
        losses[weights] = _least_loss(encoded + weights.words * words + weights.values * values, right)
    return min(losses, key=lambda weights: losses[weights])


def _least_loss(scores: Floats, right: Indices) -> float:
    """On the scale that suits the scores best: of the loss along it there is one lowest point."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(lambda size: _loss(np.exp(size) * scores, right), bounds=np.log(_SCALES), method="bounded")
    return float(found.fun)


def _loss(scores: Floats, right: Indices) -> float:
    """The mean logarithmic loss."""
    most = scores.max(axis=1)
    totals = np.log(np.exp(scores - most[:, None]).sum(axis=1))
    return float((totals + most - scores[np.arange(len(scores)), right]).mean())
