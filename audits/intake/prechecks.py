"""What can be told of a file before any work, cheaply and without heavy libraries. Pure.

A finding here is an early answer to a person who waits for one; what cannot be told from a file's first
megabyte is left to the worker, who tells it with the run.
"""

import codecs
import csv
import io
from collections.abc import Iterable

from audits.contract import TargetError

SEPARATORS = (",", ";", "\t", "|")
_PARQUET = b"PAR1"


def csv_columns(head: bytes, *, whole: bool) -> tuple[str, ...] | None:
    """The column names of a CSV file; None for Parquet and where the header is longer than `head`.

    whole: `head` is all there is of the file.

    Raises:
        TargetError: `unreadable` for text that is not UTF-8, for a file without a header and for one without rows.
    """
    if head.startswith(_PARQUET):
        return None
    text = decoded(head.removeprefix(codecs.BOM_UTF8), whole=whole)
    if not text.strip():
        raise TargetError("unreadable", "The table is empty: it has neither a header nor rows.")
    records = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        header = next(records)
        rows = next((record for record in records if any(cell.strip() for cell in record)), None)
    except csv.Error:
        return None  # a cell longer than what is looked at; the worker reads it as a whole
    if rows is None and not whole:
        return None
    if rows is None:
        raise TargetError("unreadable", "The table is empty: it has a header and no rows.")
    return tuple(header)


def decoded(head: bytes, *, whole: bool) -> str:
    """`head` as text. Raises `TargetError` (`unreadable`) naming the first byte that is not UTF-8."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError as error:
        raise TargetError("unreadable", f"The file is not UTF-8: byte {error.start} cannot be read. Save it as UTF-8.") from None


def missing(wanted: Iterable[str], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that are wanted and not there, each once, in the order asked for."""
    return tuple(dict.fromkeys(name for name in wanted if name not in columns))


def _separator(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    bare = "".join(first.split('"')[::2])  # what stands outside quotes
    return max(SEPARATORS, key=bare.count)
