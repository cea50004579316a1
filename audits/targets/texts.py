"""Texts of a knowledge base: plain text and Markdown files, or JSONL with one `{id, text, lang}` a line.

Which of the two a file is, is told from its first line (and from a name in `.jsonl`, which uploads lose). A plain
file is one text; a long one is cut at empty lines into parts `name#1`, `name#2`, ... so that a share of
texts means something. Broken UTF-8 and NUL are refused by file and line before anything is looked at.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from audits.contract import SourceText, TargetError
from audits.targets.jsonlines import Line, decoded, raw_lines, read_lines

MAX_PART = 20_000  # characters of a part, unless one paragraph alone is longer
MAX_TEXT = 500_000  # characters of one text or paragraph


class TextFiles:
    """A `TextsTarget` over files. They are read anew at each call, so that nothing large stays in memory."""

    def __init__(self, paths: Sequence[Path], language: str = "") -> None:
        """language: an ISO 639 code that holds for every text without one of its own."""
        self.paths = tuple(paths)
        self.language = language

    def texts(self) -> Iterator[SourceText]:
        """File by file, in order. Raises `TargetError`, naming file, line and field."""
        seen: set[str] = set()
        for path in self.paths:
            for text in _of_file(path, self.language):
                if text.id in seen:
                    raise TargetError("wrong_shape", f"{path.name}: the id {text.id[:80]!r} stands twice; ids must be unique.")
                seen.add(text.id)
                yield text


def _of_file(path: Path, language: str) -> Iterator[SourceText]:
    if _is_jsonl(path):
        for line in read_lines(path):
            yield text_of(line, language)
        return
    parts = list(_parts(path))
    for number, part in enumerate(parts, start=1):
        yield SourceText(path.name if len(parts) == 1 else f"{path.name}#{number}", part, language)


def text_of(line: Line, language: str) -> SourceText:
    """One line of a JSONL file of texts. Raises `TargetError` naming line and field."""
    own = line.text("lang", default="", longest=20)
    return SourceText(line.id(), line.text("text", longest=MAX_TEXT), own or language)


def is_jsonl(name: str, first: bytes) -> bool:
    """Whether the first line begins like an object: a broken one is refused as such and never taken for prose."""
    named = name.lower().endswith((".jsonl", ".ndjson"))
    return named or re.match(rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"|\}\s*$)', first) is not None


def first_line(stream: BinaryIO) -> bytes:
    """The first line that is not blank, empty where there is none."""
    return next((line for line in raw_lines(stream) if line.strip()), b"")


def _is_jsonl(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return is_jsonl(path.name, first_line(stream))
    except OSError as error:
        raise TargetError("unreadable", f"{path.name}: cannot be read ({error.strerror}).") from None


def _parts(path: Path) -> Iterator[str]:
    part: list[str] = []
    size = 0
    for paragraph in _paragraphs(path):
        if part and size + len(paragraph) > MAX_PART:
            yield "".join(part)
            part, size = [], 0
        part.append(paragraph)
        size += len(paragraph)
    yield "".join(part)


def _paragraphs(path: Path) -> Iterator[str]:
    """The file's lines gathered up to and with each empty line."""
    lines: list[str] = []
    with path.open("rb") as stream:
        for number, content in enumerate(raw_lines(stream), start=1):
            line = decoded(path.name, number, content)
            if "\x00" in line:
                raise TargetError("unreadable", f"{path.name}, line {number}: has a NUL, which is no text.")
            lines.append(line)
            if not line.strip():
                yield _checked(path, number, lines)
                lines = []
    yield _checked(path, number=0, lines=lines)


def _checked(path: Path, number: int, lines: list[str]) -> str:
    paragraph = "".join(lines)
    if len(paragraph) > MAX_TEXT:
        where = f", before line {number}" if number else ""
        raise TargetError("too_large", f"{path.name}{where}: a paragraph has more than {MAX_TEXT} characters.")
    return paragraph
