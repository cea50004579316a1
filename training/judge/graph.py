"""The trained judge as an ONNX graph: the encoder's blocks, and the head of `training.judge.model` node by node.

Inputs: `ids` and `parts` [B, T], `claims` [B, C, T] (0 and 1). Outputs: `tokens` [B, T] and `unsupported` [B, C], logits;
`evidence` [B, C, T], how much of a claim lines up with each evidence token, rows summing to 1; `nearest` [B, T, 4], each token's
highest cosine to any evidence token after the embeddings, the second (never trained), the third and the last block.
"""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from training.encoder import graph
from training.encoder.graph import BLOCKS, OPSET, Builder
from training.encoder.source import Weights
from training.judge.model import FAR, SHARPNESS, names

HEAD = ("compare", "token", "claim", "last")


def build(trained: Weights) -> onnx.ModelProto:
    """The graph from the arrays of `judge.npz`."""
    weights = {theirs: trained[ours] for ours, theirs in names().items()} | trained
    builder = Builder()
    said = builder.node("Equal", ["parts", _whole(builder, "answer.mark", 3)], "answer.is")
    answer = builder.node("Unsqueeze", [_float(builder, said, "answer.float"), _axes(builder, 2)], "answer.mask")
    states = _encoder(builder, weights, answer)
    far = _scalar(builder, "far", FAR)
    matched = [_cosines(builder, state, far, number) for number, state in enumerate(states)]
    plain = _cosines(builder, "block2", far, 3)
    nearest = _nearest(builder, "near_three", matched)
    _nearest(builder, "nearest", [matched[0], plain, matched[1], matched[2]])
    share = _alignment(builder, matched)
    aligned = builder.node("MatMul", [share, states[2]], "aligned")
    difference = builder.node("Abs", [builder.node("Sub", [states[2], aligned], "apart")], "difference")
    product = builder.node("Mul", [states[2], aligned], "product")
    seen = builder.node("Concat", [states[2], aligned, difference, product, nearest], "seen", axis=2)
    hidden = graph.gelu(builder, builder.linear(seen, weights, "compare"), "compare")
    logits = builder.node("Squeeze", [builder.linear(hidden, weights, "token"), _axes(builder, 2)], "tokens")
    _claims(builder, weights, hidden, logits, nearest, far)
    mean = builder.node("Div", [builder.node("MatMul", ["claims", share], "evidence.sum"), "claims.count"], "evidence")
    return _model(builder, [logits, "unsupported", mean, "nearest"])


def head_nodes(model: onnx.ModelProto) -> list[str]:
    """Names of the head's matrix products: they are few and stay in float32."""
    return [node.name for node in model.graph.node if node.op_type == "MatMul" and node.name.startswith(HEAD)]


def _encoder(builder: Builder, weights: Weights, answer: str) -> list[str]:
    builder.node("Cast", [builder.node("Sign", ["ids"], "ids.sign")], "attention_mask", to=TensorProto.INT64)
    builder.node("Identity", ["ids"], "input_ids")
    bias = graph.mask_bias(builder)
    hidden = graph.embeddings(builder, weights, answer)
    taps = [hidden]
    for number in range(BLOCKS):
        hidden = graph.block(builder, weights, number, hidden, bias)
        if number + 1 == 2:
            builder.node("Identity", [hidden], "block2")
        if number + 1 in {3, 6}:
            taps.append(hidden)
    return taps


def _cosines(builder: Builder, state: str, far: str, number: int) -> str:
    name = f"match{number}"
    length = builder.node("ReduceL2", [state], f"{name}.length", axes=[2], keepdims=1)
    least = builder.node("Max", [length, _scalar(builder, f"{name}.least", 1e-12)], f"{name}.at_least")
    unit = builder.node("Div", [state, least], f"{name}.unit")
    turned = builder.node("Transpose", [unit], f"{name}.turned", perm=[0, 2, 1])
    cosines = builder.node("MatMul", [unit, turned], f"{name}.cosines")
    told = builder.node("Equal", ["parts", _whole(builder, f"{name}.mark", 2)], f"{name}.is")
    evidence = builder.node("Unsqueeze", [told, _axes(builder, 1)], f"{name}.evidence")
    return builder.node("Where", [evidence, cosines, far], name)


