"""Carries out a fidelity audit: asks each question, lets a judge decide, concludes shares."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from audits.contract import Answer, ClaimVerdict, Item, ItemResult, Judge, Judgement, Question, RagTarget, TargetError
from audits.judges.llm import JudgeMeans, LlmJudge
from audits.judges.verdicts import ABSTENTION
from audits.kinds.fidelity import FidelityParameters
from audits.kinds.fidelity.appointing import appoint
from audits.kinds.fidelity.figures import conclude as conclude
from audits.targets.asking import key_of
from audits.targets.recorded import RecordedAnswers
from governance.outbound import GuardedClient, Policy

FLAGGED = ("unsupported", "contradicted")


def plan(target: RagTarget, parameters: FidelityParameters) -> Sequence[Item]:
    """One item a question and repeat. Raises `TargetError` for a question file that does not fit."""
    appoint(target, parameters, (), 0)  # what the judge lacks is said before anything is asked
    questions = target.questions()
    chosen = questions[: parameters.max_questions] if parameters.max_questions else questions
    if not chosen:
        raise TargetError("unreadable", "there are no questions; give at least one.")
    items = [
        Item(_item_id(question.id, repeat), {"question": question.id, "repeat": repeat})
        for question in chosen
        for repeat in range(1, parameters.repeats + 1)
    ]
    twice = next((one for one, count in Counter(item.id for item in items).items() if count > 1), None)
    if twice is not None:
        raise TargetError("wrong_shape", f"two repeats would share the id {twice!r}; give the questions shorter ids without '#'.")
    return items


def measure(target: RagTarget, items: Sequence[Item], parameters: FidelityParameters, seed: int) -> Iterator[ItemResult]:
    """Ask and judge each item. What cannot be asked or judged is unscored with its cause; the others go on."""
    judge = appoint(target, parameters, items, seed)
    questions = {question.id: question for question in target.questions()}
    for item in items:
        question = questions.get(item.payload["question"])
        if question is None:
            yield ItemResult(item.id, "unscored", reason="question_gone")
        else:
            yield _item(target, judge, item, question, seed)


def open_file(path: Path, parameters: FidelityParameters) -> RecordedAnswers:
    """The answers of `manage.py measure fidelity --items`: JSONL `{id, question, context: [text], answer}`.

    With an LLM judge the secret is read from the environment variable that `secret` names; whoever runs
    the command is the operator, so its endpoint may be on this machine.
    """
    target = RecordedAnswers(path)
    secrets = {parameters.secret: os.environ[parameters.secret]} if parameters.secret in os.environ else {}
    target.judge_means = JudgeMeans(GuardedClient(Policy(allow_loopback=True)), secrets)
    return target


def item_line(result: ItemResult) -> dict[str, Any]:
    """One answer's verdict: contradicted counts as unsupported; scores are numbers here, null where unscored."""
    verdict = str(result.values.get("verdict", "unscored"))
    score = result.values.get("unsupported")
    flagged = [claim for claim in result.values.get("claims", ()) if claim["verdict"] in FLAGGED]
    spans = [span for claim in flagged for span in claim["spans"] or [_whole(claim)]]
    line = {
        "id": result.item,
        "unsupported": float(score) if score is not None else None,
        "verdict": "unsupported" if verdict in FLAGGED else verdict,
        "spans": spans,
    }
    return {**line, "reason": result.reason} if result.outcome == "unscored" else line


def _item_id(question: str, repeat: int) -> str:
    return question if repeat == 1 else f"{question[:190]}#{repeat}"


def _whole(claim: Mapping[str, Any]) -> dict[str, Any]:
    """The claim as one span, for a judge that names no words."""
    reason = "contradicted" if claim["verdict"] == "contradicted" else "not_in_sources"
    return {"start": claim["start"], "end": claim["end"], "reason": reason}


def _item(target: RagTarget, judge: Judge, item: Item, question: Question, seed: int) -> ItemResult:
    try:
        answer = target.ask(question, key=key_of(seed, item.id))
    except TargetError as error:
        words = {"question": question.text, "error": str(error)}
        return ItemResult(item.id, "unscored", {"question": question.id, "answered": False}, words, error.cause)
    judgement = judge.judge(question.text, answer.text, [passage.text for passage in answer.passages])
    values = {"question": question.id, "answered": True, "judge": judge.digest(), **_usage(answer), **_verdict(judgement)}
    if isinstance(judge, LlmJudge):
        values["judging"] = judge.take()
    scored = judgement.verdict != "unscored"
    return ItemResult(
        item.id,
        "scored" if scored else "unscored",
        values,
        _private(question, answer, judgement),
        "" if scored else judgement.reason or "unscored",
    )


def _usage(answer: Answer) -> dict[str, Any]:
    usage = answer.usage
    return {
        "passages": len(answer.passages),
        "latency_ms": answer.latency_ms,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": usage.cost,
        "currency": usage.currency,
    }


def _verdict(judgement: Judgement) -> dict[str, Any]:
    """What is stored of a judgement: places, scores and kinds of checks, no words."""
    return {
        "verdict": judgement.verdict,
        "unsupported": judgement.unsupported,
        "abstained": judgement.reason == ABSTENTION,
        "confidence": judgement.confidence,
        "claims": [_claim(claim) for claim in judgement.claims],
    }


def _claim(verdict: ClaimVerdict) -> dict[str, Any]:
    return {
        "start": verdict.claim.start,
        "end": verdict.claim.end,
        "verdict": verdict.verdict,
        "unsupported": verdict.unsupported,
        "passage": verdict.passage,
        "passage_start": verdict.start,
        "passage_end": verdict.end,
        "checks": [check for check, _detail in verdict.checks],
        "spans": [{"start": span.start, "end": span.end, "reason": span.reason} for span in verdict.spans],
    }


def _private(question: Question, answer: Answer, judgement: Judgement) -> dict[str, Any]:
    checks = [[index, *check] for index, claim in enumerate(judgement.claims) for check in claim.checks]
    passages = [{"id": passage.id, "text": passage.text, "score": passage.score} for passage in answer.passages]
    return {"question": question.text, "answer": answer.text, "passages": passages, "checks": checks}
