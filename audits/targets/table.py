"""Tables a user brings: CSV or Parquet, read by column and never as one Python object a row.

CSV is UTF-8 with a header line; the separator is a comma, a semicolon, a tab or a bar,
whichever the header has most of. All CSV values are text; Parquet values keep their types.
A first CSV column without a name holds row numbers (pandas writes them) and is left out.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from audits.contract import TargetError
from audits.targets.magic import PARQUET, known_as

DELIMITERS = (",", ";", "\t", "|")
HEADER_BYTES = 1 << 20
BLOCK_BYTES = 1 << 22
MAX_ROWS = 200_000_000
MAX_UNPACKED_BYTES = 16 << 30


class TableFile:
    """A `TableTarget` on a file. Columns are read once, kept as Arrow arrays (text dictionary-encoded)."""

    def __init__(self, path: Path, columns: tuple[str, ...], delimiter: str | None) -> None:
        self.path = path
        self._columns = columns
        self._delimiter = delimiter  # None: Parquet
        self._loaded: dict[str, pa.ChunkedArray] = {}

    def columns(self) -> Sequence[str]:
        """Names in the file's order, unique."""
        return self._columns

    def rows(self) -> int:
        """How many rows follow the header. Reads a CSV through once."""
        if self._delimiter is None:
            return int(pq.ParquetFile(self.path).metadata.num_rows)
        if not self._loaded:
            self._load(self._columns[:1])
        return len(next(iter(self._loaded.values())))

    def read(self, columns: Sequence[str], start: int, stop: int) -> Mapping[str, Sequence[Any]]:
        """Rows [start, stop) as Arrow arrays by column. Raises `TargetError` on an unknown column or broken data."""
        for name in columns:
            if name not in self._columns:
                raise TargetError("wrong_shape", f"There is no column {name!r}; there are {', '.join(self._columns[:30])}.")
        self._load(tuple(name for name in columns if name not in self._loaded))
        return {name: self._loaded[name].slice(start, max(0, stop - start)).combine_chunks() for name in columns}

    def _load(self, wanted: tuple[str, ...]) -> None:
        if not wanted:
            return
        try:
            table = self._parquet(wanted) if self._delimiter is None else self._csv(wanted)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
            raise TargetError("unreadable", _plain_reason(str(error))) from None
        for name in wanted:
            self._loaded[name] = table.column(name)

    def _csv(self, wanted: tuple[str, ...]) -> pa.Table:
        with pa_csv.open_csv(
            self.path,
            read_options=pa_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
            parse_options=pa_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(wanted),
                column_types=dict.fromkeys(self._columns, pa.string()),
                strings_can_be_null=False,
            ),
        ) as reader:
            batches = [_encoded(batch) for batch in reader]
            schema = pa.schema([(name, pa.dictionary(pa.int32(), pa.string())) for name in wanted])
        return pa.Table.from_batches(batches, schema=schema).unify_dictionaries()

    def _parquet(self, wanted: tuple[str, ...]) -> pa.Table:
        schema = pq.read_schema(self.path)
        nested = [name for name in wanted if pa.types.is_nested(schema.field(name).type)]
        if nested:
            raise TargetError("wrong_shape", f"The column {nested[0]!r} must hold plain values, no lists or records.")
        return pq.ParquetFile(self.path, read_dictionary=list(wanted)).read(columns=list(wanted), use_threads=False)


def open_table(path: Path) -> TableFile:
    """The table in `path`, its header checked and every byte of a CSV looked at once.

    Raises:
        TargetError: `unreadable`, naming line or column and what to do, for an empty file, broken UTF-8, a NUL,
            no or doubled column names, and files that are no table whatever their name says.
    """
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    if not head.strip():
        raise TargetError("unreadable", "The file is empty. Bring a CSV with a header line, or a Parquet file.")
    if head.startswith(PARQUET):
        return _open_parquet(path)
    if what := known_as(head):
        raise TargetError("unreadable", f"This is {what}, not a table. Save it as CSV (UTF-8) or Parquet.")
    _check_text(path)
    delimiter, columns = _header(head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "ignore"))
    columns = columns[1:] if len(columns) > 1 and not columns[0] else columns
    _check_columns(columns)
    table = TableFile(path, columns, delimiter)
    if table.rows() == 0:
        raise TargetError("unreadable", "The table has a header line but no rows.")
    return table