def _nearest(builder: Builder, output: str, matched: list[str]) -> str:
    columns = []
    for name in matched:
        highest = builder.node("ReduceMax", [name], f"{output}.{name}.highest", axes=[2], keepdims=1)
        floor = _scalar(builder, f"{output}.{name}.floor", -1.0)
        columns.append(builder.node("Max", [highest, floor], f"{output}.{name}.kept"))
    return builder.node("Concat", columns, output, axis=2)


def _alignment(builder: Builder, matched: list[str]) -> str:
    both = builder.node("Add", [matched[1], matched[2]], "align.both")
    sharp = builder.node("Mul", [both, _scalar(builder, "align.sharpness", SHARPNESS / 2)], "align.sharp")
    return builder.node("Softmax", [sharp], "align.share", axis=2)


def _claims(builder: Builder, weights: Weights, hidden: str, logits: str, nearest: str, far: str) -> None:
    node = builder.node
    total = node("ReduceSum", ["claims", _axes(builder, 2)], "claims.sum", keepdims=1)
    count = node("Max", [total, _scalar(builder, "claims.one", 1.0)], "claims.count")
    away = node("Mul", [node("Sub", [_scalar(builder, "one.claim", 1.0), "claims"], "claims.outside"), far], "claims.away")
    mean = node("Div", [node("MatMul", ["claims", hidden], "claims.hidden"), count], "claims.mean")
    apart = node("Add", [node("Unsqueeze", [hidden, _axes(builder, 1)], "claims.h4"), _third(builder, away)], "claims.far4")
    most = node("ReduceMax", [apart], "claims.most_raw", axes=[2], keepdims=0)
    most = node("Max", [most, _scalar(builder, "claims.floor", -10.0)], "claims.most")
    row = node("Unsqueeze", [logits, _axes(builder, 1)], "claims.logits")
    peak = node("ReduceMax", [node("Add", [row, away], "claims.peaks")], "claims.peak_raw", axes=[2], keepdims=1)
    peak = node("Max", [peak, _scalar(builder, "claims.lowest", -30.0)], "claims.peak")
    column = node("Unsqueeze", [logits, _axes(builder, 2)], "claims.column")
    average = node("Div", [node("MatMul", ["claims", column], "claims.logit_sum"), count], "claims.average")
    near = node("Div", [node("MatMul", ["claims", nearest], "claims.near_sum"), count], "claims.near")
    middle = node("Gather", [nearest, builder.constant("claims.second", np.array(1, dtype=np.int64))], "claims.middle", axis=2)
    spread = node("Sub", [node("Transpose", [middle], "claims.middle3", perm=[0, 2, 1]), away], "claims.spread")
    worst = node("ReduceMin", [spread], "claims.worst_raw", axes=[2], keepdims=1)
    worst = node("Min", [worst, _scalar(builder, "claims.ceiling", 1.0)], "claims.worst")
    joined = node("Concat", [mean, most, peak, average, near, worst], "claims.joined", axis=2)
    deep = graph.gelu(builder, builder.linear(joined, weights, "claim"), "claim")
    node("Squeeze", [builder.linear(deep, weights, "last"), _axes(builder, 2)], "unsupported")


def _third(builder: Builder, name: str) -> str:
    return builder.node("Unsqueeze", [name, _axes(builder, 3)], f"{name}.deep")


def _model(builder: Builder, outputs: list[str]) -> onnx.ModelProto:
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("ids", "parts")]
    claims = helper.make_tensor_value_info("claims", TensorProto.FLOAT, ["batch", "claims", "tokens"])
    shapes = (["batch", "tokens"], ["batch", "claims"], ["batch", "claims", "tokens"], ["batch", "tokens", 4])
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in zip(outputs, shapes, strict=True)]
    drawn = helper.make_graph(builder.nodes, "judge", [*ids, claims], made, builder.tensors)
    model = helper.make_model(drawn, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _float(builder: Builder, name: str, output: str) -> str:
    return builder.node("Cast", [name], output, to=TensorProto.FLOAT)


def _scalar(builder: Builder, name: str, value: float) -> str:
    return builder.constant(name, np.array(value, dtype=np.float32))


def _whole(builder: Builder, name: str, value: int) -> str:
    return builder.constant(name, np.array(value, dtype=np.int64))


def _axes(builder: Builder, axis: int) -> str:
    name = f"axis{axis}"
    known: NDArray[np.int64] = np.array([axis], dtype=np.int64)
    return name if any(one.name == name for one in builder.tensors) else builder.constant(name, known)
