"""LightGBM trees, text. Runs in the sandboxed child only."""

import re
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd

from audits.contract import TargetError
from audits.kinds.explainability.models import Array, Loaded, columns


def load(path: Path, trusted: tuple[str, ...]) -> Loaded:
    """Trees of a text file; `trusted` means nothing to this format."""
    try:
        booster = lightgbm.Booster(model_file=path)
    except (lightgbm.basic.LightGBMError, ValueError) as error:
        raise TargetError("unreadable", f"The LightGBM file does not load ({type(error).__name__}).") from None
    objective = re.search(r"^objective=(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    names = tuple(booster.feature_name())
    if all(re.fullmatch(r"Column_\d+", name) for name in names):
        names = ()

    def margins(frame: pd.DataFrame) -> Array:
        return columns(booster.predict(frame.to_numpy(dtype=np.float64), raw_score=True))

    known = objective is not None and re.match(r"binary|multiclass|cross_entropy", objective[1])
    return Loaded(names, booster.num_feature(), "tree", booster, margins, "log_odds" if known else "raw", accepts_missing=True)
