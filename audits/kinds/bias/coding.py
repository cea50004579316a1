"""Columns of a table as small whole numbers: equal values get equal codes, whatever their type.

Canonical text: white space around is dropped; 1, 1.0, "1" and "1.0" are "1"; True, "True" and
"TRUE" are "true"; "007" stays "007" (a code is no number); empty text, null, NaN and "nan" are missing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audits.contract import TargetError

MISSING = "(missing)"
MAX_DISTINCT = 100_000
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?\Z")


@dataclass(frozen=True, slots=True)
class Encoded:
    """codes: one per row, an index into `values`, -1 where missing. values: canonical texts in order."""

    codes: NDArray[np.int64]
    values: tuple[str, ...]


def canonical_text(value: object) -> str | None:
    """A value in the form in which it is compared; None when it is missing."""
    if value is None or value != value:  # NaN is the one number that differs from itself
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    words = value.decode("utf-8") if isinstance(value, bytes) else str(value)
    text = words.strip().replace("\x00", "\ufffd")
    if text.lower() in {"true", "false"}:
        return text.lower()
    if not text or text.lower() == "nan":
        return None
    if isinstance(value, float | Decimal) or _NUMBER.match(text):
        return _plain_number(Decimal(text))
    return text


def _plain_number(number: Decimal) -> str:
    if not number.is_finite() or abs(number.adjusted()) > 60:
        return str(number)
    text = format(number.normalize(), "f")
    return "0" if text == "-0" else text


def encode(values: Sequence[Any], column: str) -> Encoded:
    """The column's values as codes. Raises `TargetError` where it holds lists, broken text or too many values."""
    encoded = _dictionary(values, column)
    if len(encoded.dictionary) > MAX_DISTINCT:
        raise TargetError("wrong_shape", f"The column {column!r} has more than {MAX_DISTINCT} different values.")
    try:
        texts = [canonical_text(value) for value in encoded.dictionary.to_pylist()]
    except UnicodeDecodeError:
        raise TargetError("unreadable", f"The column {column!r} holds text that is not UTF-8.") from None
    indices = np.asarray(pc.fill_null(encoded.indices.cast(pa.int64()), len(texts)), dtype=np.int64)
    used = np.zeros(len(texts) + 1, dtype=bool)
    used[indices] = True
    known = tuple(sorted({text for text, here in zip(texts, used, strict=False) if here and text is not None}))
    position = {text: index for index, text in enumerate(known)}
    lookup = np.array([-1 if text is None else position.get(text, -1) for text in [*texts, None]], dtype=np.int64)
    return Encoded(lookup[indices], known)


def numbers(values: Sequence[Any], column: str) -> NDArray[np.float64]:
    """The column as doubles, NaN where missing. Raises `TargetError` with the first row whose value is no number."""
    encoded = _dictionary(values, column)
    rows = np.asarray(pc.fill_null(encoded.indices.cast(pa.int64()), len(encoded.dictionary)), dtype=np.int64)
    kind = encoded.dictionary.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return np.append(np.asarray(encoded.dictionary.cast(pa.float64(), safe=False)), np.nan)[rows]
    known = np.array([*map(_number, encoded.dictionary.to_pylist()), np.nan])
    unread = np.flatnonzero(np.isneginf(known)[rows])
    if len(unread):
        raise TargetError("wrong_shape", f"The column {column!r} holds values that are no numbers, first in row {unread[0] + 1}.")
    return known[rows]


def _number(value: object) -> float:
    """A value as a double: NaN where missing, minus infinity (no weight is) where it is no number."""
    if isinstance(value, str):
        try:
            return float(value)  # also "nan"
        except ValueError:
            return float("-inf") if value.strip() else float("nan")
    try:
        text = canonical_text(value)
        return float("nan") if text is None else float(text)
    except (ValueError, UnicodeDecodeError):
        return float("-inf")


def _dictionary(values: Sequence[Any], column: str) -> Any:
    try:
        array = values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
        return array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        raise TargetError("wrong_shape", f"The column {column!r} must hold plain values, all of one type.") from None
