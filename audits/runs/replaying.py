"""A system that says again what it said in a run: its recorded answers, as a target to be asked. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from audits.contract import Answer, ItemResult, Passage, Question, RagTarget, TargetError, Usage
from audits.targets.asking import key_of


class Replay:
    """A `RagTarget` of the questions of one and the answers of a run.

    results: the run's items with their words. seed: the run's, which makes the key that each item is asked under.
    lacking: items whose passages were not kept, so that a difference tells nothing.
    """

    judge_means: object = None

    def __init__(self, target: RagTarget, results: Sequence[ItemResult], seed: int) -> None:
        self._target = target
        self._results = {key_of(seed, result.item): result for result in results}
        self.lacking: set[str] = set()

    def questions(self) -> Sequence[Question]:
        """As the target has them, from its file."""
        return self._target.questions()

    def ask(self, question: Question, *, key: str) -> Answer:
        """What was answered then. Raises `TargetError` where it failed then."""
        result = self._results[key]
        if not result.values.get("answered"):
            raise TargetError(result.reason, str(result.private.get("error", "")))
        if "passages" not in result.private:
            self.lacking.add(result.item)
        return answer_of(question, result.values, result.private)


def answer_of(question: Question, values: Mapping[str, Any], private: Mapping[str, Any]) -> Answer:
    """An answer out of what an item keeps of it."""
    return Answer(
        question=question.text,
        text=str(private.get("answer", "")),
        passages=tuple(Passage(one["text"], one.get("id", ""), one.get("score")) for one in private.get("passages", ())),
        latency_ms=values.get("latency_ms"),
        usage=Usage(
            values.get("prompt_tokens"),
            values.get("completion_tokens"),
            values.get("cost"),
            values.get("currency"),
            values.get("model", ""),
        ),
        stages=tuple((name, time) for name, time in values.get("stages", ())),
    )
