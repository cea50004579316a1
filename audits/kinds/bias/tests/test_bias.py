import csv

import pandas as pd
import pytest

from audits.contract import Item, TargetError
from audits.kinds.bias import BiasParameters, runner, section
from audits.kinds.bias.coding import canonical_text
from governance.book import IntervalChart, Notice, Table, from_plain, to_plain
from governance.evidence.facts import Facts
from governance.shapes import ShapeError, read

DECIDED = {"favourable": 1, "sensitive": ["group"], "prediction": "decision", "label": "truth"}


class Rows:
    """A table in memory."""

    def __init__(self, **columns):
        self.kept = columns

    def columns(self):
        return tuple(self.kept)

    def rows(self):
        return len(next(iter(self.kept.values())))

    def read(self, columns, start, stop):
        return {name: self.kept[name][start:stop] for name in columns}


def rows_of(counts, **more):
    """A table with the given {group: (tn, fp, fn, tp)}."""
    columns = {"group": [], "truth": [], "decision": []}
    for group, cells in counts.items():
        for (truth, decision), count in zip([(0, 0), (0, 1), (1, 0), (1, 1)], cells, strict=True):
            columns["group"] += [group] * count
            columns["truth"] += [truth] * count
            columns["decision"] += [decision] * count
    return Rows(**columns, **more)


def audit(table, parameters, items=None):
    parameters = read(BiasParameters, parameters)
    items = items or runner.plan(table, parameters)
    return runner.conclude(list(runner.measure(table, items, parameters, 7)), parameters, 7)


def figure(facts, name, **group):
    return next(one for one in facts.measures if one.name == name and dict(one.group) == group)


def percent(measure):
    return round(100 * float(measure.value), 2)


FAIR = {"a": (50, 20, 10, 40), "b": (48, 22, 9, 41)}


def test_each_group_has_its_rates_with_intervals_and_counts():
    facts = audit(rows_of(FAIR), DECIDED)
    rate = figure(facts, "selection_rate", group="a")
    assert (rate.value, rate.n, rate.method) == ("0.5", 120, "wilson")
    assert float(rate.low) < 0.5 < float(rate.high)
    assert facts.details["families"][0]["groups"][0]["cells"] == {"tn": 50, "fp": 20, "fn": 10, "tp": 40}


def test_facts_are_the_same_whatever_the_chunks():
    table = rows_of(FAIR)
    table.kept["weight"] = [0.1 * (index % 7 + 1) for index in range(table.rows())]
    parameters = {**DECIDED, "weight": "weight"}
    small = [Item(str(start), {"start": start, "stop": min(start + 13, table.rows())}) for start in range(0, table.rows(), 13)]
    assert audit(table, parameters).canonical() == audit(table, parameters, small[::-1]).canonical()


def test_facts_survive_being_sealed():
    facts = audit(rows_of(FAIR), DECIDED)
    assert Facts.from_plain(facts.to_plain()) == facts


def test_a_planted_bias_is_found_and_a_fair_table_is_not_accused():
    biased = audit(rows_of({"a": (50, 20, 10, 40), "b": (60, 5, 40, 10)}), DECIDED)
    assert float(figure(biased, "selection_rate_ratio", group="b").high) < 0.8
    assert float(figure(biased, "demographic_parity_difference").low) > 0
    assert float(figure(audit(rows_of(FAIR), DECIDED), "demographic_parity_difference").low) == 0


def test_a_given_reference_is_what_the_others_are_compared_with():
    facts = audit(rows_of({**FAIR, "c": (10, 90, 10, 90)}), {**DECIDED, "reference": {"group": "c"}})
    ratio = figure(facts, "selection_rate_ratio", group="a")
    assert float(ratio.value) == pytest.approx(0.5 / 0.9)
    with pytest.raises(StopIteration):
        figure(facts, "selection_rate_ratio", group="c")


