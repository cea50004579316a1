"""The door to a question-answering system behind HTTP and JSON.

Whatever it answers is data: sizes are bounded, text that cannot be stored is replaced, and an answer
that does not fit the mapping is a `TargetError` that says which setting to change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from audits.contract import Answer, Passage, Question, TargetError, Usage
from audits.targets.calling import post
from audits.targets.paths import PathError, clean_text, find_path, kind_of, read_path
from audits.targets.questions import QuestionSet
from audits.targets.reading import count_tokens, decimal, identifier, stages
from audits.targets.specs import HttpRag
from governance.outbound import GuardedClient

MAX_ANSWER = 200_000  # characters, also of one passage
MAX_PASSAGES = 200


class HttpRagTarget:
    """A `RagTarget` over HTTP. `secret` is the value sent in `spec.auth_header`, if that is set."""

    def __init__(self, spec: HttpRag, client: GuardedClient, questions: QuestionSet, secret: str = "") -> None:
        self._spec = spec
        self._client = client
        self._questions = questions
        self._secret = secret

    def questions(self) -> Sequence[Question]:
        """What is asked, in the order of the question file."""
        return self._questions.questions

    def ask(self, question: Question, *, key: str) -> Answer:
        """Ask once; `latency_ms` runs from name look-up to last byte. Raises `TargetError`."""
        spec = self._spec
        headers = {**spec.headers, "Idempotency-Key": key}
        if spec.auth_header:
            headers[spec.auth_header] = self._secret
        reply = post(self._client, spec.url, {spec.question_field: question.text}, headers, spec.timeout_s)
        return read_answer(spec, question.text, reply.document, reply.elapsed_ms)


def read_answer(spec: HttpRag, question: str, document: Any, latency_ms: int | None) -> Answer:
    """The parts of an answer as the mapping names them. Pure.

    null and absent optional parts are None; `passages: null` is no passages.

    Raises:
        TargetError: `wrong_shape` or `too_large`, naming the setting and what stands there instead.
    """
    return Answer(
        question=question,
        text=_text(_required(document, spec.answer_path, "answer_path"), f"answer_path `{spec.answer_path}`"),
        passages=_passages(spec, document),
        latency_ms=latency_ms,
        usage=_usage(spec, document),
        stages=stages(find_path(document, spec.stages_path), "stages_path", spec.stages_unit),
    )


def _usage(spec: HttpRag, document: Any) -> Usage:
    cost = decimal(find_path(document, spec.cost_path), "cost_path")
    if cost is not None and cost.startswith("-"):
        raise TargetError("wrong_shape", f"cost_path: a cost cannot be negative, and this one is {cost}.")
    return Usage(
        prompt_tokens=count_tokens(find_path(document, spec.prompt_tokens_path), "prompt_tokens_path"),
        completion_tokens=count_tokens(find_path(document, spec.completion_tokens_path), "completion_tokens_path"),
        cost=cost,
        currency=None if cost is None else spec.currency,
        model=identifier(find_path(document, spec.model_path), "model_path"),
    )


def _passages(spec: HttpRag, document: Any) -> tuple[Passage, ...]:
    if not spec.passages_path:
        return ()
    found = _required(document, spec.passages_path, "passages_path")
    if found is None:
        return ()
    place = f"passages_path `{spec.passages_path}`"
    if not isinstance(found, list):
        raise TargetError("wrong_shape", f"{place}: {kind_of(found)} stands there, but a list is expected.")
    if len(found) > MAX_PASSAGES:
        raise TargetError("too_large", f"{place}: {len(found)} passages; at most {MAX_PASSAGES} are taken.")
    return tuple(_passage(spec, passage, f"{place}, passage {index}") for index, passage in enumerate(found))


def _passage(spec: HttpRag, passage: Any, place: str) -> Passage:
    if isinstance(passage, str):
        return Passage(_text(passage, place))
    if not isinstance(passage, Mapping):
        raise TargetError("wrong_shape", f"{place}: is {kind_of(passage)}, but text or an object is expected.")
    if not spec.passage_text_path:
        raise TargetError("wrong_shape", f"{place}: is an object; set passage_text_path to the field with its text.")
    words = _required(passage, spec.passage_text_path, f"{place}, passage_text_path")
    return Passage(
        text=_text(words, f"{place}, passage_text_path `{spec.passage_text_path}`"),
        id=identifier(find_path(passage, spec.passage_id_path), f"{place}, passage_id_path"),
        score=decimal(find_path(passage, spec.passage_score_path), f"{place}, passage_score_path"),
    )


def _required(document: Any, path: str, setting: str) -> Any:
    try:
        return read_path(document, path, setting)
    except PathError as error:
        raise TargetError("wrong_shape", f"{error}. Change {setting.rsplit(', ', 1)[-1]} to where it stands.") from None


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise TargetError("wrong_shape", f"{place}: {kind_of(value)} stands there, but text is expected.")
    if len(value) > MAX_ANSWER:
        raise TargetError("too_large", f"{place}: {len(value)} characters; at most {MAX_ANSWER} are taken.")
    return clean_text(value)
