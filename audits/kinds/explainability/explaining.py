"""Shapley values of a loaded model for rows of a table. Runs in the sandboxed child only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shap
from numpy.typing import NDArray

from audits.contract import TargetError
from audits.kinds.explainability.models import Loaded
from audits.kinds.explainability.permutation import budget, shapley

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Explained:
    """values: (rows, features). outputs: f(x), (rows,). expected: what the values are counted from."""

    values: Array
    outputs: Array
    expected: float
    model_rows: int = 0


# rows, their numbers in the sample (each row's random numbers depend on its number alone)
Explain = Callable[[pd.DataFrame, NDArray[np.int64]], Explained]


def explainer(loaded: Loaded, background: pd.DataFrame, request: dict[str, Any]) -> tuple[str, Explain]:
    """The name of the method and the method: the model's own where there is one, else permutations."""
    column = _output(loaded.outputs(background.head(1)).shape[1], request["output"])
    if loaded.way == "tree":
        return _trees(loaded, background, request["perturbation"], column)
    if loaded.way == "linear":
        return "linear", _linear(loaded, background, column)
    return "permutation", _asked(loaded, background, request, column)


def _output(outputs: int, wanted: int | None) -> int:
    if wanted is None and outputs <= 2:
        return outputs - 1
    if wanted is None:
        raise TargetError("wrong_shape", f"The model has {outputs} outputs. Name one in `output`, from 0 to {outputs - 1}.")
    if wanted >= outputs:
        raise TargetError("wrong_shape", f"There is no output {wanted}: the model has {outputs}, counted from 0.")
    return wanted


def _trees(loaded: Loaded, background: pd.DataFrame, perturbation: str, column: int) -> tuple[str, Explain]:
    data = None
    if perturbation == "interventional":
        data = loaded.before(background).to_numpy(dtype=np.float64)
    method = f"tree_{perturbation}"
    try:
        trees = shap.TreeExplainer(loaded.inner, data=data, feature_perturbation=_shap_name(perturbation))
    except (shap.utils._exceptions.InvalidModelError, NotImplementedError, ValueError, AssertionError) as error:
        raise TargetError("wrong_shape", f"These trees cannot be explained as {perturbation} ({type(error).__name__}).") from None

    def explain(rows: pd.DataFrame, numbers: NDArray[np.int64]) -> Explained:
        turned = loaded.before(rows)
        given = trees.shap_values(turned if loaded.names else turned.to_numpy(), check_additivity=False)
        values = _of_output(given, rows.shape, column)
        expected = np.atleast_1d(np.asarray(trees.expected_value, dtype=np.float64))
        return Explained(values, loaded.outputs(rows)[:, column], float(expected[column if len(expected) > 1 else 0]))

    return method, explain


def _shap_name(perturbation: str) -> str:
    return "tree_path_dependent" if perturbation == "path_dependent" else perturbation


def _of_output(given: Any, shape: tuple[int, int], column: int) -> Array:
    """One output's values of whatever shape shap returns: (rows, features), (rows, features, outputs) or a list."""
    array = np.stack(given, axis=-1) if isinstance(given, list) else np.asarray(given)
    if array.ndim == 3:
        array = array[:, :, column]
    return np.asarray(array, dtype=np.float64).reshape(shape)


def _linear(loaded: Loaded, background: pd.DataFrame, column: int) -> Explain:
    model = shap.LinearExplainer(loaded.inner, loaded.before(background).to_numpy(dtype=np.float64))

    def explain(rows: pd.DataFrame, numbers: NDArray[np.int64]) -> Explained:
        values = _of_output(model.shap_values(loaded.before(rows).to_numpy(dtype=np.float64)), rows.shape, column)
        expected = float(np.ravel(model.expected_value)[0])
        return Explained(values, loaded.outputs(rows)[:, column], expected)

    return explain


def _asked(loaded: Loaded, background: pd.DataFrame, request: dict[str, Any], column: int) -> Explain:
    plan = budget(request["model_rows_per_row"], background.shape[1], len(background))
    if plan is None:
        least = 2 * (background.shape[1] - 1) + 1
        raise TargetError(
            "budget",
            f"{request['model_rows_per_row']} model rows a row are too few, {least} are the least. "
            "Raise max_model_rows or lower max_rows.",
        )
    used = background.head(plan.background)
    at_background = loaded.outputs(used)[:, column]

    def explain(rows: pd.DataFrame, numbers: NDArray[np.int64]) -> Explained:
        values = np.empty(rows.shape)
        outputs = np.empty(len(rows))
        for index, number in enumerate(numbers):
            row = rows.iloc[[index]]
            outputs[index] = loaded.outputs(row)[0, column]

            def ask(masks: NDArray[np.bool_], bases: NDArray[np.int64], row: pd.DataFrame = row) -> Array:
                return loaded.outputs(_mixed(row, used, masks, bases))[:, column]

            random = np.random.default_rng([request["seed"], int(number)])
            values[index] = shapley(ask, rows.shape[1], plan, at_background, float(outputs[index]), random)
        return Explained(values, outputs, float(np.mean(at_background)), model_rows=plan.rows * len(rows))

    return explain


def _mixed(row: pd.DataFrame, background: pd.DataFrame, masks: NDArray[np.bool_], bases: NDArray[np.int64]) -> pd.DataFrame:
    """One table row a point: the explained row's value where the mask is True, else the background row's."""
    columns = {}
    for index, name in enumerate(row.columns):
        old = background[name].to_numpy()
        columns[name] = np.where(masks[:, index], row[name].to_numpy()[0], old[bases])
    return pd.DataFrame(columns)
