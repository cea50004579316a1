"""What a criterion may say, checked before it becomes a row. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from governance.compliance.verdict import DIRECTIONS, Direction
from governance.shapes import ShapeError
from probanza.canonical import digest_of

LARGEST = Decimal(10) ** 12
FINEST = Decimal(1).scaleb(-12)
LARGEST_N = 10**9
LONGEST_RATIONALE = 4000
MOST_PAIRS = 8
LONGEST_WORD = 200

Group = tuple[tuple[str, str], ...]


def check_measure(measure: str, known_measures: Collection[str], kind: str) -> str:
    """`measure` when `kind` can conclude it. Raises `ShapeError` with the names it can."""
    if measure not in known_measures:
        raise ShapeError("measure", f"is not concluded by {kind}.", tuple(sorted(known_measures)))
    return measure


def check_direction(direction: str) -> Direction:
    """`at_least` or `at_most`. Raises `ShapeError`."""
    if direction not in DIRECTIONS:
        raise ShapeError("direction", "is none.", DIRECTIONS)
    return direction


def check_limit(limit: object) -> Decimal:
    """The limit as a decimal below 10^12 with at most 12 decimals. Raises `ShapeError`."""
    if isinstance(limit, bool) or not isinstance(limit, int | float | str | Decimal):
        raise ShapeError("limit", "must be a number.")
    try:
        number = Decimal(str(limit))
    except InvalidOperation:
        raise ShapeError("limit", "must be a number, such as 0.8.") from None
    if not number.is_finite():
        raise ShapeError("limit", "must be a finite number, such as 0.8.")
    if abs(number) >= LARGEST or number != number.quantize(FINEST):
        raise ShapeError("limit", "must be below 10^12 and have at most 12 decimals.")
    return Decimal(format(number.normalize(), "f")) + 0


def check_group(group: Mapping[str, str] | Sequence[Sequence[str]]) -> Group:
    """(feature, value) pairs, sorted by feature. Raises `ShapeError`."""
    pairs: Iterable[object] = group.items() if isinstance(group, Mapping) else group
    found = tuple(_pair(index, pair) for index, pair in enumerate(pairs))
    if len(found) > MOST_PAIRS:
        raise ShapeError("group", f"has {len(found)} pairs; at most {MOST_PAIRS} are allowed.")
    if len({feature for feature, _ in found}) != len(found):
        raise ShapeError("group", "names a feature twice.")
    return tuple(sorted(found))


def check_min_n(min_n: int) -> int:
    """The smallest n that may decide, 1 to 10^9. Raises `ShapeError`."""
    if isinstance(min_n, bool) or not 1 <= min_n <= LARGEST_N:
        raise ShapeError("min_n", f"must be a whole number from 1 to {LARGEST_N}.")
    return min_n


def check_rationale(rationale: str) -> str:
    """Why this limit, in words; may be empty. Raises `ShapeError`."""
    if len(rationale) > LONGEST_RATIONALE or "\x00" in rationale:
        raise ShapeError("rationale", f"must have at most {LONGEST_RATIONALE} characters and no NUL.")
    return rationale.strip()


def criterion_form(
    *,
    system: str,
    kind: str,
    measure: str,
    group: Group,
    limit: Decimal,
    direction: str,
    min_n: int,
    rationale: str,
    author: str,
    frozen_at: datetime,
) -> dict[str, Any]:
    """The canonical form of a criterion: everything that may not change once it is frozen."""
    return {
        "system": system,
        "kind": kind,
        "measure": measure,
        "group": [list(pair) for pair in group],
        "limit": format(limit, "f"),
        "direction": direction,
        "min_n": min_n,
        "rationale": rationale,
        "author": author,
        "frozen_at": frozen_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }


def criterion_digest(form: Mapping[str, Any]) -> str:
    """The digest over a criterion's canonical form."""
    return digest_of(form)


def _pair(index: int, pair: object) -> tuple[str, str]:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise ShapeError(f"group[{index}]", "must be a pair of feature and value.")
    feature, value = pair
    if not isinstance(feature, str) or not isinstance(value, str):
        raise ShapeError(f"group[{index}]", "must be a pair of texts.")
    if not feature or max(len(feature), len(value)) > LONGEST_WORD or "\x00" in feature + value:
        raise ShapeError(f"group[{index}]", f"must have texts of at most {LONGEST_WORD} characters and no NUL.")
    return feature, value
