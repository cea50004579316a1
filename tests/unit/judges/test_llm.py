"""The LLM judge against a real server on this machine: what it takes for a verdict, and what it does not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from audits.contract import Judgement
from audits.judges.llm import DEFAULT, Endpoint, LlmJudge
from audits.judges.llm.calling import Caller, Clock
from audits.judges.llm.prompts import JudgePrompt, shipped
from audits.judges.llm.spending import Budget, Purse
from governance.outbound import GuardedClient, Policy
from tests.unit.judges.judge_server import Body, Model, Reply, Sent, chat, seen, serving

PASSAGES = ["The depot opened in 2018.\nIt is in Berlin, near the river.", "Returns are accepted within 30 days."]
ANSWER = "The depot opened in 2018. It has a pool."
QUICK = Clock(sleep=lambda _seconds: None)


def judge_at(url: str, prompt: JudgePrompt | None = None, batch: str = "b", **given: Any) -> LlmJudge:
    caller = Caller(GuardedClient(Policy(allow_loopback=True)), Endpoint(url, "m"), Purse(Budget()), clock=QUICK)
    for name, value in given.items():
        setattr(caller, name, value)
    return LlmJudge(caller, prompt or shipped(DEFAULT), marks=b"secret", seed=7, batch=batch)


def judged(reply: Reply, answer: str = ANSWER, passages: list[str] | None = None, **given: Any) -> Judgement:
    with serving(reply) as (url, _calls):
        return judge_at(url, **given).judge("When?", answer, PASSAGES if passages is None else passages)


def entries(body: Body) -> list[dict[str, str]]:
    """What a good judge says of every claim of a request."""
    _status, content = Model()(1, body)[:2]
    found: list[dict[str, str]] = json.loads(json.loads(content)["choices"][0]["message"]["content"])["verdicts"]
    return found


def is_asked_about(body: Body, answer: str) -> bool:
    """Whether a request is about `answer` and no canary."""
    return any(words in answer for words in seen(body).claims.values())


def saying(*own: tuple[str, str], answer: str = ANSWER) -> Reply:
    """A judge that is right about all but the answer's own claims, of which it says this, in their order."""

    def reply(_number: int, body: Body) -> Sent:
        said = iter(own)
        names = [name for name, words in seen(body).claims.items() if words in answer]
        found = {one["id"]: one for one in entries(body)}
        for name, (verdict, quote) in zip(names, said, strict=False):
            found[name] = {"id": name, "verdict": verdict, "quote": quote}
        return 200, chat(json.dumps({"verdicts": list(found.values())}))

    return reply


def spoiled(spoil: Callable[[list[dict[str, Any]]], str], answer: str = ANSWER, **more: Any) -> Reply:
    """A judge that is right, and whose reply about the answer is then spoiled."""

    def reply(number: int, body: Body) -> Sent:
        return (200, chat(spoil(entries(body)), **more)) if is_asked_about(body, answer) else Model()(number, body)

    return reply


def document(found: list[dict[str, Any]]) -> str:
    return json.dumps({"verdicts": found})


def test_each_claim_gets_its_verdict_and_its_place_in_a_passage() -> None:
    verdict = judged(Model())
    assert [one.verdict for one in verdict.claims] == ["supported", "unsupported"]
    first = verdict.claims[0]
    assert PASSAGES[first.passage][first.start : first.end] == "The depot opened in 2018."
    assert (verdict.verdict, verdict.unsupported) == ("unsupported", "1")


def test_a_contradiction_is_told_apart() -> None:
    answer = "The depot opened in 2020."
    assert judged(saying(("contradicted", "opened in 2018"), answer=answer), answer).verdict == "contradicted"


def test_a_quote_over_a_line_break_is_found() -> None:
    answer = "It is in Berlin."
    assert judged(saying(("supported", "2018. It is in Berlin"), answer=answer), answer).verdict == "supported"


@pytest.mark.parametrize(
    ("quote", "cause"),
    [
        ("the depot was founded", "quote_not_found"),
        ("", "quote_not_found"),
        ("Berlin,", "quote_too_short"),
        ("opened in 2018", "quote_unrelated"),
        ("accepted within 30 days", "quote_unrelated"),
        ("x" * 3000, "quote_too_long"),
        ("\ud800 Berlin", "quote_not_found"),
    ],
)
def test_a_quote_that_proves_nothing_leaves_the_claim_unscored(quote: str, cause: str) -> None:
    answer = "It is in Berlin."
    verdict = judged(saying(("supported", quote), answer=answer), answer)
    assert (verdict.verdict, verdict.unsupported, verdict.reason) == ("unscored", None, cause)


