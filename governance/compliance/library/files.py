"""A file of the catalogue, opened: its parts as typed rows, and errors that name file, line and item. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar, get_type_hints

from governance.compliance.library.entries import CatalogueError, Place
from governance.compliance.library.lines import Document, LineError, read_lines
from governance.shapes import ShapeError, read
from governance.words import Words

FRAMEWORK = ("meta", "defaults", "sources", "groups", "dates", "items", "links", "serves")
KINDS = ("meta", "kinds")
SERVES = ("meta", "serves")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:()/+-]{0,79}")
FORBIDDEN = re.compile(r"\b(compliant|certified|guaranteed|no obligations)\b", re.IGNORECASE)
LONGEST_TITLE = 200
LONGEST_WORDS = 2_000
Shape = TypeVar("Shape")
Rows = list[tuple[Shape, Place]]


@dataclass(frozen=True, slots=True)
class File:
    """One file, read. own: an organisation's; one text may stand there for both languages."""

    name: str
    document: Document
    own: bool = False

    def wrong(self, path: str, item: str, problem: str) -> CatalogueError:
        """The error that names this file, the line of `path`, and the item."""
        return CatalogueError(self.name, item, problem, self.document.line_of(path))

    def mapping(self, key: str) -> dict[str, Any]:
        """The mapping under `key`; empty where it is not there. Raises `CatalogueError`."""
        value = self.document.content.get(key)
        if value is not None and not isinstance(value, dict):
            raise self.wrong(key, key, "must be a mapping")
        return value or {}

    def listing(self, key: str) -> list[Any]:
        """The list under `key`; empty where it is not there. Raises `CatalogueError`."""
        value = self.document.content.get(key)
        if value is not None and not isinstance(value, list):
            raise self.wrong(key, key, "must be a list")
        return value or []

    def one(self, shape: type[Shape], row: object, path: str, item: str) -> Shape:
        """`row` as a `shape`, its words without promises. Raises `CatalogueError`."""
        told = _in_both(shape, row) if self.own and isinstance(row, dict) else row
        try:
            found = read(shape, told)
        except ShapeError as error:
            raise self.wrong(f"{path}.{error.field}", item, str(error)) from None
        self._check_words(found, path, item)
        return found

    def _check_words(self, row: object, path: str, item: str) -> None:
        for name in _words_of(type(row)):
            value = getattr(row, name)
            for words in value if isinstance(value, tuple) else (value,):
                problem = _wrong_words(words, LONGEST_TITLE if name == "title" else LONGEST_WORDS) if words else ""
                if problem:
                    raise self.wrong(f"{path}.{name}", item, f"{name} {problem}")


def open_file(name: str, text: str | None, parts: tuple[str, ...] = FRAMEWORK, *, own: bool = False) -> File:
    """A file of the catalogue: a mapping of these parts. Raises `CatalogueError`."""
    if text is None:
        raise CatalogueError(name, "file", "is missing")
    try:
        document = read_lines(text)
    except LineError as error:
        raise CatalogueError(name, "file", error.problem, error.line) from None
    if not isinstance(document.content, dict) or not isinstance(document.content.get("meta"), dict):
        raise CatalogueError(name, "file", "must be a mapping with a `meta` mapping")
    file = File(name, document, own)
    for key in document.content:
        if key not in parts:
            raise file.wrong(key, key, f"is no part of such a file; known: {', '.join(parts)}")
    return file


def rows(
    files: Sequence[File], key: str, shape: type[Shape], name: str = "id", *, given: Mapping[str, Any] | None = None
) -> Rows[Shape]:
    """Every row under `key` of every file, with its place; `given` stands in for what a row leaves out.

    name: the field that names a row in an error. Raises `CatalogueError`.
    """
    return [found for file in files for found in _rows_of(file, key, shape, name, given or {})]


def _rows_of(file: File, key: str, shape: type[Shape], name: str, given: Mapping[str, Any]) -> Iterator[tuple[Shape, Place]]:
    defaults = {**given, **(file.mapping("defaults") if key == "items" else {})}
    for index, row in enumerate(file.listing(key)):
        path = f"{key}[{index}]"
        label = str(row.get(name) or path) if isinstance(row, dict) else path
        whole = {**defaults, **row} if isinstance(row, dict) else row
        yield file.one(shape, whole, path, label), Place(file.name, file.document.line_of(path))


def once(found: Rows[Shape], name: Callable[[Shape], str]) -> Rows[Shape]:
    """The rows, where no two have one name and each name is one. Raises `CatalogueError`."""
    seen: set[str] = set()
    for row, place in found:
        label = name(row)
        check_id(label, place)
        if label in seen:
            raise CatalogueError(place.file, label, "stands there twice", place.line)
        seen.add(label)
    return found


def check_id(label: str, place: Place) -> None:
    """Raises `CatalogueError` for an id that could not be cited."""
    if not ID.fullmatch(label):
        problem = "is no id: 1 to 80 letters, digits and . _ : ( ) / + -, beginning with a letter or digit, no space"
        raise CatalogueError(place.file, repr(label), problem, place.line)


@dataclass(frozen=True, slots=True)
class Check:
    """The `meta` of a file without a head: when somebody last held it against its sources."""

    checked_on: str
    id: str = ""
    newest_source_seen: str = ""
    stale_after_days: str = ""


def check_meta(file: File) -> None:
    """Raises `CatalogueError` where a file without a head does not say when it was last checked, and nothing else."""
    meta = file.one(Check, file.mapping("meta"), "meta", "meta")
    day(Place(file.name, file.document.line_of("meta")), "meta", "checked_on", meta.checked_on)


def day(place: Place, item: str, field: str, text: str) -> date:
    """A date written like 2027-12-02. Raises `CatalogueError`."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise CatalogueError(place.file, item, f"{field}: {text!r} is not a date like 2027-12-02", place.line)
    return found


def _wrong_words(words: Words, longest: int) -> str:
    """What is wrong with words that a report would print; empty for nothing."""
    if not words.en.strip() or not words.es.strip():
        return "must not be empty, in either language"
    if max(len(words.en), len(words.es)) > longest:
        return f"must have at most {longest} characters"
    promise = FORBIDDEN.search(f"{words.en} {words.es}")
    return f"says {promise[0]!r}: say what has to be done or shown, and promise nothing" if promise else ""


def _in_both(shape: type[Any], row: dict[str, Any]) -> dict[str, Any]:
    single = {name for name in _words_of(shape) if isinstance(row.get(name), str)}
    return {key: {"en": value, "es": value} if key in single else value for key, value in row.items()}


def _words_of(shape: type[Any]) -> tuple[str, ...]:
    hints = get_type_hints(shape)
    return tuple(one.name for one in fields(shape) if hints[one.name] in _WORDS)


_WORDS = (Words, Words | None, tuple[Words, ...])
