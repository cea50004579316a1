"""Fits the judge's last formulas and its lines, on rows the weights were not trained on.

Reads the tune split alone, through the very code that judges. Every set weighs the same but for answers of real systems over what
they retrieved, which weigh more; within a set the unsupported weigh a fifth, as in the streams the judge is for. The line of each
formula is where F1 is highest at that share; the intercept is then moved so that it lies at `LIMIT`. Writes `head.json`.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from audits.judges.embedded import EmbeddedJudge
from audits.judges.features import PAIR_FEATURES, WORD_FEATURES
from audits.judges.scoring import MODEL_FEATURES, NOVELTY_FEATURES, Seen
from audits.judges.support import Support
from training.judge.rows import Row, side

SHARE = 0.2  # of unsupported answers in the streams the judge is for
STRENGTH = 0.05  # inverse of the L2 penalty; fixed beforehand, not searched
HEAVIER = {"attributionbench_dev": 12.0, "cliff": 4.0}
LONGEST = 60_000
HEADS = {"learned": MODEL_FEATURES + NOVELTY_FEATURES + WORD_FEATURES + PAIR_FEATURES, "words": WORD_FEATURES + PAIR_FEATURES}


@dataclass(frozen=True, slots=True)
class Looked:
    """A row and all that was seen of its claims."""

    row: Row
    seen: tuple[Seen, ...]


def run(data: Path, folder: Path) -> None:
    """Write `head.json` beside the weights in `folder`."""
    judge = EmbeddedJudge(Support(folder))
    looked = [one for row in side(data, "tune") if (one := look(judge, row)).seen]
    document = {
        "version": 2,
        "rows": dict(sorted(Counter(one.row.set for one in looked).items())),
        "share": SHARE,
        "formulas": {name: fit(looked, features) for name, features in HEADS.items()},
        "piece_line": piece_line(looked),
    }
    (folder / "head.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(document), flush=True)


def look(judge: EmbeddedJudge, row: Row) -> Looked:
    """What the judge sees of a row before it scores; nothing where the row claims nothing or is in another language."""
    return Looked(row, judge.seen(row.question, row.answer, [row.context[:LONGEST]]))


def fit(looked: Sequence[Looked], features: Sequence[str]) -> dict[str, object]:
    """One logistic formula over the claim that is most suspect in each answer, and its line at `LIMIT`."""
    table = np.array([[max(one.seen, key=lambda seen: seen.claim).values()[name] for name in features] for one in looked])
    labels = np.array([one.row.label for one in looked])
    weights = weights_of([one.row for one in looked])
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=STRENGTH * len(looked), max_iter=5000)
    model.fit(scaler.transform(table), labels, sample_weight=weights / weights.sum())
    slopes = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - slopes @ scaler.mean_)
    totals = np.array([max(intercept + float(slopes @ _row(seen, features)) for seen in one.seen) for one in looked])
    line = best_line(totals, labels, weights)
    return {
        "intercept": round(intercept - line, 6),
        "slopes": {name: round(float(slope), 6) for name, slope in zip(features, slopes, strict=True)},
        "line": round(float(1 / (1 + np.exp(-line))), 6),
    }


def _row(seen: Seen, features: Sequence[str]) -> NDArray[np.float64]:
    values = seen.values()
    return np.array([values[name] for name in features])


def weights_of(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Of each row: the same total a set (times `HEAVIER`), of which the unsupported have `SHARE`."""
    counts = Counter((row.set, row.label) for row in rows)
    found = []
    for row in rows:
        own = SHARE if row.label else 1 - SHARE
        found.append(HEAVIER.get(row.set, 1.0) * own / counts[(row.set, row.label)])
    return np.array(found)


def best_line(totals: NDArray[np.float64], labels: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """The total from which on flagging gives the highest weighted F1."""
    order = np.argsort(-totals, kind="stable")
    hits = np.cumsum(weights[order] * (labels[order] == 1))
    flagged = np.cumsum(weights[order])
    f1 = 2 * hits / (flagged + (weights * (labels == 1)).sum())
    best = int(np.argmax(f1))
    after = totals[order][best + 1] if best + 1 < len(order) else totals[order][best] - 1
    return float((totals[order][best] + after) / 2)


def piece_line(looked: Sequence[Looked]) -> float:
    """The logit from which on a word piece is blamed: highest F1 over characters people marked in unsupported answers."""
    marked = [one for one in looked if one.row.spans and one.row.set == "cliff"]
    pieces = [
        (
            piece.logit,
            piece.end - piece.start,
            sum(max(0, min(piece.end, end) - max(piece.start, start)) for start, end in one.row.spans or ()),
        )
        for one in marked
        for seen in one.seen
        for piece in seen.pieces
    ]
    table = np.array(sorted(pieces, reverse=True))
    hits, flagged = np.cumsum(table[:, 2]), np.cumsum(table[:, 1])
    best = int(np.argmax(2 * hits / (flagged + table[:, 2].sum())))
    return round(float(table[best, 0]), 4)
