"""BERT as an ONNX graph, built node by node from named tensors; no deep-learning framework needed.

Outputs `layer0`, `layer3` and `layer6` are the hidden states after the embeddings, the third and the
last block, each [batch, tokens, 384]. Whoever runs the graph asks only for those it needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.encoder.source import Weights

HEADS = 12
WIDTH = 384
BLOCKS = 6
EPSILON = 1e-12
OPSET = 17
TAPS = {0: "layer0", 3: "layer3", 6: "layer6"}


@dataclass
class Builder:
    """Collects nodes and initialisers; every method returns the name of its output."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def linear(self, source: str, weights: Weights, prefix: str) -> str:
        """x W^T + b, with the weight stored transposed as ONNX's MatMul wants it."""
        matrix = self.constant(f"{prefix}.weight_t", weights[f"{prefix}.weight"].T)
        bias = self.constant(f"{prefix}.bias", weights[f"{prefix}.bias"])
        product = self.node("MatMul", [source, matrix], f"{prefix}.product")
        return self.node("Add", [product, bias], f"{prefix}.out")

    def norm(self, source: str, weights: Weights, prefix: str, output: str) -> str:
        scale = self.constant(f"{prefix}.weight", weights[f"{prefix}.weight"])
        bias = self.constant(f"{prefix}.bias", weights[f"{prefix}.bias"])
        return self.node("LayerNormalization", [source, scale, bias], output, axis=-1, epsilon=EPSILON)


