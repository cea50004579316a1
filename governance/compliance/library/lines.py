"""YAML read with its line numbers, and only the plain part of it. Pure.

Mappings, lists and texts: no tags, anchors or aliases (a few lines of them unfold to gigabytes), no key twice, no
invisible characters. Only `true`, `false` and `null` are not text; a date or an edition such as 1.10 stays as written.
"""

import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml

LONGEST_TEXT = 2_000_000  # characters of one file
LONGEST_VALUE = 8_000  # characters of one value
DEEPEST = 12
MOST_VALUES = 60_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_FORMAT = "Cf"  # zero-width and direction marks: two texts that look the same and are not


class LineError(ValueError):
    """Something in a text is wrong at a line, counted from 1; 0 where the whole text is."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        self.problem = problem
        super().__init__(f"line {line}: {problem}" if line else problem)


@dataclass(frozen=True, slots=True)
class Document:
    """What a text says, and on which line each path of it stands (`items[3].duty.en`)."""

    content: Any
    lines: dict[str, int]

    def line_of(self, path: str) -> int:
        """The line of a path, or of what encloses it; 1 for the whole."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


def read_lines(text: str) -> Document:
    """The one document in `text`. Raises `LineError`."""
    _check_characters(text)
    loader = _LOADER(text)
    try:
        return _Builder().read(loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)  # an unreadable character has none
        line = min(mark.line, text.count("\n")) + 1 if mark else 0
        raise LineError(line, f"is not YAML: {getattr(error, 'problem', error)}") from None
    finally:
        loader.dispose()


def _check_characters(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise LineError(0, f"has {len(text)} characters; at most {LONGEST_TEXT} are read")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isprintable():
            _check_line(number, line.removesuffix("\r"))


def _check_line(number: int, line: str) -> None:
    for sign in line:
        kind = unicodedata.category(sign)
        if kind in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp", _FORMAT} and sign != "\t":
            raise LineError(number, f"contains the invisible or unknown character U+{ord(sign):04X}; remove it")


@dataclass(slots=True)
class _Open:
    """A mapping or list that has not ended yet. key: the one waiting for its value."""

    path: str
    holds: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Builds the content from events, without recursion."""

    lines: dict[str, int] = field(default_factory=dict)
    open: list[_Open] = field(default_factory=list)
    content: Any = None
    documents: int = 0

    def read(self, loader: Any) -> Document:
        while loader.check_event():
            event = loader.get_event()
            handle = _HANDLERS.get(type(event))
            if handle is not None:
                handle(self, event)
        return Document(self.content, self.lines)

    def start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise LineError(_line(event), "begins a second document; a file holds one")

    def alias(self, event: Any) -> None:
        raise LineError(_line(event), f"uses the alias *{event.anchor}; write the value out")

    def scalar(self, event: Any) -> None:
        _check_plain(event)
        if len(event.value) > LONGEST_VALUE:
            raise LineError(_line(event), f"has {len(event.value)} characters in one value; at most {LONGEST_VALUE} are read")
        for line in event.value.split("\n"):  # what was written as an escape
            _check_line(_line(event), line.removesuffix("\r"))
        top = self.open[-1] if self.open else None
        if top is not None and isinstance(top.holds, dict) and top.key is None:
            self._key(top, event)
        else:
            self._put(_value(event), event)

    def mapping(self, event: Any) -> None:
        self._begin({}, event)

    def sequence(self, event: Any) -> None:
        self._begin([], event)

    def end(self, _event: Any) -> None:
        self.open.pop()

    def _key(self, top: _Open, event: Any) -> None:
        if event.value in top.holds:
            raise LineError(_line(event), f"{event.value!r} stands there twice")
        top.key = event.value
        self._mark(_path(top), event)

    def _begin(self, holds: dict[str, Any] | list[Any], event: Any) -> None:
        _check_plain(event)
        if self.open and isinstance(self.open[-1].holds, dict) and self.open[-1].key is None:
            raise LineError(_line(event), "a key must be a word")
        if len(self.open) >= DEEPEST:
            raise LineError(_line(event), f"is nested deeper than {DEEPEST} levels")
        self.open.append(_Open(self._put(holds, event), holds))

    def _put(self, value: Any, event: Any) -> str:
        """Hangs the value where it belongs, and says by which path."""
        if not self.open:
            self.content = value
            return ""
        top = self.open[-1]
        path = _path(top)
        if isinstance(top.holds, list):
            self._mark(path, event)
            top.holds.append(value)
        else:
            top.holds[str(top.key)] = value
            top.key = None
        return path

    def _mark(self, path: str, event: Any) -> None:
        if len(self.lines) >= MOST_VALUES:
            raise LineError(_line(event), f"has more than {MOST_VALUES} values")
        self.lines[path] = _line(event)


_HANDLERS: dict[type[Any], Any] = {
    yaml.DocumentStartEvent: _Builder.start_document,
    yaml.AliasEvent: _Builder.alias,
    yaml.ScalarEvent: _Builder.scalar,
    yaml.MappingStartEvent: _Builder.mapping,
    yaml.SequenceStartEvent: _Builder.sequence,
    yaml.MappingEndEvent: _Builder.end,
    yaml.SequenceEndEvent: _Builder.end,
}


def _path(top: _Open) -> str:
    if isinstance(top.holds, list):
        return f"{top.path}[{len(top.holds)}]"
    return f"{top.path}.{top.key}" if top.path else str(top.key)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _check_plain(event: Any) -> None:
    if event.anchor:
        raise LineError(_line(event), f"defines the anchor &{event.anchor}; write each value out where it is used")
    if event.tag:
        raise LineError(_line(event), f"carries the tag {event.tag}; only plain mappings, lists and texts are read")


def _value(event: Any) -> str | bool | None:
    if not event.style and event.value.lower() in _WORDS:
        return _WORDS[event.value.lower()]
    return str(event.value)
