"""What every loaded model offers, and the door to the loaders: one module a format, only the needed one is imported."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audits.contract import TargetError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that can be asked.

    names: its features in order, () when it holds none. width: how many it takes, None when unknown.
    way: "tree" and "linear" are explained by their own explainer on `inner`, "asked" by permutations.
    before: what turns the features into those of `inner`, one to one. outputs: rows -> (rows, outputs) in `space`.
    """

    names: tuple[str, ...]
    width: int | None
    way: str
    inner: Any
    outputs: Callable[[pd.DataFrame], Array]
    space: str
    accepts_missing: bool
    before: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame


def load(path: Path, format_name: str, trusted: tuple[str, ...]) -> Loaded:
    """The model in `path`. Raises `TargetError` naming untrusted types, or when the file does not load."""
    loader = import_module(f"audits.kinds.explainability.load_{format_name}")
    loaded: Loaded = loader.load(path, trusted)
    return loaded


def columns(values: Any) -> Array:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (ValueError, TypeError):
        raise TargetError("wrong_shape", "The model's output is no number; a classifier needs probabilities.") from None
    return array.reshape(len(array), -1)