def open_named(path: Path) -> TableFile:
    """`open_table` for whoever sees the file's name: its errors begin with it."""
    try:
        return open_table(path)
    except TargetError as error:
        raise TargetError(error.cause, f"{path.name}: {error}") from None


def _open_parquet(path: Path) -> TableFile:
    try:
        meta = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TargetError("unreadable", f"The Parquet file is broken: {_plain_reason(str(error))}") from None
    unpacked = sum(meta.metadata.row_group(index).total_byte_size for index in range(meta.metadata.num_row_groups))
    if meta.metadata.num_rows > MAX_ROWS or unpacked > MAX_UNPACKED_BYTES:
        raise TargetError("too_large", f"The table has {meta.metadata.num_rows} rows and {unpacked} bytes unpacked.")
    if meta.metadata.num_rows == 0:
        raise TargetError("unreadable", "The table has columns but no rows.")
    columns = tuple(meta.schema_arrow.names)
    _check_columns(columns)
    return TableFile(path, columns, None)


def _check_columns(columns: tuple[str, ...]) -> None:
    for position, name in enumerate(columns, 1):
        if not name.strip():
            raise TargetError("unreadable", f"Column {position} has no name. Give every column a name in the first line.")
    doubled = [name for name, count in Counter(columns).items() if count > 1]
    if doubled:
        raise TargetError("unreadable", f"The column {doubled[0]!r} stands there twice. Column names must be unique.")


def _check_text(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    for block in _blocks(path):
        nul = block.find(b"\x00")
        if nul >= 0:
            where = line + block.count(b"\n", 0, nul)
            raise TargetError("unreadable", f"Line {where} holds a NUL character: this is no text table. Save it as CSV (UTF-8).")
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            where = line + block.count(b"\n", 0, max(0, error.start - pending))
            raise TargetError("unreadable", f"Line {where} is not UTF-8. Save the file as CSV with the encoding UTF-8.") from None
        line += block.count(b"\n")
    if decoder.getstate()[0]:
        raise TargetError("unreadable", f"Line {line} ends within a UTF-8 character: the file is cut off.")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _header(text: str) -> tuple[str, tuple[str, ...]]:
    """The separator and the names of the first record; quotes may hold separators and line ends."""
    first = _first_record(text)
    bare = re.sub(r'"[^"]*"', "", first)
    delimiter = max(DELIMITERS, key=lambda mark: (bare.count(mark), -DELIMITERS.index(mark)))
    try:
        schema = pa_csv.read_csv(
            pa.BufferReader((first + "\n").encode()),
            parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        ).schema
    except pa.ArrowInvalid as error:
        raise TargetError("unreadable", f"The header line cannot be read: {_plain_reason(str(error))}") from None
    return delimiter, tuple(schema.names)


def _first_record(text: str) -> str:
    text = text.lstrip("\r\n")
    quoted = False
    for position, mark in enumerate(text):
        if mark == '"':
            quoted = not quoted
        elif mark in "\r\n" and not quoted:
            return text[:position]
    if len(text.encode()) >= HEADER_BYTES:
        raise TargetError("unreadable", "The header line does not end within one megabyte. Is a quotation mark left open?")
    return text


def _encoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [column.dictionary_encode() for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _plain_reason(message: str) -> str:
    """Arrow's complaint without the words of the row it quotes: those may be about people."""
    ragged = re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", message)
    if ragged:
        row, expected, found = ragged.groups()
        return f"Row {row} has {found} columns, the header has {expected}. Check its separators and quotation marks."
    ragged = re.search(r"Expected (\d+) columns, got (\d+)", message)
    if ragged:
        return f"A row has {ragged[2]} columns, the header has {ragged[1]}. Check its separators and quotation marks."
    if "straddling object" in message:
        return "One row is longer than four megabytes. Is a quotation mark left open?"
    return re.split(r"[:\n]", message, maxsplit=1)[0][:200]
