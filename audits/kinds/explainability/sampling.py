"""Takes rows from a table, spread evenly over it, and writes them for the child."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather
from numpy.typing import NDArray

from audits.contract import TableTarget, TargetError


def positions(rows: int, most: int) -> NDArray[np.int64]:
    """Up to `most` row numbers below `rows`, evenly spread, ascending, unique."""
    count = min(rows, most)
    return np.arange(count, dtype=np.int64) * rows // max(1, count)


def write_sample(tables: Sequence[tuple[TableTarget, int, Path]], columns: Sequence[str]) -> None:
    """Write `columns` of evenly spread rows of each (table, most rows, path) as Arrow.

    Text columns become doubles where all texts of all tables are numbers; empty text is missing.
    """
    taken = [{name: _take(table, name, most) for name in columns} for table, most, _ in tables]
    for name in columns:
        numeric = [_numbers(sample[name]) for sample in taken]
        for sample, number in zip(taken, numeric, strict=True):
            if all(one is not None for one in numeric):
                sample[name] = number
    for sample, (_, _, path) in zip(taken, tables, strict=True):
        pyarrow.feather.write_feather(pa.table(sample), path, compression="uncompressed")


def _take(table: TableTarget, name: str, most: int) -> Any:
    rows = table.rows()
    values = table.read([name], 0, rows)[name]
    try:
        array = values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
        chosen = array.take(pa.array(positions(rows, most)))
        return chosen.dictionary_decode() if pa.types.is_dictionary(chosen.type) else chosen
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise TargetError("wrong_shape", f"The column {name!r} must hold plain values, all of one type.") from None


def _numbers(array: Any) -> Any:
    """The column as doubles, None where it is no column of numbers."""
    if pa.types.is_boolean(array.type) or pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return array.cast(pa.float64(), safe=False)
    if pa.types.is_decimal(array.type):
        return array.cast(pa.float64())
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return None
    trimmed = pc.utf8_trim_whitespace(array)
    known = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, array.type), trimmed)
    try:
        return known.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
