"""What a classification concludes: dimensions, each with the rules that led to it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from governance.words import Words

UNDETERMINED: Final = "undetermined"
# Of these a system has one value, or several only where two bases stand side by side; of the others any number.
SINGLE: Final = ("scope", "high_risk", "conformity", "gpai", "role_basis", "applies_from")
TRUTHS: Final = ("fria", "explanation")
DIMENSIONS: Final = (
    "scope", "prohibition", "high_risk", "points", "conformity", "registration", "fria", "explanation", "information",
    "transparency", "gpai", "roles", "role_basis", "applies_from",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that took part. questions: ids of the answers that it looked at."""

    rule: str
    article: str
    because: Words
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One question of the law about a system.

    values: what is certain, whatever the unknown answers turn out to be. determined: whether nothing can be added or change;
    where it is false and there are no values, nothing is certain. `fria` and `explanation` hold the value `yes` or none.
    """

    id: str
    values: tuple[str, ...]
    determined: bool
    trace: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All dimensions, and the strictest of them as a headline.

    tier: `out_of_scope`, `prohibited`, `prohibited_from_<date>`, `undetermined`, `high_risk`, `high_risk_sectoral`,
    `not_high_risk_derogated`, `transparency` or `minimal`. unknown: ids of the questions that leave something undetermined.
    """

    tier: str
    dimensions: tuple[Dimension, ...]
    unknown: tuple[str, ...]

    def of(self, dimension: str) -> Dimension:
        """The dimension of this id. Raises `KeyError` for one that does not exist (a mistake of ours)."""
        found = next((one for one in self.dimensions if one.id == dimension), None)
        if found is None:
            raise KeyError(dimension)
        return found


def to_plain(outcome: Outcome) -> dict[str, Any]:
    """An outcome as float-free JSON-ready data."""
    return {
        "tier": outcome.tier,
        "dimensions": [
            {"id": one.id, "values": list(one.values), "determined": one.determined, "trace": [_step(step) for step in one.trace]}
            for one in outcome.dimensions
        ],
        "unknown": list(outcome.unknown),
    }


def from_plain(plain: Mapping[str, Any]) -> Outcome:
    """Read back what `to_plain` wrote. Raises `KeyError` or `TypeError` for anything else."""
    dimensions = tuple(
        Dimension(one["id"], tuple(one["values"]), one["determined"], tuple(_read_step(step) for step in one["trace"]))
        for one in plain["dimensions"]
    )
    return Outcome(plain["tier"], dimensions, tuple(plain["unknown"]))


def short(outcome: Outcome) -> dict[str, Any]:
    """The dimensions by name as a programme asks for them.

    A dimension of `SINGLE` is a text, null where there is none, and a list only where two bases stand side by side; one of
    `TRUTHS` is true or false; the others are lists. `undetermined` stands where nothing is certain.
    """
    return {"tier": outcome.tier, **{_name(one.id): _short(one) for one in outcome.dimensions}}


def _name(dimension: str) -> str:
    return "prohibited" if dimension == "prohibition" else dimension


def _short(one: Dimension) -> Any:
    if not one.values and not one.determined:
        return UNDETERMINED
    if one.id in TRUTHS:
        return bool(one.values)
    if one.id in SINGLE and len(one.values) < 2:
        return one.values[0] if one.values else None
    return list(one.values)


def _step(step: Step) -> dict[str, Any]:
    because = {"en": step.because.en, "es": step.because.es}
    return {"rule": step.rule, "article": step.article, "because": because, "questions": list(step.questions)}


def _read_step(plain: Mapping[str, Any]) -> Step:
    words = Words(plain["because"]["en"], plain["because"]["es"])
    return Step(plain["rule"], plain["article"], words, tuple(plain["questions"]))
