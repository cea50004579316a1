"""XGBoost trees, JSON or UBJ. Runs in the sandboxed child only."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost

from audits.contract import TargetError
from audits.kinds.explainability.models import Array, Loaded, columns


def load(path: Path, trusted: tuple[str, ...]) -> Loaded:
    """Trees of a JSON or UBJ file; `trusted` means nothing to this format."""
    booster = xgboost.Booster()
    try:
        booster.load_model(_named(path))
    except (xgboost.core.XGBoostError, ValueError) as error:
        raise TargetError("unreadable", f"The XGBoost file does not load ({type(error).__name__}).") from None
    objective = json.loads(booster.save_config())["learner"]["objective"]["name"]
    names = tuple(booster.feature_names or ())

    def margins(frame: pd.DataFrame) -> Array:
        data = xgboost.DMatrix(frame if names else frame.to_numpy(dtype=np.float32))
        return columns(booster.predict(data, output_margin=True))

    space = "log_odds" if re.match(r"binary:logi|multi:", objective) else "raw"
    return Loaded(names, booster.num_features(), "tree", booster, margins, space, accepts_missing=True)


def _named(path: Path) -> Path:
    """XGBoost tells its two formats apart by the file's name."""
    with path.open("rb") as file:
        is_json = re.match(rb"\{\s*\"", file.read(64)) is not None
    return path.rename(path.with_suffix(".json" if is_json else ".ubj"))
