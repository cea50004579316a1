"""Carries out an operations audit: asks one question after another, keeps times and tokens, concludes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from audits.contract import Answer, Item, ItemResult, Question, RagTarget
from audits.kinds.operations import OperationsParameters
from audits.kinds.operations.figures import conclude as conclude
from audits.targets.asking import asked, chosen, planned
from audits.targets.recorded import RecordedAnswers


def plan(target: RagTarget, parameters: OperationsParameters) -> Sequence[Item]:
    """One item a question and repeat. Raises `TargetError` for a question file that does not fit."""
    items = planned(chosen(target, parameters.max_questions), parameters.repeats)
    return [
        replace(item, payload={**item.payload, "warm_up": True}) if number < parameters.warm_up else item
        for number, item in enumerate(items)
    ]


def measure(target: RagTarget, items: Sequence[Item], parameters: OperationsParameters, seed: int) -> Iterator[ItemResult]:
    """Ask each question; one worker asks them all, one after another, so that none waits for another of ours."""
    for found in asked(target, items, seed):
        yield found if isinstance(found, ItemResult) else _told(*found)


def open_file(path: Path, parameters: OperationsParameters) -> RecordedAnswers:
    """The answers of `manage.py measure operations --items`: JSONL, see the README."""
    return RecordedAnswers(path)


def item_line(result: ItemResult) -> dict[str, Any]:
    """One answer's times, tokens and reported cost as numbers, null where the system does not tell."""
    values = result.values
    reported = values.get("cost")
    return {
        "id": result.item,
        "latency_ms": values.get("latency_ms"),
        "stages": {name: float(time) for name, time in values.get("stages", ())},
        "prompt_tokens": values.get("prompt_tokens"),
        "completion_tokens": values.get("completion_tokens"),
        "cost": None if reported is None else float(reported),
        **({"reason": result.reason} if result.outcome == "unscored" else {}),
    }


def _told(item: Item, question: Question, answer: Answer) -> ItemResult:
    usage = answer.usage
    values = {
        "question": question.id,
        "answered": True,
        "warm_up": bool(item.payload.get("warm_up")),
        "latency_ms": answer.latency_ms,
        "stages": [[name, time] for name, time in answer.stages],
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": usage.cost,
        "currency": usage.currency,
        "model": usage.model,
    }
    return ItemResult(item.id, "scored", values, {"question": question.text, "answer": answer.text})