def test_a_quote_in_another_language_need_not_share_words_with_the_claim() -> None:
    answer = "El almacén se encuentra en la capital de Alemania."
    assert judged(saying(("supported", "is in Berlin"), answer=answer), answer).verdict == "supported"


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda _good: "YES", "unparsable"),
        (lambda _good: "", "unparsable"),
        (lambda good: f"Sure! Here you go: {document(good)}", "unparsable"),
        (lambda good: f"```json\n{document(good)}\n```", "unparsable"),
        (lambda good: document(good)[:-20], "unparsable"),
        (lambda good: document(good) + document(good), "unparsable"),
        (json.dumps, "unparsable"),
        (lambda good: document([{**good[0], "verdict": "SUPPORTED"}, *good[1:]]), "unparsable"),
        (lambda good: document([{**good[0], "verdict": True}, *good[1:]]), "unparsable"),
        (lambda good: document([{**good[0], "note": "x"}, *good[1:]]), "unparsable"),
        (lambda good: document([{**good[0], "id": 1}, *good[1:]]), "unparsable"),
        (lambda good: json.dumps({"verdicts": ["c1"]}), "unparsable"),
        (lambda good: document(good).replace('"quote"', '"id": "c1", "quote"', 1), "unparsable"),
        (lambda good: document(good[:-1]), "wrong_ids"),
        (lambda good: document([good[0], *good[:-1]]), "wrong_ids"),
        (lambda good: document([*good, {**good[0], "id": "c99"}]), "wrong_ids"),
        (lambda good: document([{**one, "id": one["id"].upper()} for one in good]), "wrong_ids"),
        (lambda _good: "[" * 100_000, "unparsable"),
        (lambda _good: "x" * 300_000, "judge_too_long"),
    ],
)
def test_anything_but_the_object_asked_for_is_unscored(spoil: Callable[[Any], str], cause: str) -> None:
    verdict = judged(spoiled(spoil))
    assert (verdict.verdict, verdict.unsupported, verdict.reason) == ("unscored", None, cause)


def test_a_completion_that_was_cut_off_is_unscored() -> None:
    assert judged(spoiled(document, finish_reason="length")).reason == "judge_truncated"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"<html>", "judge_not_json"),
        (b'{"choices": "\xff\xfe"}', "judge_not_json"),
        (b"{}", "judge_wrong_shape"),
        (b"[]", "judge_wrong_shape"),
        (b'{"choices": []}', "judge_wrong_shape"),
        (b'{"choices": [{"message": {"content": null}}]}', "judge_wrong_shape"),
        (b'{"choices": ["text"]}', "judge_wrong_shape"),
        (b'{"choices": [{"message": {"content": "x"}}], "usage": [NaN]}', "judge_not_json"),
        (b" " * 9_000_000, "judge_too_large"),
    ],
)
def test_an_endpoint_of_another_shape_is_unscored(content: bytes, cause: str) -> None:
    assert judged(lambda _number, _body: (200, content)).reason == cause


def test_no_call_is_made_where_nothing_is_to_be_judged() -> None:
    with serving(Model()) as (url, calls):
        judge = judge_at(url)
        found = [judge.judge("?", "I don't know.", PASSAGES), judge.judge("?", ANSWER, []), judge.judge("?", "", PASSAGES)]
    assert [one.verdict for one in found] == ["supported", "unsupported", "unscored"]
    assert calls == []


def test_the_request_can_be_had_again_and_carries_the_secret_in_its_header_only() -> None:
    with serving(Model()) as (url, calls):
        for _ in range(2):
            judge_at(url, secret="s3cret").judge("When?", ANSWER, PASSAGES)
    half = len(calls) // 2
    assert calls[:half] == calls[half:]
    assert (calls[0]["auth"], calls[0]["temperature"], calls[0]["path"]) == ("Bearer s3cret", 0, "/v1/chat/completions")
    assert "s3cret" not in json.dumps([call["messages"] for call in calls])
    assert "tools" not in calls[0]


def test_claims_that_are_too_many_are_unscored() -> None:
    assert judged(Model(), "It has a pool. " * 101).reason == "too_many_claims"


def test_a_claim_called_supported_whose_figure_stands_nowhere_is_unscored() -> None:
    answer = "The depot opened in 2018 with 45 gates."
    verdict = judged(saying(("supported", "The depot opened in 2018."), answer=answer), answer)
    assert (verdict.verdict, verdict.reason) == ("unscored", "figure_not_found")


def test_the_first_claim_without_proof_names_the_cause() -> None:
    verdict = judged(saying(("supported", "opened in 2018"), ("supported", "a pool")))
    assert (verdict.verdict, verdict.reason) == ("unscored", "quote_not_found")


def test_the_digest_names_endpoint_model_and_prompt() -> None:
    def digest(endpoint: Endpoint, prompt: str) -> str:
        caller = Caller(GuardedClient(Policy()), endpoint, Purse(Budget()))
        return LlmJudge(caller, shipped(prompt)).digest()

    endpoints = [Endpoint(url, model) for url in ("http://a/v1", "http://b/v1") for model in ("m", "n")]
    assert len({digest(endpoint, prompt) for endpoint in endpoints for prompt in ("claims-1", "yes-no-1")}) == 8
