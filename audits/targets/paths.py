r"""Reading one value out of somebody else's JSON by a dotted path. Pure.

`a.b.0.c` goes from field to field; a number picks an entry of a list. A dot or backslash that
belongs to a field's name is written `\.` or `\\`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_TOKEN = re.compile(r"\\(.)|(\.)|([^\\.])", re.DOTALL)
_SHOWN_FIELDS = 12
_SHOWN_LENGTH = 40
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_STEPS = 20


class PathError(LookupError):
    """A path leads nowhere in a document. The message names the path, the step and what stands there."""


def parse_path(path: str) -> tuple[str, ...]:
    """The steps of a dotted path.

    Raises:
        ValueError: on an empty step, a lone backslash or more than 20 steps.
    """
    steps = [""]
    end = 0
    for token in _TOKEN.finditer(path):
        escaped, dot, plain = token.groups()
        if dot:
            steps.append("")
        else:
            steps[-1] += escaped or plain
        end = token.end()
    if end != len(path):
        raise ValueError("ends with a lone backslash; write \\\\ for a backslash.")
    if "" in steps:
        raise ValueError("has an empty step; write names separated by single dots, like `data.answer`.")
    if len(steps) > MAX_STEPS:
        raise ValueError(f"has more than {MAX_STEPS} steps.")
    return tuple(steps)


def read_path(document: Any, path: str, setting: str) -> Any:
    """The value at `path`. `setting` is the name of the setting that holds the path, for the message.

    Raises:
        PathError: e.g. "answer_path `data.answer`: no field `answer`; the object has: sources, text".
    """
    value = document
    for step in parse_path(path):
        try:
            value = _step(value, step)
        except PathError as error:
            raise PathError(f"{setting} `{path}`: {error}") from None
    return value


def find_path(document: Any, path: str) -> Any:
    """Like `read_path`, but None where the path leads nowhere or no path is set."""
    if not path:
        return None
    try:
        return read_path(document, path, "")
    except PathError:
        return None


def clean_text(words: str) -> str:
    """`words` with what neither UTF-8 nor PostgreSQL can hold (lone surrogates, NUL) as U+FFFD; same length."""
    return _UNSTORABLE.sub("\ufffd", words)


def kind_of(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true/false"
    words = ((str, "text"), (Mapping, "an object"), (Sequence, "a list"))
    return next((word for kind, word in words if isinstance(value, kind)), "a number")


def _step(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        if step not in value:
            raise PathError(f"no field `{step}`; {_fields(value)}")
        return value[step]
    if isinstance(value, list):
        return _entry(value, step)
    raise PathError(f"no field `{step}`, because there is {kind_of(value)} where an object is expected")


def _entry(entries: list[Any], step: str) -> Any:
    if not (step.isascii() and step.isdigit()):
        raise PathError(f"no field `{step}` in a list; a list takes a number from 0 to {len(entries) - 1}")
    if len(step) > 9 or int(step) >= len(entries):
        raise PathError(f"no entry {step}; the list has {len(entries)}")
    return entries[int(step)]


def _fields(value: Mapping[str, Any]) -> str:
    if not value:
        return "the object is empty"
    names = [clean_text(name)[:_SHOWN_LENGTH] for name in sorted(value)]
    more = f" and {len(names) - _SHOWN_FIELDS} more" if len(names) > _SHOWN_FIELDS else ""
    return f"the object has: {', '.join(names[:_SHOWN_FIELDS])}{more}"
