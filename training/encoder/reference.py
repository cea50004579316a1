"""BERT's forward pass in plain numpy, float64: the independent witness of the exported graph."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from training.encoder.source import Weights

Array = NDArray[np.float64]

HEADS = 12
BLOCKS = 6


def hidden_states(weights: Weights, ids: list[int]) -> list[Array]:
    """The states after the embeddings and after each block, each [tokens, 384], of one text."""
    words = weights["embeddings.word_embeddings.weight"][ids]
    places = weights["embeddings.position_embeddings.weight"][: len(ids)]
    summed = words.astype(np.float64) + places + weights["embeddings.token_type_embeddings.weight"][0]
    states = [_norm(summed, weights, "embeddings.LayerNorm")]
    for block in range(BLOCKS):
        states.append(_block(states[-1], weights, f"encoder.layer.{block}"))
    return states


def embedding(weights: Weights, ids: list[int]) -> Array:
    """The normalised mean of the last states, [384]."""
    mean = hidden_states(weights, ids)[-1].mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def _linear(value: Array, weights: Weights, prefix: str) -> Array:
    return np.asarray(value @ weights[f"{prefix}.weight"].astype(np.float64).T + weights[f"{prefix}.bias"])


def _norm(value: Array, weights: Weights, prefix: str) -> Array:
    centred = value - value.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return np.asarray(centred / spread * weights[f"{prefix}.weight"] + weights[f"{prefix}.bias"])


def _block(value: Array, weights: Weights, prefix: str) -> Array:
    mixed = _attention(value, weights, f"{prefix}.attention.self")
    first = _linear(mixed, weights, f"{prefix}.attention.output.dense") + value
    middle = _norm(first, weights, f"{prefix}.attention.output.LayerNorm")
    wide = _linear(middle, weights, f"{prefix}.intermediate.dense")
    curved = wide * (1 + erf(wide / np.sqrt(2))) / 2
    return _norm(_linear(curved, weights, f"{prefix}.output.dense") + middle, weights, f"{prefix}.output.LayerNorm")


def _attention(value: Array, weights: Weights, prefix: str) -> Array:
    tokens = len(value)
    query, key, content = (
        _linear(value, weights, f"{prefix}.{role}").reshape(tokens, HEADS, -1).transpose(1, 0, 2)
        for role in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares = powers / powers.sum(axis=-1, keepdims=True)
    return np.asarray((shares @ content).transpose(1, 0, 2).reshape(tokens, -1))