def test_small_groups_are_shown_and_not_compared():
    facts = audit(rows_of({**FAIR, "few": (1, 1, 1, 1)}), DECIDED)
    assert figure(facts, "selection_rate", group="few").value == "0.5"
    assert figure(facts, "selection_rate_ratio", group="few").value is None
    assert "smaller" in figure(facts, "selection_rate_ratio", group="few").reason
    assert figure(facts, "demographic_parity_difference").unscored == 4


def test_a_group_without_positives_is_not_estimable_and_never_zero():
    facts = audit(rows_of({**FAIR, "none": (40, 10, 0, 0)}), DECIDED)
    rate = figure(facts, "true_positive_rate", group="none")
    assert (rate.value, rate.n) == (None, 0)
    assert rate.reason


def test_missing_groups_are_a_group_and_missing_decisions_are_counted():
    table = Rows(group=["a", None, "", "b"] * 20, decision=["1", "0", "1", None] * 20)
    facts = audit(table, {"favourable": 1, "sensitive": ["group"], "prediction": "decision", "min_group": 1})
    assert figure(facts, "selection_rate", group="(missing)").n == 40
    assert facts.coverage.unscored == (("missing_prediction", 20),)
    assert (facts.coverage.planned, facts.coverage.scored) == (80, 60)
    assert figure(facts, "selection_rate", group="b").unscored == 20


def test_a_table_without_label_has_selection_rates_only():
    facts = audit(rows_of(FAIR), {**DECIDED, "label": None})
    assert {one.name for one in facts.measures} == {
        "selection_rate",
        "selection_rate_difference",
        "selection_rate_ratio",
        "demographic_parity_difference",
        "demographic_parity_ratio",
        "worst_selection_rate_ratio",
    }


def test_a_table_without_prediction_is_an_audit_of_its_labels():
    facts = audit(rows_of(FAIR), {**DECIDED, "prediction": None})
    assert float(figure(facts, "selection_rate", group="a").value) == pytest.approx(50 / 120)


def test_several_sensitive_columns_are_compared_alone_and_crossed():
    table = rows_of(FAIR)
    table.kept["age"] = ["young", "old"] * (table.rows() // 2)
    facts = audit(table, {**DECIDED, "sensitive": ["group", "age"], "min_group": 10})
    crossed = figure(facts, "selection_rate", group="a", age="old")
    assert crossed.group == (("group", "a"), ("age", "old"))
    assert figure(facts, "demographic_parity_difference", age="*").value is not None
    assert figure(facts, "demographic_parity_difference").n == table.rows()


def test_control_features_undo_simpsons_paradox():
    columns = {"group": [], "decision": [], "department": []}
    for group, department, hits, size in (("a", "x", 80, 100), ("b", "x", 800, 1000), ("a", "y", 200, 1000), ("b", "y", 20, 100)):
        columns["group"] += [group] * size
        columns["department"] += [department] * size
        columns["decision"] += [True] * hits + [False] * (size - hits)
    parameters = {"favourable": True, "prediction": "decision", "sensitive": ["group"], "control": ["department"]}
    facts = audit(Rows(**columns), parameters)
    assert float(figure(facts, "selection_rate_ratio", group="a").high) < 0.5
    assert figure(facts, "selection_rate_ratio_adjusted", group="a").value == "1"


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"prediction": "gone"}, "prediction", "no column 'gone'.*group, truth, decision"),
        ({"sensitive": ["gone"]}, "sensitive", "no column 'gone'"),
        ({"sensitive": []}, "sensitive", "at least one"),
        ({"label": "group"}, "sensitive", "already the label"),
        ({"favourable": "yes"}, "favourable", "'yes' never occurs in the column 'decision'.*0, 1"),
        ({"reference": {"group": "z"}}, "reference.group", "'z' never occurs"),
        ({"reference": {"truth": "z"}}, "reference.truth", "not one of the sensitive columns"),
        ({"min_group": 0}, "min_group", "at least 1"),
        ({"prediction": None, "label": None}, "prediction", "a label column or both"),
        ({"surplus": 1}, "surplus", "unknown field"),
    ],
)
def test_what_does_not_fit_is_named_before_any_work(change, field, says):
    with pytest.raises(ShapeError, match=says) as caught:
        audit(rows_of(FAIR), {**DECIDED, **change})
    assert caught.value.field == field


