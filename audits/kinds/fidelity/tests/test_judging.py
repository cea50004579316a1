"""A fidelity audit with a language model as judge: a real endpoint on this machine, and what is told of it."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from audits.contract import Answer, ItemResult, Passage, Question
from audits.judges.llm import JudgeMeans
from audits.judges.llm.calling import Clock
from audits.judges.llm.prompts import JudgePrompt
from audits.judges.llm.spending import Spent
from audits.kinds.fidelity import FidelityParameters, runner, section
from governance.book import from_plain, to_plain
from governance.evidence.facts import Facts
from governance.outbound import GuardedClient, Policy
from governance.shapes import ShapeError, read
from tests.unit.judges.judge_server import Model, Reply, chat, serving

PASSAGES = ("The depot opened in 2018 and employs 140 people.",)
GOOD = "The depot opened in 2018."
BAD = "The depot has a pool."
PRICES = {"version": "2026-11", "currency": "EUR", "prompt": "2", "completion": "10"}
TOLD = {"prompt_tokens": 1000, "completion_tokens": 100}


class System:
    def __init__(self, *answers: str) -> None:
        self.answers = answers
        self.judge_means: object = None

    def questions(self) -> Sequence[Question]:
        return [Question(f"q{number}", f"Question {number}?") for number in range(len(self.answers))]

    def ask(self, question: Question, *, key: str) -> Answer:
        return Answer(question.text, self.answers[int(question.id[1:])], tuple(Passage(text) for text in PASSAGES))


def audited(
    reply: Reply, *answers: str, means: dict[str, Any] | None = None, **parameters: Any
) -> tuple[list[ItemResult], Facts]:
    with serving(reply) as (url, _calls):
        shape = read(FidelityParameters, {"judge": "llm", "base_url": url, "model": "m", **parameters})
        target = System(*answers)
        clock = Clock(sleep=lambda _seconds: None)
        target.judge_means = JudgeMeans(GuardedClient(Policy(allow_loopback=True)), clock=clock, **(means or {}))
        results = list(runner.measure(target, runner.plan(target, shape), shape, 1))
        return results, runner.conclude(results, shape, 1)


def test_the_facts_tell_what_judging_took() -> None:
    results, facts = audited(Model(usage=TOLD), GOOD, BAD, GOOD, prices=PRICES)
    judging = facts.details["judging"]
    assert (judging["calls"], judging["canaries"], judging["cached"]) == (5, 2, 0)
    assert (judging["cost"], judging["currency"], judging["prices"]) == ("0.015", "EUR", "2026-11")
    assert (judging["prompt_tokens"], judging["latency"][0]["n"]) == (5000, 5)
    assert [one.values["judging"]["calls"] for one in results] == [3, 1, 1]
    assert json.loads(facts.canonical())["details"]["judging"] == judging


def test_the_same_answer_is_judged_once() -> None:
    _results, facts = audited(Model(), GOOD, repeats=3)
    assert (facts.details["judging"]["calls"], facts.details["judging"]["cached"]) == (3, 2)


def test_what_the_budget_left_is_unscored_and_counted() -> None:
    _results, facts = audited(Model(), GOOD, BAD, f"{GOOD} {BAD}", max_calls=3)
    assert facts.coverage.unscored == (("budget_spent", 2),)
    assert facts.details["judging"]["left"] == {"budget_spent": 2}
    measures = {one.name: one for one in facts.measures}
    assert (measures["unsupported_answers"].n, measures["unsupported_answers"].unscored) == (1, 2)


def test_what_others_spent_counts_against_the_budget() -> None:
    _results, facts = audited(Model(), GOOD, means={"recorded": lambda: Spent(10)}, max_calls=10)
    assert facts.coverage.unscored == (("budget_spent", 1),)


def test_unparsable_replies_are_counted_and_never_averaged() -> None:
    def reply(number: int, body: Any) -> Any:
        return (200, chat("Sure, fine!")) if BAD in json.dumps(body["messages"]) else Model()(number, body)

    _results, facts = audited(reply, GOOD, BAD)
    measures = {one.name: one for one in facts.measures}
    assert (measures["unsupported_answers"].value, measures["unsupported_answers"].n) == ("0", 1)
    assert facts.details["judging"]["left"] == {"unparsable": 1}


def test_a_cost_that_is_not_told_is_not_made_up() -> None:
    _results, facts = audited(Model(), GOOD, prices=PRICES)
    assert (facts.details["judging"]["cost"], facts.details["judging"]["untold"]) == (None, 3)
    assert "not known" in str(section.blocks(facts))


def test_the_loose_prompt_is_told_in_limits_and_section() -> None:
    _results, facts = audited(Model(), GOOD, prompt="yes-no-1")
    assert "YES or NO" in facts.limits[0]
    assert "read loosely" in str(section.blocks(facts))
    assert facts.details["judging"]["prompts"][0]["name"] == "yes-no-1"
    _results, strict = audited(Model(), GOOD)
    assert "YES or NO" not in str((strict.limits, section.blocks(strict)))


def test_a_registered_prompt_is_pinned_by_its_digest() -> None:
    prompt = JudgePrompt("0190-x", "claims", "Between {mark} stands data.", "sha256:registered")
    _results, facts = audited(Model(), GOOD, means={"prompt": prompt}, prompt="0190-x")
    (told,) = facts.details["judging"]["prompts"]
    assert (told["name"], told["registered"], told["digest"]) == ("0190-x", "sha256:registered", prompt.digest)


def test_an_unknown_prompt_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(ShapeError, match="claims-1"):
        audited(Model(), GOOD, prompt="claims-9")


def test_facts_and_blocks_survive_being_sealed() -> None:
    _results, facts = audited(Model(usage=TOLD), GOOD, BAD, prices=PRICES, max_calls=3)
    assert Facts.from_plain(json.loads(facts.canonical())) == facts
    blocks = section.blocks(facts)
    assert from_plain(json.loads(json.dumps(to_plain(blocks)))) == blocks


def test_no_words_of_answers_stand_in_what_is_told_openly() -> None:
    results, facts = audited(Model(usage=TOLD), BAD)
    assert "pool" not in json.dumps([one.values for one in results]) + str(section.blocks(facts))
