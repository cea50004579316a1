import json

import numpy as np
import pytest

from audits.contract import ItemResult
from audits.kinds.explainability import ExplainabilityParameters, runner, section
from audits.kinds.explainability.sums import Sums, summed
from governance.book import IntervalChart, Notice, from_plain, to_plain
from governance.evidence.facts import Facts

NAMES = ["income", "age", "noise"]
PHI = np.random.default_rng(4).normal(size=(90, 3)) * [3.0, 1.0, 0.1]
OUTPUTS = PHI.sum(axis=1) + 0.25
ABOUT = {"features": NAMES, "method": "linear", "space": "log_odds", "background": 50, "expected": (0.25).hex(), "model_rows": 0}


def result(start, stop, phi=PHI, outputs=OUTPUTS, **more):
    numbers = np.arange(start, stop)
    values = {"rows": stop - start, "unscored": {}, **ABOUT, **summed(phi[start:stop], outputs[start:stop], 0.25, numbers)}
    return ItemResult(f"rows-{start}", "scored", {**values, "confinement": {"network": "isolated"}, **more})


def facts_of(*results):
    return runner.conclude(results, ExplainabilityParameters(), 3)


def figure(facts, name, feature=None):
    group = (("feature", feature),) if feature else ()
    return next(one for one in facts.measures if one.key() == (name, group))


def test_the_mean_and_its_interval_are_students():
    mean = figure(facts_of(result(0, 90)), "mean_abs_shap", "income")
    sizes = np.abs(PHI[:, 0])
    half = 1.986979 * sizes.std(ddof=1) / np.sqrt(90)
    assert float(mean.value) == pytest.approx(sizes.mean())
    assert float(mean.high) - float(mean.value) == pytest.approx(half, rel=1e-5)
    assert (mean.n, mean.method) == (90, "student")


def test_shares_add_up_to_one_and_their_intervals_cover():
    facts = facts_of(result(0, 90))
    shares = [one for one in facts.measures if one.name == "attribution_share"]
    assert sum(float(one.value) for one in shares) == pytest.approx(1)
    assert all(float(one.low) < float(one.value) < float(one.high) for one in shares)
    assert [one.group[0][1] for one in shares] == NAMES


def test_the_interval_of_a_share_covers_the_true_share_as_promised():
    random, covered = np.random.default_rng(9), 0
    truth = 3 / 4.1
    for _ in range(200):
        phi = random.normal(size=(100, 3)) * [3.0, 1.0, 0.1]
        share = figure(facts_of(result(0, 100, phi, phi.sum(axis=1) + 0.25)), "attribution_share", "income")
        covered += float(share.low) <= truth <= float(share.high)
    assert covered / 200 >= 0.9


def test_facts_are_the_same_whatever_the_chunks_and_their_order():
    chunks = [result(60, 90), result(0, 1), result(1, 60)]
    assert facts_of(*chunks).canonical() == facts_of(result(0, 90)).canonical()


def test_facts_survive_being_sealed_and_results_being_stored():
    stored = ItemResult("rows-0", "scored", json.loads(json.dumps(result(0, 90).values)))
    facts = facts_of(stored)
    assert Facts.from_plain(json.loads(facts.canonical())) == facts


def test_a_residual_is_told_relative_to_the_widest_output():
    broken = OUTPUTS.copy()
    broken[7] += 1
    residual = figure(facts_of(result(0, 90, PHI, broken)), "additivity_residual")
    assert float(residual.value) == pytest.approx(1 / np.abs(broken - 0.25).max(), rel=1e-6)
    assert residual.low == residual.value == residual.high
    notices = [block.text.message for block in section.blocks(facts_of(result(0, 90, PHI, broken))) if isinstance(block, Notice)]
    assert "do not add up" in notices[0]
    assert figure(facts_of(result(0, 90)), "additivity_residual").value == "0"


def test_a_clear_order_of_features_is_stable():
    assert figure(facts_of(result(0, 90)), "rank_stability").value == "1"


def test_rows_that_were_not_explained_are_counted():
    lost = ItemResult("rows-90", "unscored", {"rows": 10, "unscored": {"timeout": 10}}, reason="timeout")
    facts = facts_of(result(0, 90), lost)
    assert (facts.coverage.planned, facts.coverage.scored, facts.coverage.unscored) == (100, 90, (("timeout", 10),))
    assert figure(facts, "explained_share").value == "0.9"
    assert any(isinstance(block, Notice) for block in section.blocks(facts))


def test_nothing_explained_is_nothing_estimated():
    lost = ItemResult("rows-0", "unscored", {"rows": 10, "unscored": {"timeout": 10}}, reason="timeout")
    facts = facts_of(lost)
    assert figure(facts, "additivity_residual").value is None
    assert figure(facts, "rank_stability").value is None
    assert "Too few" in section.blocks(facts)[2].title.message


def test_one_row_has_no_interval():
    assert figure(facts_of(result(0, 1)), "mean_abs_shap", "age").value is None


def test_a_constant_model_has_no_shares():
    zero = np.zeros((5, 3))
    share = figure(facts_of(result(0, 5, zero, np.full(5, 0.25))), "attribution_share", "age")
    assert (share.value, bool(share.reason)) == (None, True)


def test_empty_sums_are_empty():
    sums = Sums()
    sums.add(summed(np.zeros((0, 3)), np.zeros(0), 0.0, np.arange(0)))
    assert (sums.rows, sums.total) == (0, 0)


def test_the_section_says_what_moves_the_output_most():
    blocks = section.blocks(facts_of(result(0, 90)))
    chart = next(block for block in blocks if isinstance(block, IntervalChart))
    assert dict(chart.title.values)["first"] == "income"
    assert from_plain(to_plain(blocks)) == blocks


def test_the_section_does_not_rank_what_the_rows_cannot_tell_apart():
    phi = np.random.default_rng(4).normal(size=(90, 3))
    blocks = section.blocks(facts_of(result(0, 90, phi, phi.sum(axis=1) + 0.25)))
    chart = next(block for block in blocks if isinstance(block, IntervalChart))
    assert "do not tell which more" in chart.title.message


def test_a_process_that_could_reach_the_network_is_told():
    facts = facts_of(result(0, 90, confinement={"network": "not isolated"}))
    assert any("network" in block.text.message for block in section.blocks(facts) if isinstance(block, Notice))