@pytest.mark.parametrize("favourable", [1, "1", 1.0, " 1.0"])
def test_the_favourable_value_may_be_written_in_any_way(favourable):
    assert audit(rows_of(FAIR), {**DECIDED, "favourable": favourable}).measures == audit(rows_of(FAIR), DECIDED).measures


def test_a_score_is_no_decision():
    table = Rows(group=["a", "b"] * 10, decision=[0.1 * index for index in range(20)])
    with pytest.raises(ShapeError, match=r"must have two values; it has 20: 0, 0.1.*Turn a score into a decision"):
        audit(table, {"favourable": 1, "prediction": "decision", "sensitive": ["group"]})


def test_a_prediction_in_other_words_than_the_label_is_not_read_as_never_favourable():
    table = Rows(group=["a", "b"] * 10, truth=["yes", "no"] * 10, decision=["1", "0"] * 10)
    with pytest.raises(ShapeError, match="'yes' never occurs in the column 'decision'"):
        audit(table, {**DECIDED, "favourable": "yes"})


def test_a_model_that_favours_nobody_is_a_finding():
    table = Rows(group=["a", "b"] * 40, truth=[1, 0] * 40, decision=[0] * 80)
    facts = audit(table, DECIDED)
    assert figure(facts, "selection_rate").value == "0"
    assert figure(facts, "demographic_parity_ratio").value is None


def test_too_many_groups_are_refused():
    table = Rows(group=[str(number) for number in range(2000)], truth=[0, 1] * 1000, decision=[0, 1] * 1000)
    with pytest.raises(ShapeError, match=r"2000 values.*400 is most"):
        audit(table, DECIDED)


