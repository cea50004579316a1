"""The judge as a torch module: MiniLM, and a head that compares each answer token with the evidence it lines up with.

Shapes: B sequences, T tokens, C claims. The comparison starts as the frozen late interaction (highest cosine of an answer
token to any evidence token), so that training begins at the baseline instead of at chance; see Parikh et al. 2016,
"A Decomposable Attention Model for Natural Language Inference" (arXiv 1606.01933) for the aligned comparison.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 384
HEADS = 12
BLOCKS = 6
INNER = 1536
HIDDEN = 128
SHARPNESS = 16.0  # of the soft alignment: cosines are that many times sharper than a plain softmax
FAR = -1e4


class Block(nn.Module):
    """One transformer block of BERT, after-norm as published."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.last_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states [B, T, 384], mask [B, 1, 1, T] true where a token may be looked at."""
        batch, length, _ = states.shape
        split = [part(states).view(batch, length, HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value)]
        seen = functional.scaled_dot_product_attention(*split, attn_mask=mask)
        joined = self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH))
        states = self.norm(states + self.dropout(joined))
        grown = self.outer(functional.gelu(self.inner(states)))
        return self.last_norm(states + self.dropout(grown))


class Judge(nn.Module):
    """Token logits and claim logits; positive means unsupported."""

    def __init__(self, vocabulary: int, positions: int = 512) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(positions, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.blocks = nn.ModuleList(Block() for _ in range(BLOCKS))
        self.compare = nn.Linear(4 * WIDTH + 3, HIDDEN)
        self.token = nn.Linear(HIDDEN, 1)
        self.claim = nn.Linear(2 * HIDDEN + 6, HIDDEN // 2)
        self.last = nn.Linear(HIDDEN // 2, 1)
        self.dropout = nn.Dropout(0.1)

    def forward(self, ids: Tensor, parts: Tensor, claims: Tensor) -> tuple[Tensor, Tensor]:
        """Token logits [B, T] and claim logits [B, C].

        ids: [B, T], 0 for padding. parts: [B, T], 0 padding and marks, 1 question, 2 evidence, 3 answer.
        claims: [B, C, T], 1 where the token belongs to the claim; a row of zeros gives a meaningless logit.
        """
        low, middle, high = self.encode(ids, parts)
        evidence = (parts == 2).unsqueeze(1)
        matched = [self._cosines(states, evidence) for states in (low, middle, high)]
        nearest = torch.stack([one.max(dim=2).values.clamp(min=-1.0) for one in matched], dim=2)
        weights = torch.softmax((matched[1] + matched[2]) * (SHARPNESS / 2), dim=2)
        aligned = weights @ high
        seen = torch.cat([high, aligned, (high - aligned).abs(), high * aligned, nearest], dim=2)
        tokens = functional.gelu(self.compare(self.dropout(seen)))
        logits = self.token(tokens).squeeze(2)
        return logits, self._claims(tokens, logits, nearest, claims)

    def encode(self, ids: Tensor, parts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Hidden states after the embeddings, the third and the last block."""
        places = torch.arange(ids.shape[1], device=ids.device)
        states = self.norm(self.words(ids) + self.positions(places) + self.segments((parts == 3).long()))
        mask = (ids != 0)[:, None, None, :]
        taps = [states]
        for number, block in enumerate(self.blocks, start=1):
            states = block(states, mask)
            if number in {3, 6}:
                taps.append(states)
        return taps[0], taps[1], taps[2]

    @staticmethod
    def _cosines(states: Tensor, evidence: Tensor) -> Tensor:
        """[B, T, T]: cosine of each token to each evidence token, far below -1 elsewhere."""
        unit = functional.normalize(states, dim=2)
        return (unit @ unit.transpose(1, 2)).masked_fill(~evidence, FAR)

    def _claims(self, tokens: Tensor, logits: Tensor, nearest: Tensor, claims: Tensor) -> Tensor:
        """Claim logits [B, C] from the tokens of each claim: their mean, their most extreme, and figures over both."""
        inside = claims.to(tokens.dtype)
        count = inside.sum(dim=2, keepdim=True).clamp(min=1.0)
        mean = inside @ tokens / count
        far = (1 - inside) * FAR
        most = (tokens.unsqueeze(1) + far.unsqueeze(3)).max(dim=2).values
        most = torch.where(count > 0, most.clamp(min=-10.0), torch.zeros_like(most))
        peak = (logits.unsqueeze(1) + far).max(dim=2, keepdim=True).values.clamp(min=-30.0)
        average = inside @ logits.unsqueeze(2) / count
        near = inside @ nearest / count
        worst = (nearest[:, :, 1].unsqueeze(1) - far).min(dim=2, keepdim=True).values.clamp(max=1.0)
        figures = torch.cat([peak, average, near, worst], dim=2)
        hidden = functional.gelu(self.claim(self.dropout(torch.cat([mean, most, figures], dim=2))))
        return self.last(hidden).squeeze(2)


def load(weights: Mapping[str, NDArray[np.float32]]) -> Judge:
    """A judge with the pretrained encoder and a fresh head."""
    torch.manual_seed(20261122)
    judge = Judge(weights["embeddings.word_embeddings.weight"].shape[0])
    state = judge.state_dict()
    for ours, theirs in names().items():
        state[ours] = torch.from_numpy(weights[theirs].copy())
    judge.load_state_dict(state)
    return judge


def names() -> dict[str, str]:
    """Parameter names here -> names in the published weights."""
    found = {
        "words.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "segments.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    inside = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "last_norm": "output.LayerNorm",
    }
    for block in range(BLOCKS):
        for ours, theirs in inside.items():
            for part in ("weight", "bias"):
                found[f"blocks.{block}.{ours}.{part}"] = f"encoder.layer.{block}.{theirs}.{part}"
    return found
