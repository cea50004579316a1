"""Fits the offline judge's two heads and writes `audits/judges/weights/baseline.json`.

    python -m training.judge_baseline.fit DATA_DIR

Only answers of one claim are used, so that the label of the answer is the label of the claim; contexts
of more than 4,000 characters are left out to keep it within minutes. Evaluation rows are never read.
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from audits.judges.claims import split
from audits.judges.encoder import default_encoder
from training.judge_baseline.data import TRAINING, Row, is_training_row, name_of, rows, sample
from training.judge_baseline.features import VECTOR_FEATURES, WORD_FEATURES, observe, read_base

OUT = Path(__file__).parent / "baseline.json"
LONGEST = 4000
STRENGTH = 0.3  # of the L2 penalty's inverse; fixed beforehand, not searched
HEADS = {"vectors": WORD_FEATURES + VECTOR_FEATURES, "words": WORD_FEATURES}


def main() -> None:
    folder = Path(sys.argv[1])
    found = [row for name in TRAINING for row in _training_rows(folder, name)]
    observed = [_observe(row) for row in found]
    labels = np.array([row.label for row in found])
    heads = {name: _fit(observed, labels, features) for name, features in HEADS.items()}
    document = {"version": 1, "rows": len(found), "unsupported": int(labels.sum()), "heads": heads}
    OUT.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"rows": len(found), "unsupported": int(labels.sum())}))


def _training_rows(folder: Path, name: str) -> list[Row]:
    path = next(path for path in folder.iterdir() if name_of(path) == name)
    fitting = [
        row
        for row in rows(path)
        if is_training_row(name, row) and 0 < len(row.context) <= LONGEST and len(split(row.answer).claims) == 1
    ]
    return sample(fitting, TRAINING[name])


def _observe(row: Row) -> dict[str, float]:
    encoder = default_encoder()
    claim = split(row.answer).claims[0].text
    return observe(claim, read_base([row.context], row.question, encoder), encoder).values


def _fit(observed: list[dict[str, float]], labels: NDArray[np.int64], features: tuple[str, ...]) -> dict[str, object]:
    table = np.array([[values[name] for name in features] for values in observed])
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000).fit(scaler.transform(table), labels)
    slopes = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - slopes @ scaler.mean_)
    return {
        "intercept": round(intercept, 6),
        "slopes": {name: round(float(slope), 6) for name, slope in zip(features, slopes, strict=True)},
    }


if __name__ == "__main__":
    main()