@pytest.mark.parametrize("weights", [[-1.0, 1.0], [float("inf"), 1.0], [0.0, 0.0], [1e300, 1.0], [1e-320, 1.0]])
def test_weights_must_be_weights(weights):
    table = rows_of(FAIR)
    table.kept["weight"] = weights * (table.rows() // 2)
    with pytest.raises(ShapeError) as caught:
        audit(table, {**DECIDED, "weight": "weight"})
    assert caught.value.field == "weight"


def test_a_weight_of_words_is_refused_by_name():
    table = rows_of(FAIR)
    table.kept["weight"] = ["heavy"] * table.rows()
    with pytest.raises(TargetError, match="'weight' holds values that are no numbers"):
        audit(table, {**DECIDED, "weight": "weight"})


def test_the_first_row_with_a_wrong_weight_is_named():
    table = rows_of(FAIR)
    table.kept["weight"] = ["1.5", "1,5"] * (table.rows() // 2)
    with pytest.raises(TargetError, match="first in row 2"):
        audit(table, {**DECIDED, "weight": "weight"})
    table.kept["weight"] = [1, 1, -3] + [1] * (table.rows() - 3)
    with pytest.raises(ShapeError, match="row 3 is -3"):
        audit(table, {**DECIDED, "weight": "weight"})


def test_numbers_written_as_text_weigh_like_numbers():
    texts, plain = rows_of(FAIR), rows_of(FAIR)
    texts.kept["weight"] = ["1.50", " 2", "3e0", ""] * (texts.rows() // 4)
    plain.kept["weight"] = [1.5, 2, 3, None] * (plain.rows() // 4)
    parameters = {**DECIDED, "weight": "weight"}
    assert audit(texts, parameters).canonical() == audit(plain, parameters).canonical()


@pytest.mark.parametrize(("group", "reference"), [("a", "a"), (2, 2), (2, "2"), (True, True)])
def test_the_reference_of_one_column_may_stand_alone(group, reference):
    table = rows_of({group: (50, 20, 10, 40), "b": (48, 22, 9, 41)})
    table.kept["group"] = [str(value) for value in table.kept["group"]]
    alone, named = (audit(table, {**DECIDED, "reference": given}) for given in (reference, {"group": reference}))
    assert [one.group for one in alone.measures if one.name == "selection_rate_ratio"] == [(("group", "b"),)]
    assert alone.measures == named.measures


def test_a_reference_without_its_column_is_refused_where_there_are_several():
    with pytest.raises(ShapeError) as caught:
        audit(rows_of(FAIR, age=["x"] * 240), {**DECIDED, "sensitive": ["group", "age"], "reference": "a"})
    assert caught.value.field == "reference"


def test_a_yes_without_quotes_is_explained():
    table = Rows(group=["a", "b"] * 40, decision=["Yes", "No"] * 40)
    with pytest.raises(ShapeError, match="write it in quotes"):
        audit(table, {"favourable": True, "sensitive": ["group"], "prediction": "decision"})


def test_bytes_that_are_text_are_read_as_text(tmp_path):
    frame = pd.DataFrame(rows_of(FAIR).kept)
    frame.assign(group=[value.encode() for value in frame["group"]]).to_parquet(tmp_path / "rows.parquet")
    facts = audit(runner.open_file(tmp_path / "rows.parquet", read(BiasParameters, DECIDED)), DECIDED)
    assert figure(facts, "selection_rate", group="a").n == 120


def test_a_file_that_is_no_table_is_named(tmp_path):
    (tmp_path / "people.csv").write_bytes(b"")
    with pytest.raises(TargetError, match=r"people\.csv: The file is empty"):
        runner.open_file(tmp_path / "people.csv", read(BiasParameters, DECIDED))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), ("1", "1"), (1.0, "1"), (" 1.0 ", "1"), (True, "true"), ("True", "true"), ("TRUE", "true"),
        ("007", "007"), ("-0", "0"), ("1e5", "1e5"), ("", None), ("  ", None), (None, None), (float("nan"), None),
        ("nan", None), ("NA", "NA"), ("a\x00b", "a\ufffdb"),
    ],
)  # fmt: skip
def test_values_are_compared_in_one_form(value, text):
    assert canonical_text(value) == text


def test_parquet_and_csv_of_the_same_rows_give_the_same_facts(tmp_path):
    frame = pd.DataFrame(rows_of(FAIR).kept)
    frame.to_csv(tmp_path / "rows.csv", index=False, quoting=csv.QUOTE_ALL)
    frame.astype({"decision": float, "truth": bool}).astype({"truth": int}).to_parquet(tmp_path / "rows.parquet")
    parameters = read(BiasParameters, DECIDED)
    both = [audit(runner.open_file(tmp_path / name, parameters), DECIDED) for name in ("rows.csv", "rows.parquet")]
    assert both[0].canonical() == both[1].canonical()


def test_an_item_line_holds_counts_and_no_rows():
    parameters = read(BiasParameters, DECIDED)
    table = rows_of(FAIR)
    (result,) = runner.measure(table, runner.plan(table, parameters), parameters, 1)
    line = runner.item_line(result)
    assert line["groups"][1] == {"group": ["b"], "control": [], "cells": [48, 22, 9, 41], "unscored": 0}


def test_the_section_says_the_finding_in_words():
    biased = audit(rows_of({"a": (50, 20, 10, 40), "<script>": (60, 5, 40, 10), "few": (1, 1, 1, 1)}), DECIDED)
    blocks = section.blocks(biased)
    charts = [block for block in blocks if isinstance(block, IntervalChart)]
    assert dict(charts[0].title.values) == {"low": "<script>", "high": "a"}
    assert charts[1].unit == "ratio"
    assert any(isinstance(block, Notice) and block.state == "insufficient" for block in blocks)
    assert from_plain(to_plain(blocks)) == blocks


def test_the_section_of_a_fair_table_accuses_nobody():
    blocks = section.blocks(audit(rows_of(FAIR), {**DECIDED, "label": None}))
    chart = next(block for block in blocks if isinstance(block, IntervalChart))
    assert "No difference" in chart.title.message
    assert any(isinstance(block, Table) and len(block.columns) == 4 for block in blocks)
