"""Files with one JSON object a line: read strictly, an error names line and field, nothing is skipped but blank lines."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from audits.contract import TargetError
from audits.targets.paths import clean_text, kind_of

MAX_LINES = 1_000_000
MAX_LINE = 4 * 1024 * 1024  # bytes
MAX_ID = 200  # characters


@dataclass(frozen=True, slots=True)
class Line:
    """One object with where it stands. Field readers raise `TargetError` with line and field."""

    file: str
    number: int
    fields: Mapping[str, Any]

    def text(self, name: str, *, default: str | None = None, longest: int = MAX_LINE) -> str:
        """A text; `default` where the field is missing or null (without one it is required)."""
        value = self.fields.get(name)
        if value is None:
            if default is None:
                raise self.wrong(name, "is required.")
            return default
        if not isinstance(value, str):
            raise self.wrong(name, f"must be text, not {kind_of(value)}.")
        return self._kept(name, value, longest)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, or one text; empty where the field is missing."""
        value = self.fields.get(name)
        if value is None:
            return ()
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list):
            raise self.wrong(name, f"must be a list of texts, not {kind_of(value)}.")
        for index, entry in enumerate(entries):
            if not isinstance(entry, str):
                raise self.wrong(f"{name}.{index}", f"must be text, not {kind_of(entry)}.")
        return tuple(self._kept(f"{name}.{index}", entry, MAX_LINE) for index, entry in enumerate(entries))

    def id(self) -> str:
        """The id: text of 1 to 200 characters, or a whole number."""
        value = self.fields.get("id")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        found = self.text("id", longest=MAX_ID)
        if not found.strip():
            raise self.wrong("id", f"must have 1 to {MAX_ID} characters.")
        return found

    def count(self, name: str) -> int | None:
        """A whole number from 0 on, or None where it is missing."""
        value = self.fields.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise self.wrong(name, "must be a whole number of at least 0.")
        return value

    def wrong(self, name: str, problem: str) -> TargetError:
        place = f", field {clean_text(name)[:80]!r}" if name else ""
        return TargetError("wrong_shape", f"{self.file}, line {self.number}{place}: {problem}")

    def _kept(self, name: str, value: str, longest: int) -> str:
        """As in a live answer, a NUL or half of a surrogate pair reads as U+FFFD: places stay, and one row spoils no file."""
        if len(value) > longest:
            raise self.wrong(name, f"has {len(value)} characters; at most {longest} are taken.")
        cleaned = clean_text(value)
        if name == "id" and cleaned != value:
            raise self.wrong(name, "has half of a surrogate pair or a NUL, which is no text.")
        return cleaned


def read_lines(path: Path) -> Iterator[Line]:
    """Every line of a file.

    Raises `TargetError`: `unreadable` (no file, not UTF-8, not JSON, no lines at all), `wrong_shape` or
    `too_large`, with the file's name and the line.
    """
    try:
        with path.open("rb") as stream:
            yield from lines_in(path.name, stream)
    except OSError as error:
        raise TargetError("unreadable", f"{path.name}: cannot be read ({error.strerror}).") from None


def lines_in(file: str, stream: BinaryIO) -> Iterator[Line]:
    """`read_lines` of an open file called `file`."""
    seen = False
    for number, content in enumerate(raw_lines(stream), start=1):
        text = decoded(file, number, content)
        if text.strip():
            seen = True
            yield _parsed(file, number, text)
    if not seen:
        raise TargetError("unreadable", f"{file}: has no lines; write one JSON object a line.")


def raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines as bytes, none read further than one byte over the limit."""
    return iter(lambda: stream.readline(MAX_LINE + 1), b"")


def decoded(file: str, number: int, content: bytes) -> str:
    """The text of one line. Raises `TargetError` naming the first byte that is not UTF-8."""
    if len(content) > MAX_LINE:
        raise TargetError("too_large", f"{file}, line {number}: is longer than {MAX_LINE} bytes.")
    if number > MAX_LINES:
        raise TargetError("too_large", f"{file}: has more than {MAX_LINES} lines; split it.")
    try:
        return content.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        message = f"{file}, line {number}: byte {error.start + 1} is not UTF-8; save the file as UTF-8."
        raise TargetError("unreadable", message) from None


def _parsed(file: str, number: int, text: str) -> Line:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise TargetError("unreadable", f"{file}, line {number}: is not a JSON object on one line.") from None
    if not isinstance(value, dict):
        raise TargetError("wrong_shape", f"{file}, line {number}: must be an object, not {kind_of(value)}.")
    return Line(file, number, value)
