"""The worker of the sandboxed child: loads the model, explains the asked rows, tells sums only."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.feather
from numpy.typing import NDArray

from audits.contract import TargetError
from audits.kinds.explainability.explaining import Explain, explainer
from audits.kinds.explainability.models import Loaded, load
from audits.kinds.explainability.sums import summed


def main(request: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Answer `{"item": id, ...sums}` for each of `request["items"]` (rows [start, stop) of rows.arrow)."""
    loaded = load(Path("model"), request["format"], tuple(request["trusted_types"]))
    rows, background = _table("rows.arrow"), _table("background.arrow")
    names = _features(loaded, tuple(request["features"]), list(rows.columns))
    rows, background = rows[names], background[names]
    _check_numbers(loaded, rows, background)
    background = background[_usable(loaded, background)]
    if background.empty:
        raise TargetError("wrong_shape", "Every background row misses a value; the model needs complete rows.")
    method, explain = explainer(loaded, background, request)
    about = {"features": names, "method": method, "space": loaded.space, "background": len(background)}
    for item in request["items"]:
        chosen = np.arange(item["start"], item["stop"])
        emit({"item": item["id"], **about, **_explained(loaded, explain, rows, chosen)})


def _table(name: str) -> pd.DataFrame:
    frame: pd.DataFrame = pyarrow.feather.read_table(name, memory_map=False).to_pandas()
    return frame


def _features(loaded: Loaded, given: tuple[str, ...], there: list[str]) -> list[str]:
    """The columns to hand over, in the model's order."""
    names = list(given or loaded.names)
    if not names and loaded.width in {None, len(there)}:
        names = there
    if not names:
        raise TargetError(
            "wrong_shape",
            f"The model takes {loaded.width} features without names, the table has {len(there)} columns: name `features`.",
        )
    missing = [name for name in names if name not in there]
    if missing:
        raise TargetError(
            "wrong_shape", f"The model takes {', '.join(missing[:20])}, which rows and background do not both have."
        )
    if loaded.width is not None and len(names) != loaded.width:
        raise TargetError("wrong_shape", f"The model takes {loaded.width} features, {len(names)} are named.")
    if loaded.names and given and set(given) == set(loaded.names) and given != loaded.names:
        raise TargetError("wrong_shape", f"`features` must stand in the model's order: {', '.join(loaded.names[:40])}.")
    return names


def _check_numbers(loaded: Loaded, rows: pd.DataFrame, background: pd.DataFrame) -> None:
    if loaded.way == "asked":
        return
    for name in rows.columns:
        if not (pd.api.types.is_numeric_dtype(rows[name]) and pd.api.types.is_numeric_dtype(background[name])):
            raise TargetError("wrong_shape", f"The column {name!r} holds values that are no numbers; the model needs numbers.")


def _usable(loaded: Loaded, frame: pd.DataFrame) -> NDArray[np.bool_]:
    if loaded.accepts_missing:
        return np.ones(len(frame), dtype=bool)
    return np.asarray(frame.notna().to_numpy().all(axis=1), dtype=bool)


def _explained(loaded: Loaded, explain: Explain, rows: pd.DataFrame, chosen: NDArray[np.int64]) -> dict[str, Any]:
    usable = _usable(loaded, rows.iloc[chosen])
    numbers = chosen[usable]
    unscored = {"missing_value": int((~usable).sum())}
    found = explain(rows.iloc[numbers], numbers) if len(numbers) else None
    if found is None:
        empty = np.zeros((0, rows.shape[1]))
        return {
            "rows": len(chosen),
            "unscored": unscored,
            **summed(empty, np.zeros(0), 0.0, numbers),
            "expected": None,
            "model_rows": 0,
        }
    finite = np.isfinite(found.values).all(axis=1) & np.isfinite(found.outputs)
    unscored["not_finite"] = int((~finite).sum())
    sums = summed(found.values[finite], found.outputs[finite], found.expected, numbers[finite])
    return {
        "rows": len(chosen),
        "unscored": {reason: count for reason, count in unscored.items() if count},
        **sums,
        "expected": found.expected.hex(),
        "model_rows": found.model_rows,
    }