def build(weights: Weights) -> onnx.ModelProto:
    """The whole model with float32 blocks and a word table of 8-bit rows.

    The table is half of all parameters. Each row keeps a scale of its own, so a word's vector is off
    by at most half of 1/127 of its own largest entry.
    """
    builder = Builder()
    bias = mask_bias(builder)
    hidden = embeddings(builder, weights)
    for number in range(BLOCKS):
        hidden = block(builder, weights, number, hidden, bias)
    shape = ["batch", "tokens"]
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info(tap, TensorProto.FLOAT, [*shape, WIDTH]) for tap in TAPS.values()]
    graph = helper.make_graph(builder.nodes, "minilm", ids, outputs, builder.tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def byte_rows(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric 8-bit rows and their scales [rows, 1]: `table` is about `rows * scales`."""
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), np.float32(1e-12)) / np.float32(127)
    return np.round(table / scales).astype(np.int8), scales.astype(np.float32)


def embeddings(builder: Builder, weights: Weights, answer: str = "") -> str:
    """The states before the first block. answer: name of a [batch, tokens, 1] mask of tokens of segment 1, if there are any."""
    prefix = "embeddings"
    rows, scales = byte_rows(weights[f"{prefix}.word_embeddings.weight"])
    # Tokens are of segment 0 unless told otherwise, so its vector is folded into the positions once and for all.
    segments = weights[f"{prefix}.token_type_embeddings.weight"]
    positions = weights[f"{prefix}.position_embeddings.weight"] + segments[0]
    table, scale = builder.constant("word.rows", rows), builder.constant("word.scales", scales)
    picked = builder.node("Gather", [table, "input_ids"], "word.picked", axis=0)
    numbers = builder.node("Cast", [picked], "word.numbers", to=TensorProto.FLOAT)
    factor = builder.node("Gather", [scale, "input_ids"], "word.factor", axis=0)
    words = builder.node("Mul", [numbers, factor], "word.vectors")
    shape = builder.node("Shape", ["input_ids"], "ids.shape", start=1, end=2)
    zero = builder.constant("zero", np.array([0], dtype=np.int64))
    place = builder.node("Slice", [builder.constant("positions", positions), zero, shape], "positions.used")
    total = builder.node("Add", [words, place], "embeddings.sum")
    if answer:
        step = builder.node("Mul", [answer, builder.constant("segment.step", segments[1] - segments[0])], "segment.vectors")
        total = builder.node("Add", [total, step], "embeddings.with_segments")
    return builder.norm(total, weights, f"{prefix}.LayerNorm", TAPS[0])


def mask_bias(builder: Builder) -> str:
    """0 where a token stands, -10000 where there is padding; [batch, 1, 1, tokens]."""
    mask = builder.node("Cast", ["attention_mask"], "mask.float", to=TensorProto.FLOAT)
    absent = builder.node("Sub", [builder.constant("one", np.array(1, dtype=np.float32)), mask], "mask.absent")
    low = builder.constant("low", np.array(-10000, dtype=np.float32))
    scaled = builder.node("Mul", [absent, low], "mask.scaled")
    axes = builder.constant("mask.axes", np.array([1, 2], dtype=np.int64))
    return builder.node("Unsqueeze", [scaled, axes], "mask.bias")


def block(builder: Builder, weights: Weights, number: int, hidden: str, bias: str) -> str:
    """One transformer block; the name of its output."""
    prefix = f"encoder.layer.{number}"
    context = _attention(builder, weights, f"{prefix}.attention", hidden, bias)
    dense = builder.linear(context, weights, f"{prefix}.attention.output.dense")
    first = builder.node("Add", [dense, hidden], f"{prefix}.attention.sum")
    middle = builder.norm(first, weights, f"{prefix}.attention.output.LayerNorm", f"{prefix}.attention.done")
    wide = gelu(builder, builder.linear(middle, weights, f"{prefix}.intermediate.dense"), prefix)
    narrow = builder.linear(wide, weights, f"{prefix}.output.dense")
    second = builder.node("Add", [narrow, middle], f"{prefix}.sum")
    output = TAPS.get(number + 1, f"{prefix}.done")
    return builder.norm(second, weights, f"{prefix}.output.LayerNorm", output)


def _attention(builder: Builder, weights: Weights, prefix: str, hidden: str, bias: str) -> str:
    size = WIDTH // HEADS
    split = builder.constant(f"{prefix}.split", np.array([0, 0, HEADS, size], dtype=np.int64))
    join = builder.constant(f"{prefix}.join", np.array([0, 0, WIDTH], dtype=np.int64))

    def heads(role: str, order: list[int]) -> str:
        flat = builder.linear(hidden, weights, f"{prefix}.self.{role}")
        folded = builder.node("Reshape", [flat, split], f"{prefix}.{role}.folded")
        return builder.node("Transpose", [folded], f"{prefix}.{role}.heads", perm=order)

    query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    scores = builder.node("MatMul", [query, key], f"{prefix}.scores")
    factor = builder.constant(f"{prefix}.factor", np.array(size**-0.5, dtype=np.float32))
    scaled = builder.node("Mul", [scores, factor], f"{prefix}.scaled")
    masked = builder.node("Add", [scaled, bias], f"{prefix}.masked")
    share = builder.node("Softmax", [masked], f"{prefix}.share", axis=-1)
    mixed = builder.node("MatMul", [share, value], f"{prefix}.mixed")
    back = builder.node("Transpose", [mixed], f"{prefix}.back", perm=[0, 2, 1, 3])
    return builder.node("Reshape", [back, join], f"{prefix}.context")


def gelu(builder: Builder, source: str, prefix: str) -> str:
    """x/2 (1 + erf(x / sqrt 2)), the exact form BERT was trained with."""
    root = builder.constant(f"{prefix}.root2", np.array(2**0.5, dtype=np.float32))
    half = builder.constant(f"{prefix}.half", np.array(0.5, dtype=np.float32))
    one = builder.constant(f"{prefix}.one", np.array(1, dtype=np.float32))
    scaled = builder.node("Div", [source, root], f"{prefix}.gelu.scaled")
    curve = builder.node("Erf", [scaled], f"{prefix}.gelu.curve")
    lifted = builder.node("Add", [curve, one], f"{prefix}.gelu.lifted")
    product = builder.node("Mul", [source, lifted], f"{prefix}.gelu.product")
    return builder.node("Mul", [product, half], f"{prefix}.gelu")
