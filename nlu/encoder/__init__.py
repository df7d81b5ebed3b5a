"""The sentence encoder: all-MiniLM-L6-v2 as an int8 ONNX graph, made from the published weights and run on one thread.

`files` says what a made encoder consists of, `build` makes one (onnx and safetensors, where it is made only), `runtime`
runs one (onnxruntime and tokenizers).
"""

from .runtime import Encoder, Sentence

__all__ = ["Encoder", "Sentence"]
