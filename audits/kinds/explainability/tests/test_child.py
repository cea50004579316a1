"""The worker's own code, run in this process: what the sandbox adds is shown by the sandbox's tests."""

import subprocess

import lightgbm
import numpy as np
import pandas as pd
import pytest
import shap
import skops.io
import xgboost
from skl2onnx import to_onnx
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from audits.contract import TargetError
from audits.kinds.explainability import child
from audits.targets.model_file import detect_format

RANDOM = np.random.default_rng(0)
FEATURES = pd.DataFrame(RANDOM.normal(size=(200, 3)), columns=["income", "debt", "noise"])
LABELS = (FEATURES.income - 0.3 * FEATURES.debt > 0).astype(int)
JOBS = FEATURES.assign(job=RANDOM.choice(["a", "b"], 200))

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries that are called


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def explain(folder, rows=FEATURES, background=None, **more):
    """What the worker says of the model in `folder`."""
    rows.to_feather(folder / "rows.arrow")
    (rows.head(20) if background is None else background).to_feather(folder / "background.arrow")
    request = {"format": detect_format(folder / "model"), "trusted_types": [], "features": [], "output": None}
    request |= {"perturbation": "path_dependent", "model_rows_per_row": 500, "seed": 1}
    request |= {"items": [{"id": "a", "start": 0, "stop": 8}, {"id": "b", "start": 8, "stop": 12}], **more}
    messages = []
    child.main(request, messages.append)
    return messages


def write(folder, model):
    skops.io.dump(model.fit(FEATURES, LABELS), folder / "model")


def most_important(messages):
    sums = np.array([[eval_fraction(text) for text in message["absolute"]] for message in messages]).sum(axis=0)
    return messages[0]["features"][int(sums.argmax())]


def eval_fraction(text):
    numerator, _, denominator = text.partition("/")
    return int(numerator) / int(denominator or 1)


def residual(messages):
    return max(float.fromhex(one["residual"]) for one in messages) / max(float.fromhex(one["spread"]) for one in messages)


@pytest.mark.parametrize(
    ("model", "method", "space"),
    [
        (RandomForestClassifier(10, random_state=1), "tree_path_dependent", "probability"),
        (GradientBoostingClassifier(n_estimators=10), "tree_path_dependent", "log_odds"),
        (HistGradientBoostingClassifier(max_iter=10), "tree_path_dependent", "log_odds"),
        (LogisticRegression(), "linear", "log_odds"),
        (make_pipeline(StandardScaler(), LogisticRegression()), "linear", "log_odds"),
        (KNeighborsClassifier(), "permutation", "probability"),
    ],
)
def test_skops_models_are_explained_by_what_fits_them(folder, model, method, space):
    write(folder, model)
    messages = explain(folder)
    assert (messages[0]["method"], messages[0]["space"]) == (method, space)
    assert [(one["item"], one["explained"]) for one in messages] == [("a", 8), ("b", 4)]
    assert most_important(messages) == "income"
    assert residual(messages) < 1e-6


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_xgboost_files_are_explained_as_shap_does(folder, suffix):
    model = xgboost.XGBClassifier(n_estimators=10).fit(FEATURES, LABELS)
    model.save_model(folder / f"it.{suffix}")
    (folder / f"it.{suffix}").rename(folder / "model")
    (message,) = explain(folder, items=[{"id": "a", "start": 0, "stop": 12}])
    theirs = np.abs(shap.TreeExplainer(model).shap_values(FEATURES.head(12))).sum(axis=0)
    assert [eval_fraction(text) for text in message["absolute"]] == pytest.approx(theirs, rel=1e-5)
    assert message["space"] == "log_odds"


@pytest.mark.parametrize("perturbation", ["path_dependent", "interventional"])
def test_lightgbm_files_are_explained(folder, perturbation):
    data = lightgbm.Dataset(FEATURES, LABELS, params={"verbose": -1})
    lightgbm.train({"objective": "binary", "verbose": -1}, data, 10).save_model(folder / "model")
    messages = explain(folder, perturbation=perturbation)
    assert messages[0]["method"] == f"tree_{perturbation}"
    assert residual(messages) < 1e-6


