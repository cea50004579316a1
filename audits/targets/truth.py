"""What people who know the answer say of a question: which passages answer it, and whether it is one to be answered at all.

Three optional fields of a line, the same in question files and in recorded answers:
`gold`: passage ids, as a list or as an object `{id: grade}` (0: looked at and not relevant);
`gold_texts`: excerpts, one of which a passage must hold to be relevant; `scope`: `in` or `out`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from audits.targets.jsonlines import Line
from audits.targets.paths import clean_text, kind_of
from governance.shapes import ShapeError, read

FIELDS = ("gold", "gold_texts", "scope")
MAX_GOLD = 1_000  # passages or excerpts a question
MAX_GRADE = 30  # 2**30 gains still add up exactly
MAX_ID = 200  # characters
MAX_EXCERPT = 20_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """See the module. All empty: nobody has said anything."""

    gold: dict[str, int] = field(default_factory=dict)
    gold_texts: tuple[str, ...] = ()
    scope: Literal["", "in", "out"] = ""

    def __post_init__(self) -> None:
        _check_ids(self.gold)
        _check_excerpts(self.gold_texts)
        if self.gold and self.gold_texts:
            raise ShapeError("gold_texts", "must be left out where `gold` names the passages.")

    def relevant(self) -> tuple[tuple[str, int], ...]:
        """(id, grade) of the passages of a grade above 0, in the order given."""
        return tuple((name, grade) for name, grade in self.gold.items() if grade)


def truth_of(line: Line) -> Truth:
    """The three fields of a line that may hold others. Raises `TargetError` naming line and field."""
    try:
        return read(Truth, {name: value for name, value in normal(line).items() if name in FIELDS and value is not None})
    except ShapeError as error:
        raise line.wrong(error.field, told(error)) from None


def normal(line: Line) -> Mapping[str, Any]:
    """The fields of a line with `gold` as an object of grades. Raises `TargetError`."""
    gold = line.fields.get("gold")
    if not isinstance(gold, list):
        return line.fields
    names = [_name(line, index, entry) for index, entry in enumerate(gold)]
    if len(set(names)) != len(names):
        raise line.wrong("gold", "names a passage twice.")
    return {**line.fields, "gold": dict.fromkeys(names, 1)}


def told(error: ShapeError) -> str:
    """What is wrong with a field, with what would fit."""
    return f"{error.problem} Allowed: {', '.join(error.allowed)}." if error.allowed else error.problem


def _name(line: Line, index: int, entry: object) -> str:
    if isinstance(entry, bool) or not isinstance(entry, str | int):
        raise line.wrong(f"gold.{index}", f"must be the id of a passage, not {kind_of(entry)}.")
    return str(entry)


def _check_ids(gold: Mapping[str, int]) -> None:
    if len(gold) > MAX_GOLD:
        raise ShapeError("gold", f"must name at most {MAX_GOLD} passages.")
    for name, grade in gold.items():
        if not 1 <= len(name) <= MAX_ID or clean_text(name) != name:
            raise ShapeError("gold", f"must name passages by ids of 1 to {MAX_ID} characters.")
        if not 0 <= grade <= MAX_GRADE:
            raise ShapeError("gold", f"must give grades from 0 (not relevant) to {MAX_GRADE}.")


def _check_excerpts(excerpts: tuple[str, ...]) -> None:
    if len(excerpts) > MAX_GOLD:
        raise ShapeError("gold_texts", f"must have at most {MAX_GOLD} excerpts.")
    for index, excerpt in enumerate(excerpts):
        if not excerpt.strip() or len(excerpt) > MAX_EXCERPT:
            raise ShapeError(f"gold_texts.{index}", f"must have 1 to {MAX_EXCERPT} characters that are not all white space.")
        if clean_text(excerpt) != excerpt:
            raise ShapeError(f"gold_texts.{index}", "has half of a surrogate pair or a NUL, which is no text.")
