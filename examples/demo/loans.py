"""Made-up credit applications with a planted bias, and the classifier trained on them.

People are invented by a seeded generator. In the decisions of the past that the model learns
from, women needed a better score than men: the audit is to find that. Nothing here is anybody's data.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import xgboost

FEATURES = ("income", "debt_ratio", "years_employed", "open_loans", "late_payments", "part_time")
PLANTED_PENALTY = 1.4  # how much better, in log-odds, a woman's application had to be
ROWS = 6_000
EXPLAINED_ROWS = 400
BACKGROUND_ROWS = 100


@dataclass(frozen=True)
class LoanFiles:
    """What the demo uploads."""

    predictions: Path  # CSV: sex, age_band, repaid, approved
    model: Path  # XGBoost JSON
    rows: Path  # Parquet: the features of the rows to explain
    background: Path  # Parquet: the rows they are explained against


def applications(seed: int, rows: int = ROWS) -> pd.DataFrame:
    """`rows` invented applications with past decisions (`decided`) and outcomes (`repaid`), both 0 or 1."""
    rng = np.random.default_rng(seed)
    woman = rng.random(rows) < 0.48
    table = pd.DataFrame(
        {
            "sex": np.where(woman, "woman", "man"),
            "age_band": rng.choice(["18-29", "30-49", "50-64", "65+"], rows, p=[0.25, 0.4, 0.25, 0.1]),
            "income": np.round(rng.lognormal(10.2, 0.45, rows)),
            "debt_ratio": np.round(rng.beta(2, 5, rows), 3),
            "years_employed": np.round(rng.gamma(2.0, 3.5, rows), 1),
            "open_loans": rng.poisson(1.2, rows),
            "late_payments": rng.poisson(0.5, rows),
            # Part-time work stands in for sex: the model never sees sex and learns it all the same.
            "part_time": (rng.random(rows) < np.where(woman, 0.6, 0.05)).astype(int),
        }
    )
    worth = _creditworthiness(table)
    table["repaid"] = (rng.random(rows) < _share(worth)).astype(int)
    table["decided"] = (rng.random(rows) < _share(2 * worth - PLANTED_PENALTY * 2 * woman)).astype(int)
    return table


def _creditworthiness(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    income = np.log(table["income"].to_numpy(dtype=float)) - 10.2
    values = 0.8 + 1.1 * income - 2.5 * table["debt_ratio"] + 0.06 * table["years_employed"] - 0.7 * table["late_payments"]
    return np.asarray(values, dtype=float)


def _share(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=float)


def write(directory: Path, seed: int = 20261122) -> LoanFiles:
    """Train on one half, predict the other half, write all files."""
    directory.mkdir(parents=True, exist_ok=True)
    table = applications(seed)
    half = len(table) // 2
    past, new = table.iloc[:half], table.iloc[half:].reset_index(drop=True)
    model = xgboost.XGBClassifier(n_estimators=60, max_depth=4, learning_rate=0.15, random_state=seed, n_jobs=1)
    model.fit(past[list(FEATURES)], past["decided"])
    new = new.assign(approved=model.predict(new[list(FEATURES)]))
    files = LoanFiles(
        predictions=directory / "loan-decisions.csv",
        model=directory / "credit-model.json",
        rows=directory / "credit-rows.parquet",
        background=directory / "credit-background.parquet",
    )
    new[["sex", "age_band", "repaid", "approved"]].to_csv(files.predictions, index=False)
    model.get_booster().save_model(files.model)
    new[list(FEATURES)].head(EXPLAINED_ROWS).to_parquet(files.rows, index=False)
    past[list(FEATURES)].head(BACKGROUND_ROWS).to_parquet(files.background, index=False)
    return files
