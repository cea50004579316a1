"""scikit-learn models, as skops files. Runs in the sandboxed child only."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io

from audits.contract import TargetError
from audits.kinds.explainability.models import Array, Loaded, columns

# What skops does not trust by itself but every usual scikit-learn, XGBoost or LightGBM model holds.
USUAL_TYPES = frozenset(
    {
        "collections.OrderedDict",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMRegressor",
        "numpy.dtype",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.neighbors._ball_tree.BallTree",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
        "sklearn.utils._bunch.Bunch",
        "xgboost.core.Booster",
        "xgboost.sklearn.XGBClassifier",
        "xgboost.sklearn.XGBRegressor",
    }
)
TREES = re.compile(r"(?:DecisionTree|ExtraTrees?|RandomForest|GradientBoosting|HistGradientBoosting)(?:Classifier|Regressor)\Z")
LINEAR = frozenset(
    {"LogisticRegression", "LogisticRegressionCV", "LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet"}
    | {"ElasticNetCV", "SGDClassifier", "SGDRegressor", "RidgeClassifier", "LinearSVC", "LinearSVR"}
)
ELEMENTWISE = frozenset({"StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "SimpleImputer", "PowerTransformer"})


def load(path: Path, trusted: tuple[str, ...]) -> Loaded:
    """A scikit-learn estimator or pipeline whose types are all usual ones or `trusted`."""
    try:
        untrusted = sorted(set(skops.io.get_untrusted_types(file=path)) - USUAL_TYPES - set(trusted))
        if untrusted:
            raise TargetError(
                "unsafe_format",
                f"The skops file holds types that are not trusted: {', '.join(untrusted[:20])}. "
                "Name those you vouch for in trusted_types, or export the model as ONNX.",
            )
        model = skops.io.load(path, trusted=sorted(USUAL_TYPES | set(trusted)))
    except (
        skops.io.exceptions.UntrustedTypesFoundException,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        ImportError,
    ) as error:
        raise TargetError("unreadable", f"The skops file does not load ({type(error).__name__}).") from None
    if not hasattr(model, "predict"):
        raise TargetError("wrong_shape", f"The skops file holds a {type(model).__name__}, which cannot predict.")
    return _estimator(model)


def _estimator(model: Any) -> Loaded:
    names = tuple(map(str, getattr(model, "feature_names_in_", ())))
    width = getattr(model, "n_features_in_", None)
    steps = getattr(model, "steps", None)
    inner = model
    before: Callable[[pd.DataFrame], pd.DataFrame] = _same
    if steps and all(type(step).__name__ in ELEMENTWISE for _, step in steps[:-1]):
        inner = steps[-1][1]
        if len(steps) > 1:
            before = _transformer(model[:-1], bool(names))
    way = _way(inner)
    if way == "asked":
        return Loaded(names, width, way, None, *_asking(model, bool(names)), accepts_missing=False)
    outputs, space = _explained_outputs(inner)
    accepts = type(inner).__name__.startswith("HistGradient") and inner is model
    return Loaded(names, width, way, inner, lambda frame: outputs(before(frame)), space, accepts, before)


def _way(inner: Any) -> str:
    name = type(inner).__name__
    if TREES.match(name) and not (name == "GradientBoostingClassifier" and len(inner.classes_) > 2):
        return "tree"
    if name in LINEAR and np.ndim(inner.coef_) <= 2 and len(np.atleast_2d(inner.coef_)) == 1:
        return "linear"
    return "asked"


def _same(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _transformer(steps: Any, named: bool) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def before(frame: pd.DataFrame) -> pd.DataFrame:
        turned = steps.transform(frame if named else frame.to_numpy())
        return pd.DataFrame(np.asarray(turned), columns=frame.columns)

    return before


def _explained_outputs(inner: Any) -> tuple[Callable[[pd.DataFrame], Array], str]:
    """The output in the space of the model's own explainer: forests speak of probabilities, boosting of log-odds."""
    if hasattr(inner, "decision_function"):
        space = "log_odds" if re.search(r"Logistic|GradientBoosting", type(inner).__name__) else "raw"
        return lambda frame: columns(inner.decision_function(_fed(inner, frame))), space
    if hasattr(inner, "predict_proba"):
        return lambda frame: columns(inner.predict_proba(_fed(inner, frame))), "probability"
    return lambda frame: columns(inner.predict(_fed(inner, frame))), "raw"


def _asking(model: Any, named: bool) -> tuple[Callable[[pd.DataFrame], Array], str]:
    spaces = {"predict_proba": "probability", "decision_function": "raw", "predict": "raw"}
    method = next(name for name in spaces if hasattr(model, name))
    ask = getattr(model, method)
    return lambda frame: columns(ask(frame if named else frame.to_numpy())), spaces[method]


def _fed(inner: Any, frame: pd.DataFrame) -> Any:
    return frame if hasattr(inner, "feature_names_in_") else frame.to_numpy()
