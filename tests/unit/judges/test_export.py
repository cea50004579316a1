"""The exported graph against an independent forward pass, on made-up weights with a small vocabulary."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from training.encoder import graph, reference
from training.encoder.source import SourceError, Weights, check

IDS = [3, 17, 8, 41, 5]


def made_up() -> Weights:
    random = np.random.default_rng(7)

    def table(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 0.05, shape).astype(np.float32)

    names = {"embeddings.word_embeddings": (50, 384), "embeddings.position_embeddings": (16, 384)}
    weights = {f"{name}.weight": table(*shape) for name, shape in names.items()}
    weights["embeddings.token_type_embeddings.weight"] = table(2, 384)
    layers = {"attention.self.query": (384, 384), "attention.self.key": (384, 384), "attention.self.value": (384, 384)}
    layers |= {"attention.output.dense": (384, 384), "intermediate.dense": (1536, 384), "output.dense": (384, 1536)}
    norms = ["embeddings.LayerNorm"]
    for block in range(6):
        norms += [f"encoder.layer.{block}.{part}.LayerNorm" for part in ("attention.output", "output")]
        for name, shape in layers.items():
            weights[f"encoder.layer.{block}.{name}.weight"] = table(*shape)
            weights[f"encoder.layer.{block}.{name}.bias"] = table(shape[0])
    for name in norms:
        weights |= {f"{name}.weight": 1 + table(384), f"{name}.bias": table(384)}
    return weights


@pytest.fixture(scope="module")
def weights() -> Weights:
    return made_up()


@pytest.fixture(scope="module")
def session(weights: Weights) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(graph.build(weights).SerializeToString(), providers=["CPUExecutionProvider"])


def run(session: onnxruntime.InferenceSession, ids: list[list[int]], mask: list[list[int]]) -> dict[str, NDArray[np.float32]]:
    given = {"input_ids": np.array(ids, dtype=np.int64), "attention_mask": np.array(mask, dtype=np.int64)}
    taps = list(graph.TAPS.values())
    return dict(zip(taps, session.run(taps, given), strict=True))


def test_every_tapped_layer_agrees_with_the_forward_pass(weights: Weights, session: onnxruntime.InferenceSession) -> None:
    found = run(session, [IDS], [[1] * 5])
    states = reference.hidden_states(weights, IDS)
    for layer, name in graph.TAPS.items():
        np.testing.assert_allclose(found[name][0], states[layer], atol=0.02)


def test_padding_does_not_change_a_text(session: onnxruntime.InferenceSession) -> None:
    alone = run(session, [IDS], [[1] * 5])["layer6"][0]
    padded = run(session, [IDS + [0] * 4, [2] * 9], [[1] * 5 + [0] * 4, [1] * 9])["layer6"][0][:5]
    np.testing.assert_allclose(padded, alone, atol=1e-4)


def test_eight_bit_rows_are_off_by_half_a_step_at_most() -> None:
    table = np.random.default_rng(1).normal(size=(20, 8)).astype(np.float32)
    rows, scales = graph.byte_rows(table)
    assert (np.abs(rows * scales - table) <= scales / 2 + 1e-6).all()


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "other.whl"
    wheel.write_bytes(b"something else")
    with pytest.raises(SourceError, match=r"other\.whl"):
        check(wheel)
