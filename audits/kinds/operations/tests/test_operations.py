"""The operations audit on a made-up system whose times and tokens are known."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from audits.contract import Answer, ItemResult, Question, TargetError, Usage
from audits.kinds.operations import KIND, OperationsParameters, runner, section
from governance.book import from_plain, to_plain
from governance.evidence.facts import Facts, Measure
from governance.shapes import ShapeError, read

PRICES = {
    "version": "2026-11",
    "currency": "EUR",
    "per_query": "0.001",
    "models": [{"model": "m", "prompt": "2", "completion": "10"}],
}
LIFE = {"months": 2, "queries": 100, "setup": "10", "monthly": "5"}
USED = Usage(1000, 200, "0.02", "USD", "m-2026")
STAGES = (("retrieval", "12.5"), ("generation", "80"))


class System:
    """Answer number n comes after n ms."""

    def __init__(self, count: int, usage: Usage = USED, stages: Any = STAGES, fails: Sequence[int] = ()) -> None:
        self.count, self.usage, self.stages, self.fails = count, usage, stages, fails

    def questions(self) -> Sequence[Question]:
        return [Question(str(number), f"Secret {number}?") for number in range(1, self.count + 1)]

    def ask(self, question: Question, *, key: str) -> Answer:
        if int(question.id) in self.fails:
            raise TargetError("timeout", "took too long")
        return Answer(question.text, "Hush.", (), int(question.id), self.usage, self.stages)


def results_of(target: Any, **parameters: Any) -> list[ItemResult]:
    shape = read(OperationsParameters, parameters)
    return list(runner.measure(target, runner.plan(target, shape), shape, 1))


def audited(target: Any, **parameters: Any) -> Facts:
    return runner.conclude(results_of(target, **parameters), read(OperationsParameters, parameters), 1)


def measure_of(facts: Facts, name: str, stage: str = "") -> Measure:
    group = (("stage", stage),) if stage else ()
    return next(one for one in facts.measures if one.key() == (name, group))


def test_percentiles_have_intervals_where_there_are_enough_answers() -> None:
    facts = audited(System(100))
    assert measure_of(facts, "latency_p50").value == "50"
    found = measure_of(facts, "latency_p95")
    assert (found.value, found.low, found.high) == ("95", "90", "100")
    rare = measure_of(facts, "latency_p99")
    assert (rare.value, rare.low, rare.reason) == ("99", None, "too few for an interval")


def test_each_stage_has_its_own_percentiles() -> None:
    facts = audited(System(10))
    assert facts.details["stages"] == ["retrieval", "generation"]
    assert measure_of(facts, "latency_p95", "retrieval").value == "12.5"


def test_answers_that_warm_up_are_asked_and_not_timed() -> None:
    facts = audited(System(10), warm_up=4)
    assert (measure_of(facts, "latency_p50").n, measure_of(facts, "prompt_tokens").n) == (6, 10)
    assert facts.details["warm_up"] == 4


def test_a_question_costs_what_the_table_says() -> None:
    found = measure_of(audited(System(3), prices=PRICES), "cost_per_query")
    assert (found.value, found.unit, found.n) == ("0.005", "EUR", 3)


def test_without_a_table_a_question_costs_what_the_system_reports() -> None:
    found = measure_of(audited(System(3)), "cost_per_query")
    assert (found.value, found.unit) == ("0.02", "USD")


@pytest.mark.parametrize(
    "usage", [Usage(1000, 200, None, None, "other"), Usage(1000, None, None, None, "m"), Usage(None, None), Usage(1000, 200)]
)
def test_what_has_no_price_never_costs_nothing(usage: Usage) -> None:
    found = measure_of(audited(System(3, usage), prices=PRICES), "cost_per_query")
    assert (found.value, found.n, found.unscored) == (None, 0, 3)


def test_answers_that_name_no_model_take_the_given_one() -> None:
    found = measure_of(audited(System(3, Usage(1000, 200)), prices=PRICES, model="m"), "cost_per_query")
    assert found.value == "0.005"


def test_models_without_a_price_are_named_in_the_report() -> None:
    facts = audited(System(3, Usage(1, 1, None, None, "other")), prices=PRICES)
    assert facts.details["unpriced"] == ["other"]
    assert "has no price for" in str(section.blocks(facts))


def test_the_total_cost_follows_both_ends_of_the_interval() -> None:
    facts = audited(System(3), prices=PRICES | {"judging": "0.01"}, ownership=LIFE | {"judged": "0.5"})
    assert measure_of(facts, "total_cost").value == "22"  # 10 + 2 x 5 + 200 x (0.005 + 0.5 x 0.01)
    assert measure_of(facts, "total_cost").low == "22"
    assert measure_of(audited(System(3)), "total_cost").reason == "no volume was given to project it for"


def test_costs_in_several_currencies_have_no_mean(tmp_path: Path) -> None:
    lines = [{"id": name, "answer": "a", "cost": "1", "currency": name} for name in ("EUR", "USD")]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    found = measure_of(audited(runner.open_file(tmp_path / "a.jsonl", OperationsParameters())), "cost_per_query")
    assert (found.value, found.reason) == (None, "the answers' costs are in several currencies")


def test_an_answer_that_never_came_has_no_time_and_is_counted() -> None:
    facts = audited(System(4, fails=[2]))
    assert (facts.coverage.unscored, measure_of(facts, "answered").value) == ((("timeout", 1),), "0.75")
    assert measure_of(facts, "latency_p50").n == 3
    assert facts.details["items"][0]["reason"] == "timeout"


def test_a_system_that_tells_nothing_has_times_only() -> None:
    facts = audited(System(3, Usage(), ()))
    assert measure_of(facts, "prompt_tokens").reason == "the system does not tell it"
    assert measure_of(facts, "cost_per_query").value is None
    assert measure_of(facts, "latency_p50").value == "2"


def test_a_system_that_names_ever_new_stages_fills_no_report() -> None:
    results = [
        ItemResult(str(number), "scored", {**results_of(System(1))[0].values, "stages": [[f"s{number}", "1"]]})
        for number in range(50)
    ]
    facts = runner.conclude(results, OperationsParameters(), 1)
    assert (len(facts.details["stages"]), facts.details["stages_left_out"]) == (20, 30)


def test_repeats_are_items_of_their_own() -> None:
    assert [one.item for one in results_of(System(2), repeats=2)] == ["1", "1#2", "2", "2#2"]


def test_values_hold_no_words_of_question_and_answer() -> None:
    stored = json.dumps([result.values for result in results_of(System(2))])
    assert [word for word in ("Secret", "Hush") if word in stored] == []


def test_a_line_has_numbers() -> None:
    assert runner.item_line(results_of(System(1))[0]) == {
        "id": "1", "latency_ms": 1, "stages": {"retrieval": 12.5, "generation": 80.0}, "prompt_tokens": 1000,
        "completion_tokens": 200, "cost": 0.02,
    }  # fmt: skip
    assert runner.item_line(results_of(System(1, fails=[1]))[0])["reason"] == "timeout"


def test_every_concluded_measure_is_on_the_card() -> None:
    assert {one.name for one in audited(System(2), ownership=LIFE).measures} == set(KIND.measure_names())


def test_facts_and_blocks_survive_being_sealed() -> None:
    facts = audited(System(8, fails=[3]), prices=PRICES, ownership=LIFE, warm_up=1)
    assert Facts.from_plain(json.loads(facts.canonical())) == facts
    blocks = section.blocks(facts)
    assert from_plain(json.loads(json.dumps(to_plain(blocks)))) == blocks
    assert "2026-11" in str(blocks)
    assert "Cost of a thousand questions" in str(blocks)
    assert "Number(value='5'" in str(blocks)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"repeats": 0}, "repeats"),
        ({"warm_up": -1}, "warm_up"),
        ({"max_questions": -1}, "max_questions"),
        ({"model": "m"}, "model"),
        ({"model": "n", "prices": PRICES}, "model"),
        ({"prices": {"version": "1"}}, "prices.currency"),
        ({"prices": PRICES | {"models": [{"model": "m", "prompt": "NaN", "completion": 1}]}}, "prices.models[0].prompt"),
        ({"ownership": {"months": 12}}, "ownership.queries"),
        ({"ownership": {"months": 1000, "queries": 1}}, "ownership.months"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(parameters: dict[str, object], field: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(OperationsParameters, parameters)
    assert raised.value.field == field
