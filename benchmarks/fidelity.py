"""How well the offline judge tells unsupported answers, on labelled rows it has not seen.

    python -m benchmarks.fidelity [DATA_DIR] [--rows 200] [--longest 6000]

Without DATA_DIR it is skipped and says so. DATA_DIR holds JSONL files (`.jsonl` or `.jsonl.gz`) with
`{id, question, context, answer, label, source, lang}`, label 1 for unsupported. Sets the judge's constants were
fitted on are left out; of AttributionBench only the questions kept apart are used. Beside the judge, in the same
run: always-positive, the least of the claims' highest cosines, and word containment. The judge's threshold is the
shipped one (0.5); the others get no threshold, only AUROC. Intervals: 95 %, bootstrap over questions and contexts.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audits.judges.claims import sentences, split
from audits.judges.embedded import EmbeddedJudge
from audits.judges.encoder import embed
from audits.judges.words import covered, stems
from training.judge_baseline.data import TRAINING, Row, is_training_row, name_of, rows, sample

Scores = NDArray[np.float64]
Labels = NDArray[np.int64]
DRAWS = 1000
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one set by method; `groups` are question-and-context clusters; `unscored` by the judge."""

    labels: Labels
    groups: list[str]
    scores: dict[str, Scores]
    unscored: int
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description="Offline fidelity judge on unseen labelled rows.")
    parser.add_argument("folder", type=Path, metavar="DATA_DIR", nargs="?")
    parser.add_argument("--rows", type=int, default=200, help="most rows a set")
    parser.add_argument("--longest", type=int, default=6000, help="longest context in characters")
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.jsonl*")) if options.folder and options.folder.is_dir() else []
    if not files:
        print(f"skipped: give a folder with .jsonl or .jsonl.gz files; {options.folder or 'none'} was given", file=sys.stderr)
        print(json.dumps({"benchmark": "fidelity", "skipped": "no data"}))
        return 0
    figures = {}
    for path in files:
        chosen = unseen(path, options.rows, options.longest)
        if len({row.label for row in chosen}) == 2:
            figures[name_of(path)] = figure = summary(score(chosen))
            print(f"{name_of(path):42s} {figure}", flush=True)
    print(json.dumps({"benchmark": "fidelity", "threshold": 0.5, "calibrated": False, "sets": figures}))
    return 0


def unseen(path: Path, most: int, longest: int) -> list[Row]:
    """Rows of a file that were not trained on and may be evaluated: at most `most`, chosen by a hash."""
    name = name_of(path)
    if name in TRAINING and name != "attributionbench_dev":
        return []
    kept = [row for row in rows(path) if not is_training_row(name, row) and row.answer.strip() and len(row.context) <= longest]
    return sample(kept, most)


def score(chosen: Sequence[Row]) -> Scored:
    judge = EmbeddedJudge()
    started = time.perf_counter()
    judgements = [judge.judge(row.question, row.answer, [row.context]) for row in chosen]
    seconds = time.perf_counter() - started
    # An answer without a verdict gets the middle: neither method nor label is favoured.
    embedded = np.array([0.5 if one.unsupported is None else float(one.unsupported) for one in judgements])
    scores = {
        "embedded": embedded,
        "max_cosine": np.array([_least_cosine(row) for row in chosen]),
        "containment": np.array([1 - covered(stems(row.answer), stems(row.context)) for row in chosen]),
    }
    unscored = sum(one.verdict == "unscored" for one in judgements)
    groups = [f"{row.question}\n{row.context}" for row in chosen]
    return Scored(np.array([row.label for row in chosen]), groups, scores, unscored, seconds)


def summary(scored: Scored) -> dict[str, object]:
    """AUROC of each method and F1 of the judge and of always-positive, with intervals."""
    labels, judge = scored.labels, scored.scores["embedded"]
    found: dict[str, object] = {
        "n": len(labels),
        "positive": int(labels.sum()),
        "unscored": scored.unscored,
        "ms_per_answer": round(1000 * scored.seconds / len(labels), 1),
        "f1_always_positive": round(f1(labels, np.ones(len(labels))), 3),
        "f1_embedded": _with_interval(scored, lambda rows: f1(labels[rows], judge[rows])),
    }
    for name, values in scored.scores.items():
        found[f"auroc_{name}"] = _with_interval(scored, lambda rows, values=values: auroc(labels[rows], values[rows]))  # type: ignore[misc]
    return found


def auroc(labels: Labels, scores: Scores) -> float:
    """Chance that an unsupported answer scores above a supported one, ties half; NaN with one class only."""
    order = np.argsort(scores, kind="stable")
    _, inverse, counts = np.unique(scores[order], return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = ((ends - counts + 1 + ends) / 2)[inverse]
    positive = labels[order] == 1
    n1, n0 = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)) if n1 and n0 else float("nan")


def f1(labels: Labels, scores: Scores, threshold: float = 0.5) -> float:
    """Harmonic mean of precision and recall of the unsupported class at a threshold; 0 when nothing is found."""
    flagged = scores >= threshold
    hits = int((flagged & (labels == 1)).sum())
    return 2 * hits / (int(flagged.sum()) + int(labels.sum())) if hits else 0.0


def _least_cosine(row: Row) -> float:
    """1 minus the lowest, over the answer's claims, of the highest cosine to any sentence of the context."""
    claims = split(row.answer).claims or tuple(sentences(row.answer))
    context = sentences(row.context)
    if not claims or not context:
        return 1.0
    near = embed([claim.text for claim in claims]) @ embed([line.text for line in context]).T
    return float(1 - near.max(axis=1).min())


def _with_interval(scored: Scored, figure: Callable[[NDArray[np.int64]], float]) -> list[float]:
    """[value, low, high]; whole clusters are drawn again."""
    clusters: dict[str, list[int]] = {}
    for index, group in enumerate(scored.groups):
        clusters.setdefault(group, []).append(index)
    members = [np.array(rows) for rows in clusters.values()]
    random = np.random.default_rng(SEED)
    draws = [figure(np.concatenate([members[i] for i in random.integers(0, len(members), len(members))])) for _ in range(DRAWS)]
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return [round(float(value), 3) for value in (figure(np.arange(len(scored.labels))), low, high)]


if __name__ == "__main__":
    raise SystemExit(main())
