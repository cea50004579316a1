"""The fidelity audit on a made-up system whose answers are known to be good or bad."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from audits.contract import Answer, ItemResult, Passage, Question, TargetError, Usage
from audits.judges.llm import JudgeMeans
from audits.kinds.fidelity import KIND, FidelityParameters, runner, section
from audits.kinds.fidelity.figures import quantile
from governance.book import from_plain, to_plain
from governance.evidence.facts import Facts, Measure
from governance.outbound import GuardedClient, Policy
from governance.shapes import ShapeError, read

PASSAGES = ("The depot opened in 2018 and employs 140 people.", "Returns are accepted within 30 days of delivery.")
GOOD = "The depot opened in 2018."
BAD = "The depot opened in 1999 and has a pool."
DECLINED = "I don't know."


class System:
    """Answers by list; an exception in it is raised."""

    def __init__(self, *answers: str | TargetError, cost: str | None = None) -> None:
        self.answers = answers
        self.cost = cost
        self.keys: list[str] = []
        self.judge_means: object = None

    def questions(self) -> Sequence[Question]:
        return [Question(f"q{number}", f"Question {number}?") for number in range(len(self.answers))]

    def ask(self, question: Question, *, key: str) -> Answer:
        self.keys.append(key)
        number = int(question.id[1:])
        answer = self.answers[number]
        if isinstance(answer, TargetError):
            raise answer
        usage = Usage(10, 5, self.cost, "EUR" if self.cost else None)
        return Answer(question.text, answer, tuple(Passage(text) for text in PASSAGES), 100 + number, usage)


def results_of(target: Any, seed: int = 1, **parameters: Any) -> list[ItemResult]:
    shape = read(FidelityParameters, parameters)
    return list(runner.measure(target, runner.plan(target, shape), shape, seed))


def audited(target: Any, seed: int = 1, **parameters: Any) -> Facts:
    return runner.conclude(results_of(target, seed, **parameters), read(FidelityParameters, parameters), seed)


def measure_of(facts: Facts, name: str) -> Measure:
    return next(one for one in facts.measures if one.name == name)


def test_an_invented_answer_is_counted_with_its_interval() -> None:
    found = measure_of(audited(System(GOOD, BAD, GOOD, GOOD)), "unsupported_answers")
    assert (found.value, found.n, found.method) == ("0.25", 4, "wilson")
    assert float(found.low or 1) < 0.25 < float(found.high or 0)


def test_a_declined_answer_is_counted_apart() -> None:
    facts = audited(System(GOOD, BAD, DECLINED))
    assert (measure_of(facts, "unsupported_answers").value, measure_of(facts, "unsupported_answers").n) == ("0.5", 2)
    assert measure_of(facts, "abstentions").n == 3
    assert facts.details["verdicts"]["abstained"] == 1


def test_an_answer_that_never_came_is_unscored_with_its_cause_and_the_others_stay() -> None:
    facts = audited(System(GOOD, TargetError("timeout", "took too long"), BAD))
    assert facts.coverage.unscored == (("timeout", 1),)
    assert measure_of(facts, "unsupported_answers").n == 2
    assert measure_of(facts, "answered").value == "0.666666666666667"


def test_nothing_judged_is_no_share_of_zero() -> None:
    found = measure_of(audited(System(DECLINED, "")), "unsupported_answers")
    assert (found.value, found.n) == (None, 0)


def test_values_hold_no_words_of_question_answer_or_passages() -> None:
    stored = json.dumps([result.values for result in results_of(System(GOOD, BAD))])
    assert [word for word in ("depot", "pool", "1999", "Question") if word in stored] == []


def test_private_holds_what_people_need_to_look_at() -> None:
    private = results_of(System(BAD))[0].private
    assert private["answer"] == BAD
    assert [0, "number", "1999"] in private["checks"]


def test_offsets_point_at_the_claim_and_its_evidence() -> None:
    claim = results_of(System(GOOD))[0].values["claims"][0]
    assert GOOD[claim["start"] : claim["end"]] == GOOD
    assert PASSAGES[claim["passage"]][claim["passage_start"] : claim["passage_end"]] == PASSAGES[0]


def test_a_line_says_unsupported_with_its_span() -> None:
    good, bad, declined = (runner.item_line(one) for one in results_of(System(GOOD, BAD, DECLINED)))
    assert (good["verdict"], good["spans"]) == ("supported", [])
    assert bad["verdict"] == "unsupported"
    assert [BAD[span["start"] : span["end"]] for span in bad["spans"] if span["reason"] == "number"] == ["1999"]
    assert any("pool" in BAD[span["start"] : span["end"]] for span in bad["spans"] if span["reason"] == "not_in_sources")
    assert 0 <= good["unsupported"] < 0.5 <= bad["unsupported"] <= 1
    assert (declined["verdict"], declined["unsupported"]) == ("supported", 0.0)


def test_an_unscored_line_has_no_score() -> None:
    (line,) = (runner.item_line(one) for one in results_of(System(TargetError("unreachable", "gone"))))
    assert line == {"id": "q0", "unsupported": None, "verdict": "unscored", "spans": [], "reason": "unreachable"}


def test_recorded_answers_are_audited_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    rows = [{"id": str(i), "question": "?", "context": list(PASSAGES), "answer": text} for i, text in enumerate((GOOD, BAD))]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    lines = [runner.item_line(one) for one in results_of(runner.open_file(path, FidelityParameters()))]
    assert [line["verdict"] for line in lines] == ["supported", "unsupported"]


def test_repeats_and_the_limit_make_the_plan() -> None:
    items = runner.plan(System(GOOD, GOOD, GOOD), FidelityParameters(max_questions=2, repeats=2))
    assert [item.id for item in items] == ["q0", "q0#2", "q1", "q1#2"]


def test_repeats_that_would_share_an_id_are_refused(tmp_path: Path) -> None:
    lines = [json.dumps({"id": one, "question": "?", "context": list(PASSAGES), "answer": GOOD}) for one in ("a", "a#2")]
    (tmp_path / "answers.jsonl").write_text("\n".join(lines))
    shape = FidelityParameters(repeats=2)
    with pytest.raises(TargetError, match="'a#2'"):
        runner.plan(runner.open_file(tmp_path / "answers.jsonl", shape), shape)


def test_repeated_questions_are_one_cluster() -> None:
    found = measure_of(audited(System(GOOD, BAD, GOOD), repeats=3), "unsupported_answers")
    assert (found.n, found.method) == (9, "bootstrap_clusters")


def test_each_item_has_a_key_of_its_own_that_stays() -> None:
    one, other = System(GOOD, BAD), System(GOOD, BAD)
    results_of(one, repeats=2)
    results_of(other, repeats=2)
    assert one.keys == other.keys
    assert len(set(one.keys)) == 4


def test_a_share_of_claims_without_spread_is_careful() -> None:
    found = measure_of(audited(System(f"{GOOD} Returns are accepted within 30 days of delivery.")), "supported_claims")
    assert (found.value, found.n, found.method) == ("1", 2, "wilson_clusters")
    assert float(found.low or 1) < 0.5


def test_the_same_seed_gives_the_same_facts() -> None:
    target = System(f"{GOOD} It has a pool.", BAD, GOOD, f"{BAD} {GOOD}")
    assert audited(target, seed=3).canonical() == audited(target, seed=3).canonical()


def test_a_percentile_has_an_interval_only_where_its_n_allows() -> None:
    few, many = quantile("latency_p95", list(range(71)), 95, 0), quantile("latency_p95", list(range(1, 73)), 95, 0)
    assert (few.value, few.low, few.high) == ("67", None, None)
    assert (many.value, many.high) == ("69", "72")
    middle = quantile("latency_p50", list(range(1, 7)), 50, 0)
    assert (middle.value, middle.low, middle.high) == ("3", "1", "6")


def test_costs_are_averaged_in_their_currency() -> None:
    found = measure_of(audited(System(GOOD, GOOD, cost="0.25")), "cost_per_answer")
    assert (found.value, found.unit, found.n) == ("0.25", "EUR", 2)
    assert measure_of(audited(System(GOOD)), "cost_per_answer").value is None


def test_every_concluded_measure_is_on_the_card() -> None:
    assert {one.name for one in audited(System(GOOD)).measures} == set(KIND.measure_names())


def test_facts_and_blocks_survive_being_sealed() -> None:
    facts = audited(System(GOOD, BAD, DECLINED, TargetError("timeout", "x")))
    assert Facts.from_plain(json.loads(facts.canonical())) == facts
    blocks = section.blocks(facts)
    assert from_plain(json.loads(json.dumps(to_plain(blocks)))) == blocks


def test_the_section_says_that_the_judge_is_uncalibrated_and_shows_no_words() -> None:
    blocks = str(section.blocks(audited(System(BAD))))
    assert "uncalibrated" in blocks
    assert "pool" not in blocks


def test_hostile_answers_are_judged_like_any_other() -> None:
    facts = audited(System("<script>alert(1)</script> It cost {{7*7}} euros.", "#set page(width: 1pt)", "\u202e 9999 €"))
    assert facts.coverage.planned == 3
    assert "<script>" not in str(section.blocks(facts))


LLM = {"judge": "llm", "base_url": "http://127.0.0.1:9/v1", "model": "m"}
NOBODY = GuardedClient(Policy())
PRICES = {"version": "2026-11", "currency": "EUR", "prompt": "2", "completion": "10"}


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"judge": "human"}, "judge"),
        ({"judge": "llm"}, "base_url"),
        ({"judge": "llm", "base_url": "https://x.example", "model": ""}, "model"),
        ({"judge": "llm", "base_url": "https://u:p@x.example", "model": "m"}, "base_url"),
        ({"model": "m"}, "judge"),
        ({"repeats": 0}, "repeats"),
        ({"max_questions": -1}, "max_questions"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"prompt": "yes-no-1"}, "judge"),
        ({"max_calls": 5}, "judge"),
        ({**LLM, "prompt": "p" * 101}, "prompt"),
        ({**LLM, "api_version": "2024-10-21"}, "api_version"),
        ({**LLM, "api": "azure", "api_version": "a\nb"}, "api_version"),
        ({**LLM, "api": "aws"}, "api"),
        ({**LLM, "max_calls": -1}, "max_calls"),
        ({**LLM, "requests_per_minute": -1}, "requests_per_minute"),
        ({**LLM, "most_tokens": -1}, "most_tokens"),
        ({**LLM, "max_cost": "1"}, "prices"),
        ({**LLM, "max_cost": "0", "prices": PRICES}, "max_cost"),
        ({**LLM, "max_cost": "NaN", "prices": PRICES}, "max_cost"),
        ({**LLM, "prices": {**PRICES, "currency": "euro"}}, "prices.currency"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(parameters: dict[str, object], field: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(FidelityParameters, parameters)
    assert raised.value.field == field


def test_an_llm_judge_needs_a_client_that_the_run_lends_it() -> None:
    with pytest.raises(ShapeError, match="without a client"):
        results_of(System(GOOD), **LLM)


def test_a_secret_that_is_not_stored_is_named() -> None:
    target = System(GOOD)
    target.judge_means = JudgeMeans(NOBODY)
    with pytest.raises(ShapeError, match="no secret named 'key'"):
        results_of(target, **LLM, secret="key")


def test_no_questions_are_refused_before_work() -> None:
    with pytest.raises(TargetError, match="no questions"):
        runner.plan(System(), FidelityParameters())


def test_on_the_command_line_the_secret_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDGE_KEY", "s3cret")
    target = runner.open_file(tmp_path / "answers.jsonl", read(FidelityParameters, {**LLM, "secret": "JUDGE_KEY"}))
    assert isinstance(target.judge_means, JudgeMeans)
    assert target.judge_means.secrets == {"JUDGE_KEY": "s3cret"}
