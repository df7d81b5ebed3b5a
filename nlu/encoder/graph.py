"""BERT's weights as an ONNX graph with the poolings that understanding needs. Runs only where an encoder is made.

Inputs: `input_ids`, `attention_mask`, both int64 (batch, tokens). Outputs, float32: `pooled` (batch, 6 x hidden), see
files.POOLINGS; `tokens` (batch, tokens, 2 x hidden), the states of files.TOKEN_LAYERS side by side.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .files import HIDDEN, POOLINGS, TOKEN_LAYERS

LONGEST = 256
"""Positions that are kept."""
_MEAN_LAYERS = (3, 4, 5, 6)
_FAR = 1e4


class GraphBuilder:
    """Collects nodes and weights; every method returns the name of what it computes."""

    def __init__(self, weights: Mapping[str, np.ndarray[Any, Any]], *, heads: int, epsilon: float) -> None:
        self._weights, self._heads, self._epsilon = weights, heads, epsilon
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def build(self, layers: int) -> onnx.ModelProto:
        state = self._embeddings()
        self._node("Cast", ["attention_mask"], "mask_int", to=TensorProto.INT32)
        states = {}
        for number in range(1, layers + 1):
            state = states[number] = self._layer(state, f"encoder.layer.{number - 1}.")
        self._pooled(states, states[layers])
        self._node("Concat", [states[number] for number in TOKEN_LAYERS], "tokens", axis=2)
        return self._model()

    def _embeddings(self) -> str:
        self._node("Gather", [self._weight("embeddings.word_embeddings.weight"), "input_ids"], "words")
        self._node("Shape", ["input_ids"], "shape")
        self._node("Gather", ["shape", self._constant("one", np.array(1))], "length")
        self._node("Range", [self._constant("zero", np.array(0)), "length", "one"], "positions")
        kept = self._weights["embeddings.position_embeddings.weight"][:LONGEST]
        self._node("Gather", [self._constant("places", kept), "positions"], "placed")
        self._node("Add", ["words", "placed"], "words_placed")
        kind = self._constant("kind", self._weights["embeddings.token_type_embeddings.weight"][0])
        self._node("Add", ["words_placed", kind], "embedded")
        return self._normalised("embedded", "embeddings.LayerNorm", "state0")

    def _layer(self, state: str, prefix: str) -> str:
        attended = self._dense(self._attention(state, prefix), f"{prefix}attention.output.dense")
        summed = self._node("Add", [attended, state], f"{prefix}sum1")
        middle = self._normalised(summed, f"{prefix}attention.output.LayerNorm", f"{prefix}middle")
        wide = self._dense(middle, f"{prefix}intermediate.dense")
        bent = self._node("Gelu", [wide], f"{prefix}gelu", approximate="none")
        narrow = self._dense(bent, f"{prefix}output.dense")
        summed = self._node("Add", [narrow, middle], f"{prefix}sum2")
        return self._normalised(summed, f"{prefix}output.LayerNorm", f"{prefix}state")

    def _attention(self, state: str, prefix: str) -> str:
        """onnxruntime's fused attention: one product for query, key and value."""
        parts = [f"{prefix}attention.self.{name}" for name in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        inputs = [state, self._constant(f"{prefix}qkv.w", weight), self._constant(f"{prefix}qkv.b", bias), "mask_int"]
        return self._node("Attention", inputs, f"{prefix}attended", domain="com.microsoft", num_heads=self._heads)

    def _dense(self, state: str, name: str) -> str:
        weight = self._constant(f"{name}.w", self._weights[f"{name}.weight"].T)
        product = self._node("MatMul", [state, weight], f"{name}.product")
        return self._node("Add", [product, self._weight(f"{name}.bias")], f"{name}.out")

    def _normalised(self, state: str, name: str, out: str) -> str:
        inputs = [state, self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]
        return self._node("LayerNormalization", inputs, out, axis=-1, epsilon=self._epsilon)

    def _pooled(self, states: Mapping[int, str], last: str) -> None:
        self._node("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["mask_float", self._constant("axis2", np.array([2]))], "mask")
        self._constant("axis1", np.array([1]))
        self._node("ReduceSum", ["mask", "axis1"], "count", keepdims=0)
        vectors = [self._mean(states[number], number) for number in _MEAN_LAYERS]
        self._node("Sub", [self._constant("one_float", np.float32(1)), "mask"], "padding")
        self._node("Mul", ["padding", self._constant("far", np.float32(_FAR))], "penalty")
        self._node("Sub", [last, "penalty"], "without_padding")
        vectors.append(self._node("ReduceMax", ["without_padding", "axis1"], "maximum", keepdims=0))
        vectors.append(self._node("Gather", [last, "zero"], "first", axis=1))
        self._node("Concat", [self._of_length_one(vector) for vector in vectors], "pooled", axis=1)

    def _mean(self, state: str, number: int) -> str:
        masked = self._node("Mul", [state, "mask"], f"masked{number}")
        total = self._node("ReduceSum", [masked, "axis1"], f"total{number}", keepdims=0)
        return self._node("Div", [total, "count"], f"mean{number}")

    def _of_length_one(self, vector: str) -> str:
        length = self._node("ReduceL2", [vector, "axis1"], f"{vector}.length", keepdims=1)
        return self._node("Div", [vector, length], f"{vector}.unit")

    def _node(self, operator: str, inputs: list[str], out: str, *, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [out], domain=domain, **attributes))
        return out

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, value: Any) -> str:
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def _model(self) -> onnx.ModelProto:
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [
            helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["batch", len(POOLINGS) * HIDDEN]),
            helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "tokens", len(TOKEN_LAYERS) * HIDDEN]),
        ]
        graph = helper.make_graph(self._nodes, "sentence-encoder", inputs, outputs, self._constants)
        operators = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=operators, ir_version=10)
