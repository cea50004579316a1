"""The whole way through the real sandbox."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from audits.contract import Item, TargetError
from audits.kinds.explainability import ExplainabilityParameters, runner
from audits.kinds.explainability.sampling import positions
from audits.kinds.explainability.sums import summed
from governance.shapes import ShapeError, read

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(RANDOM.normal(size=(300, 2)), columns=["income", "noise"])


@pytest.fixture
def files(tmp_path):
    model = LogisticRegression().fit(ROWS, ROWS.income > 0)
    skops.io.dump(model, tmp_path / "model.skops")
    ROWS.assign(id=range(300), person="Jane Doe").to_csv(tmp_path / "rows.csv", index=False)
    ROWS.head(50).to_csv(tmp_path / "background.csv", index=False)
    return tmp_path


def parameters_of(folder, **more):
    return read(
        ExplainabilityParameters,
        {"model": str(folder / "model.skops"), "background": str(folder / "background.csv"), "max_rows": 40, **more},
    )


def audit(folder, parameters, items=None):
    target = runner.open_file(folder / "rows.csv", parameters)
    results = list(runner.measure(target, items or runner.plan(target, parameters), parameters, 3))
    return results, runner.conclude(results, parameters, 3)


def test_a_model_file_is_explained_in_the_sandbox_and_chunks_do_not_matter(files):
    parameters = parameters_of(files)
    results, facts = audit(files, parameters)
    assert facts.measures[0].group == (("feature", "income"),)
    assert float(facts.measures[1].low) > 0.5
    assert facts.coverage.scored == 40
    assert set(facts.details["confinement"]) == {"network", "processes", "files", "user", "system_calls"}
    assert "Jane" not in str(results)
    assert runner.item_line(results[0])["id"] == "rows-0"
    chunks = [Item("b", {"start": 33, "stop": 40}), Item("a", {"start": 0, "stop": 33})]
    assert audit(files, parameters, chunks)[1].canonical() == facts.canonical()


def test_what_the_model_needs_and_the_rows_lack_is_told_from_within(files):
    ROWS.rename(columns={"income": "wage"}).to_csv(files / "rows.csv", index=False)
    ROWS.rename(columns={"income": "wage"}).to_csv(files / "background.csv", index=False)
    with pytest.raises(TargetError, match="takes income, which rows and background do not both have"):
        audit(files, parameters_of(files))


def told(rows):
    sums = summed(np.ones((rows, 2)), np.full(rows, 2.0), 0.0, np.arange(rows))
    about = {"features": ["a", "b"], "method": "linear", "space": "raw", "background": 1, "expected": "0x0p+0", "model_rows": 0}
    return {"rows": rows, "unscored": {}, **about, **sums}


@pytest.mark.parametrize(
    "forged",
    [{"rows": 9}, {"absolute": ["1/0", "1"]}, {"absolute": "x"}, {"unscored": {"a": "b"}}, {"residual": 3}, {"explained": -1}],
)
def test_a_result_that_does_not_add_up_is_refused(forged):
    items = [Item("a", {"start": 0, "stop": 5})]
    with pytest.raises(TargetError, match="does not add up"):
        list(runner._results(iter([{"item": "a", **told(5), **forged}]), items))


def test_words_beside_a_result_are_not_kept():
    items = [Item("a", {"start": 0, "stop": 5})]
    (result,) = runner._results(iter([{"item": "a", **told(5), "person": "Jane Doe"}]), items)
    assert "Jane" not in str(result)


def test_results_before_a_failure_are_kept():
    items = [Item("a", {"start": 0, "stop": 5}), Item("b", {"start": 5, "stop": 9})]

    def messages():
        yield {"confinement": {"network": "isolated"}}
        yield {"item": "a", **told(5)}
        raise TargetError("timeout", "too slow")

    first, second = runner._results(messages(), items)
    assert (first.outcome, first.values["confinement"]) == ("scored", {"network": "isolated"})
    assert (second.outcome, second.reason, second.values) == ("unscored", "timeout", {"rows": 4, "unscored": {"timeout": 4}})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": ""}, "model"),
        ({"background": "/nowhere.csv"}, "background"),
        ({"features": ["gone"]}, "features[0]"),
        ({"features": ["id"]}, "features[0]"),
    ],
)
def test_what_is_missing_is_named_before_any_work(files, change, field):
    with pytest.raises(ShapeError) as caught:
        audit(files, parameters_of(files, **change))
    assert caught.value.field == field


@pytest.mark.parametrize("change", [{"max_rows": 0}, {"max_background": 5000}, {"output": -1}, {"features": ["a", "a"]}])
def test_parameters_out_of_bounds_are_refused(change):
    with pytest.raises(ShapeError) as caught:
        read(ExplainabilityParameters, change)
    assert caught.value.field in change


def test_a_pickle_is_refused_by_what_it_is(files):
    (files / "model.skops").write_bytes(b"\x80\x04\x95\x00")
    with pytest.raises(TargetError, match="pickle"):
        audit(files, parameters_of(files))


def test_chosen_rows_are_spread_over_the_whole_table():
    assert positions(10, 5).tolist() == [0, 2, 4, 6, 8]
    assert positions(3, 10).tolist() == [0, 1, 2]
    assert positions(0, 10).tolist() == []
