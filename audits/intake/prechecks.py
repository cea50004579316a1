"""What can be told of a file before any work, cheaply and without heavy libraries. Pure.

A finding here is an early answer to a person who waits for one; what cannot be told from a file's first
megabyte is left to the worker, who tells it with the run.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable

from audits.contract import TargetError
from audits.targets.jsonlines import Line, lines_in
from audits.targets.magic import PARQUET, known_as
from audits.targets.questions import question_of
from audits.targets.recorded import record_of
from audits.targets.texts import first_line, is_jsonl, text_of

MAX_LINES_LOOK = 1 << 20  # bytes of a file whose lines are read as JSON before any work
SEPARATORS = (",", ";", "\t", "|")
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]\s*[\"\[{]")


def csv_columns(head: bytes, *, whole: bool) -> tuple[str, ...] | None:
    """The column names of a CSV file; None for Parquet and where the header is longer than `head`.

    whole: `head` is all there is of the file.

    Raises:
        TargetError: `unreadable` for text that is not UTF-8, for a file without a header and for one without rows.
    """
    if head.startswith(PARQUET):
        return None
    what = known_as(head) or ("JSON" if _JSON.match(head) else "")
    if what:
        raise TargetError("unreadable", f"This is {what}, not a table. Save it as CSV (UTF-8) or Parquet.")
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


def check_texts(name: str, head: bytes, *, whole: bool) -> None:
    """Texts of a knowledge base: UTF-8 text, or JSONL whose lines are looked at one by one. Raises `TargetError`."""
    _check_text(head, whole=whole)
    if is_jsonl(name, first_line(io.BytesIO(head))):
        _check_lines(name, head, whole, lambda line: text_of(line, ""))


def check_answers(name: str, head: bytes, *, whole: bool) -> None:
    """Recorded answers, JSONL. Raises `TargetError` naming line and field."""
    _check_text(head, whole=whole)
    _check_lines(name, head, whole, record_of)


def check_questions(name: str, head: bytes, *, whole: bool) -> None:
    """Questions, JSONL. Raises `TargetError` naming line and field."""
    _check_text(head, whole=whole)
    _check_lines(name, head, whole, question_of)


def decoded(head: bytes, *, whole: bool) -> str:
    """`head` as text. Raises `TargetError` (`unreadable`) naming the line and byte that is not UTF-8, or holds a NUL."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError as error:
        line = head.count(b"\n", 0, error.start) + 1
        message = f"Line {line} is not UTF-8: byte {error.start} cannot be read. Save the file as UTF-8."
        raise TargetError("unreadable", message) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise TargetError("unreadable", f"Line {line} holds a NUL character, which is no text. Save the file as UTF-8.")
    return text


def missing(wanted: Iterable[str], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that are wanted and not there, each once, in the order asked for."""
    return tuple(dict.fromkeys(name for name in wanted if name not in columns))


def _separator(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    bare = "".join(first.split('"')[::2])  # what stands outside quotes
    return max(SEPARATORS, key=bare.count)


def _check_text(head: bytes, *, whole: bool) -> None:
    if what := known_as(head):
        raise TargetError("unreadable", f"This is {what}, not text. Save it as text (UTF-8) or JSONL.")
    decoded(head, whole=whole)


def _check_lines(name: str, head: bytes, whole: bool, check: Callable[[Line], object]) -> None:
    """Every line that `head` holds to its end."""
    seen = head[:MAX_LINES_LOOK]
    if not whole or len(seen) < len(head):
        seen = seen[: seen.rfind(b"\n") + 1]
    if not seen and head:
        return  # one line longer than what is looked at
    for line in lines_in(name, io.BytesIO(seen)):
        check(line)