def test_onnx_models_are_only_asked_and_within_the_budget(folder):
    model = RandomForestClassifier(10, random_state=1).fit(FEATURES.to_numpy(), LABELS)
    (folder / "model").write_bytes(to_onnx(model, FEATURES.to_numpy(dtype=np.float32)[:1]).SerializeToString())
    messages = explain(folder)
    assert messages[0]["method"] == "permutation"
    assert most_important(messages) == "income"
    assert 0 < sum(one["model_rows"] for one in messages) <= 12 * 500


def test_a_pipeline_over_words_is_asked(folder):
    steps = make_column_transformer((OneHotEncoder(), ["job"]), remainder="passthrough")
    skops.io.dump(make_pipeline(steps, LogisticRegression()).fit(JOBS, LABELS), folder / "model")
    messages = explain(folder, rows=JOBS)
    assert messages[0]["features"] == ["income", "debt", "noise", "job"]
    assert residual(messages) < 1e-6


@pytest.mark.parametrize("model", [HistGradientBoostingClassifier(max_iter=5), LogisticRegression(), KNeighborsClassifier()])
def test_chunks_do_not_matter(folder, model):
    write(folder, model)
    whole = explain(folder, items=[{"id": "a", "start": 4, "stop": 9}])
    parts = explain(folder, items=[{"id": "a", "start": 4, "stop": 5}, {"id": "b", "start": 5, "stop": 9}])
    for name in ("absolute", "signed", "squares", "cross"):
        summed = [sum(map(eval_fraction, texts)) for texts in zip(*(part[name] for part in parts), strict=True)]
        assert summed == pytest.approx([eval_fraction(text) for text in whole[0][name]], rel=1e-14)


def test_rows_with_missing_values_are_counted_where_the_model_needs_them_whole(folder):
    rows = FEATURES.copy()
    rows.loc[[1, 3, 9], "debt"] = np.nan
    write(folder, LogisticRegression())
    messages = explain(folder, rows=rows, background=FEATURES.head(5))
    assert [(one["explained"], one["unscored"]) for one in messages] == [(6, {"missing_value": 2}), (3, {"missing_value": 1})]
    write(folder, HistGradientBoostingClassifier(max_iter=5))
    assert [one["explained"] for one in explain(folder, rows=rows, background=FEATURES.head(5))] == [8, 4]


def test_an_untrusted_type_is_refused_by_name_and_a_trusted_one_is_not(folder):
    write(folder, make_pipeline(FunctionTransformer(np.abs), LogisticRegression()))
    skops.io.dump(make_pipeline(FunctionTransformer(subprocess.getoutput), LogisticRegression()), folder / "model")
    with pytest.raises(TargetError, match=r"not trusted: subprocess\.getoutput.*trusted_types") as caught:
        explain(folder)
    assert caught.value.cause == "unsafe_format"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"features": ["income", "wealth", "noise"]}, "takes wealth, which rows and background do not both have"),
        ({"features": ["income", "debt"]}, "takes 3 features, 2 are named"),
        ({"features": ["debt", "income", "noise"]}, "in the model's order: income, debt, noise"),
        ({"output": 5}, "no output 5: the model has 1"),
        ({"rows": FEATURES.assign(debt="much")}, "'debt' holds values that are no numbers"),
        ({"background": FEATURES.head(3) * np.nan}, "Every background row misses a value"),
    ],
)
def test_what_does_not_fit_the_model_is_named(folder, change, says):
    write(folder, LogisticRegression())
    with pytest.raises(TargetError, match=says) as caught:
        explain(folder, **change)
    assert caught.value.cause == "wrong_shape"


def test_one_of_several_classes_must_be_named(folder):
    skops.io.dump(KNeighborsClassifier().fit(FEATURES, LABELS + (FEATURES.noise > 0)), folder / "model")
    with pytest.raises(TargetError, match="has 3 outputs"):
        explain(folder)
    assert explain(folder, output=2)[0]["explained"] == 8


def test_too_small_a_budget_is_told_with_the_least(folder):
    write(folder, KNeighborsClassifier())
    with pytest.raises(TargetError, match="4 model rows a row are too few, 5 are the least") as caught:
        explain(folder, model_rows_per_row=4)
    assert caught.value.cause == "budget"


@pytest.mark.parametrize("content", [b'{"learner": {}}', b"tree\nversion=v4\nbroken"])
def test_a_broken_file_is_unreadable(folder, content):
    (folder / "model").write_bytes(content)
    with pytest.raises(TargetError) as caught:
        explain(folder)
    assert caught.value.cause == "unreadable"
