"""What an audit kind, a target and a judge promise each other. Pure: no Django, no I/O.

A kind is one folder under `audits/kinds`. Its `__init__` holds `KIND`; its `runner` has

    plan(target, parameters) -> Sequence[Item]
    measure(target, items, parameters, seed) -> Iterator[ItemResult]
    conclude(results, parameters, seed) -> Facts
    open_file(path, parameters) -> Target            # for `manage.py measure`, its README names the format
    item_line(result) -> dict                        # one line of `--item-results`

and its `section` has `blocks(facts: Facts) -> tuple[Block, ...]`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from governance.evidence.facts import Facts

Outcome = Literal["scored", "unscored"]
Needs = Literal["rag", "texts", "table", "model"]
QUEUES = ("light", "audit", "catalog")  # by weight; a worker may serve some of them only


@dataclass(frozen=True, slots=True)
class Passage:
    """One retrieved passage as the audited system returned it."""

    text: str
    id: str = ""
    score: str | None = None  # decimal text, as the system gave it


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost, where the system says so. `cost` is decimal text with its currency apart.

    model: the language model that was billed, as the system names it; empty where it does not tell.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: str | None = None
    currency: str | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the audited system said to one question. `latency_ms` is measured by us.

    passages: in the order of their ranks, best first. stages: (name, milliseconds as decimal text) of each step
    that the system times itself.
    """

    question: str
    text: str
    passages: tuple[Passage, ...] = ()
    latency_ms: int | None = None
    usage: Usage = Usage()
    stages: tuple[tuple[str, str], ...] = ()


class TargetError(Exception):
    """The audited system did not give a usable answer. `cause` is a stable word, the message is for people.

    causes: unreachable, timeout, refused_address, http_status, not_json, wrong_shape, too_large, unsafe_format,
    unreadable, sandbox.
    """

    def __init__(self, cause: str, message: str) -> None:
        self.cause = cause
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what people who know the answer say of it.

    gold: (passage id, grade from 1 on) of every passage that answers it. gold_texts: excerpts that an answering
    passage must hold, for systems that name no passages. scope: whether the system is meant to answer it.
    """

    id: str
    text: str
    language: str = ""
    gold: tuple[tuple[str, int], ...] = ()
    gold_texts: tuple[str, ...] = ()
    scope: Literal["", "in", "out"] = ""


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text of a knowledge base, or one recorded answer, to be looked through."""

    id: str
    text: str
    language: str = ""
    origin: str = "knowledge_base"  # or "answer"


@runtime_checkable
class RagTarget(Protocol):
    """Something that answers questions."""

    def questions(self) -> Sequence[Question]:
        """What it is to be asked, in a stable order, ids unique."""
        ...

    def ask(self, question: Question, *, key: str) -> Answer:
        """Ask once. `key` is sent as the Idempotency-Key. Raises `TargetError`."""
        ...


@runtime_checkable
class TextsTarget(Protocol):
    """Texts to look through."""

    def texts(self) -> Iterator[SourceText]:
        """In a stable order, ids unique. Raises `TargetError`."""
        ...


@runtime_checkable
class TableTarget(Protocol):
    """A table with one row a person or case."""

    def columns(self) -> Sequence[str]: ...

    def rows(self) -> int: ...

    def read(self, columns: Sequence[str], start: int, stop: int) -> Mapping[str, Sequence[Any]]:
        """Columns of rows [start, stop) as equally long sequences (numpy arrays or lists)."""
        ...


@runtime_checkable
class ModelTarget(Protocol):
    """A model file that is only ever opened in a sandboxed child process."""

    path: Path
    format: str  # "skops" | "onnx" | "xgboost" | "lightgbm"
    trusted_types: tuple[str, ...]
    table: TableTarget  # the rows to explain
    background: TableTarget  # the rows it is explained against


@dataclass(frozen=True, slots=True)
class Item:
    """One unit of work and of checkpointing: about a second or more.

    payload: what `measure` needs to know of it, JSON-ready without floats. It is stored with the plan and handed
    back as it was, perhaps to another process, so it holds places (row numbers, ids) and no words of people.
    """

    id: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one item gave. Stored as a checkpoint.

    values: JSON-ready without floats and without personal data: scores, counts, verdict, offsets.
    private: JSON-ready words of the audited system or of people; stored encrypted, erasable.
    reason: for `unscored`, the stable cause (a `TargetError.cause`, `unparsable`, ...).
    """

    item: str
    outcome: Outcome
    values: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MeasureCard:
    """A measure that a kind can conclude, so that a criterion can only name what exists."""

    name: str
    title: str  # message id
    unit: str  # "share" | "ratio" | "difference" | "count" | "score" | "ms"
    better: Literal["higher", "lower", "none"]
    formula: str


@dataclass(frozen=True, slots=True)
class AuditKind:
    """The card of a kind; the only thing of it that the web process imports.

    pairs: dotted module, pure, with `unit(outcome, values) -> Unit | None`, where runs of this kind can be compared
    question by question; empty where they can't.
    queue: one of `QUEUES`. chunk: how many items are handed to one `measure`; several workers then share an audit.
    About a minute of work is right; 0 hands all of them to one, for kinds whose items are cheap only together.
    items_as: how a page shows items: as rows of a table or, where each is an answer with judged claims (stored as `fidelity`
    stores them), as answers beside their passages.
    """

    name: str
    title: str  # message id
    version: str
    needs: Needs
    parameters: type[Any]  # a frozen dataclass, read by `governance.shapes`
    runner: str  # dotted module, resolved only where work is done
    section: str  # dotted module, pure
    measures: tuple[MeasureCard, ...]
    queue: str = "audit"
    chunk: int = 0
    items_as: Literal["table", "answers"] = "table"
    pairs: str = ""

    def measure_names(self) -> tuple[str, ...]:
        """Names that a criterion may use."""
        return tuple(card.name for card in self.measures)


@dataclass(frozen=True, slots=True)
class Unit:
    """What one stored item says of its question, to be set beside the same question in another run.

    values: measure -> 0 to 1; a measure that this item says nothing about is left out. instrument: digest of the judge,
    empty where nothing was judged: units of two instruments are not compared. score: what the judge gave the answer.
    """

    question: str
    values: Mapping[str, float]
    instrument: str = ""
    score: float | None = None


class Runner(Protocol):
    """The module `AuditKind.runner` names."""

    plan: Callable[[Any, Any], Sequence[Item]]
    measure: Callable[[Any, Sequence[Item], Any, int], Iterator[ItemResult]]
    conclude: Callable[[Sequence[ItemResult], Any, int], Facts]
    open_file: Callable[[Path, Any], Any]
    item_line: Callable[[ItemResult], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer: characters [start, end) of it."""

    start: int
    end: int
    text: str


Support = Literal["supported", "unsupported", "contradicted", "unscored"]
SpanReason = Literal[
    "number", "date", "time", "weekday", "unit", "name", "negation", "not_in_sources", "contradicted", "no_passages"
]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the answer that the passages do not carry, and why."""

    start: int
    end: int
    reason: SpanReason


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What a judge says of one claim.

    unsupported: 0 (fully supported) to 1, decimal text; None when unscored.
    passage, start, end: the best evidence, characters [start, end) of that passage; -1 without.
    checks: which deterministic checks fired, each (check, detail), e.g. ("number", "25 %").
    spans: which characters of a claim that is not supported are to blame, in order and apart; empty where the judge cannot say.
    """

    claim: Claim
    verdict: Support
    unsupported: str | None
    passage: int = -1
    start: int = -1
    end: int = -1
    checks: tuple[tuple[str, str], ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of one answer. `reason` names the cause when it is unscored."""

    verdict: Support
    unsupported: str | None
    claims: tuple[ClaimVerdict, ...] = ()
    confidence: str = ""  # e.g. "uncalibrated for es"
    reason: str = ""


class Judge(Protocol):
    """Decides whether an answer stands on its passages. `name` and `digest` identify the instrument."""

    name: str

    def digest(self) -> str:
        """Digest over code, weights, model name and prompt: what a result must be pinned to."""
        ...

    def judge(self, question: str, answer: str, passages: Sequence[str]) -> Judgement: ...
